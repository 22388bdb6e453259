//! Whether a text is the spelling of a value of another type. Stored values always are of their
//! declared types here; only a stated cast from text has to ask.

use super::super::Sql;
use super::super::sql::sql;
use crate::dialect::spelling::{decimal_pattern, integer_range};
use crate::schema::SqlType;

/// True or false for every text, never an error; NULL conforms to every type.
pub(super) fn conforms(x: &Sql, from: &SqlType, to: &SqlType) -> Sql {
    if let (SqlType::Bytes { .. }, SqlType::Uuid) = (from, to) {
        return sql!("{x} IS NULL OR octet_length({x}) = 16");
    }
    if !matches!(from, SqlType::Text { .. }) {
        return Sql::spelled("true");
    }
    let test = match to {
        SqlType::Text { .. } => return Sql::spelled("true"),
        SqlType::Int { bits } => {
            let (low, high) = integer_range(*bits);
            sql!(
                "CASE WHEN {x} ~ '^[+-]?[0-9]{{1,18}}$' THEN cast({x} as bigint) BETWEEN {low} AND {high} ELSE false END"
            )
        }
        SqlType::Decimal(Some(size)) => sql!("{x} ~ '{}$' AND {x} ~ '[0-9]'", decimal_pattern(*size)),
        SqlType::Date => sql!("{x} ~ '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}$' AND {}", day(x)),
        SqlType::Timestamp { zoned: false, .. } => sql!(
            "{x} ~ '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[ T]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{{1,6}})?$' AND {}",
            day(x)
        ),
        SqlType::Uuid => {
            sql!("{x} ~ '^[0-9a-fA-F]{{8}}-([0-9a-fA-F]{{4}}-){{3}}[0-9a-fA-F]{{12}}$'")
        }
        SqlType::Opaque(name) if name.eq_ignore_ascii_case("inet") => sql!("{x} ~ '{}'", address()),
        // Nothing else is cast from text: no text is known to conform.
        _ => Sql::spelled("false"),
    };
    sql!("{x} IS NULL OR coalesce({test}, false)")
}

/// IPv4 in four plain decimal numbers, IPv6 in up to eight groups with one `::` at most (RFC 4291), the
/// mapped form of both, and behind any of them `/` and the bits of the network. The server takes
/// some more spellings; none that this takes is refused by it.
fn address() -> String {
    let byte = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
    let four = format!("{byte}(\\.{byte}){{3}}");
    let group = "[0-9a-fA-F]{1,4}";
    // So many groups before `::` leave room for so many behind it.
    let mut six =
        vec![format!("({group}:){{7}}{group}"), format!("({group}:){{1,7}}:"), format!(":(:{group}){{1,7}}")];
    six.extend((1..=6).map(|behind| format!("({group}:){{1,{}}}(:{group}){{1,{behind}}}", 7 - behind)));
    six.extend(["::".to_owned(), format!("::([fF]{{4}}:)?{four}")]);
    let (bits_4, bits_6) = ("([0-9]|[12][0-9]|3[0-2])", "([0-9]|[1-9][0-9]|1[01][0-9]|12[0-8])");
    format!("^({four}(/{bits_4})?|({})(/{bits_6})?)$", six.join("|"))
}

/// The text begins with a day of the calendar. The engine may try the conditions in any order, so
/// each step is inside a CASE, and an impossible date is never made.
fn day(x: &Sql) -> Sql {
    let part = |from: u32, count: u32| sql!("cast(substr({x}, {from}, {count}) as integer)");
    let (year, month, day) = (part(1, 4), part(6, 2), part(9, 2));
    sql!(
        "CASE WHEN {x} ~ '^[0-9]{{4}}-(0[1-9]|1[0-2])-[0-9]{{2}}' AND substr({x}, 1, 4) <> '0000' \
         THEN {day} BETWEEN 1 AND extract(day FROM make_date({year}, {month}, 1) + interval '1 month' - interval '1 day') \
         ELSE false END"
    )
}
