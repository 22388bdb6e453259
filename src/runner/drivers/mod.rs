//! One driver for each engine, and the one place that chooses.

pub(super) mod gauges;
pub(super) mod identity;
pub mod mysql;
pub mod postgres;
mod server;
pub mod sqlite;

use super::driver::{Driver, EngineError, Session};
use super::failure::{Failure, Result};
use super::location::Location;
use super::rights::Answer;
use super::stage::flow::Reader;
use crate::artifact::manifest::{Manifest, Need, Staging};
use crate::base::Engine;
use crate::diagnostic::Code;
use crate::plan::Link;
use server::far::Far;

/// What a session is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// The session must not write, and needs no source.
    Look,
    /// The session reads both sides and writes only temporary tables.
    Compare,
    /// The session writes into the ledger beside a run that is at work, and needs no source.
    Beside,
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
    let far = source.filter(|_| manifest.link == Link::Fdw && access == Access::Move).map(far);
    let far = far.transpose()?;
    // Rows of another server are copied by a session of its own.
    let source = source.filter(|_| !manifest.link.copies());
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
    // Looking needs no source.
    let source = source.filter(|_| !matches!(access, Access::Look | Access::Beside));
    Ok(match (target, source) {
        (Location::Sqlite(target), source) => {
            let source = match source {
                Some(Location::Sqlite(path)) => Some(path.as_path()),
                Some(Location::Postgres(_) | Location::Mysql(_)) | None => None,
            };
            Box::new(sqlite::Sqlite::open(manifest, source, target, access)?)
        }
        (Location::Postgres(target), source) => {
            let mut driver = postgres::Postgres::open_told(target, access, far.as_ref())?;
            if let Some(Location::Postgres(source)) = source {
                driver.same_place(source)?;
            }
            Box::new(driver)
        }
        (Location::Mysql(target), source) => {
            let mut driver = mysql::Mysql::open(target, access)?;
            if let Some(Location::Mysql(source)) = source {
                driver.same_place(source)?;
            }
            Box::new(driver)
        }
    })
}

/// What the target's server is told of a source that it reads by itself.
fn far(source: &Location) -> Result<Far> {
    match source {
        Location::Postgres(server) => postgres::far(server),
        Location::Mysql(server) => mysql::far(server),
        Location::Sqlite(path) => Err(Failure::new(
            Code::LocationUnusable,
            format!("the target's server cannot read the file `{}`", path.display()),
        )
        .help("name the server that the bundle was compiled for")),
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

/// Opens a database on its own, with nothing attached.
pub fn open(location: &Location, access: Access) -> Result<Box<dyn Driver>> {
    Ok(match location {
        Location::Sqlite(path) => Box::new(sqlite::Sqlite::alone(path, access)?),
        Location::Postgres(server) => Box::new(postgres::Postgres::open(server, access)?),
        Location::Mysql(server) => Box::new(mysql::Mysql::open(server, access)?),
    })
}

/// Opens a source whose rows are copied.
pub fn reader(location: &Location) -> Result<Box<dyn Reader>> {
    match location {
        Location::Sqlite(path) => Ok(Box::new(sqlite::Source::open(path)?)),
        Location::Postgres(server) => Ok(Box::new(postgres::Source::open(server)?)),
        Location::Mysql(server) => Ok(Box::new(mysql::Source::open(server)?)),
    }
}

/// Opens several readers of one source that see it as it was at one moment.
pub fn readers(location: &Location, staging: &Staging, number: usize) -> Result<Vec<Box<dyn Reader>>> {
    match location {
        Location::Sqlite(_) => Err(Failure::new(
            Code::LocationUnusable,
            format!("{} shows no two connections the same moment", location.engine()),
        )),
        Location::Postgres(server) => postgres::Source::several(server, number).map(boxed),
        Location::Mysql(server) => {
            let tables: Vec<&str> = staging.tables.iter().map(|entry| entry.from.as_str()).collect();
            mysql::Source::several(server, &tables, number).map(boxed)
        }
    }
}

fn boxed<R: Reader + 'static>(readers: Vec<R>) -> Vec<Box<dyn Reader>> {
    readers.into_iter().map(|reader| Box::new(reader) as Box<dyn Reader>).collect()
}

/// A text as SQL, in sessions that are pinned as ours.
pub(super) fn literal(text: &str) -> String {
    server::ledger::literal(text)
}

/// What the server says of each need.
pub(super) fn rights_on(
    session: &mut dyn Session,
    needs: &[Need],
) -> std::result::Result<Vec<Answer>, EngineError> {
    match session.engine() {
        // Files have modes, and no roles.
        Engine::Sqlite => Ok(Vec::new()),
        Engine::Postgres => postgres::rights::answers(session, needs),
        Engine::Mysql => mysql::rights::answers(session, needs),
    }
}
