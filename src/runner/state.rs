//! Where a run stands: the manifest and what the ledger says, compared. Pure.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::artifact::manifest::{Beside, Manifest, ScriptEntry, ScriptKind};
use crate::diff::Verdict;

/// The ledger as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ledger {
    pub plan: String,
    pub fingerprint: String,
    /// `prepared` or `loaded`.
    pub state: String,
    /// The version of the ledger's tables.
    pub format: u64,
    pub steps: Vec<StepRow>,
    /// The steps' hashes, as far as the bundle wrote them.
    pub hashes: BTreeMap<String, String>,
}

/// The newest version of the ledger's tables that is known here.
pub const LEDGER_FORMAT: u64 = 1;

impl Ledger {
    /// True once a step has begun.
    #[must_use]
    pub fn has_moved(&self) -> bool {
        self.steps.iter().any(|row| row.state != StepState::Pending)
    }
}

/// A step's row in the ledger, or as a script returned it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct StepRow {
    pub step: String,
    pub state: StepState,
    pub rows_read: u64,
    pub rows_written: u64,
    pub rows_skipped: u64,
    /// Set aside, because the target refuses them.
    pub rows_rejected: u64,
    pub batches: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum StepState {
    Pending,
    Running,
    Done,
}

impl StepState {
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "pending" => Some(Self::Pending),
            "running" => Some(Self::Running),
            "done" => Some(Self::Done),
            _ => None,
        }
    }

    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Done => "done",
        }
    }
}

/// What one undo table holds: what a rollback takes back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Undone {
    pub table: String,
    /// Rows that the move inserted and the rollback removes.
    pub removed: u64,
    /// Rows that the move overwrote and the rollback restores.
    pub restored: u64,
}

/// How far the target is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// No ledger: nothing was applied.
    Fresh,
    /// Prepared by this bundle, and not all is moved.
    Prepared,
    /// Everything was moved and finished.
    Loaded,
    /// A rollback took the rows back, and was cut off before the structure.
    Undone,
}

/// Why a ledger cannot be continued with this bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// Another bundle, by its fingerprint, prepared the target. The steps that it does not have as this one does; `None`
    /// where nobody can tell.
    Fingerprint { found: String, steps: Option<Vec<String>> },
    /// The ledger is another plan's.
    Plan { found: String },
    /// A step of the manifest has no row.
    StepMissing { step: String },
    /// The run's state is none that is known.
    State { found: String },
    /// A newer version wrote it.
    Newer { found: u64 },
    /// Something that no script writes.
    Edited { what: String },
}

/// Where the target stands.
pub fn position(manifest: &Manifest, ledger: Option<&Ledger>) -> Result<Position, Mismatch> {
    let Some(ledger) = ledger else { return Ok(Position::Fresh) };
    if ledger.format > LEDGER_FORMAT {
        return Err(Mismatch::Newer { found: ledger.format });
    }
    if ledger.plan != manifest.plan {
        return Err(Mismatch::Plan { found: ledger.plan.clone() });
    }
    if ledger.fingerprint != manifest.fingerprint {
        return Err(Mismatch::Fingerprint {
            found: ledger.fingerprint.clone(),
            steps: changed_steps(manifest, ledger),
        });
    }
    // Steps of a catch-up are there from its first round on.
    let loads = manifest.scripts.iter().filter(|script| script.kind != ScriptKind::CatchUp);
    for step in loads.flat_map(|script| &script.steps) {
        // Where nothing was moved, the ledger may not be complete: it is prepared once more.
        if !ledger.has_moved() {
            break;
        }
        if !ledger.steps.iter().any(|row| row.step == *step) {
            return Err(Mismatch::StepMissing { step: step.clone() });
        }
    }
    if let Some(what) = contradiction(manifest, ledger) {
        return Err(Mismatch::Edited { what });
    }
    match ledger.state.as_str() {
        "prepared" => Ok(Position::Prepared),
        "loaded" => Ok(Position::Loaded),
        "undone" => Ok(Position::Undone),
        other => Err(Mismatch::State { found: other.to_owned() }),
    }
}

/// The steps that this bundle has otherwise than the one that prepared the ledger, with what became of them.
fn changed_steps(manifest: &Manifest, ledger: &Ledger) -> Option<Vec<String>> {
    if manifest.steps.is_empty() || ledger.hashes.is_empty() {
        return None;
    }
    let all: BTreeSet<&String> = manifest.steps.keys().chain(ledger.hashes.keys()).collect();
    let told = |step: &&String| {
        let word = match Verdict::of(ledger.hashes.get(*step), manifest.steps.get(*step)) {
            Verdict::Continues => return None,
            Verdict::RunsAgain => "writes other rows",
            Verdict::New => "is new",
            Verdict::Gone => "is gone",
        };
        Some(format!("`{step}` {word}"))
    };
    Some(all.iter().filter_map(told).collect())
}

