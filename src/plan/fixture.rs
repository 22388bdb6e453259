//! A plan made by hand, with one of everything that documents have to show: new keys, a self
//! reference, both ways of breaking a cycle, accepted claims, names that try to break out.

use super::{
    Accept, Assign, AssignKind, Batch, BreakBy, Claim, ClaimKind, Conflict, Cover, CycleBreak, Dropped,
    Endpoint, Established, ForeignKeyCheck, Invariant, InvariantBody, Join, KeyMaker, KeysetColumn, Link,
    MapTable, Move, NewKey, Plan, Probe, Relation, Relations, SequenceUse, SideQuery, TableRef, TargetColumn,
    TargetTable,
};
use crate::base::{Engine, Origin};
use crate::plan::{Aggregate, Expr, ExprKind, Function, Operator, Otherwise};
use crate::schema::SqlType;

/// A name with everything that Markdown, HTML, XML, Mermaid and a shell take for their own.
pub(crate) const HOSTILE: &str = "a|b`c\n<script>x</script>&\"']]>${x}\u{202e}\u{1}*_#";

pub(crate) fn origin(line: u32) -> Origin {
    Origin { file: "shop.plan".into(), line, end_line: line }
}

pub(crate) fn column(relation: &str, column: &str, ty: SqlType) -> Expr {
    Expr::new(ty, false, ExprKind::Column { relation: relation.into(), column: column.into() })
}

pub(crate) fn text(value: &str) -> Expr {
    Expr::new(SqlType::TEXT, false, ExprKind::String(value.into()))
}

fn lookup(map: &str, arg: Expr) -> Expr {
    let kind = ExprKind::Lookup { map: map.into(), args: vec![arg], otherwise: Otherwise::Error };
    Expr::new(SqlType::TEXT, true, kind)
}

pub(crate) fn table(schema: Option<&str>, name: &str) -> TableRef {
    TableRef { schema: schema.map(Into::into), name: name.into() }
}

fn assign(line: u32, column: &str, ty: SqlType, how: AssignKind, text: &str, value: Expr) -> Assign {
    let mut reads = Vec::new();
    value.walk(&mut |expr| {
        if let ExprKind::Column { relation, column } = &expr.kind {
            reads.push(format!("{relation}.{column}"));
        }
    });
    let not_null = how != AssignKind::Rest;
    Assign {
        column: column.into(),
        ty,
        not_null,
        value,
        text: text.into(),
        origin: origin(line),
        how,
        reads,
        pii: None,
    }
}

/// A move that keeps an integer key `id` and takes `name` over.
pub(crate) fn simple(id: &str, wave: u32, line: u32) -> Move {
    let key = column("s", "id", SqlType::BIGINT);
    let name = column("s", "name", SqlType::TEXT);
    Move {
        id: id.into(),
        wave,
        doc: None,
        origin: Origin { end_line: line + 4, ..origin(line) },
        source: Relation { table: table(Some("legacy"), &format!("{id}s")), alias: "s".into() },
        joins: vec![],
        filter: None,
        filter_text: None,
        group_by: vec![],
        target: table(None, id),
        columns: vec![
            assign(line + 1, "id", SqlType::BIGINT, AssignKind::Key, "s.id", key),
            assign(line + 2, "name", SqlType::TEXT, AssignKind::Rest, "s.name", name),
        ],
        key: vec!["id".into()],
        new_key: NewKey::Keep,
        batch: Batch::Keyset {
            index: None,
            rows: 1000,
            by: vec![KeysetColumn { column: "id".into(), ty: SqlType::BIGINT, collation: None }],
        },
        quarantine: None,
        conflict: Conflict::MustBeEmpty,
        deletes: None,
        dropped: vec![],
        second_pass: vec![],
        together: None,
        overrides_identity: false,
        watermark: None,
    }
}

