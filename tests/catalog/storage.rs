//! The conditions that the compiler makes up for MySQL count what a server would refuse, or change.

use datamove::plan::{ClaimKind, Established, Probe};

use crate::or_skip;
use crate::testkit::Mariadb;
use crate::workbench::{check, codes, said};

const OLD: &str = "CREATE TABLE t (id int PRIMARY KEY, b longtext, d varchar(9), e varchar(9), g varbinary(4), l longblob) \
                   CHARSET=utf8mb4;";
const NEW: &str = "CREATE TABLE t (id int PRIMARY KEY, b tinytext, d varchar(9) CHARACTER SET latin1, e varchar(9) \
                   CHARACTER SET utf8mb3, g binary(4), l tinyblob) CHARSET=utf8mb4;";

/// Rows of the source that break no claim but the one of their column.
const ROWS: &str = "INSERT INTO old.t VALUES (1, repeat('x', 255), 'é', 'ŝ€', 'abcd', repeat('x', 255)), \
                    (2, repeat('é', 128), '€', 'ŝ€', 'abcd', NULL), (3, repeat('é', 127), 'ŝ', '😀', 'abc', \
                    repeat('x', 256)), (4, NULL, 'é  ', 'e\u{301}', NULL, ''), (5, '', '?', '?', 'a\\0\\0\\0', '');";

#[test]
fn storage_conditions() {
    let server = or_skip!("storage_conditions", Mariadb::start());
    let checked = check("mysql", OLD, NEW, "move old.t t -> new.t { key id <- t.id ... }");
    assert_eq!(codes(&checked), [""; 0]);
    let said = said(&checked);
    let plan = checked.plan.unwrap_or_else(|| panic!("{said}"));
    server.mysql("", &format!("CREATE DATABASE old; USE old; {OLD} SET NAMES utf8mb4; {ROWS}")).ok();
    let mut found = Vec::new();
    for claim in plan.claims.iter().filter(|claim| matches!(claim.kind, ClaimKind::Length | ClaimKind::Lossy))
    {
        if let Established::Probed(Probe::Check { condition }) = &claim.established {
            let mode = "SET sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'";
            let sql = format!(
                "{mode}; SELECT coalesce(group_concat(id ORDER BY id), '') FROM t WHERE NOT ({})",
                condition.sql
            );
            found.push(format!("{} {}", claim.id, server.query("old", &sql)[0][0]));
        }
    }
    let expected = ["t/b/length 2", "t/d/lossy 3", "t/e/lossy 3", "t/g/lossy 3", "t/l/length 3"];
    assert_eq!(found, expected);
}
