//! The schedules of the comparison that comes again: for cron, systemd and Kubernetes.
//!
//! None of them holds a place, a password or a date. Where things are is in the environment: `DATAMOVE_BUNDLE`,
//! `DATAMOVE_SOURCE`, `DATAMOVE_TARGET`, and the passwords, `DATAMOVE_SOURCE_PASSWORD` and `DATAMOVE_TARGET_PASSWORD`.
//! When to stop is in the ledger, which `--scheduled` asks.

use super::words;
use crate::plan::{Link, Plan, Reconcile, Rhythm};

/// The files, by their paths in the bundle; none where the plan compares nothing again.
pub(super) fn files(plan: &Plan, fingerprint: &str) -> Vec<(String, String)> {
    let Some((asked, rhythm)) = plan.reconcile.as_ref().and_then(|one| Some((one, Rhythm::of(one.every)?)))
    else {
        return Vec::new();
    };
    let of = Schedule { plan, asked, rhythm, fingerprint, unit: unit(plan) };
    vec![
        ("schedule/crontab".to_owned(), of.crontab()),
        ("schedule/cronjob.yaml".to_owned(), of.cronjob()),
        (format!("schedule/{}.service", of.unit), of.service()),
        (format!("schedule/{}.timer", of.unit), of.timer()),
    ]
}

/// A name that systemd and Kubernetes take. A plan's name has nothing but small letters, digits and `_`.
fn unit(plan: &Plan) -> String {
    format!("datamove-{}", plan.name.replace('_', "-").trim_matches('-'))
}

struct Schedule<'p> {
    plan: &'p Plan,
    asked: &'p Reconcile,
    rhythm: Rhythm,
    fingerprint: &'p str,
    unit: String,
}

impl Schedule<'_> {
    /// What it is, as a sentence.
    fn says(&self) -> String {
        let (every, during) = (words::time(self.asked.every), words::time(self.asked.during));
        format!(
            "datamove plan {}: compares source and target every {every}, for {during} after the first comparison that passes",
            self.plan.name
        )
    }

    /// The five fields of cron, in UTC where the scheduler knows of zones.
    fn fields(&self) -> String {
        match self.rhythm {
            Rhythm::Minutes(1) => "* * * * *".to_owned(),
            Rhythm::Minutes(every) => format!("*/{every} * * * *"),
            Rhythm::Hours(1) => "0 * * * *".to_owned(),
            Rhythm::Hours(24) => "0 0 * * *".to_owned(),
            Rhythm::Hours(every) => format!("0 */{every} * * *"),
        }
    }

    /// The words of the command; each variable stands between `open` and `close`.
    fn command(&self, open: &str, close: &str) -> Vec<String> {
        let variable = |name: &str| format!("{open}DATAMOVE_{name}{close}");
        let mut words = vec!["reconcile".to_owned(), variable("BUNDLE")];
        // With the link `same` the target's server has both.
        if self.plan.link != Link::Same {
            words.extend(["--source".to_owned(), variable("SOURCE")]);
        }
        words.extend(["--target".to_owned(), variable("TARGET")]);
        words.extend(["--scheduled", "--quiet", "--format", "json"].map(str::to_owned));
        words
    }

    fn crontab(&self) -> String {
        format!(
            "# {}.\n# {}\n\
             # Above this line a crontab says `DATAMOVE_ENV=` and a file that only you can read, with lines such as `DATAMOVE_TARGET=…`,\n\
             # and `PATH=` where cron would not find datamove. What the command prints, cron mails.\n\
             {} set -a && . \"$DATAMOVE_ENV\" && datamove {}\n",
            self.says(),
            self.fingerprint,
            self.fields(),
            self.command("\"$", "\"").join(" ")
        )
    }

    fn service(&self) -> String {
        format!(
            "# {}\n# The environment is read from %E/datamove/{}.env: /etc for the system, ~/.config for a user.\n\
             [Unit]\nDescription={}\n\n\
             [Service]\nType=oneshot\nEnvironmentFile=%E/datamove/{}.env\nExecStart=/usr/bin/env datamove {}\n\
             NoNewPrivileges=yes\n",
            self.fingerprint,
            self.plan.name,
            self.says(),
            self.plan.name,
            self.command("${", "}").join(" ")
        )
    }

    fn timer(&self) -> String {
        let when = match self.rhythm {
            Rhythm::Minutes(every) => format!("*-*-* *:00/{every}:00 UTC"),
            Rhythm::Hours(24) => "*-*-* 00:00:00 UTC".to_owned(),
            Rhythm::Hours(every) => format!("*-*-* 00/{every}:00:00 UTC"),
        };
        format!(
            "# {}\n[Unit]\nDescription={}\n\n[Timer]\nOnCalendar={when}\nPersistent=true\n\n\
             [Install]\nWantedBy=timers.target\n",
            self.fingerprint,
            self.says()
        )
    }

    fn cronjob(&self) -> String {
        let Self { unit, fingerprint, .. } = self;
        let args: Vec<String> =
            self.command("$(", ")").iter().map(|word| format!("                - \"{word}\"\n")).collect();
        format!(
            "# {says}.\n\
             # `envsubst` puts the image in. The secret `{unit}` has DATAMOVE_BUNDLE, DATAMOVE_TARGET and the like.\n\
             apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: {unit}\n  labels:\n    app.kubernetes.io/name: datamove\n  \
             annotations:\n    datamove/fingerprint: \"{fingerprint}\"\nspec:\n  schedule: \"{fields}\"\n  timeZone: Etc/UTC\n  \
             concurrencyPolicy: Forbid\n  successfulJobsHistoryLimit: 3\n  failedJobsHistoryLimit: 3\n  jobTemplate:\n    \
             spec:\n      backoffLimit: 0\n      template:\n        spec:\n          restartPolicy: Never\n          \
             containers:\n            - name: datamove\n              image: \"${{DATAMOVE_IMAGE}}\"\n              \
             command:\n                - \"datamove\"\n              args:\n{args}              envFrom:\n                \
             - secretRef:\n                    name: {unit}\n              securityContext:\n                \
             allowPrivilegeEscalation: false\n",
            says = self.says(),
            fields = self.fields(),
            args = args.concat(),
        )
    }
}
