//! Rows under way: the text form of PostgreSQL's COPY, whatever the two engines are. One row is a line,
//! columns are parted by tabs, NULL is `\N`; a tab, a line's end or a backslash inside of a value is
//! escaped, so that no value can be taken for anything else.

/// Adds a value's text.
pub(in crate::runner) fn put(out: &mut Vec<u8>, text: &[u8]) {
    let escaped = |byte: &&u8| matches!(byte, b'\\' | b'\t' | b'\n' | b'\r');
    grow(out, text.len() + text.iter().filter(escaped).count());
    let mut rest = text;
    while let Some(at) = rest.iter().position(|byte| matches!(byte, b'\\' | b'\t' | b'\n' | b'\r')) {
        out.extend_from_slice(&rest[..at]);
        out.extend_from_slice(match rest[at] {
            b'\t' => b"\\t",
            b'\n' => b"\\n",
            b'\r' => b"\\r",
            _ => b"\\\\",
        });
        rest = &rest[at + 1..];
    }
    out.extend_from_slice(rest);
}

/// A large value takes no more room than it needs.
fn grow(out: &mut Vec<u8>, more: usize) {
    if more > 4096 { out.reserve_exact(more + 64) } else { out.reserve(more) }
}

pub(in crate::runner) fn put_null(out: &mut Vec<u8>) {
    out.extend_from_slice(b"\\N");
}

/// Adds bytes in hex.
pub(in crate::runner) fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    grow(out, 3 + 2 * bytes.len());
    out.extend_from_slice(b"\\\\x");
    for byte in bytes {
        out.push(DIGITS[usize::from(byte >> 4)]);
        out.push(DIGITS[usize::from(byte & 15)]);
    }
}

/// How many characters are escaped.
fn escapes(field: &[u8]) -> usize {
    let (mut count, mut bytes) = (0, field.iter());
    while let Some(byte) = bytes.next() {
        if *byte == b'\\' {
            bytes.next();
            count += 1;
        }
    }
    count
}

/// A value without its escapes.
pub(in crate::runner) fn value(field: &[u8]) -> Option<Vec<u8>> {
    if field == b"\\N" {
        return None;
    }
    // A large value takes no more room than it needs.
    let mut text = Vec::with_capacity(field.len() - escapes(field));
    let mut bytes = field.iter();
    while let Some(byte) = bytes.next() {
        text.push(match byte {
            b'\\' => match bytes.next() {
                Some(b't') => b'\t',
                Some(b'n') => b'\n',
                Some(b'r') => b'\r',
                Some(b'b') => 8,
                Some(b'f') => 12,
                Some(b'v') => 11,
                Some(other) => *other,
                None => b'\\',
            },
            byte => *byte,
        });
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_comes_back() {
        let hostile: [&[u8]; 9] =
            [b"", b"\\N", b"NULL", b"a\tb", b"\r\n", b"\\", b"\\\\.", "é\u{1f600}".as_bytes(), b"\\.\n\\x00"];
        let mut line = Vec::new();
        for text in hostile {
            put(&mut line, text);
            line.push(b'\t');
        }
        put_null(&mut line);
        assert!(!line.contains(&b'\n'));
        let mut expected: Vec<Option<Vec<u8>>> = hostile.iter().map(|text| Some(text.to_vec())).collect();
        expected.push(None);
        let found: Vec<_> = line.split(|byte| *byte == b'\t').map(value).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn bytes_are_hex() {
        let mut line = Vec::new();
        put_bytes(&mut line, &[0, 9, 255]);
        assert_eq!(value(&line), Some(b"\\x0009ff".to_vec()));
    }
}
