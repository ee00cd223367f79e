// SPDX-License-Identifier: MIT OR Apache-2.0

use postcard::accumulator::{CobsAccumulator, FeedResult};
use serde::de::DeserializeOwned;
use serde::Serialize;

/// The most bytes that an encoded message may have, its end included. Arguments of a command are what could come near.
pub const MAX_FRAME: usize = 256 * 1024;

/// The message is larger than [`MAX_FRAME`] once encoded.
#[derive(Debug, thiserror::Error)]
#[error("a message has more than {MAX_FRAME} bytes")]
pub struct TooLong;

/// The other side sent something that is no message of this protocol.
#[derive(Debug, thiserror::Error)]
#[error("what arrived is no message of this protocol")]
pub struct Corrupt;

/// Turns messages into what goes over the port.
pub struct Encoder {
    frame: Box<[u8]>,
}

impl Encoder {
    /// Has room for the largest message.
    pub fn new() -> Self {
        Self { frame: vec![0; MAX_FRAME].into() }
    }

    /// The message, encoded and framed.
    ///
    /// # Errors
    ///
    /// [`TooLong`]; never for input or output of at most [`crate::MAX_CHUNK`] bytes.
    pub fn encode(&mut self, message: &impl Serialize) -> Result<&[u8], TooLong> {
        postcard::to_slice_cobs(message, &mut self.frame).map(|used| &*used).map_err(|_| TooLong)
    }
}

impl Default for Encoder {
    fn default() -> Self {
        Self::new()
    }
}

/// Puts messages together from bytes that arrive in pieces.
pub struct Decoder {
    accumulator: Box<CobsAccumulator<MAX_FRAME>>,
}

impl Decoder {
    /// Expects the start of a message.
    pub fn new() -> Self {
        Self { accumulator: Box::new(CobsAccumulator::new()) }
    }

    /// Takes the next piece, and appends the messages that it completes.
    ///
    /// # Errors
    ///
    /// [`Corrupt`]. What the piece held besides is lost; later messages are found again.
    pub fn feed<T: DeserializeOwned>(
        &mut self,
        mut piece: &[u8],
        messages: &mut impl Extend<T>,
    ) -> Result<(), Corrupt> {
        loop {
            piece = match self.accumulator.feed::<T>(piece) {
                FeedResult::Consumed => return Ok(()),
                FeedResult::Success { data, remaining } => {
                    messages.extend([data]);
                    remaining
                }
                FeedResult::OverFull(_) | FeedResult::DeserError(_) => return Err(Corrupt),
            };
        }
    }
}

impl Default for Decoder {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use quickcheck::{Arbitrary, Gen, QuickCheck};

    use super::*;
    use crate::{
        Bytes, Command, Ended, Event, Failure, Module, Outcome, Request, Setup, Stream, Taint, WindowSize, MAX_CHUNK,
    };

    fn frame(message: &impl Serialize) -> Vec<u8> {
        Encoder::new().encode(message).expect("is short").to_vec()
    }

    fn bytes(g: &mut Gen) -> Bytes {
        Bytes::from(Vec::arbitrary(g))
    }

    fn window(g: &mut Gen) -> WindowSize {
        WindowSize { rows: u16::arbitrary(g), columns: u16::arbitrary(g) }
    }

    fn module(g: &mut Gen) -> Module {
        Module { name: String::arbitrary(g), parameters: String::arbitrary(g), length: u64::arbitrary(g) }
    }

