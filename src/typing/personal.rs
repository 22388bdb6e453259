//! Personal data that a move takes over without a word about it.

use super::Typer;
use crate::diagnostic::{Code, Diagnostic};
use crate::schema::{Column, SqlType};

/// What a column of personal data is called, each as the words at the end of its name. Only what is hardly ever
/// something else: a plain `name` or `address` may be a product's or a host's.
const CALLED: &[&[&str]] = &[
    &["email"],
    &["e", "mail"],
    &["phone"],
    &["telephone"],
    &["mobile"],
    &["cellphone"],
    &["fax"],
    &["ssn"],
    &["social", "security"],
    &["iban"],
    &["passport"],
    &["credit", "card"],
    &["card"],
    &["birthday"],
    &["birthdate"],
    &["birth"],
    &["birth", "date"],
    &["dob"],
    &["firstname"],
    &["first", "name"],
    &["lastname"],
    &["last", "name"],
    &["fullname"],
    &["full", "name"],
    &["maiden", "name"],
    &["surname"],
];

/// What may follow: `email_address`, `card_number`.
const FOLLOWING: &[&str] = &["address", "number", "no", "nr"];

/// Alone these are as often something else: `card` counts with a number only.
const NEEDS_NUMBER: &[&str] = &["card"];

impl Typer<'_, '_> {
    /// One warning for each move, so that a table of twenty such columns is still one thing to decide.
    pub(super) fn personal_data(&mut self, index: usize) {
        let m = &self.plan.moves[index];
        let target = self.plan.target.catalog.table(m.target);
        let unsaid = m.assigns.iter().filter(|assign| assign.pii.is_none());
        let found: Vec<_> = unsaid.filter(|assign| looks_personal(target.column(assign.column))).collect();
        let Some(first) = found.first() else { return };
        let names: Vec<String> =
            found.iter().map(|assign| format!("`{}`", target.column(assign.column).name)).collect();
        self.problems.push(
            Diagnostic::warning(
                Code::PersonalData,
                format!(
                    "`{}` takes over {}, and nothing says whether reports may show it",
                    m.ast.target,
                    names.join(", ")
                ),
                first.span,
                "looks like personal data",
            )
            .see(target.column(first.column).span, "by its name")
            .help(
                "end the mapping with `pii` (never shown), `pii hash` (a salted hash is shown) or `not pii`",
            ),
        );
    }
}

/// Whether a column's name and type are those of something about a person.
#[must_use]
pub fn looks_personal(column: &Column) -> bool {
    let holds = match &column.ty {
        SqlType::Text { .. } | SqlType::Opaque(_) => true,
        SqlType::Date | SqlType::Timestamp { .. } => {
            words_of(&column.name).iter().any(|word| word.starts_with("birth") || word == "dob")
        }
        _ => false,
    };
    holds && is_called(&words_of(&column.name))
}

fn is_called(words: &[String]) -> bool {
    let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
    let before = words.len();
    while words.len() > 1 && words.last().is_some_and(|last| FOLLOWING.contains(last)) {
        words.pop();
    }
    let numbered = words.len() < before;
    let name = CALLED.iter().find(|name| words.ends_with(name));
    name.is_some_and(|name| numbered || !matches!(name, [one] if NEEDS_NUMBER.contains(one)))
}

/// `BillingEMail2` as `billing`, `e`, `mail`: the words of a name in lower case, without digits.
fn words_of(name: &str) -> Vec<String> {
    let mut words: Vec<String> = vec![String::new()];
    let mut before = ' ';
    for c in name.chars() {
        if !c.is_alphabetic() || (c.is_uppercase() && before.is_lowercase()) {
            words.push(String::new());
        }
        if c.is_alphabetic()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
        before = c;
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::{is_called, words_of};

    #[test]
    fn a_name_tells_personal_data() {
        for name in [
            "email",
            "Email",
            "E_MAIL",
            "contact_email",
            "emailAddress",
            "email2",
            "PhoneNumber",
            "work_phone",
            "FirstName",
            "last_name",
            "BirthDate",
            "date_of_birth",
            "iban",
            "card_number",
            "credit_card",
        ] {
            assert!(is_called(&words_of(name)), "{name}");
        }
        for name in [
            "name",
            "address",
            "title",
            "email_subject",
            "phone_verified",
            "email_id",
            "microphone",
            "card",
            "cards",
            "birthplace_id",
            "city",
            "mobile_app",
            "note",
            "number",
            "legacy_id",
        ] {
            assert!(!is_called(&words_of(name)), "{name}");
        }
    }
}
