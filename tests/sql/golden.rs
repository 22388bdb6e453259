//! Whole bundles, as a reader and a stock client find them: `golden/NAME/…/FILE.snap.EXT`, whole.
//!
//! To accept what changed: `INSTA_UPDATE=always cargo test --test sql golden`

use std::path::Path;

use datamove::check;
use datamove::typing::Options;

use crate::compile::Folder;
use crate::plans::files_below;

fn golden(name: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = Folder(root.join("plans/shop"));
    let checked = check("", &format!("{name}.plan"), &files, Options::default());
    let bundle = datamove::bundle(&checked.plan.unwrap(), &checked.sides);
    let folder = root.join("golden").join(name);
    let mut known = Vec::new();
    for (path, text) in &bundle.files {
        let (below, file) = path.rsplit_once('/').map_or(("", path.as_str()), |(below, file)| (below, file));
        let (stem, extension) = file.rsplit_once('.').unwrap();
        // Two files may differ in their extension only, and each has a description of its own.
        let name =
            |stem: &str| format!("{}{stem}.snap", below.to_owned() + if below.is_empty() { "" } else { "/" });
        let stem = if known.contains(&name(stem)) { format!("{stem}_{extension}") } else { stem.to_owned() };
        known.extend([name(&stem), format!("{}.{extension}", name(&stem))]);
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(folder.join(below));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        let whole = format!("{stem}.{extension}");
        settings.bind(|| insta::assert_binary_snapshot!(&whole, text.clone().into_bytes()));
    }
    let stale: Vec<_> = files_below(&folder)
        .into_keys()
        .filter(|path| !known.contains(path) && !path.contains(".snap.new"))
        .collect();
    assert!(stale.is_empty(), "files that no bundle has, to be removed: {stale:?}");
}

#[test]
fn the_shop() {
    golden("shop");
}

#[test]
fn the_shop_between_two_engines() {
    golden("shop_staged");
}

#[test]
fn the_shop_on_postgres() {
    golden("shop_postgres");
}

#[test]
fn rows_that_may_be_set_aside() {
    golden("shop_quarantine");
}

#[test]
fn the_shop_on_mysql() {
    golden("shop_mysql");
}
