//! Values: the same result on both engines, whatever is in them and whatever they are called.

use crate::cases::Case;

#[test]
fn numbers_round_alike() {
    let mut lines = Vec::new();
    let mut values = Vec::new();
    let cents = [0, 5, 15, 25, 35, 45, 149, 150, 151, 250, 12345, 99995, 100_005];
    for (i, cents) in cents.iter().flat_map(|n| [*n, -*n]).enumerate() {
        values.push(format!("({}, {cents}, {}.{:02})", i + 1, cents / 100, i32::abs(cents % 100)));
        let (even, up, down) = (tenths_even(cents), tenths_up(cents), cents / 10);
        let money = |tenths: i32| {
            format!("{}{}.{}", if tenths < 0 { "-" } else { "" }, tenths.abs() / 10, tenths.abs() % 10)
        };
        let third = (i64::from(cents) * 10 + if cents < 0 { -1 } else { 1 }) / 3;
        let third = if third % 10 >= 5 {
            third / 10 + 1
        } else if third % 10 <= -5 {
            third / 10 - 1
        } else {
            third / 10
        };
        lines.push(format!("{}|{}|{}|{}|{third}", i + 1, money(even), money(up), money(down)));
    }
    Case {
        name: "rounding",
        moves: "move legacy.numbers n -> shop.number {
  key id <- n.id
  even <- round(n.cents / 100, 1, half_even)
  up <- round(n.cents / 100, 1, half_up)
  down <- round(n.cents / 100, 1, down)
  third <- round(n.cents / 3, 0, half_up)
  drop amount because \"not here\"
}",
        source: "CREATE TABLE numbers (id INTEGER PRIMARY KEY, cents INTEGER NOT NULL, amount DECIMAL(12, 2) NOT NULL)",
        target: "CREATE TABLE number (id INTEGER PRIMARY KEY, even DECIMAL(12, 1), up DECIMAL(12, 1), down DECIMAL(12, 1), third DECIMAL(12, 0))",
        rows: Box::leak(format!("INSERT INTO numbers VALUES {}", values.join(", ")).into_boxed_str()),
        query: "SELECT id, {lite:printf('%.1f', even), printf('%.1f', up), printf('%.1f', down)}{pg:even, up, down}{my:even, up, down}, third FROM number ORDER BY id",
        wanted: Box::leak(lines.join("\n").into_boxed_str()),
        ..Case::default()
    }
    .moves_and_comes_back();
}

fn tenths_even(cents: i32) -> i32 {
    let (whole, rest) = (cents / 10, (cents % 10).abs());
    let more = rest > 5 || rest == 5 && whole % 2 != 0;
    whole + if more { cents.signum() } else { 0 }
}

fn tenths_up(cents: i32) -> i32 {
    cents / 10 + if (cents % 10).abs() >= 5 { cents.signum() } else { 0 }
}

