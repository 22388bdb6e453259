use std::fmt;

use serde::{Deserialize, Serialize};

/// A text that was read: index into [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A range of bytes in one text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    #[must_use]
    pub fn new(file: FileId, start: usize, end: usize) -> Self {
        let clamp = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self { file, start: clamp(start), end: clamp(end) }
    }

    /// From the start of `self` to the end of `other`.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { file: self.file, start: self.start, end: other.end.max(self.start) }
    }

    /// The empty span at the start of `file`.
    #[must_use]
    pub const fn start_of(file: FileId) -> Self {
        Self { file, start: 0, end: 0 }
    }
}

/// A place in a text as people count it: both from 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LineCol {
    pub line: u32,
    pub column: u32,
}

/// The lines of a plan file that something compiled comes from. Part of `plan.json`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Origin {
    /// The file's name relative to the folder of the main plan file, with `/`.
    pub file: String,
    /// First line, from 1.
    pub line: u32,
    /// Last line, inclusive.
    pub end_line: u32,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line == self.end_line {
            write!(f, "{}:{}", self.file, self.line)
        } else {
            write!(f, "{}:{}-{}", self.file, self.line, self.end_line)
        }
    }
}

/// One text with its display name and the offsets of its lines.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Relative to the folder of the main plan file, with `/`, so that no machine's path shows.
    pub name: String,
    pub text: String,
    line_starts: Vec<u32>,
}

impl SourceFile {
    /// The line and column of a byte offset; offsets past the end are the end.
    #[must_use]
    pub fn line_col(&self, offset: u32) -> LineCol {
        let offset = offset.min(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        let line = self.line_starts.partition_point(|start| *start <= offset).max(1) - 1;
        let start = self.line_starts[line] as usize;
        let column = self.text.get(start..offset as usize).map_or(0, |text| text.chars().count());
        let count = |n: usize| u32::try_from(n + 1).unwrap_or(u32::MAX);
        LineCol { line: count(line), column: count(column) }
    }
}

/// Every text of one run: plan files and DDL files.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
    /// The main plan's folder as the caller knows it, with a `/` at its end: only messages show it.
    folder: String,
}

impl Sources {
    /// Texts of a plan in `folder`: empty, or with a `/` at its end.
    pub fn in_folder(folder: impl Into<String>) -> Self {
        Self { files: Vec::new(), folder: folder.into() }
    }

    /// The name under which the caller finds the file.
    #[must_use]
    pub fn shown(&self, id: FileId) -> String {
        self.shown_name(&self.file(id).name)
    }

    /// The name under which the caller finds a file of that name, which need not have been read.
    #[must_use]
    pub fn shown_name(&self, name: &str) -> String {
        if name.starts_with('/') {
            return name.to_owned();
        }
        // `docs/../plans/shop.sql` is `plans/shop.sql`; a folder that is itself `..` stays.
        let mut parts: Vec<&str> = self.folder.split('/').collect();
        parts.pop();
        for part in name.split('/') {
            match part {
                ".." if parts.last().is_some_and(|last| !matches!(*last, "" | "." | "..")) => {
                    parts.pop();
                }
                other => parts.push(other),
            }
        }
        parts.join("/")
    }

    /// Takes a text in. `name` is how messages call it.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> FileId {
        let text = text.into();
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        let mut line_starts = vec![0];
        for (offset, byte) in text.bytes().enumerate() {
            if byte == b'\n' {
                line_starts.push(u32::try_from(offset + 1).unwrap_or(u32::MAX));
            }
        }
        self.files.push(SourceFile { name: name.into(), text, line_starts });
        id
    }

    /// # Panics
    /// If `id` came from another `Sources`.
    #[must_use]
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[id.0 as usize]
    }

    pub fn files(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        (0..).map(FileId).zip(&self.files)
    }

    /// The text under a span; empty where the span does not fit the file.
    #[must_use]
    pub fn text(&self, span: Span) -> &str {
        self.file(span.file).text.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// The text on the lines of `origin`, without the white space around it.
    #[must_use]
    pub fn span_of(&self, origin: &Origin) -> Option<Span> {
        let (id, file) = self.files().find(|(_, file)| file.name == origin.file)?;
        let line_start = |line: u32| file.line_starts.get(line as usize).map(|start| *start as usize);
        let start = line_start(origin.line.checked_sub(1)?)?;
        let end = line_start(origin.end_line).unwrap_or(file.text.len());
        let text = file.text.get(start..end)?;
        let lead = text.len() - text.trim_start().len();
        Some(Span::new(id, start + lead, start + text.trim_end().len()))
    }

    /// The lines that a span covers.
    #[must_use]
    pub fn origin(&self, span: Span) -> Origin {
        let file = self.file(span.file);
        let line = file.line_col(span.start).line;
        let last = span.end.saturating_sub(1).max(span.start);
        Origin { file: file.name.clone(), line, end_line: file.line_col(last).line }
    }
}
