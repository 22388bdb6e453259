//! Two versions of a real plan that differ by edits of all kinds, each of which the comparison must
//! find and judge.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use datamove::diagnostic::to_text;
use datamove::diff::{Class, Diff, diff};
use datamove::plan::Plan;
use datamove::syntax::{Files, ReadError};
use datamove::typing::Options;

use crate::or_skip;
use crate::testkit::shared;

const PLAN: &str = "chinook.plan";
const VALUES: &str = "values.plan";
const STORE: &str = "schemas/store.sql";
const SOURCE: &str = "../../../shared/data/chinook/chinook-sqlite.sql";

struct Memory(BTreeMap<String, String>);

impl Files for Memory {
    fn read(&self, name: &str) -> Result<String, ReadError> {
        self.0.get(name).cloned().ok_or(ReadError::Missing)
    }
}

struct Disk<'f>(&'f Path);

impl Files for Disk<'_> {
    fn read(&self, name: &str) -> Result<String, ReadError> {
        std::fs::read_to_string(self.0.join(name)).map_err(|error| ReadError::Other(error.to_string()))
    }
}

/// The plan's files, with the rows of one move scoped by a filter that edits can change.
fn original(source: &Path) -> BTreeMap<String, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("plans/chinook");
    let mut files: BTreeMap<String, String> = [PLAN, VALUES, STORE]
        .into_iter()
        .map(|name| (name.to_owned(), std::fs::read_to_string(folder.join(name)).unwrap()))
        .collect();
    files.insert(SOURCE.to_owned(), std::fs::read_to_string(source).unwrap());
    edit(
        &mut files,
        PLAN,
        "batch 1000 rows by l.InvoiceLineId",
        "where l.Quantity > 0 and l.UnitPrice > 0\n  batch 1000 rows by l.InvoiceLineId",
    );
    files
}

#[track_caller]
pub(crate) fn edit(files: &mut BTreeMap<String, String>, name: &str, old: &str, new: &str) {
    let text = files.get_mut(name).unwrap();
    assert_eq!(text.matches(old).count(), 1, "{old:?} in {name}");
    *text = text.replace(old, new);
}

#[track_caller]
pub(crate) fn compiled(plan: &str, files: &BTreeMap<String, String>) -> Plan {
    let checked = datamove::check("", plan, &Memory(files.clone()), Options::default());
    checked.plan.unwrap_or_else(|| panic!("{}", to_text(&checked.sources, &checked.problems.sorted(), false)))
}

/// An edit, and the changes that it is: class and subject.
pub(crate) struct Edit {
    pub(crate) what: &'static str,
    pub(crate) file: &'static str,
    pub(crate) old: &'static str,
    pub(crate) new: &'static str,
    pub(crate) is: &'static [(Class, &'static str)],
}

pub(crate) const fn of(
    what: &'static str,
    file: &'static str,
    old: &'static str,
    new: &'static str,
    is: &'static [(Class, &'static str)],
) -> Edit {
    Edit { what, file, old, new, is }
}

