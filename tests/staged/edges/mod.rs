//! What the columns of each direction hold at their edges.

mod mysql;
mod postgres;
mod sqlite;

pub(crate) use mysql::{MYSQL_TO_MYSQL, MYSQL_TO_POSTGRES, MYSQL_TO_SQLITE};
pub(crate) use postgres::{POSTGRES_TO_MYSQL, POSTGRES_TO_SQLITE};
pub(crate) use sqlite::{SQLITE_TO_MYSQL, SQLITE_TO_POSTGRES};

use crate::values::Column;

const fn column(
    old: &'static str,
    new: &'static str,
    read: &'static str,
    values: &'static [(&'static str, &'static str)],
) -> Column {
    Column { old, new, read, values }
}

const TEXTS_OF_SQLITE: &[(&str, &str)] = &[
    ("cast(x'' AS TEXT)", ""),
    ("cast(x'4e554c4c' AS TEXT)", "4e554c4c"),
    ("cast(x'5c4e' AS TEXT)", "5c4e"),
    ("cast(x'5c6e' AS TEXT)", "5c6e"),
    ("cast(x'610962' AS TEXT)", "610962"),
    ("cast(x'610a62' AS TEXT)", "610a62"),
    ("cast(x'610d0a62' AS TEXT)", "610d0a62"),
    ("cast(x'5c' AS TEXT)", "5c"),
    ("cast(x'69742773' AS TEXT)", "69742773"),
    ("cast(x'f09f9880e6bca2c3a9' AS TEXT)", "f09f9880e6bca2c3a9"),
    ("cast(x'017f' AS TEXT)", "017f"),
    ("cast(x'2020' AS TEXT)", "2020"),
    ("cast(x'efbbbf' AS TEXT)", "efbbbf"),
    ("cast(x'0b0c08' AS TEXT)", "0b0c08"),
    ("cast(x'7b7b2074207d7d' AS TEXT)", "7b7b2074207d7d"),
];

const TEXTS_OF_POSTGRES: &[(&str, &str)] = &[
    (r"convert_from('\x', 'UTF8')", ""),
    (r"convert_from('\x4e554c4c', 'UTF8')", "4e554c4c"),
    (r"convert_from('\x5c4e', 'UTF8')", "5c4e"),
    (r"convert_from('\x5c6e', 'UTF8')", "5c6e"),
    (r"convert_from('\x610962', 'UTF8')", "610962"),
    (r"convert_from('\x610a62', 'UTF8')", "610a62"),
    (r"convert_from('\x610d0a62', 'UTF8')", "610d0a62"),
    (r"convert_from('\x5c', 'UTF8')", "5c"),
    (r"convert_from('\x69742773', 'UTF8')", "69742773"),
    (r"convert_from('\xf09f9880e6bca2c3a9', 'UTF8')", "f09f9880e6bca2c3a9"),
    (r"convert_from('\x017f', 'UTF8')", "017f"),
    (r"convert_from('\x2020', 'UTF8')", "2020"),
    (r"convert_from('\xefbbbf', 'UTF8')", "efbbbf"),
    (r"convert_from('\x0b0c08', 'UTF8')", "0b0c08"),
    (r"convert_from('\x7b7b2074207d7d', 'UTF8')", "7b7b2074207d7d"),
];

const TEXTS_OF_MYSQL: &[(&str, &str)] = &[
    ("convert(x'' USING utf8mb4)", ""),
    ("convert(x'4e554c4c' USING utf8mb4)", "4e554c4c"),
    ("convert(x'5c4e' USING utf8mb4)", "5c4e"),
    ("convert(x'5c6e' USING utf8mb4)", "5c6e"),
    ("convert(x'610962' USING utf8mb4)", "610962"),
    ("convert(x'610a62' USING utf8mb4)", "610a62"),
    ("convert(x'610d0a62' USING utf8mb4)", "610d0a62"),
    ("convert(x'5c' USING utf8mb4)", "5c"),
    ("convert(x'69742773' USING utf8mb4)", "69742773"),
    ("convert(x'f09f9880e6bca2c3a9' USING utf8mb4)", "f09f9880e6bca2c3a9"),
    ("convert(x'017f' USING utf8mb4)", "017f"),
    ("convert(x'2020' USING utf8mb4)", "2020"),
    ("convert(x'efbbbf' USING utf8mb4)", "efbbbf"),
    ("convert(x'0b0c08' USING utf8mb4)", "0b0c08"),
    ("convert(x'7b7b2074207d7d' USING utf8mb4)", "7b7b2074207d7d"),
];

const BYTES_OF_POSTGRES: &[(&str, &str)] = &[
    (r"'\x'", ""),
    (r"'\x00'", "00"),
    (
        r"'\x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff'",
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
    ),
    (r"'\x270a5c0d'", "270a5c0d"),
];

const BYTES: &[(&str, &str)] = &[
    ("x''", ""),
    ("x'00'", "00"),
    (
        "x'000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff'",
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
    ),
    ("x'270a5c0d'", "270a5c0d"),
];

const INTEGERS: &[(&str, &str)] = &[
    ("0", "0"),
    ("9223372036854775807", "9223372036854775807"),
    ("-9223372036854775808", "-9223372036854775808"),
];

const DAYS: &[(&str, &str)] =
    &[("'0001-01-01'", "0001-01-01"), ("'9999-12-31'", "9999-12-31"), ("'2024-02-29'", "2024-02-29")];

const MOMENTS: &[(&str, &str)] = &[
    ("'0001-01-01 00:00:00'", "0001-01-01 00:00:00"),
    ("'9999-12-31 23:59:59.999999'", "9999-12-31 23:59:59.999999"),
    ("'2024-02-29 12:00:00.5'", "2024-02-29 12:00:00.5"),
];

const CLOCKS: &[(&str, &str)] =
    &[("'00:00:00'", "00:00:00"), ("'23:59:59.999999'", "23:59:59.999999"), ("'12:30:00.1'", "12:30:00.1")];

const UUIDS: &[(&str, &str)] = &[
    ("'6ecd8c99-4036-403d-bf84-cf8400f67836'", "6ecd8c99-4036-403d-bf84-cf8400f67836"),
    ("'00000000-0000-0000-0000-000000000000'", "00000000-0000-0000-0000-000000000000"),
];

const JSONS: &[(&str, &str)] = &[
    (r#"'{"a": [1, null, "\u00e9"]}'"#, r#"{"a": [1, null, "\u00e9"]}"#),
    ("'[]'", "[]"),
    ("'null'", "null"),
];

const CENTS: &[(&str, &str)] = &[
    ("99999999.99", "99999999.99"),
    ("-99999999.99", "-99999999.99"),
    ("0.01", "0.01"),
    ("-0.01", "-0.01"),
    ("0.29", "0.29"),
    ("0.00", "0.00"),
];
