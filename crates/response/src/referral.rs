//! A referral: asking another organisation to serve, as a chain of steps that both sides keep.

use evidence::id::ReferralId;
use jiff::Timestamp;

use crate::{
    sign::{self, Fingerprint, Purpose, Signer},
    step::{DECLINE_REASONS, Step, StepKind},
};

/// Where a referral stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    Sent,
    Received,
    Opened,
    Accepted,
    Declined,
    Acted,
    Closed,
    Recalled,
    /// Recalled, and the recipient signed that it erased what it had.
    Erased,
}

impl State {
    pub const ALL: [Self; 9] = [
        Self::Sent,
        Self::Received,
        Self::Opened,
        Self::Accepted,
        Self::Declined,
        Self::Acted,
        Self::Closed,
        Self::Recalled,
        Self::Erased,
    ];

    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Received => "received",
            Self::Opened => "opened",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Acted => "acted",
            Self::Closed => "closed",
            Self::Recalled => "recalled",
            Self::Erased => "erased",
        }
    }

    #[must_use]
    pub fn named(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == text)
    }

    /// Whether the recipient still owes an answer, so that the clock runs.
    #[must_use]
    pub fn awaits_answer(self) -> bool {
        matches!(self, Self::Sent | Self::Received | Self::Opened)
    }
}

/// Why a step cannot be taken, or cannot be believed.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransitionError {
    #[error("referral {referral} is {from}: it cannot become {to}")]
    NotFrom {
        referral: ReferralId,
        from: &'static str,
        to: &'static str,
    },
    #[error("only the {whose} of referral {referral} can take the step “{step}”")]
    NotYours {
        referral: ReferralId,
        whose: &'static str,
        step: &'static str,
    },
    #[error("“{0}” is not among the reasons for declining: {list}", list = DECLINE_REASONS.join(", "))]
    UnknownReason(String),
    #[error("step {ordinal} of referral {referral}: the signature is not that of {organization}")]
    Forged {
        referral: ReferralId,
        ordinal: u32,
        organization: Fingerprint,
    },
    #[error(
        "step {ordinal} of referral {referral} does not follow what is kept here: step {expected} is due next; a step may be missing or have been sent again"
    )]
    OutOfOrder {
        referral: ReferralId,
        ordinal: u32,
        expected: u32,
    },
    #[error("step {ordinal} of referral {referral} rests on another history than the one kept here")]
    OtherHistory { referral: ReferralId, ordinal: u32 },
    #[error("a step cannot be read: {0}")]
    Unreadable(String),
}

/// A referral and its whole history. Moving on consumes it, so that a stale one cannot be acted on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Referral {
    pub id: ReferralId,
    pub sender: [u8; 32],
    pub recipient: [u8; 32],
    steps: Vec<Step>,
}

impl Referral {
    /// Sends a payload. The first step fixes what was sent, what is asked and which rule runs the clock.
    #[must_use]
    pub fn send(id: ReferralId, recipient: [u8; 32], sent: StepKind, at: Timestamp, by: &Signer) -> Self {
        let step = Step::make(id, 0, sent, at, String::new(), by);
        Self {
            id,
            sender: by.public(),
            recipient,
            steps: vec![step],
        }
    }

    /// Rebuilds a referral from the steps that were kept, checking every signature and transition again.
    ///
    /// # Errors
    /// At the first step that is forged, missing or out of order.
    pub fn replay(
        id: ReferralId,
        sender: [u8; 32],
        recipient: [u8; 32],
        steps: Vec<Step>,
    ) -> Result<Self, TransitionError> {
        let mut referral = Self {
            id,
            sender,
            recipient,
            steps: Vec::new(),
        };
        for step in steps {
            referral = referral.join(step)?;
        }
        Ok(referral)
    }

    #[must_use]
    pub fn state(&self) -> Option<State> {
        self.steps.last().map(|s| s.kind.state())
    }

    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The recipient confirms that the bundle arrived whole.
    ///
    /// # Errors
    /// When the referral is not in a state from which the step may be taken, or the signer is not whose step it is.
    pub fn receive(self, at: Timestamp, by: &Signer) -> Result<Self, TransitionError> {
        self.take(StepKind::Received, at, by)
    }

    /// A member of the recipient has read it.
    ///
    /// # Errors
    /// As for [`Referral::receive`].
    pub fn open(self, at: Timestamp, by: &Signer) -> Result<Self, TransitionError> {
        self.take(StepKind::Opened, at, by)
    }

    /// The recipient takes the case on. Refused once the referral was recalled or answered.
    ///
    /// # Errors
    /// As for [`Referral::receive`].
    pub fn accept(self, at: Timestamp, by: &Signer) -> Result<Self, TransitionError> {
        self.take(StepKind::Accepted, at, by)
    }

