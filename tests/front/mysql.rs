//! What only MySQL has: types without a sign, character sets, limits in bytes, collations.

use datamove::plan::{Batch, Claim, ClaimKind, Established, ExprKind, Plan, Probe};
use datamove::schema::SqlType;

use crate::workbench::{check, codes, said};

const TYPES: [&str; 25] = [
    "tinyint(1)",
    "tinyint",
    "smallint unsigned",
    "mediumint",
    "int",
    "int unsigned",
    "bigint",
    "bigint unsigned",
    "decimal(6,2)",
    "decimal(20,0)",
    "float",
    "double",
    "char(10)",
    "varchar(10)",
    "text",
    "varbinary(10)",
    "binary(16)",
    "blob",
    "date",
    "datetime",
    "datetime(6)",
    "timestamp",
    "enum('a','b')",
    "json",
    "year",
];

/// What the rules say of a value of one type for a column of another, as for PostgreSQL; a claim that the value
/// is one of its type at all is left out.
fn verdict(from: &str, to: &str) -> char {
    let old = format!("CREATE TABLE t (id int PRIMARY KEY, v {from});");
    let new = format!("CREATE TABLE t (id int PRIMARY KEY, v {to});");
    let checked = check("mysql", &old, &new, "move old.t t -> new.t { key id <- t.id ... }");
    match (&checked.plan, codes(&checked).as_slice()) {
        (Some(plan), []) => {
            let about =
                |kind: ClaimKind| !matches!(kind, ClaimKind::Scope | ClaimKind::Unique | ClaimKind::Type);
            let claims: Vec<_> = plan.claims.iter().filter(|claim| about(claim.kind)).collect();
            match claims.iter().any(|claim| matches!(claim.established, Established::Probed(_))) {
                true => '?',
                false if claims.is_empty() => '=',
                false => 'p',
            }
        }
        (None, ["DM0404"]) => '.',
        (None, ["DM0405"]) => 's',
        (None, ["DM0406"]) => '~',
        _ => panic!("{from} to {to}: {}", said(&checked)),
    }
}

#[test]
fn every_type_into_every_type() {
    let rows: Vec<String> = TYPES
        .iter()
        .map(|from| {
            let row: String = TYPES.iter().map(|to| verdict(from, to)).collect();
            format!("{from:>17} {row}")
        })
        .collect();
    insta::assert_snapshot!(rows.join("\n"), @r#"
       tinyint(1) ========.................
          tinyint ?=?==?=?====............?
smallint unsigned ??======?===............?
        mediumint ???==?=??===............?
              int ????=?=??=~=............?
     int unsigned ?????===?=~=............?
           bigint ??????=??=~?............?
  bigint unsigned ???????=?=~?............?
     decimal(6,2) .sssssss=s~~.............
    decimal(20,0) .????????=~~.............
            float ..........==.............
           double ..........~=.............
         char(10) ............ppp.......?..
      varchar(10) ............ppp.......?..
             text ............???.......?..
    varbinary(10) ...............=?p.......
       binary(16) ................pp.......
             blob .................p.......
             date ..................=......
         datetime ...................==....
      datetime(6) ...................~=....
        timestamp .....................p...
    enum('a','b') ......................p..
             json .......................=.
             year .??==?=?................=
"#);
}

fn plan(old: &str, new: &str, body: &str) -> Plan {
    let checked = check("mysql", old, new, body);
    let said = said(&checked);
    checked.plan.unwrap_or_else(|| panic!("{said}"))
}

fn claim<'p>(plan: &'p Plan, kind: ClaimKind, part: &str) -> &'p Claim {
    let ids: Vec<&str> = plan.claims.iter().map(|claim| claim.id.as_str()).collect();
    let found = plan.claims.iter().find(|claim| claim.kind == kind && claim.id.contains(part));
    found.unwrap_or_else(|| panic!("{part}: {ids:?}"))
}

fn how(plan: &Plan, kind: ClaimKind, part: &str) -> &'static str {
    match claim(plan, kind, part).established {
        Established::Proven { .. } => "proven",
        Established::Probed(_) => "probed",
        Established::Accepted { .. } => "accepted",
    }
}

/// The condition that a probe counts.
fn condition(plan: &Plan, kind: ClaimKind, part: &str) -> String {
    match &claim(plan, kind, part).established {
        Established::Probed(Probe::Check { condition }) => condition.sql.clone(),
        other => panic!("{other:?}"),
    }
}

