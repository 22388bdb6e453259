//! Whatever names hold, documents keep their structure.

use proptest::prelude::*;

use super::{made, scripts};
use crate::artifact::{Beside, bundle};
use crate::plan::fixture::shop;
use crate::plan::{Established, Plan};

/// The fixture with `name` in every place that a person or a schema fills.
fn named(name: &str) -> Plan {
    let mut plan = shop();
    plan.name = name.into();
    // An empty line in a doc comment makes a paragraph, which is what it is for.
    let doc = name.replace('\n', " ");
    plan.doc = Some(doc.clone());
    plan.facts.insert("team".into(), name.into());
    plan.source.name = name.into();
    plan.target.name = name.into();
    let target = format!("customer{name}");
    for of in &mut plan.moves {
        of.doc = of.doc.as_ref().map(|_| doc.clone());
        of.filter_text = of.filter_text.as_ref().map(|_| name.into());
        of.source.alias = name.into();
        of.source.table.schema = Some(name.into());
        for column in &mut of.columns {
            column.text = name.into();
            column.reads.iter_mut().for_each(|read| *read = name.into());
        }
        of.dropped.iter_mut().for_each(|dropped| dropped.because = name.into());
        if of.id == "customer" {
            of.target.name.clone_from(&target);
            of.key = vec![name.into()];
            of.columns[0].column = name.into();
        }
    }
    for filled in &mut plan.tables {
        if filled.table.name == "customer" {
            filled.table.name.clone_from(&target);
        }
        for key in &mut filled.foreign_keys {
            key.columns = vec![name.into()];
            if key.parent.name == "customer" {
                key.parent.name.clone_from(&target);
            }
        }
    }
    for map in &mut plan.maps {
        if map.target.name == "customer" {
            map.target.name.clone_from(&target);
        }
    }
    for claim in &mut plan.claims {
        claim.says = name.into();
        claim.origin.file = name.into();
        match &mut claim.established {
            Established::Proven { why } => *why = name.into(),
            Established::Accepted { because, .. } => *because = name.into(),
            Established::Probed(_) => {}
        }
    }
    for invariant in &mut plan.invariants {
        invariant.name = name.into();
        invariant.doc = invariant.doc.as_ref().map(|_| doc.clone());
    }
    plan
}

fn names() -> impl Strategy<Value = String> {
    let nasty = "n[|`<>&\"'\\\\\n\r\t*_#\\[\\]{}$~ab.:;=()/@!\u{202e}\u{0}\u{85}-]{1,16}";
    prop_oneof![nasty, any::<String>().prop_map(|text| format!("n{text}"))]
}

/// Cells of a table's line as GitHub counts them: a pipe behind a backslash is text.
fn pipes(line: &str) -> usize {
    let bytes = line.as_bytes();
    (0..bytes.len()).filter(|at| bytes[*at] == b'|' && (*at == 0 || bytes[at - 1] != b'\\')).count()
}

const TAGS: [&str; 9] =
    ["details>", "/details>", "summary>", "/summary>", "b>", "/b>", "code>", "/code>", "br>"];

/// A document without fences and the lines in them, and code spans emptied.
fn prose(text: &str) -> Vec<String> {
    let mut fenced = false;
    let mut lines = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            let parts: Vec<&str> = line.split('`').collect();
            assert!(parts.len() % 2 == 1, "an open code span: {line}");
            lines.push(parts.into_iter().step_by(2).collect::<Vec<_>>().join("`"));
        }
    }
    assert!(!fenced, "an open fence");
    lines
}

fn check_markdown(path: &str, text: &str) {
    assert!(text.chars().all(|c| c == '\n' || !c.is_control()), "{path}: a control character");
    assert!(!text.contains(['\u{202e}', '\u{2066}', '\u{200b}', '\u{feff}']), "{path}: a hidden character");
    let mut columns = None;
    for line in text.lines() {
        let count = line.starts_with('|').then(|| pipes(line));
        if let (Some(before), Some(now)) = (columns, count) {
            assert_eq!(before, now, "{path}: {line}");
        }
        columns = count;
    }
    for line in prose(text) {
        for (at, _) in line.match_indices('<') {
            assert!(TAGS.iter().any(|tag| line[at + 1..].starts_with(tag)), "{path}: {line}");
        }
    }
}

/// A reader of XML that is just strict enough: elements nest, text and attributes are escaped.
/// Gives the number of elements.
fn check_xml(text: &str) -> usize {
    let allowed =
        |c: char| matches!(c, '\t' | '\n' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    assert!(text.chars().all(allowed), "a character that XML does not allow");
    let mut open: Vec<&str> = Vec::new();
    let mut count = 0;
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        escaped(&rest[..at]);
        let end = rest[at..].find('>').expect("a tag ends") + at;
        let tag = &rest[at + 1..end];
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
            continue;
        }
        count += 1;
        let (tag, closed) = tag.strip_suffix('/').map_or((tag, false), |tag| (tag, true));
        assert!(!tag.contains('<') && tag.matches('"').count() % 2 == 0, "{tag}");
        escaped(tag);
        let name = tag.split([' ', '\n']).next().unwrap();
        if !closed {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?}");
    count
}

fn escaped(text: &str) {
    for (at, _) in text.match_indices('&') {
        let known = ["&amp;", "&lt;", "&gt;", "&quot;", "&apos;"];
        assert!(known.iter().any(|entity| text[at..].starts_with(entity)), "{text}");
    }
}

#[test]
fn the_fixture_itself_is_sound() {
    let bundle = made(&shop());
    for path in ["REVIEW.md", "mapping.md", "runbook.md"] {
        check_markdown(path, &bundle.files[path]);
    }
    check_xml(&bundle.files["graph.svg"]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_name_leaves_its_place(name in names()) {
        let scripts = scripts(&shop());
        let tame = bundle(&named("name"), "dm1:0", scripts.clone(), &Beside::default());
        let made = bundle(&named(&name), "dm1:0", scripts.clone(), &Beside::default());
        for path in ["REVIEW.md", "mapping.md", "runbook.md"] {
            check_markdown(path, &made.files[path]);
            prop_assert_eq!(made.files[path].lines().count(), tame.files[path].lines().count(), "{}", path);
        }
        prop_assert_eq!(check_xml(&made.files["graph.svg"]), check_xml(&tame.files["graph.svg"]));
        let mermaid = &made.files["graph.mmd"];
        prop_assert_eq!(mermaid.lines().count(), tame.files["graph.mmd"].lines().count());
        prop_assert_eq!(mermaid.matches('"').count(), tame.files["graph.mmd"].matches('"').count());
    }
}
