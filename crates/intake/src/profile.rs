//! Profiles: which column of a sheet holds what. Proposed from the headers, confirmed once by a person, then applied to every
//! sheet with the same headers.

use evidence::{document::ContentHash, person::Person};
use unicode_normalization::UnicodeNormalization;

use crate::{extract::ascii_digit, order::Order, people::Parts, table::Table};

/// What a column, or a label in a message, says about a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    Name,
    GivenName,
    FamilyName,
    BirthDate,
    Nationality,
    Passport,
    Phone,
    Place,
    /// Kept with the person under the column's own name.
    Note,
    /// Left out.
    Ignored,
}

impl Field {
    pub const ALL: [(Self, &'static str); 10] = [
        (Self::Name, "name"),
        (Self::GivenName, "given_name"),
        (Self::FamilyName, "family_name"),
        (Self::BirthDate, "birth_date"),
        (Self::Nationality, "nationality"),
        (Self::Passport, "passport"),
        (Self::Phone, "phone"),
        (Self::Place, "place"),
        (Self::Note, "note"),
        (Self::Ignored, "ignored"),
    ];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(f, _)| *f == self)
            .map_or("", |(_, name)| name)
    }

    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, name)| *name == text).map(|(f, _)| *f)
    }

    /// Whether its cells are a person's particulars and not prose in which places or numbers are told.
    #[must_use]
    pub fn is_particular(self) -> bool {
        !matches!(self, Self::Place | Self::Note | Self::Ignored)
    }
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

/// The field that a header or a label names.
pub(crate) fn field(label: &str) -> Option<Field> {
    let label = folded(label);
    LABELS
        .iter()
        .find(|(_, words)| words.contains(&label.as_str()))
        .map(|(field, _)| *field)
}

/// A header without case, marks and what stands in brackets.
fn folded(label: &str) -> String {
    let label: String = label
        .nfkc()
        .collect::<String>()
        .to_lowercase()
        .replace(['_', '*'], " ");
    let label = label.split('(').next().unwrap_or("");
    label.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// One column of a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// The header as the sheet writes it.
    pub header: String,
    pub field: Field,
    /// How dates in figures are to be read; none where none was needed or nobody said.
    pub order: Option<Order>,
}

/// Which column holds what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    pub columns: Vec<Column>,
}

/// The header of a table: its row, and each named column's number and words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    pub row: u32,
    pub cells: Vec<(u32, String)>,
}

/// Rows of a sheet that may stand above its header: titles, dates, the office's name.
const ABOVE: usize = 15;

impl Header {
    /// The first row that names a person's field; none where no row does, so that a table of figures is no list of people.
    #[must_use]
    pub fn of(table: &Table) -> Option<Self> {
        table.rows().take(ABOVE).find_map(|row| {
            row.cells
                .iter()
                .any(|(_, words, _)| field(words).is_some())
                .then(|| Self {
                    row: row.number,
                    cells: row
                        .cells
                        .iter()
                        .map(|(c, words, _)| (*c, (*words).to_owned()))
                        .collect(),
                })
        })
    }

    /// The same for every sheet with these headers in this order, however they are spaced and cased.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let headers: Vec<String> = self.cells.iter().map(|(_, words)| folded(words)).collect();
        ContentHash::of(headers.join("\u{1f}").as_bytes()).to_string()
    }
}

/// A cell whose content is not what its column holds. The person is kept, with the cell's words in their note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Row and column from 1.
    pub row: u32,
    pub column: u32,
    pub why: &'static str,
}

/// One row below the header.
#[derive(Debug, Clone)]
pub struct Taken {
    pub row: u32,
    pub person: Option<Person>,
    pub faults: Vec<Fault>,
}

impl Profile {
    /// What the headers say, and the order of dates that the cells below them show.
    #[must_use]
    pub fn propose(table: &Table, header: &Header) -> Self {
        let column = |(number, words): &(u32, String)| {
            let field = field(words).unwrap_or(Field::Note);
            let order = (field == Field::BirthDate).then(|| {
                let cells = table.rows().filter(|r| r.number > header.row);
                Order::of_column(cells.filter_map(|r| figures(r.cell(*number))))
            });
            Column {
                header: words.clone(),
                field,
                order: order.flatten(),
            }
        };
        Self {
            columns: header.cells.iter().map(column).collect(),
        }
    }

