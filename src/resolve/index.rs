use std::collections::BTreeMap;

use crate::base::{Ident, Path, fold};
use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::schema::{Catalog, TableId};

/// The tables of one catalog by folded name, so that a look-up does not walk all of them.
#[derive(Debug)]
pub struct TableIndex {
    by_name: BTreeMap<String, Vec<TableId>>,
}

impl TableIndex {
    pub fn new(catalog: &Catalog) -> Self {
        let mut by_name: BTreeMap<String, Vec<TableId>> = BTreeMap::new();
        for (id, table) in catalog.tables() {
            by_name.entry(fold(&table.name)).or_default().push(id);
        }
        Self { by_name }
    }

    /// The table that `parts` (`[schema,] name`) mean: an exact match wins over one that ignores
    /// letter case. Reports what is missing or ambiguous; `path` is for the message.
    pub fn find(
        &self,
        catalog: &Catalog,
        side: &str,
        parts: &[Ident],
        path: &Path,
        problems: &mut Problems,
    ) -> Option<TableId> {
        let (schema, name) = match parts {
            [name] => (None, name),
            [schema, name] => (Some(schema), name),
            _ => {
                problems.push(
                    Diagnostic::error(
                        Code::UnknownTable,
                        format!("`{path}` is not the name of a table"),
                        path.span,
                        "expected a side and a table",
                    )
                    .help(format!("write `{side}.TABLE` or `{side}.SCHEMA.TABLE`")),
                );
                return None;
            }
        };
        let hits: Vec<TableId> = self
            .by_name
            .get(&fold(&name.text))
            .into_iter()
            .flatten()
            .copied()
            .filter(|id| {
                let table = catalog.table(*id);
                name.matches(&table.name)
                    && schema.is_none_or(|s| table.schema.as_deref().is_some_and(|t| s.matches(t)))
            })
            .collect();
        let exact: Vec<TableId> = hits
            .iter()
            .copied()
            .filter(|id| {
                let table = catalog.table(*id);
                table.name == name.text
                    && schema.is_none_or(|s| table.schema.as_deref() == Some(s.text.as_str()))
            })
            .collect();
        match (exact.as_slice(), hits.as_slice()) {
            ([one], _) | ([], [one]) => Some(*one),
            ([], []) => {
                problems.push(self.unknown(catalog, side, schema, name, path));
                None
            }
            _ => {
                problems.push(ambiguous(catalog, &hits, path));
                None
            }
        }
    }

    /// How many tables have this very name, in whatever schemas.
    pub fn count(&self, catalog: &Catalog, name: &str) -> usize {
        let alike = self.by_name.get(&fold(name)).into_iter().flatten();
        alike.filter(|id| catalog.table(**id).name == name).count()
    }

    fn unknown(
        &self,
        catalog: &Catalog,
        side: &str,
        schema: Option<&Ident>,
        name: &Ident,
        path: &Path,
    ) -> Diagnostic {
        let names = self.by_name.values().flatten().map(|id| catalog.table(*id).name.as_str());
        if let Some(view) = catalog.views.iter().find(|view| name.matches(&view.name)) {
            return Diagnostic::error(
                Code::UnknownTable,
                format!("`{path}` is a view, and a move needs a table"),
                path.span,
                "a view",
            )
            .see(view.span, "defined here")
            .help("move the tables that it reads; joins, `where` and `group by` say the rest");
        }
        let elsewhere = self.by_name.get(&fold(&name.text)).into_iter().flatten();
        if let Some(found) = elsewhere.map(|id| catalog.table(*id)).find(|table| name.matches(&table.name))
            && let Some(schema) = schema
        {
            return Diagnostic::error(
                Code::UnknownTable,
                format!("there is no table `{schema}.{name}` in the schema of `{side}`"),
                path.span,
                "not in the DDL",
            )
            .see(found.span, "in another schema")
            .help(format!("did you mean `{side}.{}`?", found.display_name()));
        }
        Diagnostic::error(
            Code::UnknownTable,
            format!("there is no table `{name}` in the schema of `{side}`"),
            path.span,
            "not in the DDL",
        )
        .did_you_mean(&name.text, names)
    }
}

fn ambiguous(catalog: &Catalog, hits: &[TableId], path: &Path) -> Diagnostic {
    let mut diagnostic = Diagnostic::error(
        Code::AmbiguousName,
        format!("`{path}` could be {} tables", hits.len()),
        path.span,
        "more than one table has this name",
    );
    for id in hits.iter().take(3) {
        let table = catalog.table(*id);
        diagnostic = diagnostic.see(table.span, format!("`{}`", table.display_name()));
    }
    diagnostic.help("name the schema as well, or quote the name to mean its exact letter case")
}