    impl Arbitrary for Request {
        fn arbitrary(g: &mut Gen) -> Self {
            match u8::arbitrary(g) % 8 {
                0 => Self::Run(Command {
                    argv: (0..g.size() % 5).map(|_| bytes(g)).collect(),
                    environment: (0..g.size() % 3).map(|_| (bytes(g), bytes(g))).collect(),
                    terminal: bool::arbitrary(g).then(|| window(g)),
                }),
                1 => Self::Input(bytes(g)),
                2 => Self::InputEnd,
                3 => Self::Resize(window(g)),
                4 => Self::Hello,
                5 => Self::Prepare(Setup {
                    time: Duration::arbitrary(g),
                    seed: bytes(g),
                    share: bool::arbitrary(g),
                    own_modules: bool::arbitrary(g),
                    modules: (0..g.size() % 3).map(|_| module(g)).collect(),
                }),
                6 => Self::Piece(bytes(g)),
                _ => Self::PowerOff,
            }
        }
    }

    impl Arbitrary for Event {
        fn arbitrary(g: &mut Gen) -> Self {
            match u8::arbitrary(g) % 7 {
                0 => Self::Up { version: u32::arbitrary(g) },
                5 => Self::Ready,
                1 => Self::Failed(Failure::NotFound),
                2 => Self::Failed(Failure::Setup { doing: String::arbitrary(g), reason: String::arbitrary(g) }),
                3 => Self::Output(Stream::Stdout, bytes(g)),
                4 => Self::Output(Stream::Stderr, bytes(g)),
                _ => {
                    Self::Ended(Ended { outcome: Outcome::Signaled(u8::arbitrary(g)), taint: Taint(u64::arbitrary(g)) })
                }
            }
        }
    }

    /// Sends the messages in pieces of the given sizes, again and again.
    fn through<T: Serialize + DeserializeOwned>(messages: &[T], pieces: &[u8]) -> Vec<T> {
        let sent: Vec<u8> = messages.iter().flat_map(frame).collect();
        let mut rest = &sent[..];
        let mut arrived = Vec::new();
        let mut decoder = Decoder::new();
        let mut sizes = pieces.iter().map(|&size| usize::from(size) + 1).cycle();
        while !rest.is_empty() {
            let (piece, later) = rest.split_at(sizes.next().unwrap_or(usize::MAX).min(rest.len()));
            decoder.feed(piece, &mut arrived).expect("is well formed");
            rest = later;
        }
        arrived
    }

    #[test]
    fn messages_arrive_however_they_are_cut() {
        fn requests(messages: Vec<Request>, pieces: Vec<u8>) -> bool {
            through(&messages, &pieces) == messages
        }
        fn events(messages: Vec<Event>, pieces: Vec<u8>) -> bool {
            through(&messages, &pieces) == messages
        }
        QuickCheck::new().quickcheck(requests as fn(_, _) -> _);
        QuickCheck::new().quickcheck(events as fn(_, _) -> _);
    }

    #[test]
    fn any_bytes_are_survived_and_the_next_message_found() {
        fn holds(noise: Vec<u8>, message: Request) -> bool {
            let mut decoder = Decoder::new();
            let mut arrived = Vec::new();
            for piece in noise.chunks(7) {
                let _ = decoder.feed::<Request>(piece, &mut arrived);
            }
            let _ = decoder.feed::<Request>(&[0], &mut arrived);
            arrived.clear();
            decoder.feed(&frame(&message), &mut arrived).is_ok() && arrived == [message]
        }
        QuickCheck::new().quickcheck(holds as fn(_, _) -> _);
    }

    #[test]
    fn a_full_chunk_of_any_byte_fits() {
        for byte in [0, 1, 0xff] {
            let message = Event::Output(Stream::Stdout, Bytes::from(vec![byte; MAX_CHUNK]));
            assert_eq!(through(std::slice::from_ref(&message), &[]), [message]);
        }
    }

    #[test]
    fn an_oversized_message_is_refused_by_both_sides() {
        assert!(Encoder::new().encode(&Request::Input(Bytes::from(vec![1; MAX_FRAME]))).is_err());

        let mut decoder = Decoder::new();
        let mut arrived = Vec::<Request>::new();
        assert!(decoder.feed(&vec![1; MAX_FRAME + 1], &mut arrived).is_err());
    }
}
