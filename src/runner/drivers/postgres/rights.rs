use crate::artifact::manifest::{Need, On, Right};
use crate::runner::driver::{EngineError, Session};
use crate::runner::drivers::server::ledger::{literal, quoted};
use crate::runner::rights::Answer;

/// Asks for every need.
pub(in crate::runner::drivers) fn answers(
    session: &mut dyn Session,
    needs: &[Need],
) -> Result<Vec<Answer>, EngineError> {
    let set = session.query("SELECT quote_ident(current_user) AS role, current_database() AS database")?;
    let first = set.rows.first().cloned().unwrap_or_default();
    let (role, database) = (set.text(&first, "role"), set.text(&first, "database"));
    needs.iter().map(|need| answer(session, need, &role, &database)).collect()
}

fn answer(session: &mut dyn Session, need: &Need, role: &str, database: &str) -> Result<Answer, EngineError> {
    let columns: Vec<String> = need
        .rights
        .iter()
        .enumerate()
        .map(|(n, right)| format!("{} AS r{n}", has(need.on, *right)))
        .collect();
    let set = session.query(&format!(
        "SELECT oid, coalesce(name, '') AS name, {} FROM ({}) AS found",
        columns.join(", "),
        object(need)
    ))?;
    if need.on == On::Wrapper && set.rows.is_empty() {
        // Only a superuser makes a wrapper, together with its extension.
        let name = shown(need, database);
        let missing = format!("CREATE EXTENSION {name}; {}", grant(need.on, &[Right::Usage], &name, role));
        return Ok(Answer::Lacks(missing));
    }
    let Some(row) = set.rows.first().filter(|row| !set.text(row, "oid").is_empty()) else {
        return Ok(Answer::Missing(shown(need, database)));
    };
    let lacking: Vec<Right> = (0..)
        .zip(&need.rights)
        .filter(|(n, _): &(u32, &Right)| set.text(row, &format!("r{n}")) != "t")
        .map(|(_, right)| *right)
        .collect();
    if lacking.is_empty() {
        return Ok(Answer::Granted);
    }
    let name = match need.on {
        // The server knows what the sequence of a column is called.
        On::Sequence => set.text(row, "name"),
        On::Database | On::Schema | On::Table | On::Wrapper => shown(need, database),
    };
    Ok(Answer::Lacks(grant(need.on, &lacking, &name, role)))
}

/// The object's number in the catalog. The catalog shows every object to everybody, whereas a name
/// in a schema that one may not look into is an error.
fn object(need: &Need) -> String {
    let name = literal(need.name.as_deref().unwrap_or_default());
    let schema = literal(need.schema.as_deref().unwrap_or_default());
    let relation = format!(
        "pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace WHERE n.nspname = {schema} AND c.relname = {name}"
    );
    match (need.on, &need.column) {
        (On::Database, _) => {
            "SELECT oid, NULL AS name FROM pg_database WHERE datname = current_database()".to_owned()
        }
        (On::Wrapper, _) => {
            format!("SELECT oid, NULL AS name FROM pg_foreign_data_wrapper WHERE fdwname = {name}")
        }
        (On::Schema, _) => format!("SELECT oid, NULL AS name FROM pg_namespace WHERE nspname = {name}"),
        (On::Sequence, Some(column)) => format!(
            "SELECT s.oid, format('%I.%I', m.nspname, s.relname) AS name FROM pg_depend AS d \
             JOIN pg_class AS s ON s.oid = d.objid AND s.relkind = 'S' JOIN pg_namespace AS m ON m.oid = s.relnamespace \
             JOIN pg_attribute AS a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid AND a.attname = {} \
             WHERE d.deptype IN ('a', 'i') AND d.refobjid = (SELECT c.oid FROM {relation})",
            literal(column)
        ),
        (On::Sequence | On::Table, _) => {
            format!("SELECT c.oid, format('%I.%I', n.nspname, c.relname) AS name FROM {relation}")
        }
    }
}

fn has(on: On, right: Right) -> String {
    let word = word(right);
    match (on, right) {
        (On::Table, Right::Own) => {
            "(SELECT pg_has_role(relowner, 'USAGE') FROM pg_class AS o WHERE o.oid = found.oid)".to_owned()
        }
        (On::Database, _) => format!("has_database_privilege(oid, '{word}')"),
        (On::Wrapper, _) => format!("has_foreign_data_wrapper_privilege(oid, '{word}')"),
        (On::Schema, _) => format!("has_schema_privilege(oid, '{word}')"),
        (On::Table, _) => format!("has_table_privilege(oid, '{word}')"),
        (On::Sequence, _) => format!("has_sequence_privilege(oid, '{word}')"),
    }
}

const fn word(right: Right) -> &'static str {
    match right {
        Right::Select => "SELECT",
        Right::Insert => "INSERT",
        Right::Update => "UPDATE",
        Right::Delete => "DELETE",
        Right::Usage => "USAGE",
        Right::Create => "CREATE",
        Right::References => "REFERENCES",
        Right::Temporary => "TEMPORARY",
        // Not grantable by themselves on PostgreSQL; the ledger's schema belongs to who makes it.
        Right::Drop | Right::Routines | Right::Own => "OWN",
    }
}

/// The object as SQL names it.
fn shown(need: &Need, database: &str) -> String {
    let parts = need.schema.iter().chain(&need.name).map(|part| quoted(part));
    match need.on {
        On::Database => quoted(database),
        On::Schema | On::Table | On::Sequence | On::Wrapper => parts.collect::<Vec<_>>().join("."),
    }
}

fn grant(on: On, lacking: &[Right], name: &str, role: &str) -> String {
    let kind = match on {
        On::Database => "DATABASE",
        On::Schema => "SCHEMA",
        On::Table => "TABLE",
        On::Sequence => "SEQUENCE",
        On::Wrapper => "FOREIGN DATA WRAPPER",
    };
    // An owner has every other right.
    if lacking.contains(&Right::Own) {
        return format!("ALTER {kind} {name} OWNER TO {role};");
    }
    let words: Vec<&str> = lacking.iter().map(|right| word(*right)).collect();
    format!("GRANT {} ON {kind} {name} TO {role};", words.join(", "))
}
