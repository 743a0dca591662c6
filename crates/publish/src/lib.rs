//! Writes what may be shown: briefs, disclosure-controlled open data, feeds.
//!
//! Every figure of a brief carries a footnote to the words it rests on; every table of open data is suppressed until no
//! small cell can be read off or worked out; every picture has its data beside it.

pub mod brief;
pub mod chart;
pub mod disclosure;
pub mod feed;
pub mod map;

pub use brief::{Brief, Footnote};
pub use disclosure::{Cell, Table};

/// Text made safe inside HTML, SVG and XML, in content and in quoted attributes. What XML 1.0 forbids is dropped.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' | '\n' | '\r' => out.push(c),
            c if c < ' ' || matches!(c, '\u{fffe}' | '\u{ffff}') => {}
            c => out.push(c),
        }
    }
    out
}
