//! The report as JUnit's XML, which build servers show as tests: one case for each check.

use std::fmt::Write as _;

use super::Report;
use crate::base::Exit;
use crate::runner::checks::{Check, Verdict};

impl Report {
    /// The whole report as JUnit's XML, ending in a newline. A failure that no check tells of is a case of
    /// its own.
    #[must_use]
    pub fn to_junit(&self) -> String {
        let failed = self.checks.iter().filter(|check| check.verdict == Verdict::Fail).count();
        let other = usize::from(failed == 0 && self.exit() != Exit::Done);
        // A run without checks is one case, so that it is seen.
        let alone = usize::from(self.checks.is_empty() && other == 0);
        let name = escaped(&format!("{} {}", self.verb.word(), self.plan.as_deref().unwrap_or("bundle")));
        let counts = format!(
            "tests=\"{}\" failures=\"{failed}\" errors=\"{other}\"",
            self.checks.len() + other + alone
        );
        let mut xml = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {counts}>\n  <testsuite name=\"{name}\" {counts} skipped=\"0\">\n"
        );
        self.properties(&mut xml);
        for check in &self.checks {
            self.case(&mut xml, check);
        }
        if alone == 1 {
            let _ =
                writeln!(xml, "    <testcase classname=\"{name}\" name=\"{}\"/>", escaped(&self.summary()));
        }
        if other == 1 {
            self.error(&mut xml, &name);
        }
        xml.push_str("  </testsuite>\n</testsuites>\n");
        xml
    }

    fn properties(&self, xml: &mut String) {
        let e = self.evidence.first().map(|one| &one.evidence);
        let all = [
            ("summary", Some(self.summary())),
            ("fingerprint", self.fingerprint.clone()),
            ("at", e.map(|e| e.moment.at.clone())),
            ("source", e.map(|e| format!("{}: {}", e.source.server, e.source.position))),
            ("target", e.map(|e| format!("{}: {}", e.target.server, e.target.position))),
            ("evidence", e.and_then(|e| e.number).map(|number| number.to_string())),
        ];
        xml.push_str("    <properties>\n");
        for (name, value) in all.into_iter().filter_map(|(name, value)| Some((name, value?))) {
            let _ = writeln!(xml, "      <property name=\"{name}\" value=\"{}\"/>", escaped(&value));
        }
        xml.push_str("    </properties>\n");
    }

    fn case(&self, xml: &mut String, check: &Check) {
        let [class, name] = [&check.kind, &check.check_id].map(|text| escaped(text));
        let _ = write!(xml, "    <testcase classname=\"{class}\" name=\"{name}\"");
        if check.verdict == Verdict::Pass {
            xml.push_str("/>\n");
            return;
        }
        let number = |count: Option<u64>| count.map_or("none".to_owned(), |count| count.to_string());
        let message = format!(
            "{}: {} offend, {} of {} looked at",
            check.subject,
            number(check.bad),
            number(check.examined),
            number(check.expected)
        );
        let _ = write!(xml, ">\n      <failure message=\"{}\">", escaped(&message));
        for one in self.differences.iter().filter(|one| one.check_id == check.check_id) {
            let value = |text: &Option<String>| text.as_deref().map_or("NULL".to_owned(), escaped);
            let key = value(&one.key);
            let _ = match &one.column {
                Some(column) => writeln!(
                    xml,
                    "{key} {}: source {} target {}",
                    escaped(column),
                    value(&one.source),
                    value(&one.target)
                ),
                None => writeln!(xml, "{key}"),
            };
        }
        xml.push_str("</failure>\n    </testcase>\n");
    }

    fn error(&self, xml: &mut String, name: &str) {
        let failure = self.failure.as_ref();
        let message = failure.map_or_else(|| self.summary(), |failure| failure.message.clone());
        let code = failure.map_or("error", |failure| failure.code.id());
        let text = failure.map(super::Failure::to_text).unwrap_or_default();
        let _ = writeln!(
            xml,
            "    <testcase classname=\"{name}\" name=\"{code}\">\n      <error message=\"{}\">{}</error>\n    </testcase>",
            escaped(&message),
            escaped(&text)
        );
    }
}

/// A text as XML, in an attribute or between tags. What XML cannot hold at all is shown by a sign.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn whatever_a_value_holds_the_xml_stays_one() {
        assert_eq!(escaped("]]><a b=\"\u{0}\n\">&"), "]]&gt;&lt;a b=&quot;\u{fffd}&#10;&quot;&gt;&amp;");
    }
}
