//! Receive: bytes become a document with both copies, its claims, and the people in it.

use evidence::{
    Grade, Mention,
    claim::Unread,
    document::{ContentHash, Document, Format},
    id::{ClaimId, DocumentId, RecordId},
    person::Person,
    source::Source,
};
pub use intake::LIMIT;
use intake::{Extraction, Today};
use jiff::Timestamp;
use places::Toponyms;
use store::intake::claim_of;

use crate::hub::{Hub, Moment, WorkflowError, entropy};

/// What a reader finds in a document before anything is kept.
#[derive(Debug, Clone)]
pub struct Proposal {
    pub text: String,
    pub format: evidence::document::Format,
    pub encoding: &'static str,
    pub mentions: Vec<Mention>,
    pub questions: Vec<places::Question>,
    pub people: Vec<Person>,
    pub unread: Vec<Unread>,
    pub published: Option<String>,
}

/// What was brought, by whom, how reliable.
#[derive(Debug, Clone)]
pub struct Brought {
    pub bytes: Vec<u8>,
    pub name: String,
    pub source: String,
    pub grade: Grade,
    pub received: Timestamp,
    pub published: Option<String>,
    /// Whether its words may be printed; see [`Document::public`].
    pub public: bool,
    pub synthetic: bool,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Received {
    Taken {
        id: DocumentId,
        claims: usize,
        people: usize,
        questions: usize,
        unread: usize,
    },
    /// The same bytes are here already; nothing was added.
    Known(DocumentId),
}

/// Reads without keeping: the crates that know language, places and ledgers each find theirs, and the claims are joined.
///
/// # Errors
/// When the bytes are no text, or more than a document may hold.
pub fn read(bytes: &[u8], name: &str, published: Option<&str>) -> Result<Proposal, WorkflowError> {
    let reading = intake::read(bytes, name)?;
    let (addresses, damaged) = money::address::find(&reading.text);
    let toponyms = Toponyms::find(&reading.text);
    let today = match (published, reading.format) {
        (Some(day), _) => Today::Stated(day),
        (None, Format::Csv) => Today::Unknown,
        (None, _) => Today::Dateline,
    };
    let found = addresses.into_iter().chain(toponyms.mentions).collect();
    let Extraction {
        mentions,
        unread,
        published,
    } = intake::extract(&reading.text, found, today);
    let mut all: Vec<Unread> = reading.unread.into_iter().chain(unread).chain(damaged).collect();
    all.sort_by_key(|u| u.span);
    Ok(Proposal {
        text: reading.text,
        format: reading.format,
        encoding: reading.encoding,
        mentions,
        questions: toponyms.questions,
        people: reading.people,
        unread: all,
        published,
    })
}

/// Keeps a document, its claims and its people, in one transaction.
///
/// # Errors
/// When it cannot be read, or the store refuses; then nothing of it is kept.
pub async fn receive(hub: &Hub, brought: Brought, moment: &Moment) -> Result<Received, WorkflowError> {
    let hash = ContentHash::of(&brought.bytes);
    if let Some(known) = hub.store.read().await?.document_by_hash(hash).await? {
        return Ok(Received::Known(known));
    }
    let (brought, proposal) = tokio::task::spawn_blocking(move || {
        let proposal = read(&brought.bytes, &brought.name, brought.published.as_deref())?;
        Ok::<_, WorkflowError>((brought, proposal))
    })
    .await
    .map_err(|e| WorkflowError::Refused(format!("reading stopped: {e}")))??;
    let source = Source::named(&brought.source, brought.grade);
    let id = DocumentId::new(moment.at, entropy()?);
    let document = Document {
        id,
        source: source.id,
        hash,
        format: proposal.format,
        grade: brought.grade,
        received: brought.received,
        published: proposal.published.clone(),
        public: brought.public,
        synthetic: brought.synthetic,
    };
    let recipient = &hub.card.recipient;
    let evidentiary = store::seal::seal(recipient, &brought.bytes)?;
    let working = store::seal::seal(recipient, proposal.text.as_bytes())?;
    let run = format!("receive {} {}", env!("CARGO_PKG_VERSION"), hash);
    let mut tx = hub.store.write("receive").await?;
    if let Some(known) = tx.document_by_hash(hash).await? {
        return Ok(Received::Known(known));
    }
    tx.put_source(&source).await?;
    let evidentiary = tx.put_blob(evidentiary).await?;
    let working = tx.put_blob(working).await?;
    tx.put_document(&document, &evidentiary, &working, proposal.unread.len())
        .await?;
    let mut questions = 0;
    let (claims, people) = (proposal.mentions.len(), proposal.people.len());
    for (ordinal, mention) in proposal.mentions.into_iter().enumerate() {
        let claim = claim_of(ClaimId::new(moment.at, entropy()?), id, mention);
        tx.put_claim(&claim, ordinal, &run, recipient).await?;
        if claim.value.kind() == evidence::Kind::Place
            && let Some(question) = proposal.questions.iter().find(|q| q.span == claim.span)
        {
            tx.ask(
                &RecordId::new(moment.at, entropy()?).to_string(),
                claim.id,
                &question.candidates,
                moment.at,
            )
            .await?;
            questions += 1;
        }
    }
    for (ordinal, person) in proposal.people.iter().enumerate() {
        let mut person = person.clone();
        if let Some(code) = places::Gazetteer::built_in().country(&person.nationality) {
            code.clone_into(&mut person.nationality);
        }
        tx.put_record(
            RecordId::new(moment.at, entropy()?),
            id,
            ordinal,
            &person,
            recipient,
        )
        .await?;
    }
    let digest = tx.claims_digest(&id.to_string()).await?;
    tx.journal(
        moment.at,
        &moment.actor,
        "receive",
        &id.to_string(),
        &format!("sha256:{hash} claims={claims} people={people} digest={digest}"),
    )
    .await?;
    tx.commit().await?;
    Ok(Received::Taken {
        id,
        claims,
        people,
        questions,
        unread: proposal.unread.len(),
    })
}