pub(crate) fn filled(of: &Move, cover: Cover, parents: &[(&str, &str)]) -> TargetTable {
    TargetTable {
        table: of.target.clone(),
        wave: of.wave,
        columns: of
            .columns
            .iter()
            .map(|c| TargetColumn {
                collation: None,
                name: c.column.clone(),
                ty: c.ty.clone(),
                declared: c.ty.to_string(),
                not_null: c.not_null,
            })
            .collect(),
        generated: Vec::new(),
        key: of.key.clone(),
        cover,
        undo: (cover != Cover::WasEmpty).then(|| format!("undo_{}", of.target.name)),
        moves: vec![of.id.clone()],
        sequences: vec![],
        foreign_keys: parents
            .iter()
            .map(|(column, parent)| ForeignKeyCheck {
                name: Some(format!("{}_{column}_fkey", of.target.name)),
                columns: vec![(*column).into()],
                parent: table(of.target.schema.as_deref(), parent),
                parent_columns: vec!["id".into()],
            })
            .collect(),
        postpones: false,
        triggers_off: false,
    }
}

fn customer() -> Move {
    let id = column("c", "id", SqlType::BIGINT);
    let parts = vec![column("c", "first", SqlType::TEXT), text(" "), column("c", "last", SqlType::TEXT)];
    let joined = parts.into_iter().reduce(|left, right| {
        let (left, right) = (Box::new(left), Box::new(right));
        Expr::new(SqlType::TEXT, false, ExprKind::Binary { op: Operator::Concat, left, right })
    });
    let full = ExprKind::Call { function: Function::Trim, args: joined.into_iter().collect() };
    let status = ExprKind::Map {
        name: "customer_status".into(),
        value: Box::new(column("c", "status", SqlType::TEXT)),
        pairs: vec![(text("A"), text("active")), (text("X|`"), text("<closed>"))],
        otherwise: Otherwise::Error,
    };
    let uuid =
        ExprKind::Uuid5 { namespace: "6ba7b811-9dad-11d1-80b4-00c04fd430c8".into(), args: vec![id.clone()] };
    let uuid = Expr::new(SqlType::Uuid, false, uuid);
    let country = column("k", "iso2", SqlType::Text { max: Some(2), padded: true });
    let on = ExprKind::IsDistinct {
        left: Box::new(column("k", "id", SqlType::BIGINT)),
        right: Box::new(column("c", "country_id", SqlType::BIGINT)),
        negated: true,
    };
    let test = column("c", "is_test", SqlType::Bool);
    Move {
        doc: Some(
            "Customers keep their legacy id in legacy_id and get a new uuid.\nTest accounts stay behind."
                .into(),
        ),
        source: Relation { table: table(Some("legacy"), "customers"), alias: "c".into() },
        joins: vec![Join {
            relation: Relation { table: table(Some("legacy"), "countries"), alias: "k".into() },
            on: Expr::new(SqlType::Bool, false, on),
            left: true,
        }],
        filter: Some(Expr::new(SqlType::Bool, false, ExprKind::Not(Box::new(test)))),
        filter_text: Some("not c.is_test".into()),
        columns: vec![
            assign(21, "id", SqlType::Uuid, AssignKind::Key, "uuid5(\"shop.customer\", c.id)", uuid.clone()),
            assign(22, "legacy_id", SqlType::BIGINT, AssignKind::Mapped, "c.id", id.clone()),
            assign(
                23,
                "full_name",
                SqlType::Text { max: Some(80), padded: false },
                AssignKind::Mapped,
                "trim(c.first || ' ' || c.last)",
                Expr::new(SqlType::TEXT, false, full),
            ),
            assign(
                24,
                "status",
                SqlType::TEXT,
                AssignKind::Mapped,
                "customer_status(c.status)",
                Expr::new(SqlType::TEXT, false, status),
            ),
            assign(25, "country", SqlType::TEXT, AssignKind::Rest, "k.iso2", country),
            assign(
                26,
                "referred_by",
                SqlType::Uuid,
                AssignKind::Rest,
                "ref shop.customer(c.referred_by)",
                lookup("map_customer", column("c", "referred_by", SqlType::BIGINT)),
            ),
        ],
        new_key: NewKey::Mapped { map: "map_customer".into(), old: vec![id], made_by: KeyMaker::Uuid5(uuid) },
        batch: Batch::Keyset {
            index: None,
            rows: 5000,
            by: vec![KeysetColumn { column: "id".into(), ty: SqlType::BIGINT, collation: None }],
        },
        conflict: Conflict::Update,
        dropped: vec![Dropped {
            column: "c.fax".into(),
            because: "no longer collected, DPIA-12".into(),
            origin: origin(28),
        }],
        second_pass: vec!["referred_by".into()],
        ..simple("customer", 2, 18)
    }
}

