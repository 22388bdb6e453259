//! The vocabulary that every other module shares: spans, source texts, names, engines, ids.
//!
//! Nothing here knows the plan language, SQL or a database.

mod engine;
mod exit;
mod hex;
mod merge;
mod name;
mod nearest;
mod percent;
mod pii;
mod quarantine;
mod source;

pub use engine::Engine;
pub use exit::Exit;
pub use hex::hex;
pub use merge::merge_conflicts;
pub use name::{Ident, Path, fold};
pub use nearest::nearest;
pub use percent::{millionths, percent};
pub use pii::Pii;
pub use quarantine::Quarantine;
pub use source::{FileId, LineCol, Origin, SourceFile, Sources, Span};
