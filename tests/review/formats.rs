//! Findings for build servers: every format of the same findings, and of hostile ones.

use std::path::Path;

use serde_json::Value;

use super::{Said, datamove, folder, staff, write};

const FORMATS: [&str; 5] = ["json", "sarif", "github", "gitlab", "junit"];

fn check(at: &Path, format: &str) -> Said {
    datamove(at, &["check", "plans/staff.plan", "--format", format])
}

/// Two errors, one of them with a second place in a DDL file.
fn broken(at: &Path) {
    staff(at);
    write(
        at,
        "plans/moves.plan",
        "move old.person p -> new.people {\n  key id <- p.id\n  name <- p.nmae\n  note <- p.note\n  drop p.name because \"x\"\n}\n",
    );
}

fn json(said: &Said) -> Value {
    serde_json::from_str(&said.out).unwrap()
}

#[test]
fn a_good_plan_is_good_in_every_format() {
    let at = folder();
    staff(at.path());
    for format in FORMATS {
        let said = check(at.path(), format);
        assert_eq!(said.is(0).err, "", "{format}");
    }
    assert_eq!(check(at.path(), "github").out, "");
    assert_eq!(json(&check(at.path(), "gitlab")), Value::Array(vec![]));
    assert_eq!(json(&check(at.path(), "sarif"))["runs"][0]["results"], Value::Array(vec![]));
    assert!(check(at.path(), "junit").out.contains("tests=\"1\" failures=\"0\""));
}

