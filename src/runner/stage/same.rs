//! Whether two texts that arrived are one value. Engines print the same number or moment in ways of their
//! own; here each has one form.

use std::borrow::Cow;

use super::wire;
use crate::schema::SqlType;

/// The one form of a field's value, by the type of its column in the copy; `None` for NULL.
pub(super) fn canonical<'f>(field: &'f [u8], ty: &SqlType) -> Option<Cow<'f, [u8]>> {
    let bare = if field.contains(&b'\\') { Cow::Owned(wire::value(field)?) } else { Cow::Borrowed(field) };
    let form: fn(&str) -> String = match ty {
        SqlType::Bool => boolean,
        SqlType::Decimal(_) => decimal,
        SqlType::Float { bits: 32 } => |text| float(text, text.parse::<f32>().ok().map(f64::from)),
        SqlType::Float { .. } => |text| float(text, text.parse().ok()),
        SqlType::Timestamp { .. } => |text| fraction(&moment(text)),
        SqlType::Time { .. } => fraction,
        SqlType::Uuid => str::to_ascii_lowercase,
        _ => return Some(bare),
    };
    // Bytes that are no text are compared as they are.
    match std::str::from_utf8(&bare) {
        Ok(text) => Some(Cow::Owned(form(text).into_bytes())),
        Err(_) => Some(bare),
    }
}

fn boolean(text: &str) -> String {
    match text {
        "t" | "true" => "1",
        "f" | "false" => "0",
        other => other,
    }
    .to_owned()
}

/// A double by the shortest digits that are no other one; a zero keeps its sign.
fn float(text: &str, number: Option<f64>) -> String {
    number.map_or_else(|| text.to_owned(), |number| format!("{number:?}"))
}

/// A decimal without exponent, and without zeros that say nothing.
fn decimal(text: &str) -> String {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    let (mantissa, exponent) = digits.split_once(['e', 'E']).unwrap_or((digits, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{whole}{fraction}");
    let Ok(exponent) = exponent.parse::<i32>() else { return text.to_owned() };
    if all.is_empty() || exponent.abs() > 20_000 || !all.bytes().all(|byte| byte.is_ascii_digit()) {
        // NaN and the infinities.
        return text.to_owned();
    }
    let before = i32::try_from(whole.len()).unwrap_or(0) + exponent;
    let zeros = |count: i32| "0".repeat(usize::try_from(count).unwrap_or(0));
    let padded = format!("{}{all}{}", zeros(-before), zeros(before - i32::try_from(all.len()).unwrap_or(0)));
    let (whole, fraction) = padded.split_at(usize::try_from(before.max(0)).unwrap_or(0));
    let (whole, fraction) = (whole.trim_start_matches('0'), fraction.trim_end_matches('0'));
    match (whole, fraction) {
        ("", "") => "0".to_owned(),
        (whole, "") => format!("{sign}{whole}"),
        ("", fraction) => format!("{sign}0.{fraction}"),
        (whole, fraction) => format!("{sign}{whole}.{fraction}"),
    }
}

/// A moment with a space between day and time. One of UTC says so or not.
fn moment(text: &str) -> String {
    let bare = ["Z", "+00:00", "+00"].iter().find_map(|zone| text.strip_suffix(zone)).unwrap_or(text);
    bare.replacen('T', " ", 1)
}

/// A time without the zeros behind its fraction.
fn fraction(text: &str) -> String {
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::DecimalSize;

    fn forms(ty: &SqlType, texts: &[&str]) -> Vec<String> {
        let form =
            |text: &&str| canonical(text.as_bytes(), ty).map(|form| String::from_utf8(form.into()).unwrap());
        texts.iter().map(|text| form(text).unwrap_or_else(|| "∅".to_owned())).collect()
    }

    #[test]
    fn one_value_has_one_form() {
        let size = SqlType::Decimal(Some(DecimalSize { precision: 10, scale: 2 }));
        let same: [(&SqlType, &[&str]); 10] = [
            (&SqlType::DOUBLE, &["1e22", "1e+22", "10000000000000000000000"]),
            (&SqlType::DOUBLE, &["0.1", "1e-1", "0.10"]),
            (&SqlType::DOUBLE, &["-0", "-0.0"]),
            (&SqlType::Float { bits: 32 }, &["0.1", "0.10000000149011612"]),
            (&size, &["1.10", "1.1", "001.1", "11e-1"]),
            (&size, &["0", "-0.00", "0e5"]),
            (&SqlType::Decimal(None), &["1e22", "10000000000000000000000", "10000000000000000000000.000"]),
            (&SqlType::Bool, &["t", "1"]),
            (
                &SqlType::Timestamp { zoned: true, precision: 6 },
                &["2024-02-29 12:00:00.5+00", "2024-02-29T12:00:00.500000Z", "2024-02-29 12:00:00.500"],
            ),
            (&SqlType::Time { zoned: false, precision: 6 }, &["12:00:00", "12:00:00.000000"]),
        ];
        for (ty, texts) in same {
            let forms = forms(ty, texts);
            assert!(forms.iter().all(|form| *form == forms[0]), "{ty}: {forms:?}");
        }
    }

    #[test]
    fn other_values_have_others() {
        let differ: [(&SqlType, &[&str]); 8] = [
            (
                &SqlType::DOUBLE,
                &["0.0", "-0.0", "5e-324", "NaN", "inf", "-inf", "0.1", "0.10000000000000002"],
            ),
            (&SqlType::Decimal(None), &["0.01", "0.1", "1", "10", "-10", "NaN", "\\N", "1e-20"]),
            (&SqlType::TEXT, &["", "\\N", "NULL", "a", "a ", "1.0", "1.00", "\\\\N", "\\t", "T"]),
            (
                &SqlType::Timestamp { zoned: false, precision: 6 },
                &["2024-01-01 00:00:00", "2024-01-01 00:00:00.000001", "infinity"],
            ),
            (&SqlType::Time { zoned: false, precision: 0 }, &["10:00:00", "10:00:10", "10:00:01"]),
            (&SqlType::Date, &["2024-01-01", "2024-01-10"]),
            (&SqlType::Bytes { max: None }, &["\\\\x00", "\\\\x", "\\\\x0000"]),
            (&SqlType::BIGINT, &["1", "-1", "10", "0"]),
        ];
        for (ty, texts) in differ {
            let mut forms = forms(ty, texts);
            forms.sort();
            forms.dedup();
            assert_eq!(forms.len(), texts.len(), "{ty}: {forms:?}");
        }
    }
}
