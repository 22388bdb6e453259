//! Templates to text. The story is in Rust; a template holds sentences and shows what it is given.

use std::sync::LazyLock;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::ValueKind;
use minijinja::{Environment, Error, ErrorKind, Template, UndefinedBehavior, Value};
use serde::Serialize;

use super::escape;

/// Renders one of the bundle's Markdown templates.
///
/// A string is escaped unless a filter says what it is: `code`, `sentence`, `paragraphs`, or
/// `shell` for a line inside of a fence. A hole in the data is an error, never an empty string.
pub(super) fn markdown(template: &'static str, data: impl Serialize) -> String {
    Markdown::new(template).render(data)
}

/// A template that is filled again and again, for the items of a list that is too long to be
/// handed over whole.
#[derive(Debug)]
pub(super) struct Markdown(Template<'static, 'static>);

impl Markdown {
    pub(super) fn new(template: &'static str) -> Self {
        Self(ENVIRONMENT.template_from_str(template).expect("the templates are ours"))
    }

    pub(super) fn render(&self, data: impl Serialize) -> String {
        let rendered = self.0.render(minijinja::value::Serde(data));
        rendered.expect("the template fits its data, as the snapshots show")
    }
}

static ENVIRONMENT: LazyLock<Environment<'static>> =
    LazyLock::new(|| environment().expect("the templates' syntax is ours"));

fn environment() -> Result<Environment<'static>, Error> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    let mut syntax = SyntaxConfig::builder();
    environment.set_syntax(syntax.trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build()?);
    for (name, filter) in [
        ("code", escape::code as fn(&str) -> String),
        ("sentence", escape::sentence),
        ("paragraphs", escape::paragraphs),
        ("command", escape::visible),
    ] {
        environment.add_filter(name, move |text: &str| Value::from_safe_string(filter(text)));
    }
    environment.set_formatter(|out, _, value| match value.kind() {
        ValueKind::Number => write(out, &value.to_string()),
        ValueKind::String if value.is_safe() => write(out, value.as_str().unwrap_or_default()),
        ValueKind::String => write(out, &escape::markdown(value.as_str().unwrap_or_default())),
        kind => Err(Error::new(ErrorKind::InvalidOperation, format!("a template prints a {kind}"))),
    });
    Ok(environment)
}

fn write(out: &mut minijinja::Output, text: &str) -> Result<(), Error> {
    out.write_str(text).map_err(Error::from)
}
