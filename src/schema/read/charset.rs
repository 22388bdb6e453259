//! MySQL's character sets and collations, and what of one follows from the other.

use super::draft::TextDefaults;

/// Character sets whose default collation is the same on every version of both servers.
const DEFAULTS: &[(&str, &str)] = &[
    ("armscii8", "armscii8_general_ci"),
    ("ascii", "ascii_general_ci"),
    ("big5", "big5_chinese_ci"),
    ("binary", "binary"),
    ("cp1250", "cp1250_general_ci"),
    ("cp1251", "cp1251_general_ci"),
    ("cp1256", "cp1256_general_ci"),
    ("cp1257", "cp1257_general_ci"),
    ("cp850", "cp850_general_ci"),
    ("cp852", "cp852_general_ci"),
    ("cp866", "cp866_general_ci"),
    ("cp932", "cp932_japanese_ci"),
    ("dec8", "dec8_swedish_ci"),
    ("eucjpms", "eucjpms_japanese_ci"),
    ("euckr", "euckr_korean_ci"),
    ("gb2312", "gb2312_chinese_ci"),
    ("gbk", "gbk_chinese_ci"),
    ("geostd8", "geostd8_general_ci"),
    ("greek", "greek_general_ci"),
    ("hebrew", "hebrew_general_ci"),
    ("hp8", "hp8_english_ci"),
    ("keybcs2", "keybcs2_general_ci"),
    ("koi8r", "koi8r_general_ci"),
    ("koi8u", "koi8u_general_ci"),
    ("latin1", "latin1_swedish_ci"),
    ("latin2", "latin2_general_ci"),
    ("latin5", "latin5_turkish_ci"),
    ("latin7", "latin7_general_ci"),
    ("macce", "macce_general_ci"),
    ("macroman", "macroman_general_ci"),
    ("sjis", "sjis_japanese_ci"),
    ("swe7", "swe7_swedish_ci"),
    ("tis620", "tis620_thai_ci"),
    ("ujis", "ujis_japanese_ci"),
    ("utf8mb3", "utf8mb3_general_ci"),
];

/// A character set's own name: `utf8` has always meant the one of three bytes.
pub(super) fn charset(written: &str) -> String {
    let name = written.to_ascii_lowercase();
    if name == "utf8" { "utf8mb3".to_owned() } else { name }
}

/// A collation's own name, in the same way.
pub(super) fn collation(written: &str) -> String {
    let name = written.to_ascii_lowercase();
    name.strip_prefix("utf8_").map_or_else(|| name.clone(), |rest| format!("utf8mb3_{rest}"))
}

impl TextDefaults {
    /// What a column, table or database says, over what `outer` says where it is silent. What is
    /// known only from a server's settings stays unknown.
    pub(super) fn within(self, outer: &Self) -> Self {
        match (self.charset, self.collation) {
            (None, None) => outer.clone(),
            (Some(charset), None) => {
                let known = DEFAULTS.iter().find(|(name, _)| *name == charset);
                let collation = known.map(|(_, collation)| (*collation).to_owned());
                Self { charset: Some(charset), collation }
            }
            (charset, Some(collation)) => {
                let charset = charset.or_else(|| of_collation(&collation)).or_else(|| outer.charset.clone());
                Self { charset, collation: Some(collation) }
            }
        }
    }
}

/// The character set in a collation's name. MariaDB's `uca1400_…` serve several.
fn of_collation(collation: &str) -> Option<String> {
    let first = collation.split('_').next()?;
    (!first.starts_with("uca")).then(|| first.to_owned())
}

/// False only for a collation that tells any two different texts apart, but for trailing spaces.
pub(super) fn ignores_case(collation: Option<&str>) -> bool {
    collation.is_none_or(|name| {
        let exact = name == "binary" || name.ends_with("_bin") || name.ends_with("_cs");
        // `_ai_cs` tells case apart and nothing else.
        !exact || name.ends_with("_ai_cs")
    })
}

#[cfg(test)]
mod tests {
    use super::{TextDefaults, charset, collation, ignores_case};

    fn text(set: Option<&str>, order: Option<&str>) -> TextDefaults {
        TextDefaults { charset: set.map(charset), collation: order.map(collation) }
    }

    #[test]
    fn one_follows_from_the_other_where_that_is_certain() {
        let table = text(Some("latin1"), Some("latin1_bin"));
        assert_eq!(text(None, None).within(&table), table);
        let utf8 = text(Some("utf8mb3"), Some("utf8mb3_general_ci"));
        assert_eq!(text(Some("UTF8"), None).within(&table), utf8);
        assert_eq!(text(None, Some("utf8_general_ci")).within(&table), utf8);
        assert_eq!(text(Some("utf8mb4"), None).within(&table), text(Some("utf8mb4"), None));
        let uca = text(None, Some("uca1400_ai_ci"));
        assert_eq!(uca.within(&text(Some("utf8mb4"), None)), text(Some("utf8mb4"), Some("uca1400_ai_ci")));
    }

    #[test]
    fn case_is_ignored_unless_said_otherwise() {
        for exact in ["binary", "utf8mb4_bin", "latin1_general_cs", "utf8mb4_0900_as_cs"] {
            assert!(!ignores_case(Some(exact)), "{exact}");
        }
        for loose in [None, Some("utf8mb4_0900_ai_ci"), Some("utf8mb4_0900_as_ci"), Some("uca1400_ai_cs")] {
            assert!(ignores_case(loose), "{loose:?}");
        }
    }
}
