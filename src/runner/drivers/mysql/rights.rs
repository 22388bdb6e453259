use crate::artifact::manifest::{Need, On, Right};
use crate::runner::driver::{EngineError, Session};
use crate::runner::drivers::server::ledger::literal;
use crate::runner::rights::Answer;

/// Asks for every need, by what `SHOW GRANTS` says of the user and the roles that are active.
pub(in crate::runner::drivers) fn answers(
    session: &mut dyn Session,
    needs: &[Need],
) -> Result<Vec<Answer>, EngineError> {
    let set = session.query("SELECT CURRENT_USER() AS user, CURRENT_ROLE() AS role, VERSION() AS version")?;
    let first = set.rows.first().cloned().unwrap_or_default();
    let text = |name| set.text(&first, name);
    let user = account(&text("user"));
    let lines = lines(session, &text("role"), text("version").contains("MariaDB"))?;
    let grants: Vec<Grant> = lines.iter().filter_map(|line| Grant::read(line)).collect();
    needs.iter().map(|need| answer(session, need, &grants, &user)).collect()
}

fn lines(session: &mut dyn Session, role: &str, mariadb: bool) -> Result<Vec<String>, EngineError> {
    // MariaDB lists what the active role has by itself; MySQL wants to be told.
    let sql = if mariadb || role.is_empty() || role == "NONE" {
        "SHOW GRANTS".to_owned()
    } else {
        format!("SHOW GRANTS FOR CURRENT_USER() USING {role}")
    };
    let set = session.query(&sql)?;
    Ok(set
        .columns
        .first()
        .map_or(Vec::new(), |name| set.rows.iter().map(|row| set.text(row, name)).collect()))
}

fn answer(
    session: &mut dyn Session,
    need: &Need,
    grants: &[Grant],
    user: &str,
) -> Result<Answer, EngineError> {
    let (database, table) = match need.on {
        On::Table => (need.schema.as_deref().unwrap_or_default(), need.name.as_deref()),
        On::Database | On::Schema | On::Sequence | On::Wrapper => {
            (need.name.as_deref().unwrap_or_default(), None)
        }
    };
    let words = need.rights.iter().flat_map(|right| words(*right));
    let lacking: Vec<&str> = words
        .copied()
        .filter(|word| !grants.iter().any(|grant| grant.gives(word, database, table)))
        .collect();
    let on = format!("{}.{}", ticked(database), table.map_or("*".to_owned(), ticked));
    if !lacking.is_empty() {
        return Ok(Answer::Lacks(format!("GRANT {} ON {on} TO {user};", lacking.join(", "))));
    }
    let Some(table) = table else { return Ok(Answer::Granted) };
    // Only who has a right on a table learns whether it is there.
    let set = session.query(&format!(
        "SELECT 1 FROM information_schema.tables WHERE table_schema = {} AND table_name = {}",
        literal(database),
        literal(table)
    ))?;
    Ok(if set.rows.is_empty() { Answer::Missing(on) } else { Answer::Granted })
}

const fn words(right: Right) -> &'static [&'static str] {
    match right {
        Right::Select => &["SELECT"],
        Right::Insert => &["INSERT"],
        Right::Update => &["UPDATE"],
        Right::Delete => &["DELETE"],
        Right::Create => &["CREATE"],
        Right::Drop => &["DROP"],
        Right::Temporary => &["CREATE TEMPORARY TABLES"],
        Right::Routines => &["CREATE ROUTINE", "ALTER ROUTINE", "EXECUTE"],
        Right::References => &["REFERENCES"],
        Right::Own => &["ALTER", "CREATE", "INDEX"],
        // There are no schemas to look into.
        Right::Usage => &[],
    }
}

/// One line of `SHOW GRANTS`.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Grant {
    privileges: Vec<String>,
    /// A pattern, as LIKE reads it; absent for `*`.
    database: Option<String>,
    table: Option<String>,
}

