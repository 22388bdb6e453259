use super::change::{Change, Class, Found, Topic};
use crate::plan::{Signed, Signoff};

/// Who has to approve: whatever asks for less weakens the gate in front of `apply`.
pub(super) fn compare(before: Option<&Signoff>, after: Option<&Signoff>, found: &mut Found) {
    let nobody = Signoff { roles: Vec::new(), author: None, signed: None, origin: None };
    let (was, is) = (before.unwrap_or(&nobody), after.unwrap_or(&nobody));
    // Every member by its name, so that a new one is not forgotten here.
    let Signoff { roles, author, signed, origin } = was;
    let mut push = |class, subject: &str, says: String, from: Option<&str>, to: Option<&str>| {
        let mut change = Change::new(class, Topic::Signoff, subject, says);
        if let Some(text) = from {
            change = change.was(text, origin.as_ref());
        }
        if let Some(text) = to {
            change = change.is(text, is.origin.as_ref());
        }
        found.push(change);
    };
    for role in roles.iter().filter(|role| !is.roles.contains(role)) {
        push(Class::Weakens, role, format!("`{role}` need not approve any more"), Some(role), None);
    }
    for role in is.roles.iter().filter(|role| !roles.contains(role)) {
        push(Class::Strengthens, role, format!("`{role}` has to approve"), None, Some(role));
    }
    let (from, to) = (author.as_deref(), is.author.as_deref());
    match (from, to) {
        (Some(_), None) => push(Class::Weakens, "author", "the author may approve".to_owned(), from, to),
        (None, Some(_)) => {
            push(Class::Strengthens, "author", "the author may not approve".to_owned(), from, to);
        }
        // Who was the author before may approve now.
        (Some(one), Some(other)) if one != other => {
            let says = format!("somebody else is the author, so that {one} may approve");
            push(Class::Weakens, "author", says, from, to);
        }
        _ => {}
    }
    let (from, to) = (signed.map(Signed::word), is.signed.map(Signed::word));
    match (from, to) {
        (Some(_), None) => {
            push(Class::Weakens, "signed", "approvals need no signature any more".to_owned(), from, to);
        }
        (None, Some(_)) => {
            push(Class::Strengthens, "signed", "approvals have to be signed".to_owned(), from, to);
        }
        // Neither kind of signature shows all that the other one shows.
        (Some(one), Some(other)) if one != other => {
            push(Class::Weakens, "signed", "approvals are signed in another way".to_owned(), from, to);
        }
        _ => {}
    }
}
