//! Ledger addresses: found in text, verified by their checksum, never corrected.

use std::sync::LazyLock;

use evidence::{Mention, Span, Value, claim::Unread};
use regex::Regex;
use sha3::{Digest, Keccak256};

/// A whole, valid address of a main network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Canonical: Base58 as is, Bech32 in lower case, EVM with EIP-55 capitals.
    pub value: String,
    pub ledger: &'static str,
    pub kind: &'static str,
    /// `verified`, or `none_possible` where the written form carries no checksum.
    pub check: &'static str,
}

/// Why a text that looks like an address is not one.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum AddressError {
    #[error("its checksum does not hold: at least one character is wrong or missing")]
    Checksum,
    #[error("mixed capitals that are not EIP-55's: at least one character is wrong")]
    Capitals,
    #[error("it belongs to no network that is read here")]
    Unknown,
}

/// Base58 runs of 26 to 35 characters, Bech32 after `bc1`, and 40 hexadecimal digits after `0x`.
static CANDIDATE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?:0[xX][0-9a-fA-F]{40})|(?:(?:bc1|BC1)[0-9a-zA-Z]{11,87})|(?:[13T][1-9A-HJ-NP-Za-km-z]{25,34})",
    )
    .ok()
});

/// Finds whole addresses in `text`; what looks like one and fails its checksum is returned as unread, never applied.
#[must_use]
pub fn find(text: &str) -> (Vec<Mention>, Vec<Unread>) {
    let mut found = Vec::new();
    let mut damaged = Vec::new();
    let (mut byte, mut count) = (0, 0);
    for m in CANDIDATE.iter().flat_map(|p| p.find_iter(text)) {
        let joined = |c: char| c.is_ascii_alphanumeric();
        if text[..m.start()].ends_with(joined) || text[m.end()..].starts_with(joined) {
            continue;
        }
        count += text[byte..m.start()].chars().count();
        byte = m.start();
        let span = Span {
            start: count,
            end: count + m.as_str().len(),
        };
        match parse(m.as_str()) {
            Ok(address) => found.push(Mention {
                span,
                quote: m.as_str().to_owned(),
                rule: "address.checksum",
                value: Value::Address {
                    value: address.value,
                    ledger: address.ledger.into(),
                    check: address.check.into(),
                },
            }),
            // A run of Base58 letters is an ordinary word more often than a damaged address: digits among them decide.
            Err(AddressError::Unknown) => {}
            Err(why) if m.as_str().bytes().filter(u8::is_ascii_digit).count() >= 2 => {
                damaged.push(Unread {
                    span,
                    why: format!("looks like a ledger address, but {why}"),
                });
            }
            Err(_) => {}
        }
    }
    (found, damaged)
}

/// Verifies one address, written whole.
///
/// # Errors
/// When the checksum fails or the form is not that of Bitcoin, an EVM chain or TRON.
pub fn parse(text: &str) -> Result<Address, AddressError> {
    match text.as_bytes() {
        [b'0', b'x' | b'X', digits @ ..] if digits.len() == 40 => evm(text),
        [b'1' | b'3', ..] => base58(text),
        [b'T', ..] if text.len() == 34 => base58(text),
        [b'b' | b'B', b'c' | b'C', b'1', ..] => segwit(text),
        _ => Err(AddressError::Unknown),
    }
}

/// Base58Check with the version bytes of Bitcoin (0x00, 0x05) and TRON (0x41).
fn base58(text: &str) -> Result<Address, AddressError> {
    let bytes = bs58::decode(text)
        .with_check(None)
        .into_vec()
        .map_err(|_| AddressError::Checksum)?;
    let (ledger, kind) = match bytes.as_slice() {
        [0x00, rest @ ..] if rest.len() == 20 => ("bitcoin", "P2PKH"),
        [0x05, rest @ ..] if rest.len() == 20 => ("bitcoin", "P2SH"),
        [0x41, rest @ ..] if rest.len() == 20 => ("tron", "account"),
        _ => return Err(AddressError::Unknown),
    };
    Ok(Address {
        value: text.to_owned(),
        ledger,
        kind,
        check: "verified",
    })
}

