//! What a bundle's runbook says is typed word for word, in the bundle's folder, on throwaway servers.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::ended::Ended;
use crate::shop::{ROLE, Shop, bundle};
use crate::testkit::Postgres;

/// A shell whose `datamove` is the one under test.
fn shell(folder: &Path, variables: &[(&str, &str)], line: &str) -> Ended {
    let here = Path::new(env!("CARGO_BIN_EXE_datamove")).parent().unwrap();
    let path = format!("{}:{}", here.display(), std::env::var("PATH").unwrap());
    let mut command = Command::new("sh");
    command.args(["-e", "-c", line]).current_dir(folder).env("PATH", path);
    for name in ["PGPASSWORD", "PGHOST", "PGPASSFILE", "MYSQL_PWD", "CI"] {
        command.env_remove(name);
    }
    command.envs(variables.iter().copied());
    Ended::of(&mut command)
}

/// The lines of the runbook's shell blocks, in order, without those that name the databases.
fn lines(folder: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(folder.join("runbook.md")).unwrap();
    let mut lines = Vec::new();
    let mut inside = false;
    for line in text.lines().map(str::trim) {
        match line {
            "```sh" => inside = true,
            "```" => inside = false,
            line if inside && !line.starts_with("export ") => lines.push(line.to_owned()),
            _ => {}
        }
    }
    lines
}

/// Runs the runbook twice, first without what `datamove` does, then with all of it; `dump` is what
/// the target holds, and must come back each time.
#[track_caller]
pub(crate) fn follow(folder: &Path, variables: &[(&str, &str)], dump: impl Fn() -> String) {
    let all = lines(folder);
    assert!(all.len() > 15, "{all:#?}");
    let before = dump();
    for with_ours in [false, true] {
        let mut loaded = false;
        for line in all.iter().filter(|line| with_ours || !line.starts_with("datamove ")) {
            let ended = shell(folder, variables, line);
            // It says what would be undone, and undoes nothing.
            let asks = line.starts_with("datamove rollback") && !line.contains("--yes");
            assert_eq!(ended.code, if asks { 4 } else { 0 }, "{line}\n{}", ended.all());
            loaded |= dump() != before;
        }
        assert!(loaded, "nothing was moved");
        assert_eq!(dump(), before);
    }
}

/// A copy of a bundle in a folder that holds nothing else.
pub(crate) fn copied(bundle: &Path) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a bundle");
    assert!(Command::new("cp").arg("-R").arg(bundle).arg(&path).status().unwrap().success());
    (folder, path)
}

#[test]
fn the_runbook_of_postgresql_is_followed_word_for_word() {
    let server = crate::or_skip!("the runbook on PostgreSQL", Postgres::get());
    let shop = Shop::new(server, "runbook");
    let (_folder, path) = copied(bundle());
    follow(&path, &[("TARGET", &shop.db.url_as(ROLE))], || format!("{:?}", shop.dump()));
    // The copy of the target can be read back.
    let list = server.client("pg_restore").arg("--list").arg(path.join("before.dump")).output().unwrap();
    assert!(
        list.status.success() && String::from_utf8_lossy(&list.stdout).contains("TABLE DATA shop customer")
    );
}

#[test]
fn the_runbook_of_mysql_is_followed_word_for_word() {
    let shop = crate::or_skip!("the runbook on MariaDB", crate::shop_mysql::Shop::new());
    shop.server
        .mysql(
            "",
            "ALTER USER mover@'127.0.0.1' IDENTIFIED BY 'it''s \"secret\"'; GRANT SELECT ON legacy.* TO mover@'127.0.0.1';
             GRANT ALL ON shop.* TO mover@'127.0.0.1'; GRANT ALL ON `datamove\\_%`.* TO mover@'127.0.0.1';",
        )
        .ok();
    let (folder, path) = copied(&shop.bundle);
    let settings = folder.path().join("my.cnf");
    let port = shop.server.port();
    std::fs::write(
        &settings,
        format!("[client]\nhost = 127.0.0.1\nport = {port}\nuser = mover\npassword = 'it\\'s \"secret\"'\n"),
    )
    .unwrap();
    let variables = [
        ("TARGET", format!("mysql://mover@127.0.0.1:{port}/shop")),
        ("DATAMOVE_TARGET_PASSWORD", "it's \"secret\"".to_owned()),
        ("MYCNF", settings.display().to_string()),
    ];
    let variables: Vec<_> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    follow(&path, &variables, || shop.dump());
    // The copy of the target can be put back.
    let before = shop.dump();
    shop.server.mysql("", "DROP DATABASE shop").ok();
    shop.server.mysql("", &std::fs::read_to_string(path.join("before.sql")).unwrap()).ok();
    assert_eq!(shop.dump(), before);
}
