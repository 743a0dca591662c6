//! One assessment: the methods tried, what they gave, and the verdict on it all.

use crate::{
    Table,
    existence::{self, Certificate},
    loglinear::Design,
    verdict::{self, Limits, Reason, Verdict, VerdictKind},
};

/// A method that can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Lists independent of each other, each with its own reach.
    MainEffects,
    /// Chao's lower bound under differences between people (Rcapture's Mth Chao).
    Chao,
}

impl Method {
    pub const ALL: [Self; 2] = [Self::MainEffects, Self::Chao];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::MainEffects => "main-effects",
            Self::Chao => "chao",
        }
    }

    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|m| m.as_str() == text)
    }
}

/// What one method gave: a figure, or the reason why there is none.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    pub method: Method,
    pub figure: Result<Figure, String>,
}

/// Everybody, seen and unseen, with its interval.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    pub estimate: f64,
    pub lower: f64,
    pub upper: Option<f64>,
    pub level: f64,
    pub model: String,
}

/// All of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Assessment {
    /// The table the methods saw: lists that hold nobody are gone, and said to be.
    pub table: Table,
    pub estimates: Vec<Estimate>,
    pub verdict: Verdict,
    pub certificate: Option<Certificate>,
}

/// The most lists that are fitted; beyond, the cells outnumber any list's people.
const FITTED: usize = 10;
/// χ² with one degree of freedom at 80, 90, 95 and 99 %.
const CHI_SQUARE: [(f64, f64); 4] = [
    (0.80, 1.642_374),
    (0.90, 2.705_543),
    (0.95, 3.841_459),
    (0.99, 6.634_897),
];

/// The levels that intervals are given at.
#[must_use]
pub fn levels() -> Vec<f64> {
    CHI_SQUARE.iter().map(|(l, _)| *l).collect()
}

/// Estimates with `methods` (all when empty) at `level`, one of [`levels`]; any other is read as 0.95.
#[must_use]
pub fn assess(table: &Table, methods: &[Method], level: f64) -> Assessment {
    let table = table.informative();
    let certificate = if table.lists.len() > 1 {
        existence::main_effects(&table)
    } else {
        None
    };
    let (level, chi) = CHI_SQUARE
        .into_iter()
        .find(|(l, _)| (l - level).abs() < 1e-9)
        .unwrap_or(CHI_SQUARE[2]);
    let asked = if methods.is_empty() {
        &Method::ALL[..]
    } else {
        methods
    };
    let estimates: Vec<Estimate> = asked
        .iter()
        .map(|method| Estimate {
            method: *method,
            figure: figure(&table, *method, level, chi, certificate.as_ref()),
        })
        .collect();
    let reasons = reasons(&table, &estimates, certificate.as_ref());
    Assessment {
        table,
        estimates,
        verdict: Verdict::of(reasons),
        certificate,
    }
}

fn figure(
    table: &Table,
    method: Method,
    level: f64,
    chi: f64,
    certificate: Option<&Certificate>,
) -> Result<Figure, String> {
    let t = table.lists.len();
    if t < 2 {
        return Err("one list says nothing about those it misses".into());
    }
    if t > FITTED {
        return Err(format!("{t} lists: models are fitted up to {FITTED}"));
    }
    if let Some(certificate) = certificate {
        return Err(format!("no finite estimate exists: {}", certificate.says));
    }
    let counts: Vec<f64> = (1..1_u32 << t)
        .map(|p| table.cells.get(&p).map_or(0.0, |c| *c as f64))
        .collect();
    let people = table.people() as f64;
    let not_fitted = || "the fit did not converge; no number is shown".to_owned();
    let (design, fit, model) = match method {
        Method::MainEffects => {
            let design = Design::main_effects(t);
            let fit = design.fit(&counts).ok_or_else(not_fitted)?;
            let names: Vec<String> = (1..=t).map(|j| j.to_string()).collect();
            (design, fit, format!("[{}]", names.join(",")))
        }
        Method::Chao => chao(table, &counts).ok_or_else(not_fitted)?,
    };
    let poisson = people + fit.coefficients[0].exp();
    if !poisson.is_finite() || poisson > 1e15 {
        return Err(not_fitted());
    }
    let profile = design.profile(&counts, poisson, chi).ok_or_else(not_fitted)?;
    Ok(Figure {
        estimate: profile.estimate,
        lower: profile.lower,
        upper: profile.upper,
        level,
        model,
    })
}

