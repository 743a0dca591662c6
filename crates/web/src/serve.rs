//! Serves a hub: limits, headers, the outbox that runs beside, and an orderly end.

use std::{net::SocketAddr, time::Duration};

use axum::{
    extract::{DefaultBodyLimit, Request},
    http::{HeaderValue, header},
    middleware::{Next, from_fn, from_fn_with_state},
    response::Response,
};
use jiff::Timestamp;
use tower_http::{compression::CompressionLayer, limit::RequestBodyLimitLayer};
use workflow::Hub;

use crate::{access::router, pages, session::Limiter};

/// How a hub is served.
#[derive(Debug, Clone)]
pub struct Settings {
    pub address: SocketAddr,
    /// Scheme and host as readers type them; feeds and cards carry it.
    pub base: String,
}

/// What every handler gets.
#[derive(Clone)]
pub struct App {
    pub hub: Hub,
    pub base: String,
    pub limiter: Limiter,
    clock: fn() -> Timestamp,
}

impl App {
    #[must_use]
    pub fn new(hub: Hub, base: String) -> Self {
        Self {
            hub,
            base,
            limiter: Limiter::default(),
            clock,
        }
    }

    /// The same with a clock of the test's own.
    #[must_use]
    pub fn with_clock(mut self, clock: fn() -> Timestamp) -> Self {
        self.clock = clock;
        self
    }

    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// Whether cookies may only travel over TLS.
    #[must_use]
    pub fn secure(&self) -> bool {
        self.base.starts_with("https://")
    }
}

/// The one place in this crate that asks the clock.
#[expect(
    clippy::disallowed_methods,
    reason = "requests happen now; everything below gets the time as an argument"
)]
fn clock() -> Timestamp {
    Timestamp::now()
}

/// The router with limits and headers around it.
pub fn service(app: App) -> axum::Router {
    router(app.clone())
        .layer(from_fn_with_state(app, pages::told))
        .layer(from_fn(headers))
        .layer(CompressionLayer::new())
        // A document and the form around it.
        .layer(RequestBodyLimitLayer::new(intake::LIMIT + 64 * 1024))
        .layer(DefaultBodyLimit::disable())
}

/// Serves until interrupted, carrying the outbox every two seconds.
///
/// # Errors
/// When the address is taken.
pub async fn run(app: App, listener: tokio::net::TcpListener) -> std::io::Result<()> {
    let carrier = app.clone();
    let outbox = tokio::spawn(async move {
        loop {
            if let Err(error) = workflow::exchange::deliver(&carrier.hub, clock).await {
                tracing::error!(%error, "the outbox stopped for a moment");
            }
            tokio::time::sleep(Duration::from_secs(2)).await;
        }
    });
    let store = app.hub.store.clone();
    axum::serve(listener, service(app))
        .with_graceful_shutdown(interrupted())
        .await?;
    outbox.abort();
    store.close().await;
    Ok(())
}

async fn interrupted() {
    let interrupt = async {
        let _ = tokio::signal::ctrl_c().await;
    };
    #[cfg(unix)]
    let terminate = async {
        if let Ok(mut signal) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            signal.recv().await;
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}

/// No script, no frame, nothing from elsewhere, nothing kept by the browser.
async fn headers(request: Request, next: Next) -> Response {
    let styled = request.uri().path().starts_with("/static/");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let mut set = |name: header::HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    set(
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    );
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    // The origin is kept for our own forms, so that a form from elsewhere can be told from ours.
    set(header::REFERRER_POLICY, "same-origin");
    set(
        header::CACHE_CONTROL,
        if styled {
            "public, max-age=3600"
        } else {
            "no-store"
        },
    );
    set(
        header::HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    );
    set(
        header::HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    );
    response
}
