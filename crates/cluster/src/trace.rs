//! FIFO over a ledger too large for one machine: the lines of all accounts once, by window functions; then one join a hop.
//!
//! Executors run no recursive plans, so the client drives each hop and lays its frontier in a file beside the lines.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, Decimal256Array, Int64Array, RecordBatch, StringArray};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Decimal256Type, Int64Type, i256};
use datafusion::dataframe::DataFrameWriteOptions;
use datafusion::error::DataFusionError;
use datafusion::prelude::{ParquetReadOptions, SessionContext};
use money::Ledger;
use money::trace::{BUDGET, Hop, Terminal, Trace};

use crate::ClusterError;

/// Base units: any u128, and sums of 10²⁰ of them.
const UNITS: DataType = DataType::Decimal256(60, 0);

/// The lines of every account (see `money::trace`), as SQL: a payment leaves `paid_from..`, a receipt fills `filled_from..`.
///
/// Money never seen to arrive is laid on the line when it is spent; the running greatest shortfall is how much that was.
const LINES: &str = "
with moves as (
  select n, asset, from_account as account, 0 as side, units as paid, cast(null as decimal(60, 0)) as received from transfers
  union all
  select n, asset, to_account as account, 1 as side, cast(null as decimal(60, 0)) as paid, units as received from transfers
), sums as (
  select *,
    coalesce(sum(paid) over before, 0) as paid_before,
    coalesce(sum(received) over before, 0) as received_before
  from moves
  window before as (partition by asset, account order by n, side rows between unbounded preceding and 1 preceding)
), lines as (
  select n, side, paid_before,
    received_before + greatest(0, coalesce(max(case when side = 0 then paid_before + paid - received_before end)
      over (partition by asset, account order by n, side rows between unbounded preceding and current row), 0))
      as filled_before
  from sums
)
select t.n, t.asset, t.from_account, t.to_account, t.units,
  cast(p.paid_before as decimal(60, 0)) as paid_from, cast(r.filled_before as decimal(60, 0)) as filled_from
from transfers t join lines p on p.n = t.n and p.side = 0 join lines r on r.n = t.n and r.side = 1";

/// One hop: the payments that the frontier's stretches of the receivers' lines fill, oldest first.
const HOP: &str = "
with stretch as (
  select f.hop, t.asset, t.to_account, t.filled_from + f.low as low, t.filled_from + f.high as high
  from frontier f join lines t on t.n = f.n
)
select s.hop, p.n,
  cast(greatest(s.low, p.paid_from) - p.paid_from as decimal(60, 0)) as low,
  cast(least(s.high, p.paid_from + p.units) - p.paid_from as decimal(60, 0)) as high
from stretch s join lines p on p.from_account = s.to_account and p.asset = s.asset
where p.paid_from < s.high and p.paid_from + p.units > s.low
order by s.hop, p.n";

/// Follows the transfer `start` under FIFO: what [`money::trace::fifo`] gives in memory.
///
/// `folder` takes the lines and frontiers; every executor must be able to open it.
///
/// # Errors
/// When there is no such transfer, the folder cannot be written, or the cluster fails.
pub async fn fifo(
    ledger: &Ledger,
    start: usize,
    services: &HashSet<String>,
    folder: &Path,
) -> Result<Trace, ClusterError> {
    let first = ledger
        .transfers
        .get(start)
        .ok_or(ClusterError::NoTransfer(start))?;
    let context = crate::in_process(None).await?;
    let transfers = folder.join("transfers.parquet");
    write(transfer_columns(ledger)?, &transfers).await?;
    register(&context, "transfers", &transfers).await?;
    let lines = folder.join("lines.parquet");
    context
        .sql(LINES)
        .await?
        .write_parquet(&lines.to_string_lossy(), DataFrameWriteOptions::new(), None)
        .await?;
    register(&context, "lines", &lines).await?;

    let mut trace = Trace {
        hops: vec![hop(start, 0, first.amount, None, 0)],
        reported: first.amount,
        at_services: 0,
        dormant: 0,
        cut: 0,
        services: BTreeMap::new(),
    };
    let mut level = 0..1;
    while !level.is_empty() {
        let depth = trace.hops[level.start].depth;
        let spending = settle_services(&mut trace, level.clone(), ledger, services);
        let children = if spending.is_empty() {
            Vec::new()
        } else {
            next_hops(
                &context,
                &trace,
                &spending,
                &folder.join(format!("hop-{depth}.parquet")),
            )
            .await?
        };
        let begin = trace.hops.len();
        for parent in spending {
            settle(&mut trace, parent, &children, depth);
        }
        level = begin..trace.hops.len();
    }
    Ok(trace)
}

/// Ends the hops that arrived at services and returns the others.
fn settle_services(
    trace: &mut Trace,
    level: std::ops::Range<usize>,
    ledger: &Ledger,
    services: &HashSet<String>,
) -> Vec<usize> {
    let mut spending = Vec::new();
    for n in level {
        let hop = &mut trace.hops[n];
        let receiver = &ledger.transfers[hop.transfer].to;
        if services.contains(receiver) {
            hop.terminal = Terminal::Service;
            trace.at_services += hop.high - hop.low;
            *trace.services.entry(receiver.clone()).or_default() += hop.high - hop.low;
        } else {
            spending.push(n);
        }
    }
    spending
}

