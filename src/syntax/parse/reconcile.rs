//! `reconcile every … for …`, and lengths of time.

use super::build::Build;
use super::junk::Place;
use super::{Pair, Rule};
use crate::base::fold;
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{Duration, Reconcile, ReconcileKind, ReconcilePart};

/// The units of time with their seconds; the first word of each is the one that messages propose.
const UNITS: [(&[&str], u64); 4] = [(&["s"], 1), (&["min"], 60), (&["h"], 3_600), (&["days", "day"], 86_400)];

impl Build<'_, '_, '_> {
    pub(super) fn reconcile(&mut self, pair: Pair) -> Option<Reconcile> {
        let whole = self.span(&pair);
        let (mut times, mut parts) = (Vec::new(), Vec::new());
        let mut head = whole;
        for part in pair.clone().into_inner() {
            match part.as_rule() {
                Rule::duration => {
                    let time = self.duration(part);
                    head.end = time.as_ref().map_or(head.end, |time| time.span.end);
                    times.push(time);
                }
                Rule::open => break,
                _ => {}
            }
        }
        self.block(pair, "reconcile", Place::Reconcile, &mut |this, entry| {
            let span = this.span(&entry);
            let kind = match entry.as_rule() {
                Rule::sample => this.sample(entry),
                _ => entry.into_inner().last().map(|word| ReconcileKind::Checks(this.ident(&word))),
            };
            parts.extend(kind.map(|kind| ReconcilePart { span, kind }));
        });
        let during = times.pop()??;
        Some(Reconcile { head, every: times.pop()??, during, parts })
    }

    fn sample(&mut self, pair: Pair) -> Option<ReconcileKind> {
        let (mut rows, mut seed) = (None, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::number => rows = Some(self.whole(&part)?),
                Rule::seed => seed = Some(self.whole(&part.into_inner().last()?)?),
                _ => {}
            }
        }
        Some(ReconcileKind::Sample { rows: rows?, seed })
    }

    /// A whole number that a session can be told.
    fn whole(&mut self, pair: &Pair) -> Option<u64> {
        const MOST: u64 = 1 << 31;
        let number = pair.as_str().parse().ok().filter(|number| *number < MOST);
        if number.is_none() {
            let message = format!("`{}` is no whole number below {MOST}", pair.as_str());
            let span = self.span(pair);
            self.error(
                Diagnostic::error(Code::NumberForm, message, span, "not such a number")
                    .help("write it in digits, such as `500`"),
            );
        }
        number
    }

    /// A number and its unit.
    pub(super) fn duration(&mut self, pair: Pair) -> Option<Duration> {
        let span = self.span(&pair);
        let parts: Vec<Pair> = pair.into_inner().collect();
        let [number, unit] = parts.as_slice() else { return None };
        let word = fold(unit.as_str());
        let each = UNITS.iter().find(|(words, _)| words.contains(&word.as_str())).map(|(_, each)| *each);
        let count = number.as_str().parse::<u64>().ok();
        let seconds = each.zip(count).and_then(|(each, count)| count.checked_mul(each));
        if let Some(seconds) = seconds.filter(|seconds| i32::try_from(*seconds).is_ok()) {
            return Some(Duration { seconds, text: format!("{} {word}", number.as_str()), span });
        }
        let (message, about) = if each.is_none() {
            (format!("`{}` is no unit of time", unit.as_str()), self.span(unit))
        } else {
            (
                format!("`{}` is not a number of {word} that is reckoned with", number.as_str()),
                self.span(number),
            )
        };
        let near = UNITS.iter().map(|(words, _)| words[0]).filter(|_| each.is_none());
        self.error(
            Diagnostic::error(Code::TimeForm, message, about, "not a length of time")
                .did_you_mean(unit.as_str(), near)
                .or_help("write a whole number and `s`, `min`, `h` or `days`, such as `30 min`"),
        );
        None
    }
}
