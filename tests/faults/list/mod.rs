//! The faults: each one entry, for all engines that have it, with what makes it clean.
//!
//! `{pg:` … `}` is PostgreSQL's alone, `{lite:` SQLite's, `{my:` MySQL's.

mod keys;
mod review;
mod rows;
mod texts;
mod values;

use datamove::base::Engine;
use datamove::diff::Class;

/// What stops a fault.
#[derive(Clone, Copy, Debug)]
pub(crate) enum By {
    /// An error of this code and nothing else. Where these words are replaced in plan and schemas, there is none.
    Code { code: &'static str, mended: &'static [(&'static str, &'static str)] },
    /// The check of this id alone fails in the preflight's script, or an error of this code ends it. With the rows
    /// `clean` in the source none fails; each of `bad` is a way to inject the fault.
    Probe { id: &'static str, clean: &'static str, bad: &'static [&'static str] },
    /// Nothing of the plan alone: the comparison with the plan before, whose moves these are, shows a change of this
    /// class before everything else that changed.
    Review { class: Class, before: &'static str },
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Fault {
    /// Its number in the suite's table.
    pub(crate) number: u32,
    pub(crate) what: &'static str,
    pub(crate) on: &'static [Engine],
    pub(crate) old: &'static str,
    pub(crate) new: &'static str,
    pub(crate) moves: &'static str,
    pub(crate) by: By,
}

const ALL: &[Engine] = &[Engine::Sqlite, Engine::Postgres, Engine::Mysql];
const LITE: &[Engine] = &[Engine::Sqlite];
const PG: &[Engine] = &[Engine::Postgres];
const MY: &[Engine] = &[Engine::Mysql];
const SERVERS: &[Engine] = &[Engine::Postgres, Engine::Mysql];

const OLD: &str = "CREATE TABLE person (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, note TEXT);";
const NEW: &str = "CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, note TEXT);";
const MOVE: &str = "move old.person p -> new.people { key id <- p.id ... }";
const TEAMS: &str = "CREATE TABLE team (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, closed BOOLEAN NOT NULL);
    CREATE TABLE person (id INTEGER PRIMARY KEY, team_id INTEGER NOT NULL, FOREIGN KEY (team_id) REFERENCES team (id));";
const LOOSE_TEAMS: &str =
    "CREATE TABLE team (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, closed BOOLEAN NOT NULL);
    CREATE TABLE person (id INTEGER PRIMARY KEY, team_id INTEGER NOT NULL);";
const NEW_TEAMS: &str = "CREATE TABLE teams (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, closed BOOLEAN NOT NULL);
    CREATE TABLE people (id INTEGER PRIMARY KEY, team_id INTEGER NOT NULL, FOREIGN KEY (team_id) REFERENCES teams (id));";
const REST: &str = "move old.team t -> new.teams { key id <- t.id ... }\nmove old.person p -> new.people { key id <- p.id ... }";
const NEW_KEYS: &str = "move old.team t -> new.teams { key id <- sequence(t.id) ... }\nmove old.person p -> new.people { key id <- p.id ... }";
const TWO: &str = "CREATE TABLE person (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL);
    CREATE TABLE guest (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL);";
const ONE_OF_TWO: &str = "CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL);";
const LOCAL: &str =
    "CREATE TABLE person (id INTEGER PRIMARY KEY, at {my:DATETIME}{pg:TIMESTAMP}{lite:TIMESTAMP});";
const INSTANT: &str = "CREATE TABLE person (id INTEGER PRIMARY KEY, at {my:TIMESTAMP NULL}{pg:TIMESTAMP WITH TIME ZONE}{lite:TIMESTAMP WITH TIME ZONE});";
const NEW_LOCAL: &str =
    "CREATE TABLE people (id INTEGER PRIMARY KEY, at {my:DATETIME}{pg:TIMESTAMP}{lite:TIMESTAMP});";
const NEW_INSTANT: &str = "CREATE TABLE people (id INTEGER PRIMARY KEY, at {my:TIMESTAMP NULL}{pg:TIMESTAMP WITH TIME ZONE}{lite:TIMESTAMP WITH TIME ZONE});";
const IN_PARIS: &str =
    "move old.person p -> new.people { key id <- p.id  at <- p.at in zone 'Europe/Paris' }";
const IN_UTC: &[(&str, &str)] = &[("...", "at <- p.at in zone 'UTC'")];
const PARIS_CLOCKS: &str = "INSERT INTO person VALUES (1, '2026-03-29 01:59:59'), (2, '2026-03-29 03:00:00'),
    (3, '2026-10-25 01:59:59'), (4, '2026-10-25 03:00:00'), (5, NULL), (6, '2026-07-01 12:00:00')";
const NAMES: &str = "INSERT INTO person VALUES (1, 'a', 'x'), (2, 'b', 'x')";

type Tables = (&'static str, &'static str);
type Mended = &'static [(&'static str, &'static str)];

/// A fault of the plan or the schemas: `code`, and how it is mended.
const fn c(
    number: u32,
    what: &'static str,
    on: &'static [Engine],
    tables: Tables,
    moves: &'static str,
    code: &'static str,
    mended: Mended,
) -> Fault {
    Fault { number, what, on, old: tables.0, new: tables.1, moves, by: By::Code { code, mended } }
}

/// A fault of the rows: the check `id`, rows that pass, and what is done to them.
const fn p(
    (number, what): (u32, &'static str),
    on: &'static [Engine],
    tables: Tables,
    moves: &'static str,
    id: &'static str,
    clean: &'static str,
    bad: &'static [&'static str],
) -> Fault {
    Fault { number, what, on, old: tables.0, new: tables.1, moves, by: By::Probe { id, clean, bad } }
}

pub(crate) fn faults() -> Vec<Fault> {
    [
        values::columns(),
        values::values(),
        texts::times(),
        texts::texts(),
        keys::keys(),
        rows::rows(),
        rows::plans(),
        rows::targets(),
        review::reviewed(),
    ]
    .concat()
}
