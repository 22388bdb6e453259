//! Expressions that servers rewrite, reduced to what every way of writing them has in common.

use serde::{Deserialize, Serialize};

use crate::base::Engine;

/// The values in an expression, sorted: `status IN ('a', 'b')` and what PostgreSQL makes of it,
/// `status = ANY (ARRAY['a'::text, 'b'::text])`, have the same.
///
/// Casts, parentheses, operators and functions are left out, because a server prints back other
/// ones than were written. So an operator that changed is not seen here; a value is.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Sketch(pub Vec<String>);

/// Which of several ways of writing one value are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flavour {
    Boolean,
    /// `scale`: digits after the point that the column keeps.
    Number {
        scale: Option<u32>,
    },
    Text,
    /// Dates, JSON and the like, which servers print in a form of their own: not compared.
    Other,
    /// A condition, whose values may be of any type.
    Condition,
}

impl Sketch {
    pub(super) fn of(engine: Engine, sql: &str, flavour: Flavour) -> Self {
        let mut values: Vec<String> =
            Lexer::new(engine, sql).values().iter().filter_map(|value| plain(value, flavour)).collect();
        values.sort();
        values.dedup();
        Self(values)
    }
}

/// A value as it was found.
#[derive(Debug)]
enum Found {
    Text(String),
    Number(String),
    /// `true` or `false`.
    Truth(bool),
}

/// The one form of a value; `None` for one that is not compared.
fn plain(found: &Found, flavour: Flavour) -> Option<String> {
    match (flavour, found) {
        (Flavour::Other, _) | (Flavour::Condition, Found::Truth(_)) => None,
        (Flavour::Boolean, Found::Text(text) | Found::Number(text)) => {
            let yes =
                ["t", "true", "y", "yes", "on", "1"].contains(&text.trim().to_ascii_lowercase().as_str());
            Some(yes.to_string())
        }
        (Flavour::Number { .. }, Found::Truth(truth)) => Some(u8::from(*truth).to_string()),
        (Flavour::Boolean | Flavour::Text, Found::Truth(truth)) => Some(truth.to_string()),
        (Flavour::Number { scale }, Found::Text(text) | Found::Number(text)) => {
            Some(number(text, scale).unwrap_or_else(|| text.clone()))
        }
        (Flavour::Text, Found::Text(text) | Found::Number(text)) => Some(text.clone()),
        (Flavour::Condition, Found::Number(text)) => Some(number(text, None).unwrap_or_else(|| text.clone())),
        (Flavour::Condition, Found::Text(text)) if is_moment(text) => None,
        (Flavour::Condition, Found::Text(text)) => Some(number(text, None).unwrap_or_else(|| text.clone())),
    }
}

/// A number without zeros that say nothing, and no more digits after the point than `scale`.
/// `None` for what is no plain number.
fn number(text: &str, scale: Option<u32>) -> Option<String> {
    let text = text.trim();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let plain = without_exponent(digits)?;
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() + fraction.len() == 0 || !all_digits(whole) || !all_digits(fraction) {
        return None;
    }
    let kept = scale.map_or(fraction.len(), |scale| fraction.len().min(scale as usize));
    let fraction = fraction[..kept].trim_end_matches('0');
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    Some(match (sign, whole, fraction) {
        (_, "0", "") => "0".to_owned(),
        (sign, whole, "") => format!("{sign}{whole}"),
        (sign, whole, fraction) => format!("{sign}{whole}.{fraction}"),
    })
}

/// `1.5e3` as `1500`; `None` where that would be very long.
fn without_exponent(digits: &str) -> Option<String> {
    const LONGEST: i64 = 400;
    let Some((mantissa, exponent)) = digits.split_once(['e', 'E']) else { return Some(digits.to_owned()) };
    let exponent: i64 = exponent.parse().ok().filter(|exponent: &i64| exponent.abs() <= LONGEST)?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{whole}{fraction}");
    let point = i64::try_from(whole.len()).ok()? + exponent;
    Some(match usize::try_from(point) {
        Err(_) => format!("0.{}{all}", "0".repeat(usize::try_from(-point).ok()?)),
        Ok(point) if point >= all.len() => format!("{all}{}", "0".repeat(point - all.len())),
        Ok(point) => format!("{}.{}", all.get(..point)?, all.get(point..)?),
    })
}

/// A date or time, which a server may write out further: `2020-01-01 00:00:00+00`.
fn is_moment(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
        && text.contains(['-', ':'])
        && text.chars().all(|c| c.is_ascii_digit() || " -:+.TZ".contains(c))
}

/// Cuts an expression far enough to find its values.
struct Lexer<'a> {
    backslashes: bool,
    rest: &'a str,
    /// The last token could end an operand: then a minus is an operator.
    operand: bool,
    negative: bool,
    found: Vec<Found>,
}

impl<'a> Lexer<'a> {
    fn new(engine: Engine, sql: &'a str) -> Self {
        let backslashes = engine.has_backslash_escapes();
        Self { backslashes, rest: sql, operand: false, negative: false, found: Vec::new() }
    }

