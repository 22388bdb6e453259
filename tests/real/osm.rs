//! Two releases of one production schema: the OpenStreetMap website's, filled with rows that need every rule
//! of its own migrations, moved by a plan and compared with those rules written as SQL.

use std::fs;
use std::process::{Output, Stdio};
use std::time::Duration;

use datamove::schema::Catalog;

use crate::bench::{Bench, compiled, datamove, good};
use crate::generate::{Wishes, catalog, quoted, rows};
use crate::testkit::{Postgres, shared};

const COUNTS: [(&str, u32); 7] = [
    ("users", 400),
    ("notes", 700),
    ("note_comments", 2500),
    ("diary_comments", 900),
    ("user_blocks", 300),
    ("relation_members", 800),
    ("changeset_tags", 800),
];

/// What the schema alone does not say, and the rules look at.
const VALUES: [(&str, &str); 8] = [
    (
        "users.creation_ip",
        "CASE n % 5 WHEN 0 THEN NULL WHEN 1 THEN '10.1.' || n % 256 || '.7' WHEN 2 THEN '2001:db8::' || to_hex(n) \
         WHEN 3 THEN '::ffff:192.168.' || n % 256 || '.255' ELSE '192.168.0.0/16' END",
    ),
    ("note_comments.note_id", "1 + (n * 7) % 600"),
    ("user_blocks.needs_view", "n % 3 = 0"),
    ("user_blocks.ends_at", "timestamp '2020-03-01' + n % 9 * interval '5 days'"),
    ("user_blocks.updated_at", "timestamp '2020-03-10' + n % 4 * interval '6 days'"),
    ("redactions.title", "CASE WHEN n % 2 = 0 THEN 'redaction ' || n END"),
    ("redactions.description", "CASE WHEN n % 3 = 0 THEN '' WHEN n % 3 = 1 THEN 'why' END"),
    ("languages.code", "'l' || n"),
];

/// Rows that the plan cannot move, and the checks that must say so.
const FAULTS: &str = "
UPDATE osm_v1.users SET creation_ip = '300.1.1.1' WHERE id = 5;
UPDATE osm_v1.users SET creation_ip = 'unknown' WHERE id = 10;
UPDATE osm_v1.users SET creation_ip = '' WHERE id = 15;
INSERT INTO osm_v1.changeset_tags SELECT * FROM osm_v1.changeset_tags ORDER BY changeset_id, k LIMIT 3;
INSERT INTO osm_v1.relation_members (relation_id, member_type, member_id, member_role, version, sequence_id)
  SELECT relation_id, member_type, member_id + 1, member_role, version, sequence_id FROM osm_v1.relation_members
  ORDER BY relation_id, version, sequence_id LIMIT 2;
INSERT INTO osm_v1.current_relation_members (relation_id, member_type, member_id, member_role, sequence_id)
  SELECT relation_id, member_type, member_id, member_role || 'x', sequence_id FROM osm_v1.current_relation_members
  ORDER BY relation_id, sequence_id LIMIT 1;";

const FOUND: &str = "\
changeset_tags/changeset_id+k/unique|unique|`changeset_id, k` stays unique|803|803|3|fail
current_relation_members/relation_id+sequence_id/unique|unique|`relation_id, sequence_id` stays unique|61|61|1|fail
relation_members/relation_id+version+sequence_id/unique|unique|`relation_id, version, sequence_id` stays unique|802|802|2|fail
users/creation_address/values|values|every text is the spelling of a value of inet|400|400|3|fail";

const MENDED: &str = "
UPDATE osm_v1.users SET creation_ip = NULL WHERE id IN (5, 10, 15);
DELETE FROM osm_v1.changeset_tags a USING osm_v1.changeset_tags b
  WHERE a.changeset_id = b.changeset_id AND a.k = b.k AND a.ctid > b.ctid;
DELETE FROM osm_v1.relation_members a USING osm_v1.relation_members b
  WHERE (a.relation_id, a.version, a.sequence_id) = (b.relation_id, b.version, b.sequence_id) AND a.member_id > b.member_id;
DELETE FROM osm_v1.current_relation_members a USING osm_v1.current_relation_members b
  WHERE (a.relation_id, a.sequence_id) = (b.relation_id, b.sequence_id) AND a.member_role > b.member_role;";

