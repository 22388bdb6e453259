//! One table of expressions and results, the same on every engine.

use datamove::base::Engine;
use datamove::dialect::{expression, scripts};
use datamove::plan::*;
use datamove::schema::SqlType;

use crate::plans_in_rust::*;
use crate::testkit::{Mariadb, Output, Postgres};

/// One row under the alias c.
const ROW_SQLITE: &str = "(SELECT 7 AS id, 12345 AS cents, -12345 AS minus, 10.05 AS price, -2.5 AS half, 2 AS two,
  ' Äb%c ' AS name, NULL AS \"nothing\", '2024-02-29 23:30:00.25' AS moment, 0 AS zero, 9223372036854775807 AS big) AS c";
const ROW_POSTGRES: &str = "(SELECT 7::bigint AS id, 12345::bigint AS cents, -12345::bigint AS minus,
  10.05::numeric(10,2) AS price, -2.5::numeric(5,1) AS half, 2::bigint AS two, ' Äb%c '::text AS name, NULL::text AS \"nothing\",
  '2024-02-29 23:30:00.25'::timestamp AS moment, 0::bigint AS zero, 9223372036854775807::bigint AS big) AS c";

const ROW_MYSQL: &str = "(SELECT cast(7 as signed) AS id, cast(12345 as signed) AS cents, cast(-12345 as signed) AS minus,
  cast(10.05 as decimal(10,2)) AS price, cast(-2.5 as decimal(5,1)) AS half, cast(2 as signed) AS two, ' Äb%c ' AS name,
  cast(NULL as char(9)) AS \"nothing\", cast('2024-02-29 23:30:00.25' as datetime(6)) AS moment, cast(0 as signed) AS zero,
  cast(9223372036854775807 as signed) AS big FROM DUAL WHERE rand() < 2) AS c";

fn int(name: &str) -> Expr {
    col("c", name, INT)
}

fn name() -> Expr {
    col("c", "name", TEXT)
}

fn divided(left: Expr, right: Expr, digits: u32, mode: Rounding) -> Expr {
    round(binary(Operator::Divide, left, right, SqlType::Decimal(None)), digits, mode, decimal(15, digits))
}

fn boolean(kind: ExprKind) -> Expr {
    expr(SqlType::Bool, kind)
}

fn like(pattern: &str) -> Expr {
    boolean(ExprKind::Like { expr: Box::new(name()), pattern: Box::new(string(pattern)), negated: false })
}

fn in_zone(zone: &str) -> Expr {
    let moment = col("c", "moment", SqlType::Timestamp { zoned: false, precision: 6 });
    let ty = SqlType::Timestamp { zoned: true, precision: 6 };
    expr(ty, ExprKind::InZone { expr: Box::new(moment), zone: zone.to_owned() })
}

/// A leap day and a fraction of a second, months later.
fn months(digits: &str) -> Expr {
    let ty = SqlType::Timestamp { zoned: false, precision: 6 };
    call(Function::AddMonths, vec![col("c", "moment", ty.clone()), number(digits, INT)], ty)
}

fn negative(digits: &str) -> Expr {
    expr(INT, ExprKind::Negate(Box::new(number(digits, INT))))
}

