//! SQLite: exact numbers in scaled integers, ISO texts for moments, one batch for each run.

pub(super) mod calls;
mod conforms;
mod exact;
mod draw;
mod moment;
mod travel;
mod uuid5;
mod words;

use super::spelling::{Piece, Speller, identifier};
use super::sql::sql;
use super::{Capabilities, Dialect, Spelled, Sql};
use crate::base::Engine;
use crate::plan::{Expr, Function, SequenceUse, TableRef};
use crate::schema::SqlType;

#[derive(Debug)]
pub(super) struct Sqlite;

const CAPABILITIES: Capabilities = Capabilities {
    has_schemas: false,
    loops: false,
    max_identifier: None,
    time_zones: false,
    exact_digits: Some(15),
    unicode_case: false,
    distinct_on: false,
    enforces_types: false,
    row_values: true,
    collations_fold: true,
    update_joins: false,
};

const TEMPLATES: &[(&str, &str)] = &[
    ("head.sql", include_str!("../templates/sqlite/head.sql.j2")),
    ("ledger.sql", include_str!("../templates/sqlite/ledger.sql.j2")),
    ("guard_plan.sql", include_str!("../templates/sqlite/guard_plan.sql.j2")),
    ("window.sql", include_str!("../templates/sqlite/window.sql.j2")),
    // Read again for each of its uses, a scan of many subqueries would be more than SQLite takes.
    ("check.sql", include_str!("../templates/sqlite/check.sql.j2")),
    ("ask.sql", include_str!("../templates/sqlite/ask.sql.j2")),
    ("checkpoint.sql", include_str!("../templates/sqlite/checkpoint.sql.j2")),
    ("preflight.sql", include_str!("../templates/sqlite/preflight.sql.j2")),
    ("prepare.sql", include_str!("../templates/sqlite/prepare.sql.j2")),
    ("backfill.sql", include_str!("../templates/sqlite/backfill.sql.j2")),
    ("aside.sql", include_str!("../templates/sqlite/aside.sql.j2")),
    ("redrive.sql", include_str!("../templates/sqlite/redrive.sql.j2")),
    ("load.sql", include_str!("../templates/sqlite/load.sql.j2")),
    ("second_pass.sql", include_str!("../templates/sqlite/second_pass.sql.j2")),
    ("deletes.sql", include_str!("../templates/sqlite/deletes.sql.j2")),
    ("catch_up_begin.sql", include_str!("../templates/sqlite/catch_up_begin.sql.j2")),
    ("catch_up_end.sql", include_str!("../templates/sqlite/catch_up_end.sql.j2")),
    ("finish.sql", include_str!("../templates/sqlite/finish.sql.j2")),
    ("validate.sql", include_str!("../templates/sqlite/validate.sql.j2")),
    ("send.sql", include_str!("../templates/sqlite/send.sql.j2")),
    ("repair_guard.sql", include_str!("../templates/sqlite/repair_guard.sql.j2")),
    ("receive.sql", include_str!("../templates/sqlite/receive.sql.j2")),
    ("staged.sql", include_str!("../templates/sqlite/staged.sql.j2")),
    ("rollback.sql", include_str!("../templates/sqlite/rollback.sql.j2")),
];

impl Dialect for Sqlite {
    fn engine(&self) -> Engine {
        Engine::Sqlite
    }

