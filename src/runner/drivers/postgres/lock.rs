use super::client::Client;
use super::query;
use crate::runner::driver::EngineError;
use crate::runner::drivers::server::ledger::literal;
use crate::runner::drivers::server::lock::{self, Lockable};
use crate::runner::failure::Result;

/// Takes the session's advisory lock for a plan. The server frees it with the session, however that
/// ends. The seed is another one than that of the scripts' own locks.
pub(super) fn take(client: &mut Client, plan: &str) -> Result<()> {
    let key = format!("hashtextextended({}, 7305806)", literal(plan));
    lock::take(&mut Advisory { client, key })
}

struct Advisory<'c> {
    client: &'c mut Client,
    key: String,
}

impl Lockable for Advisory<'_> {
    fn attempt(&mut self) -> std::result::Result<bool, EngineError> {
        let set = query(self.client, &format!("SELECT pg_try_advisory_lock({}) AS got", self.key))?;
        Ok(set.rows.first().is_some_and(|row| set.text(row, "got") == "t"))
    }

    fn holder(&mut self) -> std::result::Result<String, EngineError> {
        let set = query(
            self.client,
            &format!(
                "SELECT a.pid, a.usename, coalesce(host(a.client_addr), 'a local socket') AS host \
                 FROM pg_locks AS l JOIN pg_stat_activity AS a USING (pid) \
                 WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 \
                   AND a.datname = current_database() \
                   AND ((l.classid::bigint << 32) | l.objid::bigint) = {}",
                self.key
            ),
        )?;
        let Some(row) = set.rows.first() else { return Ok(String::new()) };
        let text = |name| set.text(row, name);
        Ok(format!("server process {}, role {}, from {}", text("pid"), text("usename"), text("host")))
    }
}
