//! Transfers and tags, as CSV brings them. Columns are found by name; a row that cannot be read is named, not guessed.

use std::collections::HashMap;

/// One movement of value, in base units of its asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transfer {
    /// The token's contract, or the ledger's own coin.
    pub asset: String,
    pub tx: String,
    pub from: String,
    pub to: String,
    pub amount: u128,
    /// RFC 3339, where the export has a time.
    pub at: Option<String>,
}

/// A sourced label on an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    pub address: String,
    pub kind: String,
    pub actor: String,
    pub source: String,
}

impl Tag {
    /// Whether a trace ends here: a service where value can be frozen.
    #[must_use]
    pub fn is_service(&self) -> bool {
        matches!(
            self.kind.as_str(),
            "exchange" | "exchange_hot" | "otc_service" | "service" | "issuer"
        )
    }
}

/// Transfers in ledger order: block, then position in it; file order where the file gives neither.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    pub transfers: Vec<Transfer>,
}

/// What is wrong with a ledger file.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum LedgerError {
    #[error("the file has no column {wanted}: its header is {found}")]
    Column { wanted: &'static str, found: String },
    #[error(
        "line {line}: {column} “{value}” is not a whole number of base units (digits only, at most 2¹²⁸ − 1)"
    )]
    Amount {
        line: u64,
        column: &'static str,
        value: String,
    },
    #[error("line {line} cannot be read: {why}")]
    Row { line: u64, why: String },
}

impl Ledger {
    /// Reads `token_transfers` as ethereum-etl writes them, with or without `block_timestamp`. An empty amount of zero
    /// is address-poisoning spam and skipped; the second number counts those.
    ///
    /// # Errors
    /// At the first row whose amount is no whole number of base units: nothing is rounded or saturated.
    pub fn read_csv(bytes: &[u8]) -> Result<(Self, usize), LedgerError> {
        let mut reader = csv::Reader::from_reader(bytes);
        let headers = reader
            .headers()
            .map_err(|e| LedgerError::Row {
                line: 1,
                why: e.to_string(),
            })?
            .clone();
        let column = |names: &[&str]| headers.iter().position(|h| names.contains(&h.trim()));
        let need = |wanted: &'static str, names: &[&str]| {
            column(names).ok_or_else(|| LedgerError::Column {
                wanted,
                found: headers
                    .iter()
                    .collect::<Vec<_>>()
                    .join(", ")
                    .chars()
                    .take(200)
                    .collect(),
            })
        };
        let asset = need("token_address", &["token_address", "asset"])?;
        let from = need("from_address", &["from_address", "from"])?;
        let to = need("to_address", &["to_address", "to"])?;
        let value = need("value", &["value", "amount"])?;
        let tx = need("transaction_hash", &["transaction_hash", "tx"])?;
        let time = column(&["block_timestamp"]);
        let order = (column(&["block_number"]), column(&["log_index"]));
        let mut rows: Vec<((u64, u64, usize), Transfer)> = Vec::new();
        let mut zeros = 0;
        for (n, row) in reader.records().enumerate() {
            let row = row.map_err(|e| LedgerError::Row {
                line: n as u64 + 2,
                why: e.to_string(),
            })?;
            let line = row.position().map_or(n as u64 + 2, csv::Position::line);
            let cell = |i: usize| row.get(i).unwrap_or("").trim();
            let amount = cell(value)
                .parse::<u128>()
                .ok()
                .filter(|_| cell(value).bytes().all(|b| b.is_ascii_digit()))
                .ok_or_else(|| LedgerError::Amount {
                    line,
                    column: "value",
                    value: cell(value).chars().take(80).collect(),
                })?;
            if amount == 0 {
                zeros += 1;
                continue;
            }
            let number = |i: Option<usize>| i.and_then(|i| cell(i).parse().ok()).unwrap_or(0);
            let at = time
                .and_then(|i| cell(i).parse().ok())
                .and_then(|s| jiff::Timestamp::from_second(s).ok());
            rows.push((
                (number(order.0), number(order.1), n),
                Transfer {
                    asset: cell(asset).to_owned(),
                    tx: cell(tx).to_owned(),
                    from: cell(from).to_owned(),
                    to: cell(to).to_owned(),
                    amount,
                    at: at.map(|t| t.to_string()),
                },
            ));
        }
        rows.sort_by_key(|(key, _)| *key);
        Ok((
            Self {
                transfers: rows.into_iter().map(|(_, t)| t).collect(),
            },
            zeros,
        ))
    }
}

