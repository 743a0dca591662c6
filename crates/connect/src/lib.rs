//! Carries bytes to and from form servers, chain nodes, mail and partners; the only crate that opens connections.
