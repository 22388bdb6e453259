//! Rows under way as engines without COPY take them: value by value, each as what its column in the copy is.

use super::wire;
use crate::runner::driver::{EngineError, Trouble};
use crate::schema::{SqlType, is_geometry};

/// One value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::runner) enum Cell {
    Null,
    /// A whole number, by its digits.
    Number(String),
    Text(String),
    Bytes(Vec<u8>),
}

/// The lines of a piece, without their ends.
pub(in crate::runner) fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split_inclusive(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\n").unwrap_or(line))
}

/// The fields of a line, each still as it travels.
pub(in crate::runner) fn fields(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(|byte| *byte == b'\t')
}

/// A field as a value of the type that its column has in the copy.
pub(in crate::runner) fn cell(field: &[u8], ty: &SqlType) -> Result<Cell, EngineError> {
    if field == b"\\N" {
        return Ok(Cell::Null);
    }
    if matches!(ty, SqlType::Bytes { .. }) || is_geometry(ty) {
        return field.strip_prefix(b"\\\\x").and_then(unhex).map(Cell::Bytes).ok_or_else(torn);
    }
    let text = wire::value(field).and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(torn)?;
    if is_whole(ty) {
        let digits = text.strip_prefix('-').unwrap_or(&text);
        let right = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        return if right { Ok(Cell::Number(text)) } else { Err(torn()) };
    }
    Ok(Cell::Text(if matches!(ty, SqlType::Timestamp { .. }) { naive(&text) } else { text }))
}

/// A moment of UTC in the one form that every engine reads.
fn naive(text: &str) -> String {
    let bare = text.strip_suffix('Z').or_else(|| text.strip_suffix("+00:00")).unwrap_or(text);
    bare.replacen('T', " ", 1)
}

fn is_whole(ty: &SqlType) -> bool {
    match ty {
        SqlType::Bool | SqlType::Int { .. } | SqlType::Unsigned { .. } => true,
        // MySQL takes the texts of their numbers for other values.
        SqlType::Opaque(name) => name.starts_with("bit(") || name == "year",
        _ => false,
    }
}

fn unhex(digits: &[u8]) -> Option<Vec<u8>> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (pairs, []) = digits.as_chunks::<2>() else { return None };
    let mut bytes = Vec::with_capacity(pairs.len());
    for [high, low] in pairs {
        bytes.push(digit(*high)? << 4 | digit(*low)?);
    }
    Some(bytes)
}

fn torn() -> EngineError {
    EngineError::new(Trouble::Other, "a value under way has not the form of its column's type")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_what_they_were() {
        let read = |field: &str, ty: &SqlType| cell(field.as_bytes(), ty).ok();
        let text = |text: &str| Some(Cell::Text(text.to_owned()));
        assert_eq!(read("\\N", &SqlType::TEXT), Some(Cell::Null));
        assert_eq!(read("\\\\N", &SqlType::TEXT), text("\\N"));
        assert_eq!(read("a\\tb\\v", &SqlType::TEXT), text("a\tb\u{b}"));
        assert_eq!(read("\\\\x00fF", &SqlType::Bytes { max: None }), Some(Cell::Bytes(vec![0, 255])));
        assert_eq!(read("\\\\x0", &SqlType::Bytes { max: None }), None);
        assert_eq!(read("-12", &SqlType::BIGINT), Some(Cell::Number("-12".to_owned())));
        assert_eq!(read("1; DROP", &SqlType::BIGINT), None);
        assert_eq!(read("", &SqlType::BIGINT), None);
        let moment = SqlType::Timestamp { zoned: true, precision: 6 };
        assert_eq!(read("2024-02-29T12:00:00.5Z", &moment), text("2024-02-29 12:00:00.5"));
    }

    #[test]
    fn lines_and_fields_are_parted_where_they_were_joined() {
        let found: Vec<Vec<&[u8]>> = lines(b"a\t\n\tb\n\n").map(|line| fields(line).collect()).collect();
        assert_eq!(found, [vec![&b"a"[..], b""], vec![b"", b"b"], vec![b""]]);
    }
}
