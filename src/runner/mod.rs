//! Applies a bundle: sees the manifest, the scripts and the ledger. Of the plan it reads who must approve it.
//!
//! All that has to survive is in the target's ledger, written by the scripts in the transaction of
//! the rows that it is about. So a run that was killed anywhere is continued by the same command,
//! and nothing here keeps state of its own but a lock that dies with its process.

pub mod bundle;
pub mod driver;
pub mod drivers;
pub mod location;
pub mod progress;
pub mod pull;
pub mod report;
pub mod stage;
pub mod state;

pub mod apply;
mod aside;
mod attempt;
pub mod catch_up;
mod checks;
pub mod cutover;
mod changed;
mod classify;
mod drift;
mod environment;
mod failure;
pub mod evidence;
pub mod gate;
pub mod interrupt;
mod jobs;
mod narrow;
mod pace;
pub mod password;
mod proof;
mod recheck;
pub mod reconcile;
mod repair;
mod request;
mod refused;
mod retry;
mod rights;
pub mod redrive;
pub mod rollback;
pub mod signoff;
pub mod status;
pub mod throttle;
pub mod validate;

pub use attempt::Attempt;
pub use checks::{Check, Class, Differing, Verdict};
pub use failure::{Failure, Place, Result};
pub use pace::{AIM, Sizes};
pub use request::Request;
