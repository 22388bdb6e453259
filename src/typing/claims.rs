//! Collecting claims: ids, accepts, and the rule that each is proven, probed or accepted.

use super::{Options, Typer};
use crate::base::Span;
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::{Claim, ClaimKind, Established, Expr, ExprKind, Probe, Triggers};
use crate::resolve::SideOf;
use crate::schema::{Column, ColumnIdx, SqlType};

/// How a claim can be established.
#[derive(Debug)]
pub(super) enum How {
    Proven(String),
    Probe(Probe),
    /// Neither: an error unless the plan accepts it.
    Refused(Box<Diagnostic>),
}

/// A claim about the expression that is being typed.
#[derive(Debug)]
pub(super) struct Pending {
    pub kind: ClaimKind,
    pub says: String,
    pub how: How,
    pub span: Span,
}

/// What a claim is about.
#[derive(Clone, Copy, Debug)]
pub(super) struct About<'c> {
    pub of: usize,
    /// The target column.
    pub column: Option<ColumnIdx>,
    /// Stands in the id instead of the column: a source column, an index.
    pub part: Option<&'c str>,
    pub span: Span,
}

impl Typer<'_, '_> {
    /// Remembers a claim of the expression at hand.
    pub(super) fn claim(&mut self, kind: ClaimKind, says: impl Into<String>, how: How, span: Span) {
        self.pending.push(Pending { kind, says: says.into(), how, span });
    }

    /// Settles the claims that typing one expression left behind.
    pub(super) fn settle_pending(&mut self, of: usize, column: Option<ColumnIdx>) {
        for pending in std::mem::take(&mut self.pending) {
            let about = About { of, column, part: None, span: pending.span };
            self.establish(about, pending.kind, pending.says, pending.how);
        }
    }

    /// Records a claim: proven as it is; else accepted if the plan says so; else probed or refused.
    pub(super) fn establish(&mut self, about: About<'_>, kind: ClaimKind, says: String, how: How) {
        let m = &self.plan.moves[about.of];
        let column_name =
            about.column.map(|c| self.plan.target.catalog.table(m.target).column(c).name.clone());
        let established = match how {
            How::Proven(why) => Established::Proven { why },
            How::Probe(_) | How::Refused(_) => match (self.accepted(about, kind), how) {
                (Some(accepted), _) => accepted,
                (None, How::Probe(probe)) => Established::Probed(probe),
                (None, How::Refused(diagnostic)) => {
                    self.problems.push(*diagnostic);
                    return;
                }
                (None, How::Proven(why)) => Established::Proven { why },
            },
        };
        let part = about.part.map(ToOwned::to_owned).or_else(|| column_name.clone());
        let id = match part {
            Some(part) => format!("{}/{part}/{}", m.id, kind.word()),
            None => format!("{}/{}", m.id, kind.word()),
        };
        let count = self.claim_ids.entry(id.clone()).or_default();
        *count += 1;
        let id = if *count > 1 { format!("{id}/{count}") } else { id };
        self.claims.push(Claim {
            id,
            kind,
            of: m.id.clone(),
            column: column_name,
            says,
            origin: self.sources.origin(about.span),
            established,
        });
    }

    /// The `accept` for this claim, if the plan has one: of the target column or table, or of the
    /// source column or table that the claim is about.
    fn accepted(&mut self, about: About<'_>, kind: ClaimKind) -> Option<Established> {
        let m = &self.plan.moves[about.of];
        // A claim about a source column says which in its part: `alias.column`.
        let source = about.part.and_then(|part| {
            let (alias, column) = part.split_once('.')?;
            let relation = m.scope.relations.iter().find(|relation| relation.alias == alias)?;
            Some((relation.table, relation.table().find_column(column)?))
        });
        let hit = self.plan.accepts.iter().position(|accept| {
            accept.kind == kind
                && match accept.side {
                    SideOf::Target => {
                        accept.table == m.target && (accept.column == about.column || accept.column.is_none())
                    }
                    SideOf::Source => match (accept.column, source) {
                        (None, _) => accept.table == source.map_or(m.source, |(table, _)| table),
                        (Some(column), Some(source)) => (accept.table, column) == source,
                        (Some(_), None) => false,
                    },
                }
        })?;
        self.used_accepts.insert(hit);
        let accept = self.plan.accepts[hit].ast;
        Some(Established::Accepted {
            because: accept.because.value.clone(),
            ticket: accept.ticket.as_ref().map(|ticket| ticket.value.clone()),
            until: accept.until.as_ref().map(|until| until.iso.clone()),
        })
    }

