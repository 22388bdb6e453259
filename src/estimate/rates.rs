use crate::base::Engine;

/// Rows in a second that a move writes with its checkpoints, from the slowest to the fastest run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    pub engine: Engine,
    pub slowest: u64,
    pub fastest: u64,
    /// How it was measured.
    pub measured: &'static str,
}

/// Two million rows of seven columns, about 128 bytes each, moved with renames, cents to decimals, a
/// naive time to an instant and a default for NULL, on two shared cores without syncing to disk:
/// PostgreSQL 15 in 26 to 34 s, MariaDB 10.11 in 31 to 45 s, SQLite 3.40 in 3.3 to 4.9 s for the bare
/// statements, to which the runner comes as near as 0.84 (`benches/backfill.rs`).
pub const RATES: [Rate; 3] = [
    Rate {
        engine: Engine::Sqlite,
        slowest: 340_000,
        fastest: 510_000,
        measured: "primary key in place, foreign keys not checked",
    },
    Rate {
        engine: Engine::Postgres,
        slowest: 59_000,
        fastest: 77_000,
        measured: "primary key and foreign keys in place",
    },
    Rate {
        engine: Engine::Mysql,
        slowest: 44_000,
        fastest: 64_000,
        measured: "primary key and foreign keys in place",
    },
];

/// The rates of an engine.
#[must_use]
pub fn rate(engine: Engine) -> Rate {
    let [first, ..] = RATES;
    RATES.into_iter().find(|rate| rate.engine == engine).unwrap_or(first)
}
