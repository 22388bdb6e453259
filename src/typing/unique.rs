//! Unique keys of the target stay unique after the transform.

use std::collections::BTreeSet;

use super::Typer;
use super::claims::{About, How};
use super::keys::{assigned, is_full_key, names};
use super::make::cast_to;
use super::references::contains_lookup;
use crate::base::fold;
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::{Claim, ClaimKind, Conflict, DuplicateKey, Established, Expr, ExprKind, Probe};
use crate::schema::charsets::unique_as_well;
use crate::schema::{Column, ColumnIdx, SqlType, Table, UniqueKey};

impl Typer<'_, '_> {
    pub(super) fn unique_claims(&mut self, index: usize) {
        let m = &self.plan.moves[index];
        let table = self.plan.target.catalog.table(m.target);
        for key in table.primary_key.iter().chain(&table.uniques) {
            let columns: Vec<ColumnIdx> = key.columns.iter().flatten().copied().collect();
            let listed = names(table, &columns);
            let part = if columns.len() == key.columns.len() {
                listed.replace(", ", "+")
            } else {
                key.name.clone().unwrap_or_else(|| "expression".to_owned())
            };
            let column = match columns.as_slice() {
                [one] if key.columns.len() == 1 => Some(*one),
                _ => None,
            };
            let about = About { of: index, column, part: Some(&part), span: m.ast.target.span };
            let says = match (&key.partial, columns.len() == key.columns.len()) {
                (None, true) => format!("`{listed}` stays unique"),
                (Some(condition), true) => format!("`{listed}` stays unique where {condition}"),
                (_, false) => format!("the unique index `{part}` holds"),
            };
            let how = self.unique(index, table, key, &columns);
            self.establish(about, ClaimKind::Unique, says, how);
        }
    }

    fn unique(&self, index: usize, table: &Table, key: &UniqueKey, columns: &[ColumnIdx]) -> How {
        let m = &self.plan.moves[index];
        if columns.len() != key.columns.len() {
            return self.expression_index(index, key);
        }
        for column in columns.iter().filter(|column| !assigned(m, **column)) {
            let found = table.column(*column);
            if found.identity.is_some() || found.rowid_alias {
                return How::Proven(format!("`{}` is numbered by the target", found.name));
            }
            if found.default.as_ref().is_none_or(|default| default.is_null)
                && !key.nulls_equal
                && found.generated.is_none()
            {
                return How::Proven(format!("`{}` stays NULL, and NULLs do not collide", found.name));
            }
        }
        let typed = &self.typed[index].columns;
        let values: Vec<(ColumnIdx, &Expr)> =
            columns.iter().filter_map(|column| typed.get(column).map(|expr| (*column, expr))).collect();
        if let Some(why) = self.unique_by_source(index, table, key, &values) {
            return How::Proven(why);
        }
        let partial = match &key.partial {
            None => None,
            Some(sql) => match self.ddl_condition(index, table, sql, &every_column_in(table, sql)) {
                Some(condition) => Some(condition),
                None => {
                    return self.refused(
                        index,
                        key,
                        "its condition reads a value that is looked up or defaulted",
                    );
                }
            },
        };
        let mut probe_key = Vec::new();
        for (column, value) in values {
            match &value.kind {
                ExprKind::Lookup { args, .. } => {
                    probe_key.extend(args.iter().map(|arg| DuplicateKey {
                        value: arg.clone(),
                        case_insensitive: false,
                        collation: None,
                    }));
                }
                _ if contains_lookup(value) => {
                    return self.refused(index, key, "a value is looked up and calculated");
                }
                _ => probe_key.push(compared(table.column(column), value)),
            }
        }
        How::Probe(Probe::Duplicates { key: probe_key, nulls_equal: key.nulls_equal, partial })
    }

