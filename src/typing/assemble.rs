//! What passed the gate becomes the [`Plan`]: names instead of ids, in canonical order.

use std::collections::{BTreeMap, BTreeSet};

use super::{Typer, staging};
use crate::plan::{
    self, Accept, Assign, AssignKind, Batch, Conflict, Constraints, Cover, CutStep, Cutover, Dropped,
    Endpoint, ForeignKeyCheck, Invariant, Join, Link, Move, NewKey, Plan, Reconcile, SequenceUse, Signoff,
    Strategy, TableRef, TargetColumn, TargetTable, Triggers, WayBack,
};
use crate::resolve::{Deletes, SideOf, Value};
use crate::schema::{Column, ColumnIdx, Identity, Sequence, Table, TableId};

impl Typer<'_, '_> {
    pub(super) fn assemble(mut self, invariants: Vec<Invariant>) -> Plan {
        let plan = self.plan;
        let mut moves: Vec<Move> = (0..plan.moves.len()).map(|index| self.one_move(index)).collect();
        moves.sort_by(|a, b| (a.wave, &a.id).cmp(&(b.wave, &b.id)));
        let tables = self.tables(&moves);
        let mut maps: Vec<_> = self.maps.values().cloned().collect();
        maps.sort_by(|a, b| a.name.cmp(&b.name));
        let mut claims = std::mem::take(&mut self.claims);
        claims.sort_by(|a, b| a.id.cmp(&b.id));
        let mut assembled = Plan {
            format_version: crate::plan::FORMAT_VERSION,
            edition: plan.edition,
            name: plan.header.name.text.clone(),
            doc: plan.doc.clone(),
            facts: plan
                .header
                .facts
                .iter()
                .map(|(word, text)| (word.text.clone(), text.value.clone()))
                .collect(),
            source: endpoint(&plan.source),
            target: endpoint(&plan.target),
            link: plan.link,
            staging: Vec::new(),
            strategy: self.strategy(),
            signoff: self.signoff(),
            cutover: self.cutover(),
            reconcile: self.reconcile(),
            unmoved: self.unmoved(),
            moves,
            maps,
            tables,
            breaks: self.order.breaks.clone(),
            claims,
            invariants,
            accepts: self.accepts(),
        };
        if plan.link.copies() {
            assembled.staging = self.staging(&assembled);
        }
        assembled
    }

    fn strategy(&self) -> Strategy {
        let said = self.plan.strategy;
        Strategy {
            constraints: said.constraints,
            triggers: said.triggers,
            origin: said.span.map(|span| self.sources.origin(span)),
        }
    }

    fn signoff(&self) -> Option<Signoff> {
        let (span, said) = self.plan.signoff.as_ref()?;
        Some(Signoff { origin: Some(self.sources.origin(*span)), ..said.clone() })
    }

    fn cutover(&self) -> Option<Cutover> {
        let said = self.plan.cutover.as_ref()?;
        let step = |step: &crate::resolve::CutStep| CutStep {
            name: step.name.clone(),
            owner: step.owner.clone(),
            takes: step.takes,
            does: step.does.clone(),
            origin: Some(self.sources.origin(step.span)),
        };
        let back = WayBack { until: said.until.clone(), triggers: said.triggers.clone() };
        Some(Cutover {
            downtime: said.downtime,
            steps: said.steps.iter().map(step).collect(),
            back: (back.until.is_some() || !back.triggers.is_empty()).then_some(back),
            origin: Some(self.sources.origin(said.span)),
        })
    }

    fn reconcile(&self) -> Option<Reconcile> {
        let (span, said) = self.plan.reconcile.as_ref()?;
        Some(Reconcile { origin: Some(self.sources.origin(*span)), ..said.clone() })
    }

    /// Without a word: where nobody uses the table, because it must be empty, and there is something
    /// to gain.
    fn postpones(&self, id: TableId, table: &Table, cover: Cover) -> bool {
        if self.needs_its_rules(id, table) {
            return false;
        }
        let wanted = match self.plan.strategy.constraints {
            Some(Constraints::Postpone) => true,
            Some(Constraints::Keep) => false,
            None => cover == Cover::WasEmpty && self.plan.target.catalog.engine.can_postpone_constraints(),
        };
        wanted && !(table.foreign_keys.is_empty() && table.indexes.is_empty())
    }

    /// Source tables that no move reads, by name.
    fn unmoved(&self) -> Vec<String> {
        let read: BTreeSet<TableId> = self
            .plan
            .moves
            .iter()
            .flat_map(|m| m.scope.relations.iter().map(|relation| relation.table))
            .chain(self.related_tables())
            .collect();
        let catalog = self.plan.source.catalog;
        catalog
            .tables()
            .filter(|(id, table)| !read.contains(id) && table.partition_of.is_none())
            .map(|(_, table)| table.display_name())
            .collect()
    }

