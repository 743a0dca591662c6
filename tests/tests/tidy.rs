//! The architecture, checked: what ARCHITECTURE.md, the manifests, the glossary and the READMEs say is so.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what it expected by failing"
)]

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use tests::root;

fn read(path: impl AsRef<Path>) -> String {
    std::fs::read_to_string(root().join(path.as_ref()))
        .unwrap_or_else(|e| panic!("{}: {e}", path.as_ref().display()))
}

fn files(folder: &Path, extension: &str, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = entry.file_name();
        if path.is_dir() {
            if name != "target" && name != ".git" {
                files(&path, extension, out);
            }
        } else if path.extension().is_some_and(|e| e == extension) {
            out.push(path);
        }
    }
}

/// The table of ARCHITECTURE.md: crate, first line, what it may use.
fn table() -> BTreeMap<String, (String, BTreeSet<String>)> {
    read("ARCHITECTURE.md")
        .lines()
        .filter_map(|l| {
            let cells: Vec<&str> = l.trim_matches('|').split('|').map(str::trim).collect();
            let [name, says, uses] = cells.as_slice() else {
                return None;
            };
            root().join("crates").join(name).is_dir().then(|| {
                let uses = uses
                    .split(", ")
                    .filter(|u| *u != "—")
                    .map(str::to_owned)
                    .collect();
                ((*name).to_owned(), ((*says).to_owned(), uses))
            })
        })
        .collect()
}

fn manifest(name: &str) -> toml::Table {
    read(format!("crates/{name}/Cargo.toml")).parse().unwrap()
}

