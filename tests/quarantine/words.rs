//! The clause as people write it.

use std::path::Path;

use crate::ended::{Ended, datamove};

/// A plan whose only move has these clauses.
fn plan(folder: &Path, clauses: &str) {
    let write = |file: &str, text: &str| std::fs::write(folder.join(file), text).unwrap();
    let ddl = "CREATE TABLE t (id INTEGER PRIMARY KEY, boss INTEGER REFERENCES t (id), name TEXT NOT NULL);";
    write("old.sql", ddl);
    write("new.sql", ddl);
    write(
        "a.plan",
        &format!(
            "datamove edition 2026\n\nplan words {{ }}\n\nsource old sqlite {{ schema \"old.sql\" }}\n\
             target new sqlite {{ schema \"new.sql\" }}\n\nmove old.t t -> new.t {{\n  {clauses}\n  key id <- t.id\n  ...\n}}\n"
        ),
    );
}

fn run(verb: &str, clauses: &str) -> (Ended, String) {
    let folder = tempfile::tempdir().unwrap();
    plan(folder.path(), clauses);
    let path = folder.path().join("a.plan");
    let ended = Ended::of(datamove().arg(verb).arg(&path));
    (ended, std::fs::read_to_string(path).unwrap())
}

#[test]
fn it_has_one_form() {
    let (_, text) = run("fmt", "QUARANTINE  at most 0.10 % and\n 100 row");
    assert!(text.contains("  quarantine at most 100 rows and 0.1 %\n"), "{text}");
    let (_, text) = run("fmt", "quarantine at most 12.5000%");
    assert!(text.contains("  quarantine at most 12.5 %\n"), "{text}");
}

#[test]
fn mistakes_are_named() {
    for (clauses, expected) in [
        ("quarantine at most 5", "rows, or percent?"),
        ("quarantine at most 0 rows", "not such a bound"),
        ("quarantine at most 0.5 rows", "not such a bound"),
        ("quarantine at most 101 %", "up to 100"),
        ("quarantine at most 0.00001 %", "four digits"),
        ("quarantine at most 5 rows or 1 %", "must be `and`"),
        ("quarantine at most 5 rows and 6 rows", "two bounds of one kind"),
        ("quarantine 5 rows", "quarantine at most 100 rows and 0.1 %"),
        ("quarantine at most 5 rows\n  quarantine at most 6 rows", "a second `quarantine`"),
        ("batch whole\n  quarantine at most 5 rows", "DM0440"),
        ("quarantine at most 5 rows", "a second pass fills some of its columns"),
    ] {
        run("check", clauses).0.expect(3, &[expected]);
    }
}
