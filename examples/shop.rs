//! The main job on embedded SQLite: compile `plans/shop/shop.plan`, make its source data, apply the
//! bundle, validate it, and show what happened. Nothing has to be installed.
//!
//! Everything is written to `target/shop/`, which is made anew each time.

#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "an example makes files and shows them")]

use std::error::Error;
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use datamove::base::Exit;
use rusqlite::Connection;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    // The paths below are the ones of the README: relative to the project.
    std::env::set_current_dir(env!("CARGO_MANIFEST_DIR"))?;
    let folder = Path::new("target/shop");
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    database("target/shop/legacy.db", &["plans/shop/schemas/legacy.sql", "plans/shop/data.sql"])?;
    database("target/shop/shop.db", &["plans/shop/schemas/shop.sql"])?;

    let bundle = "target/shop/bundle";
    let sides = ["--source", "target/shop/legacy.db", "--target", "target/shop/shop.db", "--quiet"];
    let commands: [&[&str]; 4] = [
        &["check", "plans/shop/shop.plan"],
        &["compile", "plans/shop/shop.plan", "-o", bundle],
        &["apply", bundle],
        &["validate", bundle],
    ];
    for command in commands {
        let of_run = matches!(command[0], "apply" | "validate");
        let words: Vec<&str> = command.iter().copied().chain(sides.into_iter().filter(|_| of_run)).collect();
        println!("\n$ datamove {}", words.join(" "));
        let exit = datamove::cli::run(["datamove"].iter().chain(&words).map(OsString::from));
        if exit != Exit::Done {
            return Ok(ExitCode::from(exit.code()));
        }
    }
    show("target/shop/shop.db")?;
    println!("\nRead {bundle}/REVIEW.md; undo it all with:");
    println!("datamove rollback {bundle} {} --yes", sides[..4].join(" "));
    Ok(ExitCode::SUCCESS)
}

/// A new database made by scripts.
fn database(path: &str, scripts: &[&str]) -> Result<(), Box<dyn Error>> {
    let connection = Connection::open(path)?;
    for script in scripts {
        connection.execute_batch(&fs::read_to_string(script)?)?;
        println!("{path} <- {script}");
    }
    Ok(())
}

/// A few moved rows.
fn show(path: &str) -> Result<(), Box<dyn Error>> {
    println!("\n$ sqlite3 {path} 'SELECT id, full_name, email, status, balance FROM customer LIMIT 3'");
    let connection = Connection::open(path)?;
    let mut query = connection
        .prepare("SELECT id, full_name, email, status, balance FROM customer ORDER BY legacy_id LIMIT 3")?;
    let rows = query.query_map([], |row| {
        let text = |index| row.get::<_, String>(index);
        Ok(format!("{}|{}|{}|{}|{}", text(0)?, text(1)?, text(2)?, text(3)?, row.get::<_, f64>(4)?))
    })?;
    for row in rows {
        println!("{}", row?);
    }
    Ok(())
}