    fn accepts(&self) -> Vec<Accept> {
        let mut accepts: Vec<Accept> = self
            .plan
            .accepts
            .iter()
            .map(|accept| Accept {
                kind: accept.kind,
                subject: accept.ast.subject.to_string(),
                because: accept.ast.because.value.clone(),
                ticket: accept.ast.ticket.as_ref().map(|ticket| ticket.value.clone()),
                until: accept.ast.until.as_ref().map(|until| until.iso.clone()),
                origin: self.sources.origin(accept.span),
            })
            .collect();
        accepts.sort_by(|a, b| (a.kind, &a.subject).cmp(&(b.kind, &b.subject)));
        accepts
    }

    fn one_move(&mut self, index: usize) -> Move {
        let plan = self.plan;
        let m = &plan.moves[index];
        let target = plan.target.catalog.table(m.target);
        let joins = m
            .joins
            .iter()
            .zip(&self.typed[index].joins)
            .filter_map(|(join, on)| {
                let relation = self.relation(SideOf::Source, &m.scope, join.relation);
                Some(Join { relation, on: on.clone()?, left: join.ast.left })
            })
            .collect();
        let columns: Vec<Assign> =
            m.assigns.iter().filter_map(|assign| self.assigned(index, assign)).collect();
        let key = self.typed[index].key.iter().map(|c| target.column(*c).name.clone()).collect();
        let overrides_identity =
            m.assigns.iter().any(|a| target.column(a.column).identity == Some(Identity::Always));
        let new_key = match (self.typed[index].made.take(), self.maps.get(&m.target)) {
            (Some(made), Some(map)) => {
                NewKey::Mapped { map: map.name.clone(), old: made.old, made_by: made.maker }
            }
            _ => NewKey::Keep,
        };
        let watermark = self.typed[index].watermark.take();
        let typed = &mut self.typed[index];
        Move {
            id: m.id.clone(),
            wave: self.order.waves[index],
            doc: m.item.doc.clone(),
            origin: self.sources.origin(m.item.span),
            source: crate::plan::Relation {
                table: source_ref(plan, m.source),
                alias: m.scope.relation(0).alias.clone(),
            },
            joins,
            filter: typed.filter.take(),
            filter_text: m.filter.map(|filter| plan_text(self.sources.text(filter.span))),
            group_by: std::mem::take(&mut typed.group_by),
            target: TableRef { schema: target.schema.clone(), name: target.name.clone() },
            columns,
            key,
            new_key,
            batch: typed.batch.take().unwrap_or(Batch::Whole),
            quarantine: m.quarantine.map(|(_, said)| said),
            conflict: m.conflict.map_or(Conflict::MustBeEmpty, |(_, conflict)| conflict),
            deletes: m.deletes.map(|(_, rule)| deletes(rule, target)),
            dropped: self.dropped(index),
            second_pass: self.order.second_pass[index]
                .iter()
                .map(|c| target.column(*c).name.clone())
                .collect(),
            together: self.order.together[index].clone(),
            overrides_identity,
            watermark,
        }
    }

    fn dropped(&self, index: usize) -> Vec<Dropped> {
        let m = &self.plan.moves[index];
        let mut dropped: Vec<Dropped> = m
            .drops
            .iter()
            .map(|drop| Dropped {
                column: format!(
                    "{}.{}",
                    m.scope.relation(drop.relation).alias,
                    m.scope.column(drop.relation, drop.column).name
                ),
                because: drop.because.to_owned(),
                origin: self.sources.origin(drop.span),
            })
            .collect();
        dropped.sort_by(|a, b| a.column.cmp(&b.column));
        dropped
    }

    fn assigned(&self, index: usize, assign: &crate::resolve::Assign<'_>) -> Option<Assign> {
        let m = &self.plan.moves[index];
        let column = self.plan.target.catalog.table(m.target).column(assign.column);
        let value = self.typed[index].columns.get(&assign.column)?.clone();
        let text = match assign.value {
            Value::Expr { value, default } => {
                let end = default.map_or(value.span, |default| default.span);
                plan_text(self.sources.text(value.span.to(end)))
            }
            Value::Same(from) => {
                format!("{}.{}", m.scope.relation(0).alias, m.scope.column(0, from).name)
            }
        };
        let mut reads: BTreeSet<String> = BTreeSet::new();
        value.walk(&mut |node| {
            if let crate::plan::ExprKind::Column { relation, column } = &node.kind {
                reads.insert(format!("{relation}.{column}"));
            }
        });
        Some(Assign {
            column: column.name.clone(),
            ty: column.ty.clone(),
            not_null: column.not_null,
            value,
            text,
            origin: self.sources.origin(assign.span),
            how: match (assign.is_key, &assign.value) {
                (true, _) => AssignKind::Key,
                (false, Value::Expr { .. }) => AssignKind::Mapped,
                (false, Value::Same(_)) => AssignKind::Rest,
            },
            reads: reads.into_iter().collect(),
            pii: assign.pii,
        })
    }

    pub(super) fn source_ref(&self, table: TableId) -> TableRef {
        source_ref(self.plan, table)
    }

