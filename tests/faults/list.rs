//! The faults: each one entry, for all engines that have it, with what makes it clean.
//!
//! `{pg:` … `}` is PostgreSQL's alone, `{lite:` SQLite's, `{my:` MySQL's.

use datamove::base::Engine;

/// What stops a fault.
#[derive(Clone, Copy, Debug)]
pub(crate) enum By {
    /// An error of this code and nothing else. Where these words are replaced in plan and schemas, there is none.
    Code { code: &'static str, mended: &'static [(&'static str, &'static str)] },
    /// The check of this id alone fails in the preflight's script, or an error of this code ends it. With the rows `clean` in the source none
    /// fails; `bad` are the statements that inject the fault.
    Probe { id: &'static str, clean: &'static str, bad: &'static [&'static str] },
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
    [columns(), values(), times(), texts(), keys(), rows(), plans(), targets()].concat()
}

/// 1 to 3: what is moved at all.
fn columns() -> Vec<Fault> {
    vec![
        c(
            1,
            "a column neither mapped nor dropped",
            ALL,
            (OLD, NEW),
            "move old.person p -> new.people { key id <- p.id  name <- p.name }",
            "DM0401",
            &[("name <- p.name", "name <- p.name  note <- p.note")],
        ),
        c(
            2,
            "a NOT NULL column without producer",
            ALL,
            (OLD, NEW),
            "move old.person p -> new.people { key id <- p.id  note <- p.name || coalesce(p.note, '') }",
            "DM0402",
            &[("note <-", "name <- p.name  note <-")],
        ),
        p(
            (3, "a nullable value into a NOT NULL column"),
            ALL,
            (
                OLD,
                "CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, note TEXT NOT NULL);",
            ),
            MOVE,
            "people/note/null",
            NAMES,
            &["INSERT INTO person VALUES (3, 'c', NULL)"],
        ),
        c(
            3,
            "NULL for a parent that is not found",
            ALL,
            (TEAMS, NEW_TEAMS),
            "move old.team t -> new.teams { key id <- sequence(t.id) ... }\nmove old.person p -> new.people { key id <- p.id  team_id <- ref new.teams(p.team_id) else null }",
            "DM0419",
            &[("else null", "else error")],
        ),
    ]
}

