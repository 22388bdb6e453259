use std::collections::BTreeMap;

use minijinja::{Value, context};

use super::super::spelling::{
    Mode, Names, Speller, comment, comment_lines, dollar_tag, identifier, lines, qualified_text,
};
use super::super::{Dialect, Sql};
use crate::base::{Engine, Origin};
use crate::diagnostic::Code;
use crate::plan::{Batch, Claim, Link, Move, Plan, TableRef, TargetTable};

/// What every script of a plan needs to know, and the plan's parts by name.
#[derive(Clone, Debug)]
pub(super) struct Frame<'p> {
    pub(super) plan: &'p Plan,
    pub(super) names: Names,
    fingerprint: &'p str,
    tag: Sql,
    /// The scripts run at a source of its own.
    home: bool,
    steps: BTreeMap<&'p str, &'p Move>,
    tables: BTreeMap<&'p TableRef, &'p TargetTable>,
    claims: BTreeMap<&'p str, Vec<&'p Claim>>,
}

impl<'p> Frame<'p> {
    pub(super) fn new(plan: &'p Plan, fingerprint: &'p str) -> Self {
        let mut claims: BTreeMap<&str, Vec<&Claim>> = BTreeMap::new();
        for claim in &plan.claims {
            claims.entry(&claim.of).or_default().push(claim);
        }
        Self {
            plan,
            names: Names::new(plan),
            fingerprint,
            tag: dollar_tag(plan),
            home: false,
            steps: plan.moves.iter().map(|step| (step.id.as_str(), step)).collect(),
            tables: plan.tables.iter().map(|table| (&table.table, table)).collect(),
            claims,
        }
    }

