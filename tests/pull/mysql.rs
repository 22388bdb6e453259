use datamove::base::Engine;
use datamove::schema::{Catalog, Depth, Shape, differences};

use crate::testkit::{Mariadb, shared};
use crate::{catalog, names, pulled, sequences, text_of};

/// As [`crate::same`], but a file need not say which characters a text has: the server always does.
#[track_caller]
fn same(file: &Catalog, live: &Catalog) {
    assert!(!file.tables.is_empty());
    assert_eq!(differences(&Shape::of(file), &Shape::of(live), Depth::Schema), []);
    let (written, there) = (names(file), names(live));
    let missing: Vec<&String> = written.difference(&there).collect();
    assert!(missing.is_empty(), "not pulled: {missing:#?}");
    assert_eq!(sequences(file), sequences(live));
    assert_eq!(file.views.len(), live.views.len());
}

#[test]
fn chinook() {
    let server = crate::or_skip!("pull_chinook_mysql", Mariadb::start());
    for (path, database) in [
        ("chinook/chinook-mysql.sql", "Chinook"),
        ("chinook/chinook-mysql-autoincrement.sql.gz", "Chinook_AutoIncrement"),
    ] {
        let path = crate::or_skip!("pull_chinook_mysql", shared(path));
        let text = text_of(&path);
        server.mysql("", &text).ok();
        let live = pulled(&server.url(database), &[]);
        assert!(!live.contains("AUTO_INCREMENT="));
        same(&catalog(Engine::Mysql, Some("shop"), &text), &catalog(Engine::Mysql, Some("shop"), &live));
    }
}

const HARD: &str = r#"
CREATE TABLE `Quo``ted "x"` (`Id` int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, `or'der` enum('sad','it''s ok','a,b')
    DEFAULT 'sad', `sel"ect` varchar(20) CHARACTER SET latin1 DEFAULT 'back\\slash ''x''', `group` char(3), `$a$` tinyint(1)
    NOT NULL DEFAULT 1 COMMENT 'a; comment AUTO_INCREMENT=5', UNIQUE KEY `by ``sel` (`sel"ect`, `group`)) AUTO_INCREMENT=77
    COMMENT='t AUTO_INCREMENT=9';
CREATE TABLE `select` (a bigint NOT NULL, b decimal(12,2) DEFAULT 0 CHECK (b >= 0 AND b <> 13), c datetime(3) DEFAULT
    CURRENT_TIMESTAMP(3), d timestamp NULL, e date DEFAULT '2020-01-01', f text, g mediumblob, h json, i set('x','y'),
    j double DEFAULT 1.5, k decimal(12,2) AS (b * 2) STORED, l int GENERATED ALWAYS AS (a + 1) VIRTUAL, m year, n bit(5),
    o smallint unsigned, p mediumint, q time(2), r varbinary(9), parent int unsigned, s varchar(7), t float,
    CONSTRAINT `in 'list'` CHECK (s IN ('a', 'b"', 'c''d')), PRIMARY KEY (a, o), KEY by_parent (parent), KEY by_text (f(10)),
    UNIQUE KEY (s(3)), CONSTRAINT `to ``x` FOREIGN KEY (parent) REFERENCES `Quo``ted "x"` (`Id`) ON DELETE SET NULL);
CREATE TABLE parts (id int NOT NULL, region varchar(9) NOT NULL, PRIMARY KEY (id, region)) AUTO_INCREMENT=3 PARTITION BY
    LIST COLUMNS (region) (PARTITION p_eu VALUES IN ('eu'), PARTITION p_x VALUES IN ('x', 'y'));
CREATE SEQUENCE `a seq` START WITH 5 INCREMENT BY 2;
CREATE VIEW `a "view"` AS SELECT a FROM `select`;
CREATE TRIGGER `touch``ing` BEFORE INSERT ON `select` FOR EACH ROW SET NEW.t = 1;
CREATE TABLE datamove_not_a_ledger (id int PRIMARY KEY);
"#;

