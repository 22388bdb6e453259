use super::moves::any_table;
use super::{Accept, Relation, Resolved, Scope, SideOf, find_column};
use crate::base::{Ident, Path, Span, fold, nearest};
use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::plan::ClaimKind;
use crate::syntax::ast;

/// An `invariant` whose tables are known.
#[derive(Debug)]
pub struct Invariant<'a> {
    pub item: &'a ast::Item,
    pub ast: &'a ast::Invariant,
    pub body: InvariantBody<'a>,
}

#[derive(Debug)]
pub enum InvariantBody<'a> {
    None { side: SideOf, ast: &'a ast::Relations, scope: Scope<'a> },
    Equal { left: SideQuery<'a>, right: SideQuery<'a>, within: Option<&'a ast::Expr> },
    Sql { engine: &'a Ident, text: &'a ast::Text, because: &'a ast::Text },
}

#[derive(Debug)]
pub struct SideQuery<'a> {
    pub side: SideOf,
    pub ast: &'a ast::SideQuery,
    pub scope: Scope<'a>,
}

pub(super) fn accepts<'a>(
    plan: &Resolved<'a>,
    accepts: &[(Span, &'a ast::Accept)],
    problems: &mut Problems,
) -> Vec<Accept<'a>> {
    accepts.iter().filter_map(|(span, ast)| accept(plan, *span, ast, problems)).collect()
}

fn accept<'a>(
    plan: &Resolved<'a>,
    span: Span,
    ast: &'a ast::Accept,
    problems: &mut Problems,
) -> Option<Accept<'a>> {
    let kind = ClaimKind::ALL.into_iter().find(|kind| kind.word() == fold(&ast.claim.text));
    if kind.is_none() {
        let words = ClaimKind::ALL.map(ClaimKind::word);
        let mut diagnostic = Diagnostic::error(
            Code::UnknownWord,
            format!("`{}` is not a kind of claim", ast.claim),
            ast.claim.span,
            "unknown claim",
        );
        if nearest(&ast.claim.text, words).is_empty() {
            diagnostic = diagnostic.help(format!("the claims are {}", words.join(", ")));
        }
        problems.push(diagnostic.did_you_mean(&ast.claim.text, words));
    }
    let (side, table, column) = subject(plan, &ast.subject, problems)?;
    Some(Accept { ast, kind: kind?, side, table, column, span })
}

/// `shop.order`, `shop.order.note`, `shop.sales.order.note`: the longest part that is a table wins.
fn subject(
    plan: &Resolved<'_>,
    path: &Path,
    problems: &mut Problems,
) -> Option<(SideOf, crate::schema::TableId, Option<crate::schema::ColumnIdx>)> {
    if let Some((side, table)) = any_table(plan, path, &mut Problems::default()) {
        return Some((side, table, None));
    }
    let Some((name, front)) = path.parts.split_last().filter(|(_, front)| front.len() >= 2) else {
        any_table(plan, path, problems);
        return None;
    };
    let shorter = Path {
        parts: front.to_vec(),
        span: Span { end: front.last().map_or(path.span.end, |part| part.span.end), ..path.span },
    };
    let (side, table) = any_table(plan, &shorter, problems)?;
    match find_column(plan.side(side).catalog.table(table), name) {
        Ok(column) => Some((side, table, Some(column))),
        Err(diagnostic) => {
            problems.push(*diagnostic);
            None
        }
    }
}

pub(super) fn invariants<'a>(
    plan: &Resolved<'a>,
    invariants: &[(&'a ast::Item, &'a ast::Invariant)],
    problems: &mut Problems,
) -> Vec<Invariant<'a>> {
    let mut resolved: Vec<Invariant<'a>> = Vec::new();
    for (item, ast) in invariants {
        if let Some(first) = resolved.iter().find(|other| other.ast.name.value == ast.name.value) {
            problems.push(
                Diagnostic::error(
                    Code::DefinedTwice,
                    format!("a second invariant called \"{}\"", ast.name.value),
                    ast.name.span,
                    "the same name",
                )
                .see(first.ast.name.span, "the first one"),
            );
        }
        if let Some(body) = body(plan, &ast.body, problems) {
            resolved.push(Invariant { item, ast, body });
        }
    }
    resolved.sort_by(|a, b| a.ast.name.value.cmp(&b.ast.name.value));
    resolved
}

