//! The team's rules: off without a policy, found upwards, suppressed with a reason, known by a baseline.

use std::fs;
use std::path::Path;

use super::{Said, datamove, folder, staff, write};

fn check(at: &Path, more: &[&str]) -> Said {
    datamove(at, &[&["check", "plans/staff.plan"], more].concat())
}

#[test]
fn a_policy_is_found_upwards_and_says_how_grave_things_are() {
    let at = folder();
    let at = at.path();
    staff(at);
    assert!(check(at, &[]).is(0).out.ends_with("no findings\n"));
    write(at, "datamove.toml", "[lints]\nall = \"warning\"\n");
    let said = check(at, &[]);
    assert!(said.is(0).err.contains("warning[DM0905]: `staff` names no owner"), "{}", said.err);
    // The nearest one counts, alone.
    write(at, "plans/datamove.toml", "[lints]\nno_owner = \"error\"\n");
    check(at, &[]).refuses(4, "DM0905", "by the rules of the team");
    let sarif = check(at, &["--format", "sarif"]);
    assert!(sarif.is(4).out.contains("\"ruleId\": \"DM0905\""), "{}", sarif.out);
    // It is no matter of what a plan means.
    datamove(at, &["compile", "plans/staff.plan", "-o", "bundle"]).is(0);
    write(at, "plans/moves.plan", "move old.person p -> new.people { key id <- p.nope  ... }\n");
    assert!(check(at, &[]).is(3).err.contains("DM0302"));
}

#[test]
fn what_is_not_understood_is_an_error() {
    let at = folder();
    let at = at.path();
    staff(at);
    for (text, says) in [
        ("[lints]\nno_ownr = \"error\"", "did you mean `no_owner`?"),
        ("lint = 1", "unknown field"),
        (
            "[[suppress]]\nrule = \"no_owner\"\nplan = \"staff\"\nsubject = \"staff\"",
            "missing field `because`",
        ),
    ] {
        write(at, "datamove.toml", text);
        check(at, &[]).refuses(4, "DM0036", says);
    }
}

#[test]
fn a_suppression_needs_a_reason_and_a_finding() {
    let at = folder();
    let at = at.path();
    staff(at);
    let policy = |subject: &str| {
        format!(
            "[lints]\nno_owner = \"error\"\n[[suppress]]\nrule = \"no_owner\"\nplan = \"staff\"\nsubject = \"{subject}\"\nbecause = \"everybody knows\"\n"
        )
    };
    write(at, "datamove.toml", &policy("staff"));
    assert_eq!(check(at, &[]).is(0).err, "");
    write(at, "datamove.toml", &policy("stuff"));
    let said = check(at, &[]);
    assert!(said.is(4).err.contains("warning[DM0038]"), "{}", said.err);
}

#[test]
fn a_baseline_hides_what_is_known_and_nothing_else() {
    let at = folder();
    let at = at.path();
    staff(at);
    write(at, "datamove.toml", "[lints]\nall = \"error\"\n");
    let said = check(at, &["--write-baseline", "known.json"]);
    assert!(said.is(0).out.contains("1 finding is known now"), "{}", said.out);
    check(at, &[]).is(4);
    let baseline = ["--baseline", "known.json"];
    check(at, &baseline).is(0);
    // Lines that move change nothing; a new finding is new.
    let plan = fs::read_to_string(at.join("plans/staff.plan")).unwrap();
    write(at, "plans/staff.plan", &plan.replace("plan staff", "\n\nplan staff"));
    check(at, &baseline).is(0);
    let batch = "move old.person p -> new.people {\n  where p.id > 10\n  batch 500000 rows by p.id\n  key id <- p.id\n  ...\n}\n";
    write(at, "plans/moves.plan", batch);
    let said = check(at, &baseline);
    said.refuses(4, "DM0903", "500000 rows in one transaction");
    assert!(!said.err.contains("DM0905"), "{}", said.err);
    // An error of the plan itself is never known.
    write(at, "plans/moves.plan", "move old.person p -> new.people { key id <- p.nope  ... }\n");
    check(at, &["--write-baseline", "all.json"]).is(3);
    assert!(!at.join("all.json").exists());
    check(at, &baseline).is(3);
    write(at, "known.json", "[]");
    write(at, "plans/moves.plan", batch);
    check(at, &baseline).refuses(4, "DM0037", "is no baseline");
    check(at, &["--baseline", "none.json"]).is(4);
}
