//! Approvals: files in the repository that say who agreed to which fingerprint.
//!
//! An approval is bound to what the plan means, not to its bytes. What runs is bound to it in turn: a plan
//! that asks for approvals must compile to the very scripts of the bundle, and have its fingerprint.

mod file;
mod signature;
mod tools;

use std::path::{Path, PathBuf};

pub use file::{Approval, FORMAT_VERSION};

use super::bundle::Bundle;
use super::failure::{Failure, Result};
use crate::base::{Exit, fold};
use crate::diagnostic::Code;
use crate::plan::{self, Plan, Signed, Signoff, file_name};

const PLAN: &str = "plan.json";

/// What a plan asks for, once its bundle was seen to be its own.
#[derive(Clone, Debug)]
pub struct Asked {
    pub plan: String,
    pub fingerprint: String,
    pub signoff: Signoff,
}

/// Where approvals are.
#[derive(Clone, Debug)]
pub struct Approvals {
    folder: PathBuf,
    allowed_signers: Option<PathBuf>,
}

/// How things are with one role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    Approved(Approval),
    Missing,
    /// An approval of another fingerprint, which is named.
    Stale(String),
    /// An approval that does not count, and why.
    Refused(String),
}

/// One role, its file, and how things are with it.
#[derive(Clone, Debug)]
pub struct Role {
    pub name: String,
    pub path: PathBuf,
    pub standing: Standing,
}

/// What the bundle's plan asks for; `None` if it asks nobody. Fails where the bundle is not its plan's.
pub fn asked(bundle: &Bundle) -> Result<Option<Asked>> {
    // Large plans are not read again for a word that they do not have.
    let Some(text) = bundle.text(PLAN).filter(|text| text.contains("\"signoff\"")) else { return Ok(None) };
    let plan = plan::from_json(text).map_err(|error| {
        Failure::new(Code::ManifestUnreadable, error.to_string())
            .at(PLAN, None)
            .help("run the bundle with the datamove that compiled it, or compile it again")
    })?;
    let Some(signoff) = plan.signoff.clone() else { return Ok(None) };
    let fingerprint = own(bundle, &plan)?;
    Ok(Some(Asked { plan: plan.name, fingerprint, signoff }))
}

/// The fingerprint, if the manifest and the scripts are those of the plan. Hashes in a manifest can be
/// written anew by whoever edits a script; the plan that was approved cannot.
fn own(bundle: &Bundle, plan: &Plan) -> Result<String> {
    let fingerprint = plan::fingerprint(plan);
    let scripts = crate::dialect::scripts(plan, &fingerprint);
    let known = &bundle.manifest.scripts;
    let other = scripts.iter().find(|script| bundle.text(&script.path) != Some(&script.text));
    let extra = known.iter().find(|entry| scripts.iter().all(|script| script.path != entry.path));
    let what = if fingerprint != bundle.manifest.fingerprint {
        format!(
            "the manifest's fingerprint is {}, and its plan's is {fingerprint}",
            bundle.manifest.fingerprint
        )
    } else if let Some(path) = other.map(|script| &script.path).or(extra.map(|entry| &entry.path)) {
        format!("`{path}` is not what {PLAN} compiles to")
    } else if !scripts.iter().map(|script| &script.path).eq(known.iter().map(|entry| &entry.path)) {
        "the manifest runs the scripts in another order".to_owned()
    } else {
        return Ok(fingerprint);
    };
    Err(Failure::new(Code::NotAsPlanned, format!("the approvals are of the plan, and {what}"))
        .state("nothing was opened")
        .help("compile the plan again with this datamove, and commit the bundle: approvals are of what it means, and stay"))
}

impl Approvals {
    /// `approvals/PLAN` beside the bundle's folder, unless another place is named for all plans.
    #[must_use]
    pub fn of(bundle: &Path, plan: &str, root: Option<&Path>, allowed_signers: Option<&Path>) -> Self {
        let root = root.map_or_else(|| tools::beside(bundle).join("approvals"), Path::to_owned);
        let signers = allowed_signers.map(Path::to_owned);
        let usual = Some(root.join("allowed_signers")).filter(|file| tools::is_file(file));
        Self { folder: root.join(plan), allowed_signers: signers.or(usual) }
    }

    /// The file of a role's approval.
    #[must_use]
    pub fn path(&self, role: &str) -> PathBuf {
        self.folder.join(format!("{}.json", file_name(role)))
    }

    /// How things are with each role that is asked. Fails only where it cannot be found out.
    pub fn standings(&self, asked: &Asked) -> Result<Vec<Role>> {
        let role = |name: &String| {
            let path = self.path(name);
            let standing = self.standing(asked, name, &path)?;
            Ok(Role { name: name.clone(), path, standing })
        };
        asked.signoff.roles.iter().map(role).collect()
    }

