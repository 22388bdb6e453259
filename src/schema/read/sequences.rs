//! Sequences: those that the DDL creates and those that `serial` and identity columns imply.

use std::collections::{BTreeMap, BTreeSet};

use super::build::Builder;
use super::draft::{Key, Owner, QName, TableDraft};
use super::link::{Lookup, unknown_table};
use crate::base::Engine;
use crate::diagnostic::{Code, Diagnostic};
use crate::schema::{ColumnIdx, Sequence, TableId};

/// PostgreSQL's NAMEDATALEN without the closing zero.
const LONGEST: usize = 63;

pub(super) struct Sequences {
    created: BTreeMap<Key, Option<Owner>>,
    owned: BTreeMap<Key, (TableId, ColumnIdx)>,
    /// Names that a new sequence cannot have.
    taken: BTreeSet<Key>,
}

impl Sequences {
    pub(super) fn new(builder: &Builder) -> Self {
        let tables = builder.tables.keys();
        let taken = tables.chain(builder.views.keys()).chain(builder.sequences.keys()).cloned().collect();
        Self { created: builder.sequences.clone(), owned: BTreeMap::new(), taken }
    }

    /// Notes that the sequence serves this column.
    pub(super) fn own(&mut self, name: Key, owner: (TableId, ColumnIdx)) {
        self.taken.insert(name.clone());
        self.owned.insert(name, owner);
    }

    /// Makes the sequence that PostgreSQL makes for a column, and gives its qualified name.
    pub(super) fn implied(&mut self, table: &QName, column: &str, owner: (TableId, ColumnIdx)) -> String {
        let name = (0..=u16::MAX)
            .map(|pass| {
                let label = if pass == 0 { "seq".to_owned() } else { format!("seq{pass}") };
                (table.schema.clone(), object_name(&table.name, column, &label))
            })
            .find(|key| !self.taken.contains(key))
            .unwrap_or_default();
        let display = match &name.0 {
            Some(schema) => format!("{schema}.{}", name.1),
            None => name.1.clone(),
        };
        self.own(name, owner);
        display
    }

    pub(super) fn finish(
        self,
        index: &Lookup,
        drafts: &[&TableDraft],
        found: &mut Vec<Diagnostic>,
    ) -> Vec<Sequence> {
        if index.engine == Engine::Sqlite {
            return Vec::new();
        }
        let mut all: BTreeMap<Key, Option<(TableId, ColumnIdx)>> = BTreeMap::new();
        for (key, owner) in self.created {
            let owner = owner.and_then(|owner| match find(index, drafts, &owner) {
                Ok(owner) => Some(owner),
                Err(problem) => {
                    found.push(*problem);
                    None
                }
            });
            all.insert(key, owner);
        }
        for (key, owner) in self.owned {
            all.insert(key, Some(owner));
        }
        all.into_iter().map(|((schema, name), owner)| Sequence { schema, name, owner }).collect()
    }
}

fn find(
    index: &Lookup,
    drafts: &[&TableDraft],
    owner: &Owner,
) -> Result<(TableId, ColumnIdx), Box<Diagnostic>> {
    let Some(table) = index.table(owner.table.schema.as_ref(), &owner.table.name) else {
        return Err(Box::new(unknown_table(&owner.table, drafts.iter().copied())));
    };
    match index.column(table, &owner.column.text) {
        Some(column) => Ok((table, column)),
        None => Err(Box::new(
            Diagnostic::error(
                Code::DdlUnknownColumn,
                format!("table `{}` has no column `{}`", owner.table.display(), owner.column.text),
                owner.column.span,
                "not a column of that table",
            )
            .see(drafts[table.0 as usize].name.span, "the table"),
        )),
    }
}

/// PostgreSQL's `makeObjectName`: of two names that are too long together, the longer one loses
/// bytes first, and no character is cut in two.
fn object_name(first: &str, second: &str, label: &str) -> String {
    let room = LONGEST.saturating_sub(label.len() + 2);
    let (mut left, mut right) = (first.len(), second.len());
    while left + right > room {
        if left > right {
            left -= 1;
        } else {
            right -= 1;
        }
    }
    let clip = |text: &str, mut len: usize| {
        while !text.is_char_boundary(len) {
            len -= 1;
        }
        text[..len].to_owned()
    };
    format!("{}_{}_{label}", clip(first, left), clip(second, right))
}

#[cfg(test)]
mod tests {
    use super::object_name;

    #[test]
    fn names_are_cut_like_the_server_does() {
        assert_eq!(object_name("album", "album_id", "seq"), "album_album_id_seq");
        let long = "a".repeat(60);
        assert_eq!(object_name(&long, "id", "seq"), format!("{}_id_seq", "a".repeat(56)));
        assert_eq!(object_name(&"é".repeat(30), "id", "seq"), format!("{}_id_seq", "é".repeat(28)));
    }
}
