//! Invariants: the queries of both sides, typed.

use super::Typer;
use super::infer::Env;
use super::unify::unify;
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::{self, Expr, ExprKind, Relation, Relations};
use crate::resolve::{Invariant, InvariantBody, Scope, SideOf, SideQuery};
use crate::syntax::ast;

impl Typer<'_, '_> {
    pub(super) fn type_invariants(&mut self) -> Vec<plan::Invariant> {
        let plan = self.plan;
        plan.invariants.iter().filter_map(|invariant| self.invariant(invariant)).collect()
    }

    fn invariant(&mut self, invariant: &Invariant<'_>) -> Option<plan::Invariant> {
        let body = match &invariant.body {
            InvariantBody::None { side, ast, scope } => {
                if !invariant.ast.by.is_empty() {
                    self.problems.push(Diagnostic::error(
                        Code::WrongArguments,
                        "`by` needs two queries to compare",
                        invariant.ast.by[0].span,
                        "nothing to group here",
                    ));
                }
                let relations = self.relations(*side, scope, ast)?;
                plan::InvariantBody::None { side: self.plan.side(*side).name.to_owned(), relations }
            }
            InvariantBody::Equal { left, right, within } => {
                self.equal(invariant.ast, left, right, *within)?
            }
            InvariantBody::Sql { engine, text, because } => {
                super::custom::check(self.plan.target.catalog.engine, engine, text, because, self.problems)?
            }
        };
        Some(plan::Invariant {
            name: invariant.ast.name.value.clone(),
            doc: invariant.item.doc.clone(),
            origin: self.sources.origin(invariant.item.span),
            body,
        })
    }

    fn equal(
        &mut self,
        ast: &ast::Invariant,
        left: &SideQuery<'_>,
        right: &SideQuery<'_>,
        within: Option<&ast::Expr>,
    ) -> Option<plan::InvariantBody> {
        if left.side == right.side {
            self.problems.push(
                Diagnostic::error(
                    Code::WrongSide,
                    "an invariant compares the source with the target",
                    right.ast.side.span,
                    "the same side again",
                )
                .see(left.ast.side.span, "the first side"),
            );
        }
        let within = self.within(within);
        let (typed_left, typed_right) = (self.side_query(ast, left), self.side_query(ast, right));
        let (typed_left, typed_right) = (typed_left?, typed_right?);
        let ours = typed_left.groups.iter().chain([&typed_left.value]);
        let theirs = typed_right.groups.iter().chain([&typed_right.value]);
        for ((a, b), at) in ours.zip(theirs).zip(&right.ast.outputs) {
            if unify(a, b).is_none() {
                self.problems.push(
                    Diagnostic::error(
                        Code::WrongType,
                        format!("{} on one side, {} on the other", a.ty, b.ty),
                        at.span,
                        format!("{}", b.ty),
                    )
                    .see(left.ast.span, "the other side")
                    .help("both queries give the same types in the same order: cast one of them"),
                );
                return None;
            }
        }
        if !typed_left.value.ty.is_numeric() && within.as_deref() != Some("0") {
            self.problems.push(Diagnostic::error(
                Code::WrongType,
                "a tolerance needs numbers",
                left.ast.span,
                format!("{}", typed_left.value.ty),
            ));
        }
        let groups = ast.by.iter().map(|name| name.text.clone()).collect();
        Some(plan::InvariantBody::Equal { groups, left: typed_left, right: typed_right, within: within? })
    }

    fn within(&mut self, within: Option<&ast::Expr>) -> Option<String> {
        match within.map(|within| (&within.bare().kind, within.span)) {
            None => Some("0".to_owned()),
            Some((ast::ExprKind::Number(digits), _)) => Some(digits.clone()),
            Some((_, span)) => {
                self.problems.push(
                    Diagnostic::error(
                        Code::WrongArguments,
                        "the tolerance is a number",
                        span,
                        "not a number",
                    )
                    .help("write `within 0` or `within 0.01`"),
                );
                None
            }
        }
    }

