// SPDX-License-Identifier: MIT OR Apache-2.0

//! What goes to standard output, as lines of text or as JSON on one line. Bytes are [`Escaped`] in both.

use std::fmt::{self, Display, Formatter};
use std::io::{self, Write};

use chardev_client::statistics::Process;
use chardev_client::{Escaped, HistoryEntry, IoctlInfo};
use serde::{Serialize, Serializer};

/// Prints what has lines, or none, at once: another stream may come in between.
///
/// # Errors
///
/// Those of standard output.
pub fn print(value: &(impl Serialize + Display), json: bool) -> io::Result<()> {
    let mut text = if json { serde_json::to_string(value)? } else { value.to_string() };
    if text.is_empty() {
        return Ok(());
    }
    text.push('\n');
    io::stdout().write_all(text.as_bytes())
}

/// Data as `size 100, buf lazenca.0x0` or `{"size":100,"buf":"lazenca.0x0"}`.
#[derive(Serialize)]
pub struct Data<'a> {
    size: u64,
    #[serde(serialize_with = "escaped")]
    buf: &'a [u8],
}

impl<'a> Data<'a> {
    /// Of the buffer of an open file.
    pub fn of_file(bytes: &'a [u8]) -> Self {
        Self { size: bytes.len() as u64, buf: bytes }
    }
}

impl<'a> From<&'a IoctlInfo> for Data<'a> {
    /// Of a minor; without the zero bytes at the end.
    fn from(info: &'a IoctlInfo) -> Self {
        Self { size: info.size, buf: info.content() }
    }
}

impl Display for Data<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "size {}, buf {}", self.size, Escaped(self.buf))
    }
}

/// What a write did, and the buffer after it.
#[derive(Serialize)]
pub struct Written<'a> {
    /// How many bytes there was room for.
    pub written: usize,
    /// The buffer.
    #[serde(flatten)]
    pub buffer: Data<'a>,
}

impl Display for Written<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "written {}, {}", self.written, self.buffer)
    }
}

/// A SET in the history.
#[derive(Serialize)]
pub struct Entry<'a> {
    sequence: u64,
    time_ns: u64,
    pid: i32,
    #[serde(serialize_with = "escaped")]
    comm: &'a [u8],
    #[serde(flatten)]
    data: Data<'a>,
}

impl<'a> From<&'a HistoryEntry> for Entry<'a> {
    fn from(entry: &'a HistoryEntry) -> Self {
        Self {
            sequence: entry.sequence,
            time_ns: entry.time_ns,
            pid: entry.pid,
            comm: entry.command(),
            data: Data { size: entry.size.into(), buf: entry.content() },
        }
    }
}

impl Display for Entry<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (seconds, nanoseconds) = (self.time_ns / 1_000_000_000, self.time_ns % 1_000_000_000);
        write!(
            f,
            "sequence {}, time {seconds}.{nanoseconds:09}, pid {}, comm {}, {}",
            self.sequence,
            self.pid,
            Escaped(self.comm),
            self.data
        )
    }
}

/// The history of a minor.
#[derive(Serialize)]
pub struct History<'a> {
    /// The number of the latest SET.
    pub sequence: u64,
    /// Oldest first.
    pub entries: Vec<Entry<'a>>,
}

impl Display for History<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        lines(f, &self.entries)
    }
}

/// What processes do with the devices.
#[derive(Serialize)]
pub struct Stats<'a> {
    processes: Vec<ProcessLine<'a>>,
}

#[derive(Serialize)]
struct ProcessLine<'a> {
    pid: i32,
    #[serde(serialize_with = "escaped")]
    comm: &'a [u8],
    files: u64,
    opens: u64,
    sets: u64,
    gets: u64,
    bytes_in: u64,
    bytes_out: u64,
}

impl<'a> From<&'a [Process]> for Stats<'a> {
    fn from(processes: &'a [Process]) -> Self {
        let line = |process: &'a Process| ProcessLine {
            pid: process.pid,
            comm: &process.command,
            files: process.files,
            opens: process.opens,
            sets: process.sets,
            gets: process.gets,
            bytes_in: process.bytes_in,
            bytes_out: process.bytes_out,
        };
        Self { processes: processes.iter().map(line).collect() }
    }
}

