use super::output;
use super::side::Place;
use crate::base::Exit;

/// Print the review of a plan in Markdown: what moves, what can go wrong, how it is undone.
///
/// The text is the bundle's REVIEW.md, made anew from the compiled plan, so that nothing need be
/// written for it.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A plan file, a bundle's folder, or one of these in a git revision: `REV:PATH`.
    #[arg(value_name = "PLAN")]
    plan: String,
}

pub(super) fn run(args: &Args) -> Exit {
    match Place::of(&args.plan).load() {
        Ok(plan) => {
            let bundle = crate::bundle(&plan);
            let review = bundle.files.get("REVIEW.md").map_or("", String::as_str);
            output::data(review).unwrap_or(Exit::Done)
        }
        Err(refusal) => refusal.tell(),
    }
}
