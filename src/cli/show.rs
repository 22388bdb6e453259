use std::path::Path;

use clap::ValueEnum;

use super::output;
use super::side::{Place, Refusal};
use crate::artifact::{self, graph, show};
use crate::base::Exit;
use crate::plan::Plan;
use crate::runner::bundle::Bundle;

const REVIEW: &str = "REVIEW.md";

/// Show the review of a plan or bundle: what moves, what can go wrong, in which order, how it is proven.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A plan file, a bundle's folder, a plan.json, or one of these in a git revision: `REV:PATH`.
    #[arg(value_name = "PLAN")]
    plan: String,
    /// How it is written to stdout.
    #[arg(long, value_enum, default_value_t)]
    format: ShowFormat,
}

/// How a review is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum ShowFormat {
    /// For a terminal.
    #[default]
    Text,
    /// As in the bundle, for a code host.
    Markdown,
    /// One page with the graph in it, for a browser; it loads nothing.
    Html,
}

pub(super) fn run(args: &Args) -> Exit {
    let place = Place::of(&args.plan);
    let found = place.load().and_then(|plan| Ok((review(&place, &plan)?, plan)));
    let (review, plan) = match found {
        Ok(found) => found,
        Err(refusal) => return refusal.tell(),
    };
    let text = match args.format {
        ShowFormat::Text => show::text(&review),
        ShowFormat::Markdown => review,
        ShowFormat::Html => show::html(&plan.name, &review, &graph::svg(&plan)),
    };
    output::data(&text).unwrap_or(Exit::Done)
}

/// A bundle has its review, with what statistics told when it was compiled; else the plan says it all.
fn review(place: &Place, plan: &Plan) -> Result<String, Refusal> {
    match place {
        Place::Disk(path) if path.is_dir() => of_bundle(path, plan),
        Place::Disk(_) | Place::Git { .. } => Ok(artifact::review(plan)),
    }
}

fn of_bundle(folder: &Path, plan: &Plan) -> Result<String, Refusal> {
    let bundle =
        Bundle::open(folder).map_err(|failure| Refusal { text: failure.to_text(), exit: failure.exit })?;
    Ok(bundle.text(REVIEW).map_or_else(|| artifact::review(plan), str::to_owned))
}
