//! Cases between two databases of a MariaDB server.

use std::cell::RefCell;

use datamove::base::Engine;
use mysql::prelude::Queryable as _;
use mysql::{Conn, OptsBuilder};

use crate::or_skip;
use crate::run::{Place, cases, every_move_is_clean};
use crate::testkit::{Mariadb, Output};
use crate::text::{Made, Texts};

struct Databases<'s> {
    server: &'s Mariadb,
    client: RefCell<Conn>,
}

impl<'s> Databases<'s> {
    fn new(server: &'s Mariadb) -> Self {
        let options = OptsBuilder::new()
            .ip_or_hostname(Some("127.0.0.1"))
            .tcp_port(server.port())
            .user(Some("root"))
            .init(vec!["SET NAMES utf8mb4, time_zone = '+00:00', sql_mode = 'STRICT_ALL_TABLES'"]);
        Self { server, client: RefCell::new(Conn::new(options).unwrap()) }
    }

    fn run(&self, sql: &str) -> Result<(), String> {
        self.client.borrow_mut().query_drop(sql).map_err(|error| format!("{error}\n{sql}"))
    }

    fn each(&self, sql: &str) -> Result<(), String> {
        sql.split(";\n").filter(|one| !one.trim().is_empty()).try_for_each(|one| self.run(one))
    }
}

impl Place for Databases<'_> {
    const ENGINE: Engine = Engine::Mysql;

    fn fill(&self, texts: &Texts) -> Result<(), String> {
        for name in ["old", "new", "datamove_moved"] {
            self.run(&format!("DROP DATABASE IF EXISTS {name}"))?;
        }
        self.each("CREATE DATABASE old;\nCREATE DATABASE new;\nUSE old")?;
        self.each(&texts.old)?;
        for rows in &texts.rows {
            self.run(&format!("INSERT INTO {rows}"))?;
        }
        self.run("USE new")?;
        self.each(&texts.new)
    }

    fn locations(&self) -> (Option<String>, String) {
        (None, self.server.url(""))
    }

    fn dump(&self) -> String {
        let mut command = self.server.client("mariadb-dump");
        command.args(["--skip-dump-date", "--skip-comments", "--hex-blob", "--databases", "old", "new"]);
        let dumped = Output::of(command, "").ok().stdout;
        let ledger = self.server.query("", "SELECT schema_name FROM information_schema.schemata ORDER BY 1");
        format!("{ledger:?}\n{dumped}")
    }

    fn damaged(
        &self,
        texts: &Texts,
        pick: usize,
        found: &mut dyn FnMut(&str) -> Result<(), String>,
    ) -> Result<(), String> {
        let whole: Vec<&Made> = texts.tables.iter().filter(|table| table.rows > 0).collect();
        let Some(table) = whole.get(pick % whole.len().max(1)) else { return Ok(()) };
        let name = format!("new.`{}`", table.name);
        self.run("USE new")?;
        self.run("SET foreign_key_checks = 0")?;
        self.run(&format!("CREATE TEMPORARY TABLE kept AS SELECT * FROM {name}"))?;
        for damage in damages(self, table, &name, pick)? {
            let changed = self.run(&damage).map(|()| self.client.borrow().affected_rows());
            // A value may not fit its column; then nobody can have put it there.
            if changed.is_ok_and(|rows| rows > 0) {
                found(&damage)?;
                self.run(&format!("DELETE FROM {name}"))?;
                self.run(&format!("INSERT INTO {name} SELECT * FROM kept"))?;
            }
        }
        self.each("DROP TEMPORARY TABLE kept;\nSET foreign_key_checks = 1")
    }
}

/// Something else than the value that is there, by the column's type.
fn other(column: &str, ty: &str) -> String {
    match ty {
        "bigint" | "int" | "decimal" | "tinyint" | "smallint" => {
            format!(
                "CASE WHEN {column} IS NULL THEN 0 WHEN {column} > 0 THEN {column} - 1 ELSE {column} + 1 END"
            )
        }
        "varchar" | "text" => format!("coalesce(concat({column}, ' '), '')"),
        "double" => format!("CASE WHEN {column} = 0 THEN 1.5 ELSE coalesce(-{column}, 0) END"),
        "datetime" | "timestamp" => format!(
            "CASE WHEN {column} > '2000-01-01' THEN {column} - INTERVAL 1 MICROSECOND ELSE '2001-01-01' END"
        ),
        "date" => {
            format!("CASE WHEN {column} > '2000-01-01' THEN {column} - INTERVAL 1 DAY ELSE '2001-01-01' END")
        }
        "varbinary" => format!("coalesce(concat({column}, x'00'), '')"),
        _ => format!("CASE WHEN {column} = 'it''s' THEN 'new' ELSE 'it''s' END"),
    }
}

fn damages(place: &Databases<'_>, table: &Made, name: &str, pick: usize) -> Result<Vec<String>, String> {
    let quote = |name: &String| format!("`{name}`");
    let columns: Vec<String> = table.columns.iter().map(|(column, _)| quote(column)).collect();
    let keys: Vec<String> = table.keys.iter().map(quote).collect();
    let all: Vec<String> = keys.iter().chain(&columns).cloned().collect();
    let order = all.join(", ");
    let mut list = vec![format!("DELETE FROM {name} ORDER BY {order} LIMIT 1")];
    let types: Vec<(String, String)> = place
        .client
        .borrow_mut()
        .exec(
            "SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = 'new' AND table_name = ?",
            (&table.name,),
        )
        .map_err(|error| error.to_string())?;
    let type_of =
        |column: &str| types.iter().find(|(name, _)| name == column).map_or("", |(_, ty)| ty.as_str());
    let extra: Vec<String> = keys.iter().map(|_| "'4711'".to_owned()).chain(columns.clone()).collect();
    list.push(format!(
        "INSERT INTO {name} ({}) SELECT {} FROM kept ORDER BY {order} LIMIT 1",
        all.join(", "),
        extra.join(", ")
    ));
    if let Some((column, nullable)) = table.columns.get(pick % table.columns.len().max(1)) {
        let (ty, column) = (type_of(column), quote(column));
        list.push(format!("UPDATE {name} SET {column} = {} ORDER BY {order} LIMIT 1", other(&column, ty)));
        if *nullable {
            list.push(format!(
                "UPDATE {name} SET {column} = NULL WHERE {column} IS NOT NULL ORDER BY {order} LIMIT 1"
            ));
        }
    }
    Ok(list)
}

#[test]
fn moves_drawn_by_chance() {
    let server = or_skip!("moves by chance on MariaDB", Mariadb::start());
    every_move_is_clean(&Databases::new(&server), 25, 4);
}

#[test]
#[ignore = "minutes; run on its own"]
fn many_moves_drawn_by_chance() {
    let server = or_skip!("moves by chance on MariaDB", Mariadb::start());
    every_move_is_clean(&Databases::new(&server), cases(1000), 5);
}
