//! What is generated from the command line itself and from the compiled plan: completions, manual
//! pages, the graph.

use std::process::Command;

use super::{datamove, folder, staff, write};

#[test]
fn every_shell_gets_completions_that_it_can_read() {
    let at = folder();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let said = datamove(at.path(), &["completions", shell]);
        assert!(said.is(0).out.contains("rollback") && said.out.contains("exit-code"), "{shell}");
    }
    write(at.path(), "c.bash", &datamove(at.path(), &["completions", "bash"]).out);
    let done = Command::new("bash").current_dir(at.path()).args(["-n", "c.bash"]).status();
    assert!(done.is_ok_and(|status| status.success()));
    datamove(at.path(), &["completions", "tcsh"]).is(64);
}

#[test]
fn every_command_has_a_manual_page() {
    let at = folder();
    let said = datamove(at.path(), &["man"]);
    assert!(said.is(0).out.contains(".TH datamove 1"), "{}", said.out);
    datamove(at.path(), &["man", "-o", "man"]).is(0);
    for verb in ["datamove", "datamove-diff", "datamove-compile", "datamove-apply"] {
        let page = std::fs::read_to_string(at.path().join(format!("man/{verb}.1"))).unwrap();
        assert!(page.contains(&format!(".TH {verb} 1")), "{verb}: {page}");
    }
    write(at.path(), "file", "");
    datamove(at.path(), &["man", "-o", "file"]).is(1);
}

#[test]
fn the_graph_is_the_bundles() {
    let at = folder();
    staff(at.path());
    datamove(at.path(), &["compile", "plans/staff.plan", "-o", "bundle"]).is(0);
    let graph = |plan: &str, format: &str| {
        datamove(at.path(), &["graph", plan, "--format", format]).is(0).out.clone()
    };
    let file = |name: &str| std::fs::read_to_string(at.path().join("bundle").join(name)).unwrap();
    assert_eq!(graph("plans/staff.plan", "svg"), file("graph.svg"));
    assert_eq!(graph("bundle", "mermaid"), file("graph.mmd"));
    assert_eq!(
        graph("bundle", "dot"),
        "digraph \"staff\" {\n  rankdir=LR;\n  node [shape=box];\n  subgraph cluster_1 {\n    label=\"wave 1\";\n    \"people\";\n  }\n}\n"
    );
    write(at.path(), "plans/moves.plan", "");
    let said = datamove(at.path(), &["graph", "plans/staff.plan"]);
    said.is(3);
    assert_eq!(said.out, "");
    datamove(at.path(), &["graph", "nothing"]).refuses(1, "DM0001", "there is no file `nothing`");
}
