//! Rows of another table in a value, `greatest` and `least`, `add_months`, casts to addresses: what is typed,
//! what is refused, what is claimed.

use datamove::plan::{Established, Expr, ExprKind, Plan, Probe, fingerprint, from_json, to_json};

use crate::workbench::{check, codes, said};

const OLD: &str = "CREATE TABLE person (id integer PRIMARY KEY, name text NOT NULL, born date NOT NULL, seen timestamp, ip text);
CREATE TABLE visit (id integer PRIMARY KEY, person integer NOT NULL, nr integer NOT NULL, place text, day date NOT NULL,
  size double precision, token uuid, kind varchar(3), UNIQUE (person, nr));
CREATE TABLE loose (person integer, place text);
CREATE INDEX loose_person ON loose (person);";

const NEW: &str = "CREATE TABLE people (id integer PRIMARY KEY, n bigint, t text, d date, at timestamp, short varchar(3), u uuid, must date NOT NULL DEFAULT '2000-01-01');";

fn with(engine: &str, line: &str) -> datamove::Checked {
    let body = format!(
        "move old.person p -> new.people {{ key id <- p.id  {line}  drop p.name because \"x\" drop p.born because \"x\" drop p.seen because \"x\" drop p.ip because \"x\" }}"
    );
    check(engine, OLD, NEW, &body)
}

/// The plan of a move with `line`, whatever else could be said about its columns.
fn plan(engine: &str, line: &str) -> Plan {
    let body = format!(
        "values kinds {{ 'a' -> 'b', else error }}\nmove old.person p -> new.people {{ key id <- p.id  {line} {} }}",
        drops(line)
    );
    let checked = check(engine, OLD, NEW, &body);
    let said = said(&checked);
    checked.plan.unwrap_or_else(|| panic!("{line}\n{said}"))
}

fn drops(line: &str) -> String {
    let free = ["name", "born", "seen", "ip"].into_iter().filter(|name| !line.contains(&format!("p.{name}")));
    free.map(|name| format!("drop p.{name} because \"x\"")).collect::<Vec<_>>().join(" ")
}

fn value<'p>(plan: &'p Plan, column: &str) -> &'p Expr {
    &plan.moves[0].columns.iter().find(|assign| assign.column == column).expect("mapped").value
}

/// The codes of what is wrong with a line.
fn wrong(line: &str) -> Vec<&'static str> {
    let mut found = codes(&with("postgres", line));
    found.retain(|code| *code != "DM0425");
    found
}

fn probed(plan: &Plan) -> Vec<&str> {
    let open = plan.claims.iter().filter(|claim| matches!(claim.established, Established::Probed(_)));
    open.map(|claim| claim.id.as_str()).filter(|id| !id.ends_with("/scope")).collect()
}

#[test]
fn each_form_has_its_type_and_knows_whether_it_can_be_null() {
    for (line, column, nullable, ty) in [
        ("n <- count(old.visit v where v.person = p.id)", "n", false, "bigint"),
        ("n <- sum(v.nr from old.visit v where v.person = p.id)", "n", true, "bigint"),
        ("n <- max(v.nr from old.visit v where v.person = p.id)", "n", true, "integer"),
        ("d <- min(v.day from old.visit v)", "d", true, "date"),
        ("d <- first(v.day from old.visit v where v.person = p.id order by v.id desc)", "d", true, "date"),
        (
            "u <- first(v.token from old.visit v where v.person = p.id order by v.day, v.nr)",
            "u",
            true,
            "uuid",
        ),
        ("t <- first(place from old.visit where person = p.id order by nr)", "t", true, "text"),
    ] {
        let plan = plan("postgres", line);
        let value = value(&plan, column);
        assert_eq!((value.nullable, value.ty.to_string().as_str()), (nullable, ty), "{line}");
        assert_eq!(from_json(&to_json(&plan)).expect("read"), plan, "{line}");
        assert!(!plan.unmoved.contains(&"old.visit".to_owned()), "{:?}", plan.unmoved);
    }
}

