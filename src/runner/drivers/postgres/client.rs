//! A client that waits for each answer, over a line of our own making.

use std::future::poll_fn;
use std::io;
use std::net::{TcpStream, ToSocketAddrs as _};
use std::ops::ControlFlow;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt as _, StreamExt as _};
use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres::{CancelToken, Config, CopyInSink, Error, NoTls, SimpleQueryMessage};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::mute::Watch;
use super::thin::{Heard, Thin, ThinTls};
use crate::runner::drivers::server::connect::{ASKED, ASKED_EVERY, Place, SILENCE, UNHEARD};

/// Why there is no connection.
#[derive(Debug)]
pub(super) enum NoLine {
    /// Nobody is there.
    Unreached(io::Error),
    /// Somebody is, and this came of it.
    Refused(Error),
}

/// A session with a server.
pub(super) struct Client {
    line: Line,
    asks: tokio_postgres::Client,
}

/// Moves bytes between the client and the server, until one of them ends that.
type Pump = Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>;

/// What moves bytes while an answer is waited for.
struct Line {
    runtime: Runtime,
    /// Absent once it has ended.
    pump: Option<Pump>,
    heard: Arc<Heard>,
    /// Who asks whether the server still works, where nothing is heard for long.
    watch: Option<Watch>,
}

impl Line {
    /// Waits for an answer. If the line ends meanwhile, its own error says why; if it is mute, it is ended.
    fn wait<T>(&mut self, answer: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        let mut answer = pin!(answer);
        let mut suspected = false;
        loop {
            let before = self.heard.times();
            let time = self.watch.as_ref().map_or(UNHEARD, |watch| watch.patience(suspected));
            let pump = &mut self.pump;
            let both = poll_fn(|cx| {
                if let Some(Poll::Ready(ended)) = pump.as_mut().map(|pump| pump.as_mut().poll(cx)) {
                    *pump = None;
                    if let Err(error) = ended {
                        return Poll::Ready(Err(error));
                    }
                }
                answer.as_mut().poll(cx)
            });
            if let Ok(answered) = self.runtime.block_on(async { timeout(time, both).await }) {
                return answered;
            }
            let silent = self.heard.times() == before;
            let waits = silent && self.watch.as_ref().is_some_and(Watch::server_waits);
            if waits && suspected {
                // What waits for it is told that the line is closed.
                self.pump = None;
            }
            suspected = waits;
        }
    }
}

impl Client {
    /// Connects to `place`; `encryption` is absent where there shall be none.
    pub(super) fn connect(
        config: &Config,
        place: &Place,
        patience: Duration,
        encryption: Option<&MakeRustlsConnect>,
    ) -> Result<Self, NoLine> {
        let runtime = runtime().map_err(NoLine::Unreached)?;
        let socket = socket(place, patience).map_err(NoLine::Unreached)?;
        let (refused, heard) = (NoLine::Refused, Arc::default());
        let (client, pump) = runtime.block_on(async {
            let socket = socket.registered().map_err(NoLine::Unreached)?;
            let Some(tls) = encryption else {
                let socket = Thin::of(socket, false, &heard);
                let (client, pump) = config.connect_raw(socket, NoTls).await.map_err(refused)?;
                return Ok((client, Box::pin(pump) as Pump));
            };
            let tls = connector::<Thin<Box<dyn Stream>>>(tls, place).map_err(NoLine::Unreached)?;
            let (socket, tls) = (Thin::of(socket, true, &heard), ThinTls(tls, Arc::clone(&heard)));
            let (client, pump) = config.connect_raw(socket, tls).await.map_err(refused)?;
            Ok((client, Box::pin(pump) as _))
        })?;
        Ok(Self { line: Line { runtime, pump: Some(pump), heard, watch: None }, asks: client })
    }

    /// From here on the line is ended if the server waits for us while we wait for it.
    pub(super) fn watch(&mut self, watch: Watch) {
        self.line.watch = Some(watch);
    }

    pub(super) fn simple_query(&mut self, sql: &str) -> Result<Vec<SimpleQueryMessage>, Error> {
        self.line.wait(self.asks.simple_query(sql))
    }

