//! The fault suite, as far as compiling goes: each fault is a realistic mistake, and the earliest
//! stage that can see it must stop it. What only the data can show must become a probe.

#![expect(clippy::disallowed_methods, reason = "the README is a file")]

mod workbench;

use datamove::Checked;
use datamove::diff::{Class, diff};
use datamove::plan::Established;
use workbench::{check, codes, said};

/// What stops a fault.
#[derive(Clone, Copy, Debug)]
enum By {
    /// An error of this code, and nothing else.
    Code(&'static str),
    /// The claim of this id is a probe of the preflight.
    Probe(&'static str),
    /// Nothing of the plan alone: the comparison with the plan before, whose moves these are, shows
    /// a change of this class before everything else that changed.
    Review(Class, &'static str),
}

use By::{Code, Probe, Review};

struct Fault {
    /// Its number in the suite's table.
    number: u32,
    what: &'static str,
    engine: &'static str,
    old: &'static str,
    new: &'static str,
    body: &'static str,
    by: By,
}

const S: &str = "sqlite";
const P: &str = "postgres";

const OLD: &str = "CREATE TABLE person (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, note TEXT);";
const NEW: &str = "CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, note TEXT);";
const MOVE: &str = "move old.person p -> new.people { key id <- p.id ... }";
const REST: &str = "move old.team t -> new.teams { key id <- t.id ... }\nmove old.person p -> new.people { key id <- p.id ... }";
const TEAMS: &str = "CREATE TABLE team (id INTEGER PRIMARY KEY, name TEXT NOT NULL, closed BOOLEAN NOT NULL);\
    CREATE TABLE person (id INTEGER PRIMARY KEY, team_id INTEGER NOT NULL REFERENCES team (id));";
const NEW_TEAMS: &str = "CREATE TABLE teams (id INTEGER PRIMARY KEY, name TEXT NOT NULL, closed BOOLEAN NOT NULL);\
    CREATE TABLE people (id INTEGER PRIMARY KEY, team_id INTEGER NOT NULL REFERENCES teams (id));";
const LOOSE_TEAMS: &str = "CREATE TABLE team (id INTEGER PRIMARY KEY, name TEXT NOT NULL, closed BOOLEAN NOT NULL);\
    CREATE TABLE person (id INTEGER PRIMARY KEY, team_id INTEGER NOT NULL);";
const TWO: &str = "CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\
    CREATE TABLE guest (id INTEGER PRIMARY KEY, name TEXT NOT NULL);";

const fn fault(
    number: u32,
    what: &'static str,
    engine: &'static str,
    schemas: (&'static str, &'static str),
    body: &'static str,
    by: By,
) -> Fault {
    Fault { number, what, engine, old: schemas.0, new: schemas.1, body, by }
}

fn faults() -> Vec<Fault> {
    let one = (OLD, NEW);
    let mut all = Vec::new();
    for engine in [S, P] {
        let on = |number, what, schemas, body, by| fault(number, what, engine, schemas, body, by);
        all.extend([
            on(1, "a column neither mapped nor dropped", one, "move old.person p -> new.people { key id <- p.id  name <- p.name }", Code("DM0401")),
            on(2, "a NOT NULL column without producer", one, "move old.person p -> new.people { key id <- p.id  note <- p.name || coalesce(p.note, '') }", Code("DM0402")),
            on(3, "a nullable value into a NOT NULL column", (OLD, "CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, note TEXT NOT NULL);"), MOVE, Probe("people/note/null")),
            on(3, "NULL for a parent that is not found", (TEAMS, NEW_TEAMS), "move old.team t -> new.teams { key id <- sequence(t.id) ... }\nmove old.person p -> new.people { key id <- p.id  team_id <- ref new.teams(p.team_id) else null }", Code("DM0419")),
            on(4, "a text longer than the column", (OLD, "CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(20) NOT NULL, note TEXT);"), MOVE, Probe("people/name/length")),
            on(4, "a default longer than the column", (OLD, "CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, note VARCHAR(3));"), "move old.person p -> new.people { key id <- p.id  note <- p.note default 'none'  ... }", Code("DM0403")),
            on(6, "digits after the point lost without a rounding", ("CREATE TABLE person (id INTEGER PRIMARY KEY, size DECIMAL(8, 3));", "CREATE TABLE people (id INTEGER PRIMARY KEY, size DECIMAL(8, 2));"), MOVE, Code("DM0405")),
            on(6, "a float into a decimal", ("CREATE TABLE person (id INTEGER PRIMARY KEY, size DOUBLE PRECISION);", "CREATE TABLE people (id INTEGER PRIMARY KEY, size DECIMAL(8, 2));"), MOVE, Code("DM0404")),
            on(6, "digits before the point that may not fit", ("CREATE TABLE person (id INTEGER PRIMARY KEY, size DECIMAL(9, 2));", "CREATE TABLE people (id INTEGER PRIMARY KEY, size DECIMAL(8, 2));"), MOVE, Probe("people/size/range")),
            on(6, "an exact division without a rounding", one, "move old.person p -> new.people { key id <- p.id  where p.id / 3 > 1  ... }", Code("DM0407")),
            on(7, "a local time into an instant without a zone", ("CREATE TABLE person (id INTEGER PRIMARY KEY, at TIMESTAMP);", "CREATE TABLE people (id INTEGER PRIMARY KEY, at TIMESTAMP WITH TIME ZONE);"), MOVE, Code("DM0404")),
            on(7, "an instant into a local time without a zone", ("CREATE TABLE person (id INTEGER PRIMARY KEY, at TIMESTAMP WITH TIME ZONE);", "CREATE TABLE people (id INTEGER PRIMARY KEY, at TIMESTAMP);"), MOVE, Code("DM0404")),
            on(10, "a text outside the values map", one, "values kinds { 'A' -> 'active', else error }\nmove old.person p -> new.people { key id <- p.id  name <- kinds(p.name)  ... }", Probe("people/name/values")),
            on(10, "a text into a boolean", ("CREATE TABLE person (id INTEGER PRIMARY KEY, ok TEXT);", "CREATE TABLE people (id INTEGER PRIMARY KEY, ok BOOLEAN);"), MOVE, Code("DM0404")),
            on(11, "a number that is neither 0 nor 1 into a boolean", ("CREATE TABLE person (id INTEGER PRIMARY KEY, ok SMALLINT);", "CREATE TABLE people (id INTEGER PRIMARY KEY, ok BOOLEAN);"), MOVE, Probe("people/ok/values")),
            on(13, "a text into json", ("CREATE TABLE person (id INTEGER PRIMARY KEY, doc TEXT);", "CREATE TABLE people (id INTEGER PRIMARY KEY, doc JSON);"), MOVE, Code("DM0404")),
            on(14, "a reference whose parent is missing", (LOOSE_TEAMS, NEW_TEAMS), REST, Probe("people/team_id/orphan")),
            on(15, "a new unique key", (OLD, "CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL UNIQUE, note TEXT);"), MOVE, Probe("people/name/unique")),
            on(15, "values that a transform makes equal", ("CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);", "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);"), "move old.person p -> new.people { key id <- p.id  name <- trim(p.name) }", Probe("people/name/unique")),
            on(16, "a CHECK that rows may break", ("CREATE TABLE person (id INTEGER PRIMARY KEY, age INTEGER);", "CREATE TABLE people (id INTEGER PRIMARY KEY, age INTEGER CHECK (age >= 0));"), MOVE, Probe("people/age/check")),
            on(17, "a join that multiplies rows", ("CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT NOT NULL); CREATE TABLE tag (person_id INTEGER, word TEXT);", "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT NOT NULL, word TEXT);"), "move old.person p -> new.people { key id <- p.id  join old.tag t on t.person_id = p.id left one  word <- t.word  ... }", Probe("people/t/join")),
            on(17, "a join that loses rows", ("CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT NOT NULL, k INTEGER); CREATE TABLE kind (id INTEGER PRIMARY KEY, word TEXT);", "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT NOT NULL, word TEXT);"), "move old.person p -> new.people { key id <- p.id  join old.kind t on t.id = p.k one  word <- t.word  ... }", Probe("people/t/join/2")),
            on(18, "the old key of a parent that gets new ones", (TEAMS, NEW_TEAMS), "move old.team t -> new.teams { key id <- sequence(t.id) ... }\nmove old.person p -> new.people { key id <- p.id  ... }", Code("DM0422")),
            on(19, "two moves that write one table", (TWO, "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT NOT NULL);"), "move old.person p -> new.people { key id <- p.id ... }\nmove old.guest g -> new.people { key id <- g.id ... }", Code("DM0427")),
            on(20, "an `after` against a foreign key", (TEAMS, NEW_TEAMS), "move old.team t -> new.teams { key id <- t.id ... after new.people }\nmove old.person p -> new.people { key id <- p.id  ... }", Code("DM0501")),
            on(21, "a filter that leaves out parents", (TEAMS, NEW_TEAMS), "move old.team t -> new.teams { where not t.closed  key id <- t.id ... }\nmove old.person p -> new.people { key id <- p.id  ... }", Probe("people/team_id/orphan")),
            on(21, "a filter that matches nothing", one, "move old.person p -> new.people { where p.name = 'nobody'  key id <- p.id ... }", Probe("people/scope")),
            on(23, "a batch key without an index", one, "move old.person p -> new.people { batch by p.name  key id <- p.id ... }", Code("DM0426")),
            on(23, "a batch key that can be NULL", ("CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT NOT NULL, no INTEGER UNIQUE);", "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT NOT NULL, no INTEGER);"), "move old.person p -> new.people { batch by p.no  key id <- p.id ... }", Code("DM0426")),
            on(25, "a clock", one, "move old.person p -> new.people { key id <- p.id  note <- now() ... }", Code("DM0410")),
            on(25, "a random number in a filter", one, "move old.person p -> new.people { where random() > 0  key id <- p.id ... }", Code("DM0410")),
            on(26, "a generated column", (OLD, "CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, note TEXT, shout TEXT GENERATED ALWAYS AS (upper(name)) STORED);"), "move old.person p -> new.people { key id <- p.id  shout <- p.name ... }", Code("DM0417")),
            on(30, "rows beside others that cannot be told apart", (OLD, "CREATE TABLE people (id INTEGER NOT NULL, name VARCHAR(40) NOT NULL, note TEXT);"), "move old.person p -> new.people { id <- p.id ... on conflict update }", Code("DM0601")),
        ]);
    }
    all.extend([
        fault(5, "a bigint into an integer", P, ("CREATE TABLE person (id INTEGER PRIMARY KEY, n BIGINT);", "CREATE TABLE people (id INTEGER PRIMARY KEY, n INTEGER);"), MOVE, Probe("people/n/range")),
        fault(5, "a number that no smallint is", P, ("CREATE TABLE person (id INTEGER PRIMARY KEY, n SMALLINT);", "CREATE TABLE people (id INTEGER PRIMARY KEY, n SMALLINT);"), "move old.person p -> new.people { key id <- p.id  n <- p.n default -40000 }", Code("DM0403")),
        fault(5, "a calculation that leaves 64 bits", S, ("CREATE TABLE person (id INTEGER PRIMARY KEY, n INTEGER);", "CREATE TABLE people (id INTEGER PRIMARY KEY, n INTEGER);"), "move old.person p -> new.people { key id <- p.id  n <- p.n * p.n }", Probe("people/n/range")),
        fault(7, "digits of a second", P, ("CREATE TABLE person (id INTEGER PRIMARY KEY, at TIMESTAMP(6));", "CREATE TABLE people (id INTEGER PRIMARY KEY, at TIMESTAMP(3));"), MOVE, Code("DM0406")),
        fault(10, "a text outside the labels of an enum", P, ("CREATE TABLE person (id INTEGER PRIMARY KEY, kind TEXT);", "CREATE TYPE kind AS ENUM ('a', 'b'); CREATE TABLE people (id INTEGER PRIMARY KEY, kind kind);"), MOVE, Probe("people/kind/values")),
        fault(10, "a value of another type than declared", S, (OLD, NEW), MOVE, Probe("people/p.name/type")),
        fault(15, "a unique key that ignores letter case", S, ("CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);", "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT NOT NULL COLLATE NOCASE UNIQUE);"), MOVE, Probe("people/name/unique")),
        fault(15, "a unique key that ignores spaces at the end", P, ("CREATE TABLE person (id INTEGER PRIMARY KEY, name VARCHAR(4) NOT NULL UNIQUE);", "CREATE TABLE people (id INTEGER PRIMARY KEY, name CHAR(4) NOT NULL UNIQUE);"), MOVE, Probe("people/name/unique")),
        fault(15, "a unique index over an expression", P, (OLD, "CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, note TEXT); CREATE UNIQUE INDEX by_name ON people (lower(name));"), MOVE, Code("DM0423")),
        fault(20, "a row that needs itself first", P, ("CREATE TABLE person (id INTEGER PRIMARY KEY, boss INTEGER NOT NULL);", "CREATE TABLE people (id INTEGER PRIMARY KEY, boss INTEGER NOT NULL REFERENCES people (id));"), MOVE, Code("DM0501")),
        fault(20, "two tables that need each other first", P, ("CREATE TABLE a (id INTEGER PRIMARY KEY, b INTEGER NOT NULL); CREATE TABLE b (id INTEGER PRIMARY KEY, a INTEGER NOT NULL);", "CREATE TABLE a (id INTEGER PRIMARY KEY, b INTEGER NOT NULL); CREATE TABLE b (id INTEGER PRIMARY KEY, a INTEGER NOT NULL REFERENCES a (id)); ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b (id);"), "move old.a -> new.a { key id <- id ... }\nmove old.b -> new.b { key id <- id ... }", Code("DM0501")),
        fault(26, "names that differ in letter case", P, ("CREATE TABLE person (id INTEGER PRIMARY KEY, \"Name\" TEXT NOT NULL, name TEXT NOT NULL);", "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT NOT NULL);"), "move old.person p -> new.people { key id <- p.id  name <- p.NAME || p.\"Name\" || p.name }", Code("DM0303")),
        fault(27, "a trigger of the target", P, (OLD, "CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, note TEXT); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$; CREATE TRIGGER tidy BEFORE INSERT ON people FOR EACH ROW EXECUTE FUNCTION f();"), MOVE, Code("DM0428")),
        fault(27, "a trigger of the target", S, (OLD, "CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, note TEXT); CREATE TRIGGER tidy AFTER INSERT ON people BEGIN UPDATE people SET note = ''; END;"), MOVE, Code("DM0428")),
    ]);
    all.extend([S, P].into_iter().flat_map(review));
    all
}

/// 43: one dangerous edit between a new description, other batches and another value.
const BEFORE: &str = "move old.person p -> new.people { where p.id > 10  batch 500 rows by p.id  key id <- p.id  name <- p.name  note <- p.note }\n\
    invariant \"named\" { none from new.people p where p.name = '' }\n\
    invariant \"as many\" { old select count(*) from person p where p.id > 10  new select count(*) from people p  within 0 }";

/// [`BEFORE`] with what is harmless and with one edit more.
fn reviewed(edits: &[(&str, &str)]) -> &'static str {
    let harmless = [
        ("move old", "## Who works here.\nmove old"),
        ("500 rows", "50 rows"),
        ("note <- p.note", "note <- trim(p.note)"),
    ];
    let text = harmless.iter().chain(edits).fold(BEFORE.to_owned(), |text, (old, new)| {
        assert_eq!(text.matches(old).count(), 1, "{old}");
        text.replace(old, new)
    });
    Box::leak(text.into_boxed_str())
}

fn review(engine: &'static str) -> Vec<Fault> {
    let short = "CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, note VARCHAR(20));";
    let of = |what, edits: &[(&str, &str)], class| {
        fault(43, what, engine, (OLD, short), reviewed(edits), Review(class, BEFORE))
    };
    vec![
        of(
            "an invariant removed",
            &[("invariant \"named\" { none from new.people p where p.name = '' }", "")],
            Class::Weakens,
        ),
        of("an invariant that forbids less", &[("p.name = ''", "p.name = '' and p.id > 9")], Class::Weakens),
        of("a tolerance raised", &[("within 0", "within 3")], Class::Weakens),
        of(
            "a claim accepted",
            &[(
                "invariant \"named\"",
                "accept length new.people.note because \"all are short\"\ninvariant \"named\"",
            )],
            Class::Weakens,
        ),
        of(
            "a value that becomes lossy",
            &[("name <- p.name", "name <- substr(p.name, 1, 9)")],
            Class::Weakens,
        ),
        of("a filter widened", &[("where p.id > 10  batch", "where p.id > 1  batch")], Class::Widens),
        of(
            "a filter narrowed",
            &[("where p.id > 10  batch", "where p.id > 10 and p.id < 90  batch")],
            Class::Narrows,
        ),
        of(
            "a column left behind",
            &[
                ("note <- trim(p.note)", "drop p.note because \"old\"  name <- coalesce(p.name, '')"),
                ("name <- p.name  ", ""),
            ],
            Class::Loses,
        ),
    ]
}

fn is_probed(checked: &Checked, id: &str) -> bool {
    let claims = checked.plan.iter().flat_map(|plan| &plan.claims);
    claims.filter(|claim| claim.id == id).any(|claim| matches!(claim.established, Established::Probed(_)))
}

#[test]
fn every_fault_is_stopped_by_the_earliest_stage_that_can() {
    let mut through = Vec::new();
    for Fault { number, what, engine, old, new, body, by } in faults() {
        let checked = check(engine, old, new, body);
        let stopped = match by {
            Code(code) => codes(&checked) == [code],
            Probe(id) => codes(&checked).is_empty() && is_probed(&checked, id),
            Review(class, before) => {
                let before = check(engine, old, new, before);
                let shown = before
                    .plan
                    .zip(checked.plan.clone())
                    .map(|(before, after)| diff(&before, &after).changes);
                shown.is_some_and(|changes| {
                    // Other changes there are, and this one comes first.
                    changes.len() > 2 && changes[0].class == class && changes[changes.len() - 2].class > class
                })
            }
        };
        if !stopped {
            let claims: Vec<String> = checked
                .plan
                .iter()
                .flat_map(|plan| &plan.claims)
                .map(|claim| format!("{} {:.60}", claim.id, format!("{:?}", claim.established)))
                .collect();
            through.push(format!("{number} {what} ({engine}, {by:?}):\n{}{claims:#?}", said(&checked)));
        }
    }
    assert!(through.is_empty(), "{}", through.join("\n"));
}

/// The README's table is this suite: a stale one is mended, and the test fails all the same, so that
/// somebody looks at it.
#[test]
fn the_readme_lists_the_faults() {
    let mut rows: Vec<(u32, &str, String)> = Vec::new();
    for Fault { number, what, by, .. } in faults() {
        let stopped = match by {
            Code(code) => format!("compiler | `{code}`"),
            Probe(id) => format!("preflight | `{}`", kind(id)),
            Review(class, _) => format!("review | `diff`: {}", class.title()),
        };
        let row = (number, what, stopped);
        if !rows.contains(&row) {
            rows.push(row);
        }
    }
    rows.sort();
    let mut table = String::from("| fault | stopped by | as |\n| --- | --- | --- |\n");
    for (_, what, stopped) in rows {
        table.push_str("| ");
        table.push_str(what);
        table.push_str(" | ");
        table.push_str(&stopped);
        table.push_str(" |\n");
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let readme = std::fs::read_to_string(path).unwrap();
    let (before, rest) = readme.split_once("by tests/faults.rs -->\n").unwrap();
    let (old, after) = rest.split_once("<!-- end of faults").unwrap();
    if old != table {
        std::fs::write(path, format!("{before}by tests/faults.rs -->\n{table}<!-- end of faults{after}"))
            .unwrap();
        panic!("README.md was stale and is rewritten: look at the difference and run the test again");
    }
}

/// The claim's kind in the id of a probe: its last word.
fn kind(id: &str) -> &str {
    id.split('/').rev().find(|part| part.parse::<u32>().is_err()).unwrap_or(id)
}

#[test]
fn a_clean_move_raises_none() {
    for engine in [S, P] {
        let checked = check(engine, OLD, NEW, MOVE);
        assert_eq!(said(&checked), "");
        assert!(checked.plan.is_some());
    }
}

/// 41: names and texts may hold anything.
#[test]
fn hostile_names_and_texts_are_carried() {
    let table =
        r#"CREATE TABLE "we""ird; DROP TABLE x --{{" ("i'd" INTEGER PRIMARY KEY, "a;b" TEXT, "$$\" TEXT);"#;
    let body = r#"move old."we""ird; DROP TABLE x --{{" p -> new."we""ird; DROP TABLE x --{{" {
        key "i'd" <- p."i'd"
        "$$\\" <- coalesce(p."$$\\", ''';--{{}}%')
        ...
    }"#;
    for engine in [S, P] {
        let checked = check(engine, table, table, body);
        assert_eq!(said(&checked), "");
    }
}

/// 41: what would show another text than the one that is compiled is no text of a plan.
#[test]
fn invisible_characters_are_refused() {
    let body = "move old.person p -> new.people { key id <- p.id  where p.name <> 'a\u{202e}b'  ... }";
    assert_eq!(codes(&check(S, OLD, NEW, body)), ["DM0116"]);
}

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
  = help: the functions are lower, upper, trim, ltrim, rtrim, length, substr, replace, position, coalesce, nullif, abs, floor, ceil, add_months, round, cast, greatest, least, count, sum, min, max, first

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
