//! What all verbs share of streams and formats: stdout is data, stderr is progress and errors.

#![expect(clippy::disallowed_methods, reason = "the command line looks at its environment")]

use std::env;
use std::io::{self, ErrorKind, IsTerminal as _, Write as _};

use clap::ValueEnum;

use crate::base::Exit;
use crate::runner::progress::{Bars, Lines, Progress, Silent};
use crate::runner::report::Report;

/// How the report is written to stdout.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Text for people.
    #[default]
    Human,
    /// One JSON document.
    Json,
}

/// How the report of a run is written to stdout.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum RunFormat {
    /// Text for people.
    #[default]
    Human,
    /// One JSON document.
    Json,
    /// JUnit's XML: a test for each check.
    Junit,
    /// Markdown for a comment.
    Markdown,
    /// One page that opens anywhere.
    Html,
}

/// Bars on a terminal, JSON lines in logs, nothing if that was asked for.
pub(super) fn progress(quiet: bool) -> Box<dyn Progress> {
    if quiet {
        Box::new(Silent)
    } else if io::stderr().is_terminal() && !in_pipeline() {
        Box::new(Bars::new())
    } else {
        Box::new(Lines::new(io::stderr()))
    }
}

/// True under a build server, where a terminal may be pretended.
fn in_pipeline() -> bool {
    env::var("CI").is_ok_and(|value| !matches!(value.as_str(), "" | "0" | "false"))
}

/// Writes a report, and says what the process ends with.
pub(super) fn finish(report: &Report, format: RunFormat) -> Exit {
    let text = match format {
        RunFormat::Json => report.to_json(),
        RunFormat::Junit => report.to_junit(),
        RunFormat::Markdown => report.to_markdown(),
        RunFormat::Html => report.to_html(),
        RunFormat::Human => {
            if let Some(failure) = &report.failure {
                let text = failure.to_text();
                let text = text.replacen("error", "\u{1b}[1;31merror\u{1b}[0m", 1);
                // Colours go where the terminal and NO_COLOR want them; a closed stderr is no error.
                let _ = anstream::stderr().write_all(text.as_bytes());
            }
            report.to_text()
        }
    };
    // What was done stays the more important news.
    data(&text).map_or(report.exit(), |lost| report.exit().max(lost))
}

/// Writes data to stdout. `Some` exit code if that failed.
pub(super) fn data(text: &str) -> Option<Exit> {
    match anstream::stdout().write_all(text.as_bytes()) {
        // Whoever closed the pipe has read enough.
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            message(&format!("error: stdout cannot be written: {error}\n"));
            Some(Exit::Internal)
        }
        Ok(()) | Err(_) => None,
    }
}

/// Writes a message for people to stderr. Colours go where the terminal and NO_COLOR want them; a
/// closed stderr is no error.
pub(super) fn message(text: &str) -> Option<Exit> {
    let _ = anstream::stderr().write_all(text.as_bytes());
    None
}
