//! What is copied from a server of the source's own, for the documents.

use serde::Serialize;

use super::words;
use crate::plan::{Plan, StagedTable};

/// One source table whose rows travel.
#[derive(Serialize)]
pub(super) struct Travels {
    pub table: String,
    /// The names of the columns.
    pub columns: String,
    pub batches: String,
    /// Each column with its type there and here.
    pub types: Vec<Column>,
}

#[derive(Serialize)]
pub(super) struct Column {
    pub name: String,
    pub declared: String,
    pub stage: String,
}

/// Every staged table, by name.
pub(super) fn travels(plan: &Plan) -> Vec<Travels> {
    plan.staging.iter().map(of).collect()
}

fn of(table: &StagedTable) -> Travels {
    let names: Vec<&str> = table.columns.iter().map(|column| column.name.as_str()).collect();
    Travels {
        table: words::table(&table.source),
        columns: names.join(", "),
        batches: if table.key.is_empty() {
            "all rows in one transaction: the table has no key".to_owned()
        } else {
            format!("{} rows by {}", table.rows, table.key.join(", "))
        },
        types: table
            .columns
            .iter()
            .map(|column| Column {
                name: column.name.clone(),
                declared: column.declared.clone(),
                stage: column.stage.to_string(),
            })
            .collect(),
    }
}
