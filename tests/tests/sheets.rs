//! Sheets: a manifest of thousands with broken cells, its import cut short and gone on with; columns confirmed once.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::Stdio,
};

use tests::{TestHub, hue, moment};
use workflow::{
    Hub,
    receive::{Brought, Received, receive},
};

const ROWS: usize = 7_000;

/// A manifest of invented people; one row in a hundred has a cell that is not what its column holds, and one in a thousand
/// is nobody. Returns the rows that are somebody and the rows with a fault.
fn manifest() -> (String, usize, usize) {
    let mut text = String::from(
        "Border manifest (invented)\n\"No.\",Full name,Date of birth,Nationality,Passport No.,Phone,Last seen\n",
    );
    let (mut people, mut faulty) = (0, 0);
    for i in 0..ROWS {
        let name = format!("Invented {} {}", ["Ani", "Bo", "Chan", "Dara"][i % 4], i);
        let mut row = [
            i.to_string(),
            name.replace(char::is_numeric, "x"),
            format!("{:02}/{:02}/{}", i % 28 + 1, i % 12 + 1, 1980 + i % 26),
            ["KE", "Việt Nam", "中国", "Ethiopia", "India"][i % 5].to_owned(),
            format!("X{}", 1_000_000 + i),
            format!("+254 7{i:08}"),
            "KK Park".to_owned(),
        ];
        if i % 1000 == 999 {
            row = [(); 7].map(|()| String::new());
            row[0] = i.to_string();
            faulty += 1;
        } else {
            people += 1;
            if i % 100 == 50 {
                row[2 + i / 100 % 4] = ["45/99/1999", "??", "-"][i / 100 % 3].to_owned();
                faulty += 1;
            }
        }
        text.push_str(&row.map(|c| format!("\"{c}\"")).join(","));
        text.push('\n');
    }
    (text, people, faulty)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manifest_whose_import_is_killed_goes_on_where_it_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("hub");
    let file = folder.path().join("manifest.csv");
    let (text, people, faulty) = manifest();
    std::fs::write(&file, text).unwrap();
    let import = |data: &Path| {
        let mut command = hue();
        command.args([
            "import",
            "--source",
            "Border post",
            "--synthetic",
            "--confirm-columns",
            "--data",
        ]);
        command.arg(data).arg(&file);
        command
    };
    let made = hue().args(["init", "--data"]).arg(&data).output().unwrap();
    assert!(made.status.success());
    let mut killed = 0;
    for batches in [1, 3] {
        let mut child = import(&data)
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stderr.take().unwrap()).lines();
        for _ in 0..batches {
            said.next().unwrap().unwrap();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let hub = Hub::open(&data, None).await.unwrap();
        let mut tx = hub.store.read().await.unwrap();
        let document = tx.documents(1, 0).await.unwrap()[0].document.id;
        let sheet = tx.sheets(document).await.unwrap().remove(0);
        killed += usize::from(sheet.is_open() && sheet.done > 0);
        assert_eq!(
            tx.record_count().await.unwrap(),
            sheet.kept,
            "kept and counted together"
        );
        drop(tx);
        hub.store.close().await;
    }
    assert_eq!(killed, 2, "both were cut short midway");
    let done = import(&data).output().unwrap();
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(done.status.success(), "{said}");
    assert!(said.contains("cell C") && said.contains("not a date"), "{said}");
    let again = import(&data).output().unwrap();
    assert_eq!(again.status.code(), Some(5), "everything is here already");

    let hub = Hub::open(&data, None).await.unwrap();
    let mut tx = hub.store.read().await.unwrap();
    let document = tx.documents(1, 0).await.unwrap()[0].document.id;
    let sheet = tx.sheets(document).await.unwrap().remove(0);
    let (rows, kept, odd) = (
        i64::try_from(ROWS).unwrap(),
        i64::try_from(people).unwrap(),
        i64::try_from(faulty).unwrap(),
    );
    assert_eq!(
        (sheet.rows, sheet.done, sheet.kept, sheet.faulty),
        (rows, rows, kept, odd)
    );
    assert_eq!(tx.record_count().await.unwrap(), kept);
    assert_eq!(tx.row_faults(document, 0).await.unwrap().1, odd);
    drop(tx);
    assert_eq!(hub.store.check(None).await.unwrap().damage, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn columns_are_asked_for_once() {
    let hub = TestHub::new("one", None).await;
    let brought = |text: &str, confirm: bool| Brought {
        bytes: text.into(),
        name: "list.csv".into(),
        source: "Embassy".into(),
        grade: evidence::Grade::UNKNOWN,
        received: tests::clock(),
        published: None,
        public: false,
        synthetic: true,
        confirm,
    };
    let take =
        async |text: &str, confirm: bool| match receive(&hub.hub, brought(text, confirm), &moment()).await {
            Ok(Received::Taken { people, waiting, .. }) => (people, waiting),
            other => unreachable!("{other:?}"),
        };
    let list = "Full name;Date of birth\nAni Invented;14/02/1999\n";
    assert_eq!(take(list, false).await, (0, 1), "nobody confirmed these headers");
    assert_eq!(
        take(list, true).await,
        (1, 0),
        "the same file again, now confirmed"
    );
    let other = "full_name;DATE OF BIRTH\nBo Invented;14/02/1998\nCai Invented;03/02/1998\n";
    assert_eq!(
        take(other, false).await,
        (2, 0),
        "the same headers apply themselves"
    );
    let third = "Full name;Passport\nDo Invented;X1234567\n";
    assert_eq!(take(third, false).await, (0, 1), "other headers are asked for");
    let records = hub.hub.store.read().await.unwrap().record_count().await.unwrap();
    assert_eq!(records, 3);
}
