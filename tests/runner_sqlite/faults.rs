//! Law: a run that fails before or after any statement and is continued ends in the same rows.

use datamove::artifact::manifest::Manifest;
use datamove::runner::bundle::Bundle;
use datamove::runner::driver::{Driver, EngineError, Rule, Run, Script, Session, Setting, Trouble, Watch};
use datamove::runner::drivers::{Access, connect};
use datamove::runner::location::Location;
use datamove::runner::progress::Silent;
use datamove::runner::report::Outcome;
use datamove::runner::state::{Ledger, Undone};
use datamove::runner::{Result, apply, rollback};

use crate::fixture::Fixture;

/// Fails before or after its n-th statement, and with everything that follows, as a connection
/// that is gone does.
#[derive(Debug)]
struct Faulty {
    inner: Box<dyn Driver>,
    count: Count,
}

#[derive(Debug)]
struct Count {
    seen: usize,
    /// The statement that fails, from 1, and whether before it.
    at: Option<(usize, bool)>,
    gone: bool,
}

impl Count {
    fn fail(&mut self, before: bool) -> std::result::Result<(), EngineError> {
        self.gone |= self.at == Some((self.seen, before));
        if self.gone { Err(EngineError::new(Trouble::Io, "the connection is gone")) } else { Ok(()) }
    }
}

impl Watch for Count {
    fn before(&mut self, _line: u32) -> std::result::Result<(), EngineError> {
        self.seen += 1;
        self.fail(true)
    }

    fn after(&mut self, _line: u32) -> std::result::Result<(), EngineError> {
        self.fail(false)
    }
}

impl Driver for Faulty {
    fn lock(&mut self, plan: &str) -> Result<()> {
        self.inner.lock(plan)
    }

    fn set(&mut self, setting: Setting, value: Option<u64>) -> std::result::Result<(), EngineError> {
        self.inner.set(setting, value)
    }

    fn why(&mut self, rule: &Rule) -> std::result::Result<(), EngineError> {
        self.inner.why(rule)
    }

    fn run(&mut self, script: Script<'_>, _watch: &mut dyn Watch) -> Run {
        self.inner.run(script, &mut self.count)
    }

    fn ledger(&mut self, ledger: &str) -> std::result::Result<Option<Ledger>, EngineError> {
        self.inner.ledger(ledger)
    }

    fn undo(&mut self, ledger: &str) -> std::result::Result<Vec<Undone>, EngineError> {
        self.inner.undo(ledger)
    }

    fn reconnect(&mut self) -> Result<()> {
        self.inner.reconnect()
    }

    fn session(&mut self) -> &mut dyn Session {
        self.inner.session()
    }

    fn close(self: Box<Self>) -> std::result::Result<(), EngineError> {
        self.inner.close()
    }
}

fn faulty(fixture: &Fixture, manifest: &Manifest, at: Option<(usize, bool)>) -> Faulty {
    let (source, target) = (Location::Sqlite(fixture.source()), Location::Sqlite(fixture.target()));
    let inner = connect(manifest, Some(&source), &target, Access::Move).unwrap();
    Faulty { inner, count: Count { seen: 0, at, gone: false } }
}

#[test]
fn a_fault_at_any_statement_of_an_apply_is_continued_to_the_same_rows() {
    let fixture = Fixture::new(5);
    fixture.keep_target();
    let bundle = Bundle::open(&fixture.bundle()).unwrap();
    let request = fixture.request(3);
    let run = |at| {
        let mut driver = faulty(&fixture, &bundle.manifest, at);
        let report = apply::run(&bundle, &mut driver, &request, &mut Silent);
        (report, driver.count)
    };
    let (report, count) = run(None);
    assert_eq!(report.outcome, Outcome::Loaded, "{:?}", report.failure);
    assert!(count.seen > 80, "{}", count.seen);
    let whole = fixture.dump();
    for at in (1..=count.seen).flat_map(|statement| [(statement, true), (statement, false)]) {
        fixture.bring_back_target();
        let (failed, broken) = run(Some(at));
        assert!(broken.gone && failed.outcome == Outcome::Failed, "{at:?}");
        let (report, _) = run(None);
        assert!(report.failure.is_none(), "{at:?}: {:?}", report.failure);
        assert_eq!(fixture.dump(), whole, "{at:?}");
    }
}

#[test]
fn a_fault_at_any_statement_of_a_rollback_takes_back_all_or_nothing() {
    let fixture = Fixture::new(5);
    let before = fixture.dump();
    let bundle = Bundle::open(&fixture.bundle()).unwrap();
    let request = fixture.request(3);
    assert_eq!(apply::apply(&request, &mut Silent).outcome, Outcome::Loaded);
    let loaded = fixture.dump();
    fixture.keep_target();
    let run = |at| {
        let mut driver = faulty(&fixture, &bundle.manifest, at);
        let report = rollback::run(&bundle, &mut driver, &request, &mut Silent);
        (report, driver.count.seen)
    };
    let (report, statements) = run(None);
    assert_eq!(report.outcome, Outcome::RolledBack, "{:?}", report.failure);
    for at in (1..=statements).flat_map(|statement| [(statement, true), (statement, false)]) {
        fixture.bring_back_target();
        assert_eq!(run(Some(at)).0.outcome, Outcome::Failed, "{at:?}");
        let half = fixture.dump();
        assert!(half == before || half == loaded, "{at:?}");
        assert!(run(None).0.failure.is_none(), "{at:?}");
        assert_eq!(fixture.dump(), before, "{at:?}");
    }
}
