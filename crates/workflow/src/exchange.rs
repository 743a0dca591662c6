//! Exchange: partners are enrolled by comparing fingerprints, bundles are carried until they arrive, and taken in once.

use evidence::{Viewer, document::ContentHash, id::ReferralId};
use jiff::{SignedDuration, Timestamp};
use response::{
    Bundle, Referral, StepKind,
    deadline::Rules,
    referral::State,
    sign::{self, Fingerprint, Purpose},
};
use serde_json::{Value, json};
use store::{
    Actor, Tx,
    exchange::{Carried, Partner},
    response::ReferralCard,
};

use crate::{
    hub::{Hub, Moment, WorkflowError},
    refer::{put_and_queue, whole_second},
};

/// Our own card, for partners to enrol. It holds no secret. It is signed, because the fingerprint that people compare is
/// that of the signing key alone: without a signature whoever carries the card could put a sealing key of their own in it.
#[must_use]
pub fn card(hub: &Hub, url: Option<&str>) -> String {
    let body = json!({
        "format": "hue-partner/1", "name": hub.card.name, "kind": hub.card.kind.as_str(), "country": hub.card.country,
        "url": url, "recipient": hub.card.recipient, "verifying_key": hub.card.verifying_key,
    })
    .to_string();
    let signature = hub.signer.sign(Purpose::Card, &body);
    json!({"body": body, "signature": signature}).to_string()
}

/// Reads a partner's card.
///
/// # Errors
/// When it is not a card, or not signed by the key in it.
pub fn read_card(text: &str) -> Result<Partner, WorkflowError> {
    let wrong = |what: &str| {
        WorkflowError::Refused(format!(
            "this is not a partner's card: {what} is missing or wrong"
        ))
    };
    let card: Value = serde_json::from_str(text.trim()).map_err(|_| wrong("its JSON"))?;
    let part = |key: &'static str| card[key].as_str().ok_or_else(|| wrong(key));
    let (body, signature) = (part("body")?, part("signature")?);
    let value: Value = serde_json::from_str(body).map_err(|_| wrong("its body"))?;
    if value["format"] != "hue-partner/1" {
        return Err(wrong("format"));
    }
    let text = |key: &'static str| value[key].as_str().map(str::to_owned).ok_or_else(|| wrong(key));
    let verifying_key = text("verifying_key")?;
    let key = sign::key(&verifying_key).ok_or_else(|| wrong("verifying_key"))?;
    if !sign::verify(&key, Purpose::Card, body, signature) {
        return Err(WorkflowError::Refused(
            "this partner's card is not signed by the key in it: it was altered on the way; ask for it again"
                .to_owned(),
        ));
    }
    let recipient = text("recipient")?;
    store::seal::seal(&recipient, b"test").map_err(|_| wrong("recipient"))?;
    let url = value["url"].as_str().map(|u| u.trim_end_matches('/').to_owned());
    if url
        .as_deref()
        .is_some_and(|u| !(u.starts_with("https://") || u.starts_with("http://")))
    {
        return Err(wrong("url"));
    }
    Ok(Partner {
        fingerprint: Fingerprint::of(&key).to_string(),
        name: text("name")?.chars().take(120).collect(),
        kind: Viewer::named(&text("kind")?)
            .filter(|k| Viewer::RECIPIENTS.contains(k))
            .ok_or_else(|| wrong("kind"))?,
        country: text("country")?.chars().take(2).collect(),
        url,
        recipient,
        verifying_key,
        revoked: false,
    })
}

