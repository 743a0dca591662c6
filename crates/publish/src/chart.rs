//! Pictures as SVG, drawn on the server, each with a title and a description that is read aloud.

use std::fmt::Write;

use crate::escape;

/// One bar of a waterfall: its name and what it added, in bits.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    pub name: String,
    pub weight: f64,
}

/// How a match weight came about: a bar per field from the prior to the sum, right for, left against.
#[must_use]
pub fn waterfall(title: &str, steps: &[Step], total: f64) -> String {
    const WIDTH: f64 = 560.0;
    const LEFT: f64 = 150.0;
    const ROW: f64 = 26.0;
    let mut sums = vec![0.0];
    for step in steps {
        sums.push(sums.last().copied().unwrap_or(0.0) + step.weight);
    }
    let low = sums.iter().copied().fold(0.0, f64::min) - 1.0;
    let high = sums.iter().copied().fold(0.0, f64::max) + 1.0;
    let x = |v: f64| LEFT + (v - low) / (high - low) * (WIDTH - LEFT - 50.0);
    let height = ROW * (steps.len() + 1) as f64 + 12.0;
    let mut out = String::new();
    let described = steps
        .iter()
        .map(|s| format!("{} {:+.1}", s.name, s.weight))
        .collect::<Vec<_>>()
        .join(", ");
    let _ = write!(
        out,
        "<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" class=\"chart\"><title>{}</title><desc>{}; {total:+.1} bits in all</desc>",
        escape(title),
        escape(&described)
    );
    let zero = x(0.0);
    let _ = write!(
        out,
        "<line class=\"axis\" x1=\"{zero:.1}\" y1=\"0\" x2=\"{zero:.1}\" y2=\"{height}\"/>"
    );
    for (i, step) in steps.iter().enumerate() {
        let y = 6.0 + ROW * i as f64;
        let (a, b) = (x(sums[i]), x(sums[i + 1]));
        let class = if step.weight >= 0.0 { "for" } else { "against" };
        let _ = write!(
            out,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text><rect class=\"{class}\" x=\"{:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"18\"/><text x=\"{:.1}\" y=\"{:.1}\">{:+.1}</text>",
            LEFT - 8.0,
            y + 13.0,
            escape(&step.name),
            a.min(b),
            (a - b).abs().max(1.0),
            a.max(b) + 5.0,
            y + 13.0,
            step.weight
        );
    }
    let y = 6.0 + ROW * steps.len() as f64;
    let _ = write!(
        out,
        "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\" class=\"sum\">Σ</text><rect class=\"sum\" x=\"{:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"18\"/><text class=\"sum\" x=\"{:.1}\" y=\"{:.1}\">{total:+.1}</text></svg>",
        LEFT - 8.0,
        y + 13.0,
        zero.min(x(total)),
        (zero - x(total)).abs().max(1.0),
        zero.max(x(total)) + 5.0,
        y + 13.0
    );
    out
}

/// One method of an estimate, for the forest plot.
#[derive(Debug, Clone, PartialEq)]
pub struct Interval {
    pub name: String,
    pub estimate: f64,
    pub lower: f64,
    pub upper: Option<f64>,
}

/// Estimates side by side, on a logarithmic axis from the people seen; an open interval ends in an arrow.
#[must_use]
pub fn forest(title: &str, seen: f64, intervals: &[Interval]) -> String {
    const WIDTH: f64 = 560.0;
    const LEFT: f64 = 130.0;
    const ROW: f64 = 30.0;
    let top = intervals
        .iter()
        .map(|i| i.upper.unwrap_or(i.estimate * 3.0))
        .fold(seen * 1.5, f64::max);
    let (low, high) = (seen.max(1.0).ln(), top.max(2.0).ln() + 0.1);
    let x = |v: f64| LEFT + (v.max(1.0).ln() - low) / (high - low) * (WIDTH - LEFT - 20.0);
    let height = ROW * intervals.len() as f64 + 34.0;
    let described = intervals
        .iter()
        .map(|i| {
            format!(
                "{}: {:.0}, from {:.0} to {}",
                i.name,
                i.estimate,
                i.lower,
                i.upper.map_or("no upper limit".into(), |u| format!("{u:.0}"))
            )
        })
        .collect::<Vec<_>>()
        .join("; ");
    let mut out = String::new();
    let _ = write!(
        out,
        "<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" class=\"chart\"><title>{}</title><desc>{seen:.0} people seen; {}</desc>",
        escape(title),
        escape(&described)
    );
    for (i, interval) in intervals.iter().enumerate() {
        let y = 16.0 + ROW * i as f64;
        let end = interval.upper.map_or(WIDTH - 12.0, x);
        let _ = write!(
            out,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text><line class=\"interval\" x1=\"{:.1}\" y1=\"{y:.1}\" x2=\"{end:.1}\" y2=\"{y:.1}\"/><circle class=\"estimate\" cx=\"{:.1}\" cy=\"{y:.1}\" r=\"5\"/><text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{:.0}</text>",
            LEFT - 10.0,
            y + 4.0,
            escape(&interval.name),
            x(interval.lower),
            x(interval.estimate),
            x(interval.estimate),
            y + 18.0,
            interval.estimate
        );
        if interval.upper.is_none() {
            let _ = write!(
                out,
                "<text x=\"{:.1}\" y=\"{:.1}\">▸</text>",
                WIDTH - 14.0,
                y + 4.0
            );
        }
    }
    let _ = write!(
        out,
        "<line class=\"axis\" x1=\"{LEFT}\" y1=\"0\" x2=\"{LEFT}\" y2=\"{:.1}\"/><text x=\"{LEFT}\" y=\"{:.1}\" text-anchor=\"middle\">{seen:.0}</text></svg>",
        height - 16.0,
        height - 2.0
    );
    out
}
