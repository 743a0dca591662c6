//! Recall, whatever it crosses on the way: the recipient erases at the first word of it, on both databases.

#![expect(clippy::unwrap_used, reason = "a test says what it expected by failing")]

use evidence::id::ReferralId;
use response::State;
use tests::{Postgres, TestHub, clock, moment};
use workflow::{
    exchange::{self, TakenIn},
    refer::{self, Taken},
};

/// How many steps the recipient has taken, unknown to the sender, when the recall reaches it.
const STEPS: [&str; 5] = ["nothing arrived", "received", "opened", "accepted", "acted"];

#[tokio::test(flavor = "multi_thread")]
async fn a_recall_stands_whatever_it_crossed() {
    crossed(None, None).await;
    let Some(server) = Postgres::start() else {
        eprintln!("SKIPPED: recall on PostgreSQL: no server; `cargo xtask test` installs one where it may");
        return;
    };
    crossed(Some(server.database("ours")), Some(server.database("theirs"))).await;
}

async fn crossed(ours: Option<String>, theirs: Option<String>) {
    let us = TestHub::new("Hotline", ours.as_deref()).await;
    let them = TestHub::new("Consulate", theirs.as_deref()).await;
    us.enrol(&them, None).await;
    them.enrol(&us, None).await;
    let case = us.case_with_consent().await;
    for (taken, name) in STEPS.into_iter().enumerate() {
        let id = refer::send(&us.hub, &us.key, case, &them.fingerprint(), "shelter", &moment())
            .await
            .unwrap();
        let sent = newest(&us, id).await;
        let mut replies = Vec::new();
        for step in 0..taken {
            match step {
                0 => drop(
                    exchange::take_in(&them.hub, sent.as_bytes(), clock())
                        .await
                        .unwrap(),
                ),
                1 => drop(refer::open(&them.hub, &them.key, id, &moment()).await.unwrap()),
                2 => drop(
                    refer::take(&them.hub, id, Taken::Accept, &moment())
                        .await
                        .unwrap(),
                ),
                _ => drop(
                    refer::take(&them.hub, id, Taken::Act("shelter".into()), &moment())
                        .await
                        .unwrap(),
                ),
            }
            replies.push(newest(&them, id).await);
        }
        refer::take(&us.hub, id, Taken::Recall("wrong recipient".into()), &moment())
            .await
            .unwrap();
        let recall = newest(&us, id).await;
        assert!(
            recall.contains(r#"\"payload\":null"#),
            "{name}: what is recalled is not sent again"
        );
        let bundles = exchange::export(&us.hub, id, &moment()).await.unwrap();
        assert_eq!(bundles.len(), 1, "{name}: only the recall is carried");

        // The replies are still on their way: they change nothing, before the erasure is known and after.
        let late = async || {
            for reply in &replies {
                let done = exchange::take_in(&us.hub, reply.as_bytes(), clock())
                    .await
                    .unwrap();
                assert!(!matches!(done, TakenIn::Done(_, State::Accepted)), "{name}");
            }
        };
        late().await;
        let done = exchange::take_in(&them.hub, recall.as_bytes(), clock())
            .await
            .unwrap();
        assert_eq!(done, TakenIn::Done(id, State::Erased), "{name}");
        assert!(
            refer::open(&them.hub, &them.key, id, &moment()).await.is_err(),
            "{name}"
        );
        let proof = newest(&them, id).await;
        let done = exchange::take_in(&us.hub, proof.as_bytes(), clock())
            .await
            .unwrap();
        assert_eq!(done, TakenIn::Done(id, State::Erased), "{name}");
        late().await;

        // What was recalled comes too late, or again: it is not kept.
        let again = exchange::take_in(&them.hub, sent.as_bytes(), clock())
            .await
            .unwrap();
        assert!(
            matches!(again, TakenIn::Known(_) | TakenIn::Done(_, State::Erased)),
            "{name}"
        );
        assert!(
            refer::open(&them.hub, &them.key, id, &moment()).await.is_err(),
            "{name}"
        );
        assert_eq!(
            chain(&us, id).await,
            chain(&them, id).await,
            "{name}: the same receipts"
        );
    }
    for hub in [&us, &them] {
        let report = hub.hub.store.check(None).await.unwrap();
        assert_eq!(report.damage, Vec::<String>::new());
    }
}

/// Consent that is taken back takes back what was sent by it, and nothing else; a mistyped case withdraws nothing silently.
#[tokio::test(flavor = "multi_thread")]
async fn withdrawn_consent_recalls_what_was_sent() {
    let us = TestHub::new("Hotline", None).await;
    let them = TestHub::new("Consulate", None).await;
    us.enrol(&them, None).await;
    let (case, other) = (us.case_with_consent().await, us.case_with_consent().await);
    let mut sent = Vec::new();
    for case in [case, case, other] {
        let id = refer::send(&us.hub, &us.key, case, &them.fingerprint(), "shelter", &moment())
            .await
            .unwrap();
        sent.push(id);
    }
    let withdraw = async |case, kind| refer::withdraw_consent(&us.hub, case, kind, &moment()).await;
    assert!(withdraw(case, "enforcement").await.is_err());
    assert_eq!(withdraw(case, "protection").await.unwrap(), 2);
    assert!(
        withdraw(case, "protection").await.is_err(),
        "nothing stands any more"
    );
    let mut states = Vec::new();
    for id in sent {
        states.push(
            us.hub
                .store
                .read()
                .await
                .unwrap()
                .referral(id)
                .await
                .unwrap()
                .state,
        );
    }
    assert_eq!(states, [State::Recalled, State::Recalled, State::Sent]);
    let again = refer::send(&us.hub, &us.key, case, &them.fingerprint(), "shelter", &moment()).await;
    assert!(again.is_err(), "nothing is sent without consent");
}

async fn newest(hub: &TestHub, id: ReferralId) -> String {
    let (_, text) = exchange::export(&hub.hub, id, &moment())
        .await
        .unwrap()
        .pop()
        .unwrap();
    text
}

async fn chain(hub: &TestHub, id: ReferralId) -> Vec<String> {
    let mut tx = hub.hub.store.read().await.unwrap();
    let chain = tx.chain(id, &hub.hub.signer.public()).await.unwrap();
    chain.steps().iter().map(|s| s.content.clone()).collect()
}

/// A partner whose hub is down holds back its own bundles, in their order, and nobody else's.
#[tokio::test(flavor = "multi_thread")]
async fn a_hub_that_is_down_holds_back_no_other() {
    let us = TestHub::new("Hotline", None).await;
    let (down, up) = (
        TestHub::new("Consulate", None).await,
        TestHub::new("Shelter", None).await,
    );
    // Nobody listens there.
    us.enrol(&down, Some("http://127.0.0.1:9")).await;
    us.enrol(&up, Some("http://127.0.0.1:10")).await;
    let case = us.case_with_consent().await;
    for _ in 0..60 {
        refer::send(&us.hub, &us.key, case, &down.fingerprint(), "shelter", &moment())
            .await
            .unwrap();
    }
    refer::send(&us.hub, &us.key, case, &up.fingerprint(), "shelter", &moment())
        .await
        .unwrap();
    let waiting = async || {
        let mut tx = us.hub.store.read().await.unwrap();
        tx.waiting(clock()).await.unwrap()
    };
    let first = waiting().await[0].bundle.clone();
    assert_eq!(exchange::deliver(&us.hub, clock).await.unwrap(), 0);
    let then = waiting().await;
    assert_eq!(
        then.len(),
        1,
        "those to the hub that is down wait for the first of them"
    );
    assert_eq!(then[0].partner, up.fingerprint());
    let mut tx = us.hub.store.read().await.unwrap();
    let later = tx
        .waiting(clock() + jiff::SignedDuration::from_secs(10))
        .await
        .unwrap();
    assert_eq!(later[0].bundle, first, "and it is the first again");
}
