use serde::{Deserialize, Serialize};

/// The version of an approval's structure.
pub const FORMAT_VERSION: u32 = 1;

/// One role's approval of one fingerprint: a file that people commit. It has no clock of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Approval {
    pub format_version: u32,
    pub plan: String,
    /// What was approved.
    pub fingerprint: String,
    pub role: String,
    /// Who approved, as the signature or the plan's `author` names people.
    pub by: String,
    /// A day, if one was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Approval {
    /// Indented JSON with a newline at the end.
    ///
    /// # Panics
    /// Never: texts and a number always serialise.
    #[must_use]
    pub fn to_json(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).expect("texts and a number");
        text.push('\n');
        text
    }

    /// Reads what [`Approval::to_json`] wrote; else why it cannot be read.
    pub fn from_json(bytes: &[u8]) -> Result<Self, String> {
        let text = std::str::from_utf8(bytes).map_err(|_| "it is not text".to_owned())?;
        if !crate::base::merge_conflicts(text).is_empty() {
            return Err("it is from a merge that is not finished".to_owned());
        }
        let value: serde_json::Value =
            serde_json::from_str(text).map_err(|error| format!("it is not JSON: {error}"))?;
        let version = value.get("format_version").and_then(serde_json::Value::as_u64);
        if version != Some(u64::from(FORMAT_VERSION)) {
            let found = version.map_or("none".to_owned(), |version| version.to_string());
            return Err(format!("its format_version is {found}, and this datamove reads {FORMAT_VERSION}"));
        }
        let approval: Self =
            serde_json::from_value(value).map_err(|error| format!("it is no approval: {error}"))?;
        if approval.by.trim().is_empty() {
            return Err("it does not say who approved".to_owned());
        }
        Ok(approval)
    }
}
