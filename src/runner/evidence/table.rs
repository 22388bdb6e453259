//! Evidence in the ledger: three tables, the same on every engine.

use super::{Coverage, Evidence, Found, Kind, Moment, RelyOn, Side};
use crate::runner::checks::Verdict;
use crate::runner::driver::{Driver, EngineError, RowSet, Session, Trouble, Value};
use crate::runner::drivers::identity::{has_table, ledger_table};

/// So many runs are read back: more than a schedule of hours makes in four days.
const READ: usize = 100;

/// So many characters of a value are kept.
const LONGEST: usize = 500;

/// So many times the next number is tried, where others keep evidence at the same time.
const ATTEMPTS: u32 = 3;

const COLUMNS: [&str; 20] = [
    "number",
    "kind",
    "script",
    "fingerprint",
    "at",
    "second",
    "good_for",
    "source",
    "source_position",
    "target",
    "target_position",
    "relied_on",
    "coverage",
    "checks",
    "failed",
    "examined",
    "expected",
    "bad",
    "verdict",
    "voided",
];

/// True if the ledger can keep evidence: it is there, and of a bundle that knows of it.
pub(in crate::runner) fn is_there(driver: &mut dyn Driver, ledger: &str) -> Result<bool, EngineError> {
    let session = driver.session();
    let set = session.query(&has_table(session.engine(), ledger, "evidence"))?;
    Ok(!set.rows.is_empty())
}

/// Keeps one run of checks in a transaction of its own; returns its number.
pub(in crate::runner) fn keep(
    driver: &mut dyn Driver,
    ledger: &str,
    evidence: &Evidence,
    found: &Found,
) -> Result<u64, EngineError> {
    let session = driver.session();
    let mut attempt = 1;
    loop {
        let kept = write(session, ledger, evidence, found);
        if kept.is_err() {
            // The first error is the one that says why.
            let _ = session.query("ROLLBACK");
        }
        let another = kept.as_ref().is_err_and(|error| {
            matches!(error.trouble, Trouble::Constraint | Trouble::Contended) && attempt < ATTEMPTS
        });
        if !another {
            return kept;
        }
        attempt += 1;
    }
}

fn write(
    session: &mut dyn Session,
    ledger: &str,
    evidence: &Evidence,
    found: &Found,
) -> Result<u64, EngineError> {
    let engine = session.engine();
    let table = |name| ledger_table(engine, ledger, name);
    let (runs, checks, differences) = (table("evidence"), table("evidence_check"), table("difference"));
    session.query("BEGIN")?;
    let next = session.query(&format!("SELECT coalesce(max(\"number\"), 0) + 1 AS next FROM {runs}"))?;
    let number = next.rows.first().and_then(|row| next.count(row, "next")).unwrap_or(1);
    insert(session, &runs, &COLUMNS, &[row(number, evidence)])?;
    let places = |i: usize| (i + 1).to_string();
    let rows: Vec<_> = found
        .checks
        .iter()
        .enumerate()
        .map(|(i, check)| {
            let count = |count: Option<u64>| count.map_or("NULL".to_owned(), |count| count.to_string());
            let mut row = vec![number.to_string(), places(i)];
            row.extend([&check.check_id, &check.kind, &check.subject].map(|text| literal(text)));
            row.extend([check.examined, check.expected, check.bad].map(count));
            row.push(literal(check.verdict.word()));
            row
        })
        .collect();
    let names =
        ["number", "ordinal", "check_id", "kind", "subject", "examined", "expected", "bad", "verdict"];
    insert(session, &checks, &names, &rows)?;
    let rows: Vec<_> = found
        .differences
        .iter()
        .enumerate()
        .map(|(i, one)| {
            let texts =
                [&one.key, &one.column, &one.source, &one.target, &one.class.map(|c| c.word().to_owned())]
                    .map(|text| text.as_deref().map_or("NULL".to_owned(), literal));
            [number.to_string(), places(i), literal(&one.check_id)].into_iter().chain(texts).collect()
        })
        .collect();
    let names = ["number", "ordinal", "check_id", "key", "column", "source", "target", "class"];
    insert(session, &differences, &names, &rows)?;
    if evidence.verdict == Verdict::Pass {
        let row = |(i, (step, value)): (usize, &(String, String))| {
            vec![number.to_string(), places(i), literal(step), literal(value)]
        };
        let rows: Vec<_> = found.marks.iter().enumerate().map(row).collect();
        insert(session, &table("watermark"), &["number", "ordinal", "step", "value"], &rows)?;
    }
    session.query("COMMIT")?;
    Ok(number)
}

/// A hundred rows a statement keep each of them small.
fn insert(
    session: &mut dyn Session,
    table: &str,
    names: &[&str],
    rows: &[Vec<String>],
) -> Result<(), EngineError> {
    for some in rows.chunks(100) {
        let values: Vec<_> = some.iter().map(|row| format!("({})", row.join(", "))).collect();
        let names = quoted(names);
        session.query(&format!("INSERT INTO {table} ({names}) VALUES {}", values.join(", ")))?;
    }
    Ok(())
}

fn quoted(names: &[&str]) -> String {
    names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
}

