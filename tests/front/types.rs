use datamove::plan::{ClaimKind, Established, Plan};

use crate::workbench::{check, codes, said};

/// One of each kind, as PostgreSQL writes it.
const TYPES: [&str; 24] = [
    "boolean",
    "smallint",
    "integer",
    "bigint",
    "numeric",
    "numeric(6,2)",
    "numeric(6,0)",
    "real",
    "double precision",
    "text",
    "varchar(10)",
    "char(10)",
    "bytea",
    "date",
    "time",
    "timestamp",
    "timestamp(3)",
    "timestamptz",
    "interval",
    "uuid",
    "json",
    "jsonb",
    "mood",
    "text[]",
];

const MOOD: &str = "CREATE TYPE mood AS ENUM ('sad', 'glad');";

/// What the rules say of a value of one type for a column of another.
fn verdict(from: &str, to: &str) -> char {
    let old = format!("{MOOD} CREATE TABLE t (id integer PRIMARY KEY, v {from});");
    let new = format!("{MOOD} CREATE TABLE t (id integer PRIMARY KEY, v {to});");
    let checked = check("postgres", &old, &new, "move old.t t -> new.t { key id <- t.id ... }");
    match (&checked.plan, codes(&checked).as_slice()) {
        (Some(plan), []) => {
            let about = |kind: ClaimKind| !matches!(kind, ClaimKind::Scope | ClaimKind::Unique);
            let claims: Vec<_> = plan.claims.iter().filter(|claim| about(claim.kind)).collect();
            match claims.iter().any(|claim| matches!(claim.established, Established::Probed(_))) {
                true => '?',
                false if claims.is_empty() => '=',
                false => 'p',
            }
        }
        (None, ["DM0404"]) => '.',
        (None, ["DM0405"]) => 's',
        (None, ["DM0406"]) => '~',
        _ => panic!("{from} to {to}: {}", said(&checked)),
    }
}

/// Every type into every type: `=` nothing to claim, `p` proven, `?` probed, `~` refused unless
/// the loss is accepted, `s` refused for want of a rounding, `.` no conversion.
#[test]
fn every_type_into_every_type() {
    let rows: Vec<String> = TYPES
        .iter()
        .map(|from| {
            let row: String = TYPES.iter().map(|to| verdict(from, to)).collect();
            format!("{from:>16} {row}")
        })
        .collect();
    insta::assert_snapshot!(rows.join("\n"), @r#"
         boolean ====....................
        smallint ?====?===...............
         integer ??===??~=...............
          bigint ???==??~?...............
         numeric .sss=ss~~...............
    numeric(6,2) .sss==s~~...............
    numeric(6,0) .?===?=~~...............
            real .......==...............
double precision .......~=...............
            text .........=??..........?.
     varchar(10) .........=pp..........?.
        char(10) .........=pp..........?.
           bytea ............=...........
            date .............=..........
            time ..............=.........
       timestamp ...............=~.......
    timestamp(3) ...............==.......
     timestamptz .................=......
        interval ..................=.....
            uuid .........=.........=....
            json ....................=~..
           jsonb ....................==..
            mood ......................p.
          text[] .......................=
"#);
}

/// Checks one mapping from a table with a column of every useful kind.
fn mapping(ty: &str, line: &str) -> datamove::Checked {
    let old = "CREATE TYPE mood AS ENUM ('sad', 'glad'); CREATE TABLE t (id integer PRIMARY KEY, n integer NOT NULL, \
        b bigint, d numeric(8,2), f double precision, s varchar(10), x text, at timestamp, wday date, m mood, ok boolean);";
    let new = format!("{MOOD} CREATE TABLE t (id integer PRIMARY KEY, v {ty});");
    let drops = ["n", "b", "d", "f", "s", "x", "at", "wday", "m", "ok"];
    let unread: Vec<&str> = drops.into_iter().filter(|name| !line.contains(&format!("t.{name}"))).collect();
    let drop = format!(
        "drop {} because \"not here\"",
        unread.iter().map(|n| format!("t.{n}")).collect::<Vec<_>>().join(", ")
    );
    check("postgres", old, &new, &format!("move old.t t -> new.t {{\n key id <- t.id\n {line}\n {drop}\n}}"))
}

fn gives(ty: &str, line: &str) -> Vec<&'static str> {
    codes(&mapping(ty, line))
}

fn claim(plan: &Plan, id: &str) -> String {
    let found = plan.claims.iter().find(|claim| claim.id == id).unwrap_or_else(|| panic!("no claim {id}"));
    match &found.established {
        Established::Proven { why } => format!("proven: {why}"),
        Established::Probed(_) => format!("probe: {}", found.says),
        Established::Accepted { because, .. } => format!("accepted: {because}"),
    }
}

#[test]
fn expressions_that_are_right() {
    for (ty, line) in [
        ("bigint", "v <- t.n + 1"),
        ("bigint", "v <- t.b default -1"),
        ("numeric(4,1)", "v <- t.d * 0 default -99.9\nwhere t.d < 1000"),
        ("numeric(20,2)", "v <- round(t.d / 3, 2, half_up)"),
        ("double precision", "v <- t.f * 0.5"),
        ("double precision", "v <- 2.5"),
        ("text", "v <- case when t.f > 0.5 then 'much' else 'little' end"),
        ("text", "v <- t.s || '-' || t.m"),
        ("boolean", "v <- t.n in (1, 2, 3) and not t.ok"),
        ("boolean", "v <- t.wday >= '2026-01-31'"),
        ("boolean", "v <- t.x is distinct from null"),
        ("boolean", "v <- 1"),
        ("smallint", "v <- -32768"),
        ("timestamptz", "v <- t.at in zone 'Europe/Paris'"),
        ("timestamp", "v <- cast(t.wday as timestamp)"),
        ("date", "v <- cast(t.x as date)"),
        ("mood", "v <- 'sad'"),
        ("mood", "v <- case t.ok when true then 'glad' else 'sad' end"),
        ("text", "v <- cast(t.m as text)"),
        ("integer", "v <- length(t.x)"),
        ("varchar(3)", "v <- substr(t.x, 1, 3)"),
        ("text", "v <- nullif(trim(t.x), '')"),
    ] {
        let checked = mapping(ty, line);
        let scale = ["DM0405"];
        assert!(
            codes(&checked).is_empty() || (ty == "numeric(4,1)" && codes(&checked) == scale),
            "{line}:\n{}",
            said(&checked)
        );
    }
}

