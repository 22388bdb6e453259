//! The parser and the printer together.

use crate::base::Sources;
use crate::diagnostic::{Problems, to_text};
use crate::syntax::ast::{File, ItemKind};

/// Reads `text` and gives the tree and the errors as text.
fn read(text: &str) -> (Sources, File, String) {
    let mut sources = Sources::default();
    let id = sources.add("main.plan", text);
    let mut problems = Problems::default();
    let file = super::parse(&sources, id, &mut problems);
    let errors = to_text(&sources, &problems.sorted(), false);
    (sources, file, errors)
}

/// The errors of a text.
fn check(text: &str) -> String {
    read(text).2
}

/// The errors of clauses inside a move that is otherwise good.
fn clause(text: &str) -> String {
    check(&format!("move old.person p -> new.people {{\n{text}\n}}\n"))
}

const EVERYTHING: &str = r#"datamove edition 2026

import "moves/a.plan"
import "moves/b.plan"

plan shop_v2 {
  owner  "commerce"
  change "CHG \"1\" \\ 2"
}

source legacy sqlite {
  schema "a.sql"
  schema "b.sql" in legacy_v1
  link attach
}

target shop postgres { schema "shop.sql" }

## What the codes
## mean.
values customer_status { 'A' -> 'active', 'S' -> null, 3 -> -4.50, true -> false, else error }

## Customers.
move legacy.customers c -> shop.sales.customer {
  where not c.is_test and (c.a or c.b is not null)
  join legacy.countries k on k.id = c.country_id one
  join legacy.regions r on r.id = k.region left one
  group by c.id, c.region
  batch 5000 rows by c.id, c.region

  ## The key.
  key id    <- uuid5("shop.customer", c.id)
  other     <- sequence(c.id)
  name      <- trim(c.first || ' it''s ' || c."last name") default 'x'
  select    <- c.select
  status    <- customer_status(c.status)
  balance   <- round(-c.cents / 100 * 2 + 1 - 3, 2)
  created   <- c.created in zone 'Europe/Paris'
  parent    <- ref shop.customer(c.parent) else null
  parent2   <- ref shop.customer(c.parent, c.b) else error
  parent3   <- ref shop.customer(c.parent) else 'none'
  size      <- case c.size when 1 then 'S' when 2 then 'M' else 'L' end
  age       <- case when c.age < 18 or c.age >= 65 then 1 end
  text      <- cast(c.text as decimal(12, 2))
  at        <- cast(c.at as timestamp(3) with time zone)
  kind      <- c.kind in ('a', 'b')
  kind2     <- c.kind not in (1, 2)
  between_  <- c.n between 1 + 1 and 2 and c.n not between 3 and 4
  like_     <- c.t like 'a%' or c.t not like '%b'
  distinct_ <- c.a is distinct from c.b and c.a is not distinct from c.c
  compare   <- c.a <> c.b or c.a <= 1 and c.b > -1 or c.c is null
  null_     <- null
  key       <- c.key
  drop      <- c.drop
  where     <- c.where
  batch     <- true
  stars     <- count(*)
  nothing   <- now_()
  rows      <- count(legacy.comments x where x.user_id = c.id)
  all_rows  <- max(x.id from legacy.comments x)
  first     <- first(x.ip from legacy.comments x where x.user_id = c.id order by x.id desc, order) default null
  desc      <- sum(desc from legacy.order where order = c.by)

  drop c.fax, c.telex because "no longer collected"
  ...
  on conflict update
  after shop.country
}

move legacy.log -> shop.log {
  batch whole
}

cutover {
  downtime 30 min
  step "freeze writes" owner "sre" takes 1 min manual "READ_ONLY=1" undo "READ_ONLY=0"
  step "prove" owner "datamove" takes 20 min validate
  -- a long one
  step "flip reads" owner "sre on call" takes 2 min
    manual "set READ_STORE=shop and deploy everything that reads"
    undo "set READ_STORE=legacy"
}

rollback {
  until "flip reads" + 72 h
  trigger "error rate"
}

accept lossy shop.order.note because "agreed" ticket "OPS-77" until 2027-03-01
accept overflow shop.order.total because "small"

invariant "traced" {
  none from shop.customer c left join shop.country k on k.id = c.k where legacy_id is null
}

invariant "no cent is lost" by region, year {
  legacy select a.region, a.year, sum(c.cents)
    from customers c
    join accounts a on a.id = c.a
    where c.x
    group by a.region, a.year
  shop   select region, year, sum(balance) * 100 from customer group by region, year
  within 0.5
}
"#;

