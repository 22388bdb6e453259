#![expect(clippy::disallowed_methods, reason = "the test measures time")]

use std::time::{Duration, Instant};

use datamove::syntax::{Files, ReadError};
use datamove::typing::Options;
use proptest::prelude::*;

use crate::workbench::{check, said};

const PLAN: &str = include_str!("../../plans/shop/shop.plan");
const POSTGRES: &str = include_str!("../../plans/shop/shop_postgres.plan");
const MOVES: &str = include_str!("../../plans/shop/moves.plan");
const LEGACY: &str = include_str!("../../plans/shop/schemas/legacy.sql");
const SHOP: &str = include_str!("../../plans/shop/schemas/shop.sql");
const LEGACY_POSTGRES: &str = include_str!("../../plans/shop/schemas/legacy_postgres.sql");
const SHOP_POSTGRES: &str = include_str!("../../plans/shop/schemas/shop_postgres.sql");

const HARD_MYSQL: &str = include_str!("../catalog/hard.mysql.sql");

/// The shop, with the moves and one of the schemas changed.
struct Shop {
    postgres: bool,
    moves: String,
    legacy: String,
    target: String,
}

impl Files for Shop {
    fn read(&self, name: &str) -> Result<String, ReadError> {
        match name {
            "main.plan" if self.postgres => Ok(POSTGRES.to_owned()),
            "main.plan" => Ok(PLAN.to_owned()),
            "moves.plan" => Ok(self.moves.clone()),
            "schemas/legacy.sql" | "schemas/legacy_postgres.sql" => Ok(self.legacy.clone()),
            "schemas/shop.sql" | "schemas/shop_postgres.sql" => Ok(self.target.clone()),
            _ => Err(ReadError::Missing),
        }
    }
}

/// Compiles or says why not; a plan that compiles has a value for every column that it maps.
fn holds(shop: &Shop) {
    let begun = Instant::now();
    let checked = datamove::check("", "main.plan", shop, Options::default());
    assert!(begun.elapsed() < Duration::from_secs(20), "too slow");
    assert_eq!(checked.plan.is_none(), checked.problems.errors() > 0);
    // Rendering is part of it: spans must fit their texts.
    let sorted = checked.problems.sorted();
    let _ = datamove::diagnostic::to_text(&checked.sources, &sorted, false);
    if let Some(plan) = checked.plan {
        for m in &plan.moves {
            assert!(!m.columns.is_empty() || m.key.is_empty(), "{} writes nothing", m.id);
            assert!(
                m.key.iter().all(|key| m.columns.iter().any(|c| c.column == *key)),
                "{}: a key is not written",
                m.id
            );
        }
        assert_eq!(datamove::plan::from_json(&datamove::plan::to_json(&plan)).ok(), Some(plan));
    }
}

/// Tokens with the space before them.
fn tokens(text: &str) -> Vec<String> {
    let mut found: Vec<String> = vec![String::new()];
    let mut before = ' ';
    for c in text.chars() {
        let word = |c: char| c.is_alphanumeric() || c == '_';
        if !(word(c) && word(before)) {
            found.push(String::new());
        }
        if let Some(last) = found.last_mut() {
            last.push(c);
        }
        before = c;
    }
    found
}

/// One change: kind, and two places.
type Change = (u8, prop::sample::Index, prop::sample::Index);

fn changed(text: &str, changes: &[Change]) -> String {
    let mut parts = tokens(text);
    for (kind, a, b) in changes {
        if parts.len() < 2 {
            break;
        }
        let (a, b) = (a.index(parts.len()), b.index(parts.len()));
        match kind % 5 {
            0 => drop(parts.remove(a)),
            1 => parts.insert(a, parts[b].clone()),
            2 => parts.swap(a, b),
            3 => parts[a] = parts.get(b).cloned().unwrap_or_default(),
            _ => {
                let end = (a + 12).min(parts.len());
                let line: Vec<String> = parts[a..end].to_vec();
                let b = b.min(parts.len());
                parts.splice(b..b, line);
            }
        }
    }
    parts.concat()
}

fn changes(most: usize) -> impl Strategy<Value = Vec<Change>> {
    prop::collection::vec((any::<u8>(), any::<prop::sample::Index>(), any::<prop::sample::Index>()), 0..most)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 250, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_change_of_a_plan_makes_it_panic(postgres in any::<bool>(), moves in changes(4)) {
        let (legacy, shop) = if postgres { (LEGACY_POSTGRES, SHOP_POSTGRES) } else { (LEGACY, SHOP) };
        holds(&Shop { postgres, moves: changed(MOVES, &moves), legacy: legacy.to_owned(), target: shop.to_owned() });
    }

    #[test]
    fn no_change_of_a_schema_makes_it_panic(postgres in any::<bool>(), legacy in changes(3), shop in changes(3)) {
        let (from, to) = if postgres { (LEGACY_POSTGRES, SHOP_POSTGRES) } else { (LEGACY, SHOP) };
        let (legacy, shop) = (changed(from, &legacy), changed(to, &shop));
        holds(&Shop { postgres, moves: MOVES.to_owned(), legacy, target: shop });
    }

    #[test]
    fn no_change_of_mysqls_ddl_makes_it_panic(ddl in changes(6)) {
        let ddl = changed(HARD_MYSQL, &ddl);
        let checked = check("mysql", &ddl, &ddl, "move old.texts t -> new.texts { ... }");
        let _ = said(&checked);
    }
}

fn with_line(line: &str) -> Shop {
    let moves = format!("{MOVES}\nmove legacy.products q -> shop.product {{\n{line}\n}}\n");
    Shop { postgres: false, moves, legacy: LEGACY.to_owned(), target: SHOP.to_owned() }
}

#[test]
fn deep_and_long_expressions_end() {
    for line in [
        format!("where {}true{}", "(".repeat(10_000), ")".repeat(10_000)),
        format!("where {} true", "not ".repeat(10_000)),
        format!("where q.id = 1{}", " or q.id = 2".repeat(5_000)),
        format!("title <- 'x'{}", " || q.title".repeat(5_000)),
        format!("price <- q.id{}", " * q.price_cents".repeat(2_000)),
        format!("title <- {}q.title{}", "lower(".repeat(500), ")".repeat(500)),
        format!("where {}q.id{} = 1", "case q.id when 1 then ".repeat(60), " end".repeat(60)),
        format!("where {}q.id{} between 1 and 2", "(".repeat(40), " between 1 and 2)".repeat(40)),
    ] {
        holds(&with_line(&line));
    }
}

#[test]
fn a_plan_of_hundreds_of_moves_is_checked_quickly() {
    use std::fmt::Write as _;
    let (mut ddl, mut moves) = (String::new(), String::new());
    for n in 0..400 {
        let _ = writeln!(
            ddl,
            "CREATE TABLE t{n} (id INTEGER PRIMARY KEY, a TEXT NOT NULL, b INTEGER, c TEXT UNIQUE, d DATE);"
        );
        let _ = writeln!(moves, "move legacy.t{n} t -> shop.t{n} {{ key id <- t.id ... }}");
    }
    holds(&Shop { postgres: false, moves, legacy: ddl.clone(), target: ddl });
}
