//! `signoff { … }`: who has to approve the plan.

use std::collections::BTreeMap;

use crate::base::{Ident, Span, fold};
use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::plan::{Signed, Signoff, file_name};
use crate::syntax::ast::{self, DemandKind, Setting, Text};

/// The fact of the plan that names who made it.
const AUTHOR: &str = "author";

pub(super) fn resolve(
    found: Option<(Span, &ast::Signoff)>,
    plan: &ast::PlanHeader,
    problems: &mut Problems,
) -> Option<(Span, Signoff)> {
    let (span, ast) = found?;
    let mut roles: BTreeMap<String, &Text> = BTreeMap::new();
    let mut settings: BTreeMap<String, &Setting> = BTreeMap::new();
    for demand in &ast.demands {
        match &demand.kind {
            DemandKind::Role(role) => add_role(&mut roles, role, problems),
            DemandKind::Setting(setting) => add_setting(&mut settings, setting, problems),
        }
    }
    if !ast.demands.iter().any(|demand| matches!(demand.kind, DemandKind::Role(_))) {
        problems.push(
            Diagnostic::error(Code::NobodySigns, "a sign-off that asks nobody", ast.word, "no `role` in it")
                .help("add a line such as `role \"data owner\"`, or take the clause out"),
        );
    }
    let author = settings.get(AUTHOR).and_then(|setting| {
        expect(setting, &["differs"], problems)?;
        author(setting, plan, problems)
    });
    let signed = settings.get("signed").and_then(|setting| {
        let word = expect(setting, &Signed::ALL.map(|(word, _)| word), problems)?;
        Signed::ALL.iter().find(|(one, _)| *one == word).map(|(_, signed)| *signed)
    });
    let mut roles: Vec<String> = roles.values().map(|role| role.value.clone()).collect();
    roles.sort();
    Some((span, Signoff { roles, author, signed, origin: None }))
}

/// A role's approval is a file, so two roles of one file are one too many.
fn add_role<'a>(roles: &mut BTreeMap<String, &'a Text>, role: &'a Text, problems: &mut Problems) {
    let file = file_name(&role.value);
    if file.is_empty() {
        problems.push(
            Diagnostic::error(Code::RoleName, "a role without a name", role.span, "no letter and no digit")
                .help("name who has to approve, such as `role \"data owner\"`"),
        );
    } else if let Some(first) = roles.get(&file) {
        problems.push(
            Diagnostic::error(
                Code::RoleName,
                format!("two roles whose approvals would be one file, `{file}.json`"),
                role.span,
                "the second",
            )
            .see(first.span, "the first")
            .help("give the two roles names that differ by more than capitals and marks"),
        );
    } else {
        roles.insert(file, role);
    }
}

fn add_setting<'a>(
    settings: &mut BTreeMap<String, &'a Setting>,
    setting: &'a Setting,
    problems: &mut Problems,
) {
    let Ident { text, span, .. } = &setting.what;
    let word = fold(text);
    if !ast::Signoff::DEMANDS.contains(&word.as_str()) || word == "role" {
        problems.push(
            Diagnostic::error(
                Code::UnknownDemand,
                format!("a sign-off does not ask for `{text}`"),
                *span,
                "unknown demand",
            )
            .did_you_mean(text, ast::Signoff::DEMANDS)
            .or_help("write `role \"NAME\"`, `author differs`, `signed ssh` or `signed git`"),
        );
    } else if let Some(first) = settings.insert(word, setting) {
        problems.push(
            Diagnostic::error(
                Code::DefinedTwice,
                format!("the sign-off says twice what it asks for with `{text}`"),
                *span,
                "said again",
            )
            .see(first.what.span, "first said here")
            .help("keep one of them"),
        );
    }
}

/// The setting's value, if it is one of the words.
fn expect(setting: &Setting, words: &[&'static str], problems: &mut Problems) -> Option<&'static str> {
    let Setting { what, value } = setting;
    let word = fold(&value.text);
    let found = words.iter().find(|one| **one == word).copied();
    if found.is_none() {
        problems.push(
            Diagnostic::error(
                Code::UnknownDemand,
                format!("`{value}` is nothing that `{what}` can ask for"),
                value.span,
                "unknown word",
            )
            .did_you_mean(&value.text, words.iter().copied())
            .or_help(format!("write `{what} {}`", words.join(&format!("` or `{what} ")))),
        );
    }
    found
}

/// The plan's own word for who made it.
fn author(setting: &Setting, plan: &ast::PlanHeader, problems: &mut Problems) -> Option<String> {
    let fact = plan.facts.iter().find(|(word, _)| fold(&word.text) == AUTHOR);
    let named = fact.map(|(_, text)| text.value.trim().to_owned()).filter(|name| !name.is_empty());
    if named.is_none() {
        problems.push(
            Diagnostic::error(
                Code::AuthorUnknown,
                "the author may not approve, and the plan does not say who that is",
                setting.what.span,
                "asked for here",
            )
            .see(plan.name.span, "no `author` in this block")
            .help("add `author \"NAME\"` to the plan's block, spelled as the approvals name people"),
        );
    }
    named
}
