//! PostgreSQL: source and target are schemas of one database.

mod errors;
mod open;

use std::fmt;

use postgres::{Client, SimpleQueryMessage};

use crate::base::Engine;
use crate::runner::driver::{EngineError, RowSet, Session, Value};
use crate::runner::failure::{Failure, Result};
use crate::runner::location::Server;
use errors::classify;
use open::Door;

/// A session with a database.
pub struct Postgres {
    client: Client,
    door: Door,
}

impl fmt::Debug for Postgres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Postgres").field("door", &self.door).finish_non_exhaustive()
    }
}

/// What a session is pinned to, so that the same question has the same answer everywhere.
const PINS: &str = "SET client_encoding = 'UTF8'; SET standard_conforming_strings = on; \
    SET search_path = pg_catalog; SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; \
    SET IntervalStyle = 'postgres'; SET extra_float_digits = 1; SET bytea_output = 'hex'; \
    SET client_min_messages = warning";

impl Postgres {
    /// Opens a session that only reads.
    pub fn look(server: &Server) -> Result<Self> {
        let door = Door::of(server)?;
        let mut client = door.open()?;
        for sql in [PINS, "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY"] {
            query(&mut client, sql).map_err(Failure::from_engine)?;
        }
        Ok(Self { client, door })
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