fn table() -> Vec<(Expr, &'static str)> {
    use Function as F;
    use Rounding::{Down, HalfEven, HalfUp};
    let n = |digits: &str| number(digits, INT);
    let price = || col("c", "price", decimal(10, 2));
    let half = || col("c", "half", decimal(5, 1));
    let text = |function, args| call(function, args, TEXT);
    vec![
        (divided(int("cents"), n("100"), 2, HalfUp), "123.45"),
        (divided(int("cents"), n("100"), 1, HalfUp), "123.5"),
        (divided(int("cents"), n("100"), 1, HalfEven), "123.4"),
        (divided(int("minus"), n("100"), 1, HalfUp), "-123.5"),
        (divided(int("minus"), n("100"), 1, HalfEven), "-123.4"),
        (divided(int("minus"), n("100"), 1, Down), "-123.4"),
        (divided(int("cents"), n("1000"), 2, HalfEven), "12.34"),
        (divided(int("cents"), n("1000"), 4, HalfEven), "12.345"),
        (divided(int("minus"), n("1000"), 2, Down), "-12.34"),
        (divided(price(), n("10"), 2, HalfEven), "1"),
        (divided(int("cents"), int("id"), 3, HalfUp), "1763.571"),
        (divided(int("id"), int("two"), 0, HalfEven), "4"),
        (divided(int("id"), int("minus"), 5, HalfUp), "-0.00057"),
        (divided(price(), number("0.10", decimal(3, 2)), 1, HalfUp), "100.5"),
        (round(price(), 1, HalfUp, decimal(10, 1)), "10.1"),
        (round(price(), 1, HalfEven, decimal(10, 1)), "10"),
        (round(half(), 0, HalfUp, decimal(5, 0)), "-3"),
        (round(half(), 0, HalfEven, decimal(5, 0)), "-2"),
        (round(half(), 0, Down, decimal(5, 0)), "-2"),
        (binary(Operator::Add, price(), number("0.10", decimal(3, 2)), decimal(11, 2)), "10.15"),
        (binary(Operator::Multiply, price(), price(), decimal(15, 4)), "101.0025"),
        (
            boolean(ExprKind::Binary {
                op: Operator::Eq,
                left: Box::new(binary(Operator::Multiply, price(), n("3"), decimal(12, 2))),
                right: Box::new(number("30.150", decimal(5, 3))),
            }),
            "1",
        ),
        (call(F::Floor, vec![half()], INT), "-3"),
        (call(F::Ceil, vec![half()], INT), "-2"),
        (call(F::Abs, vec![half()], decimal(5, 1)), "2.5"),
        (text(F::Trim, vec![name()]), "Äb%c"),
        (call(F::Length, vec![name()], INT), "6"),
        (text(F::Substr, vec![name(), n("2"), n("2")]), "Äb"),
        (text(F::Substr, vec![name(), int("zero"), int("two")]), " "),
        (text(F::Substr, vec![name(), negative("1"), n("4")]), " Ä"),
        (text(F::Substr, vec![name(), negative("5")]), " Äb%c "),
        (call(F::Position, vec![string("b"), name()], INT), "3"),
        (call(F::Position, vec![string("q"), name()], INT), "0"),
        (binary(Operator::Concat, name(), col("c", "nothing", TEXT), TEXT), "NULL"),
        (text(F::Coalesce, vec![col("c", "nothing", TEXT), string("it's \\")]), "it's \\"),
        (like("%B%"), "0"),
        (like("% _b\\%c %"), "1"),
        (boolean(ExprKind::IsAscii(Box::new(name()))), "0"),
        (
            boolean(ExprKind::IsDistinct {
                left: Box::new(col("c", "nothing", TEXT)),
                right: Box::new(name()),
                negated: false,
            }),
            "1",
        ),
        (in_zone("UTC"), "2024-02-29 23:30:00.25"),
        (months("12"), "2025-02-28 23:30:00.25"),
        (months("1"), "2024-03-29 23:30:00.25"),
        (in_zone("+02:00"), "2024-02-29 21:30:00.25"),
        (in_zone("-05:30"), "2024-03-01 05:00:00.25"),
    ]
}

fn same(found: &str, wanted: &str) -> bool {
    match (found.parse::<f64>(), wanted.parse::<f64>()) {
        (Ok(found), Ok(wanted)) => (found - wanted).abs() < 1e-12 * wanted.abs().max(1.0),
        _ => found == wanted,
    }
}

const NAMES: [usize; 12] = [0, 1, 38, 39, 40, 55, 56, 63, 64, 119, 120, 200];

fn names() -> Vec<String> {
    let long = NAMES.iter().map(|length| "abcdefghij".repeat(20)[..*length].to_owned());
    long.chain(["Zürich — 東京 🚀".to_owned(), "quote ' \\ \" $$".to_owned()]).collect()
}

