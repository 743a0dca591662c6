//! Several documents in one file: ZIP archives and mailboxes. Each member is a document of its own.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::{Enclosed, LIMIT, ReadError, draft::Draft};

/// The most files one archive may hold, and the most bytes they may be together.
const FILES: usize = 5_000;
const TOTAL: usize = 4 * LIMIT;
/// Text shrinks to a tenth; what shrinks to a thousandth was made to grow.
const GROWTH: u64 = 500;

pub(super) fn zip(bytes: &[u8], draft: &mut Draft) -> Result<Vec<Enclosed>, ReadError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|e| ReadError::Damaged {
        what: "ZIP archive",
        why: e.to_string(),
    })?;
    if archive.len() > FILES {
        return Err(ReadError::TooManyFiles { files: archive.len() });
    }
    let mut enclosed = Vec::new();
    let mut left = TOTAL;
    for i in 0..archive.len() {
        let mut file = match archive.by_index(i) {
            Ok(file) => file,
            Err(error) => {
                draft.fault(format!("member {} was not read: {error}", i + 1));
                continue;
            }
        };
        // Only the name's last part is kept: where an archive would put its files is nobody's order to us.
        let path = String::from_utf8_lossy(file.name_raw()).into_owned();
        let name = base(&path).to_owned();
        // What other systems add beside the files.
        let litter = path.starts_with("__MACOSX/") || name == ".DS_Store" || name == "Thumbs.db";
        if file.is_dir() || litter {
            continue;
        }
        let most = (file.compressed_size().saturating_mul(GROWTH))
            .max(1 << 20)
            .min(LIMIT.min(left) as u64);
        let mut bytes = Vec::new();
        match (&mut file).take(most + 1).read_to_end(&mut bytes) {
            Ok(read) if read as u64 > most => {
                draft.fault(format!("“{name}” grows beyond {most} bytes when unpacked and was left packed: unpack it yourself if you trust it"));
            }
            Ok(read) => {
                left -= read;
                draft.line();
                draft.push(&name);
                enclosed.push(Enclosed { name, bytes });
            }
            Err(error) => draft.fault(format!("“{name}” was not read: {error}")),
        }
    }
    if enclosed.is_empty() && draft.unread.is_empty() {
        return Err(ReadError::Empty);
    }
    Ok(enclosed)
}

/// The last part of a path, whichever way its slashes lean.
fn base(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// The messages of a mailbox (RFC 4155): each begins with a line "From " after an empty one.
pub(super) fn mailbox(bytes: &[u8], draft: &mut Draft) -> Vec<Enclosed> {
    let mut starts = vec![0];
    starts.extend(
        memchr_all(bytes, b"\nFrom ")
            .filter(|at| matches!(bytes[..*at].last(), Some(b'\n' | b'\r')))
            .map(|at| at + 1),
    );
    starts.push(bytes.len());
    let mut enclosed = Vec::new();
    for pair in starts.windows(2) {
        let message = &bytes[pair[0]..pair[1]];
        let body = message.iter().position(|b| *b == b'\n').map_or(0, |n| n + 1);
        // Lines that began with "From " were quoted when the box was written.
        let mut unquoted = Vec::with_capacity(message.len());
        for line in message[body..].split_inclusive(|b| *b == b'\n') {
            let quoted = line.iter().take_while(|b| **b == b'>').count();
            let skip = usize::from(quoted > 0 && line[quoted..].starts_with(b"From "));
            unquoted.extend_from_slice(&line[skip..]);
        }
        if unquoted.is_empty() {
            continue;
        }
        if enclosed.len() == FILES {
            draft.fault(format!("the mailbox holds more than {FILES} messages: split it"));
            break;
        }
        let name = format!("message-{}.eml", enclosed.len() + 1);
        draft.line();
        draft.push(&name);
        enclosed.push(Enclosed {
            name,
            bytes: unquoted,
        });
    }
    enclosed
}

/// Where `needle` begins in `bytes`.
fn memchr_all<'b>(bytes: &'b [u8], needle: &'b [u8]) -> impl Iterator<Item = usize> + 'b {
    bytes
        .windows(needle.len())
        .enumerate()
        .filter(move |(_, w)| *w == needle)
        .map(|(at, _)| at)
}
