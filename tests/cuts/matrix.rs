//! A move that dies before or after a statement: its runner, whose connection goes with it, or the server's backend, over which the
//! same run goes on. Whatever died, the rows are those of a run without a fault.

use datamove::runner::bundle::Bundle;
use datamove::runner::driver::{Driver, EngineError, Run, Script, Session, Setting, Trouble, Watch};
use datamove::runner::drivers::{Access, connect};
use datamove::runner::location::Location;
use datamove::runner::progress::Silent;
use datamove::runner::report::{Outcome, Report};
use datamove::runner::state::{Ledger, Undone};
use datamove::runner::{Request, Result, apply};

use crate::journey::{Journey, Target};
use crate::or_skip;

/// What dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dies {
    Runner,
    Backend,
}

/// Dies at its n-th statement, from 1, before or after it.
#[derive(Debug)]
struct Mortal {
    inner: Box<dyn Driver>,
    /// Another session, for an administrator's work.
    admin: Box<dyn Driver>,
    seen: usize,
    at: Option<(usize, bool, Dies)>,
    gone: bool,
    backend: String,
}

impl Mortal {
    fn dies(&mut self, before: bool) -> std::result::Result<(), EngineError> {
        match self.at {
            Some((at, first, Dies::Runner)) if (at, first) == (self.seen, before) => self.gone = true,
            Some((at, first, Dies::Backend)) if (at, first) == (self.seen, before) => {
                self.admin.session().query(&self.backend)?;
                self.at = None;
            }
            _ => {}
        }
        if self.gone { Err(EngineError::new(Trouble::Lost, "gone")) } else { Ok(()) }
    }
}

impl Watch for Mortal {
    fn before(&mut self, _line: u32) -> std::result::Result<(), EngineError> {
        self.seen += 1;
        self.dies(true)
    }

    fn after(&mut self, _line: u32) -> std::result::Result<(), EngineError> {
        self.dies(false)
    }
}

/// Watches with the counter, which has to be elsewhere than the session that runs.
#[derive(Debug)]
struct Counted(Mortal);

impl Counted {
    fn alive(&mut self) -> std::result::Result<&mut dyn Driver, EngineError> {
        if self.0.gone { Err(EngineError::new(Trouble::Lost, "gone")) } else { Ok(self.0.inner.as_mut()) }
    }
}

impl Driver for Counted {
    fn session(&mut self) -> &mut dyn Session {
        self.0.inner.session()
    }

    fn lock(&mut self, plan: &str) -> Result<()> {
        self.0.inner.lock(plan)
    }

    fn reconnect(&mut self) -> Result<()> {
        if self.0.gone {
            return Err(datamove::runner::Failure::from_engine(EngineError::new(Trouble::Other, "dead")));
        }
        self.0.inner.reconnect()?;
        self.0.backend = backend(self.0.inner.as_mut());
        Ok(())
    }

    fn set(&mut self, setting: Setting, value: Option<u64>) -> std::result::Result<(), EngineError> {
        self.alive()?.set(setting, value)
    }

    fn run(&mut self, script: Script<'_>, _watch: &mut dyn Watch) -> Run {
        // The watch must not hold the session that it watches.
        let nobody: Box<dyn Driver> = Box::new(Nobody);
        let mut inner = std::mem::replace(&mut self.0.inner, nobody);
        let run = inner.run(script, &mut self.0);
        self.0.inner = inner;
        run
    }

    fn ledger(&mut self, ledger: &str) -> std::result::Result<Option<Ledger>, EngineError> {
        self.alive()?.ledger(ledger)
    }

    fn undo(&mut self, ledger: &str) -> std::result::Result<Vec<Undone>, EngineError> {
        self.alive()?.undo(ledger)
    }

    fn close(self: Box<Self>) -> std::result::Result<(), EngineError> {
        self.0.inner.close()
    }
}

/// Stands where a session was taken from.
#[derive(Debug)]
struct Nobody;

impl Session for Nobody {
    fn engine(&self) -> datamove::base::Engine {
        unreachable!("nobody is asked")
    }

    fn query(&mut self, _sql: &str) -> std::result::Result<datamove::runner::driver::RowSet, EngineError> {
        unreachable!("nobody is asked")
    }
}

impl Driver for Nobody {
    fn session(&mut self) -> &mut dyn Session {
        self
    }

