//! A move that dies before or after a statement: its runner, whose connection goes with it, or the server's backend, over which the
//! same run goes on. Whatever died, the rows are those of a run without a fault.

use datamove::runner::bundle::Bundle;
use datamove::runner::driver::{Driver, EngineError, Rule, Run, Script, Session, Setting, Trouble, Watch};
use datamove::runner::drivers::{Access, connect};
use datamove::runner::location::Location;
use datamove::runner::progress::Silent;
use datamove::runner::report::{Outcome, Report};
use datamove::runner::state::{Ledger, Undone};
use datamove::runner::{Failure, Request, Result, apply};

use crate::journey::{Journey, Target};
use crate::or_skip;

/// What dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dies {
    Runner,
    Backend,
}

/// A session that dies at its n-th statement.
#[derive(Debug)]
struct Mortal {
    inner: Box<dyn Driver>,
    death: Death,
}

#[derive(Debug)]
struct Death {
    seen: usize,
    /// The statement, from 1, and whether before it.
    at: Option<(usize, bool, Dies)>,
    gone: bool,
    /// Another session, with what it says to end the first one's backend.
    admin: Box<dyn Driver>,
    backend: String,
}

impl Death {
    fn comes(&mut self, before: bool) -> std::result::Result<(), EngineError> {
        if let Some((at, first, dies)) = self.at
            && (at, first) == (self.seen, before)
        {
            self.at = None;
            match dies {
                Dies::Runner => self.gone = true,
                Dies::Backend => drop(self.admin.session().query(&self.backend)?),
            }
        }
        if self.gone { Err(EngineError::new(Trouble::Lost, "gone")) } else { Ok(()) }
    }
}

impl Watch for Death {
    fn before(&mut self, _line: u32) -> std::result::Result<(), EngineError> {
        self.seen += 1;
        self.comes(true)
    }

    fn after(&mut self, _line: u32) -> std::result::Result<(), EngineError> {
        self.comes(false)
    }
}

impl Driver for Mortal {
    fn session(&mut self) -> &mut dyn Session {
        self.inner.session()
    }

    fn lock(&mut self, plan: &str) -> Result<()> {
        self.inner.lock(plan)
    }

    fn reconnect(&mut self) -> Result<()> {
        if self.death.gone {
            return Err(Failure::from_engine(EngineError::new(Trouble::Other, "the runner is dead")));
        }
        self.inner.reconnect()?;
        self.death.backend = backend(self.inner.as_mut());
        Ok(())
    }

    fn set(&mut self, setting: Setting, value: Option<u64>) -> std::result::Result<(), EngineError> {
        self.inner.set(setting, value)
    }

    fn why(&mut self, rule: &Rule) -> std::result::Result<(), EngineError> {
        self.inner.why(rule)
    }

    fn run(&mut self, script: Script<'_>, _watch: &mut dyn Watch) -> Run {
        self.inner.run(script, &mut self.death)
    }

    fn ledger(&mut self, ledger: &str) -> std::result::Result<Option<Ledger>, EngineError> {
        self.inner.ledger(ledger)
    }

    fn undo(&mut self, ledger: &str) -> std::result::Result<Vec<Undone>, EngineError> {
        self.inner.undo(ledger)
    }

    fn close(self: Box<Self>) -> std::result::Result<(), EngineError> {
        self.inner.close()
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
        Target::Sqlite(_) => panic!("nobody ends a session of a file"),
    };
    let location = Location::parse(&url).unwrap();
    let open = || connect(&bundle.manifest, None, &location, Access::Move).unwrap();
    let (mut inner, admin) = (open(), open());
    inner.lock(&bundle.manifest.plan).unwrap();
    let backend = backend(inner.as_mut());
    let death = Death { seen: 0, at, gone: false, admin, backend };
    let mut driver = Mortal { inner, death };
    let request = Request { batch_rows: Some(400), ..Request::new(&journey.bundle(), None, &url) };
    let report = apply::run(bundle, &mut driver, &request, &mut Silent);
    (report, driver.death.seen)
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
    matrix(&or_skip!("deaths on PostgreSQL", Journey::postgres("deaths")), 61);
}

#[test]
fn deaths_at_some_statements_on_mariadb() {
    matrix(&or_skip!("deaths on MariaDB", Journey::mariadb("deaths")), 61);
}

/// At every statement: `cargo test --test cuts matrix -- --ignored`.
#[test]
#[ignore = "takes some minutes"]
fn deaths_at_every_statement() {
    matrix(&or_skip!("all deaths on PostgreSQL", Journey::postgres("deaths_all")), 1);
    matrix(&or_skip!("all deaths on MariaDB", Journey::mariadb("deaths_all")), 1);
}
