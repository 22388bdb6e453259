//! `REVIEW.md`: what a reviewer decides on, on one screen; everything else below, folded.

mod by_itself;
mod coverage;
mod risks;
mod volumes;

use std::collections::BTreeMap;

use serde::Serialize;

use self::by_itself::{Done, by_itself};
use self::coverage::{Coverage, coverage};
use self::risks::{Risk, risks};
use self::volumes::{Volumes, volumes};
use super::cutover::{Cutover, cutover};
use super::words::{self, Tally};
use super::{ARTIFACTS, Context, expression, graph, render, travel};
use crate::plan::{ClaimKind, Cover, Established, InvariantBody, Plan, Signoff};

/// Lists longer than this are folded.
const FOLD: usize = 10;

#[derive(Serialize)]
struct View {
    name: String,
    doc: String,
    has_doc: bool,
    source: Side,
    target: Side,
    moves: String,
    tables: String,
    waves: String,
    claims: String,
    tally: Tally,
    fingerprint: String,
    /// The roles that have to approve; empty if nobody has to.
    signoff: String,
    cutover: Option<Cutover>,
    reconcile: String,
    facts: Vec<(String, String)>,
    risks: Vec<Risk>,
    /// The graph as Mermaid text; empty if it is too large for the sites that draw it.
    mermaid: String,
    travels: Vec<travel::Travels>,
    order: Vec<Wave>,
    order_folded: bool,
    together: Vec<Together>,
    engine: Vec<Done>,
    kinds: Vec<Kind>,
    probes: Vec<Claimed>,
    invariants: Vec<Shown>,
    coverage: Coverage,
    cover: Vec<Covered>,
    volumes: Option<Volumes>,
    scripts: String,
    documents: Vec<(String, String)>,
}

#[derive(Serialize)]
struct Side {
    name: String,
    engine: String,
    tables: String,
}

#[derive(Serialize)]
struct Wave {
    number: u32,
    moves: Vec<(String, String)>,
}

#[derive(Serialize)]
struct Together {
    name: String,
    moves: Vec<String>,
}

#[derive(Serialize)]
struct Kind {
    word: &'static str,
    means: &'static str,
    tally: Tally,
}

#[derive(Serialize)]
struct Claimed {
    id: String,
    says: String,
    origin: String,
}

#[derive(Serialize)]
struct Shown {
    name: String,
    doc: String,
    says: String,
    query: String,
    origin: String,
}

#[derive(Serialize)]
struct Covered {
    cover: &'static str,
    means: &'static str,
    refuses: &'static str,
    /// Their names, or how many where they are many.
    tables: String,
}

pub(super) fn render(context: &Context) -> String {
    render::markdown(include_str!("templates/review.md.j2"), view(context))
}

fn view(context: &Context) -> View {
    let plan = context.plan;
    let side = |side: &crate::plan::Endpoint| Side {
        name: side.name.clone(),
        engine: side.engine.to_string(),
        tables: words::count(side.tables, "table"),
    };
    let waves = usize::try_from(words::waves(plan)).unwrap_or(usize::MAX);
    View {
        name: plan.name.clone(),
        doc: plan.doc.clone().unwrap_or_default(),
        has_doc: plan.doc.is_some(),
        source: side(&plan.source),
        target: side(&plan.target),
        moves: words::count(plan.moves.len(), "move"),
        tables: words::count(plan.tables.len(), "table"),
        waves: words::count(waves, "wave"),
        claims: words::count(plan.claims.len(), "claim"),
        tally: Tally::of(plan.claims.iter().map(|claim| &claim.established)),
        fingerprint: context.fingerprint.to_owned(),
        signoff: plan.signoff.as_ref().map(asked).unwrap_or_default(),
        cutover: cutover(plan),
        reconcile: plan.reconcile.as_ref().map(words::reconcile).unwrap_or_default(),
        facts: plan.facts.iter().map(|(name, value)| (name.clone(), value.clone())).collect(),
        risks: risks(plan),
        mermaid: graph::mermaid_inline(plan).unwrap_or_default(),
        travels: travel::travels(plan),
        order: order(plan),
        order_folded: plan.moves.len() > 2 * FOLD,
        together: together(plan),
        engine: by_itself(plan),
        kinds: kinds(plan),
        probes: probes(plan),
        invariants: invariants(plan),
        coverage: coverage(plan, FOLD),
        cover: covers(plan),
        volumes: context.beside.estimate.as_ref().map(|estimate| volumes(plan, estimate, 2 * FOLD)),
        scripts: words::count(context.scripts.len(), "script"),
        documents: ARTIFACTS.iter().map(|one| (one.path.to_owned(), one.what.to_owned())).collect(),
    }
}

