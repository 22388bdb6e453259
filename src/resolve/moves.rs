mod clause;

use std::collections::{BTreeMap, BTreeSet};

use super::{Deletes, Relation, Resolved, Scope, SideOf, find_column};
use crate::base::{Path, Pii, Quarantine, Span, fold};
use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::plan::Conflict;
use crate::schema::{ColumnIdx, TableId};
use crate::syntax::ast::{self, ClauseKind, ExprKind};

/// A `move` whose tables and target columns are known.
#[derive(Debug)]
pub struct Move<'a> {
    /// Names the step, the script and the checks; see [`crate::plan::Move::id`].
    pub id: String,
    pub item: &'a ast::Item,
    pub ast: &'a ast::Move,
    pub source: TableId,
    pub target: TableId,
    /// The source table first, then the joins in order.
    pub scope: Scope<'a>,
    pub joins: Vec<Join<'a>>,
    pub filter: Option<&'a ast::Expr>,
    pub group_by: &'a [ast::Expr],
    pub batch: Option<(Span, &'a ast::Batch)>,
    /// How many rows may be set aside.
    pub quarantine: Option<(Span, Quarantine)>,
    /// The column of the watermark and its overlap.
    pub watermark: Option<(Span, &'a ast::Expr, &'a ast::Duration)>,
    /// In the order of the target's columns, `...` expanded.
    pub assigns: Vec<Assign<'a>>,
    pub drops: Vec<Drop<'a>>,
    pub rest: Option<Span>,
    pub conflict: Option<(Span, Conflict)>,
    /// What becomes of rows whose source is gone.
    pub deletes: Option<(Span, Deletes)>,
    /// The target tables that `ref`s in this move name, by the place of the name.
    pub refs: Vec<Ref>,
    /// The target tables that `after` names.
    pub after: Vec<Ref>,
    /// A clause of it was reported and left out: what it would have written or read is not known.
    pub incomplete: bool,
}

#[derive(Debug)]
pub struct Join<'a> {
    pub ast: &'a ast::Join,
    /// Its relation in the scope.
    pub relation: usize,
    pub span: Span,
}

/// One target column and what it is made of.
#[derive(Debug)]
pub struct Assign<'a> {
    pub column: ColumnIdx,
    pub value: Value<'a>,
    pub is_key: bool,
    pub pii: Option<Pii>,
    pub span: Span,
}

#[derive(Debug)]
pub enum Value<'a> {
    Expr {
        value: &'a ast::Expr,
        default: Option<&'a ast::Expr>,
    },
    /// The source table's column of the same name, through `...`.
    Same(ColumnIdx),
}

#[derive(Debug)]
pub struct Drop<'a> {
    pub relation: usize,
    pub column: ColumnIdx,
    pub because: &'a str,
    pub span: Span,
}

/// A mention of a target table.
#[derive(Clone, Copy, Debug)]
pub struct Ref {
    pub span: Span,
    pub table: TableId,
}

/// Resolves every move that can be; sorted by id.
pub(super) fn resolve_all<'a>(
    plan: &Resolved<'a>,
    moves: &[(&'a ast::Item, &'a ast::Move)],
    problems: &mut Problems,
) -> Vec<Move<'a>> {
    let mut resolved: Vec<Move<'a>> =
        moves.iter().filter_map(|(item, ast)| one(plan, item, ast, problems)).collect();
    name_all(plan, &mut resolved, problems);
    resolved.sort_by(|a, b| a.id.cmp(&b.id));
    resolved
}

/// Gives each move its id: the target's name where that says it all, else with the source's, else
/// with the alias. It does not depend on the order in which the moves are written.
fn name_all(plan: &Resolved<'_>, moves: &mut [Move<'_>], problems: &mut Problems) {
    let mut per_target: BTreeMap<TableId, usize> = BTreeMap::new();
    let mut per_pair: BTreeMap<(TableId, String), usize> = BTreeMap::new();
    let mut per_name: BTreeMap<String, BTreeSet<TableId>> = BTreeMap::new();
    let source_name = |m: &Move<'_>| fold(&plan.source.catalog.table(m.source).name);
    for m in moves.iter() {
        *per_target.entry(m.target).or_default() += 1;
        *per_pair.entry((m.target, source_name(m))).or_default() += 1;
        per_name.entry(fold(&plan.target.catalog.table(m.target).name)).or_default().insert(m.target);
    }
    let mut seen: BTreeMap<String, Span> = BTreeMap::new();
    for m in moves {
        let target = plan.target.catalog.table(m.target);
        let mut id = target.name.clone();
        if per_name.get(&fold(&target.name)).is_some_and(|ids| ids.len() > 1) {
            id = target.display_name();
        }
        if per_target.get(&m.target).is_some_and(|n| *n > 1) {
            id = format!("{id}__{}", plan.source.catalog.table(m.source).name);
        }
        if per_pair.get(&(m.target, source_name(m))).is_some_and(|n| *n > 1) {
            id = format!("{id}__{}", m.scope.relation(0).alias);
        }
        if let Some(first) = seen.get(&fold(&id)) {
            problems.push(
                Diagnostic::error(
                    Code::DefinedTwice,
                    format!("two moves would be called `{id}`"),
                    m.ast.alias.as_ref().map_or(m.ast.source.span, |alias| alias.span),
                    "moved again",
                )
                .see(*first, "moved here")
                .help("give each of them an alias of its own: the alias then names the step"),
            );
        }
        seen.entry(fold(&id)).or_insert(m.ast.source.span);
        m.id = id;
    }
}

