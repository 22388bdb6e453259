//! Functions that SQLite does not have and the language does. Sessions of the runner have them by these names;
//! NULL gives NULL.

use md5::{Digest as _, Md5};
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Error, Result};
use sha2::Sha256;
use unicode_normalization::UnicodeNormalization as _;

use crate::base::hex;
use crate::diagnostic::Code;
use crate::dialect::WINDOWS_1252;

pub(super) fn register(connection: &Connection) -> Result<()> {
    let flags =
        FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_DIRECTONLY;
    connection.create_scalar_function("datamove_md5", 1, flags, |context| {
        Ok(bytes(context).map(|bytes| hex(&Md5::digest(bytes))))
    })?;
    connection.create_scalar_function("datamove_sha256", 1, flags, |context| {
        Ok(bytes(context).map(|bytes| hex(&<Sha256 as sha2::Digest>::digest(bytes))))
    })?;
    connection.create_scalar_function("datamove_normalize", 1, flags, |context| {
        Ok(text(context, 0)?.map(|text| text.nfc().collect::<String>()))
    })?;
    connection.create_scalar_function("datamove_is_recodable", 2, flags, |context| {
        let (text, charset) = (text(context, 0)?, text(context, 1)?);
        Ok(text.map(|text| recoded(text, charset.unwrap_or_default()).is_some()))
    })?;
    connection.create_scalar_function("datamove_recode", 2, flags, |context| {
        let (text, charset) = (text(context, 0)?, text(context, 1)?);
        let Some(text) = text else { return Ok(None) };
        let message = || format!("datamove {}: a text cannot be recoded", Code::LookupFailed.id());
        recoded(text, charset.unwrap_or_default())
            .map(Some)
            .ok_or_else(|| Error::UserFunctionError(message().into()))
    })
}

/// The bytes of a blob, or of a text in UTF-8.
fn bytes<'c>(context: &'c Context<'_>) -> Option<&'c [u8]> {
    match context.get_raw(0) {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Some(bytes),
        _ => None,
    }
}

fn text<'c>(context: &'c Context<'_>, index: usize) -> Result<Option<&'c str>> {
    Ok(context.get_raw(index).as_str_or_null()?)
}

/// The bytes that the text has in the charset, as UTF-8; `None` where a character is not of the charset, or the
/// bytes are none of UTF-8.
fn recoded(text: &str, charset: &str) -> Option<String> {
    let windows = charset == "windows-1252";
    let byte = |character: char| -> Option<u8> {
        let of_windows = WINDOWS_1252.iter().find(|(known, _)| windows && *known == character);
        let taken = |byte: u8| windows && WINDOWS_1252.iter().any(|(_, other)| *other == byte);
        of_windows
            .map(|(_, byte)| *byte)
            .or_else(|| u8::try_from(u32::from(character)).ok().filter(|byte| !taken(*byte)))
    };
    String::from_utf8(text.chars().map(byte).collect::<Option<Vec<u8>>>()?).ok()
}

#[cfg(test)]
mod tests {
    use super::recoded;

    #[test]
    fn only_what_was_read_wrongly_is_mended() {
        assert_eq!(recoded("\u{c3}\u{a4}", "latin1").as_deref(), Some("\u{e4}"));
        assert_eq!(recoded("\u{e2}\u{82}\u{ac}", "latin1").as_deref(), Some("\u{20ac}"));
        assert_eq!(recoded("\u{e2}\u{201a}\u{ac}", "windows-1252").as_deref(), Some("\u{20ac}"));
        assert_eq!(recoded("\u{e2}\u{82}\u{ac}", "windows-1252"), None);
        assert_eq!(recoded("\u{e4}", "latin1"), None);
        assert_eq!(recoded("\u{20ac}", "latin1"), None);
        assert_eq!(recoded("plain", "latin1").as_deref(), Some("plain"));
    }
}