const MOVE: &str = "move old.t t -> new.t { key id <- t.id ... }";

#[test]
fn databases_have_the_sides_names() {
    let ddl = "CREATE TABLE t (id int PRIMARY KEY);";
    let plan = plan(ddl, ddl, MOVE);
    assert_eq!(plan.moves[0].source.table.schema.as_deref(), Some("old"));
    assert_eq!(plan.moves[0].target.schema.as_deref(), Some("new"));
    let uses = "USE shop; CREATE TABLE t (id int PRIMARY KEY);";
    let checked = check("mysql", uses, uses, MOVE);
    assert_eq!(codes(&checked), ["DM0314"], "{}", said(&checked));
    let other = "USE Shop; CREATE TABLE T (id int PRIMARY KEY);";
    let checked = check("mysql", uses, other, "move old.t t -> new.T { key id <- t.id ... }");
    assert_eq!(codes(&checked), ["DM0314"], "{}", said(&checked));
}

#[test]
fn unsigned_values_are_widened_where_they_are_calculated_with() {
    let old = "CREATE TABLE t (id int unsigned PRIMARY KEY, n bigint unsigned NOT NULL);";
    let new = "CREATE TABLE t (id int unsigned PRIMARY KEY, n bigint unsigned NOT NULL, m bigint NOT NULL);";
    let plan = plan(old, new, "move old.t t -> new.t { key id <- t.id  n <- t.n  m <- t.n - 1 }");
    let value = |column: &str| {
        let found = plan.moves[0].columns.iter().find(|assign| assign.column == column);
        found.expect("it is written").value.clone()
    };
    assert!(matches!(value("id").kind, ExprKind::Column { .. }));
    assert!(matches!(value("n").kind, ExprKind::Column { .. }));
    let mut widened = false;
    value("m").walk(&mut |node| {
        widened |=
            matches!(&node.kind, ExprKind::Cast(inner) if inner.ty == (SqlType::Unsigned { bits: 64 }));
    });
    assert!(widened);
    assert_eq!(how(&plan, ClaimKind::Range, "/m/"), "probed");
    // What is never negative goes on without a claim where it fits.
    assert!(!plan.claims.iter().any(|claim| claim.id.contains("/n/range")));
}

#[test]
fn dates_and_booleans_are_probed_for_what_is_none() {
    let ddl = "CREATE TABLE t (id int PRIMARY KEY, d date, b tinyint(1), at datetime, n int);";
    let plan = plan(ddl, ddl, MOVE);
    for column in ["t.d", "t.b", "t.at"] {
        assert_eq!(how(&plan, ClaimKind::Type, column), "probed");
    }
    assert_eq!(plan.claims.iter().filter(|claim| claim.kind == ClaimKind::Type).count(), 3);
    // Also in rows of other tables that a mapping reads.
    let old =
        "CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE v (id int PRIMARY KEY, t int, day date, KEY (t));";
    let new = "CREATE TABLE t (id int PRIMARY KEY, latest date);";
    let body = "move old.t t -> new.t { key id <- t.id  latest <- max(v.day from old.v v where v.t = t.id) }";
    let checked = check("mysql", old, new, body);
    let said = said(&checked);
    let plan = checked.plan.unwrap_or_else(|| panic!("{said}"));
    assert_eq!(how(&plan, ClaimKind::Type, "v.day"), "probed");
}

#[test]
fn instants_end_in_2038() {
    let old = "CREATE TABLE t (id int PRIMARY KEY, a timestamp NULL, b datetime);";
    let new = "CREATE TABLE t (id int PRIMARY KEY, a timestamp NULL, b timestamp NULL);";
    let plan = plan(old, new, "move old.t t -> new.t { key id <- t.id  a <- t.a  b <- t.b in zone 'UTC' }");
    assert_eq!(how(&plan, ClaimKind::Range, "/a/"), "proven");
    assert_eq!(how(&plan, ClaimKind::Range, "/b/"), "probed");
}