    fn lock(&mut self, _plan: &str) -> Result<()> {
        unreachable!("nobody locks")
    }

    fn reconnect(&mut self) -> Result<()> {
        unreachable!("nobody connects")
    }

    fn set(&mut self, _setting: Setting, _value: Option<u64>) -> std::result::Result<(), EngineError> {
        unreachable!("nobody is told")
    }

    fn run(&mut self, _script: Script<'_>, _watch: &mut dyn Watch) -> Run {
        unreachable!("nobody runs")
    }

    fn ledger(&mut self, _ledger: &str) -> std::result::Result<Option<Ledger>, EngineError> {
        unreachable!("nobody reads")
    }

    fn undo(&mut self, _ledger: &str) -> std::result::Result<Vec<Undone>, EngineError> {
        unreachable!("nobody reads")
    }

    fn close(self: Box<Self>) -> std::result::Result<(), EngineError> {
        Ok(())
    }
}

/// The statement with which an administrator ends that session.
fn backend(driver: &mut dyn Driver) -> String {
    let session = driver.session();
    let postgres = session.engine() == datamove::base::Engine::Postgres;
    let own = if postgres { "SELECT pg_backend_pid() AS id" } else { "SELECT connection_id() AS id" };
    let set = session.query(own).unwrap();
    let id = set.text(&set.rows[0], "id");
    if postgres { format!("SELECT pg_terminate_backend({id})") } else { format!("KILL {id}") }
}

fn run(journey: &Journey, bundle: &Bundle, at: Option<(usize, bool, Dies)>) -> (Report, usize) {
    let url = match &journey.database {
        Target::Postgres(database) => database.url(),
        Target::Mariadb(server) => server.url(""),
    };
    let location = Location::parse(&url).unwrap();
    let open = || connect(&bundle.manifest, None, &location, Access::Move).unwrap();
    let (mut inner, admin) = (open(), open());
    inner.lock(&bundle.manifest.plan).unwrap();
    let backend = backend(inner.as_mut());
    let mut driver = Counted(Mortal { inner, admin, seen: 0, at, gone: false, backend });
    let request = Request { batch_rows: Some(400), ..Request::new(&journey.bundle(), None, &url) };
    let report = apply::run(bundle, &mut driver, &request, &mut Silent);
    (report, driver.0.seen)
}

/// Every `step`-th statement, each before and after, of each death.
#[track_caller]
fn matrix(journey: &Journey, step: usize) {
    let bundle = Bundle::open(&journey.bundle()).unwrap();
    let before = journey.dump();
    let (report, statements) = run(journey, &bundle, None);
    assert_eq!(report.outcome, Outcome::Loaded, "{:?}", report.failure);
    let whole = journey.dump();
    journey.run("rollback", &["--yes", "--quiet"]).expect(0, &["rolled back"]);
    assert_eq!(journey.dump(), before);
    assert!(statements > 60, "{statements}");
    for number in (1..=statements).step_by(step) {
        for (first, dies) in
            [(true, Dies::Runner), (false, Dies::Runner), (true, Dies::Backend), (false, Dies::Backend)]
        {
            let at = (number, first, dies);
            let (report, _) = run(journey, &bundle, Some(at));
            let died = dies == Dies::Runner;
            assert_eq!(report.failure.is_some(), died, "{at:?}: {:?}", report.failure);
            if died {
                let (report, _) = run(journey, &bundle, None);
                assert!(report.failure.is_none(), "{at:?}: {:?}", report.failure);
            }
            assert!(journey.dump() == whole, "{at:?}");
            journey.run("rollback", &["--yes", "--quiet"]).expect(0, &["rolled back"]);
        }
    }
}

#[test]
fn deaths_at_some_statements_on_postgres() {
    matrix(&or_skip!("deaths on PostgreSQL", Journey::postgres("deaths")), 23);
}

#[test]
fn deaths_at_some_statements_on_mariadb() {
    matrix(&or_skip!("deaths on MariaDB", Journey::mariadb("deaths")), 23);
}

/// At every statement: `cargo test --test cuts matrix -- --ignored`.
#[test]
#[ignore = "takes some minutes"]
fn deaths_at_every_statement() {
    matrix(&or_skip!("all deaths on PostgreSQL", Journey::postgres("deaths_all")), 1);
    matrix(&or_skip!("all deaths on MariaDB", Journey::mariadb("deaths_all")), 1);
}