fn row(number: u64, evidence: &Evidence) -> Vec<String> {
    let e = evidence;
    let text = |text: &str| literal(text);
    vec![
        number.to_string(),
        text(e.kind.word()),
        text(&e.script),
        text(&e.fingerprint),
        text(&e.moment.at),
        e.moment.second.to_string(),
        e.good_for.to_string(),
        text(&e.source.server),
        text(&e.source.position),
        text(&e.target.server),
        text(&e.target.position),
        text(e.relied_on.word()),
        text(e.coverage.word()),
        e.checks.to_string(),
        e.failed.to_string(),
        e.examined.to_string(),
        e.expected.to_string(),
        e.bad.to_string(),
        text(e.verdict.word()),
        e.voided.as_deref().map_or("NULL".to_owned(), literal),
    ]
}

/// A text as SQL, cut where it is long. No engine's text may hold a NUL on every other engine.
fn literal(text: &str) -> String {
    let mut short: String = text.chars().take(LONGEST).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    crate::runner::drivers::literal(&short.replace('\0', "\u{fffd}"))
}

/// The last runs, newest first; `None` where the ledger keeps none.
pub(in crate::runner) fn read(
    driver: &mut dyn Driver,
    ledger: &str,
) -> Result<Option<Vec<Evidence>>, EngineError> {
    if !is_there(driver, ledger)? {
        return Ok(None);
    }
    let session = driver.session();
    let set = session.query(&format!(
        "SELECT {} FROM {} ORDER BY \"number\" DESC LIMIT {READ}",
        quoted(&COLUMNS),
        ledger_table(session.engine(), ledger, "evidence")
    ))?;
    set.rows.iter().map(|row| evidence(&set, row)).collect::<Result<Vec<_>, _>>().map(Some)
}

/// Rows that the last preflight's checks had to look at, by the check.
pub(in crate::runner) fn expected(
    driver: &mut dyn Driver,
    ledger: &str,
) -> Result<Vec<(String, u64)>, EngineError> {
    if !is_there(driver, ledger)? {
        return Ok(Vec::new());
    }
    let session = driver.session();
    let table = |name| ledger_table(session.engine(), ledger, name);
    let (runs, checks) = (table("evidence"), table("evidence_check"));
    let set = session.query(&format!(
        "SELECT \"check_id\", \"expected\" FROM {checks} WHERE \"number\" = \
         (SELECT max(\"number\") FROM {runs} WHERE \"kind\" = {})",
        literal(Kind::Preflight.word())
    ))?;
    Ok(set
        .rows
        .iter()
        .filter_map(|row| Some((set.text(row, "check_id"), set.count(row, "expected")?)))
        .collect())
}

/// The numbers of the evidence that says how far the source had come.
pub(in crate::runner) fn marked(driver: &mut dyn Driver, ledger: &str) -> Result<Vec<u64>, EngineError> {
    let session = driver.session();
    let table = ledger_table(session.engine(), ledger, "watermark");
    let set = session.query(&format!("SELECT DISTINCT \"number\" FROM {table}"))?;
    Ok(set.rows.iter().filter_map(|row| set.count(row, "number")).collect())
}

/// The second of the first comparison of this plan that passed, however long ago; `None` if there was none.
pub(in crate::runner) fn first_good(
    driver: &mut dyn Driver,
    ledger: &str,
    fingerprint: &str,
) -> Result<Option<u64>, EngineError> {
    if !is_there(driver, ledger)? {
        return Ok(None);
    }
    let session = driver.session();
    let table = ledger_table(session.engine(), ledger, "evidence");
    let set = session.query(&format!(
        "SELECT min(\"second\") AS \"second\" FROM {table} WHERE \"verdict\" = 'pass' \
         AND \"kind\" IN ('validate', 'reconcile') AND \"fingerprint\" = {}",
        literal(fingerprint)
    ))?;
    Ok(set.rows.first().and_then(|row| set.count(row, "second")))
}

fn evidence(set: &RowSet, row: &[Value]) -> Result<Evidence, EngineError> {
    let text = |name| set.text(row, name);
    let count = |name| set.count(row, name).unwrap_or(0);
    let unknown = |name: &'static str| {
        EngineError::new(Trouble::Other, format!("the evidence's {name} is `{}`", set.text(row, name)))
    };
    let voided = set.column("voided").and_then(|at| row.get(at)).is_some_and(|value| *value != Value::Null);
    let side = |server, position| Side { server: text(server), position: text(position) };
    Ok(Evidence {
        number: set.count(row, "number"),
        kind: Kind::from_word(&text("kind")).ok_or_else(|| unknown("kind"))?,
        script: text("script"),
        fingerprint: text("fingerprint"),
        moment: Moment { at: text("at"), second: count("second") },
        good_for: count("good_for"),
        source: side("source", "source_position"),
        target: side("target", "target_position"),
        relied_on: RelyOn::from_word(&text("relied_on")).ok_or_else(|| unknown("relied_on"))?,
        coverage: Coverage::from_word(&text("coverage")).ok_or_else(|| unknown("coverage"))?,
        checks: count("checks"),
        failed: count("failed"),
        examined: count("examined"),
        expected: count("expected"),
        bad: count("bad"),
        verdict: if text("verdict") == Verdict::Pass.word() { Verdict::Pass } else { Verdict::Fail },
        voided: voided.then(|| text("voided")),
    })
}
