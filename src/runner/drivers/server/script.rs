use super::split::statements;
use crate::runner::driver::{EngineError, RowSet, Run, Script, Session, Trouble, Watch};
use crate::runner::interrupt;

/// A session that runs scripts as its stock client does.
pub(in crate::runner::drivers) trait Runs: Session {
    /// Makes the session what a stock client's is: nothing of an earlier script is left in it.
    fn freshen(&mut self) -> Result<(), EngineError>;

    /// Runs one statement; rows that came before an error are kept.
    fn execute(&mut self, sql: &str, sets: &mut Vec<RowSet>) -> Result<(), EngineError>;

    /// Ends the statement under way, from another thread.
    fn canceller(&self) -> Box<dyn Fn() + Send>;
}

/// Runs a script, and rolls back a transaction that it leaves open.
pub(in crate::runner::drivers) fn run(
    session: &mut dyn Runs,
    script: Script<'_>,
    watch: &mut dyn Watch,
) -> Run {
    let mut run = Run::default();
    run.error = match session.freshen() {
        Ok(()) => {
            let _cancelled = interrupt::during(session.canceller());
            all(session, script.text, watch, &mut run.sets).err()
        }
        Err(error) => Some(error),
    };
    let lost = run.error.as_ref().is_some_and(|error| error.trouble == Trouble::Lost);
    if !lost && let Err(error) = session.query("ROLLBACK") {
        run.error.get_or_insert(error);
    }
    run
}

fn all(
    session: &mut dyn Runs,
    script: &str,
    watch: &mut dyn Watch,
    sets: &mut Vec<RowSet>,
) -> Result<(), EngineError> {
    for statement in statements(session.engine(), script) {
        let at = |error: EngineError| EngineError { line: Some(statement.line), ..error };
        interrupt::check().map_err(at)?;
        watch.before(statement.line).map_err(at)?;
        session.execute(statement.text, sets).map_err(|error| at(interrupt::or(error)))?;
        watch.after(statement.line).map_err(at)?;
    }
    Ok(())
}
