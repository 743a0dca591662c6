//! What the text says about a place. Only words that put scam operations there make it a site of operation.

use evidence::claim::Role;

use crate::{
    gazetteer::{Gazetteer, Place},
    toponym::{Found, only},
};

/// Words of exploitation, in the languages that reports arrive in.
const OPERATION: [&str; 30] = [
    "scam",
    "fraud",
    "trafficked",
    "trafficking",
    "compound",
    "forced to",
    "forcibly",
    "coerced",
    "held",
    "rescued",
    "cyber",
    "สแกม",
    "หลอก",
    "ปล่อยตัว",
    "เหยื่อ",
    "诈骗",
    "撤出",
    "园区",
    "电诈",
    "penipuan",
    "sindikat",
    "korban",
    "lừa đảo",
    "nạn nhân",
    "ឆបោក",
    "ជនរងគ្រោះ",
    "လိမ်",
    "ຫຼອກລວງ",
    "golpe",
    "biktima",
];
/// Just before a name: an institution has its seat there, or somebody passes through.
const ELSEWHERE_BEFORE: [&str; 26] = [
    "embassy in",
    "embassy of",
    "consulate in",
    "fly to",
    "travel to",
    "travelled to",
    "via",
    "through",
    "office in",
    "court in",
    "headquartered in",
    "registered in",
    "returned to",
    "citizens of",
    "nationals of",
    "from",
    "kbri",
    "district of",
    "attorney for the",
    "to reporters in",
    "victims in",
    "losses in",
    "customers in",
    "dari",
    "ผ่านอำเภอ",
    "ผ่าน",
];
/// Just after a name: a seat.
const ELSEWHERE_AFTER: [&str; 5] = ["-based", " field office", " office", " court", ":"];

/// The role of the `i`-th name of `all`.
pub(crate) fn of(text: &str, all: &[Found], i: usize, place: Option<&Place>, gazetteer: &Gazetteer) -> Role {
    let name = &all[i];
    let (before, after) = (&text[..name.start], &text[name.end..]);
    let tail = tail(before, 40).to_lowercase();
    let tail = tail.trim_end().trim_end_matches(" the");
    if place.is_some_and(|p| {
        p.standing == "transit" || p.standing == "operator_class" || p.class == "region" && p.id.is_some()
    }) {
        return Role::Other;
    }
    if ELSEWHERE_BEFORE.iter().any(|w| tail.ends_with(w))
        || ELSEWHERE_AFTER.iter().any(|w| after.starts_with(w))
        || is_address(before, after)
    {
        return Role::Other;
    }
    // "KK Park in Myawaddy", "Shwe Kokko, Myawaddy": the second holds the first.
    if let Some(previous) = i.checked_sub(1).and_then(|p| all.get(p))
        && let (Some(inner), Some(outer)) = (only(gazetteer, &previous.name), place)
        && size(outer) > size(inner)
        && matches!(
            text.get(previous.end..name.start),
            Some(" in " | ", " | " in the " | " near " | "’s " | "'s " | " ")
        )
    {
        return Role::Container;
    }
    let known = place.is_some_and(Place::is_site);
    let scene = sentence(text, name).to_lowercase();
    let operates = OPERATION.iter().any(|w| scene.contains(w));
    if known && (operates || place.is_some_and(|p| p.class == "compound" || p.class == "SEZ")) {
        return Role::OperationSite;
    }
    let region =
        place.is_some_and(|p| p.standing == "area" || p.standing == "named_site" || p.class == "region");
    if operates && region {
        Role::OperationSite
    } else {
        Role::Other
    }
}

fn size(place: &Place) -> u8 {
    match place.class.as_str() {
        "country" => 4,
        "region" => 5,
        "province" => 3,
        "town" => 2,
        _ => 1,
    }
}

/// House numbers, postal codes and streets around a name: an address, not a scene.
fn is_address(before: &str, after: &str) -> bool {
    let near = tail(before, 160);
    let near = near.rsplit('\n').next().unwrap_or(near);
    let quoted = near.contains("\",\"") || near.contains("\",");
    let street = [
        "Street",
        "Road",
        " Rd",
        "Boulevard",
        "Highway",
        "Sangkat",
        "No.",
        " N. ",
        "Building",
        "Floor",
        "(Hong Kong",
        "Number",
    ]
    .iter()
    .any(|w| near.contains(w));
    (quoted && after.starts_with(['"', ')', ' '])) || (street && near.contains(|c: char| c.is_ascii_digit()))
}

/// How far a sentence reaches to either side of a name, in bytes.
const SCENE: usize = 600;

fn head(text: &str, bytes: usize) -> &str {
    let mut to = text.len().min(bytes);
    while !text.is_char_boundary(to) {
        to -= 1;
    }
    &text[..to]
}

