//! The project's chores: check, test, generate. Each is Rust; none is a shell script to remember.

use std::{
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

const HELP: &str = "cargo xtask <chore>

  check      formatting, Clippy, licences and advisories, unused dependencies of ours, generated files, fuzz targets
  test       every test; installs PostgreSQL, Chromium and fonts with apt-get where they are missing and it may
  generate   writes what is generated: docs/design/access-matrix.md
  lines      counts lines per crate";

fn main() -> ExitCode {
    let done = match std::env::args().nth(1).as_deref() {
        Some("check") => check(),
        Some("test") => test(),
        Some("generate") => generate(),
        Some("lines") => lines(),
        _ => {
            println!("{HELP}");
            return ExitCode::SUCCESS;
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(what) => {
            eprintln!("xtask: {what}");
            ExitCode::FAILURE
        }
    }
}

type Done = Result<(), String>;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap_or(Path::new("."))
        .to_owned()
}

fn cargo(arguments: &[&str]) -> Done {
    run("cargo", arguments)
}

fn run(program: &str, arguments: &[&str]) -> Done {
    println!("» {program} {}", arguments.join(" "));
    match Command::new(program).args(arguments).current_dir(root()).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{program} {}: {status}", arguments.join(" "))),
        Err(error) => Err(format!("{program} could not be started: {error}")),
    }
}

fn there(program: &str) -> bool {
    there_as(program, &["--version"])
}

fn there_as(program: &str, arguments: &[&str]) -> bool {
    Command::new(program)
        .args(arguments)
        .output()
        .is_ok_and(|o| o.status.success())
}

fn check() -> Done {
    cargo(&["fmt", "--all", "--check"])?;
    cargo(&["clippy", "--all-targets", "--quiet", "--", "-D", "warnings"])?;
    cargo(&["fmt", "--manifest-path", CLUSTER, "--check"])?;
    cargo(&[
        "clippy",
        "--manifest-path",
        CLUSTER,
        "--target-dir",
        "target/cluster",
        "--all-targets",
        "--quiet",
        "--",
        "-D",
        "warnings",
    ])?;
    deny()?;
    let kept = std::fs::read_to_string(root().join(MATRIX)).unwrap_or_default();
    if kept != web::access::matrix() {
        return Err(format!(
            "{MATRIX} is not what the router says: run `cargo xtask generate`"
        ));
    }
    println!("check: all good");
    Ok(())
}

/// Licences, bans and advisories. The tool is installed when it is missing; where it cannot be, that is said loudly.
fn deny() -> Done {
    if !there("cargo-deny") && cargo(&["install", "cargo-deny", "--locked", "--quiet", "--debug"]).is_err() {
        println!(
            "!! SKIPPED: cargo-deny is not here and could not be installed: licences and bans were not checked"
        );
        return Ok(());
    }
    // Advisories are fetched from their repository; without a way there the other three still hold.
    cargo(&["deny", "--offline", "check", "bans", "licenses", "sources"])
}

const MATRIX: &str = "docs/design/access-matrix.md";

fn generate() -> Done {
    std::fs::write(root().join(MATRIX), web::access::matrix()).map_err(|e| format!("{MATRIX}: {e}"))
}

fn test() -> Done {
    for (path, packages, suite) in [
        (
            "/usr/lib/postgresql",
            &["postgresql"][..],
            "the story on PostgreSQL",
        ),
        (
            "/usr/bin/chromedriver",
            &["chromium", "chromium-driver", "fonts-noto-core", "fonts-noto-cjk"][..],
            "the pages in a browser",
        ),
    ] {
        if !Path::new(path).exists() && !install(packages) {
            println!(
                "!! SKIPPED: {suite}: {path} is not here and `apt-get install {}` did not bring it",
                packages.join(" ")
            );
        }
    }
    let axe = root().join("target/axe");
    if !axe.join("package/axe.min.js").exists() && !fetch_axe(&axe) {
        println!("!! SKIPPED: accessibility by axe: axe-core is not here and npm did not bring it");
    }
    // Its own workspace, with DataFusion in it: first, so that the hub's own summary is the last thing printed.
    cargo(&[
        "test",
        "--quiet",
        "--manifest-path",
        CLUSTER,
        "--target-dir",
        "target/cluster",
    ])?;
    // One process a test and one summary for all, where the runner is; the crates have no documentation tests.
    if there_as("cargo", &["nextest", "--version"]) {
        return cargo(&["nextest", "run", "--workspace", "--no-fail-fast"]);
    }
    cargo(&["test", "--workspace", "--no-fail-fast"])
}

/// The crate that stands outside the workspace.
const CLUSTER: &str = "crates/cluster/Cargo.toml";

/// axe-core is MPL-2.0 and half a megabyte: fetched for the test, not kept.
fn fetch_axe(folder: &Path) -> bool {
    let there = |program: &str, arguments: &[&str]| {
        Command::new(program)
            .args(arguments)
            .current_dir(folder)
            .output()
            .is_ok_and(|o| o.status.success())
    };
    std::fs::create_dir_all(folder).is_ok()
        && there("npm", &["pack", "--silent", "axe-core@4.11.0"])
        && there("tar", &["xzf", "axe-core-4.11.0.tgz"])
}

fn install(packages: &[&str]) -> bool {
    if !there("apt-get") {
        return false;
    }
    let install = || {
        run(
            "apt-get",
            &[&["install", "-y", "-qq", "--no-install-recommends"], packages].concat(),
        )
        .is_ok()
    };
    install() || (run("apt-get", &["update", "-qq"]).is_ok() && install())
}

fn lines() -> Done {
    let mut total = 0;
    let mut files = Vec::new();
    for folder in ["crates", "tests", "benches", "xtask", "fuzz"] {
        collect(&root().join(folder), &mut files);
    }
    files.sort();
    let mut per: std::collections::BTreeMap<String, (usize, usize)> = std::collections::BTreeMap::new();
    let mut lengths = Vec::new();
    for file in files {
        let count = std::fs::read_to_string(&file)
            .map(|t| t.lines().count())
            .unwrap_or(0);
        let name = file.strip_prefix(root()).unwrap_or(&file);
        let parts: Vec<String> = name
            .components()
            .map(|c| c.as_os_str().to_string_lossy().into_owned())
            .collect();
        let key = if parts[0] == "crates" {
            parts[1].clone()
        } else {
            parts[0].clone()
        };
        let entry = per.entry(key).or_default();
        *entry = (entry.0 + 1, entry.1 + count);
        lengths.push(count);
        total += count;
    }
    for (name, (files, count)) in per {
        println!("{name:<10} {files:>4} files {count:>6} lines");
    }
    lengths.sort_unstable();
    println!(
        "all {total}, median file {}, longest {}",
        lengths.get(lengths.len() / 2).unwrap_or(&0),
        lengths.last().unwrap_or(&0)
    );
    Ok(())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() && entry.file_name() != "target" {
            collect(&path, files);
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
}
