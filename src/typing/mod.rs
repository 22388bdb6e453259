//! Types every expression; every claim that a move makes becomes proven, a probe, or accepted.
//! What passes is assembled into the [`Plan`].
//!
//! The passes, in order: keys (what new keys are made of), values (each target column's
//! expression), claims between moves (references, uniqueness, checks), totality, assembly.

mod assemble;
mod batch;
mod casts;
mod checks;
mod claims;
mod convert;
mod custom;
mod deletes;
mod epochs;
mod extremes;
mod functions;
mod infer;
mod joins;
mod keys;
mod known;
mod lookups;
mod make;
mod meets;
mod numbers;
mod operators;
mod personal;
mod quarantine;
mod queries;
mod references;
mod staging;
mod related;
mod storage;
mod texts;
mod totality;
mod unify;
mod unique;
mod values;
mod watermark;

pub use known::{Described, described};
pub use personal::looks_personal;

use std::collections::{BTreeMap, BTreeSet};

use crate::base::Sources;
use crate::diagnostic::Problems;
use crate::order::Order;
use crate::plan::{Claim, Expr, Plan};
use crate::resolve::Resolved;
use crate::schema::{ColumnIdx, TableId};

/// What the caller knows and the plan does not.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options<'o> {
    /// Today as `YYYY-MM-DD`; accepts whose `until` lies before it are errors. It decides whether
    /// a plan compiles, never what it compiles to.
    pub today: Option<&'o str>,
}

/// One move, typed. Indexes are those of [`Resolved::moves`].
#[derive(Debug, Default)]
struct TypedMove {
    /// Every target column that the move writes and whose value could be typed.
    columns: BTreeMap<ColumnIdx, Expr>,
    /// `where`.
    filter: Option<Expr>,
    /// `on` of each join.
    joins: Vec<Option<Expr>>,
    group_by: Vec<Expr>,
    /// The columns that identify a target row.
    key: Vec<ColumnIdx>,
    /// What a new key is made of.
    made: Option<keys::MadeKey>,
    batch: Option<crate::plan::Batch>,
    watermark: Option<crate::plan::Watermark>,
}

struct Typer<'p, 'a> {
    plan: &'p Resolved<'a>,
    order: &'p Order,
    sources: &'p Sources,
    problems: &'p mut Problems,
    /// Target tables whose moves make new keys.
    maps: BTreeMap<TableId, crate::plan::MapTable>,
    typed: Vec<TypedMove>,
    /// Claims of the expression that is being typed, until it is known what they are about.
    pending: Vec<claims::Pending>,
    claims: Vec<Claim>,
    claim_ids: BTreeMap<String, u32>,
    /// Accepts that a claim needed, by index.
    used_accepts: BTreeSet<usize>,
}

/// Checks a resolved plan and compiles it. `None` if anything is wrong; then `problems` says what.
pub fn typing(
    plan: &Resolved<'_>,
    order: &Order,
    sources: &Sources,
    options: Options<'_>,
    problems: &mut Problems,
) -> Option<Plan> {
    let mut typer = Typer {
        plan,
        order,
        sources,
        problems,
        maps: BTreeMap::new(),
        typed: Vec::new(),
        pending: Vec::new(),
        claims: Vec::new(),
        claim_ids: BTreeMap::new(),
        used_accepts: BTreeSet::new(),
    };
    typer.typed.resize_with(plan.moves.len(), TypedMove::default);
    typer.type_keys();
    for index in 0..plan.moves.len() {
        typer.type_move(index);
    }
    for index in 0..plan.moves.len() {
        typer.claims_between(index);
    }
    typer.check_totality();
    typer.check_shared_targets();
    typer.check_deletes();
    let invariants = typer.type_invariants();
    typer.check_accepts(options);
    if typer.problems.errors() > 0 {
        return None;
    }
    Some(typer.assemble(invariants))
}

impl Typer<'_, '_> {
    /// The claims of one move that are about more than one expression.
    fn claims_between(&mut self, index: usize) {
        self.type_claims(index);
        self.join_claims(index);
        self.reference_claims(index);
        self.unique_claims(index);
        self.meeting_claims(index);
        self.check_claims(index);
        self.storage_claims(index);
        self.check_transactions(index);
        self.check_sequences(index);
        self.scope_claim(index);
        self.check_quarantine(index);
        self.trigger_claim(index);
        self.personal_data(index);
        self.typed[index].watermark = self.watermark(index);
    }
}
