//! From judgements to persons: records joined by "same", kept apart by "different".

use std::collections::{BTreeMap, BTreeSet};

use evidence::id::RecordId;

use crate::{Judgement, Outcome};

/// Groups of records that are one person, each in order; a record that nothing joins is a group of its own.
///
/// A "different" anywhere inside a group dissolves every join of that group: people disagree, and until they agree
/// nothing is merged.
#[must_use]
pub fn persons(records: &[RecordId], judgements: &[Judgement]) -> Vec<Vec<RecordId>> {
    let standing: Vec<&Judgement> = judgements.iter().filter(|j| j.withdrawn.is_none()).collect();
    let mut root: BTreeMap<RecordId, RecordId> = records.iter().map(|r| (*r, *r)).collect();
    for j in standing.iter().filter(|j| j.outcome == Outcome::Same) {
        if let (Some(a), Some(b)) = (find(&root, j.left), find(&root, j.right)) {
            root.insert(a.max(b), a.min(b));
        }
    }
    let disputed: BTreeSet<RecordId> = standing
        .iter()
        .filter(|j| j.outcome == Outcome::Different)
        .filter_map(|j| find(&root, j.left).zip(find(&root, j.right)))
        .filter(|(a, b)| a == b)
        .map(|(a, _)| a)
        .collect();
    let mut groups: BTreeMap<RecordId, Vec<RecordId>> = BTreeMap::new();
    for record in records {
        let owner = find(&root, *record).unwrap_or(*record);
        groups
            .entry(if disputed.contains(&owner) { *record } else { owner })
            .or_default()
            .push(*record);
    }
    groups.into_values().collect()
}

fn find(root: &BTreeMap<RecordId, RecordId>, of: RecordId) -> Option<RecordId> {
    let mut at = of;
    loop {
        let next = *root.get(&at)?;
        if next == at {
            return Some(at);
        }
        at = next;
    }
}

#[cfg(test)]
mod tests {
    use evidence::id::JudgementId;
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn joins_are_reversible_and_contradictions_dissolve() {
        let at = Timestamp::UNIX_EPOCH;
        let r: Vec<RecordId> = (0..4).map(|i| RecordId::new(at, [i; 10])).collect();
        let judge = |a: usize, b: usize, outcome, withdrawn| Judgement {
            id: JudgementId::new(at, [9; 10]),
            left: r[a],
            right: r[b],
            outcome,
            by: "m".into(),
            at,
            withdrawn,
        };
        let sizes = |j: &[Judgement]| persons(&r, j).iter().map(Vec::len).collect::<Vec<_>>();
        assert_eq!(
            sizes(&[judge(0, 1, Outcome::Same, None), judge(1, 2, Outcome::Same, None)]),
            [3, 1]
        );
        assert_eq!(sizes(&[judge(0, 1, Outcome::Same, Some(at))]), [1, 1, 1, 1]);
        assert_eq!(
            sizes(&[
                judge(0, 1, Outcome::Same, None),
                judge(1, 2, Outcome::Same, None),
                judge(0, 2, Outcome::Different, None)
            ]),
            [1, 1, 1, 1]
        );
    }
}
