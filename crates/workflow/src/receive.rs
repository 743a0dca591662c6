//! Receive: bytes become a document with both copies, its claims, and the people in it; so does each document within it.

use evidence::{
    Grade, Kind, Mention, Span,
    claim::Unread,
    document::{ContentHash, Document, Format},
    id::{ClaimId, DocumentId, RecordId},
    person::Person,
    source::Source,
    unit::Units,
};
pub use intake::LIMIT;
use intake::{Cite, Enclosed, Extraction, Reading, Today, table::Table};
use jiff::Timestamp;
use places::Toponyms;
use store::{intake::claim_of, parts::Parts};

use crate::{
    hub::{Hub, Moment, WorkflowError, entropy},
    reader, sheet,
    sheet::Sheet,
};

/// What a reader finds in a document before anything is kept.
#[derive(Debug, Clone)]
pub struct Proposal {
    pub text: String,
    pub format: Format,
    pub encoding: &'static str,
    pub units: Units,
    pub mentions: Vec<Mention>,
    pub questions: Vec<places::Question>,
    pub people: Vec<Person>,
    pub unread: Vec<Unread>,
    pub published: Option<String>,
    pub tables: Vec<Table>,
    pub enclosed: Vec<Enclosed>,
}

impl Proposal {
    /// Tells the unit of each span, fastest in the order of the text.
    #[must_use]
    pub fn cite(&self) -> Cite<'_> {
        Cite::of(self.format, &self.text, &self.units)
    }
}

/// What was brought, by whom, how reliable.
#[derive(Clone)]
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
    /// Whoever brings it confirms that the columns of its sheets hold what is proposed.
    pub confirm: bool,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Received {
    /// Counts include what came within the document.
    Taken {
        id: DocumentId,
        claims: usize,
        people: usize,
        questions: usize,
        unread: usize,
        /// Documents within it that are new here.
        within: usize,
        /// Rows of sheets with a cell that is not what its column holds.
        faulty: usize,
        /// Sheets whose columns nobody has confirmed yet; their rows wait.
        waiting: usize,
    },
    /// The same bytes are here already; nothing was added.
    Known(DocumentId),
}

/// How deep documents may stand in documents, and how many of them in one.
const DEEPEST: usize = 4;
const MOST: usize = 5_000;
/// The most bytes that one file's documents may be together.
const TOTAL: usize = 4 * LIMIT;

/// Reads without keeping: the crates that know language, places and ledgers each find theirs, and the claims are joined.
///
/// # Errors
/// When the bytes are of no form that is read, or more than a document may hold.
pub fn read(bytes: &[u8], name: &str, published: Option<&str>) -> Result<Proposal, WorkflowError> {
    Ok(propose(reader::read(bytes, name)?, published))
}

/// What a reading amounts to; pure.
#[must_use]
pub fn propose(reading: Reading, published: Option<&str>) -> Proposal {
    let (addresses, damaged) = money::address::find(&reading.text);
    let toponyms = Toponyms::find(&reading.text);
    let today = match (published, reading.published.as_deref(), reading.format) {
        (Some(day), _, _) | (None, Some(day), _) => Today::Stated(day),
        (None, None, _) if !reading.days.is_empty() => Today::Each(&reading.days),
        (None, None, format) if format.is_sheet() || format == Format::Chat => Today::Unknown,
        (None, None, _) => Today::Dateline,
    };
    let found = addresses.into_iter().chain(toponyms.mentions).collect();
    let Extraction {
        mentions,
        unread,
        published,
    } = intake::extract(&reading.text, found, &reading.apart, today);
    let mut all: Vec<Unread> = reading.unread.into_iter().chain(unread).chain(damaged).collect();
    all.sort_by_key(|u| u.span);
    Proposal {
        text: reading.text,
        format: reading.format,
        encoding: reading.encoding,
        units: reading.units,
        mentions,
        questions: toponyms.questions,
        people: reading.people,
        unread: all,
        published,
        tables: reading.tables,
        enclosed: reading.enclosed,
    }
}

/// A document that was read, with those within it.
struct Prepared {
    brought: Brought,
    proposal: Proposal,
    within: Vec<Prepared>,
}

/// What is left for the documents within one file.
struct Budget {
    files: usize,
    bytes: usize,
}

