//! The places we know: the register of sites, countries, cities and regions, each row with its source.

use std::{collections::HashMap, sync::LazyLock};

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// One place.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// The register's identifier; `C-XX` for countries, none for other places.
    pub id: Option<String>,
    pub name: String,
    pub country: Option<String>,
    pub within: String,
    /// compound, SEZ, town, province, country, region or other.
    pub class: String,
    /// Why the register has it: named_site, sanctioned_property, area, transit, ….
    pub standing: String,
    /// Degrees north and east, as precise as `precision` says.
    pub point: Option<(f64, f64)>,
    pub precision: String,
    pub basis: String,
    pub source: String,
    pub names: Vec<String>,
}

impl Place {
    /// Whether the register holds this row because scam operations were reported there.
    #[must_use]
    pub fn is_site(&self) -> bool {
        matches!(
            self.standing.as_str(),
            "named_site" | "sanctioned_property" | "pogo_hub" | "suspected_site"
        )
    }

    /// The point moved to a grid of a tenth of a degree (some eleven kilometres), in tenths: what may be published.
    #[must_use]
    pub fn coarse(&self) -> Option<(i64, i64)> {
        #[expect(clippy::cast_possible_truncation, reason = "degrees are within ±180")]
        self.point
            .map(|(lat, lon)| ((lat * 10.0).round() as i64, (lon * 10.0).round() as i64))
    }
}

/// One of several places that a name may mean, and the words that decide for it.
#[derive(Debug, Clone)]
pub struct Homonym {
    pub place: Option<String>,
    pub country: Option<String>,
    pub cues: Vec<String>,
    pub class: String,
    pub note: String,
}

/// A gazetteer file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum GazetteerError {
    #[error("{file}, line {line}: {why}")]
    Row {
        file: &'static str,
        line: u64,
        why: String,
    },
}

/// All places, by name.
pub struct Gazetteer {
    pub places: Vec<Place>,
    /// Name as written → places that bear it.
    pub names: HashMap<String, Vec<usize>>,
    pub homonyms: HashMap<String, Vec<Homonym>>,
}

const SITES: &str = include_str!("../../../resources/register/sites.csv");
const COUNTRIES: &str = include_str!("../../../resources/places/countries.csv");
const CITIES: &str = include_str!("../../../resources/places/gazetteer.csv");
const REGIONS: &str = include_str!("../../../resources/places/regions.csv");
const HOMONYMS: &str = include_str!("../../../resources/places/homonyms.csv");

static BUILT_IN: LazyLock<Gazetteer> = LazyLock::new(|| {
    // A file that does not read leaves the gazetteer empty and fails the test below, so it is never shipped.
    Gazetteer::read().unwrap_or(Gazetteer {
        places: Vec::new(),
        names: HashMap::new(),
        homonyms: HashMap::new(),
    })
});

impl Gazetteer {
    /// The gazetteer this program was built with.
    #[must_use]
    pub fn built_in() -> &'static Self {
        &BUILT_IN
    }

    /// # Errors
    /// When a file of `resources/` lacks a column or holds a coordinate that is none.
    pub fn read() -> Result<Self, GazetteerError> {
        let mut places = sites()?;
        for row in rows("countries.csv", COUNTRIES)? {
            let names = [&row["also"], &row["other_languages"]]
                .into_iter()
                .flat_map(|n| list(n))
                .collect::<Vec<_>>();
            let code = row["code"].clone();
            if let Some(known) = places
                .iter_mut()
                .find(|p| p.class == "country" && p.country.as_deref() == Some(&code))
            {
                known.names.extend(names);
            } else {
                places.push(Place {
                    id: Some(format!("C-{code}")),
                    ..plain(&row["name"], Some(code), "country", names)
                });
            }
        }
        for row in rows("gazetteer.csv", CITIES)? {
            if !places.iter().any(|p| p.name == row["name"]) {
                places.push(plain(
                    &row["name"],
                    Some(row["country"].clone()),
                    &row["type"],
                    list(&row["names"]),
                ));
            }
        }
        for row in rows("regions.csv", REGIONS)? {
            places.push(plain(&row["name"], None, "region", list(&row["names"])));
        }
        let mut names: HashMap<String, Vec<usize>> = HashMap::new();
        for (i, place) in places.iter().enumerate() {
            for name in std::iter::once(&place.name)
                .chain(&place.names)
                .flat_map(|n| variants(n))
            {
                let bearers = names.entry(name).or_default();
                if !bearers.contains(&i) {
                    bearers.push(i);
                }
            }
        }
        let mut homonyms: HashMap<String, Vec<Homonym>> = HashMap::new();
        for row in rows("homonyms.csv", HOMONYMS)? {
            let some = |key: &str| Some(row[key].clone()).filter(|v| !v.is_empty());
            homonyms.entry(row["name"].clone()).or_default().push(Homonym {
                place: some("place"),
                country: some("country"),
                cues: list(&row["within"]),
                class: row["type"].clone(),
                note: row["note"].clone(),
            });
        }
        Ok(Self {
            places,
            names,
            homonyms,
        })
    }

    #[must_use]
    pub fn by_id(&self, id: &str) -> Option<&Place> {
        self.places.iter().find(|p| p.id.as_deref() == Some(id))
    }

    /// The rows of the register, without countries and cities that are only there to be told apart.
    pub fn register(&self) -> impl Iterator<Item = &Place> {
        self.places.iter().filter(|p| !p.source.is_empty())
    }

    /// ISO 3166-1 alpha-2 of a country named in any language, or of a code.
    #[must_use]
    pub fn country(&self, name: &str) -> Option<&str> {
        let name = name.trim();
        let wanted = name.to_lowercase();
        self.places
            .iter()
            .filter(|p| p.class == "country")
            .find(|p| {
                p.country.as_deref().is_some_and(|c| c.eq_ignore_ascii_case(name))
                    || std::iter::once(&p.name)
                        .chain(&p.names)
                        .any(|n| n.to_lowercase() == wanted)
            })
            .and_then(|p| p.country.as_deref())
    }
}

