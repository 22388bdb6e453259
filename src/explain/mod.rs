//! One page for each code: what it means, why it matters, an example that is wrong and one that is
//! right. The pages are Markdown; this reads what a program wants to know of them.
//!
//! A page begins with `# DMnnnn: title`. Examples are fenced blocks under the headings `## Wrong`
//! and `## Right`, with an info string that says what a block is: `plan` is the main plan,
//! `plan NAME` a file that it imports, `sql NAME` a DDL file.

use crate::diagnostic::Code;

/// A page, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    pub code: Code,
    /// Without the code and the colon.
    pub title: &'static str,
    /// The whole page, as it is written.
    pub markdown: &'static str,
    /// What stands below the title.
    pub body: &'static str,
    pub examples: Vec<Example>,
}

/// What an example shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heading {
    /// It gives the page's code.
    Wrong,
    /// It compiles.
    Right,
}

/// The fenced blocks under one heading, which together are one example.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    pub heading: Heading,
    /// Each block's info string and text.
    pub blocks: Vec<(String, String)>,
}

/// The page of a code.
#[must_use]
pub fn page(code: Code) -> Rendered {
    let markdown = code.page();
    let (first, body) = markdown.split_once('\n').unwrap_or((markdown, ""));
    let title = first.split_once(':').map_or_else(|| code.title(), |(_, title)| title.trim());
    Rendered { code, title, markdown, body: body.trim(), examples: examples(markdown) }
}

/// Every example of a page, in its order. An unclosed fence ends with the page.
#[must_use]
pub fn examples(page: &str) -> Vec<Example> {
    let mut found: Vec<Example> = Vec::new();
    let mut within = false;
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if line.starts_with("# ") || line.starts_with("## ") {
            let heading = heading(line);
            within = heading.is_some();
            found.extend(heading.map(|heading| Example { heading, blocks: Vec::new() }));
        } else if let Some((fence, info)) = fence(line) {
            let text: String = lines
                .by_ref()
                .take_while(|line| line.trim() != fence)
                .flat_map(|line| [line, "\n"])
                .collect();
            if let Some(example) = found.last_mut().filter(|_| within) {
                example.blocks.push((info, text));
            }
        }
    }
    found
}

/// What begins under a heading; the other headings of the first two levels end an example.
fn heading(line: &str) -> Option<Heading> {
    match line.trim_end() {
        "## Wrong" => Some(Heading::Wrong),
        "## Right" => Some(Heading::Right),
        _ => None,
    }
}

/// The marks that open a block, which close it as well, and its info string.
fn fence(line: &str) -> Option<(String, String)> {
    let marks = line.chars().take_while(|c| *c == '`').count();
    (marks >= 3).then(|| (line[..marks].to_owned(), line[marks..].trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::{Heading, examples, page};
    use crate::diagnostic::Code;

    #[test]
    fn examples_are_found_under_their_headings() {
        let text = "# DM0000: t\n\n```sh\nno\n```\n\n## Wrong\n\nSo:\n\n```plan\nmove a\n```\n\n```sql legacy\n# no heading\n```\n\n## Right\n\n````plan\n```\n````\n\n## What to do\n\n```sh\nno\n```\n";
        let found = examples(text);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].heading, Heading::Wrong);
        let block = |info: &str, text: &str| (info.to_owned(), text.to_owned());
        assert_eq!(found[0].blocks, [block("plan", "move a\n"), block("sql legacy", "# no heading\n")]);
        assert_eq!(found[1].heading, Heading::Right);
        assert_eq!(found[1].blocks, [block("plan", "```\n")]);
    }

    #[test]
    fn pages_of_the_output_folder_say_what_the_code_says() {
        let all = Code::ALL.iter().filter(|code| code.id().starts_with("DM003"));
        for code in all {
            let page = page(*code);
            assert_eq!(page.title, code.title());
            assert!(page.body.contains("## What to do"), "{code}");
        }
    }
}
