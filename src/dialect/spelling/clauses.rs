use std::fmt::Write as _;

use super::super::sql::sql;
use super::super::{Dialect, Sql};
use super::{Speller, identifier};
use crate::plan::{Expr, Join, Relation};
use crate::schema::SqlType;

fn join_with(list: &[Sql], separator: &str) -> Sql {
    let parts: Vec<_> = list.iter().map(Sql::as_str).collect();
    Sql::spelled(parts.join(separator))
}

pub(in crate::dialect) fn comma(list: &[Sql]) -> Sql {
    join_with(list, ", ")
}

/// Clauses under each other.
pub(in crate::dialect) fn lines(list: &[Sql]) -> Sql {
    join_with(list, "\n")
}

/// All of the conditions; TRUE-like for none.
pub(in crate::dialect) fn and(list: &[Sql]) -> Sql {
    if list.is_empty() { Sql::spelled("1 = 1") } else { join_with(list, " AND ") }
}

/// One of the conditions, in parentheses; FALSE-like for none.
pub(in crate::dialect) fn or(list: &[Sql]) -> Sql {
    if list.is_empty() { Sql::spelled("1 = 0") } else { sql!("({})", join_with(list, " OR ")) }
}

/// `"alias"."column"`
pub(in crate::dialect) fn qualified(alias: &str, column: &str) -> Sql {
    sql!("{}.{}", identifier(alias), identifier(column))
}

/// The thing itself for one, a row value for more.
pub(in crate::dialect) fn row_value(list: &[Sql]) -> Sql {
    if let [one] = list { one.clone() } else { sql!("({})", comma(list)) }
}

/// `a.x = b.x AND a.y = b.y`
pub(in crate::dialect) fn equal_all(left: &[Sql], right: &[Sql]) -> Sql {
    let pairs: Vec<_> = left.iter().zip(right).map(|(l, r)| sql!("{l} = {r}")).collect();
    and(&pairs)
}

pub(in crate::dialect) fn rename(expr: &Sql, name: &str) -> Sql {
    sql!("{expr} AS {}", identifier(name))
}

/// A NULL that has a type where the engine wants one.
pub(in crate::dialect) fn null_of(speller: &Speller<'_>, ty: &SqlType) -> Sql {
    speller.spell(&Expr::new(ty.clone(), true, crate::plan::ExprKind::Null))
}

/// `SELECT items FROM relations WHERE conditions GROUP BY groups`, one clause a line.
pub(in crate::dialect) fn select_rows(items: &[Sql], from: &Sql, conditions: &[Sql], groups: &[Sql]) -> Sql {
    let mut text =
        format!("SELECT {}\nFROM {from}\nWHERE {}", join_with(items, ",\n       "), and(conditions));
    if !groups.is_empty() {
        // Writing to a string cannot fail.
        let _ = write!(text, "\nGROUP BY {}", comma(groups));
    }
    Sql::spelled(text)
}

/// One row for each group. PostgreSQL does not see that an expression in a subquery is one of the
/// groups, so there the groups are made without GROUP BY.
pub(in crate::dialect) fn select_groups(
    dialect: &dyn Dialect,
    items: &[Sql],
    from: &Sql,
    conditions: &[Sql],
    groups: &[Sql],
) -> Sql {
    if groups.is_empty() || !dialect.capabilities().distinct_on {
        return select_rows(items, from, conditions, groups);
    }
    let text = select_rows(items, from, conditions, &[]).to_string();
    sql!("SELECT DISTINCT ON ({})\n       {}", comma(groups), text.trim_start_matches("SELECT "))
}

pub(in crate::dialect) fn not_null(value: &Sql) -> Sql {
    sql!("({value}) IS NOT NULL")
}

/// How many rows `select` has.
pub(in crate::dialect) fn count_rows(select: &Sql) -> Sql {
    sql!("SELECT count(*) FROM ({select}) AS \"datamove_rows\"")
}

/// How many rows meet the condition, in the words of every engine.
pub(in crate::dialect) fn count_where(condition: &Sql) -> Sql {
    sql!("count(CASE WHEN {condition} THEN 1 END)")
}

/// `"column" = alias."column"`, for the columns of a SET; `old` is the alias of what is updated.
pub(in crate::dialect) fn set_from(dialect: &dyn Dialect, old: &str, column: &str, alias: &str) -> Sql {
    let name = identifier(column);
    let alias = if alias == "excluded" { Sql::spelled("excluded") } else { identifier(alias) };
    sql!("{} = {alias}.{name}", set_name(dialect, old, column))
}

/// The column on the left side of a SET: an UPDATE with a join must say of which table.
fn set_name(dialect: &dyn Dialect, old: &str, column: &str) -> Sql {
    if dialect.capabilities().update_joins { qualified(old, column) } else { identifier(column) }
}

/// A constant word of SQL.
pub(in crate::dialect) const fn word(text: &'static str) -> Word {
    Word(text)
}