/// Who has to approve, and under which conditions.
fn asked(signoff: &Signoff) -> String {
    let mut text = signoff.roles.join(", ");
    if let Some(author) = &signoff.author {
        text.push_str("; not by ");
        text.push_str(author);
    }
    if let Some(signed) = signoff.signed {
        text.push_str("; signed with ");
        text.push_str(signed.word());
    }
    text
}

fn order(plan: &Plan) -> Vec<Wave> {
    let mut waves: BTreeMap<u32, Vec<(String, String)>> = BTreeMap::new();
    for of in &plan.moves {
        let line = (words::table(&of.source.table), words::table(&of.target));
        waves.entry(of.wave).or_default().push(line);
    }
    waves.into_iter().map(|(number, moves)| Wave { number, moves }).collect()
}

fn together(plan: &Plan) -> Vec<Together> {
    let mut groups: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for of in &plan.moves {
        if let Some(group) = &of.together {
            groups.entry(group).or_default().push(of.id.clone());
        }
    }
    groups.into_iter().map(|(name, moves)| Together { name: name.to_owned(), moves }).collect()
}

fn covers(plan: &Plan) -> Vec<Covered> {
    let of = |cover: Cover| {
        let tables = plan.tables.iter().filter(move |filled| filled.cover == cover);
        tables.map(|filled| words::table(&filled.table)).collect::<Vec<_>>()
    };
    [Cover::BeforeImages, Cover::InsertedKeys, Cover::WasEmpty]
        .into_iter()
        .map(|cover| (cover, of(cover)))
        .filter(|(_, tables)| !tables.is_empty())
        .map(|(cover, tables)| Covered {
            cover: words::cover(cover),
            means: words::cover_means(cover),
            refuses: words::cover_refuses(cover),
            tables: if tables.len() > 2 * FOLD {
                words::count(tables.len(), "table")
            } else {
                tables.join(", ")
            },
        })
        .collect()
}

fn kinds(plan: &Plan) -> Vec<Kind> {
    let of = |kind: ClaimKind| {
        let claims = plan.claims.iter().filter(move |claim| claim.kind == kind);
        Tally::of(claims.map(|claim| &claim.established))
    };
    let all = ClaimKind::ALL.into_iter().map(|kind| (kind, of(kind)));
    all.filter(|(_, tally)| *tally != Tally::default())
        .map(|(kind, tally)| Kind { word: kind.word(), means: words::claim_kind(kind), tally })
        .collect()
}

fn probes(plan: &Plan) -> Vec<Claimed> {
    let probed = plan.claims.iter().filter(|claim| matches!(claim.established, Established::Probed(_)));
    probed
        .map(|claim| Claimed {
            id: claim.id.clone(),
            says: claim.says.clone(),
            origin: claim.origin.to_string(),
        })
        .collect()
}

fn invariants(plan: &Plan) -> Vec<Shown> {
    plan.invariants
        .iter()
        .map(|invariant| {
            let (says, query) = match &invariant.body {
                InvariantBody::None { side, relations } => {
                    (format!("{side} has no such row"), expression::relations(relations))
                }
                InvariantBody::Sql { sql, because, .. } => {
                    (format!("SQL that datamove does not understand, because {because}"), sql.clone())
                }
                InvariantBody::Equal { groups, left, right, within } => {
                    let by =
                        if groups.is_empty() { String::new() } else { format!(" by {}", groups.join(", ")) };
                    let side = |query: &crate::plan::SideQuery| {
                        let value = expression::show(&query.value);
                        format!("{}: {value} from {}", query.side, expression::relations(&query.relations))
                    };
                    (format!("equal{by}, within {within}"), format!("{}; {}", side(left), side(right)))
                }
            };
            Shown {
                name: invariant.name.clone(),
                doc: invariant.doc.clone().unwrap_or_default(),
                says,
                query,
                origin: invariant.origin.to_string(),
            }
        })
        .collect()
}
