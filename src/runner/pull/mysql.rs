//! MySQL and MariaDB say themselves how a table was made; what changes with every row is taken out.

use super::stats::{self, AllFigures};
use super::{LEDGERS, Part, Queried, ended, text};
use crate::base::Engine;
use crate::dialect;
use crate::runner::driver::{EngineError, Session, Trouble};

/// The text of SHOW CREATE depends on the mode: this one is that of dumps, names in backquotes.
const MODE: [&str; 3] = [
    "SET @datamove_mode = @@SESSION.sql_mode, @datamove_quote = @@SESSION.sql_quote_show_create",
    "SET SESSION sql_mode = ''",
    "SET SESSION sql_quote_show_create = 1",
];
const MODE_BACK: &str =
    "SET SESSION sql_mode = @datamove_mode, SESSION sql_quote_show_create = @datamove_quote";

/// One part for each database; its text names no database.
pub(super) fn parts(session: &mut dyn Session, schemas: &[String]) -> Queried<Vec<Part>> {
    let schemas = if schemas.is_empty() { vec![current(session)?] } else { schemas.to_vec() };
    for sql in MODE {
        session.query(sql)?;
    }
    let parts: Queried<Vec<Part>> = schemas.iter().map(|schema| part(session, schema)).collect();
    let back = session.query(MODE_BACK);
    let parts = parts?;
    back?;
    Ok(parts)
}

/// The database that the location names.
pub(super) fn current(session: &mut dyn Session) -> Queried<String> {
    let rows = session.query("SELECT DATABASE()")?;
    match rows.rows.first().map(|row| text(row, 0)).filter(|name| !name.is_empty()) {
        Some(name) => Ok(name),
        None => Err(EngineError::new(
            Trouble::Missing,
            "the location names no database: end it with `/DATABASE`, or name databases with --schema",
        )),
    }
}

fn part(session: &mut dyn Session, schema: &str) -> Queried<Part> {
    let quoted = dialect::string_literal(dialect::of(Engine::Mysql), schema);
    let rows = session.query(&format!(
        "SELECT table_name, table_type FROM information_schema.tables WHERE table_schema = {quoted} \
         ORDER BY CAST(table_name AS BINARY)"
    ))?;
    let mut statements = Vec::new();
    let mut views = Vec::new();
    for row in &rows.rows {
        let (name, kind) = (text(row, 0), text(row, 1));
        match kind.as_str() {
            // Only their names: nothing is moved from or into a view.
            "VIEW" => views.push(format!("CREATE VIEW {} AS SELECT 1", backquoted(&name))),
            "SEQUENCE" => statements.push(shown(session, "SEQUENCE", schema, &name)?),
            _ => statements.push(shown(session, "TABLE", schema, &name)?),
        }
    }
    statements.append(&mut views);
    let rows = session.query(&format!(
        "SELECT trigger_name, action_timing, event_manipulation, event_object_table FROM \
         information_schema.triggers WHERE trigger_schema = {quoted} ORDER BY CAST(trigger_name AS BINARY)"
    ))?;
    statements.extend(rows.rows.iter().filter(|row| !text(row, 3).starts_with(LEDGERS)).map(|row| {
        let (timing, event) = (text(row, 1), text(row, 2));
        let (name, table) = (backquoted(&text(row, 0)), backquoted(&text(row, 3)));
        // That it fires is what matters, not what it does.
        format!("CREATE TRIGGER {name} {timing} {event} ON {table} FOR EACH ROW DO 0")
    }));
    Ok(Part { namespace: Some(schema.to_owned()), text: ended(&statements) })
}

/// What SHOW CREATE says, without the number that the next row gets.
fn shown(session: &mut dyn Session, kind: &str, schema: &str, name: &str) -> Queried<String> {
    let sql = format!("SHOW CREATE {kind} {}.{}", backquoted(schema), backquoted(name));
    let rows = session.query(&sql)?;
    let statement = rows.rows.first().map(|row| text(row, 1)).unwrap_or_default();
    Ok(without_next_number(&statement))
}

/// Takes `AUTO_INCREMENT=17` out of a table's options, which stand behind the last line that begins
/// with a parenthesis.
fn without_next_number(statement: &str) -> String {
    const OPTION: &str = " AUTO_INCREMENT=";
    let Some(options) = statement.rfind("\n) ENGINE=") else {
        return statement.to_owned();
    };
    let (columns, options) = statement.split_at(options);
    // A comment among the options may hold anything, and comes behind.
    match options.split_once(OPTION) {
        Some((before, after)) if !before.contains('\'') => {
            let after = after.trim_start_matches(|c: char| c.is_ascii_digit());
            format!("{columns}{before}{after}")
        }
        _ => statement.to_owned(),
    }
}

/// InnoDB's sampled figures.
pub(super) fn figures(session: &mut dyn Session) -> Queried<AllFigures> {
    let rows = session.query(
        "SELECT table_schema, table_name, table_rows, data_length, index_length FROM information_schema.tables \
         WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('mysql', 'sys', 'performance_schema', \
         'information_schema')",
    )?;
    Ok(stats::read(&rows))
}

/// The line that leads to another database, where one file has several.
pub(super) fn used(schema: &str) -> String {
    format!("USE {};\n", backquoted(schema))
}

/// A name as dumps quote it.
fn backquoted(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

#[cfg(test)]
mod tests {
    use super::without_next_number;

    #[test]
    fn the_next_number_is_no_part_of_a_schema() {
        let of = |options: &str| format!("CREATE TABLE `t` (\n  `a` int\n) ENGINE=InnoDB{options}");
        let cases = [
            (" AUTO_INCREMENT=17 DEFAULT CHARSET=utf8mb4", " DEFAULT CHARSET=utf8mb4"),
            (
                " DEFAULT CHARSET=utf8mb4 COMMENT='x AUTO_INCREMENT=3'",
                " DEFAULT CHARSET=utf8mb4 COMMENT='x AUTO_INCREMENT=3'",
            ),
            (" AUTO_INCREMENT=2\n PARTITION BY HASH (`a`)", "\n PARTITION BY HASH (`a`)"),
        ];
        for (shown, kept) in cases {
            assert_eq!(without_next_number(&of(shown)), of(kept));
        }
    }
}
