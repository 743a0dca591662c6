//! What strangers send, bent in a thousand ways: read or refused, never a panic, never a claim off its words.
//!
//! The same properties as the targets of `fuzz/`, on a fixed sequence, so that every run has them.

#![expect(clippy::unwrap_used, reason = "a test says what it expected by failing")]

use tests::root;
use workflow::{exchange, receive};

/// Knuth's MMIX generator: the same bends on every machine.
struct Bends(u64);

impl Bends {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % below.max(1)
    }

    /// Flips, cuts, doubles or moves a stretch.
    fn bend(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut out = bytes.to_vec();
        for _ in 0..=self.next(6) {
            if out.is_empty() {
                return out;
            }
            let (a, b) = (self.next(out.len()), self.next(out.len()));
            let (a, b) = (a.min(b), a.max(b));
            match self.next(5) {
                0 => out[a] ^= 1 << self.next(8),
                1 => drop(out.drain(a..b.min(a + 40))),
                2 => {
                    let piece = out[a..b.min(a + 40)].to_vec();
                    out.splice(a..a, piece);
                }
                3 => out[a] = [0, b'\n', b'"', b',', 0xff, b'<', b'.', b'9'][self.next(8)],
                _ => out.truncate(b.max(1)),
            }
        }
        out
    }
}

#[test]
fn documents() {
    let mut bends = Bends(1);
    let fixtures = ["un-report-2023.txt", "hotline-message.txt", "hotline.csv"];
    let mixed = "ក ១២០ នាក់ 7,000 คน 万7141人 <b>KK Park</b> “said that at least $7.8 billion” 2568 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
        .as_bytes()
        .to_vec();
    let mut seeds: Vec<Vec<u8>> = fixtures
        .iter()
        .map(|f| std::fs::read(root().join("fixtures/demo").join(f)).unwrap())
        .collect();
    seeds.push(mixed);
    for round in 0..400 {
        let bytes = bends.bend(&seeds[round % seeds.len()][..]);
        for name in ["a.txt", "a.html", "a.csv"] {
            // In this process, where a panic fails the test.
            if let Ok(reading) = intake::read(&bytes, name) {
                let proposal = receive::propose(reading, Some("2026-03-04"));
                for m in &proposal.mentions {
                    assert_eq!(
                        m.span.quote(&proposal.text),
                        Some(m.quote.as_str()),
                        "round {round} {name}"
                    );
                }
            }
        }
    }
}

#[test]
fn tables_ledgers_bundles_and_cards() {
    let mut bends = Bends(2);
    let table = b"A,B,C,count\n1,0,0,40\n0,1,0,30\n0,0,1,20\n1,1,0,6\n1,0,1,4\n0,1,1,3\n1,1,1,2\n";
    let ledger = std::fs::read(root().join("fixtures/demo/ledger.csv")).unwrap();
    let card = br#"{"format":"hue-partner/1","name":"x","kind":"protection","country":"KE","url":null,"recipient":"age1","verifying_key":"00"}"#;
    let bundle = br#"{"body":"{\"format\":\"hue-bundle/1\",\"id\":\"x\",\"from\":\"a\",\"to\":\"b\",\"steps\":[],\"payload\":null}","signature":"00"}"#;
    for _ in 0..3_000 {
        if let Ok(done) = workflow::estimate::table(&bends.bend(table), &[], 0.95) {
            for e in done.assessment.estimates {
                if let Ok(f) = e.figure {
                    assert!(f.estimate.is_finite() && f.lower <= f.estimate + 1.0, "{f:?}");
                }
            }
        }
        if let Ok((ledger, _)) = money::Ledger::read_csv(&bends.bend(&ledger)) {
            for start in 0..ledger.transfers.len() {
                let t = money::fifo(&ledger, start, &std::collections::HashSet::new()).unwrap();
                assert_eq!(t.reported, t.at_services + t.dormant + t.cut);
            }
        }
        let bent = bends.bend(bundle);
        if let Ok(bundle) = response::Bundle::read(&bent) {
            assert!(bundle.verify(&[7; 32], &bundle.to).is_err());
        }
        assert!(exchange::read_card(&String::from_utf8_lossy(&bends.bend(card))).is_err());
    }
}

/// A text made to be slow: long runs that patterns could go back over again and again.
#[test]
fn long_runs_take_linear_time() {
    for piece in [
        "1,",
        "$",
        "at least ",
        "\"",
        "(",
        "said that ",
        "9",
        "a@",
        "https://",
        "។",
        "0x",
        "KK Park ",
        "Chrey Thom ",
        "Thai border ",
        "May 5, 2025 ",
        "KK Park in Myawaddy said that 12 people \"",
        "Name: A\n",
        "a|b|1|2\n",
    ] {
        let text = piece.repeat(1_000_000 / piece.len());
        let begun = std::time::Instant::now();
        let _ = receive::read(text.as_bytes(), "a.txt", None);
        // Not a measurement: quadratic time would take minutes here.
        assert!(
            begun.elapsed().as_secs() < 60,
            "{piece:?} took {:?}",
            begun.elapsed()
        );
    }
}
