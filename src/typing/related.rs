//! Rows of another table of the source in a value: `count(legacy.comments x where …)`.

use super::claims::{About, How, can_be_impossible, not_conforming};
use super::functions::sum_type;
use super::infer::{Env, Typed};
use super::joins::equalities;
use super::make::{binary, compare, number};
use super::{Typer, keys};
use crate::base::{Ident, Span, fold};
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::{ClaimKind, Expr, ExprKind, Operator, OrderKey, Probe, RelatedFunction, Relation};
use crate::resolve::{self, Scope, SideOf};
use crate::schema::{ColumnIdx, SqlType, TableId};
use crate::syntax::ast;

/// What is written, with its place.
#[derive(Clone, Copy)]
pub(super) struct Written<'e> {
    pub function: &'e Ident,
    pub value: Option<&'e ast::Expr>,
    pub rows: &'e ast::Rows,
    pub span: Span,
}

impl Typer<'_, '_> {
    pub(super) fn related(&mut self, env: Env<'_, '_>, written: Written<'_>) -> Typed {
        if env.of.is_none_or(|of| !of.group_by.is_empty()) {
            self.related_elsewhere(written.span);
            return None;
        }
        let function = self.related_function(written)?;
        let plan = self.plan;
        let table = resolve::source_table(plan, &written.rows.table, self.problems)?;
        let catalog = plan.source.catalog;
        let alias =
            written.rows.alias.as_ref().map_or_else(|| catalog.table(table).name.clone(), |a| a.text.clone());
        let span = written.rows.alias.as_ref().map_or(written.rows.table.span, |a| a.span);
        if let Some(first) = env.scope.relations.iter().find(|r| fold(&r.alias) == fold(&alias)) {
            self.problems.push(
                Diagnostic::error(
                    Code::DefinedTwice,
                    format!("two tables here are called `{alias}`"),
                    span,
                    "the same alias",
                )
                .see(first.span, "the other one")
                .help("give the related table an alias of its own: `count(legacy.comments x where …)`"),
            );
            return None;
        }
        let mut scope = Scope { relations: env.scope.relations.clone() };
        scope.relations.push(resolve::Relation { alias, table, catalog, span, optional: false });
        // Neither `ref` nor rows of rows: the innermost rows would be looked for again and again.
        let inner = Env { scope: &scope, of: None, aggregates: false };
        let rows = self.relation(SideOf::Source, &scope, scope.relations.len() - 1);
        self.related_parts(inner, written, function, rows)
    }

    /// The filter first, then what is read of the rows that it leaves.
    fn related_parts(
        &mut self,
        env: Env<'_, '_>,
        written: Written<'_>,
        function: RelatedFunction,
        rows: Relation,
    ) -> Typed {
        let before = self.pending.len();
        let filter = match &written.rows.filter {
            Some(filter) => {
                let typed = self.boolean(env, filter)?;
                self.claims_inside(&typed, filter.span);
                Some(typed)
            }
            None => None,
        };
        self.about_rows(before, &rows, None);
        let before = self.pending.len();
        let value = match written.value {
            Some(value) => {
                let typed = self.infer(env, value)?;
                self.claims_inside(&typed, value.span);
                Some(typed)
            }
            None => None,
        };
        let mut order = Vec::new();
        for ordering in &written.rows.order {
            let key = self.infer(env, &ordering.key)?;
            self.claims_inside(&key, ordering.key.span);
            self.ordered_type(&key.ty, ordering.key.span)?;
            order.push(OrderKey { key, descending: ordering.descending });
        }
        self.about_rows(before, &rows, filter.as_ref());
        if function == RelatedFunction::First {
            self.total_order(env.scope, filter.as_ref(), &order, written)?;
        }
        let (ty, nullable) = self.related_type(function, value.as_ref(), written)?;
        self.related_index(env.scope, filter.as_ref(), written);
        let kind = ExprKind::Related {
            function,
            value: value.map(Box::new),
            rows,
            filter: filter.map(Box::new),
            order,
        };
        Some(Expr::new(ty, nullable, kind))
    }

