//! Decides which records are the same person or event, openly or without revealing names.
//!
//! Fellegi–Sunter: each comparison adds log₂(m/u) to a pair's match weight. Nothing is merged here: a score is a
//! proposal, a [`Judgement`] by a person or a stated threshold decides, and a judgement can be withdrawn.

pub mod blocking;
pub mod cluster;
pub mod comparison;
pub mod judgement;
pub mod model;
pub mod record;

pub use comparison::{Comparison, Level};
pub use judgement::{Judgement, Outcome};
pub use model::{Model, Pair, Part};
pub use record::Record;
