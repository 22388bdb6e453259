//! The same for MySQL's reader, against MariaDB's own catalog.

use std::collections::BTreeSet;
use std::path::Path;

use datamove::base::Engine;
use datamove::schema::{Catalog, Column, Identity, SqlType, Table, UniqueKey};

use crate::testkit::{self, Mariadb, shared};
use crate::{catalog_of, key_line, lines, names, or_skip, same, same_but_names, text_of};

/// What scripts set before they run anything of the schema's.
const MODE: &str = "ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES";

fn rows(server: &Mariadb, sql: &str) -> Vec<String> {
    lines(server.query("", sql).into_iter().map(|row| row.join("|")))
}

fn compare(catalog: &Catalog, server: &Mariadb, database: &str) {
    compare_columns(catalog, server, database);
    compare_keys(catalog, server, database);
    compare_foreign_keys(catalog, server, database);
    compare_the_rest(catalog, server, database);
}

fn sized(word: &str, n: u8) -> String {
    if n == 0 { word.to_owned() } else { format!("{word}({n})") }
}

/// By the bytes that it holds.
fn lob(column: &Column, kind: &str) -> String {
    let size = match column.max_bytes {
        Some(255) => "tiny",
        Some(65_535) => "",
        Some(16_777_215) => "medium",
        None => "long",
        Some(other) => panic!("no type holds {other} bytes"),
    };
    format!("{size}{kind}")
}

/// The type as the server's `column_type` prints it, but for what the catalog does not tell apart.
fn server_type(column: &Column) -> String {
    match &column.ty {
        SqlType::Bool => "tinyint(1)".to_owned(),
        SqlType::Int { bits: 32 } => "int".to_owned(),
        SqlType::Unsigned { bits: 32 } => "int unsigned".to_owned(),
        SqlType::Decimal(Some(size)) => format!("decimal({},{})", size.precision, size.scale),
        SqlType::Float { bits: 32 } => "float".to_owned(),
        SqlType::Text { max: Some(max), padded } => {
            format!("{}({max})", if *padded { "char" } else { "varchar" })
        }
        SqlType::Text { max: None, .. } => lob(column, "text"),
        SqlType::Bytes { max: Some(max) } => format!("binary({max})"),
        SqlType::Bytes { max: None } => lob(column, "blob"),
        SqlType::Time { precision, .. } => sized("time", *precision),
        SqlType::Timestamp { zoned, precision } => {
            sized(if *zoned { "timestamp" } else { "datetime" }, *precision)
        }
        SqlType::Enum { name, .. } => format!("enum{}", name.replace('\\', "\\\\")),
        SqlType::Json { .. } => "longtext".to_owned(),
        other => other.to_string(),
    }
}

const COLUMN_TYPE: &str = "regexp_replace(regexp_replace(regexp_replace(regexp_replace(replace(column_type, \
     ' zerofill', ''), '^((?:small|medium|big)?int|tinyint(?!\\\\(1\\\\)$)|year|float|double)\\\\([0-9,]+\\\\)', '\\\\1'), \
     '^(decimal.*|float|double) unsigned', '\\\\1'), '^varbinary', 'binary'), '^tinyint\\\\(1\\\\) unsigned', 'tinyint unsigned')";

fn compare_columns(catalog: &Catalog, server: &Mariadb, database: &str) {
    let ours = catalog.tables.iter().flat_map(|table| {
        table.columns().map(|(index, column)| {
            let automatic = column.identity == Some(Identity::Autoincrement);
            let generated =
                column.generated.as_ref().map_or("", |how| if how.stored { "stored" } else { "virtual" });
            let place = index.0 + 1;
            let (name, not_null, ty) = (&column.name, column.not_null, server_type(column));
            format!(
                "{}|{place}|{name}|{ty}|{not_null}|{automatic}|{generated}|{}",
                table.display_name(),
                text(column)
            )
        })
    });
    let theirs = rows(
        server,
        &format!(
            "SELECT concat(c.table_schema, '.', c.table_name), ordinal_position, column_name, {COLUMN_TYPE}, \
             if(is_nullable = 'NO', 'true', 'false'), if(extra LIKE '%auto_increment%', 'true', 'false'), \
             CASE WHEN extra LIKE '%STORED GENERATED%' THEN 'stored' WHEN extra LIKE '%VIRTUAL GENERATED%' THEN 'virtual' \
             ELSE '' END, coalesce(concat(character_set_name, ' ', c.collation_name), '') FROM information_schema.columns c \
             JOIN information_schema.tables t USING (table_schema, table_name) WHERE t.table_type = 'BASE TABLE' AND \
             c.table_schema = '{database}'"
        ),
    );
    assert!(!theirs.is_empty());
    same(&lines(ours), &theirs);
}

