//! What the scripts of the region allow: where words may be joined, and what nobody could have written.

/// Whether `c` belongs to a script that parts words by spaces.
fn spaced(c: char) -> bool {
    !matches!(u32::from(c),
        0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF | 0x2E80..=0x9FFF | 0xF900..=0xFAFF | 0xFF00..=0xFFEF)
}

/// Whether a space stood where a line of print broke between `before` and `after`.
#[must_use]
pub fn spaced_between(before: &str, after: &str) -> bool {
    let (Some(last), Some(first)) = (before.chars().next_back(), after.chars().next()) else {
        return false;
    };
    if matches!(last, '-' | '\u{ad}') {
        return false;
    }
    // A Latin word beside an unspaced script is parted as its writer pleases; a number is not.
    let word = |c: char| c.is_ascii_alphabetic();
    (spaced(last) && spaced(first)) || word(last) != word(first)
}

/// A mark that stands on or around a letter before it: it begins no word.
fn leans(c: char) -> bool {
    matches!(u32::from(c),
        0x0E31 | 0x0E34..=0x0E3A | 0x0E47..=0x0E4E
        | 0x0EB1 | 0x0EB4..=0x0EBC | 0x0EC8..=0x0ECD
        | 0x102B..=0x103E | 0x17B6..=0x17D3)
}

fn is_of_region(c: char) -> bool {
    matches!(u32::from(c), 0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF)
}

/// The sign that puts the next Khmer letter under the one before (U+17D2), and Burmese virama (U+1039).
fn stacks(c: char) -> bool {
    matches!(c, '\u{17d2}' | '\u{1039}')
}

fn stackable(c: char) -> bool {
    matches!(u32::from(c), 0x1780..=0x17B3 | 0x1000..=0x1021 | 0x1025 | 0x103F)
}

/// Faults below this share of a text are slips of its writer's.
const SLIPS: usize = 100;

/// Why a text cannot be what somebody wrote, or `None`: glyphs without letters, marks that stand on nothing, signs that
/// stack nothing. Each is what a wrong table of letters makes of a page.
#[must_use]
pub fn nonsense(text: &str) -> Option<String> {
    let (mut letters, mut region, mut lost, mut hanging) = (0_usize, 0_usize, 0_usize, 0_usize);
    let mut before = '\n';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        letters += usize::from(!c.is_whitespace());
        region += usize::from(is_of_region(c));
        let private = matches!(u32::from(c), 0xE000..=0xF8FF | 0xF0000..=0x0010_FFFD);
        if c == char::REPLACEMENT_CHARACTER || private || (c.is_control() && !c.is_whitespace()) {
            lost += 1;
        }
        let alone = leans(c) && !(is_of_region(before) || before == '\u{25cc}');
        let unstacked = stacks(c) && !chars.peek().is_some_and(|n| stackable(*n));
        if alone || unstacked {
            hanging += 1;
        }
        before = c;
    }
    if lost * SLIPS > letters && lost > 2 {
        return Some(format!("{lost} of its {letters} signs are no letters"));
    }
    if hanging * SLIPS > region && hanging > 2 {
        return Some(format!(
            "{hanging} marks stand where no writer of the script puts one, among {region} signs"
        ));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_print_are_joined_as_their_script_does() {
        for (before, after, wanted) in [
            ("at least 120,000", "people", true),
            ("ជនរងគ្រោះ", "នៅកម្ពុជា", false),
            ("被困", "人员", false),
            ("people-", "centred", false),
            ("ปล่อยตัว 7,000", "คน", false),
            ("ที่ KK", "Park", true),
            ("ที่ KK Park", "จังหวัด", true),
        ] {
            assert_eq!(spaced_between(before, after), wanted, "{before}|{after}");
        }
    }

    #[test]
    fn what_nobody_could_have_written_is_told() {
        for (text, sound) in [
            ("ជនរងគ្រោះនៅភ្នំពេញ និងក្រុងព្រះសីហនុ", true),
            ("ผู้เสียหายที่แม่สอด", true),
            ("မြဝတီ မြို့", true),
            ("plain words, 120,000", true),
            ("ជនរងេ្គ្រាះ ្ ្ ្ េាះ ាំ", false),
            ("\u{e001}\u{e002}\u{e003} abc", false),
            ("\u{fffd}\u{fffd}\u{fffd}", false),
            // One slip is not a table.
            (
                "a \u{fffd} in a long and otherwise sound text, which is read",
                true,
            ),
        ] {
            assert_eq!(nonsense(text).is_none(), sound, "{text}: {:?}", nonsense(text));
        }
    }
}
