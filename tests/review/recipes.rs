//! The recipes for pipelines: their files are read, and their very commands are run in a repository.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use yaml_rust2::{Yaml, YamlLoader};

use super::{MOVES, Said, datamove, folder, staff, write};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn yaml(path: &str) -> Yaml {
    let text = fs::read_to_string(root().join(path)).unwrap();
    let mut documents = YamlLoader::load_from_str(&text).unwrap();
    assert_eq!(documents.len(), 1, "{path}");
    documents.remove(0)
}

fn git(at: &Path, words: &[&str]) {
    let names = ["-c", "user.name=x", "-c", "user.email=x@y", "-c", "commit.gpgsign=false"];
    let done = Command::new("git").current_dir(at).args(names).args(words).output().unwrap();
    assert!(done.status.success(), "{words:?}: {}", String::from_utf8_lossy(&done.stderr));
}

/// A repository with a plan and its bundle on `main`.
fn repository(at: &Path) {
    staff(at);
    datamove(at, &["fmt", "plans/staff.plan", "plans/moves.plan"]).is(0);
    datamove(at, &["compile", "plans/staff.plan", "-o", "bundle"]).is(0);
    git(at, &["init", "-q", "-b", "main"]);
    git(at, &["add", "-A"]);
    git(at, &["commit", "-q", "-m", "plan"]);
}

/// A script as a runner runs it: bash, failing at the first command that fails.
fn bash(at: &Path, script: &str, variables: &[(&str, &str)]) -> Said {
    let program = Path::new(env!("CARGO_BIN_EXE_datamove")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    let mut command = Command::new("bash");
    command
        .current_dir(at)
        .args(["--noprofile", "--norc", "-eo", "pipefail", "-c", script])
        .env("PATH", path);
    let done = command.envs(variables.iter().copied()).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Said { code: done.status.code(), out: text(done.stdout), err: text(done.stderr) }
}

/// A step's name, what it runs, and what its variables are made of.
type Step = (String, String, Vec<(String, String)>);

/// The action's steps.
fn steps() -> Vec<Step> {
    let action = yaml("recipes/github/action.yml");
    assert_eq!(action["runs"]["using"].as_str(), Some("composite"));
    let steps = action["runs"]["steps"].as_vec().unwrap();
    let of = |step: &Yaml| {
        assert_eq!(step["shell"].as_str(), Some("bash"));
        let run = step["run"].as_str().unwrap().to_owned();
        assert!(!run.contains("${{"), "an input would be a part of the script: {run}");
        let env = step["env"].as_hash().unwrap().iter();
        let word = |yaml: &Yaml| yaml.as_str().unwrap().to_owned();
        (word(&step["name"]), run, env.map(|(name, value)| (word(name), word(value))).collect())
    };
    steps.iter().map(of).collect()
}

/// Runs the action's step with these inputs.
fn step(at: &Path, name: &str, inputs: &[(&str, &str)]) -> Said {
    let (_, run, env) = steps().into_iter().find(|(found, _, _)| found == name).unwrap();
    let summary = at.join("summary.md").display().to_string();
    let mut variables = vec![("GITHUB_STEP_SUMMARY", summary.as_str())];
    for (variable, value) in &env {
        let input = value.strip_prefix("${{ inputs.").and_then(|rest| rest.strip_suffix(" }}")).unwrap();
        let (_, value) = inputs.iter().find(|(name, _)| *name == input).unwrap();
        variables.push((variable, value));
    }
    bash(at, &run, &variables)
}

#[test]
fn the_github_action() {
    let at = folder();
    let at = at.path();
    repository(at);
    let declared: Vec<String> = yaml("recipes/github/action.yml")["inputs"]
        .as_hash()
        .unwrap()
        .keys()
        .map(|name| name.as_str().unwrap().to_owned())
        .collect();
    let inputs = [("plan", "plans/staff.plan"), ("bundle", "bundle"), ("against", "main")];
    assert!(inputs.iter().all(|(name, _)| declared.contains(&(*name).to_owned())), "{declared:?}");
    let locked = "The committed bundle is what the plan compiles to";
    step(at, "Findings", &inputs).is(0);
    step(at, locked, &inputs).is(0);
    step(at, "Approvals", &inputs).is(0);

    git(at, &["switch", "-q", "-c", "change"]);
    write(at, "plans/moves.plan", &MOVES.replace("p.id > 10", "p.id > 11"));
    step(at, locked, &inputs).refuses(5, "DM0807", "compiled from another version");
    step(at, "What changed", &inputs).is(0);
    let summary = fs::read_to_string(at.join("summary.md")).unwrap();
    assert!(summary.contains("narrows the rows in scope"), "{summary}");
    // A plan that the base does not have is shown whole.
    let other = [("plan", "plans/other.plan"), ("bundle", "bundle"), ("against", "main")];
    fs::copy(at.join("plans/staff.plan"), at.join("plans/other.plan")).unwrap();
    step(at, "What changed", &other).is(0);
    assert!(fs::read_to_string(at.join("summary.md")).unwrap().contains("# Review of staff"));

    write(at, "plans/moves.plan", &MOVES.replace("...", "name <- p.nmae"));
    let said = step(at, "Findings", &inputs);
    assert!(said.is(3).out.contains("::error title=DM0302,file=plans/moves.plan"), "{}", said.out);
    // A name is never a command.
    let hostile = [("plan", "$(touch owned); touch owned #"), ("bundle", "`touch owned`"), ("against", "x")];
    for (name, _, _) in steps() {
        step(at, &name, &hostile);
    }
    assert!(!at.join("owned").exists());
}

#[test]
fn the_gitlab_include() {
    let at = folder();
    let at = at.path();
    repository(at);
    let job = &yaml("recipes/gitlab/datamove.yml")["datamove"];
    let lines: Vec<&str> =
        job["script"].as_vec().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
    let script = lines.join("\n");
    let variables = |base: &'static str| {
        [
            ("DATAMOVE_PLAN", "plans/staff.plan"),
            ("DATAMOVE_BUNDLE", "bundle"),
            ("CI_MERGE_REQUEST_DIFF_BASE_SHA", base),
        ]
    };
    bash(at, &script, &variables("")).is(0);
    for name in ["codequality", "junit"] {
        let report = job["artifacts"]["reports"][name].as_str().unwrap();
        assert!(at.join(report).exists(), "{report}");
    }
    assert!(fs::read_to_string(at.join("datamove-diff.md")).unwrap().contains("# Review of staff"));
    write(at, "plans/moves.plan", &MOVES.replace("p.id > 10", "p.id > 11"));
    bash(at, &script, &variables("main")).is(5);
    datamove(at, &["compile", "plans/staff.plan", "-o", "bundle"]).is(0);
    bash(at, &script, &variables("main")).is(0);
    assert!(fs::read_to_string(at.join("datamove-diff.md")).unwrap().contains("narrows"));
    // The reports of a bad plan are there, and the job fails.
    write(at, "plans/moves.plan", &MOVES.replace("...", "name <- p.nmae"));
    bash(at, &script, &variables("main")).is(3);
    assert!(fs::read_to_string(at.join("gl-code-quality-report.json")).unwrap().contains("DM0302"));
}

