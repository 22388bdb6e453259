//! Cases between two schemas of a PostgreSQL database.

use std::cell::RefCell;

use datamove::base::Engine;
use postgres::{Client, NoTls};

use crate::or_skip;
use crate::run::{Place, cases, every_move_is_clean};
use crate::testkit::{Database, Output, Postgres};
use crate::text::{Made, Texts};

struct Schemas {
    database: Database,
    client: RefCell<Client>,
}

impl Schemas {
    fn new(server: &'static Postgres) -> Self {
        let database = server.database("moves");
        let client = RefCell::new(Client::connect(&database.connection(), NoTls).unwrap());
        Self { database, client }
    }

    fn run(&self, sql: &str) -> Result<(), String> {
        self.client.borrow_mut().batch_execute(sql).map_err(|error| {
            let said = error.as_db_error().map_or_else(|| error.to_string(), ToString::to_string);
            format!("{said}\n{sql}")
        })
    }
}

impl Place for Schemas {
    const ENGINE: Engine = Engine::Postgres;

    fn fill(&self, texts: &Texts) -> Result<(), String> {
        let rows: String =
            texts.rows.iter().fold(String::new(), |all, rows| format!("{all}INSERT INTO {rows};\n"));
        self.run(&format!(
            "SET client_min_messages = error; DROP SCHEMA IF EXISTS old, new, datamove_moved CASCADE;
             CREATE SCHEMA old; CREATE SCHEMA new; SET search_path = old; {} {rows} SET search_path = new; {}",
            texts.old, texts.new
        ))
    }

    fn locations(&self) -> (Option<String>, String) {
        (None, self.database.url())
    }

    fn dump(&self) -> String {
        let mut command = self.database.server().client("pg_dump");
        command.args(["--restrict-key=x", "-d", self.database.name()]);
        let dumped = Output::of(command, "");
        if dumped.success {
            return dumped.stdout;
        }
        // Older programs know no such option, and write no random key.
        let mut command = self.database.server().client("pg_dump");
        command.args(["-d", self.database.name()]);
        Output::of(command, "").ok().stdout
    }

    fn damaged(
        &self,
        texts: &Texts,
        pick: usize,
        found: &mut dyn FnMut(&str) -> Result<(), String>,
    ) -> Result<(), String> {
        let whole: Vec<&Made> = texts.tables.iter().filter(|table| table.rows > 0).collect();
        let Some(table) = whole.get(pick % whole.len().max(1)) else { return Ok(()) };
        let name = format!("new.\"{}\"", table.name.replace('"', "\"\""));
        // No trigger of a foreign key fires, as after a restore.
        self.run(&format!(
            "SET session_replication_role = replica; CREATE TEMPORARY TABLE kept AS SELECT * FROM {name}"
        ))?;
        let all = damages(self, table, &name, pick)?;
        for damage in all {
            let changed = self.client.borrow_mut().execute(damage.as_str(), &[]);
            // A value may not fit its column; then nobody can have put it there.
            if changed.is_ok_and(|rows| rows > 0) {
                found(&damage)?;
                self.run(&format!("DELETE FROM {name}; INSERT INTO {name} SELECT * FROM kept"))?;
            }
        }
        self.run("DROP TABLE kept; RESET session_replication_role")
    }
}

