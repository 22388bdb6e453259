//! The main plan file and what it imports, each once.

use crate::base::{FileId, Sources, Span, merge_conflicts};
use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::syntax::ast::{self, ItemKind};

/// Where texts come from. Names are relative to the main plan's folder, with `/`.
pub trait Files {
    /// # Errors
    /// Why the text could not be read.
    fn read(&self, name: &str) -> Result<String, ReadError>;
}

/// Why a file could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    Missing,
    /// Not UTF-8 text; the byte offset of the first bad byte.
    NotText(usize),
    /// A file of another kind, told by its first bytes: what it is, and how a text is made of it.
    Binary {
        what: &'static str,
        help: &'static str,
    },
    /// Larger than `limit` bytes.
    TooLarge {
        limit: u64,
    },
    Directory,
    /// A file that the revision of a repository cannot have.
    Outside {
        revision: String,
    },
    /// Anything else, in the system's words.
    Other(String),
}

impl ReadError {
    /// The finding for `name`, at the place that names it, if there is one.
    #[must_use]
    pub fn diagnostic(&self, name: &str, at: Option<Span>) -> Diagnostic {
        let (code, message, help) = match self {
            Self::Missing => (
                Code::FileMissing,
                format!("there is no file `{name}`"),
                match at {
                    Some(_) => "paths are relative to the folder of the file that names them".to_owned(),
                    None => "see whether the name and the folder are right".to_owned(),
                },
            ),
            Self::NotText(offset) => (
                Code::NotText,
                format!("`{name}` is not UTF-8 text (byte {offset})"),
                "convert it first, for example `iconv -f WINDOWS-1252 -t UTF-8`".to_owned(),
            ),
            Self::Binary { what, help } => {
                (Code::NotText, format!("`{name}` is {what}, not UTF-8 text"), (*help).to_owned())
            }
            Self::TooLarge { limit } => (
                Code::FileTooLarge,
                format!("`{name}` is larger than {} MiB", limit >> 20),
                "a schema dump holds no rows: use `pg_dump --schema-only` or `.schema`".to_owned(),
            ),
            Self::Directory => {
                (Code::FileMissing, format!("`{name}` is a folder"), "name the file in it".to_owned())
            }
            Self::Outside { revision } => (
                Code::NotInRevision,
                format!("`{name}` is outside of the repository, so that `{revision}` has no version of it"),
                "move it into the repository, or compare two bundles".to_owned(),
            ),
            Self::Other(why) => (
                Code::FileMissing,
                format!("`{name}` cannot be read: {why}"),
                "check its permissions".to_owned(),
            ),
        };
        let diagnostic = match at {
            Some(span) => Diagnostic::error(code, message, span, "named here"),
            None => Diagnostic::nowhere(code, message),
        };
        diagnostic.help(help)
    }
}

/// Reads and parses the main file and everything that it imports, in the order in which they are
/// first named. Files that import each other are reported.
pub fn load(main: &str, files: &dyn Files, sources: &mut Sources, problems: &mut Problems) -> Vec<ast::File> {
    let mut loader = Loader { files, sources, problems, seen: Vec::new(), parsed: Vec::new() };
    loader.one(main, None, &mut Vec::new());
    loader.parsed
}

struct Loader<'l> {
    files: &'l dyn Files,
    sources: &'l mut Sources,
    problems: &'l mut Problems,
    seen: Vec<String>,
    parsed: Vec<ast::File>,
}

impl Loader<'_> {
    fn one(&mut self, name: &str, at: Option<Span>, above: &mut Vec<(String, Option<Span>)>) {
        if above.iter().any(|(file, _)| file == name) {
            self.cycle(name, at, above);
            return;
        }
        if self.seen.iter().any(|file| file == name) {
            return;
        }
        self.seen.push(name.to_owned());
        let text = match self.files.read(name) {
            Ok(text) => text,
            Err(error) => {
                self.problems.push(error.diagnostic(&self.sources.shown_name(name), at));
                return;
            }
        };
        let id = self.sources.add(name, text);
        if has_conflicts(self.sources, id, self.problems) {
            return;
        }
        let file = super::parse(self.sources, id, self.problems);
        let imports: Vec<(String, Span)> = file
            .items
            .iter()
            .filter_map(|item| match &item.kind {
                ItemKind::Import(import) => Some((beside(name, &import.file.value), import.file.span)),
                _ => None,
            })
            .collect();
        self.parsed.push(file);
        above.push((name.to_owned(), at));
        for (import, span) in imports {
            self.one(&import, Some(span), above);
        }
        above.pop();
    }

    fn cycle(&mut self, name: &str, at: Option<Span>, above: &[(String, Option<Span>)]) {
        let start = above.iter().position(|(file, _)| file == name).unwrap_or(0);
        let mut names: Vec<&str> = above[start..].iter().map(|(file, _)| file.as_str()).collect();
        names.push(name);
        let span = at.unwrap_or(Span::start_of(FileId(0)));
        let mut diagnostic = Diagnostic::error(
            Code::ImportCycle,
            format!("these files import each other: {}", names.join(" -> ")),
            span,
            "closes the circle",
        );
        for (file, at) in above[start..].iter().skip(1) {
            if let Some(at) = at {
                diagnostic = diagnostic.see(*at, format!("imports `{file}`"));
            }
        }
        self.problems.push(diagnostic.help("move what both need into a third file"));
    }
}

/// Reports every place where a merge was left unfinished. Neither of its sides can be taken for the
/// text.
pub fn has_conflicts(sources: &Sources, id: FileId, problems: &mut Problems) -> bool {
    let found = merge_conflicts(&sources.file(id).text);
    for at in &found {
        let span = Span::new(id, at.start, at.end);
        problems.push(
            Diagnostic::error(
                Code::MergeConflict,
                "a merge that is not finished",
                span,
                "two versions begin here",
            )
            .help("choose what is meant, and take the lines with `<<<<<<<`, `=======` and `>>>>>>>` out"),
        );
    }
    !found.is_empty()
}

/// The name of a file that `file` names as `path`: relative to the folder of `file`.
#[must_use]
pub fn beside(file: &str, path: &str) -> String {
    if path.starts_with('/') {
        return path.to_owned();
    }
    let mut parts: Vec<&str> = file.split('/').collect();
    parts.pop();
    for part in path.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
}
