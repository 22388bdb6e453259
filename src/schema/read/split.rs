//! One DDL text to its statements, by looking at quotes and comments only.
//!
//! Nothing is parsed here, so a dump with a million INSERTs costs one pass over its bytes.

use super::piece::{Piece, Scan};
use crate::base::Engine;

/// The statements of `text`, in order.
pub(super) fn split(engine: Engine, text: &str) -> Splitter<'_> {
    let at = if text.starts_with('\u{feff}') { 3 } else { 0 };
    Splitter { engine, text, bytes: text.as_bytes(), at, delimiter: ";" }
}

pub(super) struct Splitter<'t> {
    engine: Engine,
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    /// What ends a statement; MySQL's client may be told another one.
    delimiter: &'t str,
}

impl<'t> Iterator for Splitter<'t> {
    type Item = Piece<'t>;

    fn next(&mut self) -> Option<Piece<'t>> {
        if let Err(opened) = self.skip_blank() {
            let piece = Piece { end: self.bytes.len(), unclosed: Some(opened), ..Piece::at(opened) };
            return Some(piece);
        }
        let first = *self.bytes.get(self.at)?;
        let shell = match self.engine {
            Engine::Sqlite => b'.',
            Engine::Postgres | Engine::Mysql => b'\\',
        };
        // A backslash or dot command is a line of its own.
        let piece =
            if first == shell || self.is_delimiter_line() { self.shell_line() } else { self.statement() };
        Some(piece)
    }
}

impl<'t> Splitter<'t> {
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn line_end(&self, from: usize) -> usize {
        let rest = self.bytes.get(from..).unwrap_or_default();
        rest.iter().position(|byte| *byte == b'\n').map_or(self.bytes.len(), |n| from + n)
    }

    /// True at `DELIMITER ;;`, a command of MySQL's client.
    fn is_delimiter_line(&self) -> bool {
        const WORD: &[u8] = b"delimiter";
        let rest = &self.bytes[self.at..];
        self.engine == Engine::Mysql
            && rest.get(..WORD.len()).is_some_and(|word| word.eq_ignore_ascii_case(WORD))
            && rest.get(WORD.len()).is_some_and(u8::is_ascii_whitespace)
    }

