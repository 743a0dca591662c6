//! The languages, read from `resources/lang`, and which of them a text is in.

use std::{collections::HashMap, sync::LazyLock};

use evidence::Bound;
use regex::Regex;
use toml::{Table, Value};

/// One language's file, compiled into patterns.
pub struct Language {
    pub code: String,
    pub script: Script,
    pub hints: Vec<String>,
    pub group: char,
    pub decimal: char,
    pub spaced: bool,
    pub nouns: Vec<String>,
    pub pronouns: Vec<String>,
    pub titles: Vec<String>,
    pub words: HashMap<String, i64>,
    pub scales: HashMap<String, i64>,
    pub vague: HashMap<String, i64>,
    pub bounds: HashMap<String, Bound>,
    pub after: HashMap<String, Bound>,
    pub currency_before: HashMap<String, String>,
    pub currency_after: HashMap<String, String>,
    pub months: HashMap<String, i8>,
    pub relative: HashMap<String, i64>,
    pub amount: Regex,
    /// What every amount holds: a digit or a word of number.
    pub number_at: Regex,
    /// What every date holds: a month's name or a year; any digit where a template asks for neither.
    pub date_at: Regex,
    /// One number of several that make an amount: "1万5千", "1 tỷ 200 triệu".
    pub part: Regex,
    /// One word of a number in words.
    pub spoken: Regex,
    pub dates: Vec<Regex>,
    pub relative_pattern: Option<Regex>,
    verbs: Vec<String>,
    /// What every report of speech holds: one of the verbs.
    pub speech_at: Option<Regex>,
    pub speech: Option<Regex>,
    pub silence: Option<Regex>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    Latin,
    Thai,
    Khmer,
    Lao,
    Myanmar,
    Han,
}

/// What is wrong with a language file.
#[derive(Debug, thiserror::Error)]
#[error("resources/lang/{code}.toml, {key}: {why}")]
pub struct LanguageError {
    pub code: String,
    pub key: String,
    pub why: String,
}

const FILES: [(&str, &str); 10] = [
    ("en", include_str!("../../../resources/lang/en.toml")),
    ("th", include_str!("../../../resources/lang/th.toml")),
    ("zh", include_str!("../../../resources/lang/zh.toml")),
    ("km", include_str!("../../../resources/lang/km.toml")),
    ("vi", include_str!("../../../resources/lang/vi.toml")),
    ("id", include_str!("../../../resources/lang/id.toml")),
    ("my", include_str!("../../../resources/lang/my.toml")),
    ("lo", include_str!("../../../resources/lang/lo.toml")),
    ("fil", include_str!("../../../resources/lang/fil.toml")),
    ("pt", include_str!("../../../resources/lang/pt.toml")),
];

pub(crate) static ALL: LazyLock<Vec<Language>> =
    // A file that does not read is left out here and fails the test below: field staff see it before any user does.
    LazyLock::new(|| {
        FILES
            .iter()
            .filter_map(|(code, text)| Language::read(code, text).ok())
            .collect()
    });

impl Language {
    /// Verbs of speech, as the file lists them.
    #[must_use]
    pub fn verbs(&self) -> &[String] {
        &self.verbs
    }

