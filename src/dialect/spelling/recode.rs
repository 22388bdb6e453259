//! What functions need that are spelled by several engines: windows-1252, UTF-8 as a regular expression, paths.

use crate::plan::{Expr, ExprKind, Unit};

/// The word that a call states behind its value, which the type checker has seen to be one.
fn stated(args: &[Expr]) -> Option<&str> {
    match &args.get(1)?.kind {
        ExprKind::String(word) => Some(word),
        _ => None,
    }
}

/// The unit that a call states.
pub(in crate::dialect) fn unit(args: &[Expr]) -> Option<Unit> {
    stated(args).and_then(Unit::from_word)
}

/// Whether a call states windows-1252; else it is latin1.
pub(in crate::dialect) fn is_windows(args: &[Expr]) -> bool {
    stated(args) == Some("windows-1252")
}

/// The characters of windows-1252 whose bytes are not their code points, with those bytes (WHATWG Encoding
/// Standard, index windows-1252). The five bytes that are missing here are the control characters of their
/// numbers.
pub(crate) const WINDOWS_1252: [(char, u8); 27] = [
    ('\u{20AC}', 0x80),
    ('\u{201A}', 0x82),
    ('\u{0192}', 0x83),
    ('\u{201E}', 0x84),
    ('\u{2026}', 0x85),
    ('\u{2020}', 0x86),
    ('\u{2021}', 0x87),
    ('\u{02C6}', 0x88),
    ('\u{2030}', 0x89),
    ('\u{0160}', 0x8A),
    ('\u{2039}', 0x8B),
    ('\u{0152}', 0x8C),
    ('\u{017D}', 0x8E),
    ('\u{2018}', 0x91),
    ('\u{2019}', 0x92),
    ('\u{201C}', 0x93),
    ('\u{201D}', 0x94),
    ('\u{2022}', 0x95),
    ('\u{2013}', 0x96),
    ('\u{2014}', 0x97),
    ('\u{02DC}', 0x98),
    ('\u{2122}', 0x99),
    ('\u{0161}', 0x9A),
    ('\u{203A}', 0x9B),
    ('\u{0153}', 0x9C),
    ('\u{017E}', 0x9E),
    ('\u{0178}', 0x9F),
];

/// The sequences of UTF-8 (Unicode, table 3-7), a byte as the character of its number; ranges as pairs.
const SEQUENCES: [&[&[(u8, u8)]]; 8] = [
    &[&[(0x01, 0x7F)]],
    &[&[(0xC2, 0xDF)], REST],
    &[&[(0xE0, 0xE0)], &[(0xA0, 0xBF)], REST],
    &[&[(0xE1, 0xEC), (0xEE, 0xEF)], REST, REST],
    &[&[(0xED, 0xED)], &[(0x80, 0x9F)], REST],
    &[&[(0xF0, 0xF0)], &[(0x90, 0xBF)], REST, REST],
    &[&[(0xF1, 0xF3)], REST, REST, REST],
    &[&[(0xF4, 0xF4)], &[(0x80, 0x8F)], REST, REST],
];

const REST: &[(u8, u8)] = &[(0x80, 0xBF)];

/// One sequence of UTF-8 as alternatives of a regular expression; `character` spells one.
pub(in crate::dialect) fn utf8_pattern(character: impl Fn(u8) -> String) -> String {
    let range = |(from, to): &(u8, u8)| format!("{}-{}", character(*from), character(*to));
    let class = |ranges: &&[(u8, u8)]| format!("[{}]", ranges.iter().map(range).collect::<String>());
    let sequence = |parts: &&[&[(u8, u8)]]| parts.iter().map(class).collect::<String>();
    SEQUENCES.iter().map(sequence).collect::<Vec<_>>().join("|")
}

/// The control characters that stand for no byte of windows-1252, as a class of a regular expression.
pub(in crate::dialect) fn strangers(character: impl Fn(u8) -> String) -> String {
    format!("[{}]", WINDOWS_1252.iter().map(|(_, byte)| character(*byte)).collect::<String>())
}

/// `$."a"."b"`: a member by the names on the way to it, which have neither quotes nor backslashes.
pub(in crate::dialect) fn member_path(names: &[Expr]) -> String {
    let mut path = String::from("$");
    for name in names {
        if let ExprKind::String(name) = &name.kind {
            path.push_str(".\"");
            path.push_str(name);
            path.push('"');
        }
    }
    path
}
