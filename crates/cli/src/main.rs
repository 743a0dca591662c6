//! The command line: parses arguments, opens the store, calls a step or serves the web.

mod arguments;
mod cases;
mod commands;
mod intake;
mod outcome;
mod review;
mod serve;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    // Before anything is opened: a reader knows no arguments, no settings and no data folder.
    if std::env::args_os()
        .nth(1)
        .is_some_and(|a| a == workflow::reader::COMMAND)
    {
        let served = workflow::reader::serve(&mut std::io::stdin().lock(), &mut std::io::stdout().lock());
        return ExitCode::from(if served.is_ok() {
            outcome::DONE
        } else {
            outcome::FAILED
        });
    }
    if let Ok(program) = std::env::current_exe() {
        workflow::reader::use_program(program);
    }
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
