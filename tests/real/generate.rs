//! Rows for any schema: every table gets some, by a rule that knows nothing but the catalog. Always the
//! same rows for the same DDL.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use datamove::base::{Engine, Sources};
use datamove::diagnostic::Problems;
use datamove::schema::{self, Catalog, Column, ColumnIdx, ForeignKey, SqlType, Table, TableId};

/// The catalog of a PostgreSQL dump.
pub(crate) fn catalog(ddl: &str) -> Catalog {
    let (mut sources, mut problems) = (Sources::default(), Problems::default());
    let id = sources.add("dump.sql", ddl);
    schema::read(Engine::Postgres, "x", &[(id, None)], &sources, &mut problems)
}

/// How many rows, and what values, where the rule's own would not do.
pub(crate) struct Wishes<'w> {
    pub(crate) rows: &'w dyn Fn(&str) -> u32,
    /// `table.column` and the expression over the row's number `n`.
    pub(crate) values: &'w [(&'w str, &'w str)],
}

/// INSERTs for all tables, parents first, as tables of `namespace`.
pub(crate) fn rows(catalog: &Catalog, namespace: &str, wishes: &Wishes<'_>) -> String {
    let order = parents_first(catalog);
    let mut sql = String::new();
    let mut filled = BTreeSet::new();
    let mut later = String::new();
    for id in order {
        let table = catalog.table(id);
        sql.push_str(&insert(catalog, table, namespace, wishes, &filled));
        for key in open_edges(table, &filled) {
            let (column, parent) = (table.column(key.columns[0]), catalog.table(key.parent));
            let parent_column = &parent.column(key.parent_columns[0]).name;
            // Every other row gets its parent once there are all.
            let _ = writeln!(
                later,
                "UPDATE {namespace}.{t} t SET {c} = p.id FROM (SELECT {p} AS id, row_number() OVER (ORDER BY {p}) n FROM {namespace}.{of}) p, \
                 (SELECT ctid, row_number() OVER (ORDER BY ctid) n FROM {namespace}.{t}) r \
                 WHERE t.ctid = r.ctid AND p.n = r.n + 1 AND r.n % 2 = 0;",
                t = quoted(&table.name),
                c = quoted(&column.name),
                p = quoted(parent_column),
                of = quoted(&parent.name),
            );
        }
        filled.insert(id);
    }
    sql + &later
}

/// Foreign keys to tables that have no rows yet.
fn open_edges<'t>(table: &'t Table, filled: &BTreeSet<TableId>) -> Vec<&'t ForeignKey> {
    let open = |key: &&ForeignKey| key.columns.len() == 1 && !filled.contains(&key.parent);
    table.foreign_keys.iter().filter(open).collect()
}

/// Tables in an order in which only edges over nullable columns lead forward.
fn parents_first(catalog: &Catalog) -> Vec<TableId> {
    let mut order: Vec<TableId> = Vec::new();
    let mut left: Vec<TableId> =
        catalog.tables().filter(|(_, t)| t.partition_of.is_none()).map(|(id, _)| id).collect();
    while !left.is_empty() {
        let waits = |id: &TableId, also_nullable: bool| {
            let table = catalog.table(*id);
            table.foreign_keys.iter().any(|key| {
                key.parent != *id
                    && left.contains(&key.parent)
                    && (also_nullable || key.columns.iter().any(|c| table.column(*c).not_null))
            })
        };
        let next = left
            .iter()
            .position(|id| !waits(id, true))
            .or_else(|| left.iter().position(|id| !waits(id, false)));
        order.push(left.remove(next.expect("a cycle has a nullable edge")));
    }
    order
}

