//! Which server a session is with, where it stands in its history, and what time it is there.
//!
//! Nothing in it is a host, a path or a user, and no right is needed: what a role may not ask is left out.

#![expect(clippy::disallowed_methods, reason = "the header of a database file is read")]

use std::fs::File;
use std::io::Read as _;

use super::server::ledger::{literal, quoted};
use crate::base::Engine;
use crate::runner::driver::{RowSet, Session, Value};
use crate::runner::evidence::{Moment, Side};

/// The side that a session sees; `attached` names a file beside the main one.
pub(in crate::runner) fn side(session: &mut dyn Session, attached: Option<&str>) -> Side {
    match session.engine() {
        Engine::Sqlite => file(session, attached.unwrap_or("main")),
        Engine::Postgres => postgres(session),
        Engine::Mysql => mysql(session),
    }
}

/// The server's clock, in UTC.
pub(in crate::runner) fn now(session: &mut dyn Session) -> Moment {
    let sql = match session.engine() {
        Engine::Sqlite => {
            "SELECT strftime('%Y-%m-%dT%H:%M:%SZ', 'now') AS at, CAST(strftime('%s', 'now') AS INTEGER) AS second"
        }
        Engine::Postgres => {
            "SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') AS at, \
             floor(extract(epoch FROM now()))::bigint AS second"
        }
        Engine::Mysql => {
            "SELECT DATE_FORMAT(UTC_TIMESTAMP(), '%Y-%m-%dT%H:%i:%sZ') AS at, UNIX_TIMESTAMP() AS second"
        }
    };
    let Ok(set) = session.query(sql) else { return Moment::default() };
    let first = set.rows.first().cloned().unwrap_or_default();
    Moment { at: set.text(&first, "at"), second: set.count(&first, "second").unwrap_or(0) }
}

/// A table of the ledger, as statements of that engine name it.
pub(in crate::runner) fn ledger_table(engine: Engine, ledger: &str, table: &str) -> String {
    match engine {
        Engine::Sqlite => format!("main.{}", quoted(&format!("{ledger}{table}"))),
        Engine::Postgres | Engine::Mysql => format!("{}.{}", quoted(ledger), quoted(table)),
    }
}

/// A query that returns a row if the ledger has that table.
pub(in crate::runner) fn has_table(engine: Engine, ledger: &str, table: &str) -> String {
    match engine {
        Engine::Sqlite => format!(
            "SELECT 1 AS found FROM main.sqlite_master WHERE type = 'table' AND name = {}",
            literal(&format!("{ledger}{table}"))
        ),
        Engine::Postgres | Engine::Mysql => format!(
            "SELECT 1 AS found FROM information_schema.tables WHERE table_schema = {} AND table_name = {}",
            literal(ledger),
            literal(table)
        ),
    }
}

/// The text of the first column of each row; none where the question is refused.
fn said(session: &mut dyn Session, sql: &str) -> Vec<Vec<String>> {
    let text = |value: Value| match value {
        Value::Null => String::new(),
        Value::Int(number) => number.to_string(),
        Value::Text(text) => text,
    };
    let RowSet { rows, .. } = session.query(sql).unwrap_or_default();
    rows.into_iter().map(|row| row.into_iter().map(text).collect()).collect()
}

fn one(session: &mut dyn Session, sql: &str) -> Option<String> {
    said(session, sql).into_iter().next()?.into_iter().next().filter(|text| !text.is_empty())
}

/// `a 1, b 2`, of what is known.
fn joined(parts: &[(&str, Option<String>)]) -> String {
    let known: Vec<_> =
        parts.iter().filter_map(|(name, value)| Some(format!("{name} {}", value.as_ref()?))).collect();
    if known.is_empty() { "unknown".to_owned() } else { known.join(", ") }
}

fn postgres(session: &mut dyn Session) -> Side {
    let system = one(session, "SELECT system_identifier FROM pg_control_system()");
    let database = one(session, "SELECT oid FROM pg_database WHERE datname = current_database()");
    // A standby has no position of its own.
    let log = one(
        session,
        "SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END",
    );
    let snapshot = one(session, "SELECT pg_current_snapshot()");
    Side {
        server: joined(&[("PostgreSQL system", system), ("database", database)]),
        position: joined(&[("log", log), ("snapshot", snapshot)]),
    }
}

fn mysql(session: &mut dyn Session) -> Side {
    let variable = |session: &mut dyn Session, names: &str| {
        let sql = format!("SHOW GLOBAL VARIABLES WHERE Variable_name IN ({names}) AND Value <> ''");
        said(session, &sql).into_iter().next()?.into_iter().nth(1)
    };
    let server = variable(session, "'server_uuid', 'server_uid'");
    let id = variable(session, "'server_id'");
    let gtid = variable(session, "'gtid_executed', 'gtid_binlog_pos', 'gtid_current_pos'");
    // Both questions need a right; a server without a binary log answers neither.
    let log = ["SHOW MASTER STATUS", "SHOW BINARY LOG STATUS"].iter().find_map(|sql| {
        let row = said(session, sql).into_iter().next()?;
        Some(format!("{}:{}", row.first()?, row.get(1)?))
    });
    Side {
        server: joined(&[("MySQL server", server), ("id", id)]),
        position: joined(&[("GTID", gtid), ("log", log)]),
    }
}

fn file(session: &mut dyn Session, name: &str) -> Side {
    let pragma = |word: &str| format!("PRAGMA {}.{word}", quoted(name));
    let application = one(session, &pragma("application_id"));
    let schema = one(session, &pragma("schema_version"));
    let data = one(session, &pragma("data_version"));
    let files = said(session, "PRAGMA database_list");
    let path = files.into_iter().find(|row| row.get(1).is_some_and(|found| found == name));
    let counter = path.and_then(|row| change_counter(row.get(2)?));
    Side {
        server: joined(&[("SQLite application", application)]),
        position: joined(&[("change", counter), ("schema", schema), ("data", data)]),
    }
}

/// The number that a file's header counts its changes with (<https://www.sqlite.org/fileformat.html>,
/// 1.3.7). A write-ahead log moves it only at its checkpoints.
fn change_counter(path: &str) -> Option<String> {
    let mut header = [0; 28];
    File::open(path).ok()?.read_exact(&mut header).ok()?;
    let counter: [u8; 4] = header[24..28].try_into().ok()?;
    Some(u32::from_be_bytes(counter).to_string())
}
