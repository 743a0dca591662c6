//! Whether the main-effects model has a finite maximum, decided exactly, with a certificate.
//!
//! The maximum exists iff the observed margins lie inside the convex hull of the observable patterns (Fienberg & Rinaldo
//! 2012, Annals of Statistics 40:996). For main effects the patterns are the corners of the unit cube without the origin,
//! whose facets are x_j ≤ 1 and Σ x_j ≥ 1 (and x_j ≥ 0 from three lists on), so no linear programme is needed.

use crate::Table;

/// Why there is no finite maximum: coefficients `d` over (constant, lists) with `A d ≥ 0` on every pattern, `= 0` on
/// every pattern that somebody has. Multiplying it out is the whole proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    pub constant: i64,
    pub lists: Vec<i64>,
    pub says: String,
}

/// The certificate that the main-effects estimate does not exist, or nothing when it does.
#[must_use]
pub fn main_effects(table: &Table) -> Option<Certificate> {
    let t = table.lists.len();
    let n = table.people();
    let unit = |j: usize, value: i64| (0..t).map(|k| if k == j { value } else { 0 }).collect::<Vec<_>>();
    for (j, name) in table.lists.iter().enumerate() {
        if table.on(j) == n {
            // 1 − x_j ≥ 0 everywhere and 0 wherever somebody is: the list's coefficient runs to +∞.
            let says = format!("everybody is on the list “{name}”, so nothing tells how many it misses");
            return Some(Certificate {
                constant: 1,
                lists: unit(j, -1),
                says,
            });
        }
        if table.on(j) == 0 && t > 2 {
            let says = format!("nobody is on the list “{name}”");
            return Some(Certificate {
                constant: 0,
                lists: unit(j, 1),
                says,
            });
        }
    }
    if table.cells.keys().all(|p| p.count_ones() == 1) {
        // Σ x_j − 1 ≥ 0 everywhere and 0 wherever somebody is: the constant runs to +∞, and the unseen with it.
        let says =
            "nobody is on two lists: the figure may be anything from what was seen to infinity".to_owned();
        return Some(Certificate {
            constant: -1,
            lists: vec![1; t],
            says,
        });
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certificates_multiply_out() {
        for text in [
            "A,B,C,count\n1,0,0,5\n0,1,0,4\n0,0,1,3\n",
            "A,B,count\n1,0,5\n1,1,4\n",
            "A,B,C,count\n1,0,0,5\n1,1,0,4\n0,1,0,1\n",
        ] {
            let Ok(table) = Table::read(text.as_bytes()) else {
                unreachable!("{text}")
            };
            let Some(c) = main_effects(&table) else {
                unreachable!("{text} has no certificate")
            };
            let value = |p: u32| {
                c.constant
                    + c.lists
                        .iter()
                        .enumerate()
                        .map(|(j, d)| d * i64::from(p >> j & 1))
                        .sum::<i64>()
            };
            let all = 1..1_u32 << table.lists.len();
            assert!(
                all.clone().all(|p| value(p) >= 0) && all.clone().any(|p| value(p) > 0),
                "{text}"
            );
            assert!(table.cells.keys().all(|p| value(*p) == 0), "{text}");
        }
    }

    #[test]
    fn an_ordinary_table_has_none() {
        let table = Table::read(b"A,B,count\n1,0,5\n0,1,4\n1,1,2\n");
        assert_eq!(table.ok().and_then(|t| main_effects(&t)), None);
    }
}
