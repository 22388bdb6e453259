//! What MySQL's columns of texts and bytes can store: so many bytes, and the characters of their
//! character set. Other engines limit characters alone, and store all of them.

use super::Typer;
use super::claims::{About, How};
use super::unify::longest;
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::{ClaimKind, Expr, ExprKind, Function, Otherwise, Probe};
use crate::schema::charsets::{holds_all_of, holds_unicode, longest_character};
use crate::schema::{Column, ColumnIdx, SqlType};

/// A claim about one column, and the condition in MySQL's own words that a probe would count.
struct Limit {
    kind: ClaimKind,
    says: String,
    proven: Option<String>,
    condition: String,
}

impl Typer<'_, '_> {
    /// Batches with their checkpoints need transactions.
    pub(super) fn check_transactions(&mut self, index: usize) {
        let m = &self.plan.moves[index];
        let table = self.plan.target.catalog.table(m.target);
        if let Some(storage) = table.storage.as_deref().filter(|_| !table.has_transactions()) {
            self.problems.push(
                Diagnostic::error(
                    Code::NoTransactions,
                    format!("`{}` is stored by {storage}, which has no transactions", table.display_name()),
                    m.ast.target.span,
                    "a batch that fails would leave rows behind",
                )
                .see(table.span, "the table")
                .help(format!("convert it first: `ALTER TABLE {} ENGINE=InnoDB`", table.display_name())),
            );
        }
    }

    /// MariaDB's own sequences are neither advanced past the rows of a load nor put back by its rollback.
    pub(super) fn check_sequences(&mut self, index: usize) {
        let engine = self.plan.target.catalog.engine;
        let m = &self.plan.moves[index];
        let table = self.plan.target.catalog.table(m.target);
        for column in table.columns.iter().filter(|_| engine.has_charsets()) {
            if !column.default.as_ref().is_some_and(|default| numbers_come_from_sequence(&default.sql)) {
                continue;
            }
            self.problems.push(
                Diagnostic::error(
                    Code::NumbersOfSequence,
                    format!("`{}.{}` takes its numbers from a sequence", table.display_name(), column.name),
                    m.ast.target.span,
                    "the sequence would fall behind the rows of the load, or keep what its rollback takes back",
                )
                .see(column.span, "the column")
                .help(format!(
                    "let it count by itself (`MODIFY {} {} AUTO_INCREMENT`), or take its default away until the load is accepted",
                    column.name, column.declared
                )),
            );
        }
    }

    pub(super) fn storage_claims(&mut self, index: usize) {
        if !self.plan.target.catalog.engine.has_charsets() {
            return;
        }
        let m = &self.plan.moves[index];
        let table = self.plan.target.catalog.table(m.target);
        for assign in &m.assigns {
            let column = table.column(assign.column);
            let Some(value) = self.typed[index].columns.get(&assign.column) else { continue };
            let limits = [
                self.bytes(index, column, value),
                self.charset(index, column, value),
                self.padding(index, column, value),
            ];
            for limit in limits.into_iter().flatten() {
                let about = About { of: index, column: Some(assign.column), part: None, span: assign.span };
                self.limit_claim(about, assign.column, limit);
            }
        }
    }

    fn limit_claim(&mut self, about: About<'_>, column: ColumnIdx, limit: Limit) {
        let table = self.plan.target.catalog.table(self.plan.moves[about.of].target);
        let how = match limit.proven {
            Some(why) => How::Proven(why),
            None => match self.ddl_condition(about.of, table, &limit.condition, &[column]) {
                Some(condition) => How::Probe(Probe::Check { condition }),
                // A new key is not known before the load; the server refuses what it cannot store.
                None => return,
            },
        };
        self.establish(about, limit.kind, limit.says, how);
    }

    /// TEXT and BLOB hold so many bytes, whatever they hold of characters.
    fn bytes(&self, index: usize, column: &Column, value: &Expr) -> Option<Limit> {
        let most = column.max_bytes?;
        let charset = plain(column.charset.as_deref()).unwrap_or("utf8mb4");
        let text = matches!(column.ty, SqlType::Text { .. });
        let each = if text { longest_character(charset) } else { 1 };
        let fits = all(value, &|part| {
            let by_length = |length: Option<u32>| length.is_some_and(|n| u64::from(n) * each <= most);
            let of = self.source_column(index, part);
            let same = of.is_some_and(|of| {
                of.max_bytes.is_some_and(|bytes| bytes <= most)
                    && (!text || (of.charset.is_some() && of.charset == column.charset))
            });
            let bytes = match part.ty {
                SqlType::Bytes { max } => by_length(max),
                _ => false,
            };
            same || bytes || by_length(longest(&part.ty))
        });
        let name = name(column);
        let stored = if text { format!("convert({name} using {charset})") } else { name };
        Some(Limit {
            kind: ClaimKind::Length,
            says: format!("the value has at most {most} bytes"),
            proven: fits.then(|| "its type in the source holds no more".to_owned()),
            condition: format!("octet_length({stored}) <= {most}"),
        })
    }

