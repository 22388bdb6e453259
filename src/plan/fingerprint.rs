//! The fingerprint: what approvals, checkpoints and ledgers are bound to.

use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};

use super::canonical::canonical;
use super::{
    Accept, Assign, Claim, Cutover, CycleBreak, Dropped, Endpoint, Established, Invariant, Link, MapTable,
    Move, Plan, Reconcile, Signoff, StagedTable, TargetTable,
};
use crate::base::{Origin, Pii, hex};

/// `dm1:` and the SHA-256 in hex of what the plan *means*.
///
/// The text that is hashed is canonical JSON: members sorted by name, members that are null left
/// out (a later version of the structure may add optional ones without changing old
/// fingerprints), no spaces. Everything in the plan counts, but for what [`Meaning`] leaves away.
///
/// # Panics
/// Never: a plan has no maps but those keyed by text, and nothing in it fails to serialise.
#[must_use]
pub fn fingerprint(plan: &Plan) -> String {
    format!("dm1:{}", sha256(&meant(plan)))
}

/// The text that is hashed.
fn meant(plan: &Plan) -> Vec<u8> {
    canonical(&Meaning::of(plan)).expect("a plan has no numbers but whole ones")
}

/// SHA-256 in lower-case hex.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// The plan without what could change while the same rows get the same values by the same batches:
///
/// - where it stands: files and lines;
/// - what it says to people: doc comments, facts, the wording of claims and proofs, the texts of
///   filters and values (their typed trees count), the list of columns that a value reads;
/// - how it was spelled: whether a column came through `...`, the order of `accept`s, claims,
///   invariants and mapping tables, which follows the order of files;
/// - the rest of the schema: how many tables a DDL has, which of them no move reads; and the version of the JSON's structure;
/// - which columns the server calculates: no statement names them;
/// - the words of the strategy, as its consequences stand in the tables.
///
/// Reasons of `accept` and `drop` do count: they are decisions that somebody signed. So does who has to sign:
/// a plan that asks for fewer approvals is another plan. So does the cutover: it is what the approvals are for.
#[derive(Serialize)]
struct Meaning<'p> {
    edition: u32,
    name: &'p str,
    source: Endpoint,
    target: Endpoint,
    link: Link,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    staging: Vec<&'p StagedTable>,
    signoff: Option<Signoff>,
    cutover: Option<Cutover>,
    reconcile: Option<Reconcile>,
    #[serde(serialize_with = "each")]
    moves: Each<'p, Move>,
    maps: Vec<&'p MapTable>,
    #[serde(serialize_with = "each")]
    tables: Each<'p, TargetTable>,
    breaks: &'p [CycleBreak],
    #[serde(serialize_with = "each")]
    claims: Each<'p, Claim>,
    invariants: Vec<Invariant>,
    accepts: Vec<Accept>,
}

/// Items of a large list, and what to do with a copy of each of them before it is written.
struct Each<'p, T> {
    items: Vec<&'p T>,
    strip: fn(&mut T),
}

fn each<T: Serialize + Clone, S: Serializer>(each: &Each<'_, T>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(each.items.iter().map(|item| {
        let mut item = (*item).clone();
        (each.strip)(&mut item);
        item
    }))
}

impl<'p> Meaning<'p> {
    fn of(plan: &'p Plan) -> Self {
        // Every member by its name, so that a new one is not forgotten here.
        let Plan {
            format_version: _,
            edition,
            name,
            doc: _,
            facts: _,
            source,
            target,
            link,
            staging,
            strategy: _,
            signoff,
            cutover,
            reconcile,
            unmoved: _,
            moves,
            maps,
            tables,
            breaks,
            claims,
            invariants,
            accepts,
        } = plan;
        let mut maps: Vec<&MapTable> = maps.iter().collect();
        maps.sort_by(|a, b| a.name.cmp(&b.name));
        let mut claims: Vec<&Claim> = claims.iter().collect();
        claims.sort_by(|a, b| a.id.cmp(&b.id));
        let mut invariants = invariants.clone();
        for Invariant { doc, origin, name: _, body: _ } in &mut invariants {
            *doc = None;
            *origin = nowhere();
        }
        invariants.sort_by(|a, b| a.name.cmp(&b.name));
        let mut accepts = accepts.clone();
        for Accept { origin, .. } in &mut accepts {
            *origin = nowhere();
        }
        accepts.sort_by(|a, b| (a.kind, &a.subject).cmp(&(b.kind, &b.subject)));
        Self {
            edition: *edition,
            name,
            source: Endpoint { tables: 0, ..source.clone() },
            target: Endpoint { tables: 0, ..target.clone() },
            link: *link,
            staging: staging.iter().collect(),
            signoff: signoff.as_ref().map(|signoff| Signoff { origin: None, ..signoff.clone() }),
            cutover: cutover.as_ref().map(Cutover::meant),
            reconcile: reconcile.as_ref().map(|one| Reconcile { origin: None, ..one.clone() }),
            moves: Each { items: moves.iter().collect(), strip: of_move },
            maps,
            tables: Each { items: tables.iter().collect(), strip: |table| table.generated.clear() },
            breaks,
            claims: Each { items: claims, strip: of_claim },
            invariants,
            accepts,
        }
    }
}

