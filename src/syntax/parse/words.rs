//! What each entry is called and how it is written: the words of the messages.

use super::Rule;
use super::junk::Place;
use crate::syntax::ast::{Reconcile, Signoff, Strategy};

/// The first words of items.
pub(super) const ITEMS: [&str; 15] = [
    "datamove",
    "import",
    "plan",
    "source",
    "target",
    "strategy",
    "signoff",
    "cutover",
    "rollback",
    "reconcile",
    "values",
    "move",
    "accept",
    "invariant",
    "check",
];

/// The first words of a move's clauses, mappings aside.
pub(super) const CLAUSES: [&str; 11] =
    ["where", "join", "group", "batch", "quarantine", "watermark", "key", "drop", "on", "after", "left"];

impl Place {
    /// The rule that reads one entry of this place alone.
    pub(super) const fn only(self) -> Rule {
        match self {
            Self::File => Rule::only_item,
            Self::Plan => Rule::only_fact,
            Self::Side => Rule::only_side,
            Self::Strategy => Rule::only_setting,
            Self::Signoff => Rule::only_signoff,
            Self::Cutover => Rule::only_cutover,
            Self::WayBack => Rule::only_way_back,
            Self::Reconcile => Rule::only_reconcile,
            Self::Values => Rule::only_value,
            Self::Move => Rule::only_clause,
            Self::Invariant => Rule::only_invariant,
        }
    }

    /// The name and the form of the entry that begins with `word`.
    pub(super) fn form(self, word: &str) -> Option<(&'static str, &'static str)> {
        match self {
            Self::File => item(word),
            Self::Move => clause(word),
            Self::Plan => Some(("fact of the plan", "owner \"commerce\"")),
            Self::Values => Some(("pair of values", "'A' -> 'active', 'X' -> null, else error")),
            Self::Strategy => match word {
                "constraints" => Some(("setting of the strategy", "constraints postpone")),
                "triggers" => Some(("setting of the strategy", "triggers off")),
                _ => None,
            },
            Self::Signoff => match word {
                "role" => Some(("role", "role \"data owner\"")),
                "author" => Some(("demand of the sign-off", "author differs")),
                "signed" => Some(("demand of the sign-off", "signed ssh")),
                _ => None,
            },
            Self::Cutover => match word {
                "downtime" => Some(("`downtime`", "downtime 15 min")),
                "step" => {
                    Some(("step", "step \"flip reads\" owner \"sre\" takes 1 min manual \"…\" undo \"…\""))
                }
                _ => None,
            },
            Self::WayBack => match word {
                "until" => Some(("`until`", "until \"flip reads\" + 72 h")),
                "trigger" => Some(("`trigger`", "trigger \"error rate above 0.5 % for 5 min\"")),
                _ => None,
            },
            Self::Reconcile => match word {
                "checks" => Some(("`checks`", "checks all")),
                "sample" => Some(("`sample`", "sample 500 rows")),
                _ => None,
            },
            Self::Side => match word {
                "link" => Some(("link", "link attach")),
                "schema" => Some(("schema", "schema \"schemas/old.sql\" in NAMESPACE")),
                "stats" => Some(("stats", "stats \"schemas/old.stats.json\"")),
                _ => None,
            },
            Self::Invariant => match word {
                "none" => Some(("`none from`", "none from new.people p where p.name = ''")),
                "within" => Some(("`within`", "within 0")),
                _ => Some(("query", "old select count(*) from person")),
            },
        }
    }

    /// What an entry of this place is, if its first word says nothing.
    pub(super) const fn noun(self) -> &'static str {
        match self {
            Self::File => "item",
            Self::Plan => "fact of the plan",
            Self::Side => "entry of a source or target",
            Self::Strategy => "setting of the strategy",
            Self::Signoff => "demand of the sign-off",
            Self::Cutover => "entry of the cutover",
            Self::WayBack => "entry of the rollback",
            Self::Reconcile => "part of `reconcile`",
            Self::Values => "pair of values",
            Self::Move => "clause",
            Self::Invariant => "part of the invariant",
        }
    }

    /// The words that entries of this place can begin with.
    pub(super) const fn heads(self) -> &'static [&'static str] {
        match self {
            Self::File => &ITEMS,
            Self::Plan => &["owner", "change"],
            Self::Side => &["schema", "stats", "link"],
            Self::Strategy => &Strategy::SETTINGS,
            Self::Signoff => &Signoff::DEMANDS,
            Self::Cutover => &["downtime", "step"],
            Self::WayBack => &["until", "trigger"],
            Self::Reconcile => &Reconcile::PARTS,
            Self::Values => &["else"],
            Self::Move => &CLAUSES,
            Self::Invariant => &["none", "within"],
        }
    }
}

fn item(word: &str) -> Option<(&'static str, &'static str)> {
    Some(match word {
        "datamove" => ("`datamove edition`", "datamove edition 2026"),
        "import" => ("import", "import \"moves/customers.plan\""),
        "plan" => ("plan header", "plan NAME { owner \"…\" }"),
        "source" => ("source", "source NAME sqlite { schema \"schemas/old.sql\" }"),
        "target" => ("target", "target NAME postgres { schema \"schemas/new.sql\" }"),
        "strategy" => ("strategy", "strategy { constraints keep }"),
        "signoff" => ("signoff", "signoff { role \"data owner\" }"),
        "cutover" => ("cutover", "cutover { step \"flip reads\" owner \"sre\" manual \"…\" undo \"…\" }"),
        "rollback" => ("rollback", "rollback { until \"flip reads\" + 72 h }"),
        "reconcile" => ("reconcile", "reconcile every 1 h for 72 h { checks all  sample 500 rows }"),
        "values" => ("values map", "values NAME { 'A' -> 'active', else error }"),
        "move" => ("move", "move SOURCE.TABLE alias -> TARGET.TABLE { … }"),
        "accept" => ("accept", "accept lossy TARGET.TABLE.COLUMN because \"…\""),
        "invariant" => ("invariant", "invariant \"NAME\" { none from TARGET.TABLE where … }"),
        "check" => ("check", "check \"NAME\" sql postgres $$ SELECT … $$ because \"…\""),
        _ => return None,
    })
}

fn clause(word: &str) -> Option<(&'static str, &'static str)> {
    Some(match word {
        "where" => ("`where`", "where CONDITION"),
        "join" | "left" => ("`join`", "join SOURCE.TABLE alias on CONDITION one"),
        "group" => ("`group by`", "group by c.region, c.year"),
        "batch" => ("`batch`", "batch 5000 rows by c.id` or `batch whole"),
        "quarantine" => ("`quarantine`", "quarantine at most 100 rows and 0.1 %"),
        "watermark" => ("`watermark`", "watermark c.updated_at overlap 5 min"),
        "key" => ("`key`", "key COLUMN <- EXPRESSION"),
        "drop" => ("`drop`", "drop c.fax, c.telex because \"…\""),
        "on" => ("`on conflict`", "on conflict skip"),
        "deletes" => ("`deletes`", "deletes hard"),
        "after" => ("`after`", "after TARGET.TABLE"),
        _ => return None,
    })
}