/// 4 to 6 and 10, 11: sizes, ranges and sets of values.
fn values() -> Vec<Fault> {
    const N: &str = "CREATE TABLE person (id INTEGER PRIMARY KEY, n BIGINT);";
    vec![
        p(
            (4, "a text longer than the column"),
            ALL,
            (OLD, "CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(5) NOT NULL, note TEXT);"),
            MOVE,
            "people/name/length",
            "INSERT INTO person VALUES (1, 'ééééé', '')",
            &["INSERT INTO person VALUES (2, 'éééééé', '')"],
        ),
        p(
            (4, "a text of more bytes than the column"),
            MY,
            (
                "CREATE TABLE person (id INTEGER PRIMARY KEY, note LONGTEXT);",
                "CREATE TABLE people (id INTEGER PRIMARY KEY, note TINYTEXT);",
            ),
            MOVE,
            "people/note/length",
            "INSERT INTO person VALUES (1, repeat('é', 127))",
            &["INSERT INTO person VALUES (2, repeat('é', 128))"],
        ),
        c(
            4,
            "a default longer than the column",
            ALL,
            (
                OLD,
                "CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, note VARCHAR(3));",
            ),
            "move old.person p -> new.people { key id <- p.id  note <- p.note default 'none'  ... }",
            "DM0403",
            &[("'none'", "'non'")],
        ),
        p(
            (5, "a bigint into an integer"),
            SERVERS,
            (N, "CREATE TABLE people (id INTEGER PRIMARY KEY, n INTEGER);"),
            MOVE,
            "people/n/range",
            "INSERT INTO person VALUES (1, 2147483647), (2, -2147483648)",
            &["INSERT INTO person VALUES (3, 2147483648)", "INSERT INTO person VALUES (3, -2147483649)"],
        ),
        p(
            (5, "a number without sign into one with a sign"),
            MY,
            (
                "CREATE TABLE person (id INTEGER PRIMARY KEY, n INT UNSIGNED);",
                "CREATE TABLE people (id INTEGER PRIMARY KEY, n INT);",
            ),
            MOVE,
            "people/n/range",
            "INSERT INTO person VALUES (1, 2147483647)",
            &["INSERT INTO person VALUES (2, 3000000000)"],
        ),
        p(
            (5, "a number with a sign into one without"),
            MY,
            (
                "CREATE TABLE person (id INTEGER PRIMARY KEY, n INT);",
                "CREATE TABLE people (id INTEGER PRIMARY KEY, n INT UNSIGNED);",
            ),
            MOVE,
            "people/n/range",
            "INSERT INTO person VALUES (1, 0)",
            &["INSERT INTO person VALUES (2, -1)"],
        ),
        c(
            5,
            "a number that no smallint is",
            SERVERS,
            (
                "CREATE TABLE person (id INTEGER PRIMARY KEY, n SMALLINT);",
                "CREATE TABLE people (id INTEGER PRIMARY KEY, n SMALLINT);",
            ),
            "move old.person p -> new.people { key id <- p.id  n <- p.n default -40000 }",
            "DM0403",
            &[("-40000", "-4000")],
        ),
        p(
            (5, "a calculation that leaves 64 bits"),
            LITE,
            (
                "CREATE TABLE person (id INTEGER PRIMARY KEY, n INTEGER);",
                "CREATE TABLE people (id INTEGER PRIMARY KEY, n INTEGER);",
            ),
            "move old.person p -> new.people { key id <- p.id  n <- p.n * p.n }",
            "DM0710",
            "INSERT INTO person VALUES (1, 3000000000)",
            &["INSERT INTO person VALUES (2, 4000000000)"],
        ),
        c(
            6,
            "digits after the point lost without a rounding",
            ALL,
            (
                "CREATE TABLE person (id INTEGER PRIMARY KEY, size DECIMAL(8, 3));",
                "CREATE TABLE people (id INTEGER PRIMARY KEY, size DECIMAL(8, 2));",
            ),
            MOVE,
            "DM0405",
            &[("DECIMAL(8, 3)", "DECIMAL(8, 2)")],
        ),
        c(
            6,
            "a float into a decimal",
            ALL,
            (
                "CREATE TABLE person (id INTEGER PRIMARY KEY, size DOUBLE PRECISION);",
                "CREATE TABLE people (id INTEGER PRIMARY KEY, size DECIMAL(8, 2));",
            ),
            MOVE,
            "DM0404",
            &[("...", "size <- round(p.size, 2, half_even)")],
        ),
        p(
            (6, "digits before the point that do not fit"),
            ALL,
            (
                "CREATE TABLE person (id INTEGER PRIMARY KEY, size DECIMAL(9, 2));",
                "CREATE TABLE people (id INTEGER PRIMARY KEY, size DECIMAL(8, 2));",
            ),
            MOVE,
            "people/size/range",
            "INSERT INTO person VALUES (1, 999999.99)",
            &["INSERT INTO person VALUES (2, 1000000)"],
        ),
        c(
            6,
            "an exact division without a rounding",
            ALL,
            (OLD, NEW),
            "move old.person p -> new.people { key id <- p.id  where p.id / 3 > 1  ... }",
            "DM0407",
            &[("p.id / 3", "p.id")],
        ),
        p(
            (10, "a text outside the values map"),
            ALL,
            (OLD, NEW),
            "values kinds { 'a' -> 'active', 'b' -> 'banned', else error }\nmove old.person p -> new.people { key id <- p.id  name <- kinds(p.name)  ... }",
            "people/name/values",
            NAMES,
            &["INSERT INTO person VALUES (3, 'A', '')", "INSERT INTO person VALUES (3, '', '')"],
        ),
        p(
            (10, "a text outside the labels of an enum"),
            SERVERS,
            (
                "CREATE TABLE person (id INTEGER PRIMARY KEY, kind VARCHAR(9));",
                "{pg:CREATE TYPE kind AS ENUM ('a', 'b');} CREATE TABLE people (id INTEGER PRIMARY KEY, kind {pg:kind}{my:ENUM('a', 'b')});",
            ),
            MOVE,
            "people/kind/values",
            "INSERT INTO person VALUES (1, 'a'), (2, NULL)",
            &[
                "INSERT INTO person VALUES (3, 'A')",
                "INSERT INTO person VALUES (3, '')",
                "INSERT INTO person VALUES (3, 'b ')",
            ],
        ),
        p(
            (10, "a code that the code table does not have"),
            ALL,
            (
                "CREATE TABLE kind (code VARCHAR(9) PRIMARY KEY); CREATE TABLE person (id INTEGER PRIMARY KEY, code VARCHAR(9));",
                "CREATE TABLE kinds (code VARCHAR(9) PRIMARY KEY); CREATE TABLE people (id INTEGER PRIMARY KEY, code VARCHAR(9), FOREIGN KEY (code) REFERENCES kinds (code));",
            ),
            "move old.kind k -> new.kinds { key code <- k.code }\nmove old.person p -> new.people { key id <- p.id ... }",
            "people/code/orphan",
            "INSERT INTO kind VALUES ('a'); INSERT INTO person VALUES (1, 'a'), (2, NULL)",
            &["INSERT INTO person VALUES (3, 'b')"],
        ),
        c(
            10,
            "a text into a boolean",
            ALL,
            (
                "CREATE TABLE person (id INTEGER PRIMARY KEY, ok VARCHAR(9));",
                "CREATE TABLE people (id INTEGER PRIMARY KEY, ok BOOLEAN);",
            ),
            "values yes { 'Y' -> true, 'N' -> false, else error }\nmove old.person p -> new.people { key id <- p.id ... }",
            "DM0404",
            &[("...", "ok <- yes(p.ok)")],
        ),
        p(
            (10, "a value of another type than declared"),
            LITE,
            (OLD, NEW),
            MOVE,
            "people/p.name/type",
            NAMES,
            &["INSERT INTO person VALUES (3, x'63', '')"],
        ),
        p(
            (11, "a number that is neither 0 nor 1 into a boolean"),
            ALL,
            (
                "CREATE TABLE person (id INTEGER PRIMARY KEY, ok SMALLINT);",
                "CREATE TABLE people (id INTEGER PRIMARY KEY, ok BOOLEAN);",
            ),
            MOVE,
            "people/ok/values",
            "INSERT INTO person VALUES (1, 0), (2, 1), (3, NULL)",
            &["INSERT INTO person VALUES (4, 2)", "INSERT INTO person VALUES (4, -1)"],
        ),
        p(
            (11, "a boolean that holds 2"),
            &[Engine::Sqlite, Engine::Mysql],
            (
                "CREATE TABLE person (id INTEGER PRIMARY KEY, ok {my:TINYINT(1)}{lite:BOOLEAN});",
                "CREATE TABLE people (id INTEGER PRIMARY KEY, ok BOOLEAN);",
            ),
            MOVE,
            "people/p.ok/type",
            "INSERT INTO person VALUES (1, 0), (2, 1), (3, NULL)",
            &["INSERT INTO person VALUES (4, 2)"],
        ),
    ]
}

