//! The commands that documents tell people to run: datamove's own, and the stock clients'.
//!
//! Databases are named by two shell variables, `TARGET` and `SOURCE`, so that a bundle carries no
//! host and no path.

use std::collections::BTreeSet;

use super::escape;
use crate::base::Engine;
use crate::plan::{Link, Plan};

/// How the scripts of one bundle are run.
#[derive(Debug)]
pub(super) struct Commands {
    engine: Engine,
    /// With [`Link::Staged`] and [`Link::Fdw`]: the engine of the server that the rows come from.
    staged_from: Option<Engine>,
    /// With [`Link::Fdw`]: the target's server reads them itself.
    linked: bool,
    /// The name under which the source's file is attached, with [`Link::Attach`].
    attached: Option<String>,
    /// The schemas or databases that are written, as words of the shell.
    databases: Vec<String>,
}

impl Commands {
    pub(super) fn of(plan: &Plan) -> Self {
        let attached = match plan.link {
            Link::Attach => Some(plan.source.name.clone()),
            Link::Same | Link::Staged | Link::Fdw => None,
        };
        let staged_from = plan.link.copies().then_some(plan.source.engine);
        let written: BTreeSet<&str> =
            plan.tables.iter().filter_map(|filled| filled.table.schema.as_deref()).collect();
        let databases = written.into_iter().map(escape::shell).collect();
        Self { engine: plan.target.engine, staged_from, linked: plan.link == Link::Fdw, attached, databases }
    }

