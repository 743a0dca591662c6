//! Who may come where: every role against every route, through the real router.

#![expect(clippy::unwrap_used, reason = "a test says what it expected by failing")]

use axum::{
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use evidence::Viewer;
use tests::{PHRASE, TestHub, clock};
use tower::ServiceExt;
use web::{App, ROUTES};

struct Site {
    service: axum::Router,
    hub: TestHub,
}

impl Site {
    async fn new() -> Self {
        let hub = TestHub::new("Hub", None).await.with_members().await;
        hub.bring(
            "Name: Invented Person\nAt least 12 people are held in KK Park, he said that it was bad.",
            "r.txt",
            "hotline",
        )
        .await;
        let app = App::new(hub.hub.clone(), "http://hub.test".into()).with_clock(clock);
        Self {
            service: web::serve::service(app),
            hub,
        }
    }

    async fn send(
        &self,
        method: &str,
        path: &str,
        cookie: &str,
        body: &str,
    ) -> (StatusCode, axum::http::HeaderMap, String) {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "hub.test")
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(body.to_owned()))
            .unwrap();
        let answer = self.service.clone().oneshot(request).await.unwrap();
        let (status, headers) = (answer.status(), answer.headers().clone());
        let bytes = to_bytes(answer.into_body(), 1 << 22).await.unwrap();
        (status, headers, String::from_utf8_lossy(&bytes).into_owned())
    }

    async fn sign_in(&self, login: &str) -> String {
        let body = format!("login={login}&phrase={}", PHRASE.replace(' ', "+"));
        let (status, headers, _) = self.send("POST", "/sign-in", "", &body).await;
        assert_eq!(status, StatusCode::SEE_OTHER, "{login}");
        let cookie = headers[header::SET_COOKIE].to_str().unwrap();
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"));
        cookie.split(';').next().unwrap().to_owned()
    }
}