const WORDS: Case = Case {
    name: "words",
    moves: "move legacy.texts t -> shop.word {
  key id <- t.id
  kind <- case when t.v is null then 'none' when length(t.v) = 0 then 'empty' when t.n between 2 and 3 or t.v like 'x%' then 'some' else 'more' end
  part <- substr(t.v, 2, 3)
  rest <- substr(t.v, 3)
  at <- position('é', t.v)
  code <- coalesce(nullif(trim(t.v), ''), '?')
  swapped <- replace(t.v, 'a', '''')
  big <- cast(t.n as bigint) * 1000000007 - 5
  distinct_from <- case when t.v is distinct from 'x' then 1 else 0 end
  floor_of <- floor(t.d)
  ceil_of <- ceil(t.d)
  sum <- t.d + t.n
  product <- t.d * t.d
}",
    source: "CREATE TABLE texts (id INTEGER PRIMARY KEY, v VARCHAR(20), n INTEGER NOT NULL, d DECIMAL(6, 2) NOT NULL)",
    target: "CREATE TABLE word (id INTEGER PRIMARY KEY, kind VARCHAR(9), part VARCHAR(3), rest VARCHAR(20), at INTEGER, code VARCHAR(20), swapped VARCHAR(20), big BIGINT, distinct_from INTEGER, floor_of INTEGER, ceil_of INTEGER, sum DECIMAL(14, 2), product DECIMAL(14, 4))",
    rows: "INSERT INTO texts VALUES (1, 'aébc', 1, 1.50), (2, NULL, 2, -1.50), (3, '', 3, 0), (4, ' x ', 0, -0.01), (5, 'x', -1, 9999.99), (6, 'aa''a', 5, 2)",
    there: "",
    query: "SELECT id, kind, part, rest, at, code, swapped, big, distinct_from, floor_of, ceil_of, {lite:printf('%.2f', sum), printf('%.4f', product)}{pg:sum, product}{my:sum, product} FROM word ORDER BY id",
    wanted: "1|more|ébc|bc|2|aébc|'ébc|1000000002|1|1|2|2.50|2.2500
2|none||||?||2000000009|1|-2|-1|0.50|2.2500
3|empty|||0|?||3000000016|1|0|0|3.00|0.0000
4|more|x | |0|x| x |-5|1|-1|0|-0.01|0.0001
5|some|||0|x|x|-1000000012|0|9999|10000|9998.99|99999800.0001
6|more|a'a|'a|0|aa'a|''''|5000000030|1|2|2|7.00|4.0000",
    beyond_mysql: "",
};

#[test]
fn functions_agree() {
    WORDS.moves_and_comes_back();
}

#[test]
fn hostile_names_and_values_stay_what_they_are() {
    let name = "we\"\"ird; $$ $datamove$ {{ x }} 'q'";
    let moves = format!(
        "move legacy.\"{name}\" \"a $$ b\" -> shop.\"{name}t\" {{
  batch 2 rows by \"a $$ b\".\"{name}\"
  key \"{name}\" <- \"a $$ b\".\"{name}\"
  \"-- no\" <- \"a $$ b\".\"-- no\" || '; $$ ''q'' {{{{ y }}}} \\ $datamove$'
  \"order\" <- \"a $$ b\".\"order\"
  on conflict update
}}

invariant \"it's $$ {{{{ x }}}} \\\"q\\\"\" {{ none from shop.\"{name}t\" x where x.\"order\" = 'never' }}"
    );
    let source = format!(
        "CREATE TABLE \"{name}\" (\"{name}\" VARCHAR(40) NOT NULL PRIMARY KEY, \"-- no\" VARCHAR(40), \"order\" VARCHAR(80))"
    );
    let target = format!(
        "CREATE TABLE \"{name}t\" (\"{name}\" VARCHAR(40) NOT NULL PRIMARY KEY, \"-- no\" VARCHAR(90), \"order\" VARCHAR(80))"
    );
    let hostile = "'it''s \"q\"; -- $$ {{ x }} \\ %s \u{202e}abc\n*/ end', 'Robert''); DROP TABLE x;--'";
    let rows = format!(
        "INSERT INTO \"{name}\" VALUES ('a\n', {hostile}), ('b', NULL, ''), ('c\u{1F600}', '', NULL), ('$$', 'd', 'd')"
    );
    let there = format!("INSERT INTO \"{name}t\" VALUES ('b', 'old; $$', 'x'), ('zz', NULL, NULL)");
    let query = format!(
        "SELECT replace(\"{name}\", '\n', '/'), replace(\"-- no\", '\n', '/'), \"order\" FROM \"{name}t\" ORDER BY 1"
    );
    let tail = "; $$ 'q' {{ y }} \\ $datamove$";
    let wanted = format!(
        "$$|d{tail}|d\na/|it's \"q\"; -- $$ {{{{ x }}}} \\ %s \u{202e}abc/*/ end{tail}|Robert'); DROP TABLE x;--\nb||\nc\u{1F600}|{tail}|\nzz||"
    );
    let leak = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
    Case {
        name: "hostile",
        moves: leak(moves),
        source: leak(source),
        target: leak(target),
        rows: leak(rows),
        there: leak(there),
        query: leak(query),
        wanted: leak(wanted),
        ..Case::default()
    }
    .moves_and_comes_back();
}

#[test]
fn names_made_of_several_values_and_keys_of_several_columns() {
    let namespace = uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_URL, b"datamove:place");
    let name = |region: &str, no: &str, day: &str| {
        let part = |text: &str| format!("{}:{text},", text.chars().count());
        uuid::Uuid::new_v5(&namespace, [region, no, day].map(part).concat().as_bytes())
    };
    let wanted = format!(
        "1|a/11|2024-02-29|{}\n2|a1/1|2024-02-29|{}\n3|é,/2|0999-01-01|{}\n4|1:a/2|2024-02-29|{}",
        name("a", "11", "2024-02-29"),
        name("a1", "1", "2024-02-29"),
        name("é,", "2", "0999-01-01"),
        name("1:a", "2", "2024-02-29"),
    );
    Case {
        name: "names",
        moves: "move legacy.places p -> shop.place {
  key id <- uuid5(\"place\", p.region, p.no, p.opened)
  label <- p.region || '/' || cast(p.no as text)
  opened <- p.opened
}

move legacy.visits v -> shop.visit {
  join legacy.places p on p.region = v.region and p.no = v.no one
  key id <- v.id
  place_id <- ref shop.place(p.region, p.no, p.opened)
}",
        source: "CREATE TABLE places (region VARCHAR(9) NOT NULL, no INTEGER NOT NULL, opened DATE NOT NULL, PRIMARY KEY (region, no));
CREATE TABLE visits (id INTEGER PRIMARY KEY, region VARCHAR(9), no INTEGER, FOREIGN KEY (region, no) REFERENCES places (region, no))",
        target: "CREATE TABLE place (id {lite:CHAR(36) NOT NULL}{pg:uuid}{my:uuid} PRIMARY KEY, label VARCHAR(20), opened DATE);
CREATE TABLE visit (id INTEGER PRIMARY KEY, place_id {lite:CHAR(36)}{pg:uuid}{my:uuid} REFERENCES place (id))",
        rows: "INSERT INTO places VALUES ('a', 11, '2024-02-29'), ('a1', 1, '2024-02-29'), ('é,', 2, '0999-01-01'), ('1:a', 2, '2024-02-29');
INSERT INTO visits VALUES (1, 'a', 11), (2, 'a1', 1), (3, 'é,', 2), (4, '1:a', 2)",
        query: "SELECT v.id, p.label, p.opened, p.id FROM visit v JOIN place p ON p.id = v.place_id ORDER BY v.id",
        wanted: Box::leak(wanted.into_boxed_str()),
        ..Case::default()
    }
    .moves_and_comes_back();
}