fn insert(
    catalog: &Catalog,
    table: &Table,
    namespace: &str,
    wishes: &Wishes<'_>,
    filled: &BTreeSet<TableId>,
) -> String {
    let count = (wishes.rows)(&table.name);
    let mut from = format!("generate_series(1, {count}) n");
    let mut values: BTreeMap<ColumnIdx, String> = BTreeMap::new();
    let unique: BTreeSet<ColumnIdx> = single_keys(table);
    for (number, key) in table.foreign_keys.iter().enumerate() {
        let not_null = key.columns.iter().all(|c| table.column(*c).not_null);
        if !filled.contains(&key.parent) {
            for column in &key.columns {
                values.insert(*column, "NULL".to_owned());
            }
            continue;
        }
        let parent = catalog.table(key.parent);
        let names: Vec<String> = key.parent_columns.iter().map(|c| quoted(&parent.column(*c).name)).collect();
        let arrays: Vec<String> = names
            .iter()
            .enumerate()
            .map(|(i, name)| format!("array_agg({name} ORDER BY {}) AS a{i}", names.join(", ")))
            .collect();
        let _ = write!(
            from,
            ", (SELECT count(*)::int AS rows, {} FROM {namespace}.{}) f{number}",
            arrays.join(", "),
            quoted(&parent.name)
        );
        // Row n refers to parent n where that must be unique, else to some parent.
        let one = key.columns.len() > 1 || key.columns.iter().any(|c| unique.contains(c));
        let at = if one { "(n - 1)".to_owned() } else { format!("(n * {})", 3 + number) };
        for (i, column) in key.columns.iter().enumerate() {
            let value = format!("f{number}.a{i}[1 + {at} % f{number}.rows]");
            let value =
                if not_null || one { value } else { format!("CASE WHEN n % 5 <> 4 THEN {value} END") };
            values.entry(*column).or_insert(value);
        }
    }
    for (index, column) in table.columns().filter(|(_, column)| column.generated.is_none()) {
        let wish = wishes.values.iter().find(|(name, _)| *name == format!("{}.{}", table.name, column.name));
        if let Some((_, wish)) = wish {
            values.insert(index, (*wish).to_owned());
            continue;
        }
        let in_key = table.primary_key.iter().chain(&table.uniques).any(|k| k.columns.contains(&Some(index)));
        values.entry(index).or_insert_with(|| {
            let value = value(column);
            let fills = column.not_null || in_key;
            if fills { value } else { format!("CASE WHEN n % 7 <> 3 THEN {value} END") }
        });
    }
    let names: Vec<String> = values.keys().map(|c| quoted(&table.column(*c).name)).collect();
    let values: Vec<String> = values.into_values().collect();
    // Some rows fall to keys over several columns or expressions; never all of them.
    format!(
        "INSERT INTO {namespace}.{} ({}) SELECT {} FROM {from} ON CONFLICT DO NOTHING;\n",
        quoted(&table.name),
        names.join(", "),
        values.join(", ")
    )
}

/// Columns that are a key by themselves.
fn single_keys(table: &Table) -> BTreeSet<ColumnIdx> {
    let keys = table.primary_key.iter().chain(&table.uniques);
    keys.filter_map(|key| if let [Some(one)] = key.columns.as_slice() { Some(*one) } else { None }).collect()
}

/// The value of a column in row `n`: another one in each row, where the type has so many.
fn value(column: &Column) -> String {
    match &column.ty {
        SqlType::Bool => "n % 2 = 0".to_owned(),
        SqlType::Int { .. } | SqlType::Unsigned { .. } => "n".to_owned(),
        SqlType::Decimal(_) => "n + 0.5".to_owned(),
        SqlType::Float { .. } => "n / 8.0".to_owned(),
        SqlType::Text { max, .. } => {
            let text = format!("'{} ü ' || n", column.name.replace('\'', "''"));
            max.map_or(text.clone(), |max| format!("right({text}, {max})"))
        }
        SqlType::Bytes { .. } => "decode(lpad(to_hex(n), 8, '0'), 'hex')".to_owned(),
        SqlType::Date => "date '2020-02-28' + n".to_owned(),
        SqlType::Time { .. } => "time '00:00' + n * interval '1 minute'".to_owned(),
        SqlType::Timestamp { .. } => {
            "timestamp '2020-02-28 23:00:00.125' + n * interval '37 minutes'".to_owned()
        }
        SqlType::Interval => "n * interval '1 hour'".to_owned(),
        SqlType::Uuid => "md5(n::text)::uuid".to_owned(),
        SqlType::Json { .. } => "json_build_object('n', n)::jsonb".to_owned(),
        SqlType::Enum { labels, name, schema } => {
            let list: Vec<String> = labels.iter().map(|label| format!("'{label}'")).collect();
            let schema = schema.as_deref().unwrap_or("public");
            format!("(ARRAY[{}])[1 + n % {}]::{schema}.{}", list.join(", "), list.len(), quoted(name))
        }
        SqlType::Array(item) => format!("ARRAY[n]::{item}[]"),
        SqlType::Opaque(name) if name == "inet" => "inet '10.0.0.0' + n".to_owned(),
        SqlType::Opaque(name) if name == "tsvector" => "to_tsvector('word ' || n)".to_owned(),
        SqlType::Opaque(name) => format!("n::text::{name}"),
    }
}

pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