fn body<'a>(
    plan: &Resolved<'a>,
    body: &'a ast::InvariantBody,
    problems: &mut Problems,
) -> Option<InvariantBody<'a>> {
    match body {
        ast::InvariantBody::None(relations) => {
            let (side, scope) = scope(plan, None, relations, problems)?;
            Some(InvariantBody::None { side, ast: relations, scope })
        }
        ast::InvariantBody::Equal { left, right, within } => {
            let left = side_query(plan, left, problems);
            let right = side_query(plan, right, problems);
            Some(InvariantBody::Equal { left: left?, right: right?, within: within.as_ref() })
        }
        ast::InvariantBody::Sql { engine, text, because } => {
            Some(InvariantBody::Sql { engine, text, because })
        }
    }
}

fn side_query<'a>(
    plan: &Resolved<'a>,
    query: &'a ast::SideQuery,
    problems: &mut Problems,
) -> Option<SideQuery<'a>> {
    let side = if query.side.text == plan.source.name {
        SideOf::Source
    } else if query.side.text == plan.target.name {
        SideOf::Target
    } else {
        problems.push(
            Diagnostic::error(
                Code::UnknownSide,
                format!("`{}` is neither the source nor the target", query.side),
                query.side.span,
                format!("expected `{}` or `{}`", plan.source.name, plan.target.name),
            )
            .did_you_mean(&query.side.text, [plan.source.name, plan.target.name]),
        );
        return None;
    };
    let (side, scope) = scope(plan, Some(side), &query.relations, problems)?;
    Some(SideQuery { side, ast: query, scope })
}

/// The tables of one query. In a side's own query (`side` given) a bare name is a table of that
/// side; elsewhere paths name their side.
fn scope<'a>(
    plan: &Resolved<'a>,
    side: Option<SideOf>,
    relations: &'a ast::Relations,
    problems: &mut Problems,
) -> Option<(SideOf, Scope<'a>)> {
    let (first_side, first) = query_table(plan, side, &relations.table, problems)?;
    let catalog = match first_side {
        SideOf::Source => plan.source.catalog,
        SideOf::Target => plan.target.catalog,
    };
    let mut scope = Scope::default();
    let mut add =
        |table, path: &Path, alias: Option<&crate::base::Ident>, optional, problems: &mut Problems| {
            let alias = alias.map_or_else(|| catalog.table(table).name.clone(), |alias| alias.text.clone());
            if let Some(first) = scope.relations.iter().find(|relation| fold(&relation.alias) == fold(&alias))
            {
                problems.push(
                    Diagnostic::error(
                        Code::DefinedTwice,
                        format!("two tables of this query are called `{alias}`"),
                        path.span,
                        "the same alias",
                    )
                    .see(first.span, "the other one")
                    .help("give one of them another alias: `join countries k on …`"),
                );
            }
            scope.relations.push(Relation { alias, table, catalog, span: path.span, optional });
        };
    add(first, &relations.table, relations.alias.as_ref(), false, problems);
    for join in &relations.joins {
        let (join_side, table) = query_table(plan, Some(first_side), &join.table, problems)?;
        if join_side != first_side {
            problems.push(Diagnostic::error(
                Code::WrongSide,
                "one query reads tables of one side only",
                join.table.span,
                "of the other side",
            ));
            return None;
        }
        add(table, &join.table, join.alias.as_ref(), join.left, problems);
    }
    Some((first_side, scope))
}

fn query_table(
    plan: &Resolved<'_>,
    side: Option<SideOf>,
    path: &Path,
    problems: &mut Problems,
) -> Option<(SideOf, crate::schema::TableId)> {
    if let (Some(side), Some(first)) = (side, path.parts.first())
        && first.text != plan.source.name
        && first.text != plan.target.name
    {
        let of = plan.side(side);
        return of.index.find(of.catalog, of.name, &path.parts, path, problems).map(|table| (side, table));
    }
    // A table may be called like a side; then the side's own query means the table.
    if let Some(side) = side
        && path.parts.len() == 1
    {
        let of = plan.side(side);
        return of.index.find(of.catalog, of.name, &path.parts, path, problems).map(|table| (side, table));
    }
    let found = any_table(plan, path, problems)?;
    if side.is_some_and(|side| side != found.0) {
        problems.push(Diagnostic::error(
            Code::WrongSide,
            format!("`{path}` is a table of the other side"),
            path.span,
            "one query reads tables of one side only",
        ));
        return None;
    }
    Some(found)
}
