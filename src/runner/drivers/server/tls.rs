use std::path::PathBuf;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

use super::url::Address;
use crate::diagnostic::Code;
use crate::runner::environment::in_home;
use crate::runner::failure::{Failure, Result};

/// How far a connection is protected; libpq's words and MySQL's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::runner::drivers) enum Mode {
    /// Never.
    Disable,
    /// If the server can; whoever it is.
    Prefer,
    /// Always; whoever the server is.
    Require,
    /// And its certificate comes from an authority that is trusted.
    VerifyCa,
    /// And the certificate is for this host.
    VerifyFull,
}

impl Mode {
    fn from_word(word: &str) -> Option<Self> {
        match word.to_ascii_lowercase().replace('_', "-").as_str() {
            "disable" | "disabled" => Some(Self::Disable),
            "prefer" | "preferred" => Some(Self::Prefer),
            "require" | "required" => Some(Self::Require),
            "verify-ca" => Some(Self::VerifyCa),
            "verify-full" | "verify-identity" => Some(Self::VerifyFull),
            _ => None,
        }
    }
}

/// What a location says about TLS.
#[derive(Clone, Debug)]
pub(in crate::runner::drivers) struct Tls {
    pub(in crate::runner::drivers) mode: Mode,
    /// The file of authorities; the system's without one.
    pub(in crate::runner::drivers) root: Option<PathBuf>,
    /// The client's own certificate and its key.
    pub(in crate::runner::drivers) identity: Option<(PathBuf, PathBuf)>,
}

impl Tls {
    /// Reads `sslmode`, `sslrootcert`, `sslcert` and `sslkey`.
    pub(in crate::runner::drivers) fn of(address: &Address) -> Result<Self> {
        let word = address.get("sslmode").unwrap_or_else(|| "prefer".to_owned());
        let Some(mode) = Mode::from_word(&word) else {
            let words = "disable, prefer, require, verify-ca, verify-full; MySQL's words are understood too";
            return Err(address
                .unreadable(format!("`{word}` is no way to protect a connection"))
                .help(format!("there are: {words}")));
        };
        let root = address.get("sslrootcert");
        let identity = match (address.get("sslcert"), address.get("sslkey")) {
            (Some(cert), Some(key)) => Some((PathBuf::from(cert), PathBuf::from(key))),
            (None, None) => None,
            (Some(_), None) | (None, Some(_)) => {
                return Err(address.unreadable("a certificate needs its key, and a key its certificate"));
            }
        };
        let system = root.as_deref() == Some("system");
        if system && mode < Mode::VerifyFull {
            return Err(address
                .unreadable("the system's authorities vouch for anybody who has a name")
                .help("with `sslrootcert=system` write `sslmode=verify-full`"));
        }
        let root = match root {
            _ if system => None,
            Some(path) => Some(PathBuf::from(path)),
            None => in_home(".postgresql/root.crt").filter(|path| path.exists()),
        };
        // As libpq does: whoever names an authority wants it to be asked.
        let mode = if mode == Mode::Require && root.is_some() { Mode::VerifyCa } else { mode };
        if mode == Mode::VerifyCa && root.is_none() {
            return Err(address
                .unreadable("`verify-ca` needs to know the authority")
                .help("name its certificate with `sslrootcert=FILE`, or write `sslmode=verify-full`"));
        }
        Ok(Self { mode, root, identity })
    }

    /// The settings of rustls that do what the mode says.
    pub(in crate::runner::drivers) fn config(&self) -> Result<ClientConfig> {
        let provider = Arc::new(ring::default_provider());
        let verifier = self.verifier(&provider)?;
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(failed)?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier));
        let Some((cert, key)) = &self.identity else { return Ok(config.with_no_client_auth()) };
        let chain = certificates(cert)?;
        let key = PrivateKeyDer::from_pem_file(key)
            .map_err(|error| failed(format!("the key `{}`: {error}", key.display())))?;
        config.with_client_auth_cert(chain, key).map_err(failed)
    }

    fn verifier(&self, provider: &Arc<CryptoProvider>) -> Result<Verifier> {
        let mut roots = RootCertStore::empty();
        let mut pinned = Vec::new();
        if self.mode >= Mode::VerifyCa {
            pinned = match &self.root {
                Some(path) => certificates(path)?,
                None => rustls_native_certs::load_native_certs().certs,
            };
            let (added, _) = roots.add_parsable_certificates(pinned.iter().cloned());
            if added == 0 {
                return Err(failed("no certificate of an authority was found"));
            }
        }
        let chain = if self.mode >= Mode::VerifyCa {
            let builder = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider));
            Some(builder.build().map_err(failed)?)
        } else {
            None
        };
        Ok(Verifier { mode: self.mode, provider: Arc::clone(provider), chain, pinned })
    }
}

fn certificates(path: &PathBuf) -> Result<Vec<CertificateDer<'static>>> {
    let wrong = |why: String| failed(format!("the certificate `{}`: {why}", path.display()));
    let found: std::result::Result<Vec<_>, _> =
        CertificateDer::pem_file_iter(path).map_err(|error| wrong(error.to_string()))?.collect();
    match found {
        Ok(found) if found.is_empty() => Err(wrong("the file holds none in PEM form".to_owned())),
        Ok(found) => Ok(found),
        Err(error) => Err(wrong(error.to_string())),
    }
}

/// The connection cannot be protected as was asked.
pub(in crate::runner::drivers) fn failed(why: impl std::fmt::Display) -> Box<Failure> {
    Failure::new(Code::TlsFailed, "the connection cannot be encrypted as was asked")
        .engine(why.to_string())
        .state("nothing was written")
        .help("`datamove explain DM0021` lists the modes and what each one asks of the server")
}

/// Verifies as much as the mode asks for.
#[derive(Debug)]
struct Verifier {
    mode: Mode,
    provider: Arc<CryptoProvider>,
    /// Absent where nothing is verified.
    chain: Option<Arc<WebPkiServerVerifier>>,
    /// The certificates that the user trusts by name.
    pinned: Vec<CertificateDer<'static>>,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> std::result::Result<ServerCertVerified, Error> {
        let Some(chain) = &self.chain else { return Ok(ServerCertVerified::assertion()) };
        let verified = chain.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        match verified {
            Err(Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if self.mode == Mode::VerifyCa => Ok(ServerCertVerified::assertion()),
            // A certificate that signed itself is its own authority, if the user named it.
            Err(_) if self.mode == Mode::VerifyCa && self.pinned.iter().any(|known| known == end_entity) => {
                Ok(ServerCertVerified::assertion())
            }
            other => other,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
