//! PostgreSQL: source and target are schemas of one database.

mod client;
mod errors;
mod load;
mod lock;
mod mute;
mod open;
mod read;
pub(super) mod rights;
mod thin;

use std::fmt;

use tokio_postgres::SimpleQueryMessage;

use super::Access;
use super::server::far::Far;
use super::server::ledger::literal;
use super::server::script::Runs;
use super::server::{ledger, same, script};
use crate::artifact::manifest::StagingEntry;
use crate::base::Engine;
use crate::runner::driver::{
    Driver, EngineError, Loading, RowSet, Rule, Run, Said, Script, Session, Setting, Value, Watch,
};
use crate::runner::failure::{Failure, Result};
use crate::runner::location::Server;
use crate::runner::state::{Ledger, Undone};
use client::Client;
use errors::classify;
use open::Door;
pub(super) use open::far;
pub use read::Source;

/// A session with a database.
pub struct Postgres {
    client: Client,
    door: Door,
    access: Access,
    /// The plan whose lock is held.
    lock: Option<String>,
    /// The server's process for this session: its number, and when it began.
    process: (String, String),
    said: Said,
    /// Seconds that a statement may take.
    patience: Option<u64>,
}

impl fmt::Debug for Postgres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Postgres").field("door", &self.door).finish_non_exhaustive()
    }
}

/// What a session is pinned to, so that the same question has the same answer everywhere. Without
/// `row_security` a table whose policies would hide rows from this role is an error.
const PINS: &str = "SET client_encoding = 'UTF8'; SET standard_conforming_strings = on; \
    SET search_path = pg_catalog; SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; \
    SET IntervalStyle = 'postgres'; SET extra_float_digits = 1; SET bytea_output = 'hex'; \
    SET client_min_messages = warning; \
    SET row_security = off; SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '10min'";

impl Postgres {
    /// Opens a session that only reads.
    pub fn look(server: &Server) -> Result<Self> {
        Self::open(server, Access::Look)
    }

    /// Opens the target; the source is in the same database.
    pub fn open(server: &Server, access: Access) -> Result<Self> {
        Self::open_told(server, access, None)
    }

    /// The same for a session that is told where a source is which its server reads by itself.
    pub(super) fn open_told(server: &Server, access: Access, far: Option<&Far>) -> Result<Self> {
        let mut door = Door::of(server)?;
        if let Some(far) = far {
            door.tell(far);
        }
        let client = door.open()?;
        let mut session = Self {
            client,
            door,
            access,
            lock: None,
            process: Default::default(),
            said: Said::default(),
            patience: None,
        };
        session.pin().map_err(Failure::from_engine)?;
        session.know_process().map_err(Failure::from_engine)?;
        Ok(session)
    }

    fn know_process(&mut self) -> std::result::Result<(), EngineError> {
        let own =
            self.query("SELECT pid, backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid()")?;
        let row = own.rows.first().cloned().unwrap_or_default();
        self.process = (own.text(&row, "pid"), own.text(&row, "backend_start"));
        Ok(())
    }

    /// Ends the session that was lost, if the server has not noticed that nobody is there: it may hold
    /// the lock of this run and rows of its ledger.
    fn end_lost(&mut self) -> std::result::Result<(), EngineError> {
        let (pid, began) = (literal(&self.process.0), literal(&self.process.1));
        self.query(&format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
             WHERE pid::text = {pid} AND backend_start::text = {began}"
        ))?;
        Ok(())
    }

    /// Refuses a source that is not in this database.
    pub fn same_place(&mut self, source: &Server) -> Result<()> {
        let questions = [
            "SELECT current_database(), pg_postmaster_start_time()",
            "SELECT system_identifier FROM pg_control_system()",
        ];
        same::check(&mut Self::look(source)?, self, &questions, "database")
    }

    fn pin(&mut self) -> std::result::Result<(), EngineError> {
        self.query(PINS)?;
        // So that the server ends what a killed runner was doing; unknown before version 14.
        self.query(
            "SELECT set_config(name, '1s', false) FROM pg_settings \
             WHERE name = 'client_connection_check_interval'",
        )?;
        if self.access == Access::Look {
            self.query("SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY")?;
        }
        self.query(&format!("SET statement_timeout = '{}s'", self.patience.unwrap_or(0)))?;
        for (name, value) in self.said.clone().all() {
            let value = ledger::literal(&value.unwrap_or_default());
            self.query(&format!("SELECT set_config('datamove.{name}', {value}, false)"))?;
        }
        Ok(())
    }
}

