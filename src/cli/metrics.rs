//! Where `--metrics` goes: a file, or a port of this machine that answers GET.

#![expect(clippy::disallowed_methods, reason = "the command line writes files and knows the time")]

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::runner::progress::{Metrics, Progress};

/// A file is written at most so often, and when the run ends.
const EVERY: Duration = Duration::from_secs(1);

/// Who asks and then says nothing is let go.
const PATIENCE: Duration = Duration::from_secs(2);

/// Where the figures go.
#[derive(Clone, Debug)]
pub(super) enum Place {
    File(PathBuf),
    Port(SocketAddr),
}

impl Place {
    /// `127.0.0.1:9187`, or a path. Other machines are not answered, because nothing here asks who they are.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        match text.parse::<SocketAddr>() {
            Ok(address) if address.ip().is_loopback() => Ok(Self::Port(address)),
            Ok(_) => Err("only this machine is answered: write `127.0.0.1:PORT`".to_owned()),
            Err(_) if text.is_empty() => Err("write a path, or `127.0.0.1:PORT`".to_owned()),
            Err(_) => Ok(Self::File(PathBuf::from(text))),
        }
    }

    /// The same progress, with its figures kept there.
    pub(super) fn beside(&self, shown: Box<dyn Progress>) -> Result<Box<dyn Progress>, String> {
        let keep: Box<dyn FnMut(&str)> = match self {
            Self::File(path) => {
                write(path, "")
                    .map_err(|error| format!("`{}` cannot be written: {error}", path.display()))?;
                let mut file = Kept { path: path.clone(), at: None, text: String::new() };
                Box::new(move |text| file.keep(text))
            }
            Self::Port(address) => {
                let text = listen(*address)
                    .map_err(|error| format!("`{address}` cannot be listened at: {error}"))?;
                Box::new(move |new| new.clone_into(&mut text.lock().unwrap_or_else(PoisonError::into_inner)))
            }
        };
        Ok(Box::new(Metrics::new(shown, keep)))
    }
}

/// A file with the last figures.
struct Kept {
    path: PathBuf,
    at: Option<Instant>,
    text: String,
}

impl Kept {
    fn keep(&mut self, text: &str) {
        text.clone_into(&mut self.text);
        if self.at.is_none_or(|at| at.elapsed() >= EVERY) {
            // A move does not stop because nobody can watch it.
            let _ = write(&self.path, text);
            self.at = Some(Instant::now());
        }
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        let _ = write(&self.path, &self.text);
    }
}

/// Whoever reads the file sees it whole.
fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    fs::write(&beside, text)?;
    fs::rename(&beside, path)
}

/// Answers in a thread of its own, for as long as the process lives.
fn listen(address: SocketAddr) -> std::io::Result<Arc<Mutex<String>>> {
    let listener = TcpListener::bind(address)?;
    let text = Arc::new(Mutex::new(String::new()));
    let shown = Arc::clone(&text);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let text = shown.lock().unwrap_or_else(PoisonError::into_inner).clone();
            // Who went away has no need of an answer.
            let _ = answer(stream, &text);
        }
    });
    Ok(text)
}

/// One question and its answer; the connection ends with it.
fn answer(mut stream: TcpStream, text: &str) -> std::io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut asked = [0; 1024];
    let read = stream.read(&mut asked)?;
    let is_known = [&b"GET /metrics "[..], b"GET / "].iter().any(|start| asked[..read].starts_with(start));
    let (status, text) = if is_known { ("200 OK", text) } else { ("404 Not Found", "") };
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{text}",
        text.len()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_answered() {
        assert!(matches!(Place::parse("127.0.0.1:9187"), Ok(Place::Port(_))));
        assert!(matches!(Place::parse("[::1]:9187"), Ok(Place::Port(_))));
        assert!(Place::parse("0.0.0.0:9187").is_err());
        assert!(matches!(Place::parse("run/move.prom"), Ok(Place::File(_))));
    }

    #[test]
    fn a_port_answers_get_and_nothing_else() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        let text = listen(address).unwrap();
        "datamove_steps 1\n".clone_into(&mut text.lock().unwrap());
        let ask = |question: &str| {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.write_all(question.as_bytes()).unwrap();
            let mut said = String::new();
            stream.read_to_string(&mut said).unwrap();
            said
        };
        let said = ask("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
        assert!(
            said.starts_with("HTTP/1.1 200 OK\r\n") && said.ends_with("\r\n\r\ndatamove_steps 1\n"),
            "{said}"
        );
        assert!(ask("POST /metrics HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 404"));
        assert!(ask("GET /etc/passwd HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 404"));
    }
}
