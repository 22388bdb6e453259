//! Rules of a team for its plans, beyond what is right and wrong: which are on, and how grave they are, stands
//! in `datamove.toml`. Without it none is on.

mod config;
mod rules;
#[cfg(test)]
mod tests;

pub use config::{Config, Level, Suppression};

use crate::base::Origin;
use crate::diagnostic::Code;
use crate::plan::Plan;

/// A rule. A new one is a function in `rules.rs`, a page, and a line here.
#[derive(Debug)]
pub struct Rule {
    /// In `datamove.toml`.
    pub word: &'static str,
    pub code: Code,
    look: fn(&Plan) -> Vec<Found>,
}

pub const RULES: [Rule; 6] = [
    Rule { word: "open_ended_accept", code: Code::OpenEndedAccept, look: rules::open_ended_accept },
    Rule { word: "unchecked_overwrite", code: Code::UncheckedOverwrite, look: rules::unchecked_overwrite },
    Rule { word: "large_batch", code: Code::LargeBatch, look: rules::large_batch },
    Rule { word: "wide_drop", code: Code::WideDrop, look: rules::wide_drop },
    Rule { word: "no_owner", code: Code::NoOwner, look: rules::no_owner },
    Rule { word: "no_invariant", code: Code::NoInvariant, look: rules::no_invariant },
];

/// What a rule found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// What it is about: a move's id, an accept's subject, the plan's name.
    pub subject: String,
    pub message: String,
    /// The lines; `None` for what is about the whole plan.
    pub origin: Option<Origin>,
    pub help: &'static str,
}

/// A finding of a rule that is on and not suppressed.
#[derive(Clone, Debug)]
pub struct Finding {
    pub code: Code,
    pub level: Level,
    pub found: Found,
}

/// What the rules find in a plan, and the suppressions for the plan that nothing needs.
#[must_use]
pub fn lint<'c>(plan: &Plan, config: &'c Config) -> (Vec<Finding>, Vec<&'c Suppression>) {
    let mine: Vec<&Suppression> = config.suppress.iter().filter(|one| one.plan == plan.name).collect();
    let mut needed = vec![false; mine.len()];
    let mut findings = Vec::new();
    for rule in &RULES {
        let level = config.level(rule.word);
        if level == Level::Off {
            continue;
        }
        for found in (rule.look)(plan) {
            let by = mine.iter().position(|one| one.rule == rule.word && one.subject == found.subject);
            match by {
                Some(index) => needed[index] = true,
                None => findings.push(Finding { code: rule.code, level, found }),
            }
        }
    }
    let unused = mine.into_iter().zip(needed).filter(|(_, needed)| !needed).map(|(one, _)| one).collect();
    (findings, unused)
}
