#![expect(clippy::disallowed_methods, reason = "stock clients read these variables, and so do we")]

use std::env;
use std::path::PathBuf;

/// A variable that is set to something.
pub(super) fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

/// A file under the user's home.
pub(super) fn in_home(path: &str) -> Option<PathBuf> {
    Some(PathBuf::from(variable("HOME")?).join(path))
}