fn tail(text: &str, bytes: usize) -> &str {
    let mut from = text.len().saturating_sub(bytes);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    &text[from..]
}

/// The sentence around a name, no longer than [`SCENE`] to either side: a text without full stops is no one scene.
fn sentence<'t>(text: &'t str, name: &Found) -> &'t str {
    let before = tail(&text[..name.start], SCENE);
    let before = before.rsplit(['\n', '。']).next().unwrap_or(before);
    let before = before.rfind(". ").map_or(before, |i| &before[i + 2..]);
    let after = head(&text[name.end..], SCENE);
    let after = &after[..after.find(['\n', '。']).unwrap_or(after.len())];
    let after = &after[..after.find(". ").unwrap_or(after.len())];
    &text[name.start - before.len()..name.end + after.len()]
}

#[cfg(test)]
mod tests {
    use evidence::{Value, claim::Role};

    use crate::Toponyms;

    /// `quote → register id or ?, country, role`.
    fn check(text: &str, wanted: &[(&str, &str, Role)]) {
        let found = Toponyms::find(text);
        let shown: Vec<(String, String, Role)> = found
            .mentions
            .iter()
            .filter_map(|m| match &m.value {
                Value::Place {
                    place, role, country, ..
                } => {
                    assert_eq!(m.span.quote(text), Some(m.quote.as_str()));
                    let id = place
                        .clone()
                        .or_else(|| country.clone().map(|c| format!("?{c}")))
                        .unwrap_or_else(|| "?".into());
                    Some((m.quote.clone(), id, *role))
                }
                _ => None,
            })
            .collect();
        let shown: Vec<(&str, &str, Role)> = shown
            .iter()
            .map(|(a, b, c)| (a.as_str(), b.as_str(), *c))
            .collect();
        assert_eq!(shown, wanted, "\n{text}");
    }

    #[test]
    fn names_resolve_in_every_script() {
        use Role::{Container, OperationSite as Site, Other};
        check(
            "Scam workers left KK Park in Myawaddy.",
            &[("KK Park", "MM-KKP", Site), ("Myawaddy", "MM-MWD", Container)],
        );
        check(
            "从水沟谷（Shwe Kokko）和KK园区撤出",
            &[
                ("水沟谷（Shwe Kokko）", "MM-SKK", Site),
                ("KK园区", "MM-KKP", Site),
            ],
        );
        check(
            "the Henge Thmorda SEZ scam",
            &[("Henge Thmorda SEZ", "KH-MDS", Site)],
        );
        check(
            "Dara Sakor Special Economic Zone (SEZ) scams",
            &[("Dara Sakor Special Economic Zone (SEZ)", "KH-DSK", Site)],
        );
        check(
            "the embassy in Phnom Penh said",
            &[("Phnom Penh", "KH-PNH", Other)],
        );
        check(
            "a Cambodia-based company laundered scam money",
            &[("Cambodia", "C-KH", Other)],
        );
    }

    #[test]
    fn a_demonym_a_host_and_an_organisation_are_no_places() {
        check(
            "Cambodian police, cambodia.org, the Thailand Asia Group Company",
            &[],
        );
        check("49名中国人 และชาวฟิลิปปินส์ 19 คน", &[]);
        check(
            "the Wa-administered hills and Philippine Offshore Gaming Operators (POGOs)",
            &[],
        );
    }

    #[test]
    fn homonyms_resolve_by_context_or_become_a_question() {
        use Role::OperationSite as Site;
        check(
            "a scam in Chrey Thom, Kandal",
            &[
                ("Chrey Thom", "KH-CTM", Site),
                ("Kandal", "KH-KAN", Role::Container),
            ],
        );
        let open = Toponyms::find("People are held at a scam site in Chrey Thom.");
        assert_eq!(open.questions.len(), 1);
        assert_eq!(open.questions[0].candidates.len(), 3);
        assert!(
            matches!(&open.mentions[0].value, Value::Place { place: None, country: Some(c), .. } if c == "KH")
        );
        for (text, wanted) in [
            ("scams in Mengla, Yunnan", None),
            ("scams in the Golden Triangle SEZ", Some("LA-GTS")),
            ("在果敢老街的电诈", Some("MM-LKK")),
            ("Koh Kong Resort has scam offices", Some("KH-KKR")),
            ("scam sites in Koh Kong, Pursat and Bavet", Some("KH-KKG")),
        ] {
            let found = Toponyms::find(text);
            assert!(
                found
                    .mentions
                    .iter()
                    .any(|m| matches!(&m.value, Value::Place { place, .. } if place.as_deref() == wanted)),
                "{text}: {:?}",
                found.mentions
            );
        }
    }
}
