//! Rich Text Format (Microsoft RTF 1.9.1): its words, in whatever code page or Unicode escape they are written.

use std::collections::BTreeMap;

use encoding_rs::Encoding;
use evidence::unit::Unit;

use super::{draft::Draft, legacy};

/// Destinations that hold no words of the document.
const SKIPPED: [&str; 19] = [
    "colortbl",
    "stylesheet",
    "info",
    "pict",
    "object",
    "listtable",
    "listoverridetable",
    "generator",
    "rsidtbl",
    "themedata",
    "colorschememapping",
    "datastore",
    "latentstyles",
    "filetbl",
    "revtbl",
    "fldinst",
    "xmlnstbl",
    "mmathPr",
    "nonshppict",
];
/// Groups within groups: beyond this the rest is not read.
const DEEPEST: usize = 1_000;

#[derive(Clone)]
struct State {
    skipped: bool,
    /// Within the font table, whose text is the fonts' names.
    fonts: bool,
    /// Characters that stand after `\u` for readers without Unicode.
    fallback: usize,
    encoding: &'static Encoding,
}

pub(super) fn read(bytes: &[u8], draft: &mut Draft) {
    let mut page = Page {
        draft,
        number: 0,
        words: String::new(),
        pending: Vec::new(),
        high: None,
        passing: 0,
        fonts: BTreeMap::new(),
        defined: 0,
        state: State {
            skipped: false,
            fonts: false,
            fallback: 1,
            encoding: encoding_rs::WINDOWS_1252,
        },
    };
    let mut stack = Vec::new();
    let mut at = 0;
    let mut star = false;
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        match byte {
            b'{' => {
                page.decode();
                if stack.len() == DEEPEST {
                    page.draft
                        .fault("groups stand deeper in groups than any writer makes: the rest is unread");
                    break;
                }
                stack.push(page.state.clone());
            }
            b'}' => {
                page.decode();
                match stack.pop() {
                    Some(state) => page.state = state,
                    None => break,
                }
            }
            b'\\' => {
                let Some((word, next)) = Word::read(bytes, at) else {
                    break;
                };
                at = next;
                match word {
                    Word::Star => {
                        star = true;
                        continue;
                    }
                    Word::Byte(b) => page.byte(b),
                    Word::Symbol(c) => page.character(c),
                    Word::Control("bin", Some(length)) => {
                        at = at.saturating_add(usize::try_from(length).unwrap_or(0));
                    }
                    Word::Control(name, value) => page.control(name, value, star),
                }
            }
            b'\r' | b'\n' => {}
            byte => page.byte(byte),
        }
        star = false;
    }
    page.end_line();
    if !stack.is_empty() {
        page.draft
            .fault("the file ends within a group: its end is missing");
    }
}

enum Word<'b> {
    Star,
    /// `\'hh`: a byte in the current code page.
    Byte(u8),
    Symbol(char),
    Control(&'b str, Option<i64>),
}

impl<'b> Word<'b> {
    /// What stands after a backslash, and where it ends.
    fn read(bytes: &'b [u8], at: usize) -> Option<(Self, usize)> {
        let first = *bytes.get(at)?;
        if !first.is_ascii_alphabetic() {
            return Some(match first {
                b'*' => (Self::Star, at + 1),
                b'\'' => {
                    let digits = std::str::from_utf8(bytes.get(at + 1..at + 3)?).ok()?;
                    (Self::Byte(u8::from_str_radix(digits, 16).unwrap_or(b'?')), at + 3)
                }
                b'~' => (Self::Symbol('\u{a0}'), at + 1),
                b'_' => (Self::Symbol('\u{2011}'), at + 1),
                b'\r' | b'\n' => (Self::Control("par", None), at + 1),
                b'\\' | b'{' | b'}' => (Self::Symbol(char::from(first)), at + 1),
                _ => (Self::Control("", None), at + 1),
            });
        }
        let end = |from: usize, wanted: fn(&u8) -> bool| {
            bytes[from..]
                .iter()
                .position(|b| !wanted(b))
                .map_or(bytes.len(), |n| from + n)
        };
        let name_end = end(at, u8::is_ascii_alphabetic);
        let name = std::str::from_utf8(&bytes[at..name_end]).ok()?;
        let signed = name_end + usize::from(bytes.get(name_end) == Some(&b'-'));
        let value_end = end(signed, u8::is_ascii_digit);
        let value = std::str::from_utf8(&bytes[name_end..value_end])
            .ok()?
            .parse()
            .ok();
        let next = value_end + usize::from(bytes.get(value_end) == Some(&b' '));
        Some((Self::Control(name, value), next))
    }
}

struct Page<'d> {
    draft: &'d mut Draft,
    number: u32,
    words: String,
    /// Bytes of the current code page, decoded together: a Chinese character is two.
    pending: Vec<u8>,
    /// The first half of a surrogate pair.
    high: Option<u16>,
    /// Fallback characters still to be passed over.
    passing: usize,
    fonts: BTreeMap<i64, Font>,
    /// The font that the table is describing.
    defined: i64,
    state: State,
}