    /// The same plan for scripts that run at the source, in its dialect.
    pub(super) fn at_home(&self) -> Frame<'p> {
        Frame { names: Names::of(self.plan.source.engine), home: true, ..self.clone() }
    }

    pub(super) fn fingerprint(&self) -> Sql {
        self.text(self.fingerprint)
    }

    pub(super) fn dialect(&self) -> &'static dyn Dialect {
        self.names.dialect()
    }

    pub(super) fn speller(&self, mode: Mode) -> Speller<'_> {
        Speller::new(&self.names, mode)
    }

    pub(super) fn text(&self, text: &str) -> Sql {
        self.dialect().string(text)
    }

    /// The message with which a guard fails.
    pub(super) fn message(&self, code: Code, says: &str) -> Sql {
        self.dialect().message(&format!("datamove {}: {says}", code.id()))
    }

    pub(super) fn step_of(&self, id: &str) -> Option<&'p Move> {
        self.steps.get(id).copied()
    }

    pub(super) fn table_of(&self, table: &TableRef) -> Option<&'p TargetTable> {
        self.tables.get(table).copied()
    }

    /// One move alone writes the table, and no second pass follows it: each key is written at most
    /// once, so that nothing is ever looked up among the keys that were inserted.
    pub(super) fn written_once(&self, table: &TableRef) -> bool {
        let mut writers = self.plan.moves.iter().filter(|step| step.target == *table);
        // A catch-up writes it again.
        writers.next().is_some_and(|step| step.second_pass.is_empty() && step.deletes.is_none())
            && writers.next().is_none()
    }

    /// The claims about a move, in the plan's order.
    pub(super) fn claims_of(&self, step: &Move) -> &[&'p Claim] {
        self.claims.get(step.id.as_str()).map_or(&[], Vec::as_slice)
    }

    /// How many checkpoint columns the ledger has: as many as the longest keyset.
    pub(super) fn checkpoints(&self) -> usize {
        let lengths = self.plan.moves.iter().map(|one| match &one.batch {
            Batch::Whole => 1,
            Batch::Keyset { by, .. } => by.len(),
        });
        let staged = self.plan.staging.iter().map(|table| table.key.len());
        // A catch-up goes through the keys that were inserted.
        let caught_up = self.plan.moves.iter().filter(|one| one.deletes.is_some()).map(|one| one.key.len());
        lengths.chain(staged).chain(caught_up).max().unwrap_or(1).max(1)
    }

    /// The words that all templates share.
    pub(super) fn shared(&self, path: &str, does: &str) -> Value {
        let run = self.names.of_ledger("run");
        context! {
            header => self.header(path, does),
            tag => self.tag.clone(),
            run_name => qualified_text(self.dialect(), &run),
            run => run,
            step => self.names.of_ledger("step"),
            part => self.names.of_ledger("part"),
            rejected => self.names.of_ledger("rejected"),
            sequence => self.names.of_ledger("sequence"),
            evidence => self.names.of_ledger("evidence"),
            evidence_check => self.names.of_ledger("evidence_check"),
            control => self.names.of_ledger("control"),
            attempt => self.names.of_ledger("attempt"),
            difference => self.names.of_ledger("difference"),
            cutover => self.plan.cutover.as_ref().map(|_| self.names.of_ledger("cutover")),
            watermark => super::reconcile::marked(self).next().map(|_| self.names.of_ledger("watermark")),
            stored => self.dialect().stored(),
            schema => identifier(&self.names.ledger()),
            scratch => self.scratch(),
            ledger_name => self.text(&self.names.ledger()),
            busy => self.message(
                Code::PlanBusy,
                "another session runs a script of this plan",
            ),
            plan => self.text(&self.plan.name),
            fingerprint => self.text(self.fingerprint),
            not_prepared => self.message(
                Code::NotPrepared,
                "nothing is prepared here for this plan: run sql/10_prepare.sql first",
            ),
            half_undone => self.message(
                Code::NotPrepared,
                "a rollback has begun here: run sql/90_rollback.sql to its end",
            ),
            step_name => qualified_text(self.dialect(), &self.names.of_ledger("step")),
            procedure => self.names.of_ledger("datamove_script"),
            other_plan => self.message(
                Code::OtherPlanPrepared,
                "this target was prepared by another version of the plan",
            ),
        }
    }

    /// The schema of the target's tables, where temporary tables are on engines that want one.
    fn scratch(&self) -> Sql {
        if self.home {
            let schema = self.plan.staging.iter().find_map(|table| table.source.schema.as_deref());
            return identifier(schema.unwrap_or(&self.plan.source.name));
        }
        let schema = self.plan.tables.iter().find_map(|table| table.table.schema.as_deref());
        identifier(schema.unwrap_or(&self.plan.target.name))
    }

    pub(super) fn render(&self, template: &str, context: &Value) -> String {
        super::render::render(self.dialect(), template, context)
    }

    fn header(&self, path: &str, does: &str) -> Sql {
        let name = &self.plan.name;
        let sides = format!(
            "From {} ({}) to {} ({}).",
            self.plan.source.name, self.plan.source.engine, self.plan.target.name, self.plan.target.engine
        );
        let run = match (self.dialect().engine(), self.plan.link) {
            (Engine::Mysql, _) => format!("Run: mysql < {path}"),
            (Engine::Postgres, _) => format!("Run: psql -X -v ON_ERROR_STOP=1 -f {path}"),
            (Engine::Sqlite, Link::Staged | Link::Fdw) if self.home => {
                format!("Run: sqlite3 SOURCE.db < {path}")
            }
            (Engine::Sqlite, Link::Same | Link::Staged | Link::Fdw) => {
                format!("Run: sqlite3 TARGET.db < {path}")
            }
            (Engine::Sqlite, Link::Attach) => format!(
                "Run: sqlite3 -cmd \"ATTACH 'SOURCE.db' AS {}\" TARGET.db < {path}",
                self.plan.source.name
            ),
        };
        let title = format!("datamove plan {name}, {}", self.fingerprint);
        lines(&[comment_lines([title.as_str(), does, &sides, &run])])
    }
}

/// `checkpoint_1`, …
pub(super) fn checkpoint_columns(count: usize) -> Vec<Sql> {
    (1..=count).map(|i| identifier(&format!("checkpoint_{i}"))).collect()
}

/// `upper_1`, …: the last key of a range.
pub(super) fn upper_columns(count: usize) -> Vec<Sql> {
    (1..=count).map(|i| identifier(&format!("upper_{i}"))).collect()
}

/// The comment line over a statement: where in the plan it comes from, and what it is about.
pub(super) fn from_plan(origin: &Origin, about: &str) -> Sql {
    comment(&format!("{origin}  {about}"))
}
