//! The shop's plan on MariaDB, compiled by the binary and applied by an ordinary user.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::ended::{Ended, datamove};
use crate::testkit::Mariadb;

const LEGACY: &str = include_str!("../../plans/shop/schemas/legacy_mysql.sql");
const SHOP: &str = include_str!("../../plans/shop/schemas/shop_mysql.sql");
const DATA: &str = include_str!("../../plans/shop/data.sql");

const USER: &str = "'mover'@'127.0.0.1'";

pub(crate) struct Shop {
    pub(crate) server: Mariadb,
    pub(crate) bundle: PathBuf,
    _folder: TempDir,
}

impl Shop {
    /// Both databases, filled, and a user that may do nothing yet.
    pub(crate) fn new() -> Result<Self, String> {
        let server = Mariadb::start()?;
        server.mysql("", &format!("CREATE DATABASE legacy; CREATE DATABASE shop; CREATE USER {USER}")).ok();
        let strict = "SET sql_mode = 'ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES,STRICT_ALL_TABLES'; SET NAMES utf8mb4; SET time_zone = '+00:00';";
        // The type of a naive time with a fraction is called otherwise here.
        let data = DATA.replace("TIMESTAMP", "DATETIME(6)");
        server
            .mysql("legacy", &format!("{strict} SET max_recursive_iterations = 10000; SET foreign_key_checks = 0;\n{LEGACY}{data}"))
            .ok();
        server.mysql("shop", &format!("{strict}\n{SHOP}")).ok();
        let folder = tempfile::tempdir().unwrap();
        let bundle = folder.path().join("bundle");
        let plan = Path::new(env!("CARGO_MANIFEST_DIR")).join("plans/shop/shop_mysql.plan");
        Ended::of(datamove().arg("compile").arg(plan).arg("-o").arg(&bundle)).expect(0, &[]);
        Ok(Self { server, bundle, _folder: folder })
    }

    fn command(&self, verb: &str, more: &[&str]) -> Command {
        let mut command = datamove();
        let target = format!("mysql://mover@127.0.0.1:{}/", self.server.port());
        command.arg(verb).arg(&self.bundle).args(["--target", &target]).args(more);
        command
    }

    #[track_caller]
    fn run(&self, verb: &str, more: &[&str]) -> Ended {
        Ended::of(&mut self.command(verb, more))
    }

    pub(crate) fn dump(&self) -> String {
        let mut command = self.server.client("mariadb-dump");
        command.args(["--skip-comments", "--order-by-primary", "--databases", "shop"]);
        crate::testkit::Output::of(command, "").ok().stdout
    }
}

#[test]
fn the_shop_moves_with_exactly_the_rights_that_are_asked_for() {
    let shop = crate::or_skip!("the shop on MariaDB", Shop::new());
    let before = shop.dump();
    let ended = shop.run("apply", &[]).expect(4, &["DM0733", "nothing was written"]);
    let grants: Vec<&str> =
        ended.stderr.lines().map(str::trim).filter(|line| line.starts_with("GRANT ")).collect();
    assert!(grants.len() > 10, "{grants:#?}");
    shop.server.mysql("", &grants.join("\n")).ok();
    shop.run("status", &[]).expect(0, &["nothing applied"]);
    shop.run("apply", &["--batch-rows", "100", "--max-batches", "7"]).expect(0, &["stopped"]);
    let keys =
        "SELECT count(*) FROM information_schema.referential_constraints WHERE constraint_schema = 'shop'";
    assert_eq!(shop.server.query("", keys), [["0"]], "with these rights every foreign key is put off");
    let applied = shop.run("apply", &["--format", "json"]).expect(0, &["\"outcome\": \"loaded\""]).json();
    let written = |id: &str| {
        let steps = applied["steps"].as_array().unwrap();
        steps.iter().find(|step| step["step"] == id).unwrap()["rows_written"].as_u64().unwrap()
    };
    assert_eq!((written("customer"), written("order"), written("order_line")), (1960, 6000, 10000));
    let whole = shop.dump();
    shop.run("validate", &[]).expect(0, &["found no difference"]);
    shop.run("apply", &[]).expect(0, &["already loaded"]);
    shop.server.mysql("shop", "UPDATE customer SET note = concat(note, ' ') WHERE legacy_id = 1").ok();
    shop.run("validate", &[]).expect(7, &["DM0704", "customer/note/values"]);
    shop.server
        .mysql("shop", "UPDATE customer SET note = left(note, char_length(note) - 1) WHERE legacy_id = 1")
        .ok();
    assert_eq!(shop.dump(), whole);
    shop.run("rollback", &[]).expect(4, &["DM0730"]);
    shop.run("rollback", &["--yes"]).expect(0, &["rolled back"]);
    assert_eq!(shop.dump(), before);
}