impl Session for Postgres {
    fn engine(&self) -> Engine {
        Engine::Postgres
    }

    fn query(&mut self, sql: &str) -> std::result::Result<RowSet, EngineError> {
        query(&mut self.client, sql)
    }
}

impl Runs for Postgres {
    fn freshen(&mut self) -> std::result::Result<(), EngineError> {
        self.query("RESET ALL")?;
        self.query("DISCARD TEMP")?;
        self.pin()
    }

    fn execute(&mut self, sql: &str, sets: &mut Vec<RowSet>) -> std::result::Result<(), EngineError> {
        let set = self.query(sql)?;
        if !set.columns.is_empty() {
            sets.push(set);
        }
        Ok(())
    }

    fn canceller(&self) -> Box<dyn Fn() + Send> {
        let (token, door) = (self.client.cancel_token(), self.door.clone());
        Box::new(move || door.cancel(&token))
    }
}

impl Driver for Postgres {
    fn session(&mut self) -> &mut dyn Session {
        self
    }

    fn lock(&mut self, plan: &str) -> Result<()> {
        lock::take(&mut self.client, plan)?;
        self.lock = Some(plan.to_owned());
        Ok(())
    }

    fn reconnect(&mut self) -> Result<()> {
        self.client = self.door.open()?;
        self.pin()
            .and_then(|()| self.end_lost())
            .and_then(|()| self.know_process())
            .map_err(Failure::from_engine)?;
        match self.lock.clone() {
            Some(plan) => lock::take(&mut self.client, &plan),
            None => Ok(()),
        }
    }

    fn set(&mut self, setting: Setting, value: Option<u64>) -> std::result::Result<(), EngineError> {
        // Said to the server when the next script begins.
        if setting == Setting::Patience {
            self.patience = value;
            return Ok(());
        }
        self.said.set(setting, value);
        Ok(())
    }

    fn why(&mut self, rule: &Rule) -> std::result::Result<(), EngineError> {
        self.said.why(rule);
        Ok(())
    }

    fn run(&mut self, script: Script<'_>, watch: &mut dyn Watch) -> Run {
        script::run(self, script, watch)
    }

    fn load(
        &mut self,
        entry: &StagingEntry,
        batch: &mut dyn Loading,
    ) -> std::result::Result<u64, EngineError> {
        load::load(&mut self.client, entry, batch)
    }

    fn ledger(&mut self, ledger: &str) -> std::result::Result<Option<Ledger>, EngineError> {
        ledger::read(self, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", ledger)
    }

    fn undo(&mut self, ledger: &str) -> std::result::Result<Vec<Undone>, EngineError> {
        ledger::undo(self, ledger)
    }

    fn close(self: Box<Self>) -> std::result::Result<(), EngineError> {
        self.client.close().map_err(|error| classify(&error))
    }
}

/// Runs one statement; its rows, all as text.
fn query(client: &mut Client, sql: &str) -> std::result::Result<RowSet, EngineError> {
    let mut set = RowSet::default();
    for message in client.simple_query(sql).map_err(|error| classify(&error))? {
        match message {
            SimpleQueryMessage::RowDescription(columns) => {
                set.columns = columns.iter().map(|column| column.name().to_owned()).collect();
            }
            SimpleQueryMessage::Row(row) => {
                let value = |index| row.get(index).map_or(Value::Null, |text| Value::Text(text.to_owned()));
                set.rows.push((0..row.len()).map(value).collect());
            }
            // Statements without rows; the library may learn to tell more.
            _ => {}
        }
    }
    Ok(set)
}
