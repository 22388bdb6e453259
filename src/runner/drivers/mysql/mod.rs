//! MySQL and MariaDB: source and target are databases of one server.

mod errors;
mod line;
mod load;
mod lock;
mod open;
mod read;
pub(super) mod rights;

use std::borrow::Cow;
use std::fmt;

use mysql::Conn;
use mysql::prelude::Queryable as _;

use super::Access;
use super::server::script::Runs;
use super::server::{ledger, same, script};
use crate::artifact::manifest::StagingEntry;
use crate::base::Engine;
use crate::runner::driver::{
    Driver, EngineError, Loading, RowSet, Rule, Run, Said, Script, Session, Setting, Value, WHY, Watch,
};
use crate::runner::failure::{Failure, Result};
use crate::runner::location::Server;
use crate::runner::state::{Ledger, Undone};
use errors::classify;
use line::Line;
use lock::Lock;
use open::Door;
pub(super) use open::far;
pub use read::Source;

/// A session with a server.
pub struct Mysql {
    conn: Conn,
    line: Line,
    door: Door,
    access: Access,
    lock: Option<Lock>,
    said: Said,
    /// Seconds that a statement may take.
    patience: Option<u64>,
    /// Its number among the sessions of a runner.
    number: Option<u64>,
    plan: Option<String>,
}

impl fmt::Debug for Mysql {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mysql").field("door", &self.door).finish_non_exhaustive()
    }
}

/// What a session is pinned to, so that the same question has the same answer everywhere.
const PINS: [&str; 4] = [
    "SET NAMES utf8mb4",
    "SET SESSION time_zone = '+00:00'",
    "SET SESSION sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES,ONLY_FULL_GROUP_BY,\
     STRICT_ALL_TABLES,STRICT_TRANS_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,\
     NO_ENGINE_SUBSTITUTION,NO_AUTO_VALUE_ON_ZERO,NO_UNSIGNED_SUBTRACTION'",
    // MySQL has no limit for a transaction in which nothing happens.
    "SET SESSION lock_wait_timeout = 10, innodb_lock_wait_timeout = 10 /*M!100304 , idle_transaction_timeout = 600 */",
];

impl Mysql {
    /// Opens a session that only reads.
    pub fn look(server: &Server) -> Result<Self> {
        Self::open(server, Access::Look)
    }

    /// Opens the target; the source is a database of the same server.
    pub fn open(server: &Server, access: Access) -> Result<Self> {
        let door = Door::of(server)?;
        let mut conn = door.open()?;
        let line = Line::of(&mut conn).map_err(Failure::from_engine)?;
        let mut session = Self {
            conn,
            line,
            door,
            access,
            lock: None,
            said: Said::default(),
            patience: None,
            number: None,
            plan: None,
        };
        session.pin().map_err(Failure::from_engine)?;
        Ok(session)
    }

    /// Refuses a source that is not on this server.
    pub fn same_place(&mut self, source: &Server) -> Result<()> {
        let questions = ["SHOW GLOBAL VARIABLES WHERE Variable_name IN \
            ('server_uuid', 'server_uid', 'hostname', 'port', 'socket', 'datadir', 'pid_file')"];
        same::check(&mut Self::look(source)?, self, &questions, "server")
    }

    fn pin(&mut self) -> std::result::Result<(), EngineError> {
        for sql in PINS {
            self.query(sql)?;
        }
        if self.access == Access::Look {
            self.query("SET SESSION TRANSACTION READ ONLY")?;
        }
        let seconds = self.patience.unwrap_or(0);
        // MySQL limits statements that only read.
        self.query(&format!(
            "SET SESSION lock_wait_timeout = 10 /*M!100100 , max_statement_time = {seconds} */ /*!80000 , max_execution_time = {} */",
            seconds.saturating_mul(1_000)
        ))?;
        for (name, value) in self.said.clone().all() {
            // A number stands without quotes, so that it is compared as one.
            let value = match value {
                None => "NULL".to_owned(),
                Some(text) if WHY.contains(&name) => ledger::literal(&text),
                Some(number) => number,
            };
            self.query(&format!("SET @datamove_{name} = {value}"))?;
        }
        if let (Some(number), Some(plan)) = (self.number, &self.plan) {
            let name = format!("concat('datamove_', sha1({}), '_{number}')", ledger::literal(plan));
            self.query(&format!("SET @datamove_worker = {name}"))?;
        }
        Ok(())
    }

