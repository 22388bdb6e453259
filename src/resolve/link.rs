//! The link between the two sides: how the source's rows come into the target's session.

use std::collections::BTreeMap;

use super::Side;
use crate::base::{Engine, Ident, fold};
use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::plan::Link;
use crate::schema::Table;
use crate::syntax::ast;

/// How the source is seen from the target's session.
pub(super) fn link(source: &Side<'_>, target: &Side<'_>, problems: &mut Problems) -> Option<Link> {
    if source.name == target.name {
        problems.push(
            Diagnostic::error(
                Code::DefinedTwice,
                format!("source and target are both called `{}`", source.name),
                target.ast.name.span,
                "the same name",
            )
            .see(source.ast.name.span, "the source")
            .help("paths such as `legacy.customers` begin with the side's name, so the two must differ"),
        );
        return None;
    }
    let chosen = chosen(source, target, problems)?;
    if chosen == Link::Attach && ["main", "temp"].contains(&fold(source.name).as_str()) {
        problems.push(
            Diagnostic::error(
                Code::UnknownWord,
                format!("a SQLite file cannot be attached as `{}`", source.name),
                source.ast.name.span,
                "taken by SQLite itself",
            )
            .help("give the source another name: `source legacy sqlite { … }`"),
        );
    }
    if chosen == Link::Same {
        check_overlap(source, target, problems);
    }
    Some(chosen)
}

/// True if the source's rows have to be staged, by the plan's words and the engines.
#[must_use]
pub fn is_staged(source: &ast::Side, from: Engine, to: Engine) -> bool {
    stated(source, from, to).is_ok_and(Link::copies)
}

/// The link that the source states, or the one that its engines have without a word; `Err` for a word
/// that is no link between them.
fn stated(source: &ast::Side, from: Engine, to: Engine) -> Result<Link, &Ident> {
    let Some(word) = &source.link else {
        return Ok(match from {
            _ if from != to => Link::Staged,
            Engine::Sqlite => Link::Attach,
            Engine::Postgres | Engine::Mysql => Link::Same,
        });
    };
    match fold(&word.text).as_str() {
        "staged" if from != to || from != Engine::Sqlite => Ok(Link::Staged),
        "fdw" if to == Engine::Postgres && from != Engine::Sqlite => Ok(Link::Fdw),
        "same" if from == to => Ok(Link::Same),
        "attach" if from == to && from == Engine::Sqlite => Ok(Link::Attach),
        _ => Err(word),
    }
}

fn no_wrapper(source: &Side<'_>, target: &Side<'_>, word: &Ident) -> Diagnostic {
    let (from, to) = (source.own.engine, target.own.engine);
    Diagnostic::error(
        Code::NoWrapper,
        format!("no foreign data wrapper shows tables of {from} to {to}"),
        word.span,
        "PostgreSQL sees tables of PostgreSQL (postgres_fdw) and of MySQL or MariaDB (mysql_fdw)",
    )
    .see(source.ast.engine.span, format!("{from}"))
    .see(target.ast.engine.span, format!("{to}"))
    .help("write `link staged`, or nothing")
}

fn chosen(source: &Side<'_>, target: &Side<'_>, problems: &mut Problems) -> Option<Link> {
    let (from, to) = (source.own.engine, target.own.engine);
    let word = match stated(source.ast, from, to) {
        Ok(link) => return Some(link),
        Err(word) => word,
    };
    if fold(&word.text) == "fdw" {
        problems.push(no_wrapper(source, target, word));
        return None;
    }
    let known = ["same", "attach", "staged"].contains(&fold(&word.text).as_str());
    problems.push(if from != to && known {
        Diagnostic::error(
            Code::EnginesDiffer,
            format!("no session of {to} sees the tables of {from}, so `link {word}` cannot be"),
            word.span,
            "only within one engine",
        )
        .see(source.ast.engine.span, format!("{from}"))
        .see(target.ast.engine.span, format!("{to}"))
        .help("write `link staged`, or nothing: the rows are first copied to the target's server")
    } else {
        Diagnostic::error(
            Code::UnknownWord,
            format!("`{word}` is not a link between two {from} schemas"),
            word.span,
            "unknown link",
        )
        .help(match from {
            Engine::Sqlite => "write `link attach` (two files) or `link same` (one file)",
            Engine::Postgres => {
                "write `link same`, or nothing, for two schemas of one database; `link staged` for two databases"
            }
            Engine::Mysql => {
                "write `link same`, or nothing, for two databases of one server; `link staged` for two servers"
            }
        })
    });
    None
}

/// In one database, a table of the source and a table of the target must not be the same table.
fn check_overlap(source: &Side<'_>, target: &Side<'_>, problems: &mut Problems) {
    let fold_case = target.catalog.engine.may_fold_table_names();
    // On a server that stores names in lower case, `Shop.t` and `shop.t` are one table.
    let key = |table: &Table| {
        let key = (table.schema.clone(), table.name.clone());
        if fold_case { (key.0.as_deref().map(fold), fold(&key.1)) } else { key }
    };
    let ours: BTreeMap<_, _> = target.catalog.tables.iter().map(|table| (key(table), table.span)).collect();
    let shared: Vec<_> = source
        .catalog
        .tables
        .iter()
        .filter_map(|table| ours.get(&key(table)).map(|span| (table, *span)))
        .collect();
    if let Some((table, span)) = shared.first() {
        let at = source.ast.schemas.first().map_or(source.ast.name.span, |schema| schema.file.span);
        problems.push(
            Diagnostic::error(
                Code::SidesOverlap,
                format!(
                    "{} of the source's tables are the target's own: `{}` is in both",
                    shared.len(),
                    table.display_name()
                ),
                at,
                "in one database these would be the same tables",
            )
            .see(table.span, "in the source")
            .see(*span, "in the target")
            .help(match source.catalog.engine {
                Engine::Postgres => {
                    "say in which schema of the database the source's tables are: `schema \"old.sql\" in old_shop`"
                }
                Engine::Mysql => {
                    "say in which database of the server the source's tables are: `schema \"old.sql\" in old_shop`"
                }
                Engine::Sqlite => "use `link attach`, with the source in a file of its own",
            }),
        );
    }
}