/// What in a ledger contradicts itself, if anything does.
fn contradiction(manifest: &Manifest, ledger: &Ledger) -> Option<String> {
    for row in &ledger.steps {
        let StepRow { step, rows_read, rows_written, rows_skipped, rows_rejected, batches, state: _ } = row;
        if *rows_read != rows_written + rows_skipped + rows_rejected {
            return Some(format!(
                "step `{step}` has read {rows_read} rows, has written {rows_written}, left out {rows_skipped} and set aside {rows_rejected}"
            ));
        }
        if *rows_read > 0 && *batches == 0 {
            return Some(format!("step `{step}` has read {rows_read} rows in no batch"));
        }
        if row.state == StepState::Pending && *batches > 0 {
            return Some(format!("step `{step}` is pending after {batches} batches"));
        }
    }
    if ledger.state == "loaded" {
        let open = movers(manifest).find(|script| !is_done(script, &ledger.steps))?;
        return Some(format!("all is loaded, and step `{}` is not done", open.steps.join("`, `")));
    }
    let backfills = || manifest.scripts.iter().filter(|script| script.kind == ScriptKind::Backfill);
    let open =
        backfills().filter(|script| !is_done(script, &ledger.steps)).min_by_key(|script| script.wave)?;
    let begun = |script: &&ScriptEntry| {
        let moved = |row: &StepRow| script.steps.contains(&row.step) && row.state != StepState::Pending;
        script.wave > open.wave && ledger.steps.iter().any(moved)
    };
    let early = backfills().find(begun)?;
    Some(format!(
        "step `{}` has begun before step `{}` was done",
        early.steps.join("`, `"),
        open.steps.join("`, `")
    ))
}

/// The scripts that move rows, in the order in which they run: all backfills, then all second
/// passes, each in the manifest's order.
pub fn movers(manifest: &Manifest) -> impl Iterator<Item = &ScriptEntry> {
    let of = |kind| manifest.scripts.iter().filter(move |script| script.kind == kind);
    of(ScriptKind::Backfill).chain(of(ScriptKind::SecondPass))
}

/// True if every step that `script` works on is done.
#[must_use]
pub fn is_done(script: &ScriptEntry, steps: &[StepRow]) -> bool {
    script.steps.iter().all(|id| steps.iter().any(|row| row.step == *id && row.state == StepState::Done))
}

/// The script that `apply` would continue with; `None` once all rows are moved.
#[must_use]
pub fn next_mover<'m>(manifest: &'m Manifest, steps: &[StepRow]) -> Option<&'m ScriptEntry> {
    movers(manifest).find(|script| !is_done(script, steps))
}

/// The scripts that `apply` would continue with side by side: the next one, and what is left of its wave where
/// the order does not matter. Empty once all rows are moved.
#[must_use]
pub fn next_wave<'m>(manifest: &'m Manifest, steps: &[StepRow]) -> Vec<&'m ScriptEntry> {
    let Some(next) = next_mover(manifest, steps) else { return Vec::new() };
    if next.beside == Beside::Alone {
        return vec![next];
    }
    let goes_along = |script: &&ScriptEntry| {
        script.kind == next.kind && script.wave == next.wave && script.beside != Beside::Alone
    };
    movers(manifest).filter(|script| !is_done(script, steps)).filter(goes_along).collect()
}

/// Replaces the rows of the steps that `fresh` names; others stay.
pub fn update(steps: &mut Vec<StepRow>, fresh: Vec<StepRow>) {
    for row in fresh {
        match steps.iter_mut().find(|known| known.step == row.step) {
            Some(known) => *known = row,
            None => steps.push(row),
        }
    }
}

/// The scripts of a round of the catch-up, without what begins and ends it, in their order.
pub fn catching_up(manifest: &Manifest) -> impl Iterator<Item = &ScriptEntry> {
    manifest.scripts.iter().filter(|script| script.kind == ScriptKind::CatchUp)
}

/// True for a step of a catch-up.
#[must_use]
pub fn is_catch_up(row: &StepRow) -> bool {
    row.step.starts_with("catch_up/")
}