fn one<'a>(
    plan: &Resolved<'a>,
    item: &'a ast::Item,
    ast: &'a ast::Move,
    problems: &mut Problems,
) -> Option<Move<'a>> {
    let source = table(plan, SideOf::Source, &ast.source, problems);
    let target = table(plan, SideOf::Target, &ast.target, problems);
    let (source, target) = (source?, target?);
    let source_table = plan.source.catalog.table(source);
    let alias = ast.alias.as_ref().map_or_else(|| source_table.name.clone(), |alias| alias.text.clone());
    let scope = Scope {
        relations: vec![Relation {
            alias,
            table: source,
            catalog: plan.source.catalog,
            span: ast.source.span,
            optional: false,
        }],
    };
    let mut result = Move {
        id: String::new(),
        item,
        ast,
        source,
        target,
        scope,
        joins: Vec::new(),
        filter: None,
        group_by: &[],
        batch: None,
        quarantine: None,
        watermark: None,
        assigns: Vec::new(),
        drops: Vec::new(),
        rest: None,
        conflict: None,
        deletes: None,
        refs: Vec::new(),
        after: Vec::new(),
        incomplete: false,
    };
    let before = problems.errors();
    for clause in &ast.clauses {
        clause::clause_of(plan, &mut result, clause, problems);
    }
    // Drops name columns of joined tables too, so they wait until every join is known.
    for clause in &ast.clauses {
        if let ClauseKind::Drop(drop) = &clause.kind {
            drops(&mut result, drop, problems);
        }
    }
    if let Some(span) = result.rest {
        expand_rest(plan, &mut result, span, problems);
    }
    result.assigns.sort_by_key(|assign| assign.column);
    collect_refs(plan, &mut result, problems);
    result.incomplete = problems.errors() > before;
    Some(result)
}

fn add_join<'a>(
    plan: &Resolved<'a>,
    m: &mut Move<'a>,
    join: &'a ast::Join,
    span: Span,
    problems: &mut Problems,
) {
    let Some(found) = table(plan, SideOf::Source, &join.table, problems) else { return };
    let name = &plan.source.catalog.table(found).name;
    let alias = join.alias.as_ref().map_or_else(|| name.clone(), |alias| alias.text.clone());
    if let Some(first) = m.scope.relations.iter().find(|relation| fold(&relation.alias) == fold(&alias)) {
        problems.push(
            Diagnostic::error(
                Code::DefinedTwice,
                format!("two tables of this move are called `{alias}`"),
                join.alias.as_ref().map_or(join.table.span, |alias| alias.span),
                "the same alias",
            )
            .see(first.span, "the other one")
            .help("give the joined table an alias of its own: `join legacy.countries k on …`"),
        );
        return;
    }
    m.joins.push(Join { ast: join, relation: m.scope.relations.len(), span });
    m.scope.relations.push(Relation {
        alias,
        table: found,
        catalog: plan.source.catalog,
        span: join.table.span,
        optional: join.left,
    });
}

fn add_mapping<'a>(
    plan: &Resolved<'a>,
    m: &mut Move<'a>,
    mapping: &'a ast::Mapping,
    is_key: bool,
    span: Span,
    problems: &mut Problems,
) {
    let table = plan.target.catalog.table(m.target);
    let column = match find_column(table, &mapping.column) {
        Ok(column) => column,
        Err(diagnostic) => {
            problems.push(*diagnostic);
            return;
        }
    };
    if let Some(first) = m.assigns.iter().find(|assign| assign.column == column) {
        problems.push(
            Diagnostic::error(
                Code::DefinedTwice,
                format!("`{}` is given two values", table.column(column).name),
                mapping.column.span,
                "mapped again",
            )
            .see(first.span, "first mapped here"),
        );
        return;
    }
    let value = Value::Expr { value: &mapping.value, default: mapping.default.as_ref() };
    m.assigns.push(Assign { column, value, is_key, pii: mapping.pii, span });
}