/// The target's relation and what it must hold, each rule in other words than the plan's.
const RULES: [(&str, &str); 7] = [
    (
        "(SELECT id, creation_address, diary_comments_count::bigint, note_comments_count::bigint, public_heatmap, \
         company, home_location_name FROM public.users)",
        "(SELECT u.id, u.creation_ip::inet, coalesce(d.c, 0), coalesce(n.c, 0), true, NULL::varchar, NULL::varchar \
          FROM osm_v1.users u \
          LEFT JOIN (SELECT user_id, count(*) c FROM osm_v1.diary_comments GROUP BY 1) d ON d.user_id = u.id \
          LEFT JOIN (SELECT author_id, count(*) c FROM osm_v1.note_comments GROUP BY 1) n ON n.author_id = u.id)",
    ),
    (
        "(SELECT id, deactivates_at FROM public.user_blocks)",
        "(SELECT id, CASE WHEN needs_view THEN NULL ELSE greatest(ends_at, updated_at) END FROM osm_v1.user_blocks)",
    ),
    (
        "(SELECT id, description, user_id, user_ip FROM public.notes)",
        "(SELECT n.id, coalesce(c.body, ''), c.author_id, c.author_ip FROM osm_v1.notes n LEFT JOIN \
          (SELECT *, row_number() OVER (PARTITION BY note_id ORDER BY id) place FROM osm_v1.note_comments) c \
          ON c.note_id = n.id AND c.place = 1 AND c.event = 'opened')",
    ),
    (
        "(SELECT user_id, note_id FROM public.note_subscriptions)",
        "(SELECT DISTINCT author_id, note_id FROM osm_v1.note_comments WHERE author_id IS NOT NULL)",
    ),
    (
        "(SELECT id, title::text, description FROM public.redactions)",
        "(SELECT id, coalesce(title, '(without a title)'), coalesce(description, '') FROM osm_v1.redactions)",
    ),
    ("(SELECT id, muted FROM public.messages)", "(SELECT id, false FROM osm_v1.messages)"),
    (
        "(SELECT id, num_created_nodes + num_modified_nodes + num_deleted_relations FROM public.changesets)",
        "(SELECT id, 0 FROM osm_v1.changesets)",
    ),
];

/// Both releases in one database, the old one with rows.
fn two_releases(server: &'static Postgres, old: &str, new: &str, from: &Catalog) -> Bench {
    let database = server.database("osm");
    database.psql(old).ok();
    let beside = "ALTER SCHEMA public RENAME TO osm_v1; CREATE SCHEMA public; \
                  ALTER EXTENSION btree_gist SET SCHEMA public;";
    database.psql(&format!("{beside}\n{new}")).ok();
    let count = |table: &str| COUNTS.iter().find(|(name, _)| *name == table).map_or(60, |(_, count)| *count);
    let text = rows(from, "osm_v1", &Wishes { rows: &count, values: &VALUES });
    // The generator writes enum types as the old dump names them.
    let text = text.replace("::public.", "::osm_v1.");
    database.psql(&format!("{text}\nANALYZE;")).ok();
    let folder = tempfile::tempdir().unwrap();
    compiled("plans/osm/osm.plan", folder.path());
    Bench { folder, database }
}

/// The tables of both releases with the columns that both have, but for those that a rule changes.
fn shared_columns(from: &Catalog, to: &Catalog) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for table in &to.tables {
        let Some(old) = from.tables.iter().find(|old| old.name == table.name) else { continue };
        if table.name == "schema_migrations" {
            continue;
        }
        let ruled = |name: &str| table.name == "redactions" && ["title", "description"].contains(&name);
        let columns: Vec<String> = table
            .columns
            .iter()
            .filter(|column| old.find_column(&column.name).is_some() && !ruled(&column.name))
            .map(|column| quoted(&column.name))
            .collect();
        found.push((quoted(&table.name), columns.join(", ")));
    }
    found
}

/// Every table is what the rules say.
#[track_caller]
fn holds_the_next_release(move_: &Bench, from: &Catalog, to: &Catalog) {
    for (table, columns) in shared_columns(from, to) {
        let of = |schema: &str| format!("(SELECT ROW({columns})::text FROM {schema}.{table})");
        assert_eq!(move_.differences(&of("public"), &of("osm_v1")), "0 0", "{table}");
        let count = move_.database.query(&format!("SELECT count(*) > 0 FROM public.{table}"));
        assert_eq!(count, [["t"]], "{table} is empty");
    }
    for (found, wanted) in RULES {
        assert_eq!(move_.differences(found, wanted), "0 0", "{found}");
    }
    // The rows have what each rule has to decide.
    let cases = "SELECT count(*) FILTER (WHERE description = '') > 9, count(*) FILTER (WHERE description <> '') > 9, \
                 count(user_id) > 9, count(*) - count(user_id) > 9 FROM public.notes";
    assert_eq!(move_.database.query(cases), [["t", "t", "t", "t"]]);
    let behind = "SELECT last_value >= (SELECT max(id) FROM public.notes) FROM public.notes_id_seq";
    assert_eq!(move_.database.query(behind), [["t"]]);
}

