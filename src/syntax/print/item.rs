//! Items.

use super::expr::{else_line, flat};
use super::layout::{Block, Entry, Gap, Page, fits, newline};
use super::words::{fact, name, path, text};
use crate::base::Ident;
use crate::syntax::ast::{
    Accept, DemandKind, InvariantBody, Item, ItemKind, PlanHeader, Reconcile, ReconcileKind, Setting, Side,
    Signoff, Strategy, Text, Values,
};

impl Page<'_> {
    pub(super) fn items(&mut self, items: &[Item]) {
        let mut before: Option<&Item> = None;
        for (index, item) in items.iter().enumerate() {
            self.side_width = self.widest_of_sides(items, index);
            if let Some(before) = before {
                // Imports, accepts, and the two sides, may stand together without blank lines.
                let together = matches!(
                    (&before.kind, &item.kind),
                    (ItemKind::Import(_), ItemKind::Import(_))
                        | (ItemKind::Accept(_), ItemKind::Accept(_))
                        | (
                            ItemKind::Source(_) | ItemKind::Target(_),
                            ItemKind::Source(_) | ItemKind::Target(_)
                        )
                );
                self.gap = if together { Gap::Kept } else { Gap::Blank };
            }
            self.item(item);
            before = Some(item);
        }
    }

    /// The length of the longest name in the run of sides without blank lines that `index` is in:
    /// their engines stand below each other, as `source` and `target` are of one length.
    fn widest_of_sides(&self, items: &[Item], index: usize) -> usize {
        let name_of = |item: &Item| match &item.kind {
            ItemKind::Source(side) | ItemKind::Target(side) => Some(name(&side.name).chars().count()),
            _ => None,
        };
        let joined = |at: usize| items.get(at).is_some_and(|item| !self.blank_above(item.span.start));
        let first = (0..=index).rev().take_while(|at| name_of(&items[*at]).is_some());
        let mut start = index;
        for at in first {
            start = at;
            if !joined(at) {
                break;
            }
        }
        let run =
            items[start..].iter().enumerate().take_while(|(i, _)| start + i <= index || joined(start + i));
        run.map_while(|(_, item)| name_of(item)).max().unwrap_or(0)
    }

    fn item(&mut self, item: &Item) {
        let block = match &item.kind {
            ItemKind::Edition(edition) => {
                return self.line_item(item, format!("datamove edition {}", edition.year));
            }
            ItemKind::Import(import) => {
                return self.line_item(item, format!("import {}", text(&import.file)));
            }
            ItemKind::Accept(value) => return self.line_item(item, accept(value)),
            ItemKind::Plan(value) => plan(value),
            ItemKind::Source(value) => self.side("source", value),
            ItemKind::Target(value) => self.side("target", value),
            ItemKind::Strategy(value) => strategy(value),
            ItemKind::Signoff(value) => signoff(value),
            ItemKind::Cutover(value) => super::cutover::cutover(value),
            ItemKind::WayBack(value) => super::cutover::way_back(value),
            ItemKind::Reconcile(value) => reconcile(value),
            ItemKind::Values(value) => values(value),
            ItemKind::Move(value) => self.r#move(value),
            ItemKind::Invariant(value) => match &value.body {
                InvariantBody::Sql { engine, text: sql, because } => {
                    return self.line_item(item, check(&value.name, engine, sql, because));
                }
                InvariantBody::None(_) | InvariantBody::Equal { .. } => self.invariant(value),
            },
        };
        self.block(item.span, item.doc.as_deref(), &block);
    }

    fn line_item(&mut self, item: &Item, text: String) {
        self.entry(&Entry { span: item.span, doc: item.doc.clone(), text }, 0);
    }

    fn side(&self, word: &str, side: &Side) -> Block {
        let mut entries: Vec<Entry> = side
            .schemas
            .iter()
            .map(|schema| {
                let mut span = schema.file.span;
                span.start = self.word_before(span.start, "schema");
                let mut line = format!("schema {}", text(&schema.file));
                if let Some(namespace) = &schema.namespace {
                    span = span.to(namespace.span);
                    line.push_str(" in ");
                    line.push_str(&name(namespace));
                }
                Entry { span, doc: None, text: line }
            })
            .collect();
        for stats in &side.stats {
            let mut span = stats.span;
            span.start = self.word_before(span.start, "stats");
            entries.push(Entry { span, doc: None, text: format!("stats {}", text(stats)) });
        }
        if let Some(link) = &side.link {
            let mut span = link.span;
            span.start = self.word_before(span.start, "link");
            entries.push(Entry { span, doc: None, text: format!("link {}", name(link)) });
        }
        let width = self.side_width;
        let head = format!("{word} {:width$} {}", name(&side.name), name(&side.engine));
        let inline = match entries.as_slice() {
            [only] => Some(format!("{head} {{ {} }}", only.text)),
            _ => None,
        };
        Block { head, head_end: side.engine.span.end, entries, inline }
    }
}

