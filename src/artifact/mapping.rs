//! `mapping.md`: field by field, for the people who know what the fields mean.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::render::Markdown;
use super::{Context, expression, render, travel, words};
use crate::base::Pii;
use crate::plan::{Assign, AssignKind, Claim, Established, Expr, ExprKind, Move, NewKey, Plan};

#[derive(Serialize)]
struct View<'p> {
    name: &'p str,
    travels: Vec<travel::Travels>,
    moves: Vec<Listed>,
}

/// A move in the list of all of them.
#[derive(Serialize)]
struct Listed {
    title: String,
    origin: String,
}

#[derive(Serialize)]
struct Section {
    #[serde(rename = "move")]
    of: MoveView,
}

#[derive(Serialize)]
struct Values {
    maps: Vec<ValueMap>,
}

#[derive(Serialize)]
struct MoveView {
    title: String,
    doc: String,
    origin: String,
    /// What the move is, by name: `source`, `join`, …; the second is an expression or a name.
    code: Vec<(&'static str, String)>,
    /// The same, but sentences.
    said: Vec<(&'static str, String)>,
    columns: Vec<ColumnView>,
    /// Claims about the move as a whole.
    claims: Vec<Safe>,
    dropped: Vec<DroppedView>,
}

#[derive(Serialize)]
struct ColumnView {
    name: String,
    key: bool,
    ty: String,
    text: String,
    rest: bool,
    second_pass: bool,
    reads: Vec<String>,
    claims: Vec<Safe>,
    nulls: &'static str,
    /// What reports show of the values, as the plan says it; empty if it says nothing.
    pii: &'static str,
    origin: String,
}

/// How one claim is established: `proven: why`, `probed: what`, `accepted: because`.
#[derive(Serialize)]
struct Safe {
    how: &'static str,
    kind: &'static str,
    says: String,
    why: String,
    origin: String,
}

#[derive(Serialize)]
struct DroppedView {
    column: String,
    because: String,
    origin: String,
}

#[derive(Serialize)]
struct ValueMap {
    name: String,
    pairs: Vec<(String, String)>,
    otherwise: String,
    used_by: Vec<String>,
}

/// The head, then a section for each move, then the values maps.
pub(super) fn render(context: &Context) -> String {
    let plan = context.plan;
    let moves = plan.moves.iter().map(|of| Listed { title: title(of), origin: of.origin.to_string() });
    let view = View { name: &plan.name, travels: travel::travels(plan), moves: moves.collect() };
    let mut text = render::markdown(include_str!("templates/mapping.md.j2"), view);
    let section = Markdown::new(include_str!("templates/mapping_move.md.j2"));
    let claims = Claims::of(plan);
    for of in &plan.moves {
        text.push_str(&section.render(Section { of: claims.view(of) }));
    }
    let values = Values { maps: value_maps(plan) };
    text.push_str(&render::markdown(include_str!("templates/mapping_values.md.j2"), values));
    text
}

fn title(of: &Move) -> String {
    format!("{} ← {}", words::table(&of.target), words::table(&of.source.table))
}

/// The plan's claims by move and column.
struct Claims<'p>(BTreeMap<(&'p str, Option<&'p str>), Vec<&'p Claim>>);

impl<'p> Claims<'p> {
    fn of(plan: &'p Plan) -> Self {
        let mut claims: BTreeMap<(&str, Option<&str>), Vec<&Claim>> = BTreeMap::new();
        for claim in &plan.claims {
            claims.entry((&claim.of, claim.column.as_deref())).or_default().push(claim);
        }
        Self(claims)
    }

