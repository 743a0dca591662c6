//! A run: one execution of a step, named by what went in. The same run gives the same bytes.

use sha2::{Digest, Sha256};

/// What a derived result rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The step: link, estimate, trace, publish.
    pub step: &'static str,
    /// SHA-256 of each input, in order.
    pub inputs: Vec<String>,
    /// `name=value`, in order.
    pub parameters: Vec<(String, String)>,
    pub seed: u64,
    pub version: &'static str,
}

impl Run {
    /// The run's own hash: a brief cites it, and a second execution must have the same one.
    #[must_use]
    pub fn hash(&self) -> String {
        let mut hasher = Sha256::new();
        let mut put = |text: &str| {
            hasher.update((text.len() as u64).to_be_bytes());
            hasher.update(text);
        };
        put(self.step);
        self.inputs.iter().for_each(|i| put(i));
        for (name, value) in &self.parameters {
            put(name);
            put(value);
        }
        put(&self.seed.to_string());
        put(self.version);
        hex::encode(hasher.finalize())
    }
}
