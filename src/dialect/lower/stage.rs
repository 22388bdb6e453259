//! Rows of another server: what is judged there, how they travel, what must be so once they are here.

use minijinja::{Value, context};

use super::super::spelling::staging::{
    checkpoint, column, columns_and_order, count_table, finish, load, mark, new_index, pieces, stated,
    statement_row, travellers,
};
use super::super::spelling::{Names, comma, comment, count_where, identifier, not, not_null};
use super::super::{Dialect, IndexPart, Sql, of};
use super::Script;
use super::backfill::file_name;
use super::buckets::Buckets;
use super::frame::{Frame, checkpoint_columns};
use super::prepare::{self, shown};
use super::probe::{CheckRow, Checks, Scan, count_all};
use crate::base::{Engine, Pii};
use crate::diagnostic::Code;
use crate::plan::{ClaimKind, Link, ScriptKind, StagedColumn, StagedTable, stage_step};
use crate::schema::{SqlType, has_plain_order, wrapper, wrapper_room};

/// How one source table travels, as the runner does it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    pub step: String,
    /// The source's table, for messages.
    pub table: String,
    /// Each with its type in the source and in the copy, and whether its values are shown to nobody.
    pub columns: Vec<(String, SqlType, SqlType, bool)>,
    /// Places of the key's columns.
    pub key: Vec<usize>,
    pub rows: u64,
    /// At the source: the table, as SQL names it.
    pub from: String,
    /// At the source: how many rows there are; all of them in the key's order; those behind a key, with
    /// a string literal for each column of the key between the pieces.
    pub count: String,
    pub first: String,
    pub after: Vec<String>,
    /// At the target: what a batch is written with, and what marks it in the ledger. Between its
    /// pieces stand string literals: the last key, the new state, the rows, the rows, the batches before.
    /// At the target: how far the ledger says that the rows came; and what says that no rows are left.
    pub checkpoint: String,
    pub finish: String,
    pub load: String,
    pub mark: Vec<String>,
    /// At the target: how many rows the copy has, and all of them in the key's order.
    pub copy: (String, String),
    /// Sums over ranges of the key, where both engines compute them.
    pub buckets: Option<Buckets>,
}

/// How every staged table travels, in the order of the plan.
pub(in crate::dialect) fn transfers(frame: &Frame<'_>) -> Vec<Transfer> {
    frame.plan.staging.iter().map(|table| transfer(frame, table)).collect()
}

fn transfer(frame: &Frame<'_>, table: &StagedTable) -> Transfer {
    let (home, here) = (home(frame), frame.dialect());
    let from = Names::of(home.engine()).table(&table.source);
    let key: Vec<&StagedColumn> = table.key.iter().filter_map(|name| find(table, name)).collect();
    let names: Vec<Sql> = key.iter().map(|one| identifier(&one.name)).collect();
    let literals: Vec<Sql> = key.iter().map(|one| stated(home, &one.ty)).collect();
    let items = items(frame, table);
    let behind = super::super::spelling::row_value(&literals);
    let step = stage_step(&table.name);
    let copied = copied(frame, table, &names);
    let checkpoints = checkpoint_columns(key.len());
    let (ledger, run) = (frame.names.of_ledger("step"), frame.names.of_ledger("run"));
    let marked = mark(&checkpoints, &ledger, &frame.text(&step), &run, &frame.fingerprint());
    Transfer {
        table: shown(&table.source.name),
        columns: table
            .columns
            .iter()
            .map(|c| (c.name.clone(), c.ty.clone(), c.stage.clone(), is_personal(frame, table, &c.name)))
            .collect(),
        key: table.key.iter().filter_map(|name| table.columns.iter().position(|c| c.name == *name)).collect(),
        rows: table.rows,
        from: from.to_string(),
        count: count_table(&from).to_string(),
        first: home.sent(&travellers(&items, &from, &names, None)).to_string(),
        after: if key.is_empty() {
            Vec::new()
        } else {
            pieces(&home.sent(&travellers(&items, &from, &names, Some(&behind))))
        },
        load: load(here, &frame.names.table(&table.stage), &columns(table)).to_string(),
        mark: pieces(&marked),
        checkpoint: checkpoint(&checkpoints, &ledger, &frame.text(&step)).to_string(),
        finish: finish(&ledger, &frame.text(&step), &run, &frame.fingerprint()).to_string(),
        copy: copied,
        buckets: super::buckets::of_table(frame, table),
        step,
    }
}

