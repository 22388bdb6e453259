use std::fmt::Write as _;

use super::super::Sql;
use super::super::sql::sql;

/// One comment line. Characters that end a line, control the terminal or turn the direction of
/// writing are shown as their code points, so that no name or doc text gets out of the comment.
pub(in crate::dialect) fn comment(text: &str) -> Sql {
    let mut line = String::from("--");
    if !text.is_empty() {
        line.push(' ');
    }
    for c in text.chars() {
        if is_hostile(c) {
            // Writing to a string cannot fail.
            let _ = write!(line, "\\u{{{:x}}}", u32::from(c));
        } else {
            line.push(c);
        }
    }
    Sql::spelled(line)
}

/// A comment line for each of `texts`.
pub(in crate::dialect) fn comment_lines<'a>(texts: impl IntoIterator<Item = &'a str>) -> Sql {
    let lines: Vec<_> = texts.into_iter().map(|text| comment(text).to_string()).collect();
    sql!("{}", lines.join("\n"))
}

fn is_hostile(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{061c}' | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::comment;

    #[test]
    fn nothing_gets_out_of_a_comment() {
        let line = comment("a\nDROP TABLE t;\r\u{202e}x\u{2028}\0").to_string();
        assert_eq!(line, "-- a\\u{a}DROP TABLE t;\\u{d}\\u{202e}x\\u{2028}\\u{0}");
    }
}