/// Enrols a partner, if the fingerprint that somebody heard by telephone is the card's, and the partner is of the kind that
/// whoever enrols it says: what it may be sent hangs on its kind, so its own word is not enough.
///
/// # Errors
/// When the fingerprint is another: then the card was swapped on the way. When the kind is another, and when this key was
/// revoked here.
pub async fn enrol(
    hub: &Hub,
    card: &str,
    heard: &str,
    kind: Viewer,
    moment: &Moment,
) -> Result<Partner, WorkflowError> {
    let partner = read_card(card)?;
    let heard: String = heard
        .chars()
        .filter(char::is_ascii_hexdigit)
        .collect::<String>()
        .to_lowercase();
    if heard != partner.fingerprint {
        return Err(WorkflowError::Refused(format!(
            "the card's fingerprint is {}, not the one you were told: somebody may have swapped the card. Call the partner on a number you know",
            Fingerprint::from(partner.fingerprint.as_str()).spoken()
        )));
    }
    if kind != partner.kind {
        return Err(WorkflowError::Refused(format!(
            "the card of {} says “{}”, and you say “{}”: what they may be sent hangs on it. Ask them what they are, and for a card that says so",
            partner.name,
            partner.kind.as_str(),
            kind.as_str()
        )));
    }
    let mut tx = hub.store.write("enrol").await?;
    if tx.partner(&partner.fingerprint).await.is_ok_and(|p| p.revoked) {
        return Err(WorkflowError::Refused(format!(
            "the key {} was revoked here: {} comes back with a new one",
            partner.fingerprint, partner.name
        )));
    }
    tx.put_partner(&partner, moment.at).await?;
    tx.journal(
        moment.at,
        &moment.actor,
        "enrol",
        &partner.fingerprint,
        &partner.name,
    )
    .await?;
    tx.commit().await?;
    Ok(partner)
}

/// Sends nothing to a partner any more, and takes nothing from it.
///
/// # Errors
/// When the store refuses.
pub async fn revoke(hub: &Hub, fingerprint: &str, moment: &Moment) -> Result<(), WorkflowError> {
    let mut tx = hub.store.write("revoke").await?;
    tx.revoke_partner(fingerprint, moment.at).await?;
    tx.journal(moment.at, &moment.actor, "revoke", fingerprint, "")
        .await?;
    tx.commit().await?;
    Ok(())
}

/// What became of a bundle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TakenIn {
    /// The state that the referral is in now.
    Done(ReferralId, State),
    /// It was taken in before: nothing changed.
    Known(ReferralId),
}

/// Takes in a bundle from a partner: by HTTP, or from a stick.
///
/// # Errors
/// When it is cut, altered, forged, from a stranger, for somebody else, erased before, or does not fit the history.
pub async fn take_in(hub: &Hub, bytes: &[u8], at: Timestamp) -> Result<TakenIn, WorkflowError> {
    let bundle = Bundle::read(bytes)?;
    let mut tx = hub.store.write("take in").await?;
    let partner = tx.partner(bundle.from.as_str()).await?;
    if partner.revoked {
        return Err(WorkflowError::Refused(format!(
            "bundle {}: {} was revoked here",
            bundle.id, partner.name
        )));
    }
    let key = sign::key(&partner.verifying_key).unwrap_or_default();
    bundle.verify(&key, &hub.signer.fingerprint())?;
    let moment = Moment {
        at,
        actor: Actor::partner(&partner.fingerprint),
    };
    if !tx
        .take_bundle(&bundle.id, false, &partner.fingerprint, bundle.referral, at)
        .await?
    {
        return Ok(TakenIn::Known(bundle.referral));
    }
    let known = match tx.referral(bundle.referral).await {
        Ok(card) if card.partner == partner.fingerprint => Some(card),
        Ok(_) => {
            return Err(WorkflowError::Refused(format!(
                "bundle {}: referral {} is with another partner",
                bundle.id, bundle.referral
            )));
        }
        Err(store::StoreError::NotFound { .. }) => None,
        Err(other) => return Err(other.into()),
    };
    let state = match known {
        Some(card) => go_on(&mut tx, hub, &bundle, &card, &moment).await?,
        None => begin(&mut tx, hub, &bundle, &partner, key, &moment).await?,
    };
    tx.journal(
        at,
        &moment.actor,
        "take-in",
        &bundle.referral.to_string(),
        &format!("bundle={} state={}", bundle.id, state.as_str()),
    )
    .await?;
    tx.commit().await?;
    Ok(TakenIn::Done(bundle.referral, state))
}

