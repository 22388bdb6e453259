use std::fmt;
use std::sync::Arc;

use minijinja::Value;
use minijinja::value::Object;

/// A piece of SQL that is spelled for one engine: quoted, escaped, in parentheses where needed.
///
/// Only the spelling modules make one, so that a bare string never gets into a script: templates
/// print `Sql` and integers, and fail on anything else.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sql(String);

impl Sql {
    /// For spelling alone; nothing else may turn text into SQL.
    pub(in crate::dialect) fn spelled(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// For what a template made, which prints nothing but `Sql`.
    pub(in crate::dialect) fn rendered(text: String) -> Self {
        Self(text)
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Sql {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Object for Sql {
    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<Sql> for Value {
    fn from(sql: Sql) -> Self {
        Self::from_object(sql)
    }
}

/// Makes a [`Sql`] out of others, as `format!` makes a string. For spelling alone.
macro_rules! sql {
    ($($part:tt)*) => { $crate::dialect::sql::Sql::spelled(format!($($part)*)) };
}
pub(in crate::dialect) use sql;
