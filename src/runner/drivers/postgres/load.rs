use bytes::Bytes;
use tokio_postgres::{Error, SimpleQueryMessage};

use super::client::Client;
use super::errors::{classify, in_full};
use super::query;
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
    query(client, "BEGIN")?;
    let written = write(client, entry, batch);
    let end = if matches!(written, Ok(1)) { "COMMIT" } else { "ROLLBACK" };
    let ended = query(client, end);
    let changed = written?;
    ended.map(|_| changed)
}

fn write(client: &mut Client, entry: &StagingEntry, batch: &mut dyn Loading) -> Result<u64, EngineError> {
    let mut copy = client.copy_in(&entry.load).map_err(|error| refused(&error, entry))?;
    while let Some(piece) = batch.piece() {
        let mut text = Bytes::from(piece.text);
        while !text.is_empty() {
            if let Err(error) = copy.write(text.split_to(PART.min(text.len()))) {
                // What the server said comes with the end of the COPY.
                return Err(match copy.finish() {
                    Err(said) if said.as_db_error().is_some() => refused(&said, entry),
                    _ => EngineError::new(Trouble::Lost, error.to_string()),
                });
            }
        }
    }
    // A COPY that is not finished leaves nothing.
    let Loaded::Mark(mark) = batch.mark() else { return Ok(0) };
    copy.finish().map_err(|error| refused(&error, entry))?;
    affected(client, &mark)
}

/// How many rows a statement changed.
fn affected(client: &mut Client, sql: &str) -> Result<u64, EngineError> {
    let said = client.simple_query(sql).map_err(|error| classify(&error))?;
    let changed = said.iter().find_map(|message| match message {
        SimpleQueryMessage::CommandComplete(rows) => Some(*rows),
        _ => None,
    });
    Ok(changed.unwrap_or(0))
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
