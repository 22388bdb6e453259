//! What the columns of each direction hold at their edges.

use crate::route::Kind;
use crate::values::{Column, Direction};

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
    (r#"convert_from('\x', 'UTF8')"#, ""),
    (r#"convert_from('\x4e554c4c', 'UTF8')"#, "4e554c4c"),
    (r#"convert_from('\x5c4e', 'UTF8')"#, "5c4e"),
    (r#"convert_from('\x5c6e', 'UTF8')"#, "5c6e"),
    (r#"convert_from('\x610962', 'UTF8')"#, "610962"),
    (r#"convert_from('\x610a62', 'UTF8')"#, "610a62"),
    (r#"convert_from('\x610d0a62', 'UTF8')"#, "610d0a62"),
    (r#"convert_from('\x5c', 'UTF8')"#, "5c"),
    (r#"convert_from('\x69742773', 'UTF8')"#, "69742773"),
    (r#"convert_from('\xf09f9880e6bca2c3a9', 'UTF8')"#, "f09f9880e6bca2c3a9"),
    (r#"convert_from('\x017f', 'UTF8')"#, "017f"),
    (r#"convert_from('\x2020', 'UTF8')"#, "2020"),
    (r#"convert_from('\xefbbbf', 'UTF8')"#, "efbbbf"),
    (r#"convert_from('\x0b0c08', 'UTF8')"#, "0b0c08"),
    (r#"convert_from('\x7b7b2074207d7d', 'UTF8')"#, "7b7b2074207d7d"),
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
    (r#"'\x'"#, ""),
    (r#"'\x00'"#, "00"),
    (
        r#"'\x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff'"#,
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddedfe0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
    ),
    (r#"'\x270a5c0d'"#, "270a5c0d"),
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

pub(crate) const SQLITE_TO_POSTGRES: Direction = Direction {
    name: "sqlite_to_postgres",
    from: Kind::Sqlite,
    to: Kind::Postgres,
    before: ["", ""],
    columns: &[
        column("INTEGER", "bigint", "{}", INTEGERS),
        column(
            "REAL",
            "double precision",
            "encode(float8send({}), 'hex')",
            &[
                ("0.1", "3fb999999999999a"),
                ("1e308", "7fe1ccf385ebc8a0"),
                ("-1.7976931348623157e308", "ffefffffffffffff"),
                ("5e-324", "0000000000000001"),
                ("123456789.12345679", "419d6f34547e6b75"),
                ("-2.5", "c004000000000000"),
                ("9e999", "7ff0000000000000"),
                ("-9e999", "fff0000000000000"),
            ],
        ),
        column("DECIMAL(10, 2)", "numeric(10, 2)", "{}", CENTS),
        column(
            "NUMERIC",
            "numeric",
            "{}",
            &[("0.1", "0.1"), ("1000000000000000", "1000000000000000"), ("-2.5", "-2.5")],
        ),
        column("TEXT", "text", "encode(convert_to({}, 'UTF8'), 'hex')", TEXTS_OF_SQLITE),
        column(
            "VARCHAR(5)",
            "varchar(5)",
            "encode(convert_to({}, 'UTF8'), 'hex')",
            &[("'äöü😀x'", "c3a4c3b6c3bcf09f988078")],
        ),
        column("BLOB", "bytea", "encode({}, 'hex')", BYTES),
        column("BOOLEAN", "boolean", "{}", &[("0", "f"), ("1", "t")]),
        column("DATE", "date", "{}", DAYS),
        column(
            "TIMESTAMP",
            "timestamp",
            "{}",
            &[
                ("'0001-01-01 00:00:00'", "0001-01-01 00:00:00"),
                ("'9999-12-31 23:59:59.999999'", "9999-12-31 23:59:59.999999"),
                ("'2024-02-29 12:00:00.5'", "2024-02-29 12:00:00.5"),
                ("'2024-02-29T12:00:00.5'", "2024-02-29 12:00:00.5"),
            ],
        ),
        column(
            "TIMESTAMPTZ",
            "timestamptz",
            "{} AT TIME ZONE 'UTC'",
            &[
                ("'2024-02-29T12:00:00.5Z'", "2024-02-29 12:00:00.5"),
                ("'1960-01-01 00:00:00+00:00'", "1960-01-01 00:00:00"),
            ],
        ),
        column("TIME", "time", "{}", CLOCKS),
        column("UUID", "uuid", "{}", UUIDS),
        column("JSON", "json", "{}", JSONS),
    ],
    refused: &[
        ("INTEGER", "bigint", "'word'", "type"),
        ("INTEGER", "bigint", "1.5", "type"),
        ("REAL", "double precision", "'word'", "type"),
        ("DECIMAL(10, 2)", "numeric(10, 2)", "1.005", "type"),
        ("DECIMAL(10, 2)", "numeric(10, 2)", "123456789", "type"),
        ("NUMERIC", "numeric", "9e999", "type"),
        ("TEXT", "text", "x'41'", "type"),
        ("TEXT", "text", "'a' || char(0) || 'b'", "type"),
        ("VARCHAR(5)", "varchar(5)", "'123456'", "type"),
        ("TEXT", "text", "cast(x'c3ff41' AS TEXT)", "encoding"),
        ("TEXT", "text", "cast(x'4de96c' AS TEXT)", "encoding"),
        ("TEXT", "text", "cast(x'63616680' AS TEXT)", "encoding"),
        ("TEXT", "text", "cast(x'e9' AS TEXT)", "encoding"),
        ("BLOB", "bytea", "'text'", "type"),
        ("BOOLEAN", "boolean", "2", "type"),
        ("DATE", "date", "'2023-02-29'", "type"),
        ("DATE", "date", "'0000-00-00'", "type"),
        ("DATE", "date", "'-0044-03-15'", "type"),
        ("TIMESTAMP", "timestamp", "'2024-01-01 25:00:00'", "type"),
        ("TIME", "time", "'24:00:01'", "type"),
        ("UUID", "uuid", "'no uuid'", "type"),
        ("JSON", "json", "'{'", "type"),
    ],
    never: &[("", "text", "any does not become text")],
};

pub(crate) const MYSQL_TO_POSTGRES: Direction = Direction {
    name: "mysql_to_postgres",
    from: Kind::Mysql,
    to: Kind::Postgres,
    before: ["", ""],
    columns: &[
        column("bigint", "bigint", "{}", INTEGERS),
        column(
            "bigint unsigned",
            "numeric(20)",
            "{}",
            &[
                ("0", "0"),
                ("18446744073709551615", "18446744073709551615"),
                ("9007199254740993", "9007199254740993"),
            ],
        ),
        column("mediumint unsigned", "integer", "{}", &[("0", "0"), ("16777215", "16777215")]),
        column("bit(1)", "boolean", "{}", &[("b'0'", "f"), ("b'1'", "t")]),
        column("bit(5)", "bigint", "{}", &[("b'0'", "0"), ("b'11111'", "31")]),
        column(
            "bit(64)",
            "numeric(20)",
            "{}",
            &[("0", "0"), ("18446744073709551615", "18446744073709551615")],
        ),
        column("year", "smallint", "{}", &[("1901", "1901"), ("2155", "2155"), ("'0000'", "0")]),
        column("set('a','b','it''s')", "text", "{}", &[("'a,it''s'", "a,it's"), ("''", ""), ("'b'", "b")]),
        column("enum('a','it''s')", "text", "{}", &[("'a'", "a"), ("'it''s'", "it's")]),
        column(
            "float",
            "real",
            "encode(float4send({}), 'hex')",
            &[
                ("0.1", "3dcccccd"),
                ("3.4028235e38", "7f7fffff"),
                ("1e-45", "00000001"),
                ("16777217", "4b800000"),
                ("1.17549435e-38", "00800000"),
            ],
        ),
        column(
            "double",
            "double precision",
            "encode(float8send({}), 'hex')",
            &[
                ("0.1", "3fb999999999999a"),
                ("1e308", "7fe1ccf385ebc8a0"),
                ("-1.7976931348623157e308", "ffefffffffffffff"),
                ("5e-324", "0000000000000001"),
                ("123456789.12345679", "419d6f34547e6b75"),
                ("-2.5", "c004000000000000"),
            ],
        ),
        column(
            "decimal(65, 30)",
            "numeric(65, 30)",
            "{}",
            &[
                (
                    "99999999999999999999999999999999999.999999999999999999999999999999",
                    "99999999999999999999999999999999999.999999999999999999999999999999",
                ),
                ("-0.000000000000000000000000000001", "-0.000000000000000000000000000001"),
            ],
        ),
        column("longtext", "text", "encode(convert_to({}, 'UTF8'), 'hex')", TEXTS_OF_MYSQL),
        column(
            "varchar(20) CHARACTER SET latin1",
            "varchar(20)",
            "encode(convert_to({}, 'UTF8'), 'hex')",
            &[("'Zoë €'", "5a6fc3ab20e282ac"), ("''", ""), ("'naïve'", "6e61c3af7665")],
        ),
        column(
            "varchar(20) CHARACTER SET utf8mb3",
            "varchar(20)",
            "encode(convert_to({}, 'UTF8'), 'hex')",
            &[("'漢é'", "e6bca2c3a9")],
        ),
        column("char(5)", "char(5)", "cast({} as text)", &[("'ab'", "ab"), ("''", "")]),
        column("longblob", "bytea", "encode({}, 'hex')", BYTES),
        column(
            "binary(16)",
            "bytea",
            "encode({}, 'hex')",
            &[
                ("unhex(repeat('a5', 16))", "a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5"),
                ("unhex(repeat('00', 16))", "00000000000000000000000000000000"),
            ],
        ),
        column("tinyint(1)", "boolean", "{}", &[("0", "f"), ("1", "t")]),
        column("date", "date", "{}", DAYS),
        column("datetime(6)", "timestamp", "{}", MOMENTS),
        column(
            "timestamp(6) NULL",
            "timestamptz",
            "{} AT TIME ZONE 'UTC'",
            &[
                ("'1970-01-01 00:00:01'", "1970-01-01 00:00:01"),
                ("'2038-01-19 03:14:07.999999'", "2038-01-19 03:14:07.999999"),
            ],
        ),
        column("time(6)", "time", "{}", CLOCKS),
        column("json", "json", "{}", JSONS),
        column("uuid", "uuid", "{}", UUIDS),
        column(
            "inet6",
            "text",
            "{}",
            &[("'::1'", "::1"), ("'2001:db8::ff00:42:8329'", "2001:db8::ff00:42:8329")],
        ),
        column(
            "point",
            "bytea",
            "encode({}, 'hex')",
            &[("ST_GeomFromText('POINT(1 -2.5)')", "0101000000000000000000f03f00000000000004c0")],
        ),
    ],
    refused: &[
        ("date", "date", "'0000-00-00'", "type"),
        ("date", "date", "'2024-02-00'", "type"),
        ("datetime", "timestamp", "'0000-00-00 00:00:00'", "type"),
        ("time", "time", "'-01:00:00'", "type"),
        ("time", "time", "'838:59:59'", "type"),
        ("tinyint(1)", "boolean", "2", "type"),
        ("text", "text", "concat('a', char(0), 'b')", "type"),
        ("enum('a')", "text", "''", "type"),
        ("varchar(20) CHARACTER SET latin1", "varchar(20)", "_latin1 x'5a6fc3ab'", "encoding"),
        ("point", "bytea", "ST_GeomFromText('POINT(1 2)', 4326)", "type"),
    ],
    never: &[],
};

pub(crate) const POSTGRES_TO_MYSQL: Direction = Direction {
    name: "postgres_to_mysql",
    from: Kind::Postgres,
    to: Kind::Mysql,
    before: ["CREATE TYPE mood AS ENUM ('sad', 'it''s ok');", ""],
    columns: &[
        column("bigint", "bigint", "{}", INTEGERS),
        column("smallint", "smallint", "{}", &[("32767", "32767"), ("-32768", "-32768")]),
        column("boolean", "tinyint(1)", "{}", &[("true", "1"), ("false", "0")]),
        column(
            "numeric(65, 30)",
            "decimal(65, 30)",
            "{}",
            &[
                (
                    "99999999999999999999999999999999999.999999999999999999999999999999",
                    "99999999999999999999999999999999999.999999999999999999999999999999",
                ),
                ("-0.000000000000000000000000000001", "-0.000000000000000000000000000001"),
            ],
        ),
        column(
            "numeric",
            "decimal(65, 30)",
            "{}",
            &[
                (
                    "99999999999999999999999999999999999.999999999999999999999999999999",
                    "99999999999999999999999999999999999.999999999999999999999999999999",
                ),
                ("0.1", "0.100000000000000000000000000000"),
                ("1e34", "10000000000000000000000000000000000.000000000000000000000000000000"),
            ],
        ),
        column(
            "double precision",
            "double",
            "{}",
            &[
                ("0.1", "0.1"),
                ("'1e308'", "1e308"),
                ("'-1.7976931348623157e308'", "-1.7976931348623157e308"),
                ("'5e-324'", "5e-324"),
                ("123456789.12345679", "123456789.12345679"),
                ("'-2.5'", "-2.5"),
            ],
        ),
        column(
            "real",
            "float",
            "{} + 0e0",
            &[
                ("'0.1'", "0.10000000149011612"),
                ("'3.4028235e38'", "3.4028234663852886e38"),
                ("'1e-45'", "1.401298464324817e-45"),
            ],
        ),
        column("text", "longtext", "lower(hex({}))", TEXTS_OF_POSTGRES),
        column("varchar(5)", "varchar(5)", "lower(hex({}))", &[("'äöü😀x'", "c3a4c3b6c3bcf09f988078")]),
        column("char(5)", "char(5)", "{}", &[("'ab'", "ab"), ("''", "")]),
        column("bytea", "longblob", "lower(hex({}))", BYTES_OF_POSTGRES),
        column("date", "date", "{}", DAYS),
        column(
            "timestamp",
            "datetime(6)",
            "{}",
            &[
                ("'0001-01-01'", "0001-01-01 00:00:00.000000"),
                ("'9999-12-31 23:59:59.999999'", "9999-12-31 23:59:59.999999"),
            ],
        ),
        column(
            "timestamptz",
            "timestamp(6) NULL",
            "{}",
            &[
                ("'1970-01-01 00:00:01Z'", "1970-01-01 00:00:01.000000"),
                ("'2038-01-19 05:14:07.999999+02'", "2038-01-19 03:14:07.999999"),
            ],
        ),
        column(
            "time",
            "time(6)",
            "{}",
            &[("'00:00'", "00:00:00.000000"), ("'23:59:59.999999'", "23:59:59.999999")],
        ),
        column("uuid", "uuid", "{}", UUIDS),
        column(
            "json",
            "json",
            "{}",
            &[
                (r#"'{"a": [1, null, "\u00e9"]}'"#, r#"{"a": [1, null, "\u00e9"]}"#),
                ("'[]'", "[]"),
                ("'null'", "null"),
                (r#"'{ "a" : 1, "a": 2 }'"#, r#"{ "a" : 1, "a": 2 }"#),
            ],
        ),
        column("jsonb", "json", "{}", &[(r#"'{ "a" : 1, "a": 2 }'"#, r#"{"a": 2}"#)]),
        column("mood", "varchar(20)", "{}", &[("'it''s ok'", "it's ok")]),
        column(
            "integer[]",
            "text",
            "{}",
            &[("'{1,NULL,-3}'", "{1,NULL,-3}"), ("'{{1,2},{3,4}}'", "{{1,2},{3,4}}")],
        ),
        column("tsvector", "text", "{}", &[("'''a'':1 ''b'''", "'a':1 'b'")]),
        column("interval", "text", "{}", &[("'1 year 2 days -00:00:01.5'", "1 year 2 days -00:00:01.5")]),
        column("inet", "text", "{}", &[("'10.0.0.1/8'", "10.0.0.1/8")]),
        column("time with time zone", "text", "{}", &[("'12:00:00.5+05:30'", "12:00:00.5+05:30")]),
        column("bit(3)", "text", "{}", &[("B'101'", "101")]),
    ],
    refused: &[
        ("double precision", "double", "'NaN'", "type"),
        ("double precision", "double", "'-Infinity'", "type"),
        ("real", "float", "'Infinity'", "type"),
        ("double precision", "double", "'-0'", "type"),
        ("numeric(10, 2)", "decimal(10, 2)", "'NaN'", "type"),
        ("numeric", "decimal(65, 30)", "1e35", "type"),
        ("numeric", "decimal(65, 30)", "1e-31", "type"),
        ("numeric", "decimal(65, 30)", "'NaN'", "type"),
        ("date", "date", "'0044-03-15 BC'", "type"),
        ("date", "date", "'infinity'", "type"),
        ("date", "date", "'10000-01-01'", "type"),
        ("timestamp", "datetime(6)", "'294276-12-31 23:59:59.999999'", "type"),
        ("timestamp", "datetime(6)", "'-infinity'", "type"),
        ("time", "time(6)", "'24:00:00'", "type"),
    ],
    never: &[("numeric(70, 2)", "decimal(65, 2)", "65 decimal digits")],
};

pub(crate) const SQLITE_TO_MYSQL: Direction = Direction {
    name: "sqlite_to_mysql",
    from: Kind::Sqlite,
    to: Kind::Mysql,
    before: ["", ""],
    columns: &[
        column("INTEGER", "bigint", "{}", INTEGERS),
        column(
            "REAL",
            "double",
            "{}",
            &[
                ("0.1", "0.1"),
                ("1e308", "1e308"),
                ("-1.7976931348623157e308", "-1.7976931348623157e308"),
                ("5e-324", "5e-324"),
                ("123456789.12345679", "123456789.12345679"),
                ("-2.5", "-2.5"),
            ],
        ),
        column("DECIMAL(10, 2)", "decimal(10, 2)", "{}", CENTS),
        column(
            "NUMERIC",
            "decimal(65, 30)",
            "{}",
            &[
                ("0.1", "0.100000000000000000000000000000"),
                ("1e22", "10000000000000000000000.000000000000000000000000000000"),
                ("1.5e-13", "0.000000000000150000000000000000"),
            ],
        ),
        column("TEXT", "longtext", "lower(hex({}))", TEXTS_OF_SQLITE),
        column("VARCHAR(5)", "varchar(5)", "lower(hex({}))", &[("'äöü😀x'", "c3a4c3b6c3bcf09f988078")]),
        column("BLOB", "longblob", "lower(hex({}))", BYTES),
        column("BOOLEAN", "tinyint(1)", "{}", &[("0", "0"), ("1", "1")]),
        column("DATE", "date", "{}", DAYS),
        column(
            "TIMESTAMP",
            "datetime(6)",
            "{}",
            &[
                ("'0001-01-01 00:00:00'", "0001-01-01 00:00:00.000000"),
                ("'9999-12-31T23:59:59.999999'", "9999-12-31 23:59:59.999999"),
            ],
        ),
        column(
            "TIMESTAMPTZ",
            "timestamp(6) NULL",
            "{}",
            &[
                ("'2024-02-29T12:00:00.5Z'", "2024-02-29 12:00:00.500000"),
                ("'1970-01-01 00:00:01+00:00'", "1970-01-01 00:00:01.000000"),
            ],
        ),
        column(
            "TIME",
            "time(6)",
            "{}",
            &[("'00:00:00'", "00:00:00.000000"), ("'23:59:59.999999'", "23:59:59.999999")],
        ),
        column("UUID", "uuid", "{}", UUIDS),
        column("JSON", "json", "{}", JSONS),
    ],
    refused: &[
        ("INTEGER", "bigint", "'word'", "type"),
        ("REAL", "double", "9e999", "type"),
        ("REAL", "double", "-9e999", "type"),
        ("NUMERIC", "decimal(65, 30)", "1e35", "type"),
        ("NUMERIC", "decimal(65, 30)", "1e-14", "type"),
        ("TEXT", "text", "x'41'", "type"),
        ("TEXT", "text", "'a' || char(0) || 'b'", "type"),
        ("TEXT", "text", "cast(x'c3ff41' AS TEXT)", "encoding"),
        ("BLOB", "longblob", "'text'", "type"),
        ("DATE", "date", "'2023-02-29'", "type"),
        ("TIME", "time(6)", "'24:00:01'", "type"),
    ],
    never: &[("", "text", "any does not become text")],
};

pub(crate) const MYSQL_TO_MYSQL: Direction = Direction {
    name: "mysql_to_mysql",
    from: Kind::Mysql,
    to: Kind::Mysql,
    before: ["", ""],
    columns: &[
        column(
            "bigint unsigned",
            "bigint unsigned",
            "{}",
            &[
                ("0", "0"),
                ("18446744073709551615", "18446744073709551615"),
                ("9007199254740993", "9007199254740993"),
            ],
        ),
        column("bit(1)", "bit(1)", "{} + 0", &[("b'0'", "0"), ("b'1'", "1")]),
        column(
            "bit(64)",
            "bit(64)",
            "{} + 0",
            &[("0", "0"), ("18446744073709551615", "18446744073709551615")],
        ),
        column("year", "year", "{}", &[("1901", "1901"), ("2155", "2155"), ("'0000'", "0000")]),
        column(
            "set('a','b','it''s')",
            "set('a','b','it''s')",
            "{}",
            &[("'a,it''s'", "a,it's"), ("''", ""), ("'b'", "b")],
        ),
        column("enum('a','it''s')", "enum('a','it''s')", "{}", &[("'a'", "a"), ("'it''s'", "it's")]),
        column(
            "float",
            "float",
            "{} + 0e0",
            &[("0.1", "0.10000000149011612"), ("3.4028235e38", "3.4028234663852886e38")],
        ),
        column(
            "double",
            "double",
            "{}",
            &[
                ("0.1", "0.1"),
                ("1e308", "1e308"),
                ("-1.7976931348623157e308", "-1.7976931348623157e308"),
                ("5e-324", "5e-324"),
                ("123456789.12345679", "123456789.12345679"),
                ("-2.5", "-2.5"),
            ],
        ),
        column(
            "decimal(65, 30)",
            "decimal(65, 30)",
            "{}",
            &[
                (
                    "99999999999999999999999999999999999.999999999999999999999999999999",
                    "99999999999999999999999999999999999.999999999999999999999999999999",
                ),
                ("-0.000000000000000000000000000001", "-0.000000000000000000000000000001"),
            ],
        ),
        column("longtext", "longtext", "lower(hex({}))", TEXTS_OF_MYSQL),
        column(
            "varchar(20) CHARACTER SET latin1",
            "varchar(20) CHARACTER SET latin1",
            "lower(hex({}))",
            &[("'Zoë €'", "5a6feb2080")],
        ),
        column(
            "varchar(20) CHARACTER SET utf8mb3",
            "varchar(20) CHARACTER SET utf8mb3",
            "lower(hex({}))",
            &[("'漢é'", "e6bca2c3a9")],
        ),
        column("char(5)", "char(5)", "{}", &[("'ab'", "ab"), ("''", "")]),
        column("longblob", "longblob", "lower(hex({}))", BYTES),
        column(
            "binary(16)",
            "binary(16)",
            "lower(hex({}))",
            &[("unhex(repeat('a5', 16))", "a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5")],
        ),
        column("date", "date", "{}", DAYS),
        column(
            "datetime(6)",
            "datetime(6)",
            "{}",
            &[
                ("'0001-01-01'", "0001-01-01 00:00:00.000000"),
                ("'9999-12-31 23:59:59.999999'", "9999-12-31 23:59:59.999999"),
            ],
        ),
        column(
            "timestamp(3) NULL",
            "timestamp(3) NULL",
            "{}",
            &[
                ("'1970-01-01 00:00:01.000'", "1970-01-01 00:00:01.000"),
                ("'2038-01-19 03:14:07.999'", "2038-01-19 03:14:07.999"),
            ],
        ),
        column(
            "time(6)",
            "time(6)",
            "{}",
            &[
                ("'-838:59:59.000000'", "-838:59:59.000000"),
                ("'838:59:59.000000'", "838:59:59.000000"),
                ("'-00:00:00.500000'", "-00:00:00.500000"),
                ("'23:59:59.999999'", "23:59:59.999999"),
            ],
        ),
        column("json", "json", "{}", JSONS),
        column("uuid", "uuid", "{}", UUIDS),
        column("inet6", "inet6", "{}", &[("'::1'", "::1")]),
        column(
            "point",
            "point",
            "ST_AsText({})",
            &[
                ("ST_GeomFromText('POINT(1 -2.5)')", "POINT(1 -2.5)"),
                ("ST_GeomFromText('POINT(1 2)', 4326)", "POINT(1 2)"),
            ],
        ),
    ],
    refused: &[
        ("date", "date", "'0000-00-00'", "type"),
        ("tinyint(1)", "tinyint(1)", "2", "type"),
        ("text", "text", "concat('a', char(0), 'b')", "type"),
        ("enum('a')", "enum('a')", "''", "type"),
        ("varchar(20) CHARACTER SET latin1", "varchar(20)", "_latin1 x'5a6fc3ab'", "encoding"),
    ],
    never: &[],
};

pub(crate) const POSTGRES_TO_SQLITE: Direction = Direction {
    name: "postgres_to_sqlite",
    from: Kind::Postgres,
    to: Kind::Sqlite,
    before: ["CREATE TYPE mood AS ENUM ('sad', 'it''s ok');", ""],
    columns: &[
        column("bigint", "INTEGER", "{}", INTEGERS),
        column("boolean", "BOOLEAN", "{}", &[("true", "1"), ("false", "0")]),
        column(
            "numeric(10, 2)",
            "DECIMAL(10, 2)",
            "cast(round({} * 100) as integer)",
            &[("99999999.99", "9999999999"), ("-0.01", "-1"), ("0.29", "29")],
        ),
        column(
            "numeric",
            "NUMERIC",
            "{}",
            &[("0.1", "0.1"), ("123456789012345", "123456789012345"), ("-2.5", "-2.5")],
        ),
        column(
            "double precision",
            "REAL",
            "{}",
            &[
                ("'0.1'", "0.1"),
                ("'1e308'", "1e308"),
                ("'-1.7976931348623157e308'", "-1.7976931348623157e308"),
                ("'5e-324'", "5e-324"),
                ("'123456789.12345679'", "123456789.12345679"),
                ("'-2.5'", "-2.5"),
            ],
        ),
        column("real", "REAL", "{}", &[("'0.1'", "0.1"), ("'3.4028235e38'", "3.4028235e38")]),
        column("text", "TEXT", "CASE WHEN {} IS NOT NULL THEN lower(hex({})) END", TEXTS_OF_POSTGRES),
        column(
            "varchar(5)",
            "VARCHAR(5)",
            "CASE WHEN {} IS NOT NULL THEN lower(hex({})) END",
            &[("'äöü😀x'", "c3a4c3b6c3bcf09f988078")],
        ),
        column("char(5)", "TEXT", "{}", &[("'ab'", "ab"), ("''", "")]),
        column("bytea", "BLOB", "CASE WHEN {} IS NOT NULL THEN lower(hex({})) END", BYTES_OF_POSTGRES),
        column("date", "DATE", "{}", DAYS),
        column("timestamp", "TIMESTAMP", "{}", MOMENTS),
        column(
            "timestamptz",
            "TIMESTAMPTZ",
            "{}",
            &[
                ("'2024-02-29 14:00:00.5+02'", "2024-02-29 12:00:00.5"),
                ("'1960-01-01 00:00:00Z'", "1960-01-01 00:00:00"),
            ],
        ),
        column("time", "TIME", "{}", CLOCKS),
        column("uuid", "UUID", "{}", UUIDS),
        column("json", "JSON", "{}", JSONS),
        column("jsonb", "JSON", "{}", &[(r#"'{ "a" : 1, "a": 2 }'"#, r#"{"a": 2}"#)]),
        column("mood", "TEXT", "{}", &[("'it''s ok'", "it's ok")]),
        column("integer[]", "TEXT", "{}", &[("'{1,NULL,-3}'", "{1,NULL,-3}")]),
        column("tsvector", "TEXT", "{}", &[("'''a'':1 ''b'''", "'a':1 'b'")]),
        column("interval", "TEXT", "{}", &[("'1 year 2 days -00:00:01.5'", "1 year 2 days -00:00:01.5")]),
    ],
    refused: &[
        ("double precision", "REAL", "'NaN'", "type"),
        ("double precision", "REAL", "'Infinity'", "type"),
        ("double precision", "REAL", "'-0'", "type"),
        ("numeric", "NUMERIC", "0.1234567890123456", "type"),
        ("numeric", "NUMERIC", "'1e-400'", "type"),
        ("numeric", "NUMERIC", "'1e400'", "type"),
        ("numeric", "NUMERIC", "'NaN'", "type"),
        ("date", "DATE", "'0044-03-15 BC'", "type"),
        ("date", "DATE", "'infinity'", "type"),
        ("timestamp", "TIMESTAMP", "'294276-12-31 23:59:59'", "type"),
        ("time", "TIME", "'24:00:00'", "type"),
    ],
    never: &[("numeric(20, 2)", "DECIMAL(20, 2)", "15 decimal digits")],
};

pub(crate) const MYSQL_TO_SQLITE: Direction = Direction {
    name: "mysql_to_sqlite",
    from: Kind::Mysql,
    to: Kind::Sqlite,
    before: ["", ""],
    columns: &[
        column("bigint", "INTEGER", "{}", INTEGERS),
        column(
            "bigint unsigned",
            "INTEGER",
            "{}",
            &[("0", "0"), ("9223372036854775807", "9223372036854775807")],
        ),
        column("bit(1)", "BOOLEAN", "{}", &[("b'0'", "0"), ("b'1'", "1")]),
        column("bit(64)", "INTEGER", "{}", &[("0", "0"), ("9223372036854775807", "9223372036854775807")]),
        column("year", "INTEGER", "{}", &[("1901", "1901"), ("2155", "2155")]),
        column("set('a','b')", "TEXT", "{}", &[("'a,b'", "a,b"), ("''", "")]),
        column("enum('a','it''s')", "TEXT", "{}", &[("'a'", "a"), ("'it''s'", "it's")]),
        column("float", "REAL", "{}", &[("0.1", "0.1"), ("3.4028235e38", "3.4028235e38")]),
        column(
            "double",
            "REAL",
            "{}",
            &[
                ("0.1", "0.1"),
                ("1e308", "1e308"),
                ("-1.7976931348623157e308", "-1.7976931348623157e308"),
                ("5e-324", "5e-324"),
                ("123456789.12345679", "123456789.12345679"),
                ("-2.5", "-2.5"),
            ],
        ),
        column(
            "decimal(10, 2)",
            "DECIMAL(10, 2)",
            "cast(round({} * 100) as integer)",
            &[("99999999.99", "9999999999"), ("-0.01", "-1"), ("0.29", "29")],
        ),
        column("longtext", "TEXT", "CASE WHEN {} IS NOT NULL THEN lower(hex({})) END", TEXTS_OF_MYSQL),
        column("varchar(20) CHARACTER SET latin1", "VARCHAR(20)", "{}", &[("'Zoë €'", "Zoë €")]),
        column("longblob", "BLOB", "CASE WHEN {} IS NOT NULL THEN lower(hex({})) END", BYTES),
        column("tinyint(1)", "BOOLEAN", "{}", &[("0", "0"), ("1", "1")]),
        column("date", "DATE", "{}", DAYS),
        column("datetime(6)", "TIMESTAMP", "{}", MOMENTS),
        column(
            "timestamp(6) NULL",
            "TIMESTAMPTZ",
            "{}",
            &[
                ("'1970-01-01 00:00:01'", "1970-01-01 00:00:01"),
                ("'2038-01-19 03:14:07.999999'", "2038-01-19 03:14:07.999999"),
            ],
        ),
        column("time(6)", "TIME", "{}", CLOCKS),
        column("json", "JSON", "{}", JSONS),
        column("uuid", "UUID", "{}", UUIDS),
        column(
            "point",
            "BLOB",
            "CASE WHEN {} IS NOT NULL THEN lower(hex({})) END",
            &[("ST_GeomFromText('POINT(1 -2.5)')", "0101000000000000000000f03f00000000000004c0")],
        ),
    ],
    refused: &[
        ("bigint unsigned", "INTEGER", "9223372036854775808", "type"),
        ("bit(64)", "INTEGER", "9223372036854775808", "type"),
        ("date", "DATE", "'0000-00-00'", "type"),
        ("time", "TIME", "'100:00:00'", "type"),
        ("text", "TEXT", "concat('a', char(0), 'b')", "type"),
        ("tinyint(1)", "BOOLEAN", "2", "type"),
        ("varchar(20) CHARACTER SET latin1", "VARCHAR(20)", "_latin1 x'5a6fc3ab'", "encoding"),
    ],
    never: &[("decimal(30, 10)", "DECIMAL(30, 10)", "15 decimal digits")],
};