#[test]
fn what_is_no_form_or_in_no_place_for_it_is_refused() {
    for (line, code) in [
        ("n <- sum(old.visit v where v.person = p.id)", "DM0446"),
        ("n <- count(v.id from old.visit v where v.person = p.id)", "DM0446"),
        ("t <- lower(v.place from old.visit v where v.person = p.id)", "DM0446"),
        ("n <- max(v.id from old.visit v order by v.id)", "DM0446"),
        ("t <- first(v.place from old.visit v where v.person = p.id)", "DM0447"),
        ("t <- first(v.place from old.visit v where v.person = p.id order by v.day)", "DM0447"),
        ("t <- first(v.place from old.visit v order by v.nr)", "DM0447"),
        ("t <- first(v.place from old.visit v where v.person = p.id or v.nr = 1 order by v.nr)", "DM0447"),
        ("t <- first(v.place from old.loose v where v.person = p.id order by v.place)", "DM0447"),
        ("t <- first(v.place from old.visit v where v.person = p.id order by v.token, v.id)", "DM0403"),
        ("n <- sum(v.size from old.visit v where v.person = p.id)", "DM0403"),
        ("u <- max(v.token from old.visit v where v.person = p.id)", "DM0403"),
        ("n <- count(old.visit p where p.person = 1)", "DM0307"),
        ("n <- count(new.people v where v.id = p.id)", "DM0305"),
        ("n <- count(old.visits v where v.person = p.id)", "DM0301"),
        ("n <- count(old.visit v where v.persona = p.id)", "DM0302"),
        ("n <- count(old.visit v where v.person = q.id)", "DM0310"),
        ("n <- count(old.visit v where count(old.loose l where l.person = v.person) > 1)", "DM0445"),
        ("n <- count(old.visit v where ref new.people(v.person) = p.id)", "DM0420"),
        ("group by p.id  n <- count(old.visit v where v.person = p.id)", "DM0445"),
        ("join old.visit j on j.id = count(old.loose l where l.person = p.id) left one", "DM0445"),
        ("n <- count(v.id)", "DM0411"),
    ] {
        assert_eq!(wrong(line), [code], "{line}\n{}", said(&with("postgres", line)));
    }
}

#[test]
fn claims_about_related_rows_are_counted_for_their_row() {
    let one =
        plan("postgres", "t <- first(kinds(v.place) from old.visit v where v.person = p.id order by v.id)");
    assert_eq!(probed(&one), ["people/t/values"]);
    let claim = one.claims.iter().find(|claim| claim.id == "people/t/values").expect("claimed");
    let Established::Probed(Probe::Rows { bad, .. }) = &claim.established else { panic!("{claim:?}") };
    let ExprKind::Binary { left, .. } = &bad.kind else { panic!("{bad:?}") };
    assert!(matches!(left.kind, ExprKind::Related { .. }), "{bad:?}");
    // A claim about the value as a whole is one about the row.
    assert_eq!(
        probed(&plan("postgres", "short <- min(v.place from old.visit v where v.person = p.id)")),
        ["people/short/length"]
    );
    assert_eq!(
        probed(&plan("postgres", "short <- min(v.kind from old.visit v where v.person = p.id)")),
        [""; 0]
    );
    assert_eq!(
        probed(&plan("postgres", "must <- min(v.day from old.visit v where v.person = p.id)")),
        ["people/must/null"]
    );
    assert_eq!(
        probed(&plan(
            "postgres",
            "must <- min(v.day from old.visit v where v.person = p.id) default '2020-01-01'"
        )),
        [""; 0]
    );
    // SQLite keeps any value in any column, so that is claimed of the related table as well.
    let lite = plan("sqlite", "n <- count(old.visit v where v.person = p.id and v.kind = 'a')");
    assert_eq!(probed(&lite), ["people/v.kind/type", "people/v.person/type"]);
}

#[test]
fn rows_that_no_index_finds_are_warned_of() {
    let of = |rows: &str| codes(&with("postgres", &format!("n <- count(old.visit v where {rows})")));
    assert_eq!(of("v.person = p.id and v.day > p.born"), ["DM0425"]);
    assert_eq!(of("v.nr = p.id"), ["DM0448"]);
    assert_eq!(of("v.person > p.id"), ["DM0448"]);
    // Rows that are the same for every row are looked for once.
    assert_eq!(of("v.place = 'x'"), [""; 0]);
}

