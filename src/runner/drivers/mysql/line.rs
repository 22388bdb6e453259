use mysql::Conn;

use super::query;
use crate::runner::driver::EngineError;
use crate::runner::drivers::server::ledger::literal;

/// A connection as the server knows it: its number, and where it comes from. After a restart of the
/// server the number may be somebody else's.
#[derive(Debug)]
pub(super) struct Line {
    id: String,
    from: String,
}

impl Line {
    pub(super) fn of(conn: &mut Conn) -> Result<Self, EngineError> {
        let own = query(
            conn,
            "SELECT id AS id, host AS host FROM information_schema.processlist WHERE id = CONNECTION_ID()",
        )?;
        let row = own.rows.first().cloned().unwrap_or_default();
        Ok(Self { id: own.text(&row, "id"), from: own.text(&row, "host") })
    }

    /// Ends the connection after it was lost, if the server has not noticed that nobody is there: it may
    /// hold the lock of this run and rows of its ledger.
    pub(super) fn end(&self, conn: &mut Conn) -> Result<(), EngineError> {
        let (id, from) = (literal(&self.id), literal(&self.from));
        let there = query(
            conn,
            &format!("SELECT id AS id FROM information_schema.processlist WHERE id = {id} AND host = {from}"),
        )?;
        if let Some(row) = there.rows.first() {
            // It may end by itself meanwhile.
            let _ = query(conn, &format!("KILL {}", there.text(row, "id")));
        }
        Ok(())
    }
}
