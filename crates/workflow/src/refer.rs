//! Refer: a case is opened, and handed to whoever must act, with consent, a preview and a clock.

use evidence::{
    Secret, Viewer,
    act::{Element, Finding},
    consent::Consent,
    document::ContentHash,
    id::{CaseId, RecordId, ReferralId},
    person::Person,
};
use jiff::Timestamp;
use response::{
    Asked, Bundle, Case, Referral, StepKind, View,
    case::{NEEDS, Risk, SIGNALS},
    deadline::Rules,
    referral::State,
    sign::{self, Fingerprint},
};
use store::{Tx, VaultKey, exchange::Partner, response::ReferralCard};

use crate::{
    hub::{Hub, Moment, WorkflowError, entropy},
    locate,
};

/// What a case is opened with.
#[derive(Debug, Clone, Default)]
pub struct NewCase {
    pub person: Person,
    /// Who is with them, one a line.
    pub family: Secret,
    pub records: Vec<RecordId>,
    pub risk: String,
    pub child: bool,
    pub needs: Vec<String>,
    pub signals: Vec<String>,
    pub compelled_act: Secret,
    pub synthetic: bool,
}

/// Opens a case.
///
/// # Errors
/// When risk, needs, signals or nationality are not of their lists (free words stand nowhere unsealed), or nothing is
/// known about the person.
pub async fn open_case(hub: &Hub, new: NewCase, moment: &Moment) -> Result<CaseId, WorkflowError> {
    let risk = Risk::named(&new.risk).ok_or_else(|| {
        WorkflowError::Refused(format!("“{}” is no risk: low, medium, high or extreme", new.risk))
    })?;
    for (given, list, what) in [
        (&new.needs, &NEEDS[..], "need"),
        (&new.signals, &SIGNALS[..], "signal"),
    ] {
        if let Some(other) = given.iter().find(|g| !list.contains(&g.as_str())) {
            return Err(WorkflowError::Refused(format!(
                "“{other}” is no {what}: choose from {}",
                list.join(", ")
            )));
        }
    }
    let mut person = new.person;
    if !person.nationality.is_empty() {
        person.nationality = places::Gazetteer::built_in()
            .country(&person.nationality)
            .ok_or_else(|| {
                WorkflowError::Refused(
                    "the nationality is no country that the gazetteer knows: write its name or its two letters, or leave it out"
                        .into(),
                )
            })?
            .to_owned();
    }
    if person.is_blank() && person.last_place.is_empty() {
        return Err(WorkflowError::Refused(
            "a case needs a name, a telephone, a passport or a place: enter what is known".into(),
        ));
    }
    let mut tx = hub.store.write("open case").await?;
    let number = tx.next_case_number().await?;
    let year: String = moment.at.to_string().chars().take(4).collect();
    let case = Case {
        id: CaseId::new(moment.at, entropy()?),
        reference: format!("HC-{year}-{number:04}"),
        created: moment.at,
        person,
        family: new.family,
        records: new.records,
        risk,
        child: new.child,
        needs: new.needs,
        signals: new.signals,
        compelled_act: new.compelled_act,
        findings: [Finding::NotAsked; 3],
        consents: Vec::new(),
        synthetic: new.synthetic,
    };
    tx.put_case(&case, &hub.card.recipient).await?;
    tx.journal(
        moment.at,
        &moment.actor,
        "open-case",
        &case.id.to_string(),
        &case.reference,
    )
    .await?;
    tx.commit().await?;
    Ok(case.id)
}

/// The person of a record, for opening a case from what was reported.
///
/// # Errors
/// When there is no such record.
pub async fn person_of(
    hub: &Hub,
    key: &VaultKey,
    record: RecordId,
    moment: &Moment,
) -> Result<store::intake::Known, WorkflowError> {
    let mut tx = hub.store.write("open record").await?;
    let opener = tx
        .opener(
            key,
            moment.at,
            &moment.actor,
            "open a case from a record",
            &record.to_string(),
        )
        .await?;
    let known = tx.record(record, &opener).await?;
    tx.commit().await?;
    Ok(known)
}