/// Drops the first negative coefficient and refits until none is negative: a bound under differences between people.
fn chao(table: &Table, counts: &[f64]) -> Option<(Design, crate::loglinear::Fit, String)> {
    let t = u32::try_from(table.lists.len()).ok()?;
    // A number of captures that nobody has cannot carry a coefficient: it would run to −∞.
    let most = table.cells.keys().map(|p| p.count_ones()).max().unwrap_or(0);
    let mut kept: Vec<u32> = (3..=t).filter(|k| *k <= most).collect();
    loop {
        let design = Design::chao(table.lists.len(), &kept);
        let negative = match design.fit(counts) {
            Some(fit) => {
                let extra = &fit.coefficients[table.lists.len() + 1..];
                match extra.iter().position(|c| *c < 0.0) {
                    None => return Some((design, fit, format!("Mth Chao {kept:?}"))),
                    Some(i) => i,
                }
            }
            None if kept.is_empty() => return None,
            None => kept.len() - 1,
        };
        kept.remove(negative);
    }
}

fn reasons(table: &Table, estimates: &[Estimate], certificate: Option<&Certificate>) -> Vec<Reason> {
    let t = table.lists.len();
    let n = table.people() as f64;
    let mut out = Vec::new();
    let mut put = |code, failed: Option<(VerdictKind, f64)>, value: f64, text: String| {
        if let Some((kind, limit)) = failed {
            out.push(Reason {
                code,
                kind,
                value,
                limit,
                text,
            });
        }
    };
    let lists = match t {
        0 | 1 => Some((VerdictKind::Refused, 2.0)),
        2 => Some((VerdictKind::LowerBoundOnly, 3.0)),
        _ => None,
    };
    let text = if t < 2 {
        "Only one list holds anybody: nothing can be said about those it misses."
    } else {
        "With two lists nobody can test whether being on one makes being on the other more likely."
    };
    put("too_few_lists", lists, t as f64, text.into());
    put(
        "too_few_people",
        verdict::PEOPLE.below(n),
        n,
        format!("The lists hold {n} people in all."),
    );
    let overlap: u64 = table
        .cells
        .iter()
        .filter(|(p, _)| p.count_ones() > 1)
        .map(|(_, c)| c)
        .sum();
    put(
        "overlap_too_few",
        verdict::OVERLAP.below(overlap as f64),
        overlap as f64,
        format!("{overlap} people are on more than one list; the whole figure rests on them."),
    );
    if let Some(certificate) = certificate {
        put(
            "mle_does_not_exist",
            Some((VerdictKind::Refused, 0.0)),
            1.0,
            format!("No finite estimate exists: {}.", certificate.says),
        );
    }
    let pairs: Vec<(usize, usize)> = (0..t).flat_map(|i| (i + 1..t).map(move |j| (i, j))).collect();
    if t > 2 && overlap > 0 {
        let (share, (i, j)) = pairs
            .iter()
            .map(|(i, j)| (table.on_both(*i, *j) as f64 / overlap as f64, (*i, *j)))
            .fold(
                (0.0, (0, 1)),
                |best, next| if next.0 > best.0 { next } else { best },
            );
        put(
            "single_pair_carries_overlap",
            verdict::SINGLE_PAIR.above(share),
            share,
            format!(
                "{:.0} % of the people on several lists are on “{}” and “{}”: the others hardly speak.",
                share * 100.0,
                table.lists[i],
                table.lists[j]
            ),
        );
        let empty =
            pairs.iter().filter(|(i, j)| table.on_both(*i, *j) == 0).count() as f64 / pairs.len() as f64;
        put(
            "empty_pairs",
            verdict::EMPTY_PAIRS.above(empty),
            empty,
            format!("{:.0} % of the pairs of lists share nobody.", empty * 100.0),
        );
    }
    if t > 1 {
        // Sample coverage, Chao & Tsay 1998: one minus the mean share of each list that only it holds.
        let only = |j: usize| table.cells.get(&(1 << j)).copied().unwrap_or(0) as f64;
        let coverage = 1.0 - (0..t).map(|j| only(j) / table.on(j).max(1) as f64).sum::<f64>() / t as f64;
        put(
            "coverage_low",
            verdict::COVERAGE.below(coverage),
            coverage,
            format!(
                "The lists cover about {:.0} % of the population between them.",
                coverage * 100.0
            ),
        );
    }
    let figures: Vec<&Figure> = estimates.iter().filter_map(|e| e.figure.as_ref().ok()).collect();
    let width = |limits: Limits, f: &Figure| match f.upper {
        Some(upper) => limits.above(upper / f.lower.max(1.0)),
        None => Some((VerdictKind::LowerBoundOnly, limits.bound)),
    };
    if let Some(f) = figures.iter().max_by(|a, b| spread(a).total_cmp(&spread(b))) {
        let value = spread(f);
        let text = f.upper.map_or_else(
            || "No finite upper limit was found.".to_owned(),
            |u| format!("The interval runs from {:.0} to {u:.0}.", f.lower),
        );
        put("interval_too_wide", width(verdict::WIDTH, f), value, text);
    }
    // Chao's figure is a bound from below, so only a main-effects figure beneath it is a disagreement.
    if let [main, bound] = figures.as_slice()
        && bound.estimate > main.estimate
    {
        let ratio = bound.estimate / main.estimate;
        put(
            "methods_disagree",
            verdict::DISAGREE.above(ratio),
            ratio,
            "The lower bound lies above the estimate: the lists are not independent.".into(),
        );
    }
    out
}

