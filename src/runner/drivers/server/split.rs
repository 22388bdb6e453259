//! A bundle's script to its statements, as the engine's stock client sends them one by one.
//!
//! Unlike a dump, which `schema` reads, a script of ours has no data between its statements, and in
//! MySQL no backslash escapes, because it switches them off.

use crate::base::Engine;

/// A statement without its delimiter, and the line of the script, from 1, on which it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::runner::drivers) struct Statement<'s> {
    pub(in crate::runner::drivers) line: u32,
    pub(in crate::runner::drivers) text: &'s str,
}

/// The statements of a script, in order.
pub(in crate::runner::drivers) fn statements(engine: Engine, script: &str) -> Vec<Statement<'_>> {
    let mut splitter = Splitter { postgres: engine == Engine::Postgres, script, at: 0, delimiter: ";" };
    let mut found = Vec::new();
    while splitter.skip_blank() {
        let start = splitter.at;
        splitter.pass_statement();
        let text = script[start..splitter.at].trim_end();
        if !text.is_empty() {
            let line = script[..start].bytes().filter(|byte| *byte == b'\n').count() + 1;
            found.push(Statement { line: u32::try_from(line).unwrap_or(u32::MAX), text });
        }
        if splitter.rest().starts_with(splitter.delimiter) {
            splitter.at += splitter.delimiter.len();
        }
    }
    found
}

struct Splitter<'s> {
    postgres: bool,
    script: &'s str,
    at: usize,
    /// MySQL's client has a command that changes it, because a procedure's body has semicolons.
    delimiter: &'s str,
}

