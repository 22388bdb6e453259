//! The README shows what the program really prints, and lists the commands that it really has.

#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test reads files and may fail")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use clap::CommandFactory as _;
use datamove::cli::Cli;

const README: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");

/// Every `console` block: `$` lines are run, the lines after them must be what they print. The list
/// of commands is clap's own.
#[test]
fn the_readme_is_true() {
    databases();
    let readme = fs::read_to_string(README).unwrap();
    rewrite(&readme, &with_commands(&with_output(&readme)));
}

fn with_output(readme: &str) -> String {
    let mut fresh = String::new();
    let mut lines = readme.lines().peekable();
    while let Some(line) = lines.next() {
        fresh.push_str(line);
        fresh.push('\n');
        if line != "```console" {
            continue;
        }
        while let Some(inside) = lines.next_if(|line| *line != "```") {
            if let Some(command) = inside.strip_prefix("$ datamove ") {
                fresh.push_str(inside);
                fresh.push('\n');
                fresh.push_str(&run(command));
            }
        }
    }
    fresh
}

fn with_commands(readme: &str) -> String {
    let mut table = String::from("| command | what it does |\n| --- | --- |\n");
    for verb in Cli::command().get_subcommands() {
        let about = verb.get_about().map(ToString::to_string).unwrap_or_default();
        writeln!(table, "| `datamove {}` | {about} |", verb.get_name()).unwrap();
    }
    let (before, rest) = readme.split_once("by tests/readme.rs -->\n").unwrap();
    let (_, after) = rest.split_once("<!-- end of commands").unwrap();
    format!("{before}by tests/readme.rs -->\n{table}<!-- end of commands{after}")
}

/// A stale README is mended, and the test fails all the same, so that somebody looks at it.
fn rewrite(readme: &str, fresh: &str) {
    if readme != fresh {
        fs::write(README, fresh).unwrap();
        panic!("README.md was stale and is rewritten: look at the difference and run the test again");
    }
}

/// What a command prints, stderr first, in the project's folder.
fn run(command: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_datamove"))
        .args(command.split_whitespace())
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    let text = String::from_utf8(output.stderr).unwrap() + &String::from_utf8(output.stdout).unwrap();
    text.replace("\n\n\n", "\n\n")
}

/// The databases that the commands name, without a bundle beside them.
fn databases() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/shop");
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    fs::create_dir_all(&folder).unwrap();
    let made = |name: &str, scripts: &[&str]| {
        let connection = rusqlite::Connection::open(folder.join(name)).unwrap();
        for script in scripts {
            let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("plans/shop").join(script);
            connection.execute_batch(&fs::read_to_string(path).unwrap()).unwrap();
        }
    };
    made("legacy.db", &["schemas/legacy.sql", "data.sql"]);
    made("shop.db", &["schemas/shop.sql"]);
}