    /// Begins a COPY into a table. Nothing of it stays if it is not finished.
    pub(super) fn copy_in(&mut self, sql: &str) -> Result<CopyIn<'_>, Error> {
        let sink = Box::pin(self.line.wait(self.asks.copy_in(sql))?);
        Ok(CopyIn { line: &mut self.line, sink })
    }

    /// Hands over what a COPY to the client sends, until there is no more or `take` has enough. Beside each part
    /// stands how long the row is as a whole, if this is the first part of a long one.
    pub(super) fn copy_out(
        &mut self,
        sql: &str,
        mut take: impl FnMut(&[u8], usize) -> ControlFlow<()>,
    ) -> Result<(), Error> {
        let (client, heard) = (&self.asks, Arc::clone(&self.line.heard));
        self.line.wait(async move {
            let mut parts = pin!(client.copy_out(sql).await?);
            while let Some(part) = parts.next().await {
                if take(&part?, heard.whole()).is_break() {
                    break;
                }
            }
            Ok(())
        })
    }

    pub(super) fn cancel_token(&self) -> CancelToken {
        self.asks.cancel_token()
    }

    /// Says good-bye.
    pub(super) fn close(self) -> Result<(), Error> {
        let Self { mut line, asks, .. } = self;
        drop(asks);
        match line.pump.take() {
            Some(pump) => line.wait(pump),
            None => Ok(()),
        }
    }
}

/// A COPY into a table.
pub(super) struct CopyIn<'c> {
    line: &'c mut Line,
    sink: Pin<Box<CopyInSink<Bytes>>>,
}

impl CopyIn<'_> {
    pub(super) fn write(&mut self, part: Bytes) -> Result<(), Error> {
        self.line.wait(self.sink.send(part))
    }

    pub(super) fn finish(mut self) -> Result<u64, Error> {
        self.line.wait(self.sink.as_mut().finish())
    }
}

/// Ends the statement that a session is working on. Whether it succeeds shows in the statement, not here.
pub(super) fn cancel(
    token: &CancelToken,
    place: &Place,
    patience: Duration,
    encryption: Option<&MakeRustlsConnect>,
) {
    let (Ok(runtime), Ok(socket)) = (runtime(), socket(place, patience)) else { return };
    let _ = runtime.block_on(async {
        let Ok(socket) = socket.registered() else { return Ok(()) };
        match encryption {
            None => token.cancel_query_raw(socket, NoTls).await,
            Some(tls) => {
                let Ok(tls) = connector::<Box<dyn Stream>>(tls, place) else { return Ok(()) };
                token.cancel_query_raw(socket, tls).await
            }
        }
    });
}

/// What encrypts one line.
fn connector<S>(
    tls: &MakeRustlsConnect,
    place: &Place,
) -> io::Result<<MakeRustlsConnect as MakeTlsConnect<S>>::TlsConnect>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    MakeTlsConnect::<S>::make_tls_connect(&mut tls.clone(), &place.host).map_err(io::Error::other)
}

fn runtime() -> io::Result<Runtime> {
    Builder::new_current_thread().enable_all().build()
}

/// A line, and somebody at its other end.
enum Socket {
    Tcp(TcpStream),
    Unix(UnixStream),
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

impl Socket {
    /// The same as the runtime that is entered waits for it.
    fn registered(self) -> io::Result<Box<dyn Stream>> {
        Ok(match self {
            Self::Tcp(line) => {
                line.set_nonblocking(true)?;
                Box::new(tokio::net::TcpStream::from_std(line)?)
            }
            Self::Unix(line) => {
                line.set_nonblocking(true)?;
                Box::new(tokio::net::UnixStream::from_std(line)?)
            }
        })
    }
}

fn socket(place: &Place, patience: Duration) -> io::Result<Socket> {
    if place.host.starts_with('/') {
        let path = Path::new(&place.host).join(format!(".s.PGSQL.{}", place.port));
        return Ok(Socket::Unix(UnixStream::connect(path)?));
    }
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the host has no address");
    for address in (place.host.as_str(), place.port).to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, patience) {
            Ok(line) => return kept(&line).map(|()| Socket::Tcp(line)),
            Err(error) => last = error,
        }
    }
    Err(last)
}

/// A line whose other end is asked whether it is there.
fn kept(line: &TcpStream) -> io::Result<()> {
    line.set_nodelay(true)?;
    let line = SockRef::from(line);
    let keepalive = TcpKeepalive::new().with_time(SILENCE).with_interval(ASKED_EVERY).with_retries(ASKED);
    line.set_tcp_keepalive(&keepalive)?;
    #[cfg(target_os = "linux")]
    line.set_tcp_user_timeout(Some(UNHEARD))?;
    Ok(())
}
