//! Server-rendered pages and the JSON API; the only crate that knows HTTP requests.
//!
//! Every route says in one line who may come to it ([`access::ROUTES`]); the guard, the matrix in `docs/` and its test
//! all read that line. No page needs a script, and the content security policy allows none.

pub mod access;
pub mod api;
mod form;
mod pages;
pub mod serve;
pub mod session;
pub mod text;

pub use access::{Access, ROUTES, Route, router};
pub use serve::{App, Settings, run};
