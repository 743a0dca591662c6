//! Which pairs are tried: those that share something rare. Trying all is quadratic and teaches nothing more.

use std::collections::{BTreeSet, HashMap};

use crate::Record;

/// A value that more records than this share is too common to propose pairs by.
pub const COMMON: usize = 200;

/// Pairs of indices that share a passport, a phone, a name part with the birth year, or the whole name, in order.
#[must_use]
pub fn pairs(records: &[Record]) -> Vec<(usize, usize)> {
    let mut blocks: HashMap<String, Vec<usize>> = HashMap::new();
    for (i, record) in records.iter().enumerate() {
        for key in keys(record) {
            blocks.entry(key).or_default().push(i);
        }
    }
    let mut pairs = BTreeSet::new();
    for members in blocks.values().filter(|m| m.len() <= COMMON) {
        for (n, a) in members.iter().enumerate() {
            for b in &members[n + 1..] {
                pairs.insert((*a.min(b), *a.max(b)));
            }
        }
    }
    pairs.into_iter().filter(|(a, b)| a != b).collect()
}

/// The values by which `record` may be proposed beside others, each once.
#[must_use]
pub fn keys(record: &Record) -> Vec<String> {
    let mut keys = Vec::new();
    if !record.passport.is_empty() {
        keys.push(format!("p{}", record.passport));
    }
    if !record.phone.is_empty() {
        keys.push(format!("t{}", record.phone));
    }
    for token in &record.name {
        let head: String = token.chars().take(3).collect();
        if let Some((year, month, day)) = record.birth {
            keys.push(format!("y{year}{head}"));
            if let (Some(m), Some(d)) = (month, day) {
                keys.push(format!("d{m}-{d}{head}"));
            }
        }
        keys.push(format!("c{}{token}", record.nationality));
    }
    if record.name.len() > 1 {
        keys.push(format!("n{}", record.name.join(" ")));
    }
    keys.sort();
    keys.dedup();
    keys
}
