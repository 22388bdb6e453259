//! One statement as tokens with byte spans, and a cursor over them.
//!
//! sqlparser cuts the tokens. Its statement parsers are not used: they refuse a third of what
//! `pg_dump` writes, and give no spans to cut source text by.

use sqlparser::dialect::{Dialect, MySqlDialect, PostgreSqlDialect, SQLiteDialect};
use sqlparser::tokenizer::{Token, TokenWithSpan, Tokenizer, Word};

use super::piece::Piece;
use crate::base::{Engine, FileId, Span};
use crate::diagnostic::{Code, Diagnostic};

/// Parentheses that a statement may nest; more is not a schema that people wrote.
const DEEPEST: usize = 200;

/// What sqlparser calls an engine's SQL.
pub(super) fn dialect(engine: Engine) -> &'static dyn Dialect {
    match engine {
        Engine::Sqlite => &SQLiteDialect {},
        Engine::Postgres => &PostgreSqlDialect {},
        Engine::Mysql => &MySqlDialect {},
    }
}

/// A token and the bytes of the file that it stands in.
#[derive(Clone, Debug)]
pub(super) struct Tok {
    pub(super) token: Token,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// The reader's own result: what could not be read is a finding.
pub(super) type Read<T> = Result<T, Box<Diagnostic>>;

/// A range of tokens.
#[derive(Clone, Copy, Debug)]
pub(super) struct Range {
    pub(super) from: usize,
    pub(super) to: usize,
}

#[derive(Clone, Debug)]
pub(super) struct Cursor<'t> {
    pub(super) engine: Engine,
    pub(super) file: FileId,
    text: &'t str,
    tokens: Vec<Tok>,
    at: usize,
    piece: (usize, usize),
}

impl<'t> Cursor<'t> {
    /// Cuts a statement into tokens, without spaces and comments.
    pub(super) fn new(engine: Engine, file: FileId, text: &'t str, piece: &Piece<'_>) -> Read<Self> {
        let sql = &text[piece.start..piece.end];
        let found = Tokenizer::new(dialect(engine), sql).tokenize_with_location().map_err(|error| {
            let line = error.location.line.saturating_sub(1);
            let offset: usize =
                sql.split_inclusive('\n').take(usize::try_from(line).unwrap_or(0)).map(str::len).sum();
            let start = piece.start + offset;
            let end = text[start..piece.end].find('\n').map_or(piece.end, |n| start + n);
            Box::new(Diagnostic::error(
                Code::DdlUnreadable,
                format!("this line cannot be cut into words of SQL: {}", error.message),
                Span::new(file, start, end),
                "not understood",
            ))
        })?;
        let tokens = place(sql, piece.start, found);
        let cursor = Self { engine, file, text, tokens, at: 0, piece: (piece.start, piece.end) };
        cursor.depth_is_sane()?;
        Ok(cursor)
    }

    fn depth_is_sane(&self) -> Read<()> {
        let mut depth = 0_usize;
        for tok in &self.tokens {
            match tok.token {
                Token::LParen | Token::LBracket => depth += 1,
                Token::RParen | Token::RBracket => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth > DEEPEST {
                return Err(Box::new(too_deep(Span::new(self.file, tok.start, tok.end))));
            }
        }
        Ok(())
    }

    pub(super) fn peek(&self) -> Option<&Token> {
        self.ahead(0)
    }

    pub(super) fn ahead(&self, n: usize) -> Option<&Token> {
        self.tokens.get(self.at + n).map(|tok| &tok.token)
    }

    pub(super) const fn position(&self) -> usize {
        self.at
    }

    pub(super) const fn rewind(&mut self, position: usize) {
        self.at = position;
    }

    pub(super) fn bump(&mut self) {
        self.at = (self.at + 1).min(self.tokens.len());
    }

    pub(super) fn is_end(&self) -> bool {
        self.at >= self.tokens.len()
    }

    pub(super) fn is(&self, token: &Token) -> bool {
        self.peek() == Some(token)
    }

    /// Passes `token` if it stands here.
    pub(super) fn eat(&mut self, token: &Token) -> bool {
        let found = self.is(token);
        if found {
            self.bump();
        }
        found
    }

    /// True if an unquoted word, in any letter case, stands `n` tokens ahead.
    pub(super) fn is_word_ahead(&self, n: usize, word: &str) -> bool {
        self.ahead(n).is_some_and(|token| is_word(token, word))
    }

    pub(super) fn is_word(&self, word: &str) -> bool {
        self.is_word_ahead(0, word)
    }

    pub(super) fn are_words(&self, words: &[&str]) -> bool {
        words.iter().enumerate().all(|(n, word)| self.is_word_ahead(n, word))
    }

    /// Passes these unquoted words if all of them stand here.
    pub(super) fn eat_words(&mut self, words: &[&str]) -> bool {
        let found = self.are_words(words);
        if found {
            self.at += words.len();
        }
        found
    }

    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        self.eat_words(&[word])
    }