    fn shell_line(&mut self) -> Piece<'t> {
        let mut piece = Piece::at(self.at);
        let delimits = self.is_delimiter_line();
        self.at = self.line_end(self.at);
        piece.end = self.at;
        let mut words = self.text[piece.start..piece.end].split_whitespace();
        piece.head[0] = words.next().unwrap_or("").trim_end_matches(';');
        if delimits && let Some(delimiter) = words.next() {
            self.delimiter = delimiter;
        }
        piece
    }

    fn at_delimiter(&self) -> bool {
        self.bytes[self.at.min(self.bytes.len())..].starts_with(self.delimiter.as_bytes())
    }

    /// Passes spaces, comments and empty statements; an unclosed comment gives its place.
    fn skip_blank(&mut self) -> Result<(), usize> {
        loop {
            match self.peek(0) {
                0 if self.at >= self.bytes.len() => return Ok(()),
                b';' => self.at += 1,
                _ if self.at_delimiter() => self.at += self.delimiter.len(),
                byte if byte.is_ascii_whitespace() => self.at += 1,
                _ => {
                    if !self.comment()? {
                        return Ok(());
                    }
                }
            }
        }
    }

    /// Passes a comment if one starts here.
    fn comment(&mut self) -> Result<bool, usize> {
        // In MySQL's text the true ones are blank already; others are two minus signs.
        if self.engine != Engine::Mysql && self.peek(0) == b'-' && self.peek(1) == b'-' {
            self.at = self.line_end(self.at);
            return Ok(true);
        }
        if self.peek(0) != b'/' || self.peek(1) != b'*' {
            return Ok(false);
        }
        let opened = self.at;
        let nests = self.engine == Engine::Postgres;
        let lenient = self.engine == Engine::Sqlite;
        let mut depth = 1_usize;
        self.at += 2;
        while depth > 0 {
            match (self.peek(0), self.peek(1)) {
                (b'*', b'/') => {
                    depth -= 1;
                    self.at += 2;
                }
                (b'/', b'*') if nests => {
                    depth += 1;
                    self.at += 2;
                }
                _ if self.at >= self.bytes.len() => {
                    // SQLite takes the end of the text as the end of the comment.
                    return if lenient { Ok(true) } else { Err(opened) };
                }
                _ => self.at += 1,
            }
        }
        Ok(true)
    }

    fn statement(&mut self) -> Piece<'t> {
        let mut scan = Scan::new(Piece::at(self.at));
        while self.at < self.bytes.len() {
            match self.step(&mut scan) {
                Ok(true) => break,
                Ok(false) => {}
                Err(opened) => {
                    scan.piece.unclosed = Some(opened);
                    self.at = self.bytes.len();
                }
            }
        }
        let end = self.at.min(self.bytes.len());
        scan.piece.end = end;
        if self.at_delimiter() {
            self.at += self.delimiter.len();
        }
        if self.reads_data(&scan.piece) {
            self.skip_copy_data();
        }
        scan.piece
    }

    /// One token of a statement; true at the semicolon that ends it.
    fn step(&mut self, scan: &mut Scan<'t>) -> Result<bool, usize> {
        let byte = self.peek(0);
        if byte.is_ascii_whitespace() {
            self.at += 1;
            return Ok(false);
        }
        if self.comment()? {
            return Ok(false);
        }
        let told = self.delimiter != ";";
        if told && self.at_delimiter() {
            return Ok(true);
        }
        if byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80 {
            let word = self.word();
            // E'…' alone knows backslashes; other prefixes change nothing for us.
            if self.engine == Engine::Postgres && word.eq_ignore_ascii_case("e") && self.peek(0) == b'\'' {
                self.quoted(b'\'', true)?;
                scan.token();
            } else {
                scan.word(word, self.engine);
            }
            return Ok(false);
        }
        match byte {
            b';' if scan.ends() && !told => return Ok(true),
            b';' => scan.semicolon(),
            b'(' => scan.parens += 1,
            b')' => scan.parens = scan.parens.saturating_sub(1),
            _ => {}
        }
        if byte != b';' {
            scan.token();
        }
        match (byte, self.engine) {
            (b'\'' | b'"', Engine::Mysql) => self.quoted(byte, true)?,
            (b'\'' | b'"', _) | (b'`', Engine::Sqlite | Engine::Mysql) => self.quoted(byte, false)?,
            (b'[', Engine::Sqlite) => self.quoted(b']', false)?,
            (b'$', Engine::Postgres) => self.dollar()?,
            (b'0'..=b'9', _) => {
                self.word();
            }
            _ => self.at += 1,
        }
        Ok(false)
    }

    /// A run of word bytes.
    fn word(&mut self) -> &'t str {
        let start = self.at;
        let is_word =
            |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || *byte >= 0x80;
        let rest = &self.bytes[start..];
        let mut len = rest.iter().position(|byte| !is_word(byte)).unwrap_or(rest.len());
        // `END$$` ends where the delimiter `$$` begins.
        let closing = self.delimiter.as_bytes();
        if let Some(cut) = rest[..len].windows(closing.len()).position(|bytes| bytes == closing) {
            len = cut;
        }
        self.at += len.max(1);
        self.text.get(start..self.at).unwrap_or("")
    }

    /// Passes a quoted token that starts here and closes with `close`, doubled or (`escapes`)
    /// backslashed inside.
    fn quoted(&mut self, close: u8, escapes: bool) -> Result<(), usize> {
        let opened = self.at;
        self.at += 1;
        while self.at < self.bytes.len() {
            let byte = self.peek(0);
            self.at += 1;
            if escapes && byte == b'\\' {
                self.at += 1;
            } else if byte == close {
                if self.peek(0) != close || close == b']' {
                    return Ok(());
                }
                self.at += 1;
            }
        }
        Err(opened)
    }

    /// Passes `$tag$ … $tag$`, or a lone dollar.
    fn dollar(&mut self) -> Result<(), usize> {
        let opened = self.at;
        let rest = &self.bytes[opened + 1..];
        let is_tag = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80;
        let len = rest.iter().position(|byte| !is_tag(byte)).unwrap_or(rest.len());
        let numbered = rest.first().is_some_and(u8::is_ascii_digit);
        if rest.get(len) != Some(&b'$') || numbered {
            self.at += 1;
            return Ok(());
        }
        let tag = &self.text[opened..opened + len + 2];
        let body = opened + tag.len();
        match self.text[body..].find(tag) {
            Some(found) => {
                self.at = body + found + tag.len();
                Ok(())
            }
            None => Err(opened),
        }
    }

    /// True for `COPY … FROM stdin`, whose rows stand in the text.
    fn reads_data(&self, piece: &Piece<'_>) -> bool {
        self.engine == Engine::Postgres && piece.starts_with(&["COPY"]) && {
            let text = self.text[piece.start..piece.end].to_ascii_lowercase();
            let words: Vec<&str> = text.split_ascii_whitespace().collect();
            words.windows(2).any(|pair| pair[0] == "from" && pair[1].starts_with("stdin"))
        }
    }

    fn skip_copy_data(&mut self) {
        self.at = self.line_end(self.at);
        while self.at < self.bytes.len() {
            let start = self.at + 1;
            self.at = self.line_end(start);
            if self.text.get(start..self.at).is_some_and(|line| line.trim_end() == "\\.") {
                return;
            }
        }
    }
}