#[test]
fn the_hooks_of_pre_commit() {
    let at = folder();
    let at = at.path();
    repository(at);
    let hooks = yaml(".pre-commit-hooks.yaml");
    let entry = |id: &str| {
        let hook = hooks.as_vec().unwrap().iter().find(|hook| hook["id"].as_str() == Some(id)).unwrap();
        assert_eq!(hook["language"].as_str(), Some("rust"));
        hook["entry"].as_str().unwrap().to_owned()
    };
    let fmt = format!("{} plans/staff.plan plans/moves.plan", entry("datamove-fmt"));
    let locked = format!("{} plans/staff.plan -o bundle", entry("datamove-locked"));
    bash(at, &fmt, &[]).is(0);
    bash(at, &locked, &[]).is(0);
    write(at, "plans/moves.plan", &MOVES.replace("  where", "      where"));
    bash(at, &fmt, &[]).is(2);
    write(at, "plans/moves.plan", &MOVES.replace("p.id > 10", "p.id > 11"));
    bash(at, &locked, &[]).is(5);
}

#[test]
fn the_job_for_kubernetes_applies_what_was_approved() {
    let at = folder();
    let at = at.path();
    repository(at);
    let old = "CREATE TABLE person (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, note TEXT);\
        INSERT INTO person VALUES (11, 'ann', NULL), (12, 'bob', 'x');";
    rusqlite::Connection::open(at.join("old.db")).unwrap().execute_batch(old).unwrap();
    let new = "CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, note TEXT);";
    rusqlite::Connection::open(at.join("new.db")).unwrap().execute_batch(new).unwrap();
    let job = yaml("recipes/kubernetes/job.yaml");
    let pod = &job["spec"]["template"]["spec"];
    let container = &pod["containers"][0];
    assert_eq!(pod["securityContext"]["runAsNonRoot"].as_bool(), Some(true));
    assert_eq!(container["securityContext"]["readOnlyRootFilesystem"].as_bool(), Some(true));
    let manifest = fs::read_to_string(at.join("bundle/manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    let args = |print: &str| -> Vec<String> {
        let args = container["args"].as_vec().unwrap().iter().map(|arg| arg.as_str().unwrap());
        let known =
            [("$(SOURCE)", "old.db"), ("$(TARGET)", "new.db"), ("$(FINGERPRINT)", print), ("/work/", "")];
        args.map(|arg| known.iter().fold(arg.to_owned(), |arg, (name, value)| arg.replace(name, value)))
            .collect()
    };
    let run = |print: &str| {
        let args = args(print);
        datamove(at, &args.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let declared: Vec<&str> =
        container["env"].as_vec().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert!(["SOURCE", "TARGET", "FINGERPRINT"].iter().all(|name| declared.contains(name)));
    let refused = run(container["env"][0]["value"].as_str().unwrap()).code.unwrap();
    assert_eq!(refused, 5);
    // What trying again cannot mend ends the job.
    let ends = job["spec"]["podFailurePolicy"]["rules"][0]["onExitCodes"]["values"].as_vec().unwrap();
    assert!(ends.iter().any(|code| code.as_i64() == Some(i64::from(refused))));
    run(manifest["fingerprint"].as_str().unwrap()).is(0);
}

#[test]
fn the_image_is_small_and_nobodys() {
    let text = fs::read_to_string(root().join("recipes/container/Containerfile")).unwrap();
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).collect();
    let last = lines.iter().rposition(|line| line.starts_with("FROM ")).unwrap();
    assert!(lines[last].contains("distroless") && lines[last].ends_with(":nonroot"));
    let of_image = &lines[last..];
    let user = of_image.iter().find_map(|line| line.strip_prefix("USER ")).unwrap();
    assert!(user.split(':').all(|id| id.parse::<u32>().is_ok_and(|id| id > 0)), "{user}");
    assert!(!of_image.iter().any(|line| line.starts_with("RUN ") || line.starts_with("ADD ")));
    assert!(!lines.iter().any(|line| line.contains("PASSWORD")));
}
