//! MySQL and MariaDB: source and target are databases of one server.

mod errors;
mod open;

use std::fmt;

use mysql::Conn;
use mysql::prelude::Queryable as _;

use crate::base::Engine;
use crate::runner::driver::{EngineError, RowSet, Session, Value};
use crate::runner::failure::{Failure, Result};
use crate::runner::location::Server;
use errors::classify;
use open::Door;

/// A session with a server.
pub struct Mysql {
    conn: Conn,
    door: Door,
}

impl fmt::Debug for Mysql {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mysql").field("door", &self.door).finish_non_exhaustive()
    }
}

/// What a session is pinned to, so that the same question has the same answer everywhere.
const PINS: [&str; 3] = [
    "SET NAMES utf8mb4",
    "SET SESSION time_zone = '+00:00'",
    "SET SESSION sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES,ONLY_FULL_GROUP_BY,\
     STRICT_ALL_TABLES,STRICT_TRANS_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,\
     NO_ENGINE_SUBSTITUTION,NO_AUTO_VALUE_ON_ZERO,NO_UNSIGNED_SUBTRACTION'",
];

impl Mysql {
    /// Opens a session that only reads.
    pub fn look(server: &Server) -> Result<Self> {
        let door = Door::of(server)?;
        let mut conn = door.open()?;
        for sql in PINS.into_iter().chain(["SET SESSION TRANSACTION READ ONLY"]) {
            query(&mut conn, sql).map_err(Failure::from_engine)?;
        }
        Ok(Self { conn, door })
    }
}

impl Session for Mysql {
    fn engine(&self) -> Engine {
        Engine::Mysql
    }

    fn query(&mut self, sql: &str) -> std::result::Result<RowSet, EngineError> {
        query(&mut self.conn, sql)
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
