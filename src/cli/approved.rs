use std::path::PathBuf;

use crate::runner::Request;

/// Which bundle was approved, and where that stands.
#[derive(Debug, clap::Args)]
pub(super) struct Approved {
    /// Refuse the bundle, with exit code 5, unless this is its fingerprint.
    #[arg(long, value_name = "FINGERPRINT")]
    expect: Option<String>,
    /// The folder with the approvals of all plans; `approvals` beside the bundle's folder if not given.
    #[arg(long, value_name = "DIR")]
    approvals: Option<PathBuf>,
    /// Who may sign approvals, as `ssh-keygen` reads it; `allowed_signers` in that folder if not given.
    #[arg(long, value_name = "FILE")]
    allowed_signers: Option<PathBuf>,
}

impl Approved {
    /// The request for what was approved.
    pub(super) fn only(&self, request: Request) -> Request {
        Request {
            expect: self.expect.clone(),
            approvals: self.approvals.clone(),
            allowed_signers: self.allowed_signers.clone(),
            ..request
        }
    }
}
