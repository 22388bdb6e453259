//! `runbook.md`: for the person at the keyboard, also at three in the morning.

use serde::Serialize;

use super::commands::Commands;
use super::cutover::{Cutover, cutover};
use super::manifest::ScriptKind;
use super::{Context, render, words};
use crate::base::Engine;
use crate::plan::Link;

/// More commands than these are folded under the loop that runs them all.
const FOLD: usize = 6;

#[derive(Serialize)]
struct View {
    name: String,
    cutover: Option<Cutover>,
    facts: Vec<(String, String)>,
    fingerprint: String,
    engine: String,
    client: &'static str,
    one_batch: bool,
    attach: bool,
    staged: bool,
    source: String,
    target: String,
    variables: Vec<&'static str>,
    backup: String,
    empty: Vec<String>,
    steps: Vec<Step>,
    status: String,
    apply: String,
    validate: String,
    /// The comparison that comes again; empty where the plan asks for none.
    again: String,
    reconcile: String,
    rollback: String,
    rollback_yes: String,
    rollback_stock: Vec<String>,
}

#[derive(Serialize)]
struct Step {
    number: usize,
    title: &'static str,
    who: &'static str,
    does: &'static str,
    writes: &'static str,
    /// Runs every script of the step with the stock client; empty if there is only one.
    all: String,
    stock: Vec<String>,
    folded: bool,
    /// The tables whose constraints or triggers come back here.
    altered: Vec<String>,
    expect: &'static str,
    back: &'static str,
}

/// What is always the same about a step of one kind.
struct Told {
    kind: ScriptKind,
    title: &'static str,
    does: &'static str,
    writes: &'static str,
    expect: &'static str,
    back: &'static str,
}

const TOLD: [Told; 13] = [
    Told {
        kind: ScriptKind::Source,
        title: "Source checks",
        does: "Counts, at the source, the values that cannot travel to the target's engine. Run it days ahead, and again in the window.",
        writes: "nothing",
        expect: "one row for each check, with `verdict` = `pass`",
        back: "Nothing to undo.",
    },
    Told {
        kind: ScriptKind::Preflight,
        title: "Preflight",
        does: "Counts what offends each probed claim. Run it days ahead, and again in the window.",
        writes: "nothing",
        expect: "one row for each check, with `verdict` = `pass`",
        back: "Nothing to undo.",
    },
    Told {
        kind: ScriptKind::Prepare,
        title: "Prepare",
        does: "Creates the ledger, the mapping and the undo tables; refuses a target that is not as the plan expects it.",
        writes: "the ledger",
        expect: "one row for each step, with `state` = `pending`",
        back: "The rollback drops the ledger again.",
    },
    Told {
        kind: ScriptKind::Link,
        title: "Link",
        does: "Shows the source's tables to the target's server, until they are copied. The session says where the source is: SOURCE_OPTIONS.",
        writes: "a foreign server with its user, foreign tables in the ledger",
        expect: "one row for each step, with `state` = `pending`",
        back: "Staged takes the server and its user away again, and so does the rollback.",
    },
    Told {
        kind: ScriptKind::Stage,
        title: "Stage",
        does: "Copies the columns that are used, table by table, into tables of the ledger.",
        writes: "tables of the ledger",
        expect: "one row for each table, with `state` = `done`",
        back: "A table can be copied again until the backfill begins; the rollback drops the copies.",
    },
    Told {
        kind: ScriptKind::Staged,
        title: "Staged",
        does: "Counts the rows that arrived, and gives the copies their keys and indexes.",
        writes: "indexes of the ledger's tables",
        expect: "one row for each step, those of the copies `done`",
        back: "The rollback drops the copies.",
    },
    Told {
        kind: ScriptKind::Backfill,
        title: "Backfill",
        does: "Moves the rows, batch by batch. A batch and its checkpoint are one transaction.",
        writes: "rows, checkpoints, undo tables",
        expect: "for each step a last row with `state` = `done` and `rows_read` = `rows_written` + `rows_skipped` + `rows_rejected`",
        back: "Stop at any point; run the rollback, or run the script again to go on.",
    },
    Told {
        kind: ScriptKind::SecondPass,
        title: "Second pass",
        does: "Fills the columns that were NULL at first because references form a ring.",
        writes: "those columns, checkpoints",
        expect: "for each `ID/second_pass` a row with `state` = `done`",
        back: "As for the backfill.",
    },
    Told {
        kind: ScriptKind::Constraints,
        title: "Constraints",
        does: "Builds the indexes that were put off, checks the foreign keys over all rows, switches triggers on again; each in a transaction of its own.",
        writes: "the structure of tables",
        expect: "one row for each step, all `done`",
        back: "Stop at any point, and run it again to go on; the rollback puts back what is still missing.",
    },
    Told {
        kind: ScriptKind::Finish,
        title: "Finish",
        does: "Moves sequences past the keys that were written and gathers statistics.",
        writes: "sequences, the ledger",
        expect: "one row for each step, all `done`",
        back: "The rollback puts the sequences back to what the ledger remembers.",
    },
    Told {
        kind: ScriptKind::Redrive,
        title: "Rows that were set aside",
        does: "Only if rows were set aside: tries them again, after the source, the target or a rule was mended. `datamove redrive` tries each by itself; a script tries all rows of its move in one transaction. Run Finish once more behind it.",
        writes: "the rows that the target takes now, the ledger",
        expect: "for each step a row with `rows_rejected` = 0",
        back: "A script that fails changes nothing; the rollback knows all rows.",
    },
    Told {
        kind: ScriptKind::Validate,
        title: "Validate",
        does: "Compares source and target through the mapping; checks references, sequences and invariants.",
        writes: "nothing",
        expect: "one row for each check, with `verdict` = `pass` and `examined` = `expected`",
        back: "Nothing to undo. Do not let users in before this passes.",
    },
    Told {
        kind: ScriptKind::CatchUp,
        title: "Catch up",
        does: "Takes over what changed in the source since the load, and what is gone by the plan's rule. Run all of it again until a round writes nothing, the last time with the source's writes stopped; then validate again.",
        writes: "rows, checkpoints, undo tables",
        expect: "for each step a last row with `state` = `done`, and in the last round `rows_written` = 0",
        back: "Stop at any point, and run the scripts again from the first one to go on; the rollback takes all of it back.",
    },
];

