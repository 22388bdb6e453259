//! Invariants and their queries.

use super::build::Build;
use super::item::is_name;
use super::junk::Place;
use super::{Pair, Rule};
use crate::base::Span;
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::ast::{Invariant, InvariantBody, QueryJoin, Relations, SideQuery, Text};

impl Build<'_, '_, '_> {
    pub(super) fn invariant(&mut self, pair: Pair) -> Option<Invariant> {
        let span = self.span(&pair);
        let mut head = pair.clone().into_inner();
        let name = head.find(|p| matches!(p.as_rule(), Rule::text | Rule::wrong_text));
        let name = name.map(|text| self.quoted_text(&text))?;
        let by = head.find(|p| matches!(p.as_rule(), Rule::by_names | Rule::open));
        let by = by.filter(|p| p.as_rule() == Rule::by_names).map_or_else(Vec::new, |names| {
            names.into_inner().filter(is_name).map(|name| self.ident(&name)).collect()
        });
        let (mut nones, mut sides, mut withins) = (Vec::new(), Vec::new(), Vec::new());
        let mut broken = 0;
        self.block(pair, "invariant", Place::Invariant, &mut |this, entry| {
            let rule = entry.as_rule();
            let read = match rule {
                Rule::none_part => {
                    let relations = entry.into_inner().last();
                    relations.and_then(|pair| this.relations(pair)).map(|found| nones.push(found))
                }
                Rule::side_query => this.side_query(entry).map(|query| sides.push(query)),
                _ => this.only_expr(entry).map(|value| withins.push(value)),
            };
            broken += usize::from(read.is_none());
        });
        let whole = (nones.len(), sides.len(), withins.len());
        let body = match whole {
            (1, 0, 0) => InvariantBody::None(nones.pop()?),
            (0, 2, 0 | 1) => {
                let right = sides.pop()?;
                InvariantBody::Equal { left: sides.pop()?, right, within: withins.pop() }
            }
            _ => {
                if broken == 0 && !self.sink.is_blamed(span.start as usize, span.end as usize) {
                    self.incomplete(name.span, whole);
                }
                return None;
            }
        };
        Some(Invariant { name, by, body })
    }

    /// A check in the target's own SQL: an invariant whose words are not ours.
    pub(super) fn check(&mut self, pair: Pair) -> Option<Invariant> {
        let span = self.span(&pair);
        let (mut name, mut engine, mut text, mut because) = (None, None, None, None);
        for part in pair.into_inner() {
            let place = self.span(&part);
            match part.as_rule() {
                Rule::text | Rule::wrong_text => name = Some(self.quoted_text(&part)),
                Rule::bare | Rule::quoted => engine = Some(self.ident(&part)),
                Rule::sql_text => {
                    let value = part.as_str().trim_matches('$').to_owned();
                    text = Some(Text { value, span: place });
                }
                Rule::because => because = self.last_text(part),
                _ => {}
            }
        }
        let because = because.unwrap_or_else(|| self.reason_missing(span, "a `check`"));
        let body = InvariantBody::Sql { engine: engine?, text: text?, because };
        Some(Invariant { name: name?, by: Vec::new(), body })
    }

    fn incomplete(&mut self, span: Span, (nones, sides, withins): (usize, usize, usize)) {
        let message = match (nones, sides) {
            (0, 0) => "the invariant states nothing".to_owned(),
            (0, 1) => "the invariant has one query, with nothing to compare".to_owned(),
            (0, 2) if withins > 1 => "the invariant has more than one `within`".to_owned(),
            (0, n) => format!("the invariant has {n} queries; two are compared"),
            _ => "the invariant mixes `none from` with something else".to_owned(),
        };
        self.error(Diagnostic::error(Code::ItemForm, message, span, "this invariant").help(
            "write `none from TABLE where …`, or a query on the source and one on the target: \
                 `old select count(*) from person`, `new select count(*) from people`",
        ));
    }

    fn side_query(&mut self, pair: Pair) -> Option<SideQuery> {
        let span = self.span(&pair);
        let (mut side, mut outputs, mut relations, mut group_by) = (None, Vec::new(), None, Vec::new());
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::bare | Rule::quoted => side = Some(self.ident(&part)),
                Rule::outputs => outputs = self.group_by(part),
                Rule::relations => relations = Some(self.relations(part)?),
                Rule::group_by => group_by = self.group_by(part),
                _ => {}
            }
        }
        Some(SideQuery { side: side?, outputs, relations: relations?, group_by, span })
    }

    fn relations(&mut self, pair: Pair) -> Option<Relations> {
        let span = self.span(&pair);
        let (mut table, mut alias, mut joins, mut filter) = (None, None, Vec::new(), None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::path => table = Some(self.path(part)),
                Rule::alias => alias = self.alias(part),
                Rule::query_join => joins.push(self.query_join(part)?),
                Rule::r#where => filter = Some(self.only_expr(part)?),
                _ => {}
            }
        }
        Some(Relations { table: table?, alias, joins, filter, span })
    }

    fn query_join(&mut self, pair: Pair) -> Option<QueryJoin> {
        let (mut left, mut table, mut alias, mut on) = (false, None, None, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::kw_left => left = true,
                Rule::path => table = Some(self.path(part)),
                Rule::alias => alias = self.alias(part),
                Rule::expr => on = Some(self.expr(part)?),
                _ => {}
            }
        }
        Some(QueryJoin { left, table: table?, alias, on: on? })
    }
}
