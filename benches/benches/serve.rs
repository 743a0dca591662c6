//! Cold start of a hub, and the first page, with ten thousand reports in it.
//!
//! `cargo bench -p benches` makes the reports from a seed, then prints milliseconds; `-- 1000` for fewer.

#![expect(clippy::unwrap_used, reason = "a bench says what it expected by failing")]

use std::time::{Duration, Instant};

use axum::{body::Body, http::Request};
use tests::{PHRASE, TestHub, clock};
use tower::ServiceExt;
use web::{App, serve::service};
use workflow::Hub;

#[tokio::main]
async fn main() {
    let count: usize = std::env::args()
        .skip(1)
        .find_map(|a| a.parse().ok())
        .unwrap_or(10_000);
    let hub = TestHub::new("Bench", None).await.with_members().await;
    let begun = Instant::now();
    for i in 0..count {
        let text = format!(
            "Report {i}: at least {} people are held in KK Park, Myawaddy; US${} was paid on {} March 2026.",
            i % 97 + 2,
            i * 10 + 5,
            i % 28 + 1
        );
        hub.bring(&text, "r.txt", ["hotline", "embassy", "police"][i % 3])
            .await;
    }
    let took = begun.elapsed();
    println!(
        "import    {count} reports in {:.1} s, {:.2} ms each",
        took.as_secs_f64(),
        took.as_secs_f64() * 1000.0 / count as f64
    );

    let begun = Instant::now();
    let opened = Hub::open(hub.folder.path(), None).await.unwrap();
    let app = service(App::new(opened, "http://hub.test".into()).with_clock(clock));
    let sign_in = Request::post("/sign-in")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(format!(
            "login=coordinator&phrase={}",
            PHRASE.replace(' ', "+")
        )))
        .unwrap();
    println!(
        "start     {:.1} ms to a router that answers",
        millis(begun.elapsed())
    );
    let answer = app.clone().oneshot(sign_in).await.unwrap();
    let cookie = answer.headers()["set-cookie"]
        .to_str()
        .unwrap()
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    for path in ["/", "/reports", "/places"] {
        let mut times = Vec::new();
        for _ in 0..300 {
            let request = Request::get(path)
                .header("cookie", &cookie)
                .body(Body::empty())
                .unwrap();
            let begun = Instant::now();
            let answer = app.clone().oneshot(request).await.unwrap();
            let bytes = axum::body::to_bytes(answer.into_body(), 1 << 22).await.unwrap();
            assert!(bytes.len() > 500, "{path}");
            times.push(begun.elapsed());
        }
        times.sort();
        println!(
            "{path:<9} median {:.1} ms, p99 {:.1} ms",
            millis(times[150]),
            millis(times[296])
        );
    }
    let begun = Instant::now();
    let report = hub.hub.store.check(None).await.unwrap();
    println!(
        "check     {} journal rows and {} blobs in {:.1} s",
        report.journal,
        report.blobs,
        begun.elapsed().as_secs_f64()
    );
}

fn millis(d: Duration) -> f64 {
    d.as_secs_f64() * 1000.0
}
