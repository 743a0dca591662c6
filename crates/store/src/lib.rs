//! Keeps everything in SQLite or PostgreSQL; the only crate that writes SQL.
//!
//! One statement text serves both databases. Every writing transaction carries its journal entry or does not commit, and
//! a sealed value can only be opened through [`Tx::opener`], which journals who opened what.

pub mod check;
mod db;
pub mod exchange;
pub mod intake;
mod journal;
pub mod linkage;
pub mod members;
pub mod money;
pub mod parts;
pub mod places;
pub mod publish;
pub mod response;
pub mod runs;
pub mod seal;
pub mod sheets;

pub use db::{Row, Store, Tx, columns, instant};
pub use journal::Actor;
pub use seal::{Opener, VaultKey};

/// Why the store could not do it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    #[error("the database refused: {0}")]
    Database(#[from] sqlx::Error),
    #[error(
        "the database cannot be brought up to date: {0}. If it was written by a newer version of this program, run that version; otherwise restore the last backup"
    )]
    Migration(#[from] sqlx::migrate::MigrateError),
    #[error("there is no {what} {id}")]
    NotFound { what: &'static str, id: String },
    #[error("{table}.{column} of {id} holds “{value}”, which this version cannot read: run `hue check`")]
    Damaged {
        table: &'static str,
        column: &'static str,
        id: String,
        value: String,
    },
    #[error("the key does not open {0}: it was sealed for another vault, or altered; run `hue check`")]
    WrongKey(String),
    #[error(
        "the transaction “{0}” wrote without a journal entry and was undone: this is a mistake in the program"
    )]
    Unjournaled(&'static str),
    #[error("{0}")]
    Conflict(String),
    #[error("no data folder at {path}: {why}. Make one with `hue init --data {path}`")]
    NoFolder { path: String, why: String },
}
