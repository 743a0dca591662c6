//! Damage, bad input and sudden death, through the program itself.

#![expect(clippy::unwrap_used, reason = "a test says what it expected by failing")]

use std::{
    path::Path,
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

use tests::{TestHub, hue, moment, root};
use workflow::{exchange, publish, refer};

fn run(arguments: &[&str]) -> Output {
    hue().args(arguments).stdin(Stdio::null()).output().unwrap()
}

fn said(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let made = run(&["init", "--data", folder.path().to_str().unwrap()]);
    assert!(made.status.success(), "{}", said(&made));
    folder
}

#[test]
fn bad_input_is_named_and_what_came_before_is_kept() {
    let folder = folder();
    let data = folder.path().to_str().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path.display().to_string()
    };
    let good = file("good.txt", b"Seven men left Bavet.");
    let import = |paths: &[&str]| run(&[&["import", "--data", data, "--source", "test"], paths].concat());
    assert_eq!(import(&[&good]).status.code(), Some(0));
    assert_eq!(import(&[&good]).status.code(), Some(5), "the same bytes again");
    let line = vec![b'a'; 100 * 1024 * 1024];
    let wide = format!("{}\n", "column,".repeat(10_000));
    for (path, words) in [
        (
            file("program.txt", b"\x7fELF\x02\x01\x01\0\0\0\0"),
            "byte 7 is 0x00",
        ),
        (file("empty.txt", b""), "empty"),
        (file("long.txt", &line), "104857600 bytes"),
        (file("wide.csv", wide.as_bytes()), "10001 columns"),
        (
            folder.path().join("absent.txt").display().to_string(),
            "No such file",
        ),
    ] {
        // The good file after the bad one is still taken in.
        let next = file("next.txt", path.as_bytes());
        let output = import(&[&path, &next]);
        assert_eq!(output.status.code(), Some(2), "{path}: {}", said(&output));
        assert!(said(&output).contains(words), "{path}: {}", said(&output));
        assert!(
            said(&output).contains("next.txt: taken in"),
            "{path}: {}",
            said(&output)
        );
    }
    let mixed = import(&[&file("mixed.txt", b"caf\xe9 \xff\xfe 12 people left")]);
    assert!(
        mixed.status.success(),
        "invalid UTF-8 is read as what it is: {}",
        said(&mixed)
    );
    for (arguments, code, words) in [
        (vec!["estimate", &good], 2, "count"),
        (
            vec!["import", "--data", "/nonexistent", "--source", "x", &good],
            1,
            "hue init",
        ),
        (
            vec!["import", "--data", data, "--source", "x", "--grade", "Z9", &good],
            2,
            "Z9",
        ),
        (vec!["money", "trace", "t1", "--data", data], 2, "t1"),
        (
            vec!["bundle", "take-in", &good, "--data", data],
            2,
            "cut or altered",
        ),
        (vec!["init", "--data", data], 2, "already holds a hub"),
        (
            vec!["read", "--format", "json", "/nonexistent"],
            2,
            "No such file",
        ),
    ] {
        let output = run(&arguments);
        assert_eq!(
            output.status.code(),
            Some(code),
            "{arguments:?}: {}",
            said(&output)
        );
        assert!(said(&output).contains(words), "{arguments:?}: {}", said(&output));
    }
    let phrase = file("phrase", b"wrong phrase here");
    let wrong = hue()
        .args(["link", "--data", data, "--as", "nobody"])
        .env("HUE_PHRASE_FILE", phrase)
        .output()
        .unwrap();
    assert_eq!(wrong.status.code(), Some(2), "{}", said(&wrong));
    let check = run(&["check", "--data", data]);
    assert!(check.status.success(), "{}", said(&check));
}

#[test]
fn an_estimate_that_is_refused_says_so_with_its_own_code() {
    let folder = tempfile::tempdir().unwrap();
    let table = folder.path().join("t.csv");
    std::fs::write(&table, "A,B,C,count\n1,0,0,40\n0,1,0,30\n0,0,1,20\n1,1,0,6\n").unwrap();
    let output = run(&["estimate", table.to_str().unwrap(), "--format", "json"]);
    assert_eq!(output.status.code(), Some(3));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["verdict"]["kind"], "refused");
    assert_eq!(json["schema"], "hue.estimate/1");
}