fn expected_uuid(name: &str) -> String {
    uuid::Uuid::new_v5(&uuid::Uuid::parse_str(NAMESPACE).unwrap(), name.as_bytes()).to_string()
}

#[test]
fn sqlite_gives_the_table() {
    let db = rusqlite::Connection::open_in_memory().unwrap();
    db.execute_batch("PRAGMA case_sensitive_like = ON").unwrap();
    let plan = shop(Engine::Sqlite);
    let value = |expr: &Expr| {
        let sql =
            format!("SELECT coalesce(cast({} as text), 'NULL') FROM {ROW_SQLITE}", expression(&plan, expr));
        db.query_row(&sql, [], |row| row.get::<_, String>(0)).map_err(|e| e.to_string())
    };
    for (expr, wanted) in table() {
        let found = value(&expr).unwrap_or_else(|e| panic!("{e}: {}", expression(&plan, &expr)));
        assert!(same(&found, wanted), "{found} is not {wanted}: {}", expression(&plan, &expr));
    }
    for name in names() {
        assert_eq!(value(&uuid5(string(&name))).unwrap(), expected_uuid(&name), "{name}");
    }
    assert_eq!(value(&uuid5(col("c", "nothing", TEXT))).unwrap(), "NULL");
    let error = value(&divided(int("cents"), int("zero"), 2, Rounding::HalfUp)).unwrap_err();
    assert!(error.contains("DM0710"), "{error}");
    let error = value(&binary(Operator::Multiply, int("big"), int("two"), INT)).unwrap_err();
    assert!(error.contains("DM0710"), "{error}");
}

#[test]
fn postgres_gives_the_table() {
    let server = or_skip!("expressions on PostgreSQL", Postgres::get());
    let db = server.database("expressions");
    let plan = shop(Engine::Postgres);
    let prepare = &scripts(&plan, FINGERPRINT)[1].text;
    let functions = &prepare[prepare.find("CREATE OR REPLACE FUNCTION").unwrap()
        ..prepare.find("INSERT INTO \"datamove_shop\".\"step\"").unwrap()];
    let value = |expr: &Expr| {
        let mut sql = expression(&plan, expr).to_string();
        if matches!(expr.ty, SqlType::Bool) {
            sql = format!("cast({sql} as integer)");
        } else if matches!(expr.ty, SqlType::Timestamp { .. }) {
            sql = format!("({sql})::timestamp");
        }
        let all = format!(
            "BEGIN; CREATE SCHEMA datamove_shop;
            SET TimeZone = 'UTC'; {functions}
            SELECT coalesce(cast({sql} as text), 'NULL') FROM {ROW_POSTGRES}; ROLLBACK;"
        );
        let bare = "\\pset format unaligned\n\\pset tuples_only on\nSET client_min_messages = error;";
        let output = db.psql(&format!("{bare}\n{all}"));
        if output.success { Ok(output.stdout.trim_end_matches('\n').to_owned()) } else { Err(output.stderr) }
    };
    for (expr, wanted) in table() {
        let found = value(&expr).unwrap_or_else(|e| panic!("{e}: {}", expression(&plan, &expr)));
        assert!(same(&found, wanted), "{found} is not {wanted}: {}", expression(&plan, &expr));
    }
    for name in names() {
        assert_eq!(value(&uuid5(string(&name))).unwrap(), expected_uuid(&name), "{name}");
    }
    assert!(value(&divided(int("cents"), int("zero"), 2, Rounding::HalfUp)).is_err());
}

