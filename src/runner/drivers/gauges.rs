//! What a throttle measures, in each engine's words. A gauge that an engine lacks, or that a role may not read, is an
//! error: who cannot measure waits.

use crate::base::Engine;
use crate::runner::driver::{RowSet, Session, Value};
use crate::runner::throttle::Gauge;

/// The slowest replica of a primary, or how far a standby is behind. Without a replica nobody knows, and to a role that
/// may not see the others' figures they are NULL.
const POSTGRES_LAG: &str = "SELECT CASE WHEN pg_is_in_recovery() \
    THEN CASE WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0 \
      ELSE extract(epoch FROM clock_timestamp() - pg_last_xact_replay_timestamp()) END \
    ELSE (SELECT CASE WHEN bool_and(replay_lsn IS NOT NULL) THEN max(CASE WHEN replay_lsn >= pg_current_wal_lsn() THEN 0 \
      ELSE coalesce(extract(epoch FROM replay_lag), 0) END) END FROM pg_stat_replication) END AS value";

const POSTGRES_SESSIONS: &str = "SELECT CASE WHEN pg_has_role('pg_read_all_stats', 'USAGE') THEN \
    (SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND backend_type = 'client backend' \
    AND pid <> pg_backend_pid() AND application_name <> 'datamove') END AS value";

const POSTGRES_LOG: &str = "SELECT pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_receive_lsn() \
    ELSE pg_current_wal_lsn() END, '0/0') AS value";

/// The gauge's value.
pub(in crate::runner) fn measure(session: &mut dyn Session, gauge: &Gauge) -> Result<f64, String> {
    let engine = session.engine();
    match (engine, gauge) {
        (_, Gauge::Query(sql)) => first(session, sql),
        (Engine::Postgres, Gauge::Lag) => first(session, POSTGRES_LAG)
            .map_err(|why| format!("{why} (no replica is connected, or the role lacks pg_read_all_stats)")),
        (Engine::Postgres, Gauge::Sessions) => {
            first(session, POSTGRES_SESSIONS).map_err(|why| format!("{why} (the role lacks pg_read_all_stats)"))
        }
        (Engine::Postgres, Gauge::Log) => first(session, POSTGRES_LOG),
        (Engine::Mysql, Gauge::Lag) => behind(session),
        // One of them is this session.
        (Engine::Mysql, Gauge::Sessions) => status(session, "Threads_running").map(|running| (running - 1.0).max(0.0)),
        (Engine::Mysql, Gauge::Log) => status(session, "Innodb_os_log_written"),
        (Engine::Mysql, Gauge::History) => status(session, "Innodb_history_list_length").or_else(|_| {
            first(session, "SELECT count AS value FROM information_schema.innodb_metrics WHERE name = 'trx_rseg_history_len'")
        }),
        (Engine::Postgres, Gauge::History)
        | (Engine::Sqlite, Gauge::Lag | Gauge::Sessions | Gauge::Log | Gauge::History) => {
            Err(format!("{engine} has no such figure"))
        }
    }
}

/// How far this server is behind its own source; only a replica knows.
fn behind(session: &mut dyn Session) -> Result<f64, String> {
    let asked = ["SHOW REPLICA STATUS", "SHOW SLAVE STATUS"];
    let mut said = Err("nothing was said".to_owned());
    for sql in asked {
        match session.query(sql) {
            Ok(set) => {
                let names = ["Seconds_Behind_Source", "Seconds_Behind_Master"];
                let found = names.iter().find_map(|name| set.column(name));
                return found.map_or_else(
                    || Err("this server is no replica".to_owned()),
                    |column| {
                        set.rows
                            .first()
                            .map_or(Err("this server is no replica".to_owned()), |row| number(&row[column]))
                    },
                );
            }
            Err(error) => said = Err(error.message),
        }
    }
    said
}

fn status(session: &mut dyn Session, name: &str) -> Result<f64, String> {
    let set = session.query(&format!("SHOW GLOBAL STATUS LIKE '{name}'")).map_err(|error| error.message)?;
    let value = set.column("Value").and_then(|column| set.rows.first()?.get(column).cloned());
    value.map_or_else(|| Err(format!("the server has no `{name}`")), |value| number(&value))
}

/// The first value of the first row.
fn first(session: &mut dyn Session, sql: &str) -> Result<f64, String> {
    let RowSet { rows, .. } = session.query(sql).map_err(|error| error.message)?;
    rows.first().and_then(|row| row.first()).map_or_else(|| Err("no row came".to_owned()), number)
}

fn number(value: &Value) -> Result<f64, String> {
    let number = match value {
        Value::Null => None,
        Value::Int(number) => number.to_string().parse().ok(),
        Value::Text(text) => text.trim().parse::<f64>().ok(),
    };
    number.filter(|number: &f64| number.is_finite()).ok_or_else(|| "no number came".to_owned())
}