/// Something else than the value that is there, by the column's type.
fn other(column: &str, ty: &str) -> String {
    match ty {
        "bigint" | "integer" | "numeric" => {
            format!(
                "CASE WHEN {column} IS NULL THEN 0 WHEN {column} > 0 THEN {column} - 1 ELSE {column} + 1 END"
            )
        }
        "text" | "character varying" => format!("coalesce({column} || ' ', '')"),
        "double precision" | "real" => {
            format!("CASE WHEN {column} = 0 THEN 1.5 ELSE coalesce(-{column}, 0) END")
        }
        "boolean" => format!("coalesce(NOT {column}, false)"),
        "timestamp without time zone" | "timestamp with time zone" => format!(
            "CASE WHEN isfinite({column}) AND {column} > '1000-01-01' THEN {column} - interval '1 microsecond' ELSE '2001-01-01' END"
        ),
        "date" => format!("CASE WHEN {column} > '1000-01-01' THEN {column} - 1 ELSE '2001-01-01' END"),
        "bytea" => format!("coalesce({column} || '\\x00', '')"),
        "uuid" => "'00000000-0000-0000-0000-000000000001'".to_owned(),
        "json" | "jsonb" => "'{\"other\": 1}'".to_owned(),
        "ARRAY" => format!("coalesce({column}, '{{}}') || ARRAY['x']"),
        "interval" => format!("coalesce({column}, '0') + interval '1 microsecond'"),
        _ => "'other'".to_owned(),
    }
}

fn damages(place: &Schemas, table: &Made, name: &str, pick: usize) -> Result<Vec<String>, String> {
    let quote = |name: &String| format!("\"{name}\"");
    let row = format!("(SELECT ctid FROM {name} ORDER BY ctid LIMIT 1 OFFSET {})", pick % table.rows);
    let mut list = vec![format!("DELETE FROM {name} WHERE ctid = {row}")];
    let types = place
        .client
        .borrow_mut()
        .query(
            "SELECT column_name::text, data_type::text FROM information_schema.columns WHERE table_schema = 'new' AND table_name = $1",
            &[&table.name],
        )
        .map_err(|error| error.to_string())?;
    let type_of = |column: &str| {
        types.iter().find(|row| row.get::<_, &str>(0) == column).map_or("", |row| row.get::<_, &str>(1))
    };
    let columns: Vec<String> = table.columns.iter().map(|(column, _)| quote(column)).collect();
    let keys: Vec<String> = table.keys.iter().map(quote).collect();
    let strange = table.keys.iter().map(|key| match type_of(key) {
        "uuid" => "'00000000-0000-0000-0000-000000004711'".to_owned(),
        "bigint" => "4711".to_owned(),
        _ => "'strange'".to_owned(),
    });
    let extra: Vec<String> = strange.chain(columns.clone()).collect();
    let all: Vec<String> = keys.iter().chain(&columns).cloned().collect();
    list.push(format!(
        "INSERT INTO {name} ({}) SELECT {} FROM {name} WHERE ctid = {row}",
        all.join(", "),
        extra.join(", ")
    ));
    if let Some((column, nullable)) = table.columns.get(pick % table.columns.len().max(1)) {
        let (ty, column) = (type_of(column), quote(column));
        list.push(format!("UPDATE {name} SET {column} = {} WHERE ctid = {row}", other(&column, ty)));
        if *nullable {
            list.push(format!(
                "UPDATE {name} SET {column} = NULL WHERE ctid = {row} AND {column} IS NOT NULL"
            ));
        }
        if !table.keys.is_empty() {
            list.push(format!(
                "WITH two AS (SELECT a.ctid AS r, b.{column} AS v, b.ctid AS s, a.{column} AS w FROM {name} a \
                 JOIN {name} b ON b.{column}::text IS DISTINCT FROM a.{column}::text ORDER BY 1, 3 LIMIT 1)
                 UPDATE {name} t SET {column} = CASE WHEN t.ctid = two.r THEN two.v ELSE two.w END FROM two \
                 WHERE t.ctid IN (two.r, two.s)"
            ));
        }
    }
    Ok(list)
}

#[test]
fn moves_drawn_by_chance() {
    let server = or_skip!("moves by chance on PostgreSQL", Postgres::get());
    every_move_is_clean(&Schemas::new(server), 25, 2);
}

#[test]
#[ignore = "minutes; run on its own"]
fn many_moves_drawn_by_chance() {
    let server = or_skip!("moves by chance on PostgreSQL", Postgres::get());
    every_move_is_clean(&Schemas::new(server), cases(1000), 3);
}
