//! The shared words: sources, claims and their provenance, people, acts, grades, consent.
//!
//! Nothing here opens a file, asks the clock or draws a random number: instants, seeds and bytes are arguments.
//! A type that holds a name, a contact or free text prints `…` when debugged; see [`person::Secret`].

pub mod act;
pub mod claim;
pub mod consent;
pub mod document;
pub mod grade;
pub mod id;
pub mod person;
pub mod run;
pub mod source;
pub mod unit;
pub mod visibility;

pub use claim::{Bound, Claim, Kind, Mention, Quantity, Span, Value};
pub use grade::Grade;
pub use person::Secret;
pub use visibility::{Viewer, Visibility};