/// 7 to 9: days and times.
fn times() -> Vec<Fault> {
    vec![
        c(
            7,
            "a local time into an instant without a zone",
            ALL,
            (LOCAL, NEW_INSTANT),
            MOVE,
            "DM0404",
            IN_UTC,
        ),
        c(
            7,
            "an instant into a local time without a zone",
            ALL,
            (INSTANT, NEW_LOCAL),
            MOVE,
            "DM0404",
            IN_UTC,
        ),
        c(
            7,
            "digits of a second",
            SERVERS,
            (
                "CREATE TABLE person (id INTEGER PRIMARY KEY, at {my:DATETIME}{pg:TIMESTAMP}(6));",
                "CREATE TABLE people (id INTEGER PRIMARY KEY, at {my:DATETIME}{pg:TIMESTAMP}(3));",
            ),
            MOVE,
            "DM0406",
            &[("(3)", "(6)")],
        ),
        p(
            (8, "a local time that the clocks skip"),
            SERVERS,
            (LOCAL, NEW_INSTANT),
            IN_PARIS,
            "people/at/zone",
            PARIS_CLOCKS,
            &[
                "INSERT INTO person VALUES (9, '2026-03-29 02:30:00')",
                "INSERT INTO person VALUES (9, '2026-03-29 02:00:00')",
            ],
        ),
        p(
            (8, "a local time that is there twice"),
            SERVERS,
            (LOCAL, NEW_INSTANT),
            IN_PARIS,
            "people/at/zone",
            PARIS_CLOCKS,
            &[
                "INSERT INTO person VALUES (9, '2026-10-25 02:30:00')",
                "INSERT INTO person VALUES (9, '2026-10-25 02:00:00')",
            ],
        ),
        c(
            8,
            "a zone whose rules the engine does not know",
            LITE,
            (LOCAL, NEW_INSTANT),
            IN_PARIS,
            "DM0602",
            &[("Europe/Paris", "+01:00")],
        ),
        p(
            (9, "a day that does not exist"),
            &[Engine::Sqlite, Engine::Mysql],
            (
                "CREATE TABLE person (id INTEGER PRIMARY KEY, d DATE);",
                "CREATE TABLE people (id INTEGER PRIMARY KEY, d DATE);",
            ),
            MOVE,
            "people/p.d/type",
            "INSERT INTO person VALUES (1, '2026-02-28'), (2, '2024-02-29')",
            &[
                "{my:SET sql_mode = 'ALLOW_INVALID_DATES';} INSERT INTO person VALUES (3, '2026-02-30')",
                "INSERT INTO person VALUES (3, '0000-00-00')",
                "INSERT INTO person VALUES (3, '2026-02-00')",
            ],
        ),
        p(
            (9, "a time before 1970 for an instant that ends there"),
            MY,
            (LOCAL, NEW_INSTANT),
            "move old.person p -> new.people { key id <- p.id  at <- p.at in zone 'UTC' }",
            "people/at/range",
            "INSERT INTO person VALUES (1, '1970-01-01 00:00:01')",
            &[
                "INSERT INTO person VALUES (2, '1969-12-31 23:59:59')",
                "INSERT INTO person VALUES (2, '2038-01-19 03:14:08')",
            ],
        ),
        p(
            (9, "NaN or an infinity into a decimal"),
            PG,
            (
                "CREATE TABLE person (id INTEGER PRIMARY KEY, n DOUBLE PRECISION);",
                "CREATE TABLE people (id INTEGER PRIMARY KEY, n DECIMAL(8, 2));",
            ),
            "move old.person p -> new.people { key id <- p.id  n <- round(p.n, 2, half_even) }",
            "people/n/range",
            "INSERT INTO person VALUES (1, 1.5), (2, NULL)",
            &[
                "INSERT INTO person VALUES (3, 'NaN')",
                "INSERT INTO person VALUES (3, 'Infinity')",
                "INSERT INTO person VALUES (3, '-Infinity')",
            ],
        ),
    ]
}