    /// Lines that name the databases, for the operator to fill in.
    pub(super) fn variables(&self) -> Vec<&'static str> {
        let source = match self.staged_from {
            None => None,
            Some(Engine::Mysql) => Some("export SOURCE='mysql://USER@HOST/DATABASE'"),
            Some(Engine::Postgres) => Some("export SOURCE='postgresql://USER@HOST/DATABASE'"),
            Some(Engine::Sqlite) => Some("export SOURCE=/path/to/source.db"),
        };
        let client = (self.staged_from == Some(Engine::Mysql))
            .then_some("export SOURCE_MYCNF=/path/to/source.cnf  # [client] host, user, password: for mysql");
        let options = self.linked.then_some(
            "export SOURCE_OPTIONS=\"-c datamove.source_host=HOST -c datamove.source_port=PORT -c datamove.source_dbname=DATABASE \
             -c datamove.source_user=USER -c datamove.source_password=$(sed 's/[\\\\ ]/\\\\&/g' /path/to/password)\"",
        );
        self.of_target().into_iter().chain(source).chain(client).chain(options).collect()
    }

    fn of_target(&self) -> Vec<&'static str> {
        match (self.engine, &self.attached) {
            // Neither URL holds a password, because everybody on the machine can read a command line.
            (Engine::Mysql, _) => vec![
                "export TARGET='mysql://USER@HOST/DATABASE'",
                "export DATAMOVE_TARGET_PASSWORD=\"$(cat /path/to/password)\"",
                "export MYCNF=/path/to/my.cnf  # [client] host, user, password: for mysql",
            ],
            (Engine::Postgres, _) => vec![
                "export TARGET='postgresql://USER@HOST/DATABASE'",
                "export PGPASSFILE=/path/to/pgpass  # HOST:PORT:DATABASE:USER:PASSWORD, chmod 600",
            ],
            (Engine::Sqlite, None) => {
                vec!["export TARGET=/path/to/target.db", "test -w \"$TARGET\" || echo 'no such file'"]
            }
            (Engine::Sqlite, Some(_)) => {
                // SQLite makes an empty database of a path that is wrong.
                vec![
                    "export TARGET=/path/to/target.db",
                    "export SOURCE=/path/to/source.db",
                    "test -w \"$TARGET\" && test -r \"$SOURCE\" || echo 'no such file'",
                ]
            }
        }
    }

    /// Runs one script with the engine's stock client.
    pub(super) fn stock(&self, path: &str) -> String {
        self.stock_word(&escape::shell(path))
    }

    /// The same for the script that makes the link: it is told by the session where the source is.
    pub(super) fn link(&self, path: &str) -> String {
        format!("PGOPTIONS=\"$SOURCE_OPTIONS\" {}", self.stock(path))
    }

    /// True if the stock client of the target copies rows by itself.
    pub(super) const fn copies_alone(&self) -> bool {
        self.linked
    }

    /// The same for a script that reads a file at the client.
    pub(super) fn receiving(&self, path: &str) -> String {
        match self.engine {
            Engine::Mysql => self.stock(path).replacen(
                "--default-character-set",
                "--local-infile=1 --default-character-set",
                1,
            ),
            Engine::Postgres | Engine::Sqlite => self.stock(path),
        }
    }

    /// The same for a word that the shell makes, such as `"$script"`.
    pub(super) fn stock_word(&self, path: &str) -> String {
        match self.engine {
            Engine::Mysql => {
                format!("mysql --defaults-extra-file=\"$MYCNF\" --default-character-set=utf8mb4 < {path}")
            }
            Engine::Postgres => format!("psql \"$TARGET\" -X -q -v ON_ERROR_STOP=1 -f {path}"),
            Engine::Sqlite => match &self.attached {
                None => format!("sqlite3 \"$TARGET\" < {path}"),
                Some(name) => {
                    format!("sqlite3 -cmd \"ATTACH '$SOURCE' AS {}\" \"$TARGET\" < {path}", quoted(name))
                }
            },
        }
    }

    /// Runs one script at a source of its own, with that engine's stock client.
    pub(super) fn at_source(&self, path: &str) -> String {
        let path = escape::shell(path);
        match self.staged_from {
            None => self.stock_word(&path),
            Some(Engine::Mysql) => {
                format!(
                    "mysql --defaults-extra-file=\"$SOURCE_MYCNF\" --quick --batch --skip-column-names --raw < {path}"
                )
            }
            Some(Engine::Postgres) => format!("psql \"$SOURCE\" -X -q -v ON_ERROR_STOP=1 -f {path}"),
            Some(Engine::Sqlite) => format!("sqlite3 -readonly \"$SOURCE\" < {path}"),
        }
    }

    /// `datamove VERB` on this bundle and these databases.
    pub(super) fn datamove(&self, verb: &str) -> String {
        // Rows of another server are copied once; after that nobody looks there again.
        let copies = self.staged_from.is_some() && verb.starts_with("apply");
        let source = if self.attached.is_some() || copies { " --source \"$SOURCE\"" } else { "" };
        format!("datamove {verb} --target \"$TARGET\"{source}")
    }

    /// A copy of the target that can be put back.
    pub(super) fn backup(&self) -> String {
        match self.engine {
            Engine::Mysql => format!(
                "mysqldump --defaults-extra-file=\"$MYCNF\" --single-transaction --no-tablespaces --databases {} > before.sql",
                self.databases.join(" ")
            ),
            Engine::Postgres => "pg_dump -Fc -f before.dump \"$TARGET\"".to_owned(),
            Engine::Sqlite => "sqlite3 \"$TARGET\" \".backup before.db\"".to_owned(),
        }
    }

    /// The stock client, as a person names it.
    pub(super) const fn client(&self) -> &'static str {
        match self.engine {
            Engine::Mysql => "mysql",
            Engine::Postgres => "psql",
            Engine::Sqlite => "sqlite3",
        }
    }
}

/// A name as a string of SQL, which `ATTACH` takes as well, inside of a double-quoted word of the
/// shell: no keyword and no character can end either.
fn quoted(name: &str) -> String {
    let mut out = String::from("'");
    for c in name.chars() {
        match c {
            '\'' => out.push_str("''"),
            '$' | '`' | '"' | '\\' => out.extend(['\\', c]),
            _ => out.push(c),
        }
    }
    out.push('\'');
    out
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn an_attached_name_is_quoted_for_sql_and_for_the_shell() {
        assert_eq!(quoted("legacy"), "'legacy'");
        assert_eq!(quoted("Old $(x)'s \"db\""), r#"'Old \$(x)''s \"db\"'"#);
    }
}
