//! The schedules of a bundle: each says the same command, and that command runs.

use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use serde_json::{Value, json};
use yaml_rust2::{Yaml, YamlLoader};

use crate::ended::Ended;
use crate::shop::Shop;

/// What cron, systemd and Kubernetes are told.
pub(crate) fn each_schedule_is_one_that_its_scheduler_takes(shop: &Shop) {
    crons_line_runs(shop);
    systemd_takes_its_units(shop);
    kubernetes_takes_its_job(shop);
}

fn text(shop: &Shop, name: &str) -> String {
    let text = fs::read_to_string(shop.bundled("schedule").join(name)).unwrap();
    for secret in ["127.0.0.1", "mover", ".db", "/tmp"] {
        assert!(!text.contains(secret), "{name} holds {secret}");
    }
    text
}

/// The line without its five fields, run as cron runs it.
fn crons_line_runs(shop: &Shop) {
    let text = text(shop, "crontab");
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    let [line] = lines.as_slice() else { panic!("{text}") };
    let mut words = line.splitn(6, ' ');
    let fields: Vec<&str> = words.by_ref().take(5).collect();
    assert_eq!(fields, ["0", "*", "*", "*", "*"]);
    let command = words.next().unwrap();
    assert!(!command.contains('%'), "cron would end the line there: {command}");
    let env = shop.bundled("../schedule.env");
    let mut lines = format!("DATAMOVE_BUNDLE='{}'\n", shop.bundled("").display());
    for (name, place) in shop.places() {
        writeln!(lines, "DATAMOVE_{name}='{place}'").unwrap();
    }
    fs::write(&env, lines).unwrap();
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_datamove"));
    let path = format!("{}:/usr/bin:/bin", program.parent().unwrap().display());
    let mut cron = Command::new("/bin/sh");
    cron.env_clear().env("PATH", path).env("DATAMOVE_ENV", &env).args(["-c", command]);
    let report = Ended::of(&mut cron).expect(0, &[]).json();
    assert_eq!((report["verb"].as_str(), report["outcome"].as_str()), (Some("reconcile"), Some("validated")));
}

fn systemd_takes_its_units(shop: &Shop) {
    let (service, timer) = (text(shop, "datamove-shop-v2.service"), text(shop, "datamove-shop-v2.timer"));
    assert!(service.contains("datamove reconcile ${DATAMOVE_BUNDLE}") && service.contains(" --scheduled "));
    assert!(timer.contains("OnCalendar=*-*-* 00/1:00:00 UTC"), "{timer}");
    let units = ["service", "timer"].map(|kind| shop.bundled(&format!("schedule/datamove-shop-v2.{kind}")));
    let said = Command::new("systemd-analyze").arg("verify").args(units).output();
    let said = crate::or_skip!("systemd-analyze verify", said.map_err(|error| error.to_string()));
    let says = String::from_utf8_lossy(&said.stderr).into_owned();
    assert!(said.status.success() && !says.contains("datamove-shop-v2"), "{says}");
}

/// What Kubernetes asks of a CronJob of batch/v1, as far as ours has it; nothing else may be there.
fn cron_job() -> Value {
    let name = json!({ "type": "string", "pattern": "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "maxLength": 52 });
    let strings = json!({ "type": "array", "items": { "type": "string" }, "minItems": 1 });
    let object = |properties: Value, required: Value| json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false });
    let container = object(
        json!({
            "name": name, "image": { "type": "string", "minLength": 1 }, "command": strings, "args": strings,
            "envFrom": { "type": "array", "items": object(
                json!({ "secretRef": object(json!({ "name": name }), json!(["name"])) }), json!(["secretRef"])
            ) },
            "securityContext": object(json!({ "allowPrivilegeEscalation": { "const": false } }), json!([])),
        }),
        json!(["name", "image"]),
    );
    let pod = object(
        json!({ "restartPolicy": { "enum": ["Never", "OnFailure"] }, "containers": { "type": "array", "items": container, "minItems": 1 } }),
        json!(["containers", "restartPolicy"]),
    );
    let template = object(json!({ "spec": pod }), json!(["spec"]));
    let job = object(
        json!({ "backoffLimit": { "type": "integer", "minimum": 0 }, "template": template }),
        json!(["template"]),
    );
    let count = json!({ "type": "integer", "minimum": 0 });
    let spec = object(
        json!({
            "schedule": { "type": "string", "pattern": "^([0-9*/]+ ){4}[0-9*/]+$" },
            "timeZone": { "type": "string" },
            "concurrencyPolicy": { "enum": ["Allow", "Forbid", "Replace"] },
            "successfulJobsHistoryLimit": count, "failedJobsHistoryLimit": count,
            "jobTemplate": object(json!({ "spec": job }), json!(["spec"])),
        }),
        json!(["schedule", "jobTemplate"]),
    );
    let words = json!({ "type": "object", "additionalProperties": { "type": "string" } });
    let metadata = object(json!({ "name": name, "labels": words, "annotations": words }), json!(["name"]));
    object(
        json!({ "apiVersion": { "const": "batch/v1" }, "kind": { "const": "CronJob" }, "metadata": metadata, "spec": spec }),
        json!(["apiVersion", "kind", "metadata", "spec"]),
    )
}

fn as_json(yaml: &Yaml) -> Value {
    match yaml {
        Yaml::String(text) => json!(text),
        Yaml::Integer(number) => json!(number),
        Yaml::Boolean(value) => json!(value),
        Yaml::Array(items) => Value::Array(items.iter().map(as_json).collect()),
        Yaml::Hash(members) => {
            let member = |(name, value): (&Yaml, &Yaml)| (name.as_str().unwrap().to_owned(), as_json(value));
            Value::Object(members.iter().map(member).collect())
        }
        other => panic!("{other:?}"),
    }
}

fn kubernetes_takes_its_job(shop: &Shop) {
    let text = text(shop, "cronjob.yaml");
    let all = YamlLoader::load_from_str(&text).unwrap();
    let [one] = all.as_slice() else { panic!("{text}") };
    let job = as_json(one);
    let validator = jsonschema::validator_for(&cron_job()).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(&job).map(|e| format!("{}: {e}", e.instance_path())).collect();
    assert!(errors.is_empty(), "{}\n{text}", errors.join("\n"));
    // A schema that takes anything would show nothing.
    let mut wrong = job.clone();
    wrong["spec"]["jobTemplate"]["spec"]["template"]["spec"]["restartPolicy"] = json!("Always");
    assert!(!validator.is_valid(&wrong));
    let args = &job["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]["args"];
    assert!(args.to_string().contains("\"reconcile\",\"$(DATAMOVE_BUNDLE)\""), "{args}");
    assert!(args.to_string().contains("--scheduled"), "{args}");
}
