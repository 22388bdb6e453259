use super::super::sql::sql;
use super::super::{Dialect, Sql, of};
use super::identifier;
use crate::base::Engine;
use crate::plan::{Plan, TableRef};

/// The qualified names of what a plan keeps in its ledger, and of tables on the server.
#[derive(Clone, Debug)]
pub struct Names {
    engine: Engine,
    plan: String,
}

impl Names {
    pub(in crate::dialect) fn new(plan: &Plan) -> Self {
        Self { engine: plan.target.engine, plan: plan.name.clone() }
    }

    /// Of an engine without a plan: for names of tables only.
    pub(in crate::dialect) fn of(engine: Engine) -> Self {
        Self { engine, plan: String::new() }
    }

    pub(in crate::dialect) fn dialect(&self) -> &'static dyn Dialect {
        of(self.engine)
    }

    /// The ledger's schema, or the prefix of its tables.
    pub(in crate::dialect) fn ledger(&self) -> String {
        if self.dialect().capabilities().has_schemas {
            format!("datamove_{}", self.plan)
        } else {
            format!("datamove_{}_", self.plan)
        }
    }

    /// Where a table of the ledger is: its schema, or the file, and its name there.
    pub(in crate::dialect) fn ledger_table(&self, name: &str) -> (String, String) {
        if self.dialect().capabilities().has_schemas {
            (self.ledger(), name.to_owned())
        } else {
            ("main".to_owned(), format!("{}{name}", self.ledger()))
        }
    }

    /// A table or function of the ledger.
    pub(in crate::dialect) fn of_ledger(&self, name: &str) -> Sql {
        if self.dialect().capabilities().has_schemas {
            sql!("{}.{}", identifier(&self.ledger()), identifier(name))
        } else {
            sql!("main.{}", identifier(&format!("{}{name}", self.ledger())))
        }
    }

    /// A user's table, always qualified: no search path and no attached file gets in between.
    pub(in crate::dialect) fn table(&self, table: &TableRef) -> Sql {
        let schema = match &table.schema {
            Some(schema) => schema.as_str(),
            None if self.dialect().capabilities().has_schemas => "public",
            None => "main",
        };
        sql!("{}.{}", identifier(schema), identifier(&table.name))
    }
}