    fn side_query(&mut self, invariant: &ast::Invariant, query: &SideQuery<'_>) -> Option<plan::SideQuery> {
        let relations = self.relations(query.side, &query.scope, &query.ast.relations)?;
        let groups = invariant.by.len();
        if query.ast.outputs.len() != groups + 1 {
            self.problems.push(
                Diagnostic::error(
                    Code::WrongArguments,
                    format!(
                        "this query gives {} values, and the invariant needs {}: its {groups} groups and one value",
                        query.ast.outputs.len(),
                        groups + 1
                    ),
                    query.ast.span,
                    "wrong number of values",
                )
                .help("`invariant \"…\" by region { legacy select region, sum(x) from … }`"),
            );
            return None;
        }
        let plain = Env { scope: &query.scope, of: None, aggregates: false };
        let (keys, value) = query.ast.outputs.split_at(groups);
        let keys = keys.iter().map(|key| self.infer(plain, key)).collect::<Option<Vec<_>>>();
        let value = self.infer(Env { aggregates: true, ..plain }, &value[0]);
        self.exact_only(query.ast);
        let written = query.ast.group_by.iter().map(|key| self.infer(plain, key)).collect::<Option<Vec<_>>>();
        let (keys, value, written) = (keys?, value?, written?);
        if !query.ast.group_by.is_empty() && written.iter().map(|e| &e.kind).ne(keys.iter().map(|e| &e.kind))
        {
            self.problems.push(
                Diagnostic::error(
                    Code::WrongArguments,
                    "`group by` must list the groups that `by` names",
                    query.ast.group_by[0].span,
                    "other groups",
                )
                .help("leave it out: the groups are the first values of the query"),
            );
        }
        self.aggregated(&value, &keys, query);
        Some(plan::SideQuery {
            side: self.plan.side(query.side).name.to_owned(),
            groups: keys,
            value,
            relations,
        })
    }

    /// The one value of a query is an aggregate: else there would be many.
    fn aggregated(&mut self, value: &Expr, groups: &[Expr], query: &SideQuery<'_>) {
        let mut found = false;
        value.walk(&mut |node| found |= matches!(node.kind, ExprKind::Aggregate { .. }));
        if !found || !one_for_each(value, groups) {
            let at = query.ast.outputs.last().map_or(query.ast.span, |output| output.span);
            self.problems.push(
                Diagnostic::error(
                    Code::WrongType,
                    "the value to compare must be one for each group",
                    at,
                    if found {
                        "a column outside the aggregate differs from row to row"
                    } else {
                        "not an aggregate"
                    },
                )
                .help("use `sum`, `count`, `min` or `max`"),
            );
        }
    }

    /// A query for a proof may not itself rest on claims.
    fn exact_only(&mut self, query: &ast::SideQuery) {
        let open = self.pending.iter().any(|p| !matches!(p.how, super::claims::How::Proven(_)));
        self.pending.clear();
        if open {
            self.problems.push(
                Diagnostic::error(
                    Code::Lossy,
                    "a cast in this query could fail or lose something",
                    query.span,
                    "a proof must not rest on a probe",
                )
                .help("cast to a wider type"),
            );
        }
    }

    fn relations(&mut self, side: SideOf, scope: &Scope<'_>, ast: &ast::Relations) -> Option<Relations> {
        let env = Env { scope, of: None, aggregates: false };
        let joins = ast
            .joins
            .iter()
            .enumerate()
            .map(|(index, join)| {
                let on = self.boolean(env, &join.on)?;
                if !self.joined_before(scope, index + 1, &on, join.on.span) {
                    return None;
                }
                Some(plan::Join { relation: self.relation(side, scope, index + 1), on, left: join.left })
            })
            .collect::<Option<Vec<_>>>();
        let filter = match &ast.filter {
            Some(filter) => Some(self.boolean(env, filter)?),
            None => None,
        };
        self.pending.clear();
        Some(Relations { from: self.relation(side, scope, 0), joins: joins?, filter })
    }

    /// A relation of a query as its side's scripts name it.
    pub(super) fn relation(&self, side: SideOf, scope: &Scope<'_>, index: usize) -> Relation {
        let of = scope.relation(index);
        let table = match side {
            SideOf::Source => self.source_ref(of.table),
            SideOf::Target => self.target_ref(of.table),
        };
        Relation { table, alias: of.alias.clone() }
    }
}

/// True if every column stands inside an aggregate, or is a group.
fn one_for_each(value: &Expr, groups: &[Expr]) -> bool {
    if matches!(value.kind, ExprKind::Aggregate { .. }) || groups.iter().any(|group| group.kind == value.kind)
    {
        return true;
    }
    !matches!(value.kind, ExprKind::Column { .. })
        && value.children().into_iter().all(|child| one_for_each(child, groups))
}
