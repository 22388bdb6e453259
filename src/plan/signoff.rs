use serde::{Deserialize, Serialize};

use crate::base::Origin;

/// Who has to approve the plan before its bundle is applied. Part of the fingerprint: a role cannot be
/// taken out without voiding the approvals that are there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Signoff {
    /// In alphabetical order; each has a file of its own, see [`file_name`].
    pub roles: Vec<String>,
    /// Who made the plan, if nobody may approve their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// How an approval shows that it is its maker's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<Signed>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
}

/// What an approval is signed with. There is no cryptography in datamove: other programs sign and verify.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Signed {
    /// A signature file of `ssh-keygen -Y sign` beside the approval.
    Ssh,
    /// The signature of the git commit that last changed the approval.
    Git,
}

impl Signed {
    /// Every choice with its word in a plan.
    pub const ALL: [(&str, Self); 2] = [("ssh", Self::Ssh), ("git", Self::Git)];

    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ssh => "ssh",
            Self::Git => "git",
        }
    }
}

/// The name of a role's approval without its extension: letters and digits in lower case, everything else
/// as one dash. Empty if the role has neither.
#[must_use]
pub fn file_name(role: &str) -> String {
    let words: Vec<&str> =
        role.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.join("-").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn roles_name_files_that_stay_in_their_folder() {
        assert_eq!(file_name("data owner"), "data-owner");
        assert_eq!(file_name(" SRE, on call! "), "sre-on-call");
        assert_eq!(file_name("../../etc/passwd"), "etc-passwd");
        assert_eq!(file_name("..."), "");
    }
}
