//! Benches: each makes its own input from a seed.