#[test]
fn crates_use_what_the_table_allows_and_nothing_else() {
    let table = table();
    let folders: BTreeSet<String> = std::fs::read_dir(root().join("crates"))
        .unwrap()
        .flatten()
        .map(|e| e.file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(table.keys().cloned().collect::<BTreeSet<_>>(), folders);
    for (name, (_, allowed)) in &table {
        let dependencies = manifest(name)["dependencies"].as_table().unwrap().clone();
        let ours: BTreeSet<String> = dependencies
            .keys()
            .filter(|d| folders.contains(*d))
            .cloned()
            .collect();
        assert_eq!(&ours, allowed, "crate {name}");
        let mut sources = Vec::new();
        files(&root().join("crates").join(name), "rs", &mut sources);
        let text: String = sources
            .iter()
            .map(|p| std::fs::read_to_string(p).unwrap())
            .collect();
        for dependency in dependencies.keys() {
            assert!(
                text.contains(&format!("{}::", dependency.replace('-', "_"))),
                "crate {name} depends on {dependency} and never names it"
            );
        }
    }
}

#[test]
fn first_lines_agree() {
    for (name, (says, _)) in table() {
        assert_eq!(
            manifest(&name)["package"]["description"].as_str().unwrap(),
            says,
            "{name}: manifest"
        );
        let main = ["lib.rs", "main.rs"]
            .iter()
            .map(|f| root().join(format!("crates/{name}/src/{f}")))
            .find(|p| p.exists())
            .unwrap();
        assert_eq!(
            std::fs::read_to_string(main).unwrap().lines().next(),
            Some(format!("//! {says}").as_str()),
            "{name}: first line"
        );
    }
}

#[test]
fn every_file_begins_with_what_it_is_for_and_ends_before_600_lines() {
    let mut sources = Vec::new();
    for folder in ["crates", "tests", "benches", "fuzz", "xtask"] {
        files(&root().join(folder), "rs", &mut sources);
    }
    let mut lengths: Vec<usize> = Vec::new();
    for path in sources {
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(
            text.starts_with("//! "),
            "{} does not say what it is for",
            path.display()
        );
        let lines = text.lines().count();
        assert!(
            lines <= 600,
            "{} has {lines} lines: it is two files by meaning",
            path.display()
        );
        lengths.push(lines);
    }
    lengths.sort_unstable();
    println!(
        "{} files, median {} lines, longest {}",
        lengths.len(),
        lengths[lengths.len() / 2],
        lengths.last().unwrap()
    );
}

#[test]
fn domain_crates_have_no_world() {
    const DOMAIN: [&str; 8] = [
        "evidence", "intake", "places", "linkage", "estimate", "money", "response", "publish",
    ];
    // What would bring in the world: files, sockets, threads of a runtime, the environment, SQL, randomness, derived formats.
    const FORBIDDEN: [&str; 9] = [
        "std::fs",
        "std::net",
        "std::env",
        "tokio",
        "sqlx",
        "getrandom",
        "rand::",
        "async fn",
        "derive(Serialize",
    ];
    for name in DOMAIN {
        let mut sources = Vec::new();
        files(&root().join("crates").join(name).join("src"), "rs", &mut sources);
        for path in sources {
            let text = std::fs::read_to_string(&path).unwrap();
            for word in FORBIDDEN {
                assert!(!text.contains(word), "{} has {word}", path.display());
            }
        }
    }
    // SQL in one crate, connections in one crate.
    for (word, home) in [("SELECT ", "store"), ("ureq::", "connect"), ("axum::", "web")] {
        let mut sources = Vec::new();
        files(&root().join("crates"), "rs", &mut sources);
        for path in sources
            .iter()
            .filter(|p| !p.starts_with(root().join("crates").join(home)))
        {
            assert!(
                !std::fs::read_to_string(path).unwrap().contains(word),
                "{} has {word}, which is {home}'s",
                path.display()
            );
        }
    }
}

#[test]
fn markdown_links_lead_somewhere() {
    let mut pages = Vec::new();
    files(&root(), "md", &mut pages);
    for page in pages {
        let text = std::fs::read_to_string(&page).unwrap();
        for target in text.split("](").skip(1).filter_map(|p| p.split(')').next()) {
            let target = target.split('#').next().unwrap();
            if target.is_empty() || target.contains("://") {
                continue;
            }
            assert!(
                page.parent().unwrap().join(target).exists(),
                "{}: {target} is not there",
                page.display()
            );
        }
    }
}

#[test]
fn the_readmes_commands_are_what_ci_runs() {
    let readme = read("README.md");
    let ci = read(".ci/run");
    for command in ["cargo xtask check", "cargo xtask test"] {
        assert!(readme.contains(command) && ci.contains(command), "{command}");
    }
    assert!(readme.contains("cargo run --release -- demo"));
    let runs: Vec<&str> = ci.lines().filter(|l| l.starts_with("cargo")).collect();
    assert_eq!(runs, ["cargo xtask check", "cargo xtask test"]);
}

#[test]
fn types_are_glossary_words() {
    let glossary = read("GLOSSARY.md");
    // The subject's nouns, as the crates that own them spell them.
    for (file, word) in [
        ("evidence/src/claim.rs", "Claim"),
        ("evidence/src/claim.rs", "Mention"),
        ("evidence/src/claim.rs", "Unread"),
        ("evidence/src/document.rs", "Document"),
        ("evidence/src/source.rs", "Source"),
        ("evidence/src/grade.rs", "Grade"),
        ("evidence/src/run.rs", "Run"),
        ("evidence/src/consent.rs", "Consent"),
        ("linkage/src/record.rs", "Record"),
        ("linkage/src/judgement.rs", "Judgement"),
        ("estimate/src/verdict.rs", "Verdict"),
        ("estimate/src/existence.rs", "Certificate"),
        ("money/src/address.rs", "Address"),
        ("money/src/ledger.rs", "Tag"),
        ("money/src/trace.rs", "Trace"),
        ("money/src/trace.rs", "Hop"),
        ("response/src/case.rs", "Case"),
        ("response/src/referral.rs", "Referral"),
        ("response/src/step.rs", "Step"),
        ("response/src/bundle.rs", "Bundle"),
        ("response/src/disclosure.rs", "View"),
        ("publish/src/brief.rs", "Brief"),
    ] {
        assert!(
            glossary.lines().any(|l| l
                .split('|')
                .nth(1)
                .is_some_and(|w| w.split(", ").any(|w| w.trim() == word))),
            "{word} is not in the glossary"
        );
        let text = read(format!("crates/{file}"));
        assert!(
            text.contains(&format!("pub struct {word}")),
            "{file} does not define {word}"
        );
    }
}

#[test]
fn the_two_schemas_differ_in_the_type_of_bytes_alone() {
    let of = |database: &str| {
        let mut found = Vec::new();
        files(
            &root().join("crates/store/migrations").join(database),
            "sql",
            &mut found,
        );
        found.sort();
        found
    };
    let (sqlite, postgres) = (of("sqlite"), of("postgres"));
    assert_eq!(sqlite.len(), postgres.len());
    for (a, b) in sqlite.iter().zip(&postgres) {
        assert_eq!(a.file_name(), b.file_name());
        let b = std::fs::read_to_string(b).unwrap().replace("BYTEA", "BLOB");
        assert_eq!(std::fs::read_to_string(a).unwrap(), b);
    }
}

#[test]
fn every_dependency_has_its_reason() {
    let manifest = read("Cargo.toml");
    let section = manifest
        .split("[workspace.dependencies]")
        .nth(1)
        .unwrap()
        .split("\n[")
        .next()
        .unwrap();
    let lines: Vec<&str> = section.lines().filter(|l| !l.trim().is_empty()).collect();
    for pair in lines
        .windows(2)
        .filter(|p| !p[1].starts_with('#') && !p[1].contains("path ="))
    {
        assert!(
            pair[0].starts_with("# ") && !pair[0].starts_with("# --"),
            "{} has no reason above it",
            pair[1]
        );
    }
}

/// The program speaks of itself alone, and the seed's real documents are not in it.
#[test]
fn nothing_open_is_left_in_the_tree() {
    let mut sources = Vec::new();
    files(&root(), "rs", &mut sources);
    let open = ["TO", "FIX"].map(|w| format!("{w}{}", if w == "TO" { "DO" } else { "ME" }));
    for path in sources {
        let text = std::fs::read_to_string(&path).unwrap();
        for word in &open {
            assert!(!text.contains(word.as_str()), "{}: {word}", path.display());
        }
        assert!(
            !text.contains(concat!("#[all", "ow(")),
            "{}: use #[expect] with a reason",
            path.display()
        );
    }
}
