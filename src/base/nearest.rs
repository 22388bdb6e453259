/// The candidates that `name` was most likely meant to be: best first, at most three.
///
/// Distance is Damerau–Levenshtein (optimal string alignment) on the lower-cased names; a
/// candidate counts when at most a third of the longer name differs, or when one name contains
/// the other.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let wanted = name.to_lowercase();
    let mut found: Vec<(usize, &str)> = candidates
        .into_iter()
        .filter_map(|candidate| {
            let lower = candidate.to_lowercase();
            let distance = strsim::osa_distance(&wanted, &lower);
            let longest = wanted.chars().count().max(lower.chars().count());
            let contains =
                wanted.len() >= 3 && lower.len() >= 3 && (lower.contains(&wanted) || wanted.contains(&lower));
            (distance * 3 <= longest || contains).then_some((distance, candidate))
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    found.into_iter().take(3).map(|(_, candidate)| candidate).collect()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn finds_slips_and_not_strangers() {
        let columns = ["customer_id", "customer_name", "note", "created_at"];
        assert_eq!(nearest("custmer_id", columns), ["customer_id"]);
        assert_eq!(nearest("NOTE", columns), ["note"]);
        assert_eq!(nearest("created", columns), ["created_at"]);
        assert!(nearest("zzz", columns).is_empty());
    }
}
