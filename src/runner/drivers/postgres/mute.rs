//! A line that is open and brings nothing any more, because something between forgot it: TCP notices where the other
//! machine is gone, but not where a proxy goes on answering for it. A statement may work for hours without a word, so
//! only the server knows; it is asked over another line.

use std::time::Duration;

use super::client::Client;
use super::open::Door;
use super::{PINS, query};
use crate::runner::driver::EngineError;
use crate::runner::drivers::server::connect::in_time;
use crate::runner::drivers::server::ledger::literal;

/// Silence after which the server is asked, in times of the patience with somebody who connects.
const SILENT: u32 = 6;

/// The server's process for a session, when it began, and when the server did. A session's number may be somebody
/// else's on another server, which then knows nothing of this one.
const WHO: &str = "SELECT pid AS pid, extract(epoch FROM backend_start) AS began, \
    extract(epoch FROM pg_postmaster_start_time()) AS server FROM pg_stat_activity WHERE pid = pg_backend_pid()";

/// Asks about one session.
#[derive(Clone, Debug)]
pub(super) struct Watch {
    door: Door,
    pid: String,
    began: String,
    server: String,
}

impl Watch {
    /// For a session that was opened through `door`.
    pub(super) fn of(door: &Door, client: &mut Client) -> Result<Self, EngineError> {
        let set = query(client, WHO)?;
        let row = set.rows.first().cloned().unwrap_or_default();
        let text = |name| set.text(&row, name);
        Ok(Self { door: door.clone(), pid: text("pid"), began: text("began"), server: text("server") })
    }

    /// How long a silence lasts before the next question.
    pub(super) fn patience(&self, suspected: bool) -> Duration {
        let patience = self.door.patience();
        if suspected { patience } else { patience * SILENT }
    }

    /// The same server says that it waits for us, or that the session is gone. If nobody can be asked, that proves
    /// nothing.
    pub(super) fn server_waits(&self) -> bool {
        let (watch, patience) = (self.clone(), self.door.patience());
        in_time(patience * 2, move || watch.ask()).flatten().unwrap_or(false)
    }

    fn ask(&self) -> Option<bool> {
        let mut client = self.door.open_alone().ok()?;
        query(&mut client, PINS).ok()?;
        let (pid, began) = (literal(&self.pid), literal(&self.began));
        let sql = format!(
            "SELECT extract(epoch FROM pg_postmaster_start_time()) AS server, CASE WHEN a.pid IS NULL \
             OR a.state LIKE 'idle%' OR a.wait_event IN ('ClientRead', 'ClientWrite') THEN 1 ELSE 0 END AS waits \
             FROM (SELECT 1) AS one LEFT JOIN pg_stat_activity AS a \
             ON a.pid::text = {pid} AND extract(epoch FROM a.backend_start)::text = {began}"
        );
        let set = query(&mut client, &sql).ok()?;
        let row = set.rows.first()?;
        Some(set.text(row, "server") == self.server && set.text(row, "waits") == "1")
    }
}
