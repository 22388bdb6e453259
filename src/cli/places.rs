use std::path::PathBuf;

use crate::runner::{AIM, Request};

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
            aim: Some(AIM),
            ..Request::new(self.bundle.as_path(), self.source.as_deref(), &self.target)
        }
    }
}

/// A time in seconds: `90s`, `30min`, `24h`, `7d`.
pub(super) fn seconds(text: &str) -> Result<u64, String> {
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let each: u64 = match unit {
        "s" => 1,
        "min" | "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return Err("write a number and `s`, `min`, `h` or `d`, such as `24h`".to_owned()),
    };
    let number = text[..text.len() - unit.len()].parse::<u64>().ok();
    let seconds = number.and_then(|number| number.checked_mul(each)).filter(|seconds| *seconds > 0);
    seconds.ok_or_else(|| "write a number from 1 that is not too large, such as `24h`".to_owned())
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn times_have_units() {
        assert_eq!(seconds("90s"), Ok(90));
        assert_eq!(seconds("30min"), Ok(1_800));
        assert_eq!(seconds("7d"), Ok(604_800));
        for wrong in ["", "5", "h", "0h", "-1h", "1.5h", "1 h", "99999999999999999999h"] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
    }
}
