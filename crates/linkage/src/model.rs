//! Fellegi–Sunter weights, learnt without labels, and the score of a pair with each part of it named.
//!
//! m is learnt by expectation–maximisation over the proposed pairs, u from all pairs of values; Fellegi & Sunter 1969,
//! JASA 64:1183; the exact level's u is counted, not sampled, since it is just the rare agreement that decides.

use std::collections::{BTreeMap, HashMap};

use crate::{Comparison, Record, blocking};

/// m and u of every level of every comparison, least level first.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    pub m: BTreeMap<Comparison, Vec<f64>>,
    pub u: BTreeMap<Comparison, Vec<f64>>,
    /// The share of matches among all pairs of records.
    pub prior: f64,
    names: HashMap<Vec<String>, usize>,
    size: usize,
}

/// One bar of the waterfall: a field, how it compared, and the weight it added (bits).
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    pub comparison: Comparison,
    pub level: Option<usize>,
    pub weight: f64,
}

/// A scored pair: `weight` is log₂ of the odds that both records are one person.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    pub left: usize,
    pub right: usize,
    pub prior: f64,
    pub parts: Vec<Part>,
    pub weight: f64,
}

impl Pair {
    /// The probability of a match, safe from overflow at any weight.
    #[must_use]
    pub fn probability(&self) -> f64 {
        probability(self.weight)
    }
}

/// log₂ odds as a probability.
#[must_use]
pub fn probability(weight: f64) -> f64 {
    if weight >= 0.0 {
        1.0 / (1.0 + (-weight).exp2())
    } else {
        weight.exp2() / (1.0 + weight.exp2())
    }
}

/// The least u an agreement may have: rarer than this cannot be seen in files of our size.
const FLOOR: f64 = 1e-7;
/// Pairs that one pass of learning needs before it overrules the starting values.
const ENOUGH: usize = 20;

impl Model {
    /// Learns from `records` alone, and is the same for the same records.
    ///
    /// Two passes, each over the pairs that agree exactly on some fields, each learning the others: a field that chose
    /// the pairs can say nothing about them (Splink's training rules).
    #[must_use]
    pub fn learn(records: &[Record]) -> Self {
        use Comparison::{Birth, Name, Nationality, Passport, Phone};
        let mut model = Self::starting(records);
        let pairs = blocking::pairs(records);
        let exactly = |c: Comparison, a: &Record, b: &Record| c.compare(a, b) == Some(c.levels().len() - 1);
        let agreed = |fields: [Comparison; 2]| {
            let chosen = pairs
                .iter()
                .filter(move |(a, b)| fields.iter().any(|c| exactly(*c, &records[*a], &records[*b])));
            chosen.copied().collect::<Vec<_>>()
        };
        model.pass(records, &agreed([Passport, Phone]), &[Name, Birth, Nationality]);
        model.pass(records, &agreed([Name, Birth]), &[Passport, Phone]);
        // λ from what deterministic rules find, four fifths of all matches at a guess, out of all pairs of records.
        let found = pairs
            .iter()
            .map(|(a, b)| (&records[*a], &records[*b]))
            .filter(|(a, b)| {
                exactly(Passport, a, b) || (Name.compare(a, b) >= Some(2) && exactly(Birth, a, b))
            })
            .count();
        let all = (records.len() as f64 * (records.len() as f64 - 1.0) / 2.0).max(1.0);
        model.prior = ((found as f64).max(1.0) / 0.8 / all).clamp(1e-9, 0.3);
        model
    }

    /// One pass of expectation–maximisation over `pairs`, for the fields that did not choose them.
    fn pass(&mut self, records: &[Record], pairs: &[(usize, usize)], fields: &[Comparison]) {
        if pairs.len() < ENOUGH {
            return;
        }
        let mut patterns: BTreeMap<Vec<Option<usize>>, f64> = BTreeMap::new();
        for (a, b) in pairs {
            let pattern = fields
                .iter()
                .map(|c| c.compare(&records[*a], &records[*b]))
                .collect();
            *patterns.entry(pattern).or_default() += 1.0;
        }
        let mut share: f64 = 0.5;
        for _ in 0..50 {
            // Half an observation at each level keeps a level that was never seen from becoming impossible.
            let mut seen: BTreeMap<Comparison, Vec<f64>> =
                fields.iter().map(|c| (*c, vec![0.5; c.levels().len()])).collect();
            let mut matches = 0.0;
            for (pattern, count) in &patterns {
                let weight = (share / (1.0 - share)).log2()
                    + fields
                        .iter()
                        .zip(pattern)
                        .map(|(c, l)| self.bits(*c, *l))
                        .sum::<f64>();
                let expected = probability(weight) * count;
                matches += expected;
                for (comparison, level) in fields.iter().zip(pattern) {
                    if let (Some(level), Some(row)) = (level, seen.get_mut(comparison)) {
                        row[*level] += expected;
                    }
                }
            }
            share = (matches / pairs.len() as f64).clamp(1e-4, 0.999);
            for (comparison, row) in seen {
                let total: f64 = row.iter().sum();
                self.m.insert(comparison, row.iter().map(|v| v / total).collect());
            }
        }
    }

