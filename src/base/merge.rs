use std::ops::Range;

/// The places where a merge was left unfinished: the lines that begin with git's opening mark and
/// are followed by its dividing and its closing one, in bytes.
#[must_use]
pub fn merge_conflicts(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    // The opening line, and whether the dividing one was met.
    let mut open: Option<(Range<usize>, bool)> = None;
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end_matches(['\n', '\r']);
        if is_mark(bare, "<<<<<<<") {
            open = Some((offset..offset + bare.len(), false));
        } else if let Some((at, divided)) = &mut open {
            if is_mark(bare, "=======") {
                *divided = true;
            } else if *divided && is_mark(bare, ">>>>>>>") {
                found.push(at.clone());
                open = None;
            }
        }
        offset += line.len();
    }
    found
}

fn is_mark(line: &str, mark: &str) -> bool {
    line.strip_prefix(mark).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
}

#[cfg(test)]
mod tests {
    use super::merge_conflicts;

    #[test]
    fn only_whole_conflicts_count() {
        let text = "a\r\n<<<<<<< HEAD\r\nb\r\n||||||| base\r\nc\r\n=======\r\nd\r\n>>>>>>> topic\r\n";
        let found = merge_conflicts(text);
        assert_eq!(found.iter().map(|at| &text[at.clone()]).collect::<Vec<_>>(), ["<<<<<<< HEAD"]);
        assert_eq!(merge_conflicts(&text.repeat(3)).len(), 3);
        for none in [
            "",
            "=======\n>>>>>>> x\n",
            "<<<<<<< x\n>>>>>>> y\n",
            "-- <<<<<<< x\n=======\n>>>>>>> y",
            "<<<<<<<<\n=======\n>>>>>>>",
        ] {
            assert!(merge_conflicts(none).is_empty(), "{none}");
        }
    }
}