#[test]
fn texts_are_limited_by_bytes_and_character_sets() {
    let old = "CREATE TABLE t (id int PRIMARY KEY, a text, b longtext, c varchar(60), d varchar(9), e varchar(9) \
               CHARACTER SET latin1, f binary(4), g varbinary(4)) CHARSET=utf8mb4;";
    let new = "CREATE TABLE t (id int PRIMARY KEY, a text, b text, c tinytext, d varchar(9) CHARACTER SET latin1, e \
               varchar(9) CHARACTER SET utf8mb3, f binary(4), g binary(4)) CHARSET=utf8mb4;";
    let plan = plan(old, new, MOVE);
    let length = |part: &str| how(&plan, ClaimKind::Length, part);
    assert_eq!((length("/a/"), length("/b/"), length("/c/")), ("proven", "probed", "proven"));
    assert_eq!(
        condition(&plan, ClaimKind::Length, "/b/"),
        "octet_length(convert(`b` using utf8mb4)) <= 65535"
    );
    let lossy = |part: &str| how(&plan, ClaimKind::Lossy, part);
    assert_eq!((lossy("/d/"), lossy("/e/")), ("probed", "proven"));
    assert_eq!((lossy("/f/"), lossy("/g/")), ("proven", "probed"));
}

#[test]
fn keys_are_unique_by_their_own_collation() {
    let table = |collation: &str| {
        format!("CREATE TABLE t (id int PRIMARY KEY, c varchar(9) COLLATE {collation} NOT NULL UNIQUE);")
    };
    let unique = |old: &str, new: &str| plan(&table(old), &table(new), MOVE);
    let (loose, exact) = ("utf8mb4_general_ci", "utf8mb4_bin");
    assert_eq!(how(&unique(loose, loose), ClaimKind::Unique, "/c/"), "proven");
    assert_eq!(how(&unique(loose, exact), ClaimKind::Unique, "/c/"), "proven");
    let plan = unique(exact, loose);
    let Established::Probed(Probe::Duplicates { key, .. }) =
        &claim(&plan, ClaimKind::Unique, "/c/").established
    else {
        panic!("not probed");
    };
    assert_eq!(key[0].collation.as_deref(), Some(loose));
}

#[test]
fn batches_go_by_keys_whose_order_is_known() {
    let table = |column: &str| format!("CREATE TABLE t (id {column} PRIMARY KEY);");
    let batch = |column: &str| {
        let table = table(column);
        check("mysql", &table, &table, "move old.t t -> new.t { key id <- t.id }")
    };
    let known = batch("varchar(9) COLLATE utf8mb4_bin");
    let plan = known.plan.as_ref().expect("a plan");
    let Batch::Keyset { by, .. } = &plan.moves[0].batch else { panic!("not by key") };
    assert_eq!(by[0].collation.as_deref(), Some("utf8mb4_bin"));
    for column in ["varchar(9)", "double", "enum('b','a')"] {
        assert_eq!(codes(&batch(column)), ["DM0426"], "{column}");
    }
    insta::assert_snapshot!(said(&batch("varchar(9)")), @r"
error[DM0426]: `id` cannot be a batch key: its collation is not in the DDL, and the order of the key depends on it
 --> main.plan:5:6
  |
5 | move old.t t -> new.t { key id <- t.id }
  |      ^^^^^ rows could be missed
  |
 ::: old.sql:1:17
  |
1 | CREATE TABLE t (id varchar(9) PRIMARY KEY);
  |                 ------------------------- `id` is varchar(9)
  |
  = help: give the DDL that SHOW CREATE TABLE prints, which names the collation; or use `batch whole`
");
}

#[test]
fn automatic_numbers_are_used_and_generated_columns_are_not_written() {
    let ddl =
        "CREATE TABLE t (id int unsigned AUTO_INCREMENT PRIMARY KEY, n int, twice int AS (n * 2) STORED);";
    let of = plan(
        ddl,
        ddl,
        "move old.t t -> new.t { key id <- t.id  n <- t.n  drop t.twice because \"generated\" }",
    );
    assert_eq!(of.tables[0].sequences.len(), 1);
    assert_eq!(of.tables[0].columns.len(), 2);
    let checked =
        check("mysql", ddl, ddl, "move old.t t -> new.t { key id <- t.id  n <- t.n  twice <- t.twice }");
    assert_eq!(codes(&checked), ["DM0417"], "{}", said(&checked));
}

#[test]
fn a_target_has_transactions() {
    let table = |engine: &str| format!("CREATE TABLE t (id int PRIMARY KEY) ENGINE={engine};");
    let into = |target: &str| check("mysql", &table("MyISAM"), target, MOVE);
    assert_eq!(codes(&into(&table("InnoDB"))), [""; 0]);
    assert_eq!(codes(&into(&table("'Memory'"))), ["DM0431"]);
    let converted = format!("{} ALTER TABLE t ENGINE=InnoDB, COMMENT='x';", table("Aria"));
    assert_eq!(codes(&into(&converted)), [""; 0]);
}