    /// The rows below the header, read.
    pub fn rows<'t>(&'t self, table: &'t Table, header: &'t Header) -> impl Iterator<Item = Taken> + 't {
        table.rows().filter(|r| r.number > header.row).map(move |row| {
            let mut parts = Parts::default();
            let mut faults = Vec::new();
            for ((number, name), column) in header.cells.iter().zip(&self.columns) {
                let written = row.cell(*number);
                if written.is_empty() {
                    continue;
                }
                match column.read(written) {
                    Ok(value) => parts.put(Some(column.field), name, &value),
                    Err(why) => {
                        parts.put(Some(Field::Note), name, written);
                        faults.push(Fault {
                            row: row.number,
                            column: *number,
                            why,
                        });
                    }
                }
            }
            let person = parts.person();
            if person.is_none() {
                faults.push(Fault {
                    row: row.number,
                    column: header.cells.first().map_or(1, |(c, _)| *c),
                    why: NOBODY,
                });
            }
            Taken {
                row: row.number,
                person,
                faults,
            }
        })
    }
}

/// Why a row is nobody.
pub const NOBODY: &str = "nobody";
/// Reasons for which a cell is not what its column holds, as pages and lists name them.
const NOT_A_DATE: &str = "not_a_date";
const WHICH_FIRST: &str = "which_first";
const NOT_A_NAME: &str = "not_a_name";
const NOT_A_PASSPORT: &str = "not_a_passport";
const NOT_A_PHONE: &str = "not_a_phone";

impl Column {
    /// A cell's value in the form it is kept in, or why it is not what the column holds.
    fn read(&self, written: &str) -> Result<String, &'static str> {
        let letters = written.chars().filter(|c| c.is_alphabetic()).count();
        let digits = written.chars().filter(|c| ascii_digit(*c).is_some()).count();
        let kept = || written.to_owned();
        match self.field {
            Field::Name | Field::GivenName | Field::FamilyName
                if letters == 0 || digits > 2 || written.starts_with('#') =>
            {
                Err(NOT_A_NAME)
            }
            Field::BirthDate => self.birth_date(written),
            Field::Passport => {
                let number: String = written
                    .chars()
                    .filter(|c| !c.is_whitespace() && *c != '-')
                    .collect();
                let sound = (5..=20).contains(&number.chars().count())
                    && digits > 0
                    && number.chars().all(char::is_alphanumeric);
                if sound {
                    Ok(number.to_uppercase())
                } else {
                    Err(NOT_A_PASSPORT)
                }
            }
            // A date in another column's place has digits enough for a telephone.
            Field::Phone if !(6..=40).contains(&digits) || written.contains('/') => Err(NOT_A_PHONE),
            _ => Ok(kept()),
        }
    }

    fn birth_date(&self, written: &str) -> Result<String, &'static str> {
        let date = written.get(..10).unwrap_or(written);
        if let Ok(date) = date.parse::<jiff::civil::Date>() {
            return living(date);
        }
        let year: String = written.chars().map_while(ascii_digit).collect();
        if year.len() == 4 && written.chars().count() == 4 {
            let year = year.parse::<i16>().map_err(|_| NOT_A_DATE)?;
            let year = if year > 2400 { year - 543 } else { year };
            return if (1900..=2100).contains(&year) {
                Ok(year.to_string())
            } else {
                Err(NOT_A_DATE)
            };
        }
        let [a, b, c] = figures(written).ok_or(NOT_A_DATE)?;
        let possible: Vec<Order> = Order::ALL
            .into_iter()
            .filter(|o| (*o == Order::Year) == (a > 31) && o.date([a, b, c]).is_some())
            .collect();
        let order = match (possible.as_slice(), self.order) {
            ([one], _) => *one,
            ([], _) => return Err(NOT_A_DATE),
            (_, Some(order)) => order,
            // The third of the third is the same day either way.
            (_, None) if a == b => Order::Day,
            (_, None) => return Err(WHICH_FIRST),
        };
        order.date([a, b, c]).ok_or(NOT_A_DATE).and_then(living)
    }
}

