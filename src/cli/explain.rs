use super::output;
use crate::base::{Exit, nearest};
use crate::diagnostic::Code;

/// Explain a code: what it means, why it matters, a bad and a good example.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A code such as DM0401; without one, the list of all codes.
    #[arg(value_name = "CODE")]
    code: Option<String>,
}

pub(super) fn run(args: &Args) -> Exit {
    let Some(id) = &args.code else {
        let list: Vec<String> = Code::ALL.iter().map(|code| format!("{code}  {}", code.title())).collect();
        return output::data(&(list.join("\n") + "\n")).unwrap_or(Exit::Done);
    };
    if let Some(code) = Code::from_id(id.trim()) {
        return output::data(code.page()).unwrap_or(Exit::Done);
    }
    let near = nearest(id, Code::ALL.iter().map(|code| code.id())).join(", ");
    let near = if near.is_empty() { String::new() } else { format!("; did you mean {near}?") };
    output::message(&format!(
        "error: there is no code `{id}`{near}\nhelp: `datamove explain` lists them all\n"
    ));
    Exit::Usage
}
