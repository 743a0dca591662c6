//! Counts and money: one pass over the numbers of a text, each with its bound, its unit and its words.

use evidence::{Bound, Mention, Quantity, Value, claim::Unread};
use regex::Captures;

use super::{Mask, number, window};
use crate::{Positions, language::Language};

/// Words that join the ends of "between … and …" and otherwise join two separate numbers.
const CONJUNCTIONS: [&str; 4] = ["and", "dan", "e", "และ"];
/// English words after which a noun no longer belongs to the number before them.
const BREAKS: [&str; 32] = [
    "in", "on", "at", "from", "by", "to", "and", "that", "which", "who", "were", "was", "is", "are", "have",
    "has", "had", "with", "for", "as", "or", "but", "than", "when", "while", "percent", "years", "hours",
    "days", "months", "into", "per",
];

pub(super) fn find(
    positions: &Positions<'_>,
    language: &Language,
    mask: &mut Mask,
    mentions: &mut Vec<Mention>,
    unread: &mut Vec<Unread>,
) {
    let text = positions.text();
    let columns = table_columns(text, language);
    let mut last: Option<Last> = None;
    let mut at = 0;
    while let Some(sign) = window::sign(&language.number_at, text, at) {
        let Some(captures) = window::around(&language.amount, text, at, sign) else {
            at = sign.1;
            continue;
        };
        let Some(whole) = captures.get(0) else { break };
        at = whole.end().max(sign.1);
        let Some(amount) = Amount::read(&captures, language, text) else {
            continue;
        };
        at = amount.resume;
        if mask.covers(amount.start, amount.end) {
            continue;
        }
        if let Some(why) = amount.doubt {
            unread.push(Unread {
                span: positions.span(amount.start, amount.end),
                why: why.to_owned(),
            });
            continue;
        }
        if let Some(currency) = amount.currency {
            mask.cover(amount.start, amount.end);
            let value = Value::Money {
                quantity: amount.quantity,
                currency,
            };
            mentions.push(positions.mention(amount.start, amount.end, "quantity.money", value));
            last = None;
            continue;
        }
        let units = hundredths_to_units(amount.quantity);
        let noun = noun_after(text, amount.end, language);
        let shared = last
            .as_ref()
            .filter(|l| l.governs(text, amount.start, amount.end));
        let column = columns
            .iter()
            .any(|(s, e)| *s <= amount.start && amount.end <= *e);
        let (end, quantity, of, rule) = match (noun, shared) {
            (Some((end, noun)), _) => (end, units, noun, "quantity.count"),
            (None, Some(l)) => {
                let bound = if units.bound == Bound::Exact {
                    l.bound
                } else {
                    units.bound
                };
                let value = units.min.or(units.max).unwrap_or(0);
                (
                    amount.end,
                    Quantity::bounded(value, bound),
                    l.of.clone(),
                    "quantity.shared_noun",
                )
            }
            (None, None) if column => (amount.end, units, "table".to_owned(), "quantity.table"),
            _ => continue,
        };
        mask.cover(amount.start, end);
        at = at.max(end);
        last = Some(Last {
            end,
            bound: quantity.bound,
            of: of.clone(),
        });
        mentions.push(positions.mention(amount.start, end, rule, Value::Count { quantity, of }));
    }
}

/// The count before, whose bound and noun "… and 100,000 in Cambodia" shares.
struct Last {
    end: usize,
    bound: Bound,
    of: String,
}

impl Last {
    fn governs(&self, text: &str, start: usize, end: usize) -> bool {
        let Some(between) = text.get(self.end..start) else {
            return false;
        };
        between.len() < 80
            && !between.contains(['.', ';', '\n'])
            && between.trim_end().ends_with(" and")
            && text[end..].trim_start().starts_with("in ")
    }
}

struct Amount {
    start: usize,
    end: usize,
    /// Where the search goes on: after the first number, when the second was not the end of a range.
    resume: usize,
    /// In hundredths.
    quantity: Quantity,
    currency: Option<String>,
    doubt: Option<&'static str>,
}

