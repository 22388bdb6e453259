//! `plan.json`: the plan as it is, for tools and for the diff of two bundles.

use std::fmt;
use std::io::{self, Write};

use serde::{Deserialize, Serialize};
use serde_json::ser::Formatter;

use super::{FORMAT_VERSION, Plan};

/// Why a `plan.json` cannot be read.
#[derive(Debug)]
pub enum ReadError {
    /// It is not JSON, or not the JSON of a plan.
    Json(serde_json::Error),
    /// A newer datamove wrote it, in a structure that this one does not know.
    Newer { found: u32 },
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Json(error) => write!(f, "not a compiled plan: {error}"),
            Self::Newer { found } => {
                write!(f, "format version {found} is newer than {FORMAT_VERSION}, the newest that is known")
            }
        }
    }
}

impl std::error::Error for ReadError {}

/// The plan as JSON with a newline at the end. The same plan gives the same bytes.
///
/// It is laid out for people who compare two of them: one line for each claim, each invariant, each
/// column of a move or of a table, so that a change of one thing is a change of one line.
///
/// # Panics
/// Never: a plan has no maps but those keyed by text, and nothing in it fails to serialise.
#[must_use]
pub fn to_json(plan: &Plan) -> String {
    laid_out(plan)
}

fn laid_out(plan: &Plan) -> String {
    let mut out = Vec::new();
    let mut writer = serde_json::Serializer::with_formatter(&mut out, Layout::default());
    plan.serialize(&mut writer).expect("a plan has no maps but those keyed by text");
    out.push(b'\n');
    String::from_utf8(out).expect("JSON of text is text")
}

/// Reads what [`to_json`] wrote.
pub fn from_json(text: &str) -> Result<Plan, ReadError> {
    // The version is looked at first: a newer structure should not be reported as a broken one.
    let version: Version = serde_json::from_str(text).map_err(ReadError::Json)?;
    if version.format_version > FORMAT_VERSION {
        return Err(ReadError::Newer { found: version.format_version });
    }
    let mut reader = serde_json::Deserializer::from_str(text);
    // One level of an expression is several levels of JSON, so that the usual limit of 128 is
    // reached by a concatenation of some thirty columns.
    reader.disable_recursion_limit();
    let plan = Plan::deserialize(&mut reader).map_err(ReadError::Json)?;
    reader.end().map_err(ReadError::Json)?;
    Ok(plan)
}

#[derive(Deserialize)]
struct Version {
    format_version: u32,
}

/// Members of the plan whose items are broken into lines as well.
const LARGE: [&str; 2] = ["moves", "tables"];

/// Broken into lines are: the plan, its lists, the items of the [`LARGE`] ones, and the lists
/// directly inside of those items. Everything else is on one line.
#[derive(Debug, Default)]
struct Layout {
    /// For each container that is open, whether it is broken.
    open: Vec<Container>,
    /// The plan's member that is being written is one of [`LARGE`].
    large: bool,
    /// A name of a member of the plan is being written.
    in_name: bool,
}

#[derive(Clone, Copy, Debug)]
struct Container {
    broken: bool,
    empty: bool,
}

impl Layout {
    fn begin<W: ?Sized + Write>(&mut self, out: &mut W, bracket: &[u8], is_list: bool) -> io::Result<()> {
        let depth = self.open.len();
        let broken = match (is_list, self.large) {
            (true, false) => depth <= 1,
            (false, false) => depth == 0,
            (true, true) => depth <= 3,
            (false, true) => depth <= 2,
        };
        self.open.push(Container { broken, empty: true });
        out.write_all(bracket)
    }

    fn end<W: ?Sized + Write>(&mut self, out: &mut W, bracket: &[u8]) -> io::Result<()> {
        if let Some(Container { broken: true, empty: false }) = self.open.pop() {
            self.line(out)?;
        }
        out.write_all(bracket)
    }

    fn item<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        let Some(container) = self.open.last_mut() else { return Ok(()) };
        container.empty = false;
        let broken = container.broken;
        match (first, broken) {
            (true, true) => {}
            (true, false) => return Ok(()),
            (false, true) => out.write_all(b",")?,
            (false, false) => return out.write_all(b", "),
        }
        self.line(out)
    }

    fn line<W: ?Sized + Write>(&self, out: &mut W) -> io::Result<()> {
        out.write_all(b"\n")?;
        self.open.iter().try_for_each(|_| out.write_all(b"  "))
    }
}

impl Formatter for Layout {
    fn begin_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.begin(out, b"[", true)
    }

    fn end_array<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.end(out, b"]")
    }

    fn begin_array_value<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.item(out, first)
    }

    fn begin_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.begin(out, b"{", false)
    }

    fn end_object<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        self.end(out, b"}")
    }

    fn begin_object_key<W: ?Sized + Write>(&mut self, out: &mut W, first: bool) -> io::Result<()> {
        self.in_name = self.open.len() == 1;
        self.item(out, first)
    }

    fn end_object_key<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.in_name = false;
        Ok(())
    }

    fn begin_object_value<W: ?Sized + Write>(&mut self, out: &mut W) -> io::Result<()> {
        out.write_all(b": ")
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, out: &mut W, fragment: &str) -> io::Result<()> {
        if self.in_name {
            self.large = LARGE.contains(&fragment);
        }
        out.write_all(fragment.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::{ReadError, from_json, to_json};
    use crate::plan::fixture::shop;
    use crate::plan::{Expr, ExprKind};
    use crate::schema::SqlType;

    #[test]
    fn comes_back_as_it_was() {
        let plan = shop();
        let text = to_json(&plan);
        assert!(text.ends_with("}\n"));
        assert_eq!(from_json(&text).unwrap(), plan);
        assert_eq!(to_json(&from_json(&text).unwrap()), text);
    }

    #[test]
    fn a_change_of_one_thing_is_a_change_of_one_line() {
        let mut other = shop();
        other.moves[0].columns[1].not_null ^= true;
        other.tables[0].columns[0].declared.push('x');
        other.claims[0].says.push('x');
        let (before, after) = (to_json(&shop()), to_json(&other));
        assert_eq!(before.lines().count(), after.lines().count());
        assert_eq!(before.lines().zip(after.lines()).filter(|(a, b)| a != b).count(), 3);
    }

    #[test]
    fn deep_expressions_come_back() {
        let mut plan = shop();
        let mut value = Expr::new(SqlType::Bool, false, ExprKind::Bool(true));
        for _ in 0..300 {
            value = Expr::new(SqlType::Bool, false, ExprKind::Not(Box::new(value)));
        }
        plan.moves[0].filter = Some(value);
        assert_eq!(from_json(&to_json(&plan)).unwrap(), plan);
    }

    #[test]
    fn a_newer_format_is_refused_by_its_number() {
        let text = "{\"format_version\": 99, \"plan\": []}";
        assert!(matches!(from_json(text), Err(ReadError::Newer { found: 99 })));
        assert!(matches!(from_json("[]"), Err(ReadError::Json(_))));
    }
}