#[test]
fn moments_and_code_tables() {
    Case {
        name: "moments",
        moves: "values mood { 'g' -> 'good', 'b' -> 'it''s bad', else 'good' }

move legacy.events e -> shop.event {
  key id <- e.id
  utc <- e.at in zone '+05:30'
  mood <- mood(e.mood)
  is_big <- e.size > 9.5
}",
        source: "CREATE TABLE events (id INTEGER PRIMARY KEY, at {my:DATETIME(6)}{lite:TIMESTAMP}{pg:TIMESTAMP} NOT NULL, mood CHAR(1), size DECIMAL(4, 2) NOT NULL)",
        target: "{pg:CREATE TYPE mood AS ENUM ('it''s bad', 'good'); CREATE TABLE event (id INTEGER PRIMARY KEY, utc TIMESTAMP WITH TIME ZONE, mood mood, is_big BOOLEAN)}{lite:CREATE TABLE event (id INTEGER PRIMARY KEY, utc TIMESTAMP WITH TIME ZONE, mood VARCHAR(9) CHECK (mood IN ('it''s bad', 'good')), is_big BOOLEAN)}{my:CREATE TABLE event (id INTEGER PRIMARY KEY, utc TIMESTAMP(6) NULL, mood ENUM('it''s bad', 'good'), is_big BOOLEAN)}",
        rows: "INSERT INTO events VALUES (1, '2024-02-29 23:59:59', 'g', 9.5), (2, '2024-03-01 02:00:00.25', 'b', 9.51), (3, '{my:1970-12-31}{pg:1969-12-31}{lite:1969-12-31} 00:00:00', 'x', 0), (4, '2024-01-01 00:00:00', NULL, 10)",
        query: "SELECT id, {pg:utc AT TIME ZONE 'UTC'}{lite:utc}{my:trim(TRAILING '.' FROM trim(TRAILING '0' FROM utc)) AS utc}, mood, {pg:is_big::int}{lite:is_big}{my:is_big} FROM event ORDER BY id",
        wanted: "1|2024-02-29 18:29:59|good|0
2|2024-02-29 20:30:00.25|it's bad|1
3|{my:1970-12-30}{pg:1969-12-30}{lite:1969-12-30} 18:30:00|good|0
4|2023-12-31 18:30:00||1",
        ..Case::default()
    }
    .moves_and_comes_back();
}

#[test]
fn products_are_compared_exactly() {
    Case {
        name: "products",
        moves: "move legacy.pairs p -> shop.pair {
  where p.a * p.b >= 0.06 and p.a <> p.b * 2
  key id <- p.id
  order_of <- case when p.a * p.b < p.c then 'less' when p.a * p.b = p.c then 'same' else 'more' end
}",
        source: "CREATE TABLE pairs (id INTEGER PRIMARY KEY, a DECIMAL(7, 2) NOT NULL, b DECIMAL(7, 2) NOT NULL, c DECIMAL(14, 4) NOT NULL)",
        target: "CREATE TABLE pair (id INTEGER PRIMARY KEY, order_of VARCHAR(9))",
        rows: "INSERT INTO pairs VALUES (1, 0.10, 0.60, 0.06), (2, 0.10, 0.70, 0.0701), (3, 1.10, 1.10, 1.2099), (4, 0.30, 0.19, 1), (5, 0.20, 0.10, 1),
(6, 99999.99, 99999.99, 9999998000.0001), (7, -3, -0.02, 0.06)",
        query: "SELECT id, order_of FROM pair ORDER BY id",
        wanted: "1|same\n2|less\n3|more\n6|same\n7|same",
        ..Case::default()
    }
    .moves_and_comes_back();
}
