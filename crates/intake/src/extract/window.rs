//! Patterns with word boundaries, run only where they can match.
//!
//! Engines that look at Unicode's word boundaries read a text a hundred times slower than those that do not. So a pattern
//! without them finds where a match may stand, and the whole pattern is run there alone.

use regex::{Captures, Regex};

/// Bytes before and after a sign in which a match that holds it lies: the longest are Khmer dates, at three bytes a letter.
const BEFORE: usize = 64;
const AFTER: usize = 64;
/// The same for matches that reach the window's end: number words written out.
const FAR: usize = 1_024;

/// The first sign at or after `at`.
pub(super) fn sign(signs: &Regex, text: &str, at: usize) -> Option<(usize, usize)> {
    signs.find_at(text, at).map(|m| (m.start(), m.end()))
}

/// The match of `pattern` that holds the sign at `sign` and begins no earlier than `from`.
pub(super) fn around<'t>(
    pattern: &Regex,
    text: &'t str,
    from: usize,
    sign: (usize, usize),
) -> Option<Captures<'t>> {
    let start = begin(text, from, sign.0);
    let mut reach = AFTER;
    loop {
        let end = end(text, sign.1, reach);
        let mut at = start;
        let found = loop {
            let Some(captures) = pattern.captures_at(&text[..end], at) else {
                break None;
            };
            let Some((begins, ends)) = captures.get(0).map(|m| (m.start(), m.end())) else {
                break None;
            };
            if ends > sign.0 {
                break (begins <= sign.0).then_some((captures, ends));
            }
            at = if ends > at { ends } else { next(text, at) };
        };
        match found {
            Some((_, ends)) if ends == end && end < text.len() && reach < FAR => reach = FAR,
            found => return found.map(|(captures, _)| captures),
        }
    }
}

/// The byte after the character at `at`.
fn next(text: &str, at: usize) -> usize {
    text[at..].chars().next().map_or(at + 1, |c| at + c.len_utf8())
}

fn begin(text: &str, from: usize, sign: usize) -> usize {
    let mut at = sign.saturating_sub(BEFORE).max(from);
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

fn end(text: &str, sign: usize, reach: usize) -> usize {
    crate::position::floor(text, (sign + reach).min(text.len()))
}