/// 12 and 13: characters and documents. Bytes that are no UTF-8 go from one SQLite file to another as they are, and
/// servers hold none.
fn texts() -> Vec<Fault> {
    const OF: &str = "CREATE TABLE person (id INTEGER PRIMARY KEY, v VARCHAR(9) {my:CHARACTER SET utf8mb4});";
    vec![
        p(
            (12, "a character that latin1 does not have"),
            MY,
            (OF, "CREATE TABLE people (id INTEGER PRIMARY KEY, v VARCHAR(9) CHARACTER SET latin1);"),
            MOVE,
            "people/v/lossy",
            "INSERT INTO person VALUES (1, 'é€')",
            &["INSERT INTO person VALUES (2, 'ŝ')"],
        ),
        p(
            (12, "a character that utf8mb3 does not have"),
            MY,
            (OF, "CREATE TABLE people (id INTEGER PRIMARY KEY, v VARCHAR(9) CHARACTER SET utf8mb3);"),
            MOVE,
            "people/v/lossy",
            "INSERT INTO person VALUES (1, 'ŝ')",
            &["INSERT INTO person VALUES (2, '😀')"],
        ),
        p(
            (12, "a text with the character NUL"),
            LITE,
            (OF, "CREATE TABLE people (id INTEGER PRIMARY KEY, v VARCHAR(9));"),
            MOVE,
            "people/p.v/type",
            "INSERT INTO person VALUES (1, 'ŝ😀')",
            &["INSERT INTO person VALUES (2, 'a' || char(0) || 'b')"],
        ),
        c(
            13,
            "a text into json",
            ALL,
            (
                "CREATE TABLE person (id INTEGER PRIMARY KEY, doc VARCHAR(99));",
                "CREATE TABLE people (id INTEGER PRIMARY KEY, doc JSON);",
            ),
            MOVE,
            "DM0404",
            &[("VARCHAR(99)", "JSON")],
        ),
    ]
}

