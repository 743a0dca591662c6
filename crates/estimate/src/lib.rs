//! Estimates how many were never recorded, by multiple systems estimation.
//!
//! [`Table::read`] reads capture patterns, [`assess`] fits them and says what the figure is worth. A number that does not
//! exist is never printed: a model without a finite maximum is refused with a certificate that anyone can check.

pub mod existence;
pub mod list;
pub mod loglinear;
pub mod report;
pub mod verdict;

pub use list::{Table, TableError};
pub use report::{Assessment, Estimate, Method, assess};
pub use verdict::{Reason, Verdict, VerdictKind};
