//! Rows of another server: judged there, copied into the ledger batch by batch, counted.

mod buckets;
pub(in crate::runner) mod cells;
pub mod flow;
mod found;
mod heaps;
mod merge;
pub(in crate::runner) mod prove;
mod reading;
mod rows;
mod same;
pub(in crate::runner) mod wire;

use std::cell::Cell;

use super::bundle::Bundle;
use super::checks::{Check, Verdict};
use super::drift;
use super::driver::{Driver, Loaded, Loading, Value};
use super::drivers::{self, Access};
use super::evidence::Found;
use super::failure::{Failure, Result};
use super::location::Location;
use super::progress::{Event, Progress};
use super::refused;
use super::request::{Request, script_failure};
use super::state::{StepRow, StepState};
use super::validate;
use crate::artifact::manifest::{Manifest, ScriptKind, Staging, StagingEntry};
use crate::diagnostic::Code;
use flow::{Arriving, Journey, Next, Reader, filled};

/// The two sides of a comparison.
struct Ends<'a> {
    source: reading::Side<'a>,
    copy: reading::Side<'a>,
}

/// The place that rows are copied from.
pub(super) fn source(manifest: &Manifest, staging: &Staging, request: &Request) -> Result<Location> {
    let Some(source) = request.source_location()? else {
        return Err(Failure::new(
            Code::LocationUnusable,
            format!("the bundle copies rows of `{}`, and no --source says where that is", manifest.source),
        )
        .state("nothing was written")
        .help(format!("add `--source` with a {} database", staging.engine)));
    };
    if source.engine() == staging.engine {
        return Ok(source);
    }
    Err(Failure::new(
        Code::LocationUnusable,
        format!("the bundle copies rows from {}, and `{source}` is {}", staging.engine, source.engine()),
    )
    .state("nothing was written")
    .help(format!("name a {} database", staging.engine)))
}

/// Readers of the source, all of them with its rows as they were at one moment; fewer than `wanted` where the engine
/// has no such thing for several connections, or does not let this user have it.
pub(super) fn readers(
    source: &Location,
    staging: &Staging,
    wanted: usize,
    progress: &mut dyn Progress,
) -> Result<Vec<Box<dyn Reader>>> {
    if wanted > 1 {
        match drivers::readers(source, staging, wanted) {
            Ok(readers) => return Ok(readers),
            Err(failure) => {
                let why = failure.engine.as_ref().unwrap_or(&failure.message);
                let text = format!("the source is read over one connection: {why}");
                progress.event(&Event::Note { text: &text });
            }
        }
    }
    Ok(vec![drivers::reader(source)?])
}

/// Runs the checks of the source; what they found is kept even where they failed.
pub(super) fn judge(bundle: &Bundle, source: &Location, progress: &mut dyn Progress) -> (Found, Result<()>) {
    let checked = || -> Result<(Found, Result<()>)> {
        let script = bundle.only(ScriptKind::Source)?;
        let mut driver = drivers::open(source, Access::Compare)?;
        drift::refuse_source(bundle, driver.as_mut())?;
        let (found, result) =
            validate::run_checks(bundle, driver.as_mut(), progress, script, Code::SourceUnfit);
        let result = result.map_err(|failure| told_apart(failure, &found.checks));
        Ok((found, result))
    };
    match { checked }() {
        Ok(judged) => judged,
        Err(failure) => (Found::default(), Err(failure)),
    }
}

/// The kind of checks whether texts are what their bytes are said to be.
const ENCODING: &str = "encoding";

/// Texts that are in another encoding than said are a failure of its own, if they are all that failed.
fn told_apart(mut failure: Box<Failure>, checks: &[Check]) -> Box<Failure> {
    let mut failed = checks.iter().filter(|check| check.verdict == Verdict::Fail).peekable();
    if failure.code == Code::SourceUnfit
        && failed.peek().is_some()
        && failed.all(|check| check.kind == ENCODING)
    {
        failure.code = Code::EncodingUntrue;
    }
    failure
}

