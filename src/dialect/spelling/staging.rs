//! The words of rows that travel: what is read at the source, and how a batch of it is marked.

use super::super::sql::sql;
use super::super::{Dialect, Sql};
use super::{comma, identifier, row_value};
use crate::schema::SqlType;

/// `SELECT items FROM table ORDER BY key`, behind the row whose key is stated.
pub(in crate::dialect) fn travellers(items: &[Sql], table: &Sql, key: &[Sql], behind: Option<&Sql>) -> Sql {
    let mut text = format!("SELECT {}\nFROM {table}", comma(items));
    if let Some(last) = behind {
        text = format!("{text}\nWHERE {} > {last}", row_value(key));
    }
    if key.is_empty() { Sql::spelled(text) } else { sql!("{text}\nORDER BY {}", comma(key)) }
}

/// The same, of the rows where `condition` holds.
pub(in crate::dialect) fn travellers_where(items: &[Sql], table: &Sql, key: &Sql, condition: &Sql) -> Sql {
    sql!("SELECT {}\nFROM {table}\nWHERE {condition}\nORDER BY {key}", comma(items))
}

/// How many rows there are where `condition` holds.
pub(in crate::dialect) fn count_where_text(table: &Sql, condition: &Sql) -> Sql {
    sql!("{} WHERE {condition}", count_table(table))
}

/// The first key of a table, or the first one behind another: each of its values stands there once.
pub(in crate::dialect) fn first_key(table: &Sql, key: &[Sql], behind: Option<&[Sql]>) -> Sql {
    let condition =
        behind.map_or(Sql::default(), |last| sql!(" WHERE {} > {}", row_value(key), row_value(last)));
    let key = comma(key);
    sql!("SELECT {key} FROM {table}{condition} ORDER BY {key} LIMIT 1")
}

pub(in crate::dialect) fn count_table(table: &Sql) -> Sql {
    sql!("SELECT count(*) FROM {table}")
}

/// Stands for a literal that is known when the statement is run. No name and no text of a plan has a
/// NUL, so that it can be mistaken for nothing else.
const LITERAL: &str = "\0";

/// Something that is known when the statement is run.
pub(in crate::dialect) fn literal() -> Sql {
    Sql::spelled(LITERAL)
}

/// A value of `ty` that the runner states as a string.
pub(in crate::dialect) fn stated(dialect: &dyn Dialect, ty: &SqlType) -> Sql {
    dialect.stated(&Sql::spelled(LITERAL), ty)
}

/// `CREATE FOREIGN TABLE`, as the format of a statement: the one value that is filled in, if any, is the
/// source's database, which the session says where the plan names none.
pub(in crate::dialect) fn foreign_table(
    name: &Sql,
    columns: &[(&str, Sql)],
    server: &Sql,
    mysql: bool,
    schema: Option<&Sql>,
    table: &Sql,
) -> Sql {
    let columns: Vec<Sql> = columns.iter().map(|(column, ty)| sql!("{} {ty}", identifier(column))).collect();
    let schemas = if mysql { "dbname" } else { "schema_name" };
    let fixed = |sql: &Sql| Sql::spelled(sql.as_str().replace('%', "%%"));
    let schema = match schema {
        Some(schema) => fixed(schema),
        None if mysql => Sql::spelled("%L"),
        None => Sql::spelled("'public'"),
    };
    sql!(
        "CREATE FOREIGN TABLE {} ({}) SERVER {} OPTIONS ({schemas} {schema}, table_name {})",
        fixed(name),
        fixed(&comma(&columns)),
        fixed(server),
        fixed(table)
    )
}

/// What stands between the literals that are stated later.
pub(in crate::dialect) fn pieces(statement: &Sql) -> Vec<String> {
    statement.as_str().split(LITERAL).map(str::to_owned).collect()
}