fn edits() -> Vec<Edit> {
    use Class::{Cosmetic, Loses, Narrows, Order, Strengthens, Values, Weakens, Widens};
    vec![
        of("a comment", PLAN, "-- A second pass fills it", "-- Filled by a second pass", &[]),
        of("formatting", PLAN, "key id <- g.GenreId\n", "key   id   <-   g.GenreId\n\n\n", &[]),
        of(
            "a description",
            PLAN,
            "## Every shop of the chain",
            "## Any shop of the chain",
            &[(Cosmetic, "artist")],
        ),
        of("an owner", PLAN, "\"store platform\"", "\"shop platform\"", &[(Cosmetic, "owner")]),
        of(
            "an alias",
            PLAN,
            "move chinook.MediaType m -> store.media_type {\n  key id    <- m.MediaTypeId\n  name      <- m.Name\n  container <- media_container(m.Name)",
            "move chinook.MediaType mt -> store.media_type {\n  key id    <- mt.MediaTypeId\n  name      <- mt.Name\n  container <- media_container(mt.Name)",
            &[(Cosmetic, "media_type")],
        ),
        of(
            "another reason",
            PLAN,
            "drop e.Fax because \"the store",
            "drop e.Fax because \"our store",
            &[(Cosmetic, "employee: e.Fax")],
        ),
        of(
            "a wider filter",
            PLAN,
            "where l.Quantity > 0 and l.UnitPrice > 0",
            "where l.Quantity > 0",
            &[(Widens, "invoice_line")],
        ),
        of(
            "a narrower join",
            PLAN,
            "b.AlbumId = t.AlbumId left one",
            "b.AlbumId = t.AlbumId one",
            &[(Narrows, "track: b")],
        ),
        of(
            "a narrower filter",
            PLAN,
            "move chinook.Playlist p -> store.playlist {",
            "move chinook.Playlist p -> store.playlist {\n  where p.PlaylistId < 100",
            &[(Narrows, "playlist")],
        ),
        of(
            "an entry of a values map",
            VALUES,
            "'USA' -> 'US'",
            "'USA' -> 'UM'",
            &[(Values, "iso_code('USA')")],
        ),
        of(
            "a values map that fails no more",
            VALUES,
            "'AAC audio file' -> 'aac',\n  else error",
            "'AAC audio file' -> 'aac',\n  else 'mpeg'",
            &[(Weakens, "media_container(else)")],
        ),
        of(
            "a currency",
            PLAN,
            "price_currency <- 'USD'",
            "price_currency <- 'EUR'",
            &[(Values, "track.price_currency")],
        ),
        of(
            "a key",
            PLAN,
            "uuid5(\"chinook.album\", b.AlbumId)",
            "uuid5(\"chinook.albums\", b.AlbumId)",
            &[(Values, "album")],
        ),
        of(
            "a lossy value",
            PLAN,
            "billing_region      <- i.BillingState",
            "billing_region      <- substr(i.BillingState, 1, 2)",
            &[(Weakens, "invoice.billing_region")],
        ),
        of(
            "a batch",
            PLAN,
            "batch 2000 rows by p.PlaylistId",
            "batch 500 rows by p.PlaylistId",
            &[(Order, "playlist_track")],
        ),
        of(
            "a conflict",
            PLAN,
            "move chinook.Genre g -> store.genre {",
            "move chinook.Genre g -> store.genre {\n  on conflict skip\n",
            &[(Weakens, "genre"), (Weakens, "genre")],
        ),
        of(
            "a column left behind",
            PLAN,
            "  phone          <- c.Phone pii\n",
            "  drop c.Phone because \"asked for again\"\n",
            &[(Loses, "customer.phone"), (Loses, "customer: c.Phone")],
        ),
        of(
            "an invariant gone",
            PLAN,
            "invariant \"nothing is sold for nothing\" { none from store.track t where t.price_minor = 0 }",
            "",
            &[(Weakens, "nothing is sold for nothing")],
        ),
        of(
            "a tolerance",
            PLAN,
            "select i.customer_id, sum(i.total_minor) from invoice i\n  within  0",
            "select i.customer_id, sum(i.total_minor) from invoice i\n  within  1",
            &[(Weakens, "no customer's turnover changes")],
        ),
        of(
            "an invariant that forbids less",
            PLAN,
            "where e.reports_to = e.id",
            "where e.reports_to = e.id and e.id > 5",
            &[(Weakens, "nobody is their own manager")],
        ),
        of(
            "a new invariant",
            PLAN,
            "invariant \"nobody is",
            "invariant \"no empty line\" { none from store.invoice_line l where l.quantity = 0 }\n\ninvariant \"nobody is",
            &[(Strengthens, "no empty line")],
        ),
        of(
            "an order",
            PLAN,
            "move chinook.Playlist p -> store.playlist {",
            "move chinook.Playlist p -> store.playlist {\n  after store.genre",
            &[(Order, "playlist")],
        ),
        of(
            "a nullable column",
            STORE,
            "last_name      VARCHAR(20) NOT NULL",
            "last_name      VARCHAR(20)",
            &[(Weakens, "customer.last_name")],
        ),
    ]
}

