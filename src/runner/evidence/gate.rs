//! Whether evidence is good enough for what comes next. Pure.

use super::{Coverage, Evidence, Judged, Kind, Moment};
use crate::diagnostic::Code;
use crate::runner::checks::Verdict;

/// What a gate asks for.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// Of the bundle that stands before the gate.
    pub fingerprint: &'a str,
    /// The target as it identifies itself now.
    pub target: &'a str,
    pub now: &'a Moment,
    /// Seconds, instead of what the evidence says of itself; it may only be less.
    pub max_age: Option<u64>,
}

/// Why evidence is refused: the code, and the reason in one line.
pub type Refused = (Code, String);

/// Says nothing if `evidence` is passed, whole, fresh, and about this plan in this target.
///
/// What it is about comes first: of another plan's evidence it does not matter how old it is.
pub fn judge(evidence: &Evidence, asked: Asked<'_>) -> Result<(), Refused> {
    if evidence.fingerprint != asked.fingerprint {
        let found = &evidence.fingerprint;
        return Err((Code::EvidenceForeign, format!("it is of another version of the plan: {found}")));
    }
    if evidence.target.server != asked.target {
        let says = format!("it was taken on {}, and this is {}", evidence.target.server, asked.target);
        return Err((Code::EvidenceForeign, says));
    }
    if let Some(why) = &evidence.voided {
        return Err((Code::EvidenceVoided, format!("it counts no more: {why}")));
    }
    if evidence.failed > 0 {
        let says = format!("{} of {} checks failed", evidence.failed, evidence.checks);
        return Err((Code::EvidenceFailed, says));
    }
    let left_out = match evidence.coverage {
        Coverage::Whole if evidence.examined > 0 => None,
        Coverage::Whole | Coverage::Part => {
            Some(format!("it looked at {} of {} rows", evidence.examined, evidence.expected))
        }
        Coverage::Changed => Some("it looked only at rows that were written since the one before".to_owned()),
        Coverage::Copies => Some("it looked only at copies of the source's rows".to_owned()),
    };
    if let Some(says) = left_out {
        return Err((Code::EvidencePartial, says));
    }
    if evidence.verdict == Verdict::Fail {
        return Err((Code::EvidenceFailed, "its checks did not pass".to_owned()));
    }
    let limit = asked.max_age.map_or(evidence.good_for, |most| most.min(evidence.good_for));
    let old = age(evidence, asked.now);
    if old > limit || evidence.moment.second == 0 || asked.now.second == 0 {
        let says = format!("it is {} old, and good for {}", span(old), span(limit));
        return Err((Code::EvidenceStale, says));
    }
    // A clock that was set back would keep it fresh for ever.
    if evidence.moment.second > asked.now.second + 60 {
        return Err((Code::EvidenceStale, "it is from the future of the target's clock".to_owned()));
    }
    Ok(())
}

/// The newest evidence of a comparison: what a gate asks.
///
/// One that meant to look at less, and found nothing wrong with that, takes nothing from the one before it, and adds
/// nothing to it: that one is asked.
#[must_use]
pub fn newest(all: &[Evidence]) -> Option<&Evidence> {
    let mut comparisons = all.iter().filter(|one| matches!(one.kind, Kind::Validate | Kind::Reconcile));
    let newest = comparisons.clone().next();
    comparisons.find(|one| !is_less(one)).or(newest)
}

/// Good, as far as it goes.
fn is_less(evidence: &Evidence) -> bool {
    let meant = matches!(evidence.coverage, Coverage::Changed | Coverage::Copies);
    meant && evidence.verdict == Verdict::Pass && evidence.voided.is_none()
}

/// Evidence with its age and what a gate says of it.
#[must_use]
pub fn judged(evidence: Evidence, asked: Asked<'_>) -> Judged {
    let refused = judge(&evidence, asked).err().map(|(_, why)| why);
    Judged { age: age(&evidence, asked.now), accepted: refused.is_none(), refused, evidence }
}

fn age(evidence: &Evidence, now: &Moment) -> u64 {
    now.second.saturating_sub(evidence.moment.second)
}