/// The whole case, opened for a caseworker.
///
/// # Errors
/// When there is none.
pub async fn case(hub: &Hub, key: &VaultKey, id: CaseId, moment: &Moment) -> Result<Case, WorkflowError> {
    let mut tx = hub.store.write("open case").await?;
    let opener = tx
        .opener(key, moment.at, &moment.actor, "read the case", &id.to_string())
        .await?;
    let case = tx.case(id, &opener).await?;
    tx.commit().await?;
    Ok(case)
}

/// Records consent for a kind of recipient.
///
/// # Errors
/// When the recipient is not a kind of recipient, purpose or manner are not said, or its end is past.
pub async fn consent(
    hub: &Hub,
    case: CaseId,
    recipient: &str,
    purpose: &Secret,
    given: &Secret,
    until: Option<Timestamp>,
    moment: &Moment,
) -> Result<(), WorkflowError> {
    if !Viewer::RECIPIENTS.iter().any(|v| v.as_str() == recipient) {
        return Err(WorkflowError::Refused(format!(
            "“{recipient}” is no kind of recipient"
        )));
    }
    if purpose.is_empty() || given.is_empty() {
        return Err(WorkflowError::Refused(
            "say what the person agreed to, and how it was given".into(),
        ));
    }
    if until.is_some_and(|end| end <= moment.at) {
        return Err(WorkflowError::Refused(
            "the consent would be over already: its last day is past".into(),
        ));
    }
    let consent = Consent {
        recipient: recipient.to_owned(),
        purpose: purpose.clone(),
        given: given.clone(),
        from: moment.at,
        until,
        withdrawn: None,
    };
    let mut tx = hub.store.write("consent").await?;
    tx.put_consent(case, &consent, &hub.card.recipient).await?;
    tx.journal(moment.at, &moment.actor, "consent", &case.to_string(), recipient)
        .await?;
    tx.commit().await?;
    Ok(())
}

/// The person takes consent back, and with it whatever was sent by it: every referral to a recipient of that kind is
/// recalled in the same transaction. Returns how many.
///
/// # Errors
/// When no consent for that kind of recipient stands.
pub async fn withdraw_consent(
    hub: &Hub,
    case: CaseId,
    recipient: &str,
    moment: &Moment,
) -> Result<usize, WorkflowError> {
    let mut tx = hub.store.write("withdraw consent").await?;
    if !tx.withdraw_consent(case, recipient, moment.at).await? {
        return Err(WorkflowError::Refused(format!(
            "no consent for “{recipient}” recipients stands on case {case}: nothing was withdrawn"
        )));
    }
    tx.journal(
        moment.at,
        &moment.actor,
        "withdraw-consent",
        &case.to_string(),
        recipient,
    )
    .await?;
    let held = tx.held_of(case, recipient).await?;
    for card in &held {
        step_in(
            &mut tx,
            hub,
            card,
            Taken::Recall("consent withdrawn".into()),
            moment,
        )
        .await?;
    }
    tx.commit().await?;
    Ok(held.len())
}

/// Records what is known about an element of trafficking.
///
/// # Errors
/// When the store refuses.
pub async fn find(
    hub: &Hub,
    case: CaseId,
    element: Element,
    finding: Finding,
    moment: &Moment,
) -> Result<(), WorkflowError> {
    let mut tx = hub.store.write("finding").await?;
    tx.set_finding(case, element, finding, moment.at).await?;
    tx.journal(
        moment.at,
        &moment.actor,
        "finding",
        &case.to_string(),
        &format!("{}={}", element.as_str(), finding.as_str()),
    )
    .await?;
    tx.commit().await?;
    Ok(())
}

/// What a partner would get of a case: the very view that [`send`] sends.
#[derive(Debug, Clone)]
pub struct Preview {
    pub case: Case,
    pub partner: Partner,
    pub view: View,
    /// None when consent is missing, with the reason.
    pub consent: Option<Consent>,
    pub rule: String,
    pub due: Option<Timestamp>,
    pub source: String,
}

