//! What a role must be allowed to do for a bundle's scripts to run: granted beforehand, and asked for
//! before the first write.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::base::Engine;
use crate::plan::{
    Conflict, Cover, Established, ExprKind, InvariantBody, Link, Plan, Probe, Relations, TableRef,
    TargetTable,
};
use crate::schema::wrapper;

/// Rights on one object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Need {
    pub on: On,
    /// Absent for a schema or database of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// Absent for the database that the session is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// A sequence without a name is that of this column of the table `name`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    pub rights: BTreeSet<Right>,
}

/// A kind of object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum On {
    /// PostgreSQL: the session's. MySQL: the one that is named.
    Database,
    Schema,
    Table,
    Sequence,
    /// PostgreSQL: a foreign data wrapper, which its extension makes.
    Wrapper,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Right {
    Select,
    Insert,
    Update,
    Delete,
    /// To look into a schema, to make servers of a foreign data wrapper.
    Usage,
    /// To create a schema in a database, an index in a schema, tables in MySQL's database.
    Create,
    /// To refer to a table by a foreign key.
    References,
    Drop,
    Temporary,
    /// To create, call and drop procedures.
    Routines,
    /// To be the owner, who alone may change a table's structure.
    Own,
}

type Needs = BTreeMap<(On, Option<String>, Option<String>, Option<String>), BTreeSet<Right>>;

/// What the bundle of a plan needs; nothing for engines whose databases are files.
#[must_use]
pub fn needs(plan: &Plan, ledger: &str) -> Vec<Need> {
    let mut needs = Needs::new();
    match plan.target.engine {
        Engine::Sqlite => return Vec::new(),
        Engine::Postgres => {
            grow(&mut needs, (On::Database, None, None, None), [Right::Create, Right::Temporary]);
            if plan.link == Link::Fdw {
                let name = wrapper(plan.source.engine).to_owned();
                grow(&mut needs, (On::Wrapper, None, Some(name), None), [Right::Usage]);
            }
        }
        Engine::Mysql => {
            use Right::{Create, Delete, Drop, Insert, Routines, Select, Update};
            let database = |name: &str| (On::Database, None, Some(name.to_owned()), None);
            grow(&mut needs, database(ledger), [Select, Insert, Update, Delete, Create, Drop, Routines]);
            for schema in plan.tables.iter().filter_map(|table| table.table.schema.as_deref()) {
                grow(&mut needs, database(schema), [Right::Temporary]);
            }
        }
    }
    let copies: BTreeSet<&TableRef> = plan.staging.iter().map(|table| &table.stage).collect();
    for table in read_tables(plan).difference(&copies) {
        grow(&mut needs, (On::Table, table.schema.clone(), Some(table.name.clone()), None), [Right::Select]);
    }
    for table in &plan.tables {
        let key = (On::Table, table.table.schema.clone(), Some(table.table.name.clone()), None);
        grow(&mut needs, key.clone(), written(plan, table));
        // MySQL sets the next number of a table by changing the table.
        let numbered = plan.target.engine == Engine::Mysql && !table.sequences.is_empty();
        if table.alters_structure() || numbered {
            grow(&mut needs, key, [Right::Own]);
        }
        if table.postpones {
            add_postponed(plan, &mut needs, table);
        }
        if plan.target.engine == Engine::Postgres {
            for sequence in &table.sequences {
                let (of, column) = match &sequence.sequence {
                    Some(named) => (named, None),
                    None => (&table.table, Some(sequence.column.clone())),
                };
                let key = (On::Sequence, of.schema.clone(), Some(of.name.clone()), column);
                grow(&mut needs, key, [Right::Select, Right::Update]);
            }
        }
    }
    add_schemas(plan, &mut needs);
    let need = |((on, schema, name, column), rights)| Need { on, schema, name, column, rights };
    needs.into_iter().map(need).collect()
}

fn grow<const N: usize>(
    needs: &mut Needs,
    key: (On, Option<String>, Option<String>, Option<String>),
    rights: [Right; N],
) {
    needs.entry(key).or_default().extend(rights);
}

/// Whoever puts an index or a foreign key back creates it anew.
fn add_postponed(plan: &Plan, needs: &mut Needs, table: &TargetTable) {
    if plan.target.engine == Engine::Mysql && !table.foreign_keys.is_empty() {
        // MariaDB tells what a foreign key does only to who has a right on the whole database.
        grow(needs, (On::Database, None, table.table.schema.clone(), None), [Right::References]);
    }
    for key in &table.foreign_keys {
        let parent = (On::Table, key.parent.schema.clone(), Some(key.parent.name.clone()), None);
        grow(needs, parent, [Right::References]);
    }
    if plan.target.engine == Engine::Postgres {
        grow(needs, (On::Schema, None, table.table.schema.clone(), None), [Right::Create]);
    }
}

/// On PostgreSQL one must be let into a schema to see its tables.
fn add_schemas(plan: &Plan, needs: &mut Needs) {
    if plan.target.engine != Engine::Postgres {
        return;
    }
    let schemas: BTreeSet<String> = needs.keys().filter_map(|(_, schema, ..)| schema.clone()).collect();
    for schema in schemas {
        grow(needs, (On::Schema, None, Some(schema), None), [Right::Usage]);
    }
}

/// Load and rollback together: what is inserted must be removable, and what is filled in later or
/// overwritten must be changeable.
fn written(plan: &Plan, table: &TargetTable) -> [Right; 4] {
    let of_table = plan.moves.iter().filter(|step| table.moves.contains(&step.id));
    let changes = table.cover == Cover::BeforeImages
        || of_table.into_iter().any(|step| step.conflict == Conflict::Update || !step.second_pass.is_empty());
    let update = if changes { Right::Update } else { Right::Select };
    [Right::Select, Right::Insert, Right::Delete, update]
}

/// Every table that a script reads, on either side.
fn read_tables(plan: &Plan) -> BTreeSet<&TableRef> {
    let mut tables = BTreeSet::new();
    for step in &plan.moves {
        tables.insert(&step.source.table);
        tables.extend(step.joins.iter().map(|join| &join.relation.table));
        for expr in step.columns.iter().map(|assign| &assign.value).chain(&step.filter) {
            expr.walk(&mut |node| {
                if let ExprKind::Related { rows, .. } = &node.kind {
                    tables.insert(&rows.table);
                }
            });
        }
    }
    for table in &plan.tables {
        tables.extend(table.foreign_keys.iter().map(|key| &key.parent));
    }
    for claim in &plan.claims {
        if let Established::Probed(Probe::Orphans { or_in_target: Some(key), .. }) = &claim.established {
            tables.insert(&key.table);
        }
    }
    for invariant in &plan.invariants {
        match &invariant.body {
            InvariantBody::None { relations, .. } => add_relations(&mut tables, relations),
            InvariantBody::Sql { .. } => {}
            InvariantBody::Equal { left, right, .. } => {
                add_relations(&mut tables, &left.relations);
                add_relations(&mut tables, &right.relations);
            }
        }
    }
    tables
}

fn add_relations<'p>(tables: &mut BTreeSet<&'p TableRef>, relations: &'p Relations) {
    tables.insert(&relations.from.table);
    tables.extend(relations.joins.iter().map(|join| &join.relation.table));
}