    /// Splink's starting values for m; u from the frequencies of values in `records`.
    fn starting(records: &[Record]) -> Self {
        let mut names: HashMap<Vec<String>, usize> = HashMap::new();
        for record in records.iter().filter(|r| !r.name.is_empty()) {
            *names.entry(record.name.clone()).or_default() += 1;
        }
        let mut m = BTreeMap::new();
        let mut u = BTreeMap::new();
        for comparison in Comparison::ALL {
            let levels = comparison.levels().len();
            m.insert(
                comparison,
                match levels {
                    2 => vec![0.05, 0.95],
                    3 => vec![0.05, 0.10, 0.85],
                    _ => vec![0.05, 0.08, 0.12, 0.75],
                },
            );
            u.insert(comparison, chance(records, comparison));
        }
        let all = (records.len() as f64 * (records.len() as f64 - 1.0) / 2.0).max(1.0);
        // Before anything is known: one record in ten has been seen before.
        Self {
            m,
            u,
            prior: (records.len() as f64 * 0.1 / all).clamp(1e-9, 0.1),
            names,
            size: records.len(),
        }
    }

    fn bits(&self, comparison: Comparison, level: Option<usize>) -> f64 {
        let Some(level) = level else { return 0.0 };
        let of = |table: &BTreeMap<Comparison, Vec<f64>>| {
            table
                .get(&comparison)
                .and_then(|row| row.get(level))
                .copied()
                .unwrap_or(FLOOR)
        };
        (of(&self.m).max(1e-300) / of(&self.u).max(1e-300)).log2()
    }

    /// Scores one pair, each part named.
    #[must_use]
    pub fn score(&self, records: &[Record], left: usize, right: usize) -> Pair {
        let (a, b) = (&records[left], &records[right]);
        let prior = (self.prior / (1.0 - self.prior)).log2();
        let parts: Vec<Part> = Comparison::ALL
            .into_iter()
            .map(|comparison| {
                let level = comparison.compare(a, b);
                let mut weight = self.bits(comparison, level);
                if comparison == Comparison::Name && level == Some(3) {
                    weight += self.rarity(&a.name);
                }
                Part {
                    comparison,
                    level,
                    weight,
                }
            })
            .collect();
        let weight = prior + parts.iter().map(|p| p.weight).sum::<f64>();
        Pair {
            left,
            right,
            prior,
            parts,
            weight,
        }
    }

    /// Bits that agreeing on a rare name adds and on a common one takes away. A name seen twice is the rarest that shows.
    fn rarity(&self, name: &[String]) -> f64 {
        let exact = self
            .u
            .get(&Comparison::Name)
            .and_then(|u| u.last())
            .copied()
            .unwrap_or(FLOOR);
        let held = self.names.get(name).copied().unwrap_or(1).max(2) as f64 / self.size.max(2) as f64;
        (exact / held).log2().clamp(-8.0, 4.0)
    }

    /// All proposed pairs at or above `least` bits, strongest first.
    #[must_use]
    pub fn pairs(&self, records: &[Record], least: f64) -> Vec<Pair> {
        let mut pairs: Vec<Pair> = blocking::pairs(records)
            .into_iter()
            .map(|(a, b)| self.score(records, a, b))
            .filter(|p| p.weight >= least)
            .collect();
        pairs.sort_by(|a, b| {
            b.weight
                .total_cmp(&a.weight)
                .then((a.left, a.right).cmp(&(b.left, b.right)))
        });
        pairs
    }
}

