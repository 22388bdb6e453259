//! The columns that a move writes, and those that it leaves behind.

use super::change::{Change, Class, Found, Topic, paired};
use super::implies::compare_numbers;
use super::shape::same;
use crate::base::Pii;
use crate::plan::{Assign, Dropped, Expr, ExprKind, Function, KeyMaker, Move, NewKey, Otherwise};
use crate::schema::SqlType;

pub(super) fn compare(was: &Move, is: &Move, found: &mut Found) {
    for pair in paired(&was.columns, &is.columns, |assign: &Assign| &assign.column) {
        match pair {
            // A new key is compared with how it is made.
            (Some(old), Some(new)) if is_made(was, old) && is_made(is, new) => {}
            (Some(old), Some(new)) => changed(&was.id, old, new, found),
            (Some(old), None) => {
                let says = "the column is not written any more";
                found.push(mapping(&was.id, old, Class::Loses, says).was(&old.text, Some(&old.origin)));
            }
            (None, Some(new)) => {
                let says = "the column is written now";
                found.push(mapping(&was.id, new, Class::Values, says).is(&new.text, Some(&new.origin)));
            }
            (None, None) => {}
        }
    }
}

/// Whether the column's value is the maker of the move's new keys.
fn is_made(of: &Move, assign: &Assign) -> bool {
    matches!(&of.new_key, NewKey::Mapped { made_by: KeyMaker::Uuid5(maker), .. } if *maker == assign.value)
}

fn mapping(step: &str, assign: &Assign, class: Class, says: impl Into<String>) -> Change {
    Change::new(class, Topic::Mapping, format!("{step}.{}", assign.column), says).of(step)
}

fn changed(step: &str, was: &Assign, is: &Assign, found: &mut Found) {
    // Every member by its name, so that a new one is not forgotten here. Types are compared with the
    // target's table, which they are of; texts and places are no change.
    let Assign { column: _, ty: _, not_null: _, value, text, origin, how: _, reads: _, pii } = was;
    if *pii != is.pii {
        found.push(handling(step, was, is));
    }
    if same(value, &is.value) {
        return;
    }
    let lost = newly_lossy(value, &is.value);
    let (class, says) = match lost.first() {
        Some(_) => {
            (Class::Weakens, format!("the value is lossy in a way that it was not: {}", lost.join("; ")))
        }
        None => (Class::Values, "the value is made otherwise".to_owned()),
    };
    found.push(mapping(step, was, class, says).was(text, Some(origin)).is(&is.text, Some(&is.origin)));
}

/// What is said about personal data: reports that show more are weaker.
fn handling(step: &str, was: &Assign, is: &Assign) -> Change {
    let class = match (hidden(was.pii), hidden(is.pii)) {
        (before, after) if after < before => Class::Weakens,
        (before, after) if after > before => Class::Strengthens,
        _ => Class::Cosmetic,
    };
    let words = |pii: Option<Pii>| pii.map_or("nothing about personal data", Pii::words);
    mapping(step, was, class, "reports show other things of the values")
        .was(words(was.pii), Some(&was.origin))
        .is(words(is.pii), Some(&is.origin))
}

/// How much of a value reports keep to themselves.
const fn hidden(pii: Option<Pii>) -> u8 {
    match pii {
        None | Some(Pii::Not) => 0,
        Some(Pii::Hash) => 1,
        Some(Pii::Mask) => 2,
    }
}

/// What an expression may lose of a value, each kind once.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Loss {
    /// Digits after the point that are kept.
    Digits(u32),
    /// A conversion into a type that holds less.
    Cast { from: SqlType, to: SqlType },
    /// Only a part of a text is kept.
    Part,
    /// Floor or ceil.
    Whole,
    /// What is not found becomes something, silently.
    Unfound,
}

fn newly_lossy(was: &Expr, is: &Expr) -> Vec<String> {
    let (was, is) = (losses(was), losses(is));
    let says = is.iter().filter_map(|loss| match loss {
        Loss::Digits(digits) => {
            let before =
                was.iter().filter_map(|loss| if let Loss::Digits(n) = loss { Some(*n) } else { None }).min();
            match before {
                None => Some(format!("it is rounded to {digits} digits")),
                Some(n) if *digits < n => Some(format!("it is rounded to {digits} digits, not to {n}")),
                Some(_) => None,
            }
        }
        other if was.contains(other) => None,
        Loss::Cast { from, to } => Some(format!("a `{from}` becomes a `{to}`")),
        Loss::Part => Some("only a part of the text is kept".to_owned()),
        Loss::Whole => Some("the fraction is cut off".to_owned()),
        Loss::Unfound => Some("what is not found no longer stops the load".to_owned()),
    });
    let mut says: Vec<String> = says.collect();
    says.dedup();
    says
}

fn losses(expr: &Expr) -> Vec<Loss> {
    let mut found = Vec::new();
    expr.walk(&mut |node| match &node.kind {
        ExprKind::Round { digits, .. } => found.push(Loss::Digits(*digits)),
        ExprKind::Cast(inner) if narrows(&inner.ty, &node.ty) => {
            found.push(Loss::Cast { from: inner.ty.clone(), to: node.ty.clone() });
        }
        ExprKind::Call {
            function: Function::Substr | Function::Left | Function::Right | Function::SplitPart,
            ..
        } => found.push(Loss::Part),
        ExprKind::Call { function: Function::Floor | Function::Ceil, .. } => found.push(Loss::Whole),
        // Values maps are compared by themselves.
        ExprKind::Lookup { otherwise: Otherwise::Null | Otherwise::Value(_), .. } => {
            found.push(Loss::Unfound);
        }
        _ => {}
    });
    found
}

