//! Cases, partners, referrals with their steps, and the bundles that carry them.

use evidence::{
    Secret,
    act::{Element, Finding},
    consent::Consent,
    id::{CaseId, RecordId, ReferralId},
    person::Person,
};
use jiff::Timestamp;
use response::{Case, Referral, State, Step, case::Risk, sign};
use serde_json::json;

use crate::{
    Opener, Row, StoreError, Tx,
    db::instant,
    intake::{person_of, person_value},
};

/// A case as lists show it: nothing that identifies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseCard {
    pub id: CaseId,
    pub reference: String,
    pub created: String,
    pub risk: Risk,
    pub child: bool,
    pub nationality: String,
    pub needs: Vec<String>,
    pub signals: Vec<String>,
    pub synthetic: bool,
}

/// A referral as lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferralCard {
    pub id: ReferralId,
    pub case: Option<CaseId>,
    pub case_reference: Option<String>,
    pub partner: String,
    pub partner_name: String,
    pub outgoing: bool,
    pub state: State,
    pub service: String,
    pub rule: String,
    pub created: String,
    pub due: Option<Timestamp>,
    pub payload: Option<String>,
    pub payload_hash: String,
}

fn words(text: &str) -> Vec<String> {
    text.split(',')
        .map(|w| w.trim().to_owned())
        .filter(|w| !w.is_empty())
        .collect()
}

/// The sealed part of a case.
fn case_json(c: &Case) -> String {
    json!({"person": person_value(&c.person), "family": c.family.reveal()}).to_string()
}

fn case_from(text: &str) -> Option<(Person, Secret)> {
    let value: serde_json::Value = serde_json::from_str(text).ok()?;
    Some((
        person_of(&value["person"])?,
        Secret::new(value["family"].as_str()?),
    ))
}

fn case_card(r: &Row) -> Result<CaseCard, StoreError> {
    let risk = r.text("risk");
    Ok(CaseCard {
        id: r.parse("case_file", "id")?,
        reference: r.text("reference"),
        created: r.text("created"),
        risk: Risk::named(&risk).ok_or(StoreError::Damaged {
            table: "case_file",
            column: "risk",
            id: r.text("id"),
            value: risk,
        })?,
        child: r.int("child") == 1,
        nationality: r.text("nationality"),
        needs: words(&r.text("needs")),
        signals: words(&r.text("signals")),
        synthetic: r.int("synthetic") == 1,
    })
}

fn referral(r: &Row) -> Result<ReferralCard, StoreError> {
    let state = r.text("state");
    Ok(ReferralCard {
        id: r.parse("referral", "id")?,
        case: r.maybe("case_file").and_then(|c| c.parse().ok()),
        case_reference: r.maybe("reference"),
        partner: r.text("partner"),
        partner_name: r.text("partner_name"),
        outgoing: r.text("direction") == "out",
        state: State::named(&state).ok_or(StoreError::Damaged {
            table: "referral",
            column: "state",
            id: r.text("id"),
            value: state,
        })?,
        service: r.text("service"),
        rule: r.text("rule"),
        created: r.text("created"),
        due: r.maybe("due").and_then(|d| d.parse().ok()),
        payload: r.maybe("payload"),
        payload_hash: r.text("payload_hash"),
    })
}

const REFERRALS: &str = "SELECT r.*, p.name AS partner_name, c.reference FROM referral r JOIN partner p ON p.fingerprint = r.partner LEFT JOIN case_file c ON c.id = r.case_file ORDER BY r.created DESC, r.id DESC LIMIT $1 OFFSET $2";
const ONE_REFERRAL: &str = "SELECT r.*, p.name AS partner_name, c.reference FROM referral r JOIN partner p ON p.fingerprint = r.partner LEFT JOIN case_file c ON c.id = r.case_file WHERE r.id = $1";
const HELD: &str = "SELECT r.*, p.name AS partner_name, c.reference FROM referral r JOIN partner p ON p.fingerprint = r.partner LEFT JOIN case_file c ON c.id = r.case_file WHERE r.case_file = $1 AND r.direction = 'out' AND p.kind = $2 AND r.state NOT IN ('recalled', 'erased') ORDER BY r.created, r.id";
const OVERDUE: &str = "SELECT r.*, p.name AS partner_name, c.reference FROM referral r JOIN partner p ON p.fingerprint = r.partner LEFT JOIN case_file c ON c.id = r.case_file WHERE r.state IN ('sent', 'received', 'opened') AND r.due <= $1 ORDER BY r.due, r.id LIMIT $2";
const INCOMING: &str = "SELECT r.*, p.name AS partner_name, c.reference FROM referral r JOIN partner p ON p.fingerprint = r.partner LEFT JOIN case_file c ON c.id = r.case_file WHERE r.direction = 'in' AND r.state IN ('sent', 'received', 'opened', 'recalled') ORDER BY r.due, r.id LIMIT $1";

