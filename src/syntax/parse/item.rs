//! Items other than moves and invariants.

use super::build::Build;
use super::junk::Place;
use super::{Pair, Rule};
use crate::base::Span;
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{
    Accept, DateLit, Demand, DemandKind, Edition, Import, Item, ItemKind, PlanHeader, SchemaFile, Setting,
    Side, Signoff, Strategy, Text, ValuePair, Values,
};

impl Build<'_, '_, '_> {
    /// The items of the file; the rest is reported.
    pub(super) fn items(&mut self, file: Pair) -> Vec<Item> {
        let mut items = Vec::new();
        self.entries(file, Place::File, &mut |this, pair| match pair.as_rule() {
            Rule::item => items.extend(this.item(pair)),
            Rule::stray_close => {
                let span = this.span(&pair);
                let message = "this `}` closes nothing";
                this.error(
                    Diagnostic::error(Code::Unclosed, message, span, "no `{` is open here")
                        .help("remove it, or look for a `}` too many above"),
                );
            }
            _ => {}
        });
        items
    }

    fn item(&mut self, pair: Pair) -> Option<Item> {
        let mut doc = None;
        for part in pair.into_inner() {
            let span = self.span(&part);
            let kind = match part.as_rule() {
                Rule::doc => {
                    doc = Some(Self::doc(part));
                    continue;
                }
                Rule::edition => ItemKind::Edition(self.edition(part)?),
                Rule::import => {
                    let file = part.into_inner().last()?;
                    ItemKind::Import(Import { file: self.quoted_text(&file) })
                }
                Rule::plan => ItemKind::Plan(self.plan(part)?),
                Rule::side => self.side(part)?,
                Rule::strategy => ItemKind::Strategy(self.strategy(part)?),
                Rule::signoff => ItemKind::Signoff(self.signoff(part)?),
                Rule::cutover => ItemKind::Cutover(self.cutover(part)?),
                Rule::way_back => ItemKind::WayBack(self.way_back(part)?),
                Rule::reconcile => ItemKind::Reconcile(self.reconcile(part)?),
                Rule::values => ItemKind::Values(self.values(part)?),
                Rule::moving => ItemKind::Move(self.r#move(part)?),
                Rule::accept => ItemKind::Accept(self.accept(part)?),
                Rule::check => ItemKind::Invariant(self.check(part)?),
                _ => ItemKind::Invariant(self.invariant(part)?),
            };
            return Some(Item { span, doc, kind });
        }
        None
    }

    fn edition(&mut self, pair: Pair) -> Option<Edition> {
        let span = self.span(&pair);
        let year = pair.into_inner().last()?.as_str().parse().ok()?;
        Some(Edition { year, span })
    }

    fn plan(&mut self, pair: Pair) -> Option<PlanHeader> {
        let name = pair.clone().into_inner().find(is_name).map(|p| self.ident(&p))?;
        let mut facts = Vec::new();
        self.block(pair, "plan", Place::Plan, &mut |this, entry| {
            let parts: Vec<Pair> = entry.into_inner().collect();
            if let [word, text] = parts.as_slice() {
                facts.push((this.ident(word), this.quoted_text(text)));
            }
        });
        Some(PlanHeader { name, facts })
    }

    fn side(&mut self, pair: Pair) -> Option<ItemKind> {
        let mut head = pair.clone().into_inner();
        let is_source = head.next()?.as_rule() == Rule::kw_source;
        let (name, engine) = (self.ident(&head.next()?), self.ident(&head.next()?));
        let mut side = Side { name, engine, schemas: Vec::new(), stats: Vec::new(), link: None };
        let word = if is_source { "source" } else { "target" };
        self.block(pair, word, Place::Side, &mut |this, entry| {
            let rule = entry.as_rule();
            let span = this.span(&entry);
            let mut file = None;
            let mut word = None;
            for part in entry.into_inner() {
                match part.as_rule() {
                    Rule::text | Rule::wrong_text => file = Some(this.quoted_text(&part)),
                    Rule::bare | Rule::quoted => word = Some(this.ident(&part)),
                    _ => {}
                }
            }
            if rule == Rule::link {
                if side.link.is_some() {
                    this.twice("link", span);
                }
                side.link = word;
            } else if let Some(file) = file.take_if(|_| rule == Rule::stats) {
                side.stats.push(file);
            } else if let Some(file) = file {
                side.schemas.push(SchemaFile { file, namespace: word });
            }
        });
        Some(if is_source { ItemKind::Source(side) } else { ItemKind::Target(side) })
    }

    fn strategy(&mut self, pair: Pair) -> Option<Strategy> {
        let word = pair.clone().into_inner().next().map(|word| self.span(&word))?;
        let mut settings: Vec<Setting> = Vec::new();
        self.block(pair, "strategy", Place::Strategy, &mut |this, entry| {
            settings.extend(this.setting(entry));
        });
        Some(Strategy { word, settings })
    }

    fn setting(&mut self, entry: Pair) -> Option<Setting> {
        let parts: Vec<Pair> = entry.into_inner().collect();
        let [what, value] = parts.as_slice() else { return None };
        Some(Setting { what: self.ident(what), value: self.ident(value) })
    }

    fn signoff(&mut self, pair: Pair) -> Option<Signoff> {
        let word = pair.clone().into_inner().next().map(|word| self.span(&word))?;
        let mut demands = Vec::new();
        self.block(pair, "sign-off", Place::Signoff, &mut |this, entry| {
            let span = this.span(&entry);
            let kind = match entry.as_rule() {
                Rule::role => this.last_text(entry).map(DemandKind::Role),
                _ => this.setting(entry).map(DemandKind::Setting),
            };
            demands.extend(kind.map(|kind| Demand { span, kind }));
        });
        Some(Signoff { word, demands })
    }

    fn values(&mut self, pair: Pair) -> Option<Values> {
        let name = pair.clone().into_inner().find(is_name).map(|p| self.ident(&p))?;
        let mut values = Values { name, pairs: Vec::new(), otherwise: None };
        self.block(pair, "values map", Place::Values, &mut |this, entry| {
            let span = this.span(&entry);
            if entry.as_rule() == Rule::otherwise {
                if values.otherwise.is_some() {
                    this.twice("else", span);
                }
                values.otherwise = this.otherwise(entry);
            } else {
                values.pairs.extend(this.value_pair(entry, span));
            }
        });
        Some(values)
    }

    fn value_pair(&mut self, pair: Pair, span: Span) -> Option<ValuePair> {
        let mut sides = Vec::new();
        for part in pair.into_inner() {
            let place = self.span(&part);
            match part.as_rule() {
                Rule::wrong_pair_arrow => {
                    let message =
                        format!("a pair of values is written with `->`, not with `{}`", part.as_str());
                    self.error(
                        Diagnostic::error(Code::WrongArrow, message, place, "the wrong arrow")
                            .help("write `'old' -> 'new'`: the arrow points where the data flows"),
                    );
                }
                Rule::text => {
                    let value = super::build::unquote(part.as_str(), false);
                    self.error(
                        Diagnostic::error(
                            Code::WrongQuotes,
                            "a value is in single quotes",
                            place,
                            "double quotes",
                        )
                        .help(format!("write '{}'", value.replace('\'', "''"))),
                    );
                    let kind = crate::syntax::ast::ExprKind::String(value);
                    sides.push(crate::syntax::ast::Expr { span: place, kind });
                }
                _ => sides.push(self.literal(part)?),
            }
        }
        let to = sides.pop()?;
        Some(ValuePair { from: sides.pop()?, to, span })
    }

    fn accept(&mut self, pair: Pair) -> Option<Accept> {
        let span = self.span(&pair);
        let (mut claim, mut subject, mut because, mut ticket, mut until) = (None, None, None, None, None);
        for part in pair.into_inner() {
            let place = self.span(&part);
            match part.as_rule() {
                Rule::bare | Rule::quoted => claim = Some(self.ident(&part)),
                Rule::path => subject = Some(self.path(part)),
                Rule::because => because = self.last_text(part),
                Rule::ticket => {
                    if ticket.is_some() {
                        self.twice("ticket", place);
                    }
                    ticket = self.last_text(part);
                }
                Rule::until => {
                    if until.is_some() {
                        self.twice("until", place);
                    }
                    until = self.date(part);
                }
                _ => {}
            }
        }
        let because = because.unwrap_or_else(|| self.reason_missing(span, "an `accept`"));
        Some(Accept { claim: claim?, subject: subject?, because, ticket, until })
    }

    /// The empty reason that stands in for the one that was not given, after the error about it.
    pub(super) fn reason_missing(&mut self, span: Span, what: &str) -> Text {
        let message = format!("{what} needs a reason");
        self.missing(
            span,
            Diagnostic::error(Code::ReasonMissing, message, span, "why?")
                .help("add `because \"…\"`: the reason goes into the review"),
        );
        Text { value: String::new(), span: self.sink.span(span.end as usize, span.end as usize) }
    }

    pub(super) fn last_text(&mut self, pair: Pair) -> Option<Text> {
        pair.into_inner().last().map(|text| self.quoted_text(&text))
    }

    pub(super) fn twice(&mut self, word: &str, span: Span) {
        let message = format!("`{word}` is written twice");
        self.error(
            Diagnostic::error(Code::ItemForm, message, span, "the second").help("remove one of the two"),
        );
    }

    fn date(&mut self, pair: Pair) -> Option<DateLit> {
        let date = pair.into_inner().last()?;
        let span = self.span(&date);
        let iso = date.as_str();
        if date.as_rule() == Rule::date && is_day(iso) {
            return Some(DateLit { iso: iso.to_owned(), span });
        }
        let message = format!("`{iso}` is not a day");
        self.error(
            Diagnostic::error(Code::NoSuchDay, message, span, "not a day of the calendar")
                .help("write the day as `2027-03-01`, without quotes"),
        );
        None
    }
}