/// Reads a document and all that is within it. What cannot be read within it is named in it, as unread.
fn prepare(brought: Brought, depth: usize, budget: &mut Budget) -> Result<Prepared, WorkflowError> {
    let mut proposal = read(&brought.bytes, &brought.name, brought.published.as_deref())?;
    let mut within = Vec::new();
    let end = proposal.text.chars().count();
    for Enclosed { name, bytes } in std::mem::take(&mut proposal.enclosed) {
        let fits = depth < DEEPEST && budget.files > 0 && bytes.len() <= budget.bytes;
        let read = if fits {
            budget.files -= 1;
            budget.bytes -= bytes.len();
            let inner = Brought {
                bytes,
                name: name.clone(),
                published: None,
                ..Brought::like(&brought)
            };
            prepare(inner, depth + 1, budget).map_err(|e| e.to_string())
        } else {
            Err(format!(
                "documents stand deeper than {DEEPEST} within one another, or there are more than {MOST} of them: unpack it and bring it by itself"
            ))
        };
        match read {
            Ok(prepared) => within.push(prepared),
            Err(why) => proposal.unread.push(Unread {
                span: Span { start: end, end },
                why: format!("“{name}”: {why}"),
            }),
        }
    }
    Ok(Prepared {
        brought,
        proposal,
        within,
    })
}

impl Brought {
    /// What is brought together has this in common.
    fn like(other: &Self) -> Self {
        Self {
            bytes: Vec::new(),
            name: String::new(),
            source: other.source.clone(),
            published: None,
            ..*other
        }
    }
}

/// Keeps a document, its claims and its people, in one transaction; then each document within it in another, so that an
/// archive whose import was cut short goes on where it stopped when it is brought again.
///
/// # Errors
/// When it cannot be read, or the store refuses; then nothing of it is kept.
pub async fn receive(hub: &Hub, brought: Brought, moment: &Moment) -> Result<Received, WorkflowError> {
    receive_saying(hub, brought, moment, &mut |_, _| {}).await
}

/// [`receive`], telling `say` how many rows of how many of a sheet are taken.
///
/// # Errors
/// As [`receive`].
pub async fn receive_saying(
    hub: &Hub,
    brought: Brought,
    moment: &Moment,
    say: &mut (dyn FnMut(usize, usize) + Send),
) -> Result<Received, WorkflowError> {
    let hash = ContentHash::of(&brought.bytes);
    let mut tx = hub.store.read().await?;
    if let Some(known) = tx.document_by_hash(hash).await? {
        let format = tx.document(known).await?.document.format;
        let open = tx.sheets(known).await?.iter().any(Sheet::is_open);
        if !open && !matches!(format, Format::Archive | Format::Mail) {
            return Ok(Received::Known(known));
        }
    }
    drop(tx);
    let prepared = tokio::task::spawn_blocking(move || {
        let mut budget = Budget {
            files: MOST,
            bytes: TOTAL,
        };
        prepare(brought, 0, &mut budget)
    })
    .await
    .map_err(|e| WorkflowError::Refused(format!("reading stopped: {e}")))??;
    let mut queue = vec![(prepared, None)];
    let mut first = None;
    let (mut claims, mut people, mut questions, mut unread, mut new) = (0, 0, 0, 0, 0);
    let (mut faulty, mut waiting) = (0, 0);
    while let Some((prepared, outer)) = queue.pop() {
        let (id, kept) = keep(hub, &prepared, outer, moment).await?;
        first.get_or_insert(id);
        if kept {
            new += 1;
            claims += prepared.proposal.mentions.len();
            people += prepared.proposal.people.len();
            questions += prepared.proposal.questions.len();
            unread += prepared.proposal.unread.len();
        }
        let tables = &prepared.proposal.tables;
        let mut rows = sheet::take(hub, id, tables, moment, say).await?;
        if prepared.brought.confirm && !rows.waiting.is_empty() {
            for w in &rows.waiting {
                sheet::confirm(hub, &w.fingerprint, &w.proposal, moment).await?;
            }
            rows = sheet::take(hub, id, tables, moment, say).await?;
        }
        people += rows.kept;
        faulty += rows.faulty;
        waiting += rows.waiting.len();
        let inner = prepared.within.into_iter().enumerate();
        queue.extend(inner.map(|(ordinal, p)| (p, Some((id, ordinal)))));
    }
    let id = first.ok_or_else(|| WorkflowError::Refused("nothing was read".into()))?;
    if new == 0 && people == 0 && waiting == 0 {
        return Ok(Received::Known(id));
    }
    Ok(Received::Taken {
        id,
        claims,
        people,
        questions,
        unread,
        within: usize::saturating_sub(new, 1),
        faulty,
        waiting,
    })
}

