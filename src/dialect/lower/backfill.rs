//! Moving rows: batches by key, each with its checkpoint in one transaction.

use indexmap::IndexMap;
use minijinja::{Value, context};

use super::super::Sql;
use super::super::spelling::staging::{checkpoint, first_key, first_range, pieces, stated};
use super::super::spelling::{
    Mode, Speller, aliased, and, behind, comma, derived, descending, exists, explain_keys, identifier,
    next_keys, not_null, numbered, placeholders, qualified, qualified_text, rename, select_distinct,
    set_from, window_select, word,
};
use super::beside::{Beside, beside};
use super::frame::{Frame, checkpoint_columns, upper_columns};
use super::ledger;
use super::parts::{Again, NEW, OLD, Parts, Wanted};
use super::prepare::shown;
use super::quarantine;
use super::{NextRow, Script};
use crate::diagnostic::Code;
use crate::plan::{Batch, Conflict, Constraints, Cover, Expr, KeyMaker, Move, NewKey, ScriptKind};

/// One script for each move, and one for each group that loads together.
pub(super) fn scripts(frame: &Frame<'_>) -> Vec<Script> {
    let mut groups: IndexMap<(&str, Option<&str>), Vec<&Move>> = IndexMap::new();
    for step in &frame.plan.moves {
        let key = match &step.together {
            None => (step.id.as_str(), None),
            // A group may have the name of a move.
            Some(group) => (group.as_str(), Some(group.as_str())),
        };
        groups.entry(key).or_default().push(step);
    }
    groups.iter().map(|((name, _), members)| backfill(frame, name, members)).collect()
}

fn backfill(frame: &Frame<'_>, name: &str, members: &[&Move]) -> Script {
    let wave = members.iter().map(|step| step.wave).max().unwrap_or(1);
    let path = format!("sql/20_backfill/{:03}_{}.sql", wave * 10, file_name(name));
    let does = if members.len() == 1 {
        format!("Moves the rows of {name}, each batch and its checkpoint in one transaction.")
    } else {
        format!("Moves the rows of {name} in one transaction, because they refer to each other.")
    };
    let parts: Vec<_> = members.iter().map(|step| Parts::new(frame, step, Mode::Write)).collect();
    let steps: Vec<_> = parts.iter().map(|parts| step_context(parts, false)).collect();
    let text = script_text(frame, "backfill", &path, &does, &parts, steps);
    Script {
        path,
        kind: ScriptKind::Backfill,
        steps: members.iter().map(|step| step.id.clone()).collect(),
        wave: Some(wave),
        batch_rows: parts.iter().find_map(Parts::batch_rows),
        next_row: parts.iter().find_map(|parts| next_row(parts, &parts.step.id)),
        sets_aside: members.iter().any(|step| step.quarantine.is_some()),
        rejected: None,
        beside: beside(&parts),
        text,
    }
}

/// One script for each move that left columns to a second pass.
pub(super) fn second_passes(frame: &Frame<'_>) -> Vec<Script> {
    let steps = frame.plan.moves.iter().filter(|step| !step.second_pass.is_empty());
    steps.map(|step| second_pass(frame, step)).collect()
}

fn second_pass(frame: &Frame<'_>, step: &Move) -> Script {
    let path = format!("sql/25_second_pass/{}.sql", file_name(&step.id));
    let does = format!("Fills the columns of {} that were NULL at first because of a cycle.", step.id);
    let parts = [Parts::new(frame, step, Mode::Write)];
    let steps = vec![step_context(&parts[0], true)];
    let text = script_text(frame, "second_pass", &path, &does, &parts, steps);
    Script {
        path,
        kind: ScriptKind::SecondPass,
        steps: vec![ledger::second_pass_id(step)],
        wave: None,
        batch_rows: parts[0].batch_rows(),
        next_row: next_row(&parts[0], &ledger::second_pass_id(step)),
        sets_aside: false,
        rejected: None,
        beside: Beside::Alone,
        text,
    }
}

/// A part of a path out of a name: the characters that every file system takes, and the others as
/// their code points, so that two names never share a file.
pub(super) fn file_name(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_ascii_alphanumeric() || "_-.".contains(c) {
            out.push(c);
        } else {
            out = format!("{out}~{:x}", u32::from(c));
        }
    }
    out
}

