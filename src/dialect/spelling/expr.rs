use super::super::sql::sql;
use super::super::{Dialect, Spelled, Sql};
use super::{Mode, Names, comma, qualified};
use crate::diagnostic::Code;
use crate::plan::{Expr, ExprKind, Function, Operator, Otherwise};
use crate::schema::SqlType;

/// How tightly an expression holds together; what is weaker than its place gets parentheses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Or,
    And,
    Not,
    Compare,
    /// Operators whose order differs between engines: always in parentheses within another.
    Operator,
    /// Calls, columns, literals, `CASE … END`.
    Atom,
}

/// A spelled expression with the level of its outermost operator.
#[derive(Clone, Debug)]
pub struct Piece {
    pub sql: Sql,
    pub level: Level,
}

impl Piece {
    pub(in crate::dialect) fn new(sql: Sql, level: Level) -> Self {
        Self { sql, level }
    }

    pub(in crate::dialect) fn atom(sql: Sql) -> Self {
        Self::new(sql, Level::Atom)
    }

    pub(in crate::dialect) fn operator(sql: Sql) -> Self {
        Self::new(sql, Level::Operator)
    }

    /// For a place that takes `level` or tighter.
    pub(in crate::dialect) fn at(&self, level: Level) -> Sql {
        if self.level >= level { self.sql.clone() } else { sql!("({})", self.sql) }
    }
}

/// Spells typed expressions of one plan in its target's dialect.
#[derive(Clone, Debug)]
pub struct Speller<'p> {
    pub names: &'p Names,
    pub mode: Mode,
}

impl<'p> Speller<'p> {
    pub(in crate::dialect) fn new(names: &'p Names, mode: Mode) -> Self {
        Self { names, mode }
    }

