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
pub mod dialect;
pub mod artifact;
pub mod runner;
pub mod cli;

use artifact::Bundle;
use base::{Sources, Span};
use diagnostic::{Code, Diagnostic, Problems};
use plan::Plan;
use schema::Catalog;
use syntax::Files;
use syntax::ast::{self, ItemKind};
use typing::Options;

/// What a run of the front half gives: the texts, the findings, and the plan if there is no error.
#[derive(Debug)]
pub struct Checked {
    pub sources: Sources,
    pub problems: Problems,
    pub plan: Option<Plan>,
}

/// The whole front half: reads the plan file `main` and what it names through `files`, and checks
/// it. Reports everything that is wrong in one run.
///
/// `folder` is shown before file names in messages; it has no part in what is compiled.
pub fn check(folder: &str, main: &str, files: &dyn Files, options: Options<'_>) -> Checked {
    let mut sources = Sources::in_folder(folder);
    let mut problems = Problems::default();
    let plan = front(main, files, options, &mut sources, &mut problems);
    Checked { sources, problems, plan }
}

fn front(
    main: &str,
    files: &dyn Files,
    options: Options<'_>,
    sources: &mut Sources,
    problems: &mut Problems,
) -> Option<Plan> {
    let parsed = syntax::load(main, files, sources, problems);
    if parsed.is_empty() || problems.have(Code::TooBig) {
        // What is left of such a file says little about what is meant.
        return None;
    }
    let unread = problems.errors() > 0;
    let plan = understood(&parsed, files, options, sources, problems);
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
) -> Option<Plan> {
    let asts: Vec<&ast::File> = parsed.iter().collect();
    let source = side(&asts, |kind| matches!(kind, ItemKind::Source(_)))
        .and_then(|side| catalog(side, files, sources, problems));
    let target = side(&asts, |kind| matches!(kind, ItemKind::Target(_)))
        .and_then(|side| catalog(side, files, sources, problems));
    let staged = staged(&asts, source.as_ref(), target.as_ref());
    let resolved = resolve::resolve(&asts, source.as_ref(), staged.as_ref(), target.as_ref(), problems)?;
    let order = order::order(&resolved, problems);
    let plan = typing::typing(&resolved, &order, sources, options, problems)?;
    for unsupported in dialect::check(&plan) {
        problems.push(engine_cannot(&unsupported, sources));
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
pub fn bundle(plan: &Plan) -> Bundle {
    let fingerprint = plan::fingerprint(plan);
    let scripts = dialect::scripts(plan, &fingerprint);
    artifact::bundle(plan, &fingerprint, scripts)
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
                read.push((sources.add(name, text), namespace));
            }
            Err(error) => problems.push(error.diagnostic(&sources.shown_name(&name), Some(span))),
        }
    }
    let catalog = schema::read(engine, &side.name.text, &read, sources, problems);
    (problems.errors() == before).then_some(catalog)
}