/// The hard schema as it was written, as the server's own dump prints it, and once more from a
/// database that was made from what was pulled.
#[test]
fn a_hard_schema() {
    let server = crate::or_skip!("pull_hard_mysql", Mariadb::get());
    server.mysql("", "CREATE DATABASE pull_hard; CREATE DATABASE pull_again").ok();
    server.mysql("pull_hard", HARD).ok();
    let live = pulled(&server.url("pull_hard"), &[]);
    let read = catalog(Engine::Mysql, Some("shop"), &live);
    same(&catalog(Engine::Mysql, Some("shop"), HARD), &read);
    let dump = server.client("mariadb-dump").args(["--no-data", "--triggers", "pull_hard"]).output().unwrap();
    assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
    same(&catalog(Engine::Mysql, Some("shop"), &String::from_utf8(dump.stdout).unwrap()), &read);
    server.mysql("pull_again", &format!("SET FOREIGN_KEY_CHECKS=0;\n{live}")).ok();
    assert_eq!(pulled(&server.url("pull_again"), &[]), live);
    // A row more is no other schema.
    server.mysql("pull_again", "INSERT INTO `Quo``ted \"x\"` () VALUES ()").ok();
    assert_eq!(pulled(&server.url("pull_again"), &[]), live);
}

#[test]
fn several_databases_stand_in_one_file() {
    let server = crate::or_skip!("pull_databases", Mariadb::get());
    server
        .mysql(
            "",
            "CREATE DATABASE pull_a; CREATE DATABASE pull_b; CREATE TABLE pull_a.parent (id int PRIMARY KEY);
             CREATE TABLE pull_b.child (id int PRIMARY KEY, parent int, FOREIGN KEY (parent) REFERENCES pull_a.parent (id))",
        )
        .ok();
    let live = pulled(&server.url("pull_a"), &["pull_a", "pull_b"]);
    let read = catalog(Engine::Mysql, None, &live);
    let tables: Vec<String> = read.tables.iter().map(datamove::schema::Table::display_name).collect();
    assert_eq!(tables, ["pull_a.parent", "pull_b.child"]);
    assert_eq!(read.tables[1].foreign_keys.len(), 1);
}

#[test]
fn drift_is_found_and_named() {
    let server = crate::or_skip!("pull_drift_mysql", Mariadb::get());
    let ddl = "CREATE TABLE parent (id bigint PRIMARY KEY, name varchar(20), UNIQUE KEY name_key (name)) CHARSET utf8mb4;
        CREATE TABLE child (id bigint PRIMARY KEY, parent bigint, state varchar(9) NOT NULL DEFAULT 'new', feeling
        enum('sad','glad'), amount decimal(12,2) DEFAULT 0, CONSTRAINT ck CHECK (amount BETWEEN -1 AND 10), KEY (parent),
        CONSTRAINT fk FOREIGN KEY (parent) REFERENCES parent (id)) CHARSET utf8mb4 COLLATE utf8mb4_general_ci;";
    let expected = Shape::of(&catalog(Engine::Mysql, Some("shop"), ddl));
    let changes = [
        ("SELECT 1", ""),
        ("ALTER TABLE parent MODIFY name varchar(30)", "parent type"),
        ("ALTER TABLE parent DROP KEY name_key", "parent unique"),
        ("ALTER TABLE parent ADD extra int", "parent column"),
        ("ALTER TABLE child DROP state", "child column"),
        ("ALTER TABLE child MODIFY state varchar(9) DEFAULT 'new'", "child nullability"),
        ("ALTER TABLE child ALTER state SET DEFAULT 'old'", "child default"),
        ("ALTER TABLE child DROP FOREIGN KEY fk", "child foreign_key"),
        ("ALTER TABLE child DROP CONSTRAINT ck", "child check"),
        ("ALTER TABLE child MODIFY feeling enum('sad','glad','calm')", "child type"),
        (
            "ALTER TABLE child MODIFY state varchar(9) CHARSET utf8mb4 COLLATE utf8mb4_bin NOT NULL DEFAULT 'new'",
            "child collation",
        ),
        ("ALTER TABLE child MODIFY id bigint AUTO_INCREMENT", "child identity"),
        ("DROP TABLE child", "child table"),
        ("CREATE TABLE one_more (a int)", "one_more table"),
        ("CREATE TRIGGER t BEFORE INSERT ON child FOR EACH ROW SET NEW.state = 'x'", "child trigger"),
    ];
    for (number, (change, named)) in changes.iter().enumerate() {
        let name = format!("pull_drift_{number}");
        server.mysql("", &format!("CREATE DATABASE {name}")).ok();
        server.mysql(&name, ddl).ok();
        server.mysql(&name, change).ok();
        let live = Shape::of(&catalog(Engine::Mysql, Some("shop"), &pulled(&server.url(&name), &[])));
        let found = differences(&expected, &live, Depth::Schema);
        let shown: Vec<String> = found.iter().map(|one| format!("{} {}", one.table, one.what)).collect();
        if named.is_empty() {
            assert!(shown.is_empty(), "{found:?}");
        } else {
            let first = format!("shop.{named}");
            assert!(shown.first() == Some(&first), "{change}: {found:#?}");
        }
    }
}
