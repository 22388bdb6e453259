//! One statement of a text, and what its words so far say about where it ends.

use crate::base::Engine;

/// How many leading words of a statement are kept to tell what it is.
const HEAD: usize = 8;

/// One statement: its bytes, without the closing semicolon.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece<'t> {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) head: [&'t str; HEAD],
    /// Where a quote, comment or block opens that is never closed.
    pub(super) unclosed: Option<usize>,
}

impl<'t> Piece<'t> {
    pub(super) const fn at(start: usize) -> Self {
        Self { start, end: start, head: [""; HEAD], unclosed: None }
    }

    /// The leading words up to the first token that is not a bare word.
    pub(super) fn head(&self) -> impl Iterator<Item = &'t str> {
        self.head.iter().copied().take_while(|word| !word.is_empty())
    }

    /// True if the statement starts with these words, in any letter case.
    pub(super) fn starts_with(&self, words: &[&str]) -> bool {
        words.len() <= HEAD && words.iter().zip(self.head).all(|(word, head)| head.eq_ignore_ascii_case(word))
    }

    /// The word that says what a CREATE, ALTER or DROP is about, past OR REPLACE, TEMP and the
    /// like.
    pub(super) fn noun(&self) -> &'t str {
        const BETWEEN: [&str; 11] = [
            "OR",
            "REPLACE",
            "TEMP",
            "TEMPORARY",
            "GLOBAL",
            "LOCAL",
            "UNLOGGED",
            "UNIQUE",
            "CONSTRAINT",
            "RECURSIVE",
            "TRUSTED",
        ];
        let is_between = |word: &&str| BETWEEN.iter().any(|between| between.eq_ignore_ascii_case(word));
        self.head().skip(1).find(|word| !is_between(word)).unwrap_or("")
    }
}

/// What a statement's body does with semicolons and with the word END.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Body {
    Plain,
    /// Not known before its first words are.
    Unknown,
    /// SQLite's trigger: ends at `; END ;`.
    Trigger,
    /// PostgreSQL's function: `BEGIN ATOMIC … END` may stand in it.
    Routine,
    /// PostgreSQL's rule: semicolons may stand in parentheses.
    Rule,
    /// MySQL's routine or trigger: `BEGIN … END`, with `END IF` and the like inside.
    Compound,
}

/// What is known of the statement that is being passed.
pub(super) struct Scan<'t> {
    pub(super) piece: Piece<'t>,
    words: usize,
    in_head: bool,
    body: Body,
    pub(super) parens: usize,
    /// Open BEGIN and CASE of a routine's body.
    blocks: usize,
    /// SQLite's trigger: the last tokens were `;` (1) and then END (2).
    closing: u8,
    /// MySQL's routine: the last token was END.
    after_end: bool,
}

impl<'t> Scan<'t> {
    pub(super) const fn new(piece: Piece<'t>) -> Self {
        Self {
            piece,
            words: 0,
            in_head: true,
            body: Body::Unknown,
            parens: 0,
            blocks: 0,
            closing: 0,
            after_end: false,
        }
    }

    pub(super) fn token(&mut self) {
        self.in_head = false;
        self.closing = 0;
        self.after_end = false;
    }

    pub(super) fn word(&mut self, word: &'t str, engine: Engine) {
        if self.in_head && self.words < HEAD {
            self.piece.head[self.words] = word;
            self.words += 1;
        }
        if self.body == Body::Unknown && (self.words == 5 || !self.in_head) {
            self.decide(engine);
        }
        let end = word.eq_ignore_ascii_case("end");
        if self.body == Body::Compound {
            self.compound(word, end);
        }
        self.closing = u8::from(self.closing == 1 && end) * 2;
        if self.body == Body::Routine {
            if word.eq_ignore_ascii_case("atomic") || (self.blocks > 0 && word.eq_ignore_ascii_case("case")) {
                self.blocks += 1;
            } else if end {
                self.blocks = self.blocks.saturating_sub(1);
            }
        }
    }

    /// Counts the BEGINs and CASEs that are open; the word behind END may say that it was another's.
    fn compound(&mut self, word: &str, end: bool) {
        let is = |other: &str| word.eq_ignore_ascii_case(other);
        let undone = self.after_end && ["if", "loop", "while", "repeat"].iter().any(|other| is(other));
        if undone || is("begin") || (is("case") && self.blocks > 0 && !self.after_end) {
            self.blocks += 1;
        } else if end {
            self.blocks = self.blocks.saturating_sub(1);
        }
        self.after_end = end;
    }

    fn decide(&mut self, engine: Engine) {
        let create = self.piece.starts_with(&["CREATE"]);
        let noun = if create { self.piece.noun().to_ascii_uppercase() } else { String::new() };
        self.body = match (engine, noun.as_str()) {
            (Engine::Sqlite, "TRIGGER") => Body::Trigger,
            (Engine::Postgres, "FUNCTION" | "PROCEDURE") => Body::Routine,
            (Engine::Postgres, "RULE") => Body::Rule,
            (
                Engine::Mysql,
                "DEFINER" | "TRIGGER" | "PROCEDURE" | "FUNCTION" | "EVENT" | "AGGREGATE" | "PACKAGE",
            ) => Body::Compound,
            _ => Body::Plain,
        };
    }

    pub(super) fn semicolon(&mut self) {
        self.in_head = false;
        self.closing = 1;
        self.after_end = false;
    }

    /// True if a semicolon here ends the statement.
    pub(super) const fn ends(&self) -> bool {
        match self.body {
            Body::Plain | Body::Unknown => true,
            Body::Trigger => self.closing == 2,
            Body::Routine | Body::Compound => self.blocks == 0,
            Body::Rule => self.parens == 0,
        }
    }
}
