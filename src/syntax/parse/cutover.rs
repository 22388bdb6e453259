//! `cutover { … }` and `rollback { … }`.

use super::build::Build;
use super::junk::Place;
use super::{Pair, Rule};
use crate::syntax::ast::{BackEntry, BackKind, CutEntry, CutKind, CutStep, Cutover, Duration, WayBack};

impl Build<'_, '_, '_> {
    pub(super) fn cutover(&mut self, pair: Pair) -> Option<Cutover> {
        let word = pair.clone().into_inner().next().map(|word| self.span(&word))?;
        let mut entries = Vec::new();
        self.block(pair, "cutover", Place::Cutover, &mut |this, entry| {
            let span = this.span(&entry);
            let kind = match entry.as_rule() {
                Rule::downtime => this.last_duration(entry).map(CutKind::Downtime),
                _ => this.cut_step(entry).map(CutKind::Step),
            };
            entries.extend(kind.map(|kind| CutEntry { span, kind }));
        });
        Some(Cutover { word, entries })
    }

    fn cut_step(&mut self, pair: Pair) -> Option<CutStep> {
        let mut parts = pair.into_inner().filter(|part| part.as_rule() != Rule::kw_step);
        let name = self.quoted_text(&parts.next()?);
        let mut step = CutStep { name, owner: None, takes: None, manual: None, validate: None, undo: None };
        for part in parts {
            let span = self.span(&part);
            let (word, again) = match part.as_rule() {
                Rule::owner => ("owner", step.owner.is_some()),
                Rule::takes => ("takes", step.takes.is_some()),
                Rule::manual => ("manual", step.manual.is_some()),
                Rule::undo => ("undo", step.undo.is_some()),
                _ => ("validate", step.validate.is_some()),
            };
            if again {
                self.twice(word, span);
                continue;
            }
            match part.as_rule() {
                Rule::owner => step.owner = self.last_text(part),
                Rule::takes => step.takes = self.last_duration(part),
                Rule::manual => step.manual = self.last_text(part),
                Rule::undo => step.undo = self.last_text(part),
                _ => step.validate = Some(span),
            }
        }
        Some(step)
    }

    pub(super) fn way_back(&mut self, pair: Pair) -> Option<WayBack> {
        let word = pair.clone().into_inner().next().map(|word| self.span(&word))?;
        let mut entries = Vec::new();
        self.block(pair, "rollback", Place::WayBack, &mut |this, entry| {
            let span = this.span(&entry);
            let kind = match entry.as_rule() {
                Rule::trigger => this.last_text(entry).map(BackKind::Trigger),
                _ => this.back_until(entry),
            };
            entries.extend(kind.map(|kind| BackEntry { span, kind }));
        });
        Some(WayBack { word, entries })
    }

    fn back_until(&mut self, pair: Pair) -> Option<BackKind> {
        let mut parts = pair.into_inner().filter(|part| part.as_rule() != Rule::kw_until);
        let step = self.quoted_text(&parts.next()?);
        Some(BackKind::Until(step, parts.next().and_then(|part| self.duration(part))))
    }

    fn last_duration(&mut self, pair: Pair) -> Option<Duration> {
        pair.into_inner().last().and_then(|part| self.duration(part))
    }
}
