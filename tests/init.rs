//! `datamove init` on real schemas: what it writes is canonical, and `check` reads it whole.

#![expect(clippy::disallowed_methods, reason = "tests read files")]

mod testkit;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use datamove::Checked;
use datamove::base::{Engine, Sources};
use datamove::diagnostic::{Problems, to_text};
use datamove::init::{Draft, Side, draft};
use datamove::plan::{BreakBy, Established, Plan};
use datamove::schema::{Catalog, read, recognise};
use datamove::syntax::{Files, ReadError, parse, print};
use datamove::typing::Options;
use testkit::shared;

/// Files by name, without a disk.
struct Memory(BTreeMap<&'static str, String>);

impl Files for Memory {
    fn read(&self, name: &str) -> Result<String, ReadError> {
        self.0.get(name).cloned().ok_or(ReadError::Missing)
    }
}

/// A file's text; `.gz` is unpacked, and the Windows-1252 of the one file that needs it read.
fn text_of(path: &Path) -> String {
    let bytes = if path.extension().is_some_and(|extension| extension == "gz") {
        Command::new("gzip").arg("-dc").arg(path).output().expect("gzip runs").stdout
    } else {
        std::fs::read(path).expect("the file is there")
    };
    String::from_utf8(bytes)
        .unwrap_or_else(|error| error.into_bytes().into_iter().map(windows_1252).collect())
}

/// A character of Windows-1252; of those that Latin-1 lacks, the one that the file has.
fn windows_1252(byte: u8) -> char {
    if byte == 0x92 { '\u{2019}' } else { char::from(byte) }
}

fn catalog(text: &str) -> Catalog {
    let mut sources = Sources::default();
    let file = sources.add("schema.sql", text);
    let mut problems = Problems::default();
    let engine = recognise(text).expect("the engine can be told");
    let catalog = read(engine, "side", &[(file, None)], &sources, &mut problems);
    assert!(problems.is_empty(), "{}", to_text(&sources, &problems.sorted(), false));
    catalog
}

/// The first plan from `source` to `target`, and what the check says of it.
fn first_plan(source: &Path, target: &Path) -> (Draft, Checked) {
    let (old, new) = (text_of(source), text_of(target));
    let (old_catalog, new_catalog) = (catalog(&old), catalog(&new));
    let from = Side { name: "old", file: "old.sql", catalog: &old_catalog };
    let to = Side { name: "new", file: "new.sql", catalog: &new_catalog };
    let draft = draft("first", from, to).expect("a plan can hold every name");
    let files =
        Memory(BTreeMap::from([("first.plan", draft.text.clone()), ("old.sql", old), ("new.sql", new)]));
    let checked = datamove::check("", "first.plan", &files, Options::default());
    canonical(&draft.text);
    (draft, checked)
}

#[track_caller]
fn canonical(text: &str) {
    let mut sources = Sources::default();
    let mut problems = Problems::default();
    let file = sources.add("first.plan", text);
    let parsed = parse(&sources, file, &mut problems);
    assert!(problems.is_empty(), "{}", to_text(&sources, &problems.sorted(), false));
    assert_eq!(print(&sources, &parsed), text, "`fmt` would change it");
}

#[track_caller]
fn plan(checked: &Checked) -> &Plan {
    let found = to_text(&checked.sources, &checked.problems.sorted(), false);
    assert!(checked.problems.is_empty(), "{found}");
    checked.plan.as_ref().expect("a plan without findings")
}

/// Moves, waves, claims, and how many of them are proven.
fn figures(plan: &Plan) -> (usize, u32, usize, usize) {
    let proven =
        plan.claims.iter().filter(|claim| matches!(claim.established, Established::Proven { .. })).count();
    let waves = plan.moves.iter().map(|m| m.wave).max().unwrap_or(0);
    (plan.moves.len(), waves, plan.claims.len(), proven)
}

/// Probes by the kind of their claim, but for the one that every move has: that its scope has rows.
fn probed(plan: &Plan) -> BTreeMap<&'static str, usize> {
    let mut found = BTreeMap::new();
    for claim in plan.claims.iter().filter(|claim| matches!(claim.established, Established::Probed(_))) {
        *found.entry(claim.kind.word()).or_default() += 1;
    }
    assert_eq!(found.remove("scope"), Some(plan.moves.len()));
    found
}

/// `child.column` of every reference that a second pass fills.
fn second_passes(plan: &Plan) -> BTreeSet<String> {
    plan.breaks
        .iter()
        .map(|cut| match &cut.by {
            BreakBy::SecondPass { id, columns } => format!("{id}.{}", columns.join(",")),
            BreakBy::Deferred { constraints } => panic!("not a second pass: {constraints:?}"),
        })
        .collect()
}