    fn read(code: &str, text: &str) -> Result<Self, LanguageError> {
        let wrong = |key: &str, why: String| LanguageError {
            code: code.to_owned(),
            key: key.to_owned(),
            why,
        };
        let table: Table = text
            .parse()
            .map_err(|e: toml::de::Error| wrong("syntax", e.message().to_owned()))?;
        let string = |key: &str| {
            table
                .get(key)
                .and_then(Value::as_str)
                .map(str::to_owned)
                .ok_or_else(|| wrong(key, "a text is missing".into()))
        };
        let list = |key: &str| -> Vec<String> { strings(table.get(key)) };
        let section = |key: &str| {
            table
                .get(key)
                .and_then(Value::as_table)
                .cloned()
                .unwrap_or_default()
        };
        let numbers = |key: &str| -> HashMap<String, i64> {
            section(key)
                .into_iter()
                .filter_map(|(k, v)| Some((k, v.as_integer()?)))
                .collect()
        };
        let bounds = |key: &str| -> Result<HashMap<String, Bound>, LanguageError> {
            section(key)
                .into_iter()
                .map(|(k, v)| {
                    let bound = v
                        .as_str()
                        .and_then(Bound::named)
                        .ok_or_else(|| wrong(key, format!("{k}: no such bound")))?;
                    Ok((k, bound))
                })
                .collect()
        };
        let currencies = |side: &str| -> HashMap<String, String> {
            section("currencies")
                .get(side)
                .and_then(Value::as_table)
                .map(|t| {
                    t.iter()
                        .filter_map(|(k, v)| Some((k.clone(), v.as_str()?.to_owned())))
                        .collect()
                })
                .unwrap_or_default()
        };
        let script = match string("script")?.as_str() {
            "latin" => Script::Latin,
            "thai" => Script::Thai,
            "khmer" => Script::Khmer,
            "lao" => Script::Lao,
            "myanmar" => Script::Myanmar,
            "han" => Script::Han,
            other => return Err(wrong("script", format!("{other}: no such script"))),
        };
        let mut months = HashMap::new();
        if let Some(names) = section("months").get("names").and_then(Value::as_array) {
            for (number, names) in (1_i8..).zip(names) {
                for name in strings(Some(names)) {
                    months.insert(name, number);
                }
            }
        }
        let spaced = table.get("spaced").and_then(Value::as_bool).unwrap_or(true);
        let (words, scales, vague) = (numbers("words"), numbers("scales"), numbers("vague"));
        let (before, after) = (bounds("bounds")?, bounds("after")?);
        let (currency_before, currency_after) = (currencies("before"), currencies("after"));
        let ranges = list("range");
        let compile =
            |key: &str, pattern: String| Regex::new(&pattern).map_err(|e| wrong(key, e.to_string()));
        let digits = r"\p{Nd}(?:[\p{Nd}.,]*\p{Nd})?";
        let scale = any(scales.keys());
        let part = compile("part", format!(r"(?P<n>{digits})\s?(?P<s>{scale})?"))?;
        // Letters such as the m of "45m" stand after figures, not after words.
        let word = any(words
            .keys()
            .chain(scales.keys().filter(|s| s.chars().count() > 2)));
        let spoken = compile("spoken", format!(r"(?i:\b(?P<and>and)\b|\b(?:{word})\b)"))?;
        let amount = {
            let (wb, gap) = if spaced { (r"\b", r"\s+") } else { ("", r"\s*") };
            let bound = any(before.keys());
            let currency = any(currency_before.keys());
            let end = if spaced { r"\b" } else { "" };
            let scaled = |n: u8, more: &str| {
                format!(r"(?P<n{n}>{digits})(?:[\s\u{{a0}}-]?(?P<s{n}>{scale}){end}{more})?")
            };
            // Where words are not parted, a last number may do without its scale: 1万5000.
            let last = if spaced {
                String::new()
            } else {
                format!("(?:{digits})?")
            };
            let more = format!(r"(?P<more>(?:\s?{digits}\s?(?:{scale}){end})*{last})");
            let vague_words = format!(r"(?:{wb}(?i:(?P<vague>{})){wb})", any(vague.keys()));
            let in_words = format!(
                r"(?:{wb}(?i:(?P<word>(?:{})(?:(?:\s+and\s+|\s+|-)(?:{word}))*)){wb})",
                any(words.keys())
            );
            let to = any(ranges.iter());
            compile(
                "amount",
                format!(
                    r"(?:{wb}(?i:(?P<bound>{bound})){gap})?(?:(?P<c1>{currency})\s?)?(?:{vague_words}|{}(?:\s*(?P<to>{to})\s*(?P<c2>{currency})?\s?{})?|{in_words})\s?(?P<after>{})?(?:(?:\s?of)?[\s-]*(?P<c3>{}){wb})?",
                    scaled(1, &more),
                    scaled(2, ""),
                    any(after.keys()),
                    any(currency_after.keys()),
                ),
            )?
        };
        // Without word boundaries, which the fast engines cannot look at beside letters that are not ASCII.
        let number_at = compile(
            "number_at",
            format!(r"\p{{Nd}}|(?i:{}|{})", any(words.keys()), any(vague.keys())),
        )?;
        let month = any(months.keys());
        let templates = strings(section("dates").get("templates"));
        let told = |t: &String| {
            ["{month}", "{y}", "{cy}", "{by}"]
                .iter()
                .any(|part| t.contains(part))
        };
        let figures = if templates.iter().all(told) {
            r"\p{Nd}{4}"
        } else {
            r"\p{Nd}"
        };
        let date_at = compile("date_at", format!("{figures}|{month}"))?;
        let dates = templates
            .iter()
            .map(|template| compile("dates", date_pattern(template, &month)))
            .collect::<Result<_, _>>()?;
        let relative = numbers("relative");
        let boundary = if spaced { r"\b" } else { "" };
        let optional =
            |words: &[String], make: &dyn Fn(String) -> String| -> Result<Option<Regex>, LanguageError> {
                if words.is_empty() {
                    Ok(None)
                } else {
                    compile("words", make(any(words.iter()))).map(Some)
                }
            };
        let relative_words: Vec<String> = relative.keys().cloned().collect();
        let relative_pattern = optional(&relative_words, &|w| format!("{boundary}(?i:{w}){boundary}"))?;
        let verbs = list("verbs");
        let that = any(list("that").iter());
        let speech_at = optional(&verbs, &|verbs| verbs)?;
        let speech = optional(&verbs, &|verbs| match (script, spaced) {
            (Script::Latin, _) if code == "en" => format!(
                r"(?:\b(?:also|has|have|had|later|was|been)\s)*\b(?P<verb>{verbs})(?:\s(?:(?:to\s)?[A-Z][\w’'.]*(?:\s[A-Z][\w’'.]*){{0,4}}|reporters|journalists|the\s\w+))?\s{that}\s"
            ),
            (_, true) => format!(r"\b(?P<verb>{verbs})(?:\s?(?:{that}))?\s"),
            (_, false) if list("that").is_empty() => format!(r"(?P<verb>{verbs})"),
            (_, false) => format!(r"(?P<verb>{verbs})\s?(?:{that})"),
        })?;
        let silence = optional(&list("no_comment"), &|w| format!("(?i:{w})[^.。\n]{{0,60}}"))?;
        Ok(Self {
            code: code.to_owned(),
            script,
            hints: list("hints"),
            group: string("group")?.chars().next().unwrap_or(','),
            decimal: string("decimal")?.chars().next().unwrap_or('.'),
            spaced,
            nouns: list("nouns"),
            pronouns: list("pronouns"),
            titles: list("titles"),
            words,
            scales,
            vague,
            bounds: before,
            after,
            currency_before,
            currency_after,
            months,
            relative,
            amount,
            number_at,
            date_at,
            part,
            spoken,
            dates,
            relative_pattern,
            verbs,
            speech_at,
            speech,
            silence,
        })
    }
}

