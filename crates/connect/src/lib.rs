//! Carries bytes to and from form servers, chain nodes, mail and partners; the only crate that opens connections.
//!
//! It knows bytes, never meaning: what comes back is parsed by pure code elsewhere.

use std::time::Duration;

/// What came back from a partner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    pub status: u16,
    pub body: Vec<u8>,
}

/// Why nothing came back.
#[derive(Debug, thiserror::Error)]
#[error("{url} could not be reached: {why}")]
pub struct ConnectError {
    pub url: String,
    pub why: String,
}

/// The most that is read of an answer.
const ANSWER: u64 = 1024 * 1024;

/// Posts bytes and reads the answer, whatever its status. It blocks: call it from a thread that may wait.
///
/// No redirect is followed: a partner's address was enrolled by a person, and bytes go there or nowhere.
///
/// # Errors
/// When the other side cannot be reached within a quarter of a minute.
pub fn post(url: &str, bytes: &[u8]) -> Result<Reply, ConnectError> {
    let wrong = |why: String| ConnectError {
        url: url.to_owned(),
        why,
    };
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(Duration::from_secs(15)))
        .max_redirects(0)
        .http_status_as_error(false)
        .proxy(None)
        .build()
        .into();
    let mut answer = agent
        .post(url)
        .header("content-type", "application/vnd.hue-bundle+json")
        .send(bytes)
        .map_err(|e| wrong(e.to_string()))?;
    let status = answer.status().as_u16();
    let body = answer
        .body_mut()
        .with_config()
        .limit(ANSWER)
        .read_to_vec()
        .map_err(|e| wrong(e.to_string()))?;
    Ok(Reply { status, body })
}
