//! datamove: a compiler and planner for data migrations.
//!
//! The modules in reading order; each imports only from those above it (`tests/tidy.rs` holds the
//! list). A plan goes one way through them:
//!
//! ```text
//! plan text ─parse─▶ ast ──────────┐                               problems collect beside every arrow
//! DDL text ──read──▶ Catalog ──────┴resolve─▶ Resolved ─order─▶ Order ─typing─▶ gate ─▶ Plan
//! Plan ─┬─ json · fingerprint
//!       └─lower(dialect)─▶ Script ─┐
//!                      documents ──┴─▶ Bundle ─cli─▶ disk ─runner─▶ databases
//! two DDL texts ─init─▶ a first plan text
//! ```

pub mod base;
pub mod diagnostic;
pub mod explain;
pub mod syntax;
pub mod schema;
pub mod plan;
pub mod resolve;
pub mod order;
pub mod typing;
pub mod init;
pub mod estimate;
pub mod lint;
pub mod dialect;
pub mod artifact;
pub mod diff;
pub mod runner;
pub mod cli;
#[cfg(test)]
mod contracts;

use std::collections::BTreeSet;

use artifact::{Beside, Bundle};
use base::{Sources, Span};
use diagnostic::{Code, Diagnostic, Problems};
use plan::{Plan, TableRef};
use schema::{Catalog, Shape, Shapes, Stats};
use syntax::Files;
use syntax::ast::{self, ItemKind};
use typing::Options;

/// What a run of the front half gives: the texts, the findings, and the plan if there is no error.
#[derive(Debug)]
pub struct Checked {
    pub sources: Sources,
    pub problems: Problems,
    pub plan: Option<Plan>,
    pub sides: Sides,
}

/// The two databases as far as files tell of them.
#[derive(Debug, Default)]
pub struct Sides {
    pub source: Option<Side>,
    pub target: Option<Side>,
}

#[derive(Debug)]
pub struct Side {
    pub catalog: Catalog,
    /// How much there is of each table, if the plan names a file that says it.
    pub stats: Option<Stats>,
}

/// The whole front half: reads the plan file `main` and what it names through `files`, and checks
/// it. Reports everything that is wrong in one run.
///
/// `folder` is shown before file names in messages; it has no part in what is compiled.
pub fn check(folder: &str, main: &str, files: &dyn Files, options: Options<'_>) -> Checked {
    let mut sources = Sources::in_folder(folder);
    let mut problems = Problems::default();
    let mut sides = Sides::default();
    let plan = front(main, files, options, &mut sources, &mut problems, &mut sides);
    Checked { sources, problems, plan, sides }
}

fn front(
    main: &str,
    files: &dyn Files,
    options: Options<'_>,
    sources: &mut Sources,
    problems: &mut Problems,
    sides: &mut Sides,
) -> Option<Plan> {
    let parsed = syntax::load(main, files, sources, problems);
    if parsed.is_empty() || problems.have(Code::TooBig) {
        // What is left of such a file says little about what is meant.
        return None;
    }
    let unread = problems.errors() > 0;
    let plan = understood(&parsed, files, options, sources, problems, sides);
    if unread {
        problems.forget_absences();
    }
    plan
}

