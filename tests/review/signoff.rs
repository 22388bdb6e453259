//! Approvals: what voids them, what does not count, and that `apply` refuses without.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::{MOVES, Said, datamove, folder, staff, write};

/// The plan of [`staff`] with a sign-off, compiled.
fn compiled(at: &Path, facts: &str, demands: &str) {
    staff(at);
    let plan = fs::read_to_string(at.join("plans/staff.plan")).unwrap();
    let plan = plan.replace("plan staff { }", &format!("plan staff {{ {facts} }}"));
    write(at, "plans/staff.plan", &format!("{plan}signoff {{ {demands} }}\n"));
    compile(at);
    let old = "CREATE TABLE person (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, note TEXT);\
        INSERT INTO person VALUES (11, 'ann', NULL), (12, 'bob', 'x');";
    rusqlite::Connection::open(at.join("old.db")).unwrap().execute_batch(old).unwrap();
    let new = "CREATE TABLE people (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, note TEXT);";
    rusqlite::Connection::open(at.join("new.db")).unwrap().execute_batch(new).unwrap();
}

fn compile(at: &Path) {
    datamove(at, &["compile", "plans/staff.plan", "-o", "bundle"]).is(0);
}

fn apply(at: &Path) -> Said {
    let words = ["apply", "bundle", "--source", "old.db", "--target", "new.db", "--quiet"];
    let said = datamove(at, &words);
    if said.code != Some(0) {
        let new = rusqlite::Connection::open(at.join("new.db")).unwrap();
        let tables: i64 = new.query_row("SELECT count(*) FROM sqlite_master", (), |row| row.get(0)).unwrap();
        assert_eq!(tables, 1, "a refused run left something behind");
    }
    said
}

fn signoff(at: &Path, role: &str, by: &str, more: &[&str]) -> Said {
    datamove(at, &[&["signoff", "bundle", "--role", role, "--by", by], more].concat())
}

#[test]
fn nothing_runs_before_every_role_has_approved_this_meaning() {
    let at = folder();
    let at = at.path();
    compiled(at, "", "role \"data owner\" role \"SRE on call\"");
    apply(at).refuses(
        4,
        "DM0786",
        "`SRE on call` has not approved: approvals/staff/sre-on-call.json is not there",
    );
    let said = signoff(at, "data owner", "ann@example.org", &["--on", "2026-11-22", "--note", "read twice"]);
    assert!(
        said.is(0).out.contains("approved  data owner   ann@example.org on 2026-11-22\n"),
        "{}",
        said.out
    );
    assert!(said.out.contains("missing   SRE on call"), "{}", said.out);
    apply(at).refuses(4, "DM0786", "`SRE on call` has not approved");
    signoff(at, "boss", "bob", &[]).refuses(64, "DM0791", "it asks `SRE on call`, `data owner`");
    signoff(at, "SRE on call", "bob", &[]).is(0);
    datamove(at, &["signoff", "bundle"]).is(0);

    // Formatting keeps an approval, line ends of a checkout too.
    write(at, "plans/moves.plan", &format!("-- a comment\n\n{}", MOVES.replace("  ", "\t")));
    compile(at);
    let path = at.join("approvals/staff/data-owner.json");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains("\"note\": \"read twice\""), "{text}");
    fs::write(&path, text.replace('\n', "\r\n")).unwrap();
    datamove(at, &["signoff", "bundle"]).is(0);

    // Another meaning voids it.
    write(at, "plans/moves.plan", &MOVES.replace("p.id > 10", "p.id > 11"));
    compile(at);
    apply(at).refuses(5, "DM0787", "`data owner` approved dm1:");
    datamove(at, &["signoff", "bundle"]).refuses(5, "DM0787", "which is another version");
    // What lacks altogether is the graver news.
    fs::remove_file(at.join("approvals/staff/sre-on-call.json")).unwrap();
    apply(at).refuses(4, "DM0786", "`SRE on call` has not approved");
    write(at, "plans/moves.plan", MOVES);
    compile(at);
    signoff(at, "SRE on call", "bob", &[]).is(0);
    apply(at).is(0);
}