#[test]
fn mariadb_gives_the_table() {
    let server = or_skip!("expressions on MariaDB", Mariadb::get());
    let plan = shop(Engine::Mysql);
    let list = scripts(&plan, FINGERPRINT);
    // What every script pins for its session.
    let pins: String =
        list[0].text.lines().filter(|line| line.starts_with("SET ")).collect::<Vec<_>>().join("\n");
    server.mysql("", "CREATE DATABASE IF NOT EXISTS expressions").ok();
    // All in one session, each into a table, because strict mode is for what is written.
    let all = |exprs: &[Expr]| {
        let mut text = format!("{pins}\nCREATE TEMPORARY TABLE r (n integer, v longtext);\n");
        for (n, expr) in exprs.iter().enumerate() {
            let value = expression(&plan, expr);
            text += &format!(
                "INSERT INTO r SELECT {n}, coalesce(cast({value} as char), 'NULL') FROM {ROW_MYSQL};\n"
            );
        }
        text += "SELECT replace(v, '\t', ' ') FROM r ORDER BY n;";
        let mut command = server.client("mariadb");
        command.args(["--batch", "--raw", "--skip-column-names", "expressions"]);
        let output = Output::of(command, &text);
        if output.success { Ok(output.stdout) } else { Err(output.stderr) }
    };
    let table = table();
    let exprs: Vec<_> = table.iter().map(|(expr, _)| expr.clone()).collect();
    let found = all(&exprs).unwrap();
    let found: Vec<_> = found.lines().collect();
    assert_eq!(found.len(), table.len());
    for ((expr, wanted), found) in table.iter().zip(found) {
        let found =
            if matches!(expr.ty, SqlType::Timestamp { .. }) { found.trim_end_matches('0') } else { found };
        assert!(same(found, wanted), "{found} is not {wanted}: {}", expression(&plan, expr));
    }
    let made: Vec<_> = names().iter().map(|name| uuid5(string(name))).collect();
    let found = all(&made).unwrap();
    for (name, found) in names().iter().zip(found.lines()) {
        assert_eq!(found, expected_uuid(name), "{name}");
    }
    assert_eq!(all(&[uuid5(col("c", "nothing", TEXT))]).unwrap(), "NULL\n");
    for bad in [
        divided(int("cents"), int("zero"), 2, Rounding::HalfUp),
        binary(Operator::Multiply, int("big"), int("two"), INT),
        expr(SqlType::Int { bits: 16 }, ExprKind::Cast(Box::new(int("big")))),
        expr(SqlType::Unsigned { bits: 64 }, ExprKind::Cast(Box::new(int("minus")))),
    ] {
        assert!(all(std::slice::from_ref(&bad)).is_err(), "{}", expression(&plan, &bad));
    }
}

/// Without the rules of zones a named zone is a failure; with them it is what PostgreSQL says.
#[test]
fn mariadb_knows_zones_or_fails() {
    let server = or_skip!("zones on MariaDB", Mariadb::start());
    let plan = shop(Engine::Mysql);
    let list = scripts(&plan, FINGERPRINT);
    let pins: String =
        list[0].text.lines().filter(|line| line.starts_with("SET ")).collect::<Vec<_>>().join("\n");
    let zone = |zone: &str, moment: &str| {
        let value = expression(&plan, &in_zone(zone)).to_string();
        let row = format!("(SELECT cast('{moment}' as datetime(6)) AS moment) AS c");
        let text = format!(
            "{pins}\nCREATE DATABASE IF NOT EXISTS z; USE z; CREATE TEMPORARY TABLE r (v datetime);\n\
             INSERT INTO r SELECT {value} FROM {row}; SELECT v FROM r;"
        );
        let output = server.mysql("", &text);
        if output.success {
            Ok(output.stdout.lines().last().unwrap_or_default().to_owned())
        } else {
            Err(output.stderr)
        }
    };
    assert!(zone("Europe/Paris", "2024-07-01 12:00:00").unwrap_err().contains("DM0714"));
    // Two zones, so that the test needs no files of the machine: rules of 2024, in UTC seconds.
    let rules = "INSERT INTO mysql.time_zone (Time_zone_id, Use_leap_seconds) VALUES (1, 'N');
        INSERT INTO mysql.time_zone_name VALUES ('Europe/Paris', 1);
        INSERT INTO mysql.time_zone_transition_type VALUES (1, 0, 3600, 0, 'CET'), (1, 1, 7200, 1, 'CEST');
        INSERT INTO mysql.time_zone_transition VALUES (1, 1679792400, 1), (1, 1698541200, 0), (1, 1711846800, 1), (1, 1729990800, 0), (1, 1743296400, 1);";
    server.mysql("", rules).ok();
    for (moment, wanted) in [
        ("2024-07-01 12:00:00", "2024-07-01 10:00:00"),
        ("2024-01-01 12:00:00", "2024-01-01 11:00:00"),
        // Left out, and there twice: as PostgreSQL has it.
        ("2024-03-31 02:30:00", "2024-03-31 01:30:00"),
        ("2024-10-27 02:30:00", "2024-10-27 01:30:00"),
        ("2024-10-27 03:00:00", "2024-10-27 02:00:00"),
        ("2024-10-27 01:59:59", "2024-10-26 23:59:59"),
    ] {
        assert_eq!(zone("Europe/Paris", moment).unwrap(), wanted, "{moment}");
    }
    for moment in ["1960-01-01 00:00:00", "2038-06-01 00:00:00"] {
        assert!(zone("Europe/Paris", moment).unwrap_err().contains("DM0714"), "{moment}");
    }
    assert!(zone("Nowhere/Land", "2024-07-01 12:00:00").unwrap_err().contains("DM0714"));
}