#[derive(Default)]
struct Font {
    encoding: Option<&'static Encoding>,
    name: String,
    /// Whether its use was remarked on already.
    named: bool,
}

/// Fonts of one document: more are not remembered.
const FONTS: usize = 4_000;

impl Page<'_> {
    fn byte(&mut self, byte: u8) {
        if self.passing > 0 {
            self.passing -= 1;
        } else if !self.state.skipped {
            self.pending.push(byte);
        }
    }

    fn decode(&mut self) {
        if !self.pending.is_empty() {
            let text = self.state.encoding.decode_without_bom_handling(&self.pending).0;
            if self.state.fonts {
                if let Some(font) = self.fonts.get_mut(&self.defined) {
                    font.name.push_str(text.trim_end_matches(';'));
                }
            } else {
                self.words.push_str(&text);
            }
            self.pending.clear();
        }
    }

    fn character(&mut self, c: char) {
        if self.passing > 0 {
            self.passing -= 1;
        } else if !self.state.skipped && !self.state.fonts {
            self.decode();
            self.words.push(c);
        }
    }

    fn control(&mut self, name: &str, value: Option<i64>, star: bool) {
        if SKIPPED.contains(&name) || star {
            self.state.skipped = true;
            return;
        }
        match name {
            "par" | "line" | "page" | "sect" | "row" if !self.state.skipped => self.end_line(),
            "cell" if !self.state.skipped => {
                self.decode();
                self.words.push_str(" | ");
            }
            "tab" => self.character(' '),
            "emdash" => self.character('—'),
            "endash" => self.character('–'),
            "lquote" => self.character('‘'),
            "rquote" => self.character('’'),
            "ldblquote" => self.character('“'),
            "rdblquote" => self.character('”'),
            "bullet" => self.character('•'),
            "uc" => self.state.fallback = value.and_then(|v| usize::try_from(v).ok()).unwrap_or(1).min(32),
            "u" => self.unicode(value.unwrap_or(0)),
            "ansicpg" => {
                self.decode();
                if let Some(encoding) = value.and_then(code_page) {
                    self.state.encoding = encoding;
                }
            }
            "fonttbl" => self.state.fonts = true,
            "f" => self.font(value.unwrap_or(0)),
            "fcharset" if self.state.fonts => {
                if let Some(font) = self.fonts.get_mut(&self.defined) {
                    font.encoding = value.and_then(character_set).and_then(code_page);
                }
            }
            _ => {}
        }
    }

    /// Within the table a font begins to be described; without, its code page and its letters count from here.
    fn font(&mut self, number: i64) {
        self.decode();
        if self.state.fonts {
            if self.fonts.len() < FONTS {
                self.defined = number;
                self.fonts.entry(number).or_default();
            }
        } else if let Some(font) = self.fonts.get_mut(&number) {
            if let Some(encoding) = font.encoding {
                self.state.encoding = encoding;
            }
            if let Some(family) = legacy::font(&font.name).filter(|_| !font.named) {
                font.named = true;
                self.draft.fault(legacy::fault(family));
            }
        }
    }

    fn unicode(&mut self, value: i64) {
        // Written as a signed 16-bit number; characters beyond come in two halves.
        let unit = u16::try_from(value.rem_euclid(65_536)).unwrap_or(0xFFFD);
        let units = match (self.high.take(), unit) {
            (None, 0xD800..=0xDBFF) => {
                self.high = Some(unit);
                self.passing = self.state.fallback;
                return;
            }
            (Some(high), _) => vec![high, unit],
            (None, _) => vec![unit],
        };
        self.passing = 0;
        for c in char::decode_utf16(units) {
            self.character(c.unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        self.passing = self.state.fallback;
    }

    fn end_line(&mut self) {
        self.decode();
        self.passing = 0;
        let words = std::mem::take(&mut self.words);
        let words = words.trim().trim_end_matches('|').trim_end();
        if !words.is_empty() {
            self.draft.line();
            self.number += 1;
            self.draft.unit(words, Unit::Paragraph(self.number));
        }
    }
}

/// The code page of a font's `\fcharset`.
fn character_set(number: i64) -> Option<i64> {
    Some(match number {
        0 => 1252,
        128 => 932,
        129 => 949,
        134 => 936,
        136 => 950,
        163 => 1258,
        162 => 1254,
        178 => 1256,
        204 => 1251,
        222 => 874,
        238 => 1250,
        _ => return None,
    })
}

fn code_page(number: i64) -> Option<&'static Encoding> {
    Some(match number {
        874 => encoding_rs::WINDOWS_874,
        932 => encoding_rs::SHIFT_JIS,
        936 => encoding_rs::GBK,
        949 => encoding_rs::EUC_KR,
        950 => encoding_rs::BIG5,
        1250 => encoding_rs::WINDOWS_1250,
        1251 => encoding_rs::WINDOWS_1251,
        1252 => encoding_rs::WINDOWS_1252,
        1254 => encoding_rs::WINDOWS_1254,
        1256 => encoding_rs::WINDOWS_1256,
        1258 => encoding_rs::WINDOWS_1258,
        65001 => encoding_rs::UTF_8,
        _ => return None,
    })
}
