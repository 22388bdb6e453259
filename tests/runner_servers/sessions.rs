use datamove::base::Engine;
use datamove::runner::driver::{RowSet, Session, Trouble, Value};
use datamove::runner::drivers;
use datamove::runner::location::Location;

use crate::testkit::{Mariadb, Postgres};

fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}

fn ask(session: &mut dyn Session, sql: &str) -> RowSet {
    session.query(sql).unwrap()
}

fn refuses(session: &mut dyn Session, sql: &str) {
    assert_eq!(session.query(sql).unwrap_err().trouble, Trouble::ReadOnly, "{sql}");
}

#[test]
fn a_session_of_postgresql_asks_and_cannot_write() {
    let server = crate::or_skip!("a_session_of_postgresql", Postgres::get());
    let database = server.database("session");
    database.psql("CREATE TABLE t (a int, b text); INSERT INTO t VALUES (1, 'é'), (2, NULL);").ok();
    let mut session = drivers::session(&Location::parse(&database.url()).unwrap()).unwrap();
    assert_eq!(session.engine(), Engine::Postgres);
    let set =
        ask(session.as_mut(), "SELECT a, b, current_setting('TimeZone') AS zone FROM public.t ORDER BY a");
    assert_eq!(set.columns, ["a", "b", "zone"]);
    assert_eq!(set.rows, [[text("1"), text("é"), text("UTC")], [text("2"), Value::Null, text("UTC")]]);
    assert_eq!(set.count(&set.rows[1], "a"), Some(2));
    assert_eq!(ask(session.as_mut(), "SELECT 1 AS x WHERE false").columns, ["x"]);
    refuses(session.as_mut(), "INSERT INTO public.t VALUES (3)");
    let missing = session.query("SELECT * FROM public.nowhere").unwrap_err();
    assert_eq!(missing.trouble, Trouble::Missing);
    assert_eq!(missing.message, "relation \"public.nowhere\" does not exist (SQLSTATE 42P01)");
}

#[test]
fn a_session_of_mariadb_asks_and_cannot_write() {
    let server = crate::or_skip!("a_session_of_mariadb", Mariadb::get());
    server.mysql("", "CREATE DATABASE session").ok();
    server
        .mysql("session", "CREATE TABLE t (a int, b text); INSERT INTO t VALUES (1, 'é\\\\'), (2, NULL);")
        .ok();
    let mut session = drivers::session(&Location::parse(&server.url("session")).unwrap()).unwrap();
    assert_eq!(session.engine(), Engine::Mysql);
    let set = ask(session.as_mut(), "SELECT a, b, @@time_zone AS \"zone\" FROM t ORDER BY a");
    assert_eq!(set.columns, ["a", "b", "zone"]);
    assert_eq!(
        set.rows,
        [[text("1"), text("é\\"), text("+00:00")], [text("2"), Value::Null, text("+00:00")]]
    );
    assert_eq!(ask(session.as_mut(), "SELECT 1 AS x WHERE false").columns, ["x"]);
    refuses(session.as_mut(), "INSERT INTO t VALUES (3, NULL)");
    assert_eq!(session.query("SELECT * FROM nowhere").unwrap_err().trouble, Trouble::Missing);
}

#[test]
fn a_session_of_sqlite_asks_and_cannot_write() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    rusqlite::Connection::open(&path)
        .unwrap()
        .execute_batch("CREATE TABLE t (a); INSERT INTO t VALUES (1)")
        .unwrap();
    let mut session = drivers::session(&Location::parse(&path.to_string_lossy()).unwrap()).unwrap();
    assert_eq!(session.engine(), Engine::Sqlite);
    assert_eq!(ask(session.as_mut(), "SELECT a FROM t").rows, [[Value::Int(1)]]);
    refuses(session.as_mut(), "INSERT INTO t VALUES (2)");
}
