//! The house rules that a machine can hold.

#![expect(clippy::disallowed_methods, reason = "the test reads the source")]

use std::path::{Path, PathBuf};

/// The modules in one line: each imports only from those before it.
const ORDER: [&str; 16] = [
    "base",
    "diagnostic",
    "explain",
    "syntax",
    "schema",
    "plan",
    "resolve",
    "order",
    "typing",
    "init",
    "estimate",
    "lint",
    "dialect",
    "artifact",
    "diff",
    "runner",
];

/// `cli` comes after all, and `lib.rs` and `main.rs` join them.
const LAST: &str = "cli";

/// Imports that break the line, with the reason. This list may only shrink.
const UPWARD: [(&str, &str, &str); 0] = [];

/// Where engines may be told apart: what they are called, how their DDL reads, how their SQL is
/// written, how they are spoken to, how their catalogs are asked.
const ENGINES: [&str; 5] = ["base/engine.rs", "schema/read/", "dialect/", "runner/drivers/", "runner/pull/"];

/// Other places that name one, with the reason. This list may only shrink.
const NAMES_ENGINES: [(&str, &str); 7] = [
    ("estimate/rates.rs", "each engine was measured"),
    ("schema/staging.rs", "which types of one engine hold those of another is what it is about"),
    ("resolve/link.rs", "which links there are depends on the engines, and so does the advice"),
    ("runner/location.rs", "a path or a URL says which engine it is of"),
    ("artifact/commands.rs", "the runbook says what to type, and every engine has its own client"),
    ("init/write.rs", "a first plan tells the two schemas of one server apart"),
    ("artifact/runbook.rs", "one attached file takes all batches in one session"),
];

/// Longer files than a reader should have to hold, with their lines. This list may only shrink.
const LONG: [(&str, usize); 0] = [];

const LONGEST: usize = 500;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Every Rust file under `folder`, by its path below it, in order.
fn rust_files(folder: &Path) -> Vec<(String, String)> {
    fn walk(folder: &Path, below: &str, found: &mut Vec<(String, String)>) {
        for entry in std::fs::read_dir(folder).expect("the folder is there") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            if path.is_dir() {
                walk(&path, &format!("{below}{name}/"), found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push((format!("{below}{name}"), std::fs::read_to_string(&path).expect("UTF-8")));
            }
        }
    }
    let mut found = Vec::new();
    walk(folder, "", &mut found);
    found.sort();
    found
}

/// True for a file that only tests compile.
fn is_test(name: &str) -> bool {
    name.ends_with("tests.rs") || name.contains("/tests/") || name.ends_with("/fixture.rs")
}

/// The lines that are compiled into the product, with their numbers: no comments, no tests.
fn code(text: &str) -> Vec<(usize, String)> {
    let mut lines = Vec::new();
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("#[cfg(test)]")
            && !text.lines().nth(index + 1).is_some_and(|l| l.ends_with(';'))
        {
            break;
        }
        let bare = line.trim_start();
        if !bare.starts_with("//") {
            lines.push((index + 1, line.split(" // ").next().unwrap_or(line).to_owned()));
        }
    }
    lines
}

fn place(module: &str) -> usize {
    ORDER.iter().position(|name| *name == module).unwrap_or(ORDER.len())
}

/// The modules that a line names behind `crate::`, those of a braced list too.
fn imports(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    for rest in line.split("crate::").skip(1) {
        if let Some(list) = rest.strip_prefix('{') {
            let list = list.split('}').next().unwrap_or(list);
            found.extend(list.split(',').map(|item| first_word(item.trim())));
        } else {
            found.push(first_word(rest));
        }
    }
    found
}

fn first_word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

#[test]
fn no_module_imports_from_below() {
    let mut broken = Vec::new();
    for (name, text) in rust_files(&root()).iter().filter(|(name, _)| !is_test(name)) {
        let Some((module, _)) = name.split_once('/') else { continue };
        if module == LAST {
            continue;
        }
        assert!(ORDER.contains(&module), "`{module}` is not in the list of modules");
        for (line, text) in code(text) {
            for import in imports(&text) {
                let known = ORDER.contains(&import.as_str()) || import == LAST;
                let excused = UPWARD.iter().any(|(file, to, _)| file == name && *to == import);
                if known && place(&import) > place(module) && !excused {
                    broken.push(format!(
                        "src/{name}:{line}: `{module}` comes before `{import}` in the line {ORDER:?}"
                    ));
                }
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn engines_are_named_in_few_places() {
    let mut found = Vec::new();
    for (name, text) in rust_files(&root()).iter().filter(|(name, _)| !is_test(name)) {
        let free = ENGINES.iter().any(|place| name.starts_with(place));
        let excused = NAMES_ENGINES.iter().any(|(file, _)| name.starts_with(file));
        if free || excused {
            continue;
        }
        for (line, text) in code(text) {
            if names_engine(&text) {
                found.push(format!("src/{name}:{line}: {}", text.trim()));
            }
        }
    }
    assert!(found.is_empty(), "an engine is named outside its places:\n{}", found.join("\n"));
}

/// True if an engine is named by the code itself; texts for people may name any.
fn names_engine(line: &str) -> bool {
    let code: String = line.split('"').step_by(2).collect();
    let lower = code.to_lowercase();
    lower.contains("sqlite") || lower.contains("postgres")
}

#[test]
fn excuses_are_still_needed() {
    let files = rust_files(&root());
    for (file, reason) in NAMES_ENGINES {
        let used = files.iter().filter(|(name, _)| name.starts_with(file));
        let used = used.flat_map(|(_, text)| code(text)).any(|(_, line)| names_engine(&line));
        assert!(used, "{file} names no engine any more: take it off the list ({reason})");
    }
    for (file, to, reason) in UPWARD {
        let used = files.iter().filter(|(name, _)| name == file).flat_map(|(_, text)| code(text));
        let used = used.into_iter().any(|(_, line)| imports(&line).iter().any(|import| import == to));
        assert!(used, "{file} does not import `{to}` any more: take it off the list ({reason})");
    }
}

#[test]
fn no_file_is_longer_than_a_reader_can_hold() {
    let mut long = Vec::new();
    for (name, text) in rust_files(&root()).into_iter().filter(|(name, _)| !is_test(name)) {
        let lines = text.lines().count();
        let allowed = LONG.iter().find(|(file, _)| *file == name).map_or(LONGEST, |(_, lines)| *lines);
        if lines > allowed {
            long.push(format!("src/{name} has {lines} lines, and {allowed} are allowed"));
        }
        if allowed > LONGEST && lines <= LONGEST {
            long.push(format!("src/{name} is short now: take it off the list"));
        }
    }
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn lints_are_expected_with_a_reason_and_never_allowed() {
    for (name, text) in rust_files(&root()) {
        for (line, text) in text.lines().enumerate() {
            let bare = text.trim_start();
            let allowed = bare.starts_with("#[allow") || bare.starts_with("#![allow");
            assert!(!allowed, "src/{name}:{}: write `#[expect(…, reason = \"…\")]`", line + 1);
        }
    }
}

#[test]
fn every_module_says_what_it_is() {
    for (name, text) in rust_files(&root()) {
        if name.ends_with("mod.rs") || name == "lib.rs" || name == "main.rs" {
            let first = text.lines().next().unwrap_or_default();
            assert!(first.starts_with("//! "), "src/{name} begins without a `//!` sentence");
        }
    }
}