/// BIP 173 and BIP 350: version 0 under Bech32 with a program of 20 or 32 bytes, later versions under Bech32m.
fn segwit(text: &str) -> Result<Address, AddressError> {
    let (hrp, version, program) = bech32::segwit::decode(text).map_err(|_| AddressError::Checksum)?;
    if !hrp.as_str().eq_ignore_ascii_case("bc") {
        return Err(AddressError::Unknown);
    }
    let kind = match (version.to_u8(), program.len()) {
        (0, 20) => "P2WPKH",
        (0, 32) => "P2WSH",
        (1, 32) => "P2TR",
        _ => "future witness",
    };
    Ok(Address {
        value: text.to_ascii_lowercase(),
        ledger: "bitcoin",
        kind,
        check: "verified",
    })
}

/// EIP-55: a hexadecimal letter is a capital when the matching nibble of Keccak-256 of the lower-case digits is ≥ 8.
fn evm(text: &str) -> Result<Address, AddressError> {
    let digits = &text[2..];
    if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(AddressError::Unknown);
    }
    let lower = digits.to_ascii_lowercase();
    let value = format!("0x{}", eip55(&lower));
    let plain = digits == lower || digits == digits.to_ascii_uppercase();
    if plain {
        return Ok(Address {
            value,
            ledger: "evm",
            kind: "account or contract",
            check: "none_possible",
        });
    }
    if value[2..] == *digits {
        return Ok(Address {
            value,
            ledger: "evm",
            kind: "account or contract",
            check: "verified",
        });
    }
    Err(AddressError::Capitals)
}

fn eip55(lower: &str) -> String {
    let hash = Keccak256::digest(lower.as_bytes());
    lower
        .chars()
        .enumerate()
        .map(|(i, c)| {
            let nibble = if i % 2 == 0 {
                hash[i / 2] >> 4
            } else {
                hash[i / 2] & 0x0F
            };
            if nibble >= 8 { c.to_ascii_uppercase() } else { c }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Vectors of BIP 173, BIP 350, EIP-55 and TRON's documentation.
    #[test]
    fn addresses_of_the_standards() {
        for (text, wanted) in [
            ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", Ok(("bitcoin", "P2PKH"))),
            ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", Err(AddressError::Checksum)),
            (
                "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
                Ok(("bitcoin", "P2WPKH")),
            ),
            (
                "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
                Ok(("bitcoin", "P2TR")),
            ),
            (
                "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd",
                Err(AddressError::Checksum),
            ),
            (
                "bc1QW508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
                Err(AddressError::Checksum),
            ),
            (
                "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
                Ok(("evm", "account or contract")),
            ),
            (
                "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD",
                Err(AddressError::Capitals),
            ),
            (
                "0x9f4cda013e354b8fc285bf4b9a60460cee7f7ea9",
                Ok(("evm", "account or contract")),
            ),
            ("TJRabPrwbZy45sbavfcjinPJC18kjpRTv8", Ok(("tron", "account"))),
            ("TJRabPrwbZy45sbavfcjinPJC18kjpRTv9", Err(AddressError::Checksum)),
        ] {
            assert_eq!(parse(text).map(|a| (a.ledger, a.kind)), wanted, "{text}");
        }
    }

    #[test]
    fn only_whole_addresses_count() {
        let text = "ទៅ 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa, cut 1Gq, x1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa";
        let (found, damaged) = find(text);
        assert_eq!(found.len(), 1);
        assert_eq!(
            found[0].span.quote(text),
            Some("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa")
        );
        assert!(damaged.is_empty());
        assert_eq!(find("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb").1.len(), 1);
    }
}