pub(super) fn is_name(pair: &Pair) -> bool {
    matches!(pair.as_rule(), Rule::bare | Rule::quoted)
}

/// True for the ISO form of a day of the Gregorian calendar.
fn is_day(iso: &str) -> bool {
    let bytes = iso.as_bytes();
    let shape = bytes.len() == 10
        && bytes
            .iter()
            .enumerate()
            .all(|(i, b)| if i == 4 || i == 7 { *b == b'-' } else { b.is_ascii_digit() });
    let number =
        |range: std::ops::Range<usize>| iso.get(range).and_then(|n| n.parse::<u32>().ok()).unwrap_or(0);
    if !shape {
        return false;
    }
    let (year, month, day) = (number(0..4), number(5..7), number(8..10));
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    (1..=days).contains(&day)
}

#[cfg(test)]
mod tests {
    use super::is_day;

    #[test]
    fn days_are_those_of_the_calendar() {
        for day in ["2027-03-01", "2028-02-29", "2000-02-29", "2027-12-31"] {
            assert!(is_day(day), "{day}");
        }
        for day in
            ["2027-02-29", "1900-02-29", "2027-13-01", "2027-00-01", "2027-04-31", "27-3-1", "2027-3-01"]
        {
            assert!(!is_day(day), "{day}");
        }
    }
}