    fn tables(&self, moves: &[Move]) -> Vec<TargetTable> {
        let catalog = self.plan.target.catalog;
        let targets: BTreeSet<TableId> = self.plan.moves.iter().map(|m| m.target).collect();
        let mut into: BTreeMap<&TableRef, Vec<&Move>> = BTreeMap::new();
        for of in moves {
            into.entry(&of.target).or_default().push(of);
        }
        let owned: BTreeMap<_, &Sequence> = catalog.sequences.iter().rev().map(|s| (s.owner, s)).collect();
        let mut tables: Vec<TargetTable> = targets
            .into_iter()
            .map(|id| {
                let table = catalog.table(id);
                let here = self.target_ref(id);
                let ours = into.get(&here).map_or(&[][..], Vec::as_slice);
                let cover = ours.iter().map(|m| cover(m)).max().unwrap_or(Cover::WasEmpty);
                TargetTable {
                    wave: ours.iter().map(|m| m.wave).max().unwrap_or(1),
                    columns: table
                        .columns
                        .iter()
                        .filter(|c| c.generated.is_none())
                        .map(target_column)
                        .collect(),
                    generated: table
                        .columns
                        .iter()
                        .filter(|c| c.generated.is_some())
                        .map(|c| c.name.clone())
                        .collect(),
                    key: ours.first().map(|m| m.key.clone()).unwrap_or_default(),
                    cover,
                    undo: (cover != Cover::WasEmpty).then(|| format!("undo_{}", self.target_word(id))),
                    moves: ours.iter().map(|m| m.id.clone()).collect(),
                    sequences: sequences(id, table, &owned),
                    foreign_keys: foreign_keys(catalog, table),
                    postpones: self.postpones(id, table, cover),
                    triggers_off: self.plan.strategy.triggers == Some(Triggers::Off),
                    table: here,
                }
            })
            .collect();
        tables.sort_by(|a, b| (a.wave, &a.table).cmp(&(b.wave, &b.table)));
        tables
    }
}

/// A catch-up has to know which rows the load inserted, so their keys are kept even where the table was empty.
const fn cover(of: &Move) -> Cover {
    match of.conflict {
        Conflict::MustBeEmpty if of.deletes.is_none() => Cover::WasEmpty,
        Conflict::MustBeEmpty | Conflict::Fail | Conflict::Skip => Cover::InsertedKeys,
        Conflict::Update => Cover::BeforeImages,
    }
}

fn deletes(rule: Deletes, target: &Table) -> plan::Deletes {
    match rule {
        Deletes::None => plan::Deletes::None,
        Deletes::Soft(column) => plan::Deletes::Soft { column: target.column(column).name.clone() },
        Deletes::Hard => plan::Deletes::Hard,
    }
}

fn target_column(column: &Column) -> TargetColumn {
    TargetColumn {
        collation: column.collation.clone().filter(|_| column.charset.is_some()),
        name: column.name.clone(),
        ty: column.ty.clone(),
        declared: column.declared.clone(),
        not_null: column.not_null,
    }
}

fn foreign_keys(catalog: &crate::schema::Catalog, table: &Table) -> Vec<ForeignKeyCheck> {
    table
        .foreign_keys
        .iter()
        .map(|key| {
            let parent = catalog.table(key.parent);
            ForeignKeyCheck {
                name: key.name.clone(),
                columns: key.columns.iter().map(|c| table.column(*c).name.clone()).collect(),
                parent: TableRef { schema: parent.schema.clone(), name: parent.name.clone() },
                parent_columns: key.parent_columns.iter().map(|c| parent.column(*c).name.clone()).collect(),
            }
        })
        .collect()
}

fn endpoint(side: &crate::resolve::Side<'_>) -> Endpoint {
    Endpoint { name: side.name.to_owned(), engine: side.own.engine, tables: side.catalog.tables.len() }
}

/// A source table as the target's session sees it: an attached file's tables stand under the
/// source's name.
fn source_ref(plan: &crate::resolve::Resolved<'_>, table: TableId) -> TableRef {
    let found = plan.source.catalog.table(table);
    let schema = match plan.link {
        Link::Staged | Link::Fdw => return staging::stage_ref(plan, table),
        Link::Attach => Some(plan.source.name.to_owned()),
        Link::Same => found.schema.clone(),
    };
    TableRef { schema, name: found.name.clone() }
}

/// The plan's own words on one line, without comments.
fn plan_text(text: &str) -> String {
    let mut words: Vec<&str> = Vec::new();
    for line in text.lines() {
        // A `--` inside a literal keeps its line as it is.
        let cut = match line.find("--") {
            Some(at) if line[..at].matches('\'').count().is_multiple_of(2) => &line[..at],
            _ => line,
        };
        words.push(cut.trim());
    }
    words.retain(|word| !word.is_empty());
    words.join(" ")
}

/// The automatic numbers that the load uses up, or that must be moved past the written keys.
fn sequences(
    id: TableId,
    table: &Table,
    owned: &BTreeMap<Option<(TableId, ColumnIdx)>, &Sequence>,
) -> Vec<SequenceUse> {
    table
        .columns()
        .filter_map(|(index, column)| {
            column.identity.as_ref()?;
            let owned = owned.get(&Some((id, index)));
            let sequence = owned.map(|s| TableRef { schema: s.schema.clone(), name: s.name.clone() });
            Some(SequenceUse { column: column.name.clone(), sequence })
        })
        .collect()
}