    fn capabilities(&self) -> &'static Capabilities {
        &CAPABILITIES
    }

    fn function(&self, function: Function) -> Spelled {
        match function {
            Function::Lower => Spelled::Call("lower"),
            Function::Upper => Spelled::Call("upper"),
            Function::Trim => Spelled::Call("trim"),
            Function::Ltrim => Spelled::Call("ltrim"),
            Function::Rtrim => Spelled::Call("rtrim"),
            Function::Length => Spelled::Call("length"),
            Function::Replace => Spelled::Call("replace"),
            Function::Position => Spelled::Reversed("instr"),
            Function::Coalesce => Spelled::Call("coalesce"),
            Function::Nullif => Spelled::Call("nullif"),
            Function::Abs => Spelled::Call("abs"),
            Function::Substr
            | Function::Floor
            | Function::Ceil
            | Function::AddMonths
            | Function::Left
            | Function::Right
            | Function::SplitPart
            | Function::Normalize
            | Function::Md5
            | Function::Sha256
            | Function::Epoch
            | Function::FromEpoch
            | Function::JsonText
            | Function::JsonInteger
            | Function::IsJsonText
            | Function::IsJsonInteger
            | Function::Recode
            | Function::IsRecodable => Spelled::Composed,
        }
    }

    fn string(&self, text: &str) -> Sql {
        sql!("'{}'", text.replace('\'', "''"))
    }

    fn boolean(&self, value: bool) -> Sql {
        Sql::spelled(if value { "1" } else { "0" })
    }

    fn type_name(&self, ty: &SqlType) -> Sql {
        Sql::spelled(match ty {
            SqlType::Bool | SqlType::Int { .. } | SqlType::Unsigned { .. } => "INTEGER",
            SqlType::Decimal(_) => "NUMERIC",
            SqlType::Float { .. } => "REAL",
            SqlType::Bytes { .. } => "BLOB",
            SqlType::Text { .. }
            | SqlType::Date
            | SqlType::Time { .. }
            | SqlType::Timestamp { .. }
            | SqlType::Interval
            | SqlType::Uuid
            | SqlType::Json { .. }
            | SqlType::Enum { .. }
            | SqlType::Array(_)
            | SqlType::Opaque(_) => "TEXT",
        })
    }

    fn own(&self, speller: &Speller<'_>, expr: &Expr) -> Option<Piece> {
        words::own(speller, expr)
    }

    fn comparable(&self, speller: &Speller<'_>, exprs: &[&Expr]) -> Vec<Piece> {
        exact::comparable(speller, exprs)
    }

    fn failure(&self, _: &Speller<'_>, message: &str, _: &SqlType) -> Piece {
        failure(message)
    }

    fn message(&self, text: &str) -> Sql {
        // The name of a CHECK constraint: nothing else in plain SQLite raises a chosen text.
        identifier(text)
    }

    fn canonical_text(&self, speller: &Speller<'_>, expr: &Expr) -> Sql {
        words::canonical_text(speller, expr)
    }

    fn shown(&self, speller: &Speller<'_>, expr: &Expr) -> Sql {
        let value = speller.operand(expr);
        match expr.ty {
            SqlType::Timestamp { .. } => sql!("cast({value} as text)"),
            SqlType::Float { .. } => sql!("printf('%!.17g', {value})"),
            _ => words::canonical_text(speller, expr),
        }
    }

    fn hashed(&self, text: &Sql) -> Sql {
        let salted = sql!("({} || {text})", super::spelling::validation::salt());
        sql!("'#' || substr({}, 1, 8)", uuid5::digest(&salted))
    }

    fn only_if_bad(&self, source: &Sql, _: &Sql) -> (Sql, Option<Sql>) {
        // The outer loop of a CROSS JOIN; without a row of it the inner one does not begin.
        (sql!("temp.\"datamove_go\" CROSS JOIN {source}"), None)
    }

    fn distinct(&self, left: &Sql, right: &Sql, negated: bool) -> Sql {
        sql!("{left} {} {right}", if negated { "IS" } else { "IS NOT" })
    }

    fn now(&self, ty: &SqlType) -> Sql {
        if *ty == SqlType::Date { sql!("date('now')") } else { sql!("strftime('%Y-%m-%d %H:%M:%S', 'now')") }
    }

    fn differs(&self, left: &Sql, right: &Sql, ty: &SqlType) -> Sql {
        // A NOCASE column would find 'a' and 'A' the same; the left operand's collation decides.
        match ty {
            SqlType::Text { .. } | SqlType::Enum { .. } | SqlType::Opaque(_) | SqlType::Json { .. } => {
                sql!("{left} COLLATE BINARY IS NOT {right}")
            }
            _ => sql!("{left} IS NOT {right}"),
        }
    }

    fn travels(&self, value: &Sql, ty: &SqlType, enforced: bool, to: Engine) -> Option<Sql> {
        travel::travels(value, ty, enforced, to)
    }

    fn encoded(&self, value: &Sql, ty: &SqlType, _: Option<&str>) -> Option<Sql> {
        travel::encoded(value, ty)
    }

    fn receive(&self, _: &Sql, _: &[(Sql, &SqlType)], file: &Sql) -> Sql {
        travel::receive(file)
    }

    fn written_out(&self, value: &Sql, ty: &SqlType, _: Engine) -> Sql {
        travel::written_out(value, ty)
    }

    fn grouped(&self, value: &Sql, ty: &SqlType) -> Sql {
        match ty {
            SqlType::Text { .. } => sql!("{value} COLLATE BINARY"),
            _ => value.clone(),
        }
    }

    fn sequence(&self, table: &TableRef, _: &SequenceUse) -> Sql {
        sql!("(SELECT \"seq\" FROM main.sqlite_sequence WHERE \"name\" = {})", self.string(&table.name))
    }

    fn sequence_behind(&self, table: &TableRef, used: &SequenceUse) -> Sql {
        let last = self.sequence(table, used);
        sql!("CASE WHEN max({}) > coalesce({last}, 0) THEN 1 ELSE 0 END", identifier(&used.column))
    }

    fn session(&self, name: &'static str) -> Sql {
        sql!("(SELECT CAST(\"value\" AS INTEGER) FROM temp.\"datamove_session\" WHERE \"name\" = '{name}')")
    }

    fn since(&self, column: &Sql, _: &SqlType, mark: &Sql, seconds: u64) -> Sql {
        // A text that is no moment is looked at as well.
        let second = |text: &Sql| sql!("CAST(strftime('%s', {text}) AS INTEGER)");
        sql!("coalesce({} >= {} - {seconds}, 1)", second(column), second(mark))
    }

    fn drawn(&self, text: &Sql, seed: &Sql) -> Sql {
        draw::drawn(text, seed)
    }

    fn drop_temporary(&self, table: &Sql) -> Sql {
        sql!("DROP TABLE IF EXISTS temp.{table};")
    }

    fn templates(&self) -> &'static [(&'static str, &'static str)] {
        TEMPLATES
    }
}

/// The only error whose text an expression can choose: a JSON path that is none.
fn failure(message: &str) -> Piece {
    Piece::atom(sql!("json_extract('{{}}', {})", Sqlite.string(message)))
}
