//! The message about a run of junk.

use super::Pair;
use super::build::Build;
use super::junk::{Place, Run, begins_arrow, first_word};
use super::words::{CLAUSES, ITEMS};
use crate::base::Span;
use crate::diagnostic::{Code, Diagnostic};

/// Words after which an expression must come.
const BEFORE_EXPRESSION: [&str; 16] = [
    "where", "and", "or", "not", "on", "by", "when", "then", "else", "in", "like", "between", "case",
    "select", "within", "drop",
];

impl Build<'_, '_, '_> {
    pub(super) fn stray_doc(&mut self, pair: &Pair) {
        let span = self.span(pair);
        let message = "this doc comment stands above nothing that it could document";
        self.error(
            Diagnostic::error(Code::DocMisplaced, message, span, "what follows is no item or clause")
                .help("move it above the item or clause that it describes, or make it a `--` comment"),
        );
    }

    /// Reports a run of junk, unless something in it has had its message.
    pub(super) fn report(&mut self, place: Place, run: Run) {
        let line = self.text[..run.context].rfind('\n').map_or(0, |found| found + 1);
        let line_end = self.text[run.end..].find('\n').map_or(self.text.len(), |found| run.end + found);
        if self.sink.is_full() || self.sink.is_blamed(line, line_end) {
            return;
        }
        let diagnostic = self.explain(place, run);
        self.error(diagnostic);
    }

    fn explain(&self, place: Place, run: Run) -> Diagnostic {
        let text = &self.text[run.context..run.end];
        let word = first_word(text).to_ascii_lowercase();
        let mapping = place == Place::Move && begins_arrow(text[word.len()..].trim_start());
        if !mapping
            && run.context == run.start
            && let Some(unknown) = self.unknown(place, run, &word)
        {
            return unknown;
        }
        let at = self.farthest(place, run).max(run.context);
        let skipped = self.text[at..run.end].len() - self.text[at..run.end].trim_start().len();
        let before = self.text[run.context..self.trimmed(run.context, at)].trim_end();
        let at = at + skipped;
        let token = token(&self.text[at..run.end]);
        let span = self.token_span(run, at, token);
        if word == "datamove" {
            return Diagnostic::error(Code::EditionForm, "the edition is a year", span, "not a year")
                .help("write `datamove edition 2026`");
        }
        if matches!(place, Place::Move | Place::Invariant)
            && let Some(special) = expression(before, &self.text[at..run.end.max(at)], token, span)
        {
            return special;
        }
        let (noun, form) = if mapping {
            ("mapping", "column <- expression")
        } else {
            place.form(&word).unwrap_or((place.noun(), "…"))
        };
        self.generic(place, run, span, token, noun, form)
    }

    fn generic(&self, place: Place, run: Run, span: Span, token: &str, noun: &str, form: &str) -> Diagnostic {
        let code = match place {
            _ if run.context < run.start => Code::Syntax,
            Place::Move => Code::ClauseForm,
            _ => Code::ItemForm,
        };
        let help = format!("write `{form}`");
        if token.is_empty() {
            let message = format!("this {noun} is not complete");
            let whole = self.sink.span(run.context, run.end);
            return Diagnostic::error(code, message, whole, "something is missing at its end").help(help);
        }
        let message = format!("unexpected `{}` in this {noun}", shown(token));
        Diagnostic::error(code, message, span, "not understood from here").help(help)
    }

    /// The token that is in the way; if the run ends there, the last character of the run.
    fn token_span(&self, run: Run, at: usize, token: &str) -> Span {
        if token.is_empty() {
            let last = self.text[run.context..run.end].chars().next_back().map_or(0, char::len_utf8);
            return self.sink.span(run.end - last, run.end);
        }
        self.sink.span(at, at + token.len())
    }

    /// The error for a run whose first word begins nothing here.
    fn unknown(&self, place: Place, run: Run, word: &str) -> Option<Diagnostic> {
        if place.form(word).is_some() {
            return None;
        }
        let text = &self.text[run.start..run.end];
        let length = if word.is_empty() { token(text).len() } else { first_word(text).len() };
        let span = self.sink.span(run.start, run.start + length);
        let shown = shown(&text[..length]);
        if place == Place::File {
            return Some(unknown_item(text, &shown, word, span));
        }
        if place == Place::Move && qualified_target(text) {
            let message = "the target's column is a bare name";
            return Some(
                Diagnostic::error(Code::ClauseForm, message, span, "the table is known from the `move`")
                    .help("write `column <- expression`"),
            );
        }
        let noun = place.noun();
        if word.is_empty() && place != Place::Side {
            let message = format!("no {noun} begins with `{shown}`");
            let form = if place == Place::Move {
                "column <- expression"
            } else {
                place.form("").map_or("", |f| f.1)
            };
            let code = if place == Place::Move { Code::ClauseForm } else { Code::ItemForm };
            return Some(
                Diagnostic::error(code, message, span, "not understood").help(format!("write `{form}`")),
            );
        }
        let message = format!("no {noun} begins with `{shown}`");
        let heads = place.heads();
        let list = heads.join("`, `");
        let help = if place == Place::Move {
            format!("a clause is a mapping `column <- expression` or begins with `{list}`")
        } else {
            format!("write one of `{list}`")
        };
        let error = Diagnostic::error(Code::UnknownClause, message, span, "not known here");
        Some(error.did_you_mean(word, heads.iter().copied()).or_help(help))
    }
}

