//! FIFO: the oldest units leave an account first (Clayton's Case, Devaynes v Noble (1816) 1 Mer 572).
//!
//! Each account's base units are laid on a line: receipts in order of arrival, payments taken from the same line in order.
//! A lot is a stretch of one transfer; its children are the payments that the same stretch of the receiver's line fills.
//! One pass builds the lines, and each report is then traced by itself, so the order of reports cannot matter.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::Ledger;

/// Where a part of the value ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Terminal {
    /// It arrived at a service, which can freeze what is still there.
    Service,
    /// It has not moved since: an issuer may freeze it.
    Dormant,
    /// It went on, and its hops are listed.
    Spent,
    /// The search was cut here; the trace says so.
    Budget,
}

impl Terminal {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Dormant => "dormant",
            Self::Spent => "spent",
            Self::Budget => "budget",
        }
    }
}

/// One step of a followed path: base units `low..high` of one transfer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hop {
    /// Index into the ledger.
    pub transfer: usize,
    pub low: u128,
    pub high: u128,
    /// The hop whose value this is; none for the reported transfer.
    pub parent: Option<usize>,
    pub depth: u32,
    pub terminal: Terminal,
    /// What of this hop stayed unspent.
    pub dormant: u128,
}

/// A trace of one reported transfer. `reported = at_services + dormant + cut`, exactly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    pub hops: Vec<Hop>,
    pub reported: u128,
    pub at_services: u128,
    pub dormant: u128,
    pub cut: u128,
    /// By service address.
    pub services: BTreeMap<String, u128>,
}

/// The most hops one report may have before the trace stops and says that it is incomplete.
pub const BUDGET: usize = 100_000;

/// The lines of every account of one asset.
struct Lines {
    paid_from: HashMap<usize, u128>,
    filled_from: HashMap<usize, u128>,
    payments: HashMap<String, Vec<usize>>,
}

impl Lines {
    fn of(ledger: &Ledger, asset: &str) -> Self {
        let mut received: HashMap<&str, u128> = HashMap::new();
        let mut paid: HashMap<&str, u128> = HashMap::new();
        let mut lines = Self {
            paid_from: HashMap::new(),
            filled_from: HashMap::new(),
            payments: HashMap::new(),
        };
        for (i, t) in ledger
            .transfers
            .iter()
            .enumerate()
            .filter(|(_, t)| t.asset == asset)
        {
            let out = paid.entry(t.from.as_str()).or_default();
            let end = out.saturating_add(t.amount);
            let arrived = received.entry(t.from.as_str()).or_default();
            // Money that was never seen to arrive is laid on the line now: unknown origin, not an error.
            *arrived = (*arrived).max(end);
            lines.paid_from.insert(i, *out);
            *out = end;
            let filled = received.entry(t.to.as_str()).or_default();
            lines.filled_from.insert(i, *filled);
            *filled = filled.saturating_add(t.amount);
            lines.payments.entry(t.from.clone()).or_default().push(i);
        }
        lines
    }
}

/// Follows the reported transfer `start` under FIFO until services, rest or the budget.
///
/// Returns nothing when the ledger has no such transfer.
#[must_use]
pub fn fifo(ledger: &Ledger, start: usize, services: &HashSet<String>) -> Option<Trace> {
    let first = ledger.transfers.get(start)?;
    let lines = Lines::of(ledger, &first.asset);
    let mut trace = Trace {
        hops: vec![Hop {
            transfer: start,
            low: 0,
            high: first.amount,
            parent: None,
            depth: 0,
            terminal: Terminal::Spent,
            dormant: 0,
        }],
        reported: first.amount,
        at_services: 0,
        dormant: 0,
        cut: 0,
        services: BTreeMap::new(),
    };
    let mut next = 0;
    while let Some(hop) = trace.hops.get(next).cloned() {
        let transfer = &ledger.transfers[hop.transfer];
        let amount = hop.high - hop.low;
        if services.contains(&transfer.to) {
            trace.hops[next].terminal = Terminal::Service;
            trace.at_services += amount;
            *trace.services.entry(transfer.to.clone()).or_default() += amount;
        } else if trace.hops.len() >= BUDGET {
            trace.hops[next].terminal = Terminal::Budget;
            trace.cut += amount;
        } else {
            let moved = expand(&lines, ledger, &hop, next, &mut trace.hops);
            trace.hops[next].dormant = amount - moved;
            trace.dormant += amount - moved;
            if moved == 0 {
                trace.hops[next].terminal = Terminal::Dormant;
            }
        }
        next += 1;
    }
    Some(trace)
}