/// 14 to 16 and 18: keys, references and CHECKs of the target.
fn keys() -> Vec<Fault> {
    const TEAM_1: &str = "INSERT INTO team VALUES (1, 'a', FALSE); INSERT INTO person VALUES (1, 1)";
    const FOLDED: &str = "CREATE TABLE person (id INTEGER PRIMARY KEY, name VARCHAR(9) {my:CHARACTER SET utf8mb4 COLLATE utf8mb4_bin} NOT NULL UNIQUE);";
    vec![
        p(
            (14, "a reference whose parent is missing"),
            ALL,
            (LOOSE_TEAMS, NEW_TEAMS),
            REST,
            "people/team_id/orphan",
            TEAM_1,
            &["INSERT INTO person VALUES (2, 9)"],
        ),
        p(
            (14, "a reference without parent, although the source has the constraint"),
            MY,
            (TEAMS, NEW_TEAMS),
            REST,
            "people/team_id/orphan",
            TEAM_1,
            &["SET foreign_key_checks = 0; INSERT INTO person VALUES (2, 9)"],
        ),
        p(
            (15, "a new unique key"),
            ALL,
            (
                OLD,
                "CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL UNIQUE, note TEXT);",
            ),
            MOVE,
            "people/name/unique",
            NAMES,
            &["INSERT INTO person VALUES (3, 'a', '')"],
        ),
        p(
            (15, "values that a transform makes equal"),
            ALL,
            (
                "CREATE TABLE person (id INTEGER PRIMARY KEY, name VARCHAR(9) NOT NULL UNIQUE);",
                "CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(9) NOT NULL UNIQUE);",
            ),
            "move old.person p -> new.people { key id <- p.id  name <- trim(p.name) }",
            "people/name/unique",
            "INSERT INTO person VALUES (1, ' a')",
            &["INSERT INTO person VALUES (2, '  a')"],
        ),
        p(
            (15, "a unique key that ignores letter case"),
            &[Engine::Sqlite, Engine::Mysql],
            (
                FOLDED,
                "CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(9) {my:CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci} NOT NULL {lite:COLLATE NOCASE} UNIQUE);",
            ),
            MOVE,
            "people/name/unique",
            "INSERT INTO person VALUES (1, 'a')",
            &["INSERT INTO person VALUES (2, 'A')"],
        ),
        p(
            (15, "a unique key that ignores accents"),
            MY,
            (
                FOLDED,
                "CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci NOT NULL UNIQUE);",
            ),
            MOVE,
            "people/name/unique",
            "INSERT INTO person VALUES (1, 'e')",
            &["INSERT INTO person VALUES (2, 'é')"],
        ),
        p(
            (15, "a unique key that ignores spaces at the end"),
            SERVERS,
            (
                "CREATE TABLE person (id INTEGER PRIMARY KEY, name VARCHAR(4) {my:CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin} NOT NULL UNIQUE);",
                "CREATE TABLE people (id INTEGER PRIMARY KEY, name {pg:CHAR(4)}{my:VARCHAR(4)} NOT NULL UNIQUE);",
            ),
            MOVE,
            "people/name/unique",
            "INSERT INTO person VALUES (1, 'a')",
            &["INSERT INTO person VALUES (2, 'a ')"],
        ),
        c(
            15,
            "a unique index over an expression",
            &[Engine::Sqlite, Engine::Postgres],
            (
                OLD,
                "CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, note TEXT); CREATE UNIQUE INDEX by_name ON people (lower(name));",
            ),
            MOVE,
            "DM0423",
            &[("(lower(name))", "(name)")],
        ),
        p(
            (15, "a key that ignores letter case by its type"),
            PG,
            (
                "CREATE TABLE person (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL UNIQUE);",
                "CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA public; CREATE TABLE people (id INTEGER PRIMARY KEY, name public.citext NOT NULL UNIQUE);",
            ),
            MOVE,
            "people/name/unique",
            "INSERT INTO person VALUES (1, 'a'), (2, 'b')",
            &["INSERT INTO person VALUES (3, 'A')"],
        ),
        p(
            (16, "a CHECK that rows break"),
            ALL,
            (
                "CREATE TABLE person (id INTEGER PRIMARY KEY, age INTEGER);",
                "CREATE TABLE people (id INTEGER PRIMARY KEY, age INTEGER CHECK (age >= 0));",
            ),
            MOVE,
            "people/age/check",
            "INSERT INTO person VALUES (1, 0), (2, NULL)",
            &["INSERT INTO person VALUES (3, -1)"],
        ),
        c(
            18,
            "the old key of a parent that gets new ones",
            ALL,
            (TEAMS, NEW_TEAMS),
            NEW_KEYS,
            "DM0422",
            &[("key id <- p.id", "key id <- p.id  team_id <- ref new.teams(p.team_id)")],
        ),
    ]
}