fn unknown_item(text: &str, shown: &str, word: &str, span: Span) -> Diagnostic {
    let message = format!("no item begins with `{shown}`");
    let error = Diagnostic::error(Code::UnknownItem, message, span, "not known here");
    let clause = CLAUSES.contains(&word) || begins_arrow(text[word.len()..].trim_start()) && !word.is_empty();
    if clause {
        return error.help("this is a clause of a move: is there a `}` too early above?");
    }
    let list = format!("an item begins with `{}`", ITEMS.join("`, `"));
    error.did_you_mean(word, ITEMS).or_help(list)
}

/// `shop.customer.name <- …`
fn qualified_target(text: &str) -> bool {
    let end = text.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.'))).unwrap_or(text.len());
    text[..end].contains('.') && begins_arrow(text[end..].trim_start())
}

/// Mistakes inside expressions, told from the text before, and the token at, the farthest place.
fn expression(before: &str, rest: &str, token: &str, span: Span) -> Option<Diagnostic> {
    let error = |code, message: &str, label: &str, help: &str| {
        Some(Diagnostic::error(code, message, span, label).help(help))
    };
    let next = rest.trim_start();
    if begins_number(token) && !token.chars().all(|c| c.is_ascii_digit()) {
        let message = format!("`{}` is not a number of the language", shown(token));
        let help =
            "write digits, with a point between digits if need be: `1500`, `0.5`; names begin with a letter";
        return error(Code::NumberForm, &message, "not a number", help);
    }
    match token {
        "::" => {
            return error(
                Code::ForeignMark,
                "there is no `::`",
                "a cast is meant",
                "write `cast(x as TYPE)`",
            );
        }
        "&&" => {
            return error(Code::ForeignMark, "there is no `&&`", "a word in this language", "write `and`");
        }
        "!" => return error(Code::ForeignMark, "there is no `!`", "a word in this language", "write `not`"),
        _ => {}
    }
    if token.eq_ignore_ascii_case("select") {
        let help = "rows of another table: `count(TABLE x where …)`, `sum(x.n from TABLE x where …)`, \
                    `first(x.n from TABLE x where … order by x.id)`; or `join` the table";
        return error(Code::Subquery, "there are no subqueries", "a query inside an expression", help);
    }
    let folded = before.to_ascii_lowercase();
    let cases = |word: &str| {
        folded.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|w| *w == word).count()
    };
    let last = folded.rsplit(|c: char| !(c.is_alphanumeric() || c == '_' || c == '.')).next().unwrap_or("");
    let operator = folded.ends_with(['+', '-', '*', '/', '=', '<', '>', '|', '(', ',']);
    if operator || BEFORE_EXPRESSION.contains(&last) {
        return missing_operand(before, last, next, token, span);
    }
    if matches!(token, "=" | "<>" | "!=" | "<" | "<=" | ">" | ">=") && !folded.is_empty() {
        let help = "join two comparisons with `and`, or put one in parentheses";
        return error(Code::Syntax, "comparisons do not chain", "a second comparison", help);
    }
    if cases("case") > cases("end") {
        let help = "write `case when CONDITION then VALUE else VALUE end`";
        return error(
            Code::Unclosed,
            "a `case` is not closed with `end`",
            "the `case` above is still open",
            help,
        );
    }
    None
}

