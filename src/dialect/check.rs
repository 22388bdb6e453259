use super::spelling::{Names, fixed_offset};
use super::{Length, of};
use crate::base::{Engine, Origin};
use crate::plan::{Constraints, Expr, ExprKind, InvariantBody, Operator, Plan, Triggers, stage_step};
use crate::schema::SqlType;

/// Something in a plan that its engine cannot do exactly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsupported {
    /// The part of the plan: a move's column, an invariant, a table.
    pub what: String,
    pub why: String,
    pub origin: Option<Origin>,
    pub help: String,
}

/// What the target's engine cannot do exactly; empty for a plan whose scripts mean what it says.
#[must_use]
pub fn check(plan: &Plan) -> Vec<Unsupported> {
    let mut found = Vec::new();
    for (what, origin, expr) in expressions(plan) {
        let mut problems = Vec::new();
        expr.walk(&mut |node| problems.extend(problem(plan, node)));
        problems.dedup();
        found.extend(problems.into_iter().map(|(why, help)| Unsupported {
            what: what.clone(),
            why,
            origin: Some(origin.clone()),
            help,
        }));
    }
    found.extend(long_names(plan));
    found.extend(taken_steps(plan));
    found.extend(strategy(plan));
    found
}

/// What the engine does not have and the runner's sessions do: a stock client cannot run these scripts.
#[must_use]
pub fn runners_own(plan: &Plan) -> Vec<Unsupported> {
    let engine = plan.target.engine;
    let mut found = Vec::new();
    for (what, origin, expr) in expressions(plan) {
        let mut uses = false;
        expr.walk(&mut |node| {
            uses |= matches!(node.kind, ExprKind::Call { function, .. } if super::is_runners_own(engine, function));
        });
        found.extend(uses.then(|| {
            Unsupported {
                what,
                why: format!("{engine} has no such function, and the runner brings it along"),
                origin: Some(origin),
                help:
                    "run the bundle with `datamove apply`: the stock client stops at the scripts that use it"
                        .to_owned(),
            }
        }));
    }
    found
}

/// Every expression of the plan with the name of its place.
fn expressions(plan: &Plan) -> Vec<(String, Origin, &Expr)> {
    let mut list = Vec::new();
    for one in &plan.moves {
        let mut add = |what: String, origin: &Origin, expr| list.push((what, origin.clone(), expr));
        for assign in &one.columns {
            add(format!("{}.{}", one.id, assign.column), &assign.origin, &assign.value);
        }
        one.filter.iter().for_each(|expr| add(format!("the filter of {}", one.id), &one.origin, expr));
        one.joins.iter().for_each(|join| add(format!("a join of {}", one.id), &one.origin, &join.on));
        one.group_by.iter().for_each(|expr| add(format!("the groups of {}", one.id), &one.origin, expr));
    }
    for invariant in &plan.invariants {
        let what = format!("invariant \"{}\"", invariant.name);
        let queries = match &invariant.body {
            InvariantBody::None { relations, .. } => vec![(Vec::new(), relations)],
            InvariantBody::Sql { .. } => Vec::new(),
            InvariantBody::Equal { left, right, .. } => [left, right]
                .map(|side| (side.groups.iter().chain([&side.value]).collect(), &side.relations))
                .into(),
        };
        for (exprs, relations) in queries {
            let ons = relations.joins.iter().map(|join| &join.on);
            for expr in exprs.into_iter().chain(ons).chain(&relations.filter) {
                list.push((what.clone(), invariant.origin.clone(), expr));
            }
        }
    }
    list
}

/// What the strategy asks for and the engine cannot do.
fn strategy(plan: &Plan) -> Vec<Unsupported> {
    let engine = plan.target.engine;
    let postpones = plan.strategy.constraints == Some(Constraints::Postpone);
    let switches = plan.strategy.triggers == Some(Triggers::Off);
    let asked = [
        (
            postpones && !engine.can_postpone_constraints(),
            "constraints postpone",
            "cannot drop and rebuild constraints exactly as they were",
            "write `constraints keep`, or nothing: the load keeps them up row by row",
        ),
        (
            switches && !engine.can_switch_triggers_off(),
            "triggers off",
            "has no way to switch a trigger off",
            "drop the triggers for the load, or say that one is harmless: `accept trigger TABLE because \"…\"`",
        ),
    ];
    let cannot = asked.into_iter().filter(|(cannot, ..)| *cannot);
    cannot
        .map(|(_, what, why, help)| Unsupported {
            what: format!("`{what}`"),
            why: format!("{engine} {why}"),
            origin: plan.strategy.origin.clone(),
            help: help.to_owned(),
        })
        .collect()
}