/// How often two different people agree at each level: the exact one counted from the values, the others from evenly
/// spaced pairs of records, so that no random number is drawn.
fn chance(records: &[Record], comparison: Comparison) -> Vec<f64> {
    let levels = comparison.levels().len();
    let mut counts = vec![0.5; levels];
    let n = records.len();
    let step = (n / 400).max(1);
    for i in (0..n).step_by(step) {
        for j in (i + 1..n).step_by(step) {
            if let Some(level) = comparison.compare(&records[i], &records[j]) {
                counts[level] += 1.0;
            }
        }
    }
    let total: f64 = counts.iter().sum();
    let mut u: Vec<f64> = counts.iter().map(|c| c / total).collect();
    let mut values: HashMap<String, f64> = HashMap::new();
    let mut present = 0.0;
    for record in records {
        let value = match comparison {
            Comparison::Name => record.name.join(" "),
            Comparison::Birth => record
                .birth
                .filter(|b| b.2.is_some())
                .map(|b| format!("{b:?}"))
                .unwrap_or_default(),
            Comparison::Nationality => record.nationality.clone(),
            Comparison::Passport => record.passport.clone(),
            Comparison::Phone => record.phone.clone(),
        };
        if !value.is_empty() {
            *values.entry(value).or_default() += 1.0;
            present += 1.0;
        }
    }
    if present > 1.0 {
        let agreeing: f64 = values.values().map(|v| v * (v - 1.0)).sum::<f64>() / (present * (present - 1.0));
        // Agreeing pairs are partly true matches: half a pair among all is the least that chance may claim.
        let exact = agreeing.max(1.0 / (present * (present - 1.0))).max(FLOOR);
        // Identifiers agree by being one person's; what a person shares with others is left as counted.
        u[levels - 1] = match comparison {
            Comparison::Passport | Comparison::Phone | Comparison::Birth => (exact / 50.0).max(FLOOR),
            Comparison::Name => (exact / 4.0).max(FLOOR),
            Comparison::Nationality => exact,
        };
    }
    let total: f64 = u.iter().sum();
    u.iter().map(|v| v / total).collect()
}

#[cfg(test)]
mod tests {
    use evidence::person::{Person, Secret};

    use super::*;

    fn person(name: &str, birth: &str, nationality: &str, passport: &str, phone: &str) -> Record {
        Record::of(&Person {
            name: Secret::new(name),
            birth_date: Secret::new(birth),
            nationality: nationality.into(),
            passport: Secret::new(passport),
            phone: Secret::new(phone),
            ..Person::default()
        })
    }

    #[test]
    fn missing_values_are_no_evidence() {
        let records = [
            person("Ani Widya", "", "ID", "", ""),
            person("Widya Ani", "1999-01-02", "", "", ""),
        ];
        let pair = Model::learn(&records).score(&records, 0, 1);
        let missing: f64 = pair
            .parts
            .iter()
            .filter(|p| p.level.is_none())
            .map(|p| p.weight.abs())
            .sum();
        assert!(missing == 0.0 && pair.parts.iter().filter(|p| p.level.is_none()).count() == 4);
        let sum = pair.prior + pair.parts.iter().map(|p| p.weight).sum::<f64>();
        assert!((sum - pair.weight).abs() < 1e-9, "the waterfall adds up");
    }

    #[test]
    fn the_same_person_outweighs_a_namesake() {
        let mut records = vec![
            person("Ani Widya", "1999-01-02", "ID", "C1234567", "+62 811 5550 001"),
            person("Widya, Ani", "1999-01-02", "ID", "C1234567", ""),
            person("Ani Widya", "1975-11-30", "ID", "X7654321", "+62 811 5550 009"),
        ];
        for i in 0..40_u8 {
            let letter = char::from(b'a' + i % 26);
            records.push(person(
                &format!("{letter}{letter}ra Number{i}"),
                &format!("19{}-05-1{}", 60 + i, i % 9),
                "KE",
                &format!("K{i}99999"),
                "",
            ));
        }
        let model = Model::learn(&records);
        let (same, namesake) = (model.score(&records, 0, 1), model.score(&records, 0, 2));
        assert!(same.probability() > 0.99, "{same:?}");
        assert!(namesake.probability() < 0.5, "{namesake:?}");
        assert_eq!(
            model.pairs(&records, -100.0),
            Model::learn(&records).pairs(&records, -100.0)
        );
    }
}