    /// A statement about the procedure that a script makes, with the procedure that is this session's own:
    /// others make theirs from the same script.
    fn own<'s>(&self, sql: &'s str) -> Cow<'s, str> {
        let about = ["CREATE PROCEDURE ", "DROP PROCEDURE ", "CALL "];
        match self.number {
            Some(number) if about.iter().any(|words| sql.trim_start().starts_with(words)) => {
                Cow::Owned(sql.replacen(PROCEDURE, &format!("\"datamove_script_{number}\""), 1))
            }
            _ => Cow::Borrowed(sql),
        }
    }
}

/// What the procedure of every script is called.
const PROCEDURE: &str = "\"datamove_script\"";

impl Session for Mysql {
    fn engine(&self) -> Engine {
        Engine::Mysql
    }

    fn query(&mut self, sql: &str) -> std::result::Result<RowSet, EngineError> {
        query(&mut self.conn, sql)
    }
}

impl Runs for Mysql {
    fn freshen(&mut self) -> std::result::Result<(), EngineError> {
        if let Some(lock) = &mut self.lock {
            lock.check()?;
        }
        // Temporary tables and variables go, and the session's lock with them if it were here.
        self.conn.reset().map_err(|error| classify(&error))?;
        self.pin()
    }

    fn execute(&mut self, sql: &str, sets: &mut Vec<RowSet>) -> std::result::Result<(), EngineError> {
        let own = self.own(sql);
        collect(&mut self.conn, &own, sets)
    }

    fn canceller(&self) -> Box<dyn Fn() + Send> {
        let (id, door) = (self.conn.connection_id(), self.door.clone());
        Box::new(move || door.cancel(id))
    }
}

impl Driver for Mysql {
    fn session(&mut self) -> &mut dyn Session {
        self
    }

    fn lock(&mut self, plan: &str) -> Result<()> {
        self.lock = Some(Lock::take(&self.door, plan)?);
        Ok(())
    }

    fn beside(&mut self, plan: &str, number: u64) {
        // Said to the server when the next script begins.
        (self.plan, self.number) = (Some(plan.to_owned()), Some(number));
    }

    fn reconnect(&mut self) -> Result<()> {
        self.conn = self.door.open()?;
        let lost = std::mem::replace(&mut self.line, Line::of(&mut self.conn).map_err(Failure::from_engine)?);
        lost.end(&mut self.conn).and_then(|()| self.pin()).map_err(Failure::from_engine)?;
        if let Some(lock) = &mut self.lock
            && lock.check().is_err()
        {
            lock.line.end(&mut self.conn).map_err(Failure::from_engine)?;
            *lock = Lock::take(&self.door, &lock.plan)?;
        }
        Ok(())
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
        load::load(&mut self.conn, entry, batch)
    }

    fn ledger(&mut self, ledger: &str) -> std::result::Result<Option<Ledger>, EngineError> {
        ledger::read(self, "START TRANSACTION WITH CONSISTENT SNAPSHOT", ledger)
    }

    fn undo(&mut self, ledger: &str) -> std::result::Result<Vec<Undone>, EngineError> {
        ledger::undo(self, ledger)
    }

    fn close(self: Box<Self>) -> std::result::Result<(), EngineError> {
        // The library says good-bye when it drops the connection.
        Ok(())
    }
}

/// Runs one statement; the rows of its last set, all as text.
fn query(conn: &mut Conn, sql: &str) -> std::result::Result<RowSet, EngineError> {
    let mut sets = Vec::new();
    collect(conn, sql, &mut sets)?;
    Ok(sets.pop().unwrap_or_default())
}

/// Runs one statement; a call of a procedure may return several sets. Rows that came before an error
/// are kept.
fn collect(conn: &mut Conn, sql: &str, sets: &mut Vec<RowSet>) -> std::result::Result<(), EngineError> {
    let mut result = conn.query_iter(sql).map_err(|error| classify(&error))?;
    while let Some(set) = result.iter() {
        let columns: Vec<String> =
            set.columns().as_ref().iter().map(|column| column.name_str().into_owned()).collect();
        let keep = !columns.is_empty();
        let mut rows = Vec::new();
        let mut failed = None;
        for row in set {
            match row {
                Ok(row) => rows.push(row.unwrap_raw().into_iter().map(value).collect()),
                Err(error) => failed = Some(classify(&error)),
            }
        }
        if keep {
            sets.push(RowSet { columns, rows });
        }
        if let Some(error) = failed {
            return Err(error);
        }
    }
    Ok(())
}

/// In the text protocol every value is NULL or bytes.
fn value(value: Option<mysql::Value>) -> Value {
    match value {
        None | Some(mysql::Value::NULL) => Value::Null,
        Some(mysql::Value::Bytes(bytes)) => Value::Text(String::from_utf8_lossy(&bytes).into_owned()),
        Some(mysql::Value::Int(number)) => Value::Int(number),
        Some(other) => Value::Text(other.as_sql(true)),
    }
}
