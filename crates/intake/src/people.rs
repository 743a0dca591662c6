//! People as sheets and labelled messages have them.

use evidence::person::{Person, Secret};
use unicode_normalization::UnicodeNormalization;

use crate::table::Table;

/// A field of a person that a header or a label can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Name,
    GivenName,
    FamilyName,
    BirthDate,
    Nationality,
    Passport,
    Phone,
    Place,
}

/// The words that name each field, in the languages that lists arrive in.
const LABELS: [(Field, &[&str]); 8] = [
    (
        Field::GivenName,
        &[
            "given name",
            "given names",
            "first name",
            "forename",
            "nama depan",
            "tên",
        ],
    ),
    (
        Field::FamilyName,
        &["family name", "surname", "last name", "nama belakang", "họ"],
    ),
    (
        Field::Name,
        &[
            "name",
            "full name",
            "person",
            "victim",
            "nama",
            "nama lengkap",
            "họ tên",
            "họ và tên",
            "ชื่อ",
            "ชื่อ-สกุล",
            "姓名",
            "ឈ្មោះ",
            "nome",
            "pangalan",
        ],
    ),
    (
        Field::BirthDate,
        &[
            "dob",
            "birth date",
            "date of birth",
            "birth",
            "born",
            "birthdate",
            "tanggal lahir",
            "ngày sinh",
            "วันเกิด",
            "出生日期",
            "ថ្ងៃខែឆ្នាំកំណើត",
            "data de nascimento",
        ],
    ),
    (
        Field::Nationality,
        &[
            "nationality",
            "country",
            "citizenship",
            "kewarganegaraan",
            "quốc tịch",
            "สัญชาติ",
            "国籍",
            "សញ្ជាតិ",
            "nacionalidade",
        ],
    ),
    (
        Field::Passport,
        &[
            "passport",
            "passport no",
            "passport number",
            "passport no.",
            "paspor",
            "hộ chiếu",
            "หนังสือเดินทาง",
            "护照",
            "护照号",
            "លិខិតឆ្លងដែន",
            "passaporte",
        ],
    ),
    (
        Field::Phone,
        &[
            "phone",
            "telephone",
            "mobile",
            "contact",
            "tel",
            "whatsapp",
            "telepon",
            "điện thoại",
            "โทรศัพท์",
            "电话",
            "ទូរសព្ទ",
            "telefone",
        ],
    ),
    (
        Field::Place,
        &[
            "place",
            "location",
            "site",
            "compound",
            "last seen",
            "lokasi",
            "địa điểm",
            "สถานที่",
            "地点",
            "ទីតាំង",
            "local",
        ],
    ),
];

fn field(label: &str) -> Option<Field> {
    let label: String = label
        .nfkc()
        .collect::<String>()
        .to_lowercase()
        .replace(['_', '*'], " ");
    let label = label.split('(').next().unwrap_or("").trim();
    LABELS
        .iter()
        .find(|(_, words)| words.contains(&label))
        .map(|(field, _)| *field)
}

/// The people of a document: of its tables where it has some, else of its labelled lines.
#[must_use]
pub fn of(text: &str, tables: &[Table]) -> Vec<Person> {
    if tables.is_empty() {
        labelled(text)
    } else {
        tables.iter().flat_map(of_table).collect()
    }
}

/// Rows of a sheet that may stand above its header: titles, dates, the office's name.
const ABOVE: usize = 15;

/// The people of a sheet: below the first row that names at least one of a person's fields. None when no row does.
#[must_use]
pub fn of_table(table: &Table) -> Vec<Person> {
    let mut rows = table.rows();
    let header: Option<Vec<(u32, Option<Field>, &str)>> = rows.by_ref().take(ABOVE).find_map(|row| {
        let columns: Vec<_> = row
            .cells
            .iter()
            .map(|(c, words, _)| (*c, field(words), *words))
            .collect();
        columns
            .iter()
            .any(|(_, field, _)| field.is_some())
            .then_some(columns)
    });
    let Some(header) = header else {
        return Vec::new();
    };
    rows.filter_map(|row| {
        let mut parts = Parts::default();
        for (column, field, name) in &header {
            parts.put(*field, name, row.cell(*column));
        }
        parts.person()
    })
    .collect()
}

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

#[derive(Default)]
struct Parts {
    person: Person,
    given: String,
    family: String,
    rest: Vec<String>,
}

impl Parts {
    fn put(&mut self, field: Option<Field>, name: &str, value: &str) {
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
            None => self.rest.push(format!("{name}: {value}")),
        }
    }

    fn person(mut self) -> Option<Person> {
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

    #[test]
    fn sheets_hold_people_under_any_header() {
        let mut table = Table::new(&"Sheet1".into());
        let span = evidence::Span { start: 0, end: 0 };
        for (row, cells) in [
            (1, vec!["Manifest of an invented flight"]),
            (
                3,
                vec!["rec_id", "given_name", "family_name", "DOB", "Passport No."],
            ),
            (4, vec!["7", "Ani", "Invented", "1999-01-02", "C1234567"]),
        ] {
            for (column, words) in (1..).zip(cells) {
                table.put(row, column, words.to_owned(), span);
            }
        }
        let people = of_table(&table);
        let person = people.first().cloned().unwrap_or_default();
        assert_eq!(people.len(), 1);
        assert_eq!(
            (
                person.name.reveal(),
                person.birth_date.reveal(),
                person.passport.reveal(),
                person.note.reveal()
            ),
            ("Ani Invented", "1999-01-02", "C1234567", "rec_id: 7")
        );
    }
}