#[test]
fn columns_that_are_only_looked_at_count_where_their_table_is_moved() {
    let visits = "move old.visit v -> new.visits { key id <- v.id  day <- v.day drop v.place, v.size, v.token, v.kind because \"x\" }";
    let new = format!("{NEW} CREATE TABLE visits (id integer PRIMARY KEY, day date);");
    let body = |filter: &str| {
        format!(
            "move old.person p -> new.people {{ key id <- p.id  n <- count(old.visit v where {filter}) {} }}\n{visits}",
            drops("")
        )
    };
    let checked = check("postgres", OLD, &new, &body("v.person = p.id and v.nr > 0"));
    assert_eq!(codes(&checked), [""; 0], "{}", said(&checked));
    assert_eq!(codes(&check("postgres", OLD, &new, &body("v.person = p.id"))), ["DM0401"]);
}

#[test]
fn who_moves_must_be_able_to_read_the_related_rows() {
    let read = plan("postgres", "n <- count(old.visit v where v.person = p.id)");
    let needs = datamove::dialect::needs::needs(&read, "datamove_p");
    assert!(needs.iter().any(|need| need.name.as_deref() == Some("visit")), "{needs:?}");
}

#[test]
fn what_a_related_value_means_is_in_the_fingerprint() {
    let of = |line: &str| fingerprint(&plan("postgres", line));
    let one = of("d <- first(v.day from old.visit v where v.person = p.id order by v.id)");
    assert_eq!(
        one,
        of("d <- first( v.day FROM old.visit v\n  where v.person = p.id -- mine\n order by v.id asc )")
    );
    assert_ne!(one, of("d <- first(v.day from old.visit v where v.person = p.id order by v.id desc)"));
    assert_ne!(one, of("d <- first(v.day from old.visit v where v.person <> p.id order by v.id)"));
    assert_ne!(one, of("d <- min(v.day from old.visit v where v.person = p.id)"));
}

#[test]
fn greatest_least_and_months() {
    let plan =
        plan("postgres", "at <- greatest(p.seen, cast(p.born as timestamp))  d <- add_months(p.born, -12)");
    assert!(value(&plan, "at").nullable);
    assert_eq!(probed(&plan), ["people/d/range"]);
    for (line, codes) in [
        ("n <- greatest(p.id)", ["DM0409"]),
        ("t <- greatest(p.name, p.ip)", ["DM0403"]),
        ("n <- least(p.id, p.born)", ["DM0403"]),
        ("d <- add_months(p.born, p.id)", ["DM0409"]),
        ("d <- add_months(p.born, 2401)", ["DM0409"]),
        ("d <- add_months(p.name, 1)", ["DM0403"]),
        ("at <- add_months(p.seen in zone 'UTC', 1)", ["DM0403"]),
    ] {
        assert_eq!(wrong(line), codes, "{line}\n{}", said(&with("postgres", line)));
    }
}

#[test]
fn texts_become_addresses_only_where_there_are_any() {
    let body = |value: &str| format!("move old.p p -> new.p {{ key id <- p.id  ip <- {value} }}");
    let (old, new) = (
        "CREATE TABLE p (id integer PRIMARY KEY, ip text);",
        "CREATE TABLE p (id integer PRIMARY KEY, ip inet);",
    );
    let checked = check("postgres", old, new, &body("cast(p.ip as inet)"));
    assert_eq!(probed(checked.plan.as_ref().expect("a plan")), ["p/ip/values"], "{}", said(&checked));
    let bare = check("postgres", old, new, &body("p.ip"));
    assert_eq!(codes(&bare), ["DM0404"]);
    assert!(said(&bare).contains("`ip <- cast(p.ip as inet)`"), "{}", said(&bare));
    assert_eq!(codes(&check("sqlite", old, new, &body("cast(p.ip as inet)"))), ["DM0412"]);
    assert_eq!(codes(&check("postgres", old, new, &body("cast(p.id as inet)"))), ["DM0404"]);
}