    fn related_function(&mut self, written: Written<'_>) -> Option<RelatedFunction> {
        let word = fold(&written.function.text);
        let ordered = !written.rows.order.is_empty();
        let found = match (word.as_str(), written.value.is_some()) {
            ("count", false) => Some(RelatedFunction::Count),
            ("sum", true) => Some(RelatedFunction::Sum),
            ("min", true) => Some(RelatedFunction::Min),
            ("max", true) => Some(RelatedFunction::Max),
            ("first", true) => Some(RelatedFunction::First),
            _ => None,
        };
        match found {
            Some(RelatedFunction::First) => found,
            Some(_) if !ordered => found,
            _ => {
                self.problems.push(
                    Diagnostic::error(
                        Code::RelatedForm,
                        format!("`{word}` is not made of the rows of another table like this"),
                        written.span,
                        if ordered && found.is_some() { "the order does not matter here" } else { "not one of the forms" },
                    )
                    .help(
                        "write `count(TABLE x where …)`, `sum(x.n from TABLE x where …)`, the same with `min` or `max`, \
                         or `first(x.n from TABLE x where … order by x.id)`",
                    ),
                );
                None
            }
        }
    }

    fn related_type(
        &mut self,
        function: RelatedFunction,
        value: Option<&Expr>,
        written: Written<'_>,
    ) -> Option<(SqlType, bool)> {
        let (Some(value), Some(at)) = (value, written.value) else { return Some((SqlType::BIGINT, false)) };
        match function {
            RelatedFunction::Count => Some((SqlType::BIGINT, false)),
            RelatedFunction::First => Some((value.ty.clone(), true)),
            RelatedFunction::Min | RelatedFunction::Max => {
                self.ordered_type(&value.ty, at.span)?;
                Some((value.ty.clone(), true))
            }
            RelatedFunction::Sum if value.ty.is_numeric() && !matches!(value.ty, SqlType::Float { .. }) => {
                Some((sum_type(&value.ty), true))
            }
            RelatedFunction::Sum => {
                let help = "a sum of floating-point numbers depends on the order of the rows: `round(…, 2, half_even)`".to_owned();
                self.wrong_type(at.span, "an exact number", &value.ty, help);
                None
            }
        }
    }

    /// Types whose order is the same on every engine.
    pub(super) fn ordered_type(&mut self, ty: &SqlType, span: Span) -> Option<()> {
        if ty.is_numeric()
            || matches!(
                ty,
                SqlType::Text { .. }
                    | SqlType::Date
                    | SqlType::Time { zoned: false, .. }
                    | SqlType::Timestamp { .. }
            )
        {
            return Some(());
        }
        let help = "engines order numbers, dates, times and texts alike, and nothing else".to_owned();
        self.wrong_type(span, "something with one order on every engine", ty, help);
        None
    }

    /// Warns of rows that have to be looked for in the whole table, for every row of the move again.
    fn related_index(&mut self, scope: &Scope<'_>, filter: Option<&Expr>, written: Written<'_>) {
        let (Some(relation), Some(filter)) = (scope.relations.last(), filter) else { return };
        let mut looks_out = false;
        filter.walk(&mut |node| {
            looks_out |= matches!(&node.kind, ExprKind::Column { relation: of, .. } if *of != relation.alias);
        });
        let table = relation.table();
        let pinned = equalities(filter, &relation.alias);
        let first = |column: Option<ColumnIdx>| {
            column.is_some_and(|c| pinned.iter().any(|(name, _)| *name == table.column(c).name))
        };
        let keys = table.primary_key.iter().chain(&table.uniques);
        let by_key =
            keys.filter(|key| key.partial.is_none()).any(|key| first(key.columns.first().copied().flatten()));
        let by_index = table.indexes.iter().filter(|index| index.partial.is_none());
        if !looks_out || by_key || by_index.into_iter().any(|index| first(index.columns.first().copied())) {
            return;
        }
        let help = match pinned.first() {
            Some((column, _)) => {
                format!("create one in the source: `CREATE INDEX ON {} ({column})`", table.display_name())
            }
            None => "compare a column of it with `=`, and let an index begin with that column".to_owned(),
        };
        self.problems.push(
            Diagnostic::warning(
                Code::RelatedUnindexed,
                format!("no index of `{}` finds these rows", table.display_name()),
                written.rows.table.span,
                "read in full for each row of the move",
            )
            .see(table.span, "the table")
            .help(help),
        );
    }