/// Adds the children of a hop and returns how much of it they carry.
fn expand(lines: &Lines, ledger: &Ledger, hop: &Hop, parent: usize, hops: &mut Vec<Hop>) -> u128 {
    let receiver = &ledger.transfers[hop.transfer].to;
    let Some(base) = lines.filled_from.get(&hop.transfer) else {
        return 0;
    };
    let (low, high) = (base.saturating_add(hop.low), base.saturating_add(hop.high));
    let payments = lines
        .payments
        .get(receiver)
        .map(Vec::as_slice)
        .unwrap_or_default();
    let begins = |i: &usize| lines.paid_from.get(i).copied().unwrap_or(0);
    let from = payments.partition_point(|i| begins(i).saturating_add(ledger.transfers[*i].amount) <= low);
    let mut moved = 0;
    for i in payments[from..].iter().take_while(|i| begins(i) < high) {
        let start = begins(i);
        let (a, b) = (
            low.max(start),
            high.min(start.saturating_add(ledger.transfers[*i].amount)),
        );
        hops.push(Hop {
            transfer: *i,
            low: a - start,
            high: b - start,
            parent: Some(parent),
            depth: hop.depth + 1,
            terminal: Terminal::Spent,
            dormant: 0,
        });
        moved += b - a;
    }
    moved
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Transfer;

    fn ledger(rows: &[(&str, &str, u128)]) -> Ledger {
        let transfers = rows
            .iter()
            .enumerate()
            .map(|(i, (from, to, amount))| Transfer {
                asset: "T".into(),
                tx: format!("t{}", i + 1),
                from: (*from).into(),
                to: (*to).into(),
                amount: *amount,
                at: None,
            })
            .collect();
        Ledger { transfers }
    }

    /// The worked example of docs/method/fifo.md.
    #[test]
    fn worked_example() {
        let ledger = ledger(&[
            ("V1", "A", 100),
            ("C", "A", 50),
            ("A", "X", 40),
            ("V2", "A", 40),
            ("A", "L", 30),
            ("A", "X", 80),
        ]);
        let services = HashSet::from(["X".to_owned()]);
        let first = fifo(&ledger, 0, &services).map(|t| (t.at_services, t.dormant, t.hops.len()));
        let second = fifo(&ledger, 3, &services).map(|t| (t.at_services, t.dormant, t.hops.len()));
        assert_eq!(first, Some((70, 30, 4)));
        assert_eq!(second, Some((0, 40, 1)));
    }

    #[test]
    fn value_is_conserved_whatever_the_ledger() {
        // A small generator of our own: the law must hold for histories with gaps, cycles and self-transfers.
        let mut state = 7_u64;
        let mut draw = |n: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % n
        };
        for _ in 0..200 {
            let names = ["A", "B", "C", "D", "X"];
            let rows: Vec<(&str, &str, u128)> = (0..30)
                .map(|_| {
                    (
                        names[draw(5) as usize],
                        names[draw(5) as usize],
                        u128::from(draw(50) + 1),
                    )
                })
                .collect();
            let ledger = ledger(&rows);
            let start = draw(30) as usize;
            if let Some(t) = fifo(&ledger, start, &HashSet::from(["X".to_owned()])) {
                assert_eq!(
                    t.reported,
                    t.at_services + t.dormant + t.cut,
                    "{rows:?} from {start}"
                );
                assert!(
                    t.hops
                        .iter()
                        .all(|h| h.low < h.high && h.high <= ledger.transfers[h.transfer].amount)
                );
            }
        }
    }
}
