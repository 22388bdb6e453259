use std::io::{Read as _, Write as _};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::time::Duration;

/// Who is asked speaks at once, or never.
const PATIENCE: Duration = Duration::from_millis(500);

/// PostgreSQL's question whether the server can do TLS; it answers with one letter.
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];

/// What kind of server listens there, as far as its first words tell.
///
/// Asked only after a connection failed: a server counts a greeting that nobody answers.
pub(in crate::runner::drivers) fn who_is(host: &str, port: u16) -> Option<&'static str> {
    let address = (host, port).to_socket_addrs().ok()?.next()?;
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    if let Some(kind) = first_words(&mut stream) {
        return Some(kind);
    }
    stream.write_all(&SSL_REQUEST).ok()?;
    let mut answer = [0; 8];
    let length = stream.read(&mut answer).ok()?;
    match answer.get(..length)? {
        b"S" | b"N" => Some("PostgreSQL"),
        text if text.starts_with(b"HTTP") => Some("a web server"),
        _ => None,
    }
}

/// MySQL speaks first: three bytes of length, a number, and 10 for its protocol or 255 for an error.
fn first_words(stream: &mut TcpStream) -> Option<&'static str> {
    let mut greeting = [0; 64];
    let length = stream.read(&mut greeting).ok()?;
    match greeting.get(..length)? {
        [_, _, _, 0, 10 | 255, ..] => Some("MySQL or MariaDB"),
        [b'S', b'S', b'H', ..] => Some("an SSH server"),
        _ => None,
    }
}
