//! 43: what a comparison with the plan before must show first.

use datamove::diff::Class;

use super::{ALL, By, Fault, OLD};

/// The plan before: its moves and invariants.
const BEFORE: &str = "move old.person p -> new.people { where p.id > 10  batch 500 rows by p.id  key id <- p.id  name <- p.name  note <- p.note }\n\
    invariant \"named\" { none from new.people p where p.name = '' }\n\
    invariant \"as many\" { old select count(*) from person p where p.id > 10  new select count(*) from people p  within 0 }";

const SHORT: &str =
    "CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, note VARCHAR(20));";

type Edits = &'static [(&'static str, &'static str)];

/// One dangerous edit each.
const EDITS: [(&str, Class, Edits); 8] = [
    (
        "an invariant removed",
        Class::Weakens,
        &[("invariant \"named\" { none from new.people p where p.name = '' }", "")],
    ),
    ("an invariant that forbids less", Class::Weakens, &[("p.name = ''", "p.name = '' and p.id > 9")]),
    ("a tolerance raised", Class::Weakens, &[("within 0", "within 3")]),
    (
        "a claim accepted",
        Class::Weakens,
        &[(
            "invariant \"named\"",
            "accept length new.people.note because \"all are short\"\ninvariant \"named\"",
        )],
    ),
    ("a value that becomes lossy", Class::Weakens, &[("name <- p.name", "name <- substr(p.name, 1, 9)")]),
    ("a filter widened", Class::Widens, &[("where p.id > 10  batch", "where p.id > 1  batch")]),
    (
        "a filter narrowed",
        Class::Narrows,
        &[("where p.id > 10  batch", "where p.id > 10 and p.id < 90  batch")],
    ),
    (
        "a column left behind",
        Class::Loses,
        &[
            ("note <- trim(p.note)", "drop p.note because \"old\"  name <- coalesce(p.name, '')"),
            ("name <- p.name  ", ""),
        ],
    ),
];

/// Each dangerous edit among harmless ones: a new description, other batches and another value.
pub(super) fn reviewed() -> Vec<Fault> {
    let of = |(what, class, edits): (&'static str, Class, Edits)| Fault {
        number: 43,
        what,
        on: ALL,
        old: OLD,
        new: SHORT,
        moves: edited(edits),
        by: By::Review { class, before: BEFORE },
    };
    EDITS.map(of).into()
}

fn edited(edits: Edits) -> &'static str {
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
