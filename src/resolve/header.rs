//! The parts of a plan that stand once: edition, plan, source, target; and the link between them.

use std::collections::BTreeMap;

use crate::base::{Engine, Span};
use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::syntax::ast::{self, ItemKind};

/// The newest edition of the language that this compiler reads.
pub const NEWEST_EDITION: u32 = 2026;

pub(super) struct Header<'a> {
    pub edition: u32,
    pub plan: &'a ast::PlanHeader,
    pub doc: &'a ast::Doc,
    pub source: &'a ast::Side,
    pub target: &'a ast::Side,
    pub strategy: Option<(Span, &'a ast::Strategy)>,
    pub signoff: Option<(Span, &'a ast::Signoff)>,
    pub cutover: Option<(Span, &'a ast::Cutover)>,
    pub way_back: Option<(Span, &'a ast::WayBack)>,
    pub reconcile: Option<(Span, &'a ast::Reconcile)>,
    pub values: BTreeMap<&'a str, &'a ast::Values>,
    pub moves: Vec<(&'a ast::Item, &'a ast::Move)>,
    pub accepts: Vec<(Span, &'a ast::Accept)>,
    pub invariants: Vec<(&'a ast::Item, &'a ast::Invariant)>,
}

/// One part that must stand exactly once, and where it first stood.
struct Once<'a, T> {
    what: &'static str,
    found: Option<(Span, &'a T)>,
}

impl<'a, T> Once<'a, T> {
    const fn new(what: &'static str) -> Self {
        Self { what, found: None }
    }

    fn set(&mut self, span: Span, value: &'a T, problems: &mut Problems) {
        match &self.found {
            Some((first, _)) => problems.push(
                Diagnostic::error(
                    Code::DefinedTwice,
                    format!("a second `{}`", self.what),
                    span,
                    "the plan has one already",
                )
                .see(*first, "the first one"),
            ),
            None => self.found = Some((span, value)),
        }
    }

    fn get(&self, at: Option<Span>, example: &str, problems: &mut Problems) -> Option<&'a T> {
        if let (None, Some(at)) = (&self.found, at) {
            problems.push(
                Diagnostic::error(
                    Code::PartMissing,
                    format!("the plan has no `{}`", self.what),
                    at,
                    "missing in this file and in what it imports",
                )
                .help(format!("add a line such as `{example}`")),
            );
        }
        self.found.map(|(_, value)| value)
    }
}

/// Gathers the items of all files; `None` if a part is missing without which nothing else can be
/// checked.
///
/// In a plan of which parts could not be read (`broken`) nothing is called missing.
pub(super) fn collect<'a>(
    files: &[&'a ast::File],
    broken: bool,
    problems: &mut Problems,
) -> Option<Header<'a>> {
    let first = files.first()?.span;
    let start = (!broken).then_some(Span { end: first.start, ..first });
    let mut edition = Once::new("datamove edition");
    let mut plan = Once::new("plan");
    let mut doc = &None;
    let mut source = Once::new("source");
    let mut target = Once::new("target");
    let mut strategy = Once::new("strategy");
    let mut signoff = Once::new("signoff");
    let mut cutover = Once::new("cutover");
    let mut way_back = Once::new("rollback");
    let mut reconcile = Once::new("reconcile");
    let mut values: BTreeMap<&str, &ast::Values> = BTreeMap::new();
    let (mut moves, mut accepts, mut invariants) = (Vec::new(), Vec::new(), Vec::new());
    for (file_index, item) in
        files.iter().enumerate().flat_map(|(i, f)| f.items.iter().map(move |item| (i, item)))
    {
        match &item.kind {
            ItemKind::Edition(found) if file_index == 0 => edition.set(found.span, found, problems),
            ItemKind::Edition(found) => check_edition(found, problems),
            ItemKind::Import(_) => {}
            ItemKind::Plan(found) => {
                if plan.found.is_none() {
                    doc = &item.doc;
                }
                plan.set(found.name.span, found, problems);
            }
            ItemKind::Source(found) => source.set(found.name.span, found, problems),
            ItemKind::Target(found) => target.set(found.name.span, found, problems),
            ItemKind::Strategy(found) => strategy.set(item.span, found, problems),
            ItemKind::Signoff(found) => signoff.set(item.span, found, problems),
            ItemKind::Cutover(found) => cutover.set(item.span, found, problems),
            ItemKind::WayBack(found) => way_back.set(item.span, found, problems),
            ItemKind::Reconcile(found) => reconcile.set(item.span, found, problems),
            ItemKind::Values(found) => {
                check_pairs(found, problems);
                if let Some(first) = values.insert(&found.name.text, found) {
                    problems.push(
                        Diagnostic::error(
                            Code::DefinedTwice,
                            format!("a second values map `{}`", found.name),
                            found.name.span,
                            "defined again",
                        )
                        .see(first.name.span, "first defined here"),
                    );
                }
            }
            ItemKind::Move(found) => moves.push((item, found)),
            ItemKind::Accept(found) => accepts.push((item.span, found)),
            ItemKind::Invariant(found) => invariants.push((item, found)),
        }
    }
    let edition = edition.get(start, "datamove edition 2026", problems);
    if let Some(edition) = edition {
        check_edition(edition, problems);
    }
    let plan = plan.get(start, "plan shop_v2 { }", problems);
    let source = source.get(start, "source legacy sqlite { schema \"legacy.sql\" }", problems);
    let target = target.get(start, "target shop postgres { schema \"shop.sql\" }", problems);
    if let (true, Some(start)) = (moves.is_empty(), start) {
        problems.push(
            Diagnostic::error(Code::PartMissing, "the plan moves nothing", start, "no `move` in any file")
                .help("add `move SOURCE.TABLE t -> TARGET.TABLE { … }`; `datamove init` writes a first plan"),
        );
    }
    if let Some(plan) = plan {
        check_plan_name(plan, problems);
    }
    Some(Header {
        edition: edition.map_or(NEWEST_EDITION, |edition| edition.year),
        plan: plan?,
        doc,
        source: source?,
        target: target?,
        strategy: strategy.found,
        signoff: signoff.found,
        cutover: cutover.found,
        way_back: way_back.found,
        reconcile: reconcile.found,
        values,
        moves,
        accepts,
        invariants,
    })
}

/// A value stands once in a map, and NULL does not: which result would it have?
fn check_pairs(values: &ast::Values, problems: &mut Problems) {
    let mut seen: BTreeMap<String, Span> = BTreeMap::new();
    for pair in &values.pairs {
        let key = match &pair.from.bare().kind {
            ast::ExprKind::String(text) => format!("'{text}'"),
            ast::ExprKind::Number(digits) => digits.clone(),
            ast::ExprKind::Bool(value) => value.to_string(),
            ast::ExprKind::Negate(inner) => match &inner.bare().kind {
                ast::ExprKind::Number(digits) => format!("-{digits}"),
                _ => continue,
            },
            _ => continue,
        };
        if let Some(first) = seen.get(&key) {
            problems.push(
                Diagnostic::error(
                    Code::DefinedTwice,
                    format!("{key} is twice in the values map `{}`", values.name),
                    pair.from.span,
                    "mapped again",
                )
                .see(*first, "first mapped here")
                .help("keep one of them"),
            );
        } else {
            seen.insert(key, pair.from.span);
        }
    }
}

fn check_edition(edition: &ast::Edition, problems: &mut Problems) {
    if edition.year > NEWEST_EDITION {
        problems.push(
            Diagnostic::error(
                Code::NewerEdition,
                format!(
                    "this plan is of edition {}, and this datamove reads up to {NEWEST_EDITION}",
                    edition.year
                ),
                edition.span,
                "newer than the compiler",
            )
            .help("use a newer datamove; an older one must not guess what a newer plan means"),
        );
    } else if edition.year < NEWEST_EDITION {
        problems.push(
            Diagnostic::error(
                Code::NewerEdition,
                format!("there is no edition {}", edition.year),
                edition.span,
                "not an edition of the language",
            )
            .help(format!("the first edition is {NEWEST_EDITION}")),
        );
    }
}

/// The ledger's names are made of the plan's, and PostgreSQL cuts names at 63 bytes.
pub const LONGEST_PLAN_NAME: usize = 30;

fn check_plan_name(plan: &ast::PlanHeader, problems: &mut Problems) {
    let name = &plan.name.text;
    let plain = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if !plain || name.is_empty() || name.len() > LONGEST_PLAN_NAME {
        problems.push(
            Diagnostic::error(
                Code::BadPlanName,
                format!("`{name}` cannot be the name of a plan"),
                plan.name.span,
                "names the ledger in the target",
            )
            .help(format!(
                "use at most {LONGEST_PLAN_NAME} of a–z, 0–9 and `_`; the name stays the same from version to version"
            )),
        );
    }
}

/// The engine that a side names.
pub fn engine(side: &ast::Side, problems: &mut Problems) -> Option<Engine> {
    let engine = Engine::from_word(&side.engine.text);
    if engine.is_none() {
        let words: Vec<&str> = Engine::ALL.iter().map(|engine| engine.word()).collect();
        problems.push(
            Diagnostic::error(
                Code::UnknownEngine,
                format!("`{}` is not an engine that datamove knows", side.engine),
                side.engine.span,
                "unknown engine",
            )
            .did_you_mean(&side.engine.text, words.iter().copied())
            .or_help(format!("the engines are {}", words.join(", "))),
        );
    }
    engine
}
