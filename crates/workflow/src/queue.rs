//! The queue: what needs me now, and why.

use jiff::Timestamp;
use store::response::{CaseCard, ReferralCard};

use crate::hub::{Hub, WorkflowError};

/// Everything the first page shows; nothing in it identifies anybody, so nothing is opened. Each list holds the
/// [`SHOWN`] most urgent; the number beside it counts all.
#[derive(Debug, Clone)]
pub struct Queue {
    pub overdue: Vec<ReferralCard>,
    pub overdue_count: i64,
    pub incoming: Vec<ReferralCard>,
    pub incoming_count: i64,
    pub cases: Vec<CaseCard>,
    pub case_count: i64,
    pub questions: i64,
    pub pairs: i64,
    pub documents: i64,
}

/// What one person can take in at a glance, and what keeps the page light on a bad line.
pub const SHOWN: i64 = 20;

/// Pairs at or above this weight (thousandths of a bit) wait for a judgement.
const WORTH_ASKING: i64 = 3_000;

/// # Errors
/// When the store refuses.
pub async fn queue(hub: &Hub, now: Timestamp) -> Result<Queue, WorkflowError> {
    let mut tx = hub.store.read().await?;
    let [overdue_count, incoming_count, case_count] = tx.waiting_for_us(now).await?;
    Ok(Queue {
        overdue: tx.overdue(now, SHOWN).await?,
        overdue_count,
        incoming: tx.incoming(SHOWN).await?,
        incoming_count,
        cases: tx.cases(SHOWN, 0).await?,
        case_count,
        questions: tx.open_question_count().await?,
        pairs: tx.unjudged(WORTH_ASKING).await?,
        documents: tx.document_count().await?,
    })
}
