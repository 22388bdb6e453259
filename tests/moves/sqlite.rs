//! Cases between two SQLite files.

use std::fmt::Write as _;

use datamove::base::Engine;
use rusqlite::Connection;
use rusqlite::types::Value;
use tempfile::TempDir;

use crate::run::{Place, cases, every_move_is_clean, memory};
use crate::text::{Made, Texts};

struct Files {
    folder: TempDir,
}

impl Files {
    fn open(&self, name: &str) -> Connection {
        let path = self.folder.path().join(name);
        let db = Connection::open(path).unwrap();
        db.execute_batch("PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF")
            .unwrap();
        db
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }
}

impl Place for Files {
    const ENGINE: Engine = Engine::Sqlite;

    fn fill(&self, texts: &Texts) -> Result<(), String> {
        for name in ["old.db", "new.db"] {
            let _ = std::fs::remove_file(self.path(name));
        }
        let rows: String =
            texts.rows.iter().fold(String::new(), |all, rows| format!("{all}INSERT INTO {rows};\n"));
        self.open("old.db")
            .execute_batch(&format!("{}{rows}", texts.old))
            .map_err(|error| error.to_string())?;
        self.open("new.db").execute_batch(&texts.new).map_err(|error| error.to_string())
    }

    fn locations(&self) -> (Option<String>, String) {
        (Some(self.path("old.db")), self.path("new.db"))
    }

    fn dump(&self) -> String {
        let db = self.open("new.db");
        let mut text = String::new();
        let mut names = db.prepare("SELECT name, coalesce(sql, '') FROM sqlite_master ORDER BY 1").unwrap();
        let all: Vec<(String, String)> =
            names.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect();
        for (name, sql) in all {
            let _ = writeln!(text, "{name}: {sql}");
            if !sql.starts_with("CREATE TABLE") {
                continue;
            }
            let mut rows =
                db.prepare(&format!("SELECT * FROM \"{}\" ORDER BY 1", name.replace('"', "\"\""))).unwrap();
            let width = rows.column_count();
            let mut found = rows.query([]).unwrap();
            while let Some(row) = found.next().unwrap() {
                let values: Vec<Value> = (0..width).map(|at| row.get(at).unwrap()).collect();
                let _ = writeln!(text, "  {values:?}");
            }
        }
        text
    }

    fn damaged(
        &self,
        texts: &Texts,
        pick: usize,
        found: &mut dyn FnMut(&str) -> Result<(), String>,
    ) -> Result<(), String> {
        let whole: Vec<&Made> = texts.tables.iter().filter(|table| table.rows > 0).collect();
        let Some(table) = whole.get(pick % whole.len().max(1)) else { return Ok(()) };
        std::fs::copy(self.path("new.db"), self.path("kept.db")).unwrap();
        for damage in damages(table, pick) {
            let changed =
                self.open("new.db").execute(&damage, []).map_err(|error| format!("{damage}: {error}"))?;
            if changed > 0 {
                found(&damage)?;
                std::fs::copy(self.path("kept.db"), self.path("new.db")).unwrap();
            }
        }
        Ok(())
    }
}

/// Something else than the value that is there, of the same kind where there is one.
const OTHER: &str = "CASE typeof({}) WHEN 'null' THEN 'x' WHEN 'integer' THEN iif({} > 0, {} - 1, {} + 1) \
    WHEN 'real' THEN iif({} = 0, 1.5, -{}) WHEN 'text' THEN {} || ' ' ELSE x'abcd' END";

fn damages(table: &Made, pick: usize) -> Vec<String> {
    let name = format!("\"{}\"", table.name.replace('"', "\"\""));
    let row = format!("(SELECT rowid FROM {name} ORDER BY rowid LIMIT 1 OFFSET {})", pick % table.rows);
    let mut list = vec![format!("DELETE FROM {name} WHERE rowid = {row}")];
    let keys: Vec<String> = table.keys.iter().map(|key| format!("\"{key}\"")).collect();
    let columns: Vec<String> = table.columns.iter().map(|(column, _)| format!("\"{column}\"")).collect();
    let all: Vec<String> = keys.iter().chain(&columns).cloned().collect();
    let extra: Vec<String> = keys.iter().map(|_| "'4711'".to_owned()).chain(columns.clone()).collect();
    list.push(format!(
        "INSERT INTO {name} ({}) SELECT {} FROM {name} WHERE rowid = {row}",
        all.join(", "),
        extra.join(", ")
    ));
    if let Some((column, nullable)) = table.columns.get(pick % table.columns.len().max(1)) {
        let column = format!("\"{column}\"");
        list.push(format!(
            "UPDATE {name} SET {column} = {} WHERE rowid = {row}",
            OTHER.replace("{}", &column)
        ));
        if *nullable {
            list.push(format!(
                "UPDATE {name} SET {column} = NULL WHERE rowid = {row} AND {column} IS NOT NULL"
            ));
        }
        list.push(format!(
            "WITH two AS (SELECT a.rowid AS r, b.{column} AS v, b.rowid AS s, a.{column} AS w FROM {name} a \
             JOIN {name} b ON b.{column} IS NOT a.{column} {unkeyed} ORDER BY 1, 3 LIMIT 1)
             UPDATE {name} SET {column} = CASE rowid WHEN (SELECT r FROM two) THEN (SELECT v FROM two) \
             ELSE (SELECT w FROM two) END WHERE rowid IN (SELECT r FROM two UNION SELECT s FROM two)",
            // Of rows without a key a swap may give the same rows again.
            unkeyed = if table.keys.is_empty() { "AND false" } else { "" }
        ));
    }
    list
}

#[test]
fn moves_drawn_by_chance() {
    let folder = tempfile::tempdir_in(memory()).unwrap();
    every_move_is_clean(&Files { folder }, 200, 1);
}

#[test]
#[ignore = "a minute and more; run on its own"]
fn many_moves_drawn_by_chance() {
    let folder = tempfile::tempdir_in(memory()).unwrap();
    every_move_is_clean(&Files { folder }, cases(1000), 6);
}
