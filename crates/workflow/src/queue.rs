//! The queue: what needs me now, and why.

use jiff::Timestamp;
use store::response::{CaseCard, ReferralCard};

use crate::hub::{Hub, WorkflowError};

/// Everything the first page shows; nothing in it identifies anybody, so nothing is opened.
#[derive(Debug, Clone)]
pub struct Queue {
    pub overdue: Vec<ReferralCard>,
    pub incoming: Vec<ReferralCard>,
    pub cases: Vec<CaseCard>,
    pub questions: usize,
    pub pairs: i64,
    pub documents: i64,
}

/// Pairs at or above this weight (thousandths of a bit) wait for a judgement.
const WORTH_ASKING: i64 = 3_000;

/// # Errors
/// When the store refuses.
pub async fn queue(hub: &Hub, now: Timestamp) -> Result<Queue, WorkflowError> {
    let mut tx = hub.store.read().await?;
    let mut cases = tx.cases().await?;
    cases.sort_by_key(|c| std::cmp::Reverse(urgency(c)));
    cases.truncate(20);
    Ok(Queue {
        overdue: tx.overdue(now).await?,
        incoming: tx.incoming().await?,
        cases,
        questions: tx.open_questions(100).await?.len(),
        pairs: tx.unjudged(WORTH_ASKING).await?,
        documents: tx.document_count().await?,
    })
}

/// Risk first, then children, then stated signals: reasons that the page prints beside the case.
fn urgency(case: &CaseCard) -> (response::case::Risk, bool, usize) {
    (case.risk, case.child, case.signals.len())
}
