//! Lines that are open and say nothing.

use std::time::{Duration, Instant};

use crate::ended::{Ended, datamove};
use crate::journey::{Journey, Target};
use crate::or_skip;
use crate::testkit::Cut;

#[test]
fn a_server_that_never_says_a_word_is_given_up() {
    for journey in [Journey::postgres("cut_mute"), Journey::mariadb("cut_mute")] {
        let journey = or_skip!("a mute server", journey);
        // The very first words of a client hold its name, or its user's.
        journey.target.proxy.cut(Cut::SilentFrom(""));
        let begun = Instant::now();
        let target = journey.command("status", &[]).get_args().last().unwrap().to_string_lossy().into_owned();
        let mut command = datamove();
        command.arg("status").arg(journey.bundle());
        command.args(["--target", &format!("{target}?connect_timeout=2")]);
        Ended::of(&mut command).expect(1, &["DM0016", "no"]);
        assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    }
}

/// A run whose servers are asked after six seconds of silence.
fn impatient(journey: &Journey) -> Ended {
    let mut command = datamove();
    for arg in journey.command("apply", &["-q"]).get_args() {
        let arg = arg.to_string_lossy();
        command.arg(if arg.contains("://") { format!("{arg}?connect_timeout=1") } else { arg.into_owned() });
    }
    // A slow statement would make batches smaller, and these are counted.
    command.args(["--batch-rows", "plan"]);
    Ended::of(&mut command)
}

#[test]
fn a_line_that_goes_mute_while_a_statement_works_is_noticed() {
    // A script's loop; what waits for a COMMIT's answer; the copying of rows, on either side.
    let within = or_skip!("a line that goes mute", Journey::postgres("mute_within"));
    let between = or_skip!("a line that goes mute", Journey::between("mute_between", "postgres", "staged"));
    let old = &between.source.as_ref().unwrap().proxy;
    let cases = [
        (&within, &within.target.proxy, "DO $"),
        (&within, &within.target.proxy, "COMMIT"),
        (&between, &between.target.proxy, "FROM STDIN"),
        (&between, old, "TO STDOUT"),
    ];
    for (journey, proxy, at) in cases {
        proxy.cut(Cut::MuteFrom(at));
        let begun = Instant::now();
        impatient(journey).expect(0, &["loaded", "validation passed"]);
        assert_eq!(proxy.cuts(), 1, "{at}");
        assert!(begun.elapsed() < Duration::from_secs(60), "{at}: {:?}", begun.elapsed());
        journey.run("rollback", &["--yes", "-q"]).expect(0, &["rolled back"]);
    }
}

#[test]
fn a_statement_that_works_in_silence_is_let_work() {
    let journey = or_skip!("a long statement", Journey::postgres("mute_long"));
    journey.run("apply", &["-q", "--batch-rows", "plan", "--max-batches", "1"]).expect(0, &["stopped"]);
    journey.sql(
        "CREATE SEQUENCE tick; CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
         IF nextval('public.tick') = 1 THEN PERFORM pg_sleep(11); END IF; RETURN NULL; END $$; \
         CREATE TRIGGER slow BEFORE INSERT ON new.child FOR EACH STATEMENT EXECUTE FUNCTION slow()",
    );
    impatient(&journey).expect(0, &["loaded"]);
    let Target::Postgres(database) = &journey.database else { unreachable!("it is PostgreSQL") };
    // 3000 rows in batches of 200, none of them twice because of the long one.
    assert_eq!(database.query("SELECT last_value FROM tick").concat(), ["15"]);
}
