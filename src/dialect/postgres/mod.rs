//! PostgreSQL: numerics are exact, loops are DO blocks that commit each batch.

mod calls;
mod conforms;
mod functions;
mod travel;
mod words;

use functions::dollar_quoted;
pub(super) use functions::ledger_functions;

use super::spelling::{Names, Piece, Speller, buckets, identifier};
use super::sql::sql;
use super::{Capabilities, Dialect, Digest, Doubt, Length, Spelled, Sql};
use crate::base::Engine;
use crate::plan::{Expr, Function, SequenceUse, TableRef};
use crate::schema::SqlType;

#[derive(Debug)]
pub(super) struct Postgres;

const CAPABILITIES: Capabilities = Capabilities {
    has_schemas: true,
    loops: true,
    max_identifier: Some(Length::Bytes(63)),
    time_zones: true,
    exact_digits: None,
    unicode_case: true,
    distinct_on: true,
    enforces_types: true,
    row_values: true,
    collations_fold: false,
    update_joins: false,
};

const TEMPLATES: &[(&str, &str)] = &[
    ("head.sql", include_str!("../templates/postgres/head.sql.j2")),
    ("ledger.sql", include_str!("../templates/postgres/ledger.sql.j2")),
    ("guard_plan.sql", include_str!("../templates/postgres/guard_plan.sql.j2")),
    ("lock.sql", include_str!("../templates/postgres/lock.sql.j2")),
    ("link.sql", include_str!("../templates/postgres/link.sql.j2")),
    ("pull.sql", include_str!("../templates/postgres/pull.sql.j2")),
    ("pull_body.sql", include_str!("../templates/postgres/pull_body.sql.j2")),
    ("declare.sql", include_str!("../templates/postgres/declare.sql.j2")),
    ("open.sql", include_str!("../templates/postgres/open.sql.j2")),
    ("fresh.sql", include_str!("../templates/postgres/fresh.sql.j2")),
    ("upsert.sql", include_str!("../templates/postgres/upsert.sql.j2")),
    ("split.sql", include_str!("../templates/postgres/split.sql.j2")),
    ("window.sql", include_str!("../templates/postgres/window.sql.j2")),
    ("checkpoint.sql", include_str!("../templates/postgres/checkpoint.sql.j2")),
    ("load.sql", include_str!("../templates/postgres/load.sql.j2")),
    ("fill.sql", include_str!("../templates/postgres/fill.sql.j2")),
    ("preflight.sql", include_str!("../templates/postgres/preflight.sql.j2")),
    ("prepare.sql", include_str!("../templates/postgres/prepare.sql.j2")),
    ("postpone.sql", include_str!("../templates/postgres/postpone.sql.j2")),
    ("backfill.sql", include_str!("../templates/postgres/backfill.sql.j2")),
    ("aside.sql", include_str!("../templates/postgres/aside.sql.j2")),
    ("redrive.sql", include_str!("../templates/postgres/redrive.sql.j2")),
    ("redrive_body.sql", include_str!("../templates/postgres/redrive_body.sql.j2")),
    ("backfill_body.sql", include_str!("../templates/postgres/backfill_body.sql.j2")),
    ("second_pass.sql", include_str!("../templates/postgres/second_pass.sql.j2")),
    ("deletes.sql", include_str!("../templates/postgres/deletes.sql.j2")),
    ("catch_up_begin.sql", include_str!("../templates/postgres/catch_up_begin.sql.j2")),
    ("catch_up_end.sql", include_str!("../templates/postgres/catch_up_end.sql.j2")),
    ("deletes_body.sql", include_str!("../templates/postgres/deletes_body.sql.j2")),
    ("remove.sql", include_str!("../templates/postgres/remove.sql.j2")),
    ("second_pass_body.sql", include_str!("../templates/postgres/second_pass_body.sql.j2")),
    ("put_back.sql", include_str!("../templates/postgres/put_back.sql.j2")),
    ("constraints.sql", include_str!("../templates/postgres/constraints.sql.j2")),
    ("constraints_body.sql", include_str!("../templates/postgres/constraints_body.sql.j2")),
    ("finish.sql", include_str!("../templates/postgres/finish.sql.j2")),
    ("validate.sql", include_str!("../templates/postgres/validate.sql.j2")),
    ("send.sql", include_str!("../templates/postgres/send.sql.j2")),
    ("receive.sql", include_str!("../templates/postgres/receive.sql.j2")),
    ("staged.sql", include_str!("../templates/postgres/staged.sql.j2")),
    ("restore.sql", include_str!("../templates/postgres/restore.sql.j2")),
    ("repair_guard.sql", include_str!("../templates/postgres/repair_guard.sql.j2")),
    ("rollback.sql", include_str!("../templates/postgres/rollback.sql.j2")),
];

