//! One case from its text to the empty target that it leaves.

use std::path::Path;
use std::time::Duration;

use datamove::base::{Engine, Exit};
use datamove::diagnostic::to_text;
use datamove::runner::progress::Silent;
use datamove::runner::report::{Outcome, Report};
use datamove::runner::{Request, apply, rollback, validate};
use datamove::syntax::{Files, ReadError};
use datamove::typing::Options;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

use crate::case::{Case, case};
use crate::text::{Texts, texts};

/// A place where cases are tried, one after another.
pub(crate) trait Place {
    const ENGINE: Engine;

    /// Empty databases with the two schemas, and the rows in the first.
    fn fill(&self, texts: &Texts) -> Result<(), String>;

    /// Where the source and the target are.
    fn locations(&self) -> (Option<String>, String);

    /// All that is in the target.
    fn dump(&self) -> String;

    /// Changes the moved target as somebody else would, tries what is given, and takes it back.
    fn damaged(
        &self,
        texts: &Texts,
        pick: usize,
        found: &mut dyn FnMut(&str) -> Result<(), String>,
    ) -> Result<(), String>;
}

/// How many cases are drawn: so many, or what the environment says.
pub(crate) fn cases(usually: u32) -> u32 {
    std::env::var("DATAMOVE_MOVES").ok().and_then(|text| text.parse().ok()).unwrap_or(usually)
}

/// Tries so many cases. A failure is shown as the smallest one that still fails.
pub(crate) fn every_move_is_clean<P: Place>(place: &P, count: u32, seed: u8) {
    let config =
        Config { cases: count, failure_persistence: None, max_shrink_iters: 60, ..Config::default() };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let counted = std::cell::Cell::new(0);
    let tried = TestRunner::new_with_rng(config, rng).run(&case(), |case| {
        counted.set(counted.get() + 1);
        let texts = texts(&case, P::ENGINE);
        one(place, &case, &texts, counted.get()).map_err(|why| {
            TestCaseError::fail(format!(
                "{why}\n\n{}\n{}\n{}\n{}",
                texts.plan,
                texts.old,
                texts.new,
                texts.rows.join(";\n")
            ))
        })
    });
    if let Err(error) = tried {
        panic!("{error}");
    }
}

struct Memory<'t>(&'t Texts);

impl Files for Memory<'_> {
    fn read(&self, name: &str) -> Result<String, ReadError> {
        match name {
            "main.plan" => Ok(self.0.plan.clone()),
            "old.sql" => Ok(self.0.old.clone()),
            "new.sql" => Ok(self.0.new.clone()),
            _ => Err(ReadError::Missing),
        }
    }
}

fn compile(texts: &Texts, folder: &Path) -> Result<(), String> {
    let checked = datamove::check("", "main.plan", &Memory(texts), Options { today: Some("2026-11-22") });
    let Some(plan) = &checked.plan else {
        return Err(format!("refused:\n{}", to_text(&checked.sources, &checked.problems.sorted(), false)));
    };
    for (name, text) in &datamove::bundle(plan, &checked.sides).files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    Ok(())
}

fn one<P: Place>(place: &P, case: &Case, texts: &Texts, number: usize) -> Result<(), String> {
    let folder = tempfile::tempdir_in(memory()).unwrap();
    compile(texts, folder.path())?;
    place.fill(texts)?;
    let (source, target) = place.locations();
    let moved = texts.tables.iter().any(|table| table.rows > 0);
    let request = Request {
        batch_rows: case.batch_rows,
        confirmed: true,
        // To compare nothing is a failure.
        validate: moved,
        // Nobody writes beside these moves.
        second_look: Duration::ZERO,
        ..Request::new(folder.path(), source.as_deref(), &target)
    };
    let before = place.dump();
    ended(&apply::apply(&request, &mut Silent), Outcome::Loaded)?;
    if moved {
        ended(&validate::validate(&request, &mut Silent), Outcome::Validated)?;
    }
    place.damaged(texts, number, &mut |damage| {
        let report = validate::validate(&request, &mut Silent);
        if report.exit() == Exit::Invalid {
            Ok(())
        } else {
            Err(format!("missed: {damage}\n{}", report.to_text()))
        }
    })?;
    ended(&rollback::rollback(&request, &mut Silent), Outcome::RolledBack)?;
    let after = place.dump();
    if before == after { Ok(()) } else { Err(format!("left behind:\n{before}\n---\n{after}")) }
}

fn ended(report: &Report, wanted: Outcome) -> Result<(), String> {
    if report.failure.is_none() && report.outcome == wanted {
        Ok(())
    } else {
        Err(format!("{}\n{:#?}", report.to_text(), report.failure))
    }
}

/// A folder in memory, where there is one.
pub(crate) fn memory() -> std::path::PathBuf {
    let shm = Path::new("/dev/shm");
    if shm.is_dir() { shm.to_owned() } else { std::env::temp_dir() }
}
