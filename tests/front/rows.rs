use datamove::plan::{Batch, ClaimKind, Established};

use crate::workbench::{check, codes, said};

/// How the one claim of a kind is established.
fn how(engine: &str, old: &str, new: &str, body: &str, kind: ClaimKind, part: &str) -> &'static str {
    let checked = check(engine, old, new, body);
    let said = said(&checked);
    let plan = checked.plan.unwrap_or_else(|| panic!("{body}\n{said}"));
    let ids: Vec<&str> = plan.claims.iter().map(|claim| claim.id.as_str()).collect();
    let found = plan.claims.iter().find(|c| c.kind == kind && c.id.contains(part));
    match found.unwrap_or_else(|| panic!("{part}: {ids:?}")).established {
        Established::Proven { .. } => "proven",
        Established::Probed(_) => "probed",
        Established::Accepted { .. } => "accepted",
    }
}

const PERSON: &str = "CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT NOT NULL, code TEXT UNIQUE);";

fn gives(old: &str, new: &str, body: &str) -> (Vec<&'static str>, String) {
    let checked = check("sqlite", old, new, body);
    (codes(&checked), said(&checked))
}

#[test]
fn unique_keys_are_proven_from_the_source() {
    let unique = |new: &str, line: &str| {
        let body = format!("move old.person p -> new.people {{ key id <- p.id  {line} }}");
        how("sqlite", PERSON, new, &body, ClaimKind::Unique, "/code/")
    };
    let new = "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT NOT NULL, code TEXT UNIQUE);";
    assert_eq!(unique(new, "..."), "proven");
    assert_eq!(unique(new, "code <- trim(p.code) ..."), "probed");
    // A default may stand in several rows.
    assert_eq!(unique(new, "code <- p.code default 'none' ..."), "probed");
    let folded =
        "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT NOT NULL, code TEXT COLLATE NOCASE UNIQUE);";
    assert_eq!(unique(folded, "..."), "probed");
}

#[test]
fn unique_keys_of_made_keys_and_groups() {
    let new = "CREATE TABLE people (id TEXT PRIMARY KEY, name TEXT NOT NULL, code TEXT);";
    let made = "move old.person p -> new.people { key id <- uuid5(\"p\", p.id) ... }";
    assert_eq!(how("sqlite", PERSON, new, made, ClaimKind::Unique, "/id/"), "proven");
    let not =
        "move old.person p -> new.people { key id <- uuid5(\"p\", p.name) ... drop p.id because \"new\" }";
    assert_eq!(how("sqlite", PERSON, new, not, ClaimKind::Unique, "/id/"), "probed");
    let group = "move old.person p -> new.people { group by p.name, p.code  key id <- p.name  name <- p.name  \
        code <- p.code drop p.id because \"one each\" }";
    assert_eq!(how("sqlite", PERSON, new, group, ClaimKind::Unique, "/id/"), "probed");
    let all = group
        .replace("group by p.name, p.code", "group by p.name")
        .replace("code <- p.code", "code <- null")
        .replace("drop p.id", "drop p.id, p.code");
    assert_eq!(how("sqlite", PERSON, new, &all, ClaimKind::Unique, "/id/"), "proven");
}

#[test]
fn a_primary_key_that_sqlite_lets_be_null_is_claimed_not_to_be() {
    let old = "CREATE TABLE person (code TEXT PRIMARY KEY);";
    let new = "CREATE TABLE people (code TEXT PRIMARY KEY);";
    let body = "move old.person p -> new.people { key code <- p.code }";
    assert_eq!(how("sqlite", old, new, body, ClaimKind::Null, "/code/"), "probed");
    let (codes, said) = gives(
        "CREATE TABLE person (a TEXT);",
        new,
        "move old.person p -> new.people { drop p.a because \"x\" }",
    );
    assert_eq!(codes, ["DM0416"], "{said}");
}

