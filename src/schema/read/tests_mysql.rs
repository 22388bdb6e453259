//! Small DDL of MySQL's for each feature; the schemas that a server takes are in `tests/catalog/`.

use super::tests::{codes, good, key, read_all, types};
use crate::base::Engine;
use crate::diagnostic::Code;
use crate::schema::{Catalog, ColumnIdx, Identity, SqlType, Table};

fn mysql(text: &str) -> Catalog {
    good(Engine::Mysql, text)
}

fn names(catalog: &Catalog) -> Vec<String> {
    catalog.tables.iter().map(Table::display_name).collect()
}

#[test]
fn types_and_their_words() {
    let catalog = mysql(
        "CREATE TABLE t (a TINYINT(1), b TINYINT UNSIGNED, c INT(11) ZEROFILL, d BIGINT UNSIGNED, e DECIMAL(12, 4), f DEC, \
         g FLOAT(53), h FLOAT(7,3), i NATIONAL CHARACTER VARYING(9), j CHAR, k TIMESTAMP(3), l DATETIME, m TIME(6), n \
         ENUM('it''s', \"b\"), o SET('x'), p YEAR, q BIT(3), r GEOMETRY SRID 4326, s SERIAL, t JSON, u LONG VARCHAR, v \
         VARBINARY(20), w BOOL);",
    );
    let expected = [
        "a boolean",
        "b tinyint unsigned",
        "c integer unsigned",
        "d bigint unsigned",
        "e decimal(12, 4)",
        "f decimal(10, 0)",
        "g double",
        "h real",
        "i varchar(9)",
        "j char(1)",
        "k timestamp(3) with time zone",
        "l timestamp(0)",
        "m time",
        "n enum ('it''s','b')",
        "o set('x')",
        "p year",
        "q bit(3)",
        "r geometry",
        "s bigint unsigned",
        "t json",
        "u text",
        "v bytes(20)",
        "w boolean",
    ];
    let table = &catalog.tables[0];
    assert_eq!(types(table), expected);
    assert_eq!(table.columns[2].declared, "INT(11) ZEROFILL");
    assert_eq!(table.columns[20].max_bytes, Some(16_777_215));
    let serial = &table.columns[18];
    assert_eq!((serial.not_null, &serial.identity), (true, &Some(Identity::Autoincrement)));
    assert_eq!(table.uniques[0].columns, [Some(ColumnIdx(18))]);
}