/// The character set and collation; what only the server's settings say is what the test's server has.
fn text(column: &Column) -> String {
    match (&column.ty, &column.charset, &column.collation) {
        // MariaDB's JSON is a text.
        (SqlType::Json { .. }, ..) => "utf8mb4 utf8mb4_bin".to_owned(),
        (SqlType::Text { .. } | SqlType::Enum { .. }, None, _) => "utf8mb4 utf8mb4_general_ci".to_owned(),
        (_, None, _) => String::new(),
        (_, Some(charset), Some(collation)) => format!("{charset} {collation}"),
        (_, Some(charset), None) => {
            assert_eq!(charset, "utf8mb4", "only this one's default differs from server to server");
            "utf8mb4 utf8mb4_general_ci".to_owned()
        }
    }
}

fn compare_keys(catalog: &Catalog, server: &Mariadb, database: &str) {
    let query = |condition: &str| {
        format!(
            "SELECT concat(table_schema, '.', table_name), index_name, group_concat(if(sub_part IS NULL, column_name, '*') \
             ORDER BY seq_in_index), 'false' FROM information_schema.statistics WHERE table_schema = '{database}' AND \
             {condition} GROUP BY table_schema, table_name, index_name"
        )
    };
    let primary =
        catalog.tables.iter().filter_map(|table| Some(key_line(table, table.primary_key.as_ref()?)));
    same_but_names(lines(primary), rows(server, &query("index_name = 'PRIMARY'")));
    let unique = |table: &Table, key: &UniqueKey| key_line(table, key);
    let uniques = catalog.tables.iter().flat_map(|table| table.uniques.iter().map(|key| unique(table, key)));
    same_but_names(lines(uniques), rows(server, &query("NOT non_unique AND index_name <> 'PRIMARY'")));
    // The server adds indexes for foreign keys of its own.
    let ours: BTreeSet<String> = catalog
        .tables
        .iter()
        .flat_map(|table| {
            table
                .indexes
                .iter()
                .map(|index| format!("{}|{}", table.display_name(), index.name.as_deref().unwrap_or("")))
        })
        .filter(|line| !line.ends_with('|'))
        .collect();
    let theirs: BTreeSet<String> = rows(server, &query("non_unique"))
        .iter()
        .map(|line| line.split('|').take(2).collect::<Vec<_>>().join("|"))
        .collect();
    assert!(ours.is_subset(&theirs), "{:?}", ours.difference(&theirs).collect::<Vec<_>>());
}

fn compare_foreign_keys(catalog: &Catalog, server: &Mariadb, database: &str) {
    let ours = catalog.tables.iter().flat_map(|table| {
        table.foreign_keys.iter().map(|key| {
            let parent = catalog.table(key.parent);
            let columns = names(table, key.columns.iter().copied());
            let others = names(parent, key.parent_columns.iter().copied());
            let action = key.on_delete.clone().unwrap_or_else(|| "restrict".to_owned());
            let (from, to, name) = (table.display_name(), parent.display_name(), key.name.as_deref());
            format!("{from}|{}|{columns}|{to}|{others}|{action}", name.unwrap_or(""))
        })
    });
    let theirs = rows(
        server,
        &format!(
            "SELECT concat(k.table_schema, '.', k.table_name), k.constraint_name, group_concat(k.column_name ORDER BY \
             ordinal_position), concat(k.referenced_table_schema, '.', k.referenced_table_name), \
             group_concat(k.referenced_column_name ORDER BY ordinal_position), lower(delete_rule) FROM \
             information_schema.key_column_usage k JOIN information_schema.referential_constraints r ON \
             r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name AND r.table_name = \
             k.table_name WHERE k.table_schema = '{database}' AND k.referenced_table_name IS NOT NULL GROUP BY \
             k.table_schema, k.table_name, k.constraint_name"
        ),
    );
    same_but_names(lines(ours), theirs);
}

