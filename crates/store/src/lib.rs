//! Keeps everything in SQLite or PostgreSQL; the only crate that writes SQL.
