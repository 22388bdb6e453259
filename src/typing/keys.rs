//! Keys: which columns identify a target row, and what new keys are made of.

use std::collections::BTreeSet;

use super::Typer;
use super::claims::How;
use super::infer::Env;
use super::make::cast_to;
use crate::base::Span;
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::{ClaimKind, Expr, ExprKind, KeyMaker, MapTable, Otherwise, Probe, TableRef};
use crate::resolve::{Assign, Move, Value};
use crate::schema::{ColumnIdx, SqlType, Table, TableId, UniqueKey};
use crate::syntax::ast;

/// A key column whose values are new.
#[derive(Debug)]
pub(super) struct MadeKey {
    /// The values of the source that the new key stands for.
    pub old: Vec<Expr>,
    pub maker: KeyMaker,
}

impl Typer<'_, '_> {
    /// The first pass: what each move's rows are identified by, and the mapping tables, which
    /// every `ref` needs to know.
    pub(super) fn type_keys(&mut self) {
        for index in 0..self.plan.moves.len() {
            let m = &self.plan.moves[index];
            let makers: Vec<&Assign<'_>> =
                m.assigns.iter().filter(|assign| maker_of(assign).is_some()).collect();
            if let [_, second, ..] = makers.as_slice() {
                self.problems.push(Diagnostic::error(
                    Code::KeyMakerElsewhere,
                    "a move makes one new key column",
                    second.span,
                    "a second one",
                ));
            }
            if let Some(assign) = makers.first() {
                self.made_key(index, assign.column, assign.span);
            }
            self.typed[index].key = self.key_of(index);
        }
        self.check_mixed_keys();
    }

    fn made_key(&mut self, index: usize, column: ColumnIdx, span: Span) {
        let m = &self.plan.moves[index];
        let Some(assign) = m.assigns.iter().find(|assign| assign.column == column) else { return };
        let Some(maker) = maker_of(assign) else { return };
        let target = self.plan.target.catalog.table(m.target);
        let found = target.column(column);
        let (args, wanted) = match maker {
            ast::ExprKind::Uuid5 { args, .. } => (args, "uuid, text or char(36)"),
            ast::ExprKind::Sequence { args } => (args, "an integer"),
            _ => return,
        };
        let fits = match maker {
            ast::ExprKind::Sequence { .. } => {
                matches!(found.ty, SqlType::Int { .. } | SqlType::Unsigned { .. })
            }
            _ => matches!(found.ty, SqlType::Uuid | SqlType::Text { max: None | Some(36..), .. }),
        };
        if !fits {
            self.problems.push(
                Diagnostic::error(
                    Code::WrongType,
                    format!("`{}` is {}, and this key needs {wanted}", found.name, found.declared),
                    span,
                    "does not fit the column",
                )
                .see(found.span, "the column"),
            );
        }
        let env = Env { scope: &m.scope, of: Some(m), aggregates: false };
        let typed = |arg| {
            let typed = self.infer(env, arg);
            self.without_related(typed, arg.span)
        };
        let old = args.iter().map(typed).collect::<Option<Vec<_>>>();
        let Some(old) = old.filter(|old| self.old_key_types(old, args) && fits) else {
            // Claims of a key that is not made would settle on something else.
            self.pending.clear();
            return;
        };
        let maker = match maker {
            ast::ExprKind::Uuid5 { namespace, .. } => {
                let kind = ExprKind::Uuid5 { namespace: namespace_uuid(&namespace.value), args: old.clone() };
                KeyMaker::Uuid5(cast_to(Expr::new(SqlType::Uuid, false, kind), found.ty.clone()))
            }
            _ => KeyMaker::Sequence,
        };
        let map = MapTable {
            name: format!("map_{}", self.target_word(m.target)),
            target: self.target_ref(m.target),
            old: old.iter().map(|expr| widest(&expr.ty)).collect(),
            new_column: found.name.clone(),
            new: found.ty.clone(),
        };
        self.old_key_claims(index, column, &old, span);
        let lookup =
            ExprKind::Lookup { map: map.name.clone(), args: old.clone(), otherwise: Otherwise::Error };
        self.typed[index].columns.insert(column, Expr::new(found.ty.clone(), false, lookup));
        self.typed[index].made = Some(MadeKey { old, maker });
        self.add_map(index, map, span);
    }

    fn add_map(&mut self, index: usize, map: MapTable, span: Span) {
        let target = self.plan.moves[index].target;
        match self.maps.get(&target) {
            Some(first) if first.old != map.old => {
                let types =
                    |map: &MapTable| map.old.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
                self.problems.push(
                    Diagnostic::error(
                        Code::MixedKeys,
                        format!("moves into one table make keys of different things: {} and {}", types(first), types(&map)),
                        span,
                        "another kind of old key",
                    )
                    .help("one mapping table serves all moves into a table: their old keys must be of the same types"),
                );
            }
            Some(_) => {}
            None => {
                self.maps.insert(target, map);
            }
        }
    }