fn with(mut of: Move, line: u32, name: &str, map: Option<&str>) -> Move {
    let old = column("s", name, SqlType::BIGINT);
    let (spelled, value) = match map {
        Some(map) => (format!("ref shop.{}(s.{name})", map.trim_start_matches("map_")), lookup(map, old)),
        None => (format!("s.{name}"), old),
    };
    of.columns.push(assign(line, name, SqlType::BIGINT, AssignKind::Mapped, &spelled, value));
    of
}

fn moves() -> Vec<Move> {
    let team = with(simple("team", 1, 60), 63, "lead_id", None);
    let sequence = lookup("map_team", column("s", "id", SqlType::BIGINT));
    let mut team = Move { second_pass: vec!["lead_id".into()], ..team };
    team.columns[0].value = sequence;
    team.columns[0].text = "sequence".into();
    team.new_key = NewKey::Mapped {
        map: "map_team".into(),
        old: vec![column("s", "id", SqlType::BIGINT)],
        made_by: KeyMaker::Sequence,
    };
    let hostile = Move {
        doc: Some(format!("# {HOSTILE}\n\n{HOSTILE}")),
        dropped: vec![Dropped {
            column: format!("s.{HOSTILE}"),
            because: format!("because {HOSTILE}"),
            origin: origin(72),
        }],
        filter_text: Some(HOSTILE.into()),
        filter: Some(Expr::new(SqlType::Bool, false, ExprKind::Bool(true))),
        ..with(simple(HOSTILE, 1, 70), 74, HOSTILE, None)
    };
    let pair = Some("chicken+egg".to_owned());
    let mut list = vec![
        Move { batch: Batch::Whole, ..simple("country", 1, 10) },
        customer(),
        Move {
            conflict: Conflict::Skip,
            ..with(simple("order", 3, 40), 43, "customer_id", Some("map_customer"))
        },
        team,
        with(simple("member", 2, 50), 53, "team_id", Some("map_team")),
        hostile,
        Move { together: pair.clone(), ..with(simple("chicken", 1, 80), 83, "egg_id", None) },
        Move { together: pair, ..with(simple("egg", 1, 90), 93, "chicken_id", None) },
    ];
    list.sort_by(|a, b| (a.wave, &a.id).cmp(&(b.wave, &b.id)));
    list
}

fn claim(of: &str, column: Option<&str>, kind: ClaimKind, says: &str, line: u32, by: Established) -> Claim {
    let id = match column {
        Some(column) => format!("{of}/{column}/{}", kind.word()),
        None => format!("{of}/{}", kind.word()),
    };
    let column = column.map(Into::into);
    Claim { id, kind, of: of.into(), column, says: says.into(), origin: origin(line), established: by }
}