/// The front half behind the parser.
fn understood(
    parsed: &[ast::File],
    files: &dyn Files,
    options: Options<'_>,
    sources: &mut Sources,
    problems: &mut Problems,
    sides: &mut Sides,
) -> Option<Plan> {
    let asts: Vec<&ast::File> = parsed.iter().collect();
    sides.source = side(&asts, |kind| matches!(kind, ItemKind::Source(_)))
        .and_then(|side| known(side, files, sources, problems));
    sides.target = side(&asts, |kind| matches!(kind, ItemKind::Target(_)))
        .and_then(|side| known(side, files, sources, problems));
    let [source, target] = [&sides.source, &sides.target].map(|side| side.as_ref().map(|side| &side.catalog));
    let staged = staged(&asts, source, target);
    let resolved = resolve::resolve(&asts, source, staged.as_ref(), target, problems)?;
    let order = order::order(&resolved, problems);
    let plan = typing::typing(&resolved, &order, sources, options, problems)?;
    for unsupported in dialect::check(&plan) {
        problems.push(engine_cannot(&unsupported, sources));
    }
    let gaps = if problems.errors() == 0 { plan::gaps(&plan) } else { Vec::new() };
    for gap in gaps {
        if let Some(span) = sources.span_of(&gap.of.origin) {
            let message = format!("no check of the plan would find {} in `{}`", gap.says, gap.of.target.name);
            let found =
                Diagnostic::warning(Code::UncheckedRows, message, span, "into a table that may have rows");
            problems.push(found.help(
                "write an `invariant` or a `check` over the table that says what must be so, or load it while it is empty, without `on conflict`",
            ));
        }
    }
    for own in dialect::runners_own(&plan) {
        let message = format!("{}: {}", own.what, own.why);
        let span = own.origin.as_ref().and_then(|origin| sources.span_of(origin));
        let found = match span {
            Some(span) => Diagnostic::warning(Code::RunnersOwn, message, span, "not for a stock client"),
            None => continue,
        };
        problems.push(found.help(&own.help));
    }
    (problems.errors() == 0).then_some(plan)
}

/// The source as its staged copy, where the link copies it first.
fn staged(asts: &[&ast::File], source: Option<&Catalog>, target: Option<&Catalog>) -> Option<Catalog> {
    let (source, to) = (source?, target?.engine);
    let side = side(asts, |kind| matches!(kind, ItemKind::Source(_)))?;
    resolve::is_staged(side, source.engine, to).then(|| schema::staged(source, to))
}

/// The bundle of a checked plan, in memory.
#[must_use]
pub fn bundle(plan: &Plan, sides: &Sides) -> Bundle {
    let fingerprint = plan::fingerprint(plan);
    let scripts = dialect::scripts(plan, &fingerprint);
    let stats = |side: &'_ Option<Side>| side.as_ref().and_then(|side| side.stats.clone());
    let (source, target) = (stats(&sides.source), stats(&sides.target));
    let beside = Beside {
        shapes: Shapes::new(
            used(sides.source.as_ref(), &plan::source_tables(plan)),
            used(sides.target.as_ref(), &plan::target_tables(plan)),
        ),
        estimate: estimate::estimate(plan, source.as_ref(), target.as_ref()),
    };
    artifact::bundle(plan, &fingerprint, scripts, &beside)
}

/// The tables of a side that the plan has to do with. A side without schemas knows its tables by
/// their bare names, whatever the plan attaches it as.
fn used(side: Option<&Side>, tables: &BTreeSet<&TableRef>) -> Shape {
    let Some(side) = side else { return Shape::default() };
    let mut names: BTreeSet<(Option<&str>, &str)> = BTreeSet::new();
    for table in tables {
        names.insert((table.schema.as_deref(), &table.name));
        names.insert((None, &table.name));
    }
    Shape::of_tables(&side.catalog, |table| names.contains(&(table.schema.as_deref(), &table.name)))
}

/// What the target's engine cannot do becomes a finding at the plan's lines.
fn engine_cannot(unsupported: &dialect::Unsupported, sources: &Sources) -> Diagnostic {
    let message = format!("{}: {}", unsupported.what, unsupported.why);
    let span = unsupported.origin.as_ref().and_then(|origin| sources.span_of(origin));
    let diagnostic = match span {
        Some(span) => Diagnostic::error(Code::EngineCannot, message, span, "not on this engine"),
        None => Diagnostic::nowhere(Code::EngineCannot, message),
    };
    diagnostic.help(&unsupported.help)
}

/// The first `source` or `target` of the files.
fn side<'a>(files: &[&'a ast::File], wanted: impl Fn(&ItemKind) -> bool) -> Option<&'a ast::Side> {
    files.iter().flat_map(|file| &file.items).find(|item| wanted(&item.kind)).and_then(|item| {
        match &item.kind {
            ItemKind::Source(side) | ItemKind::Target(side) => Some(side),
            _ => None,
        }
    })
}