    /// `first` needs an order in which no two rows are equal, else it would be any of them.
    fn total_order(
        &mut self,
        scope: &Scope<'_>,
        filter: Option<&Expr>,
        order: &[OrderKey],
        written: Written<'_>,
    ) -> Option<()> {
        let relation = scope.relations.last()?;
        let table = relation.table();
        // What the filter pins to one value does not tell rows apart, and need not.
        let pinned = filter.map_or_else(Vec::new, |filter| equalities(filter, &relation.alias));
        let told = |column: &ColumnIdx| {
            let name = &table.column(*column).name;
            pinned.iter().any(|(pinned, _)| pinned == name)
                || order.iter().any(|ordering| {
                    matches!(&ordering.key.kind, ExprKind::Column { relation: of, column } if *of == relation.alias && column == name)
                })
        };
        let whole = table.primary_key.iter().chain(&table.uniques).any(|key| {
            keys::is_full_key(table, key) && key.columns.iter().all(|c| c.as_ref().is_some_and(told))
        });
        if whole {
            return Some(());
        }
        let key = table.primary_key_columns();
        let help = if key.is_empty() {
            format!(
                "`{}` has no key that is NOT NULL, so no order tells all its rows apart: take `min` or `max`",
                table.display_name()
            )
        } else {
            let columns: Vec<_> = key
                .iter()
                .filter(|c| !told(c))
                .map(|c| format!("{}.{}", relation.alias, table.column(*c).name))
                .collect();
            let before = if order.is_empty() { "order by " } else { "…, " };
            format!("end the order with a key of the table: `{before}{}`", columns.join(", "))
        };
        let mut diagnostic = Diagnostic::error(
            Code::OrderNotTotal,
            "which of several rows is the first is not said",
            written.span,
            if order.is_empty() { "has no `order by`" } else { "two rows can be equal in this order" },
        );
        if let Some(key) = table.primary_key.iter().chain(&table.uniques).next() {
            diagnostic = diagnostic.see(key.span, "a key of the table");
        }
        self.problems.push(diagnostic.help(help));
        None
    }

    /// Turns the claims since `before` about one related row into claims about a row of the move: it has no
    /// related row, of those that `filter` leaves, that offends.
    fn about_rows(&mut self, before: usize, rows: &Relation, filter: Option<&Expr>) {
        for pending in self.pending.iter_mut().skip(before) {
            let How::Probe(Probe::Rows { bad, .. }) = &mut pending.how else { continue };
            let offends = match filter {
                Some(filter) => {
                    let nullable = filter.nullable || bad.nullable;
                    Expr::new(SqlType::Bool, nullable, binary(Operator::And, filter.clone(), bad.clone()))
                }
                None => bad.clone(),
            };
            *bad = any_row(rows, offends);
        }
    }

