//! How long `check` and `compile` take and how much memory they need, by the size of the plan.
//!
//! `cargo bench --bench compile`. Every figure is of a process of its own: this program runs itself
//! with `datamove`'s arguments. Times are of the processor, so that a busy machine disturbs them
//! little; "per table" is the ratio to the smaller synthetic plan, 1.0 for a linear compiler.

#![expect(clippy::disallowed_methods, reason = "a benchmark reads and writes files, and has a clock")]
#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on fails")]

use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use datamove::base::{Engine, Exit, Sources};
use datamove::diagnostic::Problems;
use datamove::schema;

/// As in `datamove` itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Runs of each case; the fastest counts, because noise only adds.
const RUNS: usize = 3;
/// Before `datamove`'s own arguments in the processes that are measured.
const CHILD: &str = "--measured";

fn main() {
    let words: Vec<OsString> = std::env::args_os().collect();
    if words.get(1).is_some_and(|word| word == CHILD) {
        child(words);
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let shop = Path::new("plans/shop/shop.plan");
    let mut cases = vec![("the shop".to_owned(), shop.to_owned(), 0)];
    for tables in [1_000, 10_000] {
        cases.push((format!("{tables} tables"), synthetic(folder.path(), tables), tables));
    }
    match large_schema(folder.path()) {
        Some((plan, tables)) => cases.push((format!("GitLab, {tables} tables"), plan, tables)),
        None => println!("GitLab's schema is not here: that case is left out"),
    }
    println!(
        "{:<22}{:>9}{:>9}{:>10}{:>9}{:>9}{:>10}{:>10}{:>10}",
        "plan", "check s", "wall s", "MB", "compile s", "wall s", "MB", "bundle MB", "per table"
    );
    let mut base = None;
    for (name, plan, tables) in cases {
        let check = measured(&["check".into(), plan.clone().into()]);
        let bundle = folder.path().join(format!("bundle_{tables}"));
        let compile = measured(&["compile".into(), plan.into(), "-o".into(), bundle.clone().into()]);
        let per_table = compile.cpu / f64::from(tables.max(1));
        let ratio = match (tables, base) {
            (0, _) => String::new(),
            (_, None) => {
                base = Some(per_table);
                "1.0".to_owned()
            }
            (_, Some(base)) => format!("{:.2}", per_table / base),
        };
        println!(
            "{name:<22}{:>9.2}{:>9.2}{:>10.0}{:>9.2}{:>9.2}{:>10.0}{:>10.1}{ratio:>10}",
            check.cpu,
            check.wall,
            check.peak,
            compile.cpu,
            compile.wall,
            compile.peak,
            megabytes(&bundle)
        );
    }
}

/// Does what `datamove` does with the arguments, then says what it took.
fn child(words: Vec<OsString>) {
    let start = Instant::now();
    let exit = datamove::cli::run(words.into_iter().skip(1));
    let wall = start.elapsed().as_secs_f64();
    assert_eq!(exit, Exit::Done, "the plan has errors");
    println!("\nmeasured {} {wall} {}", cpu().unwrap_or(wall), peak().unwrap_or(f64::NAN));
}

#[derive(Clone, Copy)]
struct Measured {
    /// Seconds.
    cpu: f64,
    wall: f64,
    /// Megabytes.
    peak: f64,
}

fn measured(words: &[OsString]) -> Measured {
    let output = words.iter().position(|word| word == "-o").map(|at| PathBuf::from(&words[at + 1]));
    let runs = (0..RUNS).map(|_| {
        if let Some(output) = &output {
            let _ = fs::remove_dir_all(output);
        }
        let mut command = Command::new(std::env::current_exe().unwrap());
        let run = command.arg(CHILD).args(words).stderr(Stdio::null()).output().unwrap();
        let text = String::from_utf8_lossy(&run.stdout).into_owned();
        let line = text.lines().rev().find_map(|line| line.strip_prefix("measured "));
        let line = line.unwrap_or_else(|| panic!("{words:?} failed:\n{text}"));
        let figures: Vec<f64> = line.split(' ').map(|word| word.parse().unwrap()).collect();
        Measured { cpu: figures[0], wall: figures[1], peak: figures[2] }
    });
    runs.min_by(|a, b| a.cpu.total_cmp(&b.cpu)).unwrap()
}

/// Seconds that this process's first thread was on a processor. Linux only.
fn cpu() -> Option<f64> {
    let text = fs::read_to_string("/proc/self/schedstat").ok()?;
    Some(text.split(' ').next()?.parse::<f64>().ok()? / 1e9)
}

/// The most memory that this process ever held, in megabytes. Linux only.
fn peak() -> Option<f64> {
    let text = fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().strip_suffix(" kB")?.parse::<f64>().ok()? / 1024.0)
}