/// What the files of a side tell.
fn known(
    side: &ast::Side,
    files: &dyn Files,
    sources: &mut Sources,
    problems: &mut Problems,
) -> Option<Side> {
    let catalog = catalog(side, files, sources, problems)?;
    let stats = stats(side, &catalog, files, sources, problems);
    Some(Side { catalog, stats })
}

/// Reads a side's files of statistics. Nothing is decided by them, so a table that the schema does not
/// have is a warning; a file that says nothing at all is an error.
fn stats(
    side: &ast::Side,
    catalog: &Catalog,
    files: &dyn Files,
    sources: &Sources,
    problems: &mut Problems,
) -> Option<Stats> {
    let mut tables = Vec::new();
    for file in &side.stats {
        let name = syntax::beside(&sources.file(file.span.file).name, &file.value);
        let text = match files.read(&name) {
            Ok(text) => text,
            Err(error) => {
                problems.push(error.diagnostic(&sources.shown_name(&name), Some(file.span)));
                continue;
            }
        };
        let shown = sources.shown_name(&name);
        match Stats::from_json(&text) {
            Ok(stats) if stats.engine == catalog.engine => {
                if let Some(found) = strangers(&stats, catalog, &shown, file.span) {
                    problems.push(found);
                }
                tables.extend(stats.tables);
            }
            Ok(stats) => {
                let why = format!("it is of {}, and `{}` is {}", stats.engine, side.name, catalog.engine);
                problems.push(not_stats(&shown, &why, file.span));
            }
            Err(why) => problems.push(not_stats(&shown, &why, file.span)),
        }
    }
    (!side.stats.is_empty()).then(|| Stats::new(catalog.engine, tables))
}

fn not_stats(shown: &str, why: &str, span: Span) -> Diagnostic {
    let message = format!("`{shown}` holds no statistics: {why}");
    Diagnostic::error(Code::StatsUnreadable, message, span, "named here")
        .help("write it anew with `datamove pull --url URL --stats FILE`, or take the clause out")
}

/// Tables of the statistics that the schema does not have.
fn strangers(stats: &Stats, catalog: &Catalog, shown: &str, span: Span) -> Option<Diagnostic> {
    const NAMED: usize = 3;
    let known: BTreeSet<String> = catalog.tables.iter().map(schema::Table::display_name).collect();
    let mut strange =
        stats.tables.iter().map(schema::TableStats::display_name).filter(|name| !known.contains(name));
    let first: Vec<String> = strange.by_ref().take(NAMED).map(|name| format!("`{name}`")).collect();
    if first.is_empty() {
        return None;
    }
    let more = strange.count();
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    let message = format!("`{shown}` has tables that the schema does not have: {}{more}", first.join(", "));
    let found = Diagnostic::warning(Code::StatsStrangers, message, span, "left out of the estimate");
    Some(found.help("pull schema and statistics together: `datamove pull --url URL -o SQL --stats JSON`"))
}

/// Reads a side's DDL files. `None` if one of them cannot be read: then nothing is known of its
/// tables, and complaints about them would only hide the cause.
fn catalog(
    side: &ast::Side,
    files: &dyn Files,
    sources: &mut Sources,
    problems: &mut Problems,
) -> Option<Catalog> {
    let before = problems.errors();
    let engine = resolve::engine(side, problems)?;
    let mut read: Vec<(base::FileId, Option<String>)> = Vec::new();
    for schema in &side.schemas {
        let span: Span = schema.file.span;
        let name = syntax::beside(&sources.file(span.file).name, &schema.file.value);
        match files.read(&name) {
            Ok(text) => {
                let namespace = schema.namespace.as_ref().map(|ident| ident.text.clone());
                let id = sources.add(name, text);
                if !syntax::has_conflicts(sources, id, problems) {
                    read.push((id, namespace));
                }
            }
            Err(error) => problems.push(error.diagnostic(&sources.shown_name(&name), Some(span))),
        }
    }
    let catalog = schema::read(engine, &side.name.text, &read, sources, problems);
    (problems.errors() == before).then_some(catalog)
}
