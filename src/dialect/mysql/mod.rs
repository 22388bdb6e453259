//! MySQL and MariaDB, in the part of SQL that both understand. Every script pins `sql_mode` to strict standard
//! SQL: names stand in double quotes, `||` joins texts, and a backslash is itself.

use super::spelling::{Piece, Speller};
use super::sql::sql;
use super::{Capabilities, Dialect, Spelled, Sql};
use crate::base::Engine;
use crate::plan::{Expr, Function};
use crate::schema::SqlType;

#[derive(Debug)]
pub(super) struct Mysql;

const CAPABILITIES: Capabilities = Capabilities {
    has_schemas: true,
    loops: true,
    max_identifier_bytes: Some(64),
    time_zones: true,
    exact_digits: Some(65),
    unicode_case: true,
    distinct_on: false,
    enforces_types: true,
};

impl Dialect for Mysql {
    fn engine(&self) -> Engine {
        Engine::Mysql
    }

    fn capabilities(&self) -> &'static Capabilities {
        &CAPABILITIES
    }

    fn function(&self, _function: Function) -> Spelled {
        Spelled::Composed
    }

    fn string(&self, text: &str) -> Sql {
        // Backslashes are themselves: every script pins NO_BACKSLASH_ESCAPES.
        sql!("'{}'", text.replace('\'', "''"))
    }

    fn boolean(&self, value: bool) -> Sql {
        Sql::spelled(if value { "true" } else { "false" })
    }

    fn type_name(&self, ty: &SqlType) -> Sql {
        sql!("{ty}")
    }

    fn own(&self, _speller: &Speller<'_>, _expr: &Expr) -> Option<Piece> {
        None
    }

    fn comparable(&self, speller: &Speller<'_>, exprs: &[&Expr]) -> Vec<Piece> {
        exprs.iter().map(|expr| speller.piece(expr)).collect()
    }

    fn failure(&self, _speller: &Speller<'_>, message: &str, _ty: &SqlType) -> Piece {
        Piece::atom(self.string(message))
    }

    fn message(&self, text: &str) -> Sql {
        self.string(text)
    }

    fn canonical_text(&self, speller: &Speller<'_>, expr: &Expr) -> Sql {
        speller.spell(expr)
    }

    fn distinct(&self, left: &Sql, right: &Sql, negated: bool) -> Sql {
        if negated { sql!("{left} <=> {right}") } else { sql!("NOT ({left} <=> {right})") }
    }

    fn differs(&self, left: &Sql, right: &Sql, _ty: &SqlType) -> Sql {
        self.distinct(left, right, false)
    }

    fn templates(&self) -> &'static [(&'static str, &'static str)] {
        &[]
    }
}
