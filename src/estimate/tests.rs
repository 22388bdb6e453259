use super::*;
use crate::base::Engine;
use crate::plan::fixture::shop;

fn table(name: &str, rows: u64) -> TableStats {
    TableStats {
        schema: None,
        name: name.to_owned(),
        rows,
        exact: true,
        table_bytes: Some(rows * 100),
        index_bytes: Some(0),
        row_bytes: Some(100),
        key: None,
    }
}

#[test]
fn rows_become_batches_space_and_time() {
    let plan = shop();
    let of = plan.moves.iter().find(|of| matches!(of.batch, Batch::Keyset { .. })).unwrap();
    let Batch::Keyset { rows: size, .. } = of.batch else { unreachable!() };
    let rows = size * 3 + 1;
    let stats = Stats::new(plan.target.engine, vec![table(&of.source.table.name, rows)]);
    let estimate = estimate(&plan, Some(&stats), None).unwrap();
    let found = estimate.moves.iter().find(|own| own.id == of.id).unwrap();
    assert_eq!((found.rows, found.batches), (Some(rows), Some(4)));
    assert_eq!(found.table_bytes, Some(rows * 100));
    let time = found.time.unwrap();
    assert!(time.least >= 1 && time.least <= time.most);
    // Every other source table is not known, and says so.
    let same = plan.moves.iter().filter(|own| own.source.table == of.source.table).count();
    assert_eq!(estimate.unknown().len(), plan.moves.len() - same);
    assert_eq!(estimate.total().rows, Some(rows * same as u64));
}

#[test]
fn without_statistics_nothing_is_said() {
    assert_eq!(estimate(&shop(), None, None), None);
}

#[test]
fn new_keys_and_undo_tables_take_space() {
    let plan = shop();
    let tables = plan.moves.iter().map(|of| table(&of.source.table.name, 1000)).collect();
    let stats = Stats::new(plan.target.engine, tables);
    let estimate = estimate(&plan, Some(&stats), None).unwrap();
    for (of, found) in plan.moves.iter().zip(&estimate.moves) {
        let undo = plan.tables.iter().any(|filled| filled.table == of.target && filled.undo.is_some());
        let mapped = matches!(of.new_key, NewKey::Mapped { .. });
        assert_eq!(found.ledger_bytes.unwrap() > 0, undo || mapped, "{}", of.id);
    }
    assert!(estimate.moves.iter().any(|of| of.ledger_bytes > Some(0)));
}

#[test]
fn every_engine_has_its_rates() {
    for engine in Engine::ALL {
        let rate = rate(engine);
        assert_eq!(rate.engine, engine);
        assert!(rate.slowest < rate.fastest);
    }
}