/// A path with something in each of its places: what is not there must be refused like what is.
fn filled(path: &str, document: &str) -> String {
    let id = if path.starts_with("/reports") || path.starts_with("/api") {
        document
    } else {
        "0193b2f4-7c1e-7a52-9d3e-0f6f3b1c2a4d"
    };
    path.replace("/places/{id}", "/places/MM-KKP")
        .replace("{id}", id)
        .replace("{token}", &"0".repeat(64))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_role_at_every_route() {
    let site = Site::new().await;
    let document = site
        .hub
        .hub
        .store
        .read()
        .await
        .unwrap()
        .documents(1, 0)
        .await
        .unwrap()[0]
        .document
        .id
        .to_string();
    let mut viewers = vec![(Viewer::Public, String::new())];
    for role in Viewer::ROLES {
        viewers.push((role, site.sign_in(role.as_str()).await));
    }
    for (viewer, cookie) in &viewers {
        for route in ROUTES.iter().filter(|r| r.path != "/sign-out") {
            let path = filled(route.path, &document);
            // A POST without its form token: whoever may come is told to reload, whoever may not is told nothing.
            let (status, headers, body) = site.send(route.method, &path, cookie, "").await;
            let what = format!("{} {} as {}: {status}", route.method, route.path, viewer.as_str());
            let turned_away = status == StatusCode::UNAUTHORIZED
                || (status == StatusCode::SEE_OTHER
                    && headers.get(header::LOCATION).is_some_and(|l| l == "/sign-in")
                    && *viewer == Viewer::Public
                    && route.path != "/sign-in")
                || body.contains("Your role does not come here")
                || body.contains("\"denied\"");
            let enters = route.path.starts_with("/join") && route.method == "POST";
            assert_eq!(turned_away, !route.access.admits(*viewer) && !enters, "{what}");
            assert!(!status.is_server_error(), "{what}: {body}");
            assert!(
                headers[header::CONTENT_SECURITY_POLICY]
                    .to_str()
                    .unwrap()
                    .contains("script-src 'none'"),
                "{what}"
            );
            assert!(!body.contains("<script"), "{what}");
            assert!(body.len() < 60_000, "{what}: {} bytes", body.len());
            if route.method == "GET"
                && status == StatusCode::OK
                && headers[header::CONTENT_TYPE]
                    .to_str()
                    .unwrap()
                    .starts_with("text/html")
            {
                assert!(
                    body.contains("<html lang=\"en\">") && body.contains("<h1>"),
                    "{what}"
                );
            }
            if route.method == "POST"
                && *viewer != Viewer::Public
                && route.access.admits(*viewer)
                && route.access != web::Access::Public
                && !route.path.starts_with("/api")
            {
                assert!(
                    status.is_client_error(),
                    "{what}: a form without its token did something"
                );
            }
        }
        for (method, path) in [
            ("GET", "/nothing"),
            ("GET", "/api/v1/nothing"),
            ("DELETE", "/cases"),
            ("POST", "/static/hue.css"),
        ] {
            let (status, _, _) = site.send(method, path, cookie, "").await;
            // A method that a route does not have is turned away at its door like any other.
            let denied = [
                StatusCode::NOT_FOUND,
                StatusCode::METHOD_NOT_ALLOWED,
                StatusCode::SEE_OTHER,
                StatusCode::FORBIDDEN,
            ];
            assert!(denied.contains(&status), "{method} {path}: {status}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_need_their_token_and_our_own_pages() {
    let site = Site::new().await;
    let cookie = site.sign_in("caseworker").await;
    let (_, _, page) = site.send("GET", "/reports/new", &cookie, "").await;
    let csrf = page
        .split("name=\"csrf\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned();
    let paste = |csrf: &str| format!("csrf={csrf}&text=Seven+men+left+Bavet&source=walk-in&grade=C3");
    let (status, ..) = site.send("POST", "/reports/paste", &cookie, &paste("0")).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let (status, headers, body) = site.send("POST", "/reports/paste", &cookie, &paste(&csrf)).await;
    assert_eq!(status, StatusCode::SEE_OTHER, "{body}");
    let (status, _, body) = site
        .send("GET", headers[header::LOCATION].to_str().unwrap(), &cookie, "")
        .await;
    assert!(
        status == StatusCode::OK && body.contains("<a class=\"mark count\"") && body.contains("Seven men"),
        "{body}"
    );
    // From another site, with the right cookie and even the right token.
    let request = Request::builder()
        .method("POST")
        .uri("/reports/paste")
        .header(header::HOST, "hub.test")
        .header(header::ORIGIN, "http://evil.test")
        .header(header::COOKIE, &cookie)
        .body(Body::from(paste(&csrf)))
        .unwrap();
    assert_eq!(
        site.service.clone().oneshot(request).await.unwrap().status(),
        StatusCode::FORBIDDEN
    );
}

/// Whoever is nobody in particular cannot make the hub read much.
#[tokio::test(flavor = "multi_thread")]
async fn strangers_send_little() {
    let site = Site::new().await;
    let long = |bytes: usize| format!("login={}", "x".repeat(bytes));
    for (path, body, wanted) in [
        ("/sign-in", long(1_000), StatusCode::OK),
        ("/sign-in", long(100_000), StatusCode::UNPROCESSABLE_ENTITY),
        ("/language", long(100_000), StatusCode::UNPROCESSABLE_ENTITY),
        (
            "/exchange/v1/bundles",
            long(1_000),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            "/exchange/v1/bundles",
            long(5_000_000),
            StatusCode::PAYLOAD_TOO_LARGE,
        ),
    ] {
        let (status, _, answer) = site.send("POST", path, "", &body).await;
        assert_eq!(status, wanted, "{path}, {} bytes: {answer}", body.len());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_phrases_run_into_a_wall_and_sessions_end() {
    let site = Site::new().await;
    for _ in 0..10 {
        let (status, _, body) = site
            .send("POST", "/sign-in", "", "login=editor&phrase=guess")
            .await;
        assert!(status == StatusCode::OK && body.contains("role=\"alert\""));
    }
    let right = format!("login=editor&phrase={}", PHRASE.replace(' ', "+"));
    let (status, _, body) = site.send("POST", "/sign-in", "", &right).await;
    assert!(
        status == StatusCode::TOO_MANY_REQUESTS && body.contains("Too many attempts"),
        "{status}"
    );
    let cookie = site.sign_in("analyst").await;
    assert_eq!(site.send("GET", "/", &cookie, "").await.0, StatusCode::OK);
    tests::pass(web::session::HOURS * 3600 + 1);
    assert_eq!(
        site.send("GET", "/", &cookie, "").await.0,
        StatusCode::SEE_OTHER,
        "the session is over"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_speaks_khmer() {
    let site = Site::new().await;
    let cookie = format!("{}; hue-language=km", site.sign_in("coordinator").await);
    for path in [
        "/",
        "/reports",
        "/reports/new",
        "/places",
        "/pairs",
        "/estimate",
        "/money",
        "/cases",
        "/cases/new",
        "/referrals",
        "/briefs",
        "/members",
    ] {
        let (_, _, body) = site.send("GET", path, &cookie, "").await;
        assert!(body.contains("<html lang=\"km\">"), "{path}");
        let heading = body.split("<h1>").nth(1).unwrap().split('<').next().unwrap();
        assert!(
            heading.chars().any(|c| ('\u{1780}'..='\u{17ff}').contains(&c)),
            "{path}: {heading}"
        );
    }
}

#[test]
fn the_matrix_in_the_docs_is_the_routers() {
    let kept =
        std::fs::read_to_string(tests::root().join("docs/design/access-matrix.md")).unwrap_or_default();
    assert_eq!(kept, web::access::matrix(), "run `cargo xtask generate`");
}
