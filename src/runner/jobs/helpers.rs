use crate::artifact::manifest::Manifest;
use crate::runner::bundle::Bundle;
use crate::runner::driver::Driver;
use crate::runner::progress::{Event, Progress};
use crate::runner::request::Request;

/// So many sessions can move rows: one, if a database has one writer at a time.
pub(in crate::runner) fn possible(
    manifest: &Manifest,
    request: &Request,
    progress: &mut dyn Progress,
) -> usize {
    if request.jobs > 1 && manifest.engine.has_one_writer() {
        let text = format!("{} has one writer at a time: --jobs {} is 1 here", manifest.engine, request.jobs);
        progress.event(&Event::Note { text: &text });
        return 1;
    }
    usize::try_from(request.jobs).unwrap_or(1).max(1)
}

/// The sessions beside the first one. They hold no lock: they belong to the runner that does.
#[derive(Debug, Default)]
pub(in crate::runner) struct Helpers {
    sessions: Vec<Box<dyn Driver>>,
    /// The server let no more in.
    all: bool,
}

impl Helpers {
    /// Opens as many as are wanted and the server lets in. With fewer it takes longer, and nothing else.
    pub(in crate::runner) fn call(
        &mut self,
        bundle: &Bundle,
        request: &Request,
        wanted: usize,
        progress: &mut dyn Progress,
    ) {
        while self.sessions.len() < wanted && !self.all {
            let number = u64::try_from(self.sessions.len()).unwrap_or(0) + 1;
            match request.helper(&bundle.manifest, number) {
                Ok(session) => self.sessions.push(session),
                Err(failure) => {
                    self.all = true;
                    let text = format!("going on with --jobs {number}: {}", failure.message);
                    progress.event(&Event::Note { text: &text });
                }
            }
        }
    }

    /// Lets all of them go; others are called when they are wanted.
    pub(in crate::runner) fn dismiss(&mut self) {
        *self = Self::default();
    }

    /// The first session with all helpers that are there.
    pub(in crate::runner) fn with<'s>(&'s mut self, first: &'s mut dyn Driver) -> Vec<&'s mut dyn Driver> {
        let mut all = vec![first];
        for helper in &mut self.sessions {
            all.push(&mut **helper);
        }
        all
    }
}
