//! Locations that lead nowhere, to somebody else, or to a server that asks for more.

use std::io::Write as _;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use crate::certificates::Certificates;
use crate::ended::{Ended, datamove};
use crate::shop::{Shop, bundle};
use crate::testkit::{Mariadb, Postgres};

const SECRET: &str = "hunter2 'x'%";
const SECRET_IN_URL: &str = "hunter2%20%27x%27%25";

fn status(target: &str) -> Command {
    let mut command = datamove();
    command.arg("status").arg(bundle()).args(["--target", target]);
    command
}

/// A role that must give a password, and one that must come by TLS; others as before.
fn guard(server: &Postgres, shop: &Shop) {
    let password = SECRET.replace('\'', "''");
    shop.db
        .psql(&format!("CREATE ROLE guarded LOGIN PASSWORD '{password}'; CREATE ROLE covered LOGIN;"))
        .ok();
    let file = server.data().join("pg_hba.conf");
    let rules = std::fs::read_to_string(&file).unwrap();
    let more = "host all guarded 127.0.0.1/32 scram-sha-256\nhostssl all covered 127.0.0.1/32 trust\nhostnossl all covered all reject\n";
    std::fs::write(&file, format!("{more}{rules}")).unwrap();
    shop.db.psql("SELECT pg_reload_conf()").ok();
    std::thread::sleep(std::time::Duration::from_millis(300));
}

#[test]
fn passwords_come_from_many_places_and_are_never_shown() {
    let server = crate::or_skip!("passwords", Postgres::get());
    let shop = Shop::new(server, "passwords");
    guard(server, &shop);
    let url = shop.db.url_as("guarded");
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str, mode: u32| -> PathBuf {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        path
    };
    let found = |command: &mut Command| Ended::of(command).expect(0, &["nothing applied"]);
    found(status(&url).env("DATAMOVE_TARGET_PASSWORD", SECRET).env("PGPASSWORD", "wrong"));
    found(status(&url).env("PGPASSWORD", SECRET));
    let plain = file("plain", &format!("{SECRET}\n"), 0o600);
    let next = found(
        status(&url).arg("--target-password-file").arg(&plain).env("DATAMOVE_TARGET_PASSWORD", "wrong"),
    );
    assert!(next.stdout.contains(&format!("--target-password-file {}", plain.display())), "{}", next.stdout);
    let passfile = file("passfile", &format!("other:1:x:y:z\n127.0.0.1:*:*:guarded:{SECRET}\n"), 0o600);
    found(&mut status(&format!("{url}?passfile={}", passfile.display())));
    found(status(&url).env("PGPASSFILE", &passfile));
    let with = url.replace("guarded@", &format!("guarded:{SECRET_IN_URL}@"));
    let shown = found(&mut status(&with));
    assert!(shown.stdout.contains("guarded:***@"), "{}", shown.stdout);
    found(&mut status(&format!(
        "host=127.0.0.1 port={} dbname={} user=guarded password='hunter2 \\'x\\'%'",
        server.port(),
        shop.db.name()
    )));

    let open = file("open", SECRET, 0o644);
    Ended::of(status(&url).arg("--target-password-file").arg(&open)).expect(64, &["DM0023", "chmod 600"]);
    Ended::of(status(&url).arg("--target-password-file").arg("nowhere")).expect(64, &["DM0023"]);
    for (command, words) in [
        (status(&url).env("PGPASSWORD", "wrong"), "password authentication failed"),
        (&mut status(&url), "password missing"),
    ] {
        Ended::of(command).expect(1, &["DM0017", words]);
    }
    // Whatever goes wrong, the password is in no output, and no row of the ledger.
    for (target, code) in [
        (with.replace("/passwords", "/nowhere"), 1),
        (format!("{with}?nonsense=1"), 64),
        (with.replace("%25@", "@"), 1),
    ] {
        let ended = Ended::of(&mut status(&target)).expect(code, &[]);
        assert!(!ended.all().contains("hunter2"), "{}", ended.all());
    }
    let applied =
        Ended::of(shop.command("apply", &[]).env("DATAMOVE_TARGET_PASSWORD", SECRET)).expect(0, &["loaded"]);
    assert!(!applied.all().contains("hunter2"));
    let ledger = shop.db.query("SELECT (SELECT string_agg(r::text, '') FROM datamove_shop_v2.run AS r) || (SELECT string_agg(s::text, '') FROM datamove_shop_v2.step AS s)");
    assert!(!ledger[0][0].contains("hunter2"), "{ledger:?}");
}