pub(super) fn render(context: &Context) -> String {
    render::markdown(include_str!("templates/runbook.md.j2"), view(context))
}

fn view(context: &Context) -> View {
    let plan = context.plan;
    let commands = Commands::of(plan);
    let mut order: Vec<&Told> = TOLD.iter().collect();
    if plan.link.copies() {
        // The rows are judged where they are.
        order.sort_by_key(|told| (told.kind > ScriptKind::Staged, told.kind == ScriptKind::Preflight));
    }
    let told = order.into_iter().map(|told| (told, paths(context, told.kind)));
    let steps = told.filter(|(_, paths)| !paths.is_empty()).zip(1..);
    let altered = plan.tables.iter().filter(|filled| filled.alters_structure());
    let altered: Vec<String> = altered.map(|filled| words::table(&filled.table)).collect();
    let must_be_empty = |cover| cover == crate::plan::Cover::WasEmpty;
    let empty = plan.tables.iter().filter(|filled| must_be_empty(filled.cover));
    View {
        name: plan.name.clone(),
        cutover: cutover(plan),
        facts: plan.facts.iter().map(|(name, value)| (name.clone(), value.clone())).collect(),
        fingerprint: context.fingerprint.to_owned(),
        engine: plan.target.engine.to_string(),
        client: commands.client(),
        one_batch: plan.target.engine == Engine::Sqlite,
        attach: plan.link == Link::Attach,
        staged: plan.link.copies(),
        source: plan.source.name.clone(),
        target: plan.target.name.clone(),
        variables: commands.variables(),
        backup: commands.backup(),
        empty: empty.map(|filled| words::table(&filled.table)).collect(),
        steps: steps.map(|((told, paths), number)| step(&commands, told, &paths, number, &altered)).collect(),
        status: commands.datamove("status ."),
        apply: commands.datamove("apply ."),
        validate: commands.datamove("validate ."),
        again: plan.reconcile.as_ref().map(words::reconcile).unwrap_or_default(),
        reconcile: commands.datamove("reconcile . --repair repair.sql"),
        rollback: commands.datamove("rollback ."),
        rollback_yes: commands.datamove("rollback . --yes"),
        rollback_stock: stock(&commands, &paths(context, ScriptKind::Rollback)),
    }
}

fn paths<'a>(context: &Context<'a>, kind: ScriptKind) -> Vec<&'a str> {
    // What begins and ends a round stands with it.
    let of = |script: &ScriptKind| match script {
        ScriptKind::CatchUpBegin | ScriptKind::CatchUpEnd => ScriptKind::CatchUp,
        other => *other,
    };
    let scripts = context.scripts.iter().filter(|script| of(&script.kind) == kind);
    scripts.map(|script| script.path.as_str()).collect()
}

fn stock(commands: &Commands, paths: &[&str]) -> Vec<String> {
    paths.iter().map(|path| commands.stock(path)).collect()
}

fn by_stock_client(commands: &Commands, kind: ScriptKind, paths: &[&str]) -> Vec<String> {
    match kind {
        ScriptKind::Source => paths.iter().map(|path| commands.at_source(path)).collect(),
        ScriptKind::Link => paths.iter().map(|path| commands.link(path)).collect(),
        ScriptKind::Stage if !commands.copies_alone() => {
            paths.iter().flat_map(|path| copied(commands, path)).collect()
        }
        _ => stock(commands, paths),
    }
}

/// One client prints the rows, the other one reads them.
fn copied(commands: &Commands, path: &str) -> [String; 2] {
    let file = path.rsplit('/').next().unwrap_or(path);
    let rows = file.trim_end_matches(".sql");
    let printed = commands.at_source(&format!("sql/14_send/{file}"));
    [format!("{printed} > {}", super::escape::shell(&format!("{rows}.copy"))), commands.receiving(path)]
}

fn step(commands: &Commands, told: &Told, paths: &[&str], number: usize, altered: &[String]) -> Step {
    let altered = if told.kind == ScriptKind::Constraints { altered } else { &[] };
    // A pattern of the shell runs files by name, which is the order of the waves unless the numbers
    // have outgrown their zeros.
    let folder = paths
        .first()
        .filter(|_| paths.is_sorted())
        .and_then(|path| path.rsplit_once('/'))
        .map(|(folder, _)| folder);
    let all = match folder {
        Some(folder) if paths.len() > 1 && (told.kind != ScriptKind::Stage || commands.copies_alone()) => {
            let run = commands.stock_word("\"$script\"");
            format!("(set -e; for script in {}/*.sql; do {run}; done)", super::escape::shell(folder))
        }
        _ => String::new(),
    };
    Step {
        number,
        title: told.title,
        who: "operator",
        does: told.does,
        writes: told.writes,
        all,
        stock: by_stock_client(commands, told.kind, paths),
        folded: paths.len() > FOLD,
        altered: altered.to_vec(),
        expect: told.expect,
        back: told.back,
    }
}