fn spread(figure: &Figure) -> f64 {
    figure.upper.map_or(f64::MAX, |u| u / figure.lower.max(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assessed(text: &str) -> Assessment {
        match Table::read(text.as_bytes()) {
            Ok(table) => assess(&table, &[], 0.95),
            Err(error) => unreachable!("{error}"),
        }
    }

    /// Rcapture 1.4-4, closedpCI.t, multinomial profile; tables of Bird & King 2018's review, re-entered.
    #[test]
    fn figures_of_another_implementation() {
        let korea =
            assessed("b,c,d,count\n1,0,0,5\n0,1,0,5\n0,0,1,41\n1,1,0,54\n1,0,1,6\n0,1,1,0\n1,1,1,12\n");
        let artificial = assessed("A,B,C,count\n1,0,0,40\n0,1,0,30\n0,0,1,20\n1,1,0,6\n");
        for (assessment, wanted) in [
            (&korea, (141.076, 131.0, 155.8)),
            (&artificial, (530.936, 285.5, 1267.5)),
        ] {
            let Ok(figure) = &assessment.estimates[0].figure else {
                unreachable!("{:?}", assessment.estimates)
            };
            assert!((figure.estimate - wanted.0).abs() < 2e-3, "{figure:?}");
            assert!(
                (figure.lower - wanted.1).abs() < 0.06
                    && figure.upper.is_some_and(|u| (u - wanted.2).abs() < 0.06),
                "{figure:?}"
            );
        }
    }

    #[test]
    fn weak_tables_are_called_weak() {
        for (text, wanted, code) in [
            (
                "A,B,C,count\n1,0,0,40\n0,1,0,30\n0,0,1,20\n1,1,0,6\n",
                VerdictKind::Refused,
                "single_pair_carries_overlap",
            ),
            ("A,count\n1,40\n", VerdictKind::Refused, "too_few_lists"),
            (
                "A,B,count\n1,0,40\n0,1,40\n",
                VerdictKind::Refused,
                "mle_does_not_exist",
            ),
            (
                "A,B,count\n1,0,400\n0,1,400\n1,1,200\n",
                VerdictKind::LowerBoundOnly,
                "too_few_lists",
            ),
            (
                "A,B,C,count\n1,0,0,400\n0,1,0,300\n0,0,1,250\n1,1,0,90\n1,0,1,80\n0,1,1,70\n1,1,1,20\n",
                VerdictKind::Estimable,
                "",
            ),
        ] {
            let verdict = assessed(text).verdict;
            assert_eq!(verdict.kind, wanted, "{text}: {:?}", verdict.reasons);
            assert!(
                code.is_empty() || verdict.reasons.iter().any(|r| r.code == code),
                "{:?}",
                verdict.reasons
            );
        }
    }

    #[test]
    fn no_number_is_shown_where_none_exists() {
        let refused = assessed("A,B,C,count\n1,0,0,40\n0,1,0,40\n0,0,1,3\n");
        assert!(refused.estimates.iter().all(|e| e.figure.is_err()));
        assert!(refused.certificate.is_some());
    }
}