    fn view(&self, of: &Move) -> MoveView {
        let Self(claims) = self;
        let about = |column: Option<&str>| -> Vec<Safe> {
            claims.get(&(of.id.as_str(), column)).into_iter().flatten().map(|claim| safe(claim)).collect()
        };
        let columns = of.columns.iter().map(|assign| column(of, assign, about(Some(&assign.column))));
        let known: BTreeSet<&str> = of.columns.iter().map(|assign| assign.column.as_str()).collect();
        // A claim about a column that no value is assigned to is shown with those of the move.
        let strangers = claims.range((of.id.as_str(), None)..).take_while(|((id, _), _)| *id == of.id);
        let whole = strangers
            .filter(|((_, column), _)| column.is_none_or(|column| !known.contains(column)))
            .flat_map(|(_, claims)| claims.iter().map(|claim| safe(claim)));
        move_view(of, columns.collect(), whole.collect())
    }
}

fn move_view(of: &Move, columns: Vec<ColumnView>, claims: Vec<Safe>) -> MoveView {
    MoveView {
        title: title(of),
        doc: of.doc.clone().unwrap_or_default(),
        origin: of.origin.to_string(),
        code: code(of),
        said: said(of),
        columns,
        claims,
        dropped: of
            .dropped
            .iter()
            .map(|dropped| DroppedView {
                column: dropped.column.clone(),
                because: dropped.because.clone(),
                origin: dropped.origin.to_string(),
            })
            .collect(),
    }
}

fn code(of: &Move) -> Vec<(&'static str, String)> {
    let mut rows = vec![("source", expression::relation(&of.source))];
    rows.extend(of.joins.iter().map(|join| ("with", expression::join(join))));
    if let Some(filter) = &of.filter {
        rows.push(("where", of.filter_text.clone().unwrap_or_else(|| expression::show(filter))));
    }
    if !of.group_by.is_empty() {
        rows.push(("one row for each", expression::list(&of.group_by)));
    }
    rows.push(("target", words::table(&of.target)));
    if !of.key.is_empty() {
        rows.push(("key", of.key.join(", ")));
    }
    rows
}

fn said(of: &Move) -> Vec<(&'static str, String)> {
    let keys = match &of.new_key {
        NewKey::Keep if of.key.is_empty() => "the table has no key".to_owned(),
        NewKey::Keep => "values of the source, as below".to_owned(),
        NewKey::Mapped { map, old, .. } => {
            let old = expression::list(old).replace('`', "'");
            format!(
                "{}; `{}` remembers which one each `{old}` got",
                words::key_kind(of),
                map.replace('`', "'")
            )
        }
    };
    let mut rows = vec![
        ("keys", keys),
        ("batches", words::batch(of).replace('`', "'")),
        ("on conflict", words::conflict(of.conflict).to_owned()),
    ];
    if of.quarantine.is_some() {
        rows.push(("set aside", format!("rows that the target refuses, {}", words::quarantine(of))));
    }
    if let Some(mark) = &of.watermark {
        rows.push(("watermark", words::watermark(of, mark).replace('`', "'")));
    }
    if let Some(rule) = &of.deletes {
        rows.push(("catch-up", words::deletes(rule).replace('`', "'")));
    }
    if let Some(group) = &of.together {
        rows.push(("together", format!("in one transaction with the others of {}", group.replace('`', "'"))));
    }
    if of.overrides_identity {
        rows.push(("identity", "the table's identity column is written, not generated".to_owned()));
    }
    rows
}

fn column(of: &Move, assign: &Assign, claims: Vec<Safe>) -> ColumnView {
    let nulls = match (assign.not_null, assign.value.nullable) {
        (true, false) => "never",
        (true, true) => "refused",
        (false, true) => "kept",
        (false, false) => "none",
    };
    let mut reads = assign.reads.clone();
    reads.sort();
    reads.dedup();
    ColumnView {
        name: assign.column.clone(),
        key: of.key.contains(&assign.column),
        ty: assign.ty.to_string(),
        text: assign.text.clone(),
        rest: assign.how == AssignKind::Rest,
        second_pass: of.second_pass.contains(&assign.column),
        reads,
        claims,
        nulls,
        pii: assign.pii.map_or("", Pii::words),
        origin: assign.origin.to_string(),
    }
}

fn safe(claim: &Claim) -> Safe {
    let (how, why) = match &claim.established {
        Established::Proven { why } => ("proven", why.clone()),
        Established::Probed(_) => ("probed", claim.says.clone()),
        Established::Accepted { because, ticket, until } => {
            ("accepted", words::accepted(because, ticket.as_deref(), until.as_deref()))
        }
    };
    Safe { how, kind: claim.kind.word(), says: claim.says.clone(), why, origin: claim.origin.to_string() }
}

/// Every values map that a move uses, by name, with the columns that it makes.
fn value_maps(plan: &Plan) -> Vec<ValueMap> {
    let mut maps: BTreeMap<String, ValueMap> = BTreeMap::new();
    for of in &plan.moves {
        for assign in &of.columns {
            let user = format!("{}.{}", words::table(&of.target), assign.column);
            assign.value.walk(&mut |expr| note_map(&mut maps, expr, &user));
        }
    }
    maps.into_values().collect()
}

fn note_map(maps: &mut BTreeMap<String, ValueMap>, expr: &Expr, user: &str) {
    let ExprKind::Map { name, pairs, otherwise, .. } = &expr.kind else { return };
    let map = maps.entry(name.clone()).or_insert_with(|| ValueMap {
        name: name.clone(),
        pairs: pairs.iter().map(|(from, to)| (expression::show(from), expression::show(to))).collect(),
        otherwise: expression::otherwise_says(otherwise),
        used_by: Vec::new(),
    });
    if !map.used_by.iter().any(|known| known == user) {
        map.used_by.push(user.to_owned());
    }
}
