//! Rows of another server that the target's own server reads, through a foreign data wrapper.
//!
//! The source's tables are foreign tables for as long as they are copied, and nothing but the copying reads
//! them: which expressions a wrapper hands to the source, and what they mean there, cannot change a result.
//! Only ranges of whole numbers are handed over. Where the source is, is said to the session at run time.

use minijinja::{Value, context};

use super::super::Sql;
use super::super::spelling::staging::{count_table, foreign_table};
use super::super::spelling::{comma, comment, identifier};
use super::Script;
use super::backfill::file_name;
use super::frame::Frame;
use super::prepare::{shown, whole};
use crate::base::Engine;
use crate::diagnostic::Code;
use crate::plan::{Link, ScriptKind, StagedColumn, StagedTable, stage_step};
use crate::schema::{SqlType, wrapper};

/// For the scripts that take the foreign server away, where the plan's link is one.
pub(super) fn context(frame: &Frame<'_>) -> Value {
    context! { linked => frame.plan.link == Link::Fdw, server => identifier(&frame.names.ledger()) }
}

/// The foreign table of a staged one. Its number cannot be too long for a name.
fn far(frame: &Frame<'_>, number: usize) -> Sql {
    frame.names.of_ledger(&format!("far_{number}"))
}

/// Makes the server, the user and the foreign tables.
pub(super) fn link(frame: &Frame<'_>) -> Script {
    let path = "sql/12_link.sql";
    let does = "Shows the source's tables to the target's server, until they are copied. Can be run again.";
    let from = frame.plan.source.engine;
    let mysql = from == Engine::Mysql;
    let extension = wrapper(from);
    let server = identifier(&frame.names.ledger());
    let tables: Vec<Sql> = frame
        .plan
        .staging
        .iter()
        .zip(1..)
        .map(|(table, number)| {
            let columns: Vec<(&str, Sql)> = table
                .columns
                .iter()
                .map(|one| (one.name.as_str(), frame.dialect().type_name(&one.stage)))
                .collect();
            let schema = table.source.schema.as_deref().map(|name| frame.text(name));
            let name = frame.text(&table.source.name);
            let text = foreign_table(&far(frame, number), &columns, &server, mysql, schema.as_ref(), &name);
            frame.text(text.as_str())
        })
        .collect();
    let text = frame.render(
        "link.sql",
        &context! {
            tables => tables,
            server => server,
            mysql => mysql,
            wrapper => frame.text(extension),
            wrapper_name => identifier(extension),
            missing => frame.message(
                Code::WrapperMissing,
                &format!("the extension {extension} is not installed in this database"),
            ),
            unsaid => frame.message(Code::SourceUnsaid, "the settings datamove.source_… do not say where the source is"),
            refused => frame.message(Code::ServerRefused, "the server does not take the source's place and user"),
            ..frame.shared(path, does)
        },
    );
    whole(path, ScriptKind::Link, text)
}

/// Copies each table, batch by batch where its key is one whole number.
pub(super) fn copies(frame: &Frame<'_>) -> Vec<Script> {
    frame.plan.staging.iter().zip(1..).map(|(table, number)| copy(frame, table, number)).collect()
}

fn copy(frame: &Frame<'_>, table: &StagedTable, number: usize) -> Script {
    let path = format!("sql/15_stage/{}.sql", file_name(&table.name));
    let name = shown(&table.source.name);
    let does = format!(
        "Copies the rows of {name} into the ledger, each batch and its checkpoint in one transaction."
    );
    let id = stage_step(&table.name);
    let columns: Vec<Sql> = table.columns.iter().map(|one| identifier(&one.name)).collect();
    let moved: Vec<Sql> = frame.plan.moves.iter().map(|one| frame.text(&one.id)).collect();
    let key = counted_key(table).map(|column| identifier(&column.name));
    let far = far(frame, number);
    let context = context! {
        comment => comment(&table.source.name),
        id => frame.text(&id),
        stage => frame.names.table(&table.stage),
        count => count_table(&far),
        far => far,
        columns => comma(&columns),
        keyed => key.is_some(),
        key => key.unwrap_or_default(),
        rows => table.rows,
        moved => comma(&moved),
        begun => frame.message(Code::StagedAlready, "rows are being moved out of the staged tables already"),
        changed => frame.message(
            Code::SourceChanged,
            &format!("the source has not as many rows of {name} as were copied"),
        ),
        ..frame.shared(&path, &does)
    };
    let body = frame.dialect().block(frame.render("pull_body.sql", &context).trim_end());
    let text = frame.render("pull.sql", &context! { body => body, ..context });
    let batch_rows = counted_key(table).map(|_| table.rows);
    Script { steps: vec![id], batch_rows, ..whole(&path, ScriptKind::Stage, text) }
}

/// The key, if ranges of it mean the same on every server: whole numbers have no collation.
fn counted_key(table: &StagedTable) -> Option<&StagedColumn> {
    let [name] = table.key.as_slice() else { return None };
    let column = table.columns.iter().find(|column| column.name == *name)?;
    let whole = match column.stage {
        SqlType::Int { .. } => true,
        SqlType::Unsigned { bits } => bits < 64,
        _ => false,
    };
    whole.then_some(column)
}
