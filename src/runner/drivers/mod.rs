//! One driver for each engine, and the one place that chooses.

pub mod mysql;
pub mod postgres;
mod server;
pub mod sqlite;

use super::driver::{Driver, Session};
use super::failure::{Failure, Result};
use super::location::Location;
use crate::artifact::manifest::Manifest;
use crate::diagnostic::Code;
use crate::plan::Link;

/// What a session is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// The session must not write, and needs no source.
    Look,
    /// The session reads both sides and writes only temporary tables.
    Compare,
    /// The session may write to the target; the source is attached if it is named.
    Write,
    /// As [`Access::Write`], and the source has to be named.
    Move,
}

/// Opens the target, with the source visible as the bundle's link says. Creates nothing.
pub fn connect(
    manifest: &Manifest,
    source: Option<&Location>,
    target: &Location,
    access: Access,
) -> Result<Box<dyn Driver>> {
    for location in source.into_iter().chain([target]) {
        if location.engine() != manifest.engine {
            return Err(Failure::new(
                Code::LocationUnusable,
                format!("the bundle is for {}, and `{location}` is {}", manifest.engine, location.engine()),
            )
            .help(format!("name a {} database", manifest.engine)));
        }
    }
    if matches!(access, Access::Move | Access::Compare) && manifest.link == Link::Attach && source.is_none() {
        return Err(Failure::new(
            Code::LocationUnusable,
            format!("the bundle reads from `{}`, and no --source says where that is", manifest.source),
        )
        .help("add `--source PATH`"));
    }
    match target {
        Location::Sqlite(target) => {
            let source = source.and_then(|source| match source {
                Location::Sqlite(path) => Some(path.as_path()),
                Location::Postgres(_) | Location::Mysql(_) => None,
            });
            Ok(Box::new(sqlite::Sqlite::open(manifest, source, target, access)?))
        }
        Location::Postgres(_) | Location::Mysql(_) => Err(Failure::new(
            Code::LocationUnusable,
            format!("this version of datamove does not run bundles on {}", target.engine()),
        )),
    }
}

/// Opens a session that only reads, pinned to UTF-8 and UTC, with a server that is what the location
/// says and no older than bundles need.
pub fn session(location: &Location) -> Result<Box<dyn Session>> {
    Ok(match location {
        Location::Sqlite(path) => Box::new(sqlite::Sqlite::look(path)?),
        Location::Postgres(server) => Box::new(postgres::Postgres::look(server)?),
        Location::Mysql(server) => Box::new(mysql::Mysql::look(server)?),
    })
}
