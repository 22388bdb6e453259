use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use crate::base::Exit;
use crate::diagnostic::Code;
use crate::runner::failure::{Failure, Result};

/// An advisory lock on `TARGET.datamove-PLAN.lock`.
///
/// The operating system frees it when its process is gone, however it went, so a file that is left
/// behind is in nobody's way. It is not on the target's own file, because closing a second handle
/// of that would drop the locks that SQLite holds there.
#[derive(Debug)]
pub(super) struct Lock {
    path: PathBuf,
    /// Held open for as long as the lock is.
    _file: File,
}

impl Lock {
    pub(super) fn take(target: &Path, plan: &str) -> Result<Self> {
        let mut name = target.as_os_str().to_owned();
        name.push(format!(".datamove-{}.lock", plain(plan)));
        let path = PathBuf::from(name);
        // A runner that ends removes the file: whoever then holds a lock on a file that has no name
        // any more holds nothing, and tries again.
        for _ in 0..100 {
            let mut file = open(&path)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(held(&path, &mut file)),
                Err(TryLockError::Error(error)) => return Err(unlockable(&path, &error)),
            }
            if still_named(&path, &file) {
                let owner = format!("{}\n", std::process::id());
                // Whose lock it is only makes a better message.
                let _ = file.set_len(0).and_then(|()| file.write_all(owner.as_bytes()));
                return Ok(Self { path, _file: file });
            }
        }
        Err(held(&path, &mut open(&path)?))
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Removed while it is still held. Where that cannot be done the file stays, unlocked.
        let _ = fs::remove_file(&self.path);
    }
}

fn open(path: &Path) -> Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path)
        .map_err(|error| unlockable(path, &error))
}

/// A plan's name as a part of a file's name.
fn plain(plan: &str) -> String {
    plan.chars().map(|c| if c.is_alphanumeric() || c == '_' || c == '-' { c } else { '_' }).collect()
}

#[cfg(unix)]
fn still_named(path: &Path, file: &File) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    match (fs::metadata(path), file.metadata()) {
        (Ok(named), Ok(held)) => (named.dev(), named.ino()) == (held.dev(), held.ino()),
        _ => false,
    }
}

/// Elsewhere an open file cannot lose its name.
#[cfg(not(unix))]
fn still_named(_path: &Path, _file: &File) -> bool {
    true
}

fn held(path: &Path, file: &mut File) -> Box<Failure> {
    let mut owner = String::new();
    // Some systems do not let others read a locked file; the message then goes without.
    let _ = file.read_to_string(&mut owner);
    let who = match owner.trim().parse::<u32>() {
        Ok(process) => format!("another datamove (process {process}) is at work on this target"),
        Err(_) => "another datamove is at work on this target".to_owned(),
    };
    Failure::new(Code::RunnerAtWork, format!("{who}; it holds `{}`", path.display()))
        .state("this run did nothing")
        .help("let the other one finish; if it is killed its lock is free at once")
}

fn unlockable(path: &Path, error: &std::io::Error) -> Box<Failure> {
    let message =
        format!("the target cannot be written: its lock `{}` cannot be taken: {error}", path.display());
    let failure = match error.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            Failure::new(Code::TargetReadOnly, message)
                .help("give this user the right to write in the target's folder")
        }
        _ => Failure::new(Code::TargetReadOnly, message).help("look at the disk, and at the target's folder"),
    };
    failure.state("nothing was written").exit(Exit::Internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time_and_nothing_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("shop.db");
        let first = Lock::take(&target, "shop v2").unwrap();
        let refused = Lock::take(&target, "shop v2").unwrap_err();
        assert_eq!(refused.code, Code::RunnerAtWork);
        assert!(refused.message.contains(&format!("process {}", std::process::id())), "{}", refused.message);
        let _other_plan = Lock::take(&target, "blog").unwrap();
        drop(first);
        assert!(!folder.path().join("shop.db.datamove-shop_v2.lock").exists());
        drop(Lock::take(&target, "shop v2").unwrap());
    }

    #[test]
    fn many_who_take_turns_never_hold_it_together() {
        use std::sync::atomic::{AtomicU32, Ordering};
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("shop.db");
        let (holders, turns) = (AtomicU32::new(0), AtomicU32::new(0));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..500 {
                        let Ok(lock) = Lock::take(&target, "shop") else { continue };
                        assert_eq!(holders.fetch_add(1, Ordering::SeqCst), 0);
                        turns.fetch_add(1, Ordering::SeqCst);
                        holders.fetch_sub(1, Ordering::SeqCst);
                        drop(lock);
                    }
                });
            }
        });
        assert!(turns.load(Ordering::SeqCst) > 8);
    }

    #[test]
    fn a_file_that_a_dead_runner_left_is_free() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("shop.db");
        let left = folder.path().join("shop.db.datamove-shop.lock");
        OpenOptions::new().write(true).create(true).truncate(true).open(&left).unwrap();
        drop(Lock::take(&target, "shop").unwrap());
    }
}
