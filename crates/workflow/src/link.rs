//! Link: scores pairs of records, and keeps what people decide about them.

use std::collections::HashMap;

use evidence::{
    id::{JudgementId, RecordId, RunId},
    run::Run,
};
use linkage::{Comparison, Judgement, Model, Outcome, Pair, Record, cluster};
use store::{VaultKey, intake::Known, linkage::ScoredPair};

use crate::hub::{Hub, Moment, WorkflowError, entropy};

/// Pairs weaker than this many bits are not worth a person's time.
pub const LEAST: f64 = 0.0;

/// What a linkage run found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linked {
    pub records: usize,
    pub pairs: usize,
    pub run: String,
}

/// Scores all records against each other and replaces the kept pairs; judgements stay as they are.
///
/// # Errors
/// When the key does not open the records.
pub async fn link(hub: &Hub, key: &VaultKey, moment: &Moment) -> Result<Linked, WorkflowError> {
    let mut tx = hub.store.write("link").await?;
    let opener = tx
        .opener(key, moment.at, &moment.actor, "link", "all records")
        .await?;
    let known = tx.records(&opener).await?;
    let records: Vec<Record> = known.iter().map(|k| Record::of(&k.person)).collect();
    let pairs = Model::learn(&records).pairs(&records, LEAST);
    let id = RunId::new(moment.at, entropy()?);
    let run = Run {
        step: "link",
        inputs: known.iter().map(|k| k.id.to_string()).collect(),
        parameters: vec![("least".into(), LEAST.to_string())],
        seed: 0,
        version: env!("CARGO_PKG_VERSION"),
    };
    let kept: Vec<ScoredPair> = pairs.iter().map(|p| kept(p, &known, id)).collect();
    tx.put_run(
        id,
        &run,
        &format!("records={} pairs={}", known.len(), kept.len()),
        moment.at,
    )
    .await?;
    tx.replace_pairs(&kept).await?;
    tx.journal(moment.at, &moment.actor, "link", &id.to_string(), &run.hash())
        .await?;
    tx.commit().await?;
    Ok(Linked {
        records: known.len(),
        pairs: kept.len(),
        run: run.hash(),
    })
}

fn kept(pair: &Pair, known: &[Known], run: RunId) -> ScoredPair {
    let mut levels = vec![format!("prior:{:.3}", pair.prior)];
    for part in &pair.parts {
        let level = part.level.map_or_else(|| "-".to_owned(), |l| l.to_string());
        levels.push(format!("{}:{level}:{:.3}", part.comparison.as_str(), part.weight));
    }
    #[expect(clippy::cast_possible_truncation, reason = "weights are within ±100 bits")]
    let weight = (pair.weight * 1000.0).round() as i64;
    ScoredPair {
        left: known[pair.left].id,
        right: known[pair.right].id,
        run: run.to_string(),
        weight,
        levels: levels.join(";"),
        outcome: None,
    }
}

/// The bars of a pair's waterfall: name, level in words, weight.
#[must_use]
pub fn parts(levels: &str) -> Vec<(String, String, f64)> {
    levels
        .split(';')
        .filter_map(|part| {
            let cells: Vec<&str> = part.split(':').collect();
            let (name, level, weight) = match cells.as_slice() {
                [name, weight] => (*name, "", *weight),
                [name, level, weight] => (*name, *level, *weight),
                _ => return None,
            };
            let words = Comparison::ALL
                .iter()
                .find(|c| c.as_str() == name)
                .and_then(|c| c.levels().get(level.parse::<usize>().ok()?))
                .copied()
                .unwrap_or(if level == "-" { "not given" } else { "" });
            Some((name.to_owned(), words.to_owned(), weight.parse().ok()?))
        })
        .collect()
}

/// A pair with both people, opened for a reviewer.
#[derive(Debug, Clone)]
pub struct Review {
    pub pair: ScoredPair,
    pub left: Known,
    pub right: Known,
}

/// The pairs to review, each with its two people; one journal entry for the whole page.
///
/// # Errors
/// When the key does not open them.
pub async fn review(
    hub: &Hub,
    key: &VaultKey,
    limit: i64,
    moment: &Moment,
) -> Result<Vec<Review>, WorkflowError> {
    let mut tx = hub.store.write("review").await?;
    let opener = tx
        .opener(key, moment.at, &moment.actor, "review pairs", "pairs")
        .await?;
    let mut out = Vec::new();
    for pair in tx.pairs(limit).await? {
        let (left, right) = (
            tx.record(pair.left, &opener).await?,
            tx.record(pair.right, &opener).await?,
        );
        out.push(Review { pair, left, right });
    }
    tx.commit().await?;
    Ok(out)
}