#[test]
fn a_release_becomes_the_next_one() {
    let old = or_skip!("OpenStreetMap's schemas", shared("openstreetmap/structure-v1-2023-08-30.sql"));
    let new = or_skip!("OpenStreetMap's schemas", shared("openstreetmap/structure-v2-2025-12-24.sql"));
    let server = or_skip!("OpenStreetMap's schemas", Postgres::get());
    let (old, new) = (fs::read_to_string(old).unwrap(), fs::read_to_string(new).unwrap());
    let (from, to) = (catalog(&old), catalog(&new));
    let move_ = two_releases(server, &old, &new, &from);
    let before = move_.dump_of(&["public", "datamove*"]);

    move_.database.psql(FAULTS).ok();
    let preflight = move_.script("00_preflight.sql");
    let plain = "\\pset format unaligned\n\\pset tuples_only on";
    let refused = move_.run(&preflight, plain);
    assert!(!refused.success && refused.stderr.contains("DM0703"), "{}", refused.stderr);
    let mut failed: Vec<String> =
        refused.stdout.lines().filter(|line| line.ends_with("|fail")).map(str::to_owned).collect();
    failed.sort();
    assert_eq!(failed.join("\n"), FOUND);
    move_.database.psql(MENDED).ok();

    for script in move_.scripts() {
        let name = script.file_stem().unwrap().to_str().unwrap();
        let cut = ["_users", "_notes", "_note_comments", "_note_subscriptions", "_relation_members"];
        if cut.iter().any(|end| name.ends_with(end)) {
            move_.run(&script, "SET datamove.batch_rows = '50'; SET datamove.batches = '2';").ok();
            move_.cut_off(&script);
        }
        if name != "90_rollback" {
            move_.run(&script, "").ok();
        }
    }
    holds_the_next_release(&move_, &from, &to);

    for _ in 0..2 {
        move_.roll_back();
        assert_eq!(move_.dump_of(&["public", "datamove*"]), before);
    }
}

/// The rights that a message asks for, one statement a line.
fn asked_for(output: &Output, role: &str) -> Vec<String> {
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let end = format!(" TO {role};");
    text.lines().map(str::trim).filter(|line| line.ends_with(&end)).map(str::to_owned).collect()
}

#[test]
fn an_ordinary_role_moves_the_release_by_the_runner() {
    let old = or_skip!("OpenStreetMap by the runner", shared("openstreetmap/structure-v1-2023-08-30.sql"));
    let new = or_skip!("OpenStreetMap by the runner", shared("openstreetmap/structure-v2-2025-12-24.sql"));
    let server = or_skip!("OpenStreetMap by the runner", Postgres::get());
    let (old, new) = (fs::read_to_string(old).unwrap(), fs::read_to_string(new).unwrap());
    let (from, to) = (catalog(&old), catalog(&new));
    let move_ = two_releases(server, &old, &new, &from);
    move_.database.psql("CREATE ROLE osm_mover LOGIN; REVOKE ALL ON SCHEMA public FROM PUBLIC;").ok();
    let (bundle, url) = (move_.folder.path().join("bundle"), move_.database.url_as("osm_mover"));
    let command = |verb: &str, more: &[&str]| {
        let mut command = datamove(&[verb, bundle.to_str().unwrap(), "--target", &url, "--quiet"]);
        command.args(more);
        command
    };
    // Who has no rights is told all of them at once, and with them nothing else is missing.
    let refused = command("apply", &[]).output().unwrap();
    let asked = asked_for(&refused, "osm_mover");
    assert!(asked.len() > 90, "{}", String::from_utf8_lossy(&refused.stderr));
    move_.database.psql(&asked.join("\n")).ok();
    let before = move_.dump_of(&["public", "datamove*"]);

    let mut killed = 0;
    for round in 0..3 {
        let mut child = command("apply", &["--batch-rows", "100"]);
        let mut child = child.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(500 + 350 * round));
        child.kill().unwrap();
        killed += usize::from(!child.wait().unwrap().success());
    }
    assert!(killed > 0, "no run was killed while it was at work");
    good(&command("apply", &["--batch-rows", "100"]).output().unwrap());
    good(&command("validate", &[]).output().unwrap());
    holds_the_next_release(&move_, &from, &to);
    good(&command("rollback", &["--yes"]).output().unwrap());
    assert_eq!(move_.dump_of(&["public", "datamove*"]), before);
}
