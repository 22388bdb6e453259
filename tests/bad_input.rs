//! The mistakes that people make with `check` and `init`: each ends with its exit code and says in
//! its first line what is the matter.

#![expect(clippy::disallowed_methods, reason = "tests read files")]

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Garbage of ten megabytes is told in less; a debug build is slow.
const PATIENCE: Duration = Duration::from_secs(30);

const TABLE: &str = "CREATE TABLE a (id INTEGER PRIMARY KEY);";

/// What the program said.
#[derive(Debug)]
struct Said {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Said {
    /// The exit code, the number of errors, and the first line.
    #[track_caller]
    fn expect(&self, code: i32, errors: usize, first: &str) {
        let found = self.err.lines().filter(|line| line.starts_with("error")).count();
        let line = self.err.lines().next().unwrap_or_default();
        assert_eq!((self.code, found, line), (Some(code), errors, first), "{}", self.err);
    }

    #[track_caller]
    fn help(&self, help: &str) {
        assert!(self.err.lines().any(|line| line.ends_with(&format!("help: {help}"))), "{}", self.err);
    }
}

fn folder() -> TempDir {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    write(&folder, "old.sql", TABLE);
    write(&folder, "new.sql", TABLE);
    folder
}

fn write(folder: &TempDir, name: &str, text: impl AsRef<[u8]>) {
    std::fs::write(folder.path().join(name), text).expect("written");
}

/// A plan without findings, but for what is put in place of its parts.
fn plan(source: &str) -> String {
    format!(
        "datamove edition 2026\nplan p {{ }}\nsource old sqlite {{ schema \"{source}\" }}\n\
         target new sqlite {{ schema \"new.sql\" }}\nmove old.a a -> new.a {{\n  key id <- a.id\n}}\n"
    )
}

fn run(folder: &Path, words: &[&str]) -> Said {
    let before = Instant::now();
    let done = Command::new(env!("CARGO_BIN_EXE_datamove"))
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .args(words)
        .output()
        .expect("the binary runs");
    assert!(before.elapsed() < PATIENCE, "{words:?} took {:?}", before.elapsed());
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    Said { code: done.status.code(), out: text(done.stdout), err: text(done.stderr) }
}

/// Checks `text` as a plan.
fn check(text: impl AsRef<[u8]>) -> Said {
    let folder = folder();
    write(&folder, "p.plan", text);
    run(folder.path(), &["check", "p.plan"])
}

/// Checks a good plan whose source is `ddl`.
fn check_ddl(ddl: impl AsRef<[u8]>) -> Said {
    let folder = folder();
    write(&folder, "ddl.sql", ddl);
    write(&folder, "p.plan", plan("ddl.sql"));
    run(folder.path(), &["check", "p.plan"])
}

/// Ten million bytes of marks and letters, the same on every machine (Knuth's MMIX generator).
fn garbage(bytes: usize) -> String {
    let marks: Vec<char> = "abc {}()\"'-;,\n<>.x1".chars().collect();
    let mut state = 1_u64;
    (0..bytes)
        .map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            marks[usize::try_from(state >> 33).expect("31 bits") % marks.len()]
        })
        .collect()
}

#[test]
fn a_good_plan_is_good() {
    let said = check(plan("old.sql"));
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    assert_eq!(said.out, "p: 1 move, 3 claims: 2 proven, 1 to be probed, 0 accepted; no findings\n");
}

#[test]
fn a_plan_that_is_not_there() {
    let folder = folder();
    let said = run(folder.path(), &["check", "no/such.plan"]);
    said.expect(1, 1, "error[DM0001]: there is no file `no/such.plan`");
    said.help("see whether the name and the folder are right");
    run(folder.path(), &["check", "."]).expect(1, 1, "error[DM0001]: `.` is a folder");
    let said = run(folder.path(), &["check"]);
    said.expect(64, 1, "error: the following required arguments were not provided:");
}

#[test]
fn ddl_that_is_not_there() {
    let said = check(plan("nosuch.sql"));
    said.expect(3, 1, "error[DM0001]: there is no file `nosuch.sql`");
    said.help("paths are relative to the folder of the file that names them");
    check(plan(".")).expect(3, 1, "error[DM0001]: `.` is a folder");
}

#[test]
fn files_of_another_kind() {
    check(b"plan p -- caf\xe9".as_slice()).expect(
        1,
        1,
        "error[DM0002]: `p.plan` is not UTF-8 text (byte 13)",
    );
    let said = check_ddl(b"CREATE TABLE caf\xe9 (id int);".as_slice());
    said.expect(3, 1, "error[DM0002]: `ddl.sql` is not UTF-8 text (byte 16)");
    let said = check_ddl(b"\xff\xfeC\0R\0".as_slice());
    said.expect(3, 1, "error[DM0002]: `ddl.sql` is in UTF-16, not UTF-8 text");
    let said = check_ddl(b"SQLite format 3\0\x10".as_slice());
    said.expect(3, 1, "error[DM0002]: `ddl.sql` is a SQLite database, not UTF-8 text");
    said.help("write its schema out: `sqlite3 FILE .schema > schema.sql`");
    let said = check_ddl(b"PGDMP\x01\x0e".as_slice());
    said.expect(3, 1, "error[DM0002]: `ddl.sql` is an archive of pg_dump, not UTF-8 text");
    let said = check_ddl(b"\x1f\x8b\x08".as_slice());
    said.expect(3, 1, "error[DM0002]: `ddl.sql` is compressed by gzip, not UTF-8 text");
}