#[test]
fn reads_everything() {
    let (_, file, errors) = read(EVERYTHING);
    assert_eq!(errors, "");
    assert_eq!(file.items.len(), 15);
}

/// The canonical text of a text that has no errors.
fn format(text: &str) -> String {
    let (sources, file, errors) = read(text);
    assert_eq!(errors, "", "{text}");
    super::print(&sources, &file)
}

/// Formats, and holds that formatting again changes nothing and that no comment is lost.
fn stable(text: &str) -> String {
    let once = format(text);
    let twice = format(&once);
    assert_eq!(once, twice, "not idempotent");
    let comments = |text: &str| {
        let mut found: Vec<String> = read(text).1.comments.into_iter().map(|c| c.text).collect();
        found.sort();
        found
    };
    assert_eq!(comments(text), comments(&once), "a comment is lost");
    once
}

#[test]
fn the_canonical_text_is_its_own_format() {
    let text = stable(EVERYTHING);
    assert_eq!(text, EVERYTHING);
}

/// What is right stays right in its canonical form; that it is right is tested with the pages.
#[test]
fn pages_right_examples_have_a_stable_format() {
    for code in crate::diagnostic::Code::ALL {
        for example in code.page().split("## Right").skip(1) {
            for plan in example.split("```plan\n").skip(1).filter_map(|rest| rest.split("```").next()) {
                stable(plan);
            }
        }
    }
}

#[test]
fn hostile_texts_yield_few_errors_and_end() {
    let inside = |text: String| format!("move a.b -> c.d {{ where {text} }}");
    for text in [
        "(".repeat(100_000),
        ")".repeat(100_000),
        "{".repeat(100_000),
        "}".repeat(100_000),
        "case ".repeat(20_000),
        "\"".repeat(20_000),
        "move a.b -> c.d {\n x <- ( \n".repeat(1_000),
        "x <- ((y 'é \n".repeat(1_000),
        inside("(".repeat(20_000)),
        inside("not ".repeat(20_000)),
        inside("- ".repeat(20_000) + "1"),
        inside("1 + ".repeat(20_000) + "1"),
        inside("case when ".repeat(5_000)),
        inside("f(1, ".repeat(60) + "1 2" + &")".repeat(60)),
        inside("cast(".repeat(60) + "1 2" + &")".repeat(60)),
        inside("1 in (1, ".repeat(60) + "1 2" + &")".repeat(60)),
    ] {
        let mut sources = Sources::default();
        let id = sources.add("main.plan", text);
        let mut problems = Problems::default();
        super::parse(&sources, id, &mut problems);
        assert!((1..=51).contains(&problems.errors()));
    }
    let nested = "(".repeat(60) + "1" + &")".repeat(60);
    assert_eq!(check(&inside(nested)), "");
}

#[test]
fn every_broken_clause_has_its_own_error_and_the_good_ones_stay() {
    let (_, file, errors) = read(
        "move a.b x -> c.d {\n  bacth by x.id\n  good <- x.a\n}\n\
         move a.b x -> c.e {\n  good <- x.a\n  other <- trim(x.a\n  more <- x.c +\n  last <- x.d\n}\n",
    );
    assert_eq!(errors.matches("error[").count(), 3, "{errors}");
    let clauses: Vec<usize> = file
        .items
        .iter()
        .map(|item| match &item.kind {
            ItemKind::Move(value) => value.clauses.len(),
            _ => 0,
        })
        .collect();
    assert_eq!(clauses, [1, 2]);
}