/// Keeps a person's judgement; what stood on the pair before is withdrawn.
///
/// # Errors
/// When a record is unknown.
pub async fn judge(
    hub: &Hub,
    left: RecordId,
    right: RecordId,
    outcome: Outcome,
    moment: &Moment,
) -> Result<JudgementId, WorkflowError> {
    let (left, right) = (left.min(right), left.max(right));
    let id = JudgementId::new(moment.at, entropy()?);
    let judgement = Judgement {
        id,
        left,
        right,
        outcome,
        by: moment.actor.as_str().to_owned(),
        at: moment.at,
        withdrawn: None,
    };
    let mut tx = hub.store.write("judge").await?;
    tx.judge(&judgement).await?;
    tx.journal(
        moment.at,
        &moment.actor,
        "judge",
        &id.to_string(),
        &format!("{} {left} {right}", outcome.as_str()),
    )
    .await?;
    tx.commit().await?;
    Ok(id)
}

/// A judgement by its word, for callers that know no linkage.
#[must_use]
pub fn outcome(word: &str) -> Option<Outcome> {
    Outcome::named(word)
}

/// Takes a judgement back: the two records are two people again.
///
/// # Errors
/// When nothing stands on the pair.
pub async fn withdraw(
    hub: &Hub,
    left: RecordId,
    right: RecordId,
    moment: &Moment,
) -> Result<(), WorkflowError> {
    let mut tx = hub.store.write("withdraw").await?;
    if tx
        .withdraw_judgement(left.min(right), left.max(right), moment.at)
        .await?
        == 0
    {
        return Err(WorkflowError::Refused(format!(
            "no judgement stands on {left} and {right}"
        )));
    }
    tx.journal(
        moment.at,
        &moment.actor,
        "withdraw-judgement",
        &left.to_string(),
        &right.to_string(),
    )
    .await?;
    tx.commit().await?;
    Ok(())
}

/// Records grouped into persons by what stands.
///
/// # Errors
/// When the key does not open the records.
pub async fn persons(
    hub: &Hub,
    key: &VaultKey,
    why: &str,
    moment: &Moment,
) -> Result<Vec<Vec<Known>>, WorkflowError> {
    let mut tx = hub.store.write("persons").await?;
    let opener = tx
        .opener(key, moment.at, &moment.actor, why, "all records")
        .await?;
    let known = tx.records(&opener).await?;
    let judgements = tx.judgements().await?;
    tx.commit().await?;
    let ids: Vec<RecordId> = known.iter().map(|k| k.id).collect();
    let mut by_id: HashMap<RecordId, Known> = known.into_iter().map(|k| (k.id, k)).collect();
    Ok(cluster::persons(&ids, &judgements)
        .into_iter()
        .map(|group| group.iter().filter_map(|id| by_id.remove(id)).collect())
        .collect())
}

/// Joins every unjudged pair at or above a stated threshold (bits), in the threshold's own name. Each join is a judgement
/// like a person's, and is withdrawn like one.
///
/// # Errors
/// When the store refuses.
pub async fn judge_above(hub: &Hub, bits: f64, moment: &Moment) -> Result<usize, WorkflowError> {
    #[expect(clippy::cast_possible_truncation, reason = "thresholds are within ±100 bits")]
    let least = (bits * 1000.0).round() as i64;
    let mut tx = hub.store.write("judge above a threshold").await?;
    let mut joined = 0;
    for pair in tx
        .pairs(1_000_000)
        .await?
        .into_iter()
        .filter(|p| p.outcome.is_none() && p.weight >= least)
    {
        let id = JudgementId::new(moment.at, entropy()?);
        let by = format!("threshold:{bits:.1}");
        tx.judge(&Judgement {
            id,
            left: pair.left,
            right: pair.right,
            outcome: Outcome::Same,
            by,
            at: moment.at,
            withdrawn: None,
        })
        .await?;
        joined += 1;
    }
    tx.journal(
        moment.at,
        &moment.actor,
        "judge-above",
        "pairs",
        &format!("threshold={bits:.1} joined={joined}"),
    )
    .await?;
    tx.commit().await?;
    Ok(joined)
}
