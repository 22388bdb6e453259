//! What the compiler says of some faults, word for word.

use crate::workbench::{check, said};

const S: &str = "sqlite";
const P: &str = "postgres";

const OLD: &str = "CREATE TABLE person (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, note TEXT);";
const NEW: &str = "CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, note TEXT);";
const TEAMS: &str = "CREATE TABLE team (id INTEGER PRIMARY KEY, name TEXT NOT NULL, closed BOOLEAN NOT NULL);\
    CREATE TABLE person (id INTEGER PRIMARY KEY, team_id INTEGER NOT NULL REFERENCES team (id));";
const NEW_TEAMS: &str = "CREATE TABLE teams (id INTEGER PRIMARY KEY, name TEXT NOT NULL, closed BOOLEAN NOT NULL);\
    CREATE TABLE people (id INTEGER PRIMARY KEY, team_id INTEGER NOT NULL REFERENCES teams (id));";
const TWO: &str = "CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\
    CREATE TABLE guest (id INTEGER PRIMARY KEY, name TEXT NOT NULL);";

#[test]
fn messages_about_columns_teach() {
    insta::assert_snapshot!(said(&check(S, OLD, NEW, "move old.person p -> new.people {\n  key id <- p.id\n  name <- p.nmae\n  note <- p.note\n}")), @r#"
error[DM0302]: `person` has no column `nmae`
 --> main.plan:7:13
  |
7 |   name <- p.nmae
  |             ^^^^ not in the DDL
  |
 ::: old.sql:1:14
  |
1 | CREATE TABLE person (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, note TEXT);
  |              ------ the table
  |
  = help: did you mean `name`?
"#);
    insta::assert_snapshot!(said(&check(S, OLD, NEW, "move old.person p -> new.people {\n  key id <- p.id\n  name <- p.name\n}")), @r#"
error[DM0401]: the column `p.note` is neither mapped nor dropped
 --> main.plan:5:6
  |
5 | move old.person p -> new.people {
  |      ^^^^^^^^^^ would be lost in silence
  |
 ::: old.sql:1:73
  |
1 | CREATE TABLE person (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, note TEXT);
  |                                                                         --------- in the source
  |
  = help: map it, or say why not: `drop p.note because "…"`
"#);
    insta::assert_snapshot!(said(&check(S, OLD, NEW, "move old.person p -> new.people {\n  key id <- p.id\n  note <- p.name || coalesce(p.note, '')\n}")), @r#"
error[DM0402]: nothing gives `name` of `people` a value
 --> main.plan:5:22
  |
5 | move old.person p -> new.people {
  |                      ^^^^^^^^^^ the move does not write it
  |
 ::: new.sql:1:46
  |
1 | CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, note TEXT);
  |                                              ------------------------- NOT NULL, without a default
  |
  = help: add `name <- p.name`
"#);
    insta::assert_snapshot!(said(&check(S, OLD, NEW, "move old.person p -> new.people {\n  key id <- p.id\n  where p.note = null\n  ...\n}")), @r#"
error[DM0403]: nothing equals NULL, not even NULL: this is never true
 --> main.plan:7:18
  |
7 |   where p.note = null
  |                  ^^^^ compared with NULL
  |
  = help: write `p.note is null`, or `is not null`
"#);
    insta::assert_snapshot!(said(&check(S, OLD, NEW, "move old.persons p -> new.people { ... }")), @r#"
error[DM0301]: there is no table `persons` in the schema of `old`
 --> main.plan:5:6
  |
5 | move old.persons p -> new.people { ... }
  |      ^^^^^^^^^^^ not in the DDL
  |
  = help: did you mean `person`?
"#);
    insta::assert_snapshot!(said(&check(S, OLD, NEW, "move old.person p -> new.people {\n  key id <- p.id\n  name <- initcap(p.name)\n  note <- now()\n}")), @r#"
error[DM0408]: there is no function or values map `initcap`
 --> main.plan:7:11
  |
7 |   name <- initcap(p.name)
  |           ^^^^^^^ unknown
  |
  = help: the functions are lower, upper, trim, ltrim, rtrim, length, substr, left, right, split_part, replace, position, normalize, recode, md5, sha256, coalesce, nullif, abs, floor, ceil, add_months, epoch, from_epoch, json_text, json_integer, round, cast, greatest, least, count, sum, min, max, first

error[DM0410]: `now` gives another result each time
 --> main.plan:8:11
  |
8 |   note <- now()
  |           ^^^ not deterministic
  |
  = help: the same source must give the same rows: use a column, a literal, or `uuid5("…", c.id)` for a key
"#);
}

#[test]
fn messages_about_types_teach() {
    insta::assert_snapshot!(said(&check(P, "CREATE TABLE person (id INTEGER PRIMARY KEY, at TIMESTAMP);", "CREATE TABLE people (id INTEGER PRIMARY KEY, at TIMESTAMPTZ);", "move old.person p -> new.people {\n  key id <- p.id\n  ...\n}")), @r#"
error[DM0404]: timestamp does not become timestamp with time zone by itself
 --> main.plan:7:3
  |
7 |   ...
  |   ^^^ `p.at` is timestamp
  |
 ::: new.sql:1:46
  |
1 | CREATE TABLE people (id INTEGER PRIMARY KEY, at TIMESTAMPTZ);
  |                                              -------------- `at` is TIMESTAMPTZ
  |
  = help: a local time needs its zone to be an instant: `at <- p.at in zone 'Europe/Paris'`
"#);
    insta::assert_snapshot!(said(&check(P, "CREATE TABLE person (id INTEGER PRIMARY KEY, size NUMERIC(8, 3));", "CREATE TABLE people (id INTEGER PRIMARY KEY, size NUMERIC(8, 2));", "move old.person p -> new.people {\n  key id <- p.id\n  ...\n}")), @r#"
error[DM0405]: 3 digits after the point do not fit decimal(8, 2), which has 2
 --> main.plan:7:3
  |
7 |   ...
  |   ^^^ `p.size` is decimal(8, 3)
  |
 ::: new.sql:1:46
  |
1 | CREATE TABLE people (id INTEGER PRIMARY KEY, size NUMERIC(8, 2));
  |                                              ------------------ `size` is NUMERIC(8, 2)
  |
  = help: state the rounding: `size <- round(p.size, 2, half_even)`, or half_up, or down
"#);
    insta::assert_snapshot!(said(&check(P, "CREATE TABLE person (id INTEGER PRIMARY KEY, cents INTEGER);", "CREATE TABLE people (id INTEGER PRIMARY KEY, amount NUMERIC(12, 2));", "move old.person p -> new.people {\n  key id <- p.id\n  amount <- p.cents / 100\n}")), @r#"
error[DM0407]: a division of exact numbers needs a stated rounding
 --> main.plan:7:13
  |
7 |   amount <- p.cents / 100
  |             ^^^^^^^^^^^^^ how many digits, and which way do ties go?
  |
  = help: write `round(p.cents / 100, 2, half_even)`, or half_up, or down
"#);
    insta::assert_snapshot!(said(&check(P, "CREATE TABLE person (id INTEGER PRIMARY KEY, ok TEXT);", "CREATE TABLE people (id INTEGER PRIMARY KEY, ok BOOLEAN);", "move old.person p -> new.people {\n  key id <- p.id\n  ...\n}")), @r#"
error[DM0404]: text does not become boolean by itself
 --> main.plan:7:3
  |
7 |   ...
  |   ^^^ `p.ok` is text
  |
 ::: new.sql:1:46
  |
1 | CREATE TABLE people (id INTEGER PRIMARY KEY, ok BOOLEAN);
  |                                              ---------- `ok` is BOOLEAN
  |
  = help: give the values: `values yes_no { 'Y' -> true, 'N' -> false, else error }`
"#);
    insta::assert_snapshot!(said(&check(P, "CREATE TABLE person (id INTEGER PRIMARY KEY, n NUMERIC(12, 2));", "CREATE TABLE people (id INTEGER PRIMARY KEY, n REAL);", "move old.person p -> new.people {\n  key id <- p.id\n  n <- p.n\n}")), @r#"
error[DM0406]: decimal(12, 2) into real can lose something: a floating-point number holds about 15 digits (7 in 32 bits)
 --> main.plan:7:3
  |
7 |   n <- p.n
  |   ^^^^^^^^ `p.n` is decimal(12, 2)
  |
 ::: new.sql:1:46
  |
1 | CREATE TABLE people (id INTEGER PRIMARY KEY, n REAL);
  |                                              ------ `n` is REAL
  |
  = help: choose another type, or say why the loss does not matter: `accept lossy new.people.n because "…"`
"#);
    insta::assert_snapshot!(said(&check(P, "CREATE TABLE person (id INTEGER PRIMARY KEY, n SMALLINT);", "CREATE TABLE people (id INTEGER PRIMARY KEY, n SMALLINT);", "move old.person p -> new.people {\n  key id <- p.id\n  n <- p.n default -40000\n}")), @r#"
error[DM0403]: -40000 does not fit smallint
 --> main.plan:7:20
  |
7 |   n <- p.n default -40000
  |                    ^^^^^^ a value of smallint is expected
  |
 ::: new.sql:1:46
  |
1 | CREATE TABLE people (id INTEGER PRIMARY KEY, n SMALLINT);
  |                                              ---------- `n` is SMALLINT
  |
  = help: it holds -32768 to 32767
"#);
}

#[test]
fn messages_about_rows_and_keys_teach() {
    insta::assert_snapshot!(said(&check(P, TEAMS, NEW_TEAMS, "move old.team t -> new.teams {\n  key id <- sequence(t.id)\n  ...\n}\nmove old.person p -> new.people {\n  key id <- p.id\n  ...\n}")), @r#"
error[DM0422]: `teams` gets new keys, and this copies the old one
  --> main.plan:11:3
   |
11 |   ...
   |   ^^^ `p.team_id` is the old key
   |
  ::: new.sql:1:160
   |
 1 | ...R PRIMARY KEY, team_id INTEGER NOT NULL REFERENCES teams (id));
   |                                            --------------------- must be a key of the parent
   |
   = help: follow the new key: `team_id <- ref new.teams(p.team_id)`
"#);
    insta::assert_snapshot!(said(&check(P, TEAMS, NEW_TEAMS, "move old.team t -> new.teams {\n  key id <- t.id\n  ...\n  after new.people\n}\nmove old.person p -> new.people {\n  key id <- p.id\n  ...\n}")), @r#"
error[DM0501]: these moves need each other first: people -> teams -> people
 --> main.plan:8:9
  |
8 |   after new.people
  |         ^^^^^^^^^^ an `after` cannot be broken
  |
 ::: new.sql:1:160
  |
1 | ...id INTEGER NOT NULL REFERENCES teams (id));
  |                        --------------------- `people(team_id)`: never NULL, and the constraint is not deferrable
  |
  = help: remove the `after`, or make one of the columns nullable (it is then filled by a second pass), or its constraint DEFERRABLE
"#);
    insta::assert_snapshot!(said(&check(P, "CREATE TABLE person (id INTEGER PRIMARY KEY, boss INTEGER NOT NULL);", "CREATE TABLE people (id INTEGER PRIMARY KEY, boss INTEGER NOT NULL REFERENCES people (id));", "move old.person p -> new.people {\n  key id <- p.id\n  ...\n}")), @r#"
error[DM0501]: these moves need each other first: people -> people
 --> main.plan:5:22
  |
5 | move old.person p -> new.people {
  |                      ^^^^^^^^^^ a row of it needs another row of it first
  |
 ::: new.sql:1:68
  |
1 | CREATE TABLE people (id INTEGER PRIMARY KEY, boss INTEGER NOT NULL REFERENCES people (id));
  |                                                                    ---------------------- `people(boss)`: never NULL, and the constraint is not deferrable
  |
  = help: make one of the columns nullable (it is then filled by a second pass), or its constraint DEFERRABLE
"#);
    insta::assert_snapshot!(said(&check(S, OLD, NEW, "move old.person p -> new.people {\n  batch 500 rows by p.name\n  key id <- p.id\n  ...\n}")), @r#"
error[DM0426]: `name` is not a key of `person`, in this order
 --> main.plan:6:3
  |
6 |   batch 500 rows by p.name
  |   ^^^^^^^^^^^^^^^^^^^^^^^^ no unique index gives this order
  |
 ::: old.sql:1:33
  |
1 | CREATE TABLE person (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, note TEXT);
  |                                 ----------- the primary key
  |
  = help: write `batch by p.id`
"#);
    insta::assert_snapshot!(said(&check(S, TWO, "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT NOT NULL);", "move old.person p -> new.people {\n  key id <- p.id\n  ...\n}\nmove old.guest g -> new.people {\n  key id <- g.id\n  ...\n}")), @r#"
error[DM0427]: two moves write `new.people`, and this one does not say what happens if they meet
 --> main.plan:5:22
  |
5 | move old.person p -> new.people {
  |                      ^^^^^^^^^^ no `on conflict`
...
9 | move old.guest g -> new.people {
  |                     ---------- the other move
  |
  = help: add `on conflict fail` (keys never meet), `skip` (the first row stays) or `update` to both
"#);
    insta::assert_snapshot!(said(&check(S, OLD, NEW, "move old.person p -> new.people {\n  name <- p.name\n  note <- p.note\n  drop p.id because \"new numbers\"\n}")), @r#"
error[DM0416]: nothing says which key a moved row gets: `id` is not mapped
 --> main.plan:5:22
  |
5 | move old.person p -> new.people {
  |                      ^^^^^^^^^^ the rows could not be found again
  |
 ::: new.sql:1:33
  |
1 | CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, note TEXT);
  |                                 ----------- the primary key
  |
  = help: `key id <- …` keeps the source's key; `key id <- sequence(…)` makes new ones and remembers them
"#);
    insta::assert_snapshot!(said(&check(S, OLD, "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT NOT NULL, note TEXT);\nCREATE UNIQUE INDEX by_name ON people (lower(name));", "move old.person p -> new.people {\n  key id <- p.id\n  ...\n}")), @r#"
error[DM0423]: a unique index of `new.people` cannot be counted before the load: it is over an expression
 --> main.plan:5:22
  |
5 | move old.person p -> new.people {
  |                      ^^^^^^^^^^ has such an index
  |
 ::: new.sql:2:8
  |
2 | CREATE UNIQUE INDEX by_name ON people (lower(name));
  |        -------------------------------------------- the index
  |
  = help: `accept unique new.people because "…"`: the index then decides during the load
"#);
    insta::assert_snapshot!(said(&check(S, OLD, NEW, "move old.person p -> new.people {\n  key id <- p.id\n  ...\n}\naccept lossy new.people.note because \"agreed\"\naccept length new.people.name because \"agreed\"")), @r#"
error[DM0429]: nothing needs `accept lossy new.people.note`
 --> main.plan:9:1
  |
9 | accept lossy new.people.note because "agreed"
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ no claim of this kind is open here
  |
  = help: remove it: what it would accept is proven, or is not claimed at all

error[DM0429]: nothing needs `accept length new.people.name`
  --> main.plan:10:1
   |
10 | accept length new.people.name because "agreed"
   | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ no claim of this kind is open here
   |
   = help: remove it: what it would accept is proven, or is not claimed at all
"#);
}
