//! MySQL's text without what only its own lexer understands.

use std::borrow::Cow;

use crate::base::Engine;

/// The text as the rest of the reader takes it, byte for byte in the same places.
///
/// MySQL's conditional comments (`/*!40101 … */`, `/*M!100100 … */`) are SQL that a server of that
/// version runs: their marks become spaces, and so do the comments proper, of which MySQL has
/// kinds (`#`, `--` only before a space) that other lexers take for something else.
pub(super) fn plain(engine: Engine, text: &str) -> Cow<'_, str> {
    if engine != Engine::Mysql {
        return Cow::Borrowed(text);
    }
    let mut plain = Plain { bytes: text.as_bytes().to_vec(), at: 0, open: 0 };
    while plain.at < plain.bytes.len() {
        plain.step();
    }
    // Whole comments and single ASCII bytes were blanked, so it is still UTF-8.
    String::from_utf8(plain.bytes).map_or(Cow::Borrowed(text), Cow::Owned)
}

struct Plain {
    bytes: Vec<u8>,
    at: usize,
    /// Conditional comments that are open.
    open: usize,
}

impl Plain {
    fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    fn step(&mut self) {
        let next = self.byte(self.at + 1);
        match self.byte(self.at) {
            quote @ (b'\'' | b'"' | b'`') => self.quoted(quote),
            b'#' => self.line(),
            // Two dashes before anything else are two minus signs.
            b'-' if next == b'-' && self.byte(self.at + 2) <= b' ' => self.line(),
            b'/' if next == b'*' => self.comment(),
            b'*' if next == b'/' && self.open > 0 => {
                self.open -= 1;
                self.blank(self.at + 2);
            }
            _ => self.at += 1,
        }
    }

    fn quoted(&mut self, quote: u8) {
        self.at += 1;
        while self.at < self.bytes.len() {
            let byte = self.byte(self.at);
            self.at += 1;
            if byte == b'\\' && quote != b'`' {
                self.at += 1;
            } else if byte == quote {
                return;
            }
        }
    }

    fn line(&mut self) {
        let rest = &self.bytes[self.at..];
        let len = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
        self.blank(self.at + len);
    }

    fn comment(&mut self) {
        let mark = match (self.byte(self.at + 2), self.byte(self.at + 3)) {
            (b'!', _) => 3,
            (b'M', b'!') => 4,
            _ => 0,
        };
        if mark > 0 {
            let digits =
                self.bytes[self.at + mark..].iter().take(6).take_while(|byte| byte.is_ascii_digit()).count();
            self.open += 1;
            return self.blank(self.at + mark + digits);
        }
        match self.bytes[self.at + 2..].windows(2).position(|pair| pair == b"*/") {
            Some(len) => self.blank(self.at + len + 4),
            // Left as it is: the splitter says where it opens.
            None => self.at = self.bytes.len(),
        }
    }

    /// Spaces from here to `end`, with the lines kept.
    fn blank(&mut self, end: usize) {
        let end = end.min(self.bytes.len());
        for byte in &mut self.bytes[self.at..end] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
        self.at = end;
    }
}

#[cfg(test)]
mod tests {
    use super::plain;
    use crate::base::Engine;

    #[test]
    fn conditions_open_and_comments_go() {
        let text = "/*!40101 SET a='*/' */; # it's é\nx/* é */y -- 'z\n1--2 /*M!100401 UUID*/ `#` \"\\\"#\" /*! a /* b */ c */ d";
        let read = plain(Engine::Mysql, text);
        assert_eq!(read.len(), text.len());
        let words: Vec<&str> = read.split_whitespace().collect();
        let expected = ["SET", "a='*/'", ";", "x", "y", "1--2", "UUID", "`#`", "\"\\\"#\"", "a", "c", "d"];
        assert_eq!(words, expected);
        assert_eq!(plain(Engine::Postgres, text), text);
    }
}
