//! Keys, references and CHECKs.

use datamove::base::Engine;

use super::{
    ALL, Fault, LOOSE_TEAMS, MOVE, MY, NAMES, NEW_KEYS, NEW_TEAMS, OLD, PG, REST, SERVERS, TEAMS, c, p,
};

/// 14 to 16 and 18: keys, references and CHECKs of the target.
pub(super) fn keys() -> Vec<Fault> {
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