async fn preview_in(
    tx: &mut Tx,
    key: &VaultKey,
    case: CaseId,
    partner: &str,
    service: &str,
    moment: &Moment,
) -> Result<Preview, WorkflowError> {
    let opener = tx
        .opener(
            key,
            moment.at,
            &moment.actor,
            "prepare a referral",
            &case.to_string(),
        )
        .await?;
    let case = tx.case(case, &opener).await?;
    let partner = tx.partner(partner).await?;
    let area = locate::area(case.person.last_place.reveal());
    let asked = Asked {
        service,
        area: area.as_deref(),
        transfers: "",
    };
    let view = View::of(&case, partner.kind, &asked);
    let rules = Rules::built_in();
    let rule = rules.rule_for(partner.kind.as_str(), &partner.country);
    let consent = case.consent(partner.kind.as_str(), moment.at).cloned();
    Ok(Preview {
        consent,
        rule: rule.map(|r| r.id.clone()).unwrap_or_default(),
        due: rule.map(|r| rules.due(r, &partner.country, moment.at)),
        source: rule.map(|r| r.source.clone()).unwrap_or_default(),
        case,
        partner,
        view,
    })
}

/// # Errors
/// When case or partner is unknown.
pub async fn preview(
    hub: &Hub,
    key: &VaultKey,
    case: CaseId,
    partner: &str,
    service: &str,
    moment: &Moment,
) -> Result<Preview, WorkflowError> {
    let mut tx = hub.store.write("preview").await?;
    let preview = preview_in(&mut tx, key, case, partner, service, moment).await?;
    tx.commit().await?;
    Ok(preview)
}

/// Sends a referral: the view is sealed to the partner, its hash fixed in the first signed step, and the bundle queued.
///
/// # Errors
/// When consent is missing or the partner was revoked.
pub async fn send(
    hub: &Hub,
    key: &VaultKey,
    case: CaseId,
    partner: &str,
    service: &str,
    moment: &Moment,
) -> Result<ReferralId, WorkflowError> {
    let mut tx = hub.store.write("refer").await?;
    let preview = preview_in(&mut tx, key, case, partner, service, moment).await?;
    if preview.partner.revoked {
        return Err(WorkflowError::Refused(format!(
            "{} was revoked: nothing is sent to it",
            preview.partner.name
        )));
    }
    if preview.consent.is_none() {
        return Err(WorkflowError::Refused(format!(
            "{} has no standing consent for {} recipients: ask the person, record it, then send",
            preview.case.reference,
            preview.partner.kind.as_str()
        )));
    }
    let id = ReferralId::new(moment.at, entropy()?);
    let payload = store::seal::seal(&preview.partner.recipient, preview.view.to_json().as_bytes())?;
    let payload_hash = ContentHash::of(&payload).to_string();
    let theirs = sign::key(&preview.partner.verifying_key).ok_or_else(|| {
        WorkflowError::Refused(format!(
            "the key of {} cannot be read: enrol it again",
            preview.partner.name
        ))
    })?;
    let sent = StepKind::Sent {
        payload_hash: payload_hash.clone(),
        service: service.to_owned(),
        rule: preview.rule.clone(),
    };
    let at = whole_second(moment.at);
    let referral = Referral::send(id, theirs, sent, at, &hub.signer);
    tx.put_referral(&ReferralCard {
        id,
        case: Some(case),
        case_reference: None,
        partner: preview.partner.fingerprint.clone(),
        partner_name: String::new(),
        outgoing: true,
        state: State::Sent,
        service: service.to_owned(),
        rule: preview.rule.clone(),
        created: store::instant(at),
        due: preview.due,
        payload: None,
        payload_hash,
    })
    .await?;
    put_and_queue(
        &mut tx,
        hub,
        &referral,
        0,
        Some(&payload),
        &preview.partner.fingerprint,
        moment,
    )
    .await?;
    tx.journal(
        moment.at,
        &moment.actor,
        "send-referral",
        &id.to_string(),
        &preview.partner.fingerprint,
    )
    .await?;
    tx.commit().await?;
    Ok(id)
}

/// Instants are kept to the second; what is signed is what is kept.
pub(crate) fn whole_second(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}

