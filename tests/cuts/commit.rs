//! A cut between COMMIT and its answer, cuts again and again, and a server that is away for a while.

use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

use crate::ended::Ended;
use crate::journey::{Journey, Target};
use crate::or_skip;
use crate::testkit::Cut;

const WORDS: [&str; 2] = ["--batch-rows", "100"];

/// What a run that nothing disturbs leaves.
fn whole(journey: &Journey) -> Vec<String> {
    journey.run("apply", &WORDS).expect(0, &["validation passed"]);
    let whole = journey.dump();
    journey.run("rollback", &["--yes"]).expect(0, &["rolled back"]);
    whole
}

#[test]
fn a_commit_whose_answer_is_lost_happened_once() {
    let staged = or_skip!("a lost commit", Journey::between("cut_commit", "postgres", "staged"));
    let same = or_skip!("a lost commit", Journey::postgres("cut_commit"));
    let mysql = or_skip!("a lost commit", Journey::mariadb("cut_commit"));
    // A batch that is copied ends in a COMMIT of the runner; a loop of a script commits within.
    for (journey, text) in [(staged, "COMMIT"), (same, "\"rows_written\" + datamove"), (mysql, "CALL")] {
        let whole = whole(&journey);
        journey.target.proxy.cut(Cut::UnansweredText(text));
        journey.run("apply", &WORDS).expect(0, &["loaded", "validation passed"]);
        assert_eq!(journey.target.proxy.cuts(), 1, "`{text}` was sent");
        assert!(journey.dump() == whole, "{text}");
    }
}

#[test]
fn a_line_that_is_cut_again_and_again_gets_there() {
    let journey = or_skip!("cuts again and again", Journey::between("cut_again", "mysql", "staged"));
    let whole = whole(&journey);
    // Each cut is behind a batch, so that every attempt comes farther.
    journey.target.proxy.cut(Cut::UnansweredText("COMMIT"));
    let child =
        journey.command("apply", &WORDS).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut cuts = 0;
    let mut child = Some(child);
    let ended = loop {
        if journey.target.proxy.cuts() > 0 && cuts < 5 {
            cuts += 1;
            journey.target.proxy.cut(Cut::UnansweredText("COMMIT"));
        }
        let done = child.as_mut().is_some_and(|child| child.try_wait().unwrap().is_some());
        if done && let Some(child) = child.take() {
            let output = child.wait_with_output().unwrap();
            let text = |bytes| String::from_utf8(bytes).unwrap();
            let code = output.status.code().unwrap_or(-1);
            break Ended { code, stdout: text(output.stdout), stderr: text(output.stderr) };
        }
        sleep(Duration::from_millis(2));
    };
    ended.expect(0, &["loaded", "validation passed"]);
    assert!(cuts >= 3, "only {cuts} cuts");
    assert!(journey.dump() == whole);
}

#[test]
fn a_server_that_lets_nobody_in_for_a_while_is_waited_for() {
    let journey = or_skip!("a server that is away", Journey::postgres("cut_away"));
    let whole = whole(&journey);
    journey.run("apply", &["--batch-rows", "100", "--max-batches", "3"]).expect(0, &["stopped"]);
    let Target::Postgres(database) = &journey.database else { return };
    // Slow enough to be met in the middle.
    database
        .psql(
            "CREATE FUNCTION public.slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.1); RETURN NEW; END';
             CREATE TRIGGER slow BEFORE UPDATE ON datamove_cut_away.step FOR EACH ROW EXECUTE FUNCTION public.slow();",
        )
        .ok();
    let mut command = journey.command("apply", &WORDS);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    sleep(Duration::from_millis(700));
    journey.target.proxy.refuse(Duration::from_secs(3));
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && text.contains("validation passed"), "{text}");
    database.psql("DROP TRIGGER slow ON datamove_cut_away.step; DROP FUNCTION public.slow();").ok();
    assert!(journey.dump() == whole);
}
