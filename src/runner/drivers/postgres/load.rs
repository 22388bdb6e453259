use std::io::Write as _;

use postgres::{Client, Error, SimpleQueryMessage};

use super::errors::{classify, in_full};
use crate::artifact::manifest::StagingEntry;
use crate::runner::driver::{EngineError, Loaded, Loading, Trouble};

/// Bytes of one message to the server.
const PART: usize = 64 * 1024;

/// One batch by COPY and its mark, in one transaction.
pub(super) fn load(
    client: &mut Client,
    entry: &StagingEntry,
    batch: &mut dyn Loading,
) -> Result<u64, EngineError> {
    let mut transaction = client.transaction().map_err(|error| classify(&error))?;
    let mut writer = transaction.copy_in(&entry.load).map_err(|error| refused(&error, entry))?;
    while let Some(piece) = batch.piece() {
        // Handed over in parts, so that the library keeps no copy of the whole.
        let written = piece.text.chunks(PART).try_for_each(|part| writer.write_all(part));
        if let Err(error) = written {
            // What the server said comes with the end of the COPY.
            return Err(match writer.finish() {
                Err(said) if said.as_db_error().is_some() => refused(&said, entry),
                _ => EngineError::new(Trouble::Lost, error.to_string()),
            });
        }
    }
    let Loaded::Mark(mark) = batch.mark() else {
        // Neither the COPY nor the transaction is ended: nothing of them stays.
        return Ok(0);
    };
    writer.finish().map_err(|error| refused(&error, entry))?;
    let said = transaction.simple_query(&mark).map_err(|error| classify(&error))?;
    let changed = said.iter().find_map(|message| match message {
        SimpleQueryMessage::CommandComplete(rows) => Some(*rows),
        _ => None,
    });
    match changed {
        Some(1) => transaction.commit().map(|()| 1).map_err(|error| classify(&error)),
        other => Ok(other.unwrap_or(0)),
    }
}

/// A row that the copy's types refuse: which one and which column, but never its values.
fn refused(error: &Error, entry: &StagingEntry) -> EngineError {
    let mut refused = classify(error);
    let place = error.as_db_error().and_then(|said| said.where_()).and_then(place);
    if let Some(place) = place {
        refused.message = format!("{}, at {place} of this batch of `{}`", refused.message, entry.table);
    } else if error.as_db_error().is_none() {
        refused.message = in_full(error);
    }
    refused
}

/// `COPY stage_orders, line 17, column note: "…"` to `line 17, column note`.
fn place(context: &str) -> Option<String> {
    let line = context.lines().find(|line| line.starts_with("COPY "))?;
    let rest = &line[line.rfind(", line ")? + 2..];
    Some(rest.split_once(": ").map_or(rest, |(place, _)| place).to_owned())
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn a_place_holds_no_value() {
        let context = "COPY stage_a, line 17, column born: \"1999-13-01\"";
        assert_eq!(place(context).as_deref(), Some("line 17, column born"));
        assert_eq!(place("COPY stage_a, line 3").as_deref(), Some("line 3"));
        assert_eq!(place("SQL function \"x\""), None);
    }
}