/// The key of the last row of a table that arrived.
pub(super) fn behind(driver: &mut dyn Driver, entry: &StagingEntry) -> Result<Option<Vec<String>>> {
    let found = driver.session().query(&entry.checkpoint);
    let found = found.map_err(|error| Failure::from_engine(error).doing("reading the ledger"))?;
    let row = found.rows.into_iter().next().unwrap_or_default();
    let key = row.into_iter().map(|value| match value {
        Value::Text(text) => Some(text),
        Value::Int(number) => Some(number.to_string()),
        Value::Null => None,
    });
    Ok(key.collect())
}

/// One table on its way.
pub(super) struct Table<'a> {
    pub bundle: &'a Bundle,
    pub entry: &'a StagingEntry,
    /// The step as the ledger has it.
    pub step: StepRow,
    /// The key of the last row that arrived.
    pub behind: Option<Vec<String>>,
    /// Rows of a batch.
    pub rows: u64,
    /// The key of the last row of a batch that failed.
    pub refused: Option<Vec<String>>,
}

/// Says yes one time.
fn once() -> impl Fn(&mut dyn Driver) -> Result<bool> {
    let asked = Cell::new(false);
    move |_| Ok(!asked.replace(true))
}

impl Table<'_> {
    /// A batch was refused because of a row: copies smaller and smaller ones until that row is a batch of its
    /// own, and names it. What failed for another reason fails as it did.
    pub(super) fn narrow(
        &mut self,
        reader: &mut dyn Reader,
        driver: &mut dyn Driver,
        progress: &mut dyn Progress,
        failure: Box<Failure>,
    ) -> Result<()> {
        if failure.row.is_none() || self.entry.key.is_empty() {
            return Err(failure);
        }
        let (usual, mut within) = (self.rows, self.rows);
        while within > 0 && self.step.state != StepState::Done {
            self.rows = within.div_ceil(2);
            match self.copy(reader, driver, &once(), progress) {
                Ok(_) => within -= self.rows,
                Err(failure) if failure.row.is_none() => return Err(failure),
                Err(failure) if self.rows == 1 => return Err(self.named(failure)),
                Err(_) => within = self.rows,
            }
        }
        self.rows = usual;
        Ok(())
    }

    fn named(&mut self, failure: Box<Failure>) -> Box<Failure> {
        let columns = self.entry.key.iter().filter_map(|place| self.entry.columns.get(*place));
        let values = self.refused.take().unwrap_or_default();
        let key = columns.map(|column| column.name.clone()).zip(values).collect();
        refused::named(*failure, &self.entry.step, key).help(
            "mend the row in the source or leave it out by the plan's `where`, and run the same command again; a changed plan \
             needs a rollback first",
        )
    }

    /// Copies what has not arrived yet, as long as another batch may begin; `false` if rows are left.
    pub(super) fn copy(
        &mut self,
        reader: &mut dyn Reader,
        driver: &mut dyn Driver,
        may_go_on: &dyn Fn(&mut dyn Driver) -> Result<bool>,
        progress: &mut dyn Progress,
    ) -> Result<bool> {
        let batch = (!self.entry.key.is_empty()).then_some(self.rows);
        let journey = Journey { entry: self.entry, behind: self.behind.clone(), batch };
        let script = self.bundle.script_of(&self.entry.step)?;
        flow::between(reader, &journey, |arriving| {
            while self.step.state != StepState::Done {
                if !may_go_on(driver)? {
                    return Ok(false);
                }
                super::interrupt::check().map_err(|error| script_failure(script, error, None))?;
                self.batch(arriving, driver, batch)?;
                progress.event(&Event::Batch { step: &self.step });
            }
            Ok(true)
        })
    }

    /// One transaction: a batch's rows with their mark in the ledger.
    fn batch(&mut self, arriving: &mut Arriving, driver: &mut dyn Driver, rows: Option<u64>) -> Result<()> {
        let (entry, before) = (self.entry, self.step.clone());
        let number = before.batches + 1;
        let mut last = None;
        let mut after = before.clone();
        let mut loading = Batch {
            arriving,
            entry,
            rows,
            before: &before,
            after: &mut after,
            last: &mut last,
            failure: None,
        };
        let loaded = driver.load(entry, &mut loading);
        let failure = loading.failure.take();
        match (loaded, failure) {
            (_, Some(failure)) => {
                Err(failure.or_state("the batch was rolled back, the batches before it are kept"))
            }
            (Err(error), None) => {
                self.refused = last;
                Err(self.failed(error, number)?)
            }
            (Ok(1), None) => {
                self.behind = last.or(self.behind.take());
                self.step = after;
                Ok(())
            }
            (Ok(_), None) => Err(Failure::new(
                Code::LedgerUnexpected,
                format!("the ledger's step `{}` was changed by somebody else", entry.step),
            )
            .state("the batch was rolled back")
            .help("make sure that nobody else runs this bundle, then run the same command again")),
        }
    }

    fn failed(&self, error: super::driver::EngineError, number: u64) -> Result<Box<Failure>> {
        Ok(script_failure(self.bundle.script_of(&self.entry.step)?, error, Some(number)))
    }
}

