//! Times, characters and documents.

use datamove::base::Engine;

use super::{
    ALL, Fault, IN_PARIS, IN_UTC, INSTANT, LITE, LOCAL, MOVE, MY, NEW_INSTANT, NEW_LOCAL, PARIS_CLOCKS, PG,
    SERVERS, c, p,
};

/// 7 to 9: days and times.
pub(super) fn times() -> Vec<Fault> {
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
pub(super) fn texts() -> Vec<Fault> {
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