/// 17, 19 to 21: joins, moves that meet, filters.
fn rows() -> Vec<Fault> {
    const TAGGED: &str =
        "CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(9) NOT NULL, word VARCHAR(9));";
    vec![
        p(
            (17, "a join that multiplies rows"),
            ALL,
            (
                "CREATE TABLE person (id INTEGER PRIMARY KEY, name VARCHAR(9) NOT NULL); CREATE TABLE tag (person_id INTEGER, word VARCHAR(9));",
                TAGGED,
            ),
            "move old.person p -> new.people { key id <- p.id  join old.tag t on t.person_id = p.id left one  word <- t.word  ... }",
            "people/t/join",
            "INSERT INTO person VALUES (1, 'a'); INSERT INTO tag VALUES (1, 'x')",
            &["INSERT INTO tag VALUES (1, 'y')"],
        ),
        p(
            (17, "a join that loses rows"),
            ALL,
            (
                "CREATE TABLE person (id INTEGER PRIMARY KEY, name VARCHAR(9) NOT NULL, k INTEGER); CREATE TABLE kind (id INTEGER PRIMARY KEY, word VARCHAR(9));",
                TAGGED,
            ),
            "move old.person p -> new.people { key id <- p.id  join old.kind t on t.id = p.k one  word <- t.word  ... }",
            "people/t/join/2",
            "INSERT INTO kind VALUES (1, 'x'); INSERT INTO person VALUES (1, 'a', 1)",
            &["INSERT INTO person VALUES (2, 'b', NULL)", "INSERT INTO person VALUES (2, 'b', 9)"],
        ),
        c(
            19,
            "two moves that write one table",
            ALL,
            (TWO, ONE_OF_TWO),
            "move old.person p -> new.people { key id <- p.id ... }\nmove old.guest g -> new.people { key id <- g.id ... }",
            "DM0427",
            &[("...", "... on conflict fail")],
        ),
        p(
            (19, "two moves that meet in one key"),
            ALL,
            (TWO, ONE_OF_TWO),
            "move old.person p -> new.people { key id <- p.id ... on conflict fail }\nmove old.guest g -> new.people { key id <- g.id ... on conflict fail }",
            "people__person/id/unique/2",
            "INSERT INTO person VALUES (1, 'a'); INSERT INTO guest VALUES (2, 'b')",
            &["INSERT INTO guest VALUES (1, 'b')"],
        ),
        p(
            (19, "two moves that meet in another unique key"),
            ALL,
            (TWO, "CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL UNIQUE);"),
            "move old.person p -> new.people { key id <- p.id ... on conflict fail }\nmove old.guest g -> new.people { key id <- g.id ... on conflict fail }",
            "people__person/name/unique/2",
            "INSERT INTO person VALUES (1, 'a'); INSERT INTO guest VALUES (2, 'b')",
            &["INSERT INTO guest VALUES (3, 'a')"],
        ),
        c(
            20,
            "an `after` against a foreign key",
            ALL,
            (TEAMS, NEW_TEAMS),
            "move old.team t -> new.teams { key id <- t.id ... after new.people }\nmove old.person p -> new.people { key id <- p.id  ... }",
            "DM0501",
            &[("after new.people", "")],
        ),
        c(
            20,
            "a row that needs itself first",
            PG,
            (
                "CREATE TABLE person (id INTEGER PRIMARY KEY, boss INTEGER NOT NULL);",
                "CREATE TABLE people (id INTEGER PRIMARY KEY, boss INTEGER NOT NULL REFERENCES people (id));",
            ),
            MOVE,
            "DM0501",
            &[("NOT NULL REFERENCES", "REFERENCES")],
        ),
        c(
            20,
            "two tables that need each other first",
            PG,
            (
                "CREATE TABLE a (id INTEGER PRIMARY KEY, b INTEGER NOT NULL); CREATE TABLE b (id INTEGER PRIMARY KEY, a INTEGER NOT NULL);",
                "CREATE TABLE a (id INTEGER PRIMARY KEY, b INTEGER NOT NULL); CREATE TABLE b (id INTEGER PRIMARY KEY, a INTEGER NOT NULL REFERENCES a (id)); ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b (id);",
            ),
            "move old.a -> new.a { key id <- id ... }\nmove old.b -> new.b { key id <- id ... }",
            "DM0501",
            &[("NOT NULL REFERENCES", "REFERENCES")],
        ),
        p(
            (21, "a filter that leaves out parents"),
            ALL,
            (TEAMS, NEW_TEAMS),
            "move old.team t -> new.teams { where not t.closed  key id <- t.id ... }\nmove old.person p -> new.people { key id <- p.id  ... }",
            "people/team_id/orphan",
            "INSERT INTO team VALUES (1, 'a', FALSE), (2, 'b', TRUE); INSERT INTO person VALUES (1, 1)",
            &["INSERT INTO person VALUES (2, 2)"],
        ),
        p(
            (21, "a filter that matches nothing"),
            ALL,
            (OLD, NEW),
            "move old.person p -> new.people { where p.name = 'a'  key id <- p.id ... }",
            "people/scope",
            NAMES,
            &["UPDATE person SET name = 'A' WHERE id = 1"],
        ),
        p(
            (21, "a table without rows"),
            ALL,
            (OLD, NEW),
            MOVE,
            "people/scope",
            NAMES,
            &["DELETE FROM person"],
        ),
    ]
}