    fn old_key_types(&mut self, old: &[Expr], args: &[ast::Expr]) -> bool {
        let mut fine = !old.is_empty();
        for (expr, arg) in old.iter().zip(args) {
            if !matches!(
                expr.ty,
                SqlType::Int { .. }
                    | SqlType::Unsigned { .. }
                    | SqlType::Text { .. }
                    | SqlType::Uuid
                    | SqlType::Date
            ) {
                let help = "an old key is an integer, a text, a uuid or a date: `cast(… as text)`".to_owned();
                self.wrong_type(arg.span, "an old key", &expr.ty, help);
                fine = false;
            }
        }
        fine
    }

    /// Without its old key a row would have no new one.
    fn old_key_claims(&mut self, index: usize, column: ColumnIdx, old: &[Expr], span: Span) {
        for expr in old {
            self.claims_inside(expr, span);
        }
        for expr in old.iter().filter(|expr| expr.nullable) {
            let bad = is_null(expr.clone());
            let how = How::Probe(Probe::Rows { bad, before_filter: false });
            self.claim(ClaimKind::Null, "the old key is never NULL", how, span);
        }
        self.settle_pending(index, Some(column));
    }

    /// The columns that identify a row of the target.
    fn key_of(&mut self, index: usize) -> Vec<ColumnIdx> {
        let m = &self.plan.moves[index];
        let table = self.plan.target.catalog.table(m.target);
        let explicit: Vec<ColumnIdx> = m.assigns.iter().filter(|a| a.is_key).map(|a| a.column).collect();
        let written = |key: &UniqueKey| key.columns.iter().all(|c| c.is_some_and(|c| assigned(m, c)));
        if explicit.is_empty() {
            if let Some(primary) = &table.primary_key {
                if !written(primary) {
                    self.key_not_written(m, table, primary);
                }
                return table.primary_key_columns();
            }
            let other = table.uniques.iter().find(|key| is_full_key(table, key) && written(key));
            return other.map(|key| key.columns.iter().flatten().copied().collect()).unwrap_or_default();
        }
        let mut sorted = explicit.clone();
        sorted.sort_unstable();
        let unique = table.primary_key.iter().chain(&table.uniques).any(|key| {
            let mut columns: Vec<ColumnIdx> = key.columns.iter().flatten().copied().collect();
            columns.sort_unstable();
            let primary = table.primary_key.as_ref().is_some_and(|primary| std::ptr::eq(primary, key));
            // A unique key that may be NULL finds no row again; a primary key is claimed never to be.
            (primary || is_full_key(table, key)) && columns.len() == key.columns.len() && columns == sorted
        });
        if !unique {
            let names = names(table, &explicit);
            let mut diagnostic = Diagnostic::error(
                Code::KeyNotUnique,
                format!("`{names}` does not identify a row of `{}`", table.display_name()),
                m.assigns.iter().find(|a| a.is_key).map_or(m.ast.target.span, |a| a.span),
                "neither the primary key nor a unique key that is NOT NULL",
            );
            if let Some(primary) = &table.primary_key {
                diagnostic = diagnostic.see(primary.span, "the primary key");
            } else {
                diagnostic = diagnostic.see(table.span, "the table");
            }
            self.problems.push(
                diagnostic.help("`key` marks the columns of the target's primary key or of a unique key"),
            );
        }
        explicit
    }

    fn key_not_written(&mut self, m: &Move<'_>, table: &Table, primary: &UniqueKey) {
        let missing: Vec<ColumnIdx> =
            primary.columns.iter().flatten().copied().filter(|c| !assigned(m, *c)).collect();
        let names = names(table, &missing);
        let automatic = missing
            .iter()
            .map(|c| table.column(*c))
            .any(|column| column.identity.is_some() || column.rowid_alias || column.default.is_some());
        if self.plan.broken
            || m.incomplete
            || (!automatic && missing.iter().all(|c| table.column(*c).not_null))
        {
            // The NOT NULL rule says the same with more detail.
            return;
        }
        self.problems.push(
            Diagnostic::error(
                Code::KeyNotWritten,
                format!("nothing says which key a moved row gets: `{names}` is not mapped"),
                m.ast.target.span,
                "the rows could not be found again",
            )
            .see(primary.span, "the primary key")
            .help(format!(
                "`key {names} <- …` keeps the source's key; `key {names} <- sequence(…)` makes new ones and remembers them"
            )),
        );
    }