#[test]
fn references_are_proven_by_keys_that_are_always_checked() {
    let old = "CREATE TABLE a (id INTEGER PRIMARY KEY, x INTEGER); CREATE TABLE b (id INTEGER PRIMARY KEY, a INTEGER REFERENCES a (id));";
    let loose = "CREATE TABLE a (id INTEGER PRIMARY KEY, x INTEGER); CREATE TABLE b (id INTEGER PRIMARY KEY, a INTEGER);";
    let body = |filter: &str| {
        format!(
            "move old.a a -> new.a {{ {filter} key id <- a.id ... }}\nmove old.b b -> new.b {{ key id <- b.id ... }}"
        )
    };
    assert_eq!(how("postgres", old, old, &body(""), ClaimKind::Orphan, "b/a"), "proven");
    assert_eq!(how("postgres", loose, old, &body(""), ClaimKind::Orphan, "b/a"), "probed");
    assert_eq!(how("postgres", old, old, &body("where a.x > 0"), ClaimKind::Orphan, "b/a"), "probed");
    // SQLite checks foreign keys only in sessions that ask for it.
    assert_eq!(how("sqlite", old, old, &body(""), ClaimKind::Orphan, "b/a"), "probed");
    let made = "move old.a a -> new.a { key id <- sequence(a.id) ... }\nmove old.b b -> new.b { key id <- b.id  a <- ref new.a(b.a) }";
    assert_eq!(how("postgres", old, old, made, ClaimKind::Orphan, "b/a"), "proven");
    // A cast of the old key is a claim of its own, and no fault of the column.
    let text = "CREATE TABLE a (id INTEGER PRIMARY KEY, x INTEGER); CREATE TABLE b (id INTEGER PRIMARY KEY, a TEXT);";
    let cast = made.replace("ref new.a(b.a)", "ref new.a(cast(b.a as bigint))");
    assert_eq!(how("postgres", text, old, &cast, ClaimKind::Values, "b/a"), "probed");
}

#[test]
fn checks_are_proven_by_the_same_check_where_rows_were_held_to_it() {
    let table = |check: &str| format!("CREATE TABLE p (id INTEGER PRIMARY KEY, a INTEGER, t TEXT, {check});");
    let body = "move old.p p -> new.p { key id <- p.id ... }";
    let how = |engine, old: &str, new: &str| how(engine, old, new, body, ClaimKind::Check, "p/");
    let (small, spaced) = (table("CHECK (a < 9)"), table("CHECK (A  <  9)"));
    for engine in ["sqlite", "postgres"] {
        assert_eq!(how(engine, &small, &spaced), "proven");
        assert_eq!(how(engine, &table("CHECK (a < 8)"), &small), "probed");
        // In quotes letter case and spaces count.
        let word = |word: &str| table(&format!("CHECK (t <> '{word}')"));
        assert_eq!(how(engine, &word("x y"), &word("x y")), "proven");
        assert_eq!(how(engine, &word("X y"), &word("x y")), "probed");
        assert_eq!(how(engine, &word("x  y"), &word("x y")), "probed");
    }
    let loose = "CREATE TABLE p (id INTEGER PRIMARY KEY, a INTEGER, t TEXT);\n\
                 ALTER TABLE p ADD CONSTRAINT small CHECK (a < 9) NOT VALID;";
    assert_eq!(how("postgres", loose, &small), "probed");
    let validated = format!("{loose}\nALTER TABLE p VALIDATE CONSTRAINT small;");
    assert_eq!(how("postgres", &validated, &small), "proven");
}

#[test]
fn batches_go_by_a_key() {
    let old = "CREATE TABLE p (id INTEGER PRIMARY KEY, a INTEGER NOT NULL, b INTEGER NOT NULL, c INTEGER, UNIQUE (a, b), UNIQUE (c));";
    let new = "CREATE TABLE p (id INTEGER PRIMARY KEY, a INTEGER NOT NULL, b INTEGER NOT NULL, c INTEGER);";
    let body = |batch: &str| format!("move old.p p -> new.p {{ {batch} key id <- p.id ... }}");
    for (batch, expected) in [
        ("batch by p.id", vec![]),
        ("batch 7 rows by p.a, p.b", vec![]),
        ("batch whole", vec![]),
        ("batch by p.b, p.a", vec!["DM0426"]),
        ("batch by p.a", vec!["DM0426"]),
        ("batch by p.c", vec!["DM0426"]),
        ("batch 0 rows by p.id", vec!["DM0120"]),
        ("batch 9999999 rows by p.id", vec!["DM0426"]),
        ("batch by p.id + 1", vec!["DM0101"]),
        ("batch by p.nothing", vec!["DM0302"]),
    ] {
        let (codes, said) = gives(old, new, &body(batch));
        assert_eq!(codes, expected, "{batch}\n{said}");
    }
    let checked = check("sqlite", old, new, &body(""));
    let batch = checked.plan.map(|plan| plan.moves[0].batch.clone());
    assert!(matches!(batch, Some(Batch::Keyset { rows: 100_000, .. })), "{batch:?}");
}

