//! People in labelled messages: `Name: …` on a line, as hotlines paste them.

use evidence::person::{Person, Secret};

use crate::profile::{Field, field};

/// People in `Label: value` lines, as hotlines paste them; a blank line or a second name begins another person.
#[must_use]
pub fn labelled(text: &str) -> Vec<Person> {
    let mut people = Vec::new();
    let mut parts = Parts::default();
    for line in text.lines().take(100_000) {
        let Some((label, value)) = line.split_once([':', '：']) else {
            if line.trim().is_empty() {
                people.extend(std::mem::take(&mut parts).person());
            }
            continue;
        };
        let Some(field) = field(label) else { continue };
        if field == Field::Name && !parts.person.name.is_empty() {
            people.extend(std::mem::take(&mut parts).person());
        }
        parts.put(Some(field), label, value);
    }
    people.extend(parts.person());
    people
}

/// A person while their fields are gathered.
#[derive(Default)]
pub(crate) struct Parts {
    person: Person,
    given: String,
    family: String,
    rest: Vec<String>,
}

impl Parts {
    pub(crate) fn put(&mut self, field: Option<Field>, name: &str, value: &str) {
        let value = value.trim();
        if value.is_empty() {
            return;
        }
        match field {
            Some(Field::Name) => self.person.name = Secret::new(value),
            Some(Field::GivenName) => value.clone_into(&mut self.given),
            Some(Field::FamilyName) => value.clone_into(&mut self.family),
            Some(Field::BirthDate) => self.person.birth_date = Secret::new(value),
            Some(Field::Nationality) => value.clone_into(&mut self.person.nationality),
            Some(Field::Passport) => self.person.passport = Secret::new(value),
            Some(Field::Phone) => self.person.phone = Secret::new(value),
            Some(Field::Place) => self.person.last_place = Secret::new(value),
            Some(Field::Ignored) => {}
            Some(Field::Note) | None => self.rest.push(format!("{name}: {value}")),
        }
    }

    /// The person, or nothing when no field was told that tells one from another.
    pub(crate) fn person(mut self) -> Option<Person> {
        if self.person.name.is_empty() && !(self.given.is_empty() && self.family.is_empty()) {
            self.person.name = Secret::new(format!("{} {}", self.given, self.family).trim());
        }
        self.person.note = Secret::new(self.rest.join("; "));
        (!self.person.is_blank()).then_some(self.person)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labelled_messages_hold_people() {
        for (text, wanted) in [
            (
                "Name: Invented One\nPassport: X123\n\nName: Invented Two\nPhone: +62 811",
                vec!["Invented One", "Invented Two"],
            ),
            ("ชื่อ: สมมติ ใจดี\nสัญชาติ: ไทย", vec!["สมมติ ใจดี"]),
            ("姓名：虚构\n护照：E1", vec!["虚构"]),
            ("He said: nothing at all", vec![]),
            ("Name: A\nName: B", vec!["A", "B"]),
        ] {
            let found = labelled(text);
            assert_eq!(
                found.iter().map(|p| p.name.reveal()).collect::<Vec<_>>(),
                wanted,
                "{text}"
            );
        }
    }
}
