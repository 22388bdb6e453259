use std::path::PathBuf;

use crate::runner::Request;

/// Where a bundle is, where its databases are, and where their passwords are.
///
/// A password may be in the environment (`DATAMOVE_SOURCE_PASSWORD`, `DATAMOVE_TARGET_PASSWORD`, or the
/// stock clients' `PGPASSWORD` and `MYSQL_PWD`), so that it is in no command line.
#[derive(Debug, clap::Args)]
pub(super) struct Places {
    /// The bundle's folder, as `datamove compile` wrote it.
    #[arg(value_name = "DIR")]
    bundle: PathBuf,
    /// The database that rows come from: a path or a URL. Only read.
    #[arg(long, value_name = "LOCATION")]
    source: Option<String>,
    /// The database that rows go to: a path, `postgres://USER@HOST/DATABASE` or `mysql://USER@HOST/DATABASE`. Never created.
    #[arg(long, value_name = "LOCATION")]
    target: String,
    /// A file that only you can read, with the source's password on its first line.
    #[arg(long, value_name = "FILE")]
    source_password_file: Option<PathBuf>,
    /// The same for the target's password.
    #[arg(long, value_name = "FILE")]
    target_password_file: Option<PathBuf>,
}

impl Places {
    /// A request for these databases, everything else as the plan says.
    pub(super) fn request(&self) -> Request {
        Request {
            source_password: self.source_password_file.clone(),
            target_password: self.target_password_file.clone(),
            ..Request::new(self.bundle.as_path(), self.source.as_deref(), &self.target)
        }
    }
}