impl Dialect for Postgres {
    fn engine(&self) -> Engine {
        Engine::Postgres
    }

    fn capabilities(&self) -> &'static Capabilities {
        &CAPABILITIES
    }

    fn function(&self, function: Function) -> Spelled {
        match function {
            Function::Lower => Spelled::Call("lower"),
            Function::Upper => Spelled::Call("upper"),
            Function::Trim => Spelled::Call("btrim"),
            Function::Ltrim => Spelled::Call("ltrim"),
            Function::Rtrim => Spelled::Call("rtrim"),
            Function::Length => Spelled::Call("length"),
            Function::Replace => Spelled::Call("replace"),
            Function::Position => Spelled::Reversed("strpos"),
            Function::Coalesce => Spelled::Call("coalesce"),
            Function::Nullif => Spelled::Call("nullif"),
            Function::Abs => Spelled::Call("abs"),
            Function::Floor => Spelled::Call("floor"),
            Function::Ceil => Spelled::Call("ceil"),
            Function::Left => Spelled::Call("left"),
            Function::Right => Spelled::Call("right"),
            Function::SplitPart => Spelled::Call("split_part"),
            Function::Substr
            | Function::AddMonths
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
        // Backslashes are themselves: every script pins standard_conforming_strings.
        sql!("'{}'", text.replace('\'', "''"))
    }

    fn boolean(&self, value: bool) -> Sql {
        Sql::spelled(if value { "true" } else { "false" })
    }

    fn type_name(&self, ty: &SqlType) -> Sql {
        type_name(ty)
    }

    fn own(&self, speller: &Speller<'_>, expr: &Expr) -> Option<Piece> {
        words::own(speller, expr)
    }

    fn comparable(&self, speller: &Speller<'_>, exprs: &[&Expr]) -> Vec<Piece> {
        words::comparable(speller, exprs)
    }

    fn failure(&self, speller: &Speller<'_>, message: &str, ty: &SqlType) -> Piece {
        let call = sql!("{}({})", speller.names.of_ledger("fail"), self.string(message));
        Piece::atom(sql!("cast({call} as {})", type_name(ty)))
    }

    fn message(&self, text: &str) -> Sql {
        self.string(text)
    }

    fn canonical_text(&self, speller: &Speller<'_>, expr: &Expr) -> Sql {
        words::canonical_text(speller, expr)
    }

    fn shown(&self, speller: &Speller<'_>, expr: &Expr) -> Sql {
        match expr.ty {
            // Moments of which some are infinite.
            SqlType::Timestamp { .. } => sql!("cast({} as text)", speller.spell(expr)),
            _ => words::canonical_text(speller, expr),
        }
    }

    fn hashed(&self, text: &Sql) -> Sql {
        let bytes = sql!("convert_to({} || {text}, 'UTF8')", super::spelling::validation::salt());
        sql!("'#' || left(encode(sha256({bytes}), 'hex'), 8)")
    }

    fn json_text(&self, text: &Sql) -> Sql {
        sql!("cast(to_json({text}) as text)")
    }

    fn only_if_bad(&self, source: &Sql, checks: &Sql) -> (Sql, Option<Sql>) {
        // Asked once, before anything of the rest is executed.
        let bad = sql!("SELECT 1 FROM \"datamove_check\" WHERE \"check_id\" IN ({checks}) AND \"bad\" <> 0");
        (source.clone(), Some(sql!("EXISTS ({bad})")))
    }

    fn now(&self, ty: &SqlType) -> Sql {
        sql!("CAST(statement_timestamp() AS {})", self.type_name(ty))
    }

    fn absent(&self, keys: &[Sql], select: &Sql) -> Sql {
        // NOT IN reads all rows for each one, where they are too many for a table in memory.
        let names: Vec<_> = (1..=keys.len()).map(|i| format!("\"key_{i}\"")).collect();
        let same: Vec<_> = names.iter().zip(keys).map(|(name, key)| format!("{name} = {key}")).collect();
        sql!(
            "NOT EXISTS (SELECT 1 FROM ({select}) AS \"datamove_key\" ({}) WHERE {})",
            names.join(", "),
            same.join(" AND ")
        )
    }

    fn distinct(&self, left: &Sql, right: &Sql, negated: bool) -> Sql {
        let word = if negated { "IS NOT DISTINCT FROM" } else { "IS DISTINCT FROM" };
        sql!("{left} {word} {right}")
    }

    fn differs(&self, left: &Sql, right: &Sql, ty: &SqlType) -> Sql {
        // As text, so that no collation makes two texts one, and types without an equality operator can be
        // compared at all.
        let texts = sql!("cast({left} as text) COLLATE \"C\" IS DISTINCT FROM cast({right} as text)");
        match ty {
            // To the server a month is as long as 30 days, and one day is 24 hours.
            SqlType::Text { .. } | SqlType::Opaque(_) | SqlType::Interval => texts,
            SqlType::Array(item)
                if matches!(**item, SqlType::Text { .. } | SqlType::Opaque(_) | SqlType::Interval) =>
            {
                texts
            }
            // White space and the order of members mean nothing; what is the same text is not parsed, which can fail.
            SqlType::Json { binary: false } => sql!(
                "CASE WHEN {texts} THEN cast({left} as jsonb) IS DISTINCT FROM cast({right} as jsonb) ELSE false END"
            ),
            // By its bits, so that -0 is not 0.
            SqlType::Float { bits } => {
                let send = if *bits == 32 { "float4send" } else { "float8send" };
                sql!("{send}({left}) IS DISTINCT FROM {send}({right})")
            }
            _ => sql!("{left} IS DISTINCT FROM {right}"),
        }
    }

    fn travels(&self, value: &Sql, ty: &SqlType, _: bool, to: Engine) -> Option<Sql> {
        travel::travels(value, ty, to)
    }

    fn travelling(&self, value: &Sql, ty: &SqlType, to: Engine) -> Sql {
        travel::travelling(value, ty, to)
    }

    fn digest(&self, value: &Sql, ty: &SqlType, other: Engine) -> Option<Digest> {
        travel::digest(value, ty, other)
    }

    fn bounds(&self, table: &Sql, key: &Sql, number: &Sql) -> Option<Sql> {
        Some(buckets::every(table, key, number))
    }

    fn sent(&self, select: &Sql) -> Sql {
        sql!("COPY ({select}) TO STDOUT")
    }

    fn grouped(&self, value: &Sql, ty: &SqlType) -> Sql {
        match ty {
            SqlType::Text { .. }
            | SqlType::Json { binary: false }
            | SqlType::Opaque(_)
            | SqlType::Interval
            | SqlType::Float { .. } => sql!("cast({value} as text) COLLATE \"C\""),
            SqlType::Enum { .. } => sql!("cast({value} as text)"),
            _ => value.clone(),
        }
    }

    fn block(&self, statements: &str) -> Sql {
        dollar_quoted(statements)
    }

    fn sequence(&self, table: &TableRef, used: &SequenceUse) -> Sql {
        let names = Names::of(Engine::Postgres);
        match &used.sequence {
            Some(sequence) => self.string(names.table(sequence).as_str()),
            None => sql!(
                "pg_get_serial_sequence({}, {})",
                self.string(names.table(table).as_str()),
                self.string(&used.column)
            ),
        }
    }

    fn sequence_behind(&self, table: &TableRef, used: &SequenceUse) -> Sql {
        let sequence = self.sequence(table, used);
        sql!(
            "CASE WHEN max({}) > coalesce(pg_sequence_last_value(cast({sequence} as regclass)), 0) THEN 1 ELSE 0 END",
            identifier(&used.column)
        )
    }

    fn encoded(&self, value: &Sql, ty: &SqlType, _: Option<&str>) -> Option<Sql> {
        travel::encoded(value, ty)
    }

    fn written_out(&self, value: &Sql, ty: &SqlType, to: Engine) -> Sql {
        match to {
            Engine::Sqlite => travel::literal(value, ty),
            Engine::Postgres | Engine::Mysql => travel::travelling(value, ty, to),
        }
    }

    fn receive(&self, stage: &Sql, columns: &[(Sql, &SqlType)], file: &Sql) -> Sql {
        travel::receive(stage, columns, file)
    }

    fn doubt(&self, speller: &Speller<'_>, expr: &Expr) -> Option<Doubt> {
        calls::doubt(speller, expr)
    }

    fn session(&self, name: &'static str) -> Sql {
        sql!("cast(nullif(current_setting('datamove.{name}', true), '') as bigint)")
    }

    fn since(&self, column: &Sql, ty: &SqlType, mark: &Sql, seconds: u64) -> Sql {
        let ty = self.type_name(ty);
        sql!("{column} >= coalesce(cast({mark} as {ty}) - interval '{seconds} seconds', '-infinity')")
    }

    fn drawn(&self, text: &Sql, seed: &Sql) -> Sql {
        sql!("md5(cast({seed} as text) || {text})")
    }

    fn drop_temporary(&self, table: &Sql) -> Sql {
        sql!("DROP TABLE IF EXISTS pg_temp.{table};")
    }

    fn templates(&self) -> &'static [(&'static str, &'static str)] {
        TEMPLATES
    }
}