impl<'s> Splitter<'s> {
    fn rest(&self) -> &'s str {
        &self.script[self.at..]
    }

    /// Goes to just behind `end`, searched from `from` bytes ahead; to the end without one.
    fn pass_to(&mut self, from: usize, end: &str) {
        let start = self.script.len().min(self.at + from);
        self.at = self.script[start..].find(end).map_or(self.script.len(), |found| start + found + end.len());
    }

    /// Passes blanks, comments and the client's commands; false at the end of the script.
    fn skip_blank(&mut self) -> bool {
        loop {
            self.at += self.rest().len() - self.rest().trim_start().len();
            if self.rest().is_empty() {
                return false;
            }
            // MySQL runs what stands in `/*! … */`.
            let hidden =
                !self.postgres && (self.rest().starts_with("/*!") || self.rest().starts_with("/*M!"));
            if hidden || !(self.pass_comment() || self.pass_delimiter_command()) {
                return true;
            }
        }
    }

    fn pass_comment(&mut self) -> bool {
        let rest = self.rest();
        let line = rest.strip_prefix("--").is_some_and(|after| {
            // In MySQL `1--1` is a sum.
            self.postgres || after.is_empty() || after.starts_with(|c: char| c.is_whitespace())
        });
        if line || (!self.postgres && rest.starts_with('#')) {
            self.pass_to(0, "\n");
            true
        } else if rest.starts_with("/*") {
            self.pass_block_comment();
            true
        } else {
            false
        }
    }

    /// PostgreSQL's nest.
    fn pass_block_comment(&mut self) {
        let mut depth = 0_usize;
        loop {
            let rest = self.rest();
            if rest.starts_with("/*") && (self.postgres || depth == 0) {
                depth += 1;
                self.at += 2;
            } else if rest.starts_with("*/") {
                depth -= 1;
                self.at += 2;
            } else if let Some(c) = rest.chars().next() {
                self.at += c.len_utf8();
            } else {
                return;
            }
            if depth == 0 {
                return;
            }
        }
    }

    fn pass_delimiter_command(&mut self) -> bool {
        let line = self.rest().lines().next().unwrap_or_default();
        let mut words = line.split_whitespace();
        let command = words.next().is_some_and(|word| word.eq_ignore_ascii_case("DELIMITER"));
        let Some(delimiter) = words.next().filter(|_| command && !self.postgres) else { return false };
        self.delimiter = delimiter;
        self.at += line.len();
        true
    }

    /// Goes to the delimiter that ends the statement.
    fn pass_statement(&mut self) {
        let mut before = ' ';
        let mut word = false;
        while let Some(c) = self.rest().chars().next() {
            if self.rest().starts_with(self.delimiter) {
                return;
            }
            if self.pass_comment() {
                (before, word) = (' ', false);
                continue;
            }
            match c {
                // E'…' alone knows backslashes; a word that only ends in E is none.
                '\'' if self.postgres && !word && before.eq_ignore_ascii_case(&'e') => self.pass_escaped(),
                '\'' | '"' => self.pass_to(1, if c == '"' { "\"" } else { "'" }),
                '`' if !self.postgres => self.pass_to(1, "`"),
                '$' if self.postgres && !before.is_alphanumeric() && before != '_' => self.pass_dollar(),
                c => self.at += c.len_utf8(),
            }
            word = before.is_alphanumeric() || before == '_';
            before = c;
        }
    }

    fn pass_escaped(&mut self) {
        let mut chars = self.rest().char_indices().skip(1);
        while let Some((index, c)) = chars.next() {
            match c {
                '\\' => drop(chars.next()),
                '\'' => {
                    self.at += index + 1;
                    return;
                }
                _ => {}
            }
        }
        self.at = self.script.len();
    }

    /// Passes `$tag$ … $tag$`, or a lone dollar.
    fn pass_dollar(&mut self) {
        let after = &self.rest()[1..];
        let length = after.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(after.len());
        let numbered = after.starts_with(|c: char| c.is_ascii_digit());
        if numbered || !after[length..].starts_with('$') {
            self.at += 1;
            return;
        }
        let tag = &self.rest()[..length + 2];
        self.pass_to(tag.len(), tag);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(engine: Engine, script: &str) -> Vec<(u32, &str)> {
        statements(engine, script).iter().map(|statement| (statement.line, statement.text)).collect()
    }

    #[test]
    fn postgresqls_quotes_hold_semicolons() {
        let script = "-- a; b\nSELECT ';' AS \"a;b\";\n\n/* x; /* y; */ z; */ SELECT E'\\';' , fee';';\n;\nDO $a$ BEGIN; $b$;$b$ END $a$;\nSELECT $1;SELECT a$b;SELECT 'last'";
        assert_eq!(
            split(Engine::Postgres, script),
            [
                (2, "SELECT ';' AS \"a;b\""),
                (4, "SELECT E'\\';' , fee';'"),
                (6, "DO $a$ BEGIN; $b$;$b$ END $a$"),
                (7, "SELECT $1"),
                (7, "SELECT a$b"),
                (7, "SELECT 'last'"),
            ]
        );
    }

    #[test]
    fn mysqls_client_has_a_command_for_its_delimiter() {
        let script = "SET a = 'x\\';\n# no;\nSELECT 1--1; -- no;\nDELIMITER $datamove$\nCREATE PROCEDURE `p;`() BEGIN SELECT 1; END\n$datamove$\ndelimiter ;\nCALL p();\n/*!40000 SET x = 1 */;";
        assert_eq!(
            split(Engine::Mysql, script),
            [
                (1, "SET a = 'x\\'"),
                (3, "SELECT 1--1"),
                (5, "CREATE PROCEDURE `p;`() BEGIN SELECT 1; END"),
                (8, "CALL p()"),
                (9, "/*!40000 SET x = 1 */"),
            ]
        );
    }

    #[test]
    fn what_is_never_closed_ends_with_the_script() {
        for script in ["SELECT 'a;", "SELECT $a$;", "SELECT 1 /* ;", "SELECT E'\\", "SELECT \"é;"] {
            assert_eq!(split(Engine::Postgres, script).len(), 1, "{script}");
        }
        assert!(split(Engine::Mysql, "-- only\n/* comments; */ ;;\nDELIMITER x").is_empty());
    }
}
