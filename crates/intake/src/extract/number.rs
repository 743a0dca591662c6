//! Numbers as languages write and say them, in whole units or hundredths, and never by way of a binary fraction.

use super::{
    ascii_digit,
    quantity::{fold, lookup},
};
use crate::language::Language;

/// The number in hundredths, exactly: no binary fraction is involved.
pub(super) fn written(written: &str, scale: i64, language: &Language) -> Option<i64> {
    let ascii: String = written
        .chars()
        .map(|c| ascii_digit(c).or(matches!(c, '.' | ',').then_some(c)))
        .collect::<Option<_>>()?;
    let groups: Vec<&str> = ascii.split(language.group).collect();
    let (whole, fraction) = if groups.len() > 1
        && groups[1..]
            .iter()
            .all(|g| g.get(..3).is_some() && (g.len() == 3 || g[3..].starts_with(language.decimal)))
        && groups[0].len() <= 3
    {
        let joined = groups.concat();
        match joined.split_once(language.decimal) {
            Some((w, f)) => (w.to_owned(), f.to_owned()),
            None => (joined, String::new()),
        }
    } else if let Some((w, f)) = ascii.split_once(language.decimal) {
        (w.to_owned(), f.to_owned())
    } else if groups.len() == 1 {
        (ascii, String::new())
    } else {
        return None;
    };
    if !fraction.bytes().all(|b| b.is_ascii_digit()) || fraction.len() > 12 {
        return None;
    }
    let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
    let scaled = digits.checked_mul(i128::from(scale))?.checked_mul(100)?;
    i64::try_from(scaled / 10_i128.checked_pow(u32::try_from(fraction.len()).ok()?)?).ok()
}

/// "7.000 people" in an English text: a writer from elsewhere meant seven thousand, or a clerk seven.
pub(super) fn looks_grouped_abroad(written: &str, language: &Language) -> bool {
    written
        .split_once(language.decimal)
        .is_some_and(|(w, f)| f.chars().count() == 3 && w.chars().count() <= 3 && !w.contains(language.group))
}

/// What follows a number and its scale in the same amount, in hundredths: the "5千" of "1万5千". None when the parts do not
/// get smaller, so that they are several numbers, or one that was miswritten.
pub(super) fn parts(more: &str, scale: i64, language: &Language) -> Option<i64> {
    let (mut above, mut sum) = (scale, 0_i64);
    for part in language.part.captures_iter(more) {
        let scale = match part.name("s") {
            Some(s) => *language.scales.get(s.as_str())?,
            None => 1,
        };
        let value = written(part.name("n")?.as_str(), scale, language)?;
        if scale >= above || value >= above.checked_mul(100)? {
            return None;
        }
        above = scale;
        sum = sum.checked_add(value)?;
    }
    Some(sum)
}

/// "Two thousand five hundred and twelve". None when the words are several numbers, such as "twenty thirty".
pub(super) fn spoken(words: &str, language: &Language) -> Option<i64> {
    // Thousands and more; hundreds; ones and tens. `scaled`: the word before was a scale, so that "and" may follow.
    let (mut sum, mut hundreds, mut ones, mut scaled) = (0_i64, 0_i64, None::<i64>, false);
    let mut above = i64::MAX;
    for found in language.spoken.captures_iter(words) {
        if found.name("and").is_some() {
            if !scaled {
                return None;
            }
            continue;
        }
        let word = fold(found.get(0)?.as_str());
        if let Some(scale) = lookup(&language.scales, &word) {
            let count = if scale < 1000 {
                ones.take()?
            } else {
                hundreds + ones.take().unwrap_or(0)
            };
            if count == 0 || scale >= above {
                return None;
            }
            let value = count.checked_mul(scale)?;
            if scale < 1000 {
                hundreds = hundreds.checked_add(value)?;
            } else {
                (above, hundreds) = (scale, 0);
                sum = sum.checked_add(value)?;
            }
            scaled = true;
            continue;
        }
        let value = lookup(&language.words, &word)?;
        match ones {
            // "A hundred", "half a million": a word and its scale in one.
            _ if value >= 100 && ones.is_none() && hundreds == 0 && sum == 0 => {
                if value < 1000 {
                    hundreds = value;
                } else {
                    sum = value;
                }
                scaled = true;
                continue;
            }
            None => ones = Some(value),
            Some(tens) if tens >= 20 && tens % 10 == 0 && value < 10 => ones = Some(tens + value),
            Some(_) => return None,
        }
        scaled = false;
    }
    sum.checked_add(hundreds)?.checked_add(ones.unwrap_or(0))
}
