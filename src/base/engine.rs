use std::fmt;

use serde::{Deserialize, Serialize};

/// A database engine that a plan can name.
///
/// This is only the *name*: what an engine can do and how it spells things is in
/// [`crate::dialect`], how its DDL reads is in [`crate::schema`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    Sqlite,
    Postgres,
    /// MySQL and MariaDB, where they are alike; the plan's word is `mysql`.
    Mysql,
}

impl Engine {
    /// Every engine, in the order in which documents list them.
    pub const ALL: [Self; 3] = [Self::Sqlite, Self::Postgres, Self::Mysql];

    /// The word that names the engine in a plan, in JSON and on the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::Mysql => "mysql",
        }
    }

    /// The name that people write in prose.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
            Self::Mysql => "MySQL",
        }
    }

    /// The engine that `word` names, if any. `postgresql` and `mariadb` are understood as well.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        match word.to_ascii_lowercase().as_str() {
            "sqlite" | "sqlite3" => Some(Self::Sqlite),
            "postgres" | "postgresql" => Some(Self::Postgres),
            "mysql" | "mariadb" => Some(Self::Mysql),
            _ => None,
        }
    }

    /// True if a backslash in a string literal of the engine's own DDL begins an escape.
    #[must_use]
    pub const fn has_backslash_escapes(self) -> bool {
        matches!(self, Self::Mysql)
    }

    /// True if values need not be of their column's declared type (SQLite's flexible typing), so
    /// that a DDL alone proves little about the data.
    #[must_use]
    pub const fn is_dynamically_typed(self) -> bool {
        matches!(self, Self::Sqlite)
    }

    /// True if tables live in schemas (MySQL calls them databases), so that the ledger has one of its own.
    #[must_use]
    pub const fn has_schemas(self) -> bool {
        matches!(self, Self::Postgres | Self::Mysql)
    }

    /// True if a foreign key in the DDL is a proof: checked by every session, not only by those
    /// that switch checking on.
    #[must_use]
    pub const fn always_checks_foreign_keys(self) -> bool {
        // A session of MySQL's may switch `foreign_key_checks` off, and every dump does.
        matches!(self, Self::Postgres)
    }

    /// True if every foreign key can wait for the end of the transaction, whatever its DDL says.
    #[must_use]
    pub const fn can_defer_every_foreign_key(self) -> bool {
        matches!(self, Self::Sqlite)
    }

    /// True if a database has one writer at a time, so that several connections move rows no faster.
    #[must_use]
    pub const fn has_one_writer(self) -> bool {
        matches!(self, Self::Sqlite)
    }

    /// True if foreign keys and indexes can be taken away for a load and put back exactly as they
    /// were, which costs far less than keeping them up row by row.
    #[must_use]
    pub const fn can_postpone_constraints(self) -> bool {
        matches!(self, Self::Postgres | Self::Mysql)
    }

    /// True if a trigger can be switched off for a while, without dropping it.
    #[must_use]
    pub const fn can_switch_triggers_off(self) -> bool {
        matches!(self, Self::Postgres)
    }

    /// Rows of a batch unless the plan says otherwise. Measured: from here on batches with
    /// checkpoints cost about as much as one bare statement. An embedded engine moves rows faster and
    /// pays more for each commit (it waits for the disk itself); either way a batch stays well below
    /// half a second.
    #[must_use]
    pub const fn default_batch_rows(self) -> u64 {
        match self {
            Self::Sqlite => 100_000,
            Self::Postgres | Self::Mysql => 10_000,
        }
    }

    /// True if columns of dates and times may hold what is none, such as `0000-00-00`, whatever their DDL says,
    /// and columns of booleans any small number: sessions may switch off what keeps them out.
    #[must_use]
    pub const fn stores_impossible_values(self) -> bool {
        matches!(self, Self::Mysql)
    }

    /// The first and last instant that a `timestamp with time zone` holds, if that is less than what dates hold.
    #[must_use]
    pub const fn instants(self) -> Option<(&'static str, &'static str)> {
        match self {
            // MariaDB 11.5 went on to 2106; what both servers hold counts.
            Self::Mysql => Some(("1970-01-01 00:00:01Z", "2038-01-19 03:14:07Z")),
            Self::Sqlite | Self::Postgres => None,
        }
    }

    /// True if a query can be told by which index to read, and a script cannot look at its plan.
    #[must_use]
    pub const fn forces_indexes(self) -> bool {
        matches!(self, Self::Mysql)
    }

    /// True if `year` and `bit(1)` are types of its own, which hold a number and a truth.
    #[must_use]
    pub const fn has_years_and_bits(self) -> bool {
        matches!(self, Self::Mysql)
    }

    /// True if a text's column has a character set and a collation of its own, by which keys compare.
    #[must_use]
    pub const fn has_charsets(self) -> bool {
        matches!(self, Self::Mysql)
    }

    /// True if a server of this engine may take two table names that differ in letter case for one
    /// (`lower_case_table_names`).
    #[must_use]
    pub const fn may_fold_table_names(self) -> bool {
        matches!(self, Self::Mysql)
    }

    /// True if there is a type `inet` of network addresses, into which a text can be cast.
    #[must_use]
    pub const fn has_addresses(self) -> bool {
        matches!(self, Self::Postgres)
    }

    /// True if `lower` and `upper` change ASCII letters only.
    #[must_use]
    pub const fn folds_case_of_ascii_only(self) -> bool {
        matches!(self, Self::Sqlite)
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.title())
    }
}
