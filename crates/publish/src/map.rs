//! A map of places as SVG: a grid of degrees, a mark per place, no tiles and no foreign server.

use std::fmt::Write;

use crate::escape;

/// One mark. Points come coarsened to tenths of a degree: the picture cannot show more than it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    pub name: String,
    /// Where the dossier is; empty when the reader may not open it.
    pub link: String,
    /// Tenths of a degree north and east.
    pub lat: i64,
    pub lon: i64,
    /// site, town, district or country: how good the point is.
    pub precision: String,
    /// How many claims name it: the size of the mark.
    pub claims: u64,
    pub is_site: bool,
}

/// The map of `marks`, within the box that holds them all.
#[must_use]
pub fn svg(title: &str, marks: &[Mark]) -> String {
    const WIDTH: f64 = 640.0;
    let bounds = |f: fn(&Mark) -> i64| {
        let values = || marks.iter().map(f);
        (values().min().unwrap_or(0) - 10, values().max().unwrap_or(0) + 10)
    };
    let ((south, north), (west, east)) = (bounds(|m| m.lat), bounds(|m| m.lon));
    let degrees = |tenths: i64| tenths as f64 / 10.0;
    // Equirectangular at the middle latitude: true enough within one region, and honest about being a sketch.
    let stretch = degrees((south + north) / 2).to_radians().cos().max(0.2);
    let scale = WIDTH / (degrees(east - west) * stretch);
    let height = (degrees(north - south) * scale).clamp(120.0, 900.0);
    let x = |lon: i64| degrees(lon - west) * stretch * scale;
    let y = |lat: i64| height - degrees(lat - south) / degrees(north - south) * height;
    let mut out = String::new();
    let _ = write!(
        out,
        "<svg viewBox=\"0 0 {WIDTH} {height:.0}\" role=\"group\" class=\"map\"><title>{}</title><desc>{} places, each moved to a grid of a tenth of a degree; the table below holds them all</desc>",
        escape(title),
        marks.len()
    );
    let step = if east - west > 200 { 50 } else { 20 };
    let lines = |from: i64, to: i64| (from..=to).filter(move |t| t % step == 0);
    for lon in lines(west, east) {
        let _ = write!(
            out,
            "<line class=\"grid\" x1=\"{0:.1}\" y1=\"0\" x2=\"{0:.1}\" y2=\"{height:.0}\"/><text class=\"grid\" x=\"{0:.1}\" y=\"{1:.0}\">{2}°E</text>",
            x(lon),
            height - 3.0,
            lon / 10
        );
    }
    for lat in lines(south, north) {
        let _ = write!(
            out,
            "<line class=\"grid\" x1=\"0\" y1=\"{0:.1}\" x2=\"{WIDTH}\" y2=\"{0:.1}\"/><text class=\"grid\" x=\"2\" y=\"{0:.1}\">{1}°N</text>",
            y(lat),
            lat / 10
        );
    }
    for mark in marks {
        let radius = 3.0 + (mark.claims as f64).sqrt().min(9.0);
        let class = if mark.is_site { "site" } else { "area" };
        let label = format!(
            "{}, {} claims, precision {}",
            mark.name, mark.claims, mark.precision
        );
        let dot = format!(
            "<circle class=\"{class} {}\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"{radius:.1}\"><title>{}</title></circle>",
            escape(&mark.precision),
            x(mark.lon),
            y(mark.lat),
            escape(&label)
        );
        if mark.link.is_empty() {
            out.push_str(&dot);
        } else {
            let _ = write!(
                out,
                "<a href=\"{}\" aria-label=\"{}\">{dot}</a>",
                escape(&mark.link),
                escape(&label)
            );
        }
    }
    out.push_str("</svg>");
    out
}
