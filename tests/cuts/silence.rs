//! Lines that are open and say nothing.

use std::time::{Duration, Instant};

use crate::journey::Journey;
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
        let mut command = crate::ended::datamove();
        command.arg("status").arg(journey.bundle());
        command.args(["--target", &format!("{target}?connect_timeout=2")]);
        crate::ended::Ended::of(&mut command).expect(1, &["DM0016", "no"]);
        assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    }
}
