//! SQLite: the target file is `main`, the source's file is attached read-only beside it.

mod errors;
mod functions;
mod ledger;
mod load;
mod lock;
mod open;
mod read;
mod script;

use std::path::{Path, PathBuf};

use rusqlite::{Connection, ToSql, params};

use super::{Access, server};
use crate::artifact::manifest::{Manifest, StagingEntry};
use crate::base::Engine;
use crate::runner::driver::{
    Driver, EngineError, Loading, RowSet, Rule, Run, Script, Session, Setting, WHY, Watch,
};
use crate::runner::failure::Result;
use crate::runner::state::{Ledger, Undone};
use errors::classify;
pub use read::Source;

/// A session with a target file.
#[derive(Debug)]
pub struct Sqlite {
    // Fields are dropped in this order: the connection ends before another runner may begin.
    connection: Connection,
    lock: Option<lock::Lock>,
    target: PathBuf,
}

impl Sqlite {
    /// Opens the target, and attaches the source if it is given and the link asks for it.
    pub fn open(manifest: &Manifest, source: Option<&Path>, target: &Path, access: Access) -> Result<Self> {
        let (connection, target) = open::open(manifest, source, target, access)?;
        Ok(Self { connection, lock: None, target })
    }

    /// Opens one file.
    pub fn alone(path: &Path, access: Access) -> Result<Self> {
        let (connection, target) =
            if access == Access::Look { open::look(path)? } else { open::alone(path)? };
        Ok(Self { connection, lock: None, target })
    }

    /// Opens one file, for looking only.
    pub fn look(path: &Path) -> Result<Self> {
        let (connection, target) = open::look(path)?;
        Ok(Self { connection, lock: None, target })
    }
}

impl Session for Sqlite {
    fn engine(&self) -> Engine {
        Engine::Sqlite
    }

    fn query(&mut self, sql: &str) -> std::result::Result<RowSet, EngineError> {
        script::query(&self.connection, sql).map_err(|error| classify(&error))
    }
}

impl Sqlite {
    /// Says a value to the scripts; `None` takes it back.
    fn say(&mut self, name: &str, value: Option<impl ToSql>) -> std::result::Result<(), EngineError> {
        let say = || {
            self.connection
                .execute_batch("CREATE TEMP TABLE IF NOT EXISTS datamove_session (name, value)")?;
            self.connection.execute("DELETE FROM temp.datamove_session WHERE name = ?1", [name])?;
            if let Some(value) = value {
                let insert = "INSERT INTO temp.datamove_session (name, value) VALUES (?1, ?2)";
                self.connection.execute(insert, params![name, value])?;
            }
            Ok(())
        };
        say().map_err(|error| classify(&error))
    }
}

impl Driver for Sqlite {
    fn session(&mut self) -> &mut dyn Session {
        self
    }

    fn lock(&mut self, plan: &str) -> Result<()> {
        if self.lock.is_none() {
            self.lock = Some(lock::Lock::take(&self.target, plan)?);
        }
        Ok(())
    }

    /// A file's connection is never lost.
    fn reconnect(&mut self) -> Result<()> {
        Ok(())
    }

    fn set(&mut self, setting: Setting, value: Option<u64>) -> std::result::Result<(), EngineError> {
        // A file has no server that would end a statement.
        if setting == Setting::Patience {
            return Ok(());
        }
        let value = value.map(|value| i64::try_from(value).unwrap_or(i64::MAX));
        self.say(setting.word(), value)
    }

    fn why(&mut self, rule: &Rule) -> std::result::Result<(), EngineError> {
        WHY.into_iter().zip(rule.texts()).try_for_each(|(name, text)| self.say(name, text))
    }

    fn run(&mut self, script: Script<'_>, watch: &mut dyn Watch) -> Run {
        script::run(&self.connection, script, watch)
    }

    fn load(
        &mut self,
        entry: &StagingEntry,
        batch: &mut dyn Loading,
    ) -> std::result::Result<u64, EngineError> {
        load::load(&self.connection, entry, batch)
    }

    fn ledger(&mut self, ledger: &str) -> std::result::Result<Option<Ledger>, EngineError> {
        if !ledger::has(&self.connection, &format!("{ledger}run"))? {
            return Ok(None);
        }
        if !ledger::has(&self.connection, &format!("{ledger}step"))? {
            return Err(server::ledger::incomplete("has no table `step`"));
        }
        server::ledger::read(self, "BEGIN", ledger)
    }

    fn undo(&mut self, ledger: &str) -> std::result::Result<Vec<Undone>, EngineError> {
        ledger::undo(&self.connection, ledger)
    }

    fn close(self: Box<Self>) -> std::result::Result<(), EngineError> {
        self.connection.close().map_err(|(_, error)| classify(&error))
    }
}