#[test]
fn ddl_of_another_engine() {
    let said = check_ddl("CREATE TABLE `a` (id int NOT NULL AUTO_INCREMENT) ENGINE=InnoDB;");
    said.expect(
        3,
        1,
        "error[DM0202]: this looks like MySQL's DDL, but the plan says that the file is for SQLite",
    );
    let said = check(plan("old.sql").replace("old sqlite", "old oracle"));
    said.expect(3, 1, "error[DM0308]: `oracle` is not an engine that datamove knows");
}

#[test]
fn ddl_that_defines_nothing() {
    check_ddl("").expect(3, 1, "error[DM0203]: `ddl.sql` defines no table");
    check_ddl(plan("old.sql")).expect(3, 1, "error[DM0203]: `ddl.sql` defines no table");
}

#[test]
fn plans_of_another_time() {
    let said = check(plan("old.sql").replace("2026", "2031"));
    said.expect(3, 1, "error[DM0312]: this plan is of edition 2031, and this datamove reads up to 2026");
}

#[test]
fn sql_in_place_of_a_plan() {
    let said = check("CREATE TABLE a (id int);\n");
    assert_eq!(
        (said.code, said.err.lines().next()),
        (Some(3), Some("error[DM0102]: no item begins with `CREATE`"))
    );
    assert!(!said.err.contains("DM0306"), "what is missing is the least of its troubles: {}", said.err);
}

#[test]
fn imports_that_go_round() {
    let folder = folder();
    write(&folder, "a.plan", "import \"b.plan\"\n");
    write(&folder, "b.plan", "import \"a.plan\"\n");
    let said = run(folder.path(), &["check", "a.plan"]);
    said.expect(3, 1, "error[DM0004]: these files import each other: a.plan -> b.plan -> a.plan");
}

/// A clause that cannot be read does not also count as one that is missing.
#[test]
fn one_mistake_is_one_error() {
    let said = check(plan("old.sql").replace("<-", "=>"));
    said.expect(3, 1, "error[DM0106]: a mapping is written with `<-`, not with `=>`");
    check(plan("old.sql").replace("a.id", "a.id +")).expect(
        3,
        1,
        "error[DM0109]: an expression is missing behind `+`",
    );
}

#[test]
fn deep_nesting() {
    let deep = "error[DM0117]: more than 64 levels of parentheses and `case` in one expression";
    let value = |text: &str| check(plan("old.sql").replace("a.id", text));
    value(&format!("{}a.id{}", "(".repeat(5000), ")".repeat(5000))).expect(3, 1, deep);
    value(&format!("{}a.id{}", "coalesce(".repeat(5000), ")".repeat(5000))).expect(3, 1, deep);
    value(&format!("{}1{}", "case when true then ".repeat(3000), " end".repeat(3000))).expect(3, 1, deep);
    let long = "error[DM0117]: an expression with more than 200 operators on operators";
    value(&format!("{}a.id", "not ".repeat(50_000))).expect(3, 1, long);
    value(&format!("a.id{}", "+1".repeat(50_000))).expect(3, 1, long);
    let check =
        |text: &str| check_ddl(format!("CREATE TABLE a (id INTEGER PRIMARY KEY, x INT CHECK ({text}));"));
    let said = check(&format!("{}x{}", "(".repeat(50_000), ")".repeat(50_000)));
    said.expect(3, 1, "error[DM0208]: parentheses are nested too deeply");
}

#[test]
fn ten_megabytes_of_garbage() {
    check(garbage(10_000_000)).expect(3, 1, "error[DM0117]: a plan file is at most 8 MiB long");
    let said = check(garbage(5_000_000));
    assert_eq!(said.code, Some(3));
    assert!(said.err.contains("there are more than 50 errors in this file"), "{}", said.err.len());
    check_ddl(garbage(10_000_000)).expect(3, 1, "error[DM0203]: `ddl.sql` defines no table");
    let bytes: Vec<u8> = garbage(10_000_000).bytes().map(|byte| byte.wrapping_mul(17)).collect();
    assert_eq!(check(&bytes).code, Some(1));
    assert_eq!(check_ddl(&bytes).code, Some(3));
}

#[test]
fn a_first_plan_from_nothing_usable() {
    let folder = folder();
    let init = |source: &str, more: &[&str]| {
        let words = [&["init", "--source", source, "--target", "new.sql", "-o", "p.plan"], more].concat();
        let said = run(folder.path(), &words);
        assert!(!folder.path().join("p.plan").exists(), "{words:?} wrote a plan");
        said
    };
    let engines = ["--source-engine", "sqlite", "--target-engine", "sqlite"];
    init("nosuch.sql", &[]).expect(1, 1, "error[DM0001]: there is no file `nosuch.sql`");
    let said = init("old.sql", &[]);
    said.expect(64, 1, "error: it cannot be told from `old.sql` for which engine it is written");
    said.help("say it with --source-engine: `sqlite` or `postgres` or `mysql`");
    let said = init("old.sql", &["--source-engine", "oracle"]);
    let first = "error: invalid value 'oracle' for '--source-engine <ENGINE>': the engines are sqlite, postgres, mysql";
    said.expect(64, 1, first);
    let said = init("old.sql", &["--source-name", "new"]);
    said.expect(64, 1, "error: source and target would both be called `new`");
    write(&folder, "empty.sql", "");
    let said = init("empty.sql", &engines);
    said.expect(3, 1, "error[DM0203]: `empty.sql` defines no table");
    let words =
        [&["init", "--source", "old.sql", "--target", "new.sql", "-o", "no/p.plan"][..], &engines].concat();
    let said = run(folder.path(), &words);
    assert_eq!(said.code, Some(1));
    assert!(said.err.starts_with("error: `no/p.plan` cannot be written"), "{}", said.err);
}