    /// The unquoted word here in capitals, if it is one.
    pub(super) fn word_here(&self) -> String {
        match self.peek() {
            Some(Token::Word(Word { value, quote_style: None, .. })) => value.to_ascii_uppercase(),
            _ => String::new(),
        }
    }

    pub(super) fn expect(&mut self, token: &Token) -> Read<()> {
        if self.eat(token) { Ok(()) } else { Err(self.unexpected(&format!("expected `{token}`"))) }
    }

    pub(super) fn expect_word(&mut self, word: &str) -> Read<()> {
        if self.eat_word(word) { Ok(()) } else { Err(self.unexpected(&format!("expected {word}"))) }
    }

    /// The span of the token here, or the last byte of the statement.
    pub(super) fn here(&self) -> Span {
        match self.tokens.get(self.at) {
            Some(tok) => Span::new(self.file, tok.start, tok.end),
            None => self.tokens.last().map_or_else(
                || Span::new(self.file, self.piece.0, self.piece.1),
                |tok| Span::new(self.file, tok.start, tok.end),
            ),
        }
    }

    /// From the token at `from` to the one before the cursor.
    pub(super) fn span_from(&self, from: usize) -> Span {
        self.span_of(Range { from, to: self.at.max(from + 1) })
    }

    pub(super) fn span_of(&self, range: Range) -> Span {
        let last = range.to.saturating_sub(1).min(self.tokens.len().saturating_sub(1));
        match (self.tokens.get(range.from), self.tokens.get(last)) {
            (Some(first), Some(last)) => Span::new(self.file, first.start, last.end),
            _ => self.here(),
        }
    }

    /// The source text under a range of tokens, as it is written.
    pub(super) fn source(&self, range: Range) -> &'t str {
        if range.from >= range.to {
            return "";
        }
        let span = self.span_of(range);
        self.text.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// The source under `range`, cut at each unquoted `word`, which is left out.
    pub(super) fn cut(&self, range: Range, word: &str) -> Vec<String> {
        let whole = self.span_of(range);
        let mut since = whole.start as usize;
        let mut pieces = Vec::new();
        for tok in self.tokens(range).iter().filter(|tok| is_word(&tok.token, word)) {
            pieces.push(self.text.get(since..tok.start).unwrap_or("").to_owned());
            since = tok.end;
        }
        pieces.push(self.text.get(since..whole.end as usize).unwrap_or("").to_owned());
        pieces
    }

    pub(super) fn tokens(&self, range: Range) -> &[Tok] {
        self.tokens.get(range.from..range.to).unwrap_or_default()
    }

    pub(super) fn all(&self) -> &[Tok] {
        &self.tokens
    }