/// Nothing, or nothing that can be an operand, behind an operator or a word that wants one.
fn missing_operand(before: &str, last: &str, next: &str, token: &str, span: Span) -> Option<Diagnostic> {
    let operator = before.rsplit(|c: char| c.is_alphanumeric() || c.is_whitespace()).next().unwrap_or("");
    let shown = if last.is_empty() { operator } else { last };
    let word = first_word(next);
    let code = Code::ExpressionMissing;
    let message = format!("an expression is missing behind `{shown}`");
    let error = Diagnostic::error(code, message, span, "an expression should come here");
    if !word.is_empty() && next[word.len()..].trim_start().starts_with("<-") {
        let help = format!(
            "`{word} <-` begins a mapping; for a comparison with a negative number write `{word} < -1`"
        );
        return Some(error.help(help));
    }
    if !word.is_empty() && next[word.len()..].starts_with('.') && next[word.len() + 1..].contains('.') {
        let help = "a column is written `alias.column`: name the table in the move or a join";
        return Some(error.help(help));
    }
    if token.is_empty()
        || !word.is_empty()
        || token.starts_with([')', ',', '=', '<', '>', '+', '*', '/', '|', '}'])
    {
        let help = if word.is_empty() {
            format!("complete the expression behind `{shown}`, or remove `{shown}`")
        } else {
            format!(
                "`{word}` is a word of the language here; a column of that name is written `c.{word}` or `\"{word}\"`"
            )
        };
        return Some(error.help(help));
    }
    None
}

/// A token as a message shows it: not too long.
fn shown(token: &str) -> String {
    const LONGEST: usize = 40;
    if token.chars().count() <= LONGEST {
        return token.to_owned();
    }
    token.chars().take(LONGEST).chain(['…']).collect()
}

fn begins_number(token: &str) -> bool {
    token.strip_prefix('.').unwrap_or(token).starts_with(|c: char| c.is_ascii_digit())
}

/// The first token of `text`, for a message: a word, a number, or a mark.
fn token(text: &str) -> &str {
    let Some(first) = text.chars().next() else { return "" };
    let digit = |at: usize| text[at..].starts_with(|c: char| c.is_ascii_digit());
    let length = if first.is_ascii_digit() || first == '.' && digit(1) {
        text.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.'))).unwrap_or(text.len())
    } else if first.is_alphanumeric() || first == '_' {
        first_word(text).len()
    } else if first == '\'' || first == '"' {
        let line = text.lines().next().unwrap_or("");
        line[1..].find(first).map_or(1, |found| found + 2)
    } else {
        let double = ["::", "&&", "<>", "!=", "<=", ">=", "->", "<-", "=>", "||"];
        if text.starts_with("...") {
            3
        } else if double.iter().any(|mark| text.starts_with(mark)) {
            2
        } else {
            first.len_utf8()
        }
    };
    &text[..length]
}