/// True for a step that copies a source table into the ledger.
#[must_use]
pub fn is_copy(row: &StepRow) -> bool {
    row.step.starts_with("stage/")
}

/// What a rollback takes back: the undo tables' rows, and for tables that were empty, which need no
/// undo table, what their steps wrote. A step is named after its table, or `TABLE__SOURCE`.
#[must_use]
pub fn taken_back(steps: &[StepRow], undo: Vec<Undone>) -> Vec<Undone> {
    let covered = |step: &str| {
        let of_table = |table: &str| {
            step.strip_prefix(table).is_some_and(|rest| rest.is_empty() || rest.starts_with("__"))
        };
        undo.iter().any(|undone| of_table(&undone.table))
    };
    let whole: Vec<Undone> = steps
        .iter()
        // A second pass writes into rows that its step has inserted.
        .filter(|row| !row.step.ends_with("/second_pass") && !is_copy(row) && !is_catch_up(row))
        .filter(|row| !covered(&row.step))
        .map(|row| Undone { table: row.step.clone(), removed: row.rows_written, restored: 0 })
        .collect();
    let mut all = undo;
    all.extend(whole);
    all.sort_by(|a, b| a.table.cmp(&b.table));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Engine;
    use crate::plan::Link;

    fn script(kind: ScriptKind, steps: &[&str]) -> ScriptEntry {
        ScriptEntry {
            path: format!("sql/{}.sql", steps.join("_")),
            kind,
            steps: steps.iter().map(|&step| step.to_owned()).collect(),
            wave: None,
            batch_rows: None,
            next_row: None,
            sets_aside: false,
            rejected: None,
            beside: crate::artifact::manifest::Beside::Alone,
        }
    }

    fn manifest() -> Manifest {
        Manifest {
            format_version: 1,
            plan: "shop".to_owned(),
            fingerprint: "dm1:00".to_owned(),
            engine: Engine::Sqlite,
            link: Link::Attach,
            source: "legacy".to_owned(),
            target: "shop".to_owned(),
            ledger: "datamove_shop_".to_owned(),
            staging: None,
            reconcile: None,
            scripts: vec![
                script(ScriptKind::Prepare, &[]),
                script(ScriptKind::Backfill, &["a", "b"]),
                script(ScriptKind::SecondPass, &["a/second_pass"]),
                script(ScriptKind::Backfill, &["c"]),
                script(ScriptKind::Finish, &[]),
            ],
            cutover: None,
            steps: BTreeMap::new(),
            needs: Vec::new(),
            files: BTreeMap::new(),
        }
    }

    fn row(step: &str, state: StepState) -> StepRow {
        StepRow {
            step: step.to_owned(),
            state,
            rows_read: 0,
            rows_written: 0,
            rows_skipped: 0,
            rows_rejected: 0,
            batches: 0,
        }
    }

    fn ledger(state: &str) -> Ledger {
        Ledger {
            plan: "shop".to_owned(),
            fingerprint: "dm1:00".to_owned(),
            state: state.to_owned(),
            format: LEDGER_FORMAT,
            hashes: BTreeMap::new(),
            steps: ["a", "b", "a/second_pass", "c"].map(|step| row(step, StepState::Pending)).to_vec(),
        }
    }

    #[test]
    fn a_target_is_fresh_prepared_or_loaded() {
        assert_eq!(position(&manifest(), None), Ok(Position::Fresh));
        assert_eq!(position(&manifest(), Some(&ledger("prepared"))), Ok(Position::Prepared));
        let mut loaded = ledger("loaded");
        loaded.steps.iter_mut().for_each(|row| row.state = StepState::Done);
        assert_eq!(position(&manifest(), Some(&loaded)), Ok(Position::Loaded));
        assert_eq!(position(&manifest(), Some(&ledger("undone"))), Ok(Position::Undone));
    }

    #[test]
    fn steps_of_another_bundle_are_compared_by_their_hashes() {
        let hashes =
            |all: &[(&str, &str)]| all.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        let changed = |was: &[(&str, &str)], is: &[(&str, &str)]| {
            let ledger =
                Ledger { fingerprint: "dm1:11".to_owned(), hashes: hashes(was), ..ledger("prepared") };
            match position(&Manifest { steps: hashes(is), ..manifest() }, Some(&ledger)) {
                Err(Mismatch::Fingerprint { steps, .. }) => steps,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(changed(&[("a", "1"), ("b", "2")], &[("a", "1"), ("b", "2")]), Some(vec![]));
        let told = changed(&[("a", "1"), ("b", "2")], &[("a", "3"), ("c", "2")]).unwrap();
        assert_eq!(told, ["`a` writes other rows", "`b` is gone", "`c` is new"]);
        assert_eq!(changed(&[], &[("a", "1")]), None);
    }

    #[test]
    fn what_no_script_writes_is_told() {
        let told = |change: &dyn Fn(&mut Ledger)| {
            let mut ledger = ledger("prepared");
            change(&mut ledger);
            let mut manifest = manifest();
            manifest.scripts[3].wave = Some(1);
            match position(&manifest, Some(&ledger)) {
                Err(Mismatch::Edited { what }) => what,
                other => panic!("{other:?}"),
            }
        };
        let first =
            |ledger: &mut Ledger, row: StepRow| ledger.steps[0] = StepRow { step: "a".to_owned(), ..row };
        let row = row("", StepState::Running);
        let odd = StepRow { rows_read: 3, rows_written: 1, rows_skipped: 1, batches: 1, ..row.clone() };
        assert!(told(&|ledger| first(ledger, odd.clone())).contains("read 3 rows, has written 1"));
        let odd = StepRow { rows_read: 1, rows_written: 1, ..row.clone() };
        assert!(told(&|ledger| first(ledger, odd.clone())).contains("in no batch"));
        let odd = StepRow { state: StepState::Pending, batches: 1, ..row.clone() };
        assert!(told(&|ledger| first(ledger, odd.clone())).contains("pending after 1"));
        assert!(told(&|ledger| ledger.state = "loaded".to_owned()).contains("all is loaded"));
        assert!(told(&|ledger| ledger.steps[3].state = StepState::Running).contains("`c` has begun before"));
        let newer = Ledger { format: LEDGER_FORMAT + 1, ..ledger("prepared") };
        assert_eq!(position(&manifest(), Some(&newer)), Err(Mismatch::Newer { found: LEDGER_FORMAT + 1 }));
    }

    #[test]
    fn a_rollback_counts_undo_tables_and_else_what_steps_wrote() {
        let written = |step: &str, rows_written| StepRow { rows_written, ..row(step, StepState::Done) };
        let steps = [written("a", 5), written("b__x", 3), written("b__y", 4), written("a/second_pass", 5)];
        let undo = vec![Undone { table: "b".to_owned(), removed: 6, restored: 1 }];
        let of = |table: &str, removed, restored| Undone { table: table.to_owned(), removed, restored };
        assert_eq!(taken_back(&steps, undo), [of("a", 5, 0), of("b", 6, 1)]);
    }

    #[test]
    fn a_ledger_of_anything_else_is_refused() {
        let other = Ledger { fingerprint: "dm1:11".to_owned(), ..ledger("loaded") };
        assert_eq!(
            position(&manifest(), Some(&other)),
            Err(Mismatch::Fingerprint { found: "dm1:11".to_owned(), steps: None })
        );
        let other = Ledger { plan: "blog".to_owned(), ..ledger("loaded") };
        assert_eq!(position(&manifest(), Some(&other)), Err(Mismatch::Plan { found: "blog".to_owned() }));
        let mut other = ledger("prepared");
        other.steps.remove(1);
        assert_eq!(position(&manifest(), Some(&other)), Ok(Position::Prepared));
        other.steps[0].state = StepState::Done;
        assert_eq!(position(&manifest(), Some(&other)), Err(Mismatch::StepMissing { step: "b".to_owned() }));
        assert_eq!(
            position(&manifest(), Some(&ledger("half"))),
            Err(Mismatch::State { found: "half".to_owned() })
        );
    }

    #[test]
    fn second_passes_come_after_all_backfills_and_half_a_script_is_not_done() {
        let manifest = manifest();
        let mut steps = ledger("prepared").steps;
        let next = |steps: &[StepRow]| next_mover(&manifest, steps).map(|script| script.steps.join(","));
        assert_eq!(next(&steps).as_deref(), Some("a,b"));
        update(&mut steps, vec![row("a", StepState::Done), row("b", StepState::Running)]);
        assert_eq!(next(&steps).as_deref(), Some("a,b"));
        update(&mut steps, vec![row("b", StepState::Done)]);
        assert_eq!(next(&steps).as_deref(), Some("c"));
        update(&mut steps, vec![row("c", StepState::Done)]);
        assert_eq!(next(&steps).as_deref(), Some("a/second_pass"));
        update(&mut steps, vec![row("a/second_pass", StepState::Done)]);
        assert_eq!(next(&steps), None);
    }
}
