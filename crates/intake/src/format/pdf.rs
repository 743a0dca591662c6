//! PDF (ISO 32000): the words of each page with the box they stand in, or the reason why a page cannot be trusted.
//!
//! A PDF draws glyphs; what letters they are is said by tables that may be missing or wrong, and often are for Khmer and
//! Burmese. A page whose tables are missing, or whose words no writer of the script could have written, is not read.

use std::collections::BTreeSet;

use evidence::unit::{Area, Unit};
use pdf_extract::{
    ColorSpace, Dictionary, Document, MediaBox, Object, ObjectId, OutputDev, OutputError, Path, PathOp,
    Transform,
    content::{Content, Operation},
    output_doc_page,
};

use super::{ReadError, draft::Draft, legacy};
use crate::script;

/// Pages of one document.
const PAGES: usize = 5_000;

pub(super) fn read(bytes: &[u8], draft: &mut Draft) -> Result<(), ReadError> {
    let damaged = |why: String| ReadError::Damaged { what: "PDF", why };
    let mut document = Document::load_mem(bytes).map_err(|e| damaged(e.to_string()))?;
    if document.is_encrypted() && document.decrypt("").is_err() {
        return Err(ReadError::Locked { what: "PDF" });
    }
    let pages = document.get_pages();
    if pages.is_empty() {
        return Err(damaged("it has no pages".into()));
    }
    if pages.len() > PAGES {
        return Err(ReadError::TooManyPages { pages: pages.len() });
    }
    for (number, id) in pages {
        match page(&mut document, number, id) {
            Ok(lines) if lines.is_empty() => draft.fault(format!(
                "page {number} holds no text: it is blank or a picture, and nothing on it was read"
            )),
            Ok(lines) => append(number, &lines, draft),
            Err(why) => draft.fault(format!("page {number}: {why}")),
        }
    }
    Ok(())
}

/// The lines of one page, or why there are none to be trusted.
fn page(document: &mut Document, number: u32, id: ObjectId) -> Result<Vec<Line>, String> {
    if let Some(font) = wordless_fonts(document, id).into_iter().next() {
        return Err(format!(
            "its text layer cannot be trusted: the font {font} does not say which letters it draws. Read the page and type what matters"
        ));
    }
    let actual = mark_actual_text(document, id);
    let mut canvas = Canvas {
        actual,
        ..Canvas::default()
    };
    // The reader below stops with a panic at what it does not know; the page is then said to be unread, and the next one is
    // read. Nothing of its state outlives the call.
    let drawn = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        output_doc_page(document, &mut canvas, number)
    }));
    match drawn {
        Ok(Ok(())) => {}
        Ok(Err(error)) => return Err(format!("it was not read: {error}")),
        Err(_) => return Err("it holds what this reader does not know and was not read".into()),
    }
    let lines = canvas.finish();
    let words: String = lines.iter().flat_map(|l| l.words.chars().chain(['\n'])).collect();
    if let Some(why) = script::nonsense(&words) {
        return Err(format!(
            "its text layer cannot be trusted: {why}. Read the page and type what matters"
        ));
    }
    Ok(lines)
}

/// Fonts of a page that draw glyphs without saying which letters they are, or that draw other letters than they say.
fn wordless_fonts(document: &Document, page: ObjectId) -> BTreeSet<String> {
    let Ok(fonts) = document.get_page_fonts(page) else {
        return BTreeSet::new();
    };
    fonts
        .values()
        .filter_map(|font| {
            let name = |key: &[u8]| {
                font.get(key)
                    .and_then(Object::as_name)
                    .map(String::from_utf8_lossy)
                    .ok()
            };
            let family = name(b"BaseFont").unwrap_or_else(|| "without a name".into());
            if let Some(older) = legacy::font(&family) {
                return Some(format!("{family} ({older}, from before Unicode)"));
            }
            let told = font.has(b"ToUnicode");
            let by_glyph = name(b"Subtype").as_deref() == Some("Type0")
                && name(b"Encoding").is_none_or(|e| e.starts_with("Identity"));
            let drawn = name(b"Subtype").as_deref() == Some("Type3");
            (!told && (by_glyph || drawn)).then(|| family.into_owned())
        })
        .collect()
}

