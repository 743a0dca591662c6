//! An Atom feed (RFC 4287) of what has been published.

use std::fmt::Write;

use crate::escape;

/// One published thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// A UUID; the entry's identifier for ever.
    pub id: String,
    pub title: String,
    /// RFC 3339.
    pub updated: String,
    /// A path on this hub.
    pub path: String,
}

/// The feed at `base` (scheme and host, no slash at its end).
#[must_use]
pub fn atom(name: &str, base: &str, entries: &[Entry]) -> String {
    let updated = entries
        .iter()
        .map(|e| e.updated.as_str())
        .max()
        .unwrap_or("1970-01-01T00:00:00Z");
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n",
    );
    let _ = write!(
        out,
        "<title>{}</title>\n<id>{base}/feed.atom</id>\n<link rel=\"self\" href=\"{base}/feed.atom\"/>\n<updated>{}</updated>\n<author><name>{}</name></author>\n",
        escape(name),
        escape(updated),
        escape(name),
        base = escape(base),
    );
    for e in entries {
        let _ = write!(
            out,
            "<entry>\n<title>{}</title>\n<id>urn:uuid:{}</id>\n<updated>{}</updated>\n<link href=\"{}{}\"/>\n</entry>\n",
            escape(&e.title),
            escape(&e.id),
            escape(&e.updated),
            escape(base),
            escape(&e.path)
        );
    }
    out.push_str("</feed>\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_feed_is_as_new_as_its_newest_entry() {
        let entry = |id: &str, updated: &str| Entry {
            id: id.into(),
            title: "A & B".into(),
            updated: updated.into(),
            path: "/briefs/1".into(),
        };
        let feed = atom(
            "Hub",
            "http://h",
            &[
                entry("1", "2026-01-01T00:00:00Z"),
                entry("2", "2026-02-01T00:00:00Z"),
            ],
        );
        assert!(
            feed.contains("<updated>2026-02-01T00:00:00Z</updated>\n<author>") && feed.contains("A &amp; B")
        );
    }
}
