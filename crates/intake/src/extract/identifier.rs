//! Web addresses, mail addresses and telephone numbers.

use std::sync::LazyLock;

use evidence::{Mention, Value};
use regex::Regex;

use super::{Mask, ascii_digit};
use crate::Positions;

fn pattern(text: &str) -> Option<Regex> {
    Regex::new(text).ok()
}

static EMAIL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(r"[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*\.[A-Za-z]{2,24}")
});
/// Boundaries are those of ASCII, in which hosts and figures are written: fast engines can look at them, and a Thai letter right
/// after an address does not belong to it. Hosts without a scheme count when their last label is one that reports really hold.
static URL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r#"(?:https?://[^\s<>"'“”，。；）)\]|]+)|(?:(?-u:\b)(?:www\.)?[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}\.)+(?:com|org|net|gov|edu|int|info|biz|io|me|co|app|xyz|top|vip|site|online|shop|cc|tv|ru|su|ch|uk|kh|th|vn|la|mm|ph|id|my|sg|hk|cn|tw|jp|kr|in|eu|de|fr|br|au)(?-u:\b)(?:/[^\s<>"'“”，。；）)\]|]*)?)"#,
    )
});
static PHONE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"\+\p{Nd}[\p{Nd} ().\u{a0}-]{4,20}\p{Nd}|(?-u:\b)1-\p{Nd}{3}-\p{Nd}{3}-\p{Nd}{4}(?-u:\b)|(?-u:\b)0\p{Nd}{1,3}[ -]\p{Nd}{2,4}[ -]?\p{Nd}{3,4}(?-u:\b)",
    )
});
/// A short code stands after a colon, on a line that says whom it reaches.
static SHORT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?i)(?:hotline|helpline|police|actionline|assistance|protection|emergency|call|tel|phone|dial|contact|สายด่วน|โทร|ตำรวจ|热线|电话|ទូរសព្ទ|đường dây nóng)[^\n:：]{0,60}[:：]\s*(?P<s>\p{Nd}{3,5})(?:$|[\s,;(。，])",
    )
});

pub(super) fn find(positions: &Positions<'_>, mask: &mut Mask, mentions: &mut Vec<Mention>) {
    let text = positions.text();
    let mut put = |start: usize, end: usize, rule, value, mask: &mut Mask| {
        mask.cover(start, end);
        mentions.push(positions.mention(start, end, rule, value));
    };
    for m in EMAIL.iter().flat_map(|p| p.find_iter(text)) {
        put(
            m.start(),
            m.end(),
            "identifier.email",
            Value::Email(m.as_str().to_ascii_lowercase()),
            mask,
        );
    }
    for m in URL.iter().flat_map(|p| p.find_iter(text)) {
        let end = m.start()
            + m.as_str()
                .trim_end_matches(['.', ',', ';', ':', '!', '?', '…'])
                .len();
        if !mask.covers(m.start(), end) && !text[..m.start()].ends_with('@') {
            put(
                m.start(),
                end,
                "identifier.url",
                Value::Url(text[m.start()..end].to_owned()),
                mask,
            );
        }
    }
    for m in PHONE.iter().flat_map(|p| p.find_iter(text)) {
        if mask.covers(m.start(), m.end())
            || text[..m.start()].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '-')
        {
            continue;
        }
        if let Some(value) = e164(m.as_str()) {
            put(m.start(), m.end(), "identifier.phone", Value::Phone(value), mask);
        }
    }
    for found in SHORT.iter().flat_map(|p| p.captures_iter(text)) {
        if let Some(m) = found.name("s")
            && !mask.covers(m.start(), m.end())
        {
            let value = m.as_str().chars().filter_map(ascii_digit).collect();
            put(
                m.start(),
                m.end(),
                "identifier.short_code",
                Value::Phone(value),
                mask,
            );
        }
    }
}

/// International form (ITU-T E.164: at most 15 digits). A national number stays as it is: its country is not known.
fn e164(written: &str) -> Option<String> {
    let digits: String = written.chars().filter_map(ascii_digit).collect();
    if !(6..=15).contains(&digits.len()) {
        return None;
    }
    Some(if written.starts_with('0') {
        digits
    } else {
        format!("+{digits}")
    })
}
