//! Small plans built by hand, the same for both engines.
#![allow(dead_code, clippy::allow_attributes, reason = "each test file uses its own part")]

use datamove::base::{Engine, Origin};
use datamove::plan::*;
use datamove::schema::{DecimalSize, SqlType};
use indexmap::IndexMap;

pub(crate) const FINGERPRINT: &str = "dm1:00112233";
pub(crate) const NAMESPACE: &str = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
pub(crate) const TEXT: SqlType = SqlType::TEXT;
pub(crate) const INT: SqlType = SqlType::BIGINT;

pub(crate) fn decimal(precision: u32, scale: u32) -> SqlType {
    SqlType::Decimal(Some(DecimalSize { precision, scale }))
}

pub(crate) fn origin(line: u32) -> Origin {
    Origin { file: "shop.plan".to_owned(), line, end_line: line + 2 }
}

pub(crate) fn expr(ty: SqlType, kind: ExprKind) -> Expr {
    Expr::new(ty, true, kind)
}

pub(crate) fn col(alias: &str, column: &str, ty: SqlType) -> Expr {
    expr(ty, ExprKind::Column { relation: alias.to_owned(), column: column.to_owned() })
}

pub(crate) fn number(digits: &str, ty: SqlType) -> Expr {
    Expr::new(ty, false, ExprKind::Number(digits.to_owned()))
}

pub(crate) fn string(text: &str) -> Expr {
    Expr::new(TEXT, false, ExprKind::String(text.to_owned()))
}

pub(crate) fn binary(op: Operator, left: Expr, right: Expr, ty: SqlType) -> Expr {
    expr(ty, ExprKind::Binary { op, left: Box::new(left), right: Box::new(right) })
}

pub(crate) fn round(inner: Expr, digits: u32, mode: Rounding, ty: SqlType) -> Expr {
    expr(ty, ExprKind::Round { expr: Box::new(inner), digits, mode })
}

pub(crate) fn call(function: Function, args: Vec<Expr>, ty: SqlType) -> Expr {
    expr(ty, ExprKind::Call { function, args })
}

pub(crate) fn lookup(map: &str, arg: Expr, ty: SqlType, otherwise: Otherwise) -> Expr {
    expr(ty, ExprKind::Lookup { map: map.to_owned(), args: vec![arg], otherwise })
}

pub(crate) fn uuid5(arg: Expr) -> Expr {
    expr(SqlType::Uuid, ExprKind::Uuid5 { namespace: NAMESPACE.to_owned(), args: vec![arg] })
}

pub(crate) fn table(schema: &str, name: &str, engine: Engine) -> TableRef {
    let schema = match (engine, schema) {
        (Engine::Sqlite, "shop") => None,
        (_, schema) => Some(schema.to_owned()),
    };
    TableRef { schema, name: name.to_owned() }
}

pub(crate) fn assign(column: &str, ty: SqlType, value: Expr) -> Assign {
    Assign {
        column: column.to_owned(),
        ty,
        not_null: false,
        value,
        text: "…".to_owned(),
        origin: origin(5),
        how: AssignKind::Mapped,
        reads: Vec::new(),
        pii: None,
    }
}

pub(crate) fn a_move(
    engine: Engine,
    source: &str,
    alias: &str,
    target: &str,
    key: &[&str],
    columns: Vec<Assign>,
) -> Move {
    Move {
        id: target.to_owned(),
        wave: 1,
        doc: None,
        origin: origin(10),
        source: Relation { table: table("legacy", source, engine), alias: alias.to_owned() },
        joins: Vec::new(),
        filter: None,
        filter_text: None,
        group_by: Vec::new(),
        target: table("shop", target, engine),
        columns,
        key: key.iter().map(|k| (*k).to_owned()).collect(),
        new_key: NewKey::Keep,
        batch: Batch::Keyset {
            index: None,
            rows: 2,
            by: vec![KeysetColumn { column: "id".to_owned(), ty: INT, collation: None }],
        },
        quarantine: None,
        conflict: Conflict::MustBeEmpty,
        deletes: None,
        dropped: Vec::new(),
        second_pass: Vec::new(),
        together: None,
        overrides_identity: false,
        watermark: None,
    }
}

