//! Forms: read whole, within limits, and only with the token of the session that was shown them.

use axum::{
    Extension, RequestExt,
    body::to_bytes,
    extract::{FromRequest, Multipart, Request},
};

use crate::{pages::Failure, session::Session};

/// The most that is read of a form from nobody in particular, in bytes.
const STRANGERS: usize = 64 * 1024;

/// The fields of a posted form. A member's form without its token never gets this far.
pub struct Posted(Vec<(String, String)>);

impl Posted {
    /// A field's text; empty when it was not sent.
    #[must_use]
    pub fn text(&self, name: &str) -> &str {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map_or("", |(_, v)| v.trim())
    }

    /// A field exactly as typed: pass phrases keep their spaces, pasted reports their lines.
    #[must_use]
    pub fn raw(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, v)| v)
    }

    /// The fields of that name, comma lists taken apart.
    #[must_use]
    pub fn list(&self, name: &str) -> Vec<String> {
        self.0
            .iter()
            .filter(|(key, _)| key == name)
            .flat_map(|(_, v)| v.split(','))
            .map(|v| v.trim().to_owned())
            .filter(|v| !v.is_empty())
            .collect()
    }
}

impl<S: Send + Sync> FromRequest<S> for Posted {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &S) -> Result<Self, Failure> {
        let session = request.extensions().get::<Session>().cloned();
        // A member may paste a whole document; a stranger has a pass phrase to type, and no more.
        let most = if session.is_some() {
            intake::LIMIT
        } else {
            STRANGERS
        };
        let bytes = to_bytes(request.into_body(), most)
            .await
            .map_err(|_| Failure::say("wrong-form-large"))?;
        let posted = Self(fields(&bytes));
        if session.is_some_and(|s| !s.accepts(posted.text("csrf"))) {
            return Err(Failure::stale());
        }
        Ok(posted)
    }
}

/// `application/x-www-form-urlencoded`, read leniently: a broken escape stands for itself.
fn fields(bytes: &[u8]) -> Vec<(String, String)> {
    bytes
        .split(|b| *b == b'&')
        .filter(|part| !part.is_empty())
        .take(500)
        .map(|part| {
            let mut sides = part.splitn(2, |b| *b == b'=');
            (
                decoded(sides.next().unwrap_or_default()),
                decoded(sides.next().unwrap_or_default()),
            )
        })
        .collect()
}

fn decoded(bytes: &[u8]) -> String {
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while let Some(b) = bytes.get(i) {
        let pair = bytes
            .get(i + 1..i + 3)
            .and_then(|h| std::str::from_utf8(h).ok())
            .and_then(|h| u8::from_str_radix(h, 16).ok());
        match (b, pair) {
            (b'+', _) => out.push(b' '),
            (b'%', Some(byte)) => {
                out.push(byte);
                i += 2;
            }
            (other, _) => out.push(*other),
        }
        i += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// A form with one file in it.
pub struct Uploaded {
    pub fields: Posted,
    pub name: String,
    pub bytes: Vec<u8>,
}

impl<S: Send + Sync> FromRequest<S> for Uploaded {
    type Rejection = Failure;

    async fn from_request(mut request: Request, state: &S) -> Result<Self, Failure> {
        let Extension(session): Extension<Session> =
            request.extract_parts().await.map_err(|_| Failure::stale())?;
        let wrong = || Failure::say("wrong-upload");
        let mut parts = Multipart::from_request(request, state)
            .await
            .map_err(|_| wrong())?;
        let mut out = Self {
            fields: Posted(Vec::new()),
            name: String::new(),
            bytes: Vec::new(),
        };
        while let Some(part) = parts.next_field().await.map_err(|_| wrong())? {
            let name = part.name().unwrap_or("").to_owned();
            if let Some(file) = part.file_name().map(str::to_owned) {
                out.name = file;
                out.bytes = part.bytes().await.map_err(|_| wrong())?.to_vec();
            } else {
                out.fields.0.push((name, part.text().await.map_err(|_| wrong())?));
            }
        }
        if !session.accepts(out.fields.text("csrf")) {
            return Err(Failure::stale());
        }
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_decoded_whatever_comes() {
        for (text, wanted) in [
            ("a=1&b=x+y%21", vec![("a", "1"), ("b", "x y!")]),
            ("a=%E1%9E%80", vec![("a", "ក")]),
            ("a=%zz&&c", vec![("a", "%zz"), ("c", "")]),
            ("=&=", vec![("", ""), ("", "")]),
            ("a=%ff", vec![("a", "\u{fffd}")]),
        ] {
            let wanted: Vec<(String, String)> = wanted
                .into_iter()
                .map(|(a, b)| (a.to_owned(), b.to_owned()))
                .collect();
            assert_eq!(fields(text.as_bytes()), wanted, "{text}");
        }
    }
}
