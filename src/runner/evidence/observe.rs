//! Which servers are looked at, and where they stand.

use super::{Moment, Side};
use crate::artifact::manifest::Manifest;
use crate::plan::Link;
use crate::runner::driver::Driver;
use crate::runner::drivers::identity;

/// Both sides as they are just before the checks.
#[derive(Clone, Debug)]
pub(in crate::runner) struct Observed {
    pub source: Side,
    pub target: Side,
    pub moment: Moment,
}

impl Observed {
    /// Asks the session. What it may not tell is `unknown`: a role that may only read still validates.
    pub(in crate::runner) fn of(manifest: &Manifest, driver: &mut dyn Driver) -> Self {
        let session = driver.session();
        let target = identity::side(session, None);
        let source = match manifest.link {
            // One server: one position, at which both are read.
            Link::Same => target.clone(),
            Link::Attach => identity::side(session, Some(&manifest.source)),
            Link::Staged | Link::Fdw => Side {
                server: "the copies in the target's ledger".to_owned(),
                position: "as the rows arrived".to_owned(),
            },
        };
        Self { source, target, moment: identity::now(session) }
    }
}