/// Whether a value that the plan calls personal is made of the column.
fn is_personal(frame: &Frame<'_>, table: &StagedTable, column: &str) -> bool {
    frame.plan.moves.iter().any(|step| {
        let relations = step.joins.iter().map(|join| &join.relation).chain([&step.source]);
        let names: Vec<String> = relations
            .filter(|relation| relation.table == table.stage)
            .map(|relation| format!("{}.{column}", relation.alias))
            .collect();
        let personal = step.columns.iter().filter(|one| one.pii.is_some_and(|pii| pii != Pii::Not));
        personal.flat_map(|one| &one.reads).any(|read| names.contains(read))
    })
}

/// The copy as it is compared with the source, in the forms that both engines share.
fn copied(frame: &Frame<'_>, table: &StagedTable, key: &[Sql]) -> (String, String) {
    let (here, from) = (frame.dialect(), frame.plan.source.engine);
    let stage = frame.names.table(&table.stage);
    let item = |one: &StagedColumn| here.travelling(&identifier(&one.name), &one.stage, from);
    let items: Vec<Sql> = table.columns.iter().map(item).collect();
    (count_table(&stage).to_string(), here.sent(&travellers(&items, &stage, key, None)).to_string())
}

fn find<'t>(table: &'t StagedTable, name: &str) -> Option<&'t StagedColumn> {
    table.columns.iter().find(|column| column.name == name)
}

fn columns(table: &StagedTable) -> Vec<Sql> {
    table.columns.iter().map(|column| identifier(&column.name)).collect()
}

fn column_types(table: &StagedTable) -> Vec<(Sql, &SqlType)> {
    table.columns.iter().map(|column| (identifier(&column.name), &column.stage)).collect()
}

/// The source's dialect.
fn home(frame: &Frame<'_>) -> &'static dyn Dialect {
    of(frame.plan.source.engine)
}

fn items(frame: &Frame<'_>, table: &StagedTable) -> Vec<Sql> {
    let (home, to) = (home(frame), frame.plan.target.engine);
    table.columns.iter().map(|one| home.travelling(&identifier(&one.name), &one.ty, to)).collect()
}

/// For the statements that create and drop the copies.
pub(super) fn tables(frame: &Frame<'_>) -> Vec<Value> {
    let dialect = frame.dialect();
    let of = |table: &StagedTable| {
        let columns: Vec<Sql> = table
            .columns
            .iter()
            .map(|one| {
                column(&one.name, &dialect.copy_type(&one.stage, room(table, &one.name)), one.not_null)
            })
            .collect();
        let columns = columns_and_order(&columns, dialect.own_order(&key_types(table)));
        context! { table => frame.names.table(&table.stage), columns => columns }
    };
    frame.plan.staging.iter().map(of).collect()
}

fn key_types(table: &StagedTable) -> Vec<(Sql, &SqlType)> {
    let columns = table.key.iter().filter_map(|name| find(table, name));
    columns.map(|one| (identifier(&one.name), &one.stage)).collect()
}

/// Bytes that every engine's index takes for all of its columns together.
const INDEX_BYTES: usize = 3072;

/// Bytes of a column in the copy's index of the most columns that has it; none if no index has it.
fn room(table: &StagedTable, name: &String) -> Option<usize> {
    let indexes = table.uniques.iter().chain(&table.indexes).filter(|columns| columns.contains(name));
    indexes.map(Vec::len).max().map(|parts| INDEX_BYTES / parts)
}

/// The scripts before the staged rows are there, but for the ledger's own.
pub(super) fn source_checks(frame: &Frame<'_>) -> Script {
    let path = "sql/05_source.sql";
    let home = frame.at_home();
    let mut checks = Checks::new(&home);
    for table in &frame.plan.staging {
        let fits = table.columns.iter().flat_map(|one| checks_of(&home, table, one));
        let crosses = table.columns.iter().filter_map(|one| crosses(&home, table, one));
        let rows: Vec<CheckRow> = fits.chain(crosses).collect();
        if !rows.is_empty() {
            let from = home.names.table(&table.source);
            checks.add(Scan {
                comment: comment(&table.source.name),
                expected: count_table(&from),
                from,
                examined: count_all(),
                rows,
            });
        }
    }
    let does = "Counts, at the source, the values that cannot travel to the target's engine. Writes nothing, and fails if there are any.";
    let text = home.render(
        "preflight.sql",
        &context! {
            checks => checks.finish(),
            failed => home.message(Code::SourceUnfit, "the source holds values that cannot travel"),
            ..home.shared(path, does)
        },
    );
    prepare::whole(path, ScriptKind::Source, text)
}

fn checks_of(home: &Frame<'_>, table: &StagedTable, one: &StagedColumn) -> Vec<CheckRow> {
    let (name, to) = (identifier(&one.name), home.plan.target.engine);
    let shown = format!("{}.{}", table.source.name, one.name);
    let row = |kind: &'static str, subject: String, fits: Sql| CheckRow {
        id: format!("source/{}/{}/{kind}", table.name, one.name),
        kind,
        subject,
        bad: count_where(&not(&fits)),
    };
    let travels = home.dialect().travels(&name, &one.ty, one.enforced, to).map(|fits| {
        let subject =
            format!("`{shown}` holds only values of its declared type that {to} takes, {}", one.stage);
        row(ClaimKind::Type.word(), subject, fits)
    });
    let encoded = home.dialect().encoded(&name, &one.ty, one.charset.as_deref()).map(|fits| {
        row("encoding", format!("`{shown}` holds only texts in the encoding that it is said to be in"), fits)
    });
    travels.into_iter().chain(encoded).collect()
}

