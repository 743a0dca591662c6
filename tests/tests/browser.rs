//! The pages in a real browser: without JavaScript, at 320 pixels, by axe's rules, in both languages.

#![expect(clippy::unwrap_used, reason = "a test says what it expected by failing")]

use std::path::PathBuf;

use jiff::Timestamp;
use tests::{browser::Browser, root};
use workflow::{
    demo,
    receive::{Brought, Received, receive},
};

/// The demonstration, served; the address, a coordinator's pass phrase, and the pages of what was brought besides: a mail with
/// its attachment, and a list whose columns wait for a person's word.
async fn demonstration() -> (tempfile::TempDir, String, String, Vec<String>) {
    workflow::reader::use_program(tests::program());
    let folder = tempfile::tempdir().unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let now: Timestamp = "2026-03-04T08:00:00Z".parse().unwrap();
    let demo = demo::load(folder.path(), (port, port), now, |_| {})
        .await
        .unwrap();
    let base = format!("http://127.0.0.1:{port}");
    let phrase = demo
        .sign_in
        .split("login asha  pass phrase ")
        .nth(1)
        .unwrap()
        .split(' ')
        .next()
        .unwrap()
        .to_owned();
    let mut pages = Vec::new();
    let list = "Full name,Date of birth,Passport,Remarks\nAni Invented,14/02/1999,X1234567,from KK Park\nBo Invented,45/99/1999,-,\n";
    let mail = std::fs::read(root().join("fixtures/intake/same.eml")).unwrap();
    for (bytes, name) in [(mail, "same.eml"), (list.into(), "list.csv")] {
        let brought = Brought {
            bytes,
            name: name.into(),
            source: "Embassy (invented)".into(),
            grade: evidence::Grade::UNKNOWN,
            received: now,
            published: None,
            public: false,
            synthetic: true,
            confirm: false,
        };
        let received = receive(&demo.hotline, brought, &tests::moment()).await.unwrap();
        let Received::Taken { id, .. } = received else {
            unreachable!("{received:?}");
        };
        pages.push(format!("/reports/{id}"));
    }
    pages.push(format!("{}/columns", pages[1]));
    let app =
        web::App::new(demo.hotline, base.clone()).with_clock(|| "2026-03-04T08:00:00Z".parse().unwrap());
    tokio::spawn(async move { axum::serve(listener, web::serve::service(app)).await.unwrap() });
    (folder, base, phrase, pages)
}

fn sign_in(browser: &Browser, base: &str, phrase: &str) {
    browser.go(base);
    assert!(browser.here().ends_with("/sign-in"));
    browser.fill("[name=login]", "asha");
    browser.fill("[name=phrase]", phrase);
    browser.click("main button");
    browser.until(&format!("{base}/"));
}

const PAGES: [&str; 14] = [
    "/",
    "/reports",
    "/reports/new",
    "/places",
    "/places/MM-KKP",
    "/questions",
    "/pairs",
    "/estimate",
    "/money",
    "/cases",
    "/cases/new",
    "/referrals",
    "/briefs",
    "/members",
];

/// Links of the first page that lead to a report, a case, a referral and a brief of the demonstration.
fn details(browser: &Browser, base: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (list, prefix) in [
        ("/reports", "/reports/0"),
        ("/cases", "/cases/0"),
        ("/referrals", "/referrals/0"),
        ("/briefs", "/briefs/0"),
    ] {
        browser.go(&format!("{base}{list}"));
        let source = browser.source();
        let link = source
            .split("href=\"")
            .skip(1)
            .filter_map(|p| p.split('"').next())
            .filter(|l| l.starts_with(prefix))
            .last()
            .unwrap()
            .to_owned();
        found.push(link);
    }
    found
}

fn pictures() -> PathBuf {
    let folder = root().join("target/pictures");
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_works_without_javascript_at_320_pixels() {
    let (_folder, base, phrase, brought) = demonstration().await;
    tokio::task::spawn_blocking(move || {
        let columns = brought[2].clone();
        let Some(browser) = Browser::open(320, false) else {
            eprintln!("SKIPPED: no /usr/bin/chromedriver; `cargo xtask test` installs one where it may");
            return;
        };
        sign_in(&browser, &base, &phrase);
        let pages: Vec<String> = PAGES
            .iter()
            .map(|p| (*p).to_owned())
            .chain(details(&browser, &base))
            .chain(brought)
            .collect();
        for (i, page) in pages.iter().enumerate() {
            browser.go(&format!("{base}{page}"));
            browser.picture(&pictures().join(format!("320-{i:02}.png")));
            // Wide tables scroll inside their own box; the page itself never does.
            let wide = browser.run("return document.documentElement.scrollWidth");
            assert!(wide.as_i64().unwrap() <= 320, "{page}: {wide} pixels wide");
        }
        // A report is pasted, read, and its claims shown.
        // A person says which column holds what; the rows become people.
        browser.go(&format!("{base}{columns}"));
        browser.click("form[action$='/columns'] button");
        browser.until(&format!("{base}/reports/0"));
        assert!(browser.source().contains("2 / 2"), "{}", browser.source());
        browser.go(&format!("{base}/reports/new"));
        browser.fill("[name=text]", "SYNTHETIC. At least 12 people are held in Bavet.");
        browser.fill("[name=source]", "walk-in");
        browser.click("form[action='/reports/paste'] button");
        browser.until(&format!("{base}/reports/0"));
        assert!(
            browser.source().contains("At least 12 people"),
            "{}",
            browser.source()
        );
        // The language is one click away, and stays.
        browser.click("[name=language]");
        browser.go(&format!("{base}/"));
        assert!(browser.source().contains("lang=\"km\""));
    })
    .await
    .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_no_violation() {
    let axe = std::fs::read_to_string(root().join("target/axe/package/axe.min.js"));
    let Ok(axe) = axe else {
        eprintln!("SKIPPED: no target/axe; `cargo xtask test` fetches axe-core from npm where it may");
        return;
    };
    let (_folder, base, phrase, brought) = demonstration().await;
    tokio::task::spawn_blocking(move || {
        let Some(browser) = Browser::open(1280, true) else {
            eprintln!("SKIPPED: no /usr/bin/chromedriver; `cargo xtask test` installs one where it may");
            return;
        };
        let mut found = Vec::new();
        let mut look = |page: &str, name: &str| {
            browser.go(&format!("{base}{page}"));
            browser.picture(&pictures().join(format!("1280-{name}.png")));
            let weight = browser.source().len();
            browser.run(&axe);
            let violations = browser.call_async("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice']}).then(r => done(r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html.slice(0, 120)).join(' | '))))");
            println!("{weight:>6} bytes  {page}");
            assert!(weight < 60_000, "{page}: {weight} bytes");
            found.extend(violations.as_array().unwrap().iter().map(|v| format!("{page}: {v}")));
        };
        look("/sign-in", "sign-in");
        look("/public", "public");
        sign_in(&browser, &base, &phrase);
        let pages: Vec<String> = PAGES.iter().map(|p| (*p).to_owned()).chain(details(&browser, &base)).chain(brought).collect();
        for (i, page) in pages.iter().enumerate() {
            look(page, &format!("{i:02}"));
        }
        // From a page that is not only for members: there, too, it is one click.
        browser.click("[name=language]");
        for (i, page) in pages.iter().enumerate() {
            look(page, &format!("km-{i:02}"));
            assert!(browser.source().contains("<html lang=\"km\""), "{page}");
        }
        assert!(found.is_empty(), "{found:#?}");
    })
    .await
    .unwrap();
}