#[test]
fn sqlite_knows_values_that_their_types_cannot_hold() {
    let db = rusqlite::Connection::open_in_memory().unwrap();
    let plan = shop(Engine::Sqlite);
    let text = |max| SqlType::Text { max: Some(max), padded: false };
    let moment = |zoned| SqlType::Timestamp { zoned, precision: 6 };
    let json = SqlType::Json { binary: true };
    let table = [
        ("NULL", INT, true),
        ("1", INT, true),
        ("1.5", INT, false),
        ("'1'", INT, false),
        ("40000", SqlType::Int { bits: 16 }, false),
        ("2147483648", SqlType::Int { bits: 32 }, false),
        ("2", SqlType::Bool, false),
        ("0", SqlType::Bool, true),
        ("'x'", SqlType::Bool, false),
        ("10.05", decimal(4, 2), true),
        ("100", decimal(4, 2), false),
        ("10.051", decimal(6, 2), false),
        ("'10.05'", decimal(4, 2), false),
        ("99999999999.99", decimal(13, 2), true),
        ("'x'", SqlType::DOUBLE, false),
        ("'abc'", text(3), true),
        ("'abcd'", text(3), false),
        ("'äöü'", text(3), true),
        ("x'00'", text(3), false),
        ("'a' || char(0)", text(3), false),
        ("5", text(3), false),
        ("'2024-02-29'", SqlType::Date, true),
        ("'2023-02-29'", SqlType::Date, false),
        ("''", SqlType::Date, false),
        ("'2024-1-1'", SqlType::Date, false),
        ("'0000-00-00'", SqlType::Date, false),
        ("'2024-02-29 23:59:59'", moment(false), true),
        ("'2024-02-29T23:59:59.123456'", moment(false), true),
        ("'2024-02-29 24:00:00'", moment(false), false),
        ("'2024-02-29 23:59:59Z'", moment(false), false),
        ("'2024-02-29 23:59:59Z'", moment(true), true),
        ("'2024-02-29 23:59:59.1234567'", moment(false), false),
        ("'2024-02-30 00:00:00'", moment(false), false),
        ("1700000000", moment(false), false),
        ("'6ba7b810-9dad-11d1-80b4-00c04fd430c8'", SqlType::Uuid, true),
        ("'6ba7b8109dad11d180b400c04fd430c8'", SqlType::Uuid, false),
        ("'{\"a\": [1]}'", json.clone(), true),
        ("'{a'", json, false),
        ("'text'", SqlType::Bytes { max: None }, false),
        ("x'0102'", SqlType::Bytes { max: Some(2) }, true),
    ];
    for (value, to, wanted) in table {
        let column = Box::new(col("c", "v", to.clone()));
        let test = expression(&plan, &boolean(ExprKind::Conforms { expr: column, to: to.clone() }));
        let found: bool = db
            .query_row(&format!("SELECT {test} FROM (SELECT {value} AS v) AS c"), [], |row| row.get(0))
            .unwrap();
        assert_eq!(found, wanted, "{value} as {to}: {test}");
    }
}
