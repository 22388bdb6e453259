//! Chinook from SQLite and from PostgreSQL into MariaDB by the plan that `init` writes, compared with the load that
//! the Chinook project publishes for MySQL.

use std::collections::BTreeMap;
use std::path::Path;

use crate::chinook::without_database;
use crate::ended::{Ended, datamove};
use crate::or_skip;
use crate::testkit::{Mariadb, Output, Postgres, shared};

/// `DATETIME` keeps no fraction of a second, and the other engines' times may have one. None of the published
/// rows does, but that only a person knows.
const ACCEPTED: &str = r#"
accept lossy new.Employee.BirthDate because "days only"
accept lossy new.Employee.HireDate because "days only"
accept lossy new.Invoice.InvoiceDate because "days only"
"#;

#[test]
fn chinook_of_sqlite_is_what_the_project_publishes_for_mysql() {
    let old = or_skip!("Chinook into MariaDB", shared("chinook/chinook-sqlite.sql"));
    let new = or_skip!("Chinook into MariaDB", shared("chinook/chinook-mysql.sql"));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("chinook.db");
    let script = std::fs::read_to_string(&old).unwrap();
    rusqlite::Connection::open(&file).unwrap().execute_batch(script.trim_start_matches('\u{feff}')).unwrap();
    or_skip!("Chinook into MariaDB", compare(&old, &new, file.to_str().unwrap(), &BTreeMap::new()));
}

#[test]
fn chinook_of_postgres_is_what_the_project_publishes_for_mysql() {
    let server = or_skip!("Chinook of PostgreSQL into MariaDB", Postgres::get());
    let old = or_skip!("Chinook of PostgreSQL into MariaDB", shared("chinook/chinook-postgresql.sql"));
    let new = or_skip!("Chinook of PostgreSQL into MariaDB", shared("chinook/chinook-mysql.sql"));
    let source = server.database("chinook_postgres_source");
    source.psql(&without_database(&old)).ok();
    // The space at the end of a city's name that PostgreSQL's file lacks.
    let otherwise = BTreeMap::from([("Customer", 1), ("Invoice", 7)]);
    or_skip!("Chinook of PostgreSQL into MariaDB", compare(&old, &new, &source.url(), &otherwise));
}

/// The rows of every table, each as a statement of its own.
fn rows(server: &Mariadb) -> BTreeMap<String, Vec<String>> {
    let mut command = server.client("mariadb-dump");
    command.args(["--compact", "--no-create-info", "--skip-extended-insert", "--complete-insert", "Chinook"]);
    let dumped = Output::of(command, "").ok().stdout;
    let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in dumped.lines().filter(|line| line.starts_with("INSERT INTO `")) {
        let table = line.split('`').nth(1).unwrap().to_owned();
        tables.entry(table).or_default().push(line.to_owned());
    }
    for rows in tables.values_mut() {
        rows.sort();
    }
    tables
}

/// Everything that is there, but for comments.
fn dump(server: &Mariadb) -> String {
    let mut command = server.client("mariadb-dump");
    command.args(["--skip-comments", "--all-databases", "--ignore-database=mysql", "--ignore-database=sys"]);
    Output::of(command, "").ok().stdout
}

/// Applies the first plan between two published files, and compares every row with the target's own load.
fn compare(old: &Path, new: &Path, source: &str, otherwise: &BTreeMap<&str, usize>) -> Result<(), String> {
    let (published, target) = (Mariadb::start()?, Mariadb::start()?);
    let script = std::fs::read_to_string(new).unwrap();
    let script = script.trim_start_matches('\u{feff}');
    // Four names of tracks have a backslash, which the file does not escape.
    published.mysql("", &format!("SET sql_mode = 'NO_BACKSLASH_ESCAPES';\n{script}")).ok();
    let rows_begin = script.find("INSERT INTO").unwrap();
    target.mysql("", &script[..rows_begin]).ok();
    assert!(rows(&target).is_empty());

    let folder = tempfile::tempdir().unwrap();
    let (plan, bundle) = (folder.path().join("chinook.plan"), folder.path().join("bundle"));
    let mut init = datamove();
    init.arg("init").arg("--source").arg(old).arg("--target").arg(new).arg("-o").arg(&plan);
    Ended::of(&mut init).expect(0, &["11 moves, 0 places to decide"]);
    let text = std::fs::read_to_string(&plan).unwrap();
    std::fs::write(&plan, format!("{text}{ACCEPTED}")).unwrap();
    Ended::of(datamove().arg("compile").arg(&plan).arg("-o").arg(&bundle)).expect(0, &[]);

    let before = dump(&target);
    let run = |verb: &str, more: &[&str]| {
        Ended::of(datamove().arg(verb).arg(&bundle).args(["--target", &target.url("Chinook")]).args(more))
    };
    run("apply", &["--source", source]).expect(0, &["loaded, 15607 rows written", "validation passed"]);
    let (ours, theirs) = (rows(&target), rows(&published));
    assert_eq!(theirs.len(), 11);
    let mut differ = BTreeMap::new();
    for (table, rows) in &theirs {
        let found = &ours[table];
        assert_eq!(found.len(), rows.len(), "{table}");
        let count = found.iter().filter(|row| rows.binary_search(row).is_err()).count();
        if count > 0 {
            differ.insert(table.as_str(), count);
        }
        // Nothing but that space.
        let trimmed = |list: &[String]| -> Vec<String> {
            list.iter().map(|row| row.replace("'Edinburgh '", "'Edinburgh'")).collect()
        };
        assert_eq!(trimmed(found), trimmed(rows), "{table}");
    }
    assert_eq!(&differ, otherwise);
    run("rollback", &["--yes"]).expect(0, &["rolled back, 15607 rows removed"]);
    assert_eq!(dump(&target), before);
    Ok(())
}
