//! Rows that are in the target before: what `on conflict` does with them, and that they come back.

use datamove::plan::ScriptKind;

use crate::bench::of_kind;
use crate::cases::Case;

const ITEMS: Case = Case {
    name: "conflicts",
    beyond_mysql: "",
    moves: "move legacy.items i -> shop.item {
  batch 2 rows by i.id
  key id <- i.id
  name <- i.name
  price <- i.price
  on conflict skip
}",
    source: "CREATE TABLE items (id INTEGER PRIMARY KEY, name VARCHAR(20) NOT NULL, price DECIMAL(8, 2))",
    target: "CREATE TABLE item (id INTEGER PRIMARY KEY, name VARCHAR(20) NOT NULL, price DECIMAL(8, 2), more VARCHAR(9){pg:, made bigint GENERATED ALWAYS AS IDENTITY, longer text GENERATED ALWAYS AS (name || '!') STORED}{lite:, longer TEXT GENERATED ALWAYS AS (name || '!') STORED}{my:, longer TEXT GENERATED ALWAYS AS (concat(name, '!')) STORED})",
    rows: "INSERT INTO items VALUES (1, 'same', 1.50), (2, 'new', 2.00), (3, 'NULL', NULL), (4, 'a', 0.01), (5, 'Case', 5)",
    there: "INSERT INTO item (id, name, price, more) VALUES (1, 'same', 1.50, 'kept'), (2, 'old', 2.00, 'kept'), (3, 'NULL', 3, NULL), (5, 'case', 5, 'x'), (9, 'other', NULL, NULL)",
    query: "SELECT id, name, {lite:printf('%.2f', price)}{pg:coalesce(price, 0.00)}{my:coalesce(price, 0.00)}, more, longer FROM item ORDER BY id",
    wanted: "1|same|1.50|kept|same!\n2|old|2.00|kept|old!\n3|NULL|3.00||NULL!\n4|a|0.01||a!\n5|case|5.00|x|case!\n9|other|0.00||other!",
};

#[test]
fn skipped_rows_stay_as_they_are() {
    ITEMS.moves_and_comes_back();
}

#[test]
fn overwritten_rows_come_back_with_every_column() {
    let moves = "move legacy.items i -> shop.item {
  batch 2 rows by i.id
  key id <- i.id
  name <- i.name
  price <- i.price
  on conflict update
}";
    let wanted = "1|same|1.50|kept|same!\n2|new|2.00|kept|new!\n3|NULL|0.00||NULL!\n4|a|0.01||a!\n5|Case|5.00|x|Case!\n9|other|0.00||other!";
    Case { name: "overwritten", moves, wanted, ..ITEMS }.moves_and_comes_back();
}

#[test]
fn keys_that_exist_are_refused_before_anything_is_written() {
    let moves = "move legacy.items i -> shop.item {
  key id <- i.id
  name <- i.name
  price <- i.price
  on conflict fail
}";
    let case = Case { name: "refused", moves, ..ITEMS };
    for (engine, scripts, bench) in case.benches() {
        let before = bench.dump();
        let error = bench.run(of_kind(&scripts, ScriptKind::Prepare), &[]).error.unwrap_or_default();
        assert!(error.contains("DM0707"), "{engine}: {error}");
        assert_eq!(bench.dump(), before);
    }
    let free = "INSERT INTO item (id, name) VALUES (9, 'other'), (8, 'another')";
    let wanted = "1|same|1.50||same!\n2|new|2.00||new!\n3|NULL|0.00||NULL!\n4|a|0.01||a!\n5|Case|5.00||Case!\n8|another|0.00||another!\n9|other|0.00||other!";
    Case { name: "free", moves, there: free, wanted, ..ITEMS }.moves_and_comes_back();
}

const KEYS: Case = Case {
    name: "sequences",
 beyond_mysql: "",
    moves: "move legacy.things t -> shop.thing {
  batch 2 rows by t.code
  key id <- sequence(t.code)
  code <- t.code
  on conflict fail
}

move legacy.parts p -> shop.part {
  key id <- p.id
  thing_id <- ref shop.thing(p.thing)
}",
    source: "CREATE TABLE things (code VARCHAR(9) NOT NULL PRIMARY KEY);
CREATE TABLE parts (id INTEGER PRIMARY KEY, thing VARCHAR(9) REFERENCES things (code))",
    target: "CREATE TABLE thing (id {key}, code VARCHAR(9) NOT NULL UNIQUE);
