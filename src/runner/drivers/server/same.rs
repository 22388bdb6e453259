use crate::diagnostic::Code;
use crate::runner::driver::{EngineError, Session, Trouble, Value};
use crate::runner::failure::{Failure, Result};

/// Refuses two sessions that are not in the place where a bundle can read and write at once: one
/// database of PostgreSQL, one server of MySQL. `questions` are asked in both; a role that may not
/// ask one goes without it.
pub(in crate::runner::drivers) fn check(
    source: &mut dyn Session,
    target: &mut dyn Session,
    questions: &[&str],
    place: &str,
) -> Result<()> {
    for question in questions {
        let (there, here) = (answer(source, question)?, answer(target, question)?);
        if let (Some(there), Some(here)) = (there, here)
            && there != here
        {
            return Err(Failure::new(
                Code::OtherServer,
                format!(
                    "the bundle's source and target are in one {place}, and --source leads to another one"
                ),
            )
            .state("nothing was written")
            .help("leave --source away, or name the same place as for --target"));
        }
    }
    Ok(())
}

fn answer(session: &mut dyn Session, question: &str) -> Result<Option<Vec<Vec<Value>>>> {
    match session.query(question) {
        Ok(set) => Ok(Some(set.rows)),
        Err(EngineError { trouble: Trouble::Denied, .. }) => Ok(None),
        Err(error) => Err(Failure::from_engine(error)),
    }
}
