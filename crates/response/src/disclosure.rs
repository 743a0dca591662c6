//! The view that a kind of recipient gets of a case, and what is withheld from it, each with its reason.
//!
//! Two gates, both of which must open: the list of `resources/disclosure/`, which says why a field is needed, and the
//! one policy, which says whether it may be seen at all. The preview is this view; the payload is this view.

use std::{collections::BTreeMap, sync::LazyLock};

use evidence::{Viewer, Visibility, person::Secret, visibility::Policy};
use serde_json::{Value, json};

use crate::Case;

/// One field as the recipient will see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub key: String,
    pub value: Secret,
    /// Why the recipient needs it.
    pub why: String,
}

/// A recipient's view of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    pub recipient: Viewer,
    pub fields: Vec<Field>,
    /// Fields that the case has and the recipient does not get, with the reason.
    pub withheld: Vec<(String, &'static str)>,
}

/// What is wrong with a payload.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("the opened payload is not a view of a case: {0}")]
pub struct ViewError(pub String);

/// Every field a view can have, with the stored field whose visibility decides.
const FIELDS: [(&str, &str); 14] = [
    ("reference", "case_file.reference"),
    ("service", "referral.service"),
    ("name", "case_file.sealed"),
    ("birth_date", "case_file.sealed"),
    ("nationality", "case_file.nationality"),
    ("passport", "case_file.sealed"),
    ("phone", "case_file.sealed"),
    ("last_place", "dossier.exact"),
    ("family", "case_file.sealed"),
    ("needs", "case_file.needs"),
    ("risk", "case_file.risk"),
    ("child", "case_file.child"),
    ("compelled_act", "case_file.compelled_act"),
    ("transfers", "transfer.amount"),
];

const FILES: [(Viewer, &str); 3] = [
    (
        Viewer::Protection,
        include_str!("../../../resources/disclosure/protection.toml"),
    ),
    (
        Viewer::Enforcement,
        include_str!("../../../resources/disclosure/enforcement.toml"),
    ),
    (
        Viewer::Exchange,
        include_str!("../../../resources/disclosure/exchange.toml"),
    ),
];

static LISTS: LazyLock<BTreeMap<Viewer, BTreeMap<String, String>>> = LazyLock::new(|| {
    FILES
        .iter()
        .filter_map(|(viewer, text)| Some((*viewer, list(text)?)))
        .collect()
});

fn list(text: &str) -> Option<BTreeMap<String, String>> {
    let table: toml::Table = text.parse().ok()?;
    Some(
        table
            .get("fields")?
            .as_table()?
            .iter()
            .filter_map(|(k, v)| Some((k.clone(), v.as_str()?.to_owned())))
            .collect(),
    )
}

/// The principle that goes on the file with every referral to whoever enforces.
const NON_PUNISHMENT: &str = "Non-punishment: a trafficked person is not to be detained, charged or prosecuted for acts that are a direct consequence of having been trafficked (OHCHR Recommended Principles 2002, Principle 7; ACTIP Art. 14(7); CoE Convention Art. 26).";

/// What is asked, and what others than the case know for it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked<'a> {
    pub service: &'a str,
    /// The town or province that the person's last place lies in, as the register knows it. It is never cut out of what
    /// somebody wrote: "Myawaddy, KK Park, room 4" ends with the room.
    pub area: Option<&'a str>,
    /// For those who can freeze money.
    pub transfers: &'a str,
}

impl View {
    /// What `recipient` gets of `case`.
    #[must_use]
    pub fn of(case: &Case, recipient: Viewer, asked: &Asked<'_>) -> Self {
        let policy = Policy::built_in();
        let empty = BTreeMap::new();
        let needed = LISTS.get(&recipient).unwrap_or(&empty);
        let mut view = Self {
            recipient,
            fields: Vec::new(),
            withheld: Vec::new(),
        };
        for (key, stored) in FIELDS {
            let value = value(case, key, asked);
            if value.is_empty() {
                continue;
            }
            let visibility = policy.of(recipient, stored);
            match (needed.get(key), visibility) {
                (_, Visibility::Never) => view.withheld.push((key.to_owned(), "policy")),
                (None, _) => view.withheld.push((key.to_owned(), "not needed")),
                (Some(why), Visibility::Coarsened) => {
                    view.fields.push(Field {
                        key: key.to_owned(),
                        value: coarse(key, asked),
                        why: why.clone(),
                    });
                }
                (Some(why), Visibility::Open | Visibility::Sealed) => {
                    view.fields.push(Field {
                        key: key.to_owned(),
                        value,
                        why: why.clone(),
                    });
                }
            }
        }
        if let Some(why) = needed.get("non_punishment") {
            view.fields.push(Field {
                key: "non_punishment".into(),
                value: Secret::new(NON_PUNISHMENT),
                why: why.clone(),
            });
        }
        view
    }

    /// The payload: exactly what the preview shows.
    #[must_use]
    pub fn to_json(&self) -> String {
        let fields: Vec<Value> = self
            .fields
            .iter()
            .map(|f| json!({"key": f.key, "value": f.value.reveal(), "why": f.why}))
            .collect();
        json!({"format": "hue-view/1", "recipient": self.recipient.as_str(), "fields": fields}).to_string()
    }

