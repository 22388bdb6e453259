//! A row that the target refuses is set aside, where the plan permits it: in the transaction of its checkpoint, by the
//! script itself, which also sees to the plan's bounds.

use serde::Serialize;

use super::bundle::Bundle;
use super::driver::{Driver, EngineError, RowSet, Rule, Setting, Value};
use super::failure::{Failure, Refused, Result};
use super::refused;
use super::request::{script_failure, standing};
use super::retry;
use super::state::StepRow;
use crate::artifact::manifest::{NextRow, RejectedRows, ScriptEntry};
use crate::diagnostic::Code;

/// A report shows so many rows of each step.
const SHOWN: usize = 20;

/// A row that is set aside, as reports show it: never its values, and not the key either where that is personal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Rejected {
    pub step: String,
    /// The source's key columns with their values.
    pub key: Vec<(String, String)>,
    #[serde(flatten)]
    pub rule: Rule,
    /// How often it was refused.
    pub attempt: u64,
    /// Its number in the ledger.
    #[serde(skip)]
    pub number: u64,
}

/// Sets the next batch aside, which is the one row that `failure` is about.
pub(super) fn next_row(
    bundle: &Bundle,
    driver: &mut dyn Driver,
    script: &ScriptEntry,
    next: &NextRow,
    failure: Box<Failure>,
) -> Result<()> {
    let rule = failure.row.as_ref().map(|row| row.rule.clone()).unwrap_or_default();
    let (_, ledger) = standing(&bundle.manifest, driver)?;
    let of_step = |row: &&StepRow| script.steps.contains(&row.step);
    let batches = ledger.as_ref().and_then(|ledger| ledger.steps.iter().find(of_step)).map(|row| row.batches);
    let Some(batches) = batches else { return Err(failure) };
    let error = said(driver, batches + 1, &rule, |driver| retry::run(bundle, driver, script).error);
    match error.map_err(|error| script_failure(script, error, None))? {
        None => Ok(()),
        Some(error) if error.rule.is_some() => Err(refused::row(driver, next, script, failure)),
        Some(error) => Err(too_many(driver, next, rule, script_failure(script, error, Some(batches + 1)))),
    }
}

/// Does something while the scripts are told that rows go aside, and why.
pub(super) fn said<T>(
    driver: &mut dyn Driver,
    batch: u64,
    rule: &Rule,
    work: impl FnOnce(&mut dyn Driver) -> T,
) -> std::result::Result<T, EngineError> {
    driver.set(Setting::Aside, Some(batch))?;
    driver.why(rule)?;
    let done = work(driver);
    driver.set(Setting::Aside, None)?;
    driver.why(&Rule::default())?;
    Ok(done)
}

/// The script says that the plan permits no more; which row that is, only the runner can say.
fn too_many(driver: &mut dyn Driver, next: &NextRow, rule: Rule, mut failure: Box<Failure>) -> Box<Failure> {
    if failure.code != Code::QuarantineFull {
        return failure;
    }
    let key = refused::named_key(driver.session(), next).unwrap_or_default();
    failure.row = Some(Box::new(Refused { key, rule }));
    failure
        .state("rows before this one are in the target, or set aside; its batch was rolled back")
        .help("mend the rows in the source, or the rule that they break, and run the same command again; `datamove status` shows what is set aside")
}

/// Rows that are set aside, the first of each step.
pub(super) fn shown(bundle: &Bundle, driver: &mut dyn Driver, steps: &[StepRow]) -> Result<Vec<Rejected>> {
    let mut all = Vec::new();
    for script in &bundle.manifest.scripts {
        let Some(rows) = &script.rejected else { continue };
        for step in steps.iter().filter(|step| script.steps.contains(&step.step) && step.rows_rejected > 0) {
            all.extend(read(driver, rows, &step.step, Some(SHOWN))?);
        }
    }
    Ok(all)
}

/// Rows of one step that are set aside, in the order of their numbers.
pub(super) fn read(
    driver: &mut dyn Driver,
    rows: &RejectedRows,
    step: &str,
    most: Option<usize>,
) -> Result<Vec<Rejected>> {
    let limit = most.map_or(String::new(), |most| format!(" LIMIT {most}"));
    let set = driver
        .session()
        .query(&format!("{}{limit}", rows.list))
        .map_err(|error| Failure::from_engine(error).doing("reading which rows are set aside"))?;
    Ok(set.rows.iter().map(|row| rejected(&set, row, rows, step)).collect())
}

fn rejected(set: &RowSet, row: &[Value], rows: &RejectedRows, step: &str) -> Rejected {
    let text = |name: &str| Some(set.text(row, name)).filter(|text| !text.is_empty());
    let key = rows.key.iter().zip(1..).map(|(name, i)| {
        let value = set.text(row, &format!("key_{i}"));
        (name.clone(), refused::masked(name, value, &rows.personal))
    });
    Rejected {
        step: step.to_owned(),
        key: key.collect(),
        rule: Rule { code: text("code"), constraint: text("constraint"), column: text("column") },
        attempt: set.count(row, "attempt").unwrap_or(0),
        number: set.count(row, "number").unwrap_or(0),
    }
}