fn type_name(ty: &SqlType) -> Sql {
    match ty {
        SqlType::Bool => Sql::spelled("boolean"),
        SqlType::Int { bits: 16 } => Sql::spelled("smallint"),
        SqlType::Int { bits: 32 } => Sql::spelled("integer"),
        SqlType::Int { .. } => Sql::spelled("bigint"),
        // No unsigned types here: the signed one that holds all of their values.
        SqlType::Unsigned { .. } => type_name(&ty.widened()),
        SqlType::Decimal(None) => Sql::spelled("numeric"),
        SqlType::Decimal(Some(size)) => sql!("numeric({}, {})", size.precision, size.scale),
        SqlType::Float { bits: 32 } => Sql::spelled("real"),
        SqlType::Float { .. } => Sql::spelled("double precision"),
        SqlType::Text { max: None, padded: false } => Sql::spelled("text"),
        SqlType::Text { max: None, padded: true } => Sql::spelled("bpchar"),
        SqlType::Text { max: Some(max), padded: true } => sql!("character({max})"),
        SqlType::Text { max: Some(max), padded: false } => sql!("character varying({max})"),
        SqlType::Bytes { .. } => Sql::spelled("bytea"),
        SqlType::Date => Sql::spelled("date"),
        SqlType::Time { zoned, precision } => moment("time", *zoned, *precision),
        SqlType::Timestamp { zoned, precision } => moment("timestamp", *zoned, *precision),
        SqlType::Interval => Sql::spelled("interval"),
        SqlType::Uuid => Sql::spelled("uuid"),
        SqlType::Json { binary: true } => Sql::spelled("jsonb"),
        SqlType::Json { binary: false } => Sql::spelled("json"),
        SqlType::Enum { schema, name, .. } => {
            sql!("{}.{}", identifier(schema.as_deref().unwrap_or("public")), identifier(name))
        }
        SqlType::Array(item) => sql!("{}[]", type_name(item)),
        SqlType::Opaque(name) => opaque(name),
    }
}

fn moment(word: &str, zoned: bool, precision: u8) -> Sql {
    let precision = if precision == 6 { String::new() } else { format!("({precision})") };
    sql!("{word}{precision} {} time zone", if zoned { "with" } else { "without" })
}

/// A type known by name only: as it is where it is plain words (`tsvector`, `bit(3)`), else quoted.
fn opaque(name: &str) -> Sql {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_ .(),[]".contains(c);
    if name.chars().all(plain) {
        return Sql::spelled(name);
    }
    let parts: Vec<_> = name.split('.').map(|part| identifier(part.trim_matches('"')).to_string()).collect();
    Sql::spelled(parts.join("."))
}
