use minijinja::context;

use super::frame::Frame;
use super::probe::{self, Checks};
use super::{Beside, Script};
use crate::diagnostic::Code;
use crate::plan::ScriptKind;

pub(super) fn script(frame: &Frame<'_>) -> Script {
    let path = if frame.plan.staging.is_empty() { "sql/00_preflight.sql" } else { "sql/18_preflight.sql" };
    let mut checks = Checks::new(frame);
    frame.plan.moves.iter().flat_map(|step| probe::scans(frame, step)).for_each(|scan| checks.add(scan));
    let does = "Counts the rows that break a claim of the plan. Writes nothing, and fails if a check fails.";
    let text = frame.render(
        "preflight.sql",
        &context! {
            checks => checks.finish(),
            failed => frame.message(Code::PreflightFailed, "the source holds rows that the plan cannot move"),
            ..frame.shared(path, does)
        },
    );
    Script {
        path: path.to_owned(),
        kind: ScriptKind::Preflight,
        steps: Vec::new(),
        wave: None,
        batch_rows: None,
        next_row: None,
        sets_aside: false,
        rejected: None,
        beside: Beside::Alone,
        text,
    }
}
