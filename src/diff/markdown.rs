//! The comparison as a comment on a pull request.

use std::fmt::Write as _;

use super::text::{REFUSED, VERDICTS, headline, shortened, steps, void};
use super::{Change, Class, Diff, Version};
use crate::artifact::escape::{code, markdown, sentence};

/// GitHub takes comments of 65 536 characters, GitLab of a million. In bytes, which are more.
const LIMIT: usize = 60_000;

/// Fits a comment, however large the plans are; everything that comes from a plan is escaped.
#[must_use]
pub fn to_markdown(diff: &Diff) -> String {
    let mut out = format!("### {}\n", markdown(&headline(diff)));
    if diff.changes.is_empty() {
        return out;
    }
    let under_way = under_way(diff);
    let room = LIMIT.saturating_sub(under_way.len());
    let mut hidden = 0;
    for (class, n) in diff.counts() {
        hidden += section(diff, class, n, room, &mut out);
    }
    if hidden > 0 {
        let _ = write!(out, "\n… and {hidden} more: `datamove diff` shows all of them.\n");
    }
    out.push_str(&under_way);
    out
}

/// Writes the changes of a class as far as there is room; how many are left.
fn section(diff: &Diff, class: Class, n: usize, room: usize, out: &mut String) -> usize {
    let open = class < Class::Values;
    let (head, foot) = if open {
        (format!("\n**{}** ({n})\n\n", class.title()), "")
    } else {
        (format!("\n<details><summary>{} ({n})</summary>\n\n", class.title()), "\n</details>\n")
    };
    if out.len() + head.len() + foot.len() > room {
        return n;
    }
    let mut body = String::new();
    let mut hidden = 0;
    for change in diff.changes.iter().filter(|change| change.class == class) {
        let item = item(change);
        if out.len() + head.len() + body.len() + item.len() + foot.len() > room {
            hidden += 1;
        } else {
            body.push_str(&item);
        }
    }
    if !body.is_empty() {
        let _ = write!(out, "{head}{body}{foot}");
    }
    hidden
}

fn item(change: &Change) -> String {
    let mut text = format!("- {}: {}\n", code(&change.subject), sentence(&change.says));
    for (word, version) in [("was", &change.before), ("is", &change.after)] {
        let Some(Version { text: of, origin }) = version else { continue };
        if of.is_empty() {
            continue;
        }
        let origin = origin
            .as_ref()
            .map_or_else(String::new, |origin| format!(" · {}", markdown(&origin.to_string())));
        let _ = writeln!(text, "  - {word} {}{origin}", code(&shortened(of)));
    }
    text
}

fn under_way(diff: &Diff) -> String {
    if diff.means_the_same() {
        return String::new();
    }
    let mut out = "\n<details><summary>a move that is under way</summary>\n\n".to_owned();
    for (verdict, says) in VERDICTS {
        let steps = steps(diff, verdict);
        if !steps.is_empty() {
            let _ = writeln!(out, "- {says}: {}", few(&steps));
        }
    }
    let void = void(diff);
    if !void.is_empty() {
        let _ = writeln!(out, "- void: {}", few(&void));
    }
    let _ = write!(out, "\n{REFUSED}.\n\n</details>\n");
    out
}

/// A list that fits, whatever its length.
fn few(items: &[String]) -> String {
    const SHOWN: usize = 40;
    let mut text =
        items.iter().take(SHOWN).map(|item| markdown(&shortened(item))).collect::<Vec<_>>().join(", ");
    if items.len() > SHOWN {
        let _ = write!(text, " and {} more", items.len() - SHOWN);
    }
    text
}
