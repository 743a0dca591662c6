//! Pictures, recordings and films: kept as evidence, described, and said to be unread.

use super::draft::Draft;

/// What the first bytes of a file say it is.
const SIGNS: [(usize, &[u8], &str); 18] = [
    (0, b"\x89PNG\r\n\x1a\n", "a picture (PNG)"),
    (0, b"\xFF\xD8\xFF", "a picture (JPEG)"),
    (0, b"GIF87a", "a picture (GIF)"),
    (0, b"GIF89a", "a picture (GIF)"),
    (8, b"WEBP", "a picture (WebP)"),
    (0, b"BM", "a picture (BMP)"),
    (0, b"II*\0", "a picture (TIFF)"),
    (0, b"MM\0*", "a picture (TIFF)"),
    (4, b"ftypheic", "a picture (HEIC)"),
    (4, b"ftypmif1", "a picture (HEIF)"),
    (4, b"ftypavif", "a picture (AVIF)"),
    (4, b"ftypM4A", "a recording (M4A)"),
    (4, b"ftyp", "a film (MP4)"),
    (0, b"OggS", "a recording (Ogg)"),
    (0, b"ID3", "a recording (MP3)"),
    (8, b"WAVE", "a recording (WAV)"),
    (0, b"#!AMR", "a recording (AMR)"),
    (0, b"\x1A\x45\xDF\xA3", "a film (Matroska or WebM)"),
];

pub(super) fn kind(bytes: &[u8]) -> Option<&'static str> {
    let holds = |at: usize, sign: &[u8]| bytes.get(at..).is_some_and(|rest| rest.starts_with(sign));
    SIGNS
        .iter()
        // Two letters may begin a text; the rest of a bitmap's header says where its picture begins.
        .filter(|(_, sign, _)| *sign != b"BM" || bytes.get(6..10) == Some(&[0; 4]))
        .find(|(at, sign, _)| holds(*at, sign))
        .map(|(_, _, kind)| *kind)
}

pub(super) fn describe(kind: &str, bytes: &[u8], draft: &mut Draft) {
    let size = match dimensions(bytes) {
        Some((width, height)) => format!(", {width} × {height} pixels"),
        None => String::new(),
    };
    draft.fault(format!(
        "{kind}{size}: kept as evidence, nothing in it was read. Type what it shows as a report of its own"
    ));
}

fn dimensions(bytes: &[u8]) -> Option<(u32, u32)> {
    let big = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    if bytes.starts_with(b"\x89PNG") {
        return big(16).zip(big(20));
    }
    if bytes.starts_with(b"GIF8") {
        let little = |at: usize| {
            Some(u32::from(u16::from_le_bytes(
                bytes.get(at..at + 2)?.try_into().ok()?,
            )))
        };
        return little(6).zip(little(8));
    }
    if bytes.starts_with(b"\xFF\xD8") {
        let mut at = 2;
        loop {
            let [0xFF, marker, high, low] = *bytes.get(at..at + 4)? else {
                return None;
            };
            // Start of frame, except the three that share its range.
            if (0xC0..=0xCF).contains(&marker) && !matches!(marker, 0xC4 | 0xC8 | 0xCC) {
                let frame = bytes.get(at + 5..at + 9)?;
                let pair = |i: usize| u32::from(u16::from_be_bytes([frame[i], frame[i + 1]]));
                return Some((pair(2), pair(0)));
            }
            at += 2 + usize::from(u16::from_be_bytes([high, low]));
        }
    }
    None
}
