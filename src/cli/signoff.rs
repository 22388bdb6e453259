use std::fmt::Write as _;
use std::path::PathBuf;

use serde::Serialize;

use super::output::{self, Format};
use crate::artifact::escape::visible;
use crate::base::Exit;
use crate::diagnostic::Code;
use crate::runner::bundle::Bundle;
use crate::runner::signoff::{Approval, Approvals, Asked, FORMAT_VERSION, Role, Standing, asked, lacking};
use crate::runner::{Failure, Result};

/// Approve a bundle for a role that its plan asks, or show who has approved.
///
/// An approval is a small file to commit. It is bound to what the plan means: formatting keeps it, another
/// meaning voids it. Without --role it shows how things are, and exits with 4 if an approval is not there
/// and with 5 if one is of another version.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The bundle's folder, as `datamove compile` wrote it.
    #[arg(value_name = "DIR")]
    bundle: PathBuf,
    /// The role that approves, as the plan has it.
    #[arg(long, requires = "by")]
    role: Option<String>,
    /// Who approves: the name or address that signatures and the plan's `author` use.
    #[arg(long, value_name = "WHO", requires = "role")]
    by: Option<String>,
    /// The day, for the record; no clock is read.
    #[arg(long, value_name = "YYYY-MM-DD", requires = "role", value_parser = day)]
    on: Option<String>,
    /// A remark, for the record.
    #[arg(long, value_name = "TEXT", requires = "role")]
    note: Option<String>,
    /// Sign with this key, through `ssh-keygen -Y sign`.
    #[arg(long, value_name = "FILE", requires = "role")]
    key: Option<PathBuf>,
    /// Refuse, with exit code 5, unless this is the bundle's fingerprint.
    #[arg(long, value_name = "FINGERPRINT")]
    expect: Option<String>,
    /// The folder with the approvals of all plans; `approvals` beside the bundle's folder if not given.
    #[arg(long, value_name = "DIR")]
    approvals: Option<PathBuf>,
    /// Who may sign, as `ssh-keygen` reads it; `allowed_signers` in that folder if not given.
    #[arg(long, value_name = "FILE")]
    allowed_signers: Option<PathBuf>,
    /// How the approvals are written to stdout.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// A day's shape: a wrong one would be read by nobody but people.
fn day(text: &str) -> std::result::Result<String, String> {
    let digits = |part: &str, many: usize| part.len() == many && part.bytes().all(|b| b.is_ascii_digit());
    let parts: Vec<&str> = text.split('-').collect();
    match parts.as_slice() {
        [year, month, day] if digits(year, 4) && digits(month, 2) && digits(day, 2) => Ok(text.to_owned()),
        _ => Err("write the day as 2027-03-01".to_owned()),
    }
}

pub(super) fn run(args: &Args) -> Exit {
    match look(args) {
        Ok(exit) => exit,
        Err(failure) => {
            output::message(&failure.to_text());
            failure.exit
        }
    }
}

fn look(args: &Args) -> Result<Exit> {
    let bundle = Bundle::open(&args.bundle)?;
    let found = &bundle.manifest.fingerprint;
    if let Some(expected) = args.expect.as_ref().filter(|expected| *expected != found) {
        let message = format!("the bundle's fingerprint is {found}, and {expected} was expected");
        return Err(Failure::new(Code::OtherFingerprint, message)
            .help("take the bundle that was reviewed")
            .exit(Exit::Stale));
    }
    let Some(asked) = asked(&bundle)? else {
        let plan = &bundle.manifest.plan;
        return match &args.role {
            None => Ok(nobody(plan, found, args.format)),
            Some(_) => {
                Err(Failure::new(Code::RoleUnasked, format!("the plan `{plan}` asks nobody to approve it"))
                    .help("write `signoff { role \"…\" }` into the plan"))
            }
        };
    };
    let approvals =
        Approvals::of(&args.bundle, &asked.plan, args.approvals.as_deref(), args.allowed_signers.as_deref());
    if let (Some(role), Some(by)) = (&args.role, &args.by) {
        approve(args, &asked, &approvals, role, by)?;
    }
    show(args, &asked, &approvals.standings(&asked)?)
}