    fn standing(&self, asked: &Asked, role: &str, path: &Path) -> Result<Standing> {
        let Some(bytes) = tools::read(path)? else { return Ok(Standing::Missing) };
        let approval = match Approval::from_json(&bytes) {
            Ok(approval) => approval,
            Err(why) => return Ok(Standing::Refused(why)),
        };
        if approval.plan != asked.plan || approval.role != role {
            let what = format!("it is of the role `{}` for the plan `{}`", approval.role, approval.plan);
            return Ok(Standing::Refused(what));
        }
        if approval.fingerprint != asked.fingerprint {
            return Ok(Standing::Stale(approval.fingerprint));
        }
        if let Some(why) = own_work(&asked.signoff, &approval.by) {
            return Ok(Standing::Refused(why));
        }
        let refused = match asked.signoff.signed {
            None => None,
            Some(Signed::Ssh) => signature::ssh(path, &bytes, &approval.by, self.allowed_signers.as_deref())?,
            Some(Signed::Git) => signature::git(path, &bytes, &approval.by, self.allowed_signers.as_deref())?,
        };
        Ok(refused.map_or(Standing::Approved(approval), Standing::Refused))
    }

    /// Writes an approval of what is asked, signed if there is a key; gives the file's path.
    pub fn write(&self, asked: &Asked, approval: &Approval, key: Option<&Path>) -> Result<PathBuf> {
        if !asked.signoff.roles.contains(&approval.role) {
            let message = format!("the plan does not ask the role `{}`", approval.role);
            return Err(Failure::new(Code::RoleUnasked, message)
                .help(format!("it asks `{}`", asked.signoff.roles.join("`, `"))));
        }
        if let Some(why) = own_work(&asked.signoff, &approval.by) {
            return Err(Failure::new(Code::SignoffRefused, format!("this approval would not count: {why}"))
                .help("have somebody else of that role approve"));
        }
        let path = self.path(&approval.role);
        let text = approval.to_json();
        let signed = key.map(|key| signature::sign(text.as_bytes(), key)).transpose()?;
        tools::write(&path, text.as_bytes())?;
        // What was signed before is not this text.
        tools::replace(&signature::beside(&path), signed.as_deref())?;
        Ok(path)
    }
}

/// Why `by` may not approve: it is their own plan.
fn own_work(signoff: &Signoff, by: &str) -> Option<String> {
    let author = signoff.author.as_ref()?;
    (fold(author.trim()) == fold(by.trim()))
        .then(|| format!("{by} made the plan, and the author must differ"))
}

/// What lacks before the bundle may run, as a failure; the gravest role gives the code.
#[must_use]
pub fn lacking(roles: &[Role]) -> Option<Box<Failure>> {
    let says = |role: &Role| {
        let path = role.path.display();
        match &role.standing {
            Standing::Approved(_) => None,
            Standing::Missing => {
                Some((Code::SignoffMissing, format!("`{}` has not approved: {path} is not there", role.name)))
            }
            Standing::Refused(why) => {
                Some((Code::SignoffRefused, format!("`{}`: {path} does not count: {why}", role.name)))
            }
            Standing::Stale(found) => Some((
                Code::SignoffStale,
                format!("`{}` approved {found}, which is another version ({path})", role.name),
            )),
        }
    };
    let mut found: Vec<(Code, String)> = roles.iter().filter_map(says).collect();
    found.sort_by_key(|(code, _)| *code == Code::SignoffStale);
    let code = found.first()?.0;
    let lines: Vec<String> = found.into_iter().map(|(_, line)| line).collect();
    let help = match code {
        Code::SignoffStale => {
            "`datamove diff` shows what changed since; have the roles read it and approve again"
        }
        _ => {
            "have the role review the bundle and run `datamove signoff BUNDLE --role ROLE --by WHO`, then commit the file"
        }
    };
    Some(
        Failure::new(code, format!("approvals are lacking: {}", lines.join("; ")))
            .state("nothing was opened")
            .help(help),
    )
}

/// Refuses a bundle that lacks an approval which its plan asks for.
pub(super) fn gate(bundle: &Bundle, request: &super::Request) -> Result<()> {
    let Some(asked) = asked(bundle)? else { return Ok(()) };
    let (root, signers) = (request.approvals.as_deref(), request.allowed_signers.as_deref());
    let approvals = Approvals::of(&request.bundle, &asked.plan, root, signers);
    lacking(&approvals.standings(&asked)?).map_or(Ok(()), Err)
}

/// What a look at the roles ends with.
#[must_use]
pub fn exit(lacking: Option<&Failure>) -> Exit {
    lacking.map_or(Exit::Done, |failure| failure.exit)
}
