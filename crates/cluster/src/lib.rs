//! Runs linkage and tracing on a Ballista cluster; the only crate that knows DataFusion.
