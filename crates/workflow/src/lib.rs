//! The steps of a report's life, one function and one transaction each.
//!
//! Each step has one form: load, one pure call, save. A function here that thinks belongs in a domain crate.

pub mod demo;
pub mod estimate;
pub mod exchange;
mod figure;
pub mod hub;
pub mod link;
pub mod locate;
pub mod publish;
pub mod queue;
pub mod reader;
pub mod receive;
pub mod refer;
pub mod sheet;
pub mod trace;

pub use hub::{Hub, Moment, WorkflowError};
/// A case as it is opened for a member.
pub use response::Case;
/// The row types that pages show; SQL itself stays behind them.
pub use store;
pub use store::{Actor, Store, StoreError, VaultKey};
