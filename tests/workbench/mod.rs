//! A plan and its schemas in memory, checked.

use std::collections::BTreeMap;

use datamove::Checked;
use datamove::diagnostic::to_text;
use datamove::syntax::{Files, ReadError};
use datamove::typing::Options;

pub(crate) struct Memory(BTreeMap<String, String>);

impl Files for Memory {
    fn read(&self, name: &str) -> Result<String, ReadError> {
        self.0.get(name).cloned().ok_or(ReadError::Missing)
    }
}

/// Checks `body`, behind the usual header, against the schemas `old` and `new` of `engine`.
pub(crate) fn check(engine: &str, old: &str, new: &str, body: &str) -> Checked {
    let place = |name: &str| if engine == "postgres" { format!(" in {name}") } else { String::new() };
    let main = format!(
        "datamove edition 2026\nplan p {{ }}\nsource old {engine} {{ schema \"old.sql\"{} }}\n\
         target new {engine} {{ schema \"new.sql\"{} }}\n{body}",
        place("old"),
        place("new")
    );
    let files = [("main.plan", main.as_str()), ("old.sql", old), ("new.sql", new)];
    let files = Memory(files.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect());
    datamove::check("", "main.plan", &files, Options { today: Some("2026-11-22") })
}

/// The findings as people read them.
pub(crate) fn said(checked: &Checked) -> String {
    to_text(&checked.sources, &checked.problems.sorted(), false)
}

/// The codes of all findings, in the order of the text.
pub(crate) fn codes(checked: &Checked) -> Vec<&'static str> {
    checked.problems.sorted().iter().map(|found| found.code.id()).collect()
}
