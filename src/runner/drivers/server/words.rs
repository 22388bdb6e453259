//! What can be read out of a server's words, and what must be kept out of ours.

use crate::diagnostic::Code;
use crate::runner::driver::Trouble;

/// `… datamove DMnnnn: sentence`, which is how a script refuses.
pub(in crate::runner::drivers) fn raised(message: &str) -> Option<Trouble> {
    let (_, rest) = message.split_once("datamove DM")?;
    let (digits, text) = rest.split_once(':')?;
    let code = digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit());
    // MySQL's failing conversion quotes the sentence.
    let text = text.trim().trim_end_matches('\'').trim();
    code.then(|| Trouble::Raised { code: format!("DM{digits}"), text: text.to_owned() })
}

/// True for a refusal of a script that is about one row's values.
pub(in crate::runner::drivers) fn is_of_row(trouble: &Trouble) -> bool {
    let Trouble::Raised { code, .. } = trouble else { return false };
    [Code::LookupFailed, Code::NumberLost, Code::ZoneUnknown].iter().any(|known| known.id() == code)
}

/// The first text between two quotes of this kind behind `mark`.
pub(in crate::runner::drivers) fn quoted_behind(message: &str, mark: &str, quotes: char) -> Option<String> {
    let (_, rest) = message.split_once(mark)?;
    let (name, _) = rest.strip_prefix(quotes)?.split_once(quotes)?;
    Some(name.to_owned())
}

/// A message without what stands between its first quote and its last: a value of a row, which may
/// hold quotes itself.
pub(in crate::runner::drivers) fn without_quoted(message: &str, quote: char) -> String {
    match (message.find(quote), message.rfind(quote)) {
        (Some(first), Some(last)) if first < last => {
            format!("{}{quote}…{quote}{}", &message[..first], &message[last + quote.len_utf8()..])
        }
        (Some(first), _) => message[..first].trim_end().to_owned(),
        _ => message.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scripts_refusal_is_its_code_and_its_sentence() {
        let expected = Trouble::Raised { code: "DM0709".to_owned(), text: "not in the map".to_owned() };
        for message in [
            "datamove DM0709: not in the map",
            "CHECK constraint failed: datamove DM0709: not in the map",
            "Truncated incorrect INTEGER value: 'datamove DM0709: not in the map'",
        ] {
            assert_eq!(raised(message).unwrap(), expected);
        }
        for message in ["datamove DM07: x", "datamove DMabcd: x", "duplicate key"] {
            assert_eq!(raised(message), None);
        }
    }

    #[test]
    fn values_are_kept_out() {
        let message = "invalid input syntax for type integer: \"ann \"the\" x\"";
        assert_eq!(without_quoted(message, '"'), "invalid input syntax for type integer: \"…\"");
        assert_eq!(without_quoted("Incorrect: 'ann", '\''), "Incorrect:");
        assert_eq!(without_quoted("plain", '\''), "plain");
    }
}