fn plan(plan: &PlanHeader) -> Block {
    let width = plan.facts.iter().map(|(word, _)| fact(word).chars().count()).max().unwrap_or(0);
    let entries = plan.facts.iter().map(|(word, value)| Entry {
        span: word.span.to(value.span),
        doc: None,
        text: format!("{:width$} {}", fact(word), text(value)),
    });
    let head = format!("plan {}", name(&plan.name));
    Block { head, head_end: plan.name.span.end, entries: entries.collect(), inline: None }
}

fn strategy(strategy: &Strategy) -> Block {
    let width = strategy.settings.iter().map(|one| name(&one.what).chars().count()).max().unwrap_or(0);
    let entry = |width: usize, one: &Setting| format!("{:width$} {}", name(&one.what), name(&one.value));
    let entries = strategy.settings.iter().map(|one| Entry {
        span: one.what.span.to(one.value.span),
        doc: None,
        text: entry(width, one),
    });
    let head = "strategy".to_owned();
    let inline = match strategy.settings.as_slice() {
        [only] => Some(format!("{head} {{ {} }}", entry(0, only))),
        _ => None,
    };
    Block { head, head_end: strategy.word.end, entries: entries.collect(), inline }
}

fn signoff(signoff: &Signoff) -> Block {
    let entry = |kind: &DemandKind| match kind {
        DemandKind::Role(role) => format!("role {}", text(role)),
        DemandKind::Setting(one) => format!("{} {}", name(&one.what), name(&one.value)),
    };
    let entries =
        signoff.demands.iter().map(|one| Entry { span: one.span, doc: None, text: entry(&one.kind) });
    let head = "signoff".to_owned();
    let inline = match signoff.demands.as_slice() {
        [only] => Some(format!("{head} {{ {} }}", entry(&only.kind))),
        _ => None,
    };
    Block { head, head_end: signoff.word.end, entries: entries.collect(), inline }
}

fn reconcile(reconcile: &Reconcile) -> Block {
    let entry = |kind: &ReconcileKind| match kind {
        ReconcileKind::Checks(word) => format!("checks {}", name(word)),
        ReconcileKind::Sample { rows, seed } => {
            let unit = if *rows == 1 { "row" } else { "rows" };
            let seed = seed.map_or_else(String::new, |seed| format!(" seed {seed}"));
            format!("sample {rows} {unit}{seed}")
        }
    };
    let entries =
        reconcile.parts.iter().map(|one| Entry { span: one.span, doc: None, text: entry(&one.kind) });
    let head = format!("reconcile every {} for {}", reconcile.every.text, reconcile.during.text);
    let inline = match reconcile.parts.as_slice() {
        [only] => Some(format!("{head} {{ {} }}", entry(&only.kind))),
        _ => None,
    };
    Block { head, head_end: reconcile.head.end, entries: entries.collect(), inline }
}

fn values(values: &Values) -> Block {
    let mut entries: Vec<Entry> = values
        .pairs
        .iter()
        .map(|pair| {
            let text = format!("{} -> {}", flat(&pair.from), flat(&pair.to));
            Entry { span: pair.span, doc: None, text }
        })
        .collect();
    if let Some(otherwise) = &values.otherwise {
        entries.push(Entry { span: otherwise.span, doc: None, text: else_line(otherwise) });
    }
    let head = format!("values {}", name(&values.name));
    let texts: Vec<&str> = entries.iter().map(|entry| entry.text.as_str()).collect();
    let inline = (!texts.is_empty()).then(|| format!("{head} {{ {} }}", texts.join(", ")));
    let last = entries.len().saturating_sub(1);
    for entry in &mut entries[..last] {
        entry.text.push(',');
    }
    Block { head, head_end: values.name.span.end, entries, inline }
}

fn accept(accept: &Accept) -> String {
    let mut parts = vec![
        format!("accept {} {}", name(&accept.claim), path(&accept.subject)),
        format!("because {}", text(&accept.because)),
    ];
    parts.extend(accept.ticket.as_ref().map(|ticket| format!("ticket {}", text(ticket))));
    parts.extend(accept.until.as_ref().map(|until| format!("until {}", until.iso)));
    let line = parts.join(" ");
    if fits(&line, 0) { line } else { parts.join(&newline(2)) }
}

/// The SQL stays byte for byte as it is: its lines are not ours to move.
fn check(called: &Text, engine: &Ident, sql: &Text, because: &Text) -> String {
    format!("check {} sql {} $${}$$ because {}", text(called), name(engine), sql.value, text(because))
}
