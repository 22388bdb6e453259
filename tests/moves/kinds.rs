//! Types of columns with the values at their edges, and the ways in which a move may carry them over.

use datamove::base::Engine::{self, Mysql, Postgres, Sqlite};

/// A value as a test means it; each engine spells it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Value {
    Null,
    Int(i64),
    /// Digits, as they stand in SQL.
    Digits(&'static str),
    /// Of any type that a quoted text is read as.
    Text(&'static str),
    Bytes(&'static [u8]),
    Bool(bool),
}

/// How a column's value comes into the target. `{}` is the source's column.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Way {
    pub(crate) value: &'static str,
    /// The target's type where it is another one.
    pub(crate) ty: Option<&'static str>,
    /// NULLs become something else.
    pub(crate) fills: bool,
}

/// A type with its edges.
#[derive(Debug)]
pub(crate) struct Kind {
    /// In the DDL of each engine; none where the engine has nothing like it.
    pub(crate) sqlite: Option<&'static str>,
    pub(crate) postgres: Option<&'static str>,
    pub(crate) mysql: Option<&'static str>,
    pub(crate) values: &'static [Value],
    pub(crate) ways: &'static [Way],
}

impl Kind {
    pub(crate) fn ddl(&self, engine: Engine) -> Option<&'static str> {
        match engine {
            Sqlite => self.sqlite,
            Postgres => self.postgres,
            Mysql => self.mysql,
        }
    }
}

/// The kinds that an engine has.
pub(crate) fn kinds(engine: Engine) -> Vec<&'static Kind> {
    KINDS.iter().filter(|kind| kind.ddl(engine).is_some()).collect()
}

/// Texts that some layer takes for something else. Those with index below [`KEYS`] differ under any
/// collation that the tests use.
pub(crate) const TEXTS: &[Value] = &[
    Text("a"),
    Text(""),
    Text("it's"),
    Text("\\"),
    Text("x\ty"),
    Text("line\nline"),
    Text("\u{202e}right to left"),
    Text("漢字"),
    Text("NULL"),
    Text("$1 {{ t }} :x ?"),
    Text("%_"),
    Text("0"),
    Text("-0"),
    Text("\"q\""),
    Text("ß"),
    Text("\\N"),
    Text("/* */ -- ;"),
    Text("x'00'"),
    Text("ab"),
    Text("\u{1f600}"),
    // From here on: the same as others to a collation that ignores case, accents, or spaces at the end.
    Text("A"),
    Text("ä"),
    Text("a "),
    Text(" "),
    Text(" a"),
    Text("\r\n"),
    Text("é"),
    Text("e\u{301}"),
    Text("ss"),
    Text("\u{1}\u{7f}\u{85}"),
    Text("\u{feff}bom"),
    Text("\u{10ffff}"),
    Text("\u{0}"),
];

/// So many of [`TEXTS`] are keys under every collation, and so many where texts are compared as bytes.
pub(crate) const KEYS: usize = 20;
pub(crate) const EXACT_KEYS: usize = 32;

/// Whole numbers that are keys.
pub(crate) const NUMBERS: &[i64] =
    &[0, -1, 1, i64::MAX, -i64::MAX, 42, 2_147_483_648, -2_147_483_649, 9, 10, 255, 65_536];

use Value::{Bool, Bytes, Digits, Int, Text};

const fn way(value: &'static str) -> Way {
    Way { value, ty: None, fills: false }
}

const fn filled(value: &'static str) -> Way {
    Way { value, ty: None, fills: true }
}

const fn into(value: &'static str, ty: &'static str) -> Way {
    Way { value, ty: Some(ty), fills: false }
}

const fn filled_into(value: &'static str, ty: &'static str) -> Way {
    Way { value, ty: Some(ty), fills: true }
}

const AS_IT_IS: &[Way] = &[way("{}")];

const WHOLE: &[Way] = &[
    way("{}"),
    filled("coalesce({}, 0)"),
    into("cast({} as text)", "text"),
    filled_into("case when {} > 0 then 'more' when {} is null then 'none' else 'less' end", "varchar(4)"),
    into("abs({})", "bigint"),
];

