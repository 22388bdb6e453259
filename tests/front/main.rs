//! The front half through its one door, `datamove::check`: order, types, names, and that nothing
//! makes it panic.

#[path = "../workbench/mod.rs"]
mod workbench;

mod cutover;
mod hostile;
mod mysql;
mod names;
mod order;
mod reconcile;
mod related;
mod rows;
mod strategy;
mod types;