fn claims() -> Vec<Claim> {
    let proven = |why: &str| Established::Proven { why: why.into() };
    let rows = |bad| Established::Probed(Probe::Rows { bad, before_filter: false });
    let bad = || Expr::new(SqlType::Bool, false, ExprKind::Bool(false));
    let accepted = |because: &str| Established::Accepted {
        because: because.into(),
        ticket: Some("OPS-77".into()),
        until: Some("2027-03-01".into()),
    };
    let says = "`trim(c.first || ' ' || c.last)` has at most 80 characters";
    let mut list = vec![
        claim("customer", Some("full_name"), ClaimKind::Length, says, 23, rows(bad())),
        claim(
            "customer",
            Some("status"),
            ClaimKind::Values,
            "every value is in `customer_status`",
            24,
            rows(bad()),
        ),
        claim(
            "customer",
            None,
            ClaimKind::Scope,
            "the scope has rows",
            18,
            Established::Probed(Probe::EmptyScope),
        ),
        claim(
            "customer",
            Some("country"),
            ClaimKind::Lossy,
            "no characters of `k.iso2` are lost",
            25,
            accepted("2 000 customers without a country agreed with support"),
        ),
        claim(
            "customer",
            None,
            ClaimKind::Join,
            "`legacy.countries` matches at most one row",
            19,
            proven("`countries.id` is a primary key"),
        ),
        claim("order", Some("customer_id"), ClaimKind::Orphan, "every customer exists", 43, rows(bad())),
        claim("order", Some("id"), ClaimKind::Unique, "`id` stays unique", 41, proven("the key is kept")),
        claim(HOSTILE, Some(HOSTILE), ClaimKind::Length, &format!("`{HOSTILE}` fits"), 74, accepted(HOSTILE)),
        claim(HOSTILE, Some("name"), ClaimKind::Null, HOSTILE, 74, proven(HOSTILE)),
    ];
    list.sort_by(|a, b| a.id.cmp(&b.id));
    list
}

fn invariants() -> Vec<Invariant> {
    let relations = |schema: Option<&str>, name: &str| Relations {
        from: Relation { table: table(schema, name), alias: name.into() },
        joins: vec![],
        filter: None,
    };
    let count =
        || Expr::new(SqlType::BIGINT, false, ExprKind::Aggregate { function: Aggregate::Count, arg: None });
    let query =
        |side: &str, relations| SideQuery { side: side.into(), groups: vec![], value: count(), relations };
    vec![
        Invariant {
            name: "every customer can be traced".into(),
            doc: Some("Support looks customers up by their old number.".into()),
            origin: origin(100),
            body: InvariantBody::None { side: "shop".into(), relations: relations(None, "customer") },
        },
        Invariant {
            name: "no order is lost".into(),
            doc: None,
            origin: origin(102),
            body: InvariantBody::Equal {
                groups: vec!["region".into()],
                left: query("legacy", relations(Some("legacy"), "orders")),
                right: query("shop", relations(None, "order")),
                within: "0".into(),
            },
        },
    ]
}

fn tables(moves: &[Move]) -> Vec<TargetTable> {
    let parents = |id: &str| -> Vec<(&str, &str)> {
        match id {
            "customer" => vec![("country", "country"), ("referred_by", "customer")],
            "order" => vec![("customer_id", "customer")],
            "team" => vec![("lead_id", "member")],
            "member" => vec![("team_id", "team")],
            "chicken" => vec![("egg_id", "egg")],
            "egg" => vec![("chicken_id", "chicken")],
            HOSTILE => vec![(HOSTILE, "country")],
            _ => vec![],
        }
    };
    let cover = |of: &Move| match of.conflict {
        Conflict::MustBeEmpty => Cover::WasEmpty,
        Conflict::Fail | Conflict::Skip => Cover::InsertedKeys,
        Conflict::Update => Cover::BeforeImages,
    };
    let mut list: Vec<_> = moves.iter().map(|of| filled(of, cover(of), &parents(&of.id))).collect();
    for filled in &mut list {
        if filled.table.name == "team" {
            filled.sequences.push(SequenceUse { column: "id".into(), sequence: None });
        }
    }
    list
}

