/// So many millionths as a percentage, without needless digits: 1000 are `0.1`.
#[must_use]
pub fn percent(millionths: u64) -> String {
    let digits = format!("{}.{:04}", millionths / 10_000, millionths % 10_000);
    digits.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The millionths that a percentage such as `0.1` stands for; none for more than four digits after the point.
#[must_use]
pub fn millionths(percent: &str) -> Option<u64> {
    let (whole, part) = percent.split_once('.').unwrap_or((percent, ""));
    let part = part.trim_end_matches('0');
    let padded = (part.len() <= 4).then(|| format!("{whole}{part:0<4}"))?;
    padded.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentages_come_back_as_they_were() {
        for (text, number) in
            [("0.1", 1_000), ("0.0001", 1), ("5", 50_000), ("12.5", 125_000), ("100", 1_000_000)]
        {
            assert_eq!(millionths(text), Some(number));
            assert_eq!(percent(number), text);
        }
        assert_eq!(millionths("0.00001"), None);
        assert_eq!(millionths("1.50000"), Some(15_000));
        assert_eq!(millionths("99999999999999999999"), None);
    }
}
