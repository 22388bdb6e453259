//! Which check of the validation would tell which corruption of the moved rows.

use serde::Serialize;

use crate::artifact::words;
use crate::plan::{Caught, Corruption, Move, Plan, caught};

#[derive(Serialize)]
pub(super) struct Coverage {
    heads: Vec<&'static str>,
    moves: Vec<Row>,
    /// What no check tells, each with the tables; empty if there is nothing.
    gaps: Vec<Gap>,
    folded: bool,
}

#[derive(Serialize)]
struct Row {
    id: String,
    cells: Vec<Cell>,
}

/// The checks in one cell of the table.
#[derive(Serialize)]
struct Cell {
    ids: Vec<String>,
    only: bool,
}

#[derive(Serialize)]
struct Gap {
    what: &'static str,
    tables: String,
}

pub(super) fn coverage(plan: &Plan, fold: usize) -> Coverage {
    let row = |of: &Move| Row {
        id: of.id.clone(),
        cells: Corruption::ALL.into_iter().map(|what| cell(of, &caught(plan, of, what))).collect(),
    };
    Coverage {
        heads: Corruption::ALL.into_iter().map(Corruption::says).collect(),
        moves: plan.moves.iter().map(row).collect(),
        gaps: gaps(plan, fold),
        folded: plan.moves.len() > fold,
    }
}

fn cell(of: &Move, caught: &Caught) -> Cell {
    match caught {
        Caught::By(ids) => Cell { ids: short(of, ids), only: false },
        Caught::Only(ids, _) => Cell { ids: short(of, ids), only: true },
        Caught::CannotBe => Cell { ids: Vec::new(), only: false },
    }
}

/// The checks of many columns as one: `customer/…/values`.
fn short(of: &Move, ids: &[String]) -> Vec<String> {
    let own = |id: &String| {
        id.starts_with(&format!("{}/", of.id)) && id.ends_with("/values") && id.matches('/').count() > 1
    };
    let columns = ids.iter().filter(|id| own(id)).count();
    if columns < 3 {
        return ids.to_vec();
    }
    let mut all = vec![format!("{}/…/values ({})", of.id, words::count(columns, "column"))];
    all.extend(ids.iter().filter(|id| !own(id)).cloned());
    all
}

fn gaps(plan: &Plan, fold: usize) -> Vec<Gap> {
    let mut found: Vec<(&'static str, Vec<String>)> = Vec::new();
    for of in &plan.moves {
        for what in Corruption::ALL {
            let Caught::Only(_, says) = caught(plan, of, what) else { continue };
            let table = words::table(&of.target);
            match found.iter_mut().find(|(known, _)| *known == says) {
                Some((_, tables)) if tables.contains(&table) => {}
                Some((_, tables)) => tables.push(table),
                None => found.push((says, vec![table])),
            }
        }
    }
    let shown = |tables: Vec<String>| {
        if tables.len() > fold { words::count(tables.len(), "table") } else { tables.join(", ") }
    };
    found.into_iter().map(|(what, tables)| Gap { what, tables: shown(tables) }).collect()
}
