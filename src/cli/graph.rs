use clap::ValueEnum;

use super::output;
use super::side::Place;
use crate::artifact::graph::{around, dot, mermaid, svg};
use crate::base::{Exit, Sources};
use crate::diagnostic::{self, Code, Diagnostic};
use crate::plan::Plan;

/// Draw the target's tables in waves, with their references and how cycles are broken.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A plan file, a bundle's folder, or one of these in a git revision: `REV:PATH`.
    #[arg(value_name = "PLAN")]
    plan: String,
    /// Only what is near this table: the tables that it refers to and that refer to it.
    #[arg(long, value_name = "TABLE")]
    around: Option<String>,
    /// So many references away, at most.
    #[arg(long, value_name = "N", default_value_t = 1, requires = "around")]
    depth: usize,
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
    let plan = match &args.around {
        None => plan,
        Some(table) => match around(&plan, table, args.depth) {
            Some(part) => part,
            None => return no_table(&plan, table),
        },
    };
    let text = match args.format {
        GraphFormat::Svg => svg(&plan),
        GraphFormat::Dot => dot(&plan),
        GraphFormat::Mermaid => mermaid(&plan),
    };
    output::data(&text).unwrap_or(Exit::Done)
}

fn no_table(plan: &Plan, table: &str) -> Exit {
    let names = plan.tables.iter().map(|filled| filled.table.name.as_str());
    let found = Diagnostic::nowhere(Code::UnknownTable, format!("the plan fills no table `{table}`"))
        .did_you_mean(table, names)
        .or_help("`datamove graph` without --around shows all tables");
    output::message(&diagnostic::to_text(&Sources::default(), &[found], true));
    Exit::Usage
}