/// A referral that is new to us: its payload must be the one that its first step fixed, and we sign that it arrived.
async fn begin(
    tx: &mut Tx,
    hub: &Hub,
    bundle: &Bundle,
    partner: &Partner,
    theirs: [u8; 32],
    moment: &Moment,
) -> Result<State, WorkflowError> {
    let referral = Referral::replay(bundle.referral, theirs, hub.signer.public(), bundle.steps.clone())?;
    let Some(StepKind::Sent {
        payload_hash,
        service,
        rule,
    }) = referral.steps().first().map(|s| s.kind.clone())
    else {
        return Err(WorkflowError::Refused(format!(
            "bundle {}: it begins no referral and belongs to none that is here",
            bundle.id
        )));
    };
    // A recall that was faster than what it recalls leaves a mark here, so that the payload is refused when it comes.
    let fixed = match &bundle.payload {
        Some(payload) => ContentHash::of(payload).to_string() == payload_hash,
        None => referral.state() == Some(State::Recalled),
    };
    if !fixed {
        return Err(response::BundleError::OtherPayload {
            id: bundle.id.clone(),
        }
        .into());
    }
    if let Some(when) = tx.erased(&payload_hash).await? {
        return Err(WorkflowError::Refused(format!(
            "bundle {}: its sender recalled it and it was erased here on {when}; it is not taken in again",
            bundle.id
        )));
    }
    let sent = referral.steps()[0].at;
    let kept = match &bundle.payload {
        Some(payload) => Some(tx.put_blob(payload.clone()).await?),
        None => None,
    };
    tx.put_referral(&ReferralCard {
        id: bundle.referral,
        case: None,
        case_reference: None,
        partner: partner.fingerprint.clone(),
        partner_name: String::new(),
        outgoing: false,
        state: State::Sent,
        service,
        rule: rule.clone(),
        created: store::instant(sent),
        due: None,
        payload: kept,
        payload_hash,
    })
    .await?;
    let referral = if referral.state() == Some(State::Sent) {
        referral.receive(whole_second(moment.at), &hub.signer)?
    } else {
        referral
    };
    put_and_queue(tx, hub, &referral, 0, None, &partner.fingerprint, moment).await?;
    set_clock(tx, &referral, &rule, &hub.card.country).await?;
    after_recall(tx, hub, referral, &partner.fingerprint, moment).await
}

/// A referral that we know: the steps that are new to us join its chain.
async fn go_on(
    tx: &mut Tx,
    hub: &Hub,
    bundle: &Bundle,
    card: &ReferralCard,
    moment: &Moment,
) -> Result<State, WorkflowError> {
    let mut referral = tx.chain(card.id, &hub.signer.public()).await?;
    let mut kept = referral.steps().len();
    for step in &bundle.steps {
        let at = usize::try_from(step.ordinal).unwrap_or(usize::MAX);
        match referral.steps().get(at) {
            // Both sides send the whole chain: what is here already must be the same.
            Some(known) if known.content == step.content && known.signature == step.signature => {}
            // We recalled while the recipient acted: its step is overtaken, and its next bundle says that it knows.
            Some(known) if matches!(known.kind, StepKind::Recalled { .. }) && !step.kind.is_senders() => {
                return Ok(referral.state().unwrap_or(State::Sent));
            }
            Some(_) => {
                let (stands, overtaken) = referral.overtake(step.clone())?;
                (referral, kept) = (stands, at);
                tx.overtake(card.id, step.ordinal).await?;
                let overtaken: Vec<&str> = overtaken.iter().map(|s| s.kind.state().as_str()).collect();
                let detail = format!("steps={}", overtaken.join(","));
                tx.journal(
                    moment.at,
                    &moment.actor,
                    "overtake",
                    &card.id.to_string(),
                    &detail,
                )
                .await?;
            }
            None => referral = referral.join(step.clone())?,
        }
    }
    if referral.steps().len() == kept {
        return Ok(referral.state().unwrap_or(State::Sent));
    }
    for step in &referral.steps()[kept..] {
        tx.put_step(step).await?;
    }
    if card.outgoing {
        let partner = tx.partner(&card.partner).await?;
        set_clock(tx, &referral, &card.rule, &partner.country).await?;
    }
    after_recall(tx, hub, referral, &card.partner, moment).await
}

/// Sets the clock by the rule that the sender named, if the rule is known here. `country` is the recipient's.
async fn set_clock(tx: &mut Tx, referral: &Referral, rule: &str, country: &str) -> Result<(), WorkflowError> {
    let rules = Rules::built_in();
    let due = rules
        .by_id(rule)
        .and_then(|rule| rules.due_for(rule, country, referral));
    tx.set_due(referral.id, due).await?;
    Ok(())
}