pub(super) fn script_text(
    frame: &Frame<'_>,
    template: &str,
    path: &str,
    does: &str,
    parts: &[Parts<'_>],
    steps: Vec<Value>,
) -> String {
    let second = template == "second_pass";
    let ids: Vec<_> = parts
        .iter()
        .map(|parts| if second { ledger::second_pass_id(parts.step) } else { parts.step.id.clone() })
        .map(|id| frame.text(&id))
        .collect();
    let longest = parts.iter().map(|parts| parts.keyset().len()).max().unwrap_or(0);
    let columns =
        |prefix: &str| -> Vec<Sql> { (1..=longest).map(|i| identifier(&format!("{prefix}_{i}"))).collect() };
    let context = context! {
        ids => comma(&ids),
        steps => steps,
        keyset => parts.iter().any(Parts::is_batched),
        splits => !second && beside(parts) == Beside::Ranges,
        window_columns => comma(&columns("first").into_iter().chain(columns("last")).collect::<Vec<_>>()),
        together => parts.len() > 1,
        again => parts.iter().any(|parts| parts.again.is_some()),
        asides => !second && parts.iter().any(|parts| parts.step.quarantine.is_some()),
        unchecked => frame.plan.strategy.constraints != Some(Constraints::Keep) && parts.iter().all(loaded_empty),
        ..frame.shared(path, does)
    };
    if frame.dialect().capabilities().loops {
        let body = frame.render(&format!("{template}_body.sql"), &context);
        let body = frame.dialect().block(body.trim_end());
        return frame.render(&format!("{template}.sql"), &context! { body => body, ..context });
    }
    frame.render(&format!("{template}.sql"), &context)
}

/// How the runner finds the row that a batch of one row fails with.
pub(super) fn next_row(parts: &Parts<'_>, id: &str) -> Option<NextRow> {
    let (Batch::Keyset { by, .. }, true) = (&parts.step.batch, parts.is_batched()) else { return None };
    let (frame, dialect, keyset) = (parts.frame, parts.frame.dialect(), parts.keyset());
    let literals: Vec<Sql> = by.iter().map(|key| stated(dialect, &key.ty)).collect();
    let columns = checkpoint_columns(keyset.len());
    let (ledger, part, id) = (frame.names.of_ledger("step"), frame.names.of_ledger("part"), frame.text(id));
    let splits = id == frame.text(&parts.step.id) && beside(std::slice::from_ref(parts)) == Beside::Ranges;
    let of_step = checkpoint(&columns, &ledger, &id);
    Some(NextRow {
        key: by.iter().map(|key| key.column.clone()).collect(),
        checkpoint: if splits { first_range(&columns, &part, &ledger, &id) } else { of_step }.to_string(),
        first: first_key(&parts.source(), &keyset, None).to_string(),
        after: pieces(&first_key(&parts.source(), &keyset, Some(&literals))),
        personal: quarantine::personal(parts.step),
    })
}

/// The move fills a table that was empty, so that its references can be proven after the load, and no row of it must be
/// refused there and then.
fn loaded_empty(parts: &Parts<'_>) -> bool {
    let table = parts.frame.table_of(&parts.step.target);
    table.is_some_and(|table| table.cover == Cover::WasEmpty && !parts.frame.plan.needs_its_rules(table))
}

/// Everything that the templates need to know of one move.
pub(super) fn step_context(parts: &Parts<'_>, second: bool) -> Value {
    let window = window(parts);
    let parts = &parts.reading(window.source);
    let load = load_context(parts, second, window.condition.clone());
    let aside = if second { None } else { quarantine::aside(parts, window.condition) };
    context! { aside => aside, ..context! { ..window.context, ..load } }
}

/// What the templates need to know to load the rows of a move that are in a window.
pub(super) fn load_context(parts: &Parts<'_>, second: bool, window: Option<Sql>) -> Value {
    let (frame, step) = (parts.frame, parts.step);
    let id = if second { ledger::second_pass_id(step) } else { step.id.clone() };
    let wanted = if second { Wanted::SecondPass } else { Wanted::Inserted };
    let count = parts.keyset().len();
    let counted = second || matches!(step.conflict, Conflict::Skip | Conflict::Update);
    let table = frame.table_of(&step.target);
    let cover = table.map_or(Cover::WasEmpty, |table| table.cover);
    let seconds = parts.plain_columns(true);
    let set: Vec<_> =
        seconds.iter().map(|assign| set_from(frame.dialect(), OLD, &assign.column, NEW)).collect();
    let load = context! {
        comment => ledger::move_comment(step),
        id => frame.text(&id),
        target => frame.names.table(&step.target),
        columns => parts.columns(),
        key => comma(&parts.key_names()),
        overriding => step.overrides_identity,
        rows => parts.rows(wanted, window.clone()),
        same_key => parts.same_key(),
        counted => counted,
        map => map_context(parts, window),
        undo => table.and_then(|table| undo_context(parts, table, cover)),
        seconds => comma(&set),
        seconds_differ => parts.differ(&seconds, OLD, NEW),
        unseen => frame.message(Code::TargetWrittenByOthers, "a row changed while it was being overwritten"),
        voids => parts.again.map(|_| super::catch_up::voids(frame)),
        checkpoints => comma(&checkpoint_columns(count)),
        is_batched => parts.is_batched(),
        splits => !second && beside(std::slice::from_ref(parts)) == Beside::Ranges,
        fills => second,
        only_inserted => second && cover == Cover::InsertedKeys,
    };
    context! { ..conflict_context(parts), ..load }
}

/// The batch's window and what the templates say about it.
pub(super) struct Window {
    pub(super) condition: Option<Sql>,
    /// Stands for the source's table instead.
    pub(super) source: Option<Sql>,
    pub(super) context: Value,
}

pub(super) fn window(parts: &Parts<'_>) -> Window {
    let loops = parts.frame.dialect().capabilities().loops;
    let keyset = parts.keyset();
    let (Batch::Keyset { rows, by, .. }, true) = (&parts.step.batch, parts.is_batched()) else {
        let condition = (!loops).then(|| word("EXISTS (SELECT 1 FROM temp.\"datamove_window\")").into());
        return Window { condition, source: None, context: context! {} };
    };
    let names = |prefix: &str| numbered(prefix, keyset.len(), loops);
    let (firsts, lasts, checks) = (names("first"), names("last"), names("checkpoint"));
    let uppers = names("upper");
    let (first, last) = if loops {
        (firsts.clone(), lasts.clone())
    } else {
        (vec![window_select(&firsts)], vec![window_select(&lasts)])
    };
    let checkpoint = if loops { checks.clone() } else { qualified_all("datamove_step", keyset.len()) };
    let dialect = parts.frame.dialect();
    let table = parts.frame.names.table(&parts.step.source.table);
    let keys: Vec<_> = (1..=keyset.len())
        .map(|i| {
            context! {
                number => i,
                ty => dialect.variable_type(&table, &by[i - 1]),
                column => identifier(&format!("checkpoint_{i}")),
                as_text => dialect.checkpoint_text(&numbered("last", keyset.len(), true)[i - 1], &by[i - 1].ty),
            }
        })
        .collect();
    let from_texts: Vec<_> = by
        .iter()
        .enumerate()
        .map(|(i, key)| dialect.read_checkpoint(&identifier(&format!("checkpoint_{}", i + 1)), &key.ty))
        .collect();
    let texts = |variables: &[Sql]| -> Sql {
        comma(
            &variables
                .iter()
                .zip(by)
                .map(|(one, key)| dialect.checkpoint_text(one, &key.ty))
                .collect::<Vec<_>>(),
        )
    };
    let upper_names = upper_columns(keyset.len());
    let upper_values: Vec<_> =
        upper_names.iter().zip(by).map(|(name, key)| dialect.read_checkpoint(name, &key.ty)).collect();
    let numbered_keys: Vec<_> =
        keyset.iter().enumerate().map(|(i, key)| rename(key, &format!("k_{}", i + 1))).collect();
    let context = context! {
        source => parts.source(),
        key_items => comma(&numbered_keys),
        key_order => comma(&keyset),
        key_descending => comma(&next_keys(keyset.len(), true)),
        key_ascending => comma(&next_keys(keyset.len(), false)),
        key_names => comma(&next_keys_plain(keyset.len())),
        first_key => first_of(keyset.len()),
        first_checkpoint => checkpoint_first(loops),
        after_checkpoint => behind(dialect, &keyset, &checkpoint, false),
        after_last => behind(dialect, &keyset, &last, false),
        key_source => parts.key_source(),
        key_order_descending => comma(&descending(&keyset)),
        checkpoint_values => comma(&from_texts),
        from_first => behind(dialect, &keyset, &first, true),
        composite => keyset.len() > 1,
        bounds_explained => bounds_explained(parts),
        source_name => qualified_text(dialect, &table),
        no_index => no_index(parts),
        first_outside => behind(dialect, &firsts, &uppers, false),
        last_outside => behind(dialect, &lasts, &uppers, false),
        last_ends => behind(dialect, &lasts, &uppers, true),
        upper_columns => comma(&upper_names),
        upper_values => comma(&upper_values),
        uppers => comma(&uppers),
        checkpoint_texts => texts(&checks),
        upper_texts => texts(&uppers),
        nulls => comma(&vec![word("NULL").into(); keyset.len()]),
        firsts => comma(&firsts),
        lasts => comma(&lasts),
        checkpoint_variables => comma(&checks),
        keys => keys,
        plan_rows => *rows,
    };
    if loops && dialect.capabilities().row_values && keyset.len() > 1 {
        return Window { condition: None, source: Some(parts.windowed_source(&firsts, &lasts)), context };
    }
    Window { condition: Some(parts.between(&first, &last)), source: None, context }
}

/// How the server would look for a batch's bounds, as a text with numbers for its values.
fn bounds_explained(parts: &Parts<'_>) -> Sql {
    let keyset = parts.keyset();
    let from = behind(parts.frame.dialect(), &keyset, &placeholders(1, keyset.len()), true);
    let limit = placeholders(keyset.len() + 1, 1);
    parts.frame.text(explain_keys(&comma(&keyset), &parts.source(), &from, &comma(&limit)).as_str())
}

fn no_index(parts: &Parts<'_>) -> Sql {
    let by = parts.keyset().iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let table = shown(&parts.step.source.table.name);
    let says = format!("no index of {table} finds the next batch by {}", shown(&by));
    parts.frame.message(Code::BatchWithoutIndex, &says)
}

fn qualified_all(alias: &str, count: usize) -> Vec<Sql> {
    (1..=count).map(|i| qualified(alias, &format!("checkpoint_{i}"))).collect()
}

fn next_keys_plain(count: usize) -> Vec<Sql> {
    next_keys(count, false)
}

fn first_of(count: usize) -> Sql {
    next_keys(count.min(1), false).into_iter().next().unwrap_or_default()
}

fn checkpoint_first(loops: bool) -> Sql {
    if loops { identifier("datamove_checkpoint_1") } else { qualified("datamove_step", "checkpoint_1") }
}

/// What happens to keys that exist.
fn conflict_context(parts: &Parts<'_>) -> Value {
    let step = parts.step;
    let plain = parts.plain_columns(false);
    let dialect = parts.frame.dialect();
    let new = if dialect.capabilities().update_joins { NEW } else { "excluded" };
    let set: Vec<_> = plain.iter().map(|assign| set_from(dialect, OLD, &assign.column, new)).collect();
    let updates = step.conflict == Conflict::Update && !set.is_empty();
    let ours = (parts.again == Some(Again::Ours)).then(|| inserted_by_us(parts)).flatten();
    let limited = |differs: Sql| and(&[differs].into_iter().chain(ours.clone()).collect::<Vec<_>>());
    context! {
        on_conflict => matches!(step.conflict, Conflict::Skip | Conflict::Update),
        updates => updates,
        set => comma(&set),
        excluded_differs => limited(parts.differ(&plain, OLD, "excluded")),
        differs => limited(parts.differ(&plain, OLD, NEW)),
    }
}

/// The load inserted the row that is there.
fn inserted_by_us(parts: &Parts<'_>) -> Option<Sql> {
    let undo = parts.frame.table_of(&parts.step.target)?.undo.as_ref()?;
    let same = parts.same_key_of(OLD, "datamove_undo");
    let undo = aliased(&parts.frame.names.of_ledger(undo), "datamove_undo");
    Some(exists(&undo, &[same, super::super::spelling::validation::was_inserted("datamove_undo")]))
}

fn undo_context(parts: &Parts<'_>, table: &crate::plan::TargetTable, cover: Cover) -> Option<Value> {
    let undo = table.undo.as_ref()?;
    let old: Vec<_> = table.columns.iter().map(|column| qualified(OLD, &column.name)).collect();
    let probe: Vec<_> = table.key.iter().map(|column| qualified("datamove_undo", column)).collect();
    let written: Vec<_> = table.key.iter().map(|column| qualified("datamove_written", column)).collect();
    Some(context! {
        table => parts.frame.names.of_ledger(undo),
        images => cover == Cover::BeforeImages,
        written_once => parts.frame.written_once(&table.table),
        columns => ledger::table_columns(table),
        old_columns => comma(&old),
        new_key => comma(&parts.key(NEW)),
        new_row => comma(&key_or_null(table)),
        key => comma(&ledger::names(&table.key)),
        returning => comma(&parts.key(OLD)),
        same_as_old => super::super::spelling::equal_untyped(parts.frame.dialect(), &probe, &parts.key(OLD)),
        same_as_new => parts.same_key_of("datamove_undo", NEW),
        same_as_written => super::super::spelling::equal_all(&probe, &written),
    })
}

/// A row of the undo table for a key that is inserted, with every column.
fn key_or_null(table: &crate::plan::TargetTable) -> Vec<Sql> {
    let value = |name: &String| {
        if table.key.contains(name) { qualified(NEW, name) } else { word("NULL").into() }
    };
    table.columns.iter().map(|column| value(&column.name)).collect()
}

/// The mapping table's new entries for a window.
fn map_context(parts: &Parts<'_>, window: Option<Sql>) -> Option<Value> {
    let NewKey::Mapped { map, old, made_by } = &parts.step.new_key else { return None };
    let frame = parts.frame;
    let speller = frame.speller(Mode::Write);
    let names: Vec<_> = (1..=old.len()).map(|i| format!("old_{i}")).collect();
    let mut items: Vec<_> =
        old.iter().zip(&names).map(|(expr, name)| rename(&map_key(&speller, expr), name)).collect();
    let given: Vec<_> = names.iter().map(|name| qualified("datamove_new", name)).collect();
    let new = match made_by {
        KeyMaker::Uuid5(maker) => {
            items.push(rename(&speller.spell(maker), "new"));
            qualified("datamove_new", "new")
        }
        KeyMaker::Sequence => next_number(parts, map, &given),
    };
    let table = frame.names.of_ledger(map);
    let known: Vec<_> = names.iter().map(|name| qualified("datamove_map", name)).collect();
    let select = select_distinct(&items, &parts.from(), &parts.conditions(window));
    Some(context! {
        table => table.clone(),
        aliased => aliased(&table, "datamove_map"),
        columns => comma(&ledger::names(&names)),
        old => comma(&given),
        new => new,
        rows => derived(&select, "datamove_new"),
        not_null => super::super::spelling::and(&given.iter().map(not_null).collect::<Vec<_>>()),
        same_old => super::super::spelling::equal_all(&known, &given),
    })
}

fn map_key(speller: &Speller<'_>, expr: &Expr) -> Sql {
    speller.dialect().map_key(&speller.spell(expr), &expr.ty)
}

/// The numbers behind the largest that the target, its sequence and the map have, in the order of
/// the old keys.
fn next_number(parts: &Parts<'_>, map: &str, given: &[Sql]) -> Sql {
    let frame = parts.frame;
    let target = frame.names.table(&parts.step.target);
    let table = frame.table_of(&parts.step.target);
    let map_of = frame.plan.maps.iter().find(|one| one.name == map);
    let column = map_of.map(|one| one.new_column.clone()).or_else(|| parts.step.key.first().cloned());
    let column = column.unwrap_or_default();
    let sequence = table
        .and_then(|table| table.sequences.iter().find(|used| used.column == column).map(|used| (table, used)))
        .map(|(table, used)| frame.text(&ledger::sequence_name(table, used)));
    super::super::spelling::next_number(
        frame.dialect(),
        &[(target, identifier(&column)), (frame.names.of_ledger(map), identifier("new"))],
        sequence.map(|name| (frame.names.of_ledger("sequence"), name)),
        given,
    )
}
