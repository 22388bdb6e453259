//! The runbook's own commands, with nothing but stock clients, from every engine into every other one.

use std::process::Command;

use crate::or_skip;
use crate::route::{Kind, Place, Route, Way, hex};
use crate::testkit::{Output, sqlite3};

/// Texts that a client on the way may take for something else, each with its key.
const TEXTS: [&str; 24] = [
    "",
    "NULL",
    "\\N",
    "\\n",
    "\n",
    "\\",
    "\\\\",
    "a\tb",
    "a\nb",
    "a\r\nb",
    "\r",
    "it's",
    "''",
    "\"q\"",
    ";",
    "--",
    "\\.",
    "é\u{1f600}漢",
    " padded ",
    "\u{b}\u{c}\u{8}",
    ".read x",
    "/",
    "go",
    "x'00'",
];

/// A text as an expression of every engine: its bytes.
fn spelled(kind: Kind, text: &str) -> String {
    let hex = hex(text.as_bytes());
    match kind {
        Kind::Sqlite => format!("cast(x'{hex}' AS TEXT)"),
        Kind::Postgres => format!("convert_from(decode('{hex}', 'hex'), 'UTF8')"),
        Kind::Mysql => format!("convert(x'{hex}' USING utf8mb4)"),
    }
}

fn schema(kind: Kind) -> &'static str {
    match kind {
        Kind::Sqlite => {
            "CREATE TABLE t (id INTEGER PRIMARY KEY, t TEXT, b BLOB, d DECIMAL(10, 2), f DOUBLE, flag BOOLEAN, at TIMESTAMP, day DATE, clock TIME, j JSON);"
        }
        Kind::Postgres => {
            "CREATE TABLE t (id bigint PRIMARY KEY, t text, b bytea, d numeric(10, 2), f double precision, flag boolean, at timestamp, day date, clock time, j json);"
        }
        Kind::Mysql => {
            "CREATE TABLE t (id bigint NOT NULL PRIMARY KEY, t longtext, b longblob, d decimal(10, 2), f double, flag tinyint(1), at datetime(6), day date, clock time(6), j json) DEFAULT CHARSET=utf8mb4;"
        }
    }
}

fn rows(kind: Kind) -> String {
    let bytes = |n: usize| {
        let taken: Vec<u8> = (0..=255u8).cycle().skip(n * 9).take(n * 11).collect();
        let hex = hex(&taken);
        match kind {
            Kind::Postgres => format!("'\\x{hex}'"),
            Kind::Sqlite | Kind::Mysql => format!("x'{hex}'"),
        }
    };
    let floats = ["0.1", "1e308", "5e-324", "-2.5", "123456789.12345678"];
    let mut list = vec!["INSERT INTO t (id) VALUES (1000);".to_owned()];
    for (n, text) in TEXTS.iter().enumerate() {
        list.push(format!(
            "INSERT INTO t VALUES ({n}, {}, {}, {}.25, {}, {}, '2024-02-29 12:00:0{}', '9999-12-31', '23:59:59.99999{}', '{{\"a\": {n}}}');",
            spelled(kind, text),
            bytes(n),
            format_args!("-{}", n * 1000),
            floats[n % floats.len()],
            if kind == Kind::Postgres { ["false", "true"][n % 2] } else { ["0", "1"][n % 2] },
            ["1.5", "2"][n % 2],
            n % 9 + 1,
        ));
    }
    list.join("\n")
}

/// The same rows in the words of every engine; the shortest digits of a float are the clients' own.
fn found(place: &Place) -> Vec<Vec<String>> {
    place.query(match place {
        Place::Sqlite(_) => "SELECT id, hex(t), hex(b), cast(d * 100 AS INTEGER), f, flag, at, day, clock, j FROM t ORDER BY id",
        Place::Postgres(_) => "SELECT id, upper(encode(convert_to(t, 'UTF8'), 'hex')), upper(encode(b, 'hex')), cast(d * 100 AS integer), f, cast(flag AS integer), at, day, clock, j FROM t ORDER BY id",
        Place::Mysql(..) => "SELECT id, hex(t), hex(b), cast(d * 100 AS SIGNED), f, flag, trim(TRAILING '.' FROM trim(TRAILING '0' FROM cast(at AS CHAR))), day, clock, j FROM t ORDER BY id",
    })
}

