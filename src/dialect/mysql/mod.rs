//! MySQL and MariaDB, in the part of SQL that both understand. Every script pins `sql_mode` to strict standard
//! SQL: names stand in double quotes, `||` joins texts, and a backslash is itself.

mod calls;
mod cast;
mod conforms;
mod exact;
mod moment;
mod text;
mod travel;
mod words;

use super::spelling::{Piece, Speller, buckets, collated, comma, identifier};
use super::sql::sql;
use super::{Capabilities, Dialect, Digest, Doubt, IndexPart, Length, Spelled, Sql};
use crate::base::Engine;
use crate::plan::{Expr, Function, SequenceUse, TableRef};
use crate::schema::{SqlType, has_plain_order};

#[derive(Debug)]
pub(super) struct Mysql;

const CAPABILITIES: Capabilities = Capabilities {
    has_schemas: true,
    loops: true,
    max_identifier: Some(Length::Characters(64)),
    time_zones: true,
    exact_digits: Some(65),
    unicode_case: true,
    distinct_on: false,
    enforces_types: true,
    row_values: false,
    collations_fold: true,
    update_joins: true,
};

const TEMPLATES: &[(&str, &str)] = &[
    ("check.sql", include_str!("../templates/mysql/check.sql.j2")),
    ("head.sql", include_str!("../templates/mysql/head.sql.j2")),
    ("ledger.sql", include_str!("../templates/mysql/ledger.sql.j2")),
    ("lock.sql", include_str!("../templates/mysql/lock.sql.j2")),
    ("open.sql", include_str!("../templates/mysql/open.sql.j2")),
    ("close.sql", include_str!("../templates/mysql/close.sql.j2")),
    ("declare.sql", include_str!("../templates/mysql/declare.sql.j2")),
    ("fresh.sql", include_str!("../templates/mysql/fresh.sql.j2")),
    ("upsert.sql", include_str!("../templates/mysql/upsert.sql.j2")),
    ("split.sql", include_str!("../templates/mysql/split.sql.j2")),
    ("window.sql", include_str!("../templates/mysql/window.sql.j2")),
    ("ask.sql", include_str!("../templates/mysql/ask.sql.j2")),
    ("checkpoint.sql", include_str!("../templates/mysql/checkpoint.sql.j2")),
    ("load.sql", include_str!("../templates/mysql/load.sql.j2")),
    ("structure.sql", include_str!("../templates/mysql/structure.sql.j2")),
    ("postpone.sql", include_str!("../templates/mysql/postpone.sql.j2")),
    ("put_back.sql", include_str!("../templates/mysql/put_back.sql.j2")),
    ("constraints.sql", include_str!("../templates/mysql/constraints.sql.j2")),
    ("constraints_body.sql", include_str!("../templates/mysql/constraints_body.sql.j2")),
    ("fill.sql", include_str!("../templates/mysql/fill.sql.j2")),
    ("images.sql", include_str!("../templates/mysql/images.sql.j2")),
    ("preflight.sql", include_str!("../templates/mysql/preflight.sql.j2")),
    ("prepare.sql", include_str!("../templates/mysql/prepare.sql.j2")),
    ("backfill.sql", include_str!("../templates/mysql/backfill.sql.j2")),
    ("aside.sql", include_str!("../templates/mysql/aside.sql.j2")),
    ("redrive.sql", include_str!("../templates/mysql/redrive.sql.j2")),
    ("redrive_body.sql", include_str!("../templates/mysql/redrive_body.sql.j2")),
    ("backfill_body.sql", include_str!("../templates/mysql/backfill_body.sql.j2")),
    ("second_pass.sql", include_str!("../templates/mysql/second_pass.sql.j2")),
    ("deletes.sql", include_str!("../templates/mysql/deletes.sql.j2")),
    ("catch_up_begin.sql", include_str!("../templates/mysql/catch_up_begin.sql.j2")),
    ("catch_up_end.sql", include_str!("../templates/mysql/catch_up_end.sql.j2")),
    ("deletes_body.sql", include_str!("../templates/mysql/deletes_body.sql.j2")),
    ("remove.sql", include_str!("../templates/mysql/remove.sql.j2")),
    ("second_pass_body.sql", include_str!("../templates/mysql/second_pass_body.sql.j2")),
    ("finish.sql", include_str!("../templates/mysql/finish.sql.j2")),
    ("validate.sql", include_str!("../templates/mysql/validate.sql.j2")),
    ("send.sql", include_str!("../templates/mysql/send.sql.j2")),
    ("repair_guard.sql", include_str!("../templates/mysql/repair_guard.sql.j2")),
    ("repair_uninsert.sql", include_str!("../templates/mysql/repair_uninsert.sql.j2")),
    ("repair_update.sql", include_str!("../templates/mysql/repair_update.sql.j2")),
    ("repair_unupdate.sql", include_str!("../templates/mysql/repair_unupdate.sql.j2")),
    ("repair_delete.sql", include_str!("../templates/mysql/repair_delete.sql.j2")),
    ("receive.sql", include_str!("../templates/mysql/receive.sql.j2")),
    ("staged.sql", include_str!("../templates/mysql/staged.sql.j2")),
    ("rollback.sql", include_str!("../templates/mysql/rollback.sql.j2")),
];

