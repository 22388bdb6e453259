use serde::Serialize;

use super::{Change, Class, Diff, Evidence, Identity, StepVerdict};

/// The version of the structure; grows with every change that a reader of it could notice.
const FORMAT_VERSION: u32 = 1;

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Document<'d> {
    format_version: u32,
    before: &'d Identity,
    after: &'d Identity,
    same_meaning: bool,
    counts: Vec<Count>,
    changes: &'d [Change],
    steps: &'d [StepVerdict],
    void_evidence: &'d [Evidence],
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Count {
    class: Class,
    changes: usize,
}

/// The comparison as one JSON document, ending in a newline.
#[must_use]
pub fn to_json(diff: &Diff) -> String {
    let document = Document {
        format_version: FORMAT_VERSION,
        before: &diff.before,
        after: &diff.after,
        same_meaning: diff.means_the_same(),
        counts: diff.counts().into_iter().map(|(class, changes)| Count { class, changes }).collect(),
        changes: &diff.changes,
        steps: &diff.steps,
        void_evidence: &diff.void_evidence,
    };
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}
