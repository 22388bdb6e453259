//! The words of sums over ranges of a key, which two servers compute and the runner compares.
//!
//! A row's text is a header and the texts that may be long: every field of the header is closed by a bar that no number
//! and no moment has, NULL is a tilde there, and of a text it has the length. So no two rows have one text, and rows
//! that follow each other are parted by a line's end that no header has.

use super::super::sql::sql;
use super::super::{Dialect, Digest, Sql};

/// Texts of more bytes stand in a row's text by their md5, so that the text of a bucket has a bound.
pub(in crate::dialect) const LONG: u32 = 200;

/// The text of a row. Each part with whether it is never NULL.
pub(in crate::dialect) fn row_text(dialect: &dyn Dialect, parts: &[(Digest, bool)]) -> Sql {
    let (mut header, mut texts) = (Vec::new(), Vec::new());
    for (part, not_null) in parts {
        let or_tilde = |text: Sql| if *not_null { text } else { sql!("coalesce({text}, '~')") };
        match part {
            Digest::Short(text) => header.push(or_tilde(text.clone())),
            Digest::Text(text) => {
                header.push(or_tilde(dialect.text_of_number(&sql!("octet_length({text})"))));
                texts.push(sql!("CASE WHEN octet_length({text}) > {LONG} THEN md5({text}) ELSE {text} END"));
            }
        }
    }
    header.push(sql!("''"));
    let all: Vec<&str> = header.iter().chain(&texts).map(Sql::as_str).collect();
    sql!("concat_ws('|', {})", all.join(", "))
}

/// Number, rows and sum of one bucket.
pub(in crate::dialect) fn bucket(number: &Sql, sum: &Sql, from: &Sql) -> Sql {
    sql!("SELECT {number} AS \"bucket\", count(*) AS \"count\", md5({sum}) AS \"sum\" FROM {from}")
}

/// Every so many-th key in the table's order.
pub(in crate::dialect) fn every(table: &Sql, key: &Sql, number: &Sql) -> Sql {
    sql!(
        "SELECT \"bound\" FROM (SELECT {key} AS \"bound\", row_number() OVER (ORDER BY {key}) AS \"n\" FROM {table}) AS \"each\" \
         WHERE \"n\" % {number} = 0 ORDER BY \"bound\""
    )
}

/// About every so many-th key: by its hash, which takes no sorting and no window.
pub(in crate::dialect) fn about_every(table: &Sql, key: &Sql, number: &Sql) -> Sql {
    sql!("SELECT {key} AS \"bound\" FROM {table} WHERE crc32({key}) % {number} = 0 ORDER BY {key}")
}

/// The rows of `table` where `condition` holds, as one relation in the order of `key`.
pub(in crate::dialect) fn in_order(row: &Sql, table: &Sql, condition: &Sql, key: &Sql) -> Sql {
    sql!("(SELECT {row} AS \"row\" FROM {table} WHERE {condition} ORDER BY {key}) AS \"rows\"")
}

/// The relation with a condition.
pub(in crate::dialect) fn restricted(from: &Sql, condition: &Sql) -> Sql {
    sql!("{from} WHERE {condition}")
}

/// `key >= value` and `key < value`
pub(in crate::dialect) fn from_and_below(key: &Sql, value: &Sql) -> (Sql, Sql) {
    (sql!("{key} >= {value}"), sql!("{key} < {value}"))
}
