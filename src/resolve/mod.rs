//! Names become ids: sides, tables, aliases, target columns. Columns inside expressions are looked
//! up through [`Scope`] where their types are needed, in `typing`.
//!
//! Resolution never stops at the first problem: what cannot be found is reported and left out.

mod cutover;
mod deletes;
mod header;
mod index;
mod link;
mod moves;
mod queries;
mod reconcile;
mod scope;
mod signoff;
mod strategy;

use std::collections::BTreeMap;

pub use deletes::Deletes;
pub use header::{LONGEST_PLAN_NAME, NEWEST_EDITION, engine};
pub use index::TableIndex;
pub use link::is_staged;
pub use moves::{Assign, Drop, Join, Move, Ref, Value, source_table};
pub use queries::{Invariant, InvariantBody, SideQuery};
pub use scope::{Relation, Scope, find_column};
pub use strategy::Strategy;

pub use self::cutover::{CutStep, Cutover};
use crate::base::Span;
use crate::diagnostic::Problems;
use crate::plan::{ClaimKind, Link, Reconcile, Signoff};
use crate::schema::{Catalog, ColumnIdx, TableId};
use crate::syntax::ast;

/// Which of the two schemas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SideOf {
    Source,
    Target,
}

/// One side: the plan's name for it, and what its DDL says.
#[derive(Debug)]
pub struct Side<'a> {
    pub name: &'a str,
    pub ast: &'a ast::Side,
    /// As the target's session sees it: with [`Link::Staged`] the source's copy.
    pub catalog: &'a Catalog,
    /// As its own server has it.
    pub own: &'a Catalog,
    pub index: TableIndex,
}

/// A plan whose names are known.
#[derive(Debug)]
pub struct Resolved<'a> {
    pub edition: u32,
    /// Parts of the plan files could not be read: nothing is said about what is missing then.
    pub broken: bool,
    pub header: &'a ast::PlanHeader,
    pub doc: &'a ast::Doc,
    pub link: Link,
    pub strategy: Strategy,
    /// With its clause.
    pub signoff: Option<(Span, Signoff)>,
    pub cutover: Option<Cutover>,
    pub reconcile: Option<(Span, Reconcile)>,
    pub source: Side<'a>,
    pub target: Side<'a>,
    pub values: BTreeMap<&'a str, &'a ast::Values>,
    /// Sorted by id.
    pub moves: Vec<Move<'a>>,
    /// The indexes of the moves into each target table, ascending.
    into: BTreeMap<TableId, Vec<usize>>,
    pub accepts: Vec<Accept<'a>>,
    pub invariants: Vec<Invariant<'a>>,
}

/// An `accept` whose subject was found.
#[derive(Debug)]
pub struct Accept<'a> {
    pub ast: &'a ast::Accept,
    pub kind: ClaimKind,
    pub side: SideOf,
    pub table: TableId,
    pub column: Option<ColumnIdx>,
    pub span: Span,
}

impl Resolved<'_> {
    pub fn side(&self, side: SideOf) -> &Side<'_> {
        match side {
            SideOf::Source => &self.source,
            SideOf::Target => &self.target,
        }
    }

    /// The moves into a target table, by their index.
    pub fn moves_into(&self, table: TableId) -> impl Iterator<Item = (usize, &Move<'_>)> {
        self.into.get(&table).into_iter().flatten().map(|index| (*index, &self.moves[*index]))
    }
}

/// Looks every name up. `files` are all plan files, the main one first; `None` if there is so
/// little (no source, no target) that nothing can be said about the rest. `staged`: what
/// [`schema::staged`](crate::schema::staged) makes of a source that [`is_staged`].
pub fn resolve<'a>(
    files: &[&'a ast::File],
    source: Option<&'a Catalog>,
    staged: Option<&'a Catalog>,
    target: Option<&'a Catalog>,
    problems: &mut Problems,
) -> Option<Resolved<'a>> {
    let broken = problems.errors() > 0;
    let header = header::collect(files, broken, problems)?;
    let source = Side::new(header.source, source?, staged);
    let target = Side::new(header.target, target?, None);
    let link = link::link(&source, &target, problems)?;
    let mut resolved = Resolved {
        edition: header.edition,
        broken,
        header: header.plan,
        doc: header.doc,
        link,
        strategy: strategy::resolve(header.strategy, problems),
        signoff: signoff::resolve(header.signoff, header.plan, problems),
        cutover: cutover::resolve(header.cutover, header.way_back, broken, problems),
        reconcile: reconcile::resolve(header.reconcile, &header.moves, link, problems),
        source,
        target,
        values: header.values,
        moves: Vec::new(),
        into: BTreeMap::new(),
        accepts: Vec::new(),
        invariants: Vec::new(),
    };
    resolved.moves = moves::resolve_all(&resolved, &header.moves, problems);
    for (index, m) in resolved.moves.iter().enumerate() {
        resolved.into.entry(m.target).or_default().push(index);
    }
    resolved.accepts = queries::accepts(&resolved, &header.accepts, problems);
    resolved.invariants = queries::invariants(&resolved, &header.invariants, problems);
    Some(resolved)
}

impl<'a> Side<'a> {
    fn new(ast: &'a ast::Side, own: &'a Catalog, seen: Option<&'a Catalog>) -> Self {
        let catalog = seen.unwrap_or(own);
        Self { name: &ast.name.text, ast, catalog, own, index: TableIndex::new(catalog) }
    }
}
