//! Two published releases of one product: what the plan makes of the older one is, row by row, what was
//! published as the newer one.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::bench::{Bench, PROJECT, compiled, good};
use crate::testkit::{Postgres, shared};

const TABLES: [&str; 11] = [
    "album",
    "artist",
    "customer",
    "employee",
    "genre",
    "invoice",
    "invoice_line",
    "media_type",
    "playlist",
    "playlist_track",
    "track",
];

const OURS: [&str; 2] = ["release_1_4_5", "datamove*"];

/// The older release's file as it is, and in UTF-8.
fn older(packed: &Path, folder: &Path) -> std::path::PathBuf {
    let unpacked = Command::new("gzip").arg("-dc").arg(packed).stderr(Stdio::null()).output().unwrap();
    good(&unpacked);
    let plain = folder.join("published.sql");
    fs::write(&plain, &unpacked.stdout).unwrap();
    let decoded =
        Command::new("iconv").args(["-f", "WINDOWS-1252", "-t", "UTF-8"]).arg(&plain).output().unwrap();
    good(&decoded);
    fs::write(folder.join("schemas/chinook-1.4.1.sql"), decoded.stdout).unwrap();
    plain
}

#[test]
fn an_older_release_becomes_what_was_published_as_the_newer() {
    let packed = or_skip!(
        "two releases of Chinook",
        shared("chinook-versions/chinook-postgresql-v1.4.1.windows1252.sql.gz")
    );
    let newer = or_skip!("two releases of Chinook", shared("chinook/chinook-postgresql.sql"));
    let server = or_skip!("two releases of Chinook", Postgres::get());
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("schemas")).unwrap();
    let published = older(&packed, folder.path());
    fs::copy(&newer, folder.path().join("schemas/chinook-1.4.5.sql")).unwrap();
    let plan = folder.path().join("chinook_versions.plan");
    fs::copy(Path::new(PROJECT).join("plans/chinook_versions/chinook_versions.plan"), &plan).unwrap();
    compiled(plan.to_str().unwrap(), folder.path());

    let database = server.database("chinook_releases");
    let mut load = database.command();
    // The file does not say that it is in Windows-1252; whoever loads it has to.
    load.env("PGCLIENTENCODING", "WIN1252").arg("-f").arg(&published).stdout(Stdio::null());
    good(&load.output().unwrap());
    // The newer file makes a database of its own and goes there.
    let text = fs::read_to_string(&newer).unwrap();
    let text: String = text
        .lines()
        .filter(|line| !line.contains("DATABASE") && !line.starts_with("\\c"))
        .flat_map(|line| [line, "\n"])
        .collect();
    let aside = TABLES.map(|table| format!("CREATE TABLE published.{table} AS TABLE release_1_4_5.{table};"));
    let all = TABLES.map(|table| format!("release_1_4_5.{table}")).join(", ");
    database
        .psql(&format!(
            "CREATE SCHEMA release_1_4_5; CREATE SCHEMA published; SET search_path = release_1_4_5;\n{text}\n{}\nTRUNCATE {all};",
            aside.join("\n")
        ))
        .ok();
    let move_ = Bench { folder, database };
    let before = move_.dump_of(&OURS);
    move_.forward();
    let mut total = 0;
    for table in TABLES {
        let (ours, theirs) = (format!("release_1_4_5.{table}"), format!("published.{table}"));
        assert_eq!(move_.differences(&ours, &theirs), "0 0", "{table}");
        total += move_.database.query(&format!("SELECT count(*) FROM {ours}"))[0][0].parse::<u32>().unwrap();
    }
    assert_eq!(total, 15_607);
    move_.roll_back();
    assert_eq!(move_.dump_of(&OURS), before);
}
