//! Serving one hub or the demonstration's two, and the clock of the command line.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use jiff::Timestamp;
use tokio::net::TcpListener;
use workflow::{Hub, demo};

use crate::outcome::{DONE, Problem};

/// The one place in this crate that asks the clock. HUE_NOW (RFC 3339) moves it, for rehearsals and tests.
#[expect(
    clippy::disallowed_methods,
    reason = "commands happen now; every step below gets the time as an argument"
)]
pub fn now() -> Timestamp {
    let moved = std::env::var("HUE_NOW").ok().and_then(|t| t.parse().ok());
    let at = moved.unwrap_or_else(Timestamp::now);
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}

pub async fn serve(hub: Hub, listen: SocketAddr, base: Option<String>) -> Result<u8, Problem> {
    let base = base.map_or_else(
        || format!("http://{listen}"),
        |b| b.trim_end_matches('/').to_owned(),
    );
    let listener = bind(listen).await?;
    if !listen.ip().is_loopback() && !base.starts_with("https://") {
        eprintln!(
            "hue: warning: {listen} is not loopback and the base is not https://: pass phrases would travel in the clear"
        );
    }
    println!("{} at {base}, store: {}", hub.card.name, kind_of(&hub));
    web::run(web::App::new(hub, base).with_clock(now), listener)
        .await
        .map_err(|e| Problem::outside(e.to_string()))?;
    Ok(DONE)
}

fn kind_of(hub: &Hub) -> String {
    match hub.store {
        workflow::Store::Sqlite { .. } => hub.folder.display().to_string(),
        workflow::Store::Postgres(_) => "PostgreSQL".to_owned(),
    }
}

async fn bind(address: SocketAddr) -> Result<TcpListener, Problem> {
    TcpListener::bind(address).await.map_err(|e| {
        Problem::outside(format!(
            "{address} cannot be listened on: {e}. Choose another with --listen or --port"
        ))
    })
}

pub async fn demonstrate(data: Option<PathBuf>, no_serve: bool, port: u16) -> Result<u8, Problem> {
    let folder =
        data.unwrap_or_else(|| std::env::temp_dir().join(format!("hue-demo-{}", std::process::id())));
    let ports = (
        port,
        port.checked_add(1)
            .ok_or_else(|| Problem::input("the port must leave room for a second one"))?,
    );
    let demo = demo::load(&folder, ports, now(), |step| println!("  {step}")).await?;
    println!(
        "{} in {}",
        if demo.fresh {
            "The demonstration was made"
        } else {
            "The demonstration was there already; nothing was changed"
        },
        folder.display()
    );
    if no_serve {
        demo.hotline.store.close().await;
        demo.consulate.store.close().await;
        return Ok(DONE);
    }
    println!("\n{}", demo.sign_in);
    println!("Press Ctrl-C to stop. The folder stays: give it to `hue demo --data` again.");
    let address = |p| SocketAddr::from(([127, 0, 0, 1], p));
    let (first, second) = (bind(address(ports.0)).await?, bind(address(ports.1)).await?);
    let app = |hub, p| web::App::new(hub, format!("http://127.0.0.1:{p}")).with_clock(now);
    let consulate = tokio::spawn(web::run(app(demo.consulate, ports.1), second));
    web::run(app(demo.hotline, ports.0), first)
        .await
        .map_err(|e| Problem::outside(e.to_string()))?;
    // Both got the signal; the second gets a moment to finish what it was answering.
    let _ = tokio::time::timeout(Duration::from_secs(5), consulate).await;
    Ok(DONE)
}
