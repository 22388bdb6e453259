//! Which source tables and columns have to be copied to the target's server, and how.

use std::collections::{BTreeMap, BTreeSet};

use super::Typer;
use super::batch::best_key;
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::{
    Batch, DdlCondition, Established, Expr, ExprKind, Function, InvariantBody, Join, Link, Move, NewKey,
    Operator, Plan, Probe, Relation, Relations, StagedColumn, StagedTable, TableRef,
};
use crate::resolve::Resolved;
use crate::schema::{ColumnIdx, SqlType, Table, TableId, crosses_wrapper, staging_type, wrapper};

/// A source table as the target's session sees it: its copy in the ledger.
pub(super) fn stage_ref(plan: &Resolved<'_>, table: TableId) -> TableRef {
    let name = format!("stage_{}", stage_name(plan, table));
    let ledger = format!("datamove_{}", plan.header.name.text);
    if plan.target.catalog.engine.has_schemas() {
        TableRef { schema: Some(ledger), name }
    } else {
        TableRef { schema: None, name: format!("{ledger}_{name}") }
    }
}

/// The table's name, with its schema where two tables share the name.
fn stage_name(plan: &Resolved<'_>, table: TableId) -> String {
    let found = plan.source.catalog.table(table);
    let shared = plan.source.index.count(plan.source.catalog, &found.name) > 1;
    match &found.schema {
        Some(schema) if shared => format!("{schema}_{}", found.name),
        _ => found.name.clone(),
    }
}

impl Typer<'_, '_> {
    /// The staged tables of an assembled plan, by name. A column whose type has no place in the target's
    /// engine is reported.
    pub(super) fn staging(&mut self, plan: &Plan) -> Vec<StagedTable> {
        let used = Used::of(plan);
        let source = self.plan.source.catalog;
        let mut list: Vec<StagedTable> = source
            .tables()
            .filter_map(|(id, _)| {
                let stage = stage_ref(self.plan, id);
                let columns = used.columns.get(&stage)?;
                let looked_up = used.looked_up.get(&stage);
                let as_it_is = used.as_it_is.get(&stage);
                let mut staged = self.staged(id, stage, columns, looked_up.into_iter().flatten());
                let read = |name: &String| as_it_is.is_some_and(|names| names.contains(name));
                for column in &mut staged.columns {
                    let mended = !read(&column.name) && !staged.key.contains(&column.name);
                    column.charset = column.charset.take().filter(|charset| !(mended && is_recoded(charset)));
                }
                Some(staged)
            })
            .collect();
        list.sort_by(|a, b| a.name.cmp(&b.name));
        list
    }