    pub(in crate::dialect) fn dialect(&self) -> &'static dyn Dialect {
        self.names.dialect()
    }

    /// The expression on its own: as a select item or an argument.
    pub(in crate::dialect) fn spell(&self, expr: &Expr) -> Sql {
        self.piece(expr).sql
    }

    /// As an operand of anything.
    pub(in crate::dialect) fn operand(&self, expr: &Expr) -> Sql {
        self.piece(expr).at(Level::Atom)
    }

    /// As one of several conditions.
    pub(in crate::dialect) fn condition(&self, expr: &Expr) -> Sql {
        self.piece(expr).at(Level::Not)
    }

    pub(in crate::dialect) fn piece(&self, expr: &Expr) -> Piece {
        self.dialect().own(self, expr).unwrap_or_else(|| self.neutral(expr))
    }

    fn neutral(&self, expr: &Expr) -> Piece {
        match &expr.kind {
            // UUIDs are each engine's own; `Null` stands for one that no engine claims.
            ExprKind::Null | ExprKind::Uuid5 { .. } => Piece::atom(Sql::spelled("NULL")),
            ExprKind::Bool(value) => Piece::atom(self.dialect().boolean(*value)),
            ExprKind::Number(digits) => Piece::atom(Sql::spelled(digits.as_str())),
            ExprKind::String(text) => Piece::atom(self.dialect().string(text)),
            ExprKind::Column { relation, column } => Piece::atom(qualified(relation, column)),
            ExprKind::Call { function, args } => self.call(*function, args),
            ExprKind::Aggregate { function, arg } => {
                let arg = arg.as_ref().map_or_else(|| Sql::spelled("*"), |arg| self.spell(arg));
                Piece::atom(sql!("{}({arg})", aggregate_word(*function)))
            }
            ExprKind::Related { .. } => Piece::atom(super::related(self, expr)),
            ExprKind::Lookup { map, args, otherwise } => self.lookup(expr, map, args, otherwise),
            ExprKind::Map { name, value, pairs, otherwise } => self.map(expr, name, value, pairs, otherwise),
            ExprKind::Not(inner) => Piece::new(sql!("NOT {}", self.piece(inner).at(Level::Atom)), Level::Not),
            ExprKind::Negate(inner) => Piece::operator(sql!("-{}", self.operand(inner))),
            ExprKind::Binary { op, left, right } => self.binary(*op, left, right),
            ExprKind::IsNull { expr: inner, negated } => {
                let word = if *negated { "IS NOT NULL" } else { "IS NULL" };
                Piece::new(sql!("{} {word}", self.operand(inner)), Level::Compare)
            }
            ExprKind::IsDistinct { left, right, negated } => {
                let both = self.atoms(&[left, right]);
                Piece::new(self.dialect().distinct(&both[0], &both[1], *negated), Level::Compare)
            }
            ExprKind::In { expr: inner, list, negated } => self.in_list(inner, list, *negated),
            ExprKind::Between { expr: inner, low, high, negated } => {
                let all = self.atoms(&[inner, low, high]);
                let word = if *negated { "NOT BETWEEN" } else { "BETWEEN" };
                Piece::new(sql!("{} {word} {} AND {}", all[0], all[1], all[2]), Level::Compare)
            }
            ExprKind::Like { expr: inner, pattern, negated } => {
                let word = if *negated { "NOT LIKE" } else { "LIKE" };
                let (text, pattern) = (self.operand(inner), self.operand(pattern));
                Piece::new(sql!("{text} {word} {pattern} ESCAPE '\\'"), Level::Compare)
            }
            ExprKind::Case { whens, otherwise } => {
                let arms = whens.iter().map(|(when, then)| (self.spell(when), self.spell(then))).collect();
                Piece::atom(case(None, arms, otherwise.as_ref().map(|expr| self.spell(expr))))
            }
            // A node that the engine cannot say is named by `check`; scripts are made all the same.
            ExprKind::Cast(inner)
            | ExprKind::InZone { expr: inner, .. }
            | ExprKind::Round { expr: inner, .. }
            | ExprKind::IsOnce { expr: inner, .. }
            | ExprKind::Conforms { expr: inner, .. }
            | ExprKind::IsAscii(inner) => self.piece(inner),
        }
    }

    fn atoms(&self, exprs: &[&Expr]) -> Vec<Sql> {
        self.dialect().comparable(self, exprs).iter().map(|piece| piece.at(Level::Atom)).collect()
    }

    fn binary(&self, op: Operator, left: &Expr, right: &Expr) -> Piece {
        let level = match op {
            Operator::Or => Level::Or,
            Operator::And => Level::And,
            Operator::Eq
            | Operator::NotEq
            | Operator::Lt
            | Operator::LtEq
            | Operator::Gt
            | Operator::GtEq => Level::Compare,
            Operator::Concat | Operator::Add | Operator::Subtract | Operator::Multiply | Operator::Divide => {
                Level::Operator
            }
        };
        let (left, right) = match level {
            Level::Or | Level::And => (self.piece(left).at(level), self.piece(right).at(level)),
            Level::Compare => {
                let both = self.atoms(&[left, right]);
                (both[0].clone(), both[1].clone())
            }
            Level::Not | Level::Operator | Level::Atom => (self.operand(left), self.operand(right)),
        };
        Piece::new(sql!("{left} {} {right}", operator_word(op)), level)
    }

    fn call(&self, function: Function, args: &[Expr]) -> Piece {
        let spelled = |list: &[&Expr]| comma(&list.iter().map(|arg| self.spell(arg)).collect::<Vec<_>>());
        let forward: Vec<&Expr> = args.iter().collect();
        Piece::atom(match self.dialect().function(function) {
            Spelled::Call(word) if function == Function::Nullif => {
                let both: Vec<_> =
                    self.dialect().comparable(self, &forward).into_iter().map(|piece| piece.sql).collect();
                sql!("{word}({})", comma(&both))
            }
            Spelled::Call(word) => sql!("{word}({})", spelled(&forward)),
            Spelled::Reversed(word) => {
                let backward: Vec<&Expr> = args.iter().rev().collect();
                sql!("{word}({})", spelled(&backward))
            }
            // The engine's own code comes first and spells these.
            Spelled::Composed => Sql::spelled("NULL"),
        })
    }

    fn in_list(&self, inner: &Expr, list: &[Expr], negated: bool) -> Piece {
        let all: Vec<&Expr> = std::iter::once(inner).chain(list).collect();
        let all = self.dialect().comparable(self, &all);
        let Some((first, rest)) = all.split_first() else {
            return Piece::atom(Sql::spelled("NULL"));
        };
        let list: Vec<_> = rest.iter().map(|piece| piece.sql.clone()).collect();
        let word = if negated { "NOT IN" } else { "IN" };
        Piece::new(sql!("{} {word} ({})", first.at(Level::Atom), comma(&list)), Level::Compare)
    }

    /// What stands for a value that was not found; `None` where that is NULL.
    fn otherwise(&self, otherwise: &Otherwise, message: &str, ty: &SqlType) -> Option<Sql> {
        match (otherwise, self.mode) {
            (Otherwise::Value(value), _) => Some(self.spell(value)),
            (Otherwise::Error, Mode::Write) => Some(self.dialect().failure(self, message, ty).sql),
            (Otherwise::Error, Mode::Look) | (Otherwise::Null, _) => None,
        }
    }

    fn lookup(&self, expr: &Expr, map: &str, args: &[Expr], otherwise: &Otherwise) -> Piece {
        let conditions: Vec<_> = args
            .iter()
            .enumerate()
            .map(|(i, arg)| {
                let old = qualified("datamove_map", &format!("old_{}", i + 1));
                sql!("{old} = {}", self.dialect().map_key(&self.operand(arg), &arg.ty))
            })
            .collect();
        let found = sql!(
            "(SELECT {} FROM {} AS \"datamove_map\" WHERE {})",
            qualified("datamove_map", "new"),
            self.names.of_ledger(map),
            super::and(&conditions)
        );
        let message = format!("datamove {}: a reference finds no row in {map}", Code::LookupFailed);
        let Some(otherwise) = self.otherwise(otherwise, &message, &expr.ty) else {
            return Piece::atom(found);
        };
        let found = sql!("coalesce({found}, {otherwise})");
        Piece::atom(self.unless_null(args.iter().collect::<Vec<_>>().as_slice(), found))
    }

    /// NULL if one of `args` is.
    fn unless_null(&self, args: &[&Expr], value: Sql) -> Sql {
        let nulls: Vec<_> =
            args.iter().filter(|arg| arg.nullable).map(|arg| sql!("{} IS NULL", self.operand(arg))).collect();
        if nulls.is_empty() {
            return value;
        }
        let any: Vec<_> = nulls.iter().map(Sql::as_str).collect();
        sql!("CASE WHEN {} THEN NULL ELSE {value} END", any.join(" OR "))
    }

    fn map(
        &self,
        expr: &Expr,
        name: &str,
        value: &Expr,
        pairs: &[(Expr, Expr)],
        otherwise: &Otherwise,
    ) -> Piece {
        let compared: Vec<&Expr> = std::iter::once(value).chain(pairs.iter().map(|(from, _)| from)).collect();
        let compared = self.dialect().comparable(self, &compared);
        let arms = compared[1..]
            .iter()
            .zip(pairs)
            .map(|(from, (_, to))| (from.sql.clone(), self.spell(to)))
            .collect();
        let message = format!("datamove {}: a value is not in the map {name}", Code::LookupFailed);
        let otherwise = self.otherwise(otherwise, &message, &expr.ty);
        let nothing = otherwise.is_none();
        let found = case(Some(compared[0].at(Level::Atom)), arms, otherwise);
        Piece::atom(if nothing { found } else { self.unless_null(&[value], found) })
    }
}