fn approve(args: &Args, asked: &Asked, approvals: &Approvals, role: &str, by: &str) -> Result<()> {
    let approval = Approval {
        format_version: FORMAT_VERSION,
        plan: asked.plan.clone(),
        fingerprint: asked.fingerprint.clone(),
        role: role.to_owned(),
        by: by.to_owned(),
        on: args.on.clone(),
        note: args.note.clone(),
    };
    let path = approvals.write(asked, &approval, args.key.as_deref())?;
    output::message(&format!("{} is written: commit it\n", path.display()));
    Ok(())
}

/// Shows every role. Who just approved is told what else lacks, but has done what was asked.
fn show(args: &Args, asked: &Asked, roles: &[Role]) -> Result<Exit> {
    let lacking = lacking(roles);
    let text = match args.format {
        Format::Json => json(&asked.plan, &asked.fingerprint, roles),
        Format::Human => human(asked, roles),
    };
    let lost = output::data(&text);
    match lacking {
        Some(failure) if args.role.is_none() => Err(failure),
        _ => Ok(lost.unwrap_or(Exit::Done)),
    }
}

fn nobody(plan: &str, fingerprint: &str, format: Format) -> Exit {
    let text = match format {
        Format::Json => json(plan, fingerprint, &[]),
        Format::Human => format!("{plan} {fingerprint}: the plan asks nobody to approve it\n"),
    };
    output::data(&text).unwrap_or(Exit::Done)
}

fn human(asked: &Asked, roles: &[Role]) -> String {
    let mut text = format!("{} {}\n", asked.plan, asked.fingerprint);
    let width = roles.iter().map(|role| visible(&role.name).chars().count()).max().unwrap_or(0);
    for Role { name, path, standing } in roles {
        let (word, says) = match standing {
            Standing::Approved(approval) => {
                let on = approval.on.as_ref().map_or(String::new(), |day| format!(" on {day}"));
                ("approved", format!("{}{on}", approval.by))
            }
            Standing::Missing => ("missing", path.display().to_string()),
            Standing::Stale(found) => ("stale", format!("of {found}")),
            Standing::Refused(why) => ("refused", why.clone()),
        };
        let (name, says) = (visible(name), visible(&says));
        let _ = writeln!(text, "  {word:<8}  {name:<width$}  {says}");
    }
    text
}

/// What `signoff --format json` writes.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Shown<'a> {
    format_version: u32,
    plan: &'a str,
    fingerprint: &'a str,
    roles: Vec<ShownRole<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ShownRole<'a> {
    role: &'a str,
    /// `approved`, `missing`, `stale` or `refused`.
    standing: &'static str,
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<&'a str>,
    /// Why it does not count, or the other fingerprint.
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<&'a str>,
}

fn json(plan: &str, fingerprint: &str, roles: &[Role]) -> String {
    let role = |role: &'_ Role| -> (&'static str, Option<String>, Option<String>) {
        match &role.standing {
            Standing::Approved(approval) => ("approved", Some(approval.by.clone()), None),
            Standing::Missing => ("missing", None, None),
            Standing::Stale(found) => ("stale", None, Some(found.clone())),
            Standing::Refused(why) => ("refused", None, Some(why.clone())),
        }
    };
    let told: Vec<_> = roles.iter().map(role).collect();
    let roles = roles.iter().zip(&told).map(|(role, (standing, by, because))| ShownRole {
        role: &role.name,
        standing,
        path: role.path.display().to_string(),
        by: by.as_deref(),
        because: because.as_deref(),
    });
    let shown = Shown { format_version: FORMAT_VERSION, plan, fingerprint, roles: roles.collect() };
    let mut text = serde_json::to_string_pretty(&shown).unwrap_or_default();
    text.push('\n');
    text
}