impl Grant {
    /// `GRANT SELECT, INSERT (a) ON "shop".* TO …`. Rights on columns do not count: the scripts read
    /// and write whole rows. A line that gives a role names no object.
    fn read(line: &str) -> Option<Self> {
        let rest = line.strip_prefix("GRANT ")?;
        let (list, rest) = rest.split_once(" ON ")?;
        let rest = rest.strip_prefix("TABLE ").unwrap_or(rest);
        let (database, rest) = name(rest)?;
        let (table, _) = name(rest.strip_prefix('.')?)?;
        let privileges = list.split(',').map(|word| word.trim().to_uppercase()).collect();
        Some(Self { privileges, database, table })
    }

    fn gives(&self, word: &str, database: &str, table: Option<&str>) -> bool {
        let all = self.privileges.iter().any(|given| given == "ALL PRIVILEGES" || given == "ALL");
        let place = match (&self.database, &self.table) {
            (None, _) => true,
            (Some(pattern), None) => like(pattern.as_bytes(), database.as_bytes()),
            // Only a whole database's name is a pattern.
            (Some(name), Some(of)) => name == database && Some(of.as_str()) == table,
        };
        place && (all || self.privileges.iter().any(|given| given == word))
    }
}

/// A quoted name or `*`, and what follows it.
fn name(text: &str) -> Option<(Option<String>, &str)> {
    if let Some(rest) = text.strip_prefix('*') {
        return Some((None, rest));
    }
    let quote = text.chars().next().filter(|c| matches!(c, '`' | '"'))?;
    let mut found = String::new();
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c != quote {
            found.push(c);
        } else if chars.next_if(|(_, next)| *next == quote).is_some() {
            found.push(quote);
        } else {
            return Some((Some(found), &text[at + 1..]));
        }
    }
    None
}

/// MySQL's LIKE: `%` is anything, `_` one character, a backslash takes the next as it is.
fn like(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern, text) {
        ([], text) => text.is_empty(),
        ([b'%', rest @ ..], text) => (0..=text.len()).any(|skipped| like(rest, &text[skipped..])),
        ([b'_', rest @ ..], [_, left @ ..]) => like(rest, left),
        ([b'\\', c, rest @ ..] | [c, rest @ ..], [first, left @ ..]) => c == first && like(rest, left),
        (_, []) => false,
    }
}

/// `user@host` as SQL.
fn account(user: &str) -> String {
    let (name, host) = user.rsplit_once('@').unwrap_or((user, "%"));
    format!("{}@{}", literal(name), literal(host))
}

fn ticked(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gives(line: &str, word: &str, database: &str, table: Option<&str>) -> bool {
        Grant::read(line).is_some_and(|grant| grant.gives(word, database, table))
    }

    #[test]
    fn grants_are_read_as_the_server_means_them() {
        let all = "GRANT ALL PRIVILEGES ON *.* TO `root`@`localhost` WITH GRANT OPTION";
        assert!(gives(all, "CREATE ROUTINE", "shop", None));
        let database = "GRANT SELECT, CREATE TEMPORARY TABLES ON \"datamove\\_%\".* TO `m`@`%`";
        assert!(gives(database, "CREATE TEMPORARY TABLES", "datamove_shop", None));
        assert!(gives(database, "SELECT", "datamove_shop", Some("run")));
        assert!(!gives(database, "SELECT", "datamovexshop", None));
        assert!(!gives(database, "INSERT", "datamove_shop", None));
        let table = "GRANT SELECT, INSERT (`a`, `b`) ON `shop`.`it``s` TO `m`@`%`";
        assert!(gives(table, "SELECT", "shop", Some("it`s")));
        assert!(!gives(table, "INSERT", "shop", Some("it`s")));
        assert!(!gives(table, "SELECT", "shop", Some("other")));
        assert!(!gives(table, "SELECT", "shop", None));
        assert!(!gives("GRANT `role`@`%` TO `m`@`%`", "SELECT", "shop", None));
        assert!(!gives("GRANT USAGE ON *.* TO `m`@`%` IDENTIFIED BY PASSWORD '*1'", "SELECT", "shop", None));
    }
}
