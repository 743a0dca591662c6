//! Estimate: from a table or from the store's own lists to a figure with its verdict.

use estimate::{Assessment, Method, Table, assess};
use evidence::{document::ContentHash, id::RunId, run::Run};
use serde_json::{Value, json};
use store::VaultKey;

use crate::{
    hub::{Hub, Moment, WorkflowError, entropy},
    link,
};

/// An assessment and the run that made it.
#[derive(Debug, Clone)]
pub struct Estimated {
    pub assessment: Assessment,
    pub run: Run,
}

/// Estimates from a table's bytes.
///
/// # Errors
/// When they are not a table.
pub fn table(bytes: &[u8], methods: &[Method], level: f64) -> Result<Estimated, WorkflowError> {
    let table = Table::read(bytes)?;
    Ok(estimated(
        &table,
        ContentHash::of(bytes).to_string(),
        methods,
        level,
    ))
}

fn estimated(table: &Table, input: String, methods: &[Method], level: f64) -> Estimated {
    let names: Vec<&str> = methods.iter().map(|m| m.as_str()).collect();
    let run = Run {
        step: "estimate",
        inputs: vec![input],
        parameters: vec![
            ("level".into(), level.to_string()),
            ("methods".into(), names.join(" ")),
        ],
        seed: 0,
        version: env!("CARGO_PKG_VERSION"),
    };
    Estimated {
        assessment: assess(table, methods, level),
        run,
    }
}

/// Estimates from the store: one list per source, people joined by the judgements that stand.
///
/// # Errors
/// When the key does not open the records.
pub async fn from_store(
    hub: &Hub,
    key: &VaultKey,
    level: f64,
    moment: &Moment,
) -> Result<Estimated, WorkflowError> {
    let persons = link::persons(hub, key, "estimate", moment).await?;
    let mut lists: Vec<String> = persons.iter().flatten().map(|k| k.source.clone()).collect();
    lists.sort();
    lists.dedup();
    let patterns = persons.iter().map(|group| {
        group
            .iter()
            .filter_map(|k| lists.iter().position(|l| *l == k.source))
            .filter(|j| *j < 16)
            .fold(0_u32, |p, j| p | 1 << j)
    });
    let table = Table::from_patterns(lists.clone(), patterns);
    let input = ContentHash::of(format!("{:?}{:?}", table.lists, table.cells).as_bytes()).to_string();
    let done = estimated(&table, input, &[], level);
    let mut tx = hub.store.write("estimate").await?;
    let id = RunId::new(moment.at, entropy()?);
    tx.put_run(id, &done.run, &to_json(&done).to_string(), moment.at)
        .await?;
    tx.journal(
        moment.at,
        &moment.actor,
        "estimate",
        &id.to_string(),
        &done.run.hash(),
    )
    .await?;
    tx.commit().await?;
    Ok(done)
}

/// The published form, `hue.estimate/1`.
#[must_use]
pub fn to_json(done: &Estimated) -> Value {
    let a = &done.assessment;
    let methods: Vec<Value> = a
        .estimates
        .iter()
        .map(|e| match &e.figure {
            Ok(f) => json!({
                "name": e.method.as_str(), "status": "ok", "estimate": f.estimate, "dark": f.estimate - a.table.people() as f64,
                "lower": f.lower, "upper": f.upper, "level": f.level, "interval": "multinomial-profile", "model": f.model,
            }),
            Err(why) => json!({
                "name": e.method.as_str(), "status": "no_estimate", "estimate": null, "lower": null, "upper": null, "reason": why,
            }),
        })
        .collect();
    let reasons: Vec<Value> = a
        .verdict
        .reasons
        .iter()
        .map(|r| json!({"code": r.code, "kind": r.kind.as_str(), "value": finite(r.value), "limit": finite(r.limit), "text": r.text}))
        .collect();
    let certificate = a
        .certificate
        .as_ref()
        .map(|c| json!({"constant": c.constant, "lists": c.lists, "says": c.says}));
    let captures: Vec<u64> = (1..=u32::try_from(a.table.lists.len()).unwrap_or(0))
        .map(|k| a.table.captured(k))
        .collect();
    json!({
        "schema": "hue.estimate/1",
        "run": {
            "hash": done.run.hash(), "version": done.run.version, "input": format!("sha256:{}", done.run.inputs.join(" ")), "seed": done.run.seed,
            "parameters": done.run.parameters.iter().map(|(k, v)| (k.clone(), Value::from(v.as_str()))).collect::<serde_json::Map<_, _>>(),
        },
        "table": {
            "lists": a.table.lists, "people": a.table.people(), "cells_positive": a.table.cells.len(),
            "cells": (1_u64 << a.table.lists.len()) - 1, "captures": captures, "strata": [], "notes": a.table.notes,
        },
        "methods": methods,
        "verdict": {"kind": a.verdict.kind.as_str(), "reasons": reasons, "certificate": certificate},
    })
}

fn finite(value: f64) -> Option<f64> {
    (value.is_finite() && value < f64::MAX).then_some(value)
}

/// A method by its name.
#[must_use]
pub fn method(name: &str) -> Option<Method> {
    Method::named(name)
}

/// The levels that intervals can be given at.
#[must_use]
pub fn levels() -> Vec<f64> {
    estimate::report::levels()
}

/// Whether the verdict is a refusal.
#[must_use]
pub fn refused(done: &Estimated) -> bool {
    done.assessment.verdict.kind == estimate::VerdictKind::Refused
}

/// For a terminal.
#[must_use]
pub fn to_text(done: &Estimated) -> String {
    use std::fmt::Write;
    let a = &done.assessment;
    let mut out = String::new();
    let _ = writeln!(
        out,
        "{} people on {} lists: {}",
        a.table.people(),
        a.table.lists.len(),
        a.table.lists.join(", ")
    );
    for e in &a.estimates {
        let _ = match &e.figure {
            Ok(f) => {
                let upper = f
                    .upper
                    .map_or_else(|| "no upper limit".to_owned(), |u| format!("{u:.0}"));
                writeln!(
                    out,
                    "{:<13} {:.0} in all, {:.0} to {upper} ({:.0} %)",
                    e.method.as_str(),
                    f.estimate,
                    f.lower,
                    f.level * 100.0
                )
            }
            Err(why) => writeln!(out, "{:<13} no estimate: {why}", e.method.as_str()),
        };
    }
    let _ = writeln!(out, "verdict: {}", a.verdict.kind.as_str());
    for r in &a.verdict.reasons {
        let _ = writeln!(out, "  {} ({}): {}", r.code, r.kind.as_str(), r.text);
    }
    for note in &a.table.notes {
        let _ = writeln!(out, "note: {note}");
    }
    out
}
