//! Writes what may be shown: briefs, disclosure-controlled open data, feeds.