/// The target table of moves, with a cover that fits them.
pub(crate) fn target_of(moves: &[&Move], columns: &[(&str, SqlType)]) -> TargetTable {
    let first = moves[0];
    let cover = match first.conflict {
        Conflict::MustBeEmpty => Cover::WasEmpty,
        Conflict::Fail | Conflict::Skip => Cover::InsertedKeys,
        Conflict::Update => Cover::BeforeImages,
    };
    TargetTable {
        table: first.target.clone(),
        wave: first.wave,
        columns: columns
            .iter()
            .map(|(name, ty)| TargetColumn {
                collation: None,
                name: (*name).to_owned(),
                ty: ty.clone(),
                declared: ty.to_string(),
                not_null: false,
            })
            .collect(),
        generated: Vec::new(),
        key: first.key.clone(),
        cover,
        undo: (cover != Cover::WasEmpty).then(|| format!("undo_{}", first.target.name)),
        moves: moves.iter().map(|one| one.id.clone()).collect(),
        sequences: Vec::new(),
        foreign_keys: Vec::new(),
        postpones: false,
        triggers_off: false,
    }
}

pub(crate) fn plan(engine: Engine, moves: Vec<Move>, tables: Vec<TargetTable>, maps: Vec<MapTable>) -> Plan {
    let endpoint = |name: &str| Endpoint { name: name.to_owned(), engine, tables: 3 };
    Plan {
        format_version: 1,
        edition: 2026,
        name: "shop".to_owned(),
        doc: None,
        facts: IndexMap::new(),
        source: endpoint("legacy"),
        target: endpoint("shop"),
        unmoved: Vec::new(),
        link: if engine == Engine::Sqlite { Link::Attach } else { Link::Same },
        staging: Vec::new(),
        strategy: Strategy::default(),
        signoff: None,
        cutover: None,
        reconcile: None,
        moves,
        maps,
        tables,
        breaks: Vec::new(),
        claims: Vec::new(),
        invariants: Vec::new(),
        accepts: Vec::new(),
    }
}

pub(crate) fn probed(id: &str, kind: ClaimKind, of: &str, probe: Probe) -> Claim {
    Claim {
        id: id.to_owned(),
        kind,
        of: of.to_owned(),
        column: None,
        says: format!("{id} holds"),
        origin: origin(3),
        established: Established::Probed(probe),
    }
}

