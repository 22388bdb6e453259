use std::collections::BTreeMap;
use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::Diagnostic;
use super::json::{Report, report};
use crate::base::{Sources, hex};

/// For each finding a name that stays the same while the text around it moves: 64 hex digits over
/// its code, its file, its message and the line that it is on, but not the line's number. Equal
/// findings are counted from the top of the file.
pub(super) fn identities(report: &Report) -> Vec<String> {
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    report
        .diagnostics
        .iter()
        .map(|finding| {
            let (file, line) =
                finding.primary.as_ref().map_or(("", ""), |place| (place.file.as_str(), place.line.as_str()));
            // Lengths keep `ab`, `c` from being `a`, `bc`.
            let parts = [finding.code.id(), file, &finding.message, line];
            let mut text = parts.iter().fold(String::new(), |mut text, part| {
                let _ = write!(text, "{}:{part},", part.len());
                text
            });
            let count = seen.entry(text.clone()).or_default();
            let _ = write!(text, "{count}");
            *count += 1;
            hex(&Sha256::digest(text.as_bytes()))
        })
        .collect()
}

/// Each finding with the name that stays the same while the text around it moves.
#[must_use]
pub fn identified(sources: &Sources, diagnostics: &[Diagnostic]) -> Vec<(Diagnostic, String)> {
    diagnostics.iter().cloned().zip(identities(&report(sources, diagnostics))).collect()
}
