//! Follows money: addresses, clusters, attribution tags and traces.
//!
//! Amounts are whole base units from the ledger to the answer; no figure passes through a floating-point number. A trace
//! names its rule, because the answer depends on the rule, and no result is a verdict on a person.

pub mod address;
pub mod ledger;
pub mod trace;

pub use address::Address;
pub use ledger::{Ledger, LedgerError, Tag, Transfer};
pub use trace::{Hop, Terminal, Trace, fifo};
