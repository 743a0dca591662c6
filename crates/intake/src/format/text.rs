//! Plain text in whatever encoding it came.

use encoding_rs::Encoding;
use evidence::{Span, claim::Unread};

use super::{ReadError, draft::NAMED};

/// The text and the WHATWG name of the encoding it was in.
///
/// # Errors
/// When the bytes are no text.
pub(super) fn decode(bytes: &[u8]) -> Result<(String, &'static str), ReadError> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes).filter(|(e, _)| *e != encoding_rs::UTF_8) {
        let text = encoding.decode_without_bom_handling(&bytes[mark..]).0;
        return Ok((text.into_owned(), encoding.name()));
    }
    if let Some(encoding) = unmarked_utf16(bytes) {
        let text = encoding.decode_without_bom_handling(bytes).0;
        return Ok((text.into_owned(), encoding.name()));
    }
    // Text has no NUL and hardly any control characters; a picture or an archive has them in its first bytes.
    let control = |b: u8| b < 0x09 || (0x0E..0x1B).contains(&b) || (0x1C..0x20).contains(&b);
    let head = &bytes[..bytes.len().min(4096)];
    if let Some(at) = bytes.iter().position(|b| *b == 0) {
        return Err(ReadError::Binary { at, byte: 0 });
    }
    if let Some(at) = head.iter().position(|b| control(*b))
        && head.iter().filter(|b| control(**b)).count() * 50 > head.len()
    {
        return Err(ReadError::Binary { at, byte: bytes[at] });
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok((text.to_owned(), "UTF-8"));
    }
    // Mostly UTF-8 with a few broken characters is broken UTF-8, not a legacy encoding: a guess would turn every Khmer or
    // Thai letter into three others.
    let broken = bytes.utf8_chunks().filter(|c| !c.invalid().is_empty()).count();
    let wide = bytes
        .utf8_chunks()
        .flat_map(|c| c.valid().chars())
        .filter(|c| !c.is_ascii())
        .count();
    if wide > 4 * broken {
        return Ok((String::from_utf8_lossy(bytes).into_owned(), "UTF-8"));
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guess = detector.guess(None, chardetng::Utf8Detection::Allow);
    let text = guess.decode_without_bom_handling(bytes).0;
    Ok((text.into_owned(), guess.name()))
}

/// UTF-16 without its mark: every second byte of text in Latin letters is NUL.
fn unmarked_utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(512) & !1];
    let nul = |offset: usize| head.iter().skip(offset).step_by(2).filter(|b| **b == 0).count();
    let (even, odd) = (nul(0), nul(1));
    let most = head.len() / 2 * 4 / 5;
    match (head.len() >= 16, even, odd) {
        (true, 0, odd) if odd > most => Some(encoding_rs::UTF_16LE),
        (true, even, 0) if even > most => Some(encoding_rs::UTF_16BE),
        _ => None,
    }
}

/// Bytes that no character of the encoding has are shown as U+FFFD; each run is named.
pub(super) fn replacement_marks(text: &str, encoding: &str, unread: &mut Vec<Unread>) {
    let mut open: Option<usize> = None;
    for (i, c) in text.chars().chain(['\0']).enumerate() {
        match (c == char::REPLACEMENT_CHARACTER, open) {
            (true, None) => open = Some(i),
            (false, Some(start)) => {
                unread.push(Unread {
                    span: Span { start, end: i },
                    why: format!("bytes that are not {encoding}"),
                });
                open = None;
                if unread.len() >= NAMED {
                    return;
                }
            }
            _ => {}
        }
    }
}

/// Marks that turn the direction of writing (Unicode TR9) can show one text and mean another; each run is named and kept.
pub(super) fn turned(text: &str, unread: &mut Vec<Unread>) {
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if !text.contains(turns) {
        return;
    }
    let overrides = text
        .chars()
        .enumerate()
        .filter(|(_, c)| matches!(c, '\u{202d}' | '\u{202e}'))
        .take(NAMED);
    unread.extend(overrides.map(|(at, _)| Unread {
        span: Span {
            start: at,
            end: at + 1,
        },
        why: "a mark turns the direction of writing here: what is shown may not be what is written".into(),
    }));
}