#[test]
fn every_format_has_every_finding_at_its_place() {
    let at = folder();
    broken(at.path());
    let findings = json(check(at.path(), "json").is(3));
    let findings = findings["diagnostics"].as_array().unwrap();
    assert_eq!(findings.iter().map(|finding| &finding["code"]).collect::<Vec<_>>(), ["DM0302"]);
    let (start, end) = (&findings[0]["primary"]["start"], &findings[0]["primary"]["end"]);

    let sarif = json(check(at.path(), "sarif").is(3));
    assert_eq!(sarif["version"], "2.1.0");
    let run = &sarif["runs"][0];
    let result = &run["results"][0];
    assert_eq!(run["results"].as_array().unwrap().len(), 1);
    assert_eq!(run["tool"]["driver"]["rules"][0]["id"], "DM0302");
    assert_eq!(
        (&result["ruleId"], &result["ruleIndex"], &result["level"]),
        (&"DM0302".into(), &0.into(), &"error".into())
    );
    let physical = &result["locations"][0]["physicalLocation"];
    assert_eq!(physical["artifactLocation"]["uri"], "plans/moves.plan");
    let region = &physical["region"];
    assert_eq!((&region["startLine"], &region["startColumn"]), (&start["line"], &start["column"]));
    assert_eq!((&region["endLine"], &region["endColumn"]), (&end["line"], &end["column"]));
    let related = &result["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!(related, "plans/schemas/old.sql");

    let github = check(at.path(), "github");
    assert_eq!(
        github.is(3).out,
        "::error title=DM0302,file=plans/moves.plan,line=3,endLine=3,col=13,endColumn=17::`person` has no column `nmae`%0Ahelp: did you mean `name`?\n"
    );
    let gitlab = json(check(at.path(), "gitlab").is(3));
    assert_eq!(gitlab[0]["check_name"], "DM0302");
    assert_eq!(
        gitlab[0]["location"],
        serde_json::json!({ "path": "plans/moves.plan", "lines": { "begin": 3 } })
    );
    assert_eq!(gitlab[0]["fingerprint"], result["partialFingerprints"]["datamove/v1"]);
    let junit = check(at.path(), "junit");
    let expected = "<testcase classname=\"datamove\" name=\"DM0302 plans/moves.plan:3:13\">";
    assert!(junit.is(3).out.contains(expected), "{}", junit.out);
    assert!(junit.out.contains("tests=\"1\" failures=\"1\""), "{}", junit.out);
}

/// Lines that move keep a finding's identity; another text at its line makes it another one.
#[test]
fn fingerprints_survive_moved_lines_only() {
    let at = folder();
    broken(at.path());
    let identity = || json(&check(at.path(), "gitlab"))[0]["fingerprint"].as_str().unwrap().to_owned();
    let before = identity();
    let text = std::fs::read_to_string(at.path().join("plans/moves.plan")).unwrap();
    write(at.path(), "plans/moves.plan", &format!("-- a\n-- b\n\n{}", text.replace("  name", "      name")));
    assert_eq!(identity(), before);
    write(at.path(), "plans/moves.plan", &text.replace("p.nmae", "trim(p.nmae)"));
    assert_ne!(identity(), before);
    // Two of a kind in one line are two.
    write(at.path(), "plans/moves.plan", &text.replace("p.nmae", "p.nmae || p.nmae"));
    let all = json(&check(at.path(), "gitlab"));
    let all: std::collections::BTreeSet<&str> =
        all.as_array().unwrap().iter().map(|issue| issue["fingerprint"].as_str().unwrap()).collect();
    assert_eq!(all.len(), 2);
}

#[test]
fn nothing_in_a_name_breaks_out_of_a_format() {
    let at = folder();
    staff(at.path());
    let hostile = "a::error file=x::y%0A<failure/>&'\\\"]]>";
    write(
        at.path(),
        "plans/moves.plan",
        &format!(
            "move old.person p -> new.people {{\n  key id <- p.id\n  name <- p.\"{hostile}\"\n  ...\n}}\n"
        ),
    );
    for format in FORMATS {
        let said = check(at.path(), format);
        said.is(3);
        match format {
            "github" => {
                assert_eq!(said.out.lines().count(), 1, "{}", said.out);
                assert!(said.out.contains("y%250A"), "{}", said.out);
            }
            "junit" => assert!(!said.out.contains("<failure/>") && !said.out.contains("]]>"), "{}", said.out),
            _ => assert!(json(&said).is_object() || json(&said).is_array()),
        }
    }
    // A name of a file, too, is only a name.
    write(at.path(), "a,b c.plan", "moov");
    let said = datamove(at.path(), &["check", "a,b c.plan", "--format", "github"]);
    assert!(said.out.contains("file=a%2Cb c.plan,line=1"), "{}", said.out);
    let said = datamove(at.path(), &["check", "a,b c.plan", "--format", "sarif"]);
    assert!(said.out.contains("\"uri\": \"a%2Cb%20c.plan\""), "{}", said.out);
}

#[test]
fn a_plan_that_is_not_there_is_a_finding_without_a_place() {
    let at = folder();
    for format in FORMATS {
        let said = datamove(at.path(), &["check", "no.plan", "--format", format]);
        assert!(said.is(1).out.contains("DM0001"), "{format}: {}", said.out);
    }
}

/// The official structure, with every member that it demands; a member that it does not know would be lost
/// on the way there and back.
#[test]
fn sarif_is_of_the_official_shape() {
    let at = folder();
    broken(at.path());
    let with_warning = "datamove edition 2026\nplan staff { }\nsource old sqlite { schema \"schemas/old.sql\" stats \"s.json\" }\n\
         target new sqlite { schema \"schemas/new.sql\" }\nimport \"moves.plan\"\n";
    write(at.path(), "plans/s.json", "{}");
    for plan in [None, Some(with_warning)] {
        if let Some(text) = plan {
            write(at.path(), "plans/staff.plan", text);
        }
        let said = check(at.path(), "sarif");
        let ours = json(&said);
        let sarif: serde_sarif::sarif::Sarif = serde_json::from_value(ours.clone()).unwrap();
        assert_eq!(serde_json::to_value(&sarif).unwrap(), ours);
        for run in &sarif.runs {
            let rules = run.tool.driver.rules.as_ref().unwrap();
            let results = run.results.as_ref().unwrap();
            assert!(!results.is_empty());
            for result in results {
                // What GitHub's code scanning shows and tells findings apart by.
                assert!(result.message.text.as_ref().is_some_and(|text| !text.is_empty()));
                let rule = &rules[usize::try_from(result.rule_index.unwrap()).unwrap()];
                assert_eq!(Some(&rule.id), result.rule_id.as_ref());
                assert!(rule.help.as_ref().is_some_and(|help| help.markdown.is_some()));
                assert_eq!(result.partial_fingerprints.as_ref().unwrap().len(), 1);
                for location in result.locations.as_ref().unwrap() {
                    let place = location.physical_location.as_ref().unwrap();
                    let region = place.region.as_ref().unwrap();
                    assert!(region.start_line.unwrap() >= 1 && region.start_column.unwrap() >= 1);
                    assert!(place.artifact_location.as_ref().unwrap().uri.is_some());
                }
            }
        }
    }
}

/// What GitLab's code quality report demands of each issue, and nothing twice.
#[test]
fn gitlab_issues_have_what_gitlab_demands() {
    let at = folder();
    broken(at.path());
    write(
        at.path(),
        "plans/moves.plan",
        "move old.person p -> new.people {\n  key id <- p.idd\n  name <- p.nmae\n}\n",
    );
    let issues = json(&check(at.path(), "gitlab"));
    let issues = issues.as_array().unwrap();
    assert!(issues.len() >= 2);
    let mut prints = std::collections::BTreeSet::new();
    for issue in issues {
        for member in ["description", "check_name", "fingerprint"] {
            assert!(issue[member].as_str().is_some_and(|text| !text.is_empty()), "{member}: {issue}");
        }
        let severity = issue["severity"].as_str().unwrap();
        assert!(["info", "minor", "major", "critical", "blocker"].contains(&severity), "{issue}");
        let path = issue["location"]["path"].as_str().unwrap();
        assert!(
            !path.starts_with("./") && !path.starts_with('/') && at.path().join(path).exists(),
            "{issue}"
        );
        assert!(issue["location"]["lines"]["begin"].as_u64().unwrap() >= 1);
        assert!(prints.insert(issue["fingerprint"].as_str().unwrap()), "{issue}");
    }
}

/// Elements close in the order in which they open, and the counts are those of the cases.
#[test]
fn junit_is_well_formed_and_counts_right() {
    use svg::node::element::tag::Type;
    use svg::parser::Event;

    let at = folder();
    broken(at.path());
    let text = check(at.path(), "junit").out;
    let (mut open, mut cases, mut failures) = (Vec::new(), 0, 0);
    let mut counts = Vec::new();
    for event in svg::read(&text).unwrap() {
        match event {
            Event::Tag(name, kind, attributes) => {
                match kind {
                    Type::Start => open.push(name.to_owned()),
                    Type::End => assert_eq!(open.pop().as_deref(), Some(name)),
                    Type::Empty => {}
                }
                if kind == Type::End {
                    continue;
                }
                let number = |name: &str| attributes.get(name).map(|n| n.parse::<u32>().unwrap());
                let parent = open.iter().rev().nth(usize::from(kind == Type::Start)).map(String::as_str);
                match name {
                    "testsuites" => assert_eq!(parent, None),
                    "testsuite" => assert_eq!(parent, Some("testsuites")),
                    "testcase" => {
                        assert_eq!(parent, Some("testsuite"));
                        assert!(attributes.contains_key("name") && attributes.contains_key("classname"));
                        cases += 1;
                    }
                    "failure" => {
                        assert_eq!(parent, Some("testcase"));
                        failures += 1;
                    }
                    other => assert_eq!(other, "system-out"),
                }
                if name.starts_with("testsuite") {
                    counts.push((number("tests").unwrap(), number("failures").unwrap()));
                }
            }
            Event::Error(error) => panic!("{error}\n{text}"),
            _ => {}
        }
    }
    assert!(open.is_empty() && cases > 0);
    assert_eq!(counts, [(cases, failures); 2]);
}
