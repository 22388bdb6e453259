use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior, Value};

use super::super::{Dialect, Sql};

const COMMON: &[(&str, &str)] = &[
    ("check.sql", include_str!("../templates/common/check.sql.j2")),
    ("map.sql", include_str!("../templates/common/map.sql.j2")),
    ("results.sql", include_str!("../templates/common/results.sql.j2")),
];

/// Fills a template. Only [`Sql`] and integers can be printed.
///
/// # Panics
/// If the template and its context do not fit: they are both ours, so it is a bug.
pub(super) fn render(dialect: &dyn Dialect, template: &str, context: &Value) -> String {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    match SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).keep_trailing_newline(true).build() {
        Ok(syntax) => environment.set_syntax(syntax),
        Err(error) => panic!("the templates' syntax: {error:#}"),
    }
    environment.set_formatter(|out, _, value| {
        if let Some(sql) = value.downcast_object_ref::<Sql>() {
            out.write_str(sql.as_str()).map_err(Error::from)
        } else if value.is_integer() {
            out.write_str(&value.to_string()).map_err(Error::from)
        } else {
            Err(Error::new(ErrorKind::BadEscape, format!("not spelled SQL: {value:?}")))
        }
    });
    for (name, text) in COMMON.iter().chain(dialect.templates()) {
        if let Err(error) = environment.add_template(name, text) {
            panic!("template {name}: {error:#}");
        }
    }
    let rendered = environment.get_template(template).and_then(|template| template.render(context));
    match rendered {
        Ok(text) => format!("{}\n", text.trim_end()),
        Err(error) => panic!("template {template}: {error:#}"),
    }
}
