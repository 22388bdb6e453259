//! Packages of Debian and Ubuntu, installed when a test needs them and may do so.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::servers;

/// Holds a file lock for as long as it lives.
pub(super) struct Lock(#[expect(dead_code, reason = "the lock ends with the file")] File);

/// Waits for the lock of that name, which all test binaries share.
pub(super) fn lock(name: &str) -> Result<Lock, String> {
    let path = servers()?.join(format!("{name}.lock"));
    let file = File::create(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    file.lock().map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(Lock(file))
}

/// The program in PATH or in one of `folders`.
pub(super) fn find(program: &str, folders: &[PathBuf]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let candidates = std::env::split_paths(&path).chain(folders.iter().cloned());
    candidates.map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// True for the super-user.
pub(super) fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// Installs a package, if this machine is one where a test may.
pub(super) fn install(package: &str) -> Result<(), String> {
    let _lock = lock("install")?;
    if !is_root() {
        return Err(format!("{package} is not installed, and only root could install it"));
    }
    if find("apt-get", &[]).is_none() {
        return Err(format!("{package} is not installed, and there is no apt-get"));
    }
    keep_servers_from_starting()?;
    apt(&["update", "-qq"])?;
    // The line about clusters above is in a file of the package: it shall stay as it is.
    let keep = "Dpkg::Options::=--force-confold";
    apt(&["install", "-y", "-qq", "--no-install-recommends", "-o", keep, package])
}

/// The extension mysql_fdw of Debian's PostgreSQL, installed if it has to be.
pub(crate) fn mysql_fdw() -> Result<(), String> {
    let library = Path::new("/usr/lib/postgresql/15/lib/mysql_fdw.so");
    if library.exists() { Ok(()) } else { install("postgresql-15-mysql-fdw") }
}

/// Debian makes and starts a server right at the installation, unless it is told not to.
fn keep_servers_from_starting() -> Result<(), String> {
    let folder = Path::new("/etc/postgresql-common");
    let file = folder.join("createcluster.conf");
    if file.exists() {
        return Ok(());
    }
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&file, "create_main_cluster = false\n"))
        .map_err(|error| format!("{}: {error}", file.display()))
}

fn apt(arguments: &[&str]) -> Result<(), String> {
    let output = Command::new("apt-get")
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .output()
        .map_err(|error| format!("apt-get: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&output.stderr);
    Err(format!("apt-get {} failed: {}", arguments.join(" "), text.lines().last().unwrap_or("")))
}
