//! The runbook of the link `fdw`, typed word for word, by an ordinary role and with a password that wants to break
//! out; and where that password may never be.

use std::path::Path;
use std::process::Command;

use crate::ended::{Ended, datamove};
use crate::journey::{Journey, Target};
use crate::or_skip;

const PASSWORD: &str = r#"p'a\ "s$s -c x=y"#;

/// The lines of the runbook's shell blocks that psql runs.
fn stock_lines(bundle: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(bundle.join("runbook.md")).unwrap();
    let lines = text.lines().map(str::trim);
    lines
        .filter(|line| line.starts_with("psql ") || line.starts_with("PGOPTIONS="))
        .map(str::to_owned)
        .collect()
}

#[test]
fn of_a_source_reach_the_servers_and_no_log_file_or_report() {
    let journey = or_skip!("secrets of a link", Journey::between("fdw_secret", "postgres", "fdw"));
    let Target::Postgres(target) = &journey.database else { return };
    let (server, source) = (target.server(), journey.source_database.as_ref().unwrap());
    let quoted = PASSWORD.replace('\'', "''");
    target
        .psql(&format!(
            "CREATE EXTENSION postgres_fdw; SET standard_conforming_strings = on;
             CREATE ROLE linker LOGIN PASSWORD '{quoted}'; CREATE ROLE linked LOGIN;
             GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw TO linked;
             GRANT CREATE, TEMPORARY ON DATABASE \"{}\" TO linked; ALTER SCHEMA new OWNER TO linked;
             ALTER TABLE new.parent OWNER TO linked; ALTER TABLE new.child OWNER TO linked; ALTER TABLE new.loose OWNER TO linked;
             ALTER ROLE linked SET log_statement = 'none'",
            target.name()
        ))
        .ok();
    source
        .psql("GRANT USAGE ON SCHEMA old TO linker; GRANT SELECT ON ALL TABLES IN SCHEMA old TO linker")
        .ok();
    // This role is asked for its password; every statement is logged.
    let hba = server.data().join("pg_hba.conf");
    let before = std::fs::read_to_string(&hba).unwrap();
    std::fs::write(&hba, format!("host all linker 127.0.0.1/32 scram-sha-256\n{before}")).unwrap();
    target.psql("ALTER SYSTEM SET log_statement = 'all'; SELECT pg_reload_conf()").ok();
    target.psql("ALTER ROLE linked RESET log_statement").ok();

    // psql, by the runbook.
    let file = journey.bundle().join("../password");
    std::fs::write(&file, PASSWORD).unwrap();
    let escaped = PASSWORD.replace('\\', "\\\\").replace(' ', "\\ ");
    let options = format!(
        "-c datamove.source_host=127.0.0.1 -c datamove.source_port={} -c datamove.source_dbname={} -c datamove.source_user=linker -c datamove.source_password={escaped}",
        server.port(),
        source.name()
    );
    let runbook = std::fs::read_to_string(journey.bundle().join("runbook.md")).unwrap();
    assert!(
        runbook.contains(r"datamove.source_password=$(sed 's/[\\ ]/\\&/g' /path/to/password)"),
        "{runbook}"
    );
    let sed = Command::new("sh")
        .args(["-c", r"sed 's/[\\ ]/\\&/g' password"])
        .current_dir(file.parent().unwrap())
        .output();
    assert_eq!(String::from_utf8(sed.unwrap().stdout).unwrap(), escaped);
    let lines = stock_lines(&journey.bundle());
    assert!(
        lines.iter().any(|line| line.starts_with("PGOPTIONS=") && line.ends_with("sql/12_link.sql")),
        "{lines:#?}"
    );
    let superuser = source.url();
    for line in lines {
        let mut shell = Command::new("sh");
        shell.args(["-e", "-c", &line]).current_dir(journey.bundle()).env("SOURCE_OPTIONS", &options);
        shell.env("TARGET", target.url_as("linked")).env("SOURCE", &superuser);
        Ended::of(&mut shell).expect(0, &[]);
        let loaded = target.query("SELECT count(*) FROM new.child");
        assert!(line.contains("90_rollback") == false || loaded == [["0"]], "{line}");
    }
    // datamove, with the password beside the location.
    let mut apply = datamove();
    let to = target.url_as("linked");
    let from = source.url_as("linker");
    apply.arg("apply").arg(journey.bundle()).args(["--target", &to, "--source", &from, "--format", "json"]);
    apply.env("DATAMOVE_SOURCE_PASSWORD", PASSWORD);
    let ended = Ended::of(&mut apply).expect(0, &["loaded", "4100"]);

    let log = std::fs::read_to_string(server.data().join("../log")).unwrap();
    std::fs::write(&hba, before).unwrap();
    target.psql("ALTER SYSTEM RESET log_statement; SELECT pg_reload_conf()").ok();
    let began = log.find("12_link").or_else(|| log.find("CREATE SERVER")).expect("the statements are logged");
    for (place, text) in [
        ("the report", ended.all()),
        ("the log", log[began..].to_owned()),
        ("the dump", journey.dump().join("\n")),
    ] {
        assert!(!text.contains("-c x=y") && !text.contains("\"s$s"), "the password is in {place}");
    }
}
