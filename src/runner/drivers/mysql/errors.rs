use mysql::Error;

use crate::runner::driver::{EngineError, Rule, Trouble};
use crate::runner::drivers::server::words::{is_of_row, quoted_behind, raised};

/// The server's error in the words that all engines share. Messages about a value of a row are
/// shown without it.
pub(super) fn classify(error: &Error) -> EngineError {
    let Error::MySqlError(said) = error else {
        return EngineError::new(Trouble::Lost, error.to_string());
    };
    if let Some(trouble) = raised(&said.message) {
        let rule = is_of_row(&trouble).then(|| Rule { code: Some(said.code.to_string()), ..Rule::default() });
        return EngineError::new(trouble, without_value(said.code, &said.message)).of_row(rule);
    }
    let shown = without_value(said.code, &said.message);
    let rule = rule(said.code, &said.message, &shown);
    EngineError::new(trouble(said.code), format!("{shown} (error {})", said.code)).of_row(rule)
}

/// What a row breaks: a constraint, a type, a trigger's own rule, or a limit of sizes.
fn rule(code: u16, message: &str, shown: &str) -> Option<Rule> {
    let of_row = trouble(code) == Trouble::Constraint
        || matches!(
            code,
            1105 | 1118 | 1153 | 1264 | 1265 | 1292 | 1366 | 1367 | 1406 | 1411 | 1416 | 1525 | 1644 | 1690
        )
        || matches!(code, 3140 | 3141 | 3156 | 3750);
    let quoted =
        ["Data too long for column ", "Data truncated for column ", "Out of range value for column "]
            .iter()
            // These hold no value; in others the first quotes may be around one.
            .find_map(|mark| message.strip_prefix(mark).and_then(|rest| quoted_behind(rest, "", '\'')))
            .or_else(|| quoted_behind(shown, "Column ", '\''));
    let column = quoted.or_else(|| column_of_table(shown));
    let constraint = quoted_behind(shown, "for key ", '\'')
        .or_else(|| quoted_behind(shown, "CONSTRAINT ", '`'))
        .or_else(|| quoted_behind(shown, "Check constraint ", '\''));
    let number = Some(code.to_string());
    of_row.then(|| Rule {
        code: number,
        constraint,
        column: column.or_else(|| quoted_behind(shown, "FOREIGN KEY (", '`')),
    })
}

/// The last name of ``for column `a`.`t`.`c` at row 1``.
fn column_of_table(shown: &str) -> Option<String> {
    let (_, rest) = shown.split_once("for column `")?;
    let path = rest.split_once("` at ").map_or(rest, |(path, _)| path);
    Some(path.rsplit("`.`").next()?.to_owned())
}

/// A warning's words, without the value that they are about.
pub(super) fn shown_warning(code: &str, message: &str) -> String {
    let said = code.parse().map_or(String::new(), |number| without_value(number, message));
    format!("{said} (warning {code})")
}

/// The message of an error about a value, which stands in it between the first quote and the last
/// that a place follows: `Duplicate entry 'ann@x' for key 'email'`.
fn without_value(code: u16, message: &str) -> String {
    match code {
        // A trigger's or procedure's own words may hold anything.
        1644 if raised(message).is_none() => "a trigger or procedure raised an error of its own".to_owned(),
        1062 | 1265 | 1292 | 1366 | 1367 | 1406 | 1411 | 1525 | 1526 | 1586 | 1859 | 3140 | 3141 | 4025 => {
            let Some(first) = message.find('\'') else { return message.to_owned() };
            if raised(message).is_some() {
                return message.to_owned();
            }
            let place = ["' for key ", "' for column "].iter().filter_map(|mark| message.rfind(mark)).max();
            let rest = place.filter(|place| *place >= first).map_or("'", |place| &message[place..]);
            format!("{}'…{rest}", &message[..first])
        }
        _ => message.to_owned(),
    }
}