struct Child {
    parent: usize,
    transfer: usize,
    low: u128,
    high: u128,
}

/// Adds one hop's children, or cuts it where the budget is spent; the rest of it lies still.
fn settle(trace: &mut Trace, parent: usize, children: &[Child], depth: u32) {
    let amount = trace.hops[parent].high - trace.hops[parent].low;
    if trace.hops.len() >= BUDGET {
        trace.hops[parent].terminal = Terminal::Budget;
        trace.cut += amount;
        return;
    }
    let from = children.partition_point(|c| c.parent < parent);
    let mut moved = 0;
    for child in children[from..].iter().take_while(|c| c.parent == parent) {
        trace.hops.push(hop(
            child.transfer,
            child.low,
            child.high,
            Some(parent),
            depth + 1,
        ));
        moved += child.high - child.low;
    }
    trace.hops[parent].dormant = amount - moved;
    trace.dormant += amount - moved;
    if moved == 0 {
        trace.hops[parent].terminal = Terminal::Dormant;
    }
}

fn hop(transfer: usize, low: u128, high: u128, parent: Option<usize>, depth: u32) -> Hop {
    Hop {
        transfer,
        low,
        high,
        parent,
        depth,
        terminal: Terminal::Spent,
        dormant: 0,
    }
}

async fn next_hops(
    context: &SessionContext,
    trace: &Trace,
    spending: &[usize],
    file: &Path,
) -> Result<Vec<Child>, ClusterError> {
    let of = |value: fn(&Hop) -> u128| units(spending.iter().map(|n| value(&trace.hops[*n])));
    let index = |value: &dyn Fn(usize) -> usize| -> ArrayRef {
        Arc::new(Int64Array::from_iter_values(
            spending.iter().map(|n| value(*n) as i64),
        ))
    };
    let frontier = RecordBatch::try_from_iter([
        ("hop", index(&|n| n)),
        ("n", index(&|n| trace.hops[n].transfer)),
        ("low", of(|h| h.low)?),
        ("high", of(|h| h.high)?),
    ]);
    write(frontier.map_err(DataFusionError::from)?, file).await?;
    context.deregister_table("frontier")?;
    register(context, "frontier", file).await?;
    let mut children = Vec::new();
    for batch in context.sql(HOP).await?.collect().await? {
        let (parents, transfers) = (integers(&batch, 0)?, integers(&batch, 1)?);
        let (lows, highs) = (amounts(&batch, 2)?, amounts(&batch, 3)?);
        for row in 0..batch.num_rows() {
            children.push(Child {
                parent: parents[row],
                transfer: transfers[row],
                low: lows[row],
                high: highs[row],
            });
        }
    }
    Ok(children)
}

fn transfer_columns(ledger: &Ledger) -> Result<RecordBatch, ClusterError> {
    let rows = &ledger.transfers;
    let text = |value: fn(&money::Transfer) -> &str| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(rows.iter().map(value)))
    };
    let batch = RecordBatch::try_from_iter([
        (
            "n",
            Arc::new(Int64Array::from_iter_values(0..rows.len() as i64)) as ArrayRef,
        ),
        ("asset", text(|t| &t.asset)),
        ("from_account", text(|t| &t.from)),
        ("to_account", text(|t| &t.to)),
        ("units", units(rows.iter().map(|t| t.amount))?),
    ]);
    Ok(batch.map_err(DataFusionError::from)?)
}

/// Each u128 as a 256-bit decimal: low half, and a high half of nought.
fn units(values: impl Iterator<Item = u128>) -> Result<ArrayRef, ClusterError> {
    let column =
        Decimal256Array::from_iter_values(values.map(|v| i256::from_parts(v, 0))).with_data_type(UNITS);
    Ok(Arc::new(column))
}

async fn write(batch: RecordBatch, file: &Path) -> Result<(), ClusterError> {
    SessionContext::new()
        .read_batch(batch)?
        .write_parquet(
            &file.to_string_lossy(),
            DataFrameWriteOptions::new().with_single_file_output(true),
            None,
        )
        .await?;
    Ok(())
}

async fn register(context: &SessionContext, name: &str, file: &Path) -> Result<(), ClusterError> {
    let options = ParquetReadOptions::default();
    Ok(context
        .register_parquet(name, file.to_string_lossy().as_ref(), options)
        .await?)
}

fn integers(batch: &RecordBatch, column: usize) -> Result<Vec<usize>, ClusterError> {
    let column = batch
        .column(column)
        .as_primitive_opt::<Int64Type>()
        .ok_or(ClusterError::Column("index"))?;
    column
        .values()
        .iter()
        .map(|v| usize::try_from(*v).map_err(|_| ClusterError::Column("index")))
        .collect()
}

fn amounts(batch: &RecordBatch, column: usize) -> Result<Vec<u128>, ClusterError> {
    let column = cast(batch.column(column), &UNITS).map_err(DataFusionError::from)?;
    let column = column
        .as_primitive_opt::<Decimal256Type>()
        .ok_or(ClusterError::Column("units"))?;
    column
        .values()
        .iter()
        .map(|v| match v.to_parts() {
            (low, 0) => Ok(low),
            _ => Err(ClusterError::Column("units")),
        })
        .collect()
}
