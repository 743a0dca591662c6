//! Figures as a document states them: the sentence each stands in, the place it is of, and whether it may be printed.

use evidence::{Claim, Span, Value};
use places::Gazetteer;
use publish::disclosure;
use store::intake::Card;

use crate::locate;

/// A claim in its surroundings: the sentence it stands in, and the place that the sentence says it of.
pub(crate) struct Said {
    pub card: Card,
    pub claim: Claim,
    pub sentence: Span,
    pub words: String,
    pub place: Option<String>,
}

impl Said {
    /// Every claim of a document in its surroundings. `claims` are in the order of the text.
    pub(crate) fn all(card: &Card, claims: &[Claim], text: &str) -> Vec<Self> {
        let positions = intake::Positions::of(text);
        let mut all: Vec<Self> = claims
            .iter()
            .map(|claim| {
                let sentence = intake::sentence(&positions, claim.span).unwrap_or(claim.span);
                Self {
                    card: card.clone(),
                    claim: claim.clone(),
                    sentence,
                    words: positions
                        .quote(sentence)
                        .unwrap_or(&claim.quote)
                        .trim()
                        .to_owned(),
                    place: None,
                }
            })
            .collect();
        for together in all.chunk_by_mut(|a, b| a.sentence == b.sentence) {
            let claims: Vec<&Claim> = together.iter().map(|s| &s.claim).collect();
            for (i, place) in places_of(&claims, &positions) {
                // Of what was told in confidence the area is enough: in a small compound a figure is a face.
                together[i].place = if card.document.public {
                    Some(place)
                } else {
                    locate::area(&place)
                };
            }
        }
        all
    }

    pub(crate) fn is_figure(&self) -> bool {
        matches!(self.claim.value, Value::Count { .. } | Value::Money { .. })
    }

    /// Whether a figure may stand in a brief. Public ones may. Of what was told in confidence only large numbers of people
    /// may: whoever demanded a ransom of 3,000 dollars knows whose family was told that sum.
    pub(crate) fn is_safe(&self) -> bool {
        let large = |n: i64| u64::try_from(n).is_ok_and(|n| n >= disclosure::THRESHOLD);
        self.card.document.public
            || matches!(&self.claim.value, Value::Count { quantity, of }
                if group_of(of) == "people" && quantity.min.or(quantity.max).is_some_and(large))
    }
}

/// How a document is named in public: by hash, so that whoever has it can check the words; one that is not public by our
/// own number, because its hash would tell whoever took a phone that its message came here.
pub(crate) fn cited(card: &Card) -> String {
    if card.document.public {
        card.document.hash.to_string()
    } else {
        card.document.id.to_string()
    }
}

/// The figures of one sentence that are of a place, by their index, with its name.
///
/// Only what cannot be read otherwise: figures and places that take turns, each figure before its place or each after it.
/// "At least 120,000 in Myanmar and 100,000 in Cambodia" is two pairs, and so is "for Myanmar 120,000 and for Cambodia
/// 100,000"; "120,000 from Kenya in Myanmar" is none, and its words have to do. Nor is "300 freed, 20 of them in Laos", for
/// a numeral stands between that nobody read as a figure.
fn places_of(claims: &[&Claim], positions: &intake::Positions<'_>) -> Vec<(usize, String)> {
    let gazetteer = Gazetteer::built_in();
    let mut turns: Vec<(usize, Option<&Value>)> = Vec::new();
    for (i, claim) in claims.iter().enumerate() {
        match &claim.value {
            Value::Count { .. } | Value::Money { .. } => turns.push((i, None)),
            Value::Place { .. } => match turns.last() {
                // "KK Park, Myawaddy, Myanmar" is one place, and the first name is it.
                Some((_, Some(nearer))) if lies_in(gazetteer, nearer, &claim.value) => {}
                _ => turns.push((i, Some(&claim.value))),
            },
            _ => {}
        }
    }
    let alternate = turns.len().is_multiple_of(2)
        && turns.chunks(2).all(|pair| match pair {
            [(_, a), (_, b)] => a.is_some() != b.is_some() && a.is_some() == turns[0].1.is_some(),
            _ => false,
        });
    if !alternate {
        return Vec::new();
    }
    let number_between = |pair: &[(usize, Option<&Value>)]| {
        let (Some((first, _)), Some((last, _))) = (pair.first(), pair.last()) else {
            return true;
        };
        let between = Span {
            start: claims[*first].span.end,
            end: claims[*last].span.start,
        };
        positions
            .quote(between)
            .is_some_and(|words| words.chars().any(char::is_numeric))
    };
    turns
        .chunks(2)
        .filter(|pair| !number_between(pair))
        .filter_map(|pair| {
            let figure = pair.iter().find(|(_, place)| place.is_none())?.0;
            match pair.iter().find_map(|(_, place)| *place)? {
                Value::Place { name, .. } => Some((figure, name.clone())),
                _ => None,
            }
        })
        .collect()
}

