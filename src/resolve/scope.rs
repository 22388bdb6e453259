use crate::base::{Ident, Span, fold};
use crate::diagnostic::{Code, Diagnostic};
use crate::schema::{Catalog, Column, ColumnIdx, Table, TableId};

/// A table that a query reads, under an alias.
#[derive(Clone, Debug)]
pub struct Relation<'a> {
    pub alias: String,
    pub table: TableId,
    pub catalog: &'a Catalog,
    pub span: Span,
    /// The right side of a left join: every column may be NULL.
    pub optional: bool,
}

/// The relations that an expression may name, in the order in which they were joined.
#[derive(Clone, Debug, Default)]
pub struct Scope<'a> {
    pub relations: Vec<Relation<'a>>,
}

impl<'a> Relation<'a> {
    pub fn table(&self) -> &'a Table {
        self.catalog.table(self.table)
    }
}

impl<'a> Scope<'a> {
    pub fn relation(&self, index: usize) -> &Relation<'a> {
        &self.relations[index]
    }

    pub fn column(&self, relation: usize, column: ColumnIdx) -> &'a Column {
        self.relations[relation].table().column(column)
    }

    /// The relation and column that a name means.
    ///
    /// # Errors
    /// A diagnostic, boxed, for an unknown alias or column, or a name that several relations have.
    pub fn find(
        &self,
        qualifier: Option<&Ident>,
        name: &Ident,
    ) -> Result<(usize, ColumnIdx), Box<Diagnostic>> {
        match qualifier {
            Some(qualifier) => {
                let relation = self.find_relation(qualifier)?;
                let column = self.relations[relation].find_column(name)?;
                Ok((relation, column))
            }
            None => self.find_bare(name),
        }
    }

    fn find_relation(&self, qualifier: &Ident) -> Result<usize, Box<Diagnostic>> {
        let hit = self
            .relations
            .iter()
            .position(|relation| relation.alias == qualifier.text)
            .or_else(|| self.relations.iter().position(|relation| qualifier.matches(&relation.alias)));
        hit.ok_or_else(|| {
            let aliases: Vec<String> = self.relations.iter().map(|r| format!("`{}`", r.alias)).collect();
            Box::new(
                Diagnostic::error(
                    Code::UnknownAlias,
                    format!("no table here is called `{qualifier}`"),
                    qualifier.span,
                    "not an alias of this query",
                )
                .help(format!("the tables here are {}", aliases.join(", "))),
            )
        })
    }

    fn find_bare(&self, name: &Ident) -> Result<(usize, ColumnIdx), Box<Diagnostic>> {
        let hits: Vec<(usize, ColumnIdx)> = self
            .relations
            .iter()
            .enumerate()
            .filter_map(|(index, relation)| relation.find_column(name).ok().map(|column| (index, column)))
            .collect();
        match hits.as_slice() {
            [one] => Ok(*one),
            [] if self.relations.len() == 1 => self.relations[0].find_column(name).map(|column| (0, column)),
            [] => {
                let all =
                    self.relations.iter().flat_map(|r| r.table().columns.iter().map(|c| c.name.as_str()));
                Err(Box::new(
                    Diagnostic::error(
                        Code::UnknownColumn,
                        format!("no table here has a column `{name}`"),
                        name.span,
                        "not in the DDL",
                    )
                    .did_you_mean(&name.text, all),
                ))
            }
            [(first, _), ..] => Err(Box::new(
                Diagnostic::error(
                    Code::AmbiguousName,
                    format!("`{name}` is a column of {} tables here", hits.len()),
                    name.span,
                    "which one?",
                )
                .help(format!("write `{}.{name}`", self.relations[*first].alias)),
            )),
        }
    }
}

impl Relation<'_> {
    fn find_column(&self, name: &Ident) -> Result<ColumnIdx, Box<Diagnostic>> {
        find_column(self.table(), name).map_err(|diagnostic| Box::new(*diagnostic))
    }
}

/// The column of `table` that `name` means.
///
/// # Errors
/// A diagnostic that shows the table's DDL, for an unknown or ambiguous name.
pub fn find_column(table: &Table, name: &Ident) -> Result<ColumnIdx, Box<Diagnostic>> {
    if let Some((index, _)) = table.columns().find(|(_, column)| column.name == name.text) {
        return Ok(index);
    }
    let folded = fold(&name.text);
    let mut hits = table.columns().filter(|(_, column)| !name.quoted && fold(&column.name) == folded);
    match (hits.next(), hits.next()) {
        (Some((index, _)), None) => Ok(index),
        (Some((_, a)), Some((_, b))) => Err(Box::new(
            Diagnostic::error(
                Code::AmbiguousName,
                format!("`{}` has columns that differ from `{name}` only in letter case", table.name),
                name.span,
                "which one?",
            )
            .see(a.span, "this one?")
            .see(b.span, "or this one?")
            .help(format!("quote the name to mean its exact letter case: \"{}\"", a.name)),
        )),
        (None, _) => Err(Box::new(
            Diagnostic::error(
                Code::UnknownColumn,
                format!("`{}` has no column `{name}`", table.display_name()),
                name.span,
                "not in the DDL",
            )
            .see(table.span, "the table")
            .did_you_mean(&name.text, table.columns.iter().map(|column| column.name.as_str())),
        )),
    }
}