/// Says in the ledger that a batch has arrived. The literals: the key of its last row, the step's new
/// state, its rows (twice), and how many batches there were before.
pub(in crate::dialect) fn mark(
    checkpoints: &[Sql],
    step: &Sql,
    id: &Sql,
    run: &Sql,
    fingerprint: &Sql,
) -> Sql {
    let keys: Vec<String> = checkpoints.iter().map(|column| format!("{column} = {LITERAL}, ")).collect();
    let keys = keys.concat();
    sql!(
        "UPDATE {step} SET {keys}\"state\" = {LITERAL}, \"rows_read\" = \"rows_read\" + {LITERAL}, \
         \"rows_written\" = \"rows_written\" + {LITERAL}, \"batches\" = \"batches\" + 1 \
         WHERE \"step\" = {id} AND \"state\" <> 'done' AND \"batches\" = {LITERAL} \
         AND EXISTS (SELECT 1 FROM {run} WHERE \"fingerprint\" = {fingerprint})"
    )
}

/// Says in the ledger that no rows were left.
pub(in crate::dialect) fn finish(step: &Sql, id: &Sql, run: &Sql, fingerprint: &Sql) -> Sql {
    sql!(
        "UPDATE {step} SET \"state\" = 'done' WHERE \"step\" = {id} AND \"state\" <> 'done' \
         AND EXISTS (SELECT 1 FROM {run} WHERE \"fingerprint\" = {fingerprint})"
    )
}

/// How far the rows of a step came.
pub(in crate::dialect) fn checkpoint(checkpoints: &[Sql], step: &Sql, id: &Sql) -> Sql {
    let columns = if checkpoints.is_empty() { Sql::spelled("NULL") } else { comma(checkpoints) };
    sql!("SELECT {columns} FROM {step} WHERE \"step\" = {id}")
}

/// The same for a step that may have been cut into ranges of its key: the first one that is not done.
pub(in crate::dialect) fn first_range(checkpoints: &[Sql], part: &Sql, step: &Sql, id: &Sql) -> Sql {
    let columns = comma(checkpoints);
    sql!(
        "SELECT {columns} FROM (SELECT \"part\", {columns} FROM {part} WHERE \"step\" = {id} AND \"state\" <> 'done' \
         UNION ALL SELECT 2147483647 AS \"part\", {columns} FROM {step} WHERE \"step\" = {id}) AS \"datamove_range\" \
         ORDER BY \"part\" LIMIT 1"
    )
}

/// What a batch is written with.
pub(in crate::dialect) fn load(dialect: &dyn Dialect, stage: &Sql, columns: &[Sql]) -> Sql {
    let columns = comma(columns);
    if dialect.capabilities().loops && dialect.capabilities().distinct_on {
        sql!("COPY {stage} ({columns}) FROM STDIN")
    } else {
        sql!("INSERT INTO {stage} ({columns}) VALUES")
    }
}

/// The columns of a copy: what it has, and the order in which it keeps its rows.
pub(in crate::dialect) fn columns_and_order(columns: &[Sql], order: Option<Sql>) -> Sql {
    let all: Vec<Sql> = columns.iter().cloned().chain(order).collect();
    comma(&all)
}

/// The part of a row that a stock client prints: values with a tab between them, or a statement that
/// writes them, whose words stand around.
pub(in crate::dialect) fn statement_row(dialect: &dyn Dialect, items: &[Sql], words: &str) -> Sql {
    let begin = dialect.string(words);
    let values: Vec<&str> = items.iter().map(Sql::as_str).collect();
    sql!(
        "{begin} || {} || {}",
        values.join(&format!(" || {} || ", dialect.string(", "))),
        dialect.string(");")
    )
}

/// `"name" type NOT NULL`
pub(in crate::dialect) fn column(name: &str, ty: &Sql, not_null: bool) -> Sql {
    sql!("{} {ty}{}", identifier(name), if not_null { " NOT NULL" } else { "" })
}

/// `CREATE UNIQUE INDEX name ON table (columns)`
pub(in crate::dialect) fn new_index(name: &Sql, table: &Sql, columns: &[Sql], unique: bool) -> Sql {
    sql!("CREATE {}INDEX {name} ON {table} ({})", if unique { "UNIQUE " } else { "" }, comma(columns))
}