/// 23 to 25: how the plan reads.
fn plans() -> Vec<Fault> {
    vec![
        c(
            23,
            "a batch key without an index",
            ALL,
            (OLD, NEW),
            "move old.person p -> new.people { batch by p.name  key id <- p.id ... }",
            "DM0426",
            &[("by p.name", "by p.id")],
        ),
        c(
            23,
            "a batch key that can be NULL",
            ALL,
            (
                "CREATE TABLE person (id INTEGER PRIMARY KEY, name VARCHAR(9) NOT NULL, no INTEGER UNIQUE);",
                "CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(9) NOT NULL, no INTEGER);",
            ),
            "move old.person p -> new.people { batch by p.no  key id <- p.id ... }",
            "DM0426",
            &[("no INTEGER UNIQUE", "no INTEGER NOT NULL UNIQUE")],
        ),
        c(
            23,
            "a batch key that is not unique",
            ALL,
            (
                "CREATE TABLE person (id INTEGER PRIMARY KEY, no INTEGER NOT NULL); CREATE INDEX by_no ON person (no);",
                "CREATE TABLE people (id INTEGER PRIMARY KEY, no INTEGER);",
            ),
            "move old.person p -> new.people { batch by p.no  key id <- p.id ... }",
            "DM0426",
            &[("CREATE INDEX", "CREATE UNIQUE INDEX")],
        ),
        c(
            25,
            "a clock",
            ALL,
            (OLD, NEW),
            "move old.person p -> new.people { key id <- p.id  note <- now() ... }",
            "DM0410",
            &[("now()", "p.note")],
        ),
        c(
            25,
            "a random number in a filter",
            ALL,
            (OLD, NEW),
            "move old.person p -> new.people { where random() > 0  key id <- p.id ... }",
            "DM0410",
            &[("random()", "p.id")],
        ),
    ]
}