    /// Proven if the values are made, one to one, of columns that are unique in the source, or of
    /// the groups.
    fn unique_by_source(
        &self,
        index: usize,
        table: &Table,
        key: &UniqueKey,
        values: &[(ColumnIdx, &Expr)],
    ) -> Option<String> {
        let m = &self.plan.moves[index];
        let multiplies = |claim: &Claim| {
            claim.of == m.id
                && claim.kind == ClaimKind::Join
                && matches!(claim.established, Established::Accepted { .. })
        };
        if !m.joins.is_empty() && self.claims.iter().any(multiplies) {
            return None;
        }
        let mut ones: Vec<&Expr> = Vec::new();
        for (column, value) in values {
            // A key that ignores letter case, or spaces at the end, may join what the source keeps
            // apart.
            let found = table.column(*column);
            for one in one_to_one(value) {
                let folds = found.case_insensitive && !self.column_folds(index, one);
                let pads = is_padded(&found.ty) && !is_padded(&one.ty);
                if self.compares_alike(index, found, one).unwrap_or(!folds && !pads) {
                    ones.push(one);
                }
            }
        }
        let groups = &self.typed[index].group_by;
        if !groups.is_empty() {
            let all = groups.iter().all(|group| ones.iter().any(|one| one.kind == group.kind));
            return all.then(|| "one row for each group, and it is made of all of them".to_owned());
        }
        let alias = &m.scope.relation(0).alias;
        let source = self.plan.source.catalog.table(m.source);
        let columns: BTreeSet<ColumnIdx> = ones
            .iter()
            .filter_map(|one| match &one.kind {
                ExprKind::Column { relation, column } if relation == alias => source.find_column(column),
                _ => None,
            })
            .collect();
        let held = source.primary_key.iter().chain(&source.uniques).find(|held| {
            let covers = held.columns.iter().all(|c| c.is_some_and(|c| columns.contains(&c)));
            let nulls_fit = is_full_key(source, held) || (!key.nulls_equal && held.partial.is_none());
            let same_part =
                held.partial.is_some() && held.partial == key.partial && self.keeps_names(index, table);
            covers && ((held.partial.is_none() && nulls_fit) || same_part)
        })?;
        let listed: Vec<ColumnIdx> = held.columns.iter().flatten().copied().collect();
        Some(format!("made of `{}`, which is unique in the source", names(source, &listed)))
    }

    /// Where keys compare texts by their columns' collations: whether the target's keeps apart what the
    /// source's does. `None` where other rules hold.
    fn compares_alike(&self, index: usize, key: &Column, one: &Expr) -> Option<bool> {
        let by_collation = self.plan.target.catalog.engine.has_charsets();
        if !by_collation || !matches!((&one.ty, &key.ty), (SqlType::Text { .. }, SqlType::Text { .. })) {
            return None;
        }
        let held = self.source_column(index, one).and_then(|column| column.collation.as_deref());
        Some(unique_as_well(held, key.collation.as_deref()))
    }

    fn column_folds(&self, index: usize, expr: &Expr) -> bool {
        let m = &self.plan.moves[index];
        match &expr.kind {
            ExprKind::Column { relation, column } if *relation == m.scope.relation(0).alias => {
                let table = self.plan.source.catalog.table(m.source);
                table.find_column(column).is_some_and(|c| table.column(c).case_insensitive)
            }
            _ => false,
        }
    }

    /// An index over expressions is proven only for a table that is moved as it is.
    fn expression_index(&self, index: usize, key: &UniqueKey) -> How {
        let m = &self.plan.moves[index];
        let (source, target) =
            (self.plan.source.catalog.table(m.source), self.plan.target.catalog.table(m.target));
        let same = self.keeps_names(index, target)
            && source.uniques.iter().any(|held| {
                held.name == key.name
                    && held.columns.len() == key.columns.len()
                    && held.partial == key.partial
            });
        if same {
            return How::Proven("the source has the same index, and every column keeps its value".to_owned());
        }
        self.refused(index, key, "it is over an expression")
    }

    /// True if every column that the move writes is the source's column of the same name.
    pub(super) fn keeps_names(&self, index: usize, table: &Table) -> bool {
        let m = &self.plan.moves[index];
        let alias = &m.scope.relation(0).alias;
        m.assigns.iter().all(|assign| {
            // Also what `...` brings may be converted on the way.
            self.typed[index].columns.get(&assign.column).is_some_and(|expr| {
                matches!(&expr.kind, ExprKind::Column { relation, column }
                    if relation == alias && fold(column) == fold(&table.column(assign.column).name))
            })
        })
    }

