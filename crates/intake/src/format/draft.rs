//! A working copy while it is written: text, the units it is made of, and what could not be read.

use evidence::{
    Span,
    claim::Unread,
    unit::{Unit, Units},
};

/// Faults of one document that are named one by one.
pub(super) const NAMED: usize = 1_000;

#[derive(Default)]
pub(super) struct Draft {
    pub text: String,
    pub units: Units,
    pub unread: Vec<Unread>,
    /// Code points in `text`, so that no reader counts them again.
    length: usize,
    /// Faults beyond [`NAMED`].
    more: usize,
}

impl Draft {
    pub(super) fn len(&self) -> usize {
        self.length
    }

    /// Adds text that belongs to the form: separators, line breaks.
    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.length += text.chars().count();
    }

    /// Adds the words of one unit and returns where they stand.
    pub(super) fn unit(&mut self, words: &str, unit: Unit) -> Span {
        let start = self.length;
        self.push(words);
        let span = Span {
            start,
            end: self.length,
        };
        self.units.push(span, unit);
        span
    }

    /// Begins a new line unless the text is at the beginning of one.
    pub(super) fn line(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.push("\n");
        }
    }

    /// Names what could not be read, at the place where it would stand.
    pub(super) fn fault(&mut self, why: impl Into<String>) {
        let at = self.length;
        self.fault_at(Span { start: at, end: at }, why);
    }

    pub(super) fn fault_at(&mut self, span: Span, why: impl Into<String>) {
        if self.unread.len() < NAMED {
            self.unread.push(Unread {
                span,
                why: why.into(),
            });
        } else {
            self.more += 1;
        }
    }

    /// Cuts trailing space, where the text is ours and not the file itself.
    pub(super) fn trim(&mut self) {
        let kept = self.text.trim_end().len();
        self.length -= self.text[kept..].chars().count();
        self.text.truncate(kept);
        let end = self.length;
        for fault in &mut self.unread {
            fault.span.start = fault.span.start.min(end);
            fault.span.end = fault.span.end.min(end);
        }
    }

    /// Faults that were only counted are counted aloud.
    pub(super) fn tally(&mut self) {
        if self.more > 0 {
            let (more, end) = (self.more, self.length);
            self.unread.push(Unread {
                span: Span { start: end, end },
                why: format!("{more} more faults, which are not named one by one"),
            });
        }
    }
}