/// What the wrapper of the link `fdw` would not bring whole.
fn crosses(home: &Frame<'_>, table: &StagedTable, one: &StagedColumn) -> Option<CheckRow> {
    let name = identifier(&one.name);
    let whole = home.dialect().crosses(&name, &one.ty).filter(|_| home.plan.link == Link::Fdw)?;
    let kind = ClaimKind::Length.word();
    Some(CheckRow {
        id: format!("source/{}/{}/{kind}", table.name, one.name),
        kind,
        subject: format!(
            "`{}.{}` has no value of more than {} bytes, which {} would not read",
            table.source.name,
            one.name,
            wrapper_room(&one.ty).unwrap_or(u32::MAX),
            wrapper(home.plan.source.engine)
        ),
        bad: count_where(&not(&whole)),
    })
}

/// For each table what a stock client of the source reads, and what one of the target writes.
pub(super) fn scripts(frame: &Frame<'_>) -> Vec<Script> {
    frame.plan.staging.iter().flat_map(|table| [sending(frame, table), receiving(frame, table)]).collect()
}

/// The file that the two stock clients share.
fn rows_file(table: &StagedTable) -> String {
    format!("{}.copy", file_name(&table.name))
}

fn sending(frame: &Frame<'_>, table: &StagedTable) -> Script {
    let path = format!("sql/14_send/{}.sql", file_name(&table.name));
    let home = frame.at_home();
    let dialect = home.dialect();
    let to = frame.plan.target.engine;
    let items: Vec<Sql> =
        table.columns.iter().map(|one| dialect.written_out(&identifier(&one.name), &one.ty, to)).collect();
    let key: Vec<Sql> = table.key.iter().map(|name| identifier(name)).collect();
    let items = match frame.plan.target.engine {
        // What its client reads from a file as it stands there are statements.
        Engine::Sqlite => {
            let words = load(frame.dialect(), &frame.names.table(&table.stage), &columns(table));
            vec![statement_row(dialect, &items, &format!("{words} ("))]
        }
        Engine::Postgres | Engine::Mysql => items,
    };
    let select = travellers(&items, &home.names.table(&table.source), &key, None);
    let does = format!(
        "Prints the rows of {} that travel; for stock clients, with the output in {}. Datamove itself does not run it.",
        shown(&table.source.name),
        rows_file(table)
    );
    let statements = frame.plan.target.engine == Engine::Sqlite;
    let text = home.render(
        "send.sql",
        &context! { select => select, statements => statements, ..home.shared(&path, &does) },
    );
    Script { steps: Vec::new(), ..prepare::whole(&path, ScriptKind::Send, text) }
}

