use std::collections::BTreeMap;

use serde::Deserialize;

use super::RULES;
use crate::base::nearest;

/// How grave a finding of a rule is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    #[default]
    Off,
    Warning,
    Error,
}

/// `datamove.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// By the rule's word; `all` is for those that are not named.
    #[serde(default)]
    lints: BTreeMap<String, Level>,
    #[serde(default)]
    pub suppress: Vec<Suppression>,
}

/// A finding that a team lives with, and why.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suppression {
    pub rule: String,
    /// The plan's name.
    pub plan: String,
    /// What the finding is about, as its message begins.
    pub subject: String,
    pub because: String,
}

/// What names all rules that are not named.
const ALL: &str = "all";

impl Config {
    /// Reads a `datamove.toml`; else why it cannot be understood.
    pub fn parse(text: &str) -> Result<Self, String> {
        let config: Self = toml::from_str(text).map_err(|error| error.to_string().trim_end().to_owned())?;
        let named = config.lints.keys().map(String::as_str).filter(|word| *word != ALL);
        for word in named.chain(config.suppress.iter().map(|one| one.rule.as_str())) {
            if !RULES.iter().any(|rule| rule.word == word) {
                return Err(unknown(word));
            }
        }
        match config.suppress.iter().find(|one| one.because.trim().is_empty()) {
            Some(one) => {
                Err(format!("the suppression of `{}` for `{}` has no reason", one.rule, one.subject))
            }
            None => Ok(config),
        }
    }

    #[must_use]
    pub fn level(&self, word: &str) -> Level {
        self.lints.get(word).or_else(|| self.lints.get(ALL)).copied().unwrap_or_default()
    }
}

fn unknown(word: &str) -> String {
    let words = RULES.iter().map(|rule| rule.word);
    match nearest(word, words.clone()).first() {
        Some(near) => format!("there is no rule `{word}`: did you mean `{near}`?"),
        None => format!("there is no rule `{word}`; the rules are {}", words.collect::<Vec<_>>().join(", ")),
    }
}
