//! Poisson log-linear models by iteratively reweighted least squares, and their multinomial profile interval.
//!
//! Model: independent Poisson cells, log mean linear in the design; the unseen cell has the constant alone, so
//! N̂ = n + exp(β₀). Interval: Cormack 1992, Biometrics 48:567.

/// Cells by parameters, the constant first.
#[derive(Debug, Clone)]
pub struct Design {
    rows: Vec<Vec<f64>>,
}

/// A fit that converged.
#[derive(Debug, Clone, PartialEq)]
pub struct Fit {
    pub coefficients: Vec<f64>,
    pub deviance: f64,
}

/// An estimate of everybody, seen and unseen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Profile {
    pub estimate: f64,
    pub lower: f64,
    /// None when the likelihood does not fall far enough before a hundred times the estimate.
    pub upper: Option<f64>,
}

impl Design {
    /// Main effects of `lists` lists over all observable patterns, in ascending order of pattern.
    #[must_use]
    pub fn main_effects(lists: usize) -> Self {
        let rows = (1..1_u32 << lists)
            .map(|p| {
                std::iter::once(1.0)
                    .chain((0..lists).map(|j| f64::from(p >> j & 1)))
                    .collect()
            })
            .collect();
        Self { rows }
    }

    /// Main effects and, for each number of captures from `j = 3` on that `kept` holds, max(k − j + 1, 0): Chao's lower
    /// bound as Rcapture writes it.
    #[must_use]
    pub fn chao(lists: usize, kept: &[u32]) -> Self {
        let mut design = Self::main_effects(lists);
        for (row, pattern) in design.rows.iter_mut().zip(1_u32..) {
            row.extend(
                kept.iter()
                    .map(|j| f64::from((pattern.count_ones() + 1).saturating_sub(*j))),
            );
        }
        design
    }

    /// Fits by weighted least squares with step halving.
    ///
    /// Returns nothing when it does not converge: a number from such a fit must never be shown.
    #[must_use]
    pub fn fit(&self, counts: &[f64]) -> Option<Fit> {
        let mut eta: Vec<f64> = counts.iter().map(|n| (n + 0.1).ln()).collect();
        let mut beta: Option<Vec<f64>> = None;
        let mut deviance = f64::INFINITY;
        for _ in 0..200 {
            let mu: Vec<f64> = eta.iter().map(|e| e.exp()).collect();
            let z: Vec<f64> = eta
                .iter()
                .zip(counts)
                .zip(&mu)
                .map(|((e, n), m)| e + (n - m) / m)
                .collect();
            let mut next = self.least_squares(&mu, &z)?;
            let mut reached = self.deviance(&next, counts);
            if let Some(old) = &beta {
                let mut halvings = 0;
                while (!reached.is_finite() || reached > deviance + 1e-9 * (deviance.abs() + 1.0))
                    && halvings < 30
                {
                    next = next.iter().zip(old).map(|(a, b)| f64::midpoint(*a, *b)).collect();
                    reached = self.deviance(&next, counts);
                    halvings += 1;
                }
            }
            if !reached.is_finite() {
                return None;
            }
            let settled = (deviance - reached).abs() / (reached.abs() + 0.1) < 1e-13;
            eta = self.predict(&next);
            deviance = reached;
            beta = Some(next);
            if settled {
                break;
            }
        }
        let coefficients = beta?;
        let total: f64 = counts.iter().sum();
        let score = self.score(&coefficients, counts);
        let converged = score.iter().all(|s| s.abs() <= 1e-6 * total.max(1.0))
            && coefficients.iter().all(|b| b.is_finite());
        converged.then_some(Fit {
            coefficients,
            deviance,
        })
    }

    fn predict(&self, beta: &[f64]) -> Vec<f64> {
        self.rows
            .iter()
            .map(|row| row.iter().zip(beta).map(|(a, b)| a * b).sum())
            .collect()
    }

    fn score(&self, beta: &[f64], counts: &[f64]) -> Vec<f64> {
        let mut score = vec![0.0; beta.len()];
        for ((row, eta), n) in self.rows.iter().zip(self.predict(beta)).zip(counts) {
            for (s, a) in score.iter_mut().zip(row) {
                *s += a * (n - eta.exp());
            }
        }
        score
    }

    fn deviance(&self, beta: &[f64], counts: &[f64]) -> f64 {
        2.0 * self
            .predict(beta)
            .iter()
            .zip(counts)
            .map(|(eta, n)| {
                if *n > 0.0 {
                    n * (n.ln() - eta) - (n - eta.exp())
                } else {
                    eta.exp()
                }
            })
            .sum::<f64>()
    }