/// The first command of the README, with the profile that the tests have built already: it must be clear which program is
/// meant, and a second run must change nothing.
#[test]
fn the_readmes_command_makes_the_demonstration_once() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("demo");
    for words in ["was made in", "nothing was changed"] {
        let output = Command::new(env!("CARGO"))
            .args(["run", "-q", "--", "demo", "--no-serve", "--data"])
            .arg(&data)
            .current_dir(root())
            .output()
            .unwrap();
        assert!(
            output.status.success() && said(&output).contains(words),
            "{}",
            said(&output)
        );
    }
}

/// One byte changed behind the program's back, in a document and in the journal: each is found and named.
#[tokio::test(flavor = "multi_thread")]
async fn one_changed_byte_is_found_and_named() {
    let hub = TestHub::new("Hub", None).await;
    hub.bring("Seven men left Bavet.", "a.txt", "test").await;
    let database = hub.folder.path().join("hue.db");
    let document = hub.hub.store.read().await.unwrap().documents(1, 0).await.unwrap()[0]
        .document
        .id;
    let brief = publish::draft(&hub.hub, &hub.key, "Brief", &[document], &moment())
        .await
        .unwrap();
    publish::publish(&hub.hub, brief, &moment()).await.unwrap();
    hub.hub.store.close().await;
    for (sql, words) in [
        (
            "UPDATE blob SET bytes = CAST(substr(bytes, 1, 200) || x'00' || substr(bytes, 202) AS BLOB) WHERE id = (SELECT evidentiary FROM document)",
            format!("document {document}"),
        ),
        (
            "UPDATE blob SET bytes = 'text' WHERE id = (SELECT working FROM document)",
            format!("document {document}"),
        ),
        (
            "UPDATE claim SET low = 70 WHERE low = 7",
            format!("document {document}: its claims are not what the journal noted"),
        ),
        (
            "UPDATE claim SET supersedes = id WHERE low = 7",
            "the journal does not know it".to_owned(),
        ),
        (
            "UPDATE brief SET html = replace(html, 'Brief', 'Grief')",
            format!("brief {brief}: its bytes are not what the journal noted"),
        ),
        ("DELETE FROM brief", format!("brief {brief}: journal row")),
        (
            "UPDATE document SET content_hash = '00'",
            format!("document {document}: its bytes are not what the journal noted"),
        ),
        (
            "UPDATE document SET id = 'other'",
            format!("document {document}: journal row 2 has it"),
        ),
        (
            "UPDATE journal SET detail = detail || ' ' WHERE seq = 2",
            "journal row 2".to_owned(),
        ),
        (
            "UPDATE journal SET seq = 7 WHERE seq = 2",
            "journal row 2: missing".to_owned(),
        ),
    ] {
        let copy = tempfile::tempdir().unwrap();
        for name in ["hue.db", "hub.key"] {
            std::fs::copy(database.with_file_name(name), copy.path().join(name)).unwrap();
        }
        damage(&copy.path().join("hue.db"), sql).await;
        let output = run(&["check", "--data", copy.path().to_str().unwrap()]);
        assert_eq!(output.status.code(), Some(4), "{sql}: {}", said(&output));
        assert!(said(&output).contains(&words), "{sql}: {}", said(&output));
    }
    let copy = tempfile::tempdir().unwrap();
    for name in ["hue.db", "hub.key"] {
        std::fs::copy(database.with_file_name(name), copy.path().join(name)).unwrap();
    }
    damage(&copy.path().join("hue.db"), "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (9999, 'of the future', TRUE, x'00', 0)").await;
    let output = run(&["check", "--data", copy.path().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(
        said(&output).contains("9999") && said(&output).contains("newer version"),
        "{}",
        said(&output)
    );
}

async fn damage(database: &Path, sql: &'static str) {
    // As another program would open it: with no foreign keys.
    let options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(database)
        .foreign_keys(false);
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
    assert_eq!(
        sqlx::query(sql).execute(&pool).await.unwrap().rows_affected(),
        1,
        "{sql}"
    );
    pool.close().await;
}

/// Killed again and again while it takes in: nothing that it said it had taken in is missing.
///
/// Thirty times here; `HUE_KILLS=200` for the long run.
#[test]
fn nothing_acknowledged_is_lost_by_sudden_death() {
    let kills: u64 = std::env::var("HUE_KILLS")
        .ok()
        .and_then(|k| k.parse().ok())
        .unwrap_or(30);
    let folder = folder();
    let data = folder.path().to_str().unwrap().to_owned();
    let mut acknowledged = 0;
    // How long it takes when nobody kills it: machines differ, and so does what else they do.
    let mut whole = Duration::ZERO;
    for round in 0..=kills {
        let files: Vec<String> = (0..40)
            .map(|i| {
                let path = folder.path().join(format!("r{round}-{i}.txt"));
                std::fs::write(
                    &path,
                    format!("Report {round}-{i}: {i} people left Bavet on 3 March 2026."),
                )
                .unwrap();
                path.display().to_string()
            })
            .collect();
        let log = folder.path().join("log");
        let begun = Instant::now();
        let mut child = hue()
            .args(["import", "--data", &data, "--source", "test"])
            .args(&files)
            .stdout(std::fs::File::create(&log).unwrap())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        if round > 0 {
            // At another moment each time, from before the first write to after the last.
            std::thread::sleep(whole.mul_f64((round * 37 % 110) as f64 / 100.0));
            child.kill().unwrap();
        }
        child.wait().unwrap();
        if round == 0 {
            whole = begun.elapsed();
        }
        acknowledged += std::fs::read_to_string(&log)
            .unwrap()
            .lines()
            .filter(|l| l.contains(": taken in as"))
            .count();
    }
    let check = run(&["check", "--data", &data]);
    assert!(check.status.success(), "{}", said(&check));
    let kept: usize = said(&check)
        .split("; ")
        .find_map(|p| p.strip_suffix(" documents"))
        .unwrap()
        .parse()
        .unwrap();
    assert!(acknowledged > 40, "the test killed before anything was done");
    assert!(kept >= acknowledged, "acknowledged {acknowledged}, kept {kept}");
    println!("killed {kills} times: acknowledged {acknowledged}, kept {kept}");
}

/// Killed while it takes in referrals: each is there once or not at all, and what was acknowledged is there.
#[tokio::test(flavor = "multi_thread")]
async fn no_acknowledged_referral_is_lost_by_sudden_death() {
    let kills: u64 = std::env::var("HUE_KILLS")
        .ok()
        .and_then(|k| k.parse().ok())
        .unwrap_or(30);
    let (us, them) = (
        TestHub::new("Hotline", None).await,
        TestHub::new("Consulate", None).await,
    );
    for (hub, other) in [(&us, &them), (&them, &us)] {
        hub.enrol(other, None).await;
    }
    let case = us.case_with_consent().await;
    them.hub.store.close().await;
    let data = them.folder.path().to_str().unwrap();
    let partner = them.fingerprint();
    let mut acknowledged = 0;
    for round in 0..kills {
        let id = refer::send(&us.hub, &us.key, case, &partner, "shelter", &moment())
            .await
            .unwrap();
        let (_, text) = exchange::export(&us.hub, id, &moment())
            .await
            .unwrap()
            .pop()
            .unwrap();
        let file = us.folder.path().join("bundle");
        std::fs::write(&file, text).unwrap();
        let take_in = || {
            let mut command = hue();
            command
                .args(["bundle", "take-in", file.to_str().unwrap(), "--data", data])
                .stderr(Stdio::null());
            command
        };
        let log = us.folder.path().join("log");
        let mut child = take_in()
            .stdout(std::fs::File::create(&log).unwrap())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_millis(2 + (round * 7) % 60));
        child.kill().unwrap();
        child.wait().unwrap();
        let said_so = std::fs::read_to_string(&log).unwrap().contains("is received");
        acknowledged += u64::from(said_so);
        // Whoever sent it will send it again: what was acknowledged is known, the rest is taken in now.
        let code = take_in().output().unwrap().status.code();
        assert!(
            code == Some(5) || (code == Some(0) && !said_so),
            "round {round}: {code:?}, acknowledged: {said_so}"
        );
    }
    let check = run(&["check", "--data", data]);
    assert!(check.status.success(), "{}", said(&check));
    assert!(
        said(&check).contains(&format!("{} signed steps", kills * 2)),
        "{}",
        said(&check)
    );
    println!("killed {kills} times: acknowledged {acknowledged}, all {kills} there once");
}