impl Display for Stats<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        lines(f, &self.processes)
    }
}

impl Display for ProcessLine<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "pid {}, comm {}, files {}, opens {}, sets {}, gets {}, bytes_in {}, bytes_out {}",
            self.pid,
            Escaped(self.comm),
            self.files,
            self.opens,
            self.sets,
            self.gets,
            self.bytes_in,
            self.bytes_out
        )
    }
}

/// One value on a line, without the end of the last.
pub fn lines(f: &mut Formatter<'_>, values: &[impl Display]) -> fmt::Result {
    values.iter().enumerate().try_for_each(|(index, value)| {
        let before = if index == 0 { "" } else { "\n" };
        write!(f, "{before}{value}")
    })
}

fn escaped<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&Escaped(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(value: impl Serialize) -> String {
        serde_json::to_string(&value).expect("serializes")
    }

    #[test]
    fn both_forms() {
        let info = IoctlInfo::new(100, b"lazenca.0x0").expect("fits");
        let data = Data::from(&info);
        assert_eq!(data.to_string(), "size 100, buf lazenca.0x0");
        assert_eq!(json(data), r#"{"size":100,"buf":"lazenca.0x0"}"#);
    }

    #[test]
    fn json_escapes_twice_so_that_a_parser_yields_what_text_shows() {
        let info = IoctlInfo::new(3, b"\"\\\xff").expect("fits");
        assert_eq!(json(Data::from(&info)), r#"{"size":3,"buf":"\"\\\\\\xff"}"#);
    }

    #[test]
    fn a_buffer_without_terminator_ends_where_it_ends() {
        let info = IoctlInfo::new(128, &[b'a'; 128]).expect("fits");
        assert_eq!(Data::from(&info).to_string(), format!("size 128, buf {}", "a".repeat(128)));
    }

    #[test]
    fn zero_bytes_are_shown_unless_they_are_padding() {
        let info = IoctlInfo::new(4, b"a\0b\0").expect("fits");
        assert_eq!(Data::from(&info).to_string(), r"size 4, buf a\x00b");
        assert_eq!(Data::of_file(b"a\0").to_string(), r"size 2, buf a\x00");
    }

    #[test]
    fn a_write_shows_the_buffer_too() {
        let written = Written { written: 2, buffer: Data::of_file(b"hello") };
        assert_eq!(written.to_string(), "written 2, size 5, buf hello");
        assert_eq!(json(written), r#"{"written":2,"size":5,"buf":"hello"}"#);
    }

    #[test]
    fn an_entry_has_a_time_with_all_digits() {
        let entry = Entry {
            sequence: 7,
            time_ns: 1_700_000_000_000_000_042,
            pid: 1,
            comm: b"sh\n",
            data: Data { size: 1, buf: b"x" },
        };
        let text = r"sequence 7, time 1700000000.000000042, pid 1, comm sh\x0a, size 1, buf x";
        assert_eq!(entry.to_string(), text);
        assert_eq!(
            json(entry),
            r#"{"sequence":7,"time_ns":1700000000000000042,"pid":1,"comm":"sh\\x0a","size":1,"buf":"x"}"#
        );
    }

    #[test]
    fn processes_come_one_on_a_line() {
        let process =
            Process { pid: 4, command: b"sh".into(), files: 1, opens: 2, sets: 3, gets: 4, bytes_in: 5, bytes_out: 6 };
        let processes = [process.clone(), Process { pid: 5, ..process }];
        let stats = Stats::from(&processes[..]);
        let line = "comm sh, files 1, opens 2, sets 3, gets 4, bytes_in 5, bytes_out 6";
        assert_eq!(stats.to_string(), format!("pid 4, {line}\npid 5, {line}"));
        assert_eq!(Stats::from(&[][..]).to_string(), "");
        assert_eq!(json(Stats::from(&[][..])), r#"{"processes":[]}"#);
    }
}
