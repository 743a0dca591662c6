//! A brief: sentences whose figures are footnoted to quote, document and grade, and who was asked and what they answered.

use std::fmt::Write;

use crate::escape;

/// What one figure rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Footnote {
    /// None when the document is not public: the words are then the confidence of whoever told them.
    pub quote: Option<String>,
    pub source: String,
    /// SHA-256 of a public document, so that anyone who has it can check the words; the hub's number of any other.
    pub document: String,
    /// Code points of the working copy.
    pub start: usize,
    pub end: usize,
    pub grade: String,
    /// The words that the scale has for the grade.
    pub grade_words: String,
}

/// One sentence and the footnotes of its figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub text: String,
    pub footnotes: Vec<Footnote>,
}

/// Who was asked, when, and what came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub body: String,
    pub question: String,
    pub asked: String,
    /// What they answered, or that there was no answer after so many days.
    pub outcome: String,
}

/// A brief, ready to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brief {
    pub title: String,
    pub date: String,
    pub lines: Vec<Line>,
    pub asked: Vec<Asked>,
    /// Which sources, period and places the figures cover, and what was not asked.
    pub coverage: Vec<String>,
    pub run: String,
    /// Printed above everything when people in it are invented.
    pub synthetic: bool,
}

/// A figure that nobody can check must not be published.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("the sentence “{0}” has a figure and no footnote: cite the words it rests on or take the figure out")]
pub struct Unsourced(pub String);

impl Brief {
    /// The brief as a page of its own: no script, no foreign address, readable on paper.
    ///
    /// # Errors
    /// When a sentence holds a digit and cites nothing.
    pub fn html(&self) -> Result<String, Unsourced> {
        let mut out = String::new();
        let mut notes: Vec<&Footnote> = Vec::new();
        let _ = write!(
            out,
            "<article class=\"brief\">\n<h1>{}</h1>\n<p class=\"dateline\"><time>{}</time></p>\n",
            escape(&self.title),
            escape(&self.date)
        );
        if self.synthetic {
            out.push_str("<p class=\"synthetic\" role=\"note\">People in this brief are synthetic. Published figures are real and sourced.</p>\n");
        }
        for line in &self.lines {
            if line.footnotes.is_empty() && line.text.chars().any(char::is_numeric) {
                return Err(Unsourced(line.text.clone()));
            }
            let _ = write!(out, "<p>{}", escape(&line.text));
            for note in &line.footnotes {
                let n = notes.iter().position(|known| *known == note).unwrap_or_else(|| {
                    notes.push(note);
                    notes.len() - 1
                }) + 1;
                let _ = write!(out, "<sup><a href=\"#note-{n}\">[{n}]</a></sup>");
            }
            out.push_str("</p>\n");
        }
        self.asked_table(&mut out);
        out.push_str("<h2>Coverage</h2>\n<ul>\n");
        for line in &self.coverage {
            let _ = writeln!(out, "<li>{}</li>", escape(line));
        }
        out.push_str("</ul>\n<h2>Notes</h2>\n<ol class=\"notes\">\n");
        for (n, note) in notes.iter().enumerate() {
            let words = note.quote.as_ref().map_or_else(
                || "<em>Words withheld: the document is not public.</em>".to_owned(),
                |quote| format!("<q>{}</q>", escape(quote)),
            );
            let _ = writeln!(
                out,
                "<li id=\"note-{}\">{words} {}, characters {}–{} of document <code>{}</code>. Grade <abbr title=\"{}\">{}</abbr>.</li>",
                n + 1,
                escape(&note.source),
                note.start,
                note.end,
                escape(&note.document),
                escape(&note.grade_words),
                escape(&note.grade)
            );
        }
        let _ = write!(
            out,
            "</ol>\n<p class=\"run\">Run <code>{}</code></p>\n</article>\n",
            escape(&self.run)
        );
        Ok(out)
    }

    fn asked_table(&self, out: &mut String) {
        if self.asked.is_empty() {
            return;
        }
        out.push_str("<h2>Who was asked</h2>\n<div class=\"scroll\" role=\"region\" aria-label=\"Who was asked\" tabindex=\"0\"><table>\n<thead><tr><th scope=\"col\">Asked</th><th scope=\"col\">Question</th><th scope=\"col\">When</th><th scope=\"col\">Answer</th></tr></thead>\n<tbody>\n");
        for row in &self.asked {
            let _ = writeln!(
                out,
                "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{}</td></tr>",
                escape(&row.body),
                escape(&row.question),
                escape(&row.asked),
                escape(&row.outcome)
            );
        }
        out.push_str("</tbody>\n</table></div>\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn brief(lines: Vec<Line>) -> Brief {
        Brief {
            title: "T <1>".into(),
            date: "2026-01-02".into(),
            lines,
            asked: Vec::new(),
            coverage: Vec::new(),
            run: "r".into(),
            synthetic: true,
        }
    }

    #[test]
    fn a_figure_without_its_words_is_refused() {
        let bare = Line {
            text: "At least 100,000 are held.".into(),
            footnotes: Vec::new(),
        };
        assert_eq!(brief(vec![bare.clone()]).html(), Err(Unsourced(bare.text)));
        let khmer = Line {
            text: "មនុស្ស ១០០ នាក់".into(),
            footnotes: Vec::new(),
        };
        assert!(brief(vec![khmer]).html().is_err());
    }

    #[test]
    fn one_source_is_one_note_and_nothing_escapes() {
        let note = Footnote {
            quote: Some("<b>at least 100,000".into()),
            source: "Kiripost".into(),
            document: "ab".into(),
            start: 5,
            end: 9,
            grade: "B3".into(),
            grade_words: "usually reliable".into(),
        };
        let line = Line {
            text: "100,000 people".into(),
            footnotes: vec![note],
        };
        let html = brief(vec![line.clone(), line]).html().unwrap_or_default();
        assert_eq!(html.matches("<li id=\"note-").count(), 1);
        assert_eq!(html.matches("href=\"#note-1\"").count(), 2);
        assert!(
            html.contains("&lt;b&gt;at least") && html.contains("T &lt;1&gt;") && html.contains("synthetic")
        );
    }
}
