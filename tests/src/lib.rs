//! One report from end to end, and the architecture, checked.
//!
//! What the tests share: hubs in folders that go away, on SQLite and on PostgreSQL, and a clock that can be moved.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what it expected by failing"
)]

pub mod browser;

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicI64, Ordering},
};

use evidence::{
    Grade, Secret, Viewer,
    id::{CaseId, MemberId},
    person::Person,
};
use jiff::Timestamp;
use workflow::{
    Actor, Hub, Moment, VaultKey, exchange,
    hub::NewHub,
    receive::{Brought, Received, receive},
    refer::{self, NewCase},
};

/// The repository's root.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Where the program is, built once for all tests that run it.
#[must_use]
pub fn program() -> PathBuf {
    static BUILT: std::sync::Once = std::sync::Once::new();
    BUILT.call_once(|| {
        let built = Command::new(env!("CARGO"))
            .args(["build", "-q", "--bin", "hue"])
            .current_dir(root())
            .status()
            .unwrap();
        assert!(built.success());
    });
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    target.join("debug/hue")
}

#[must_use]
pub fn hue() -> Command {
    Command::new(program())
}

static CLOCK: AtomicI64 = AtomicI64::new(1_772_582_400);

/// The tests' clock: 2026-03-04 00:00 UTC until it is moved.
#[must_use]
pub fn clock() -> Timestamp {
    Timestamp::from_second(CLOCK.load(Ordering::SeqCst)).unwrap()
}

/// Moves the clock on.
pub fn pass(seconds: i64) {
    CLOCK.fetch_add(seconds, Ordering::SeqCst);
}

#[must_use]
pub fn moment() -> Moment {
    Moment {
        at: clock(),
        actor: Actor::command_line(),
    }
}

/// A hub in a folder of its own, with one member per role; all have the pass phrase [`PHRASE`].
pub struct TestHub {
    pub hub: Hub,
    pub key: VaultKey,
    pub folder: tempfile::TempDir,
}

pub const PHRASE: &str = "correct horse battery";

impl TestHub {
    pub async fn new(name: &str, url: Option<&str>) -> Self {
        workflow::reader::use_program(program());
        let folder = tempfile::tempdir().unwrap();
        let new = NewHub {
            name: name.into(),
            kind: Viewer::Protection,
            country: "KE".into(),
        };
        let (hub, key) = Hub::create(folder.path(), url, &new, &moment()).await.unwrap();
        Self { hub, key, folder }
    }

    /// Adds a member of each role, whose login is the role's name.
    pub async fn with_members(self) -> Self {
        let mut tx = self.hub.store.write("members").await.unwrap();
        for (i, role) in Viewer::ROLES.into_iter().enumerate() {
            let id = MemberId::new(clock(), [u8::try_from(i).unwrap(); 10]);
            tx.add_member(id, role.as_str(), role, PHRASE, &self.key, "en", clock())
                .await
                .unwrap();
        }
        tx.commit().await.unwrap();
        self
    }

    /// Takes in a text and says what became of it.
    /// Enrols the other hub as a partner, by its fingerprint.
    pub async fn enrol(&self, other: &Self, url: Option<&str>) {
        let card = exchange::card(&other.hub, url);
        let (heard, kind) = (other.fingerprint(), other.hub.card.kind);
        exchange::enrol(&self.hub, &card, &heard, kind, &moment())
            .await
            .unwrap();
    }

    #[must_use]
    pub fn fingerprint(&self) -> String {
        self.hub.signer.fingerprint().to_string()
    }

    /// An invented person's case that may be sent to a protection partner.
    pub async fn case_with_consent(&self) -> CaseId {
        let new = NewCase {
            person: Person {
                name: Secret::new("Imani Mfano"),
                ..Person::default()
            },
            risk: "high".into(),
            synthetic: true,
            ..NewCase::default()
        };
        let case = refer::open_case(&self.hub, new, &moment()).await.unwrap();
        let (purpose, given) = (Secret::new("return"), Secret::new("in person"));
        refer::consent(&self.hub, case, "protection", &purpose, &given, None, &moment())
            .await
            .unwrap();
        case
    }

    pub async fn bring(&self, text: &str, name: &str, source: &str) -> Received {
        let brought = Brought {
            bytes: text.as_bytes().to_vec(),
            name: name.into(),
            source: source.into(),
            grade: "B2".parse().unwrap_or(Grade::UNKNOWN),
            received: clock(),
            published: None,
            public: true,
            synthetic: true,
            confirm: true,
        };
        receive(&self.hub, brought, &moment()).await.unwrap()
    }
}

/// A PostgreSQL server of our own in a temporary folder, on a socket there and no port; gone when dropped.
pub struct Postgres {
    folder: tempfile::TempDir,
    server: Child,
    pub socket: String,
}

impl Postgres {
    /// Starts one, or says why there is none; a missing server is only a skip where it may not be installed.
    pub fn start() -> Option<Self> {
        let bin = std::fs::read_dir("/usr/lib/postgresql")
            .ok()?
            .flatten()
            .map(|e| e.path().join("bin"))
            .max()?;
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let root = Command::new("id")
            .arg("-u")
            .output()
            .is_ok_and(|o| o.stdout.starts_with(b"0"));
        if root {
            // The server refuses to run as root.
            assert!(
                Command::new("chown")
                    .arg("postgres")
                    .arg(folder.path())
                    .status()
                    .unwrap()
                    .success()
            );
        }
        let run = |program: &str| {
            let path = bin.join(program);
            if root {
                let mut command = Command::new("runuser");
                command.args(["-u", "postgres", "--"]).arg(path);
                command
            } else {
                Command::new(path)
            }
        };
        let made = run("initdb")
            .args(["-A", "trust", "-E", "UTF8", "-U", "hue", "-D"])
            .arg(&data)
            .stdout(Stdio::null())
            .status()
            .unwrap();
        assert!(made.success(), "initdb failed");
        #[expect(
            clippy::zombie_processes,
            reason = "waited for when dropped; a server that does not come up ends the test"
        )]
        let server = run("postgres")
            .arg("-D")
            .arg(&data)
            .args(["-c", "listen_addresses=", "-c", "fsync=off", "-k"])
            .arg(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let socket = folder.path().join(".s.PGSQL.5432");
        for _ in 0..200 {
            if socket.exists()
                && run("pg_isready")
                    .arg("-h")
                    .arg(folder.path())
                    .stdout(Stdio::null())
                    .status()
                    .is_ok_and(|s| s.success())
            {
                let socket = folder.path().display().to_string();
                return Some(Self {
                    folder,
                    server,
                    socket,
                });
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        panic!("PostgreSQL did not come up in {}", folder.path().display());
    }

    /// A new database; its URL.
    pub fn database(&self, name: &str) -> String {
        let bin = std::fs::read_dir("/usr/lib/postgresql")
            .unwrap()
            .flatten()
            .map(|e| e.path().join("bin"))
            .max()
            .unwrap();
        let made = Command::new(bin.join("createdb"))
            .args(["-h", &self.socket, "-U", "hue", name])
            .status()
            .unwrap();
        assert!(made.success(), "createdb {name} failed");
        format!("postgres://hue@localhost/{name}?host={}", self.socket)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let pid = std::fs::read_to_string(self.folder.path().join("data/postmaster.pid")).ok();
        if let Some(pid) = pid.as_deref().and_then(|t| t.lines().next()) {
            let _ = Command::new("kill").args(["-INT", pid]).status();
        }
        let _ = self.server.wait();
    }
}
