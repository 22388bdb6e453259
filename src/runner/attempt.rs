//! Who has been at the ledger: each run of `apply`, each step that it began, by the target's clock, and where both sides
//! stood. Only whoever looks reads this, but for one thing: a side that has gone back, or is another one, is refused.

use serde::Serialize;

use super::bundle::Bundle;
use super::driver::{Driver, EngineError, RowSet, Value};
use super::drivers::identity::{has_table, ledger_table};
use super::drivers::{self, identity, literal};
use super::evidence::{Side, observe::Observed};
use super::failure::{Failure, Result};
use super::request::Request;
use super::state::{self, StepRow, StepState};
use crate::artifact::manifest::ScriptEntry;
use crate::base::Exit;
use crate::diagnostic::Code;

/// A run of `apply`, or a step that it began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Attempt {
    /// The run's number, from 1.
    pub number: u64,
    /// Absent for the run as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
    /// By the target's clock, in UTC.
    pub began: String,
    /// Absent while it goes on, and for a run that was killed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<String>,
    /// `done`, `stopped`, or the code of what it failed with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
}

/// So many are read back.
const READ: usize = 200;

/// Writes down this run.
#[derive(Clone, Debug, Default)]
pub(super) struct Attempts {
    ledger: String,
    /// The run's number; none before there is a ledger, and in ledgers of older bundles.
    number: Option<u64>,
    /// The ledger's steps.
    steps: Vec<String>,
}

impl Attempts {
    /// Begins a run, unless it has begun; refuses sides that are not those of the runs before.
    pub(super) fn begin(
        &mut self,
        bundle: &Bundle,
        driver: &mut dyn Driver,
        request: &Request,
        steps: &[StepRow],
    ) -> Result<()> {
        let ledger = &bundle.manifest.ledger;
        let failed =
            |error: EngineError| Failure::from_engine(error).doing("writing down that the run begins");
        if self.number.is_some() || !is_there(driver, ledger).map_err(failed)? {
            return Ok(());
        }
        let sides = sides(bundle, driver, request, steps)?;
        let (last, before) = last(driver, ledger).map_err(failed)?;
        let begun = steps.iter().any(|row| row.state != StepState::Pending);
        let before = before.filter(|_| begun && !request.other_server);
        for (side, (was, is)) in ["source", "target"].iter().zip(before.iter().flatten().zip(&sides)) {
            if let Some(why) = changed(was, is) {
                return Err(refused(side, &why));
            }
        }
        let number = last + 1;
        *self = Self {
            ledger: ledger.clone(),
            number: Some(number),
            steps: steps.iter().map(|row| row.step.clone()).collect(),
        };
        self.insert(driver, 0, "", Some(&sides)).map_err(failed)
    }

    /// A script's steps are begun. Whether this could be written shows in what comes next.
    pub(super) fn began(&self, driver: &mut dyn Driver, script: &ScriptEntry) {
        for (ordinal, step) in self.places(script) {
            let _ = self.insert(driver, ordinal, step, None);
        }
    }

    /// A script's steps are done, or this run is no longer at them.
    pub(super) fn ended(&self, driver: &mut dyn Driver, script: &ScriptEntry, outcome: &str) {
        for (ordinal, _) in self.places(script) {
            let _ = self.close(driver, ordinal, outcome);
        }
    }

    /// The run is over.
    pub(super) fn over(&self, driver: &mut dyn Driver, outcome: &str) {
        let _ = self.close(driver, 0, outcome);
    }

