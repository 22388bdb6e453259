//! The bundle: every file that people review and pipelines apply, made in memory.
//!
//! Nothing here knows a clock, a host, a user or a path: the same plan gives the same bytes.

mod commands;
mod cutover;
pub(crate) mod escape;
pub(crate) mod expression;
pub mod graph;
pub mod manifest;
mod mapping;
mod render;
mod review;
mod runbook;
pub mod show;
mod travel;
#[cfg(test)]
mod tests;
pub(crate) mod words;

use std::collections::BTreeMap;
use std::mem;

use crate::dialect::Script;
use crate::estimate::Estimate;
use crate::plan::{Plan, to_json};
use crate::schema::Shapes;

use manifest::{MANIFEST, REPAIR, SCHEMA};

/// What an artifact is made from.
#[derive(Debug)]
pub struct Context<'a> {
    pub plan: &'a Plan,
    pub fingerprint: &'a str,
    pub beside: &'a Beside,
    /// In the order in which they run; their texts are in `files`.
    pub scripts: &'a [Script],
    /// The files that are made already, by path: all of them when the manifest is made.
    pub files: &'a BTreeMap<String, String>,
}

/// What a bundle tells beside what its plan means; no part of the fingerprint.
#[derive(Clone, Debug, Default)]
pub struct Beside {
    /// The tables as the two schemas had them.
    pub shapes: Shapes,
    /// `None` where nothing is known of how much there is.
    pub estimate: Option<Estimate>,
}

/// One document of the bundle.
#[derive(Debug)]
pub struct Artifact {
    pub path: &'static str,
    /// What a reader finds in it, in one line.
    pub what: &'static str,
    pub render: fn(&Context) -> String,
}

/// Every document, in the order in which they are made; the manifest hashes all others.
pub const ARTIFACTS: [Artifact; 9] = [
    Artifact {
        path: "REVIEW.md",
        what: "what moves, in which order, what is proven, probed and accepted, risks first",
        render: review::render,
    },
    Artifact {
        path: "mapping.md",
        what: "field by field: source, transform, target, and how its safety is established",
        render: mapping::render,
    },
    Artifact {
        path: "runbook.md",
        what: "who does what, with the command, the expected output and the way back from each step",
        render: runbook::render,
    },
    Artifact {
        path: "graph.svg",
        what: "the target tables in waves, with their references and how cycles are broken",
        render: |context| graph::svg(context.plan),
    },
    Artifact {
        path: "graph.mmd",
        what: "the same graph as Mermaid text",
        render: |context| graph::mermaid(context.plan),
    },
    Artifact {
        path: "plan.json",
        what: "the whole compiled plan, for tools",
        render: |context| to_json(context.plan),
    },
    Artifact {
        path: SCHEMA,
        what: "the tables as the two schemas had them, which every run compares with the databases",
        render: |context| context.beside.shapes.to_json(),
    },
    Artifact {
        path: REPAIR,
        what: "what `datamove reconcile` makes a repair script of: statements with holes for keys",
        render: |context| {
            let repair = crate::dialect::repair_of(context.plan, context.fingerprint);
            let mut text =
                serde_json::to_string_pretty(&repair).expect("statements and their names are all texts");
            text.push('\n');
            text
        },
    },
    Artifact {
        path: MANIFEST,
        what: "the plan's fingerprint, the scripts in order, and a hash of every other file",
        render: manifest::render,
    },
];

/// `REVIEW.md` of a plan alone: without what statistics tell.
#[must_use]
pub fn review(plan: &Plan) -> String {
    let fingerprint = crate::plan::fingerprint(plan);
    let scripts = crate::dialect::scripts(plan, &fingerprint);
    let (beside, files) = (Beside::default(), BTreeMap::new());
    review::render(&Context {
        plan,
        fingerprint: &fingerprint,
        beside: &beside,
        scripts: &scripts,
        files: &files,
    })
}

/// A bundle in memory: every file by its path, with `/`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bundle {
    /// The plan's, with its algorithm's name.
    pub fingerprint: String,
    pub files: BTreeMap<String, String>,
}

/// Makes the whole bundle of a plan and its scripts, which come in the order in which they run.
#[must_use]
pub fn bundle(plan: &Plan, fingerprint: &str, mut scripts: Vec<Script>, beside: &Beside) -> Bundle {
    let texts = scripts.iter_mut().map(|script| (script.path.clone(), mem::take(&mut script.text)));
    let mut files: BTreeMap<String, String> = texts.collect();
    for artifact in &ARTIFACTS {
        let context = Context { plan, fingerprint, beside, scripts: &scripts, files: &files };
        let text = (artifact.render)(&context);
        files.insert(artifact.path.to_owned(), text);
    }
    Bundle { fingerprint: fingerprint.to_owned(), files }
}