    fn staged<'u>(
        &mut self,
        id: TableId,
        stage: TableRef,
        used: &BTreeSet<String>,
        looked_up: impl Iterator<Item = &'u BTreeSet<String>>,
    ) -> StagedTable {
        let table = self.plan.source.catalog.table(id);
        let key = best_key(table).filter(|key| key.iter().all(|c| is_ordered(&table.column(*c).ty)));
        let key = key.unwrap_or_default();
        let mut taken: Vec<ColumnIdx> = table
            .columns()
            .filter(|(index, column)| used.contains(&column.name) || key.contains(index))
            .map(|(index, _)| index)
            .collect();
        if taken.is_empty() {
            // Rows that are only counted.
            taken.extend(table.columns().map(|(index, _)| index).next());
        }
        let names = |columns: &[ColumnIdx]| -> Vec<String> {
            columns.iter().map(|c| table.column(*c).name.clone()).collect()
        };
        let uniques = uniques(table, &taken, &key);
        let indexes = indexes(table, &taken, &uniques, looked_up);
        let own = self.plan.source.own.table(id);
        StagedTable {
            source: TableRef { schema: own.schema.clone(), name: own.name.clone() },
            stage,
            name: stage_name(self.plan, id),
            columns: taken.iter().map(|column| self.staged_column(id, *column)).collect(),
            key: names(&key),
            rows: self.plan.target.catalog.engine.default_batch_rows(),
            uniques: uniques.iter().map(|key| names(key)).collect(),
            indexes: indexes.iter().map(|index| names(index)).collect(),
        }
    }

    fn staged_column(&mut self, id: TableId, index: ColumnIdx) -> StagedColumn {
        let (from, to) = (self.plan.source.own.engine, self.plan.target.catalog.engine);
        let table = self.plan.source.own.table(id);
        let column = table.column(index);
        if self.plan.link == Link::Fdw
            && let Err(why) = crosses_wrapper(&column.ty, from)
        {
            let shown = format!("{}.{}", table.display_name(), column.name);
            self.problems.push(
                Diagnostic::error(
                    Code::WrapperInexact,
                    format!("`{shown}` does not come through {} as it is: {why}", wrapper(from)),
                    column.span,
                    format!("{} of {from}", column.declared),
                )
                .help("write `link staged` at the source, or leave the column behind: `drop COLUMN because \"…\"`"),
            );
        }
        let stage = staging_type(&column.ty, from, to).unwrap_or_else(|why| {
            let shown = format!("{}.{}", table.display_name(), column.name);
            self.problems.push(
                Diagnostic::error(
                    Code::NoStagingType,
                    format!("`{shown}` cannot travel from {from} to {to}: {why}"),
                    column.span,
                    format!("{} of {from}", column.declared),
                )
                .help("leave the column behind: `drop COLUMN because \"…\"`, or change its type in the source first"),
            );
            column.ty.clone()
        });
        StagedColumn {
            name: column.name.clone(),
            ty: column.ty.clone(),
            declared: column.declared.clone(),
            stage,
            not_null: column.not_null || column.rowid_alias,
            enforced: !from.is_dynamically_typed() || table.strict || column.rowid_alias,
            charset: column.charset.clone(),
        }
    }
}

/// Character sets of the servers whose texts `recode` reads anew, as they are called there.
fn is_recoded(charset: &str) -> bool {
    ["latin1", "cp1252"].contains(&charset)
}

/// Types whose order a query of the source and a stated value of it agree on.
const fn is_ordered(ty: &SqlType) -> bool {
    matches!(
        ty,
        SqlType::Int { .. }
            | SqlType::Unsigned { .. }
            | SqlType::Decimal(_)
            | SqlType::Text { .. }
            | SqlType::Date
            | SqlType::Time { .. }
            | SqlType::Timestamp { .. }
            | SqlType::Uuid
    )
}

/// Types that every engine's index takes.
const fn is_indexed(ty: &SqlType) -> bool {
    !matches!(ty, SqlType::Json { .. } | SqlType::Opaque(_) | SqlType::Array(_))
}

/// The keys of the table over columns that travel, the batches' first.
fn uniques(table: &Table, taken: &[ColumnIdx], key: &[ColumnIdx]) -> Vec<Vec<ColumnIdx>> {
    let mut list: Vec<Vec<ColumnIdx>> = Vec::new();
    list.extend((!key.is_empty()).then(|| key.to_vec()));
    for unique in table.primary_key.iter().chain(&table.uniques) {
        let columns: Vec<ColumnIdx> = unique.columns.iter().flatten().copied().collect();
        let travels = columns.iter().all(|c| taken.contains(c) && is_indexed(&table.column(*c).ty));
        if travels && !columns.is_empty() && !list.contains(&columns) {
            list.push(columns);
        }
    }
    list
}