/// Numbers of the rows' floats, told apart to the last bit.
fn with_floats(mut rows: Vec<Vec<String>>) -> Vec<Vec<String>> {
    for row in &mut rows {
        if let Ok(number) = row[4].parse::<f64>() {
            row[4] = format!("{:016x}", number.to_bits());
        }
        // An engine without such types shows NULL as nothing.
        for value in row.iter_mut().filter(|value| *value == "NULL") {
            value.clear();
        }
        // Seconds of half a digit less.
        let moment = row[6].trim_end_matches(":00").to_owned();
        row[6] = moment;
    }
    rows
}

/// The commands of the runbook's steps, each a line of the shell.
fn commands(runbook: &str) -> Vec<String> {
    let steps = runbook.split("\n## ").filter(|part| part.starts_with(|c: char| c.is_ascii_digit()));
    let mut list = Vec::new();
    for step in steps {
        let fenced = step.split("```sh\n").skip(1);
        list.extend(
            fenced.flat_map(|block| block.split("\n```").next().unwrap_or("").lines()).map(str::to_owned),
        );
    }
    list
}

/// Runs one line of the runbook.
#[track_caller]
fn shell(route: &Route, line: &str) {
    let mut command = Command::new("bash");
    command.current_dir(route.bundle()).args(["-e", "-o", "pipefail", "-c", line]);
    for (name, place) in [("SOURCE", &route.source), ("TARGET", &route.target)] {
        command.env(name, place.url());
    }
    for (name, place) in [("SOURCE_MYCNF", &route.source), ("MYCNF", &route.target)] {
        if let Place::Mysql(server, database) = place {
            let file = route.folder.path().join(name);
            // Sessions without a word of their own begin as careless as servers come.
            let text = format!(
                "[client]\nuser = root\nsocket = {}\n[mysql]\ndatabase = {database}\n",
                server.socket().display()
            );
            std::fs::write(&file, text).unwrap();
            command.env(name, file);
        }
    }
    let ended = Output::of(command, "");
    assert!(ended.success, "{line}\n{}\n{}", ended.stdout, ended.stderr);
}

const WAYS: [(Kind, Kind); 7] = [
    (Kind::Sqlite, Kind::Postgres),
    (Kind::Mysql, Kind::Postgres),
    (Kind::Sqlite, Kind::Mysql),
    (Kind::Postgres, Kind::Mysql),
    (Kind::Mysql, Kind::Mysql),
    (Kind::Postgres, Kind::Sqlite),
    (Kind::Mysql, Kind::Sqlite),
];

fn by_hand(from: Kind, to: Kind) -> Result<(), String> {
    let name = format!("stock_{}_{}", from.word(), to.word());
    let way = Way {
        name: &name,
        from,
        to,
        old: schema(from),
        rows: &rows(from),
        new: schema(to),
        moves: "move old.t t -> new.t {\n  key id <- t.id\n  ...\n}",
    };
    let route = Route::new(&way)?;
    let runbook = std::fs::read_to_string(route.bundle().join("runbook.md")).unwrap();
    let lines = commands(&runbook);
    assert!(lines.iter().any(|line| line.contains("sql/15_stage/t.sql")), "{lines:#?}");
    for line in lines {
        shell(&route, &line);
    }
    assert_eq!(with_floats(found(&route.target)), with_floats(found(&route.source)), "{from:?} {to:?}");
    // What the clients did is what datamove finds done.
    route.apply(&[]).expect(0, &["already"]);
    route.rollback().expect(0, &["rolled back, 25 rows"]);
    Ok(())
}

#[test]
fn the_runbooks_commands_move_every_row() {
    or_skip!("stock clients", sqlite3());
    for (from, to) in WAYS {
        or_skip!("stock clients", by_hand(from, to));
    }
}