/// Customers get UUIDs that orders follow; cents become amounts; categories refer to themselves.
pub(crate) fn shop(engine: Engine) -> Plan {
    let id = || col("c", "id", INT);
    let cents = binary(Operator::Divide, col("c", "cents", INT), number("100", INT), decimal(12, 2));
    let mut customer = a_move(
        engine,
        "customers",
        "c",
        "customer",
        &["id"],
        vec![
            assign("id", SqlType::Uuid, uuid5(id())),
            assign("legacy_id", INT, id()),
            assign("name", TEXT, call(Function::Trim, vec![col("c", "name", TEXT)], TEXT)),
            assign("balance", decimal(12, 2), round(cents, 2, Rounding::HalfEven, decimal(12, 2))),
            assign(
                "status",
                TEXT,
                expr(
                    TEXT,
                    ExprKind::Map {
                        name: "status".to_owned(),
                        value: Box::new(col("c", "status", TEXT)),
                        pairs: vec![
                            (string("A"), string("active")),
                            (string("X"), string("it's; \"closed\" {{ x }} $$")),
                        ],
                        otherwise: Otherwise::Error,
                    },
                ),
            ),
        ],
    );
    customer.new_key = NewKey::Mapped {
        map: "map_customer".to_owned(),
        old: vec![id()],
        made_by: KeyMaker::Uuid5(uuid5(id())),
    };
    let mut order = a_move(
        engine,
        "orders",
        "o",
        "order",
        &["id"],
        vec![
            assign("id", INT, col("o", "id", INT)),
            assign(
                "customer_id",
                SqlType::Uuid,
                lookup("map_customer", col("o", "customer_id", INT), SqlType::Uuid, Otherwise::Error),
            ),
            assign("note", TEXT, col("o", "note", TEXT)),
        ],
    );
    order.wave = 2;
    order.filter = Some(binary(Operator::NotEq, col("o", "note", TEXT), string("skip me"), SqlType::Bool));
    let mut category = a_move(
        engine,
        "categories",
        "g",
        "category",
        &["id"],
        vec![
            assign("id", INT, lookup("map_category", col("g", "id", INT), INT, Otherwise::Error)),
            assign(
                "parent_id",
                INT,
                lookup("map_category", col("g", "parent_id", INT), INT, Otherwise::Error),
            ),
            assign("name", TEXT, col("g", "name", TEXT)),
        ],
    );
    category.new_key = NewKey::Mapped {
        map: "map_category".to_owned(),
        old: vec![col("g", "id", INT)],
        made_by: KeyMaker::Sequence,
    };
    category.second_pass = vec!["parent_id".to_owned()];
    let mut tables = vec![
        target_of(&[&category], &[("id", INT), ("parent_id", INT), ("name", TEXT)]),
        target_of(
            &[&customer],
            &[
                ("id", SqlType::Uuid),
                ("legacy_id", INT),
                ("name", TEXT),
                ("balance", decimal(12, 2)),
                ("status", TEXT),
            ],
        ),
        target_of(&[&order], &[("id", INT), ("customer_id", SqlType::Uuid), ("note", TEXT)]),
    ];
    tables[0].sequences = vec![SequenceUse { column: "id".to_owned(), sequence: None }];
    tables[2].foreign_keys = vec![ForeignKeyCheck {
        name: Some("order_customer".to_owned()),
        columns: vec!["customer_id".to_owned()],
        parent: table("shop", "customer", engine),
        parent_columns: vec!["id".to_owned()],
    }];
    let map = |name: &str, target: &str, new: SqlType| MapTable {
        name: name.to_owned(),
        target: table("shop", target, engine),
        old: vec![INT],
        new_column: "id".to_owned(),
        new,
    };
    let maps = vec![map("map_category", "category", INT), map("map_customer", "customer", SqlType::Uuid)];
    let mut plan = plan(engine, vec![category, customer, order], tables, maps);
    let is_null = |e: Expr| expr(SqlType::Bool, ExprKind::IsNull { expr: Box::new(e), negated: false });
    plan.claims = vec![
        probed(
            "customer/name/null",
            ClaimKind::Null,
            "customer",
            Probe::Rows { bad: is_null(col("c", "name", TEXT)), before_filter: false },
        ),
        probed(
            "customer/cents/type",
            ClaimKind::Type,
            "customer",
            Probe::Rows {
                bad: expr(
                    SqlType::Bool,
                    ExprKind::Not(Box::new(expr(
                        SqlType::Bool,
                        ExprKind::Conforms { expr: Box::new(col("c", "cents", INT)), to: INT },
                    ))),
                ),
                before_filter: true,
            },
        ),
        probed("customer/scope", ClaimKind::Scope, "customer", Probe::EmptyScope),
        probed(
            "customer/unique",
            ClaimKind::Unique,
            "customer",
            Probe::Duplicates {
                key: vec![DuplicateKey {
                    value: col("c", "id", INT),
                    case_insensitive: false,
                    collation: None,
                }],
                nulls_equal: false,
                partial: None,
            },
        ),
        probed(
            "customer/check",
            ClaimKind::Check,
            "customer",
            Probe::Check {
                condition: DdlCondition {
                    sql: "length(name) < 1000".to_owned(),
                    columns: vec![("name".to_owned(), col("c", "name", TEXT))],
                    table: "customer".to_owned(),
                },
            },
        ),
        probed(
            "order/customer_id/orphan",
            ClaimKind::Orphan,
            "order",
            Probe::Orphans {
                value: vec![col("o", "customer_id", INT)],
                parents: vec![ParentKey { of: "customer".to_owned(), key: vec![id()] }],
                or_in_target: None,
            },
        ),
    ];
    let sum = |side: &str, alias: &str, name: &str, value: Expr| SideQuery {
        side: side.to_owned(),
        groups: vec![],
        value: expr(
            SqlType::Decimal(None),
            ExprKind::Aggregate { function: Aggregate::Sum, arg: Some(Box::new(value)) },
        ),
        relations: Relations {
            from: Relation { table: table(side, name, engine), alias: alias.to_owned() },
            joins: vec![],
            filter: None,
        },
    };
    plan.invariants = vec![Invariant {
        name: "no cent is lost".to_owned(),
        doc: None,
        origin: origin(40),
        body: InvariantBody::Equal {
            groups: vec![],
            left: sum("legacy", "c", "customers", col("c", "cents", INT)),
            right: sum(
                "shop",
                "t",
                "customer",
                binary(
                    Operator::Multiply,
                    col("t", "balance", decimal(12, 2)),
                    number("100", INT),
                    decimal(15, 2),
                ),
            ),
            within: "0".to_owned(),
        },
    }];
    plan
}