/// Whoever is recalled from erases at once, and signs that it did.
async fn after_recall(
    tx: &mut Tx,
    hub: &Hub,
    referral: Referral,
    partner: &str,
    moment: &Moment,
) -> Result<State, WorkflowError> {
    if referral.state() != Some(State::Recalled) || referral.recipient != hub.signer.public() {
        return Ok(referral.state().unwrap_or(State::Sent));
    }
    let card = tx.referral(referral.id).await?;
    tx.erase_payload(&card, moment.at).await?;
    let kept = referral.steps().len();
    let referral = referral.erase(&card.payload_hash, whole_second(moment.at), &hub.signer)?;
    put_and_queue(tx, hub, &referral, kept, None, partner, moment).await?;
    Ok(State::Erased)
}

/// One round of the outbox: every bundle that is due is tried, and tried again later with growing pauses.
///
/// Returns how many arrived.
///
/// # Errors
/// When the store refuses; a partner that cannot be reached is no error.
pub async fn deliver(hub: &Hub, now: impl Fn() -> Timestamp) -> Result<usize, WorkflowError> {
    let waiting = hub.store.read().await?.waiting(now()).await?;
    let mut arrived = 0;
    let mut stuck: Vec<String> = Vec::new();
    for item in waiting {
        // A partner gets its bundles in order: while it cannot be reached, the first one waits for all.
        if stuck.contains(&item.partner) {
            continue;
        }
        let (url, payload) = (item.url.clone(), item.payload.clone());
        let reply = tokio::task::spawn_blocking(move || {
            connect::post(&format!("{url}/exchange/v1/bundles"), payload.as_bytes())
        })
        .await;
        let at = now();
        // 5 s, 10 s, 20 s … up to an hour: a hub that is down for a week catches up within the hour it returns.
        let pause =
            SignedDuration::from_secs(5_i64.saturating_mul(1 << item.attempts.clamp(0, 10)).min(3600));
        let next = at.saturating_add(pause).unwrap_or(at);
        let (carried, act) = match &reply {
            Ok(Ok(r)) if r.status == 200 => (Carried::Arrived { at }, "delivered"),
            // Refused for what it is: it must not hold back a recall behind it.
            Ok(Ok(r)) if (400..500).contains(&r.status) && !matches!(r.status, 408 | 429) => {
                tracing::warn!(bundle = %item.bundle, status = r.status, "a partner refused a bundle");
                (Carried::Refused { next }, "refused")
            }
            Ok(Ok(r)) => {
                tracing::info!(bundle = %item.bundle, status = r.status, "a bundle waits");
                (Carried::Waits { next }, "undelivered")
            }
            Ok(Err(why)) => {
                tracing::info!(bundle = %item.bundle, %why, "a bundle waits");
                (Carried::Waits { next }, "undelivered")
            }
            Err(_) => (Carried::Waits { next }, "undelivered"),
        };
        if matches!(carried, Carried::Waits { .. }) {
            stuck.push(item.partner.clone());
        }
        arrived += usize::from(matches!(carried, Carried::Arrived { .. }));
        let mut tx = hub.store.write("deliver").await?;
        tx.carried(&item, carried).await?;
        tx.journal(at, &Actor::program(), act, &item.bundle, &item.partner)
            .await?;
        tx.commit().await?;
    }
    Ok(arrived)
}

/// Marks a referral's bundles as carried by hand and returns them, to be written to a stick.
///
/// # Errors
/// When there is no such referral.
pub async fn export(
    hub: &Hub,
    id: ReferralId,
    moment: &Moment,
) -> Result<Vec<(String, String)>, WorkflowError> {
    let mut tx = hub.store.write("export").await?;
    tx.referral(id).await?;
    let bundles = tx.outgoing_bundles(id).await?;
    tx.journal(
        moment.at,
        &moment.actor,
        "export",
        &id.to_string(),
        &format!("bundles={}", bundles.len()),
    )
    .await?;
    tx.commit().await?;
    Ok(bundles)
}