fn receiving(frame: &Frame<'_>, table: &StagedTable) -> Script {
    let path = format!("sql/15_stage/{}.sql", file_name(&table.name));
    let does = format!(
        "Copies {} into the ledger; for stock clients. Datamove itself streams the rows instead.",
        rows_file(table)
    );
    let id = stage_step(&table.name);
    let stage = frame.names.table(&table.stage);
    let moved: Vec<Sql> = frame.plan.moves.iter().map(|one| frame.text(&one.id)).collect();
    let text = frame.render(
        "receive.sql",
        &context! {
            id => frame.text(&id),
            stage => stage.clone(),
            copy => frame.dialect().receive(&stage, &column_types(table), &frame.text(&rows_file(table))),
            changed => frame.message(Code::ValueChanged, "a value of the file is none of its column's type"),
            moved => comma(&moved),
            begun => frame.message(Code::StagedAlready, "rows are being moved out of the staged tables already"),
            ..frame.shared(&path, &does)
        },
    );
    Script { steps: vec![id], ..prepare::whole(&path, ScriptKind::Stage, text) }
}

/// Once every row is here: nothing is missing, the keys hold, look-ups have their indexes.
pub(super) fn arrived(frame: &Frame<'_>, guards: Vec<Value>) -> Script {
    let path = "sql/17_staged.sql";
    let does = "Counts the rows that arrived, gives them their keys and indexes, and refuses what the plan does not expect.";
    let stages: Vec<Value> =
        frame.plan.staging.iter().zip(1..).map(|(table, n)| kept(frame, table, n)).collect();
    let text = frame
        .render("staged.sql", &context! { arrived => stages, guards => guards, ..context! { ..super::fdw::context(frame), ..frame.shared(path, does) } });
    prepare::whole(path, ScriptKind::Staged, text)
}

fn kept(frame: &Frame<'_>, table: &StagedTable, number: usize) -> Value {
    let name = shown(&table.source.name);
    let own = frame.dialect().own_order(&key_types(table)).is_some();
    let index = |word: &str, (columns, n): (&Vec<String>, usize)| {
        index(frame, table, columns, &format!("stage_{word}_{number}_{n}"))
    };
    context! {
        comment => comment(&table.source.name),
        table => frame.names.table(&table.stage),
        table_only => identifier(&table.stage.name),
        table_text => frame.text(&table.stage.name),
        id => frame.text(&stage_step(&table.name)),
        missing => frame.message(Code::StepsNotDone, &format!("the rows of {name} have not all been staged")),
        changed => frame.message(Code::StagedChanged, &format!("the staged rows of {name} are not those that arrived")),
        meet => frame.message(Code::CopiedKeysMeet, &format!("keys of {name} are the same in the copy")),
        // A copy that keeps its rows in the order of its first key has that one already.
        uniques => table.uniques.iter().zip(1..).skip(usize::from(own)).map(|one| index("key", one)).collect::<Vec<_>>(),
        indexes => table.indexes.iter().zip(1..).map(|one| index("index", one)).collect::<Vec<_>>(),
    }
}

fn index(frame: &Frame<'_>, table: &StagedTable, columns: &[String], name: &str) -> Value {
    let dialect = frame.dialect();
    // Where there are no schemas, indexes of all tables share their names.
    let name = match &table.stage.schema {
        Some(_) => name.to_owned(),
        None => format!("{}{name}", frame.names.ledger()),
    };
    let bytes = INDEX_BYTES / columns.len().max(1);
    let parts: Vec<IndexPart> = columns
        .iter()
        .filter_map(|name| find(table, name))
        .map(|one| dialect.index_part(&identifier(&one.name), &one.stage, bytes))
        .collect();
    let whole = parts.iter().all(|part| matches!(part, IndexPart::Whole(_)));
    let spelled: Vec<Sql> = parts
        .into_iter()
        .map(|part| match part {
            IndexPart::Whole(part) | IndexPart::Beginning(part) => part,
        })
        .collect();
    let names: Vec<Sql> = columns.iter().map(|name| identifier(name)).collect();
    let texts = columns.iter().filter_map(|name| find(table, name)).any(|one| !has_plain_order(&one.stage));
    let (name, on) = (identifier(&name), frame.names.table(&table.stage));
    context! {
        name_text => frame.text(name.as_str().trim_matches('"')),
        create => create_index(frame, &name, &on, &spelled, whole),
        columns => comma(&spelled),
        names => comma(&names),
        all_there => super::super::spelling::and(&names.iter().map(not_null).collect::<Vec<_>>()),
        compares => texts,
        name => name,
    }
}

/// The statement as a text, for engines that are asked first whether the index is there.
fn create_index(frame: &Frame<'_>, name: &Sql, on: &Sql, parts: &[Sql], unique: bool) -> Value {
    let statement = |unique| frame.text(new_index(name, on, parts, unique).as_str());
    context! { unique => statement(unique), plain => statement(false) }
}