    /// The recipient does not take it on, for a reason of the list.
    ///
    /// # Errors
    /// As for [`Referral::receive`], and when the reason is not of the list.
    pub fn decline(self, reason: &str, at: Timestamp, by: &Signer) -> Result<Self, TransitionError> {
        if !DECLINE_REASONS.contains(&reason) {
            return Err(TransitionError::UnknownReason(reason.to_owned()));
        }
        self.take(
            StepKind::Declined {
                reason: reason.to_owned(),
            },
            at,
            by,
        )
    }

    /// The recipient has served.
    ///
    /// # Errors
    /// As for [`Referral::receive`].
    pub fn act(self, service: &str, at: Timestamp, by: &Signer) -> Result<Self, TransitionError> {
        self.take(
            StepKind::Acted {
                service: service.to_owned(),
            },
            at,
            by,
        )
    }

    /// Nothing more is to be done.
    ///
    /// # Errors
    /// As for [`Referral::receive`].
    pub fn close(self, at: Timestamp, by: &Signer) -> Result<Self, TransitionError> {
        self.take(StepKind::Closed, at, by)
    }

    /// The sender takes everything back, from any state but the last.
    ///
    /// # Errors
    /// As for [`Referral::receive`].
    pub fn recall(self, reason: &str, at: Timestamp, by: &Signer) -> Result<Self, TransitionError> {
        self.take(
            StepKind::Recalled {
                reason: reason.to_owned(),
            },
            at,
            by,
        )
    }

    /// The recipient signs that the payload is erased.
    ///
    /// # Errors
    /// As for [`Referral::receive`].
    pub fn erase(self, payload_hash: &str, at: Timestamp, by: &Signer) -> Result<Self, TransitionError> {
        self.take(
            StepKind::Erased {
                payload_hash: payload_hash.to_owned(),
            },
            at,
            by,
        )
    }

    fn take(self, kind: StepKind, at: Timestamp, by: &Signer) -> Result<Self, TransitionError> {
        let ordinal = u32::try_from(self.steps.len()).unwrap_or(u32::MAX);
        let previous = self.steps.last().map(Step::hash).unwrap_or_default();
        let step = Step::make(self.id, ordinal, kind, at, previous, by);
        self.join(step)
    }

    /// Adds a step that somebody signed, here or elsewhere: one check for both.
    ///
    /// # Errors
    /// When it is forged, out of order, not theirs to take or not possible from here.
    pub fn join(mut self, step: Step) -> Result<Self, TransitionError> {
        let (referral, ordinal) = (self.id, step.ordinal);
        let expected = u32::try_from(self.steps.len()).unwrap_or(u32::MAX);
        if step.referral != referral || ordinal != expected {
            return Err(TransitionError::OutOfOrder {
                referral,
                ordinal,
                expected,
            });
        }
        if step.previous != self.steps.last().map(Step::hash).unwrap_or_default() {
            return Err(TransitionError::OtherHistory { referral, ordinal });
        }
        let (owner, whose) = if step.kind.is_senders() {
            (&self.sender, "sender")
        } else {
            (&self.recipient, "recipient")
        };
        if Fingerprint::of(owner) != step.organization {
            return Err(TransitionError::NotYours {
                referral,
                whose,
                step: step.kind.state().as_str(),
            });
        }
        if !sign::verify(owner, Purpose::Step, &step.content, &step.signature) {
            return Err(TransitionError::Forged {
                referral,
                ordinal,
                organization: step.organization,
            });
        }
        let to = step.kind.state();
        if !may_follow(self.state(), to) {
            let from = self.state().map_or("not yet sent", State::as_str);
            return Err(TransitionError::NotFrom {
                referral,
                from,
                to: to.as_str(),
            });
        }
        self.steps.push(step);
        Ok(self)
    }

    /// Puts the sender's recall in the place of what the recipient did before it knew of it, and returns those steps too.
    ///
    /// A recall and the recipient's steps may cross on the way. Then both chains fork where the sender stood, and the
    /// recall must stand: whoever is recalled from erases at the first word of it, not after an exchange of letters about
    /// whose history is right. The sender never saw the steps that are overtaken, so both sides keep the same receipts.
    ///
    /// # Errors
    /// As for [`Referral::join`], and when the step is no recall or would overtake a step of the sender's own.
    pub fn overtake(mut self, recall: Step) -> Result<(Self, Vec<Step>), TransitionError> {
        let fork = usize::try_from(recall.ordinal).unwrap_or(usize::MAX);
        let may = matches!(recall.kind, StepKind::Recalled { .. })
            && (1..self.steps.len()).contains(&fork)
            && self.steps[fork..].iter().all(|s| !s.kind.is_senders());
        if !may {
            return Err(TransitionError::OtherHistory {
                referral: self.id,
                ordinal: recall.ordinal,
            });
        }
        let overtaken = self.steps.split_off(fork);
        Ok((self.join(recall)?, overtaken))
    }
}