fn sites() -> Result<Vec<Place>, GazetteerError> {
    let mut places = Vec::new();
    for (i, row) in rows("sites.csv", SITES)?.into_iter().enumerate() {
        let degrees = |key: &str| -> Result<Option<f64>, GazetteerError> {
            let text = &row[key];
            if text.is_empty() {
                return Ok(None);
            }
            text.parse().map(Some).map_err(|_| GazetteerError::Row {
                file: "sites.csv",
                line: i as u64 + 2,
                why: format!("{key} “{text}” is not a number of degrees"),
            })
        };
        let names = ["alt_en", "zh", "km", "my", "th", "lo", "vi"]
            .iter()
            .flat_map(|k| list(&row[*k]))
            .collect();
        places.push(Place {
            id: Some(row["site_id"].clone()),
            within: [&row["admin2"], &row["admin1"]]
                .iter()
                .filter(|a| !a.is_empty())
                .map(|a| a.as_str())
                .collect::<Vec<_>>()
                .join(", "),
            standing: row["role"].clone(),
            point: degrees("lat")?.zip(degrees("lon")?),
            precision: row["precision"].clone(),
            basis: row["coord_basis"].clone(),
            source: row["source"].clone(),
            ..plain(
                &row["canonical"],
                Some(row["country"].clone()).filter(|c| !c.is_empty()),
                &row["type"],
                names,
            )
        });
    }
    Ok(places)
}

fn plain(name: &str, country: Option<String>, class: &str, names: Vec<String>) -> Place {
    Place {
        id: None,
        name: name.to_owned(),
        country,
        within: String::new(),
        class: class.to_owned(),
        standing: String::new(),
        point: None,
        precision: String::new(),
        basis: String::new(),
        source: String::new(),
        names,
    }
}

fn list(cell: &str) -> Vec<String> {
    cell.split(';')
        .map(|n| n.trim().replace('\u{200b}', ""))
        .filter(|n| !n.is_empty())
        .collect()
}

/// The rows of a file, each a map from column to cell.
fn rows(file: &'static str, text: &str) -> Result<Vec<HashMap<String, String>>, GazetteerError> {
    let wrong = |line, why: csv::Error| GazetteerError::Row {
        file,
        line,
        why: why.to_string(),
    };
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let headers = reader.headers().map_err(|e| wrong(1, e))?.clone();
    reader
        .records()
        .enumerate()
        .map(|(i, row)| {
            let row = row.map_err(|e| wrong(i as u64 + 2, e))?;
            Ok(headers
                .iter()
                .map(str::to_owned)
                .zip(row.iter().map(|c| c.trim().to_owned()))
                .collect())
        })
        .collect()
}

/// The ways one name is written: with and without marks, both apostrophes, zones in short and in full.
fn variants(name: &str) -> Vec<String> {
    // "Koh Kong (city)" is our note on a name, not how anyone writes it.
    let name = name.split(" (").next().unwrap_or(name).trim();
    let name = name.strip_prefix("the ").unwrap_or(name);
    let mut out = vec![name.to_owned()];
    let mut add = |from: &str, to: &str| {
        for known in out.clone() {
            if known.contains(from) {
                out.push(known.replace(from, to));
            }
        }
    };
    add("'", "’");
    add("Freeport", "Free Port");
    for full in ["Special Economic Zone", "Special Economic Zone (SEZ)"] {
        add("SEZ", full);
    }
    if let Some(stem) = name.strip_suffix(" compound") {
        // Reports write the bare name, so long as it could not be an ordinary word.
        if stem.chars().count() > 5 {
            out.push(stem.to_owned());
        }
    }
    for known in out.clone() {
        if known.is_ascii() {
            continue;
        }
        let stripped: String = known
            .nfd()
            .filter(|c| !is_combining_mark(*c))
            .collect::<String>()
            .replace('đ', "d")
            .replace('Đ', "D");
        if stripped.is_ascii() && stripped.len() > 4 {
            out.push(stripped);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_files_read() {
        let gazetteer = Gazetteer::read();
        assert!(gazetteer.is_ok(), "{:?}", gazetteer.err().map(|e| e.to_string()));
        assert_eq!(Gazetteer::built_in().register().count(), 144);
    }

    #[test]
    fn countries_are_known_by_code_and_in_many_languages() {
        for (name, wanted) in [
            ("kh", Some("KH")),
            ("Campuchia", Some("KH")),
            ("柬埔寨", Some("KH")),
            ("burma", Some("MM")),
            ("Ethiopia", Some("ET")),
            ("Atlantis", None),
        ] {
            assert_eq!(Gazetteer::built_in().country(name), wanted, "{name}");
        }
    }

    #[test]
    fn every_homonym_names_a_place_of_the_register() {
        let gazetteer = Gazetteer::built_in();
        for (name, rows) in &gazetteer.homonyms {
            for id in rows.iter().filter_map(|r| r.place.as_deref()) {
                assert!(gazetteer.by_id(id).is_some(), "{name}: {id}");
            }
        }
    }
}