/// Spans whose writer said what they read (ISO 32000-1, 14.9.4). Their beginnings and ends are marked in the page by paths
/// that draw nothing, since the reader below passes no marked content on; pictures are taken out, for it would read them.
fn mark_actual_text(document: &mut Document, page: ObjectId) -> Vec<String> {
    let mut texts = Vec::new();
    let Some(content) = document
        .get_page_content(page)
        .ok()
        .and_then(|bytes| Content::decode(&bytes).ok())
    else {
        return texts;
    };
    let pictures = pictures(document, page);
    let mut operations = Vec::with_capacity(content.operations.len());
    let mut open: Vec<bool> = Vec::new();
    for operation in content.operations {
        match operation.operator.as_str() {
            "BDC" | "BMC" => {
                let text = operation
                    .operands
                    .get(1)
                    .and_then(|o| actual_text(document, page, o));
                open.push(text.is_some());
                operations.push(operation);
                if let Some(text) = text {
                    let index = i64::try_from(texts.len()).unwrap_or(0);
                    texts.push(text);
                    mark(&mut operations, index);
                }
            }
            "EMC" => {
                if open.pop() == Some(true) {
                    mark(&mut operations, -1);
                }
                operations.push(operation);
            }
            "Do" if named(&operation).is_some_and(|n| pictures.contains(n)) => {}
            // A clipping path is no mark.
            _ => operations.push(operation),
        }
    }
    if let Ok(bytes) = (Content { operations }).encode() {
        let _ = document.change_page_content(page, bytes);
    }
    texts
}

fn named(operation: &Operation) -> Option<&[u8]> {
    operation.operands.first()?.as_name().ok()
}

fn mark(operations: &mut Vec<Operation>, index: i64) {
    let point = |name: &str, y: i64| Operation::new(name, vec![Object::Integer(index), Object::Integer(y)]);
    operations.push(Operation::new("n", Vec::new()));
    operations.push(point("m", MARK));
    operations.push(Operation::new("S", Vec::new()));
}

/// The ordinate of a mark: no page is that high.
const MARK: i64 = -77_000_000;

/// The text that a property list, given in place or by name, states for its span.
fn actual_text(document: &Document, page: ObjectId, properties: &Object) -> Option<String> {
    let list = match properties {
        Object::Dictionary(list) => list,
        Object::Name(name) => {
            let lists = resources(document, page, b"Properties")?;
            let list = lists.get(name).ok()?;
            document.dereference(list).ok()?.1.as_dict().ok()?
        }
        _ => return None,
    };
    let bytes = list.get(b"ActualText").ok()?.as_str().ok()?;
    Some(match bytes {
        [0xFE, 0xFF, rest @ ..] => encoding_rs::UTF_16BE
            .decode_without_bom_handling(rest)
            .0
            .into_owned(),
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        bytes => encoding_rs::WINDOWS_1252
            .decode_without_bom_handling(bytes)
            .0
            .into_owned(),
    })
}

fn resources<'d>(document: &'d Document, page: ObjectId, kind: &[u8]) -> Option<&'d Dictionary> {
    let (own, inherited) = document.get_page_resources(page).ok()?;
    let inherited = inherited
        .into_iter()
        .filter_map(|id| document.get_dictionary(id).ok());
    own.into_iter().chain(inherited).find_map(|r| {
        let found = r.get(kind).ok()?;
        document.dereference(found).ok()?.1.as_dict().ok()
    })
}

fn pictures(document: &Document, page: ObjectId) -> BTreeSet<Vec<u8>> {
    let Some(objects) = resources(document, page, b"XObject") else {
        return BTreeSet::new();
    };
    objects
        .iter()
        .filter(|(_, object)| !is_form(document, object))
        .map(|(name, _)| name.clone())
        .collect()
}

/// Whether an object is a drawing of its own, which may hold words, and no picture.
fn is_form(document: &Document, object: &Object) -> bool {
    let stream = document
        .dereference(object)
        .ok()
        .and_then(|(_, o)| o.as_stream().ok());
    let subtype = stream.and_then(|s| s.dict.get(b"Subtype").ok()?.as_name().ok());
    subtype == Some(b"Form")
}

/// One line of print, in points from the upper left corner of the page.
#[derive(Debug, Clone, Default)]
struct Line {
    words: String,
    left: f64,
    right: f64,
    /// The line that the letters stand on.
    base: f64,
    size: f64,
}

#[derive(Default)]
struct Canvas {
    actual: Vec<String>,
    /// The open span whose text was stated, and whether it was written already.
    stated: Option<(usize, bool)>,
    top: f64,
    origin: f64,
    lines: Vec<Line>,
}

/// A gap of this many letter heights is a word's end; of that many, a column's. Between letters of scripts that do not part
/// words a gap is more often a glyph whose width is not told.
const WORD: f64 = 0.18;
const PHRASE: f64 = 0.6;
const COLUMN: f64 = 2.5;