    fn places<'s>(&'s self, script: &'s ScriptEntry) -> impl Iterator<Item = (usize, &'s String)> {
        let all = (1..).zip(&self.steps);
        all.filter(|(_, step)| script.steps.contains(step))
    }

    fn insert(
        &self,
        driver: &mut dyn Driver,
        ordinal: usize,
        step: &str,
        sides: Option<&[Side; 2]>,
    ) -> std::result::Result<(), EngineError> {
        let Some(number) = self.number else { return Ok(()) };
        let session = driver.session();
        let table = ledger_table(session.engine(), &self.ledger, "attempt");
        let now = literal(&identity::now(session).at);
        let mut values = vec![number.to_string(), ordinal.to_string(), literal(step), now];
        let known = |side: &Side| [literal(&side.server), literal(&side.position)];
        values.extend(match sides {
            Some(sides) => sides.iter().flat_map(known).collect(),
            None => vec!["NULL".to_owned(); 4],
        });
        session
            .query(&format!(
                "INSERT INTO {table} (\"number\", \"ordinal\", \"step\", \"began\", \"source\", \"source_position\", \"target\", \"target_position\") \
                 SELECT {} FROM (SELECT 1 AS \"one\") AS \"datamove_one\" \
                 WHERE NOT EXISTS (SELECT 1 FROM {table} WHERE \"number\" = {number} AND \"ordinal\" = {ordinal})",
                values.join(", ")
            ))
            .map(|_| ())
    }

    fn close(
        &self,
        driver: &mut dyn Driver,
        ordinal: usize,
        outcome: &str,
    ) -> std::result::Result<(), EngineError> {
        let Some(number) = self.number else { return Ok(()) };
        let session = driver.session();
        let table = ledger_table(session.engine(), &self.ledger, "attempt");
        let (now, outcome) = (literal(&identity::now(session).at), literal(outcome));
        session
            .query(&format!(
                "UPDATE {table} SET \"ended\" = {now}, \"outcome\" = {outcome} WHERE \"number\" = {number} AND \"ordinal\" = {ordinal}"
            ))
            .map(|_| ())
    }
}

fn is_there(driver: &mut dyn Driver, ledger: &str) -> std::result::Result<bool, EngineError> {
    let session = driver.session();
    Ok(!session.query(&has_table(session.engine(), ledger, "attempt"))?.rows.is_empty())
}

/// Where both sides are. The source is asked as long as rows of it are read.
fn sides(
    bundle: &Bundle,
    driver: &mut dyn Driver,
    request: &Request,
    steps: &[StepRow],
) -> Result<[Side; 2]> {
    let Observed { source, target, .. } = Observed::of(&bundle.manifest, driver);
    let copies = |row: &StepRow| state::is_copy(row) && row.state != StepState::Done;
    let source = match (request.source_location()?, steps.iter().any(copies)) {
        (Some(place), true) => identity::side(drivers::session(&place)?.as_mut(), None),
        _ => source,
    };
    Ok([source, target])
}

/// The number of the last run, and where the sides stood then.
fn last(driver: &mut dyn Driver, ledger: &str) -> std::result::Result<(u64, Option<[Side; 2]>), EngineError> {
    let session = driver.session();
    let table = ledger_table(session.engine(), ledger, "attempt");
    let set = session
        .query(&format!("SELECT * FROM {table} WHERE \"ordinal\" = 0 ORDER BY \"number\" DESC LIMIT 1"))?;
    let Some(row) = set.rows.first() else { return Ok((0, None)) };
    let side = |server, position| Side { server: set.text(row, server), position: set.text(row, position) };
    let sides = [side("source", "source_position"), side("target", "target_position")];
    Ok((set.count(row, "number").unwrap_or(0), Some(sides)))
}

/// Why a side is not the one that it was; `None` also where neither can be told.
fn changed(was: &Side, is: &Side) -> Option<String> {
    let unknown =
        |side: &Side| side.server.is_empty() || side.server == "unknown" || !side.server.contains(' ');
    if unknown(was) || unknown(is) || was.server.split(' ').next() != is.server.split(' ').next() {
        return None;
    }
    if was.server != is.server {
        return Some(format!("it was {}, and is {}", was.server, is.server));
    }
    let (before, now) = (place(&was.position)?, place(&is.position)?);
    (before.0 == now.0 && now.1 < before.1)
        .then(|| format!("it stood at {}, and stands at {}", was.position, is.position))
}

