//! Finds what language marks: identifiers, dates, numbers, money and speech.
//!
//! The order matters: what is found first is masked, so that a telephone number is not read as a count.

mod date;
mod identifier;
mod number;
mod quantity;
mod statement;
mod window;

use std::collections::BTreeMap;

use evidence::{Mention, Span, claim::Unread};

use crate::{
    Positions,
    position::floor,
    section::{self, Section},
};

/// What was found, what was not, and the day the text calls today.
#[derive(Debug, Clone, Default)]
pub struct Extraction {
    /// In the order of the text.
    pub mentions: Vec<Mention>,
    pub unread: Vec<Unread>,
    /// ISO 8601: as given, or as the text's own dateline says.
    pub published: Option<String>,
}

/// The most claims that one document may have: an embassy's list of ten thousand people has sixty thousand.
const MOST: usize = 200_000;

/// What "today" in a text counts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Today<'a> {
    /// A day that somebody stated, ISO 8601.
    Stated(&'a str),
    /// The text's own dateline, where it has one.
    Dateline,
    /// Nothing: a table has no dateline, and the first date in it is somebody's birth.
    Unknown,
    /// Another day from each of these code points on: the messages of a chat.
    Each(&'a [(usize, String)]),
}

/// Finds mentions in `text`. `found` are the places and ledger addresses that other crates saw; they are kept, and
/// nothing else is read inside an address. Nothing at all is read in the stretches that stand `apart`.
#[must_use]
pub fn extract(text: &str, mut found: Vec<Mention>, apart: &[Span], today: Today<'_>) -> Extraction {
    let positions = Positions::of(text);
    let mut mask = Mask::default();
    let mut mentions = Vec::new();
    let mut unread = Vec::new();
    if !apart.is_empty() {
        found.retain(|m| !apart.iter().any(|a| a.overlaps(m.span)));
    }
    let inside = found
        .iter()
        .filter(|m| m.value.kind() == evidence::Kind::Address)
        .map(|m| m.span);
    for span in inside.chain(apart.iter().copied()) {
        if let Some((start, end)) = positions.byte(span.start).zip(positions.byte(span.end)) {
            mask.cover(start, end);
        }
    }
    identifier::find(&positions, &mut mask, &mut mentions);
    let sections = section::of(text);
    let published = match today {
        Today::Stated(day) => Some(day.to_owned()),
        Today::Dateline => date::dateline(text, &sections, &mask),
        Today::Unknown | Today::Each(_) => None,
    };
    let calendar = date::Calendar::of(&positions, published.as_deref(), today);
    let mut carried = String::new();
    for Section { bytes, languages } in sections {
        let part = positions.part(bytes.clone());
        let mut mask = mask.part(bytes.clone());
        let calendar = calendar.from(bytes.start);
        date::find(
            &part,
            &languages,
            &calendar,
            &mut mask,
            &mut mentions,
            &mut unread,
        );
        for language in &languages {
            quantity::find(&part, language, &mut mask, &mut mentions, &mut unread);
        }
        statement::find(&part, &languages, &mut carried, &mut mentions);
    }
    mentions.extend(found);
    mentions.sort_by_key(|m| (m.span, m.value.kind()));
    mentions.dedup_by(|b, a| a.span == b.span && a.value == b.value);
    if let Some(first) = mentions.get(MOST).map(|m| m.span.start) {
        let more = mentions.len() - MOST;
        mentions.truncate(MOST);
        unread.push(Unread {
            span: Span {
                start: first,
                end: positions.code_points(text.len()),
            },
            why: format!(
                "{more} more claims stand here than the {MOST} that one document may have: split it"
            ),
        });
    }
    // Two languages of one text may doubt the same words.
    unread.sort_by(|a, b| a.span.cmp(&b.span).then_with(|| a.why.cmp(&b.why)));
    unread.dedup();
    Extraction {
        mentions,
        unread,
        published,
    }
}

/// How far a sentence reaches to either side of a claim, in bytes, where nothing ends it: a page without a full stop.
const SENTENCE: usize = 2_000;

/// The sentence around a span, in code points: from the last line break or full stop before it to the next after it.
/// `None` when the span does not lie in the text.
#[must_use]
pub fn sentence(positions: &Positions<'_>, span: Span) -> Option<Span> {
    let text = positions.text();
    let (from, to) = (positions.byte(span.start)?, positions.byte(span.end)?);
    let ends = |at: usize, c: char| match c {
        '\n' | '。' => true,
        '.' | '!' | '?' => text[at + 1..].chars().next().is_none_or(char::is_whitespace),
        _ => false,
    };
    let start = text[..from]
        .char_indices()
        .rev()
        .take_while(|(at, _)| from - at <= SENTENCE)
        .find(|(at, c)| ends(*at, *c))
        .map_or_else(
            || floor(text, from.saturating_sub(SENTENCE)),
            |(at, c)| at + c.len_utf8(),
        );
    let end = text[to..]
        .char_indices()
        .take_while(|(at, _)| *at <= SENTENCE)
        .find(|(at, c)| ends(to + at, *c))
        .map_or_else(
            || floor(text, (to + SENTENCE).min(text.len())),
            |(at, c)| to + at + if c == '\n' { 0 } else { c.len_utf8() },
        );
    let start = end - text[start..end].trim_start().len();
    Some(positions.span(start, end))
}

/// Byte ranges already read as something, end by start.
#[derive(Default)]
pub(crate) struct Mask(BTreeMap<usize, usize>);

impl Mask {
    pub(crate) fn cover(&mut self, start: usize, end: usize) {
        self.0.insert(start, end);
    }

    /// What is covered within a part of the text, counted from the part's beginning.
    fn part(&self, bytes: std::ops::Range<usize>) -> Self {
        let before = self.0.range(..bytes.start).next_back();
        let within = self.0.range(bytes.clone());
        let covered = before
            .into_iter()
            .chain(within)
            .filter(|(_, end)| **end > bytes.start);
        Self(
            covered
                .map(|(start, end)| (start.saturating_sub(bytes.start), end - bytes.start))
                .collect(),
        )
    }

    pub(crate) fn covers(&self, start: usize, end: usize) -> bool {
        // Ranges do not nest, but a long one may begin before several short ones: two steps back are enough.
        self.0.range(..end).rev().take(2).any(|(_, e)| *e > start)
    }
}

/// The zero of each script's digits that reports are written in (Unicode, general category Nd).
const ZEROS: [u32; 9] = [
    0x30, 0x0660, 0x06F0, 0x0966, 0x09E6, 0x0E50, 0x0ED0, 0x1040, 0x17E0,
];

/// A digit of any script as its ASCII digit.
pub(crate) fn ascii_digit(c: char) -> Option<char> {
    let code = u32::from(c);
    ZEROS
        .iter()
        .chain(&[0xFF10])
        .find(|zero| (**zero..**zero + 10).contains(&code))
        .and_then(|zero| char::from_digit(code - zero, 10))
}

/// Digits of any script as a small number.
pub(crate) fn whole(text: &str) -> Option<i64> {
    text.chars()
        .map(ascii_digit)
        .collect::<Option<String>>()?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use evidence::{Kind, Value};

    use super::*;

    /// `kind quote → value`, one line each: the form in which every rule's cases are written.
    fn found(text: &str, published: Option<&str>) -> Vec<String> {
        let extraction = extract(
            text,
            Vec::new(),
            &[],
            published.map_or(Today::Dateline, Today::Stated),
        );
        for m in &extraction.mentions {
            assert_eq!(
                m.span.quote(text),
                Some(m.quote.as_str()),
                "quote off its offsets"
            );
        }
        extraction
            .mentions
            .iter()
            .map(|m| {
                let shown = match &m.value {
                    Value::Count { quantity: q, of } => {
                        format!("{:?}..{:?} {} {of}", q.min, q.max, q.bound.as_str())
                    }
                    Value::Money {
                        quantity: q,
                        currency,
                    } => {
                        format!(
                            "{:?}..{:?} {} {currency}",
                            q.min.map(|v| v / 100),
                            q.max.map(|v| v / 100),
                            q.bound.as_str()
                        )
                    }
                    Value::Date { iso, .. } => iso.clone(),
                    Value::Statement { speaker, mode } => format!("{speaker} [{}]", mode.as_str()),
                    Value::Url(v) | Value::Email(v) | Value::Phone(v) => v.clone(),
                    other => format!("{other:?}"),
                };
                format!("{} “{}” → {shown}", m.value.kind().as_str(), m.quote)
                    .replace("Some(", "")
                    .replace([')'], "")
            })
            .collect()
    }

    fn check(text: &str, wanted: &[&str]) {
        assert_eq!(found(text, Some("2025-10-06")), wanted, "\n{text}");
    }

    #[test]
    fn counts_keep_their_bounds() {
        check(
            "At least 120,000 people were held.",
            &["count “At least 120,000 people” → 120000..None at_least people"],
        );
        check(
            "hundreds of thousands of people",
            &["count “hundreds of thousands of people” → 200000..None vague people"],
        );
        check(
            "Nearly 300 workers left",
            &["count “Nearly 300 workers” → None..300 less_than workers"],
        );
        check(
            "2,000 to 3,000 people",
            &["count “2,000 to 3,000 people” → 2000..3000 range people"],
        );
        check("in room 7 on floor 12", &[]);
        check(
            "at least 120,000 people in Myanmar and 100,000 in Cambodia",
            &[
                "count “at least 120,000 people” → 120000..None at_least people",
                "count “100,000” → 100000..None at_least people",
            ],
        );
        check("ปล่อยตัว 7,000 คน", &["count “7,000 คน” → 7000..7000 exact คน"]);
        check("共7141人获救的报告", &["count “共7141人” → 7141..7141 exact 人"]);
        check(
            "មនុស្សយ៉ាងហោចណាស់ ១២០ នាក់",
            &["count “យ៉ាងហោចណាស់ ១២០ នាក់” → 120..None at_least នាក់"],
        );
        check(
            "lebih dari 3.100 WNI yang datang dan tidak",
            &["count “lebih dari 3.100 WNI” → 3100..None more_than wni"],
        );
        check(
            "hơn 1,5 triệu người của các nước không được",
            &["count “hơn 1,5 triệu người” → 1500000..None more_than người"],
        );
    }

    #[test]
    fn parts_of_a_number_are_one_number_or_none() {
        for (text, wanted) in [
            (
                "two thousand five hundred people signed",
                "count “two thousand five hundred people” → 2500..2500 exact people",
            ),
            (
                "two hundred and fifty-one men",
                "count “two hundred and fifty-one men” → 251..251 exact men",
            ),
            (
                "at least a dozen workers",
                "count “at least a dozen workers” → 12..None at_least workers",
            ),
            (
                "a hundred and twenty people",
                "count “a hundred and twenty people” → 120..120 exact people",
            ),
            (
                "one million two hundred thousand victims",
                "count “one million two hundred thousand victims” → 1200000..1200000 exact victims",
            ),
            ("约有3万人", "count “约有3万人” → 30000..30000 about 人"),
            ("1万5千人被困", "count “1万5千人” → 15000..15000 exact 人"),
            (
                "1亿2000万美元",
                "money “1亿2000万美元” → 120000000..120000000 exact USD",
            ),
            ("1万5000人被困", "count “1万5000人” → 15000..15000 exact 人"),
            (
                "เสียหาย 1 หมื่น 5 พันบาท",
                "money “1 หมื่น 5 พันบาท” → 15000..15000 exact THB",
            ),
            (
                "của các người 1 tỷ 200 triệu đồng",
                "money “1 tỷ 200 triệu đồng” → 1200000000..1200000000 exact VND",
            ),
            (
                "yang dan dari 1 juta 500 ribu orang",
                "count “1 juta 500 ribu orang” → 1500000..1500000 exact orang",
            ),
            (
                "14 brasileiros foram resgatados em 3 de março de 2025",
                "count “14 brasileiros” → 14..14 exact brasileiros",
            ),
        ] {
            assert_eq!(
                found(text, None).first().map(String::as_str),
                Some(wanted),
                "{text}"
            );
        }
        // Several numbers are not one, and which is meant nobody knows.
        for text in [
            "twenty thirty people",
            "3万5亿人",
            "two million three million people",
        ] {
            let extraction = extract(text, Vec::new(), &[], Today::Dateline);
            assert!(
                extraction.mentions.is_empty(),
                "{text}: {:?}",
                extraction.mentions
            );
            assert_eq!(extraction.unread.len(), 1, "{text}");
        }
    }

    #[test]
    fn a_speaker_is_no_date_and_no_amount() {
        check(
            "สูญเงิน 3.5 ล้านบาท โฆษกกระทรวงกล่าวว่า \"ยังมีคนไทยอีกจำนวนมากในพื้นที่นั้น\"",
            &[
                "money “3.5 ล้านบาท” → 3500000..3500000 exact THB",
                "statement “\"ยังมีคนไทยอีกจำนวนมากในพื้นที่นั้น\"” → โฆษกกระทรวง [direct]",
            ],
        );
        check(
            "2025年3月5日，公安部表示，已有多人从当地被遣返回国。",
            &[
                "date “2025年3月5日” → 2025-03-05",
                "statement “已有多人从当地被遣返回国” → 公安部 [indirect]",
            ],
        );
    }

    #[test]
    fn money_has_a_currency_and_its_bounds() {
        check(
            "more than $5.8 billion in losses",
            &["money “more than $5.8 billion” → 5800000000..None more_than USD"],
        );
        check(
            "between US$3,000 and US$30,000",
            &["money “between US$3,000 and US$30,000” → 3000..30000 range USD"],
        );
        check(
            "billions of US dollars",
            &["money “billions of US dollars” → 2000000000..None vague USD"],
        );
        check(
            "1,500 to 2,000 US dollars a month",
            &["money “1,500 to 2,000 US dollars” → 1500..2000 range USD"],
        );
        check("ค่าไถ่ 5 แสนบาท", &["money “5 แสนบาท” → 500000..500000 exact THB"]);
        check(
            "损失约3.5亿美元的诈骗",
            &["money “约3.5亿美元” → 350000000..350000000 about USD"],
        );
    }

    #[test]
    fn dates_are_as_precise_as_the_text() {
        check("On May 5, 2025, it", &["date “May 5, 2025” → 2025-05-05"]);
        check("12 กุมภาพันธ์ 2568", &["date “12 กุมภาพันธ์ 2568” → 2025-02-12"]);
        check("filed today in court", &["date “today” → 2025-10-06"]);
        check("今年2月的停电事件", &["date “今年2月” → 2025-02"]);
        check(
            "从2024年2月2025年3月的案件",
            &["date “2024年2月” → 2024-02", "date “2025年3月” → 2025-03"],
        );
        check(
            "since 2023 and in August",
            &["date “2023” → 2023", "date “August” → 2025-08"],
        );
        check(
            "raided on 14/10/2025 and 10/14/2025",
            &["date “14/10/2025” → 2025-10-14", "date “10/14/2025” → 2025-10-14"],
        );
        let doubtful = extract(
            "born 05/06/1999\n".repeat(30).as_str(),
            Vec::new(),
            &[],
            Today::Dateline,
        );
        assert!(doubtful.mentions.is_empty(), "{:?}", doubtful.mentions);
        assert_eq!(doubtful.unread.len(), 10);
        assert!(doubtful.unread[9].why.contains("20 more"));
        check("on 31 June 2025", &["date “June 2025” → 2025-06"]);
        check(
            "ថ្ងៃទី ១២ ខែ មីនា ឆ្នាំ ២០២៥",
            &["date “ថ្ងៃទី ១២ ខែ មីនា ឆ្នាំ ២០២៥” → 2025-03-12"],
        );
    }

    #[test]
    fn identifiers_are_whole() {
        check(
            "see https://example.org/a?b=1. or mail help@example.org, www.ic3.gov",
            &[
                "url “https://example.org/a?b=1” → https://example.org/a?b=1",
                "email “help@example.org” → help@example.org",
                "url “www.ic3.gov” → www.ic3.gov",
            ],
        );
        check(
            "Call: +855 23 997 919 now",
            &["phone “+855 23 997 919” → +85523997919"],
        );
        check("Case number CAM-2025-0147", &[]);
        check(
            "Cambodia, anti-trafficking police: 1288 (free)",
            &["phone “1288” → 1288"],
        );
    }

    #[test]
    fn speech_has_a_speaker_and_silence_is_an_answer() {
        check(
            "Am Sam Ath, operations director, said that the methods are reliable.\n\"It was a very long report about crime,” Sam Ath told Kiripost.\nHe added that nothing had changed.",
            &[
                "statement “the methods are reliable” → Am Sam Ath [indirect]",
                "statement “\"It was a very long report about crime,”” → Sam Ath [direct]",
                "statement “nothing had changed” → Sam Ath [indirect]",
            ],
        );
        check(
            "The spokespeople for the police declined to comment on the report.",
            &["statement “declined to comment on the report” → The spokespeople for the police [no_comment]"],
        );
        check(
            "“These schemes harm many people every year,” said Matthew R. Galeotti, Head of the Division.",
            &["statement ““These schemes harm many people every year,”” → Matthew R. Galeotti [direct]"],
        );
        check(
            "นายสมมติ ใจดี โฆษก กล่าวว่าไทยจะช่วย",
            &["statement “ไทยจะช่วย” → สมมติ ใจดี โฆษก [indirect]"],
        );
    }

    #[test]
    fn a_sentence_is_cut_out_whole() {
        let text = "First. At least 7.5 million people left! Last\nline";
        let positions = Positions::of(text);
        for (span, wanted) in [
            ((16, 30), Some("At least 7.5 million people left!")),
            ((42, 43), Some("Last")),
            ((42, 99), None),
        ] {
            let (start, end) = span;
            let found = sentence(&positions, Span { start, end });
            assert_eq!(found.and_then(|s| s.quote(text)), wanted, "{span:?}");
        }
        let endless = "ក ".repeat(10_000);
        let found = sentence(
            &Positions::of(&endless),
            Span {
                start: 9_000,
                end: 9_001,
            },
        );
        assert!(
            found.is_some_and(|s| s.start < 9_000 && s.end - s.start < 2_100),
            "{found:?}"
        );
    }

    #[test]
    fn a_birth_date_is_no_dateline() {
        for (text, wanted) in [
            ("Date of birth: 2001-04-09\nseen today", None),
            ("Name,Born,From,To\nA,2001-04-09,B,C", None),
            (
                "Report\nWednesday, June 18, 2025\nfiled today",
                Some("2025-06-18"),
            ),
        ] {
            assert_eq!(
                extract(text, Vec::new(), &[], Today::Dateline)
                    .published
                    .as_deref(),
                wanted,
                "{text}"
            );
        }
    }

    #[test]
    fn a_month_without_a_year_is_a_question_not_a_guess() {
        let extraction = extract(
            "It was released in August by the office.",
            Vec::new(),
            &[],
            Today::Dateline,
        );
        assert!(extraction.mentions.is_empty());
        assert_eq!(
            extraction.unread.first().map(|u| u.span),
            Some(Span { start: 19, end: 25 })
        );
    }

    #[test]
    fn nothing_is_counted_inside_an_address() {
        let address = Mention {
            span: Span { start: 4, end: 12 },
            quote: "1A 9 men".into(),
            value: Value::Address {
                value: "x".into(),
                ledger: "x".into(),
                check: "verified".into(),
            },
            rule: "test",
        };
        let kinds: Vec<Kind> = extract("pay 1A 9 men", vec![address], &[], Today::Dateline)
            .mentions
            .iter()
            .map(|m| m.value.kind())
            .collect();
        assert_eq!(kinds, [Kind::Address]);
    }
}