    fn values(mut self) -> Vec<Found> {
        while let Some(char) = self.rest.chars().next() {
            let minus = self.negative;
            self.negative = false;
            match char {
                '\'' => {
                    let text = self.quoted('\'', self.backslashes);
                    self.push(Found::Text(text));
                }
                '"' | '`' => {
                    self.quoted(char, false);
                    self.operand = true;
                }
                '0'..='9' | '.' if self.starts_number() => {
                    let digits = self.number();
                    let sign = if minus { "-" } else { "" };
                    self.push(Found::Number(format!("{sign}{digits}")));
                }
                '$' => self.dollar(),
                ':' if self.rest.starts_with("::") => {
                    self.rest = &self.rest[2..];
                    self.pass_type();
                }
                c if c.is_alphabetic() || c == '_' => self.word(),
                c if c.is_whitespace() => {
                    self.negative = minus;
                    self.bump(c);
                }
                '-' if !self.operand => {
                    self.negative = true;
                    self.bump('-');
                }
                c => {
                    self.operand = matches!(c, ')' | ']');
                    // `(-1)` and `-(1)` are one number.
                    self.negative = minus && c == '(';
                    self.bump(c);
                }
            }
        }
        self.found
    }

    fn push(&mut self, found: Found) {
        self.operand = true;
        self.found.push(found);
    }

    fn bump(&mut self, char: char) {
        self.rest = &self.rest[char.len_utf8()..];
    }

    fn take(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|c| !wanted(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    /// Digits, a point, an exponent with its sign.
    fn number(&mut self) -> String {
        let mut digits = self.take(|c| c.is_ascii_alphanumeric() || c == '.').to_owned();
        if digits.ends_with(['e', 'E']) && !digits.starts_with("0x") && self.rest.starts_with(['-', '+']) {
            digits.push_str(&self.rest[..1]);
            self.rest = &self.rest[1..];
            digits.push_str(self.take(|c| c.is_ascii_digit()));
        }
        digits
    }

    fn starts_number(&self) -> bool {
        let mut chars = self.rest.chars();
        match chars.next() {
            Some('.') => chars.next().is_some_and(|c| c.is_ascii_digit()),
            first => first.is_some_and(|c| c.is_ascii_digit()),
        }
    }

    /// A quoted text from its first quote on; doubled quotes are one.
    fn quoted(&mut self, quote: char, backslashes: bool) -> String {
        let mut text = String::new();
        let mut chars = self.rest.char_indices().skip(1).peekable();
        while let Some((at, char)) = chars.next() {
            if char == '\\' && backslashes {
                text.extend(chars.next().map(|(_, escaped)| unescaped(escaped)));
            } else if char != quote {
                text.push(char);
            } else if chars.peek().is_some_and(|(_, next)| *next == quote) {
                chars.next();
                text.push(quote);
            } else {
                self.rest = &self.rest[at + quote.len_utf8()..];
                return text;
            }
        }
        self.rest = "";
        text
    }

    /// `$$text$$`, `$tag$text$tag$`.
    fn dollar(&mut self) {
        let Some(end) = self.rest[1..].find('$').map(|at| at + 2) else {
            return self.bump('$');
        };
        let (tag, body) = self.rest.split_at(end);
        match body.find(tag) {
            Some(close) => {
                self.rest = &body[close + tag.len()..];
                self.push(Found::Text(body[..close].to_owned()));
            }
            None => self.bump('$'),
        }
    }

    fn word(&mut self) {
        let word = self.take(|c| c.is_alphanumeric() || c == '_' || c == '$').to_ascii_lowercase();
        match word.as_str() {
            "e" if self.rest.starts_with('\'') => {
                let text = self.quoted('\'', true);
                self.push(Found::Text(text));
            }
            "true" | "false" => self.push(Found::Truth(word == "true")),
            "as" => self.pass_type(),
            _ => {
                const OPERATORS: [&str; 9] =
                    ["and", "or", "not", "in", "between", "like", "then", "else", "when"];
                self.operand = !OPERATORS.contains(&word.as_str());
            }
        }
    }

    /// The name of a type behind `::` or AS, whose length is no value.
    fn pass_type(&mut self) {
        self.take(char::is_whitespace);
        self.pass_name();
        while self.rest.starts_with('.') {
            self.bump('.');
            self.pass_name();
        }
        for word in [" varying", " precision"] {
            let next = self.rest.get(..word.len());
            if next.is_some_and(|next| next.eq_ignore_ascii_case(word)) {
                self.rest = &self.rest[word.len()..];
            }
        }
        let size = self.rest.strip_prefix('(').and_then(|inner| inner.split_once(')'));
        if let Some((inner, after)) = size
            && inner.chars().all(|c| c.is_ascii_digit() || ", ".contains(c))
        {
            self.rest = after;
        }
        while let Some(after) = self.rest.strip_prefix("[]") {
            self.rest = after;
        }
        self.operand = true;
    }

    fn pass_name(&mut self) {
        match self.rest.chars().next() {
            Some(quote @ ('"' | '`')) => {
                self.quoted(quote, false);
            }
            _ => {
                self.take(|c| c.is_alphanumeric() || c == '_');
            }
        }
    }
}

/// What stands for a character behind a backslash.
const fn unescaped(escaped: char) -> char {
    match escaped {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'b' => '\u{8}',
        '0' => '\0',
        other => other,
    }
}