/// The source's own indexes over short columns that travel, and the columns that joins ask for.
fn indexes<'u>(
    table: &Table,
    taken: &[ColumnIdx],
    uniques: &[Vec<ColumnIdx>],
    looked_up: impl Iterator<Item = &'u BTreeSet<String>>,
) -> Vec<Vec<ColumnIdx>> {
    let short = |c: &ColumnIdx| {
        let ty = &table.column(*c).ty;
        is_indexed(ty) && !matches!(ty, SqlType::Text { max: None, .. } | SqlType::Bytes { .. })
    };
    let own = table.indexes.iter().filter(|index| index.partial.is_none()).map(|index| index.columns.clone());
    let mut list: Vec<Vec<ColumnIdx>> = Vec::new();
    let mut add = |columns: Vec<ColumnIdx>| {
        let begins = |known: &Vec<ColumnIdx>| known.starts_with(&columns);
        if !columns.is_empty() && !uniques.iter().chain(&list).any(begins) {
            list.push(columns);
        }
    };
    own.filter(|columns| columns.iter().all(|c| taken.contains(c) && short(c))).for_each(&mut add);
    for names in looked_up {
        let columns: Vec<ColumnIdx> = names.iter().filter_map(|name| table.find_column(name)).collect();
        let helped = |known: &Vec<ColumnIdx>| known.first().is_some_and(|first| columns.contains(first));
        if !uniques.iter().any(helped) && columns.iter().all(|c| is_indexed(&table.column(*c).ty)) {
            add(columns);
        }
    }
    list
}

/// What the plan reads of the copies.
#[derive(Debug, Default)]
struct Used {
    columns: BTreeMap<TableRef, BTreeSet<String>>,
    /// For each table the sets of columns by which a join finds its rows.
    looked_up: BTreeMap<TableRef, BTreeSet<BTreeSet<String>>>,
    /// Columns that something else than `recode` reads.
    as_it_is: BTreeMap<TableRef, BTreeSet<String>>,
    /// What is looked at stands in a `recode`, or asks whether that is possible.
    recoding: bool,
}

/// The relations of one query by their aliases.
type Aliases<'p> = BTreeMap<&'p str, &'p TableRef>;

impl Used {
    fn of(plan: &Plan) -> Self {
        let mut used = Self::default();
        let scopes: BTreeMap<&str, Aliases<'_>> =
            plan.moves.iter().map(|of| (of.id.as_str(), aliases(&of.source, &of.joins))).collect();
        for of in &plan.moves {
            used.of_move(of, &scopes[of.id.as_str()]);
        }
        for claim in &plan.claims {
            if let (Established::Probed(probe), Some(scope)) =
                (&claim.established, scopes.get(claim.of.as_str()))
            {
                used.of_probe(probe, scope, &scopes);
            }
        }
        for invariant in &plan.invariants {
            match &invariant.body {
                InvariantBody::None { side, relations } if *side == plan.source.name => {
                    used.of_query(relations, &[]);
                }
                InvariantBody::None { .. } | InvariantBody::Sql { .. } => {}
                InvariantBody::Equal { left, right, .. } => {
                    for query in [left, right].into_iter().filter(|query| query.side == plan.source.name) {
                        let exprs: Vec<&Expr> = query.groups.iter().chain([&query.value]).collect();
                        used.of_query(&query.relations, &exprs);
                    }
                }
            }
        }
        used
    }

    fn of_move(&mut self, of: &Move, scope: &Aliases<'_>) {
        self.relations(scope, &of.joins);
        for assign in &of.columns {
            self.note(scope, &assign.value);
        }
        for expr in of.filter.iter().chain(&of.group_by).chain(of.joins.iter().map(|join| &join.on)) {
            self.note(scope, expr);
        }
        if let Batch::Keyset { by, .. } = &of.batch {
            for read in [&mut self.columns, &mut self.as_it_is] {
                let columns = read.entry(of.source.table.clone()).or_default();
                columns.extend(by.iter().map(|key| key.column.clone()));
            }
        }
        if let NewKey::Mapped { old, made_by, .. } = &of.new_key {
            for expr in old {
                self.note(scope, expr);
            }
            if let crate::plan::KeyMaker::Uuid5(expr) = made_by {
                self.note(scope, expr);
            }
        }
    }

