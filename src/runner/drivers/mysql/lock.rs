use std::fmt;

use mysql::Conn;

use super::line::Line;
use super::open::Door;
use super::query;
use crate::runner::driver::{EngineError, Trouble};
use crate::runner::drivers::server::ledger::literal;
use crate::runner::drivers::server::lock::{self, Lockable};
use crate::runner::failure::{Failure, Result};

/// The server's lock for a plan, held by a connection of its own: a session that is made fresh for a
/// script loses its locks.
pub(super) struct Lock {
    conn: Conn,
    pub(super) line: Line,
    name: String,
    pub(super) plan: String,
}

impl fmt::Debug for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lock").field("plan", &self.plan).finish_non_exhaustive()
    }
}

impl Lock {
    pub(super) fn take(door: &Door, plan: &str) -> Result<Self> {
        let mut conn = door.open()?;
        // The longest that there is: a validation may take hours, and this connection is idle then.
        query(&mut conn, "SET SESSION wait_timeout = 31536000").map_err(Failure::from_engine)?;
        // A lock's name has at most 64 characters.
        let name = format!("concat('datamove_', sha1({}))", literal(plan));
        let line = Line::of(&mut conn).map_err(Failure::from_engine)?;
        let mut lock = Self { conn, line, name, plan: plan.to_owned() };
        lock::take(&mut lock)?;
        Ok(lock)
    }

    /// Fails if the lock is not held any more.
    pub(super) fn check(&mut self) -> std::result::Result<(), EngineError> {
        if self.says("coalesce(IS_USED_LOCK({}), 0) = CONNECTION_ID()")? {
            return Ok(());
        }
        Err(EngineError::new(Trouble::Lost, "the session that held the lock of this run is gone"))
    }

    fn says(&mut self, sql: &str) -> std::result::Result<bool, EngineError> {
        let set = query(&mut self.conn, &format!("SELECT {} AS said", sql.replace("{}", &self.name)))?;
        Ok(set.rows.first().is_some_and(|row| set.text(row, "said") == "1"))
    }
}

impl Lockable for Lock {
    fn attempt(&mut self) -> std::result::Result<bool, EngineError> {
        self.says("GET_LOCK({}, 0)")
    }

    fn holder(&mut self) -> std::result::Result<String, EngineError> {
        let name = &self.name;
        let set = query(
            &mut self.conn,
            &format!(
                "SELECT l.id, p.user AS user, p.host AS host FROM (SELECT IS_USED_LOCK({name}) AS id) AS l \
                 LEFT JOIN information_schema.processlist AS p ON p.id = l.id"
            ),
        )?;
        let Some(row) = set.rows.first() else { return Ok(String::new()) };
        let text = |name| set.text(row, name);
        // Others' connections are listed only for who has the right PROCESS.
        let whose = if text("user").is_empty() {
            String::new()
        } else {
            format!(", user {}, from {}", text("user"), text("host"))
        };
        Ok(format!("connection {}{whose}", text("id")))
    }
}