fn trouble(code: u16) -> Trouble {
    match code {
        1205 | 1213 | 1020 | 3572 => Trouble::Contended,
        // 1317 is a KILL QUERY; who sent it knows.
        1317 | 1969 | 3024 => Trouble::TimedOut,
        1290 | 1792 | 1836 => Trouble::ReadOnly,
        1021 | 1114 => Trouble::Full,
        1044 | 1045 | 1142 | 1143 | 1227 | 1370 | 1410 | 1419 => Trouble::Denied,
        1049 | 1051 | 1146 | 1109 => Trouble::Missing,
        1053 | 1077 | 1079 | 1152 | 1158..=1161 | 1184 | 1927 | 2006 | 2013 | 4031 => Trouble::Lost,
        1022 | 1048 | 1062 | 1169 | 1216 | 1217 | 1451 | 1452 | 1557 | 1586 | 1761 | 1762 | 1859 | 3819
        | 4025 => Trouble::Constraint,
        1030 | 1026 | 1024 | 3 => Trouble::Io,
        1034 | 1194 | 1195 => Trouble::Corrupt,
        _ => Trouble::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(code: u16, message: &str) -> EngineError {
        let error = mysql::MySqlError { state: String::new(), message: message.to_owned(), code };
        classify(&Error::MySqlError(error))
    }

    #[test]
    fn values_are_kept_out() {
        let cases = [
            (
                1062,
                "Duplicate entry 'O'Neil' for key 'x' for key 'email'",
                "Duplicate entry '…' for key 'email'",
            ),
            (1292, "Truncated incorrect INTEGER value: 'ann'", "Truncated incorrect INTEGER value: '…'"),
            (
                1366,
                "Incorrect integer value: 'ann' for column `a`.`t`.`c` at row 1",
                "Incorrect integer value: '…' for column `a`.`t`.`c` at row 1",
            ),
            (1644, "ann is no name", "a trigger or procedure raised an error of its own"),
            (1146, "Table 'a.t' doesn't exist", "Table 'a.t' doesn't exist"),
        ];
        for (code, message, shown) in cases {
            assert_eq!(said(code, message).message, format!("{shown} (error {code})"));
        }
    }

    #[test]
    fn rules_are_named() {
        let cases = [
            (1062, "Duplicate entry 'O'Neil' for key 'email'", Some("email"), None),
            (1406, "Data too long for column 'note' at row 3", None, Some("note")),
            (1366, "Incorrect integer value: 'x' for column `a`.`t`.`c` at row 1", None, Some("c")),
            (1048, "Column 'name' cannot be null", None, Some("name")),
            (4025, "CONSTRAINT `positive` failed for `shop`.`product`", Some("positive"), None),
            (
                1452,
                "Cannot add or update a child row: a foreign key constraint fails (`a`.`t`, CONSTRAINT `fk` FOREIGN KEY (`p`) REFERENCES `q` (`id`))",
                Some("fk"),
                Some("p"),
            ),
            (1644, "ann is no name", None, None),
        ];
        for (code, message, constraint, column) in cases {
            let rule = said(code, message).rule.unwrap();
            assert_eq!(
                (rule.constraint.as_deref(), rule.column.as_deref()),
                (constraint, column),
                "{message}"
            );
        }
        assert_eq!(said(1146, "Table 'a.t' doesn't exist").rule, None);
    }

    #[test]
    fn a_failing_conversion_is_a_refusal() {
        let error =
            said(1292, "Truncated incorrect INTEGER value: 'datamove DM0709: a value is not in the map'");
        let text = "a value is not in the map".to_owned();
        assert_eq!(error.trouble, Trouble::Raised { code: "DM0709".to_owned(), text });
    }

    #[test]
    fn numbers_with_a_meaning_of_their_own_are_told_apart() {
        let cases = [
            (1213, Trouble::Contended),
            (1114, Trouble::Full),
            (1290, Trouble::ReadOnly),
            (1927, Trouble::Lost),
            (1142, Trouble::Denied),
            (1146, Trouble::Missing),
            (1064, Trouble::Other),
        ];
        for (code, expected) in cases {
            assert_eq!(trouble(code), expected, "{code}");
        }
    }
}
