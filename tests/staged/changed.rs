//! A value that the target's server would change while it is copied, with no more than a note.

use crate::or_skip;
use crate::route::{Kind, Route, Way};

/// Strict as the session is, MariaDB rounds a decimal with a note.
#[test]
fn a_value_that_the_server_changes_takes_its_batch_back() {
    let way = Way {
        name: "changed",
        from: Kind::Sqlite,
        to: Kind::Mysql,
        old: "CREATE TABLE things (id INTEGER PRIMARY KEY, price DECIMAL(10, 2) NOT NULL);",
        rows: "INSERT INTO things VALUES (1, 1.5), (2, 2.25), (3, 3.75);",
        new: "CREATE TABLE things (id int PRIMARY KEY, price decimal(10, 2) NOT NULL);",
        moves: "move old.things t -> new.things {\n  key id <- t.id\n  ...\n}",
    };
    let route = or_skip!("a value that is changed", Route::new(&way));
    let little = ["--batch-rows", "1", "--max-batches", "1"];
    route.apply(&little).expect(0, &["stopped"]);
    let copy = "ALTER TABLE datamove_changed.stage_things MODIFY price";
    route.target.run(&format!("{copy} decimal(10, 1) NOT NULL"));
    let ended = route.apply(&[]).expect(4, &["DM0751", "`things`"]);
    assert!(!ended.all().contains("2.25"), "no value is shown: {}", ended.all());
    let copied = route.target.query("SELECT CAST(count(*) AS char) FROM datamove_changed.stage_things");
    assert_eq!(copied, [["1"]], "the batch was taken back whole");
    route.target.run(&format!("{copy} decimal(10, 2) NOT NULL"));
    route.apply(&[]).expect(0, &["loaded, 3 rows written", "validation passed"]);
    let prices = route.target.query("SELECT CAST(price AS char) FROM things ORDER BY id");
    assert_eq!(prices, [["1.50"], ["2.25"], ["3.75"]]);
}