#[test]
fn sides_stand_together_where_the_author_put_them_together() {
    insta::assert_snapshot!(stable(
        "source legacy sqlite { schema \"a\" }\n## doc\ntarget shop   sqlite { schema \"b\" }\nplan x { }\n\
         source a sqlite { schema \"a\" }\n\ntarget bbb sqlite { schema \"b\" }"
    ), @r###"
        source legacy sqlite { schema "a" }
        ## doc
        target shop   sqlite { schema "b" }

        plan x { }

        source a sqlite { schema "a" }

        target bbb sqlite { schema "b" }
    "###);
}

#[test]
fn comments_are_kept_and_find_a_place() {
    insta::assert_snapshot!(stable(
        "-- top\ndatamove edition 2026 -- year\nplan x { } -- p\n\n-- about m\n## doc\nmove a.b -- in the head\n x -> c.d { -- block\n-- first\nid <- x.id -- id\n\n\nlong_name <- x.a + -- why\n  x.b\n-- own\nc <- x.c\n\n-- end of block\n}\n-- end of file"
    ), @r###"
        -- top
        datamove edition 2026  -- year

        plan x { }  -- p

        -- about m
        -- in the head
        ## doc
        move a.b x -> c.d {  -- block
          -- first
          id <- x.id  -- id

          -- why
          long_name <- x.a + x.b
          -- own
          c <- x.c

          -- end of block
        }
        -- end of file
    "###);
}

#[test]
fn long_lines_break() {
    let long = "x.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    insta::assert_snapshot!(stable(&format!(
        "move a.b x -> c.d {{ where {long} = 1 and {long} = 2 or {long} is null\n\
         a <- coalesce({long}, {long}, {long}) default 'x'\n\
         b <- case when {long} then {long} else {long} end\n\
         d <- first({long} from a.c k where k.x = {long} and k.y = {long} order by k.x, k.y desc)\n\
         c <- {long} in ('{0}', '{0}', '{0}', '{0}')\n\
         join a.c k on {long} = {long} and k.x = 1 one\n\
         drop {long}, {long} because \"{0}\" }}",
        "v".repeat(30)
    )), @r###"
        move a.b x -> c.d {
          where x.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa = 1 and x.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa = 2
            or x.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa is null
          a <- coalesce(
              x.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,
              x.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa,
              x.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
            ) default 'x'
          b <- case
              when x.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa then x.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
              else x.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
            end
          d <- first(
              x.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa from a.c k
              where k.x = x.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
                and k.y = x.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
              order by k.x, k.y desc
            )
          c <- x.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa in (
              'vvvvvvvvvvvvvvvvvvvvvvvvvvvvvv', 'vvvvvvvvvvvvvvvvvvvvvvvvvvvvvv',
              'vvvvvvvvvvvvvvvvvvvvvvvvvvvvvv', 'vvvvvvvvvvvvvvvvvvvvvvvvvvvvvv'
            )
          join a.c k
            on x.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa = x.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa and k.x = 1 one
          drop x.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa, x.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
            because "vvvvvvvvvvvvvvvvvvvvvvvvvvvvvv"
        }
    "###);
}