    /// On engines that do not see to it: the columns read of related rows are of their declared types. It is
    /// claimed of the whole table, once, because a filter may itself be wrong about such values.
    pub(super) fn related_type_claims(&mut self, index: usize) {
        let m = &self.plan.moves[index];
        let lenient = self.plan.source.catalog.engine.stores_impossible_values();
        let mut found: Vec<(Relation, TableId, ColumnIdx)> = Vec::new();
        for (rows, table, column) in self.related_columns(index) {
            if !found.iter().any(|(_, other, same)| (*other, *same) == (table, column)) {
                found.push((rows, table, column));
            }
        }
        for (rows, table, column) in found {
            let of = self.plan.source.catalog.table(table);
            let found = of.column(column);
            if lenient && !can_be_impossible(&found.ty) {
                continue;
            }
            let part = format!("{}.{}", rows.alias, found.name);
            let says = format!("`{part}` holds only values of its declared type, {}", found.ty);
            let kept = of.strict || found.rowid_alias || matches!(found.ty, SqlType::Opaque(_));
            let how = if kept && !lenient {
                How::Proven("no other value can be stored".to_owned())
            } else {
                let kind = ExprKind::Column { relation: rows.alias.clone(), column: found.name.clone() };
                let value = Expr::new(found.ty.clone(), !found.not_null, kind);
                let bad = any_row(&rows, not_conforming(value, found.ty.clone()));
                How::Probe(Probe::Rows { bad, before_filter: true })
            };
            let about = About { of: index, column: None, part: Some(&part), span: m.ast.source.span };
            self.establish(about, ClaimKind::Type, says, how);
        }
    }

    fn related_elsewhere(&mut self, span: Span) {
        self.problems.push(
            Diagnostic::error(
                Code::RelatedElsewhere,
                "rows of another table can be read only in a mapping or the `where` of a move without `group by`",
                span,
                "not in such a place",
            )
            .help("map it to a column of its own, or join the table"),
        );
    }

    /// Refuses related rows in a key, a join or a group.
    pub(super) fn without_related(&mut self, expr: Option<Expr>, span: Span) -> Option<Expr> {
        let expr = expr?;
        if reads_related(&expr) {
            self.related_elsewhere(span);
            return None;
        }
        Some(expr)
    }

    /// The columns of other tables that a move reads in this way, with the rows that they are of.
    pub(super) fn related_columns(&self, index: usize) -> Vec<(Relation, TableId, ColumnIdx)> {
        let mut found = Vec::new();
        let typed = &self.typed[index];
        for expr in typed.columns.values().chain(&typed.filter) {
            expr.walk(&mut |node| {
                if let ExprKind::Related { rows, .. } = &node.kind {
                    self.columns_of_rows(node, rows, &mut found);
                }
            });
        }
        found
    }

    fn columns_of_rows(&self, node: &Expr, rows: &Relation, found: &mut Vec<(Relation, TableId, ColumnIdx)>) {
        let catalog = self.plan.source.catalog;
        let Some((id, table)) = catalog.tables().find(|(id, _)| self.source_ref(*id) == rows.table) else {
            return;
        };
        node.walk(&mut |inside| {
            if let ExprKind::Column { relation, column } = &inside.kind
                && *relation == rows.alias
                && let Some(column) = table.find_column(column)
            {
                found.push((rows.clone(), id, column));
            }
        });
    }

    /// The tables of the source that the moves read in this way.
    pub(super) fn related_tables(&self) -> Vec<TableId> {
        let mut named: Vec<&crate::plan::TableRef> = Vec::new();
        for typed in &self.typed {
            for expr in typed.columns.values().chain(&typed.filter) {
                expr.walk(&mut |node| {
                    if let ExprKind::Related { rows, .. } = &node.kind {
                        named.push(&rows.table);
                    }
                });
            }
        }
        let catalog = self.plan.source.catalog;
        catalog.tables().filter(|(id, _)| named.contains(&&self.source_ref(*id))).map(|(id, _)| id).collect()
    }
}

/// True for a row that has a related row for which `condition` is true.
fn any_row(rows: &Relation, condition: Expr) -> Expr {
    let count = ExprKind::Related {
        function: RelatedFunction::Count,
        value: None,
        rows: rows.clone(),
        filter: Some(Box::new(condition)),
        order: Vec::new(),
    };
    compare(Operator::Gt, Expr::new(SqlType::BIGINT, false, count), number("0"))
}

fn reads_related(expr: &Expr) -> bool {
    let mut found = false;
    expr.walk(&mut |node| found |= matches!(node.kind, ExprKind::Related { .. }));
    found
}
