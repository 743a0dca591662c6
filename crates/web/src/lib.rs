//! Server-rendered pages and the JSON API; the only crate that knows HTTP requests.