#[test]
fn a_role_cannot_be_taken_out_behind_an_approval() {
    let at = folder();
    let at = at.path();
    compiled(at, "", "role \"data owner\" role \"sre\"");
    signoff(at, "data owner", "ann", &[]).is(0);
    let plan = fs::read_to_string(at.join("plans/staff.plan")).unwrap();
    fs::copy(at.join("plans/staff.plan"), at.join("plans/before.plan")).unwrap();
    write(at, "plans/staff.plan", &plan.replace("role \"sre\"", ""));
    compile(at);
    apply(at).refuses(5, "DM0787", "`data owner` approved");
    let said = datamove(at, &["diff", "plans/before.plan", "plans/staff.plan"]);
    assert!(said.is(0).out.contains("`sre` need not approve any more"), "{}", said.out);
    assert!(said.out.contains("weakens a proof"), "{}", said.out);
}

/// Whoever edits a script can write its hash anew; the plan that was approved still compiles to the other one.
#[test]
fn an_approval_is_of_the_scripts_that_the_plan_compiles_to() {
    let at = folder();
    let at = at.path();
    compiled(at, "", "role \"data owner\"");
    signoff(at, "data owner", "ann", &[]).is(0);
    let script = at.join("bundle/sql/00_preflight.sql");
    let text = fs::read_to_string(&script).unwrap();
    let edited = format!("{text}DELETE FROM people;\n");
    fs::write(&script, &edited).unwrap();
    let manifest = at.join("bundle/manifest.json");
    let hash = datamove::plan::sha256;
    let known = fs::read_to_string(&manifest).unwrap();
    let forged = known.replace(&hash(text.as_bytes()), &hash(edited.as_bytes()));
    assert_ne!(known, forged);
    fs::write(&manifest, forged).unwrap();
    apply(at).refuses(5, "DM0790", "`sql/00_preflight.sql` is not what plan.json compiles to");
    signoff(at, "data owner", "ann", &[]).refuses(5, "DM0790", "compile the plan again");
    // A fingerprint that was approved elsewhere does not help another plan.
    fs::write(&script, &text).unwrap();
    let print = serde_json::from_str::<serde_json::Value>(&known).unwrap()["fingerprint"].clone();
    let other = format!("dm1:{}", "0".repeat(64));
    fs::write(&manifest, known.replace(print.as_str().unwrap(), &other)).unwrap();
    apply(at).refuses(5, "DM0790", "the manifest's fingerprint is dm1:0000");
}

#[test]
fn authors_do_not_approve_their_own_work_and_broken_files_do_not_count() {
    let at = folder();
    let at = at.path();
    compiled(at, "author \"ann@example.org\"", "role \"data owner\"  author differs");
    signoff(at, "data owner", "Ann@example.org", &[]).refuses(4, "DM0788", "the author must differ");
    signoff(at, "data owner", "bob@example.org", &[]).is(0);
    let path = at.join("approvals/staff/data-owner.json");
    let good = fs::read_to_string(&path).unwrap();
    for (from, to, says) in [
        ("bob@", "ann@", "the author must differ"),
        ("\"data owner\"", "\"sre\"", "it is of the role `sre`"),
        ("\"staff\"", "\"other\"", "for the plan `other`"),
        ("\"format_version\": 1", "\"format_version\": 9", "format_version is 9"),
        ("bob@example.org", " ", "does not say who approved"),
        ("\"by\"", "\"bye\"", "it is no approval"),
        ("{", "<<<<<<< ours\n{\n=======\n{\n>>>>>>> theirs", "a merge that is not finished"),
        ("{", "\u{0}", "it is not JSON"),
    ] {
        fs::write(&path, good.replacen(from, to, 1)).unwrap();
        apply(at).refuses(4, "DM0788", says);
    }
    fs::write(&path, [0xff, 0xfe]).unwrap();
    apply(at).refuses(4, "DM0788", "it is not text");
    fs::write(&path, &good).unwrap();
    apply(at).is(0);
}

fn run(at: &Path, program: &str, words: &[&str]) {
    let done = Command::new(program)
        .current_dir(at)
        .args(words)
        .env("HOME", at)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .output()
        .unwrap();
    assert!(done.status.success(), "{program} {words:?}: {}", String::from_utf8_lossy(&done.stderr));
}

/// A key for each name, and a file that allows ann alone to sign.
fn keys(at: &Path) {
    fs::create_dir_all(at.join("approvals")).unwrap();
    for name in ["ann", "eve"] {
        run(at, "ssh-keygen", &["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", name]);
    }
    let key = fs::read_to_string(at.join("ann.pub")).unwrap();
    write(at, "approvals/allowed_signers", &format!("ann@example.org {key}"));
}