impl Dialect for Mysql {
    fn engine(&self) -> Engine {
        Engine::Mysql
    }

    fn capabilities(&self) -> &'static Capabilities {
        &CAPABILITIES
    }

    fn stored(&self) -> Sql {
        Sql::spelled(" ENGINE = InnoDB")
    }

    fn function(&self, function: Function) -> Spelled {
        match function {
            Function::Lower => Spelled::Call("lower"),
            Function::Upper => Spelled::Call("upper"),
            Function::Trim => Spelled::Call("trim"),
            Function::Ltrim => Spelled::Call("ltrim"),
            Function::Rtrim => Spelled::Call("rtrim"),
            Function::Length => Spelled::Call("char_length"),
            Function::Replace => Spelled::Call("replace"),
            Function::Coalesce => Spelled::Call("coalesce"),
            Function::Abs => Spelled::Call("abs"),
            Function::Left => Spelled::Call("left"),
            Function::Right => Spelled::Call("right"),
            Function::SplitPart
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
            | Function::IsRecodable
            | Function::Position
            | Function::Nullif
            | Function::Floor
            | Function::Ceil
            | Function::Substr
            | Function::AddMonths => Spelled::Composed,
        }
    }

    fn string(&self, text: &str) -> Sql {
        // Backslashes are themselves: every script pins NO_BACKSLASH_ESCAPES.
        sql!("'{}'", text.replace('\'', "''"))
    }

    fn boolean(&self, value: bool) -> Sql {
        Sql::spelled(if value { "true" } else { "false" })
    }

    fn type_name(&self, ty: &SqlType) -> Sql {
        text::type_name(ty)
    }

    fn own(&self, speller: &Speller<'_>, expr: &Expr) -> Option<Piece> {
        words::own(speller, expr)
    }

    fn comparable(&self, speller: &Speller<'_>, exprs: &[&Expr]) -> Vec<Piece> {
        let compared = |expr: &&Expr| match expr.ty {
            SqlType::Text { .. } | SqlType::Enum { .. } => Piece::atom(text::bytes(&speller.spell(expr))),
            _ => speller.piece(expr),
        };
        exprs.iter().map(compared).collect()
    }

    fn failure(&self, _: &Speller<'_>, message: &str, ty: &SqlType) -> Piece {
        let number = words::failure(message);
        match ty {
            SqlType::Int { .. } | SqlType::Unsigned { .. } | SqlType::Bool => Piece::atom(number),
            // A number among texts, dates or UUIDs would change the type of all.
            _ => Piece::atom(sql!("cast({number} as char)")),
        }
    }

    fn message(&self, text: &str) -> Sql {
        // What SIGNAL takes ends behind 128 characters.
        self.string(&text.chars().take(128).collect::<String>())
    }

    fn canonical_text(&self, speller: &Speller<'_>, expr: &Expr) -> Sql {
        text::canonical(speller, expr)
    }

    fn shown(&self, speller: &Speller<'_>, expr: &Expr) -> Sql {
        text::unified(&match expr.ty {
            SqlType::Timestamp { .. } => sql!("cast({} as char)", speller.spell(expr)),
            SqlType::Float { .. } => sql!("cast({} * 1e0 as char)", speller.operand(expr)),
            _ => text::canonical(speller, expr),
        })
    }

    fn hashed(&self, text: &Sql) -> Sql {
        sql!("concat('#', left(sha2(concat(@datamove_salt, {text}), 256), 8))")
    }

    fn only_if_bad(&self, source: &Sql, _: &Sql) -> (Sql, Option<Sql>) {
        // A variable that is not set by the statement itself is a constant to the planner.
        (source.clone(), Some(Sql::spelled("@datamove_go > 0")))
    }

    fn distinct(&self, left: &Sql, right: &Sql, negated: bool) -> Sql {
        if negated { sql!("{left} <=> {right}") } else { sql!("NOT ({left} <=> {right})") }
    }

    fn differs(&self, left: &Sql, right: &Sql, ty: &SqlType) -> Sql {
        sql!("NOT ({} <=> {})", self.grouped(left, ty), self.grouped(right, ty))
    }

    fn grouped(&self, value: &Sql, ty: &SqlType) -> Sql {
        text::grouped(value, ty)
    }

    fn map_key(&self, value: &Sql, ty: &SqlType) -> Sql {
        match ty {
            SqlType::Text { .. } | SqlType::Enum { .. } => text::bytes(value),
            _ => value.clone(),
        }
    }

    fn map_key_type(&self, ty: &SqlType, parts: usize) -> Sql {
        text::map_key_type(ty, parts)
    }

    fn now(&self, ty: &SqlType) -> Sql {
        if *ty == SqlType::Date { sql!("utc_date()") } else { sql!("utc_timestamp(6)") }
    }

    fn same_key(&self, old: &Sql, new: &Sql, ty: &SqlType, collation: Option<&str>) -> Sql {
        match (ty, collation) {
            (SqlType::Text { .. } | SqlType::Enum { .. }, Some(collation)) => {
                sql!("{old} = {}", collated(new, collation))
            }
            (SqlType::Text { .. } | SqlType::Enum { .. }, None) => {
                sql!("{} = {}", text::bytes(old), text::bytes(new))
            }
            _ => sql!("{old} = {new}"),
        }
    }

    fn variable_type(&self, _: &Sql, column: &crate::plan::KeysetColumn) -> Sql {
        text::variable_type(&column.ty, column.collation.as_deref())
    }

    fn checkpoint_text(&self, value: &Sql, ty: &SqlType) -> Sql {
        match ty {
            SqlType::Bytes { .. } => sql!("hex({value})"),
            _ => sql!("cast({value} as char)"),
        }
    }

    fn read_checkpoint(&self, text: &Sql, ty: &SqlType) -> Sql {
        match ty {
            SqlType::Bytes { .. } => sql!("unhex({text})"),
            _ => text.clone(),
        }
    }

    fn sequence(&self, table: &TableRef, _: &SequenceUse) -> Sql {
        sql!(
            "(SELECT \"auto_increment\" FROM information_schema.tables WHERE \"table_schema\" = {} AND \"table_name\" = {})",
            self.string(table.schema.as_deref().unwrap_or_default()),
            self.string(&table.name)
        )
    }

    fn sequence_behind(&self, table: &TableRef, used: &SequenceUse) -> Sql {
        let next = self.sequence(table, used);
        sql!("CASE WHEN max({}) >= coalesce({next}, 1) THEN 1 ELSE 0 END", identifier(&used.column))
    }

    fn doubt(&self, speller: &Speller<'_>, expr: &Expr) -> Option<Doubt> {
        moment::doubt(speller, expr).or_else(|| calls::doubt(speller, expr))
    }

    fn crosses(&self, value: &Sql, ty: &SqlType) -> Option<Sql> {
        travel::crosses(value, ty)
    }

    fn travels(&self, value: &Sql, ty: &SqlType, _: bool, to: Engine) -> Option<Sql> {
        travel::travels(value, ty, to)
    }

    fn encoded(&self, value: &Sql, ty: &SqlType, charset: Option<&str>) -> Option<Sql> {
        if matches!(ty, SqlType::Text { .. }) { travel::encoded(value, charset) } else { None }
    }

    fn travelling(&self, value: &Sql, ty: &SqlType, to: Engine) -> Sql {
        travel::travelling(value, ty, to)
    }

    fn digest(&self, value: &Sql, ty: &SqlType, other: Engine) -> Option<Digest> {
        travel::digest(value, ty, other)
    }

    fn text_of_number(&self, number: &Sql) -> Sql {
        sql!("cast({number} as char)")
    }

    fn bounds(&self, table: &Sql, key: &Sql, number: &Sql) -> Option<Sql> {
        Some(buckets::about_every(table, key, number))
    }

    // A range of the table's own key is read in its order. That no order is asked for saves a third of the time; a sum
    // over another one would differ, and its rows be compared.
    fn bucket(&self, number: &Sql, row: &Sql, table: &Sql, condition: &Sql, _key: &Sql) -> Sql {
        let sum = sql!("group_concat({row} SEPARATOR {})", self.string("\n"));
        buckets::bucket(number, &sum, &buckets::restricted(table, condition))
    }

    fn copy_type(&self, ty: &SqlType, bytes: Option<usize>) -> Sql {
        travel::copy_type(ty, bytes)
    }

    fn index_part(&self, name: &Sql, ty: &SqlType, bytes: usize) -> IndexPart {
        travel::index_part(name, ty, bytes)
    }

    fn own_order(&self, key: &[(Sql, &SqlType)]) -> Option<Sql> {
        let names: Vec<Sql> = key.iter().map(|(name, _)| name.clone()).collect();
        let plain = !key.is_empty() && key.iter().all(|(_, ty)| has_plain_order(ty));
        plain.then(|| sql!("PRIMARY KEY ({})", comma(&names)))
    }

    fn receive(&self, stage: &Sql, columns: &[(Sql, &SqlType)], file: &Sql) -> Sql {
        travel::receive(stage, columns, file)
    }

    fn stated(&self, literal: &Sql, ty: &SqlType) -> Sql {
        travel::stated(literal, ty)
    }

    fn written_out(&self, value: &Sql, ty: &SqlType, to: Engine) -> Sql {
        match to {
            Engine::Sqlite => travel::literal(value, ty),
            Engine::Postgres | Engine::Mysql => travel::written_out(value, ty, to),
        }
    }

    fn session(&self, name: &'static str) -> Sql {
        sql!("@datamove_{name}")
    }

    fn since(&self, column: &Sql, _: &SqlType, mark: &Sql, seconds: u64) -> Sql {
        let first = "cast('1000-01-01' as datetime(6))";
        sql!("{column} >= coalesce(cast({mark} as datetime(6)) - INTERVAL {seconds} SECOND, {first})")
    }

    fn drawn(&self, text: &Sql, seed: &Sql) -> Sql {
        sql!("md5(concat({seed}, {text}))")
    }

    fn drop_temporary(&self, table: &Sql) -> Sql {
        sql!("DROP TEMPORARY TABLE IF EXISTS {table};")
    }

    fn templates(&self) -> &'static [(&'static str, &'static str)] {
        TEMPLATES
    }
}
