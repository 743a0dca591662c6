//! Exit codes, and the problems that lead to them. `hue --help` lists them.

use evidence::id::IdError;
use workflow::{StoreError, WorkflowError};

/// Done.
pub const DONE: u8 = 0;
/// Something outside failed: a file, the database, an address that is taken.
pub const FAILED: u8 = 1;
/// What was given cannot be read or used: a bad table, a broken bundle, a wrong pass phrase.
pub const BAD_INPUT: u8 = 2;
/// An estimate was refused: the document on standard output says why.
pub const REFUSED: u8 = 3;
/// `hue check` found damage.
pub const DAMAGED: u8 = 4;
/// Known already: nothing was changed.
pub const KNOWN: u8 = 5;

/// A problem and the code it ends with.
#[derive(Debug)]
pub struct Problem {
    pub text: String,
    pub code: u8,
}

impl Problem {
    pub fn input(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            code: BAD_INPUT,
        }
    }

    pub fn outside(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            code: FAILED,
        }
    }
}

impl From<WorkflowError> for Problem {
    fn from(error: WorkflowError) -> Self {
        let outside = matches!(
            &error,
            WorkflowError::File { .. }
                | WorkflowError::Store(
                    StoreError::Database(_)
                        | StoreError::Migration(_)
                        | StoreError::NoFolder { .. }
                        | StoreError::Unjournaled(_)
                )
        );
        Self {
            text: error.to_string(),
            code: if outside { FAILED } else { BAD_INPUT },
        }
    }
}

impl From<IdError> for Problem {
    fn from(error: IdError) -> Self {
        Self::input(error.to_string())
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        WorkflowError::from(error).into()
    }
}
