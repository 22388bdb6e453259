use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::{Diagnostic, Label, Severity};
use crate::base::{FileId, Sources};

/// All findings as text for people: the code, the line, what contradicts it, the help.
///
/// `colour` asks for ANSI colours; the caller knows what its terminal wants.
#[must_use]
pub fn to_text(sources: &Sources, diagnostics: &[Diagnostic], colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let mut text = String::new();
    for diagnostic in diagnostics {
        text.push_str(&renderer.render(&report(sources, diagnostic)));
        // Without a place there is no margin that the help could hang on.
        if let (None, Some(help)) = (&diagnostic.primary, &diagnostic.help) {
            text.push_str("\n  = help: ");
            text.push_str(help);
        }
        text.push_str("\n\n");
    }
    text
}

fn report<'a>(sources: &'a Sources, diagnostic: &'a Diagnostic) -> Vec<Group<'a>> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(diagnostic.message.as_str()).id(diagnostic.code.id());
    let labels = || diagnostic.primary.iter().map(|l| (AnnotationKind::Primary, l));
    let mut group = Group::with_title(title);
    // One snippet for each file, the primary label's file first.
    let mut files: Vec<FileId> = Vec::new();
    let all: Vec<(AnnotationKind, &Label)> =
        labels().chain(diagnostic.secondary.iter().map(|l| (AnnotationKind::Context, l))).collect();
    for (_, label) in &all {
        if !files.contains(&label.span.file) {
            files.push(label.span.file);
        }
    }
    for id in files {
        let file = sources.file(id);
        let mut snippet = Snippet::source(file.text.as_str()).path(sources.shown(id));
        for (kind, label) in all.iter().filter(|(_, label)| label.span.file == id) {
            let end = (label.span.end as usize).min(file.text.len());
            let start = (label.span.start as usize).min(end);
            snippet = snippet.annotation(kind.span(start..end).label(label.text.as_str()));
        }
        group = group.element(snippet);
    }
    if let (Some(_), Some(help)) = (&diagnostic.primary, &diagnostic.help) {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    vec![group]
}
