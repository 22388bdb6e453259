use crate::schema::DecimalSize;

/// 10 to the power of `exponent`, as digits.
pub(in crate::dialect) fn power_of_ten(exponent: u32) -> String {
    format!("1{}", "0".repeat(exponent as usize))
}

/// A literal's digits without the point, and how many stand behind it: `12.50` is `1250`, 2.
pub(in crate::dialect) fn split_number(number: &str) -> (String, u32) {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = format!("{whole}{fraction}");
    let digits = digits.trim_start_matches('0');
    let digits = if digits.is_empty() { "0" } else { digits };
    (digits.to_owned(), digits_of(fraction))
}

/// How many characters `text` has.
pub(in crate::dialect) fn digits_of(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}

/// The least and the largest number of an integer type, as digits. The least of 64 bits is one more
/// than it could be, because its digits alone do not fit.
pub(in crate::dialect) fn integer_range(bits: u8) -> (String, String) {
    let high = match bits {
        16 => i64::from(i16::MAX),
        32 => i64::from(i32::MAX),
        _ => return (format!("-{}", i64::MAX), i64::MAX.to_string()),
    };
    (format!("{}", -high - 1), high.to_string())
}

/// What a text of digits that spells a decimal of this size looks like, as a regular expression without its end.
pub(in crate::dialect) fn decimal_pattern(size: DecimalSize) -> String {
    let whole = size.precision.saturating_sub(size.scale);
    format!("^[+-]?0*[0-9]{{0,{whole}}}([.][0-9]{{0,{}}}0*)?", size.scale)
}
