//! `check` against live databases: what differs from the schema files becomes findings at their lines.

use std::collections::BTreeSet;

use crate::diagnostic::{Code, Diagnostic};
use crate::runner::location::Location;
use crate::runner::{Result, drivers, pull};
use crate::schema::{Catalog, Depth, Difference, Shape, differences};
use crate::{Checked, Side};

/// Compares each side that has a location with the database there; gives the number of differences.
pub(super) fn compare(checked: &mut Checked, source: Option<&str>, target: Option<&str>) -> Result<usize> {
    let mut found = Vec::new();
    for (word, url, side) in
        [("source", source, &checked.sides.source), ("target", target, &checked.sides.target)]
    {
        // A side whose files cannot be read has findings enough.
        if let (Some(url), Some(Side { catalog, .. })) = (url, side) {
            found.extend(of_side(word, url, catalog)?);
        }
    }
    let many = found.len();
    found.into_iter().for_each(|finding| checked.problems.push(finding));
    Ok(many)
}

fn of_side(word: &str, url: &str, catalog: &Catalog) -> Result<Vec<Diagnostic>> {
    let location = Location::parse(url)?;
    if location.engine() != catalog.engine {
        let message = format!(
            "the {word} is {} in the plan, and `{location}` is {}",
            catalog.engine,
            location.engine()
        );
        return Err(crate::runner::Failure::new(Code::LocationUnusable, message)
            .help(format!("name a {} database", catalog.engine)));
    }
    let mut session = drivers::session(&location)?;
    let schemas: BTreeSet<String> = catalog.tables.iter().filter_map(|table| table.schema.clone()).collect();
    let schemas: Vec<String> = schemas.into_iter().collect();
    let live = pull::catalog(session.as_mut(), &schemas)?;
    let found = differences(&Shape::of(catalog), &Shape::of(&live), Depth::Schema);
    Ok(found.iter().map(|one| finding(word, one, catalog)).collect())
}

/// A difference at the line of the schema file that it contradicts.
fn finding(word: &str, one: &Difference, catalog: &Catalog) -> Diagnostic {
    let message = format!("the live {word} differs: {one}");
    let table = catalog.tables.iter().find(|table| table.display_name() == one.table);
    let column =
        one.column.as_ref().and_then(|name| table?.columns.iter().find(|column| column.name == *name));
    let span = column.map(|column| column.span).or(table.map(|table| table.span));
    let found = match span {
        Some(span) => Diagnostic::error(Code::SchemaDrift, message, span, "so in the file"),
        None => Diagnostic::nowhere(Code::SchemaDrift, message),
    };
    found.help("pull the schema again with `datamove pull`, and check the plan against it")
}
