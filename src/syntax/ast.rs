//! The tree of one plan file, exactly as written: names are text, nothing is looked up.
//!
//! What the parser could not read is missing here and reported beside it; the tree itself has no
//! error nodes. Comments are kept apart, in [`File::comments`], ordered by place.

mod cutover;
mod deletes;
mod reconcile;
mod signoff;

use crate::base::{Ident, Path, Pii, Quarantine, Span};
pub use cutover::{BackEntry, BackKind, CutEntry, CutKind, CutStep, Cutover, WayBack};
pub use deletes::Deletes;
pub use reconcile::{Duration, Reconcile, ReconcileKind, ReconcilePart};
pub use signoff::{Demand, DemandKind, Signoff};

/// One `.plan` file.
#[derive(Clone, Debug)]
pub struct File {
    pub span: Span,
    pub items: Vec<Item>,
    /// Every `--` comment (`##` doc comments belong to their items), in the order of the text.
    pub comments: Vec<Comment>,
}

/// A `--` comment.
#[derive(Clone, Debug)]
pub struct Comment {
    pub span: Span,
    /// The text after `--`, trimmed at its end.
    pub text: String,
    /// True if something other than white space stands before it on its line.
    pub trailing: bool,
}

/// The `##` lines above an item, without the marks, joined by newlines.
pub type Doc = Option<String>;

#[derive(Clone, Debug)]
pub struct Item {
    pub span: Span,
    pub doc: Doc,
    pub kind: ItemKind,
}

#[derive(Clone, Debug)]
pub enum ItemKind {
    Edition(Edition),
    Import(Import),
    Plan(PlanHeader),
    Source(Side),
    Target(Side),
    Strategy(Strategy),
    Signoff(Signoff),
    Cutover(Cutover),
    WayBack(WayBack),
    Reconcile(Reconcile),
    Values(Values),
    Move(Move),
    Accept(Accept),
    Invariant(Invariant),
}

/// `datamove edition 2026`
#[derive(Clone, Debug)]
pub struct Edition {
    pub year: u32,
    pub span: Span,
}

/// `import "moves/customers.plan"`
#[derive(Clone, Debug)]
pub struct Import {
    pub file: Text,
}

/// A string literal: its value without quotes and escapes.
#[derive(Clone, Debug)]
pub struct Text {
    pub value: String,
    pub span: Span,
}

/// `plan shop_v2 { owner "…" change "…" }`
#[derive(Clone, Debug)]
pub struct PlanHeader {
    pub name: Ident,
    /// `owner "commerce-platform"`, `change "CHG-4821"`: facts for the documents.
    pub facts: Vec<(Ident, Text)>,
}

/// `source legacy postgres { schema "schemas/legacy.sql" in legacy_v1  link same }`
#[derive(Clone, Debug)]
pub struct Side {
    pub name: Ident,
    /// The engine's word, unchecked.
    pub engine: Ident,
    pub schemas: Vec<SchemaFile>,
    /// `stats "FILE"`: how much there is of each table, for the estimate.
    pub stats: Vec<Text>,
    /// `link attach | same`: how the source becomes visible to the target's session. Only in a source.
    pub link: Option<Ident>,
}

/// `schema "FILE" [in NAMESPACE]`: a DDL file; `in` says under which schema of the server the
/// tables live that the file leaves unqualified or puts in `public`.
#[derive(Clone, Debug)]
pub struct SchemaFile {
    pub file: Text,
    pub namespace: Option<Ident>,
}

/// `strategy { constraints postpone  triggers off }`
#[derive(Clone, Debug)]
pub struct Strategy {
    /// The word `strategy` itself.
    pub word: Span,
    pub settings: Vec<Setting>,
}

impl Strategy {
    /// What a strategy can say something about.
    pub const SETTINGS: [&str; 2] = ["constraints", "triggers"];
}

/// `triggers off`: both words unchecked.
#[derive(Clone, Debug)]
pub struct Setting {
    pub what: Ident,
    pub value: Ident,
}

/// `values customer_status { 'A' -> 'active', 'X' -> 'closed', else error }`
#[derive(Clone, Debug)]
pub struct Values {
    pub name: Ident,
    /// Literals on both sides.
    pub pairs: Vec<ValuePair>,
    pub otherwise: Option<Otherwise>,
}

#[derive(Clone, Debug)]
pub struct ValuePair {
    pub from: Expr,
    pub to: Expr,
    pub span: Span,
}

