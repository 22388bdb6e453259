use super::*;
use crate::base::Sources;
use crate::diagnostic::Problems;
use crate::schema::read;

fn shape(engine: Engine, ddl: &str) -> Shape {
    let mut sources = Sources::default();
    let file = sources.add("a.sql", ddl);
    let mut problems = Problems::default();
    let catalog = read(engine, "", &[(file, None)], &sources, &mut problems);
    assert!(problems.is_empty(), "{:?}", problems.sorted());
    Shape::of(&catalog)
}

const BASE: &str = "CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TABLE parent (id bigint PRIMARY KEY, name varchar(20) UNIQUE);
CREATE TABLE child (id bigint PRIMARY KEY, parent bigint REFERENCES parent, state text NOT NULL DEFAULT 'new',
    feeling mood, amount numeric(12,2) DEFAULT 0 CHECK (amount BETWEEN -1 AND 10), total numeric GENERATED ALWAYS AS
    (amount * 2) STORED, at timestamptz DEFAULT now());";

/// The differences, and those of a load in progress, after `from` became `to` in the schema.
fn drift(from: &str, to: &str) -> (Vec<String>, usize) {
    let was = shape(Engine::Postgres, BASE);
    assert!(BASE.contains(from), "{from}");
    let now = shape(Engine::Postgres, &BASE.replacen(from, to, 1));
    let show = |one: &Difference| {
        format!(
            "{}{} {}: {}",
            one.table,
            one.column.as_ref().map_or(String::new(), |c| format!(".{c}")),
            one.what,
            one.says
        )
    };
    let rows = differences(&was, &now, Depth::Rows).len();
    (differences(&was, &now, Depth::Schema).iter().map(show).collect(), rows)
}

#[test]
fn drift_of_every_kind_is_found_and_named() {
    let cases: [(&str, &str, &str, bool); 18] = [
        ("varchar(20)", "varchar(30)", "public.parent.name type: varchar(30), and was varchar(20)", true),
        (" UNIQUE", "", "public.parent unique: the unique key (name) is not there", true),
        (
            "name varchar(20) UNIQUE",
            "name varchar(20) UNIQUE, extra integer NOT NULL",
            "public.parent.extra column: the column is new: integer, NOT NULL and without a default",
            true,
        ),
        (
            "state text NOT NULL DEFAULT 'new',",
            "",
            "public.child.state column: the column is not there",
            true,
        ),
        ("text NOT NULL", "text", "public.child.state nullability: nullable, and was NOT NULL", true),
        (
            "DEFAULT 'new'",
            "DEFAULT 'old'",
            "public.child.state default: has a default with 'old', and was has a default with 'new'",
            false,
        ),
        (
            "DEFAULT 'new'",
            "",
            "public.child.state default: has no default, and was has a default with 'new'",
            false,
        ),
        (
            " REFERENCES parent",
            "",
            "public.child foreign_key: the foreign key (parent) to public.parent (id) is not there",
            false,
        ),
        (
            "REFERENCES parent",
            "REFERENCES parent ON DELETE CASCADE",
            "public.child foreign_key: the foreign key (parent) to public.parent (id) is not there",
            false,
        ),
        (
            "AND 10",
            "AND 11",
            "public.child check: the check over (amount) with '-1', '10' is not there",
            false,
        ),
        (
            "CHECK (amount BETWEEN -1 AND 10)",
            "",
            "public.child check: the check over (amount) with '-1', '10' is not there",
            false,
        ),
        (
            "amount * 2",
            "amount * 3",
            "public.child.total generated: generated with '3', and was generated with '2'",
            true,
        ),
        (
            "child (id bigint PRIMARY KEY",
            "child (id bigint NOT NULL",
            "public.child primary_key: the primary key (id) is not there",
            true,
        ),
        (
            "child (id bigint",
            "child (id bigint GENERATED ALWAYS AS IDENTITY",
            "public.child.id identity: numbers rows, always, and was does not number rows",
            true,
        ),
        ("'glad'", "'happy'", "public.child.feeling type: ", true),
        (
            "at timestamptz DEFAULT now());",
            "at timestamptz DEFAULT now()); CREATE TRIGGER t BEFORE INSERT ON child \
            FOR EACH ROW EXECUTE FUNCTION f();",
            "public.child trigger: the trigger `t` is new",
            false,
        ),
        (
            "CREATE TABLE parent",
            "CREATE TABLE one_more (a integer); CREATE TABLE parent",
            "public.one_more table: the table is new",
            false,
        ),
        ("varchar(20)", "text COLLATE \"C\"", "public.parent.name type: text, and was varchar(20)", true),
    ];
    for (from, to, says, in_progress) in cases {
        let (found, rows) = drift(from, to);
        assert!(found.first().is_some_and(|first| first.starts_with(says)), "{from} -> {to}: {found:#?}");
        assert_eq!(rows > 0, in_progress, "{from} -> {to}");
    }
    let gone = differences(&shape(Engine::Postgres, BASE), &Shape::default(), Depth::Rows);
    assert_eq!(gone.len(), 2);
}

/// What people write, and what PostgreSQL 15 prints back, is one schema.
#[test]
fn what_a_server_rewrites_is_no_drift() {
    let written = "CREATE TABLE t (a numeric(12,2) DEFAULT 0, b boolean DEFAULT 't', c text DEFAULT 'it''s', d varchar(9)
        CHECK (d IN ('a', E'b\\'c')), e integer DEFAULT -1 CHECK (e > -5 AND e - 3 <> 7), f date DEFAULT '2020-1-1', g jsonb
        DEFAULT '{\"a\":1}', h numeric CHECK (h >= 0.50), i timestamptz DEFAULT current_timestamp, m double precision DEFAULT 1.5e10, n real DEFAULT 2.5E-3, j text DEFAULT NULL,
        k text CHECK (k LIKE 'x%' AND CAST(k AS varchar(10)) <> ''), l timestamp CHECK (l > '2000-01-01'));";
    let printed = "CREATE TABLE t (a numeric(12,2) DEFAULT 0, b boolean DEFAULT true, c text DEFAULT 'it''s'::text, d character
        varying(9), e integer DEFAULT '-1'::integer, f date DEFAULT '2020-01-01'::date, g jsonb DEFAULT '{\"a\": 1}'::jsonb,
        h numeric, i timestamp with time zone DEFAULT CURRENT_TIMESTAMP, m double precision DEFAULT '15000000000'::bigint, n real DEFAULT 0.0025, j text, k text, l timestamp without time zone,
        CONSTRAINT t_d_check CHECK (((d)::text = ANY ((ARRAY['a'::character varying, 'b''c'::character varying])::text[]))),
        CONSTRAINT t_e_check CHECK (((e > '-5'::integer) AND ((e - 3) <> 7))), CONSTRAINT t_h_check CHECK ((h >= 0.50)),
        CONSTRAINT t_k_check CHECK (((k ~~ 'x%'::text) AND ((k)::character varying(10)::text <> ''::text))),
        CONSTRAINT t_l_check CHECK ((l > '2000-01-01 00:00:00'::timestamp without time zone)));";
    let (written, printed) = (shape(Engine::Postgres, written), shape(Engine::Postgres, printed));
    assert_eq!(differences(&written, &printed, Depth::Schema), []);
    assert_eq!(written, printed);
}

#[test]
fn a_shape_comes_back_from_json() {
    let shape = shape(Engine::Postgres, BASE);
    let text = serde_json::to_string(&shape).unwrap();
    assert_eq!(serde_json::from_str::<Shape>(&text).unwrap(), shape);
}
