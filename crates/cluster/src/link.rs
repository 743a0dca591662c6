//! Pairs of people across files too large for one machine: blocked by joins, scored by our own function.

use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field, Float64Type, Schema};
use datafusion::prelude::{CsvReadOptions, SessionContext};
use linkage::{Model, Record, blocking};

use crate::ClusterError;

/// Two people's ids and log₂ of the odds that they are one.
#[derive(Debug, Clone, PartialEq)]
pub struct Scored {
    pub left: String,
    pub right: String,
    pub weight: f64,
}

const COLUMNS: [&str; 6] = ["id", "name", "birth_date", "nationality", "passport", "phone"];

/// Learns from the first `sample` rows of a CSV with `id,name,birth_date,nationality,passport,phone`.
///
/// # Errors
/// When the file cannot be read or lacks a column.
pub async fn learn(people: &Path, sample: usize) -> Result<Model, ClusterError> {
    let context = SessionContext::new();
    register(&context, people).await?;
    let query = format!("select name, birth_date, nationality, passport, phone from people limit {sample}");
    let mut records = Vec::new();
    for batch in context.sql(&query).await?.collect().await? {
        let columns = (0..5).map(|n| text(&batch, n)).collect::<Result<Vec<_>, _>>()?;
        records.extend((0..batch.num_rows()).map(|row| {
            let cell = |n: usize| columns[n][row].as_str();
            Record::read(cell(0), cell(1), cell(2), cell(3), cell(4))
        }));
    }
    Ok(Model::learn(&records))
}

/// All proposed pairs of `people` at or above `least` bits, strongest first: what [`Model::pairs`] gives in memory.
///
/// # Errors
/// When the file cannot be read or the cluster fails.
pub async fn pairs(people: &Path, model: Model, least: f64) -> Result<Vec<Scored>, ClusterError> {
    let context = crate::in_process(Some(Arc::new(model))).await?;
    register(&context, people).await?;
    let query = format!(
        "with keyed as (
           select id, unnest(hue_keys(name, birth_date, nationality, passport, phone)) as key from people
         ), rare as (
           select key from keyed group by key having count(*) <= {common}
         ), proposed as (
           select distinct l.id as a, r.id as b
           from keyed l join rare on rare.key = l.key join keyed r on r.key = l.key and l.id < r.id
         ), scored as (
           select a, b, hue_weight(
             l.name, l.birth_date, l.nationality, l.passport, l.phone,
             r.name, r.birth_date, r.nationality, r.passport, r.phone) as weight
           from proposed join people l on l.id = a join people r on r.id = b
         )
         select a, b, weight from scored where weight >= {least} order by weight desc, a, b",
        common = blocking::COMMON,
    );
    let mut found = Vec::new();
    for batch in context.sql(&query).await?.collect().await? {
        let (left, right) = (text(&batch, 0)?, text(&batch, 1)?);
        let weights = batch
            .column(2)
            .as_primitive_opt::<Float64Type>()
            .ok_or(ClusterError::Column("weight"))?;
        for ((left, right), weight) in left.into_iter().zip(right).zip(weights.values()) {
            found.push(Scored {
                left,
                right,
                weight: *weight,
            });
        }
    }
    Ok(found)
}

/// Every column is text: a passport number that begins with a nought is not a number.
async fn register(context: &SessionContext, people: &Path) -> Result<(), ClusterError> {
    let schema = Schema::new(
        COLUMNS
            .map(|name| Field::new(name, DataType::Utf8, true))
            .to_vec(),
    );
    let path = people.to_string_lossy();
    let options = CsvReadOptions::new().schema(&schema);
    Ok(context.register_csv("people", path.as_ref(), options).await?)
}

fn text(batch: &RecordBatch, column: usize) -> Result<Vec<String>, ClusterError> {
    let column =
        cast(batch.column(column), &DataType::Utf8).map_err(datafusion::error::DataFusionError::from)?;
    let column = column
        .as_string_opt::<i32>()
        .ok_or(ClusterError::Column("text"))?;
    Ok((0..column.len())
        .map(|row| {
            if column.is_null(row) {
                String::new()
            } else {
                column.value(row).to_owned()
            }
        })
        .collect())
}