    /// A column that cannot hold all of Unicode.
    fn charset(&self, index: usize, column: &Column, value: &Expr) -> Option<Limit> {
        let charset = plain(column.charset.as_deref()).filter(|charset| !holds_unicode(charset))?;
        if !matches!(column.ty, SqlType::Text { .. }) {
            return None;
        }
        let fits = all(value, &|part| match &part.kind {
            ExprKind::String(text) => text.is_ascii(),
            // Numbers, dates and the like are spelled in ASCII.
            ExprKind::Cast(inner) => {
                !matches!(inner.ty, SqlType::Text { .. } | SqlType::Enum { .. } | SqlType::Opaque(_))
            }
            _ => self
                .source_column(index, part)
                .and_then(|of| of.charset.as_deref())
                .is_some_and(|from| holds_all_of(charset, from)),
        });
        let name = name(column);
        let there_and_back = format!("convert(convert({name} using {charset}) using utf8mb4)");
        Some(Limit {
            kind: ClaimKind::Lossy,
            says: format!("every character is one of {charset}"),
            proven: fits.then(|| "the source holds no other characters".to_owned()),
            condition: format!(
                "cast({there_and_back} as binary) = cast(convert({name} using utf8mb4) as binary)"
            ),
        })
    }

    /// `binary(n)` fills shorter values with zero bytes.
    fn padding(&self, index: usize, column: &Column, value: &Expr) -> Option<Limit> {
        let SqlType::Bytes { max: Some(length) } = column.ty else { return None };
        let pads = |column: &Column| column.declared.to_ascii_lowercase().starts_with("binary");
        if !pads(column) {
            return None;
        }
        let same =
            all(value, &|part| part.ty == column.ty && self.source_column(index, part).is_some_and(pads));
        Some(Limit {
            kind: ClaimKind::Lossy,
            says: format!("the value has exactly {length} bytes, to which shorter ones would be filled"),
            proven: same.then(|| "the source has the same type".to_owned()),
            condition: format!("octet_length({}) = {length}", name(column)),
        })
    }

    /// The column of the source that an expression is.
    pub(super) fn source_column(&self, index: usize, expr: &Expr) -> Option<&Column> {
        let ExprKind::Column { relation, column } = &expr.kind else { return None };
        let scope = &self.plan.moves[index].scope;
        let table = scope.relations.iter().find(|of| of.alias == *relation)?.table();
        table.find_column(column).map(|found| table.column(found))
    }
}

/// `nextval(s)`, `NEXT VALUE FOR s`, `PREVIOUS VALUE FOR s` and the like, in whatever case and with
/// whatever blanks; a text that says so is refused as well, which harms nobody.
fn numbers_come_from_sequence(default: &str) -> bool {
    let words: String = default.to_ascii_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    ["nextval", "lastval", "setval", "next value for", "previous value for"]
        .iter()
        .any(|call| words.contains(call))
}

/// True if `test` is true of every value that the expression can be.
fn all(expr: &Expr, test: &impl Fn(&Expr) -> bool) -> bool {
    let or_else = |otherwise: &Otherwise| match otherwise {
        Otherwise::Value(value) => all(value, test),
        Otherwise::Error | Otherwise::Null => true,
    };
    match &expr.kind {
        ExprKind::Null => true,
        ExprKind::Call { function: Function::Coalesce, args } => args.iter().all(|arg| all(arg, test)),
        ExprKind::Case { whens, otherwise } => {
            whens.iter().all(|(_, then)| all(then, test)) && otherwise.iter().all(|other| all(other, test))
        }
        ExprKind::Map { pairs, otherwise, .. } => {
            pairs.iter().all(|(_, to)| all(to, test)) && or_else(otherwise)
        }
        _ => test(expr),
    }
}

/// A character set's name that can stand in SQL as it is.
fn plain(charset: Option<&str>) -> Option<&str> {
    charset.filter(|name| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'))
}

/// The column as a condition of the DDL would name it.
fn name(column: &Column) -> String {
    format!("`{}`", column.name.replace('`', "``"))
}
