//! Whether a text is the spelling of a value of another type. Stored values always are of their
//! declared types here; only a stated cast from text has to ask.

use super::super::Sql;
use super::super::sql::sql;
use crate::dialect::spelling::integer_range;
use crate::schema::SqlType;

/// True or false for every text, never an error; NULL conforms to every type.
pub(super) fn conforms(x: &Sql, from: &SqlType, to: &SqlType) -> Sql {
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
        SqlType::Date => sql!("{x} ~ '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}$' AND {}", day(x)),
        SqlType::Timestamp { zoned: false, .. } => sql!(
            "{x} ~ '^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[ T]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.[0-9]{{1,6}})?$' AND {}",
            day(x)
        ),
        SqlType::Uuid => {
            sql!("{x} ~ '^[0-9a-fA-F]{{8}}-([0-9a-fA-F]{{4}}-){{3}}[0-9a-fA-F]{{12}}$'")
        }
        // Nothing else is cast from text: no text is known to conform.
        _ => Sql::spelled("false"),
    };
    sql!("coalesce({test}, true)")
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