fn living(date: jiff::civil::Date) -> Result<String, &'static str> {
    // A year in two digits was read as of this century; nobody is born in what is to come.
    let year = match date.year() {
        2031..=2099 => date.year() - 100,
        year => year,
    };
    if !(1900..=2030).contains(&year) {
        return Err(NOT_A_DATE);
    }
    jiff::civil::Date::new(year, date.month(), date.day())
        .map(|d| d.to_string())
        .map_err(|_| NOT_A_DATE)
}

/// The three numbers of a date in figures: `14/2/1999`, `14.02.2542`, `1999-2-14`.
fn figures(written: &str) -> Option<[i64; 3]> {
    let parts: Vec<&str> = written.trim().split(['/', '-', '.']).collect();
    let number = |part: &str| -> Option<i64> {
        let part = part.trim();
        let short = !part.is_empty() && part.chars().count() <= 4;
        let ascii = part.chars().map(ascii_digit).collect::<Option<String>>()?;
        short.then(|| ascii.parse().ok())?
    };
    match parts.as_slice() {
        [a, b, c] => Some([number(a)?, number(b)?, number(c)?]),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[(u32, &[&str])]) -> Table {
        let mut table = Table::new(&"Sheet1".into());
        let span = evidence::Span { start: 0, end: 0 };
        for (row, cells) in rows {
            for (column, words) in (1..).zip(*cells) {
                table.put(*row, column, (*words).to_owned(), span);
            }
        }
        table
    }

    #[test]
    fn sheets_hold_people_under_any_header() {
        let table = table(&[
            (1, &["Manifest of an invented flight"]),
            (3, &["rec_id", "given_name", "family_name", "DOB", "Passport No."]),
            (4, &["7", "Ani", "Invented", "14/2/1999", "c 123-4567"]),
            (5, &["8", "Bo", "Invented", "45/99/1999", "x"]),
            (6, &["9", "", "", "1999", ""]),
        ]);
        let header = Header::of(&table);
        let rows: Vec<Taken> = header
            .iter()
            .flat_map(|h| Profile::propose(&table, h).rows(&table, h).collect::<Vec<_>>())
            .collect();
        let person = rows.first().and_then(|r| r.person.clone()).unwrap_or_default();
        assert_eq!(
            (
                person.name.reveal(),
                person.birth_date.reveal(),
                person.passport.reveal(),
                person.note.reveal()
            ),
            ("Ani Invented", "1999-02-14", "C1234567", "rec_id: 7")
        );
        let faults: Vec<(u32, u32, &str)> = rows
            .iter()
            .flat_map(|r| &r.faults)
            .map(|f| (f.row, f.column, f.why))
            .collect();
        assert_eq!(
            faults,
            [(5, 4, NOT_A_DATE), (5, 5, NOT_A_PASSPORT), (6, 1, NOBODY)]
        );
        let kept = rows[1].person.clone().unwrap_or_default();
        assert_eq!(kept.note.reveal(), "rec_id: 8; DOB: 45/99/1999; Passport No.: x");
    }

    #[test]
    fn birth_dates_are_read_in_the_order_that_was_said() {
        for (written, order, wanted) in [
            ("1999-02-14", None, Ok("1999-02-14")),
            ("1999-02-14T00:00", None, Ok("1999-02-14")),
            ("14/2/1999", None, Ok("1999-02-14")),
            ("02/03/1999", None, Err(WHICH_FIRST)),
            ("03/03/1999", None, Ok("1999-03-03")),
            ("02/03/1999", Some(Order::Day), Ok("1999-03-02")),
            ("02/03/1999", Some(Order::Month), Ok("1999-02-03")),
            ("14/2/2542", None, Ok("1999-02-14")),
            ("១៤/០២/១៩៩៩", None, Ok("1999-02-14")),
            ("14.02.85", None, Ok("1985-02-14")),
            ("2542", None, Ok("1999")),
            ("31/02/1999", None, Err(NOT_A_DATE)),
            ("unknown", None, Err(NOT_A_DATE)),
        ] {
            let column = Column {
                header: "DOB".into(),
                field: Field::BirthDate,
                order,
            };
            assert_eq!(
                column.read(written).as_deref().map_err(|e| *e),
                wanted,
                "{written}"
            );
        }
    }

    #[test]
    fn a_table_of_figures_is_no_list_of_people() {
        assert_eq!(
            Header::of(&table(&[(1, &["year", "cases"]), (2, &["2024", "14"])])),
            None
        );
    }
}
