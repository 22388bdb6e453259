//! The report as Markdown for a comment of a pull request: the verdict first, the rest folded.

use std::fmt::Write as _;

use super::Report;
use crate::base::Exit;
use crate::runner::checks::{Check, Class, Verdict};
use crate::runner::evidence::gate::span;

/// So many rows of a table are shown; a comment has 65 536 characters at most.
const MOST: usize = 50;

impl Report {
    /// The report as GitHub and GitLab show it, ending in a newline.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        let passed = self.exit() == Exit::Done;
        let mut text =
            format!("### {} {}\n", if passed { "✅" } else { "❌" }, safe(&self.summary().replace('`', "")));
        self.facts(&mut text);
        if let Some(failure) = &self.failure {
            let _ = writeln!(text, "\n**{}** {}", failure.code, safe(&failure.message.replace('`', "")));
            for (name, note) in [("state", &failure.state), ("help", &failure.help)] {
                if let Some(note) = note {
                    let _ = writeln!(text, "- {name}: {}", safe(note));
                }
            }
        }
        let failed: Vec<&Check> = self.checks.iter().filter(|check| check.verdict == Verdict::Fail).collect();
        let passed: Vec<&Check> = self.checks.iter().filter(|check| check.verdict == Verdict::Pass).collect();
        checks(&mut text, "checks that failed", &failed, true);
        self.different(&mut text);
        checks(&mut text, "checks that passed", &passed, false);
        if let Some(next) = &self.next {
            let _ = writeln!(text, "\nNext: `{}`", next.replace('`', "'"));
        }
        text
    }

    fn facts(&self, text: &mut String) {
        let Some(first) = self.evidence.first() else { return };
        let e = &first.evidence;
        let number = e.number.map_or("not kept".to_owned(), |number| format!("number {number}"));
        let _ = writeln!(
            text,
            "\n{} of {} rows looked at in {} checks, {} offend · evidence {number}, {}, good for {} · `{}`",
            e.examined,
            e.expected,
            e.checks,
            e.bad,
            safe(&e.moment.at),
            span(e.good_for),
            e.fingerprint
        );
    }

    fn different(&self, text: &mut String) {
        if self.differences.is_empty() {
            return;
        }
        let _ =
            writeln!(text, "\n<details open><summary>differences: {}</summary>\n", self.differences.len());
        text.push_str("| check | key | column | source | target | why |\n|---|---|---|---|---|---|\n");
        let value = |text: &Option<String>| text.as_deref().map_or("*NULL*".to_owned(), safe);
        for one in self.differences.iter().take(MOST) {
            let column = one.column.as_deref().map_or(String::new(), safe);
            let sides =
                if one.column.is_some() { [&one.source, &one.target].map(value) } else { Default::default() };
            let _ = writeln!(
                text,
                "| {} | {} | {column} | {} | {} | {} |",
                safe(&one.check_id),
                value(&one.key),
                sides[0],
                sides[1],
                one.class.map_or("", Class::says)
            );
        }
        more(text, self.differences.len());
        text.push_str("\n</details>\n");
    }
}

fn checks(text: &mut String, what: &str, checks: &[&Check], open: bool) {
    if checks.is_empty() {
        return;
    }
    let open = if open { " open" } else { "" };
    let _ = writeln!(text, "\n<details{open}><summary>{what}: {}</summary>\n", checks.len());
    text.push_str("| check | examined | expected | bad | subject |\n|---|--:|--:|--:|---|\n");
    let number = |count: Option<u64>| count.map_or("none".to_owned(), |count| count.to_string());
    for check in checks.iter().take(MOST) {
        let [examined, expected, bad] = [check.examined, check.expected, check.bad].map(number);
        let _ = writeln!(
            text,
            "| {} | {examined} | {expected} | {bad} | {} |",
            safe(&check.check_id),
            safe(&check.subject)
        );
    }
    more(text, checks.len());
    text.push_str("\n</details>\n");
}

fn more(text: &mut String, all: usize) {
    if all > MOST {
        let _ = writeln!(text, "\n… and {} more", all - MOST);
    }
}

/// A text that is itself in Markdown and in a table's cell: nothing in it is markup, a mention or a line's end.
fn safe(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars().take(200) {
        match c {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            // A zero-width space keeps hosts from telling whoever is called that.
            '@' => safe.push_str("@\u{200b}"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '!' => safe.extend(['\\', c]),
            c if c.is_control() => safe.push(' '),
            c => safe.push(c),
        }
    }
    if text.chars().count() > 200 {
        safe.push('…');
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::safe;

    #[test]
    fn nothing_in_a_value_is_markup() {
        assert_eq!(safe("a|b\n<img>@all `x`"), "a\\|b &lt;img&gt;@\u{200b}all \\`x\\`");
        assert_eq!(safe(&"x".repeat(300)).chars().count(), 201);
    }
}
