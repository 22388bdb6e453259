//! What stops a copy into MySQL or SQLite, and sources whose encoding is not what they say.

use crate::ended::Ended;
use crate::or_skip;
use crate::route::{Kind, Route, Way};
use crate::testkit::{Output, Postgres};

const MOVE: &str = "move old.t t -> new.t {\n  key id <- t.id\n  ...\n}";

#[test]
fn a_row_that_no_packet_holds_is_named_with_the_limit() {
    let way = Way {
        name: "packet",
        from: Kind::Sqlite,
        to: Kind::Mysql,
        old: "CREATE TABLE t (id INTEGER PRIMARY KEY, b BLOB);",
        rows: "INSERT INTO t VALUES (1, x'01'), (2, zeroblob(17000000));",
        new: "CREATE TABLE t (id bigint NOT NULL PRIMARY KEY, b longblob);",
        moves: MOVE,
    };
    let route = or_skip!("rows and packets", Route::new(&way));
    let limit = route.target.query("SELECT @@global.max_allowed_packet")[0][0].parse::<u64>().unwrap();
    if limit > 17_000_000 {
        eprintln!("skipped: the server takes packets of {limit} bytes");
        return;
    }
    route.apply(&[]).expect(4, &["DM0750", "a row of `t` has 170", "max_allowed_packet"]);
    assert_eq!(route.target.query("SELECT count(*) FROM t"), [["0"]]);
    route.rollback().expect(0, &["rolled back"]);
}

#[test]
fn keys_that_only_spaces_keep_apart_are_refused_before_a_row_is_moved() {
    let way = Way {
        name: "padded",
        from: Kind::Postgres,
        to: Kind::Mysql,
        old: "CREATE TABLE t (id varchar(20) PRIMARY KEY, n bigint);",
        rows: "INSERT INTO t VALUES ('a', 1), ('a ', 2), ('A', 3);",
        new: "CREATE TABLE t (id varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL PRIMARY KEY, n bigint);",
        moves: MOVE,
    };
    let route = or_skip!("padded keys", Route::new(&way));
    let before = route.target.dump();
    route.apply(&[]).expect(4, &["DM0753", "keys of t"]);
    assert_eq!(route.target.query("SELECT count(*) FROM t"), [["0"]]);
    route.rollback().expect(0, &["rolled back"]);
    assert_eq!(route.target.dump(), before);
}

#[test]
fn keys_of_long_texts_travel() {
    for (from, to) in [(Kind::Sqlite, Kind::Mysql), (Kind::Postgres, Kind::Sqlite)] {
        let (word, text) = if from == Kind::Sqlite { ("INTEGER", "TEXT") } else { ("bigint", "text") };
        let old = format!("CREATE TABLE t (id {text} NOT NULL PRIMARY KEY, n {word});");
        let new = if to == Kind::Mysql {
            "CREATE TABLE t (id varchar(300) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL PRIMARY KEY, n bigint);"
        } else {
            "CREATE TABLE t (id TEXT NOT NULL PRIMARY KEY, n INTEGER);"
        };
        let long = "x".repeat(290);
        let rows =
            format!("INSERT INTO t VALUES ('{long}a', 1), ('{long}b', 2), ('é', 3), ('', 4), ('it''s', 5);");
        let name = format!("long_{}", to.word());
        let way = Way { name: &name, from, to, old: &old, rows: &rows, new, moves: MOVE };
        let route = or_skip!("long keys", Route::new(&way));
        route.apply(&["--batch-rows", "2"]).expect(0, &["loaded, 5 rows", "validation passed"]);
        let sum = "SELECT count(*), sum(n), min(id) FROM t";
        assert_eq!(route.target.query(sum), route.source.query(sum));
    }
}

#[test]
fn a_database_without_an_encoding_is_asked_for_every_text() {
    let server = or_skip!("SQL_ASCII", Postgres::get());
    let name = "lying_source";
    let mut made = server.client("psql");
    made.args(["-X", "-v", "ON_ERROR_STOP=1", "-d", "postgres"]);
    let create = format!(
        "DROP DATABASE IF EXISTS {name}; CREATE DATABASE {name} ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0;"
    );
    Output::of(made, &create).ok();
    let lying = server.existing(name);
    let old = "CREATE TABLE t (id bigint PRIMARY KEY, t text, v varchar(9));";
    let bytes = |id: u32, hex: &str| {
        format!("INSERT INTO t VALUES ({id}, convert_from(decode('{hex}', 'hex'), 'SQL_ASCII'), 'fine');")
    };
    // Right ones of one to four bytes; then latin1, a lone byte, an overlong zero, half of a surrogate pair, too far.
    let right = ["41", "c3a9", "e6bca2", "f09f9880", ""];
    let wrong = ["4de96c", "80", "c080", "eda080", "f4908080", "c3"];
    let rows: Vec<String> = right.iter().chain(&wrong).zip(1..).map(|(hex, id)| bytes(id, hex)).collect();
    let way =
        Way { name: "lying", from: Kind::Postgres, to: Kind::Postgres, old, rows: "", new: old, moves: MOVE };
    let route = or_skip!("SQL_ASCII", Route::new(&way));
    lying.psql(&format!("SET client_encoding = 'SQL_ASCII'; {old} {}", rows.concat())).ok();
    let apply = || {
        let mut command = crate::ended::datamove();
        command.arg("apply").arg(route.bundle()).args([
            "--target",
            &route.target.url(),
            "--source",
            &lying.url(),
        ]);
        Ended::of(command.args(["--format", "json"]))
    };
    let report = apply().expect(4, &["DM0752"]).json();
    let checks = report["checks"].as_array().unwrap();
    let failed: Vec<_> = checks.iter().filter(|check| check["verdict"] == "fail").collect();
    assert_eq!(failed.len(), 1, "{failed:?}");
    assert_eq!(failed[0]["check_id"], "source/t/t/encoding");
    assert_eq!(failed[0]["bad"], wrong.len());
    lying.psql("SET client_encoding = 'SQL_ASCII'; DELETE FROM t WHERE id > 5").ok();
    apply().expect(0, &[]);
    let found =
        route.target.query("SELECT encode(convert_to(t, 'UTF8'), 'hex') || '.' FROM t ORDER BY id").concat();
    assert_eq!(found, right.map(|hex| format!("{hex}.")));
}

