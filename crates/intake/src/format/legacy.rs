//! Fonts from before Unicode, whose letters stand for other letters.
//!
//! Khmer, Burmese and Vietnamese offices still write in them. What they spell could be guessed by tables, and a wrong guess
//! is a wrong name in a report; so it is said instead, and a person types it again.

/// Beginnings of font names, in lower case, and what the family is called.
const FAMILIES: [(&str, &str); 13] = [
    ("limon", "Limon (Khmer)"),
    ("abc-", "ABC (Khmer)"),
    ("abc zoom", "ABC (Khmer)"),
    ("tacteing", "Tacteing (Khmer)"),
    ("khek", "Khek (Khmer)"),
    ("zawgyi", "Zawgyi (Burmese)"),
    ("win innwa", "Win Innwa (Burmese)"),
    ("wwin_burmese", "Win Burmese (Burmese)"),
    ("vntime", "TCVN3 (Vietnamese)"),
    (".vntime", "TCVN3 (Vietnamese)"),
    (".vnarial", "TCVN3 (Vietnamese)"),
    ("vni-", "VNI (Vietnamese)"),
    ("saysettha lao", "Saysettha Lao (Lao)"),
];

/// The family of an older font, or `None` for one whose letters are what they look like. A subset's prefix is passed over.
pub(super) fn font(name: &str) -> Option<&'static str> {
    let name = name.split_once('+').map_or(name, |(_, rest)| rest).to_lowercase();
    FAMILIES
        .iter()
        .find(|(begin, _)| name.starts_with(begin))
        .map(|(_, family)| *family)
}

pub(super) fn fault(family: &str) -> String {
    format!(
        "from here on words are written in {family}, a font from before Unicode: its letters stand for others and were not read. Type them again or ask for a Unicode copy"
    )
}

#[cfg(test)]
mod tests {
    use super::font;

    #[test]
    fn older_fonts_are_known_by_name() {
        for (name, wanted) in [
            ("Limon S1", Some("Limon (Khmer)")),
            ("ABCDEF+Zawgyi-One", Some("Zawgyi (Burmese)")),
            (".VnTime", Some("TCVN3 (Vietnamese)")),
            ("Khmer OS Battambang", None),
            ("Noto Sans Myanmar", None),
            ("ABeeZee", None),
        ] {
            assert_eq!(font(name), wanted, "{name}");
        }
    }
}
