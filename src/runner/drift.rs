//! Refuses databases that are not as the bundle was compiled for, before anything is written.

use std::collections::BTreeSet;

use super::bundle::Bundle;
use super::driver::Driver;
use super::failure::{Failure, Result};
use super::pull;
use super::state::Position;
use crate::artifact::manifest::Manifest;
use crate::diagnostic::Code;
use crate::plan::Link;
use crate::schema::{Catalog, Depth, Difference, Shape, Shapes, differences};

/// Compares the tables that the bundle works with. While a load is in progress its own scripts may
/// have put off constraints and triggers, so only what they leave alone is compared.
pub(super) fn refuse(bundle: &Bundle, driver: &mut dyn Driver, position: Position) -> Result<()> {
    let Some(shapes) = bundle.shapes()? else { return Ok(()) };
    let depth = match position {
        Position::Prepared | Position::Undone => Depth::Rows,
        Position::Fresh | Position::Loaded => Depth::Tables,
    };
    judge(drift(&bundle.manifest, &shapes, driver, depth)?)
}

/// Compares the source's tables, in a session at the source.
pub(super) fn refuse_source(bundle: &Bundle, driver: &mut dyn Driver) -> Result<()> {
    let Some(shapes) = bundle.shapes()? else { return Ok(()) };
    let live = live(driver, schemas(&shapes.source))?;
    judge(compare(&shapes.source, &live, Depth::Tables))
}

fn judge(found: Vec<Difference>) -> Result<()> {
    if found.is_empty() {
        return Ok(());
    }
    let many =
        if found.len() == 1 { "1 difference".to_owned() } else { format!("{} differences", found.len()) };
    Err(Failure::new(
        Code::SchemaDrift,
        format!("the databases are not as the bundle was compiled for: {many}"),
    )
    .drift(found)
    .state("nothing was written")
    .help("pull the schemas again, mend the plan, compile and review it; or name the databases that it was compiled for"))
}

fn drift(
    manifest: &Manifest,
    shapes: &Shapes,
    driver: &mut dyn Driver,
    depth: Depth,
) -> Result<Vec<Difference>> {
    let mut found = Vec::new();
    match manifest.link {
        // One look at the one database tells of both sides.
        Link::Same => {
            let both: BTreeSet<String> =
                schemas(&shapes.source).union(&schemas(&shapes.target)).cloned().collect();
            let live = live(driver, both)?;
            for expected in [&shapes.source, &shapes.target] {
                found.extend(compare(expected, &live, depth));
            }
            // A table of both sides differs once.
            found.sort();
            found.dedup();
        }
        // The source is looked at where it is, before its rows are copied.
        Link::Staged | Link::Fdw => {
            found.extend(compare(&shapes.target, &live(driver, schemas(&shapes.target))?, depth));
        }
        Link::Attach => {
            let attached = BTreeSet::from([manifest.source.clone()]);
            found.extend(compare(&shapes.source, &live(driver, attached)?, depth));
            found.extend(compare(&shapes.target, &live(driver, schemas(&shapes.target))?, depth));
        }
    }
    Ok(found)
}

fn live(driver: &mut dyn Driver, schemas: BTreeSet<String>) -> Result<Catalog> {
    let schemas: Vec<String> = schemas.into_iter().collect();
    pull::catalog(driver.session(), &schemas).map_err(|failure| failure.state("nothing was written"))
}

fn compare(expected: &Shape, live: &Catalog, depth: Depth) -> Vec<Difference> {
    let names: BTreeSet<(&Option<String>, &String)> =
        expected.tables.iter().map(|table| (&table.schema, &table.name)).collect();
    let found = Shape::of_tables(live, |table| names.contains(&(&table.schema, &table.name)));
    differences(expected, &found, depth)
}

/// The schemas of the tables and of those that they refer to.
fn schemas(shape: &Shape) -> BTreeSet<String> {
    let own = shape.tables.iter().map(|table| &table.schema);
    let parents = shape.tables.iter().flat_map(|table| &table.foreign_keys).map(|key| &key.parent_schema);
    own.chain(parents).flatten().cloned().collect()
}
