//! Rows, how they are read, and the tables that take them.

use super::{ALL, Fault, MOVE, MY, NAMES, NEW, NEW_TEAMS, OLD, ONE_OF_TWO, PG, SERVERS, TEAMS, TWO, c, p};

/// 17, 19 to 21: joins, moves that meet, filters.
pub(super) fn rows() -> Vec<Fault> {
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
            "move old.person p -> new.people { key id <- p.id ... }\nmove old.guest g -> new.people { key id <- g.id ... }\ninvariant \"named\" { none from new.people n where n.name = 'nobody' }",
            "DM0427",
            &[("...", "... on conflict fail")],
        ),
        p(
            (19, "two moves that meet in one key"),
            ALL,
            (TWO, ONE_OF_TWO),
            "move old.person p -> new.people { key id <- p.id ... on conflict fail }\nmove old.guest g -> new.people { key id <- g.id ... on conflict fail }\ninvariant \"named\" { none from new.people n where n.name = 'nobody' }",
            "people__person/id/unique/2",
            "INSERT INTO person VALUES (1, 'a'); INSERT INTO guest VALUES (2, 'b')",
            &["INSERT INTO guest VALUES (1, 'b')"],
        ),
        p(
            (19, "two moves that meet in another unique key"),
            ALL,
            (TWO, "CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL UNIQUE);"),
            "move old.person p -> new.people { key id <- p.id ... on conflict fail }\nmove old.guest g -> new.people { key id <- g.id ... on conflict fail }\ninvariant \"named\" { none from new.people n where n.name = 'nobody' }",
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
pub(super) fn plans() -> Vec<Fault> {
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
pub(super) fn targets() -> Vec<Fault> {
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
