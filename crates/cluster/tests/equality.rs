//! What the cluster finds is what one machine finds.

use std::collections::HashSet;
use std::fmt::Write as _;

use linkage::{Model, Record};
use money::{Ledger, Transfer, trace};

type Result = std::result::Result<(), Box<dyn std::error::Error>>;

/// The constants of Knuth's MMIX generator: the same cases on every machine.
struct Draws(u64);

impl Draws {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pairs_and_weights_equal_those_in_memory() -> Result {
    let mut draws = Draws(3);
    let (first, last) = (
        ["Ani", "Budi", "Citra", "Dewi", "สมมติ", "Zoë"],
        ["Widya", "Rossi", "Example", "ใจดี", "O'Test"],
    );
    let mut csv = "id,name,birth_date,nationality,passport,phone\n".to_owned();
    let mut records = Vec::new();
    for n in 0..300 {
        let name = format!("{} {}", first[draws.below(6)], last[draws.below(5)]);
        let birth = ["", "1999", "1999-01-02", "02/01/2542", "1988-12-30"][draws.below(5)];
        let nationality = ["ID", "TH", "KE", ""][draws.below(4)];
        let passport = match draws.below(3) {
            0 => String::new(),
            _ => format!("0{}", draws.below(120)),
        };
        let phone = match draws.below(2) {
            0 => String::new(),
            _ => format!("+62 811 5550 {:03}", draws.below(200)),
        };
        writeln!(csv, "{n:04},{name},{birth},{nationality},{passport},{phone}")?;
        records.push(Record::read(&name, birth, nationality, &passport, &phone));
    }
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("people.csv");
    std::fs::write(&file, csv)?;

    let model = cluster::link::learn(&file, 1_000_000).await?;
    assert_eq!(
        model,
        Model::learn(&records),
        "a file teaches what its records teach"
    );
    let wanted = model.pairs(&records, 5.0);
    let found = cluster::link::pairs(&file, model, 5.0).await?;
    assert!(wanted.len() > 40, "{} pairs try too little", wanted.len());
    assert_eq!(found.len(), wanted.len());
    let mut ours: Vec<_> = wanted.iter().map(|p| (p.left, p.right)).collect();
    let mut theirs = found
        .iter()
        .map(|p| Ok((p.left.parse()?, p.right.parse()?)))
        .collect::<std::result::Result<Vec<(usize, usize)>, std::num::ParseIntError>>()?;
    ours.sort_unstable();
    theirs.sort_unstable();
    assert_eq!(ours, theirs);
    for (a, b) in wanted.iter().zip(&found) {
        assert!((a.weight - b.weight).abs() < 1e-9, "{a:?} {b:?}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn traces_equal_those_in_memory() -> Result {
    let mut draws = Draws(11);
    let accounts = ["A", "B", "C", "D", "E", "F", "X"];
    let services = HashSet::from(["X".to_owned()]);
    for round in 0..4 {
        // Histories with gaps, cycles, payments to oneself, two assets, and amounts near the greatest.
        let transfers = (0..60)
            .map(|n| Transfer {
                asset: ["T", "U"][draws.below(2)].into(),
                tx: format!("t{n}"),
                from: accounts[draws.below(7)].into(),
                to: accounts[draws.below(7)].into(),
                amount: (draws.below(50) as u128 + 1) * if round == 0 { 10_u128.pow(36) } else { 1 },
                at: None,
            })
            .collect();
        let ledger = Ledger { transfers };
        let start = draws.below(20);
        let folder = tempfile::tempdir()?;
        let wanted = trace::fifo(&ledger, start, &services).ok_or("no such transfer")?;
        let found = cluster::trace::fifo(&ledger, start, &services, folder.path()).await?;
        assert_eq!(found, wanted, "round {round}");
    }
    Ok(())
}
