use std::io::{ErrorKind, Write as _};
use std::path::{Component, Path, PathBuf};

use super::{files, output};
use crate::base::{Engine, Exit, Sources};
use crate::diagnostic::{self, Problems};
use crate::init::{self, Draft, Side};
use crate::schema::{self, Catalog};

/// Write a first plan from two schemas: tables and columns paired by name, the rest left open.
///
/// What could not be paired stands in the plan as a TODO, and `datamove check` reports it.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The DDL of the schema that the rows are in.
    #[arg(long, value_name = "SQL")]
    source: PathBuf,
    /// The DDL of the schema that they shall be in.
    #[arg(long, value_name = "SQL")]
    target: PathBuf,
    /// The plan file to write.
    #[arg(long, short, value_name = "PLAN")]
    output: PathBuf,
    /// The plan's name for the source.
    #[arg(long, value_name = "NAME", default_value = "old")]
    source_name: String,
    /// The plan's name for the target.
    #[arg(long, value_name = "NAME", default_value = "new")]
    target_name: String,
    /// The source's engine; told from its DDL if left out.
    #[arg(long, value_name = "ENGINE", value_parser = engine_word)]
    source_engine: Option<Engine>,
    /// The target's engine; told from its DDL if left out.
    #[arg(long, value_name = "ENGINE", value_parser = engine_word)]
    target_engine: Option<Engine>,
    /// The plan's own name; made of the file's name if left out.
    #[arg(long, value_name = "NAME")]
    plan_name: Option<String>,
    /// Write over an existing plan file.
    #[arg(long)]
    force: bool,
}

fn engine_word(word: &str) -> Result<Engine, String> {
    let words = Engine::ALL.map(Engine::word).join(", ");
    Engine::from_word(word).ok_or_else(|| format!("the engines are {words}"))
}

pub(super) fn run(args: &Args) -> Exit {
    match write(args) {
        Ok(draft) => output::data(&summary(&args.output, &draft)).unwrap_or(Exit::Done),
        Err((exit, text)) => {
            output::message(&text);
            exit
        }
    }
}

fn summary(plan: &Path, draft: &Draft) -> String {
    let count = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    let shown = plan.display();
    format!(
        "{shown}: {}, {} to decide; go on with `datamove check {shown}`\n",
        count(draft.moves, "move"),
        count(draft.open, "place")
    )
}

/// What ends the verb early: the exit code and what to say.
type Stop = (Exit, String);

fn usage(message: &str, help: &str) -> Stop {
    (Exit::Usage, format!("error: {message}\nhelp: {help}\n"))
}

fn exists(plan: &Path) -> Stop {
    let message = format!("`{}` exists already", plan.display());
    usage(&message, "choose another name with -o, or write over it with --force")
}

fn unwritable(plan: &Path, error: &std::io::Error) -> Stop {
    if error.kind() == ErrorKind::AlreadyExists {
        return exists(plan);
    }
    let text = format!("error: `{}` cannot be written: {error}\n", plan.display());
    (Exit::Internal, text + "help: name a file in a folder that exists and may be written to\n")
}

fn write(args: &Args) -> Result<Draft, Stop> {
    if args.source_name == args.target_name {
        let message = format!("source and target would both be called `{}`", args.source_name);
        return Err(usage(&message, "give them two names: `--source-name old --target-name new`"));
    }
    if args.output.exists() && !args.force {
        return Err(exists(&args.output));
    }
    let source = catalog(&args.source, &args.source_name, args.source_engine, "--source-engine")?;
    let target = catalog(&args.target, &args.target_name, args.target_engine, "--target-engine")?;
    let from_file = || init::plan_name(&args.output.file_stem().unwrap_or_default().to_string_lossy());
    let name = args.plan_name.clone().unwrap_or_else(from_file);
    let files = [&args.source, &args.target].map(|file| relative(&args.output, file));
    let old = Side { name: &args.source_name, file: &files[0], catalog: &source };
    let new = Side { name: &args.target_name, file: &files[1], catalog: &target };
    let draft = init::draft(&name, old, new).map_err(|why| {
        let text = format!("error: a name in the schemas cannot stand in a plan: {why}\n");
        (Exit::Internal, text + "help: leave that table out of the DDL\n")
    })?;
    save(&args.output, &draft.text, args.force).map_err(|error| unwritable(&args.output, &error))?;
    Ok(draft)
}

/// The schema in the file `path`.
fn catalog(path: &Path, name: &str, stated: Option<Engine>, option: &str) -> Result<Catalog, Stop> {
    let shown = path.to_string_lossy().into_owned();
    let mut sources = Sources::default();
    let text = files::read(path).map_err(|error| {
        let found = [error.diagnostic(&shown, None)];
        (Exit::Internal, diagnostic::to_text(&sources, &found, true))
    })?;
    let Some(engine) = stated.or_else(|| schema::recognise(&text)) else {
        let words = Engine::ALL.map(Engine::word).join("` or `");
        let message = format!("it cannot be told from `{shown}` for which engine it is written");
        return Err(usage(&message, &format!("say it with {option}: `{words}`")));
    };
    let file = sources.add(shown, text);
    let mut problems = Problems::default();
    let catalog = schema::read(engine, name, &[(file, None)], &sources, &mut problems);
    if problems.errors() > 0 {
        return Err((Exit::PlanErrors, diagnostic::to_text(&sources, &problems.sorted(), true)));
    }
    Ok(catalog)
}

/// The name under which a plan file names another one: relative to the plan's folder, so that no
/// machine's path stands in a plan, except where the two share no root.
fn relative(plan: &Path, file: &Path) -> String {
    let folder = match plan.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    };
    let real = |path: &Path| path.canonicalize().or_else(|_| std::path::absolute(path));
    let (Ok(folder), Ok(full)) = (real(&folder), real(file)) else {
        return file.to_string_lossy().replace('\\', "/");
    };
    let (from, to): (Vec<Component<'_>>, Vec<Component<'_>>) =
        (folder.components().collect(), full.components().collect());
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    if shared == 0 {
        return full.to_string_lossy().replace('\\', "/");
    }
    let up = std::iter::repeat_n("..".to_owned(), from.len() - shared);
    let down = to[shared..].iter().map(|part| part.as_os_str().to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<_>>().join("/")
}

/// Writes a new file, or over an old one; a failure leaves what was there.
fn save(plan: &Path, text: &str, force: bool) -> std::io::Result<()> {
    if force && plan.exists() {
        return super::fmt::replace(plan, text);
    }
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).open(plan)?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    if written.is_err() {
        // Half a plan would look like a whole one.
        let _ = std::fs::remove_file(plan);
    }
    written
}
