//! Locate: dossiers by place, and a person's answers to the names that several places bear.

use evidence::{
    Claim, Secret, Value,
    claim::Role,
    id::{ClaimId, MemberId},
};
use places::{Gazetteer, Toponyms};
use publish::map::Mark;
use store::{
    VaultKey,
    places::{Dossier, Sighting},
};

use crate::hub::{Hub, Moment, WorkflowError, entropy};

/// A place with what is known of it and what was said about it, by date.
#[derive(Debug, Clone)]
pub struct Place {
    pub known: places::Place,
    pub dossier: Dossier,
    pub sightings: Vec<Sighting>,
}

/// # Errors
/// When the store refuses.
pub async fn marks(hub: &Hub) -> Result<Vec<Mark>, WorkflowError> {
    let dossiers = hub.store.read().await?.dossiers().await?;
    let gazetteer = Gazetteer::built_in();
    Ok(dossiers
        .into_iter()
        .filter_map(|d| {
            let place = gazetteer.by_id(&d.place)?;
            let (lat, lon) = d.coarse?;
            Some(Mark {
                name: place.name.clone(),
                link: format!("/places/{}", d.place),
                lat,
                lon,
                precision: d.precision,
                claims: u64::try_from(d.claims).unwrap_or(0),
                is_site: place.is_site(),
            })
        })
        .collect())
}

/// # Errors
/// When the register has no such place.
pub async fn place(hub: &Hub, id: &str) -> Result<Place, WorkflowError> {
    let known = Gazetteer::built_in()
        .by_id(id)
        .ok_or_else(|| missing(id))?
        .clone();
    let mut tx = hub.store.read().await?;
    let dossier = tx
        .dossiers()
        .await?
        .into_iter()
        .find(|d| d.place == id)
        .ok_or_else(|| missing(id))?;
    let sightings = tx.sightings(id).await?;
    Ok(Place {
        known,
        dossier,
        sightings,
    })
}

/// The town or province that a place written by hand lies in, by the register, and nothing nearer. None when the register
/// knows no part of it.
#[must_use]
pub fn area(written: &str) -> Option<String> {
    let gazetteer = Gazetteer::built_in();
    let mut areas: Vec<(usize, String)> = Toponyms::find(written)
        .mentions
        .into_iter()
        .filter_map(|m| match m.value {
            Value::Place {
                name, place, class, ..
            } => {
                let nearness = ["town", "province", "country"].iter().position(|c| *c == class);
                let within = || gazetteer.by_id(&place?).map(|p| p.within.clone());
                match nearness {
                    Some(n) => Some((n, name)),
                    // Inside a compound or zone nothing is said but what it lies in.
                    None => within().filter(|w| !w.is_empty()).map(|w| (0, w)),
                }
            }
            _ => None,
        })
        .collect();
    areas.sort();
    areas.into_iter().next().map(|(_, area)| area)
}

/// A place's exact point was told: it is sealed at once. The published point stays the register's, on its grid.
///
/// # Errors
/// When the point is not on the globe, or the register has no such place.
pub async fn set_point(hub: &Hub, place: &str, point: &str, moment: &Moment) -> Result<(), WorkflowError> {
    let parsed = point
        .split_once([',', ' '])
        .and_then(|(lat, lon)| Some((lat.trim().parse::<f64>().ok()?, lon.trim().parse::<f64>().ok()?)))
        .filter(|(lat, lon)| (-90.0..=90.0).contains(lat) && (-180.0..=180.0).contains(lon));
    // What was typed is not repeated: errors end in logs.
    let (lat, lon) = parsed.ok_or_else(|| {
        WorkflowError::Refused(
            "a point is latitude and longitude in decimal degrees, such as 16.6312, 98.5179".into(),
        )
    })?;
    let sealed = store::seal::seal(&hub.card.recipient, format!("{lat}, {lon}").as_bytes())?;
    let mut tx = hub.store.write("set a point").await?;
    if !tx.set_exact_point(place, sealed).await? {
        return Err(missing(place));
    }
    tx.journal(moment.at, &moment.actor, "set-point", place, "")
        .await?;
    tx.commit().await?;
    Ok(())
}

