//! The way in and out: sign-in, one-time links, language.

use askama::Template;
use axum::{
    Extension,
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};
use evidence::id::MemberId;
use jiff::SignedDuration;

use super::{Failure, Frame, account, see, show};
use crate::{
    form::Posted,
    serve::App,
    session::{HOURS, Reader, Session, cookie_name},
    text::Language,
};

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignIn {
    f: Frame,
    wrong: bool,
}

#[derive(Template)]
#[template(path = "join.html")]
struct Join {
    f: Frame,
    token: String,
    role_key: String,
    wrong: String,
}

/// The least a pass phrase may have, in characters (NIST SP 800-63B: 8; the vault's key hangs on this one).
const SHORTEST: usize = 12;

pub(crate) async fn form(
    State(app): State<App>,
    session: Reader,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    show(&SignIn {
        f: Frame::of(&app, &headers, session.as_deref(), "/sign-in"),
        wrong: false,
    })
}

pub(crate) async fn enter(
    State(app): State<App>,
    session: Reader,
    headers: HeaderMap,
    posted: Posted,
) -> Result<Response, Failure> {
    let (login, now) = (posted.text("login").to_lowercase(), app.now());
    let again = || {
        show(&SignIn {
            f: Frame::of(&app, &headers, session.as_deref(), "/sign-in"),
            wrong: true,
        })
    };
    // Three hundred tries a quarter of an hour for all, ten for a login: Argon2 costs the machine too. All come first, so
    // that strangers cannot fill the table with names.
    if !app.limiter.allows("logins", 300, 900, now)
        || !app.limiter.allows(&format!("login:{login}"), 10, 900, now)
    {
        return Err(Failure::too_often());
    }
    let phrase = posted.raw("phrase").to_owned();
    let hub = app.hub.clone();
    let Ok((member, key)) = hub.unlock(&login, &phrase).await else {
        return again();
    };
    if member.has_totp && !account::code_holds(&app, &member, &key, posted.text("code"), now).await? {
        return again();
    }
    app.limiter.forget(&format!("login:{login}"));
    let expires = now
        .saturating_add(SignedDuration::from_hours(HOURS))
        .unwrap_or(now);
    let mut tx = app.hub.store.write("sign in").await?;
    let token = tx.begin_session(member.id, &key, now, expires).await?;
    tx.commit().await?;
    with_cookie(see("/"), &app, &token, HOURS * 3600)
}

fn with_cookie(mut response: Response, app: &App, token: &str, seconds: i64) -> Result<Response, Failure> {
    let secure = if app.secure() { "; Secure" } else { "" };
    let cookie = format!(
        "{}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}",
        cookie_name(app)
    );
    response.headers_mut().append(
        header::SET_COOKIE,
        HeaderValue::from_str(&cookie).map_err(|_| Failure::bad("the session could not be begun"))?,
    );
    Ok(response)
}

pub(crate) async fn leave(
    State(app): State<App>,
    Extension(session): Extension<Session>,
    _: Posted,
) -> Result<Response, Failure> {
    let mut tx = app.hub.store.write("sign out").await?;
    tx.end_session(&session.token, session.member.id, app.now())
        .await?;
    tx.commit().await?;
    with_cookie(see("/sign-in"), &app, "", 0)
}

pub(crate) async fn invitation(
    State(app): State<App>,
    session: Reader,
    headers: HeaderMap,
    Path(token): Path<String>,
) -> Result<Response, Failure> {
    let (role, _) = app.hub.store.read().await?.invitation(&token, app.now()).await?;
    show(&Join {
        f: Frame::of(&app, &headers, session.as_deref(), ""),
        token,
        role_key: role.as_str().to_owned(),
        wrong: String::new(),
    })
}

pub(crate) async fn join(
    State(app): State<App>,
    session: Reader,
    headers: HeaderMap,
    Path(token): Path<String>,
    posted: Posted,
) -> Result<Response, Failure> {
    if !app.limiter.allows("join", 60, 900, app.now()) {
        return Err(Failure::too_often());
    }
    let (role, _) = app.hub.store.read().await?.invitation(&token, app.now()).await?;
    let (login, phrase) = (posted.text("login").to_lowercase(), posted.raw("phrase"));
    let plain = !login.is_empty()
        && login.len() <= 40
        && login
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'));
    let f = Frame::of(&app, &headers, session.as_deref(), "");
    let wrong = if !plain {
        f.t("join-login-wrong")
    } else if phrase.chars().count() < SHORTEST {
        f.tn("join-phrase-short", "n", SHORTEST)
    } else if phrase != posted.raw("again") {
        f.t("join-phrase-differs")
    } else {
        String::new()
    };
    if !wrong.is_empty() {
        return show(&Join {
            f,
            token,
            role_key: role.as_str().to_owned(),
            wrong,
        });
    }
    let mut bytes = [0; 10];
    workflow::store::seal::random(&mut bytes)?;
    let mut tx = app.hub.store.write("join").await?;
    tx.join(
        &token,
        MemberId::new(app.now(), bytes),
        &login,
        phrase,
        f.language.code(),
        app.now(),
    )
    .await?;
    tx.commit().await?;
    Ok(see("/sign-in"))
}

/// One click, kept for a year; the page comes back as it was.
pub(crate) async fn language(
    State(app): State<App>,
    session: Reader,
    headers: HeaderMap,
    posted: Posted,
) -> Result<Response, Failure> {
    let language = Language::named(posted.text("language")).unwrap_or(Language::English);
    if let Some(session) = session.as_deref() {
        let mut tx = app.hub.store.write("language").await?;
        tx.set_language(session.member.id, language.code(), app.now())
            .await?;
        tx.commit().await?;
    }
    let back = headers
        .get(header::REFERER)
        .and_then(|r| r.to_str().ok())
        .and_then(|r| r.split_once("://"))
        .and_then(|(_, r)| r.find('/').map(|i| &r[i..]));
    let mut response = see(back
        .filter(|p| p.starts_with('/') && !p.starts_with("//"))
        .unwrap_or("/"));
    let cookie = format!(
        "hue-language={}; Path=/; SameSite=Lax; Max-Age=31536000",
        language.code()
    );
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    Ok(response)
}
