//! Columns with their types, and what keys imply for them.

use super::build::{Builder, TypeDraft};
use super::draft::{ColumnDraft, Domain, Key, KeyPart, Numbers, TableDraft, TypeName};
use super::names::same;
use super::sequences::Sequences;
use super::{charset, types_mysql, types_postgres, types_sqlite};
use crate::base::Engine;
use crate::schema::{Check, Column, ColumnIdx, Identity, SqlType, Table, TableId};

/// Domains over domains that are followed.
const DOMAINS: usize = 16;

/// A table's columns, and the checks that their domains bring.
pub(super) struct Linked {
    pub(super) columns: Vec<Column>,
    pub(super) checks: Vec<Check>,
}

pub(super) fn columns(
    builder: &Builder,
    draft: &TableDraft,
    id: TableId,
    sequences: &mut Sequences,
) -> Linked {
    let mut linked = Linked { columns: Vec::with_capacity(draft.parts.columns.len()), checks: Vec::new() };
    for (index, own) in (0..).map(ColumnIdx).zip(&draft.parts.columns) {
        let mut column = plain(own);
        if let Some(ty) = &own.ty {
            let resolved = resolve(builder, ty);
            column.ty = resolved.ty;
            column.case_insensitive |= resolved.case_insensitive;
            for domain in resolved.domains {
                take_domain(&mut column, domain, index, &mut linked.checks);
            }
        }
        if builder.engine == Engine::Mysql {
            mysql(own, &mut column);
        }
        column.identity =
            own.numbers.as_ref().map(|numbers| identity(draft, own, numbers, (id, index), sequences));
        linked.columns.push(column);
    }
    linked
}

fn plain(own: &ColumnDraft) -> Column {
    let nocase = |collation: &String| collation.eq_ignore_ascii_case("nocase");
    Column {
        name: own.name.text.clone(),
        span: own.span,
        ty: types_sqlite::meant(own.ty.as_ref()),
        declared: own.ty.as_ref().map(|ty| ty.declared.clone()).unwrap_or_default(),
        not_null: own.not_null,
        default: own.default.clone(),
        generated: own.generated.clone(),
        identity: None,
        collation: own.collation.clone(),
        charset: None,
        max_bytes: None,
        case_insensitive: own.collation.as_ref().is_some_and(nocase),
        rowid_alias: false,
    }
}

/// What MySQL's types bring: bytes that fit, the character set, how texts compare.
fn mysql(own: &ColumnDraft, column: &mut Column) {
    column.max_bytes = own.ty.as_ref().and_then(types_mysql::max_bytes);
    if let (SqlType::Text { max, padded }, Some("binary")) = (&column.ty, own.charset.as_deref()) {
        // `CHAR(4) CHARACTER SET binary` is `BINARY(4)`.
        if let (Some(max), true) = (max, *padded) {
            column.declared = format!("binary({max})");
        }
        column.ty = SqlType::Bytes { max: *max };
    }
    let has_charset = types_mysql::has_charset(&column.ty);
    if !has_charset {
        column.collation = None;
    }
    column.charset = own.charset.clone().filter(|_| has_charset);
    column.case_insensitive = has_charset && charset::ignores_case(column.collation.as_deref());
}

/// MariaDB's `json` is a text with a check of its own, and that is how its dumps print it.
pub(super) fn json_by_check(engine: Engine, table: &mut Table) {
    if engine != Engine::Mysql {
        return;
    }
    let columns = &mut table.columns;
    table.checks.retain(|check| {
        let sql = check.sql.to_ascii_lowercase();
        let inner = sql.trim().strip_prefix("json_valid(").and_then(|rest| rest.strip_suffix(')'));
        let [index] = check.columns.as_slice() else { return true };
        let column = &mut columns[index.0 as usize];
        let whole =
            inner.is_some_and(|inner| inner.trim_matches(['`', '"', ' ']) == column.name.to_lowercase());
        if !whole || column.ty != SqlType::TEXT {
            return true;
        }
        column.ty = SqlType::Json { binary: false };
        (column.charset, column.collation, column.max_bytes) = (None, None, None);
        column.case_insensitive = false;
        false
    });
}

/// A type with what came along on the way to it.
struct Resolved<'b> {
    ty: SqlType,
    case_insensitive: bool,
    /// The outermost first.
    domains: Vec<&'b Domain>,
}

fn resolve<'b>(builder: &'b Builder, ty: &TypeName) -> Resolved<'b> {
    let mut resolved = Resolved { ty: SqlType::TEXT, case_insensitive: false, domains: Vec::new() };
    match builder.engine {
        Engine::Sqlite => {
            resolved.ty = types_sqlite::meant(Some(ty));
            return resolved;
        }
        Engine::Mysql => {
            resolved.ty = types_mysql::meant(ty).unwrap_or_else(|| SqlType::Opaque(ty.name.clone()));
            return resolved;
        }
        Engine::Postgres => {}
    }
    let mut named = ty;
    let mut array = named.array;
    for _ in 0..DOMAINS {
        match user_type(builder, named) {
            Some((_, TypeDraft::Domain(domain))) => {
                if !array {
                    resolved.domains.push(domain);
                }
                named = &domain.base;
                array |= named.array;
            }
            other => {
                resolved.ty =
                    other.map_or_else(|| named_type(named), |(key, found)| of_user(key, found, named));
                break;
            }
        }
    }
    let citext = matches!(&resolved.ty, SqlType::Opaque(name) if name == "citext");
    if citext {
        resolved.ty = SqlType::TEXT;
        resolved.case_insensitive = true;
    }
    if array {
        resolved.ty = SqlType::Array(Box::new(resolved.ty));
    }
    resolved
}

