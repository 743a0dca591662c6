//! From a name to a place, or to a question.

use std::collections::HashSet;

use crate::{
    gazetteer::{Gazetteer, Place},
    toponym::{Found, only},
};

pub(crate) struct Resolution<'g> {
    pub place: Option<&'g Place>,
    pub country: Option<String>,
    pub rule: &'static str,
    /// More than one when nothing decides.
    pub candidates: Vec<(Option<String>, String)>,
}

/// How far around a name a word may stand and still decide for one of its homonyms, in bytes.
const NEAR: usize = 240;

/// The place of a name. `named` are the countries that the text names, by code: they decide between bearers of one name.
pub(crate) fn resolve<'g>(
    gazetteer: &'g Gazetteer,
    text: &str,
    name: &Found,
    named: &HashSet<&str>,
) -> Resolution<'g> {
    if let Some(rows) = gazetteer.homonyms.get(&name.name) {
        let window = window(text, name);
        let scored: Vec<usize> = rows
            .iter()
            .map(|r| r.cues.iter().filter(|c| window.contains(c.as_str())).count())
            .collect();
        let best = scored.iter().copied().max().unwrap_or(0);
        let leaders: Vec<usize> = (0..rows.len()).filter(|i| scored[*i] == best).collect();
        let chosen = match leaders.as_slice() {
            [one] if best > 0 => Some((*one, "toponym.context")),
            // A town inside the province of its name: the bare name means the province, which is true either way.
            _ if nested(rows) => Some((0, "toponym.larger_unit")),
            _ => None,
        };
        if let Some((i, rule)) = chosen {
            let row = &rows[i];
            let place = row.place.as_deref().and_then(|id| gazetteer.by_id(id));
            return Resolution {
                place,
                country: row.country.clone(),
                rule,
                candidates: Vec::new(),
            };
        }
        let country = rows
            .first()
            .and_then(|r| r.country.clone())
            .filter(|c| rows.iter().all(|r| r.country.as_ref() == Some(c)));
        let candidates = rows.iter().map(|r| (r.place.clone(), r.note.clone())).collect();
        return Resolution {
            place: None,
            country,
            rule: "toponym.homonym",
            candidates,
        };
    }
    if let Some(place) = only(gazetteer, &name.name) {
        return Resolution {
            place: Some(place),
            country: place.country.clone(),
            rule: "toponym.name",
            candidates: Vec::new(),
        };
    }
    let bearers: Vec<&Place> = gazetteer
        .names
        .get(&name.name)
        .into_iter()
        .flatten()
        .filter_map(|i| gazetteer.places.get(*i))
        .collect();
    // Several bearers: the one whose own name it is, else the one whose country the text names.
    let own: Vec<&&Place> = bearers.iter().filter(|p| p.name == name.name).collect();
    if let [one] = own.as_slice() {
        return Resolution {
            place: Some(one),
            country: one.country.clone(),
            rule: "toponym.own_name",
            candidates: Vec::new(),
        };
    }
    let local: Vec<&&Place> = bearers
        .iter()
        .filter(|p| p.country.as_deref().is_some_and(|c| named.contains(c)))
        .collect();
    if let [one] = local.as_slice() {
        return Resolution {
            place: Some(one),
            country: one.country.clone(),
            rule: "toponym.country",
            candidates: Vec::new(),
        };
    }
    let country = bearers
        .first()
        .and_then(|p| p.country.clone())
        .filter(|c| bearers.iter().all(|p| p.country.as_ref() == Some(c)));
    let candidates = bearers
        .iter()
        .map(|p| (p.id.clone(), format!("{} ({}, {})", p.name, p.class, p.within)))
        .collect();
    Resolution {
        place: None,
        country,
        rule: "toponym.homonym",
        candidates,
    }
}

fn nested(rows: &[crate::gazetteer::Homonym]) -> bool {
    rows.first().is_some_and(|r| r.class == "province") && rows.iter().all(|r| r.country == rows[0].country)
}

fn window<'t>(text: &'t str, name: &Found) -> &'t str {
    let mut from = name.start.saturating_sub(NEAR);
    let mut to = (name.end + NEAR).min(text.len());
    while !text.is_char_boundary(from) {
        from -= 1;
    }
    while !text.is_char_boundary(to) {
        to += 1;
    }
    let from = text[from..name.start].rfind('\n').map_or(from, |i| from + i + 1);
    let to = text[name.end..to].find('\n').map_or(to, |i| name.end + i);
    &text[from..to]
}