pub(crate) const SOURCE: &str = "
INSERT INTO customers VALUES (1, ' Ann ', 1050, 'A'), (2, 'Böb ''; DROP $$ {{ x }}', -1, 'X'), (3, 'Cy', 99999999, 'A'),
  (7, '', 0, NULL), (9, 'Eve\\', 5, 'A');
INSERT INTO orders VALUES (10, 1, 'first'), (11, 2, ''), (12, NULL, 'no customer'), (13, 9, 'skip me'), (20, 3, ' x ');
INSERT INTO categories VALUES (5, 8, 'child'), (8, NULL, 'root'), (9, 5, 'grandchild');
";

pub(crate) const WEIRD: &str = "we\"ird; $$ $datamove$ {{ x }} 'q'\n--";

/// Hostile names, text keys of two parts, existing rows, groups, a table without key, a cycle
/// that loads together.
pub(crate) fn hard(engine: Engine, conflict: Conflict) -> Plan {
    let key = |ty: SqlType, column: &str| KeysetColumn { column: column.to_owned(), ty, collation: None };
    let mut item = a_move(
        engine,
        WEIRD,
        "datamove'\"x",
        WEIRD,
        &["a", WEIRD],
        vec![
            assign("a", TEXT, col("datamove'\"x", "a", TEXT)),
            assign(WEIRD, INT, col("datamove'\"x", WEIRD, INT)),
            assign("v", TEXT, col("datamove'\"x", "v", TEXT)),
        ],
    );
    item.batch = Batch::Keyset { index: None, rows: 2, by: vec![key(TEXT, "a"), key(INT, WEIRD)] };
    item.conflict = conflict;
    item.filter =
        Some(binary(Operator::NotEq, col("datamove'\"x", "a", TEXT), string("$datamove$ ' "), SqlType::Bool));
    let mut tag = a_move(engine, WEIRD, "s", "tag", &["a"], vec![assign("a", TEXT, col("s", "a", TEXT))]);
    tag.group_by = vec![col("s", "a", TEXT)];
    tag.batch = Batch::Keyset { index: None, rows: 1, by: vec![key(TEXT, "a")] };
    let mut log = a_move(engine, WEIRD, "s", "log", &[], vec![assign("v", TEXT, col("s", "v", TEXT))]);
    log.batch = Batch::Whole;
    let mut left = a_move(
        engine,
        "lefts",
        "l",
        "lefts",
        &["id"],
        vec![assign("id", INT, col("l", "id", INT)), assign("other", INT, col("l", "other", INT))],
    );
    left.together = Some("lefts and rights".to_owned());
    let mut right = a_move(
        engine,
        "rights",
        "r",
        "rights",
        &["id"],
        vec![assign("id", INT, col("r", "id", INT)), assign("other", INT, col("r", "other", INT))],
    );
    right.together.clone_from(&left.together);
    let two = [("id", INT), ("other", INT)];
    let mut tables = vec![
        target_of(&[&left], &two),
        target_of(&[&log], &[("v", TEXT)]),
        target_of(&[&right], &two),
        target_of(&[&tag], &[("a", TEXT)]),
        target_of(&[&item], &[("a", TEXT), (WEIRD, INT), ("v", TEXT), ("more", TEXT)]),
    ];
    tables[4].undo = tables[4].undo.as_ref().map(|_| "undo_we\"ird".to_owned());
    plan(engine, vec![left, log, right, tag, item], tables, Vec::new())
}

