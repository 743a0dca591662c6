//! Databases that earlier versions wrote, opened by this one: nothing is lost and nothing is damaged.
//!
//! `fixtures/store/` keeps one of each released schema, for both databases. `HUE_KEEP=0002 cargo test -p tests --test
//! upgrade` writes those of the schema of today; they are kept with the version that introduces it and never rewritten.

#![expect(clippy::unwrap_used, reason = "a test says what it expected by failing")]

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use tests::{PHRASE, Postgres, TestHub, moment, root};
use workflow::Hub;

const MESSAGE: &str = "SYNTHETIC. At least 14 people are held in KK Park.";

fn kept() -> PathBuf {
    root().join("fixtures/store")
}

async fn whole(folder: &Path, url: Option<&str>, version: &str) {
    let hub = Hub::open(folder, url).await.unwrap();
    let (_, key) = hub.unlock("caseworker", PHRASE).await.unwrap();
    let report = hub.store.check(Some(&key)).await.unwrap();
    assert_eq!(report.damage, Vec::<String>::new(), "{version}");
    assert_eq!((report.documents, report.unlocked), (1, true), "{version}");
    let mut tx = hub.store.write("read").await.unwrap();
    let id = tx.documents(1, 0).await.unwrap()[0].document.id;
    let at = moment();
    let opener = tx
        .opener(&key, at.at, &at.actor, "test", &id.to_string())
        .await
        .unwrap();
    assert_eq!(tx.working_copy(id, &opener).await.unwrap(), MESSAGE, "{version}");
    assert_eq!(tx.claims(id, &opener).await.unwrap().len(), 2, "{version}");
    tx.commit().await.unwrap();
    hub.store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kept_database_opens_whole() {
    let server = Postgres::start();
    if let (Ok(version), Some(server)) = (std::env::var("HUE_KEEP"), &server) {
        keep(&version, server).await;
    }
    let mut versions = 0;
    for entry in std::fs::read_dir(kept()).unwrap().flatten() {
        let version = entry.file_name().to_string_lossy().into_owned();
        if !entry.path().is_dir() {
            continue;
        }
        versions += 1;
        let folder = tempfile::tempdir().unwrap();
        for name in ["hue.db", "hub.key"] {
            std::fs::copy(entry.path().join("sqlite").join(name), folder.path().join(name)).unwrap();
        }
        whole(folder.path(), None, &version).await;

        let Some(server) = &server else {
            eprintln!(
                "SKIPPED: {version} on PostgreSQL: no server; `cargo xtask test` installs one where it may"
            );
            continue;
        };
        let name = format!("kept{version}");
        let url = server.database(&name);
        let loaded = Command::new("psql")
            .args([
                "-q",
                "-v",
                "ON_ERROR_STOP=1",
                "-h",
                &server.socket,
                "-U",
                "hue",
                "-d",
                &name,
                "-f",
            ])
            .arg(entry.path().join("postgres/dump.sql"))
            .stdout(std::process::Stdio::null())
            .status()
            .unwrap();
        assert!(loaded.success(), "{version}");
        let folder = tempfile::tempdir().unwrap();
        std::fs::copy(
            entry.path().join("postgres/hub.key"),
            folder.path().join("hub.key"),
        )
        .unwrap();
        whole(folder.path(), Some(&url), &version).await;
    }
    assert!(versions > 0, "no database is kept");
}

/// Writes what is kept of a schema.
async fn keep(version: &str, server: &Postgres) {
    let url = server.database("keep");
    for (database, url) in [("sqlite", None), ("postgres", Some(url.as_str()))] {
        let folder = kept().join(version).join(database);
        assert!(!folder.exists(), "{} is kept already", folder.display());
        std::fs::create_dir_all(&folder).unwrap();
        let hub = TestHub::new("Hub (synthetic)", url).await.with_members().await;
        hub.bring(MESSAGE, "m.txt", "hotline").await;
        hub.hub.store.close().await;
        for name in ["hue.db", "hub.key"]
            .iter()
            .filter(|n| database == "sqlite" || **n == "hub.key")
        {
            std::fs::copy(hub.folder.path().join(name), folder.join(name)).unwrap();
        }
    }
    let dump = Command::new("pg_dump")
        .args([
            "--inserts",
            "--no-owner",
            "-h",
            &server.socket,
            "-U",
            "hue",
            "keep",
        ])
        .output()
        .unwrap();
    assert!(dump.status.success());
    // Newer dumps begin with a command that older clients do not know.
    let text = String::from_utf8(dump.stdout).unwrap();
    let plain: String = text
        .lines()
        .filter(|l| !l.starts_with('\\'))
        .flat_map(|l| [l, "\n"])
        .collect();
    std::fs::write(kept().join(version).join("postgres/dump.sql"), plain).unwrap();
}
