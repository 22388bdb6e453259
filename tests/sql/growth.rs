//! Adding a table moves no unrelated line of the output.

use std::collections::BTreeMap;

use datamove::base::Engine;

use crate::compile::compile;

const MOVES: &str = "move legacy.b b -> shop.b {\n  key id <- b.id\n  ...\n}\n\n\
    move legacy.c c -> shop.c {\n  key id <- sequence(c.id)\n  b_id <- c.b_id\n}\n";
const DDL: &str = "CREATE TABLE b (id INTEGER PRIMARY KEY, name VARCHAR(9) NOT NULL);\n\
    CREATE TABLE c (id INTEGER PRIMARY KEY, b_id INTEGER REFERENCES b (id));\n";
const ONE_MORE: &str = "CREATE TABLE a (id INTEGER PRIMARY KEY, name VARCHAR(9));\n";

fn bundle(engine: Engine, moves: &str, ddl: &str) -> BTreeMap<String, String> {
    let scripts = compile(engine, moves, ddl, ddl, "").unwrap();
    scripts
        .into_iter()
        .map(|script| {
            let words = script.text.split_whitespace().filter(|word| word.contains("dm1:"));
            let fingerprint =
                words.flat_map(|word| word.split(['\'', '"', ';', ','])).find(|w| w.starts_with("dm1:"));
            let text = script.text.replace(fingerprint.unwrap_or("dm1:"), "dm1:X");
            (script.path, text)
        })
        .collect()
}

#[test]
fn a_new_table_only_adds_lines() {
    for engine in Engine::ALL {
        let before = bundle(engine, MOVES, DDL);
        // Its move comes last in the plan, and its name first.
        let moves = format!("{MOVES}\nmove legacy.a a -> shop.a {{\n  key id <- a.id\n  ...\n}}\n");
        let after = bundle(engine, &moves, &format!("{DDL}{ONE_MORE}"));
        for (path, text) in &before {
            let mut lines = after[path].lines();
            for line in text.lines() {
                assert!(lines.any(|other| other == line), "{engine}: {path}: moved or changed: {line}");
            }
        }
        assert!(after.contains_key("sql/20_backfill/010_a.sql"));
    }
}
