//! Runs linkage and tracing on a Ballista cluster; the only crate that knows DataFusion.
//!
//! The plans are SQL over files that every executor can open; what linkage knows enters them as functions, what
//! tracing knows as window functions. Results equal the in-memory ones, and tests hold them to that.

mod functions;
pub mod link;
pub mod trace;

use std::sync::Arc;

use ballista::prelude::SessionContextExt;
use datafusion::execution::SessionStateBuilder;
use datafusion::prelude::{SessionConfig, SessionContext};
use linkage::Model;

/// What went wrong, with the value it went wrong at.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClusterError {
    #[error("the cluster could not finish: {0}")]
    Engine(#[from] datafusion::error::DataFusionError),
    #[error("{path}: {why}")]
    File { path: String, why: String },
    #[error("the ledger has no transfer {0}")]
    NoTransfer(usize),
    #[error("column {0} came back in a form that was not asked for")]
    Column(&'static str),
}

/// A scheduler and an executor in this process, both knowing our functions.
///
/// The functions carry the learnt `model`: executors on other machines would need it sent to them, which is not built.
///
/// # Errors
/// When the scheduler cannot listen on loopback.
pub async fn in_process(model: Option<Arc<Model>>) -> Result<SessionContext, ClusterError> {
    let state = SessionStateBuilder::new()
        .with_config(
            SessionConfig::new()
                .with_target_partitions(4)
                // Ballista 55 swaps the sides of a join once its inputs are there; a filter that the join has already
                // pushed down makes that an assertion that fails, and the job then waits for ever.
                .set_bool("datafusion.optimizer.enable_dynamic_filter_pushdown", false),
        )
        .with_default_features()
        .build();
    let local = SessionContext::new_with_state(state);
    let functions: Vec<_> = std::iter::once(functions::keys())
        .chain(model.map(functions::weight))
        .collect();
    for function in &functions {
        local.register_udf(function.clone());
    }
    // Scheduler and executor take the functions from this state; the client's own plans need them once more.
    let context = SessionContext::standalone_with_state(local.state()).await?;
    for function in functions {
        context.register_udf(function);
    }
    Ok(context)
}
