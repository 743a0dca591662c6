//! The command line: parses arguments, opens the store, calls a step or serves the web.

mod arguments;
mod cases;
mod commands;
mod outcome;
mod review;
mod serve;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let arguments = arguments::Hue::parse();
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("HUE_LOG")
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn")),
        )
        .with_writer(std::io::stderr)
        .init();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("hue: the runtime could not be started: {error}");
            return ExitCode::from(outcome::FAILED);
        }
    };
    match runtime.block_on(commands::run(arguments)) {
        Ok(code) => ExitCode::from(code),
        Err(problem) => {
            eprintln!("hue: {}", problem.text);
            ExitCode::from(problem.code)
        }
    }
}