fn drops<'a>(m: &mut Move<'a>, drop: &'a ast::Drop, problems: &mut Problems) {
    for expr in &drop.columns {
        let ExprKind::Column { qualifier, name } = &expr.bare().kind else {
            problems.push(Diagnostic::error(
                Code::UnknownColumn,
                "only columns can be dropped",
                expr.span,
                "not a column",
            ));
            continue;
        };
        match m.scope.find(qualifier.as_ref(), name) {
            Ok((relation, column)) => {
                if let Some(first) = m.drops.iter().find(|d| (d.relation, d.column) == (relation, column)) {
                    problems.push(
                        Diagnostic::error(
                            Code::DefinedTwice,
                            format!("`{name}` is dropped twice"),
                            expr.span,
                            "dropped again",
                        )
                        .see(first.span, "first dropped here")
                        .help("keep one of them"),
                    );
                }
                m.drops.push(Drop { relation, column, because: &drop.because.value, span: expr.span });
            }
            Err(diagnostic) => problems.push(*diagnostic),
        }
    }
}

/// `...`: each column of the target that nothing writes yet takes the source's column of equal
/// name, unless that one is dropped.
fn expand_rest(plan: &Resolved<'_>, m: &mut Move<'_>, span: Span, problems: &mut Problems) {
    if !m.group_by.is_empty() {
        problems.push(
            Diagnostic::error(
                Code::RestInGroup,
                "`...` cannot stand in a move with `group by`",
                span,
                "which of a group's rows would it take?",
            )
            .see(m.group_by[0].span, "one row for each of these")
            .help("map each column by name, from the grouped expressions"),
        );
        return;
    }
    let (source, target) = (plan.source.catalog.table(m.source), plan.target.catalog.table(m.target));
    let taken: BTreeSet<ColumnIdx> = m.assigns.iter().map(|assign| assign.column).collect();
    let dropped: BTreeSet<ColumnIdx> =
        m.drops.iter().filter(|drop| drop.relation == 0).map(|drop| drop.column).collect();
    for (index, column) in target.columns() {
        if taken.contains(&index) || column.generated.is_some() {
            continue;
        }
        if let Some(from) = source.find_column(&column.name)
            && !dropped.contains(&from)
        {
            m.assigns.push(Assign {
                column: index,
                value: Value::Same(from),
                is_key: false,
                pii: None,
                span,
            });
        }
    }
}

fn collect_refs<'a>(plan: &Resolved<'a>, m: &mut Move<'a>, problems: &mut Problems) {
    let mut paths: Vec<&Path> = Vec::new();
    for assign in &m.assigns {
        if let Value::Expr { value, .. } = assign.value {
            value.walk(&mut |expr| {
                if let ExprKind::Ref { table, .. } = &expr.kind {
                    paths.push(table);
                }
            });
        }
    }
    for path in paths {
        if let Some(table) = table(plan, SideOf::Target, path, problems) {
            m.refs.push(Ref { span: path.span, table });
        }
    }
}

/// The table of the source that `path` names; reported if there is none.
pub fn source_table(plan: &Resolved<'_>, path: &Path, problems: &mut Problems) -> Option<TableId> {
    table(plan, SideOf::Source, path, problems)
}

/// The table that a path such as `legacy.customers` means, on the side where it must be.
pub(super) fn table(
    plan: &Resolved<'_>,
    wanted: SideOf,
    path: &Path,
    problems: &mut Problems,
) -> Option<TableId> {
    let (side, found) = any_table(plan, path, problems)?;
    if side == wanted {
        return Some(found);
    }
    let (right, word) = match wanted {
        SideOf::Source => (plan.source.name, "source"),
        SideOf::Target => (plan.target.name, "target"),
    };
    problems.push(
        Diagnostic::error(
            Code::WrongSide,
            format!("`{path}` is not a table of the {word}"),
            path.span,
            format!("must be a table of `{right}`"),
        )
        .help(format!(
            "the arrow points where the data flows: `move {}.… -> {}.…`",
            plan.source.name, plan.target.name
        )),
    );
    None
}

/// The side and table that a path means.
pub(super) fn any_table(
    plan: &Resolved<'_>,
    path: &Path,
    problems: &mut Problems,
) -> Option<(SideOf, TableId)> {
    let (first, rest) = path.parts.split_first()?;
    let side = if first.text == plan.source.name {
        SideOf::Source
    } else if first.text == plan.target.name {
        SideOf::Target
    } else {
        problems.push(
            Diagnostic::error(
                Code::UnknownSide,
                format!("`{path}` begins with neither the source nor the target"),
                first.span,
                format!("expected `{}` or `{}`", plan.source.name, plan.target.name),
            )
            .see(plan.source.ast.name.span, "the source")
            .see(plan.target.ast.name.span, "the target")
            .did_you_mean(&first.text, [plan.source.name, plan.target.name]),
        );
        return None;
    };
    let of = plan.side(side);
    of.index.find(of.catalog, of.name, rest, path, problems).map(|table| (side, table))
}