/// Some value of `from` is none of `to`.
pub(super) fn narrows(from: &SqlType, to: &SqlType) -> bool {
    use SqlType::{Bytes, Date, Decimal, Float, Int, Text, Time, Timestamp, Unsigned};
    let fewer = |from: Option<u32>, to: Option<u32>| to.is_some_and(|to| from.is_none_or(|from| to < from));
    match (from, to) {
        (Timestamp { .. }, Date | Time { .. })
        | (Timestamp { zoned: true, .. }, Timestamp { zoned: false, .. })
        | (Decimal(_) | Float { .. } | Text { .. }, Int { .. } | Unsigned { .. })
        | (Int { .. }, Unsigned { .. })
        | (Float { .. } | Text { .. }, Decimal(_)) => true,
        (Int { bits: from }, Int { bits: to })
        | (Unsigned { bits: from }, Unsigned { bits: to })
        | (Float { bits: from }, Float { bits: to })
        | (
            Timestamp { precision: from, zoned: false } | Time { precision: from, .. },
            Timestamp { precision: to, .. } | Time { precision: to, .. },
        )
        | (Timestamp { precision: from, zoned: true }, Timestamp { precision: to, zoned: true }) => to < from,
        // The largest number without a sign needs one bit more with one.
        (Unsigned { bits: from }, Int { bits: to }) => to <= from,
        (Decimal(from), Decimal(Some(to))) => from.is_none_or(|from| {
            to.scale < from.scale
                || to.precision - to.scale.min(to.precision) < from.precision - from.scale.min(from.precision)
        }),
        (Text { max: from, .. }, Text { max: to, .. }) | (Bytes { max: from }, Bytes { max: to }) => {
            fewer(*from, *to)
        }
        _ => false,
    }
}

/// Columns of the source that are left behind.
pub(super) fn drops(was: &Move, is: &Move, found: &mut Found) {
    for pair in paired(&was.dropped, &is.dropped, |dropped: &Dropped| &dropped.column) {
        let change = |dropped: &Dropped, class, says: String| {
            Change::new(class, Topic::Drop, format!("{}: {}", was.id, dropped.column), says).of(&was.id)
        };
        match pair {
            (None, Some(new)) => {
                let kept = reads(was, &new.column);
                let (class, says) = if kept {
                    (Class::Loses, format!("`{}` was kept and is left behind", new.column))
                } else {
                    (Class::Values, format!("`{}`, which the move did not know, is left behind", new.column))
                };
                found.push(change(new, class, says).is(&new.because, Some(&new.origin)));
            }
            (Some(old), None) => {
                let (class, says) = if reads(is, &old.column) {
                    (Class::Strengthens, format!("`{}` was left behind and is kept", old.column))
                } else {
                    (
                        Class::Cosmetic,
                        format!("`{}`, which was left behind, is spoken of no longer", old.column),
                    )
                };
                found.push(change(old, class, says).was(&old.because, Some(&old.origin)));
            }
            (Some(old), Some(new)) if old.because != new.because => {
                let says = format!("another reason for leaving `{}` behind", new.column);
                let change = change(new, Class::Cosmetic, says);
                found.push(change.was(&old.because, Some(&old.origin)).is(&new.because, Some(&new.origin)));
            }
            _ => {}
        }
    }
}

/// Whether some value that the move writes is made of `column`.
fn reads(of: &Move, column: &str) -> bool {
    let mut exprs: Vec<&Expr> = of.columns.iter().map(|assign| &assign.value).collect();
    if let NewKey::Mapped { old, made_by, .. } = &of.new_key {
        exprs.extend(old);
        if let KeyMaker::Uuid5(maker) = made_by {
            exprs.push(maker);
        }
    }
    super::shape::columns(exprs).contains_key(column)
}

/// `within` as a number: whether the second is larger.
pub(super) fn is_raised(was: &str, is: &str) -> Option<bool> {
    match compare_numbers(was, is) {
        std::cmp::Ordering::Equal => None,
        order => Some(order == std::cmp::Ordering::Less),
    }
}

#[cfg(test)]
mod tests {
    use super::narrows;
    use crate::schema::type_from_words;

    #[test]
    fn a_type_that_holds_less_is_told() {
        let ty = |words| type_from_words(words).unwrap();
        for (from, to) in [
            ("bigint", "integer"),
            ("integer unsigned", "integer"),
            ("integer", "integer unsigned"),
            ("decimal(9, 2)", "decimal(9, 3)"),
            ("decimal(9, 2)", "decimal(9, 1)"),
            ("decimal", "decimal(9, 2)"),
            ("double", "decimal"),
            ("text", "varchar(10)"),
            ("varchar(20)", "char(10)"),
            ("timestamp", "date"),
            ("timestamp with time zone", "timestamp"),
            ("timestamp", "timestamp(3)"),
        ] {
            assert!(narrows(&ty(from), &ty(to)), "{from} -> {to}");
        }
        for (from, to) in [
            ("integer", "bigint"),
            ("integer unsigned", "bigint"),
            ("integer", "decimal(20, 0)"),
            ("decimal(9, 2)", "decimal(11, 3)"),
            ("varchar(10)", "text"),
            ("timestamp(3)", "timestamp with time zone"),
            ("date", "timestamp"),
            ("real", "double"),
        ] {
            assert!(!narrows(&ty(from), &ty(to)), "{from} -> {to}");
        }
    }
}
