//! Reads documents and forms into claims, each pointing back to the exact place it came from.
//!
//! [`read`] turns bytes into a working copy; [`extract::extract`] finds what language marks in it. Place names and
//! ledger addresses are found by `places` and `money`, each with its own knowledge, and handed in as mentions.
//! Parsing never fails as a whole: what could not be read is returned beside what could, with its place.

pub mod extract;
pub mod format;
pub mod language;
pub mod order;
pub mod people;
mod position;
pub mod profile;
mod script;
mod section;
pub mod table;

pub use extract::{Extraction, Today, extract, sentence};
pub use format::{Cite, Enclosed, Form, LIMIT, ReadError, Reading, encoding, read, recognise};
pub use position::Positions;
