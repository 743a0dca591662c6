//! Sessions: a cookie that nothing on the disk can stand in for, and the token that every form carries.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Extension,
    http::{HeaderMap, header},
};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use workflow::{Actor, Moment, VaultKey, WorkflowError};

use crate::serve::App;

/// How long a session lasts, in hours: one working day.
pub const HOURS: i64 = 10;

/// A member who is signed in, with the vault's key for as long as the request lasts.
#[derive(Clone)]
pub struct Session {
    pub member: workflow::store::members::Member,
    pub key: VaultKey,
    pub token: String,
    pub csrf: String,
}

/// Whoever reads a page that anybody may see: signed in or not. A form on it needs the token if they are.
pub type Reader = Option<Extension<Session>>;

impl Session {
    /// Now, by this member.
    #[must_use]
    pub fn moment(&self, app: &App) -> Moment {
        Moment {
            at: app.now(),
            actor: Actor::member(self.member.id),
        }
    }

    /// Whether a form came from a page that this session was shown.
    #[must_use]
    pub fn accepts(&self, csrf: &str) -> bool {
        self.csrf.as_bytes().ct_eq(csrf.as_bytes()).into()
    }
}

/// The cookie's name. It holds the hub's fingerprint, since browsers share cookies between the ports of one machine.
#[must_use]
pub fn cookie_name(app: &App) -> String {
    format!("hue-{}", &app.hub.signer.fingerprint().as_str()[..8])
}

/// A cookie of the request.
#[must_use]
pub fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}

/// The session of a request, if it has one that has not ended.
///
/// # Errors
/// When the store refuses.
pub async fn find(app: &App, headers: &HeaderMap) -> Result<Option<Session>, WorkflowError> {
    let Some(token) = cookie(headers, &cookie_name(app)).filter(|t| t.len() == 64) else {
        return Ok(None);
    };
    let found = app.hub.store.read().await?.session(&token, app.now()).await?;
    Ok(found.map(|(member, key)| Session {
        member,
        key,
        csrf: csrf(&token),
        token,
    }))
}

/// The form token that a session's token makes: whoever lacks the cookie cannot make it.
fn csrf(token: &str) -> String {
    hex_of(
        &Sha256::new()
            .chain_update(b"csrf\0")
            .chain_update(token)
            .finalize(),
    )
}

fn hex_of(bytes: &[u8]) -> String {
    hex::encode(bytes)
}

/// Whether a browser says that a form was sent from our own pages. Browsers of the last years always say so.
#[must_use]
pub fn same_origin(headers: &HeaderMap) -> bool {
    let get = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    if let Some(site) = get("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    match (get("origin"), get("host")) {
        (Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, o)| o == host),
        // Programs that send neither have no cookie of a browser to abuse; the form token still holds.
        _ => true,
    }
}

/// Counts attempts per name in a window of time. It lives in memory: a restart forgives, which an attacker cannot cause.
#[derive(Clone, Default)]
pub struct Limiter(Arc<Mutex<HashMap<String, (u32, Timestamp)>>>);

impl Limiter {
    /// Whether one more attempt is allowed: `most` within `seconds`.
    #[must_use]
    pub fn allows(&self, name: &str, most: u32, seconds: i64, now: Timestamp) -> bool {
        let mut table = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Bounded: names are chosen by strangers.
        if table.len() > 10_000 {
            table.retain(|_, (_, since)| now.duration_since(*since).as_secs() < seconds);
        }
        let entry = table.entry(name.chars().take(64).collect()).or_insert((0, now));
        if now.duration_since(entry.1).as_secs() >= seconds {
            *entry = (0, now);
        }
        entry.0 += 1;
        entry.0 <= most
    }

    /// Forgets a name's attempts: it got in.
    pub fn forget(&self, name: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempts_are_counted_per_name_and_forgiven_in_time() {
        let (limiter, at) = (Limiter::default(), |s| {
            Timestamp::from_second(s).unwrap_or_default()
        });
        let tries: Vec<bool> = (0..4).map(|_| limiter.allows("a", 3, 60, at(0))).collect();
        assert_eq!(tries, [true, true, true, false]);
        assert!(limiter.allows("b", 3, 60, at(0)) && limiter.allows("a", 3, 60, at(60)));
    }

    #[test]
    fn forms_from_elsewhere_are_told_apart() {
        let headers = |pairs: &[(&'static str, &'static str)]| {
            pairs
                .iter()
                .filter_map(|(k, v)| Some((header::HeaderName::from_static(k), v.parse().ok()?)))
                .collect::<HeaderMap>()
        };
        for (pairs, wanted) in [
            (&[("sec-fetch-site", "same-origin")][..], true),
            (
                &[
                    ("sec-fetch-site", "cross-site"),
                    ("origin", "http://h"),
                    ("host", "h"),
                ],
                false,
            ),
            (&[("origin", "http://h:1"), ("host", "h:1")], true),
            (&[("origin", "http://evil"), ("host", "h:1")], false),
            (&[("origin", "null"), ("host", "h:1")], false),
        ] {
            assert_eq!(same_origin(&headers(pairs)), wanted, "{pairs:?}");
        }
    }
}