/// The type of that name that the DDL defines. A built-in name without a schema is built in.
fn user_type<'b>(builder: &'b Builder, ty: &TypeName) -> Option<(&'b Key, &'b TypeDraft)> {
    let is_builtin = !ty.quoted && types_postgres::builtin(ty).is_some();
    match &ty.schema {
        Some(_) => builder.types.get_key_value(&(ty.schema.clone(), ty.name.clone())),
        None if is_builtin => None,
        None => builder.types.get_key_value(&(ty.home.clone(), ty.name.clone())),
    }
}

fn of_user(key: &Key, found: &TypeDraft, ty: &TypeName) -> SqlType {
    match found {
        TypeDraft::Enum(labels) => {
            SqlType::Enum { schema: key.0.clone(), name: key.1.clone(), labels: labels.clone() }
        }
        TypeDraft::Domain(_) | TypeDraft::Opaque => {
            types_postgres::opaque(ty, ty.home.as_deref().unwrap_or("public"))
        }
    }
}

fn named_type(ty: &TypeName) -> SqlType {
    let system = ty.schema.as_deref().is_none_or(|schema| schema == "pg_catalog");
    let builtin = if system && !ty.quoted { types_postgres::builtin(ty) } else { None };
    builtin.unwrap_or_else(|| types_postgres::opaque(ty, ty.home.as_deref().unwrap_or("public")))
}

/// A domain's rules as rules of the column, with its name for VALUE.
fn take_domain(column: &mut Column, domain: &Domain, index: ColumnIdx, checks: &mut Vec<Check>) {
    column.not_null |= domain.not_null;
    if column.default.is_none() {
        column.default.clone_from(&domain.default);
    }
    if column.collation.is_none() {
        column.collation.clone_from(&domain.collation);
    }
    let name = format!("\"{}\"", column.name.replace('"', "\"\""));
    for check in &domain.checks {
        let sql = check.around.join(&name);
        let (name, validated, span) = (check.name.clone(), check.validated, check.span);
        checks.push(Check { name, sql, columns: vec![index], validated, span });
    }
}

fn identity(
    draft: &TableDraft,
    own: &ColumnDraft,
    numbers: &Numbers,
    owner: (TableId, ColumnIdx),
    sequences: &mut Sequences,
) -> Identity {
    match numbers {
        Numbers::Identity { always, sequence } => {
            match sequence {
                Some(name) => sequences.own(name.key(), owner),
                None => {
                    sequences.implied(&draft.name, &own.name.text, owner);
                }
            }
            if *always { Identity::Always } else { Identity::ByDefault }
        }
        Numbers::Serial => {
            Identity::Serial { sequence: sequences.implied(&draft.name, &own.name.text, owner) }
        }
        Numbers::Nextval { sequence } => Identity::Serial { sequence: sequence.display() },
        Numbers::Autoincrement => Identity::Autoincrement,
    }
}

/// What a primary key implies: NOT NULL where the engine says so, and SQLite's rowid alias.
pub(super) fn imply(engine: Engine, draft: &TableDraft, table: &mut Table) {
    let key = table.primary_key_columns();
    if engine == Engine::Sqlite && !table.without_rowid {
        let inline_desc =
            |column: ColumnIdx| draft.parts.columns.get(column.0 as usize).is_some_and(|own| own.key_desc);
        if let [only] = key.as_slice()
            && single_part(draft, *only)
            && !inline_desc(*only)
        {
            let column = &mut table.columns[only.0 as usize];
            // Exactly this word: INT PRIMARY KEY is an ordinary column.
            column.rowid_alias = column.declared.eq_ignore_ascii_case("integer");
            // A rowid is never NULL, whatever was inserted.
            column.not_null |= column.rowid_alias;
        }
    }
    // Old bug, kept by SQLite: other primary keys take NULL in an ordinary table.
    if engine != Engine::Sqlite || table.without_rowid || table.strict {
        for column in key {
            table.columns[column.0 as usize].not_null = true;
        }
    }
}

/// True if the primary key is this one column, as its DDL writes it.
fn single_part(draft: &TableDraft, column: ColumnIdx) -> bool {
    let own = draft.parts.columns.get(column.0 as usize).map(|own| same(Engine::Sqlite, &own.name.text));
    draft.parts.keys.iter().filter(|key| key.primary).any(|key| match key.columns.as_slice() {
        [KeyPart::Column { name, .. }] => Some(same(Engine::Sqlite, &name.text)) == own,
        _ => false,
    })
}