impl Amount {
    fn read(captures: &Captures<'_>, language: &Language, text: &str) -> Option<Self> {
        let whole = captures.get(0)?;
        let get = |name: &str| captures.name(name).map(|m| m.as_str());
        let before = &text[..whole.start()];
        let begins_word = text[whole.start()..].starts_with(|c: char| c.is_ascii_alphanumeric());
        let glued = before.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || c == '#')
            || (before.ends_with(['-', '/', '.'])
                && before
                    .trim_end_matches(['-', '/', '.'])
                    .ends_with(|c: char| c.is_ascii_alphanumeric()));
        if begins_word && glued {
            return None;
        }
        let bound_word = get("bound").map(fold);
        let mut bound = bound_word
            .and_then(|w| lookup(&language.bounds, &w))
            .unwrap_or(Bound::Exact);
        if let Some(after) = get("after").and_then(|w| language.after.get(w)) {
            bound = *after;
        }
        let code = |name: &str, table: &std::collections::HashMap<String, String>| {
            get(name).and_then(|w| lookup(table, &fold(w)).or_else(|| table.get(w).cloned()))
        };
        let currency = code("c1", &language.currency_before)
            .or_else(|| code("c2", &language.currency_before))
            .or_else(|| code("c3", &language.currency_after));
        let mut end = whole.end();
        let mut resume = end;
        let mut doubt = None;
        let scale = |name: &str| get(name).and_then(|w| language.scales.get(w)).copied();
        let quantity = if let Some(vague) = get("vague") {
            let unit = lookup(&language.vague, &fold(vague))?;
            Quantity::bounded(unit.checked_mul(100)?, Bound::Vague)
        } else if let Some(word) = get("word") {
            let value = number::spoken(word, language).unwrap_or_else(|| {
                doubt = Some("number words that do not make one number");
                0
            });
            Quantity::bounded(value.checked_mul(100)?, point(bound))
        } else {
            let first = captures.name("n1")?;
            if text[first.end()..].starts_with(|c: char| c.is_ascii_alphabetic())
                && get("s1").is_none()
                && get("c3").is_none()
            {
                return None;
            }
            let joined = get("to").map(|t| CONJUNCTIONS.contains(&t));
            let range = joined == Some(false) || (joined == Some(true) && bound == Bound::Range);
            let high_scale = scale("s2");
            let low_scale = scale("s1").or(if range { high_scale } else { None });
            if low_scale.is_none()
                && currency.is_none()
                && number::looks_grouped_abroad(first.as_str(), language)
            {
                doubt = Some("thousands or thousandths? the text's language writes this number another way");
            }
            let mut low = number::written(first.as_str(), low_scale.unwrap_or(1), language)?;
            if let (Some(more), Some(scale)) = (get("more").filter(|m| !m.is_empty()), low_scale) {
                match number::parts(more, scale, language) {
                    Some(rest) => low = low.checked_add(rest)?,
                    None => doubt = Some("several numbers in a row that do not make one number"),
                }
            }
            if range {
                let high = number::written(get("n2")?, high_scale.unwrap_or(1), language)?;
                Quantity::range(low, high)
            } else {
                if joined.is_some() {
                    end = captures
                        .name("more")
                        .or(captures.name("s1"))
                        .map_or(first.end(), |m| m.end());
                    resume = end;
                }
                Quantity::bounded(low, point(bound))
            }
        };
        let currency = if end == whole.end() {
            currency
        } else {
            code("c1", &language.currency_before)
        };
        let end = whole.start() + text[whole.start()..end].trim_end().len();
        Some(Self {
            start: whole.start(),
            end,
            resume: resume.max(end),
            quantity,
            currency,
            doubt,
        })
    }
}

/// "Between" without an end to it is only a point.
fn point(bound: Bound) -> Bound {
    if bound == Bound::Range {
        Bound::Exact
    } else {
        bound
    }
}

pub(super) fn fold(word: &str) -> String {
    word.to_lowercase()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

pub(super) fn lookup<V: Clone>(table: &std::collections::HashMap<String, V>, folded: &str) -> Option<V> {
    table.get(folded).cloned().or_else(|| {
        table
            .iter()
            .find(|(k, _)| k.to_lowercase() == folded)
            .map(|(_, v)| v.clone())
    })
}

fn hundredths_to_units(q: Quantity) -> Quantity {
    Quantity {
        min: q.min.map(|v| v / 100),
        max: q.max.map(|v| v / 100),
        bound: q.bound,
    }
}

/// The counted noun after a number, and where it ends.
fn noun_after(text: &str, end: usize, language: &Language) -> Option<(usize, String)> {
    let tail = &text[end..];
    if !language.spaced {
        let trimmed = tail.trim_start_matches([' ', '\u{a0}']);
        return language
            .nouns
            .iter()
            .filter(|n| trimmed.starts_with(n.as_str()))
            .max_by_key(|n| n.len())
            .map(|n| (end + tail.len() - trimmed.len() + n.len(), n.clone()));
    }
    let reach = if language.code == "en" { 5 } else { 2 };
    let mut at = end;
    for _ in 0..reach {
        let rest = &text[at..];
        let gap = rest.len() - rest.trim_start_matches([' ', '\u{a0}']).len();
        let rest = &rest[gap..];
        let length = rest
            .find(|c: char| !(c.is_alphanumeric() || c == '-' || c == '’' || c == '\''))
            .unwrap_or(rest.len());
        let word = rest[..length].to_lowercase();
        if length == 0 || gap == 0 || (language.code == "en" && BREAKS.contains(&word.as_str())) {
            return None;
        }
        at += gap + length;
        if language.nouns.contains(&word) {
            return Some((at, word));
        }
    }
    None
}

/// Byte ranges of the cells under a header that counts people, in tables pasted with bars between the cells.
fn table_columns(text: &str, language: &Language) -> Vec<(usize, usize)> {
    let mut cells = Vec::new();
    let mut header: Option<Vec<bool>> = None;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let parts: Vec<&str> = line.split('|').collect();
        if parts.len() < 2 {
            header = None;
        } else if let Some(counted) = header.as_ref().filter(|h| h.len() == parts.len()) {
            let mut at = start;
            for (part, counted) in parts.iter().zip(counted) {
                if *counted {
                    cells.push((at, at + part.len()));
                }
                at += part.len() + 1;
            }
        } else {
            header = Some(parts.iter().map(|cell| counts_people(cell, language)).collect());
        }
        start += line.len();
    }
    cells
}

fn counts_people(header: &str, language: &Language) -> bool {
    let header = header.trim().to_lowercase();
    if language.spaced {
        header
            .split_whitespace()
            .any(|w| language.nouns.iter().any(|n| n == w))
    } else {
        language.nouns.iter().any(|n| header.contains(n.as_str()))
    }
}
