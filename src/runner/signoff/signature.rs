//! Signatures, made and verified by `ssh-keygen` and `git`.
//!
//! Every function that verifies gives `None` for a good signature, and else why it is none.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Output;

use super::tools::{run, said};
use crate::diagnostic::Code;
use crate::runner::failure::{Failure, Result};

/// Keeps a signature that was made for something else from counting here.
const NAMESPACE: &str = "datamove";

/// The signature's file.
pub(super) fn beside(approval: &Path) -> PathBuf {
    let mut name = approval.as_os_str().to_owned();
    name.push(".sig");
    name.into()
}

/// Signs with a private key, or with the public half of a key that an agent holds.
pub(super) fn sign(bytes: &[u8], key: &Path) -> Result<Vec<u8>> {
    let words: [&OsStr; 6] =
        ["-Y".as_ref(), "sign".as_ref(), "-n".as_ref(), NAMESPACE.as_ref(), "-f".as_ref(), key.as_ref()];
    let output = run("ssh-keygen", &words, bytes)?;
    if output.status.success() && !output.stdout.is_empty() {
        return Ok(output.stdout);
    }
    let message = format!("`ssh-keygen` does not sign with {}: {}", key.display(), said(&output));
    Err(Failure::new(Code::SignoffUnusable, message)
        .help("name a private key, or a public one that your agent holds"))
}

/// `ssh-keygen -Y verify`: the signature beside the file is of these bytes and made by `by`.
pub(super) fn ssh(path: &Path, bytes: &[u8], by: &str, allowed: Option<&Path>) -> Result<Option<String>> {
    let signature = beside(path);
    if !super::tools::is_file(&signature) {
        return Ok(Some(format!(
            "it is not signed; `ssh-keygen -Y sign -n {NAMESPACE} -f KEY {}` signs it",
            path.display()
        )));
    }
    let Some(allowed) = allowed else {
        return Ok(Some("nobody is known who may sign: there is no file `allowed_signers`".to_owned()));
    };
    let words: [&OsStr; 10] = [
        "-Y".as_ref(),
        "verify".as_ref(),
        "-n".as_ref(),
        NAMESPACE.as_ref(),
        "-f".as_ref(),
        allowed.as_ref(),
        "-I".as_ref(),
        by.as_ref(),
        "-s".as_ref(),
        signature.as_ref(),
    ];
    let output = run("ssh-keygen", &words, bytes)?;
    Ok((!output.status.success()).then(|| format!("the signature is not one of {by}: {}", said(&output))))
}

/// `git verify-commit`: the commit that last changed the file is signed by `by`, and the file is as it left it.
pub(super) fn git(path: &Path, bytes: &[u8], by: &str, allowed: Option<&Path>) -> Result<Option<String>> {
    let git = Git { folder: path.parent().unwrap_or(Path::new("")), allowed };
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let log = git.run(&["log", "-1", "--format=%H", "--", &format!("./{name}")])?;
    let commit = line(&log);
    if !log.status.success() {
        return Ok(Some(format!("git does not know it: {}", said(&log))));
    }
    if commit.is_empty() {
        return Ok(Some("it is not committed".to_owned()));
    }
    let blob = git.run(&["cat-file", "blob", &format!("{commit}:./{name}")])?;
    if String::from_utf8_lossy(&blob.stdout).replace("\r\n", "\n").as_bytes() != bytes {
        return Ok(Some("it was changed and not committed since".to_owned()));
    }
    let verified = git.run(&["verify-commit", &commit])?;
    if !verified.status.success() {
        return Ok(Some(format!("the commit {commit} has no good signature: {}", said(&verified))));
    }
    let signer = line(&git.run(&["log", "-1", "--format=%GS", &commit])?);
    let theirs = signer == by || signer.ends_with(&format!("<{by}>"));
    Ok((!theirs).then(|| format!("the commit {commit} is signed by `{signer}`, not by {by}")))
}

struct Git<'p> {
    folder: &'p Path,
    allowed: Option<&'p Path>,
}

impl Git<'_> {
    fn run(&self, words: &[&str]) -> Result<Output> {
        let folder = if self.folder.as_os_str().is_empty() { Path::new(".") } else { self.folder };
        let mut all: Vec<OsString> = vec!["--no-pager".into(), "-C".into(), folder.into()];
        if let Some(allowed) = self.allowed {
            let mut setting = OsString::from("gpg.ssh.allowedSignersFile=");
            setting.push(super::tools::absolute(allowed));
            all.extend(["-c".into(), setting]);
        }
        all.extend(words.iter().map(OsString::from));
        run("git", &all, &[])
    }
}

fn line(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).trim_end_matches(['\n', '\r']).to_owned()
}