/// What becomes of a value that a map or a `ref` does not find.
#[derive(Clone, Debug)]
pub struct Otherwise {
    pub kind: OtherwiseKind,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum OtherwiseKind {
    Error,
    Null,
    /// A literal.
    Value(Box<Expr>),
}

/// `move legacy.customers c -> shop.customer { … }`
#[derive(Clone, Debug)]
pub struct Move {
    pub source: Path,
    pub alias: Option<Ident>,
    pub target: Path,
    pub clauses: Vec<Clause>,
}

#[derive(Clone, Debug)]
pub struct Clause {
    pub span: Span,
    pub doc: Doc,
    pub kind: ClauseKind,
}

#[derive(Clone, Debug)]
pub enum ClauseKind {
    /// `where EXPR`
    Where(Expr),
    /// `join legacy.countries k on EXPR one`, `join … left one`
    Join(Join),
    /// `group by EXPR, …`: one target row for each distinct group.
    GroupBy(Vec<Expr>),
    /// `batch [5000 rows] by c.id, …`, `batch whole`
    Batch(Batch),
    /// `quarantine at most 100 rows and 0.1 %`
    Quarantine(Quarantine),
    /// `watermark c.updated_at overlap 5 min`: the column that says when a row was last written, and how long a
    /// write may be under way.
    Watermark { column: Expr, overlap: Duration },
    /// `key id <- …`
    Key(Mapping),
    /// `full_name <- …`
    Map(Mapping),
    /// `drop c.fax, c.telex because "…"`
    Drop(Drop),
    /// `...`: the remaining columns by equal name.
    Rest,
    /// `on conflict fail | skip | update`
    OnConflict(Ident),
    /// `deletes none | soft COLUMN | hard`
    Deletes(Deletes),
    /// `after shop.country`: a target table or move that must be loaded before.
    After(Path),
}

#[derive(Clone, Debug)]
pub struct Join {
    pub table: Path,
    pub alias: Option<Ident>,
    pub on: Expr,
    /// `left one` instead of `one`: a row without a match stays.
    pub left: bool,
}

#[derive(Clone, Debug)]
pub enum Batch {
    /// `batch whole`: all rows in one transaction.
    Whole,
    Keyset {
        rows: Option<u64>,
        /// Columns of the source table; `by c.id desc` is not supported yet.
        by: Vec<Expr>,
    },
}

/// `COLUMN <- EXPR [default LITERAL] [pii | pii hash | not pii]`
#[derive(Clone, Debug)]
pub struct Mapping {
    pub column: Ident,
    pub value: Expr,
    /// Takes the place of a NULL.
    pub default: Option<Expr>,
    pub pii: Option<Pii>,
}

#[derive(Clone, Debug)]
pub struct Drop {
    pub columns: Vec<Expr>,
    pub because: Text,
}

/// `accept lossy shop.order.note because "…" [ticket "…"] [until 2027-03-01]`
#[derive(Clone, Debug)]
pub struct Accept {
    /// The claim's word: `lossy`, `overflow`, …
    pub claim: Ident,
    /// A target column or table, or a source column, by its full path.
    pub subject: Path,
    pub because: Text,
    pub ticket: Option<Text>,
    pub until: Option<DateLit>,
}

/// A date written as `2027-03-01`.
#[derive(Clone, Debug)]
pub struct DateLit {
    /// ISO text; the parser has checked that the day exists.
    pub iso: String,
    pub span: Span,
}

/// `invariant "NAME" [by a, b] { … }`
#[derive(Clone, Debug)]
pub struct Invariant {
    pub name: Text,
    /// Names of the groups of a two-sided invariant, for people; the queries' first outputs.
    pub by: Vec<Ident>,
    pub body: InvariantBody,
}

#[derive(Clone, Debug)]
pub enum InvariantBody {
    /// `none from shop.customer c [join …] where EXPR`
    None(Relations),
    /// `legacy select … shop select … within 0`
    Equal { left: SideQuery, right: SideQuery, within: Option<Expr> },
    /// `check "NAME" sql postgres $$ select … $$ because "…"`: the target's own SQL, as it is.
    Sql { engine: Ident, text: Text, because: Text },
}

/// `legacy select region, sum(x) from … `
#[derive(Clone, Debug)]
pub struct SideQuery {
    /// The source's or the target's name.
    pub side: Ident,
    /// The groups first, in the order of `by`, then the one value.
    pub outputs: Vec<Expr>,
    pub relations: Relations,
    /// Written `group by` list; must equal the groups when given.
    pub group_by: Vec<Expr>,
    pub span: Span,
}

/// `from T a [join U b on … | left join …] [where …]`
#[derive(Clone, Debug)]
pub struct Relations {
    pub table: Path,
    pub alias: Option<Ident>,
    pub joins: Vec<QueryJoin>,
    pub filter: Option<Expr>,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub struct QueryJoin {
    pub left: bool,
    pub table: Path,
    pub alias: Option<Ident>,
    pub on: Expr,
}

#[derive(Clone, Debug)]
pub struct Expr {
    pub span: Span,
    pub kind: ExprKind,
}

#[derive(Clone, Debug)]
pub enum ExprKind {
    Null,
    Bool(bool),
    /// Digits with an optional point, as written and without a sign: `12`, `0.50`.
    Number(String),
    /// The value, quotes removed, `''` undone.
    String(String),
    /// `x` or `c.x`
    Column {
        qualifier: Option<Ident>,
        name: Ident,
    },
    /// `lower(x)`, `count(*)` (no arguments, `star`), a `values` map
    Call {
        name: Ident,
        args: Vec<Expr>,
        star: bool,
    },
    /// `count(legacy.comments x where …)`, `first(x.ip from legacy.comments x where … order by x.id)`
    Related {
        function: Ident,
        /// None for whole rows.
        value: Option<Box<Expr>>,
        rows: Box<Rows>,
    },
    /// `ref shop.customer(o.customer_id) [else error | null | LITERAL]`
    Ref {
        table: Path,
        args: Vec<Expr>,
        otherwise: Option<Otherwise>,
    },
    /// `uuid5("namespace", x, …)`
    Uuid5 {
        namespace: Text,
        args: Vec<Expr>,
    },
    /// `sequence(x, …)`: a new key from the target's own sequence, remembered in a mapping table.
    Sequence {
        args: Vec<Expr>,
    },
    Not(Box<Expr>),
    Negate(Box<Expr>),
    Binary {
        op: BinaryOp,
        left: Box<Expr>,
        right: Box<Expr>,
    },
    /// `x is [not] null`
    IsNull {
        expr: Box<Expr>,
        negated: bool,
    },
    /// `x is [not] distinct from y`; `negated` means `is not distinct from`
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
    Like {
        expr: Box<Expr>,
        pattern: Box<Expr>,
        negated: bool,
    },
    Case {
        operand: Option<Box<Expr>>,
        whens: Vec<(Expr, Expr)>,
        otherwise: Option<Box<Expr>>,
    },
    /// `cast(x as varchar(20))`
    Cast {
        expr: Box<Expr>,
        ty: TypeName,
    },
    /// `x in zone 'Europe/Paris'`
    InZone {
        expr: Box<Expr>,
        zone: Text,
    },
    /// `( … )`, kept so that the format shows what was written.
    Paren(Box<Expr>),
}

/// `TABLE x [where …] [order by …]`: the rows of another table that belong to one row of a move.
#[derive(Clone, Debug)]
pub struct Rows {
    pub table: Path,
    pub alias: Option<Ident>,
    pub filter: Option<Expr>,
    pub order: Vec<Ordering>,
}

/// `x.id desc`
#[derive(Clone, Debug)]
pub struct Ordering {
    pub key: Expr,
    pub descending: bool,
}

/// A type as written: `decimal(12, 2)`, `timestamp with time zone`.
#[derive(Clone, Debug)]
pub struct TypeName {
    pub text: String,
    pub span: Span,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOp {
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
    Sub,
    Mul,
    Div,
}

impl BinaryOp {
    /// How tightly it binds; higher is tighter. Operators that share a level stand in one chain.
    #[must_use]
    pub const fn precedence(self) -> u8 {
        match self {
            Self::Or => 1,
            Self::And => 2,
            Self::Eq | Self::NotEq | Self::Lt | Self::LtEq | Self::Gt | Self::GtEq => 3,
            Self::Concat => 4,
            Self::Add | Self::Sub => 5,
            Self::Mul | Self::Div => 6,
        }
    }

    /// The operator as the language spells it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Or => "or",
            Self::And => "and",
            Self::Eq => "=",
            Self::NotEq => "<>",
            Self::Lt => "<",
            Self::LtEq => "<=",
            Self::Gt => ">",
            Self::GtEq => ">=",
            Self::Concat => "||",
            Self::Add => "+",
            Self::Sub => "-",
            Self::Mul => "*",
            Self::Div => "/",
        }
    }
}