    fn refused(&self, index: usize, key: &UniqueKey, why: &str) -> How {
        let m = &self.plan.moves[index];
        How::Refused(Box::new(
            Diagnostic::error(
                Code::NotCountable,
                format!("a unique index of `{}` cannot be counted before the load: {why}", m.ast.target),
                m.ast.target.span,
                "has such an index",
            )
            .see(key.span, "the index")
            .help(format!(
                "`accept unique {} because \"…\"`: the index then decides during the load",
                m.ast.target
            )),
        ))
    }

    /// Several moves into one table must say what happens when they meet.
    pub(super) fn check_shared_targets(&mut self) {
        for (index, m) in self.plan.moves.iter().enumerate() {
            let earlier =
                self.plan.moves_into(m.target).map(|(other, m)| (other < index).then_some(m)).next();
            let unsaid = |conflict: Option<(_, Conflict)>| conflict.is_none();
            if let Some(Some(first)) = earlier
                && (unsaid(m.conflict) || unsaid(first.conflict))
            {
                let (silent, other) = if unsaid(m.conflict) { (m, first) } else { (first, m) };
                self.problems.push(
                    Diagnostic::error(
                        Code::SharedTarget,
                        format!("two moves write `{}`, and this one does not say what happens if they meet", m.ast.target),
                        silent.ast.target.span,
                        "no `on conflict`",
                    )
                    .see(other.ast.target.span, "the other move")
                    .help("add `on conflict fail` (keys never meet), `skip` (the first row stays) or `update` to both"),
                );
            }
        }
    }
}

/// A value of a unique key as the target's column compares it.
pub(super) fn compared(column: &Column, value: &Expr) -> DuplicateKey {
    let collation = column.collation.clone().filter(|_| column.charset.is_some());
    // What differs in spaces at the end alone is one value to a padded column, and two to the source.
    let pads = collation.is_none() && is_padded(&column.ty) && !is_padded(&value.ty);
    let value = if pads { cast_to(value.clone(), column.ty.clone()) } else { value.clone() };
    DuplicateKey { value, case_insensitive: column.case_insensitive, collation }
}

const fn is_padded(ty: &SqlType) -> bool {
    matches!(ty, SqlType::Text { padded: true, .. })
}

/// The expressions that can be read back from the value: equal values mean equal expressions.
fn one_to_one(value: &Expr) -> Vec<&Expr> {
    match &value.kind {
        ExprKind::Lookup { args, .. } | ExprKind::Uuid5 { args, .. } => {
            args.iter().flat_map(one_to_one).collect()
        }
        ExprKind::Cast(inner) => match (&inner.ty, &value.ty) {
            (
                SqlType::Int { .. } | SqlType::Unsigned { .. },
                SqlType::Int { .. } | SqlType::Unsigned { .. } | SqlType::Decimal(_) | SqlType::Text { .. },
            )
            | (SqlType::Uuid, SqlType::Text { .. })
            // Each label has one spelling, and what is not a label's does not pass the cast.
            | (SqlType::Text { padded: false, .. }, SqlType::Enum { .. })
            | (SqlType::Enum { .. }, _) => one_to_one(inner),
            _ => vec![value],
        },
        _ => vec![value],
    }
}

/// The columns whose names stand in a piece of DDL.
pub(super) fn every_column_in(table: &Table, sql: &str) -> Vec<ColumnIdx> {
    let lower = sql.to_lowercase();
    let words: BTreeSet<&str> = lower
        .split(|c: char| !c.is_alphanumeric() && c != '_' && c != '$')
        .filter(|word| !word.is_empty())
        .collect();
    table
        .columns()
        .filter(|(_, column)| {
            let name = column.name.to_lowercase();
            words.contains(name.as_str())
                || (name.contains(|c: char| !c.is_alphanumeric()) && lower.contains(&name))
        })
        .map(|(index, _)| index)
        .collect()
}
