use std::sync::LazyLock;

use minijinja::syntax::SyntaxConfig;
use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior, Value};

use super::super::{Dialect, Sql, of};
use crate::base::Engine;

const COMMON: &[(&str, &str)] = &[
    ("check.sql", include_str!("../templates/common/check.sql.j2")),
    ("evidence.sql", include_str!("../templates/common/evidence.sql.j2")),
    ("control.sql", include_str!("../templates/common/control.sql.j2")),
    ("differences.sql", include_str!("../templates/common/differences.sql.j2")),
    ("shown.sql", include_str!("../templates/common/shown.sql.j2")),
    ("map.sql", include_str!("../templates/common/map.sql.j2")),
    ("quarantine.sql", include_str!("../templates/common/quarantine.sql.j2")),
    ("redriven.sql", include_str!("../templates/common/redriven.sql.j2")),
    ("repair_account.sql", include_str!("../templates/common/repair_account.sql.j2")),
    ("repair_begin.sql", include_str!("../templates/common/repair_begin.sql.j2")),
    ("repair_end.sql", include_str!("../templates/common/repair_end.sql.j2")),
    ("repair_insert.sql", include_str!("../templates/common/repair_insert.sql.j2")),
    ("repair_uninsert.sql", include_str!("../templates/common/repair_uninsert.sql.j2")),
    ("repair_update.sql", include_str!("../templates/common/repair_update.sql.j2")),
    ("repair_unupdate.sql", include_str!("../templates/common/repair_unupdate.sql.j2")),
    ("repair_delete.sql", include_str!("../templates/common/repair_delete.sql.j2")),
    ("repair_undelete.sql", include_str!("../templates/common/repair_undelete.sql.j2")),
    ("round.sql", include_str!("../templates/common/round.sql.j2")),
    ("voids.sql", include_str!("../templates/common/voids.sql.j2")),
    ("results.sql", include_str!("../templates/common/results.sql.j2")),
];

static SQLITE: LazyLock<Environment<'static>> = LazyLock::new(|| environment(of(Engine::Sqlite)));
static POSTGRES: LazyLock<Environment<'static>> = LazyLock::new(|| environment(of(Engine::Postgres)));
static MYSQL: LazyLock<Environment<'static>> = LazyLock::new(|| environment(of(Engine::Mysql)));

/// The engine's templates, parsed once.
fn templates(engine: Engine) -> &'static Environment<'static> {
    match engine {
        Engine::Sqlite => &SQLITE,
        Engine::Postgres => &POSTGRES,
        Engine::Mysql => &MYSQL,
    }
}

/// Fills a template. Only [`Sql`] and integers can be printed.
///
/// # Panics
/// If the template and its context do not fit: they are both ours, so it is a bug.
pub(super) fn render(dialect: &dyn Dialect, template: &str, context: &Value) -> String {
    let rendered =
        templates(dialect.engine()).get_template(template).and_then(|template| template.render(context));
    match rendered {
        Ok(mut text) => {
            text.truncate(text.trim_end().len());
            text.push('\n');
            text
        }
        Err(error) => panic!("template {template}: {error:#}"),
    }
}

fn environment(dialect: &dyn Dialect) -> Environment<'static> {
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
    environment
}
