//! The one policy: what each kind of viewer may see of each stored field. Screen, API, export, preview and bundle
//! all ask [`Policy::of`]; the table itself is `visibility.toml`, and a test holds it to both live schemas.

use std::{collections::BTreeMap, sync::LazyLock};

/// Who looks. Members by role, recipients by kind, and everybody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Viewer {
    Caseworker,
    Coordinator,
    Analyst,
    Investigator,
    Editor,
    Administrator,
    /// A recipient that protects: consulate, shelter, hospital, NGO.
    Protection,
    /// A recipient that enforces: police, prosecutor, immigration.
    Enforcement,
    /// A recipient that can freeze money.
    Exchange,
    /// Anyone at all.
    Public,
}

impl Viewer {
    pub const ALL: [Self; 10] = [
        Self::Caseworker,
        Self::Coordinator,
        Self::Analyst,
        Self::Investigator,
        Self::Editor,
        Self::Administrator,
        Self::Protection,
        Self::Enforcement,
        Self::Exchange,
        Self::Public,
    ];

    /// The roles a member can have.
    pub const ROLES: [Self; 6] = [
        Self::Caseworker,
        Self::Coordinator,
        Self::Analyst,
        Self::Investigator,
        Self::Editor,
        Self::Administrator,
    ];

    /// The kinds of recipient a referral can go to.
    pub const RECIPIENTS: [Self; 3] = [Self::Protection, Self::Enforcement, Self::Exchange];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Caseworker => "caseworker",
            Self::Coordinator => "coordinator",
            Self::Analyst => "analyst",
            Self::Investigator => "investigator",
            Self::Editor => "editor",
            Self::Administrator => "administrator",
            Self::Protection => "protection",
            Self::Enforcement => "enforcement",
            Self::Exchange => "exchange",
            Self::Public => "public",
        }
    }

    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|v| v.as_str() == text)
    }
}

/// How much of a field a viewer gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Visibility {
    /// As it is.
    Open,
    /// Rounded, shortened or moved to the area around it.
    Coarsened,
    /// Encrypted at rest; opened for this viewer with a journal entry.
    Sealed,
    /// Not at all.
    Never,
}

impl Visibility {
    fn named(text: &str) -> Option<Self> {
        Some(match text {
            "open" => Self::Open,
            "coarsened" => Self::Coarsened,
            "sealed" => Self::Sealed,
            "never" => Self::Never,
            _ => return None,
        })
    }
}

/// What is wrong with the table.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PolicyError {
    #[error("visibility.toml cannot be read: {0}")]
    Syntax(String),
    #[error(
        "visibility.toml, {0}: write [fields] as table.column = \"class\" and [classes.NAME] as viewer = \"open|coarsened|sealed|never\""
    )]
    Shape(String),
    #[error("visibility.toml: {field} names the class “{class}”, which is not among [classes]")]
    UnknownClass { field: String, class: String },
    #[error("visibility.toml: class “{class}” does not say what {viewer} may see")]
    MissingViewer { class: String, viewer: &'static str },
}

/// The table, checked.
#[derive(Debug, Clone)]
pub struct Policy {
    classes: BTreeMap<String, BTreeMap<Viewer, Visibility>>,
    fields: BTreeMap<String, String>,
}

/// The table that this program was built with.
pub const TABLE: &str = include_str!("../visibility.toml");

static BUILT_IN: LazyLock<Policy> = LazyLock::new(|| {
    // A table that does not read hides everything: the test below keeps that from ever being shipped.
    Policy::read(TABLE).unwrap_or(Policy {
        classes: BTreeMap::new(),
        fields: BTreeMap::new(),
    })
});

impl Policy {
    #[must_use]
    pub fn built_in() -> &'static Self {
        &BUILT_IN
    }

    /// # Errors
    /// When the text is not TOML, or a class leaves a viewer undecided.
    pub fn read(text: &str) -> Result<Self, PolicyError> {
        let table: toml::Table = text
            .parse()
            .map_err(|e: toml::de::Error| PolicyError::Syntax(e.message().to_owned()))?;
        let section = |name: &str| {
            table
                .get(name)
                .and_then(toml::Value::as_table)
                .ok_or_else(|| PolicyError::Shape(format!("[{name}]")))
        };
        let mut classes = BTreeMap::new();
        for (class, row) in section("classes")? {
            let row = row.as_table().ok_or_else(|| PolicyError::Shape(class.clone()))?;
            let mut seen = BTreeMap::new();
            for viewer in Viewer::ALL {
                let level = row
                    .get(viewer.as_str())
                    .and_then(toml::Value::as_str)
                    .and_then(Visibility::named)
                    .ok_or(PolicyError::MissingViewer {
                        class: class.clone(),
                        viewer: viewer.as_str(),
                    })?;
                seen.insert(viewer, level);
            }
            classes.insert(class.clone(), seen);
        }
        let mut fields = BTreeMap::new();
        for (name, columns) in section("fields")? {
            let columns = columns
                .as_table()
                .ok_or_else(|| PolicyError::Shape(name.clone()))?;
            for (column, class) in columns {
                let field = format!("{name}.{column}");
                let class = class.as_str().ok_or_else(|| PolicyError::Shape(field.clone()))?;
                if !classes.contains_key(class) {
                    return Err(PolicyError::UnknownClass {
                        field,
                        class: class.to_owned(),
                    });
                }
                fields.insert(field, class.to_owned());
            }
        }
        Ok(Self { classes, fields })
    }

    /// What `viewer` may see of `table.column`. A field nobody decided about is seen by nobody.
    #[must_use]
    pub fn of(&self, viewer: Viewer, field: &str) -> Visibility {
        self.fields
            .get(field)
            .and_then(|class| self.classes.get(class))
            .and_then(|row| row.get(&viewer))
            .copied()
            .unwrap_or(Visibility::Never)
    }

    /// Every decided field, for the comparison with the schema.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        self.fields.keys().map(String::as_str)
    }

    /// The class that decides about a field.
    #[must_use]
    pub fn class(&self, field: &str) -> Option<&str> {
        self.fields.get(field).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_table_reads() {
        if let Err(error) = Policy::read(TABLE) {
            unreachable!("{error}");
        }
    }

    #[test]
    fn what_can_kill_is_not_public() {
        let policy = Policy::built_in();
        for field in [
            "record.sealed",
            "document.working",
            "case_file.sealed",
            "outbox.payload",
            "dossier.exact",
        ] {
            for viewer in [Viewer::Public, Viewer::Administrator, Viewer::Exchange] {
                assert_eq!(
                    policy.of(viewer, field),
                    Visibility::Never,
                    "{field} for {viewer:?}"
                );
            }
        }
        assert_eq!(
            policy.of(Viewer::Enforcement, "case_file.compelled_act"),
            Visibility::Never
        );
        assert_eq!(policy.of(Viewer::Caseworker, "nobody.decided"), Visibility::Never);
    }

    #[test]
    fn a_gap_in_the_table_is_named() {
        let text = "[classes.x]\ncaseworker = \"open\"\n[fields]\n";
        assert_eq!(
            Policy::read(text).err(),
            Some(PolicyError::MissingViewer {
                class: "x".into(),
                viewer: "coordinator"
            })
        );
    }
}