#[test]
fn utf_8_in_a_column_of_latin1_is_a_failure_of_its_own() {
    let way = Way {
        name: "doubled",
        from: Kind::Mysql,
        to: Kind::Postgres,
        old: "CREATE TABLE t (id bigint NOT NULL PRIMARY KEY, t varchar(40) CHARACTER SET latin1 COLLATE latin1_swedish_ci) ENGINE=InnoDB;",
        rows: "INSERT INTO t VALUES (1, 'Zoë'), (2, _latin1 x'5a6fc3ab'), (3, 'plain'), (4, NULL), (5, _latin1 x'e282ac20c3a9');",
        new: "CREATE TABLE t (id bigint PRIMARY KEY, t varchar(40));",
        moves: MOVE,
    };
    let route = or_skip!("UTF-8 in latin1", Route::new(&way));
    let report = route.apply(&["--format", "json"]).expect(4, &["DM0752"]).json();
    let checks = report["checks"].as_array().unwrap();
    let check = checks.iter().find(|check| check["check_id"] == "source/t/t/encoding").unwrap();
    assert_eq!((&check["bad"], &check["examined"]), (&2.into(), &5.into()));
    // The column is given its right name without touching its bytes.
    route.source.run("UPDATE t SET t = _latin1 x'5a6feb' WHERE id = 2; UPDATE t SET t = '€ é' WHERE id = 5");
    route.apply(&[]).expect(0, &["loaded", "validation passed"]);
    assert_eq!(
        route.target.query("SELECT t FROM t ORDER BY id").concat(),
        ["Zoë", "Zoë", "plain", "NULL", "€ é"]
    );
}

#[test]
fn utf_8_in_a_column_of_latin1_is_mended_on_its_way() {
    let way = |name, recoded| Way {
        name,
        from: Kind::Mysql,
        to: Kind::Postgres,
        old: "CREATE TABLE t (id bigint NOT NULL PRIMARY KEY, t varchar(40) CHARACTER SET latin1 COLLATE latin1_swedish_ci) ENGINE=InnoDB;",
        rows: "INSERT INTO t VALUES (2, _latin1 x'5a6fc3ab'), (3, 'plain'), (4, NULL), (5, _latin1 x'e282ac20c3a9');",
        new: "CREATE TABLE t (id bigint PRIMARY KEY, t varchar(80));",
        moves: recoded,
    };
    let only = "move old.t s -> new.t {\n  key id <- s.id\n  t <- recode(s.t, 'windows-1252')\n}";
    let route = or_skip!("recoded", Route::new(&way("recoded", only)));
    // What is true latin1 cannot be read so.
    route.source.run("INSERT INTO t VALUES (6, 'Zoë')");
    let refused = route.apply(&["--format", "json"]).expect(4, &[]).json();
    let checks = refused["checks"].as_array().unwrap();
    let failed: Vec<_> = checks.iter().filter(|check| check["verdict"] == "fail").collect();
    assert_eq!((failed.len(), &failed[0]["bad"]), (1, &1.into()), "{failed:?}");
    assert!(failed[0]["check_id"] != "source/t/t/encoding", "{failed:?}");
    route.source.run("DELETE FROM t WHERE id = 6");
    Ended::of(&mut route.command("rollback", &["--yes"])).expect(0, &[]);
    route.apply(&[]).expect(0, &["loaded", "validation passed"]);
    assert_eq!(route.target.query("SELECT t FROM t ORDER BY id").concat(), ["Zoë", "plain", "NULL", "€ é"]);
    // Whoever reads it as it is as well is told that it lies.
    let both = "move old.t s -> new.t {\n  where s.t is null or length(s.t) > 1\n  key id <- s.id\n  t <- recode(s.t, 'windows-1252')\n}";
    let route = or_skip!("recoded", Route::new(&way("recoded_not_only", both)));
    route.apply(&["--format", "json"]).expect(4, &["DM0752"]);
}