fn megabytes(folder: &Path) -> f64 {
    let sizes = fs::read_dir(folder).unwrap().map(|entry| {
        let entry = entry.unwrap();
        if entry.path().is_dir() {
            megabytes(&entry.path())
        } else {
            f64::from(u32::try_from(entry.metadata().unwrap().len()).unwrap()) / f64::from(1 << 20)
        }
    });
    sizes.sum()
}

/// Tables of nine columns, most with a reference to an earlier one.
fn synthetic(folder: &Path, tables: u32) -> PathBuf {
    let folder = folder.join(format!("synthetic_{tables}"));
    fs::create_dir_all(&folder).unwrap();
    let mut ddl = String::new();
    let mut plan = header();
    for n in 0..tables {
        let columns: Vec<String> = (0..7).map(|c| format!("c{c} varchar({})", 20 + c)).collect();
        let parent = match n {
            0 => String::new(),
            n => format!(", parent_id bigint REFERENCES t{} (id)", n / 7),
        };
        let _ = writeln!(ddl, "CREATE TABLE t{n} (id bigint PRIMARY KEY, {}{parent});", columns.join(", "));
        let _ = write!(
            plan,
            "\nmove old.t{n} a -> new.t{n} {{\n  key id <- a.id\n  c0 <- trim(a.c0)\n  \
             c1 <- coalesce(a.c1, 'x')\n  ...\n}}\n"
        );
    }
    fs::write(folder.join("old.sql"), &ddl).unwrap();
    fs::write(folder.join("new.sql"), &ddl).unwrap();
    let path = folder.join("big.plan");
    fs::write(&path, plan).unwrap();
    path
}

fn header() -> String {
    "datamove edition 2026\n\nplan big {}\n\nsource old postgres { schema \"old.sql\" in old }\n\
     target new postgres { schema \"new.sql\" in new }\n"
        .to_owned()
}

/// The schema of GitLab onto itself, a move for each table; `None` where the file is missing.
fn large_schema(folder: &Path) -> Option<(PathBuf, u32)> {
    let text = fs::read_to_string("../shared/data/gitlab-ce/schema.sql").ok()?;
    let folder = folder.join("gitlab");
    fs::create_dir_all(&folder).unwrap();
    let (mut sources, mut problems) = (Sources::default(), Problems::default());
    let file = sources.add("schema.sql".to_owned(), text.clone());
    let catalog = schema::read(Engine::Postgres, "shop", &[(file, None)], &sources, &mut problems);
    let mut plan = header();
    let mut tables = 0;
    for (_, table) in catalog.tables().filter(|(_, table)| table.partition_of.is_none()) {
        let name = &table.name;
        let _ = write!(plan, "\nmove old.\"{name}\" a -> new.\"{name}\" {{\n  ...\n}}\n");
        tables += 1;
    }
    for side in ["old", "new"] {
        fs::write(folder.join(format!("{side}.sql")), text.replace("public.", &format!("{side}."))).unwrap();
    }
    let path = folder.join("big.plan");
    fs::write(&path, plan).unwrap();
    Some((path, tables))
}
