//! The journey of one report, told to both databases: received, located, linked, counted, traced, referred, answered,
//! overdue, recalled, published; then checked.

#![expect(clippy::unwrap_used, reason = "a test says what it expected by failing")]

use evidence::{Grade, Secret, Viewer, id::MemberId, person::Person};
use response::State;
use tests::{Postgres, TestHub, clock, moment, pass};
use workflow::{
    Moment, estimate, exchange, link, locate, publish, queue,
    receive::{Brought, Received, receive},
    refer::{self, NewCase, Taken},
    store, trace,
};

const MESSAGE: &str = "SYNTHETIC: nobody in this is real.\n\nAt least 14 people are held in KK Park. One was moved to Chrey Thom.\n";

#[tokio::test(flavor = "multi_thread")]
async fn on_sqlite() {
    story(None, None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn on_postgres() {
    let Some(server) = Postgres::start() else {
        eprintln!(
            "SKIPPED: no PostgreSQL server under /usr/lib/postgresql; `cargo xtask test` installs one where it may"
        );
        return;
    };
    story(Some(server.database("ours")), Some(server.database("theirs"))).await;
}

#[expect(clippy::too_many_lines, reason = "a story is told in one breath")]
async fn story(ours: Option<String>, theirs: Option<String>) {
    // Both tell it, one after the other: the clock that is moved in it is theirs in common.
    static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    let _turn = TURN.lock().await;
    let us = TestHub::new("Hotline", ours.as_deref())
        .await
        .with_members()
        .await;
    let them = TestHub::new("Consulate", theirs.as_deref()).await;

    // Receive: the same bytes again add nothing.
    let Received::Taken {
        id: document,
        claims,
        people,
        questions,
        ..
    } = us.bring(MESSAGE, "m.txt", "hotline").await
    else {
        unreachable!()
    };
    assert!(
        claims == 3 && people == 0 && questions == 1,
        "{claims} {people} {questions}"
    );
    assert_eq!(
        us.bring(MESSAGE, "other-name.txt", "somebody else").await,
        Received::Known(document)
    );
    us.bring(
        "Name,Passport,Nationality,Location\nImani Mfano,KE5550142,KE,KK Park\nDaudi Juma,KE7,KE,Bavet\n",
        "a.csv",
        "embassy",
    )
    .await;
    us.bring(
        "full name,passport no,citizenship\nMfano Imani,KE5550142,Kenya\n",
        "b.csv",
        "police",
    )
    .await;

    // Locate: a homonym is a question; a person's answer supersedes the claim.
    let member: MemberId = us.hub.store.read().await.unwrap().members().await.unwrap()[0].id;
    let open = us
        .hub
        .store
        .read()
        .await
        .unwrap()
        .open_questions(10)
        .await
        .unwrap();
    assert_eq!((open.len(), open[0].candidates.len()), (1, 3));
    locate::answer(&us.hub, &us.key, &open[0].id, "KH-CTM", member, &moment())
        .await
        .unwrap();
    assert!(
        locate::answer(&us.hub, &us.key, &open[0].id, "KH-CTM", member, &moment())
            .await
            .is_err(),
        "answered once"
    );
    assert_eq!(locate::place(&us.hub, "KH-CTM").await.unwrap().sightings.len(), 1);
    assert_eq!(locate::place(&us.hub, "MM-KKP").await.unwrap().sightings.len(), 2);

    // The exact point is sealed, and opened only with a key; what is published stays on its grid.
    let coarse = locate::place(&us.hub, "MM-KKP").await.unwrap().dossier.coarse;
    assert!(
        locate::set_point(&us.hub, "MM-KKP", "98.5, 16.6", &moment())
            .await
            .is_err(),
        "no such latitude"
    );
    locate::set_point(&us.hub, "MM-KKP", "16.6312, 98.5179", &moment())
        .await
        .unwrap();
    let point = locate::point(&us.hub, &us.key, "MM-KKP", &moment())
        .await
        .unwrap();
    assert_eq!(point.unwrap().reveal(), "16.6312, 98.5179");
    assert!(
        locate::point(&us.hub, &them.key, "MM-KKP", &moment())
            .await
            .is_err()
    );
    let dossier = locate::place(&us.hub, "MM-KKP").await.unwrap().dossier;
    assert!(dossier.has_exact && dossier.coarse == coarse);

    // Link: nothing is joined before a judgement, and a judgement can be taken back.
    let linked = link::link(&us.hub, &us.key, &moment()).await.unwrap();
    assert!(linked.pairs >= 1, "{linked:?}");
    let groups = || async {
        link::persons(&us.hub, &us.key, "test", &moment())
            .await
            .unwrap()
            .len()
    };
    assert_eq!(groups().await, 3);
    let pair = us
        .hub
        .store
        .read()
        .await
        .unwrap()
        .pairs(1)
        .await
        .unwrap()
        .remove(0);
    link::judge(&us.hub, pair.left, pair.right, linkage::Outcome::Same, &moment())
        .await
        .unwrap();
    assert_eq!(groups().await, 2);
    link::withdraw(&us.hub, pair.left, pair.right, &moment())
        .await
        .unwrap();
    assert_eq!(groups().await, 3);
    link::judge(&us.hub, pair.left, pair.right, linkage::Outcome::Same, &moment())
        .await
        .unwrap();

    // Estimate: three people carry no figure.
    let estimated = estimate::from_store(&us.hub, &us.key, 0.95, &moment())
        .await
        .unwrap();
    assert!(estimate::refused(&estimated));

    // Trace.
    trace::import(
        &us.hub,
        b"token_address,from_address,to_address,value,transaction_hash\nT,family,A,100,t1\nT,A,X,60,t2\n",
        &moment(),
    )
    .await
    .unwrap();
    trace::import_tags(
        &us.hub,
        b"address,kind,entity\nX,exchange_hot,Example\n",
        "test",
        &moment(),
    )
    .await
    .unwrap();
    let traced = trace::trace(&us.hub, "t1", &moment()).await.unwrap();
    assert_eq!((traced.trace.at_services, traced.trace.dormant), (60, 40));

    // Refer: no consent, nothing sent; a wrong fingerprint enrols nobody.
    for (hub, other) in [(&us, &them), (&them, &us)] {
        let card = exchange::card(&other.hub, None);
        let (heard, kind) = (other.hub.signer.fingerprint().spoken(), other.hub.card.kind);
        // The same signing key, and another sealing key: swapped by whoever carried the card.
        let swapped = card.replace(&other.hub.card.recipient, &hub.hub.card.recipient);
        for (card, heard, kind) in [
            (&card, "0000", kind),
            (&card, heard.as_str(), Viewer::Enforcement),
            (&swapped, heard.as_str(), kind),
        ] {
            let enrolled = exchange::enrol(&hub.hub, card, heard, kind, &moment()).await;
            assert!(enrolled.is_err(), "{heard} {kind:?}");
        }
        exchange::enrol(&hub.hub, &card, &heard, kind, &moment())
            .await
            .unwrap();
    }
    let theirs = them.hub.signer.fingerprint().to_string();
    let new = NewCase {
        person: Person {
            name: Secret::new("Imani Mfano"),
            nationality: "KE".into(),
            last_place: Secret::new("Room 4, KK Park"),
            ..Person::default()
        },
        risk: "extreme".into(),
        needs: vec!["travel document".into()],
        compelled_act: Secret::new("wrote to strangers"),
        synthetic: true,
        ..NewCase::default()
    };
    for wrong in [
        NewCase {
            needs: vec!["medicine for Imani".into()],
            ..new.clone()
        },
        NewCase {
            signals: vec!["her brother waits".into()],
            ..new.clone()
        },
        NewCase {
            person: Person {
                nationality: "Imani".into(),
                ..new.person.clone()
            },
            ..new.clone()
        },
    ] {
        assert!(
            refer::open_case(&us.hub, wrong, &moment()).await.is_err(),
            "free words would stand unsealed"
        );
    }
    let case = refer::open_case(&us.hub, new, &moment()).await.unwrap();
    assert!(
        refer::send(&us.hub, &us.key, case, &theirs, "verify nationality", &moment())
            .await
            .is_err(),
        "no consent"
    );
    refer::consent(
        &us.hub,
        case,
        "protection",
        &Secret::new("return"),
        &Secret::new("by phone"),
        None,
        &moment(),
    )
    .await
    .unwrap();
    let preview = refer::preview(&us.hub, &us.key, case, &theirs, "verify nationality", &moment())
        .await
        .unwrap();
    let referral = refer::send(&us.hub, &us.key, case, &theirs, "verify nationality", &moment())
        .await
        .unwrap();
    let sent = carry(&us, &them, referral).await;

    // Overdue by a moved clock, and seen in the queue.
    assert!(queue::queue(&us.hub, clock()).await.unwrap().overdue.is_empty());
    pass(5 * 86_400);
    assert_eq!(queue::queue(&us.hub, clock()).await.unwrap().overdue.len(), 1);
    assert_eq!(queue::queue(&them.hub, clock()).await.unwrap().incoming.len(), 1);

    // Opened on the other side: the payload is what the preview showed, and no compelled act is in it.
    let view = refer::open(&them.hub, &them.key, referral, &moment())
        .await
        .unwrap();
    assert_eq!(view.fields, preview.view.fields);
    assert!(!view.to_json().contains("strangers"));
    assert_eq!(
        refer::take(&them.hub, referral, Taken::Accept, &moment())
            .await
            .unwrap(),
        State::Accepted
    );
    carry(&them, &us, referral).await;
    assert_eq!(
        us.hub
            .store
            .read()
            .await
            .unwrap()
            .referral(referral)
            .await
            .unwrap()
            .state,
        State::Accepted
    );
    assert!(
        queue::queue(&us.hub, clock()).await.unwrap().overdue.is_empty(),
        "answered"
    );

    // A tampered bundle, a replayed one, a stranger's step: refused, and nothing changes.
    let tampered = sent
        .replace("travel document", "travel  document")
        .replacen("payload", "payloaD", 1);
    assert!(
        exchange::take_in(&them.hub, tampered.as_bytes(), clock())
            .await
            .is_err()
    );
    assert_eq!(
        exchange::take_in(&them.hub, sent.as_bytes(), clock())
            .await
            .unwrap(),
        exchange::TakenIn::Known(referral)
    );
    assert!(
        refer::take(&us.hub, referral, Taken::Accept, &moment())
            .await
            .is_err(),
        "not ours to accept"
    );

    // Recalled, with the recipient's signed erasure; what was erased opens no more and is not taken in again.
    refer::take(
        &us.hub,
        referral,
        Taken::Recall("consent withdrawn".into()),
        &moment(),
    )
    .await
    .unwrap();
    carry(&us, &them, referral).await;
    carry(&them, &us, referral).await;
    assert_eq!(
        us.hub
            .store
            .read()
            .await
            .unwrap()
            .referral(referral)
            .await
            .unwrap()
            .state,
        State::Erased
    );
    assert!(
        refer::open(&them.hub, &them.key, referral, &moment())
            .await
            .is_err()
    );

    // Publish: every figure has its words; small cells are withheld.
    let brief = publish::draft(&us.hub, &us.key, "What is known", &[document], &moment())
        .await
        .unwrap();
    publish::publish(&us.hub, brief, &moment()).await.unwrap();
    let html = us
        .hub
        .store
        .read()
        .await
        .unwrap()
        .brief(brief)
        .await
        .unwrap()
        .body;
    assert!(
        html.contains("at least 14 people")
            && html.contains("<q>At least 14 people are held in KK Park.</q>")
            && html.contains("(KK Park)")
            && html.contains("synthetic"),
        "{html}"
    );
    // A report that is not public is cited by its place, and its words are withheld.
    let words = "At least 90 people are held in KK Park, Imani said. They want USD 3,000 for each of the 4 people in room 7.";
    let confidence = Brought {
        bytes: words.into(),
        name: "c.txt".into(),
        source: "hotline".into(),
        grade: Grade::UNKNOWN,
        received: clock(),
        published: None,
        public: false,
        synthetic: true,
        confirm: true,
    };
    let Received::Taken { id: told, .. } = receive(&us.hub, confidence, &moment()).await.unwrap() else {
        unreachable!()
    };
    let cited = publish::draft(&us.hub, &us.key, "Told", &[told], &moment())
        .await
        .unwrap();
    let cited = us
        .hub
        .store
        .read()
        .await
        .unwrap()
        .brief(cited)
        .await
        .unwrap()
        .body;
    assert!(
        cited.contains("at least 90 people")
            && cited.contains("Words withheld")
            && cited.contains("Withheld: 2 figures"),
        "{cited}"
    );
    let hash = evidence::document::ContentHash::of(words.as_bytes()).to_string();
    for secret in ["Imani", "3,000", "KK Park", "4 people", &hash] {
        assert!(!cited.contains(secret), "{secret}: {cited}");
    }
    let csv = publish::release(&us.hub, &us.key, &moment()).await.unwrap();
    assert!(csv.contains("SYNTHETIC") && !csv.contains(",1"), "{csv}");
    assert!(
        publish::feed(&us.hub, "http://h")
            .await
            .unwrap()
            .contains("What is known")
    );

    // Everything is as it was written, on both sides, opened and compared.
    for (hub, key) in [(&us, &us.key), (&them, &them.key)] {
        let report = hub.hub.store.check(Some(key)).await.unwrap();
        assert_eq!(report.damage, Vec::<String>::new());
    }

    // A write without its journal entry is undone.
    let mut tx = us.hub.store.write("forgetful").await.unwrap();
    tx.put_dossier("MM-XXX", None, None, "site", "test")
        .await
        .unwrap();
    assert!(matches!(
        tx.commit().await,
        Err(store::StoreError::Unjournaled("forgetful"))
    ));

    // Every stored field has somebody who decided who may see it, and nothing else was decided.
    let mut columns = store::columns(&mut us.hub.store.read().await.unwrap())
        .await
        .unwrap();
    columns.sort();
    let decided: Vec<String> = evidence::visibility::Policy::built_in()
        .fields()
        .map(str::to_owned)
        .collect();
    assert_eq!(columns, decided);
}

/// Carries a referral's newest bundle from one hub to the other, as a stick would; the text that went.
async fn carry(from: &TestHub, to: &TestHub, referral: evidence::id::ReferralId) -> String {
    let at = Moment {
        at: clock(),
        ..moment()
    };
    let (_, text) = exchange::export(&from.hub, referral, &at)
        .await
        .unwrap()
        .pop()
        .unwrap();
    exchange::take_in(&to.hub, text.as_bytes(), clock())
        .await
        .unwrap();
    text
}
