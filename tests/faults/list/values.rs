//! Columns, and the values that they can hold.

use datamove::base::Engine;

use super::{ALL, Fault, LITE, MOVE, MY, NAMES, NEW, NEW_TEAMS, OLD, SERVERS, TEAMS, c, p};

/// 1 to 3: what is moved at all.
pub(super) fn columns() -> Vec<Fault> {
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
pub(super) fn values() -> Vec<Fault> {
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