const WORDS: &[Way] = &[
    way("{}"),
    filled("coalesce({}, '')"),
    into("{} || '|' || coalesce({}, 'none')", "text"),
    into("trim({})", "varchar(40)"),
    into("substr({}, 1, 3)", "varchar(3)"),
    into("replace({}, 'a', '''')", "text"),
    into("length({})", "integer"),
    into("nullif({}, '')", "varchar(40)"),
    filled_into("case when {} is null then 'none' when {} like 'a%' then 'a' else 'other' end", "varchar(5)"),
    filled_into("case {} when 'A' then 'upper' when 'a' then 'lower' else 'no' end", "varchar(5)"),
];

pub(crate) const KINDS: &[Kind] = &[
    Kind {
        sqlite: Some("INTEGER"),
        postgres: Some("bigint"),
        mysql: Some("bigint"),
        values: &[Int(0), Int(1), Int(-1), Int(42), Int(i64::MAX), Int(-i64::MAX), Int(2_147_483_648)],
        ways: WHOLE,
    },
    Kind {
        sqlite: Some("VARCHAR(40)"),
        postgres: Some("varchar(40)"),
        mysql: Some("varchar(40)"),
        values: TEXTS,
        ways: WORDS,
    },
    Kind {
        sqlite: Some("DECIMAL(10, 2)"),
        postgres: Some("numeric(10, 2)"),
        mysql: Some("decimal(10, 2)"),
        values: &[
            Digits("0"),
            Digits("0.01"),
            Digits("-0.01"),
            Digits("99999999.99"),
            Digits("-99999999.99"),
            Digits("1234.5"),
            Digits("0.29"),
            Digits("0.57"),
            Digits("-0.005"),
        ],
        ways: &[
            way("{}"),
            filled("coalesce({}, 0)"),
            into("{}", "decimal(12, 2)"),
            into("round({} / 100, 4, half_even)", "decimal(12, 4)"),
            into("round({}, 1, half_up)", "decimal(12, 1)"),
            into("{} * 3", "decimal(12, 2)"),
        ],
    },
    Kind {
        sqlite: Some("REAL"),
        postgres: Some("double precision"),
        mysql: Some("double"),
        values: &[
            Digits("0.0"),
            Digits("-0.0"),
            Digits("0.1"),
            Digits("1e308"),
            Digits("1.7976931348623157e308"),
            Digits("2.2250738585072014e-308"),
            Digits("-1.5"),
            Digits("1e22"),
            Digits("123456789.12345678"),
        ],
        ways: AS_IT_IS,
    },
    Kind {
        sqlite: Some("BOOLEAN"),
        postgres: Some("boolean"),
        mysql: Some("boolean"),
        values: &[Bool(true), Bool(false)],
        ways: &[
            way("{}"),
            filled("coalesce({}, false)"),
            filled_into("case when {} then 'yes' else 'no' end", "varchar(3)"),
            filled_into("case when not {} then 1 else 0 end", "integer"),
        ],
    },
    Kind {
        sqlite: Some("DATE"),
        postgres: Some("date"),
        mysql: Some("date"),
        values: &[
            Text("0001-01-01"),
            Text("9999-12-31"),
            Text("2024-02-29"),
            Text("1970-01-01"),
            Text("1582-10-10"),
        ],
        ways: AS_IT_IS,
    },
    Kind {
        sqlite: Some("TIMESTAMP"),
        postgres: Some("timestamp"),
        mysql: Some("datetime(6)"),
        values: &[
            Text("0001-01-01 00:00:00"),
            Text("9999-12-31 23:59:59.999999"),
            Text("2024-02-29 12:00:00.5"),
            Text("1969-12-31 23:59:59.000001"),
            Text("2024-03-31 02:30:00"),
        ],
        ways: AS_IT_IS,
    },
    Kind {
        sqlite: Some("BLOB"),
        postgres: Some("bytea"),
        mysql: Some("varbinary(40)"),
        values: &[
            Bytes(b""),
            Bytes(b"\0"),
            Bytes(b"\xff\xfe\\'\n"),
            Bytes(b"text"),
            Bytes(b"a "),
            Bytes(b"a"),
        ],
        ways: AS_IT_IS,
    },
    // Codes of a values map.
    Kind {
        sqlite: Some("VARCHAR(4)"),
        postgres: Some("varchar(4)"),
        mysql: Some("varchar(4)"),
        values: &[Text("A"), Text("S"), Text("it's"), Text("")],
        ways: &[into("states({})", "varchar(20)"), into("numbers({})", "integer"), way("{}")],
    },
    Kind {
        sqlite: None,
        postgres: Some("uuid"),
        mysql: None,
        values: &[Text("00000000-0000-0000-0000-000000000000"), Text("AABBCCDD-0011-2233-4455-66778899aabb")],
        ways: AS_IT_IS,
    },
    Kind {
        sqlite: None,
        postgres: Some("jsonb"),
        mysql: None,
        values: &[Text("{\"b\": 1.0, \"a\": [null, \"\\\\ '\"]}"), Text("null"), Text("\"x\""), Text("1e2")],
        ways: AS_IT_IS,
    },
    Kind {
        sqlite: None,
        postgres: Some("json"),
        mysql: None,
        values: &[Text("{\"b\":1,  \"a\": 1.0}"), Text("[ ]"), Text("{\"a\":1,\"a\":2}")],
        ways: AS_IT_IS,
    },
    Kind {
        sqlite: None,
        postgres: Some("timestamptz"),
        mysql: None,
        values: &[
            Text("infinity"),
            Text("-infinity"),
            Text("2024-03-31 01:30:00.000001+00"),
            Text("0044-03-15 12:00:00+00 BC"),
            Text("1969-12-31 23:59:59+14"),
        ],
        ways: AS_IT_IS,
    },
    Kind {
        sqlite: None,
        postgres: Some("numeric"),
        mysql: None,
        values: &[Digits("1.10"), Digits("1.1"), Digits("0"), Digits("1e-20"), Digits("1e30"), Text("NaN")],
        ways: AS_IT_IS,
    },
    Kind {
        sqlite: None,
        postgres: Some("text[]"),
        mysql: None,
        values: &[Text("{}"), Text("{a,NULL,\"\\\"\"}"), Text("{{1,2},{3,4}}")],
        ways: AS_IT_IS,
    },
    Kind {
        sqlite: None,
        postgres: Some("char(5)"),
        mysql: Some("char(5)"),
        values: &[Text("a"), Text(""), Text("ä b"), Text("12345")],
        ways: AS_IT_IS,
    },
    Kind {
        sqlite: None,
        postgres: Some("real"),
        mysql: None,
        values: &[
            Digits("0.1"),
            Digits("-0.0"),
            Digits("16777217"),
            Digits("3e38"),
            Text("NaN"),
            Text("-Infinity"),
        ],
        ways: AS_IT_IS,
    },
    Kind {
        sqlite: None,
        postgres: Some("interval"),
        mysql: None,
        values: &[Text("1 mon"), Text("30 days"), Text("-1 day 24:00:00.000001")],
        ways: AS_IT_IS,
    },
    Kind {
        sqlite: None,
        postgres: None,
        mysql: Some("bigint unsigned"),
        values: &[Digits("0"), Digits("18446744073709551615"), Digits("9223372036854775808")],
        ways: AS_IT_IS,
    },
    Kind {
        sqlite: None,
        postgres: None,
        mysql: Some("tinyint unsigned"),
        values: &[Int(0), Int(255), Int(7)],
        ways: &[way("{}"), into("{}", "smallint")],
    },
    Kind {
        sqlite: None,
        postgres: None,
        mysql: Some("enum('new','it''s','Ä')"),
        values: &[Text("new"), Text("it's"), Text("Ä")],
        ways: AS_IT_IS,
    },
    Kind {
        sqlite: None,
        postgres: None,
        mysql: Some("timestamp(6) NULL"),
        values: &[
            Text("2024-03-31 02:30:00.000001"),
            Text("1970-01-01 00:00:01"),
            Text("2038-01-19 03:14:07"),
        ],
        ways: AS_IT_IS,
    },
    Kind {
        sqlite: None,
        postgres: None,
        mysql: Some("text CHARACTER SET latin1"),
        values: &[Text("é"), Text("plain"), Text("a "), Text("it's \\")],
        ways: AS_IT_IS,
    },
];