fn has(program: &str) -> bool {
    Command::new(program).arg("--help").output().is_ok()
}

#[test]
fn signatures_are_verified_by_ssh_keygen() {
    if !has("ssh-keygen") {
        return;
    }
    let at = folder();
    let at = at.path();
    compiled(at, "", "role \"data owner\"  signed ssh");
    keys(at);
    signoff(at, "data owner", "ann@example.org", &[]).is(0);
    apply(at).refuses(4, "DM0788", "it is not signed; `ssh-keygen -Y sign -n datamove");
    signoff(at, "data owner", "ann@example.org", &["--key", "nokey"]).refuses(
        1,
        "DM0789",
        "does not sign with nokey",
    );
    signoff(at, "data owner", "ann@example.org", &["--key", "eve"]).is(0);
    apply(at).refuses(4, "DM0788", "the signature is not one of ann@example.org");
    signoff(at, "data owner", "eve@example.org", &["--key", "eve"]).is(0);
    apply(at).refuses(4, "DM0788", "the signature is not one of eve@example.org");

    // The command that the message gives signs as well.
    signoff(at, "data owner", "ann@example.org", &[]).is(0);
    run(at, "ssh-keygen", &["-Y", "sign", "-n", "datamove", "-f", "ann", "approvals/staff/data-owner.json"]);
    datamove(at, &["signoff", "bundle"]).is(0);
    signoff(at, "data owner", "ann@example.org", &["--key", "ann"]).is(0);
    datamove(at, &["signoff", "bundle"]).is(0);

    // A signature is of the text, and of nothing else than an approval.
    let path = at.join("approvals/staff/data-owner.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("\"by\"", "\"note\": \"x\",\n  \"by\"")).unwrap();
    apply(at).refuses(4, "DM0788", "the signature is not one of ann@example.org");
    fs::write(&path, &text).unwrap();
    fs::remove_file(at.join("approvals/staff/data-owner.json.sig")).unwrap();
    run(at, "ssh-keygen", &["-Y", "sign", "-n", "file", "-f", "ann", "approvals/staff/data-owner.json"]);
    apply(at).refuses(4, "DM0788", "the signature is not one of ann@example.org");
    signoff(at, "data owner", "ann@example.org", &["--key", "ann"]).is(0);
    fs::rename(at.join("approvals/allowed_signers"), at.join("signers")).unwrap();
    apply(at).refuses(4, "DM0788", "there is no file `allowed_signers`");
    datamove(at, &["signoff", "bundle", "--allowed-signers", "signers"]).is(0);
}

#[test]
fn or_by_the_signature_of_the_commit() {
    if !has("ssh-keygen") {
        return;
    }
    let at = folder();
    let at = at.path();
    compiled(at, "", "role \"data owner\"  signed git");
    keys(at);
    run(at, "git", &["init", "-q"]);
    let key = at.join("ann").display().to_string();
    let signed = |at: &Path, key: &str| {
        run(at, "git", &["add", "-A"]);
        let key = format!("user.signingkey={key}");
        let words = ["-c", "gpg.format=ssh", "-c", &key, "-c", "user.name=x", "-c", "user.email=x@y"];
        run(at, "git", &[&words[..], &["commit", "-q", "-S", "-m", "approve"]].concat());
    };
    signoff(at, "data owner", "ann@example.org", &[]).is(0);
    apply(at).refuses(4, "DM0788", "data-owner.json does not count: ");
    run(at, "git", &["add", "-A"]);
    run(
        at,
        "git",
        &["-c", "user.name=x", "-c", "user.email=x@y", "commit", "-q", "--no-gpg-sign", "-m", "unsigned"],
    );
    apply(at).refuses(4, "DM0788", "has no good signature");
    signoff(at, "data owner", "ann@example.org", &["--note", "a"]).is(0);
    apply(at).refuses(4, "DM0788", "changed and not committed since");
    signed(at, &at.join("eve").display().to_string());
    apply(at).refuses(4, "DM0788", "has no good signature");
    signoff(at, "data owner", "bob@example.org", &[]).is(0);
    signed(at, &key);
    apply(at).refuses(4, "DM0788", "is signed by `ann@example.org`, not by bob@example.org");
    signoff(at, "data owner", "ann@example.org", &[]).is(0);
    signed(at, &key);
    datamove(at, &["signoff", "bundle"]).is(0);
    apply(at).is(0);
}
