//! Two versions of the plan for two releases of the OpenStreetMap website's schema, which differ by edits of all kinds.

use std::collections::BTreeMap;

use datamove::diff::{Class, diff};

use crate::edits::{Edit, compiled, each_is_judged, edit, found, of, shown};
use crate::or_skip;
use crate::testkit::shared;

const PLAN: &str = "osm.plan";
const COPIED: &str = "copied.plan";
const SCHEMAS: [&str; 2] = ["structure-v1-2023-08-30.sql", "structure-v2-2025-12-24.sql"];

/// The plan's files; why not, where the schemas are not there.
fn original() -> Result<BTreeMap<String, String>, String> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("plans/osm");
    let mut files = BTreeMap::new();
    for name in [PLAN, COPIED] {
        files.insert(name.to_owned(), std::fs::read_to_string(folder.join(name)).unwrap());
    }
    for name in SCHEMAS {
        let path = shared(&format!("openstreetmap/{name}"))?;
        let text = std::fs::read_to_string(path).unwrap();
        files.insert(format!("../../../shared/data/openstreetmap/{name}"), text);
    }
    Ok(files)
}

fn edits() -> Vec<Edit> {
    use Class::{Cosmetic, Loses, Narrows, Order, Strengthens, Values, Weakens, Widens};
    vec![
        of("a comment", PLAN, "-- Not moved: OAuth 1 is gone", "-- Left behind: OAuth 1 is gone", &[]),
        of(
            "formatting",
            COPIED,
            "move old.acls a -> new.acls {\n  key id <- a.id",
            "move   old.acls a   ->   new.acls {\n\n\n  key id   <-   a.id",
            &[],
        ),
        of(
            "a description",
            PLAN,
            "## Whoever wrote on a note is subscribed to it.",
            "## Whoever wrote on a note follows it.",
            &[(Cosmetic, "note_subscriptions")],
        ),
        of("an owner", PLAN, "\"operations\"", "\"platform\"", &[(Cosmetic, "owner")]),
        of(
            "an alias",
            PLAN,
            "move old.redactions r -> new.redactions {\n  key id <- r.id\n  ## Both may be NULL in the old schema.\n  title       <- r.title default '(without a title)'\n  description <- r.description default ''",
            "move old.redactions x -> new.redactions {\n  key id <- x.id\n  ## Both may be NULL in the old schema.\n  title       <- x.title default '(without a title)'\n  description <- x.description default ''",
            &[(Cosmetic, "redactions")],
        ),
        of(
            "a wider filter",
            PLAN,
            "  where c.author_id is not null\n  group",
            "  where c.author_id is not null or c.id < 0\n  group",
            &[(Widens, "note_subscriptions")],
        ),
        of(
            "a narrower filter",
            PLAN,
            "  where c.author_id is not null\n  group",
            "  where c.author_id is not null and c.visible\n  group",
            &[(Narrows, "note_subscriptions")],
        ),
        of(
            "rows that stay behind",
            COPIED,
            "move old.delayed_jobs d -> new.delayed_jobs {",
            "move old.delayed_jobs d -> new.delayed_jobs {\n  where d.attempts < 3",
            &[(Narrows, "delayed_jobs")],
        ),
        of(
            "another default",
            PLAN,
            "r.title default '(without a title)'",
            "r.title default '-'",
            &[(Values, "redactions.title")],
        ),
        of(
            "another value",
            PLAN,
            "greatest(b.ends_at, b.updated_at)",
            "b.ends_at",
            &[(Values, "user_blocks.deactivates_at")],
        ),
        of(
            "another aggregate",
            PLAN,
            "count(old.diary_comments d where d.user_id = u.id)",
            "count(old.diary_comments d where d.user_id = u.id and d.visible)",
            &[(Values, "users.diary_comments_count")],
        ),
        of(
            "an order of picked rows",
            PLAN,
            "      case when c.event = 'opened' then c.author_ip end from old.note_comments c\n      where c.note_id = n.id\n      order by c.id",
            "      case when c.event = 'opened' then c.author_ip end from old.note_comments c\n      where c.note_id = n.id\n      order by c.id desc",
            &[(Values, "notes.user_ip")],
        ),
        of(
            "a lossy value",
            PLAN,
            "  description <- r.description default ''",
            "  description <- substr(r.description, 1, 100) default ''",
            &[(Weakens, "redactions.description")],
        ),
        of(
            "a batch",
            COPIED,
            "move old.issues i -> new.issues {",
            "move old.issues i -> new.issues {\n  batch 500 rows by i.id",
            &[(Order, "issues")],
        ),
        of(
            "a conflict",
            COPIED,
            "move old.acls a -> new.acls {",
            "move old.acls a -> new.acls {\n  on conflict skip",
            &[(Weakens, "acls"), (Weakens, "public.acls"), (Order, "public.acls")],
        ),
        of(
            "an overwrite",
            COPIED,
            "move old.friends f -> new.friends {",
            "move old.friends f -> new.friends {\n  on conflict update",
            &[(Loses, "friends"), (Weakens, "public.friends"), (Order, "public.friends")],
        ),
        of(
            "a column left behind",
            COPIED,
            "move old.gpx_files g -> new.gpx_files {\n  key id <- g.id\n  ...",
            "move old.gpx_files g -> new.gpx_files {\n  key id <- g.id\n  ...\n  drop g.latitude because \"never shown\"",
            &[(Loses, "gpx_files.latitude"), (Loses, "gpx_files: g.latitude")],
        ),
        of(
            "a move gone",
            COPIED,
            "move old.diary_entry_subscriptions d -> new.diary_entry_subscriptions {\n  key user_id        <- d.user_id\n  key diary_entry_id <- d.diary_entry_id\n}\n",
            "",
            &[(Loses, "diary_entry_subscriptions")],
        ),
        of(
            "a new invariant",
            PLAN,
            "move old.users u",
            "invariant \"no note without a text\" { none from new.notes n where n.description is null }\n\nmove old.users u",
            &[(Strengthens, "no note without a text")],
        ),
        of(
            "an order",
            COPIED,
            "move old.languages l -> new.languages {",
            "move old.languages l -> new.languages {\n  after new.acls",
            &[
                (Order, "languages"),
                (Order, "diary_entries"),
                (Order, "diary_comments"),
                (Order, "diary_entry_subscriptions"),
            ],
        ),
        of(
            "approvals",
            PLAN,
            "import \"copied.plan\"",
            "signoff { role \"data owner\" }\n\nimport \"copied.plan\"",
            &[(Strengthens, "data owner")],
        ),
    ]
}

/// Edits of the same lines as others, or whose consequences depend on them.
const ALONE: [&str; 4] = ["formatting", "an alias", "a narrower filter", "an order"];

#[test]
fn each_edit_is_found_and_judged() {
    let files = or_skip!("OpenStreetMap's plan", original());
    each_is_judged(PLAN, &files, edits());
}

#[test]
fn none_is_missed_among_the_others() {
    let files = or_skip!("OpenStreetMap's plan", original());
    let mut later = files.clone();
    let mut expected = Vec::new();
    for Edit { file, old, new, is, .. } in edits().into_iter().filter(|edit| !ALONE.contains(&edit.what)) {
        edit(&mut later, file, old, new);
        expected.extend(is.iter().copied());
    }
    let diff = diff(&compiled(PLAN, &files), &compiled(PLAN, &later));
    let mut all = found(&diff);
    assert!(all.is_sorted_by_key(|(class, _)| *class), "{all:?}");
    all.sort_unstable();
    expected.sort_unstable();
    assert_eq!(all, expected, "{}", shown(&diff));
}