    /// An accept that nothing needs, or whose day is over, is an error: it would hide a later risk.
    pub(super) fn check_accepts(&mut self, options: Options<'_>) {
        // After another error a claim may be missing that would have needed the accept.
        let whole = self.problems.errors() == 0;
        for (index, accept) in self.plan.accepts.iter().enumerate() {
            if whole && !self.used_accepts.contains(&index) {
                self.problems.push(
                    Diagnostic::error(
                        Code::AcceptUnused,
                        format!("nothing needs `accept {} {}`", accept.ast.claim, accept.ast.subject),
                        accept.span,
                        "no claim of this kind is open here",
                    )
                    .help("remove it: what it would accept is proven, or is not claimed at all"),
                );
            }
            if let (Some(until), Some(today)) = (&accept.ast.until, options.today)
                && until.iso.as_str() < today
            {
                self.problems.push(
                    Diagnostic::error(
                        Code::AcceptExpired,
                        format!("this was accepted until {}, and that day is over", until.iso),
                        until.span,
                        "expired",
                    )
                    .help("decide again: mend what it accepts, or renew it with a new date"),
                );
            }
        }
    }

    /// Columns of the source are of their declared types: proven where the engine sees to it.
    pub(super) fn type_claims(&mut self, index: usize) {
        let engine = self.plan.source.catalog.engine;
        if !engine.is_dynamically_typed() && !engine.stores_impossible_values() {
            return;
        }
        let m = &self.plan.moves[index];
        for (relation, column) in self.columns_read(index) {
            let of = m.scope.relation(relation);
            let found = m.scope.column(relation, column);
            let part = format!("{}.{}", of.alias, found.name);
            let says = format!("`{part}` holds only values of its declared type, {}", found.ty);
            let strict = of.table().strict;
            if engine.stores_impossible_values() && !can_be_impossible(&found.ty) {
                continue;
            }
            let how = if engine.stores_impossible_values() {
                How::Probe(wrong_type(of, found, relation == 0))
            } else if found.rowid_alias {
                How::Proven("a rowid is always an integer".to_owned())
            } else if strict {
                How::Proven("the table is STRICT".to_owned())
            } else if matches!(found.ty, SqlType::Opaque(_)) {
                How::Proven("the column has no type to break".to_owned())
            } else {
                How::Probe(wrong_type(of, found, relation == 0))
            };
            let about = About { of: index, column: None, part: Some(&part), span: m.ast.source.span };
            self.establish(about, ClaimKind::Type, says, how);
        }
        self.related_type_claims(index);
    }

    pub(super) fn scope_claim(&mut self, index: usize) {
        let m = &self.plan.moves[index];
        let says = "the scope of the move has rows".to_owned();
        let about = About { of: index, column: None, part: None, span: m.ast.source.span };
        self.establish(about, ClaimKind::Scope, says, How::Probe(Probe::EmptyScope));
    }

    pub(super) fn trigger_claim(&mut self, index: usize) {
        let m = &self.plan.moves[index];
        let table = self.plan.target.catalog.table(m.target);
        if table.triggers.is_empty() {
            return;
        }
        let about = About { of: index, column: None, part: None, span: m.ast.target.span };
        let names = table.triggers.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        let says = format!("the triggers {names} do not change what is written");
        if self.plan.strategy.triggers == Some(Triggers::Off) {
            let how = How::Proven("they are switched off for the load".to_owned());
            return self.establish(about, ClaimKind::Trigger, says, how);
        }
        let way_out = if self.plan.target.catalog.engine.can_switch_triggers_off() {
            "switch them off for the load with `strategy { triggers off }`, or "
        } else {
            "drop them for the load, or "
        };
        let diagnostic = Diagnostic::error(
            Code::TriggerFires,
            format!("the target has triggers that fire during the load: {names}"),
            m.ast.target.span,
            "what they change is not in the plan",
        )
        .see(table.span, "the table")
        .help(format!(
            "{}say that they are harmless: `accept trigger {} because \"…\"`",
            way_out, m.ast.target
        ));
        self.establish(about, ClaimKind::Trigger, says, How::Refused(Box::new(diagnostic)));
    }
}

/// True for a type whose columns may hold what is no value of it: `0000-00-00`, 2 for a boolean, or
/// the empty text that a lenient session stores for a label that is none.
pub(super) const fn can_be_impossible(ty: &SqlType) -> bool {
    matches!(ty, SqlType::Bool | SqlType::Date | SqlType::Timestamp { .. } | SqlType::Enum { .. })
}

/// The rows in which the column holds what is no value of its type.
fn wrong_type(of: &crate::resolve::Relation<'_>, column: &Column, before_filter: bool) -> Probe {
    let kind = ExprKind::Column { relation: of.alias.clone(), column: column.name.clone() };
    let value = Expr::new(column.ty.clone(), !column.not_null, kind);
    Probe::Rows { bad: not_conforming(value, column.ty.clone()), before_filter }
}

/// True for a value that its declared type cannot hold.
pub(super) fn not_conforming(value: Expr, to: SqlType) -> Expr {
    let nullable = value.nullable;
    let conforms = Expr::new(SqlType::Bool, nullable, ExprKind::Conforms { expr: Box::new(value), to });
    Expr::new(SqlType::Bool, nullable, ExprKind::Not(Box::new(conforms)))
}