/// The rows of one batch, and what marks them.
struct Batch<'b> {
    arriving: &'b mut Arriving,
    entry: &'b StagingEntry,
    rows: Option<u64>,
    before: &'b StepRow,
    after: &'b mut StepRow,
    /// The last row's key.
    last: &'b mut Option<Vec<String>>,
    failure: Option<Box<Failure>>,
}

impl Batch<'_> {
    fn taken(&self) -> u64 {
        self.after.rows_read - self.before.rows_read
    }

    /// The mark of the batch: its last key, and whether it was the last one.
    fn marked(&mut self) -> Result<String> {
        let done = match self.arriving.ended() {
            None => false,
            Some(count) if count == self.after.rows_read => true,
            Some(count) => return Err(changed(self.entry, count, self.after.rows_read)),
        };
        if self.taken() == 0 && done {
            self.after.state = StepState::Done;
            return Ok(self.entry.finish.clone());
        }
        let state = if done { StepState::Done } else { StepState::Running };
        self.after.state = state;
        self.after.batches += 1;
        let (rows, batches) = (self.taken().to_string(), self.before.batches.to_string());
        let key = self.last.clone().unwrap_or_default();
        let values = [state.word(), &rows, &rows, &batches];
        Ok(filled(&self.entry.mark, key.iter().map(String::as_str).chain(values)))
    }
}

fn changed(entry: &StagingEntry, count: u64, read: u64) -> Box<Failure> {
    Failure::new(
        Code::SourceChanged,
        format!("`{}` has {count} rows at the source, and {read} were read", entry.table),
    )
    .state("the last batch was rolled back, the batches before it are kept")
    .help("stop the writes to the source, roll back, and apply again")
}

impl Loading for Batch<'_> {
    fn piece(&mut self) -> Option<flow::Piece> {
        if self.failure.is_some() || self.rows.is_some_and(|rows| self.taken() >= rows) {
            return None;
        }
        match self.arriving.coming() {
            Ok(Next::End(_)) => None,
            Ok(Next::Rows) => {
                let piece = self.arriving.piece()?;
                self.after.rows_read += piece.rows;
                self.after.rows_written += piece.rows;
                *self.last = last_key(&piece.text, &self.entry.key);
                Some(piece)
            }
            Err(failure) => {
                self.failure = Some(failure);
                None
            }
        }
    }

    fn mark(&mut self) -> Loaded {
        if self.failure.is_some() {
            return Loaded::Failed;
        }
        match self.marked() {
            Ok(sql) => Loaded::Mark(sql),
            Err(failure) => {
                self.failure = Some(failure);
                Loaded::Failed
            }
        }
    }
}

/// The key of the last row of a piece.
fn last_key(text: &[u8], key: &[usize]) -> Option<Vec<String>> {
    if key.is_empty() {
        return None;
    }
    let text = text.strip_suffix(b"\n")?;
    let line = text.iter().rposition(|byte| *byte == b'\n').map_or(text, |at| &text[at + 1..]);
    let fields: Vec<&[u8]> = line.split(|byte| *byte == b'\t').collect();
    key.iter().map(|place| String::from_utf8(wire::value(fields.get(*place)?)?).ok()).collect()
}
