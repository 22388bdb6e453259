//! Throwaway authorities and a server's certificate, made by the `openssl` program.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

pub(crate) struct Certificates {
    folder: TempDir,
}

impl Certificates {
    /// An authority (`ca.pem`), another one (`other.pem`), and a certificate for `host` by the first.
    pub(crate) fn new(host: &str) -> Self {
        let made = Self { folder: tempfile::tempdir().unwrap() };
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
        for name in ["ca", "other"] {
            let mut words = vec!["req", "-x509"];
            words.extend(key);
            let (pem, secret, subject) =
                (format!("{name}.pem"), format!("{name}.key"), format!("/CN={name}"));
            words.extend(["-days", "2", "-out", &pem, "-keyout", &secret, "-subj", &subject]);
            made.openssl(&words);
        }
        std::fs::write(made.path("names"), format!("subjectAltName=DNS:{host}\nbasicConstraints=CA:FALSE\n"))
            .unwrap();
        let mut words = vec!["req"];
        words.extend(key);
        words.extend(["-out", "server.csr", "-keyout", "server.key", "-subj", "/CN=server"]);
        made.openssl(&words);
        made.openssl(&[
            "x509",
            "-req",
            "-in",
            "server.csr",
            "-CA",
            "ca.pem",
            "-CAkey",
            "ca.key",
            "-CAcreateserial",
            "-days",
            "2",
            "-extfile",
            "names",
            "-out",
            "server.crt",
        ]);
        made
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Puts the server's certificate and key into its folder, for the user that it runs as.
    pub(crate) fn give_to(&self, folder: &Path, user: &str) {
        for name in ["server.crt", "server.key"] {
            let to = folder.join(name);
            std::fs::copy(self.path(name), &to).unwrap();
            // Without root the server runs as this user.
            let _ = Command::new("chown").arg(user).arg(&to).output();
            assert!(Command::new("chmod").arg("600").arg(&to).status().unwrap().success());
        }
    }

    /// Settings of a MariaDB that has the certificate.
    pub(crate) fn settings() -> String {
        "ssl_cert = {FOLDER}/server.crt\nssl_key = {FOLDER}/server.key\n".to_owned()
    }

    fn openssl(&self, words: &[&str]) {
        let output = Command::new("openssl").args(words).current_dir(self.folder.path()).output();
        let output = output.expect("openssl is there");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}
