//! The command line: parses arguments, opens the store, calls a step or serves the web.
fn main() {}
