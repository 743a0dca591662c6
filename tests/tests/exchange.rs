//! Two hubs on two ports: a referral sent, received, opened, accepted and recalled, carried by their own outboxes.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what it expected by failing"
)]

use std::time::Duration;

use evidence::id::ReferralId;
use response::State;
use tests::{TestHub, moment};
use web::App;
use workflow::refer::{self, Taken};

async fn serve(hub: &TestHub) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let app = App::new(hub.hub.clone(), base.clone());
    tokio::spawn(web::run(app, listener));
    base
}

async fn until(hub: &TestHub, id: ReferralId, wanted: State) {
    for _ in 0..300 {
        let card = hub.hub.store.read().await.unwrap().referral(id).await;
        if card.is_ok_and(|c| c.state == wanted) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{} never saw {}", hub.hub.card.name, wanted.as_str());
}

#[tokio::test(flavor = "multi_thread")]
async fn over_http() {
    let (us, them) = (
        TestHub::new("Hotline", None).await,
        TestHub::new("Consulate", None).await,
    );
    let (ours, theirs) = (serve(&us).await, serve(&them).await);
    for (hub, other, url) in [(&us, &them, &theirs), (&them, &us, &ours)] {
        hub.enrol(other, Some(url)).await;
    }
    let case = us.case_with_consent().await;
    let partner = them.fingerprint();
    let id = refer::send(&us.hub, &us.key, case, &partner, "shelter", &moment())
        .await
        .unwrap();
    until(&us, id, State::Received).await;
    let view = refer::open(&them.hub, &them.key, id, &moment()).await.unwrap();
    assert!(view.to_json().contains("Imani Mfano"));
    until(&us, id, State::Opened).await;
    refer::take(&them.hub, id, Taken::Accept, &moment())
        .await
        .unwrap();
    until(&us, id, State::Accepted).await;
    refer::take(&us.hub, id, Taken::Recall("wrong recipient".into()), &moment())
        .await
        .unwrap();
    until(&us, id, State::Erased).await;
    assert!(
        refer::open(&them.hub, &them.key, id, &moment()).await.is_err(),
        "nothing is left to open"
    );
    let chains = [&us, &them].map(|h| h.hub.clone());
    let mut heads = Vec::new();
    for hub in chains {
        let chain = hub
            .store
            .read()
            .await
            .unwrap()
            .chain(id, &hub.signer.public())
            .await
            .unwrap();
        heads.push((chain.steps().len(), chain.steps().last().unwrap().hash()));
    }
    assert_eq!(heads[0], heads[1], "both keep the same receipts");
    assert_eq!(heads[0].0, 6);
    // A stranger who posts gets an answer that names the bundle's fault, and nothing is kept.
    let url = format!("{theirs}/exchange/v1/bundles");
    let before = them.hub.store.read().await.unwrap().journal_head().await.unwrap();
    let reply = tokio::task::spawn_blocking(move || connect(&url)).await.unwrap();
    assert_eq!(reply, 422);
    assert_eq!(
        them.hub.store.read().await.unwrap().journal_head().await.unwrap(),
        before
    );
}

fn connect(url: &str) -> u16 {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .build()
        .into();
    agent
        .post(url)
        .send("{\"body\":\"x\",\"signature\":\"y\"}")
        .unwrap()
        .status()
        .as_u16()
}