fn strings(value: Option<&Value>) -> Vec<String> {
    value
        .and_then(Value::as_array)
        .map(|items| {
            items
                .iter()
                .filter_map(|v| v.as_str().map(str::to_owned))
                .collect()
        })
        .unwrap_or_default()
}

/// An alternation, longest first, so that "more than" is not read as "more".
fn any<'w>(words: impl Iterator<Item = &'w String>) -> String {
    let mut words: Vec<String> = words.map(|w| regex::escape(w).replace(' ', r"\s+")).collect();
    words.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    // An empty alternation would match everywhere; this one matches nowhere.
    if words.is_empty() {
        r"[^\s\S]".to_owned()
    } else {
        words.join("|")
    }
}

fn date_pattern(template: &str, month: &str) -> String {
    let day = r"(?P<d>\p{Nd}{1,2})";
    let year = r"(?P<y>\p{Nd}{4})";
    template
        .replace("{month}", &format!("(?P<month>{month})"))
        .replace("{d}", day)
        .replace("{m}", r"(?P<m>\p{Nd}{1,2})")
        .replace("{y}", year)
        .replace("{cy}", r"(?P<y>(?:19|20)\p{Nd}{2})")
        .replace("{by}", r"(?P<by>\p{Nd}{4})")
        .replace("{roc}", r"(?P<roc>\p{Nd}{2,3})")
        .replace("{thisyear}", "(?P<thisyear>)")
        .replace("{hh}", r"(?P<hh>\p{Nd}{1,2})")
        .replace("{mm}", r"(?P<mm>\p{Nd}{2})")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_file_reads() {
        for (code, text) in FILES {
            if let Err(error) = Language::read(code, text) {
                unreachable!("{error}");
            }
        }
        assert_eq!(ALL.len(), FILES.len());
    }
}