    fn of_probe(&mut self, probe: &Probe, scope: &Aliases<'_>, scopes: &BTreeMap<&str, Aliases<'_>>) {
        match probe {
            Probe::Rows { bad, .. } => self.note(scope, bad),
            Probe::EmptyScope | Probe::Multiplies { .. } | Probe::Unmatched { .. } => {}
            Probe::Duplicates { key, partial, .. } => {
                for part in key {
                    self.note(scope, &part.value);
                }
                if let Some(condition) = partial {
                    self.of_condition(scope, condition);
                }
            }
            Probe::Meets { key, of, of_key } => {
                for part in key {
                    self.note(scope, &part.value);
                }
                let other = scopes.get(of.as_str()).unwrap_or(scope);
                for part in of_key {
                    self.note(other, &part.value);
                }
            }
            Probe::Orphans { value, parents, .. } => {
                for expr in value {
                    self.note(scope, expr);
                }
                for parent in parents {
                    let Some(scope) = scopes.get(parent.of.as_str()) else { continue };
                    for expr in &parent.key {
                        self.note(scope, expr);
                    }
                }
            }
            Probe::Check { condition } => self.of_condition(scope, condition),
        }
    }

    fn of_condition(&mut self, scope: &Aliases<'_>, condition: &DdlCondition) {
        condition.columns.iter().for_each(|(_, expr)| self.note(scope, expr));
    }

    fn of_query(&mut self, relations: &Relations, exprs: &[&Expr]) {
        let scope = aliases(&relations.from, &relations.joins);
        self.relations(&scope, &relations.joins);
        let ons = relations.joins.iter().map(|join| &join.on);
        for expr in ons.chain(&relations.filter).chain(exprs.iter().copied()) {
            self.note(&scope, expr);
        }
    }

    /// Every table of a query, also one of which no column is read.
    fn relations(&mut self, scope: &Aliases<'_>, joins: &[Join]) {
        for table in scope.values() {
            self.columns.entry((*table).clone()).or_default();
        }
        for join in joins {
            self.looked_up_by(&join.relation, &join.on);
        }
    }

    /// The columns that `on` compares find the rows of `found`.
    fn looked_up_by(&mut self, found: &Relation, on: &Expr) {
        let mut columns = BTreeSet::new();
        on.walk_own(&mut |node| {
            let ExprKind::Binary { op: Operator::Eq, left, right } = &node.kind else { return };
            for side in [left, right] {
                match &side.kind {
                    ExprKind::Column { relation, column } if *relation == found.alias => {
                        columns.insert(column.clone());
                    }
                    _ => {}
                }
            }
        });
        self.looked_up.entry(found.table.clone()).or_default().insert(columns);
    }

    fn note(&mut self, scope: &Aliases<'_>, expr: &Expr) {
        match &expr.kind {
            ExprKind::Column { relation, column } => {
                if let Some(table) = scope.get(relation.as_str()) {
                    self.columns.entry((*table).clone()).or_default().insert(column.clone());
                    if !self.recoding {
                        self.as_it_is.entry((*table).clone()).or_default().insert(column.clone());
                    }
                }
            }
            ExprKind::Call { function: Function::Recode | Function::IsRecodable, args } => {
                let before = std::mem::replace(&mut self.recoding, true);
                for arg in args {
                    self.note(scope, arg);
                }
                self.recoding = before;
            }
            ExprKind::Related { rows, filter, .. } => {
                let mut inner = scope.clone();
                inner.insert(&rows.alias, &rows.table);
                self.columns.entry(rows.table.clone()).or_default();
                if let Some(on) = filter {
                    self.looked_up_by(rows, on);
                }
                expr.children().into_iter().for_each(|child| self.note(&inner, child));
            }
            _ => expr.children().into_iter().for_each(|child| self.note(scope, child)),
        }
    }
}

fn aliases<'p>(from: &'p Relation, joins: &'p [Join]) -> Aliases<'p> {
    let joined = joins.iter().map(|join| &join.relation);
    std::iter::once(from).chain(joined).map(|relation| (relation.alias.as_str(), &relation.table)).collect()
}
