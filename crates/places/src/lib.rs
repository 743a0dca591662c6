//! Finds where: a gazetteer of administrative units, settlements and sites, and toponym matching.
//!
//! A name that fits one place resolves to it; a name that fits several, with nothing near it to decide, becomes a
//! question for a person. What the text says about the place is read apart from what it is: a seat, an address or a
//! transit town never becomes a site.

pub mod gazetteer;
mod resolve;
mod role;
mod toponym;

pub use gazetteer::{Gazetteer, GazetteerError, Place};
pub use toponym::{Question, Toponyms};
