use clap::ValueEnum;

use super::output;
use super::side::Place;
use crate::artifact::graph::{dot, mermaid, svg};
use crate::base::Exit;

/// Draw the target's tables in waves, with their references and how cycles are broken.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A plan file, a bundle's folder, or one of these in a git revision: `REV:PATH`.
    #[arg(value_name = "PLAN")]
    plan: String,
    /// How it is drawn.
    #[arg(long, value_enum, default_value_t)]
    format: GraphFormat,
}

/// How a graph is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum GraphFormat {
    /// A picture that a browser shows.
    #[default]
    Svg,
    /// Graphviz's language.
    Dot,
    /// Mermaid, which GitHub and GitLab draw.
    Mermaid,
}

pub(super) fn run(args: &Args) -> Exit {
    let plan = match Place::of(&args.plan).load() {
        Ok(plan) => plan,
        Err(refusal) => return refusal.tell(),
    };
    let text = match args.format {
        GraphFormat::Svg => svg(&plan),
        GraphFormat::Dot => dot(&plan),
        GraphFormat::Mermaid => mermaid(&plan),
    };
    output::data(&text).unwrap_or(Exit::Done)
}