    /// What is written beside existing rows can be undone only if its rows can be told from theirs.
    pub(super) fn check_cover(&mut self, index: usize) {
        let m = &self.plan.moves[index];
        let Some((span, _)) = m.conflict else { return };
        if self.typed[index].key.is_empty() {
            let table = self.plan.target.catalog.table(m.target);
            self.problems.push(
                Diagnostic::error(
                    Code::NoCover,
                    format!(
                        "rows of `{}` cannot be told apart, so this could not be rolled back",
                        table.display_name()
                    ),
                    span,
                    "may write beside existing rows",
                )
                .see(table.span, "no primary key and no unique key that is NOT NULL")
                .help("give the table a key, or leave `on conflict` out: an empty table needs none"),
            );
        }
    }

    /// A table's keys are all kept or all made: else a `ref` could not tell which.
    fn check_mixed_keys(&mut self) {
        for index in 0..self.plan.moves.len() {
            let m = &self.plan.moves[index];
            let ours: BTreeSet<ColumnIdx> = self.typed[index].key.iter().copied().collect();
            let other = self.plan.moves_into(m.target).find(|(first, _)| {
                *first < index && self.typed[*first].key.iter().copied().collect::<BTreeSet<_>>() != ours
            });
            if let Some((_, first)) = other {
                self.problems.push(
                    Diagnostic::error(
                        Code::MixedKeys,
                        format!("two moves into `{}` identify its rows by different columns", m.ast.target),
                        m.ast.target.span,
                        "another key here",
                    )
                    .see(first.ast.target.span, "than here")
                    .help("mark the same columns with `key` in all of them"),
                );
            }
            if self.maps.contains_key(&m.target)
                && self.typed[index].made.is_none()
                && !m.assigns.iter().any(|a| maker_of(a).is_some())
            {
                self.problems.push(
                    Diagnostic::error(
                        Code::MixedKeys,
                        format!("another move gives `{}` new keys, and this one does not", m.ast.target),
                        m.ast.target.span,
                        "keeps its keys",
                    )
                    .help("all moves into one table make their keys the same way"),
                );
            }
        }
    }

    /// The target table's name as ids and ledger tables carry it.
    pub(super) fn target_word(&self, table: TableId) -> String {
        let catalog = self.plan.target.catalog;
        let found = catalog.table(table);
        let shared = self.plan.target.index.count(catalog, &found.name) > 1;
        match &found.schema {
            Some(schema) if shared => format!("{schema}_{}", found.name),
            _ => found.name.clone(),
        }
    }

    pub(super) fn target_ref(&self, table: TableId) -> TableRef {
        let found = self.plan.target.catalog.table(table);
        TableRef { schema: found.schema.clone(), name: found.name.clone() }
    }
}

/// True for a key that holds of every row: whole, of plain columns, none of which can be NULL.
pub(super) fn is_full_key(table: &Table, key: &UniqueKey) -> bool {
    key.partial.is_none()
        && key
            .columns
            .iter()
            .all(|column| column.is_some_and(|c| table.column(c).not_null || table.column(c).rowid_alias))
}

pub(super) fn assigned(m: &Move<'_>, column: ColumnIdx) -> bool {
    m.assigns.iter().any(|assign| assign.column == column)
}

pub(super) fn names(table: &Table, columns: &[ColumnIdx]) -> String {
    columns.iter().map(|c| table.column(*c).name.as_str()).collect::<Vec<_>>().join(", ")
}

pub(super) fn is_null(expr: Expr) -> Expr {
    Expr::new(SqlType::Bool, false, ExprKind::IsNull { expr: Box::new(expr), negated: false })
}

/// The `uuid5(…)` or `sequence(…)` that is the whole value of a `key`.
pub(super) fn maker_of<'m>(assign: &'m Assign<'_>) -> Option<&'m ast::ExprKind> {
    match &assign.value {
        Value::Expr { value, .. } if assign.is_key => match &value.bare().kind {
            kind @ (ast::ExprKind::Uuid5 { .. } | ast::ExprKind::Sequence { .. }) => Some(kind),
            _ => None,
        },
        Value::Expr { .. } | Value::Same(_) => None,
    }
}

/// The type under which a mapping table keeps an old key, whatever its length or width.
pub(super) const fn widest(ty: &SqlType) -> SqlType {
    match ty {
        SqlType::Int { .. } | SqlType::Unsigned { bits: 8 | 16 | 24 | 32 } => SqlType::BIGINT,
        SqlType::Unsigned { .. } => SqlType::Unsigned { bits: 64 },
        SqlType::Uuid => SqlType::Uuid,
        SqlType::Date => SqlType::Date,
        _ => SqlType::TEXT,
    }
}

/// The UUID that a namespace's text stands for: itself if it is one, else version 5 of
/// `datamove:TEXT` in the URL namespace of RFC 9562.
fn namespace_uuid(text: &str) -> String {
    let uuid = uuid::Uuid::try_parse(text).unwrap_or_else(|_| {
        uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_URL, format!("datamove:{text}").as_bytes())
    });
    uuid.hyphenated().to_string()
}