#[test]
fn tls_means_what_it_means_to_libpq() {
    let server = crate::or_skip!("TLS on PostgreSQL", Postgres::get());
    let shop = Shop::new(server, "tls");
    shop.db.psql("CREATE ROLE covered_2 LOGIN").ok();
    let file = server.data().join("pg_hba.conf");
    let rules = std::fs::read_to_string(&file).unwrap();
    std::fs::write(
        &file,
        format!("hostssl all covered_2 127.0.0.1/32 trust\nhostnossl all covered_2 all reject\n{rules}"),
    )
    .unwrap();
    shop.db.psql("SELECT pg_reload_conf()").ok();
    let url = |user: &str, host: &str, more: &str| {
        format!("postgres://{user}@{host}:{}/{}?{more}", server.port(), shop.db.name())
    };
    let refused = |target: &str, texts: &[&str]| drop(Ended::of(&mut status(target)).expect(1, texts));
    refused(&url("mover", "127.0.0.1", "sslmode=require"), &["DM0021", "does not support TLS"]);

    let certificates = Certificates::new("localhost");
    certificates.give_to(&server.data(), "postgres");
    shop.db.psql("ALTER SYSTEM SET ssl = on;\nSELECT pg_reload_conf();").ok();
    std::thread::sleep(std::time::Duration::from_millis(500));
    let (ca, other) = (certificates.path("ca.pem"), certificates.path("other.pem"));
    let (ca, other) = (ca.display(), other.display());
    let found = |target: &str| drop(Ended::of(&mut status(target)).expect(0, &["nothing applied"]));
    for good in [
        url("covered_2", "127.0.0.1", "sslmode=prefer"),
        url("covered_2", "127.0.0.1", "sslmode=require"),
        url("covered_2", "127.0.0.1", &format!("sslmode=verify-ca&sslrootcert={ca}")),
        url("covered_2", "localhost", &format!("sslmode=verify-full&sslrootcert={ca}")),
        url("mover", "127.0.0.1", "sslmode=disable"),
    ] {
        found(&good);
    }
    refused(&url("covered_2", "127.0.0.1", "sslmode=disable"), &["DM0017", "no encryption"]);
    // The certificate is for `localhost` alone.
    refused(&url("covered_2", "127.0.0.1", &format!("sslmode=verify-full&sslrootcert={ca}")), &["DM0021"]);
    refused(&url("covered_2", "localhost", &format!("sslmode=verify-full&sslrootcert={other}")), &["DM0021"]);
    refused(&url("covered_2", "localhost", &format!("sslmode=verify-ca&sslrootcert={other}")), &["DM0021"]);
    // Who names an authority with `require` wants it to be asked.
    refused(&url("covered_2", "localhost", &format!("sslmode=require&sslrootcert={other}")), &["DM0021"]);
    refused(&url("covered_2", "localhost", "sslmode=verify-full"), &["DM0021"]);
    Ended::of(&mut status(&url("x", "localhost", "sslmode=verify-ca")))
        .expect(64, &["DM0022", "sslrootcert"]);
    shop.run("apply", &[]).expect(0, &["loaded"]);
}

#[test]
fn tls_of_mysql_is_verified_too() {
    let certificates = Certificates::new("localhost");
    let settings = Certificates::settings();
    let server = crate::or_skip!(
        "TLS on MariaDB",
        Mariadb::start_with(&settings, |folder| certificates.give_to(folder, "mysql"))
    );
    let url = |host: &str, more: &str| format!("mysql://root@{host}:{}/?{more}", server.port());
    let (ca, other) = (certificates.path("ca.pem"), certificates.path("other.pem"));
    let open = |target: &str| {
        let place = datamove::runner::location::Location::parse(target).unwrap();
        datamove::runner::drivers::session(&place).map_err(|failure| failure.to_text())
    };
    let cipher = |target: &str| {
        let mut session = open(target).unwrap();
        let set = session.query("SHOW SESSION STATUS LIKE 'Ssl_cipher'").unwrap();
        set.text(&set.rows[0], "Value")
    };
    assert_eq!(cipher(&url("127.0.0.1", "ssl-mode=disabled")), "");
    assert_ne!(cipher(&url("127.0.0.1", "")), "");
    assert_ne!(cipher(&url("127.0.0.1", "ssl-mode=required")), "");
    assert_ne!(cipher(&url("localhost", &format!("ssl-mode=verify_identity&ssl-ca={}", ca.display()))), "");
    for wrong in [
        url("localhost", &format!("ssl-mode=verify_identity&ssl-ca={}", other.display())),
        url("127.0.0.1", &format!("ssl-mode=verify_identity&ssl-ca={}", ca.display())),
        url("localhost", &format!("sslmode=verify-ca&sslrootcert={}", other.display())),
    ] {
        let failure = open(&wrong).unwrap_err();
        assert!(failure.contains("DM0021"), "{wrong}: {failure}");
    }
    let bare = crate::or_skip!("MariaDB without TLS", Mariadb::start_with("ssl = off\n", |_| ()));
    let target = format!("mysql://root@127.0.0.1:{}/?ssl-mode=required", bare.port());
    assert!(open(&target).unwrap_err().contains("DM0021"));
}

