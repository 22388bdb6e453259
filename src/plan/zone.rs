//! Time zones as plans name them.

/// A time zone that needs no rules: its offset from UTC in minutes, east positive.
#[must_use]
pub fn fixed_offset(zone: &str) -> Option<i32> {
    if ["utc", "z", "gmt", "etc/utc", "etc/gmt", "etc/uct", "uct"]
        .contains(&zone.to_ascii_lowercase().as_str())
    {
        return Some(0);
    }
    let sign = match zone.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits: String = zone[1..].chars().filter(|c| *c != ':').collect();
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (hours, minutes) = match digits.len() {
        1 | 2 => (digits.as_str(), "0"),
        4 => digits.split_at(2),
        _ => return None,
    };
    let minutes = hours.parse::<i32>().ok()? * 60 + minutes.parse::<i32>().ok()?;
    Some(sign * minutes)
}
