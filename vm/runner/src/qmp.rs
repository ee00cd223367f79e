// SPDX-License-Identifier: MIT OR Apache-2.0

//! The QEMU Machine Protocol, by which QEMU itself is asked for something: <https://www.qemu.org/docs/master/interop/qmp-spec.html>.

use std::io::{self, BufRead, BufReader, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{json, Value};

/// How long QEMU may take for an answer. It never waits for the guest.
const PATIENCE: Duration = Duration::from_secs(30);

/// How often to ask how far the saving is, which QEMU tells nobody unasked.
const INTERVAL: Duration = Duration::from_millis(2);

/// A connection to QEMU's monitor.
pub struct Qmp {
    stream: BufReader<UnixStream>,
}

/// Why QEMU did not do what it was asked for.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It said no.
    #[error("QEMU refused `{command}`: {reason}")]
    Refused {
        /// `migrate`
        command: &'static str,
        /// Its words.
        reason: String,
    },
    /// It said nothing.
    #[error("QEMU did not answer: {0}")]
    Io(#[from] io::Error),
}

/// What QEMU sends: an answer of either kind, or else an event or its greeting.
#[derive(Deserialize)]
struct Message {
    #[serde(rename = "return")]
    result: Option<Value>,
    error: Option<Refusal>,
}

#[derive(Deserialize)]
struct Refusal {
    desc: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Migration {
    status: String,
    error_desc: Option<String>,
}

impl Qmp {
    /// Waits for QEMU to be there, and opens the conversation.
    pub fn connect(stream: UnixStream) -> Result<Self, Error> {
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut qmp = Self { stream: BufReader::new(stream) };
        qmp.execute("qmp_capabilities", &json!({}))?;
        Ok(qmp)
    }

    /// Has a command executed, and returns what it returned.
    pub fn execute(&mut self, command: &'static str, arguments: &Value) -> Result<Value, Error> {
        let request = json!({ "execute": command, "arguments": arguments });
        writeln!(self.stream.get_mut(), "{request}")?;
        loop {
            let mut line = String::new();
            if self.stream.read_line(&mut line)? == 0 {
                return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
            }
            let message: Message = serde_json::from_str(&line).map_err(io::Error::from)?;
            match message {
                Message { error: Some(Refusal { desc: reason }), .. } => {
                    return Err(Error::Refused { command, reason })
                }
                Message { result: Some(result), .. } => return Ok(result),
                Message { .. } => {}
            }
        }
    }

    /// Saves the state of the machine, less its memory if that is a file. The machine stops for good.
    pub fn save(&mut self, file: &Path) -> Result<(), Error> {
        self.leave_out_memory()?;
        let command = "migrate";
        self.execute(command, &uri(file))?;
        loop {
            let Migration { status, error_desc } =
                serde_json::from_value(self.execute("query-migrate", &json!({}))?).map_err(io::Error::from)?;
            match status.as_str() {
                "completed" => return Ok(()),
                "failed" | "cancelled" => {
                    return Err(Error::Refused { command, reason: error_desc.unwrap_or(status) });
                }
                _ => sleep(INTERVAL),
            }
        }
    }

    /// Resumes a machine that waits for a state. If that does not succeed, QEMU ends.
    pub fn resume(&mut self, file: &Path) -> Result<(), Error> {
        self.leave_out_memory()?;
        self.execute("migrate-incoming", &uri(file))?;
        Ok(())
    }

    fn leave_out_memory(&mut self) -> Result<(), Error> {
        let capability = json!({ "capability": "x-ignore-shared", "state": true });
        self.execute("migrate-set-capabilities", &json!({ "capabilities": [capability] }))?;
        Ok(())
    }
}

fn uri(file: &Path) -> Value {
    json!({ "uri": format!("file:{}", file.display()) })
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    /// A QEMU that says these lines, one for each that it hears.
    fn qemu<const N: usize>(lines: [&'static str; N]) -> Result<Qmp, Error> {
        let (ours, theirs) = UnixStream::pair().expect("make a pair of sockets");
        thread::spawn(move || {
            let mut heard = BufReader::new(theirs);
            for said in lines {
                let _ = heard.read_line(&mut String::new());
                let _ = heard.get_mut().write_all(said.as_bytes());
            }
        });
        Qmp::connect(ours)
    }

    const HELLO: &str = "{\"QMP\": {\"version\": {}, \"capabilities\": []}}\n{\"return\": {}}\n";

    #[test]
    fn greetings_and_events_are_no_answers() {
        let event = "{\"timestamp\": {\"seconds\": 1}, \"event\": \"STOP\"}\n{\"return\": {\"status\": \"paused\"}}\n";
        let mut qmp = qemu([HELLO, event]).expect("QEMU is there");
        assert_eq!(qmp.execute("query-status", &json!({})).expect("is answered")["status"], "paused");
    }

    #[test]
    fn a_refusal_has_qemus_words() {
        let refusal = "{\"error\": {\"class\": \"GenericError\", \"desc\": \"not now\"}}\n";
        let mut qmp = qemu([HELLO, refusal]).expect("QEMU is there");
        let error = qmp.execute("migrate", &json!({})).expect_err("is refused");
        assert_eq!(error.to_string(), "QEMU refused `migrate`: not now");
    }

    #[test]
    fn saving_is_waited_for() {
        let mut qmp = qemu([
            HELLO,
            "{\"return\": {}}\n",
            "{\"return\": {}}\n",
            "{\"return\": {\"status\": \"active\"}}\n",
            "{\"return\": {\"status\": \"failed\", \"error-desc\": \"disk full\"}}\n",
        ])
        .expect("QEMU is there");
        let error = qmp.save(Path::new("x")).expect_err("it failed");
        assert_eq!(error.to_string(), "QEMU refused `migrate`: disk full");
    }

    #[test]
    fn a_qemu_that_ends_is_noticed() {
        assert!(matches!(qemu([]), Err(Error::Io(_))));
    }
}