/// A place in a server's log, or a file's number of changes: of what, and a number that only grows.
fn place(position: &str) -> Option<(String, u128)> {
    position.split(", ").find_map(|part| {
        let (kind, value) = part.split_once(' ')?;
        match kind {
            "change" => Some((kind.to_owned(), value.parse().ok()?)),
            "log" => {
                if let Some((high, low)) = value.split_once('/') {
                    let hex = |digits| u128::from_str_radix(digits, 16).ok();
                    return Some((kind.to_owned(), (hex(high)? << 32) | hex(low)?));
                }
                let (file, offset) = value.split_once(':')?;
                let (name, number) = file.rsplit_once('.')?;
                Some((name.to_owned(), (number.parse::<u128>().ok()? << 64) | offset.parse::<u128>().ok()?))
            }
            _ => None,
        }
    })
}

fn refused(side: &str, why: &str) -> Box<Failure> {
    Failure::new(Code::SideChanged, format!("the {side} is not as the run before left it: {why}"))
        .state("nothing was written; checkpoints are never continued on another state than they were made for")
        .help(
            "after a failover, or where rows and ledger were restored together, say --other-server; else roll back and \
             apply again",
        )
        .exit(Exit::Stale)
}

/// What the ledger says of the runs so far, the newest first.
pub(super) fn read(driver: &mut dyn Driver, ledger: &str) -> Result<Vec<Attempt>> {
    let failed = |error| Failure::from_engine(error).doing("reading who has been at the ledger");
    if !is_there(driver, ledger).map_err(failed)? {
        return Ok(Vec::new());
    }
    let session = driver.session();
    let table = ledger_table(session.engine(), ledger, "attempt");
    let sql = format!("SELECT * FROM {table} ORDER BY \"number\" DESC, \"ordinal\" LIMIT {READ}");
    let set = session.query(&sql).map_err(failed)?;
    Ok(set.rows.iter().map(|row| attempt(&set, row)).collect())
}

fn attempt(set: &RowSet, row: &[Value]) -> Attempt {
    let text = |name| Some(set.text(row, name)).filter(|text| !text.is_empty());
    Attempt {
        number: set.count(row, "number").unwrap_or(0),
        step: text("step"),
        began: text("began").unwrap_or_default(),
        ended: text("ended"),
        outcome: text("outcome"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(server: &str, position: &str) -> Side {
        Side { server: server.to_owned(), position: position.to_owned() }
    }

    #[test]
    fn a_side_that_went_back_or_is_another_one_is_told() {
        let postgres =
            |lsn: &str| side("PostgreSQL system 7, database 5", &format!("log {lsn}, snapshot 1:1:"));
        assert_eq!(changed(&postgres("0/FF"), &postgres("1/2")), None);
        assert!(changed(&postgres("1/2"), &postgres("0/FF")).unwrap().contains("stands at log 0/FF"));
        let other = side("PostgreSQL system 8, database 5", "log 2/0");
        assert!(changed(&postgres("1/2"), &other).unwrap().contains("system 8"));
        let mysql = |log: &str| side("MySQL server a, id 1", &format!("GTID 0-1-5, log {log}"));
        assert_eq!(changed(&mysql("bin.000009:900"), &mysql("bin.000010:4")), None);
        assert!(changed(&mysql("bin.000010:4"), &mysql("bin.000009:900")).is_some());
        assert_eq!(changed(&mysql("bin.000010:4"), &mysql("other.000001:4")), None);
        let file =
            |counter: u32| side("SQLite application 0", &format!("change {counter}, schema 3, data 1"));
        assert_eq!(changed(&file(3), &file(3)), None);
        assert!(changed(&file(3), &file(2)).is_some());
        assert_eq!(changed(&side("unknown", "unknown"), &file(2)), None);
        assert_eq!(
            changed(&side("the copies in the target's ledger", "as the rows arrived"), &file(2)),
            None
        );
    }
}