#[test]
fn joins_match_once_and_lose_nothing() {
    let old = "CREATE TABLE k (id INTEGER PRIMARY KEY, code TEXT UNIQUE, name TEXT NOT NULL);\
        CREATE TABLE p (id INTEGER PRIMARY KEY, k INTEGER NOT NULL REFERENCES k (id), code TEXT);";
    let new = "CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT);";
    let body = |on: &str, left: &str| {
        format!(
            "move old.p p -> new.p {{ join old.k k on {on} {left} one key id <- p.id name <- k.name \
        drop p.k, p.code because \"names say it\" }}"
        )
    };
    let how =
        |on: &str, left: &str, id: &str| how("postgres", old, new, &body(on, left), ClaimKind::Join, id);
    assert_eq!(how("k.id = p.k", "", "k/join"), "proven");
    assert_eq!(how("k.id = p.k", "", "k/join/2"), "proven");
    assert_eq!(how("k.code = p.code", "", "k/join"), "proven");
    assert_eq!(how("k.code = p.code", "", "k/join/2"), "probed");
    assert_eq!(how("k.id = p.k and k.name <> 'x'", "", "k/join/2"), "probed");
    assert_eq!(how("k.name = p.code", "left", "k/join"), "probed");
    assert_eq!(how("k.id = p.k or true", "left", "k/join"), "probed");
}

#[test]
fn a_join_reads_only_what_is_joined_before() {
    let old = "CREATE TABLE a (id INTEGER PRIMARY KEY, b INTEGER); CREATE TABLE b (id INTEGER PRIMARY KEY, c INTEGER); CREATE TABLE c (id INTEGER PRIMARY KEY);";
    let new = "CREATE TABLE t (id INTEGER PRIMARY KEY, c INTEGER);";
    let late = "move old.a a -> new.t { join old.c c on c.id = b.c left one  join old.b b on b.id = a.b left one  key id <- a.id  c <- c.id }";
    let (codes, said) = gives(old, new, late);
    assert_eq!(codes, ["DM0310"], "{said}");
}

#[test]
fn group_by() {
    let new = "CREATE TABLE n (name TEXT NOT NULL PRIMARY KEY);";
    let drop = "drop p.id, p.code because \"names only\"";
    for (clauses, expected) in [
        ("group by p.name  key name <- p.name", vec![]),
        ("group by lower(p.name)  key name <- lower(p.name)", vec![]),
        ("group by lower(p.name)  key name <- p.name", vec!["DM0424"]),
        ("group by p.name  key name <- 'x' || p.name", vec![]),
        ("group by p.name  key name <- p.name  batch by p.name", vec![]),
        ("group by 1  key name <- p.name", vec!["DM0403"]),
        ("group by p.name  ...", vec!["DM0315"]),
    ] {
        let (codes, said) = gives(PERSON, new, &format!("move old.person p -> new.n {{ {clauses} {drop} }}"));
        assert_eq!(codes, expected, "{clauses}\n{said}");
    }
}

#[test]
fn accepts_are_used_unused_and_expired() {
    let new = "CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(3) NOT NULL, code TEXT UNIQUE);";
    let body = |accept: &str| {
        format!("move old.person p -> new.people {{ key id <- p.id  code <- trim(p.code)  ... }}\n{accept}")
    };
    for (accept, expected) in [
        ("accept length new.people.name because \"x\"", vec![]),
        ("accept length new.people because \"x\"", vec![]),
        ("accept unique new.people.code because \"x\"", vec![]),
        ("accept type old.person.name because \"x\"", vec![]),
        ("accept type old.person because \"x\"", vec![]),
        ("accept length new.people.name because \"x\" until 2026-11-22", vec![]),
        ("accept length new.people.name because \"x\" until 2026-11-21", vec!["DM0430"]),
        (
            "accept lossy new.people.name because \"x\"\naccept range new.people because \"y\"",
            vec!["DM0429", "DM0429"],
        ),
        ("accept length new.people.nam because \"x\"", vec!["DM0302"]),
        ("accept size new.people.name because \"x\"", vec!["DM0311"]),
    ] {
        let (codes, said) = gives(PERSON, new, &body(accept));
        assert_eq!(codes, expected, "{accept}\n{said}");
    }
}