/// The exact point of a place, opened, as latitude and longitude; `None` when nobody told it.
///
/// # Errors
/// When the key does not open it.
pub async fn point(
    hub: &Hub,
    key: &VaultKey,
    place: &str,
    moment: &Moment,
) -> Result<Option<Secret>, WorkflowError> {
    let mut tx = hub.store.write("open a point").await?;
    let opener = tx
        .opener(key, moment.at, &moment.actor, "read the exact point", place)
        .await?;
    let sealed = tx.exact_point(place).await?;
    let point = sealed
        .map(|s| opener.open_text(&s, &format!("the exact point of {place}")))
        .transpose()?;
    tx.commit().await?;
    Ok(point.map(Secret::new))
}

fn missing(place: &str) -> WorkflowError {
    WorkflowError::Store(store::StoreError::NotFound {
        what: "place",
        id: place.to_owned(),
    })
}

/// A person says which place a name means: the claim is superseded, not edited. An empty `answer` is "none of these".
///
/// # Errors
/// When the question is unknown, was answered, or the answer is not among its candidates.
pub async fn answer(
    hub: &Hub,
    key: &VaultKey,
    question: &str,
    answer: &str,
    by: MemberId,
    moment: &Moment,
) -> Result<(), WorkflowError> {
    let open = hub.store.read().await?.open_questions(10_000).await?;
    let asked = open.iter().find(|q| q.id == question).ok_or_else(|| {
        WorkflowError::Refused(format!(
            "question {question} is not open: somebody may have answered it"
        ))
    })?;
    if !answer.is_empty() && !asked.candidates.iter().any(|(place, _)| place == answer) {
        return Err(WorkflowError::Refused(format!(
            "“{answer}” is not among the places that question {question} offers"
        )));
    }
    let mut tx = hub.store.write("locate").await?;
    let opener = tx
        .opener(
            key,
            moment.at,
            &moment.actor,
            "answer a question",
            &asked.claim.to_string(),
        )
        .await?;
    let claim = tx.claim(asked.claim, &opener).await?;
    let corrected = Claim {
        id: ClaimId::new(moment.at, entropy()?),
        value: placed(&claim.value, answer),
        rule: format!("person:{by}"),
        supersedes: Some(claim.id),
        ..claim
    };
    tx.put_claim(&corrected, 0, "locate", &hub.card.recipient).await?;
    let corrected = corrected.id.to_string();
    let digest = tx.claim_digest(&corrected).await?;
    tx.journal(
        moment.at,
        &moment.actor,
        "correct",
        &corrected,
        &format!("digest={digest}"),
    )
    .await?;
    if !tx.answer_question(question, answer, by, moment.at).await? {
        return Err(WorkflowError::Refused(format!(
            "question {question} was answered a moment ago"
        )));
    }
    tx.commit().await?;
    Ok(())
}

fn placed(value: &Value, id: &str) -> Value {
    let Value::Place {
        name,
        country,
        class,
        role,
        ..
    } = value
    else {
        return value.clone();
    };
    match Gazetteer::built_in().by_id(id) {
        Some(place) => Value::Place {
            name: place.name.clone(),
            country: place.country.clone(),
            place: place.id.clone(),
            class: place.class.clone(),
            role: *role,
        },
        // None of the register's places: it stays a name, and no site.
        None => Value::Place {
            name: name.clone(),
            country: country.clone(),
            place: None,
            class: class.clone(),
            role: Role::Other,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::area;

    #[test]
    fn an_area_is_a_town_or_province_and_never_what_was_written() {
        for (written, wanted) in [
            ("Room 4, KK Park, Myawaddy", Some("Myawaddy")),
            ("Myawaddy, KK Park, room 4", Some("Myawaddy")),
            ("មណ្ឌល ភ្នំពេញ បន្ទប់ ៤", Some("Phnom Penh")),
            ("Cambodia, behind the casino, room 12", Some("Cambodia")),
            ("building 5, third floor", None),
            ("", None),
        ] {
            assert_eq!(area(written).as_deref(), wanted, "{written}");
        }
        let inside = area("KK Park, dormitory B");
        assert!(
            inside
                .as_deref()
                .is_some_and(|a| !a.contains("KK Park") && !a.contains('B')),
            "{inside:?}"
        );
    }
}
