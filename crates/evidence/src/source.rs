//! Who provides information.

use crate::{Grade, id::SourceId};

/// A person or organisation that provides information, with the reliability last given to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    pub id: SourceId,
    /// The name as our organisation writes it; an organisation's, never a survivor's.
    pub name: String,
    pub grade: Grade,
}

impl Source {
    /// The identifier follows from the name, so that two imports name the same source.
    #[must_use]
    pub fn named(name: &str, grade: Grade) -> Self {
        let name = name.trim();
        Self {
            id: SourceId::derived("source", name),
            name: name.to_owned(),
            grade,
        }
    }
}
