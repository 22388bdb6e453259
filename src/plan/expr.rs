//! The typed expression tree: names are resolved, every node has a type, nothing is engine-specific.
//!
//! It is what claims are made about, what `plan.json` holds and what a dialect spells.

use serde::{Deserialize, Serialize};

use super::Relation;
use crate::schema::SqlType;

/// A typed expression.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Expr {
    pub ty: SqlType,
    /// False only if the two DDLs prove that it cannot be NULL.
    pub nullable: bool,
    pub kind: ExprKind,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ExprKind {
    Null,
    Bool(bool),
    /// Digits with an optional point, without a sign.
    Number(String),
    String(String),
    /// A column of a relation of the query, by the relation's alias.
    Column {
        relation: String,
        column: String,
    },
    Call {
        function: Function,
        args: Vec<Expr>,
    },
    /// `count`, `sum`, …; only in invariants' queries. No argument: `count(*)`.
    Aggregate {
        function: Aggregate,
        arg: Option<Box<Expr>>,
    },
    /// One value out of the rows of another table of the source that belong to this row: their
    /// number, the sum of a value, the value of the first of them.
    Related {
        function: RelatedFunction,
        /// None for [`RelatedFunction::Count`], which counts rows.
        value: Option<Box<Expr>>,
        rows: Relation,
        filter: Option<Box<Expr>>,
        /// Total, and only for [`RelatedFunction::First`]. NULLs come last in both directions, texts by their
        /// bytes in UTF-8.
        order: Vec<OrderKey>,
    },
    /// Rounds to `digits` after the point. A division is exact only in here: `expr` may be a
    /// `Divide`, and the quotient is rounded once, from its exact value.
    Round {
        expr: Box<Expr>,
        digits: u32,
        mode: Rounding,
    },
    /// The new key that mapping table `map` holds for an old key; see [`Expr::ty`] for its type.
    Lookup {
        map: String,
        args: Vec<Expr>,
        otherwise: Otherwise,
    },
    /// Version 5 UUID (RFC 9562) in `namespace` (a UUID in text form) of the arguments' canonical
    /// text: one argument as it is; several each as `LENGTH:TEXT,` with the length in characters.
    Uuid5 {
        namespace: String,
        args: Vec<Expr>,
    },
    /// A `values` map: literal pairs.
    Map {
        name: String,
        value: Box<Expr>,
        pairs: Vec<(Expr, Expr)>,
        otherwise: Otherwise,
    },
    Not(Box<Expr>),
    Negate(Box<Expr>),
    Binary {
        op: Operator,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    IsNull {
        expr: Box<Expr>,
        negated: bool,
    },
    /// `is distinct from`; negated: `is not distinct from`.
    IsDistinct {
        left: Box<Expr>,
        right: Box<Expr>,
        negated: bool,
    },
    In {
        expr: Box<Expr>,
        list: Vec<Expr>,
        negated: bool,
    },
    Between {
        expr: Box<Expr>,
        low: Box<Expr>,
        high: Box<Expr>,
        negated: bool,
    },
    /// Case-sensitive on every engine; `%` and `_`, escape `\`.
    Like {
        expr: Box<Expr>,
        pattern: Box<Expr>,
        negated: bool,
    },
    Case {
        whens: Vec<(Expr, Expr)>,
        otherwise: Option<Box<Expr>>,
    },
    /// To [`Expr::ty`]. Only conversions that the type rules allow.
    Cast(Box<Expr>),
    /// A naive timestamp read in an IANA zone becomes an instant; an instant becomes naive.
    InZone {
        expr: Box<Expr>,
        zone: String,
    },
    /// Boolean: the clocks of an IANA zone show this naive timestamp exactly once. Not where they are put forward
    /// over it, or put back to before it.
    IsOnce {
        expr: Box<Expr>,
        zone: String,
    },
    /// Boolean: the stored value is one that the declared type can hold. Only where the engine
    /// does not see to it itself.
    Conforms {
        expr: Box<Expr>,
        to: SqlType,
    },
    /// Boolean: every character is ASCII.
    IsAscii(Box<Expr>),
}

/// The portable scalar functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Function {
    Lower,
    Upper,
    /// Removes U+0020 from both ends.
    Trim,
    Ltrim,
    Rtrim,
    /// In characters.
    Length,
    /// `substr(text, from, [count])`, from 1, in characters.
    Substr,
    Replace,
    /// `position(needle, text)`: from 1, 0 if absent.
    Position,
    Coalesce,
    Nullif,
    Abs,
    Floor,
    Ceil,
    /// `add_months(day, months)`: where the month is too short, its last day. Whole months that
    /// stand in the plan.
    AddMonths,
    /// `left(text, count)` and `right(text, count)`: so many characters, or all that there are.
    Left,
    Right,
    /// `split_part(text, separator, n)`: the nth part, from 1; '' where there are fewer.
    SplitPart,
    /// Unicode's normalization form C.
    Normalize,
    /// Of a text's bytes in UTF-8, or of bytes; in lower-case hex.
    Md5,
    Sha256,
    /// `epoch(instant, unit)`: whole units since 1970 in UTC, rounded down. The unit is a string.
    Epoch,
    /// `from_epoch(number, unit)`
    FromEpoch,
    /// `json_text(document, member, …)`: the text of a member that is a string, else NULL.
    JsonText,
    /// The number of a member that is a whole number of at most 18 digits, else NULL.
    JsonInteger,
    /// Boolean: the member is a string, or null, or absent.
    IsJsonText,
    /// Boolean: the member is such a number, or null, or absent.
    IsJsonInteger,
    /// `recode(text, charset)`: the bytes that the text has in the charset, read as UTF-8.
    Recode,
    /// Boolean: every character is one of the charset's, and their bytes are UTF-8.
    IsRecodable,
}

