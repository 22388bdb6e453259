use std::fmt;

use super::Span;

/// A name as it stands in a plan: its text without quotes, and whether it was quoted.
///
/// An unquoted name finds a schema object by its exact spelling first and by a unique
/// case-insensitive match second; a quoted one only by its exact spelling.
#[derive(Clone, Debug)]
pub struct Ident {
    pub text: String,
    pub quoted: bool,
    pub span: Span,
}

impl Ident {
    /// An unquoted name.
    pub fn new(text: impl Into<String>, span: Span) -> Self {
        Self { text: text.into(), quoted: false, span }
    }

    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// True if `candidate`, a name as the schema spells it, could be meant when letter case does
    /// not matter. An exact match is for the caller to prefer.
    #[must_use]
    pub fn matches(&self, candidate: &str) -> bool {
        if self.quoted { self.text == candidate } else { fold(&self.text) == fold(candidate) }
    }
}

impl fmt::Display for Ident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A dotted name: `legacy.customers`, `shop.sales.customer` (side, schema, table).
#[derive(Clone, Debug)]
pub struct Path {
    pub parts: Vec<Ident>,
    pub span: Span,
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, part) in self.parts.iter().enumerate() {
            if i > 0 {
                f.write_str(".")?;
            }
            f.write_str(&part.text)?;
        }
        Ok(())
    }
}

/// The form under which names that differ only in letter case are the same.
#[must_use]
pub fn fold(name: &str) -> String {
    name.to_lowercase()
}
