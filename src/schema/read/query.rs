//! A query that stands in a plan as it is.

use std::ops::ControlFlow;

use sqlparser::ast::{Expr, Query, SelectItem, SetExpr, Statement, visit_expressions};
use sqlparser::parser::Parser;

use super::tokens::dialect;
use crate::base::Engine;

/// Why a text is no query that only reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum QueryTrouble {
    /// The parser's words.
    Unreadable(String),
    /// What it does beside reading.
    Writes(&'static str),
}

/// Functions that change something, or hold others up, by the beginning of their names.
const DEEDS: [&str; 16] = [
    "nextval",
    "setval",
    "set_config",
    "lo_",
    "dblink",
    "pg_terminate",
    "pg_cancel",
    "pg_advisory",
    "pg_sleep",
    "pg_try_advisory",
    "get_lock",
    "release_",
    "sleep",
    "benchmark",
    "load_extension",
    "writefile",
];

/// The names of the columns of a text that must be one query that only reads; `""` for a column without a name.
///
/// What a function of a user's does cannot be known: the ones known to write are refused.
pub fn read_query(engine: Engine, text: &str) -> Result<Vec<String>, QueryTrouble> {
    let query = one(engine, text)?;
    // It will stand in parentheses: a comment or a semicolon at its end must not reach further.
    one(engine, &format!("SELECT * FROM (\n{text}\n) AS datamove_custom"))?;
    reads(&query)?;
    let deed = visit_expressions(&query, |expr: &Expr| match expr {
        Expr::Function(call) => {
            let name = call.name.0.last().map(ToString::to_string).unwrap_or_default().to_lowercase();
            let name = name.trim_matches(['"', '`']);
            if DEEDS.iter().any(|deed| name.starts_with(deed)) {
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        }
        _ => ControlFlow::Continue(()),
    });
    if deed.is_break() {
        return Err(QueryTrouble::Writes("it calls a function that does more than that"));
    }
    Ok(columns(&query.body))
}

fn one(engine: Engine, text: &str) -> Result<Query, QueryTrouble> {
    let statements = Parser::parse_sql(dialect(engine), text)
        .map_err(|error| QueryTrouble::Unreadable(error.to_string().replace("sql parser error: ", "")))?;
    let mut statements = statements.into_iter();
    match (statements.next(), statements.next()) {
        (Some(Statement::Query(query)), None) => Ok(*query),
        (Some(_), None) => Err(QueryTrouble::Writes("it is no SELECT")),
        (None, _) => Err(QueryTrouble::Unreadable("there is nothing".to_owned())),
        (Some(_), Some(_)) => Err(QueryTrouble::Writes("it is more than one statement")),
    }
}

fn reads(query: &Query) -> Result<(), QueryTrouble> {
    if !query.locks.is_empty() {
        return Err(QueryTrouble::Writes("it locks rows"));
    }
    for table in query.with.iter().flat_map(|with| &with.cte_tables) {
        reads(&table.query)?;
    }
    body(&query.body)
}

fn body(of: &SetExpr) -> Result<(), QueryTrouble> {
    match of {
        SetExpr::Select(select) if select.into.is_some() => {
            Err(QueryTrouble::Writes("it writes INTO something"))
        }
        SetExpr::Select(_) | SetExpr::Values(_) | SetExpr::Table(_) => Ok(()),
        SetExpr::Query(query) => reads(query),
        SetExpr::SetOperation { left, right, .. } => {
            body(left)?;
            body(right)
        }
        _ => Err(QueryTrouble::Writes("it changes rows")),
    }
}

fn columns(of: &SetExpr) -> Vec<String> {
    match of {
        SetExpr::Select(select) => select
            .projection
            .iter()
            .map(|item| match item {
                SelectItem::ExprWithAlias { alias, .. } => alias.value.to_lowercase(),
                SelectItem::UnnamedExpr(Expr::Identifier(name)) => name.value.to_lowercase(),
                _ => String::new(),
            })
            .collect(),
        SetExpr::Query(query) => columns(&query.body),
        SetExpr::SetOperation { left, .. } => columns(left),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_reading_query_is_taken_and_nothing_else() {
        for engine in [Engine::Sqlite, Engine::Postgres, Engine::Mysql] {
            let read = |text: &str| read_query(engine, text);
            assert_eq!(
                read("SELECT a, count(*) AS \"n\" FROM t WHERE b = ';' GROUP BY a -- x").unwrap().len(),
                2
            );
            assert_eq!(
                read("WITH x AS (SELECT 1 AS a) SELECT count(*) AS examined, 1 AS expected, 0 AS bad FROM x")
                    .unwrap(),
                ["examined", "expected", "bad"]
            );
            for wrong in [
                "",
                "DELETE FROM t",
                "SELECT 1; SELECT 2",
                "SELECT 1; DROP TABLE t",
                "SELECT 1) AS a, (SELECT 2",
                "SELECT nextval('s')",
                "SELECT * FROM t FOR UPDATE",
                "UPDATE t SET a = 1",
                "SELECT 1; -- end",
            ] {
                assert!(read(wrong).is_err(), "{engine}: {wrong}");
            }
        }
        assert!(
            read_query(Engine::Postgres, "WITH x AS (DELETE FROM t RETURNING a) SELECT * FROM x").is_err()
        );
        assert!(read_query(Engine::Postgres, "SELECT 1 INTO t").is_err());
    }
}