/// Which state may follow which: the whole life of a referral in one place.
fn may_follow(from: Option<State>, to: State) -> bool {
    use State::{Accepted, Acted, Closed, Declined, Erased, Opened, Recalled, Received, Sent};
    match (from, to) {
        (None, Sent) => true,
        (Some(Sent), Received) | (Some(Received), Opened) => true,
        (Some(Opened), Accepted | Declined)
        | (Some(Accepted), Acted | Declined)
        | (Some(Acted), Acted | Closed) => true,
        (Some(Declined), Closed) => true,
        (Some(from), Recalled) => !matches!(from, Recalled | Erased),
        (Some(Recalled), Erased) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent() -> (Referral, Signer, Signer) {
        let (sender, recipient) = (Signer::from_seed(&[1; 32]), Signer::from_seed(&[2; 32]));
        let kind = StepKind::Sent {
            payload_hash: "ab".into(),
            service: "return".into(),
            rule: "consular-notification".into(),
        };
        let id = ReferralId::new(Timestamp::UNIX_EPOCH, [7; 10]);
        (
            Referral::send(id, recipient.public(), kind, Timestamp::UNIX_EPOCH, &sender),
            sender,
            recipient,
        )
    }

    #[test]
    fn the_ordinary_life_replays_from_its_bytes() {
        let (referral, sender, recipient) = sent();
        let at = Timestamp::UNIX_EPOCH;
        let told = referral
            .receive(at, &recipient)
            .and_then(|r| r.open(at, &recipient))
            .and_then(|r| r.accept(at, &recipient))
            .and_then(|r| r.act("escorted", at, &recipient))
            .and_then(|r| r.recall("consent withdrawn", at, &sender))
            .and_then(|r| r.erase("ab", at, &recipient));
        let Ok(told) = told else { unreachable!("{told:?}") };
        assert_eq!(told.state(), Some(State::Erased));
        let steps: Result<Vec<Step>, _> = told
            .steps()
            .iter()
            .map(|s| Step::read(&s.content, &s.signature))
            .collect();
        let again = steps.and_then(|s| Referral::replay(told.id, told.sender, told.recipient, s));
        assert_eq!(again, Ok(told));
    }

    #[test]
    fn wrong_steps_are_refused() {
        let at = Timestamp::UNIX_EPOCH;
        let (referral, sender, recipient) = sent();
        let stranger = Signer::from_seed(&[3; 32]);
        let word = |r: Result<Referral, TransitionError>| r.err().map(|e| e.to_string()).unwrap_or_default();
        assert!(word(referral.clone().accept(at, &recipient)).contains("is sent: it cannot become accepted"));
        assert!(word(referral.clone().receive(at, &sender)).contains("only the recipient"));
        assert!(word(referral.clone().receive(at, &stranger)).contains("only the recipient"));
        assert!(word(referral.clone().decline("bored", at, &recipient)).contains("not among the reasons"));
        let Ok(received) = referral.clone().receive(at, &recipient) else {
            unreachable!()
        };
        // A receipt replayed.
        assert!(word(received.clone().join(received.steps()[1].clone())).contains("step 2 is due next"));
        // A receipt altered.
        let mut forged = received.steps()[1].clone();
        forged.content = forged.content.replace("1970", "1971");
        assert!(word(referral.clone().join(forged)).contains("the signature is not that of"));
        // Nothing follows erasure, and nobody but the sender recalls.
        assert!(word(received.clone().recall("x", at, &recipient)).contains("only the sender"));
    }
    #[test]
    fn a_recall_overtakes_what_it_crossed() {
        let at = Timestamp::UNIX_EPOCH;
        let (referral, sender, recipient) = sent();
        let Ok(recalled) = referral.clone().recall("wrong recipient", at, &sender) else {
            unreachable!()
        };
        let recall = recalled.steps()[1].clone();
        let answered = referral
            .receive(at, &recipient)
            .and_then(|r| r.open(at, &recipient))
            .and_then(|r| r.accept(at, &recipient));
        let Ok(answered) = answered else { unreachable!() };
        let Ok((stands, overtaken)) = answered.clone().overtake(recall.clone()) else {
            unreachable!()
        };
        assert_eq!(stands, recalled);
        let kinds: Vec<State> = overtaken.iter().map(|s| s.kind.state()).collect();
        assert_eq!(kinds, [State::Received, State::Opened, State::Accepted]);

        let stranger = Signer::from_seed(&[3; 32]);
        let mut forged = recall.clone();
        forged.signature = stranger.sign(Purpose::Step, &forged.content);
        let mut elsewhere = recall;
        elsewhere.ordinal = 2;
        for step in [
            forged,
            elsewhere,
            answered.steps()[1].clone(),
            answered.steps()[0].clone(),
        ] {
            assert!(answered.clone().overtake(step.clone()).is_err(), "{step:?}");
        }
        // A recall overtakes no recall: the sender said two things about one history.
        let other = answered.steps()[..1].to_vec();
        let again = Referral::replay(answered.id, answered.sender, answered.recipient, other)
            .and_then(|r| r.recall("another reason", at, &sender));
        let Ok(again) = again else { unreachable!() };
        assert!(recalled.overtake(again.steps()[1].clone()).is_err());
    }
}