#[test]
fn expressions_that_are_wrong() {
    for (ty, line, code) in [
        ("text", "v <- t.n", "DM0404"),
        ("boolean", "v <- t.x = null", "DM0403"),
        ("boolean", "v <- t.x in ('a', null)", "DM0403"),
        ("boolean", "v <- t.n = t.x", "DM0403"),
        ("boolean", "v <- t.wday = 'soon'", "DM0403"),
        ("boolean", "v <- t.ok = 1", "DM0403"),
        ("boolean", "v <- 2", "DM0403"),
        ("smallint", "v <- 32768", "DM0403"),
        ("smallint", "v <- -32769", "DM0403"),
        ("varchar(2)", "v <- 'abc'", "DM0403"),
        ("varchar(2)", "v <- t.s default 'abc'", "DM0403"),
        ("numeric(4,1)", "v <- 1000", "DM0403"),
        ("numeric(20,2)", "v <- t.d / 3", "DM0407"),
        ("numeric(20,2)", "v <- round(t.d / 0, 2, half_up)", "DM0409"),
        ("numeric(20,2)", "v <- round(t.d, 2)", "DM0409"),
        ("numeric(20,2)", "v <- round(t.d, 2, half_up, 1)", "DM0409"),
        ("numeric(20,2)", "v <- t.d + t.f", "DM0403"),
        ("text", "v <- t.x || t.n", "DM0403"),
        ("text", "v <- sum(t.n)", "DM0411"),
        ("text", "v <- substr(t.x, 0)", "DM0409"),
        ("text", "v <- substr(t.x, t.n)", "DM0409"),
        ("text", "v <- lower(t.x, t.s)", "DM0409"),
        ("text", "v <- lowr(t.x)", "DM0408"),
        ("text", "v <- gen_random_uuid()", "DM0410"),
        ("text", "v <- cast(t.f as text)", "DM0404"),
        ("text", "v <- cast(t.n as varcharacter)", "DM0412"),
        ("mood", "v <- 'angry'", "DM0403"),
        ("date", "v <- '2026-02-30'", "DM0403"),
        ("text", "v <- sequence(t.n)", "DM0413"),
        ("text", "v <- z.x", "DM0310"),
        ("text", "v <- case when t.ok then 'a' else 1 end", "DM0403"),
    ] {
        assert_eq!(gives(ty, line), [code], "{line}:\n{}", said(&mapping(ty, line)));
    }
}

#[test]
fn proofs_and_probes_of_values() {
    for (ty, line, id, expected) in [
        ("varchar(10)", "v <- trim(t.s)", "t/v/length", "proven: it has at most 10"),
        ("varchar(10)", "v <- lower(t.s)", "t/v/length", "probe: the text has at most 10 characters"),
        ("varchar(21)", "v <- t.s || '-' || t.s", "t/v/length", "proven: it has at most 21"),
        ("varchar(20)", "v <- t.s || '-' || t.s", "t/v/length", "probe: the text has at most 20 characters"),
        ("mood", "v <- t.x", "t/v/values", "probe: the text is one of the labels of enum mood"),
        ("numeric(12,2)", "v <- t.n", "t/id/unique", "proven: made of `id`, which is unique in the source"),
        ("bigint", "v <- round(t.b / t.n, 0, down)", "t/v/range", "probe: nothing is divided by zero"),
        ("integer NOT NULL", "v <- t.n", "t/scope", "probe: the scope of the move has rows"),
    ] {
        let checked = mapping(ty, line);
        let said = said(&checked);
        let plan = checked.plan.unwrap_or_else(|| panic!("{line}: {said}"));
        assert_eq!(claim(&plan, id), expected, "{line}");
    }
}

#[test]
fn a_map_over_every_label_needs_no_probe() {
    let old = format!("{MOOD} CREATE TABLE t (id integer PRIMARY KEY, v mood);");
    let new = "CREATE TABLE t (id integer PRIMARY KEY, v varchar(4));";
    let body = |pairs: &str| {
        format!("values m {{ {pairs}, else error }} move old.t t -> new.t {{ key id <- t.id v <- m(t.v) }}")
    };
    let whole = check("postgres", &old, new, &body("'sad' -> 'bad', 'glad' -> 'good'"));
    assert!(claim(&whole.plan.unwrap(), "t/v/values").starts_with("proven"));
    let part = check("postgres", &old, new, &body("'sad' -> 'bad'"));
    assert!(claim(&part.plan.unwrap(), "t/v/values").starts_with("probe"));
}

#[test]
fn sizes_beyond_every_engine_are_no_trouble() {
    for line in [
        "v <- cast(cast(t.n as decimal(4000000000, 0)) as decimal(3999999999, 0)) * cast(t.n as decimal(4000000000, 0))",
        "v <- 99999999999999999999999999999999999999999999999999",
    ] {
        let found = gives("numeric", line);
        assert!(found.len() <= 1, "{found:?}");
    }
}