impl Tx {
    /// # Errors
    /// When the reference is taken.
    pub async fn put_case(&mut self, c: &Case, recipient: &str) -> Result<(), StoreError> {
        let act = if c.compelled_act.is_empty() {
            None
        } else {
            Some(crate::seal::seal(recipient, c.compelled_act.reveal().as_bytes())?)
        };
        self.execute(
            "INSERT INTO case_file (id, reference, created, risk, child, nationality, needs, signals, sealed, compelled_act, synthetic) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            [
                c.id.to_string().into(),
                (&c.reference).into(),
                c.created.into(),
                c.risk.as_str().into(),
                c.child.into(),
                (&c.person.nationality).into(),
                c.needs.join(", ").into(),
                c.signals.join(", ").into(),
                crate::seal::seal(recipient, case_json(c).as_bytes())?.into(),
                act.into(),
                c.synthetic.into(),
            ],
        )
        .await?;
        for record in &c.records {
            self.execute(
                "INSERT INTO case_record (case_file, record) VALUES ($1, $2)",
                [c.id.to_string().into(), record.to_string().into()],
            )
            .await?;
        }
        for (element, finding) in Element::ALL.iter().zip(c.findings) {
            self.execute(
                "INSERT INTO finding (case_file, element, finding, at) VALUES ($1, $2, $3, $4)",
                [
                    c.id.to_string().into(),
                    element.as_str().into(),
                    finding.as_str().into(),
                    c.created.into(),
                ],
            )
            .await?;
        }
        for consent in &c.consents {
            self.put_consent(c.id, consent, recipient).await?;
        }
        Ok(())
    }

    /// # Errors
    /// When the database refuses.
    pub async fn put_consent(&mut self, case: CaseId, c: &Consent, vault: &str) -> Result<(), StoreError> {
        let words = json!({"purpose": c.purpose.reveal(), "given": c.given.reveal()}).to_string();
        self.execute(
            "INSERT INTO consent (case_file, recipient, sealed, starts, ends) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (case_file, recipient, starts) DO UPDATE SET sealed = excluded.sealed, ends = excluded.ends",
            [
                case.to_string().into(),
                (&c.recipient).into(),
                crate::seal::seal(vault, words.as_bytes())?.into(),
                c.from.into(),
                c.until.into(),
            ],
        )
        .await?;
        Ok(())
    }

    /// # Errors
    /// When the database refuses.
    pub async fn withdraw_consent(
        &mut self,
        case: CaseId,
        recipient: &str,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let withdrawn = self.execute(
            "UPDATE consent SET withdrawn = $1 WHERE case_file = $2 AND recipient = $3 AND withdrawn IS NULL",
            [at.into(), case.to_string().into(), recipient.into()],
        )
        .await?;
        Ok(withdrawn > 0)
    }

    /// # Errors
    /// When the database refuses.
    pub async fn set_finding(
        &mut self,
        case: CaseId,
        element: Element,
        finding: Finding,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        self.execute(
            "UPDATE finding SET finding = $1, at = $2 WHERE case_file = $3 AND element = $4",
            [
                finding.as_str().into(),
                at.into(),
                case.to_string().into(),
                element.as_str().into(),
            ],
        )
        .await?;
        Ok(())
    }

    /// Open cases, the most urgent first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn cases(&mut self, limit: i64, offset: i64) -> Result<Vec<CaseCard>, StoreError> {
        self.rows(
            // Risk first, then children, then how many signals were stated: reasons that pages print beside the case.
            "SELECT * FROM case_file WHERE closed IS NULL ORDER BY CASE risk WHEN 'extreme' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 ELSE 3 END, child DESC, LENGTH(signals) - LENGTH(REPLACE(signals, ',', '')) + (CASE signals WHEN '' THEN 0 ELSE 1 END) DESC, created DESC, id DESC LIMIT $1 OFFSET $2",
            [limit.into(), offset.into()],
        )
        .await?
        .iter()
        .map(case_card)
        .collect()
    }

    /// The next reference that is said aloud: a prefix and a number.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn next_case_number(&mut self) -> Result<i64, StoreError> {
        Ok(self.number("SELECT COUNT(*) AS n FROM case_file", []).await? + 1)
    }

    /// The whole case, opened.
    ///
    /// # Errors
    /// When there is none, or the key does not open it.
    pub async fn case(&mut self, id: CaseId, opener: &Opener<'_>) -> Result<Case, StoreError> {
        let key = || [id.to_string().into()];
        let row = self.row("SELECT * FROM case_file WHERE id = $1", key()).await?;
        let row = row.ok_or_else(|| StoreError::NotFound {
            what: "case",
            id: id.to_string(),
        })?;
        let card = case_card(&row)?;
        let what = format!("case {}", card.reference);
        let (person, family) = case_from(&opener.open_text(&row.bytes("sealed"), &what)?)
            .ok_or_else(|| StoreError::WrongKey(what.clone()))?;
        let act = row.bytes("compelled_act");
        let compelled_act = if act.is_empty() {
            Secret::default()
        } else {
            Secret::new(opener.open_text(&act, &what)?)
        };
        let records: Vec<RecordId> = self
            .rows(
                "SELECT record FROM case_record WHERE case_file = $1 ORDER BY record",
                key(),
            )
            .await?
            .iter()
            .map(|r| r.parse("case_record", "record"))
            .collect::<Result<_, _>>()?;
        let mut findings = [Finding::NotAsked; 3];
        for r in self
            .rows("SELECT element, finding FROM finding WHERE case_file = $1", key())
            .await?
        {
            if let Some(i) = Element::ALL.iter().position(|e| e.as_str() == r.text("element")) {
                findings[i] = Finding::named(&r.text("finding")).unwrap_or(Finding::NotAsked);
            }
        }
        let mut consents = Vec::new();
        for r in self
            .rows(
                "SELECT * FROM consent WHERE case_file = $1 ORDER BY starts, recipient",
                key(),
            )
            .await?
        {
            let words = opener.open_text(&r.bytes("sealed"), &what)?;
            let words: serde_json::Value =
                serde_json::from_str(&words).map_err(|_| StoreError::WrongKey(what.clone()))?;
            let secret = |key: &str| Secret::new(words[key].as_str().unwrap_or_default());
            consents.push(Consent {
                recipient: r.text("recipient"),
                purpose: secret("purpose"),
                given: secret("given"),
                from: r.parse("consent", "starts")?,
                until: r.maybe("ends").and_then(|e| e.parse().ok()),
                withdrawn: r.maybe("withdrawn").and_then(|w| w.parse().ok()),
            });
        }
        Ok(Case {
            id,
            reference: card.reference,
            created: row.parse("case_file", "created")?,
            person,
            family,
            records,
            risk: card.risk,
            child: card.child,
            needs: card.needs,
            signals: card.signals,
            compelled_act,
            findings,
            consents,
            synthetic: card.synthetic,
        })
    }

    /// # Errors
    /// When the database refuses.
    pub async fn put_referral(&mut self, r: &ReferralCard) -> Result<(), StoreError> {
        self.execute(
            "INSERT INTO referral (id, case_file, partner, direction, state, service, rule, created, due, payload, payload_hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
            [
                r.id.to_string().into(),
                r.case.map(|c| c.to_string()).into(),
                (&r.partner).into(),
                if r.outgoing { "out" } else { "in" }.into(),
                r.state.as_str().into(),
                (&r.service).into(),
                (&r.rule).into(),
                (&r.created).into(),
                r.due.map(instant).into(),
                r.payload.clone().into(),
                (&r.payload_hash).into(),
            ],
        )
        .await?;
        Ok(())
    }

    /// # Errors
    /// When the database refuses.
    pub async fn referrals(&mut self, limit: i64, offset: i64) -> Result<Vec<ReferralCard>, StoreError> {
        self.rows(REFERRALS, [limit.into(), offset.into()])
            .await?
            .iter()
            .map(referral)
            .collect()
    }

    /// What partners of a kind hold of a case: the referrals to them that were not recalled.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn held_of(&mut self, case: CaseId, kind: &str) -> Result<Vec<ReferralCard>, StoreError> {
        self.rows(HELD, [case.to_string().into(), kind.into()])
            .await?
            .iter()
            .map(referral)
            .collect()
    }

    /// Those whose clock has run out without an answer, the longest overdue first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn overdue(&mut self, now: Timestamp, limit: i64) -> Result<Vec<ReferralCard>, StoreError> {
        self.rows(OVERDUE, [now.into(), limit.into()])
            .await?
            .iter()
            .map(referral)
            .collect()
    }

    /// What partners ask of us and wait for.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn incoming(&mut self, limit: i64) -> Result<Vec<ReferralCard>, StoreError> {
        self.rows(INCOMING, [limit.into()])
            .await?
            .iter()
            .map(referral)
            .collect()
    }

    /// How many referrals are overdue, how many wait for our answer, and how many cases are open.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn waiting_for_us(&mut self, now: Timestamp) -> Result<[i64; 3], StoreError> {
        Ok([
            self.number(
                "SELECT COUNT(*) AS n FROM referral WHERE state IN ('sent', 'received', 'opened') AND due <= $1",
                [now.into()],
            )
            .await?,
            self.number(
                "SELECT COUNT(*) AS n FROM referral WHERE direction = 'in' AND state IN ('sent', 'received', 'opened', 'recalled')",
                [],
            )
            .await?,
            self.number("SELECT COUNT(*) AS n FROM case_file WHERE closed IS NULL", [])
                .await?,
        ])
    }

    /// # Errors
    /// When there is no such referral.
    pub async fn referral(&mut self, id: ReferralId) -> Result<ReferralCard, StoreError> {
        let row = self.row(ONE_REFERRAL, [id.to_string().into()]).await?;
        referral(&row.ok_or_else(|| StoreError::NotFound {
            what: "referral",
            id: id.to_string(),
        })?)
    }

    /// The referral with its whole chain, every signature checked again.
    ///
    /// # Errors
    /// When a kept step no longer verifies.
    pub async fn chain(&mut self, id: ReferralId, us: &[u8; 32]) -> Result<Referral, StoreError> {
        let card = self.referral(id).await?;
        let partner = self.partner(&card.partner).await?;
        let damaged = |why: String| StoreError::Damaged {
            table: "step",
            column: "content",
            id: id.to_string(),
            value: why,
        };
        let theirs = sign::key(&partner.verifying_key).ok_or_else(|| damaged("the partner's key".into()))?;
        let (sender, recipient) = if card.outgoing {
            (*us, theirs)
        } else {
            (theirs, *us)
        };
        let rows = self
            .rows(
                "SELECT content, signature FROM step WHERE referral = $1 ORDER BY ordinal",
                [id.to_string().into()],
            )
            .await?;
        let steps = rows
            .iter()
            .map(|r| Step::read(&r.text("content"), &r.text("signature")))
            .collect::<Result<_, _>>()
            .map_err(|e| damaged(e.to_string()))?;
        Referral::replay(id, sender, recipient, steps).map_err(|e| damaged(e.to_string()))
    }

    /// Sets when a referral's answer is due.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn set_due(&mut self, id: ReferralId, due: Option<Timestamp>) -> Result<(), StoreError> {
        self.execute(
            "UPDATE referral SET due = $1 WHERE id = $2",
            [due.into(), id.to_string().into()],
        )
        .await?;
        Ok(())
    }

    /// Keeps the newest step of a chain and the state it leads to.
    ///
    /// # Errors
    /// When the step is kept already.
    pub async fn put_step(&mut self, step: &Step) -> Result<(), StoreError> {
        let known = self
            .row("SELECT hash FROM step WHERE hash = $1", [step.hash().into()])
            .await?;
        if known.is_some() {
            return Err(StoreError::Conflict(format!(
                "step {} of referral {} is kept already",
                step.ordinal, step.referral
            )));
        }
        self.execute(
            "INSERT INTO step (hash, referral, ordinal, kind, at, organization, content, signature) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            [
                step.hash().into(),
                step.referral.to_string().into(),
                step.ordinal.into(),
                step.kind.state().as_str().into(),
                step.at.into(),
                step.organization.as_str().into(),
                (&step.content).into(),
                (&step.signature).into(),
            ],
        )
        .await?;
        self.execute(
            "UPDATE referral SET state = $1 WHERE id = $2",
            [
                step.kind.state().as_str().into(),
                step.referral.to_string().into(),
            ],
        )
        .await?;
        Ok(())
    }

    /// Forgets a referral's payload: the sealed bytes are deleted, and the same bundle will not be taken in again.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn erase_payload(&mut self, card: &ReferralCard, at: Timestamp) -> Result<(), StoreError> {
        self.execute(
            "UPDATE referral SET payload = NULL, opened_text = NULL WHERE id = $1",
            [card.id.to_string().into()],
        )
        .await?;
        if let Some(blob) = &card.payload {
            self.execute("DELETE FROM blob WHERE id = $1", [blob.into()])
                .await?;
        }
        self.execute(
            "INSERT INTO erased (payload_hash, referral, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            [(&card.payload_hash).into(), card.id.to_string().into(), at.into()],
        )
        .await?;
        Ok(())
    }

    /// When a payload was erased here, if it was.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn erased(&mut self, payload_hash: &str) -> Result<Option<String>, StoreError> {
        Ok(self
            .row(
                "SELECT at FROM erased WHERE payload_hash = $1",
                [payload_hash.into()],
            )
            .await?
            .map(|r| r.text("at")))
    }
}
