//! What the partitions of a table have from it: its unique keys and its foreign keys.
//!
//! A server gives them to each partition when it is attached. `pg_dump` writes them out for each,
//! people do not; so what is there already is not added twice.

use super::build::{Builder, is_part};
use super::draft::{ForeignDraft, Key, KeyDraft, KeyPart, QName};

/// Partitions of partitions that are followed.
const LEVELS: usize = 16;

impl Builder {
    /// To be called when all statements are applied.
    pub(super) fn complete_partitions(&mut self) {
        let partitions: Vec<(Key, QName)> = self
            .tables
            .iter()
            .filter_map(|(key, table)| Some((key.clone(), table.partition_of.clone()?)))
            .collect();
        for (key, first) in partitions {
            let mut parent = Some(first);
            for _ in 0..LEVELS {
                let Some(from) = parent.take().and_then(|name| self.tables.get(&self.key(&name))) else {
                    break;
                };
                let keys: Vec<KeyDraft> = from.parts.keys.iter().filter(|key| key.unique).cloned().collect();
                let foreign_keys = from.parts.foreign_keys.clone();
                parent.clone_from(&from.partition_of);
                self.add_missing(&key, keys, foreign_keys);
            }
        }
    }

    fn add_missing(&mut self, partition: &Key, keys: Vec<KeyDraft>, foreign_keys: Vec<ForeignDraft>) {
        let engine = self.engine;
        let Some(table) = self.tables.get_mut(partition) else {
            return;
        };
        let same_columns = |one: &KeyDraft, other: &KeyDraft| {
            one.columns.len() == other.columns.len()
                && one.columns.iter().zip(&other.columns).all(|parts| match parts {
                    (KeyPart::Column { name, .. }, other) => is_part(engine, other, name),
                    (KeyPart::Expression, KeyPart::Expression) => true,
                    (KeyPart::Expression, KeyPart::Column { .. }) => false,
                })
        };
        for key in keys {
            let known = |own: &KeyDraft| own.unique && own.primary == key.primary && same_columns(own, &key);
            if !table.parts.keys.iter().any(known) {
                // The server names it after the partition.
                table.parts.keys.push(KeyDraft { name: None, ..key });
            }
        }
        for foreign in foreign_keys {
            let texts = |key: &ForeignDraft| -> Vec<String> {
                key.columns.iter().map(|column| column.text.clone()).collect()
            };
            let known = |own: &ForeignDraft| {
                own.parent.key() == foreign.parent.key() && texts(own) == texts(&foreign)
            };
            if !table.parts.foreign_keys.iter().any(known) {
                table.parts.foreign_keys.push(foreign);
            }
        }
    }
}
