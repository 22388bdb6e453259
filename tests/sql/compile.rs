//! Plans compiled in this process, from a folder or from texts.

use std::collections::BTreeMap;
use std::path::PathBuf;

use datamove::base::Engine;
use datamove::diagnostic::to_text;
use datamove::dialect::{Script, scripts};
use datamove::plan::fingerprint;
use datamove::syntax::{Files, ReadError};
use datamove::typing::Options;

/// Files of a folder.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Files for Folder {
    fn read(&self, name: &str) -> Result<String, ReadError> {
        std::fs::read_to_string(self.0.join(name)).map_err(|_| ReadError::Missing)
    }
}

struct Texts(BTreeMap<&'static str, String>);

impl Files for Texts {
    fn read(&self, name: &str) -> Result<String, ReadError> {
        self.0.get(name).cloned().ok_or(ReadError::Missing)
    }
}

/// The scripts in the order in which they run; what is wrong, as people read it, is the error. `link`
/// stands in the source's braces.
pub(crate) fn compile(
    engine: Engine,
    moves: &str,
    source: &str,
    target: &str,
    link: &str,
) -> Result<Vec<Script>, String> {
    let (word, legacy, shop) = match engine {
        Engine::Sqlite => ("sqlite", "", ""),
        Engine::Mysql => ("mysql", "", ""),
        Engine::Postgres => ("postgres", " in legacy", " in shop"),
    };
    let plan = format!(
        "datamove edition 2026\n\nplan t {{\n  owner \"tests\"\n}}\n\n\
         source legacy {word} {{ schema \"source.sql\"{legacy} {link} }}\n\n\
         target shop {word} {{ schema \"target.sql\"{shop} }}\n\n{moves}"
    );
    // What a dump of the server says about its databases.
    let collated = |ddl: &str| match engine {
        Engine::Mysql => {
            format!("ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;\n{}", backticks(ddl))
        }
        Engine::Sqlite | Engine::Postgres => ddl.to_owned(),
    };
    let texts = [("t.plan", plan), ("source.sql", collated(source)), ("target.sql", collated(target))];
    let checked = datamove::check("", "t.plan", &Texts(texts.into()), Options::default());
    let findings = to_text(&checked.sources, &checked.problems.sorted(), false);
    let plan = checked.plan.ok_or(findings)?;
    Ok(scripts(&plan, &fingerprint(&plan)))
}

/// The DDL with names quoted as the server's own dump has them.
fn backticks(ddl: &str) -> String {
    let mut out = String::new();
    let mut rest = ddl;
    while let Some(at) = rest.find('"') {
        out += &rest[..at];
        let mut name = String::new();
        let mut inside = &rest[at + 1..];
        loop {
            let end = inside.find('"').unwrap();
            name += &inside[..end];
            inside = &inside[end + 1..];
            let Some(more) = inside.strip_prefix('"') else { break };
            name.push('"');
            inside = more;
        }
        out += &format!("`{}`", name.replace('`', "``"));
        rest = inside;
    }
    out + rest
}