/// What MariaDB does not take, so that no server of the tests does.
#[test]
fn mysql_8_only() {
    let catalog = mysql(
        "CREATE TABLE `t` (
           `id` int unsigned NOT NULL AUTO_INCREMENT,
           `email` varchar(50) COLLATE utf8mb4_0900_as_cs DEFAULT (_utf8mb4'a\\'b'),
           `place` point NOT NULL /*!80003 SRID 4326 */,
           `secret` int DEFAULT NULL /*!80023 INVISIBLE */,
           PRIMARY KEY (`id`),
           UNIQUE KEY `lower` ((lower(`email`)),`id`),
           KEY `hidden` (`email` DESC) /*!80000 INVISIBLE */,
           CONSTRAINT `positive` CHECK ((`id` > 0)) /*!80016 NOT ENFORCED */,
           CONSTRAINT `set` CHECK (json_valid(cast(`email` as json)) AND email MEMBER OF ('[\"a\"]'))
         ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci STATS_PERSISTENT=1 /*!80016 DEFAULT ENCRYPTION='N' */;
         ALTER TABLE t ALTER INDEX hidden VISIBLE, ADD COLUMN (z int), ALGORITHM=INPLACE, LOCK=NONE;
         ALTER TABLE t RENAME INDEX hidden TO seen;",
    );
    let table = &catalog.tables[0];
    assert_eq!(table.uniques[0].columns, [None, Some(ColumnIdx(0))]);
    let collations: Vec<_> = table.columns.iter().map(|column| column.collation.as_deref()).collect();
    assert_eq!(collations, [None, Some("utf8mb4_0900_as_cs"), None, None, None]);
    assert!(!table.columns[1].case_insensitive);
    assert!(!table.checks[0].validated && table.checks[1].validated);
    assert_eq!(
        table.columns[1].default.as_ref().map(|default| default.sql.as_str()),
        Some("(_utf8mb4'a''b')")
    );
    assert_eq!(table.indexes[0].name.as_deref(), Some("seen"));
    assert_eq!(table.columns[4].name, "z");
}

#[test]
fn expressions_mean_the_same_in_a_scripts_session() {
    let catalog = mysql(
        r#"CREATE TABLE t (a varchar(9), b varchar(9) AS (concat("it's", 'a\\b')) STORED,
             CHECK (a <> "x\"y" || a LIKE 'a\_%' OR `a` = N'z' AND a not like _utf8mb4'b%'));"#,
    );
    let table = &catalog.tables[0];
    assert_eq!(
        table.columns[1].generated.as_ref().map(|of| of.sql.as_str()),
        Some(r"concat('it''s', 'a\b')")
    );
    let expected =
        r#"a <> 'x"y' OR a LIKE 'a\_%' ESCAPE '\' OR `a` = N'z' AND a not like _utf8mb4 'b%' ESCAPE '\'"#;
    // What two tokens have between them does not matter.
    let spaceless = |text: &str| text.replace("_utf8mb4 ", "_utf8mb4");
    assert_eq!(spaceless(&table.checks[0].sql), spaceless(expected));
    assert_eq!(table.checks[0].columns, [ColumnIdx(0)]);
}

#[test]
fn character_sets_come_from_column_table_and_database() {
    let catalog = mysql(
        "CREATE DATABASE x DEFAULT CHARACTER SET latin1; USE x;
         CREATE TABLE a (a text, b varchar(3) COLLATE utf8_bin, n int);
         CREATE TABLE b (a text) DEFAULT CHARSET=utf8mb4; CREATE TABLE c (a char(2) CHARSET binary, b nchar(3)) \
         COLLATE = utf8mb4_unicode_ci; USE y; CREATE TABLE d (a text);",
    );
    let texts: Vec<(Option<&str>, Option<&str>)> = catalog
        .tables
        .iter()
        .flat_map(|table| &table.columns)
        .map(|column| (column.charset.as_deref(), column.collation.as_deref()))
        .collect();
    let expected = [
        (Some("latin1"), Some("latin1_swedish_ci")),
        (Some("utf8mb3"), Some("utf8mb3_bin")),
        (None, None),
        (Some("utf8mb4"), None),
        // A text of the set `binary` is no text.
        (None, None),
        (Some("utf8mb3"), Some("utf8mb3_general_ci")),
        (None, None),
    ];
    assert_eq!(texts, expected);
    assert_eq!(names(&catalog), ["x.a", "x.b", "x.c", "y.d"]);
}

#[test]
fn databases() {
    let file = "USE shop; CREATE TABLE a (x int); CREATE TABLE shop.b (x int REFERENCES A (x)); \
                CREATE TABLE other.c (x int);";
    let of = |text: &str, namespace: Option<&str>| {
        let (catalog, said, _) = read_all(Engine::Mysql, &[(text, namespace)]);
        assert!(said.is_empty(), "{said}");
        names(&catalog)
    };
    assert_eq!(of("CREATE TABLE t (x int);", None), ["home.t"]);
    assert_eq!(of("CREATE TABLE t (x int);", Some("stated")), ["stated.t"]);
    assert_eq!(of(file, None), ["other.c", "shop.a", "shop.b"]);
    assert_eq!(of(file, Some("stated")), ["other.c", "stated.a", "stated.b"]);
    // Two names are two tables on a server that tells case apart.
    assert_eq!(of("CREATE TABLE t (x int); CREATE TABLE T (x int);", None), ["home.T", "home.t"]);
    assert_eq!(of("CREATE TABLE a (x int); DROP DATABASE home; CREATE TABLE b (x int);", None), ["home.b"]);
}