/// A unit in which moments are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Second,
    Millisecond,
    Microsecond,
}

impl Unit {
    pub const ALL: [Self; 3] = [Self::Second, Self::Millisecond, Self::Microsecond];

    /// Its name in the plan.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Second => "second",
            Self::Millisecond => "millisecond",
            Self::Microsecond => "microsecond",
        }
    }

    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|unit| unit.word() == word)
    }

    /// Digits of a second that it counts.
    #[must_use]
    pub const fn digits(self) -> u8 {
        match self {
            Self::Second => 0,
            Self::Millisecond => 3,
            Self::Microsecond => 6,
        }
    }

    /// How many of it are a second.
    #[must_use]
    pub const fn per_second(self) -> i64 {
        match self {
            Self::Second => 1,
            Self::Millisecond => 1_000,
            Self::Microsecond => 1_000_000,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Aggregate {
    Count,
    Sum,
    Min,
    Max,
}

/// What is made of the rows of [`ExprKind::Related`]. Without a row: 0 for `Count`, else NULL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RelatedFunction {
    Count,
    /// Of exact numbers.
    Sum,
    Min,
    Max,
    /// The value of the first row by the order.
    First,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OrderKey {
    pub key: Expr,
    pub descending: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Rounding {
    /// Ties away from zero.
    HalfUp,
    /// Ties to the even neighbour.
    HalfEven,
    /// Towards zero.
    Down,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Operator {
    Or,
    And,
    Eq,
    NotEq,
    Lt,
    LtEq,
    Gt,
    GtEq,
    Concat,
    Add,
    Subtract,
    Multiply,
    /// Of floats anywhere; of exact numbers only directly inside [`ExprKind::Round`].
    Divide,
}

/// What becomes of a value that a map or a reference does not find. NULL finds NULL.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Otherwise {
    /// The statement fails.
    Error,
    Null,
    /// A literal of the result's type.
    Value(Box<Expr>),
}

impl Expr {
    #[must_use]
    pub const fn new(ty: SqlType, nullable: bool, kind: ExprKind) -> Self {
        Self { ty, nullable, kind }
    }

    /// Calls `visit` for this node and every node below it, but for what stands inside of
    /// [`ExprKind::Related`], where other rows are looked at.
    pub fn walk_own<'a>(&'a self, visit: &mut impl FnMut(&'a Self)) {
        visit(self);
        if matches!(self.kind, ExprKind::Related { .. }) {
            return;
        }
        for child in self.children() {
            child.walk_own(visit);
        }
    }

    /// Calls `visit` for this node and every node below it.
    pub fn walk<'a>(&'a self, visit: &mut impl FnMut(&'a Self)) {
        visit(self);
        for child in self.children() {
            child.walk(visit);
        }
    }

    /// The nodes directly below, from left to right.
    #[must_use]
    pub fn children(&self) -> Vec<&Self> {
        fn with<'a>(otherwise: &'a Otherwise, mut list: Vec<&'a Expr>) -> Vec<&'a Expr> {
            if let Otherwise::Value(value) = otherwise {
                list.push(value);
            }
            list
        }
        match &self.kind {
            ExprKind::Null
            | ExprKind::Bool(_)
            | ExprKind::Number(_)
            | ExprKind::String(_)
            | ExprKind::Column { .. } => Vec::new(),
            ExprKind::Call { args, .. } | ExprKind::Uuid5 { args, .. } => args.iter().collect(),
            ExprKind::Aggregate { arg, .. } => arg.iter().map(AsRef::as_ref).collect(),
            ExprKind::Related { value, filter, order, .. } => {
                let parts = value.iter().chain(filter).map(AsRef::as_ref);
                parts.chain(order.iter().map(|ordering| &ordering.key)).collect()
            }
            ExprKind::Lookup { args, otherwise, .. } => with(otherwise, args.iter().collect()),
            ExprKind::Map { value, pairs, otherwise, .. } => {
                let mut list = vec![value.as_ref()];
                list.extend(pairs.iter().flat_map(|(from, to)| [from, to]));
                with(otherwise, list)
            }
            ExprKind::Round { expr, .. }
            | ExprKind::Not(expr)
            | ExprKind::Negate(expr)
            | ExprKind::IsNull { expr, .. }
            | ExprKind::Cast(expr)
            | ExprKind::InZone { expr, .. }
            | ExprKind::IsOnce { expr, .. }
            | ExprKind::Conforms { expr, .. }
            | ExprKind::IsAscii(expr) => vec![expr],
            ExprKind::Binary { left, right, .. } | ExprKind::IsDistinct { left, right, .. } => {
                vec![left, right]
            }
            ExprKind::In { expr, list, .. } => std::iter::once(expr.as_ref()).chain(list).collect(),
            ExprKind::Between { expr, low, high, .. } => vec![expr, low, high],
            ExprKind::Like { expr, pattern, .. } => vec![expr, pattern],
            ExprKind::Case { whens, otherwise } => {
                let arms = whens.iter().flat_map(|(when, then)| [when, then]);
                arms.chain(otherwise.iter().map(AsRef::as_ref)).collect()
            }
        }
    }

    /// Calls `change` for this node and every node below it.
    pub fn walk_mut(&mut self, change: &mut impl FnMut(&mut Self)) {
        change(self);
        for child in self.children_mut() {
            child.walk_mut(change);
        }
    }

    /// As [`Expr::children`], to be changed.
    fn children_mut(&mut self) -> Vec<&mut Self> {
        fn with<'a>(otherwise: &'a mut Otherwise, mut list: Vec<&'a mut Expr>) -> Vec<&'a mut Expr> {
            if let Otherwise::Value(value) = otherwise {
                list.push(value);
            }
            list
        }
        match &mut self.kind {
            ExprKind::Null
            | ExprKind::Bool(_)
            | ExprKind::Number(_)
            | ExprKind::String(_)
            | ExprKind::Column { .. } => Vec::new(),
            ExprKind::Call { args, .. } | ExprKind::Uuid5 { args, .. } => args.iter_mut().collect(),
            ExprKind::Aggregate { arg, .. } => arg.iter_mut().map(AsMut::as_mut).collect(),
            ExprKind::Lookup { args, otherwise, .. } => with(otherwise, args.iter_mut().collect()),
            ExprKind::Map { value, pairs, otherwise, .. } => {
                let mut list = vec![value.as_mut()];
                list.extend(pairs.iter_mut().flat_map(|(from, to)| [from, to]));
                with(otherwise, list)
            }
            ExprKind::Related { value, filter, order, .. } => {
                let parts = value.iter_mut().chain(filter).map(AsMut::as_mut);
                parts.chain(order.iter_mut().map(|ordering| &mut ordering.key)).collect()
            }
            ExprKind::Round { expr, .. }
            | ExprKind::IsOnce { expr, .. }
            | ExprKind::Not(expr)
            | ExprKind::Negate(expr)
            | ExprKind::IsNull { expr, .. }
            | ExprKind::Cast(expr)
            | ExprKind::InZone { expr, .. }
            | ExprKind::Conforms { expr, .. }
            | ExprKind::IsAscii(expr) => vec![expr],
            ExprKind::Binary { left, right, .. } | ExprKind::IsDistinct { left, right, .. } => {
                vec![left, right]
            }
            ExprKind::In { expr, list, .. } => std::iter::once(expr.as_mut()).chain(list).collect(),
            ExprKind::Between { expr, low, high, .. } => vec![expr, low, high],
            ExprKind::Like { expr, pattern, .. } => vec![expr, pattern],
            ExprKind::Case { whens, otherwise } => {
                let arms = whens.iter_mut().flat_map(|(when, then)| [when, then]);
                arms.chain(otherwise.iter_mut().map(AsMut::as_mut)).collect()
            }
        }
    }
}