/// A constant piece of SQL that is written in the compiler itself.
#[derive(Clone, Copy, Debug)]
pub(in crate::dialect) struct Word(&'static str);

impl From<Word> for Sql {
    fn from(word: Word) -> Self {
        Self::spelled(word.0)
    }
}

/// `SELECT * FROM from WHERE conditions`
pub(in crate::dialect) fn all_columns(from: &Sql, conditions: &[Sql]) -> Sql {
    sql!("SELECT * FROM {from} WHERE {}", and(conditions))
}

/// The rows of all selects.
pub(in crate::dialect) fn union_all(selects: &[Sql]) -> Sql {
    join_with(selects, "\n  UNION ALL ")
}

/// A scalar subquery.
pub(in crate::dialect) fn scalar(select: &Sql) -> Sql {
    sql!("({select})")
}

/// `(select) AS "alias"`
pub(in crate::dialect) fn derived(select: &Sql, alias: &str) -> Sql {
    sql!("({select}) AS {}", identifier(alias))
}

pub(in crate::dialect) fn exists(from: &Sql, conditions: &[Sql]) -> Sql {
    sql!("EXISTS (SELECT 1 FROM {from} WHERE {})", and(conditions))
}

pub(in crate::dialect) fn not(condition: &Sql) -> Sql {
    sql!("NOT ({condition})")
}

/// A condition from the DDL, in the target's own SQL.
pub(in crate::dialect) fn ddl_condition(text: &str) -> Sql {
    sql!("({text}\n)")
}

impl Speller<'_> {
    /// `"legacy"."customers" AS "c" JOIN …`; the first `joins` of them.
    pub(in crate::dialect) fn from(&self, from: &Relation, joins: &[Join]) -> Sql {
        self.joined(&self.relation(from), joins)
    }

    /// `first` and the joins.
    pub(in crate::dialect) fn joined(&self, first: &Sql, joins: &[Join]) -> Sql {
        let mut text = first.to_string();
        for join in joins {
            let word = if join.left { "LEFT JOIN" } else { "JOIN" };
            let on = self.spell(&join.on);
            // Writing to a string cannot fail.
            let _ = write!(text, "\n{word} {} ON {on}", self.relation(&join.relation));
        }
        Sql::spelled(text)
    }

    pub(in crate::dialect) fn relation(&self, relation: &Relation) -> Sql {
        sql!("{} AS {}", self.names.table(&relation.table), identifier(&relation.alias))
    }
}

/// `from WHERE conditions`
pub(in crate::dialect) fn filtered(from: &Sql, conditions: &[Sql]) -> Sql {
    if conditions.is_empty() { from.clone() } else { sql!("{from}\nWHERE {}", and(conditions)) }
}

pub(in crate::dialect) fn lowered(value: &Sql) -> Sql {
    sql!("lower({value})")
}

/// A text as a column of that collation compares it. A collation's name begins with its character set's.
pub(in crate::dialect) fn collated(value: &Sql, collation: &str) -> Sql {
    let charset = collation.split('_').next().unwrap_or(collation);
    if charset == "binary" {
        return sql!("cast({value} as binary)");
    }
    sql!("convert({value} USING {}) COLLATE {}", identifier(charset), identifier(collation))
}

/// A relation that is read by that index and no other: the key of MySQL's tables.
pub(in crate::dialect) fn through_index(relation: &Sql, index: &str) -> Sql {
    sql!("{relation} FORCE INDEX ({})", identifier(index))
}

pub(in crate::dialect) fn more_than_one(count: &Sql) -> Sql {
    sql!("{count} > 1")
}

/// `table AS "alias"`
pub(in crate::dialect) fn aliased(table: &Sql, alias: &str) -> Sql {
    sql!("{table} AS {}", identifier(alias))
}

/// `name type`, of a name that is quoted already.
pub(in crate::dialect) fn typed(name: &Sql, ty: &Sql) -> Sql {
    sql!("{name} {ty}")
}

/// `"name" type`
pub(in crate::dialect) fn definition(name: &str, ty: &Sql) -> Sql {
    typed(&identifier(name), ty)
}

/// A qualified name as a string, for functions that take names as text.
pub(in crate::dialect) fn qualified_text(dialect: &dyn Dialect, name: &Sql) -> Sql {
    dialect.string(name.as_str())
}

/// `"column" = NULL`, for a SET.
pub(in crate::dialect) fn set_null(dialect: &dyn Dialect, old: &str, column: &str) -> Sql {
    sql!("{} = NULL", set_name(dialect, old, column))
}

/// `"column" = …`, for a SET: the mark of a row whose source is gone.
pub(in crate::dialect) fn marked(dialect: &dyn Dialect, old: &str, column: &str, ty: &SqlType) -> Sql {
    let now = if *ty == SqlType::Bool { dialect.boolean(true) } else { dialect.now(ty) };
    sql!("{} = {now}", set_name(dialect, old, column))
}

/// The value, or another one for NULL.
pub(in crate::dialect) fn or_else(value: &Sql, other: &Sql) -> Sql {
    sql!("coalesce({value}, {other})")
}

pub(in crate::dialect) fn is_null(value: &Sql) -> Sql {
    sql!("({value}) IS NULL")
}

pub(in crate::dialect) fn left_join(left: &Sql, right: &Sql, on: &Sql) -> Sql {
    sql!("{left}\nLEFT JOIN {right} ON {on}")
}

/// Temporary tables with the rows of selects, anew for each run of a script.
pub(in crate::dialect) fn temporary(dialect: &dyn Dialect, comment: &Sql, tables: &[(&Sql, &Sql)]) -> Sql {
    let statements: Vec<Sql> = tables
        .iter()
        .map(|(table, select)| {
            let drop = dialect.drop_temporary(table);
            sql!("{drop}\nCREATE TEMPORARY TABLE {table} AS\n{select};\n")
        })
        .collect();
    sql!("{comment}\n{}", join_with(&statements, ""))
}
