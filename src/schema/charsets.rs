//! What MySQL's character sets hold, and what its collations tell apart.

/// The bytes of a character set's longest characters.
#[must_use]
pub fn longest_character(charset: &str) -> u64 {
    match charset {
        "utf8mb4" | "utf16" | "utf16le" | "utf32" | "gb18030" => 4,
        "utf8mb3" | "ujis" | "eucjpms" => 3,
        "ucs2" | "big5" | "cp932" | "euckr" | "gb2312" | "gbk" | "sjis" => 2,
        _ => 1,
    }
}

/// True if every character of Unicode is one of the character set's.
#[must_use]
pub fn holds_unicode(charset: &str) -> bool {
    longest_character(charset) == 4 || charset == "binary"
}

/// True if every character of `from` is known to be one of `to`'s.
#[must_use]
pub fn holds_all_of(to: &str, from: &str) -> bool {
    // The older character sets have characters of Unicode's first plane only, which three bytes hold.
    let first_plane = to == "utf8mb3" && !holds_unicode(from);
    to == from || holds_unicode(to) || first_plane || (from == "ascii" && to == "latin1")
}

/// True if texts that are equal under the collation `key` are known to be equal under `held` as well: what is
/// unique under `held` is then unique under `key`.
#[must_use]
pub fn unique_as_well(held: Option<&str>, key: Option<&str>) -> bool {
    let (Some(held), Some(key)) = (held, key) else { return false };
    let no_pad = |name: &str| name == "binary" || name.contains("_0900_") || name.contains("_nopad_");
    // Equal bytes are equal texts, and with padding they may differ in spaces at the end.
    let bytes = key.ends_with("_bin") && (no_pad(key) || !no_pad(held));
    held == key || key == "binary" || bytes
}

#[cfg(test)]
mod tests {
    use super::{holds_all_of, unique_as_well};

    #[test]
    fn only_what_is_certain_is_proven() {
        assert!(holds_all_of("utf8mb3", "latin1") && holds_all_of("utf8mb4", "utf16"));
        assert!(!holds_all_of("latin1", "utf8mb3") && !holds_all_of("utf8mb3", "utf8mb4"));
        let unique = |held, key| unique_as_well(Some(held), Some(key));
        assert!(unique("utf8mb4_general_ci", "utf8mb4_general_ci"));
        assert!(unique("utf8mb4_general_ci", "utf8mb4_bin"));
        assert!(!unique("utf8mb4_bin", "utf8mb4_general_ci"));
        assert!(!unique("utf8mb4_0900_ai_ci", "utf8mb4_bin"));
        assert!(!unique_as_well(None, None));
    }
}