impl Canvas {
    fn glyph(&mut self, x: f64, y: f64, advance: f64, size: f64, words: &str) {
        let fits =
            |line: &Line| (line.base - y).abs() < 0.5 * size.max(line.size) && x > line.right - size * 1.2;
        if !self.lines.last().is_some_and(fits) {
            if words.trim().is_empty() {
                return;
            }
            self.lines.push(Line {
                left: x,
                right: x,
                base: y,
                ..Line::default()
            });
        }
        let Some(line) = self.lines.last_mut() else {
            return;
        };
        let gap = x - line.right;
        let joined = !script::spaced_between(&line.words, words);
        let word = if joined { PHRASE } else { WORD };
        if gap > COLUMN * size && !line.words.is_empty() {
            line.words.truncate(line.words.trim_end().len());
            line.words.push_str(" | ");
        } else if gap > word * size
            && !words.is_empty()
            && !line.words.ends_with(' ')
            && !words.starts_with(' ')
        {
            line.words.push(' ');
        }
        line.words.push_str(words);
        line.right = line.right.max(x + advance);
        line.size = line.size.max(size);
    }

    fn finish(self) -> Vec<Line> {
        let mut lines = self.lines;
        for line in &mut lines {
            line.words = line.words.split_whitespace().collect::<Vec<_>>().join(" ");
        }
        lines.retain(|l| !l.words.is_empty());
        lines
    }
}

impl OutputDev for Canvas {
    fn begin_page(
        &mut self,
        _: u32,
        media: &MediaBox,
        _: Option<(f64, f64, f64, f64)>,
    ) -> Result<(), OutputError> {
        self.top = media.ury;
        self.origin = media.llx;
        Ok(())
    }

    fn end_page(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn output_character(
        &mut self,
        at: &Transform,
        width: f64,
        spacing: f64,
        font_size: f64,
        words: &str,
    ) -> Result<(), OutputError> {
        let size = font_size * (at.m21.hypot(at.m22));
        let advance = (width * font_size + spacing.max(0.0)) * at.m11.hypot(at.m12);
        if !(size.is_finite() && advance.is_finite() && at.m31.is_finite() && at.m32.is_finite()) {
            return Ok(());
        }
        let words = match &mut self.stated {
            None => words.to_owned(),
            Some((_, true)) => String::new(),
            Some((index, written)) => {
                *written = true;
                self.actual.get(*index).cloned().unwrap_or_default()
            }
        };
        self.glyph(
            at.m31 - self.origin,
            self.top - at.m32,
            advance,
            size.max(1.0),
            &words,
        );
        Ok(())
    }

    fn begin_word(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_word(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_line(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn stroke(&mut self, _: &Transform, _: &ColorSpace, _: &[f64], path: &Path) -> Result<(), OutputError> {
        #[expect(clippy::cast_possible_truncation, reason = "marks are small whole numbers")]
        if let [PathOp::MoveTo(index, y)] = path.ops.as_slice()
            && *y as i64 == MARK
        {
            self.stated = usize::try_from(*index as i64).ok().map(|i| (i, false));
        }
        Ok(())
    }
}

/// Writes a page's lines; those that run on are joined, so that a number is not cut by the edge of the paper.
fn append(page: u32, lines: &[Line], draft: &mut Draft) {
    let left = lines.iter().map(|l| l.left).fold(f64::INFINITY, f64::min);
    let right = lines.iter().map(|l| l.right).fold(0.0, f64::max);
    draft.line();
    for (i, line) in lines.iter().enumerate() {
        if let Some(last) = i.checked_sub(1).and_then(|p| lines.get(p)) {
            let down = line.base - last.base;
            let full = last.right > left + 0.75 * (right - left);
            let same = (line.size - last.size).abs() < 0.2 * last.size;
            let runs_on =
                full && same && down > 0.0 && down < 1.75 * line.size && !line.words.contains(" | ");
            if !runs_on {
                draft.line();
            } else if script::spaced_between(&last.words, &line.words) {
                draft.push(" ");
            }
        }
        let unit = Unit::Page {
            page,
            area: area(line),
        };
        draft.unit(&line.words, unit);
    }
}

fn area(line: &Line) -> Area {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "points on paper; what is beyond is cut by the cast"
    )]
    let point = |v: f64| v.round() as i32;
    Area {
        left: point(line.left),
        top: point(line.base - line.size),
        right: point(line.right),
        bottom: point(line.base + 0.25 * line.size),
    }
}