#[test]
fn an_accept_of_a_source_column_is_of_its_own_table_only() {
    let old = "CREATE TABLE k (id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE p (id INTEGER PRIMARY KEY, k INTEGER, name TEXT);";
    let new = "CREATE TABLE p (id INTEGER PRIMARY KEY, name TEXT, kind TEXT);";
    let body = "move old.p p -> new.p { join old.k k on k.id = p.k left one  key id <- p.id  kind <- k.name  ... }\n\
        accept type old.k.name because \"x\"";
    assert_eq!(how("sqlite", old, new, body, ClaimKind::Type, "k.name"), "accepted");
    assert_eq!(how("sqlite", old, new, body, ClaimKind::Type, "p.name"), "probed");
}

#[test]
fn totality_counts_what_any_move_reads() {
    let new = "CREATE TABLE a (id INTEGER PRIMARY KEY, name TEXT NOT NULL); CREATE TABLE b (id INTEGER PRIMARY KEY, code TEXT);";
    let two = "move old.person p -> new.a { key id <- p.id name <- p.name }\nmove old.person p -> new.b { key id <- p.id code <- p.code }";
    let (codes, said) = gives(PERSON, new, two);
    assert!(codes.is_empty(), "{said}");
    let dropped = two.replace("code <- p.code", "drop p.code because \"x\"");
    assert!(gives(PERSON, new, &dropped).0.is_empty());
    assert_eq!(gives(PERSON, new, &two.replace("code <- p.code", "")).0, ["DM0401"]);
    let twice = two.replace("code <- p.code", "code <- p.code drop p.code because \"x\"");
    assert_eq!(gives(PERSON, new, &twice).0, ["DM0425"]);
}

#[test]
fn invariants_compare_one_value_for_each_group() {
    let new = "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT NOT NULL, code TEXT);";
    for (invariant, expected) in [
        ("{ old select count(*) from person new select count(*) from people }", vec![]),
        (
            "by name { old select name, count(*) from person new select name, count(*) from people within 0 }",
            vec![],
        ),
        ("{ none from new.people where name = '' }", vec![]),
        ("{ old select id from person new select count(*) from people }", vec!["DM0403"]),
        ("{ old select sum(id) + id from person new select count(*) from people }", vec!["DM0403"]),
        ("{ old select max(name) from person new select count(*) from people }", vec!["DM0403"]),
        ("{ old select count(*) from person old select count(*) from person }", vec!["DM0305"]),
        (
            "by name { old select count(*) from person new select count(*) from people }",
            vec!["DM0409", "DM0409"],
        ),
        ("{ old select count(*) from persons new select count(*) from people }", vec!["DM0301"]),
    ] {
        let body =
            format!("move old.person p -> new.people {{ key id <- p.id ... }}\ninvariant \"i\" {invariant}");
        let (codes, said) = gives(PERSON, new, &body);
        assert_eq!(codes, expected, "{invariant}\n{said}");
    }
}

#[test]
fn a_batch_key_has_no_direction() {
    let old = "CREATE TABLE tag (id INTEGER NOT NULL, more INTEGER NOT NULL, \"desc\" TEXT, PRIMARY KEY (id, more));";
    let new = "CREATE TABLE word (id INTEGER NOT NULL, more INTEGER NOT NULL, \"desc\" TEXT, PRIMARY KEY (id, more));";
    let gives = |batch: &str| {
        let body = format!(
            "move old.tag t -> new.word {{\n{batch}\n  desc <- t.desc\n  key id <- t.id\n  key more <- t.more\n}}"
        );
        let checked = check("sqlite", old, new, &body);
        (codes(&checked), said(&checked))
    };
    for batch in
        ["batch by t.id desc, t.more desc", "batch 10 rows by t.id, t.more DESC", "batch by t.id asc, t.more"]
    {
        let (codes, said) = gives(batch);
        assert_eq!(codes, ["DM0104"], "{batch}\n{said}");
        assert!(said.contains("a `where`"), "{said}");
    }
    assert!(gives("batch by t.id, t.more").0.is_empty(), "a column of that name is mapped");
}
