//! The parser and the printer together.

use crate::base::Sources;
use crate::diagnostic::{Problems, to_text};
use crate::syntax::ast::File;

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
  key id       <- uuid5("shop.customer", c.id)
  other        <- sequence(c.id)
  name         <- trim(c.first || ' it''s ' || c."last name") default 'x'
  "select"     <- c."select"
  status       <- customer_status(c.status)
  balance      <- round(-c.cents / 100 * 2 + 1 - 3, 2)
  created      <- c.created in zone 'Europe/Paris'
  parent       <- ref shop.customer(c.parent) else null
  parent2      <- ref shop.customer(c.parent, c.b) else error
  parent3      <- ref shop.customer(c.parent) else 'none'
  size         <- case c.size when 1 then 'S' when 2 then 'M' else 'L' end
  age          <- case when c.age < 18 or c.age >= 65 then 1 end
  text         <- cast(c.text as decimal(12, 2))
  at           <- cast(c.at as timestamp(3) with time zone)
  kind         <- c.kind in ('a', 'b')
  kind2        <- c.kind not in (1, 2)
  between_     <- c.n between 1 + 1 and 2 and c.n not between 3 and 4
  like_        <- c.t like 'a%' or c.t not like '%b'
  distinct_    <- c.a is distinct from c.b and c.a is not distinct from c.c
  compare      <- c.a <> c.b or c.a <= 1 and c.b > -1 or c.c is null
  null_        <- null
  key          <- c.key
  drop         <- c.drop
  where        <- c.where
  batch        <- true
  stars        <- count(*)
  nothing      <- now_()

  drop c.fax, c.telex because "no longer collected"
  ...
  on conflict update
  after shop.country
}

move legacy.log -> shop.log { batch whole }

accept lossy shop.order.note because "agreed" ticket "OPS-77" until 2027-03-01
accept overflow shop.order.total because "small"

invariant "traced" { none from shop.customer c left join shop.country k on k.id = c.k where legacy_id is null }

invariant "no cent is lost" by region, year {
  legacy select a.region, a.year, sum(c.cents) from customers c join accounts a on a.id = c.a where c.x group by a.region, a.year
  shop   select region, year, sum(balance) * 100 from customer group by region, year
  within 0.5
}
"#;

#[test]
fn reads_everything() {
    let (_, file, errors) = read(EVERYTHING);
    assert_eq!(errors, "");
    assert_eq!(file.items.len(), 13);
}

#[test]
fn trial() {
    for text in [
        "movee old.person p -> new.people {\n batch whole\n}\nmove a.b -> c.d {\n id = p.id\n nam <- \n x <- a.b\n}",
        "move a.b c -> d.e {\n bacth by c.id\n join x.y k on k.id = 3\n drop c.x\n drop because \"x\"\n on conflict ignore\n x <- trim(c.x\n y <- c.y + \n z <- c.z extra\n}",
        "move a.b c -> d.e {\n where x <-1\n a <- c.a::text\n b <- 1e5\n c <- c.a = c.b = c.c\n d <- case c.x when 1 then 2\n new.people.x <- c.x\n where and 3\n e <- a.b.c\n left join a.b k on k.x = 1\n}",
        "move a.b c -> d.e {\n batch whole\n x <- 'abc\n y <- c.y;\n}\nmove a.b -> d.f {\n // hi\n batch by c.id )\n\nmove a.b <- c.d { accept lossy x }",
        "accept lossy a.b\naccept lossy a.b because 'x' until 2027-02-30\ndatamove edition x\nvalues v { 'a' = 'b', \"c\" -> 'd', x -> y }\nplan x { requires flyway >= 3\n owner 3 }\nsource x y { scheme \"a\" }\ninvariant \"x\" { }\ninvariant \"y\" { a select 1 from x }\nfoo { a b\n c d }\n}\n## end",
    ] {
        println!("{}", check(text));
    }
    println!("{}", clause("x <- p.x"));
}