/// Reads `address,kind,entity` rows, each with the source it was given under.
///
/// # Errors
/// When a column is missing.
pub fn read_tags(bytes: &[u8], source: &str) -> Result<Vec<Tag>, LedgerError> {
    let mut reader = csv::Reader::from_reader(bytes);
    let headers = reader
        .headers()
        .map_err(|e| LedgerError::Row {
            line: 1,
            why: e.to_string(),
        })?
        .clone();
    let index: HashMap<&str, usize> = headers.iter().enumerate().map(|(i, h)| (h.trim(), i)).collect();
    let need = |wanted: &'static str| {
        index.get(wanted).copied().ok_or_else(|| LedgerError::Column {
            wanted,
            found: headers.iter().collect::<Vec<_>>().join(", "),
        })
    };
    let (address, kind, entity) = (need("address")?, need("kind")?, need("entity")?);
    reader
        .records()
        .enumerate()
        .map(|(n, row)| {
            let row = row.map_err(|e| LedgerError::Row {
                line: n as u64 + 2,
                why: e.to_string(),
            })?;
            let cell = |i: usize| row.get(i).unwrap_or("").trim().to_owned();
            Ok(Tag {
                address: cell(address),
                kind: cell(kind),
                actor: cell(entity),
                source: source.to_owned(),
            })
        })
        .collect()
}

/// Base units as people write them: `decimals` digits after the point, trailing zeros dropped.
#[must_use]
pub fn shown(amount: u128, decimals: u32) -> String {
    let Some(unit) = 10_u128.checked_pow(decimals) else {
        return amount.to_string();
    };
    let whole = amount / unit;
    let mut grouped = String::new();
    for (i, c) in whole.to_string().chars().rev().enumerate() {
        if i > 0 && i % 3 == 0 {
            grouped.insert(0, ',');
        }
        grouped.insert(0, c);
    }
    let fraction = format!("{:0width$}", amount % unit, width = decimals as usize);
    let fraction = fraction.trim_end_matches('0');
    if fraction.is_empty() || decimals == 0 {
        grouped
    } else {
        format!("{grouped}.{fraction}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_exact_or_refused() {
        let file = |value: &str| {
            format!("token_address,from_address,to_address,value,transaction_hash\nT,a,b,{value},x\n")
        };
        for (value, wanted) in [
            ("340282366920938463463374607431768211455", Ok(1)),
            ("340282366920938463463374607431768211456", Err(2)),
            ("-1", Err(2)),
            ("+1", Err(2)),
            ("1.5", Err(2)),
            ("1e3", Err(2)),
            ("0", Ok(0)),
        ] {
            let read = Ledger::read_csv(file(value).as_bytes());
            let shown = match read {
                Ok((ledger, _)) => Ok(ledger.transfers.len()),
                Err(LedgerError::Amount { line, .. }) => Err(line),
                Err(other) => unreachable!("{other}"),
            };
            assert_eq!(shown, wanted, "{value}");
        }
    }

    #[test]
    fn base_units_are_shown_with_a_point_only_at_the_end() {
        for (amount, decimals, wanted) in [
            (1_234_567_890, 6, "1,234.56789"),
            (5, 0, "5"),
            (1, 18, "0.000000000000000001"),
            (1_000_000, 6, "1"),
        ] {
            assert_eq!(shown(amount, decimals), wanted);
        }
    }
}