/// Keeps the steps from `first` on and queues one bundle with the whole chain.
pub(crate) async fn put_and_queue(
    tx: &mut Tx,
    hub: &Hub,
    referral: &Referral,
    first: usize,
    payload: Option<&[u8]>,
    partner: &str,
    moment: &Moment,
) -> Result<(), WorkflowError> {
    for step in &referral.steps()[first..] {
        tx.put_step(step).await?;
    }
    let bundle = ReferralId::new(moment.at, entropy()?).to_string();
    let text = Bundle::write(
        &bundle,
        &Fingerprint::from(partner),
        referral.id,
        whole_second(moment.at),
        referral.steps(),
        payload,
        &hub.signer,
    );
    tx.take_bundle(&bundle, true, partner, referral.id, moment.at)
        .await?;
    tx.enqueue(&bundle, partner, &text, moment.at).await?;
    Ok(())
}

/// A step that a member takes on a referral.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    Accept,
    Decline(String),
    Act(String),
    Close,
    Recall(String),
}

/// Takes a step, signs it and queues it for the other side.
///
/// # Errors
/// When the referral is not in a state from which it may be taken, or it is the other side's to take, or its words are
/// missing.
pub async fn take(hub: &Hub, id: ReferralId, step: Taken, moment: &Moment) -> Result<State, WorkflowError> {
    if let Taken::Act(words) | Taken::Recall(words) = &step
        && words.trim().is_empty()
    {
        return Err(WorkflowError::Refused(
            "say what was done, or why it is recalled: both sides keep it".into(),
        ));
    }
    let mut tx = hub.store.write("referral step").await?;
    let card = tx.referral(id).await?;
    let state = step_in(&mut tx, hub, &card, step, moment).await?;
    tx.commit().await?;
    Ok(state)
}

async fn step_in(
    tx: &mut Tx,
    hub: &Hub,
    card: &ReferralCard,
    step: Taken,
    moment: &Moment,
) -> Result<State, WorkflowError> {
    let id = card.id;
    let referral = tx.chain(id, &hub.signer.public()).await?;
    let kept = referral.steps().len();
    let (at, by) = (whole_second(moment.at), &hub.signer);
    if matches!(step, Taken::Recall(_)) {
        tx.unqueue(id).await?;
    }
    let referral = match step {
        Taken::Accept => referral.accept(at, by),
        Taken::Decline(reason) => referral.decline(&reason, at, by),
        Taken::Act(service) => referral.act(&service, at, by),
        Taken::Close => referral.close(at, by),
        Taken::Recall(reason) => referral.recall(&reason, at, by),
    }?;
    put_and_queue(tx, hub, &referral, kept, None, &card.partner, moment).await?;
    let state = referral.state().unwrap_or(State::Sent);
    tx.journal(
        moment.at,
        &moment.actor,
        state.as_str(),
        &id.to_string(),
        &card.partner,
    )
    .await?;
    Ok(state)
}

/// An incoming referral, opened: what the sender's preview showed.
///
/// # Errors
/// When the payload was recalled and erased, or the key does not open it.
pub async fn open(hub: &Hub, key: &VaultKey, id: ReferralId, moment: &Moment) -> Result<View, WorkflowError> {
    let mut tx = hub.store.write("open referral").await?;
    let card = tx.referral(id).await?;
    let Some(blob) = &card.payload else {
        return Err(WorkflowError::Refused(format!(
            "referral {id} holds nothing: its sender recalled it, or it is one that we sent"
        )));
    };
    let sealed = tx.blob(blob).await?;
    let opener = tx
        .opener(key, moment.at, &moment.actor, "open a referral", &id.to_string())
        .await?;
    let text = opener.open_text(&sealed, &format!("referral {id}"))?;
    let view = View::from_json(&text).map_err(|e| WorkflowError::Refused(e.to_string()))?;
    let referral = tx.chain(id, &hub.signer.public()).await?;
    if referral.state() == Some(State::Received) {
        let kept = referral.steps().len();
        let referral = referral.open(whole_second(moment.at), &hub.signer)?;
        put_and_queue(&mut tx, hub, &referral, kept, None, &card.partner, moment).await?;
    }
    tx.commit().await?;
    Ok(view)
}
