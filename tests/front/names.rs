use crate::workbench::{check, codes, said};

const OLD: &str = "CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\
    CREATE TABLE \"Person\" (id INTEGER PRIMARY KEY, \"Name\" TEXT NOT NULL, name TEXT NOT NULL);\
    CREATE TABLE other.person (id INTEGER PRIMARY KEY, name TEXT NOT NULL);\
    CREATE TABLE tag (id INTEGER PRIMARY KEY, name TEXT NOT NULL);";
const NEW: &str = "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT NOT NULL);";

fn gives(body: &str) -> (Vec<&'static str>, String) {
    let checked = check("postgres", OLD, NEW, body);
    (codes(&checked), said(&checked))
}

#[test]
fn letter_case_and_quotes() {
    for (body, expected) in [
        ("move old.TAG t -> new.People { key ID <- T.Id  NAME <- t.NAME }", vec![]),
        ("move old.\"TAG\" t -> new.people { key id <- t.id  name <- t.name }", vec!["DM0301"]),
        ("move old.tag t -> new.people { key id <- t.id  \"NAME\" <- t.name }", vec!["DM0302"]),
        // The exact spelling wins, a schema tells the rest apart.
        ("move old.old.person t -> new.people { key id <- t.id  name <- t.name }", vec![]),
        ("move old.other.person t -> new.people { key id <- t.id  name <- t.name }", vec![]),
        ("move old.person t -> new.people { key id <- t.id  name <- t.name }", vec!["DM0303"]),
        ("move old.\"Person\" t -> new.people { key id <- t.id  name <- t.\"Name\" || t.name }", vec![]),
        ("move old.\"Person\" t -> new.people { key id <- t.id  name <- t.NAME }", vec!["DM0303"]),
        ("move old.othr.tag t -> new.people { key id <- t.id  name <- t.name }", vec!["DM0301"]),
        ("move old.a.b.c t -> new.people { key id <- t.id }", vec!["DM0301"]),
        ("move old t -> new.people { key id <- t.id }", vec!["DM0301"]),
    ] {
        let (codes, said) = gives(body);
        assert_eq!(codes, expected, "{body}\n{said}");
    }
}

#[test]
fn near_names_are_offered() {
    for (body, near) in [
        ("move old.tga t -> new.people { ... }", "did you mean `tag`?"),
        ("move odl.tag t -> new.people { ... }", "did you mean `old`?"),
        ("move old.tag t -> new.people { key id <- t.idd  name <- t.name }", "did you mean `id`?"),
        ("move old.othr.tag t -> new.people { ... }", "did you mean `old.old.tag`?"),
        ("move old.tag t -> new.people { key id <- t.id  name <- lowr(t.name) }", "did you mean `lower`?"),
        (
            "move old.tag t -> new.people { key id <- t.id ... }\naccept lenght new.people because \"x\"",
            "did you mean `length`?",
        ),
    ] {
        let (_, said) = gives(body);
        assert!(said.contains(near), "{body}\n{said}");
    }
}

#[test]
fn a_part_that_cannot_be_read_is_the_only_complaint() {
    for body in [
        "move old.tag t -> new.people { key id <- t.id  name <- trim(t.name }",
        "move old.tag t -> new.people { key id <- t.id\n name = t.name\n }",
        "mvoe old.tag t -> new.people { key id <- t.id ... }",
    ] {
        let (codes, said) = gives(body);
        assert!(codes.len() == 1 && codes[0].starts_with("DM01"), "{said}");
    }
}

#[test]
fn what_depends_on_a_broken_key_is_not_blamed() {
    let old = "CREATE TABLE a (id integer PRIMARY KEY); CREATE TABLE b (id integer PRIMARY KEY, a integer NOT NULL);";
    let new = "CREATE TABLE a (id uuid PRIMARY KEY); CREATE TABLE b (id integer PRIMARY KEY, a uuid NOT NULL REFERENCES a (id));";
    let body = "move old.a a -> new.a { key id <- uuid5(\"a\", a.idd) }\nmove old.b b -> new.b { key id <- b.id  a <- ref new.a(b.a) }";
    let checked = check("postgres", old, new, body);
    assert_eq!(codes(&checked), ["DM0302"], "{}", said(&checked));
}

#[test]
fn ids_of_moves_do_not_depend_on_their_order() {
    let ids = |moves: &[&str]| -> Vec<String> {
        let checked = check("postgres", OLD, NEW, &moves.join("\n"));
        let said = said(&checked);
        checked.plan.unwrap_or_else(|| panic!("{said}")).moves.into_iter().map(|m| m.id).collect()
    };
    let a = "move old.tag t -> new.people { where t.id > 0  key id <- t.id ... on conflict fail }";
    let b = "move old.tag u -> new.people { where u.id < 0  key id <- u.id ... on conflict fail }";
    let c = "move old.other.person p -> new.people { key id <- p.id ... on conflict fail }";
    assert_eq!(ids(&[a, b, c]), ["people__person", "people__tag__t", "people__tag__u"]);
    assert_eq!(ids(&[c, b, a]), ids(&[a, b, c]));
    let (codes, said) = gives(&format!("{a}\n{a}"));
    assert_eq!(codes, ["DM0307"], "{said}");
}

#[test]
fn what_is_said_twice_is_told() {
    for body in [
        "move old.tag t -> new.people { key id <- t.id  name <- t.name  name <- t.name }",
        "move old.tag t -> new.people { where t.id > 1  where t.id < 9  key id <- t.id ... }",
        "move old.tag t -> new.people { join old.tag t on t.id = 1 one  key id <- t.id ... }",
        "move old.tag t -> new.people { key id <- t.id ... }\nvalues m { 'a' -> 'b', 'a' -> 'c' }",
        "move old.tag t -> new.people { key id <- t.id ... }\nvalues m { 1 -> 'b' } values m { 2 -> 'b' }",
        "move old.tag t -> new.people { key id <- t.id ... }\nplan again { }",
        "move old.tag t -> new.people { key id <- t.id ... }\n\
         invariant \"i\" { none from new.people p join new.people p on p.id = p.id where p.id < 0 }",
    ] {
        let (codes, said) = gives(body);
        assert_eq!(codes, ["DM0307"], "{body}\n{said}");
    }
}
