#![expect(
    clippy::disallowed_methods,
    reason = "a wait needs a clock that nobody sets; nothing that is kept holds it"
)]

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::{Control, End, Limits, Measured, Throttle, Wait, control};
use crate::artifact::manifest::Manifest;
use crate::diagnostic::Code;
use crate::plan::Link;
use crate::runner::driver::{Driver, EngineError, Session};
use crate::runner::drivers::{self, gauges, identity};
use crate::runner::failure::{Failure, Result};
use crate::runner::interrupt;
use crate::runner::request::Request;

/// Gauges are asked at most so often.
const EVERY: Duration = Duration::from_secs(1);

/// Who waits looks again after so long.
const LOOK: Duration = Duration::from_millis(100);

/// What a wait is about is told anew after so long, with new figures.
const SAY_AGAIN: Duration = Duration::from_secs(10);

/// Lets the sessions of a run begin their batches, one after the other.
#[derive(Debug)]
pub(in crate::runner) struct Governor {
    ledger: String,
    began: Instant,
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    limits: Limits,
    throttle: Throttle,
    /// A session with the source, where limits ask of one that the target's session does not see.
    source: Option<Box<dyn Session>>,
    /// The ledger has the table; unknown before there is a ledger.
    has_control: Option<bool>,
    control: Control,
    gauges: Vec<std::result::Result<f64, String>>,
    second: Option<u64>,
    asked: Option<Instant>,
}

/// How a wait goes on, for whoever shows it.
#[derive(Clone, Copy, Debug)]
pub(in crate::runner) enum Waiting<'a> {
    Because(&'a str),
    Over(Duration),
}

impl Governor {
    /// Measures every limit once: one that cannot be measured now is refused before anything is written.
    pub(in crate::runner) fn new(
        manifest: &Manifest,
        request: &Request,
        driver: &mut dyn Driver,
    ) -> Result<Self> {
        let limits = request.limits.clone();
        let far = manifest.link == Link::Staged || manifest.link == Link::Fdw;
        let asks = limits.limits.iter().any(|limit| limit.end == End::Source);
        let source = match request.source_location()? {
            Some(source) if far && asks => Some(drivers::session(&source)?),
            _ => None,
        };
        let mut inner = Inner {
            throttle: Throttle::new(limits.clone()),
            limits,
            source,
            has_control: None,
            control: Control::default(),
            gauges: Vec::new(),
            second: None,
            asked: None,
        };
        inner.measure(driver);
        for (limit, gauge) in inner.limits.limits.iter().zip(&inner.gauges) {
            if let Err(why) = gauge {
                return Err(Failure::new(Code::ThrottleBlind, format!("{limit} cannot be measured: {why}"))
                    .state("nothing was written")
                    .help("give the role the right to read it, measure it by a query of your own, or leave the limit away"));
            }
        }
        Ok(Self { ledger: manifest.ledger.clone(), began: Instant::now(), inner: Mutex::new(inner) })
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // What a session that panicked left are measurements.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until a batch may begin, or a signal came; gives the most rows of a second, if they are bounded.
    pub(in crate::runner) fn admit(
        &self,
        driver: &mut dyn Driver,
        say: &mut dyn FnMut(Waiting<'_>),
    ) -> std::result::Result<Option<u64>, EngineError> {
        let mut inner = self.lock();
        let mut waits: Option<(Wait, Instant)> = None;
        let began = Instant::now();
        loop {
            inner.look(driver, &self.ledger)?;
            let now = self.began.elapsed();
            let Some(wait) = inner.decide(now).filter(|_| !interrupt::requested()) else { break };
            let told =
                waits.as_ref().is_some_and(|(last, at)| last.about == wait.about && at.elapsed() < SAY_AGAIN);
            // A rate alone holds every batch up for a moment: that is no news.
            let due = inner.throttle.due(now);
            let is_short = wait.about == ["rate"] && due <= EVERY;
            if !told && !is_short {
                say(Waiting::Because(&wait.why));
                inner.note(driver, &self.ledger, Some(&wait.why))?;
                waits = Some((wait, Instant::now()));
            }
            thread::sleep(if due.is_zero() { LOOK } else { due.min(LOOK) });
        }
        if waits.is_some() {
            say(Waiting::Over(began.elapsed()));
            inner.note(driver, &self.ledger, None)?;
        }
        Ok(inner.throttle.rate(inner.control))
    }

    /// A batch is over that read so many rows.
    pub(in crate::runner) fn moved(&self, rows: u64) {
        let mut inner = self.lock();
        let control = inner.control;
        inner.throttle.moved(self.began.elapsed(), rows, control);
    }
}

impl Inner {
    fn decide(&mut self, now: Duration) -> Option<Wait> {
        let measured =
            Measured { now, second: self.second, control: self.control, gauges: self.gauges.clone() };
        self.throttle.decide(&measured)
    }

    /// Reads the ledger's wishes, and the gauges if they are old.
    fn look(&mut self, driver: &mut dyn Driver, ledger: &str) -> std::result::Result<(), EngineError> {
        let has = match self.has_control {
            Some(has) => has,
            None => control::is_there(driver, ledger)?,
        };
        if has {
            let (control, waits) = control::read(driver, ledger)?;
            self.control = control;
            if self.has_control.is_none() && waits.is_some() {
                // A run that was killed while it waited has left its reason.
                control::waits(driver, ledger, None)?;
            }
        }
        self.has_control = Some(has);
        if self.asked.is_none_or(|asked| asked.elapsed() >= EVERY) {
            self.measure(driver);
        }
        Ok(())
    }

    fn measure(&mut self, driver: &mut dyn Driver) {
        let Self { limits, source, .. } = self;
        self.gauges = limits
            .limits
            .iter()
            .map(|limit| match (limit.end, source.as_mut()) {
                (End::Source, Some(source)) => gauges::measure(source.as_mut(), &limit.gauge),
                (End::Source, None) | (End::Target, _) => gauges::measure(driver.session(), &limit.gauge),
            })
            .collect();
        if self.limits.window.is_some() {
            self.second = Some(identity::now(driver.session()).second).filter(|second| *second > 0);
        }
        self.asked = Some(Instant::now());
    }

    fn note(
        &self,
        driver: &mut dyn Driver,
        ledger: &str,
        why: Option<&str>,
    ) -> std::result::Result<(), EngineError> {
        if self.has_control == Some(true) { control::waits(driver, ledger, why) } else { Ok(()) }
    }
}
