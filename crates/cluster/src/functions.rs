//! Linkage's own functions as DataFusion sees them: text columns in, keys or bits out.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Float64Array, ListBuilder, StringBuilder};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::error::Result;
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};
use linkage::{Model, Record, blocking};

/// Name, birth date, nationality, passport, phone.
const FIELDS: usize = 5;

/// `hue_keys(name, birth_date, nationality, passport, phone)`: the blocking keys of a person.
pub fn keys() -> ScalarUDF {
    create_udf(
        "hue_keys",
        vec![DataType::Utf8; FIELDS],
        DataType::List(Arc::new(Field::new_list_field(DataType::Utf8, true))),
        Volatility::Immutable,
        Arc::new(|arguments| {
            let columns = texts(arguments)?;
            let mut lists = ListBuilder::new(StringBuilder::new());
            for row in 0..columns[0].len() {
                for key in blocking::keys(&record(&columns, row)) {
                    lists.values().append_value(key);
                }
                lists.append(true);
            }
            Ok(ColumnarValue::Array(Arc::new(lists.finish())))
        }),
    )
}

/// `hue_weight(five fields of one person, five of another)`: log₂ odds that both are one.
pub fn weight(model: Arc<Model>) -> ScalarUDF {
    create_udf(
        "hue_weight",
        vec![DataType::Utf8; 2 * FIELDS],
        DataType::Float64,
        Volatility::Immutable,
        Arc::new(move |arguments| {
            let columns = texts(arguments)?;
            let weights = (0..columns[0].len()).map(|row| {
                let pair = [record(&columns[..FIELDS], row), record(&columns[FIELDS..], row)];
                model.score(&pair, 0, 1).weight
            });
            Ok(ColumnarValue::Array(Arc::new(Float64Array::from_iter_values(
                weights,
            ))))
        }),
    )
}

fn texts(arguments: &[ColumnarValue]) -> Result<Vec<ArrayRef>> {
    ColumnarValue::values_to_arrays(arguments)?
        .iter()
        .map(|column| Ok(cast(column, &DataType::Utf8)?))
        .collect()
}

fn record(columns: &[ArrayRef], row: usize) -> Record {
    let cell = |n: usize| {
        let column = columns[n].as_string::<i32>();
        if column.is_null(row) {
            ""
        } else {
            column.value(row)
        }
    };
    Record::read(cell(0), cell(1), cell(2), cell(3), cell(4))
}
