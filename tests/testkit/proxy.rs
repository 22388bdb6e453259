//! A proxy that cuts connections: between a runner and its server, at a moment that the test chooses.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// Forwards to a port of this machine until it is told otherwise. It ends with the test binary.
#[derive(Debug)]
pub(crate) struct Proxy {
    port: u16,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    /// What the clients sent so far: pieces, which are statements nearly always, and bytes of both sides.
    sent: u64,
    bytes: u64,
    cut: Option<Cut>,
    cuts: u32,
    refused_until: Option<Instant>,
    /// Nothing is forwarded, and nothing is said about it.
    silent: bool,
    /// Both ends of each line.
    lines: Vec<[TcpStream; 2]>,
}

/// When a line is cut, counted from now on.
#[derive(Clone, Debug)]
pub(crate) enum Cut {
    /// When so many bytes have passed in both directions together.
    Bytes(u64),
    /// At this piece of what clients send, from 1: the server never sees it.
    Unheard(u64),
    /// The server sees it and answers, and the client never hears that.
    Unanswered(u64),
    /// As [`Cut::Unanswered`], for the first piece that holds this text.
    UnansweredText(&'static str),
    /// As [`Cut::UnansweredText`], for that line and all others; from then on nothing is forwarded, and
    /// the lines stay open.
    SilentFrom(&'static str),
    /// From the first piece that holds this text, that line alone brings nothing more to either side and stays open.
    MuteFrom(&'static str),
}

impl Proxy {
    pub(crate) fn to(server: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let port = listener.local_addr().expect("it has an address").port();
        let state = Arc::<Mutex<State>>::default();
        let shared = Arc::clone(&state);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                serve(client, server, &shared);
            }
        });
        Self { port, state }
    }

    /// A location with the server's port, with this one instead.
    pub(crate) fn instead(&self, url: &str, server: u16) -> String {
        let (from, to) = (format!(":{server}"), format!(":{}", self.port));
        assert!(url.contains(&from), "{url}");
        url.replacen(&from, &to, 1)
    }

    /// Pieces and bytes that passed since the last call.
    pub(crate) fn passed(&self) -> (u64, u64) {
        let mut state = self.state.lock().expect("no thread panics");
        (std::mem::take(&mut state.sent), std::mem::take(&mut state.bytes))
    }

    /// Forgets what passed, and cuts one line at that moment.
    pub(crate) fn cut(&self, cut: Cut) {
        self.passed();
        let mut state = self.state.lock().expect("no thread panics");
        state.cut = Some(cut);
        state.cuts = 0;
        state.silent = false;
    }

    /// How many lines were cut since then.
    pub(crate) fn cuts(&self) -> u32 {
        self.state.lock().expect("no thread panics").cuts
    }

    /// Cuts every line, and lets no new one in for a while.
    pub(crate) fn refuse(&self, time: Duration) {
        let mut state = self.state.lock().expect("no thread panics");
        state.refused_until = Some(Instant::now() + time);
        state.cut_all();
    }

    /// Forwards again.
    pub(crate) fn heal(&self) {
        let mut state = self.state.lock().expect("no thread panics");
        state.silent = false;
        state.refused_until = None;
        state.cut_all();
    }
}

impl State {
    fn cut_all(&mut self) {
        for line in self.lines.drain(..) {
            cut(&line);
            self.cuts += 1;
        }
    }
}

/// At once and rudely.
fn cut(line: &[TcpStream; 2]) {
    for end in line {
        // It may be closed already.
        let _ = end.shutdown(Shutdown::Both);
    }
}

fn serve(client: TcpStream, server: u16, state: &Arc<Mutex<State>>) {
    let mut now = state.lock().expect("no thread panics");
    if now.refused_until.is_some_and(|until| Instant::now() < until) {
        return;
    }
    let Ok(server) = TcpStream::connect(("127.0.0.1", server)) else { return };
    let clone = |end: &TcpStream| end.try_clone().expect("a descriptor is left");
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    now.lines.push([clone(&client), clone(&server)]);
    drop(now);
    let line = Arc::<Mutex<Line>>::default();
    let pumps = [(clone(&client), clone(&server), true), (server, client, false)];
    for (from, to, asks) in pumps {
        let (state, line) = (Arc::clone(state), Arc::clone(&line));
        thread::spawn(move || pump(from, to, asks, &state, &line));
    }
}

/// What both directions of a line share.
#[derive(Debug, Default)]
struct Line {
    /// The next answer is its end.
    unanswered: bool,
    mute: bool,
}

/// Forwards one direction.
fn pump(mut from: TcpStream, mut to: TcpStream, asks: bool, state: &Mutex<State>, line: &Mutex<Line>) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(size @ 1..) = from.read(&mut buffer) {
        let piece = &buffer[..size];
        let mut now = state.lock().expect("no thread panics");
        now.bytes += size as u64;
        now.sent += u64::from(asks);
        let mut line = line.lock().expect("no thread panics");
        let text = |text: &str| asks && piece.windows(text.len()).any(|part| part == text.as_bytes());
        let ends = match now.cut {
            _ if line.unanswered && !asks => true,
            Some(Cut::Bytes(most)) => now.bytes >= most,
            Some(Cut::Unheard(number)) => asks && now.sent >= number,
            Some(Cut::Unanswered(number)) if asks && now.sent >= number => {
                line.unanswered = true;
                now.cut = None;
                false
            }
            Some(Cut::UnansweredText(wanted)) if text(wanted) => {
                line.unanswered = true;
                now.cut = None;
                false
            }
            Some(Cut::SilentFrom(wanted)) if text(wanted) => {
                now.silent = true;
                now.cut = None;
                now.cuts += 1;
                false
            }
            Some(Cut::MuteFrom(wanted)) if text(wanted) => {
                line.mute = true;
                now.cut = None;
                now.cuts += 1;
                false
            }
            _ => false,
        };
        if ends {
            now.cut = None;
            now.cuts += 1;
            cut(&[from, to]);
            return;
        }
        if now.silent || line.mute {
            continue;
        }
        drop((line, now));
        if to.write_all(piece).is_err() {
            break;
        }
    }
    let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
}