pub(crate) fn found(diff: &Diff) -> Vec<(Class, &str)> {
    diff.changes.iter().map(|change| (change.class, change.subject.as_str())).collect()
}

pub(crate) fn shown(diff: &Diff) -> String {
    let lines =
        diff.changes.iter().map(|change| format!("  {:?} {}: {}", change.class, change.subject, change.says));
    lines.collect::<Vec<_>>().join("\n")
}

/// Each edit alone is found, and judged as it says.
#[track_caller]
pub(crate) fn each_is_judged(plan: &str, files: &BTreeMap<String, String>, edits: Vec<Edit>) {
    let before = compiled(plan, files);
    let mut wrong = Vec::new();
    for Edit { what, file, old, new, is } in edits {
        let mut files = files.clone();
        edit(&mut files, file, old, new);
        let diff = diff(&before, &compiled(plan, &files));
        if found(&diff) != is {
            wrong.push(format!("{what}:\n{}", shown(&diff)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_edit_is_found_and_judged() {
    let source = or_skip!("each_edit_is_found_and_judged", shared("chinook/chinook-sqlite.sql"));
    let files = original(&source);
    each_is_judged(PLAN, &files, edits());
}

#[test]
fn all_edits_together_are_found_the_worst_first() {
    let source =
        or_skip!("all_edits_together_are_found_the_worst_first", shared("chinook/chinook-sqlite.sql"));
    let files = original(&source);
    let mut later = files.clone();
    let mut expected = Vec::new();
    for Edit { file, old, new, is, .. } in edits() {
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

#[test]
fn a_large_schema_is_compared_in_less_than_a_second() {
    let schema = or_skip!("a_large_schema_is_compared_in_less_than_a_second", shared("gitlab-ce/schema.sql"));
    let at = crate::folder();
    let schema = schema.canonicalize().unwrap();
    let schema = schema.to_str().unwrap();
    crate::datamove(at.path(), &["init", "--source", schema, "--target", schema, "-o", "first.plan"]).is(0);
    let text = std::fs::read_to_string(at.path().join("first.plan")).unwrap();
    let opening = text.lines().find(|line| line.starts_with("move ") && line.contains("users ")).unwrap();
    let closing = "invariant \"somebody is there\" { none from new.users u where u.id < 0 }\n";
    let later = text.replace(opening, &format!("{opening}\n  where u.id > 10")) + "\n" + closing;
    let compiled = |text: &str| {
        crate::write(at.path(), "first.plan", text);
        let checked = datamove::check("", "first.plan", &Disk(at.path()), Options::default());
        checked
            .plan
            .unwrap_or_else(|| panic!("{}", to_text(&checked.sources, &checked.problems.sorted(), false)))
    };
    let (before, after) = (compiled(&text), compiled(&later));
    let begin = Instant::now();
    let diff = diff(&before, &after);
    let took = begin.elapsed();
    println!("{} moves, {} claims: {:?}", before.moves.len(), before.claims.len(), took);
    // Whoever refers to a user may now refer to one that stays behind: what was proven is only probed.
    let (orphans, others): (Vec<_>, Vec<_>) =
        found(&diff).into_iter().partition(|(_, subject)| subject.ends_with("/orphan"));
    assert_eq!(
        others,
        [(Class::Narrows, "users"), (Class::Strengthens, "somebody is there")],
        "{}",
        shown(&diff)
    );
    assert_eq!(orphans.len(), 38, "{}", shown(&diff));
    assert!(orphans.iter().all(|(class, _)| *class == Class::Weakens), "{}", shown(&diff));
    // Ten times slower than an optimised build, on a machine that does other things as well.
    assert!(took.as_secs() < 10, "{took:?}");
}
