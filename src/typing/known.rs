//! The functions that a plan can call: one table for the type checker, its messages and the reference.

use crate::plan::Function;

/// A function by its word.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    pub word: &'static str,
    pub function: Function,
    pub least: usize,
    pub most: usize,
    pub signature: &'static str,
    pub meaning: &'static str,
}

/// What is written like a function and has rules of its own.
#[derive(Clone, Copy, Debug)]
pub(super) struct Special {
    pub word: &'static str,
    pub signature: &'static str,
    pub meaning: &'static str,
}

/// The function that a word names.
pub(super) fn known(word: &str) -> Option<&'static Known> {
    FUNCTIONS.iter().find(|known| known.word == word)
}

const fn function(
    word: &'static str,
    function: Function,
    (least, most): (usize, usize),
    signature: &'static str,
    meaning: &'static str,
) -> Known {
    Known { word, function, least, most, signature, meaning }
}

pub(super) const FUNCTIONS: [Known; 26] = [
    function(
        "lower",
        Function::Lower,
        (1, 1),
        "lower(text) → text",
        "each letter whose small letter is one character becomes it, wherever it stands; all else stays",
    ),
    function(
        "upper",
        Function::Upper,
        (1, 1),
        "upper(text) → text",
        "each letter whose capital is one character becomes it; all else, as `ß`, stays",
    ),
    function(
        "trim",
        Function::Trim,
        (1, 1),
        "trim(text) → text",
        "without U+0020 at both ends; other blanks stay",
    ),
    function("ltrim", Function::Ltrim, (1, 1), "ltrim(text) → text", "the same at the beginning"),
    function("rtrim", Function::Rtrim, (1, 1), "rtrim(text) → text", "the same at the end"),
    function(
        "length",
        Function::Length,
        (1, 1),
        "length(text) → integer",
        "how many characters: code points of Unicode, of which a combining mark is one",
    ),
    function(
        "substr",
        Function::Substr,
        (2, 3),
        "substr(text, from [, count]) → text",
        "characters from a place on, which is counted from 1; places are numbers that stand in the plan",
    ),
    function(
        "left",
        Function::Left,
        (2, 2),
        "left(text, count) → text",
        "the first characters, or all that there are; the count stands in the plan",
    ),
    function("right", Function::Right, (2, 2), "right(text, count) → text", "the same from the end"),
    function(
        "split_part",
        Function::SplitPart,
        (3, 3),
        "split_part(text, separator, n) → text",
        "the nth part between separators, from 1; `''` where there are fewer. The separator is one character, and both stand in the plan",
    ),
    function(
        "replace",
        Function::Replace,
        (3, 3),
        "replace(text, old, new) → text",
        "every `old`, from the left, becomes `new`; an empty `old` is found nowhere",
    ),
    function(
        "position",
        Function::Position,
        (2, 2),
        "position(part, text) → integer",
        "where the part begins, from 1; 0 if it is not there",
    ),
    function(
        "normalize",
        Function::Normalize,
        (1, 1),
        "normalize(text) → text",
        "Unicode's normalization form C: `e` and a combining acute become `é`",
    ),
    function(
        "recode",
        Function::Recode,
        (2, 2),
        "recode(text, charset) → text",
        "mends text whose UTF-8 was read in another charset, `'latin1'` or `'windows-1252'`: `Ã©` becomes `é`. \
         The preflight counts texts that are none such",
    ),
    function(
        "md5",
        Function::Md5,
        (1, 1),
        "md5(text or bytes) → varchar(32)",
        "in lower-case hex; of a text, of its bytes in UTF-8",
    ),
    function(
        "sha256",
        Function::Sha256,
        (1, 1),
        "sha256(text or bytes) → varchar(64)",
        "the same by SHA-256",
    ),
    function(
        "coalesce",
        Function::Coalesce,
        (1, 99),
        "coalesce(value, …) → value",
        "the first that is not NULL",
    ),
    function(
        "nullif",
        Function::Nullif,
        (2, 2),
        "nullif(value, other) → value",
        "NULL if the two are equal, else the first",
    ),
    function("abs", Function::Abs, (1, 1), "abs(number) → number", "without its sign"),
    function(
        "floor",
        Function::Floor,
        (1, 1),
        "floor(number) → number",
        "the largest whole number that is not larger",
    ),
    function(
        "ceil",
        Function::Ceil,
        (1, 1),
        "ceil(number) → number",
        "the smallest whole number that is not smaller",
    ),
    function(
        "add_months",
        Function::AddMonths,
        (2, 2),
        "add_months(date or timestamp, months) → the same",
        "the same day of another month, or its last day; whole months that stand in the plan, -2400 to 2400",
    ),
    function(
        "epoch",
        Function::Epoch,
        (2, 2),
        "epoch(timestamp with time zone, unit) → bigint",
        "whole units since 1970-01-01 in UTC, rounded down; the unit is `second`, `millisecond` or `microsecond`",
    ),
    function(
        "from_epoch",
        Function::FromEpoch,
        (2, 2),
        "from_epoch(integer, unit) → timestamp with time zone",
        "the instant so many units after 1970-01-01 in UTC, in the years 1 to 9999",
    ),
    function(
        "json_text",
        Function::JsonText,
        (2, 9),
        "json_text(document, member, …) → text",
        "the text of a member, or of a member of a member; NULL where it is absent or null. The preflight counts \
         members that are no strings. Names of members stand in the plan",
    ),
    function(
        "json_integer",
        Function::JsonInteger,
        (2, 9),
        "json_integer(document, member, …) → bigint",
        "the same of whole numbers of at most 18 digits",
    ),
];

/// Something that is called in an expression, for the reference.
#[derive(Clone, Copy, Debug)]
pub struct Described {
    /// The arguments and the result, as people read them.
    pub signature: &'static str,
    pub meaning: &'static str,
    /// `None` for what is made of other expressions, and so is there on every engine.
    pub function: Option<Function>,
}

/// Every function of the language, in the order of the reference.
#[must_use]
pub fn described() -> Vec<Described> {
    let functions = FUNCTIONS.iter().map(|known| Described {
        signature: known.signature,
        meaning: known.meaning,
        function: Some(known.function),
    });
    let special = SPECIAL.iter().map(|special| Described {
        signature: special.signature,
        meaning: special.meaning,
        function: None,
    });
    functions.chain(special).collect()
}

const fn special(word: &'static str, signature: &'static str, meaning: &'static str) -> Special {
    Special { word, signature, meaning }
}

pub(super) const SPECIAL: [Special; 9] = [
    special(
        "round",
        "round(number, digits, mode) → decimal",
        "`half_even`: ties to the even neighbour; `half_up`: away from zero; `down`: towards zero. A quotient is \
         rounded once, from its exact value; a double is the number that its shortest digits say",
    ),
    special("cast", "cast(value as type) → type", "see [types.md](types.md)"),
    special("greatest", "greatest(value, …) → value", "of numbers, dates and times; NULL if one of them is"),
    special("least", "least(value, …) → value", "the same of the least"),
    special("count", "count(table x where …) → bigint", "how many rows of another table belong to this one"),
    special(
        "sum",
        "sum(value from table x where …) → number",
        "of exact numbers that are not NULL; NULL of none",
    ),
    special(
        "min",
        "min(value from table x where …) → value",
        "of those that are not NULL; texts by their bytes in UTF-8",
    ),
    special("max", "max(value from table x where …) → value", "the same of the largest"),
    special(
        "first",
        "first(value from table x where … order by …) → value",
        "the value of the first row; NULLs come last, texts by their bytes in UTF-8",
    ),
];