    /// Passes a bracketed group that opens here and gives what stands inside.
    pub(super) fn group(&mut self) -> Read<Range> {
        let opened = self.here();
        self.expect(&Token::LParen)?;
        let from = self.at;
        let mut depth = 1_usize;
        while let Some(token) = self.peek() {
            match token {
                Token::LParen => depth += 1,
                Token::RParen => depth -= 1,
                _ => {}
            }
            self.bump();
            if depth == 0 {
                return Ok(Range { from, to: self.at - 1 });
            }
        }
        Err(Box::new(Diagnostic::error(
            Code::DdlUnclosed,
            "a parenthesis is never closed",
            opened,
            "opens here",
        )))
    }

    /// Passes tokens up to a comma, a closing parenthesis or a word that `stops`, all of them
    /// outside of parentheses and of CASE … END.
    pub(super) fn until(&mut self, stops: impl Fn(&Self) -> bool) -> Range {
        let from = self.at;
        let mut depth = 0_usize;
        let mut cases = 0_usize;
        while let Some(token) = self.peek() {
            match token {
                _ if is_word(token, "CASE") => cases += 1,
                _ if cases > 0 && is_word(token, "END") => cases -= 1,
                Token::LParen | Token::LBracket => depth += 1,
                Token::RParen | Token::RBracket if depth > 0 => depth -= 1,
                Token::RParen | Token::Comma if depth == 0 => break,
                _ if depth == 0 && cases == 0 && stops(self) => break,
                _ => {}
            }
            self.bump();
        }
        Range { from, to: self.at }
    }

    /// The finding that what stands here was not expected.
    #[expect(clippy::unnecessary_box_returns, reason = "made to be the error of a `Read`")]
    pub(super) fn unexpected(&self, label: &str) -> Box<Diagnostic> {
        let message = match self.tokens.get(self.at) {
            Some(tok) => {
                let found = self.text.get(tok.start..tok.end).unwrap_or("");
                let shown: String = found.lines().next().unwrap_or("").chars().take(40).collect();
                format!("the statement cannot be read from `{shown}` on")
            }
            None => "the statement ends too early".to_owned(),
        };
        let help = "if the server accepts this statement, take it out of the file that datamove reads, or write \
                    it in the plain form that the server's own dump prints";
        Box::new(Diagnostic::error(Code::DdlUnreadable, message, self.here(), label).help(help))
    }
}

/// The finding about nesting.
pub(super) fn too_deep(span: Span) -> Diagnostic {
    Diagnostic::error(Code::DdlTooDeep, "parentheses are nested too deeply", span, "too many are open here")
        .help(format!("datamove follows {DEEPEST} levels; simplify the expression"))
}

pub(super) fn is_word(token: &Token, word: &str) -> bool {
    matches!(token, Token::Word(Word { value, quote_style: None, .. }) if value.eq_ignore_ascii_case(word))
}

/// Gives every token its bytes. sqlparser tells lines and columns, in order, so one walk over the
/// text finds all of them.
fn place(sql: &str, base: usize, found: Vec<TokenWithSpan>) -> Vec<Tok> {
    let mut walk = Walk { rest: sql.chars(), len: sql.len(), line: 1, column: 1 };
    let mut tokens: Vec<Tok> = Vec::with_capacity(found.len() / 2);
    let mut open = false;
    for TokenWithSpan { token, span } in found {
        let offset = base + walk.reach(span.start.line, span.start.column);
        if open && let Some(last) = tokens.last_mut() {
            last.end = offset;
        }
        open = !matches!(token, Token::Whitespace(_) | Token::EOF);
        if open {
            tokens.push(Tok { token, start: offset, end: base + sql.len() });
        }
    }
    tokens
}

struct Walk<'t> {
    rest: std::str::Chars<'t>,
    len: usize,
    line: u64,
    column: u64,
}

impl Walk<'_> {
    fn reach(&mut self, line: u64, column: u64) -> usize {
        while self.line < line || (self.line == line && self.column < column) {
            match self.rest.next() {
                Some('\n') => {
                    self.line += 1;
                    self.column = 1;
                }
                Some(_) => self.column += 1,
                None => break,
            }
        }
        self.len - self.rest.as_str().len()
    }
}