/// `CASE … END`
pub(in crate::dialect) fn case(subject: Option<Sql>, arms: Vec<(Sql, Sql)>, otherwise: Option<Sql>) -> Sql {
    if arms.is_empty() {
        return otherwise.unwrap_or_else(|| Sql::spelled("NULL"));
    }
    let mut text = String::from("CASE");
    if let Some(subject) = subject {
        text = format!("{text} {subject}");
    }
    for (when, then) in arms {
        text = format!("{text} WHEN {when} THEN {then}");
    }
    if let Some(otherwise) = otherwise {
        text = format!("{text} ELSE {otherwise}");
    }
    sql!("{text} END")
}

pub(in crate::dialect) const fn operator_word(op: Operator) -> &'static str {
    match op {
        Operator::Or => "OR",
        Operator::And => "AND",
        Operator::Eq => "=",
        Operator::NotEq => "<>",
        Operator::Lt => "<",
        Operator::LtEq => "<=",
        Operator::Gt => ">",
        Operator::GtEq => ">=",
        Operator::Concat => "||",
        Operator::Add => "+",
        Operator::Subtract => "-",
        Operator::Multiply => "*",
        Operator::Divide => "/",
    }
}

pub(in crate::dialect) const fn aggregate_word(function: crate::plan::Aggregate) -> &'static str {
    use crate::plan::Aggregate;
    match function {
        Aggregate::Count => "count",
        Aggregate::Sum => "sum",
        Aggregate::Min => "min",
        Aggregate::Max => "max",
    }
}