/// Whether one place lies in another by the register: in its country, or in a unit of that name.
fn lies_in(gazetteer: &Gazetteer, inner: &Value, outer: &Value) -> bool {
    let (
        Value::Place { place, country, .. },
        Value::Place {
            name,
            country: of,
            class,
            ..
        },
    ) = (inner, outer)
    else {
        return false;
    };
    if class == "country" {
        return country.is_some() && country == of;
    }
    place
        .as_deref()
        .and_then(|id| gazetteer.by_id(id))
        .is_some_and(|p| {
            p.within
                .split(", ")
                .any(|unit| unit == name || unit.starts_with(&format!("{name} ")))
        })
}

/// Words for people are one unit; things keep their own.
pub(crate) fn group_of(noun: &str) -> String {
    const PEOPLE: [&str; 6] = ["people", "individuals", "persons", "คน", "人", "នាក់"];
    if PEOPLE.contains(&noun) {
        "people".into()
    } else {
        noun.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::places_of;
    use crate::receive;

    #[test]
    fn a_figure_is_of_a_place_only_where_nothing_else_can_be_read() {
        for (text, wanted) in [
            ("At least 14 people are held in KK Park.", &["14 KK Park"][..]),
            (
                "At least 14 people are held in KK Park, Myawaddy, Myanmar.",
                &["14 KK Park"],
            ),
            (
                "At least 120,000 people in Myanmar and 100,000 people in Cambodia may be held.",
                &["120000 Myanmar", "100000 Cambodia"],
            ),
            (
                "Its report puts the figure for Myanmar at least 120,000 people and for Cambodia at around 100,000 people.",
                &["120000 Myanmar", "100000 Cambodia"],
            ),
            ("In Cambodia 300 people were freed.", &["300 Cambodia"]),
            ("In Myanmar 120 people from Kenya were found.", &[]),
            ("They freed 300 people in Cambodia, Laos and Thailand.", &[]),
            ("They freed 300 people, 20 of them in Laos.", &[]),
            ("They freed 300 people.", &[]),
        ] {
            let proposal =
                receive::read(text.as_bytes(), "t.txt", None).unwrap_or_else(|e| unreachable!("{e}"));
            let document = evidence::id::DocumentId::new(jiff::Timestamp::UNIX_EPOCH, [0; 10]);
            let mut claims: Vec<evidence::Claim> = proposal
                .mentions
                .into_iter()
                .map(|m| {
                    let id = evidence::id::ClaimId::new(jiff::Timestamp::UNIX_EPOCH, [0; 10]);
                    store::intake::claim_of(id, document, m)
                })
                .collect();
            claims.sort_by_key(|c| c.span);
            let claims: Vec<&evidence::Claim> = claims.iter().collect();
            let found: Vec<String> = places_of(&claims, &intake::Positions::of(text))
                .into_iter()
                .map(|(i, place)| match &claims[i].value {
                    evidence::Value::Count { quantity, .. } => {
                        format!("{} {place}", quantity.min.or(quantity.max).unwrap_or(0))
                    }
                    other => format!("{other:?} {place}"),
                })
                .collect();
            assert_eq!(found, wanted, "{text}");
        }
    }
}