#[test]
fn messages_teach() {
    insta::assert_snapshot!(clause("  where x <-1\n  id = p.id\n  join a.b k on k.x = 1\n  drop p.x\n  c <- p.a::text"), @r###"
        error[DM0109]: an expression is missing behind `where`
         --> main.plan:2:9
          |
        2 |   where x <-1
          |         ^ an expression should come here
          |
          = help: `x <-` begins a mapping; for a comparison with a negative number write `x < -1`

        error[DM0106]: a mapping is written with `<-`, not with `=`
         --> main.plan:3:6
          |
        3 |   id = p.id
          |      ^ the wrong arrow
          |
          = help: write `column <- expression`: the arrow points where the data flows

        error[DM0108]: a join says that it matches at most one row
         --> main.plan:4:3
          |
        4 |   join a.b k on k.x = 1
          |   ^^^^^^^^^^^^^^^^^^^^^ `one` or `left one` is missing at the end
          |
          = help: add `one` (rows without a match are left out) or `left one` (they stay)

        error[DM0107]: a `drop` needs a reason
         --> main.plan:5:3
          |
        5 |   drop p.x
          |   ^^^^^^^^ why?
          |
          = help: add `because "…"`: the reason goes into the review

        error[DM0114]: there is no `::`
         --> main.plan:6:11
          |
        6 |   c <- p.a::text
          |           ^^ a cast is meant
          |
          = help: write `cast(x as TYPE)`
    "###);
    insta::assert_snapshot!(check("moev a.b -> c.d {\n  batch whole\n}\naccept lossy a.b because 'x'\ntarget x sqlite { schema \"a.sql\"\n"), @r###"
        error[DM0102]: no item begins with `moev`
         --> main.plan:1:1
          |
        1 | moev a.b -> c.d {
          | ^^^^ not known here
          |
          = help: did you mean `move`?

        error[DM0112]: a text is in double quotes
         --> main.plan:4:26
          |
        4 | accept lossy a.b because 'x'
          |                          ^^^ single quotes
          |
          = help: write "x"; 'single quotes' are for values in expressions

        error[DM0110]: the `{` of this target is never closed
         --> main.plan:5:17
          |
        5 | target x sqlite { schema "a.sql"
          |                 ^ opened here   - the next item, or the end of the file, comes here
          |
          = help: add the `}`
    "###);
}

#[test]
fn a_mark_of_the_byte_order_and_windows_lines_are_fine() {
    assert_eq!(
        format("\u{feff}datamove edition 2026\r\n\r\nimport \"a.plan\"\r\n"),
        "datamove edition 2026\n\nimport \"a.plan\"\n"
    );
}

/// Run with `cargo test --release -- --ignored --nocapture ten_thousand`.
#[test]
#[ignore = "a measurement"]
#[expect(clippy::disallowed_methods, reason = "a measurement reads the clock")]
fn ten_thousand_moves() {
    use std::fmt::Write;
    let mut text = String::new();
    for i in 0..10_000 {
        let _ = write!(text, "move old.person{i} p -> new.people{i} {{\n  batch by p.id\n  key id <- p.id\n");
        for j in 0..9 {
            let _ = writeln!(text, "  column_{j} <- lower(trim(p.column_{j}))");
        }
        text.push_str("}\n\n");
    }
    let mut sources = Sources::default();
    let id = sources.add("main.plan", text);
    let mut problems = Problems::default();
    let start = std::time::Instant::now();
    let file = super::parse(&sources, id, &mut problems);
    println!("parsed in {:?}", start.elapsed());
    assert!(problems.is_empty());
    let start = std::time::Instant::now();
    let text = super::print(&sources, &file);
    println!("printed {} KiB in {:?}", text.len() / 1024, start.elapsed());
}

const WORDS: [&str; 63] = [
    "move",
    "a.b",
    "c",
    "->",
    "{",
    "}",
    "(",
    ")",
    "<-",
    "key",
    "drop",
    "because",
    "\"x\"",
    "'s'",
    "where",
    "join",
    "on",
    "one",
    "left",
    "\n",
    "\n",
    "\n",
    "case",
    "when",
    "then",
    "end",
    "1",
    "0.5",
    "+",
    "-",
    "=",
    "<",
    "and",
    "or",
    "not",
    "in",
    "zone",
    "ref",
    "uuid5",
    ",",
    "...",
    "--c\n",
    "## d\n",
    ";",
    "\"",
    "'",
    "é",
    "values",
    "else",
    "accept",
    "invariant",
    "none",
    "from",
    "select",
    "within",
    "order by",
    "desc",
    "count(a.b x where",
    "plan",
    "source",
    "datamove",
    "null",
    "::",
];

proptest::proptest! {
    #[test]
    fn token_soups_never_panic(words in proptest::collection::vec(0..WORDS.len(), 0..60)) {
        let text = words.into_iter().map(|i| WORDS[i]).collect::<Vec<_>>().join(" ");
        let (_, _, errors) = read(&text);
        if errors.is_empty() {
            stable(&text);
        }
    }

    #[test]
    fn any_text_never_panics(text in ".{0,200}") {
        read(&text);
    }

    #[test]
    fn expressions_come_back(value in expression()) {
        let text = format!("move old.person p -> new.people {{\n  x <- {value}\n}}\n");
        let once = stable(&text);
        // The tokens are the same: only white space may change.
        let squeeze = |text: &str| text.split_whitespace().collect::<String>();
        proptest::prop_assert_eq!(squeeze(&text), squeeze(&once));
    }
}

/// Random expressions, as text.
fn expression() -> impl proptest::strategy::Strategy<Value = String> {
    use proptest::prelude::*;
    let leaf = prop_oneof![
        Just("p.name".to_owned()),
        Just("null".to_owned()),
        Just("'it''s'".to_owned()),
        Just("12.50".to_owned()),
        Just("p.\"Odd Name\"".to_owned()),
        Just("count(*)".to_owned()),
        Just("ref shop.customer(p.id) else null".to_owned()),
    ];
    leaf.prop_recursive(5, 40, 3, |inner| {
        prop_oneof![
            (
                inner.clone(),
                inner.clone(),
                proptest::sample::select(vec!["or", "and", "=", "<>", "||", "+", "-", "*"])
            )
                .prop_map(|(a, b, op)| format!("(({a}) {op} ({b}))")),
            inner.clone().prop_map(|a| format!("(not ({a}))")),
            inner.clone().prop_map(|a| format!("-({a})")),
            inner.clone().prop_map(|a| format!("count(old.note n where {a})")),
            (inner.clone(), inner.clone(), inner.clone())
                .prop_map(|(a, b, c)| format!("first({a} from old.note where {b} order by {c} desc, ({a}))")),
            inner.clone().prop_map(|a| format!("(({a}) is not null)")),
            inner.clone().prop_map(|a| format!("cast({a} as decimal(12, 2))")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("coalesce({a}, {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("(({a}) not in ({b}, 1))")),
            (inner.clone(), inner.clone(), inner)
                .prop_map(|(a, b, c)| format!("case ({a}) when ({b}) then ({c}) else 1 end")),
        ]
    })
}
