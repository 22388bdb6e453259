//! What the target's own DDL says of its rows, looked at again: a CHECK may be NOT VALID or not enforced, a
//! session may have switched it off, and a sequence may lag behind. NOT NULL needs no check, since no engine has a
//! way around it.

use super::super::Sql;
use super::super::spelling::{
    aliased, count_rows, count_where, ddl_condition, not, rename, select_rows, validation as words, word,
};
use super::differences::{Offence, Offenders, Value, guarded};
use super::frame::Frame;
use super::probe::{Scan, check_row, count_all};
use super::validate::{key_of, table_comment};
use crate::plan::{Claim, DdlCondition, Established, Probe, TargetTable};

/// The CHECKs and the sequences of a table, in one scan.
pub(super) fn scan(frame: &Frame<'_>, table: &TargetTable) -> Option<(Scan, Option<Offenders>)> {
    let name = &table.table.name;
    let mut rows = Vec::new();
    for used in &table.sequences {
        let behind = frame.dialect().sequence_behind(&table.table, used);
        let id = format!("{name}/{}/sequence", used.column);
        let subject = format!("the sequence of {name}.{} is behind its keys", used.column);
        rows.push(check_row(id, "sequence", subject, behind));
    }
    let mut offences = Vec::new();
    for (id, condition) in conditions(frame, table) {
        let bad = not(&ddl_condition(&condition.sql));
        let subject = format!("rows of {name} that its CHECK does not let in");
        rows.push(check_row(id.clone(), "check", subject, count_where(&bad)));
        let mut offence = Offence::row(id, bad);
        if let [(column, _)] = condition.columns.as_slice() {
            offence.column = Some(column.clone());
            offence.target = Some(Value::stored(frame, table, column, name));
        }
        offences.push(offence);
    }
    if rows.is_empty() {
        return None;
    }
    // Under its own name, which the text of a CHECK may use.
    let from = aliased(&frame.names.table(&table.table), name);
    let one = [rename(&word("1").into(), "datamove_one")];
    let offenders = (!offences.is_empty()).then(|| {
        let ids: Vec<_> = offences.iter().map(|one| one.check_id.clone()).collect();
        let (from, conditions) = guarded(frame, &from, &ids);
        Offenders { from, conditions, key: key_of(frame, table, name), offences }
    });
    let scan = Scan {
        comment: table_comment(frame, table),
        examined: count_all(),
        expected: count_rows(&select_rows(&one, &from, &[], &[])),
        from,
        rows,
    };
    Some((scan, offenders))
}

/// The CHECKs that the preflight had to count, each once. What is proven is so because the source has the same
/// CHECK over the same values.
fn conditions<'p>(frame: &Frame<'p>, table: &TargetTable) -> Vec<(String, &'p DdlCondition)> {
    let mut found: Vec<(String, &DdlCondition)> = Vec::new();
    for step in table.moves.iter().filter_map(|id| frame.step_of(id)) {
        for claim in frame.claims_of(step) {
            let Established::Probed(Probe::Check { condition }) = &claim.established else { continue };
            if !found.iter().any(|(_, known)| known.sql == condition.sql) {
                found.push((id(table, claim), condition));
            }
        }
    }
    found
}

/// The claim's id with the table's name instead of the move's, and another last word: `item/price/holds`.
fn id(table: &TargetTable, claim: &Claim) -> String {
    let part = claim.id.strip_prefix(&format!("{}/", claim.of)).unwrap_or(&claim.id);
    format!("{}/{}/holds", table.table.name, part.trim_end_matches("/check"))
}

/// Whether everything that was taken away for the load is back.
pub(super) fn postponed(frame: &Frame<'_>) -> Option<Scan> {
    if !frame.plan.tables.iter().any(|table| table.postpones || table.triggers_off) {
        return None;
    }
    let ledger = frame.names.of_ledger("postponed");
    let one = [rename(&word("1").into(), "datamove_one")];
    Some(Scan {
        comment: Sql::default(),
        from: ledger.clone(),
        examined: count_all(),
        expected: count_rows(&select_rows(&one, &ledger, &[], &[])),
        rows: vec![check_row(
            "postponed".to_owned(),
            "postponed",
            "indexes, foreign keys and triggers that were taken away and are not back".to_owned(),
            count_where(&words::is_away()),
        )],
    })
}
