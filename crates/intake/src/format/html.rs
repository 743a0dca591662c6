//! Web pages, also saved ones: the text that a reader of the page would see, blocks on lines of their own.

use evidence::unit::Unit;
use scraper::{Html, Node};

use super::draft::Draft;

const SKIPPED: [&str; 6] = ["script", "style", "noscript", "template", "head", "svg"];
const BLOCKS: [&str; 26] = [
    "p",
    "div",
    "br",
    "li",
    "tr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "section",
    "article",
    "table",
    "ul",
    "ol",
    "blockquote",
    "header",
    "footer",
    "main",
    "figure",
    "pre",
    "hr",
    "dt",
    "dd",
    "caption",
];

/// Both arms of scraper's edge type, which it re-exports from a crate of its own.
macro_rules! edge {
    (open $node:ident) => {
        ego_tree::iter::Edge::Open($node)
    };
    (close $node:ident) => {
        ego_tree::iter::Edge::Close($node)
    };
}

/// Appends the page's text; each line is a paragraph, numbered from 1.
pub(super) fn read(source: &str, draft: &mut Draft) {
    let page = Html::parse_document(source);
    let mut line = String::new();
    let mut number = 0;
    // The tree is walked edge by edge rather than by recursion: a page may nest as deep as its writer likes.
    let mut skipping = 0_usize;
    for edge in page.tree.root().traverse() {
        let (node, opens) = match edge {
            edge!(open node) => (node, true),
            edge!(close node) => (node, false),
        };
        match node.value() {
            Node::Element(element) => {
                let name = element.name();
                if SKIPPED.contains(&name) {
                    skipping = if opens {
                        skipping + 1
                    } else {
                        skipping.saturating_sub(1)
                    };
                } else if BLOCKS.contains(&name) {
                    end(&mut line, &mut number, draft);
                } else if matches!(name, "td" | "th") && opens && !line.is_empty() {
                    line.push_str(" | ");
                }
            }
            Node::Text(text) if opens && skipping == 0 => push_collapsed(&mut line, text),
            _ => {}
        }
    }
    end(&mut line, &mut number, draft);
}

fn end(line: &mut String, number: &mut u32, draft: &mut Draft) {
    let words = line.trim_end();
    if !words.is_empty() {
        draft.line();
        *number += 1;
        draft.unit(words, Unit::Paragraph(*number));
    }
    line.clear();
}

fn push_collapsed(out: &mut String, text: &str) {
    for c in text.chars() {
        if !c.is_whitespace() || c == '\u{a0}' {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
}