    /// Solves (AᵀWA) β = AᵀW z by Cholesky; nothing when the design has not full rank.
    fn least_squares(&self, weights: &[f64], z: &[f64]) -> Option<Vec<f64>> {
        let p = self.rows.first()?.len();
        let mut gram = vec![vec![0.0; p]; p];
        let mut right = vec![0.0; p];
        for ((row, w), z) in self.rows.iter().zip(weights).zip(z) {
            for i in 0..p {
                let a = row[i] * w;
                right[i] += a * z;
                for j in 0..=i {
                    gram[i][j] += a * row[j];
                }
            }
        }
        for i in 0..p {
            for j in 0..=i {
                let dot: f64 = (0..j).map(|k| gram[i][k] * gram[j][k]).sum();
                let rest = gram[i][j] - dot;
                if i == j {
                    if rest <= 1e-12 * gram[i][i].abs().max(1e-300) {
                        return None;
                    }
                    gram[i][i] = rest.sqrt();
                } else {
                    gram[i][j] = rest / gram[j][j];
                }
            }
        }
        for i in 0..p {
            let dot: f64 = (0..i).map(|k| gram[i][k] * right[k]).sum();
            right[i] = (right[i] - dot) / gram[i][i];
        }
        for i in (0..p).rev() {
            let dot: f64 = (i + 1..p).map(|k| gram[k][i] * right[k]).sum();
            right[i] = (right[i] - dot) / gram[i][i];
        }
        Some(right)
    }

    /// The multinomial profile of N: for each N the completed table is fitted with N − n people in the unseen cell.
    #[must_use]
    pub fn profile(&self, counts: &[f64], poisson: f64, chi_square: f64) -> Option<Profile> {
        let n: f64 = counts.iter().sum();
        let p = self.rows.first()?.len();
        let mut completed = self.clone();
        completed
            .rows
            .push((0..p).map(|i| if i == 0 { 1.0 } else { 0.0 }).collect());
        let likelihood = |total: f64| -> Option<f64> {
            let unseen = total - n;
            let cells: Vec<f64> = counts.iter().copied().chain([unseen]).collect();
            Some(-0.5 * completed.fit(&cells)?.deviance + correction(unseen, total))
        };
        let (mut a, mut b) = (n, n + 1.5 * (poisson - n) + 1.0);
        // Golden section: the profile of a log-linear model has one top.
        let ratio = (5.0_f64.sqrt() - 1.0) / 2.0;
        while b - a > 1e-7 * b {
            let (x, y) = (b - ratio * (b - a), a + ratio * (b - a));
            if likelihood(x)? < likelihood(y)? {
                a = x
            } else {
                b = y
            }
        }
        let estimate = f64::midpoint(a, b);
        let floor = likelihood(estimate)? - chi_square / 2.0;
        let cross = |mut inside: f64, mut outside: f64| -> Option<f64> {
            while (inside - outside).abs() > 1e-7 * inside.abs() {
                let middle = f64::midpoint(inside, outside);
                if likelihood(middle)? >= floor {
                    inside = middle
                } else {
                    outside = middle
                }
            }
            Some(f64::midpoint(inside, outside))
        };
        let lower = if likelihood(n + 1e-9)? >= floor {
            n
        } else {
            cross(estimate, n)?
        };
        let mut reach = estimate;
        let upper = loop {
            reach = n + (reach - n) * 1.5 + 1.0;
            if reach > 100.0 * estimate {
                break None;
            }
            if likelihood(reach)? < floor {
                break Some(cross(estimate, reach)?);
            }
        };
        Some(Profile {
            estimate,
            lower,
            upper,
        })
    }
}

/// From the Poisson to the multinomial likelihood, in Rcapture's form, so that figures can be compared with it.
fn correction(unseen: f64, total: f64) -> f64 {
    if unseen <= 1.0 {
        -total + 0.5 * (std::f64::consts::TAU * total).ln()
    } else if total > 100.0 {
        unseen - total - 0.5 * (unseen / total).ln()
    } else {
        unseen * unseen.ln() + ln_gamma(total + 1.0) - total * total.ln() - ln_gamma(unseen + 1.0)
    }
}

/// Lanczos' approximation (g = 7, nine terms), good to 1e-13 for positive arguments.
fn ln_gamma(x: f64) -> f64 {
    const G: [f64; 9] = [
        0.999_999_999_999_809_9,
        676.520_368_121_885_1,
        -1_259.139_216_722_402_8,
        771.323_428_777_653_1,
        -176.615_029_162_140_6,
        12.507_343_278_686_905,
        -0.138_571_095_265_720_12,
        9.984_369_578_019_572e-6,
        1.505_632_735_149_311_6e-7,
    ];
    let x = x - 1.0;
    let t = x + 7.5;
    let sum = G
        .iter()
        .enumerate()
        .skip(1)
        .fold(G[0], |s, (i, g)| s + g / (x + i as f64));
    0.5 * std::f64::consts::TAU.ln() + (x + 0.5) * t.ln() - t + sum.ln()
}