CREATE TABLE part (id INTEGER PRIMARY KEY, thing_id {lite:INTEGER}{pg:bigint}{my:bigint} REFERENCES thing (id))",
    rows: "INSERT INTO things VALUES ('d'), ('a'), ('c'), ('b'), ('é'); INSERT INTO parts VALUES (1, 'd'), (2, 'a'), (3, NULL)",
    there: "INSERT INTO thing (id, code) VALUES (40, 'was'), (41, 'gone'); DELETE FROM thing WHERE id = 41;{pg: SELECT setval('thing_id_seq', 41);}",
    query: "SELECT t.id, t.code, p.id FROM thing t LEFT JOIN part p ON p.thing_id = t.id ORDER BY t.id",
    wanted: "40|was|\n42|a|2\n43|b|\n44|c|\n45|d|1\n46|é|",
};

#[test]
fn new_numbers_go_on_behind_the_sequence() {
    KEYS.moves_and_comes_back();
}

#[test]
fn a_sequence_in_batches_follows_the_order_of_the_old_keys() {
    // The same in one batch as in many: the order is that of the old keys.
    for (engine, scripts, bench) in (Case { name: "order_of_keys", ..KEYS }).benches() {
        bench.load(&scripts, 1);
        KEYS.compare(engine, &bench);
        bench.target("INSERT INTO thing (code) VALUES ('next')");
        assert_eq!(bench.query("SELECT id FROM thing WHERE code = 'next'"), [["47"]], "{engine}");
        let error = bench.run(of_kind(&scripts, ScriptKind::Rollback), &[]).error;
        assert_eq!(error, None, "rows of others do not hinder where keys of ours are known");
        assert_eq!(bench.query("SELECT id, code FROM thing ORDER BY id"), [["40", "was"], ["47", "next"]]);
    }
}

#[test]
fn a_value_that_moved_to_another_row_finds_its_way_back() {
    // On the way there, row 1 gives up 'a' before row 2 takes it; on the way back it is the other
    // way round. A row that exists comes to refer to one that is new.
    Case {
        name: "unique",
 beyond_mysql: "",
        moves: "move legacy.codes c -> shop.code {
  key id <- c.id
  word <- c.word
  on conflict update
}

move legacy.uses u -> shop.used {
  key id <- u.id
  code_id <- u.code
  on conflict update
}",
        source: "CREATE TABLE codes (id INTEGER PRIMARY KEY, word VARCHAR(9) NOT NULL UNIQUE); CREATE TABLE uses (id INTEGER PRIMARY KEY, code INTEGER REFERENCES codes (id))",
        target: "CREATE TABLE code (id INTEGER PRIMARY KEY, word VARCHAR(9) NOT NULL UNIQUE); CREATE TABLE used (id INTEGER PRIMARY KEY, code_id INTEGER REFERENCES code (id))",
        rows: "INSERT INTO codes VALUES (1, 'b'), (2, 'a'); INSERT INTO uses VALUES (1, 2), (2, 1)",
        there: "INSERT INTO code VALUES (1, 'a'); INSERT INTO used VALUES (1, 1)",
        query: "SELECT u.id, c.id, c.word FROM used u JOIN code c ON c.id = u.code_id ORDER BY u.id",
        wanted: "1|2|a\n2|1|b",
    }
    .moves_and_comes_back();
}

#[test]
fn a_key_in_another_case_is_not_the_same_key() {
    let case = Case {
        name: "nocase",
        moves: "move legacy.words w -> shop.word {
  key word <- w.word
  n <- w.n
}",
        source: "CREATE TABLE words (word VARCHAR(9) NOT NULL PRIMARY KEY, n INTEGER)",
        target: "CREATE TABLE word (word VARCHAR(9) {lite:COLLATE NOCASE} NOT NULL PRIMARY KEY, n INTEGER)",
        rows: "INSERT INTO words VALUES ('a', 1), ('b', 2)",
        query: "SELECT word, n FROM word ORDER BY word",
        wanted: "a|1\nb|2",
        ..Case::default()
    };
    case.moves_and_comes_back();
    for (engine, scripts, bench) in case.benches() {
        bench.load(&scripts, 1);
        bench.target("UPDATE word SET word = 'B' WHERE word = 'b'");
        let ran = bench.run(of_kind(&scripts, ScriptKind::Validate), &[]);
        let wanted = [("word/missing", "1"), ("word/extra", "1")];
        crate::shop::expect(&ran, "DM0704", &format!("'B' for 'b' on {engine}"), &wanted);
    }
}
