//! Values at the edges of every type, in every direction: they arrive as they were, or are refused with the reason.

use std::fmt::Write as _;

use crate::ended::Ended;
use crate::or_skip;
use crate::route::{Kind, Route, Way};

/// A column of the source, the one of the target that it goes to, how that is read, and each value as the source
/// writes it with what is read at last.
pub(crate) struct Column {
    pub(crate) old: &'static str,
    pub(crate) new: &'static str,
    pub(crate) read: &'static str,
    pub(crate) values: &'static [(&'static str, &'static str)],
}

/// A value that cannot travel: its column at both sides, how the source writes it, and the kind of the check.
pub(crate) type Refused = (&'static str, &'static str, &'static str, &'static str);

pub(crate) struct Direction {
    pub(crate) name: &'static str,
    pub(crate) from: Kind,
    pub(crate) to: Kind,
    /// Before the table, on each side.
    pub(crate) before: [&'static str; 2],
    pub(crate) columns: &'static [Column],
    pub(crate) refused: &'static [Refused],
    /// Columns that no plan may copy: their types, and a word of the reason.
    pub(crate) never: &'static [(&'static str, &'static str, &'static str)],
}

const MOVE: &str = "move old.t t -> new.t {\n  key id <- t.id\n  ...\n}";

/// `CREATE TABLE` with these types.
fn table<'a>(kind: Kind, types: impl Iterator<Item = &'a str>) -> String {
    let columns: Vec<String> = types.enumerate().map(|(n, ty)| format!(", c{n} {ty}")).collect();
    let key = if kind == Kind::Sqlite { "INTEGER PRIMARY KEY" } else { "bigint NOT NULL PRIMARY KEY" };
    let end = if kind == Kind::Mysql { " ENGINE=InnoDB DEFAULT CHARSET=utf8mb4" } else { "" };
    format!("CREATE TABLE t (id {key}{}){end};", columns.concat())
}

impl Direction {
    fn way(&self, suffix: &str, old: &[&str], new: &[&str], rows: &str) -> Result<Route, String> {
        let name = format!("{}_{suffix}", self.name);
        let [before_old, before_new] = self.before;
        let old = format!("{before_old}\n{}", table(self.from, old.iter().copied()));
        let new = format!("{before_new}\n{}", table(self.to, new.iter().copied()));
        Route::files(&Way {
            name: &name,
            from: self.from,
            to: self.to,
            old: &old,
            rows,
            new: &new,
            moves: MOVE,
        })
    }

    /// Every good value arrives.
    fn arrives(&self) -> Result<(), String> {
        let most = self.columns.iter().map(|column| column.values.len()).max().unwrap_or(0);
        let mut rows = String::new();
        for n in 0..=most {
            let values: Vec<&str> = self
                .columns
                .iter()
                .map(|column| column.values.get(n).map_or("NULL", |(value, _)| *value))
                .collect();
            writeln!(rows, "INSERT INTO t VALUES ({n}, {});", values.join(", ")).unwrap();
        }
        let [old, new]: [Vec<&str>; 2] =
            [self.columns.iter().map(|c| c.old).collect(), self.columns.iter().map(|c| c.new).collect()];
        let route = self.way("ok", &old, &new, &rows)?;
        let before = route.target.dump();
        Ended::of(&mut route.compile()).expect(0, &[]);
        route.apply(&["--batch-rows", "3"]).expect(0, &["loaded", "validation passed"]);
        for (n, column) in self.columns.iter().enumerate() {
            let expression = column.read.replace("{}", &format!("c{n}"));
            let rows = route.target.query(&format!("SELECT id, {expression} FROM t ORDER BY id"));
            let found: Vec<&str> = rows.iter().map(|row| row.get(1).map_or("", String::as_str)).collect();
            let expected: Vec<&str> =
                (0..=most).map(|n| column.values.get(n).map_or("NULL", |(_, read)| *read)).collect();
            assert_eq!(found, expected, "{}: {} to {}", self.name, column.old, column.new);
        }
        route.rollback().expect(0, &["rolled back"]);
        assert_eq!(route.target.dump(), before);
        Ok(())
    }

    /// Every bad value is found and counted before anything is written.
    fn refuses(&self) -> Result<(), String> {
        let [old, new]: [Vec<&str>; 2] =
            [self.refused.iter().map(|c| c.0).collect(), self.refused.iter().map(|c| c.1).collect()];
        let mut rows = String::new();
        for (n, (.., value, _)) in self.refused.iter().enumerate() {
            writeln!(rows, "INSERT INTO t (id, c{n}) VALUES ({n}, {value});").unwrap();
        }
        let route = self.way("bad", &old, &new, &rows)?;
        let before = route.target.dump();
        Ended::of(&mut route.compile()).expect(0, &[]);
        let report = route.apply(&["--format", "json"]).expect(4, &["DM0745"]).json();
        let checks = report["checks"].as_array().unwrap();
        for (n, (old, new, value, kind)) in self.refused.iter().enumerate() {
            let id = format!("source/t/c{n}/{kind}");
            let check = checks.iter().find(|check| check["check_id"] == id.as_str());
            let bad = check.map(|check| check["bad"].clone());
            assert_eq!(bad, Some(1.into()), "{}: {old} to {new}: {value} ({id})", self.name);
        }
        assert_eq!(route.target.dump(), before);
        Ok(())
    }

    /// Columns whose type has no place in the target are refused by the compiler, with the reason.
    fn never(&self) -> Result<(), String> {
        let [old, new]: [Vec<&str>; 2] =
            [self.never.iter().map(|c| c.0).collect(), self.never.iter().map(|c| c.1).collect()];
        let route = self.way("never", &old, &new, "")?;
        let said = Ended::of(&mut route.compile());
        assert_eq!(said.code, 3, "{}", said.all());
        for (n, (.., why)) in self.never.iter().enumerate() {
            let text = said.all();
            let told = text.contains(why) && text.contains(&format!("t.c{n}`"));
            assert!(told, "{}: c{n}, {why}\n{text}", self.name);
        }
        Ok(())
    }

    fn all(&self) -> Result<(), String> {
        self.arrives()?;
        if !self.refused.is_empty() {
            self.refuses()?;
        }
        if self.never.is_empty() { Ok(()) } else { self.never() }
    }
}

#[test]
fn from_sqlite_into_postgres() {
    or_skip!("values", crate::edges::SQLITE_TO_POSTGRES.all());
}

#[test]
fn from_mysql_into_postgres() {
    or_skip!("values", crate::edges::MYSQL_TO_POSTGRES.all());
}

#[test]
fn from_postgres_into_mysql() {
    or_skip!("values", crate::edges::POSTGRES_TO_MYSQL.all());
}

#[test]
fn from_sqlite_into_mysql() {
    or_skip!("values", crate::edges::SQLITE_TO_MYSQL.all());
}

#[test]
fn from_mysql_into_mysql() {
    or_skip!("values", crate::edges::MYSQL_TO_MYSQL.all());
}

#[test]
fn from_postgres_into_sqlite() {
    or_skip!("values", crate::edges::POSTGRES_TO_SQLITE.all());
}

#[test]
fn from_mysql_into_sqlite() {
    or_skip!("values", crate::edges::MYSQL_TO_SQLITE.all());
}