fn compare_the_rest(catalog: &Catalog, server: &Mariadb, database: &str) {
    let triggers = |table: &Table| {
        table.triggers.iter().map(|trigger| format!("{}|{trigger}", table.display_name())).collect::<Vec<_>>()
    };
    let sql = format!(
        "SELECT concat(event_object_schema, '.', event_object_table), trigger_name FROM information_schema.triggers WHERE \
         event_manipulation <> 'DELETE' AND event_object_schema = '{database}'"
    );
    same(&lines(catalog.tables.iter().flat_map(triggers)), &rows(server, &sql));
    let kind = |kind: &str| {
        format!(
            "SELECT concat(table_schema, '.', table_name) FROM information_schema.tables WHERE table_type = '{kind}' AND \
             table_schema = '{database}'"
        )
    };
    let named = |schema: &Option<String>, name: &str| format!("{}.{name}", schema.as_deref().unwrap_or(""));
    let views = catalog.views.iter().map(|view| named(&view.schema, &view.name));
    same(&lines(views), &rows(server, &kind("VIEW")));
    let sequences = catalog.sequences.iter().map(|sequence| named(&sequence.schema, &sequence.name));
    same(&lines(sequences), &rows(server, &kind("SEQUENCE")));
    compare_checks(catalog, server, database);
}

/// Every check, added once more as the catalog spells it in a session of a script's mode, is for the
/// server the condition that it was.
fn compare_checks(catalog: &Catalog, server: &Mariadb, database: &str) {
    let clauses = || {
        let sql = format!(
            "SELECT concat(constraint_schema, '.', table_name), replace(check_clause, ' escape ''\\\\\\\\''', '') FROM \
             information_schema.check_constraints WHERE constraint_schema = '{database}' AND check_clause NOT LIKE 'json_valid%'"
        );
        server.query("", &sql).into_iter().map(|row| row.join("|")).collect::<Vec<_>>()
    };
    let before = clauses();
    let checks: Vec<String> = catalog
        .tables
        .iter()
        .flat_map(|table| {
            let of_own = table.checks.iter().filter(|check| !check.sql.contains("json_valid"));
            of_own.map(|check| format!("ALTER TABLE {} ADD CHECK ({});", table.display_name(), check.sql))
        })
        .collect();
    assert_eq!(checks.len(), before.len());
    server.mysql("", &format!("SET sql_mode = '{MODE}';\n{}", checks.join("\n"))).ok();
    let mut twice: Vec<String> = before.iter().chain(&before).cloned().collect();
    let mut after = clauses();
    twice.sort();
    after.sort();
    assert_eq!(after, twice);
}

/// The file against the server that loaded it, and the server's own dump against the same.
fn both_ways(test: &str, path: &Path, database: &str) {
    let server = match Mariadb::start() {
        Ok(server) => server,
        Err(reason) => return testkit::skip(test, &reason),
    };
    server.mysql("", &text_of(path)).ok();
    let catalog = catalog_of(Engine::Mysql, path);
    let mut dump = server.client("mariadb-dump");
    let dump = dump.args(["--no-data", "--databases", database]).output().expect("mariadb-dump runs");
    assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("dump.sql");
    std::fs::write(&file, &dump.stdout).expect("the file is written");
    let dumped = catalog_of(Engine::Mysql, &file);
    let again = Mariadb::start().expect("another server");
    again.mysql("", &text_of(&file)).ok();
    compare(&catalog, &server, database);
    compare(&dumped, &again, database);
}

#[test]
fn chinook_mysql() {
    let path = or_skip!("chinook_mysql", shared("chinook/chinook-mysql.sql"));
    both_ways("chinook_mysql", &path, "Chinook");
}

#[test]
fn chinook_mysql_autoincrement() {
    let path = or_skip!("chinook_mysql_autoincrement", shared("chinook/chinook-mysql-autoincrement.sql.gz"));
    both_ways("chinook_mysql_autoincrement", &path, "Chinook_AutoIncrement");
}

#[test]
fn hard_mysql() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/catalog/hard.mysql.sql");
    both_ways("hard_mysql", &path, "hard");
}