#[test]
fn columns_compare_without_case_and_keys_by_prefix() {
    let catalog = mysql(
        "CREATE TABLE P (Id int, name varchar(10), PRIMARY KEY (ID), UNIQUE (NAME(10)), UNIQUE (name(9)), KEY (name(3), id));
         CREATE TABLE c (p int, FOREIGN KEY (P) REFERENCES p (iD) ON DELETE CASCADE);",
    );
    let (parent, child) = (&catalog.tables[0], &catalog.tables[1]);
    assert_eq!(key(parent), ["Id"]);
    assert_eq!(parent.uniques[0].columns, [Some(ColumnIdx(1))]);
    assert_eq!(parent.uniques[1].columns, [None]);
    assert!(parent.indexes[0].columns.is_empty());
    assert_eq!(child.foreign_keys[0].on_delete.as_deref(), Some("cascade"));
    assert_eq!(codes(Engine::Mysql, "CREATE TABLE t (a int, A int);"), [Code::DuplicateColumn]);
}

#[test]
fn bodies_and_delimiters() {
    let catalog = mysql(
        "CREATE TABLE t (a int);
         CREATE TRIGGER one BEFORE INSERT ON t FOR EACH ROW BEGIN IF NEW.a = 1 THEN SET NEW.a = CASE 1 WHEN 1 THEN 2 END; \
         END IF; CASE NEW.a WHEN 2 THEN SET @x = 1; END CASE; END;
         delimiter //
         CREATE PROCEDURE p() BEGIN SELECT 1; CREATE TABLE no (x int); END//
         CREATE TRIGGER home.two AFTER UPDATE ON t FOR EACH ROW SET @y = 'FOR; //'//
         DELIMITER ;
         CREATE TABLE u (b int); CREATE VIEW v AS SELECT 'x' AS `END`; DROP TRIGGER two;",
    );
    assert_eq!(names(&catalog), ["home.t", "home.u"]);
    assert_eq!(catalog.tables[0].triggers, ["one"]);
    assert_eq!(catalog.views[0].name, "v");
}

#[test]
fn what_cannot_be_read_is_said() {
    let unreadable = [
        "CREATE TABLE t (a frob);",
        "CREATE TABLE t (a text(500));",
        "CREATE TABLE t AS SELECT 1 AS a;",
        "CREATE TABLE t (a int) SELECT 1 AS b;",
        "CREATE TABLE \"t\" (a int);",
        "CREATE TABLE t (a int b);",
        "CREATE TABLE t (a int, KEY k (a) oops(1));",
        "CREATE TABLE t (a int); ALTER TABLE t ADD COLUMN b;",
    ];
    for text in unreadable {
        assert_eq!(codes(Engine::Mysql, text), [Code::DdlUnreadable], "{text}");
    }
    assert_eq!(codes(Engine::Mysql, "CREATE TABLE t (a int); /* open"), [Code::DdlUnclosed]);
    assert_eq!(codes(Engine::Mysql, "CREATE TABLE t (a int DEFAULT 'it\\'s"), [Code::DdlUnclosed]);
    assert_eq!(codes(Engine::Mysql, "CREATE TABLE t (a int REFERENCES u (x));"), [Code::DdlUnknownTable]);
}

#[test]
fn the_types_of_no_server_are_none() {
    let catalog = mysql("CREATE TABLE t (a uuid, b inet6, c enum('a') CHARACTER SET latin1);");
    assert_eq!(catalog.tables[0].columns[0].ty, SqlType::Uuid);
    assert_eq!(catalog.tables[0].columns[1].ty, SqlType::Opaque("inet6".to_owned()));
    assert_eq!(catalog.tables[0].columns[2].charset.as_deref(), Some("latin1"));
}
