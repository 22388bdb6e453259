//! Whether a stored value is one of its declared type: SQLite stores what it is given.

use super::super::Sql;
use super::super::spelling::{comma, integer_range, power_of_ten};
use super::super::sql::sql;
use super::Sqlite;
use crate::dialect::Dialect as _;
use crate::schema::{DecimalSize, SqlType};

/// True or false for every value; NULL conforms to every type.
pub(super) fn conforms(x: &Sql, to: &SqlType) -> Option<Sql> {
    let test = match to {
        SqlType::Bool => sql!("typeof({x}) = 'integer' AND {x} IN (0, 1)"),
        SqlType::Int { bits: 16 } => sql!("typeof({x}) = 'integer' AND {x} BETWEEN -32768 AND 32767"),
        SqlType::Int { bits: 32 } => {
            sql!("typeof({x}) = 'integer' AND {x} BETWEEN -2147483648 AND 2147483647")
        }
        SqlType::Int { .. } => sql!("typeof({x}) = 'integer'"),
        SqlType::Unsigned { .. } => {
            return conforms(x, &to.widened()).map(|test| sql!("({test}) AND {x} >= 0"));
        }
        SqlType::Decimal(Some(size)) => {
            let whole = power_of_ten(size.precision.saturating_sub(size.scale));
            let unit = power_of_ten(size.scale);
            sql!(
                "typeof({x}) IN ('integer', 'real') AND abs({x}) < {whole} AND round({x} * {unit}.0) / {unit}.0 = {x}"
            )
        }
        SqlType::Decimal(None) | SqlType::Float { .. } => sql!("typeof({x}) IN ('integer', 'real')"),
        SqlType::Text { max, .. } => text(x, *max),
        SqlType::Bytes { max } => {
            let length = max.map_or_else(String::new, |max| format!(" AND length({x}) <= {max}"));
            sql!("typeof({x}) = 'blob'{length}")
        }
        SqlType::Date => sql!("typeof({x}) = 'text' AND {}", date(x)),
        SqlType::Time { precision, .. } => {
            sql!("typeof({x}) = 'text' AND {}", time(x, 1, *precision, false))
        }
        SqlType::Timestamp { zoned, precision } => sql!(
            "typeof({x}) = 'text' AND {} AND substr({x}, 11, 1) IN (' ', 'T') AND {}",
            date(&sql!("substr({x}, 1, 10)")),
            time(x, 12, *precision, *zoned)
        ),
        SqlType::Uuid => {
            let digits = |n: usize| "[0-9A-Fa-f]".repeat(n);
            let shape: Vec<_> = [8, 4, 4, 4, 12].into_iter().map(digits).collect();
            sql!("typeof({x}) = 'text' AND {x} GLOB '{}'", shape.join("-"))
        }
        SqlType::Json { .. } => sql!("json_valid({x}) = 1"),
        SqlType::Enum { labels, .. } => {
            let labels: Vec<_> = labels.iter().map(|label| Sqlite.string(label)).collect();
            sql!("typeof({x}) = 'text' AND {x} IN ({})", comma(&labels))
        }
        SqlType::Interval | SqlType::Array(_) | SqlType::Opaque(_) => return None,
    };
    Some(sql!("({x} IS NULL OR coalesce({test}, 0))"))
}

/// Whether a text is the spelling of a whole number of so many bits: at most 18 digits, so that
/// reading it cannot overflow.
pub(super) fn spells_integer(x: &Sql, bits: u8) -> Sql {
    let digits = sql!("substr({x}, 1 + ({x} GLOB '[-+]*'))");
    let (low, high) = integer_range(bits);
    sql!(
        "({x} IS NULL OR {digits} <> '' AND {digits} NOT GLOB '*[^0-9]*' AND length({digits}) <= 18 \
         AND cast({x} as integer) BETWEEN {low} AND {high})"
    )
}

/// Whether a text is the spelling of a decimal: digits with at most one point, as many as the type has.
pub(super) fn spells_decimal(x: &Sql, size: DecimalSize) -> Sql {
    let digits = sql!("substr({x}, 1 + ({x} GLOB '[-+]*'))");
    let ended = sql!("{digits} || '.'");
    let whole = sql!("substr({ended}, 1, instr({ended}, '.') - 1)");
    let fraction = sql!("rtrim(rtrim(substr({ended}, instr({ended}, '.') + 1), '.'), '0')");
    sql!(
        "({x} IS NULL OR {digits} GLOB '*[0-9]*' AND {digits} NOT GLOB '*[^0-9.]*' AND {digits} NOT GLOB '*.*.*' \
         AND length(ltrim({whole}, '0')) <= {} AND length({fraction}) <= {})",
        size.precision.saturating_sub(size.scale),
        size.scale
    )
}

fn text(x: &Sql, max: Option<u32>) -> Sql {
    let length = max.map_or_else(String::new, |max| format!(" AND length({x}) <= {max}"));
    // length() stops at a NUL character, and no other engine takes one.
    sql!("typeof({x}) = 'text'{length} AND instr({x}, char(0)) = 0")
}

/// date() takes the 30th of February for a day in March; the real days come back unchanged. There is
/// no year 0 in the calendar that other engines keep.
fn date(x: &Sql) -> Sql {
    sql!("{x} GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]' AND date({x}) IS {x} AND {x} >= '0001'")
}

fn time(x: &Sql, from: u32, precision: u8, zoned: bool) -> Sql {
    let clock = sql!("substr({x}, {from}, 8)");
    let rest = sql!("substr({x}, {})", from + 8);
    let rest = if zoned { sql!("replace(replace({rest}, 'Z', ''), '+00:00', '')") } else { rest };
    sql!(
        "{clock} GLOB '[0-9][0-9]:[0-9][0-9]:[0-9][0-9]' AND time({clock}) IS {clock} \
         AND ({rest} = '' OR {rest} GLOB '.[0-9]*' AND substr({rest}, 2) NOT GLOB '*[^0-9]*' \
         AND length(rtrim({rest}, '0')) <= {})",
        u32::from(precision) + 1
    )
}
