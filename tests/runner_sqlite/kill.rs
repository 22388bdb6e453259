//! Law: kill -9 at any moment, and the same command again, end in the same rows.

use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::fixture::Fixture;

/// A fixed sequence, so that a failure can be repeated as nearly as a clock allows.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

/// True if the child was killed before it ended by itself.
fn kill_after(command: &mut Command, millis: u64) -> bool {
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    sleep(Duration::from_millis(millis));
    let running = child.try_wait().unwrap().is_none();
    child.kill().unwrap();
    child.wait().unwrap();
    running
}

#[test]
fn an_apply_that_is_killed_again_and_again_ends_in_the_same_rows() {
    let fixture = Fixture::new(20_000);
    fixture.keep_target();
    let before = fixture.dump();
    fixture.run("apply", &["--batch-rows", "150", "--quiet"]).expect(0, &["loaded"]);
    let whole = fixture.dump();
    fixture.bring_back_target();

    let mut dice = Dice(1);
    let mut killed = 0;
    for _ in 0..15 {
        let millis = dice.below(120);
        killed += u32::from(kill_after(&mut fixture.command("apply", &["--batch-rows", "150"]), millis));
    }
    assert!(killed >= 5, "only {killed} kills met a run");
    fixture.run("apply", &["--batch-rows", "150"]).expect(0, &["loaded", "validation passed"]);
    assert_eq!(fixture.dump(), whole);

    for _ in 0..8 {
        let millis = 2 + dice.below(40);
        kill_after(&mut fixture.command("rollback", &["--yes"]), millis);
        let now = fixture.dump();
        assert!(now == whole || now == before, "a rollback was left half way");
    }
    fixture.run("rollback", &["--yes"]).expect(0, &[]);
    assert_eq!(fixture.dump(), before);
}