pub(crate) fn hard_rows() -> String {
    let name = WEIRD.replace('"', "\"\"");
    format!(
        "INSERT INTO \"{name}\" VALUES ('', 1, 'a;'), ('a', 1, 'new'), ('a', 2, ''), ('a', 10, NULL), ('b', -5, 'same'),
           ('ä''\"', 7, 'z'), ('zz', 0, '$$ {{{{ y }}}} \\');
         INSERT INTO lefts VALUES (1, 1), (2, 2); INSERT INTO rights VALUES (1, 2), (2, 1);"
    )
}

pub(crate) fn hard_ddl(target: bool, text_collation: &str) -> String {
    let name = WEIRD.replace('"', "\"\"");
    let more = if target {
        ", more text, PRIMARY KEY (a, \"".to_owned() + &name + "\")"
    } else {
        format!(", UNIQUE (a, \"{name}\")")
    };
    let refers = |to: &str| {
        if target { format!(" REFERENCES {to} (id) DEFERRABLE INITIALLY IMMEDIATE") } else { String::new() }
    };
    let tables =
        if target { "CREATE TABLE tag (a text PRIMARY KEY); CREATE TABLE log (v text);" } else { "" };
    format!(
        "CREATE TABLE \"{name}\" (a text {text_collation} NOT NULL, \"{name}\" bigint NOT NULL, v text{more}); {tables}
         CREATE TABLE rights (id integer PRIMARY KEY, other integer);
         CREATE TABLE lefts (id integer PRIMARY KEY, other integer{});",
        refers("rights"),
    )
}

/// Rows that are in the target before the load: one that is equal, one that differs, one of others.
pub(crate) fn hard_existing() -> String {
    let name = WEIRD.replace('"', "\"\"");
    format!(
        "INSERT INTO \"{name}\" VALUES ('a', 1, 'old', 'kept'), ('b', -5, 'same', 'm'), ('other', 3, 'x', NULL);"
    )
}

/// A tree whose parents are filled by a second pass, into a table that has rows.
pub(crate) fn tree(engine: Engine, conflict: Conflict) -> Plan {
    let mut category = a_move(
        engine,
        "categories",
        "g",
        "category",
        &["id"],
        vec![
            assign("id", INT, col("g", "id", INT)),
            assign("parent_id", INT, col("g", "parent_id", INT)),
            assign("name", TEXT, col("g", "name", TEXT)),
        ],
    );
    category.conflict = conflict;
    category.second_pass = vec!["parent_id".to_owned()];
    let table = target_of(&[&category], &[("id", INT), ("parent_id", INT), ("name", TEXT)]);
    plan(engine, vec![category], vec![table], Vec::new())
}

pub(crate) const TREE: &str = "
CREATE TABLE category (id integer PRIMARY KEY, parent_id integer REFERENCES category (id), name text);";
pub(crate) const TREE_SOURCE: &str = "
CREATE TABLE categories (id integer PRIMARY KEY, parent_id integer, name text);
INSERT INTO categories VALUES (1, 4, 'a'), (2, 1, 'b'), (3, 2, 'c'), (4, NULL, 'd');";
/// One row that differs in its name, one only in what the second pass fills, one of others.
pub(crate) const TREE_ROWS: &str =
    "INSERT INTO category VALUES (9, NULL, 'other'), (2, 9, 'B'), (3, 9, 'c');";