/// Takes out of a move what does not count; see [`Meaning`].
pub(crate) fn of_move(of: &mut Move) {
    of.doc = None;
    of.origin = nowhere();
    of.filter_text = None;
    for Assign { text, origin, how, reads, pii, .. } in &mut of.columns {
        text.clear();
        *origin = nowhere();
        // Which columns are the key is in the move's `key`.
        *how = super::AssignKind::Mapped;
        reads.clear();
        // What is about nobody is shown, as what nothing is said about.
        *pii = pii.filter(|said| *said != Pii::Not);
    }
    for Dropped { origin, .. } in &mut of.dropped {
        *origin = nowhere();
    }
    of.dropped.sort_by(|a, b| a.column.cmp(&b.column));
}

fn of_claim(claim: &mut Claim) {
    claim.says.clear();
    claim.origin = nowhere();
    if let Established::Proven { why } = &mut claim.established {
        why.clear();
    }
}

const fn nowhere() -> Origin {
    Origin { file: String::new(), line: 0, end_line: 0 }
}

#[cfg(test)]
mod tests {
    use super::fingerprint;
    use crate::plan::fixture::{shop, text};
    use crate::plan::{Batch, Conflict, Cover, Established, InvariantBody, Move, NewKey, Plan};

    fn changed(edit: impl FnOnce(&mut Plan)) -> bool {
        let mut plan = shop();
        edit(&mut plan);
        fingerprint(&plan) != fingerprint(&shop())
    }

    #[test]
    fn it_names_its_algorithm_and_never_changes() {
        // A change of this value voids every approval and every checkpoint that exists.
        insta::assert_snapshot!(fingerprint(&shop()));
    }

    #[test]
    fn words_and_places_do_not_count() {
        assert!(!changed(|plan| plan.doc = Some("other".into())));
        assert!(!changed(|plan| {
            plan.facts.insert("owner".into(), "somebody else".into());
        }));
        assert!(!changed(|plan| plan.source.tables += 1));
        assert!(!changed(|plan| plan.moves[0].origin.line += 7));
        assert!(!changed(|plan| plan.moves[0].doc = None));
        assert!(!changed(|plan| plan.moves[0].columns[0].origin.file = "other.plan".into()));
        assert!(!changed(|plan| plan.moves[0].columns[0].text = "spelled  otherwise".into()));
        assert!(!changed(|plan| plan.moves[1].filter_text = Some("spelled otherwise".into())));
        assert!(!changed(|plan| plan.claims[0].says = "in other words".into()));
        assert!(!changed(|plan| plan.claims.reverse()));
        assert!(!changed(|plan| plan.accepts.reverse()));
        assert!(!changed(|plan| plan.tables[0].generated.push("more".into())));
        assert!(!changed(|plan| plan.invariants[0].doc = Some("why".into())));
        assert!(!changed(|plan| {
            for claim in &mut plan.claims {
                if let Established::Proven { why } = &mut claim.established {
                    why.push_str(", said at more length");
                }
            }
        }));
    }

    #[test]
    fn everything_that_changes_rows_or_their_safety_counts() {
        fn customer(plan: &mut Plan) -> &mut Move {
            plan.moves.iter_mut().find(|of| of.id == "customer").unwrap()
        }
        let other = || text("other");
        assert!(changed(|plan| plan.name.push('x')));
        assert!(changed(|plan| customer(plan).columns[1].value = other()));
        assert!(changed(|plan| customer(plan).columns[1].column.push('x')));
        assert!(changed(|plan| customer(plan).filter = Some(other())));
        assert!(changed(|plan| customer(plan).filter = None));
        assert!(changed(|plan| customer(plan).joins.clear()));
        assert!(changed(|plan| customer(plan).joins[0].left = false));
        assert!(changed(|plan| customer(plan).key.push("more".into())));
        assert!(changed(|plan| customer(plan).new_key = NewKey::Keep));
        assert!(changed(|plan| customer(plan).batch = Batch::Whole));
        assert!(changed(|plan| customer(plan).conflict = Conflict::Skip));
        assert!(changed(|plan| customer(plan).wave = 9));
        assert!(changed(|plan| customer(plan).second_pass.clear()));
        assert!(changed(|plan| customer(plan).dropped.clear()));
        assert!(changed(|plan| customer(plan).dropped[0].because = "another reason".into()));
        assert!(changed(|plan| plan.claims.truncate(1)));
        assert!(changed(|plan| plan.claims[0].established = Established::Proven { why: "so".into() }));
        assert!(changed(|plan| plan.accepts[0].because = "other".into()));
        assert!(changed(|plan| plan.accepts[0].until = Some("2030-01-01".into())));
        assert!(changed(|plan| plan.tables[0].cover = Cover::BeforeImages));
        assert!(changed(|plan| plan.tables[0].postpones = true));
        assert!(changed(|plan| plan.tables[0].triggers_off = true));
        assert!(changed(|plan| plan.breaks.clear()));
        assert!(changed(|plan| {
            if let InvariantBody::Equal { within, .. } = &mut plan.invariants[1].body {
                *within = "1".into();
            }
        }));
    }
}