fn problem(plan: &Plan, node: &Expr) -> Option<(String, String)> {
    let engine = plan.target.engine;
    let can = of(engine).capabilities();
    match &node.kind {
        ExprKind::InZone { zone, .. } if !can.time_zones && fixed_offset(zone).is_none() => Some((
            format!("{engine} does not know the rules of the time zone {zone}"),
            "use UTC or a fixed offset such as '+01:00'".to_owned(),
        )),
        ExprKind::Call { function, .. } => super::missing(engine, *function).map(|why| {
            (format!("{engine} {why}"), "bring the values into this form in the source".to_owned())
        }),
        // What is calculated from fewer digits and still leaves 64 bits fails when it happens.
        ExprKind::Binary { op: Operator::Add | Operator::Subtract | Operator::Multiply, .. }
        | ExprKind::Round { .. } => node
            .children()
            .into_iter()
            .filter(|child| matches!(child.kind, ExprKind::Column { .. } | ExprKind::Cast(_)))
            .find_map(|child| too_many_digits(engine, child)),
        ExprKind::Cast(_) => too_many_digits(engine, node),
        _ => None,
    }
    .or_else(|| match &node.kind {
        ExprKind::Cast(inner) if !can.enforces_types && inner.ty != node.ty => {
            let strange = |ty: &SqlType| {
                matches!(
                    ty,
                    SqlType::Opaque(_) | SqlType::Array(_) | SqlType::Interval | SqlType::Enum { .. }
                )
            };
            (strange(&inner.ty) || strange(&node.ty)).then(|| {
                (
                    format!("{engine} has no cast from {} to {}", inner.ty, node.ty),
                    "copy the column as it is, or map its values".to_owned(),
                )
            })
        }
        _ => None,
    })
}

/// A decimal that the engine cannot hold exactly, as it is declared.
fn too_many_digits(engine: Engine, node: &Expr) -> Option<(String, String)> {
    let SqlType::Decimal(Some(size)) = node.ty else { return None };
    let limit = of(engine).capabilities().exact_digits?;
    (size.precision > limit).then(|| {
        (
            format!("{engine} holds {limit} decimal digits exactly, and this is {}", node.ty),
            format!("use a decimal of at most {limit} digits, or copy the column as it is"),
        )
    })
}

/// Moves that would share a step of the ledger with a copy.
fn taken_steps(plan: &Plan) -> Vec<Unsupported> {
    let copies: Vec<String> = plan.staging.iter().map(|table| stage_step(&table.name)).collect();
    let taken = plan.moves.iter().filter(|of| copies.contains(&of.id));
    taken
        .map(|of| Unsupported {
            what: format!("the move {}", of.id),
            why: "a step of this name copies a source table".to_owned(),
            origin: Some(of.origin.clone()),
            help: "give the target table another name".to_owned(),
        })
        .collect()
}

/// Names that the engine would cut, so that two could become one, or refuse.
fn long_names(plan: &Plan) -> Vec<Unsupported> {
    let engine = plan.target.engine;
    let Some(limit) = of(engine).capabilities().max_identifier else { return Vec::new() };
    let (longest, unit) = match limit {
        Length::Bytes(longest) => (longest, "bytes"),
        Length::Characters(longest) => (longest, "characters"),
    };
    let length = |name: &str| match limit {
        Length::Bytes(_) => name.len(),
        Length::Characters(_) => name.chars().count(),
    };
    let ledger = Names::new(plan).ledger();
    let maps = plan.maps.iter().map(|map| &map.name);
    let undos = plan.tables.iter().filter_map(|table| table.undo.as_ref());
    let copies = plan.staging.iter().map(|table| &table.stage.name);
    let names = std::iter::once(&ledger).chain(maps).chain(undos).chain(copies);
    names
        .filter(|name| length(name) > longest)
        .map(|name| Unsupported {
            what: format!("the ledger's name {name}"),
            why: format!("{engine} takes no names longer than {longest} {unit}"),
            origin: None,
            help: "give the plan or the table a shorter name".to_owned(),
        })
        .collect()
}
