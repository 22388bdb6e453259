//! The letters whose case is changed alike everywhere. Servers have the tables of other versions of Unicode, rules of
//! languages, or ASCII alone; the preflight counts texts with which one would do anything else.

/// Letters of Latin, Greek, Cyrillic and Armenian that have been in Unicode since its beginnings.
const KNOWN: [(u32, u32); 9] = [
    (0xB5, 0xB5),
    (0xC0, 0x12F),
    (0x132, 0x17E),
    (0x386, 0x3CE),
    (0x400, 0x481),
    (0x48C, 0x4BF),
    (0x531, 0x586),
    (0x1E00, 0x1E95),
    (0x1EA0, 0x1EF9),
];

/// Blocks with every other letter that has a case, in Unicode 16 or in a server's tables.
const OTHERS: [(u32, u32); 29] = [
    (0x130, 0x131),
    (0x17F, 0x2AF),
    (0x345, 0x345),
    (0x370, 0x385),
    (0x3CF, 0x3FF),
    (0x482, 0x48B),
    (0x4C0, 0x52F),
    (0x587, 0x587),
    (0x10A0, 0x10FF),
    (0x13A0, 0x13FD),
    (0x1C80, 0x1CBF),
    (0x1D79, 0x1D8E),
    (0x1E96, 0x1E9F),
    (0x1EFA, 0x1FFF),
    (0x2126, 0x2132),
    (0x214E, 0x214E),
    (0x2160, 0x2184),
    (0x24B6, 0x24E9),
    (0x2C00, 0x2D2D),
    (0xA640, 0xA69B),
    (0xA722, 0xA7F6),
    (0xAB53, 0xAB53),
    (0xAB70, 0xABBF),
    (0xFB00, 0xFB17),
    (0xFF21, 0xFF5A),
    (0x10400, 0x10CFF),
    (0x10D50, 0x10D85),
    (0x118A0, 0x118DF),
    (0x16E40, 0x1E943),
];

/// Each letter that changes, and beside it the letter that it becomes.
pub(in crate::dialect) fn pairs(to_upper: bool) -> (String, String) {
    let ascii = std::iter::once((0x41, 0x7A));
    let all = ascii.chain(KNOWN).flat_map(|(from, to)| from..=to).filter_map(char::from_u32);
    all.filter_map(|letter| Some((letter, other(letter, to_upper)?))).unzip()
}

/// The other case of a letter, where it is another letter, and one.
fn other(letter: char, to_upper: bool) -> Option<char> {
    let mut all: Box<dyn Iterator<Item = char>> =
        if to_upper { Box::new(letter.to_uppercase()) } else { Box::new(letter.to_lowercase()) };
    let first = all.next()?;
    (all.next().is_none() && first != letter).then_some(first)
}

/// Letters that may be changed in some other way, as a class of a regular expression.
pub(in crate::dialect) fn other_letters() -> String {
    let range = |(from, to): (u32, u32)| format!("\\x{{{from:x}}}-\\x{{{to:x}}}");
    format!("[{}]", OTHERS.map(range).concat())
}

#[cfg(test)]
mod tests {
    use super::{KNOWN, OTHERS, other};

    #[test]
    fn every_letter_with_a_case_is_known_or_another() {
        let within = |list: &[(u32, u32)], c: char| {
            list.iter().any(|(from, to)| (*from..=*to).contains(&u32::from(c)))
        };
        for c in ('\u{80}'..=char::MAX).filter(|c| other(*c, true).or(other(*c, false)).is_some()) {
            assert!(within(&KNOWN, c) != within(&OTHERS, c), "U+{:04X}", u32::from(c));
        }
    }
}
