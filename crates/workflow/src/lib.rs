//! The steps of a report's life, one function and one transaction each.