fn probes(expected: &[(&'static str, usize)]) -> BTreeMap<&'static str, usize> {
    expected.iter().copied().collect()
}

fn columns(expected: &[&str]) -> BTreeSet<String> {
    expected.iter().map(ToString::to_string).collect()
}

fn codes(checked: &Checked) -> Vec<&'static str> {
    checked.problems.sorted().iter().map(|found| found.code.id()).collect()
}

#[test]
fn gitlab_to_itself_is_proven() {
    let schema = or_skip!("gitlab_to_itself_is_proven", shared("gitlab-ce/schema.sql"));
    let (draft, checked) = first_plan(&schema, &schema);
    assert_eq!((draft.moves, draft.open), (159, 1));
    let plan = plan(&checked);
    assert_eq!(figures(plan), (159, 8, 642, 483));
    assert_eq!(
        (probed(plan), second_passes(plan)),
        (
            probes(&[]),
            columns(&[
                // The two self-references.
                "ci_pipelines.auto_canceled_by_id",
                "issues.moved_to_id",
                // Both ways from merge requests and back.
                "ci_pipelines.merge_request_id",
                "merge_requests.latest_merge_request_diff_id",
                // Projects and their pools.
                "pool_repositories.source_project_id",
            ])
        )
    );
}

#[test]
fn openstreetmap_to_itself() {
    let schema = or_skip!("openstreetmap_to_itself", shared("openstreetmap/structure-v1-2023-08-30.sql"));
    let (draft, checked) = first_plan(&schema, &schema);
    assert_eq!((draft.moves, draft.open), (53, 1));
    let plan = plan(&checked);
    assert_eq!(figures(plan), (53, 4, 207, 149));
    assert_eq!((probed(plan), second_passes(plan)), (probes(&[("orphan", 5)]), columns(&[])));
}

#[test]
fn openstreetmap_to_its_next_release() {
    let name = "openstreetmap/structure-v1-2023-08-30.sql";
    let v1 = or_skip!("openstreetmap_to_its_next_release", shared(name));
    let v2 =
        or_skip!("openstreetmap_to_its_next_release", shared("openstreetmap/structure-v2-2025-12-24.sql"));
    let (draft, checked) = first_plan(&v1, &v2);
    assert_eq!((draft.moves, draft.open), (49, 4));
    assert_eq!(codes(&checked), ["DM0401"]);
    let open: Vec<&str> =
        draft.text.lines().filter(|line| line.trim_start().starts_with("-- TODO")).collect();
    assert_eq!(
        open,
        [
            "  -- TODO a migration tool keeps its own list here: move it only if the target's is empty",
            "  -- TODO map `u.creation_ip`, or `drop u.creation_ip because \"…\"`",
            "-- TODO these tables of the source have no partner of their name, so nothing moves them:",
            "-- TODO these tables of the target have no partner of their name, so nothing fills them:",
        ]
    );
}

/// What the check asks for is enough: with it the plan has no finding.
#[test]
fn openstreetmap_to_its_next_release_when_decided() {
    let name = "openstreetmap/structure-v1-2023-08-30.sql";
    let v1 = or_skip!("openstreetmap_to_its_next_release_when_decided", shared(name));
    let v2 = "openstreetmap/structure-v2-2025-12-24.sql";
    let v2 = or_skip!("openstreetmap_to_its_next_release_when_decided", shared(v2));
    let (draft, _) = first_plan(&v1, &v2);
    let todo = "-- TODO map `u.creation_ip`, or `drop u.creation_ip because \"…\"`";
    let text = draft.text.replace(todo, "drop u.creation_ip because \"logins are kept elsewhere\"");
    let files = BTreeMap::from([("first.plan", text), ("old.sql", text_of(&v1)), ("new.sql", text_of(&v2))]);
    let checked = datamove::check("", "first.plan", &Memory(files), Options::default());
    let plan = plan(&checked);
    assert_eq!(figures(plan), (49, 4, 188, 129));
    // Two descriptions that must not be NULL now, three keys that hold less, five references that
    // the source does not vouch for.
    assert_eq!(probed(plan), probes(&[("null", 2), ("orphan", 5), ("unique", 3)]));
    assert_eq!(second_passes(plan), columns(&[]));
}

#[test]
fn chinook_to_its_next_release() {
    let v1 = "chinook-versions/chinook-postgresql-v1.4.1.windows1252.sql.gz";
    let v1 = or_skip!("chinook_to_its_next_release", shared(v1));
    let v5 = or_skip!("chinook_to_its_next_release", shared("chinook/chinook-postgresql.sql"));
    let (draft, checked) = first_plan(&v1, &v5);
    assert_eq!((draft.moves, draft.open), (11, 0));
    let plan = plan(&checked);
    assert_eq!(figures(plan), (11, 4, 67, 56));
    assert_eq!((probed(plan), second_passes(plan)), (probes(&[]), columns(&["employee.reports_to"])));
}

#[test]
fn chinook_from_file_to_file() {
    let schema = or_skip!("chinook_from_file_to_file", shared("chinook/chinook-sqlite.sql"));
    let (draft, checked) = first_plan(&schema, &schema);
    assert_eq!((draft.moves, draft.open), (11, 0));
    let plan = plan(&checked);
    assert_eq!(plan.source.engine, Engine::Sqlite);
    assert_eq!(figures(plan), (11, 4, 131, 55));
    assert_eq!(
        (probed(plan), second_passes(plan)),
        (probes(&[("orphan", 11), ("type", 54)]), columns(&["Employee.ReportsTo"]))
    );
}

/// The verb itself, in a folder beside the schemas: paths are relative, nothing is overwritten.
#[test]
fn the_verb_writes_and_does_not_overwrite() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let at = |name: &str| -> PathBuf { folder.path().join(name) };
    std::fs::create_dir_all(at("schemas")).expect("a folder");
    std::fs::create_dir_all(at("plans")).expect("a folder");
    std::fs::write(at("schemas/old.sql"), "CREATE TABLE [Item] (ItemId INTEGER PRIMARY KEY);")
        .expect("written");
    std::fs::write(at("schemas/new.sql"), "CREATE TABLE item (item_id INTEGER PRIMARY KEY AUTOINCREMENT);")
        .expect("written");
    let run = |words: &[&str]| {
        let done =
            Command::new(env!("CARGO_BIN_EXE_datamove")).current_dir(folder.path()).args(words).output();
        let done = done.expect("the binary runs");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
        (done.status.code(), text(done.stdout), text(done.stderr))
    };
    let init =
        ["init", "--source", "schemas/old.sql", "--target", "schemas/new.sql", "-o", "plans/Item Shop.plan"];
    let said = "plans/Item Shop.plan: 1 move, 0 places to decide; go on with `datamove check plans/Item Shop.plan`\n";
    assert_eq!(run(&init), (Some(0), said.to_owned(), String::new()));
    let text = std::fs::read_to_string(at("plans/Item Shop.plan")).expect("written");
    assert!(text.contains("plan item_shop { }"), "{text}");
    assert!(text.contains("source old sqlite { schema \"../schemas/old.sql\" }"), "{text}");
    assert!(text.contains("move old.Item i -> new.item {\n  key item_id <- i.ItemId\n}"), "{text}");
    let checked = run(&["check", "plans/Item Shop.plan"]);
    assert_eq!((checked.0, checked.2.as_str()), (Some(0), ""));
    assert_eq!(run(&["fmt", "--check", "plans/Item Shop.plan"]).0, Some(0));

    std::fs::write(at("plans/Item Shop.plan"), "mine").expect("written");
    let refused = run(&init);
    assert_eq!(refused.0, Some(64));
    assert_eq!(refused.2.lines().next(), Some("error: `plans/Item Shop.plan` exists already"));
    assert_eq!(std::fs::read_to_string(at("plans/Item Shop.plan")).expect("there"), "mine");
    assert_eq!(run(&[&init[..], &["--force"]].concat()).0, Some(0));
    assert_eq!(std::fs::read_to_string(at("plans/Item Shop.plan")).expect("there"), text);
}

#[test]
fn the_chinook_plans_have_no_findings() {
    let shared = or_skip!("the_chinook_plans_have_no_findings", shared("chinook"));
    for (plan_file, engine) in [("chinook.plan", "sqlite"), ("chinook_postgres.plan", "postgresql")] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("plans/chinook");
        let disk = Disk { folder, shared: shared.join(format!("chinook-{engine}.sql")) };
        let checked = datamove::check("", plan_file, &disk, Options::default());
        let plan = plan(&checked);
        assert_eq!((plan.moves.len(), plan.maps.len(), plan.invariants.len()), (17, 3, 7));
        assert_eq!(plan.moves.iter().map(|m| m.wave).max(), Some(6));
        assert_eq!(second_passes(plan), columns(&["employee.reports_to"]));
        assert_eq!(plan.unmoved, Vec::<String>::new());
    }
}

/// The plans' folder; their source lies with the real schemas.
struct Disk {
    folder: PathBuf,
    shared: PathBuf,
}

impl Files for Disk {
    fn read(&self, name: &str) -> Result<String, ReadError> {
        let path = if name.contains("shared/data") { self.shared.clone() } else { self.folder.join(name) };
        std::fs::read_to_string(path).map_err(|error| ReadError::Other(error.to_string()))
    }
}

#[test]
fn chinook_of_mysql() {
    let old = or_skip!("chinook_of_mysql", shared("chinook/chinook-mysql.sql"));
    let new = or_skip!("chinook_of_mysql", shared("chinook/chinook-mysql-autoincrement.sql.gz"));
    let (draft, checked) = first_plan(&old, &new);
    assert_eq!((draft.moves, draft.open), (11, 0));
    let plan = plan(&checked);
    assert_eq!(figures(plan), (11, 4, 104, 79));
    // Keys that a session need not have checked, and three dates that may be none.
    let expected = probes(&[("orphan", 11), ("type", 3)]);
    assert_eq!((probed(plan), second_passes(plan)), (expected, columns(&["Employee.ReportsTo"])));
}