#[test]
fn whoever_else_answers_is_named() {
    let postgres = crate::or_skip!("PostgreSQL for wrong places", Postgres::get());
    let mariadb = crate::or_skip!("MariaDB for wrong places", Mariadb::get());
    let shop = Shop::new(postgres, "wrong");
    let web = web_server();
    let at = |port: u16| format!("postgres://mover@127.0.0.1:{port}/{}", shop.db.name());
    let begun = Instant::now();
    Ended::of(&mut status(&at(mariadb.port()))).expect(1, &["DM0019", "MySQL or MariaDB answers there"]);
    Ended::of(&mut status(&at(web))).expect(1, &["DM0019", "a web server answers there"]);
    Ended::of(&mut status(&at(1))).expect(1, &["DM0016", "port 1"]);
    Ended::of(&mut status("postgres://mover@nowhere.invalid/x")).expect(1, &["DM0016", "nowhere.invalid"]);
    Ended::of(&mut status(&format!("{}x", at(postgres.port()))))
        .expect(1, &["DM0018", "has no database `wrong_"]);
    Ended::of(&mut status("postgres:///x?host=/nowhere&user=x"))
        .expect(1, &["DM0016", "the socket `/nowhere`"]);
    Ended::of(&mut status(&mariadb.url(""))).expect(64, &["DM0014", "is for PostgreSQL"]);
    Ended::of(&mut status("postgres://h/d?sslmode=maybe")).expect(64, &["DM0022", "verify-full"]);
    Ended::of(&mut status("postgres://a,b/d")).expect(64, &["DM0022", "several hosts"]);
    let mysql = |port: u16| {
        let target = format!("mysql://root@127.0.0.1:{port}/?connect_timeout=1");
        let place = datamove::runner::location::Location::parse(&target).unwrap();
        datamove::runner::drivers::session(&place).unwrap_err().to_text()
    };
    assert!(mysql(postgres.port()).contains("PostgreSQL answers there"), "{}", mysql(postgres.port()));
    assert!(mysql(web).contains("a web server answers there"), "{}", mysql(web));
    assert!(mysql(1).contains("DM0016"), "{}", mysql(1));
    assert!(begun.elapsed().as_secs() < 30);
    let place = datamove::runner::location::Location::parse(&mariadb.url("nowhere")).unwrap();
    assert!(datamove::runner::drivers::session(&place).unwrap_err().to_text().contains("DM0018"));
    mariadb.mysql("", "CREATE USER guarded@'127.0.0.1' IDENTIFIED BY 'hunter2'").ok();
    let text = format!("mysql://guarded:hunter3@127.0.0.1:{}/", mariadb.port());
    let refused =
        datamove::runner::drivers::session(&datamove::runner::location::Location::parse(&text).unwrap());
    let refused = refused.unwrap_err().to_text();
    assert!(refused.contains("DM0017") && !refused.contains("hunter"), "{refused}");
    let text = text.replace("hunter3", "hunter2");
    datamove::runner::drivers::session(&datamove::runner::location::Location::parse(&text).unwrap()).unwrap();
}

#[test]
fn a_source_elsewhere_is_refused() {
    let server = crate::or_skip!("two databases", Postgres::get());
    let (shop, other) = (Shop::new(server, "here"), Shop::new(server, "there"));
    shop.run("apply", &["--source", &other.db.url_as("mover")])
        .expect(64, &["DM0024", "one database", "leave --source away"]);
    let socket = format!(
        "postgres:///{}?host={}&port={}&user=mover",
        shop.db.name(),
        server.socket().display(),
        server.port()
    );
    shop.run("apply", &["--source", &socket]).expect(0, &["loaded"]);
}

/// Answers everything with a page, on a port of its own.
fn web_server() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            std::thread::spawn(move || {
                let mut question = [0; 4];
                let _ = std::io::Read::read(&mut stream, &mut question);
                let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
            });
        }
    });
    port
}
