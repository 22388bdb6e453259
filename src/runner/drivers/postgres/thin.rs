//! Long messages of a server in parts. The library holds every message as a whole, with room for as much again, and
//! reads some ahead; a row of COPY is one message, but the protocol lets its parts be messages as well. So a row
//! is cut up before the library sees it, and memory does not depend on how long rows are.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncBufRead as _, AsyncRead, AsyncWrite, BufReader, ReadBuf};
use tokio_postgres::tls::{ChannelBinding, TlsConnect, TlsStream};

/// Bytes that are read at once, and the most that a part has.
const PART: usize = 32 * 1024;

/// A message begins with its kind and its length.
const HEAD: usize = 5;

/// The kind of messages that are cut up.
const COPY_DATA: u8 = b'd';

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// The one byte that says whether TLS comes.
    Answer,
    /// What passes is encrypted.
    Sealed,
    Messages,
}

/// What is known of a line's traffic.
#[derive(Debug, Default)]
pub(super) struct Heard {
    /// How long the last long message is as a whole, so that there is room for it at once.
    whole: AtomicUsize,
    /// How often something came.
    times: AtomicUsize,
}

impl Heard {
    pub(super) fn whole(&self) -> usize {
        self.whole.load(Ordering::Relaxed)
    }

    pub(super) fn times(&self) -> usize {
        self.times.load(Ordering::Relaxed)
    }
}

/// A line to a server, see above.
#[derive(Debug)]
pub(super) struct Thin<S> {
    inner: BufReader<S>,
    stage: Stage,
    heard: Arc<Heard>,
    head: [u8; HEAD],
    /// Bytes of the head that are here already.
    have: usize,
    /// Bytes of the head that are still to be handed over.
    announced: usize,
    /// Bytes that belong to the head.
    part: usize,
    /// Bytes of a long message behind that part.
    rest: usize,
}

impl<S: AsyncRead> Thin<S> {
    fn new(inner: S, stage: Stage, heard: Arc<Heard>) -> Self {
        let inner = BufReader::with_capacity(PART, inner);
        Self { inner, stage, heard, head: [0; HEAD], have: 0, announced: 0, part: 0, rest: 0 }
    }

    /// A line on which TLS is asked for first, or not at all.
    pub(super) fn of(inner: S, asks: bool, heard: &Arc<Heard>) -> Self {
        Self::new(inner, if asks { Stage::Answer } else { Stage::Messages }, Arc::clone(heard))
    }

    /// The next part of a long message gets a head of its own.
    fn announce(&mut self) {
        self.part = self.rest.min(PART);
        self.rest -= self.part;
        // A part is far shorter than 4 GiB.
        let length = u32::try_from(self.part + 4).unwrap_or(u32::MAX);
        self.head[0] = COPY_DATA;
        self.head[1..].copy_from_slice(&length.to_be_bytes());
        self.announced = HEAD;
    }

    /// The head is complete.
    fn begin(&mut self) {
        self.have = 0;
        let [kind, length @ ..] = self.head;
        let body = u32::from_be_bytes(length).saturating_sub(4);
        let body = usize::try_from(body).unwrap_or(usize::MAX);
        if kind == COPY_DATA && body > PART {
            self.rest = body;
            self.heard.whole.store(body, Ordering::Relaxed);
        } else {
            (self.part, self.announced) = (body, HEAD);
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Thin<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        while buf.remaining() > 0 {
            if this.announced > 0 {
                let head = &this.head[HEAD - this.announced..];
                let taken = head.len().min(buf.remaining());
                buf.put_slice(&head[..taken]);
                this.announced -= taken;
                continue;
            }
            if this.part == 0 && this.rest > 0 {
                this.announce();
                continue;
            }
            // What is here goes out before more is waited for.
            if buf.filled().len() > before && this.inner.buffer().is_empty() {
                break;
            }
            let here = ready!(Pin::new(&mut this.inner).poll_fill_buf(cx))?;
            if here.is_empty() {
                break;
            }
            this.heard.times.fetch_add(1, Ordering::Relaxed);
            let room = here.len().min(buf.remaining());
            let taken = match this.stage {
                Stage::Answer => {
                    this.stage = if here[0] == b'S' { Stage::Sealed } else { Stage::Messages };
                    buf.put_slice(&here[..1]);
                    1
                }
                Stage::Sealed => {
                    buf.put_slice(&here[..room]);
                    room
                }
                Stage::Messages if this.part > 0 => {
                    let taken = room.min(this.part);
                    buf.put_slice(&here[..taken]);
                    this.part -= taken;
                    taken
                }
                Stage::Messages => {
                    let taken = here.len().min(HEAD - this.have);
                    this.head[this.have..this.have + taken].copy_from_slice(&here[..taken]);
                    this.have += taken;
                    taken
                }
            };
            Pin::new(&mut this.inner).consume(taken);
            if this.have == HEAD {
                this.begin();
            }
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Thin<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(self.get_mut().inner.get_mut()).poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(self.get_mut().inner.get_mut()).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(self.get_mut().inner.get_mut()).poll_shutdown(cx)
    }
}

impl<S: TlsStream + Unpin> TlsStream for Thin<S> {
    fn channel_binding(&self) -> ChannelBinding {
        self.inner.get_ref().channel_binding()
    }
}

/// TLS whose messages are cut up after they are decrypted.
pub(super) struct ThinTls<T>(pub(super) T, pub(super) Arc<Heard>);

impl<S, T> TlsConnect<S> for ThinTls<T>
where
    T: TlsConnect<S>,
    T::Future: Send + 'static,
{
    type Stream = Thin<T::Stream>;
    type Error = T::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Stream, Self::Error>> + Send>>;

    fn connect(self, stream: S) -> Self::Future {
        let connecting = self.0.connect(stream);
        Box::pin(async move { Ok(Thin::new(connecting.await?, Stage::Messages, self.1)) })
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt as _;

    use super::*;

    fn message(kind: u8, body: &[u8]) -> Vec<u8> {
        let length = u32::try_from(body.len() + 4).unwrap();
        [&[kind], &length.to_be_bytes()[..], body].concat()
    }

    fn read(bytes: &[u8], asks: bool) -> Vec<u8> {
        let mut found = Vec::new();
        let mut line = Thin::of(bytes, asks, &Arc::default());
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(line.read_to_end(&mut found)).unwrap();
        found
    }

    #[test]
    fn a_long_row_comes_in_parts_and_all_else_as_it_is() {
        let row: Vec<u8> = (0_u8..251).cycle().take(3 * PART + 7).collect();
        let around = [message(b'T', b"columns"), message(b'd', b""), message(b'd', &row[..PART])].concat();
        let long = message(b'd', &row);
        let other = message(b'D', &row);
        let found = read(&[&around[..], &long, &other, &around].concat(), false);
        let parts: Vec<u8> = row.chunks(PART).flat_map(|part| message(b'd', part)).collect();
        assert!(found == [&around[..], &parts, &other, &around].concat());
        assert_eq!(read(&[b"N", &around[..]].concat(), true), [b"N", &around[..]].concat());
    }

    #[test]
    fn what_is_encrypted_is_nobodys_business() {
        let bytes = [b"S", &message(b'd', &vec![7; 2 * PART])[..]].concat();
        assert!(read(&bytes, true) == bytes);
    }
}