/// The plan.
pub(crate) fn shop() -> Plan {
    let moves = moves();
    let side = |name: &str, tables| Endpoint { name: name.into(), engine: Engine::Sqlite, tables };
    let map = |target: &str, new| MapTable {
        name: format!("map_{target}"),
        target: table(None, target),
        old: vec![SqlType::BIGINT],
        new_column: "id".into(),
        new,
    };
    let accept = |kind, subject: &str, because: &str, line| Accept {
        kind,
        subject: subject.into(),
        because: because.into(),
        ticket: Some("OPS-77".into()),
        until: Some("2027-03-01".into()),
        origin: origin(line),
    };
    Plan {
        format_version: super::FORMAT_VERSION,
        edition: 2026,
        name: "shop_v2".into(),
        doc: Some("The shop leaves its first database.".into()),
        facts: [("owner", "commerce-platform"), ("change", "CHG-4821")]
            .map(|(k, v)| (k.into(), v.into()))
            .into(),
        source: side("legacy", 12),
        target: side("shop", 9),
        unmoved: Vec::new(),
        link: Link::Attach,
        staging: Vec::new(),
        signoff: None,
        cutover: None,
        reconcile: None,
        strategy: super::Strategy::default(),
        tables: tables(&moves),
        moves,
        maps: vec![map("customer", SqlType::Uuid), map("team", SqlType::BIGINT)],
        breaks: vec![
            CycleBreak {
                moves: vec!["chicken".into(), "egg".into()],
                by: BreakBy::Deferred {
                    constraints: vec!["chicken_egg_id_fkey".into(), "egg_chicken_id_fkey".into()],
                },
            },
            CycleBreak {
                moves: vec!["member".into(), "team".into()],
                by: BreakBy::SecondPass { id: "team".into(), columns: vec!["lead_id".into()] },
            },
        ],
        claims: claims(),
        invariants: invariants(),
        accepts: vec![
            accept(ClaimKind::Lossy, "shop.customer.country", "2 000 customers agreed with support", 110),
            accept(ClaimKind::Length, HOSTILE, HOSTILE, 112),
        ],
    }
}

pub(crate) fn reconcile() -> super::Reconcile {
    super::Reconcile {
        every: 3_600,
        during: 72 * 3_600,
        checks: super::Reconciled::Changed,
        sample: Some(super::Sample { rows: 500, seed: 7 }),
        origin: Some(origin(4)),
    }
}

pub(crate) fn watermark() -> super::Watermark {
    let ty = SqlType::Timestamp { precision: 6, zoned: false };
    super::Watermark { column: "updated_at".into(), ty, overlap: 300 }
}

pub(crate) fn signoff() -> super::Signoff {
    super::Signoff {
        roles: vec!["data owner".into(), HOSTILE.into()],
        author: Some("ann".into()),
        signed: Some(super::Signed::Ssh),
        origin: Some(origin(3)),
    }
}

pub(crate) fn cutover() -> super::Cutover {
    use super::{CutStep, Cutover, Does, Until, WayBack};
    let step = |name: &str, does| CutStep {
        name: name.into(),
        owner: "sre".into(),
        takes: Some(60),
        does,
        origin: Some(origin(3)),
    };
    let manual =
        |what: &str, undo: Option<&str>| Does::Manual { what: what.into(), undo: undo.map(Into::into) };
    Cutover {
        downtime: Some(900),
        steps: vec![
            step("freeze writes", manual("set READ_ONLY=1", Some("set READ_ONLY=0"))),
            step("prove", Does::Validate),
            step("flip reads", manual(HOSTILE, Some("set READ_STORE=legacy"))),
            step("drop legacy", manual("DROP DATABASE legacy", None)),
        ],
        back: Some(WayBack {
            until: Some(Until { step: "flip reads".into(), seconds: 72 * 3_600 }),
            triggers: vec!["error rate above 0.5 % for 5 min".into(), HOSTILE.into()],
        }),
        origin: Some(origin(3)),
    }
}