/// Keeps one document, and that it came within another. False when its bytes are here already.
async fn keep(
    hub: &Hub,
    prepared: &Prepared,
    outer: Option<(DocumentId, usize)>,
    moment: &Moment,
) -> Result<(DocumentId, bool), WorkflowError> {
    let Prepared {
        brought, proposal, ..
    } = prepared;
    let hash = ContentHash::of(&brought.bytes);
    let recipient = &hub.card.recipient;
    let evidentiary = store::seal::seal(recipient, &brought.bytes)?;
    let working = store::seal::seal(recipient, proposal.text.as_bytes())?;
    let parts = Parts {
        units: proposal.units.clone(),
        unread: proposal.unread.clone(),
    };
    let parts = store::seal::seal(recipient, &parts.to_bytes())?;
    let mut tx = hub.store.write("receive").await?;
    if let Some(known) = tx.document_by_hash(hash).await? {
        if let Some((outer, ordinal)) = outer {
            enclose(&mut tx, outer, known, ordinal, &brought.name, recipient, moment).await?;
            tx.commit().await?;
        }
        return Ok((known, false));
    }
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
    tx.put_source(&source).await?;
    let evidentiary = tx.put_blob(evidentiary).await?;
    let working = tx.put_blob(working).await?;
    let parts = tx.put_blob(parts).await?;
    tx.put_document(&document, [&evidentiary, &working, &parts], proposal.unread.len())
        .await?;
    if let Some((outer, ordinal)) = outer {
        enclose(&mut tx, outer, id, ordinal, &brought.name, recipient, moment).await?;
    }
    let run = format!("receive {} {}", env!("CARGO_PKG_VERSION"), hash);
    put_claims(&mut tx, id, proposal, &run, recipient, moment).await?;
    put_people(&mut tx, id, &proposal.people, recipient, moment).await?;
    let digest = tx.claims_digest(&id.to_string()).await?;
    let (claims, people) = (proposal.mentions.len(), proposal.people.len());
    tx.journal(
        moment.at,
        &moment.actor,
        "receive",
        &id.to_string(),
        &format!("sha256:{hash} claims={claims} people={people} digest={digest}"),
    )
    .await?;
    tx.commit().await?;
    Ok((id, true))
}

async fn enclose(
    tx: &mut store::Tx,
    outer: DocumentId,
    inner: DocumentId,
    ordinal: usize,
    name: &str,
    recipient: &str,
    moment: &Moment,
) -> Result<(), WorkflowError> {
    tx.put_enclosure(outer, inner, ordinal, name, recipient).await?;
    tx.journal(
        moment.at,
        &moment.actor,
        "enclose",
        &outer.to_string(),
        &format!("within={inner}"),
    )
    .await?;
    Ok(())
}

async fn put_claims(
    tx: &mut store::Tx,
    id: DocumentId,
    proposal: &Proposal,
    run: &str,
    recipient: &str,
    moment: &Moment,
) -> Result<(), WorkflowError> {
    for (ordinal, mention) in proposal.mentions.iter().cloned().enumerate() {
        let claim = claim_of(ClaimId::new(moment.at, entropy()?), id, mention);
        tx.put_claim(&claim, ordinal, run, recipient).await?;
        let asked = (claim.value.kind() == Kind::Place)
            .then(|| proposal.questions.iter().find(|q| q.span == claim.span))
            .flatten();
        if let Some(question) = asked {
            let asked = RecordId::new(moment.at, entropy()?).to_string();
            tx.ask(&asked, claim.id, &question.candidates, moment.at).await?;
        }
    }
    Ok(())
}

async fn put_people(
    tx: &mut store::Tx,
    id: DocumentId,
    people: &[Person],
    recipient: &str,
    moment: &Moment,
) -> Result<(), WorkflowError> {
    for (ordinal, person) in people.iter().enumerate() {
        let mut person = person.clone();
        if let Some(code) = places::Gazetteer::built_in().country(&person.nationality) {
            code.clone_into(&mut person.nationality);
        }
        let record = RecordId::new(moment.at, entropy()?);
        tx.put_record(record, id, ordinal, None, &person, recipient)
            .await?;
    }
    Ok(())
}