/// A time for people: `40 s`, `12 min`, `24 h`, `9 days`.
#[must_use]
pub fn span(seconds: u64) -> String {
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7_200 => format!("{} min", seconds / 60),
        7_200..172_800 => format!("{} h", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{RelyOn, Side};
    use super::*;

    fn evidence() -> Evidence {
        Evidence {
            number: Some(1),
            kind: Kind::Validate,
            script: "sql/30_validate.sql".to_owned(),
            fingerprint: "dm1:00".to_owned(),
            moment: Moment { at: "2026-11-22T12:00:00Z".to_owned(), second: 1_000_000 },
            good_for: 3_600,
            source: Side::default(),
            target: Side { server: "one".to_owned(), position: String::new() },
            relied_on: RelyOn::Snapshot,
            coverage: Coverage::Whole,
            checks: 3,
            failed: 0,
            examined: 10,
            expected: 10,
            bad: 0,
            verdict: Verdict::Pass,
            voided: None,
        }
    }

    #[test]
    fn a_gate_refuses_with_the_reason() {
        let said = |change: &dyn Fn(&mut Evidence), later: u64, max_age| {
            let mut one = evidence();
            change(&mut one);
            let now = Moment { at: String::new(), second: 1_000_000 + later };
            let asked = Asked { fingerprint: "dm1:00", target: "one", now: &now, max_age };
            judge(&one, asked).err().map(|(code, _)| code)
        };
        assert_eq!(said(&|_| {}, 3_600, None), None);
        assert_eq!(said(&|_| {}, 3_601, None), Some(Code::EvidenceStale));
        assert_eq!(said(&|_| {}, 61, Some(60)), Some(Code::EvidenceStale));
        assert_eq!(said(&|_| {}, 3_601, Some(9_999)), Some(Code::EvidenceStale), "it may only be less");
        assert_eq!(said(&|one| one.moment.second += 7_200, 0, None), Some(Code::EvidenceStale));
        assert_eq!(said(&|one| one.moment.second = 0, 0, None), Some(Code::EvidenceStale));
        assert_eq!(
            said(&|one| one.fingerprint = "dm1:11".to_owned(), 9_999, None),
            Some(Code::EvidenceForeign)
        );
        assert_eq!(said(&|one| one.target.server = "two".to_owned(), 0, None), Some(Code::EvidenceForeign));
        assert_eq!(
            said(&|one| one.voided = Some("a repair".to_owned()), 0, None),
            Some(Code::EvidenceVoided)
        );
        assert_eq!(said(&|one| one.failed = 1, 0, None), Some(Code::EvidenceFailed));
        assert_eq!(said(&|one| one.verdict = Verdict::Fail, 0, None), Some(Code::EvidenceFailed));
        assert_eq!(said(&|one| one.coverage = Coverage::Part, 0, None), Some(Code::EvidencePartial));
        assert_eq!(said(&|one| one.examined = 0, 0, None), Some(Code::EvidencePartial));
    }

    #[test]
    fn what_looked_at_less_neither_opens_nor_closes_a_gate() {
        let of = |coverage, verdict| Evidence { coverage, verdict, ..evidence() };
        let full = evidence();
        for coverage in [Coverage::Changed, Coverage::Copies] {
            let less = of(coverage, Verdict::Pass);
            assert_eq!(newest(&[less.clone(), full.clone()]), Some(&full));
            assert_eq!(newest(std::slice::from_ref(&less)), Some(&less));
            let now = Moment { at: String::new(), second: 1_000_000 };
            let asked = Asked { fingerprint: "dm1:00", target: "one", now: &now, max_age: None };
            assert_eq!(judge(&less, asked).err().map(|(code, _)| code), Some(Code::EvidencePartial));
            let failed = of(coverage, Verdict::Fail);
            assert_eq!(newest(&[failed.clone(), full.clone()]), Some(&failed));
            let voided = Evidence { voided: Some("a repair".to_owned()), ..less };
            assert_eq!(newest(&[voided.clone(), full.clone()]), Some(&voided));
        }
    }

    #[test]
    fn a_preflight_is_no_comparison() {
        let preflight = Evidence { kind: Kind::Preflight, ..evidence() };
        assert_eq!(newest(std::slice::from_ref(&preflight)), None);
        assert_eq!(newest(&[preflight, evidence()]), Some(&evidence()));
    }
}
