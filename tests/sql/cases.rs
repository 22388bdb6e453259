//! Small plans that run on both engines: moved in small batches, each script twice, compared with
//! the same expected rows, and rolled back to the byte.

use datamove::base::Engine;
use datamove::dialect::Script;

use crate::bench::{Bench, benches};
use crate::compile::compile;
pub(crate) use crate::testkit::words;

/// A move, its tables and rows. `{key}` in DDL is the engine's growing integer key, and text between
/// `{pg:` and `}` is PostgreSQL's alone, between `{lite:` and `}` SQLite's, between `{my:` and `}` MySQL's.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Case {
    pub(crate) name: &'static str,
    pub(crate) moves: &'static str,
    pub(crate) source: &'static str,
    pub(crate) target: &'static str,
    /// Rows of the source.
    pub(crate) rows: &'static str,
    /// Rows that are in the target before.
    pub(crate) there: &'static str,
    /// Over the target after the load, and what it returns, a row a line, columns by `|`.
    pub(crate) query: &'static str,
    pub(crate) wanted: &'static str,
    /// What the case needs and MySQL does not have; no table then, and no test there.
    pub(crate) beyond_mysql: &'static str,
}

impl Case {
    /// The scripts and a bench with every row in place, for each engine that is there.
    #[track_caller]
    pub(crate) fn benches(&self) -> Vec<(Engine, Vec<Script>, Bench)> {
        let mut both = benches(self.name, "", "");
        both.retain(|(engine, _)| *engine != Engine::Mysql || self.beyond_mysql.is_empty());
        let both = both.into_iter();
        let with_rows = |(engine, bench): (Engine, Bench)| {
            let (source, target) = (words(engine, self.source), words(engine, self.target));
            let compiled = compile(engine, &words(engine, self.moves), &source, &target, "");
            let compiled =
                compiled.unwrap_or_else(|findings| panic!("{} on {engine}:\n{findings}", self.name));
            bench.source(&format!("{source};\n{}", words(engine, self.rows)));
            bench.target(&format!("{target};\n{}", words(engine, self.there)));
            (engine, compiled, bench)
        };
        both.map(with_rows).collect()
    }

    /// Moves, compares, and takes back. On SQLite in batches of one, two and many rows; scripts of
    /// PostgreSQL loop, and every run of psql costs time.
    #[track_caller]
    pub(crate) fn moves_and_comes_back(&self) {
        for (engine, scripts, bench) in self.benches() {
            let before = bench.dump();
            let sizes: &[u32] = if engine == Engine::Sqlite { &[2, 1, 1000] } else { &[2] };
            for rows in sizes.iter().copied() {
                bench.load(&scripts, rows);
                self.compare(engine, &bench);
                bench.roll_back_to(&scripts, &before);
            }
        }
    }

    #[track_caller]
    pub(crate) fn compare(&self, engine: Engine, bench: &Bench) {
        let found = bench.query(&words(engine, self.query));
        let found: Vec<_> = found.iter().map(|row| row.join("|")).collect();
        let wanted = words(engine, self.wanted);
        let wanted: Vec<_> = wanted.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        assert_eq!(found, wanted, "{} on {engine}", self.name);
    }
}