    /// Reads a payload back on the recipient's side.
    ///
    /// # Errors
    /// When the text is not what [`View::to_json`] writes.
    pub fn from_json(text: &str) -> Result<Self, ViewError> {
        let wrong = |what: &str| ViewError(what.to_owned());
        let value: Value = serde_json::from_str(text).map_err(|e| ViewError(e.to_string()))?;
        if value["format"] != "hue-view/1" {
            return Err(wrong("its format is not hue-view/1"));
        }
        let recipient = value["recipient"]
            .as_str()
            .and_then(Viewer::named)
            .ok_or_else(|| wrong("its kind of recipient is unknown"))?;
        let fields = value["fields"]
            .as_array()
            .ok_or_else(|| wrong("it has no fields"))?
            .iter()
            .map(|f| {
                let text = |key: &str| f[key].as_str().map(str::to_owned);
                Some(Field {
                    key: text("key")?,
                    value: Secret::new(text("value")?),
                    why: text("why")?,
                })
            })
            .collect::<Option<_>>()
            .ok_or_else(|| wrong("a field lacks key, value or why"))?;
        Ok(Self {
            recipient,
            fields,
            withheld: Vec::new(),
        })
    }
}

fn value(case: &Case, key: &str, asked: &Asked<'_>) -> Secret {
    let person = &case.person;
    match key {
        "reference" => Secret::new(&case.reference),
        "service" => Secret::new(asked.service),
        "name" => person.name.clone(),
        "birth_date" => person.birth_date.clone(),
        "nationality" => Secret::new(&person.nationality),
        "passport" => person.passport.clone(),
        "phone" => person.phone.clone(),
        "last_place" => person.last_place.clone(),
        "family" => case.family.clone(),
        "needs" => Secret::new(case.needs.join(", ")),
        "risk" => Secret::new(case.risk.as_str()),
        "child" => Secret::new(if case.child { "yes" } else { "" }),
        "compelled_act" => case.compelled_act.clone(),
        "transfers" => Secret::new(asked.transfers),
        _ => Secret::default(),
    }
}

/// The area instead of the room. A field without a coarser form says that there is one, and no more.
fn coarse(key: &str, asked: &Asked<'_>) -> Secret {
    match (key, asked.area) {
        ("last_place", Some(area)) => Secret::new(area),
        _ => Secret::new("held by the sender; ask for it"),
    }
}

#[cfg(test)]
mod tests {
    use evidence::{act::Finding, id::CaseId, person::Person};
    use jiff::Timestamp;
    use proptest::prelude::*;

    use super::*;
    use crate::case::Risk;

    fn case(text: [String; 6], child: bool) -> Case {
        let [name, passport, phone, place, act, need] = text;
        Case {
            id: CaseId::new(Timestamp::UNIX_EPOCH, [0; 10]),
            reference: "HC-1".into(),
            created: Timestamp::UNIX_EPOCH,
            person: Person {
                name: Secret::new(name),
                passport: Secret::new(passport),
                phone: Secret::new(phone),
                last_place: Secret::new(place),
                nationality: "KE".into(),
                ..Person::default()
            },
            family: Secret::default(),
            records: Vec::new(),
            risk: Risk::High,
            child,
            needs: vec![need],
            signals: Vec::new(),
            compelled_act: Secret::new(act),
            findings: [Finding::NotAsked; 3],
            consents: Vec::new(),
            synthetic: true,
        }
    }

    proptest! {
        /// The payload is the preview, whatever the case and whoever receives it; and a compelled act is in neither.
        #[test]
        fn preview_and_payload_are_one(words in proptest::array::uniform6("[a-zក-ឌ]{3,9}"), child: bool) {
            let marked = words.clone().map(|w| w);
            let mut text = marked;
            text[3] = format!("ROOM{}", text[3]);
            text[4] = format!("ACT{}", text[4]);
            let case = case(text.clone(), child);
            for recipient in Viewer::RECIPIENTS {
                let asked = Asked { service: "return", ..Asked::default() };
                let view = View::of(&case, recipient, &asked);
                let payload = view.to_json();
                let opened = View::from_json(&payload).map_err(|e| TestCaseError::fail(e.to_string()))?;
                prop_assert_eq!(&opened.fields, &view.fields);
                prop_assert!(!payload.contains(&text[4]), "{:?}", recipient);
                prop_assert!(view.withheld.iter().any(|(k, _)| k == "compelled_act"));
                prop_assert_eq!(payload.contains(&text[3]), recipient == Viewer::Protection);
                if recipient == Viewer::Exchange {
                    prop_assert!(!view.fields.iter().any(|f| f.key == "name" || f.key == "last_place"));
                }
            }
        }
    }

    #[test]
    fn whoever_enforces_gets_the_area_and_the_principle() {
        let case = case(
            ["A", "P", "T", "Myawaddy, KK Park, room 4", "x", "return"].map(str::to_owned),
            false,
        );
        let mut asked = Asked {
            service: "rescue",
            ..Asked::default()
        };
        let unknown = View::of(&case, Viewer::Enforcement, &asked).to_json();
        assert!(!unknown.contains("room 4") && !unknown.contains("KK Park"));
        asked.area = Some("Myawaddy");
        let view = View::of(&case, Viewer::Enforcement, &asked);
        let value = |key: &str| {
            view.fields
                .iter()
                .find(|f| f.key == key)
                .map(|f| f.value.reveal())
        };
        assert_eq!(value("last_place"), Some("Myawaddy"));
        assert!(value("non_punishment").is_some_and(|v| v.contains("ACTIP Art. 14(7)")));
        assert_eq!(value("passport"), None);
    }

    #[test]
    fn every_listed_field_exists() {
        for (viewer, fields) in LISTS.iter() {
            for key in fields.keys().filter(|k| *k != "non_punishment") {
                assert!(FIELDS.iter().any(|(f, _)| f == key), "{viewer:?}: {key}");
            }
        }
        assert_eq!(LISTS.len(), FILES.len());
    }
}