/// 26 to 30: what the target is.
fn targets() -> Vec<Fault> {
    const TRIGGER: &str = "CREATE TRIGGER tidy {pg:BEFORE INSERT ON people FOR EACH ROW EXECUTE FUNCTION f();}{my:BEFORE INSERT ON people FOR EACH ROW SET NEW.note = '';}{lite:AFTER INSERT ON people BEGIN UPDATE people SET note = ''; END;}";
    vec![
        c(
            26,
            "a generated column",
            ALL,
            (
                OLD,
                "CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, note TEXT, shout VARCHAR(40) GENERATED ALWAYS AS (upper(name)) STORED);",
            ),
            "move old.person p -> new.people { key id <- p.id  shout <- p.name ... }",
            "DM0417",
            &[("shout <- p.name", "")],
        ),
        c(
            26,
            "names that differ in letter case",
            PG,
            (
                "CREATE TABLE person (id INTEGER PRIMARY KEY, \"Name\" TEXT NOT NULL, name TEXT NOT NULL);",
                "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT NOT NULL);",
            ),
            "move old.person p -> new.people { key id <- p.id  name <- p.NAME || p.\"Name\" || p.name }",
            "DM0303",
            &[("p.NAME || ", "")],
        ),
        c(
            26,
            "databases whose names differ in letter case",
            MY,
            (
                "CREATE DATABASE Shop; USE Shop; CREATE TABLE people (id INTEGER PRIMARY KEY);",
                "CREATE DATABASE shop; USE shop; CREATE TABLE people (id INTEGER PRIMARY KEY);",
            ),
            "move old.people p -> new.people { key id <- p.id }",
            "DM0314",
            &[("CREATE DATABASE Shop; USE Shop;", "CREATE DATABASE stall; USE stall;")],
        ),
        c(
            26,
            "a name that is too long with its prefix",
            SERVERS,
            (
                "CREATE TABLE a12345678901234567890123456789012345678901234567890123456789 (id INTEGER PRIMARY KEY);",
                "CREATE TABLE a12345678901234567890123456789012345678901234567890123456789 (id INTEGER PRIMARY KEY);",
            ),
            "move old.a12345678901234567890123456789012345678901234567890123456789 p -> new.a12345678901234567890123456789012345678901234567890123456789 { key id <- p.id ... on conflict update }",
            "DM0602",
            &[("on conflict update", "")],
        ),
        c(27, "a trigger of the target", ALL, (OLD, TRIGGERED), MOVE, "DM0428", &[(TRIGGER, "")]),
        c(
            30,
            "rows beside others that cannot be told apart",
            ALL,
            (OLD, "CREATE TABLE people (id INTEGER NOT NULL, name VARCHAR(40) NOT NULL, note TEXT);"),
            "move old.person p -> new.people { id <- p.id ... on conflict update }",
            "DM0601",
            &[("on conflict update", "")],
        ),
    ]
}

const TRIGGERED: &str = "CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, note TEXT);
    {pg:CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;}
    CREATE TRIGGER tidy {pg:BEFORE INSERT ON people FOR EACH ROW EXECUTE FUNCTION f();}{my:BEFORE INSERT ON people FOR EACH ROW SET NEW.note = '';}{lite:AFTER INSERT ON people BEGIN UPDATE people SET note = ''; END;}";
