// SPDX-License-Identifier: MIT OR Apache-2.0

//! A language server, spoken to as an editor does.
//!
//! Protocol: <https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/>

use std::fs;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use lsp_server::{Message, Notification, Request, RequestId, Response};
use serde_json::{json, Value};

/// A language server that runs. Dropping it ends it.
pub struct Server {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    requests: i32,
}

/// Where something is.
#[derive(Debug)]
pub struct Location {
    /// The file.
    pub file: PathBuf,
    /// Its line there.
    pub line: String,
}

/// The top folder of the repository. Tests run in that of their package.
pub fn repository() -> PathBuf {
    Path::new("../..").canonicalize().expect("the repository is there")
}

impl Server {
    /// Starts a server for a folder, with options of its own.
    ///
    /// # Panics
    ///
    /// As all else here, if the server does not do what the protocol says.
    pub fn start(program: &str, folder: &Path, options: Value) -> Self {
        let mut process = Command::new(program)
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {program}: {error}: run this in `nix develop`, which has it"));
        let input = process.stdin.take().expect("is a pipe");
        let output = BufReader::new(process.stdout.take().expect("is a pipe"));
        let mut server = Self { process, input, output, requests: 0 };
        let capabilities = json!({ "experimental": { "serverStatusNotification": true } });
        server.request(
            "initialize",
            json!({
                "processId": std::process::id(),
                "rootUri": uri(folder),
                "capabilities": capabilities,
                "initializationOptions": options,
            }),
        );
        server.notify("initialized", json!({}));
        server
    }

    /// Waits until rust-analyzer knows what there is, which it says by a message that is not of the protocol itself.
    pub fn wait_until_loaded(&mut self) {
        loop {
            if let Message::Notification(Notification { method, params }) = self.receive() {
                if method == "experimental/serverStatus" {
                    assert_eq!(params["health"], "ok", "{params}");
                    if params["quiescent"] == true {
                        return;
                    }
                }
            }
        }
    }

    /// Shows a file to the user.
    pub fn open(&mut self, file: &Path, language: &str) {
        let document = json!({ "uri": uri(file), "languageId": language, "version": 1, "text": read(file) });
        self.notify("textDocument/didOpen", json!({ "textDocument": document }));
    }

    /// Where that is defined which a line of an open file speaks of at `word`, which is part of `line`.
    pub fn definition(&mut self, file: &Path, line: &str, word: &str) -> Location {
        let text = read(file);
        let (number, found) = text
            .lines()
            .enumerate()
            .find(|(_, found)| found.contains(line))
            .unwrap_or_else(|| panic!("no {line:?} in {}", file.display()));
        let character =
            found.find(line).zip(line.find(word)).map(|(line, word)| line + word).expect("the word is in it");
        let answer = self.request(
            "textDocument/definition",
            json!({
                "textDocument": { "uri": uri(file) },
                "position": { "line": number, "character": character },
            }),
        );
        location(&answer).unwrap_or_else(|| panic!("no definition of {word:?}: {answer}"))
    }

    fn request(&mut self, method: &str, params: Value) -> Value {
        self.requests += 1;
        let id = RequestId::from(self.requests);
        self.send(Request::new(id.clone(), method.to_owned(), params).into());
        loop {
            match self.receive() {
                Message::Response(Response { id: answered, result, error }) if answered == id => {
                    assert!(error.is_none(), "{method}: {error:?}");
                    return result.unwrap_or_default();
                }
                _ => {}
            }
        }
    }

    fn notify(&mut self, method: &str, params: Value) {
        self.send(Notification::new(method.to_owned(), params).into());
    }

    fn send(&mut self, message: Message) {
        message.write(&mut self.input).expect("the server reads");
    }

    /// The next message, but for questions of the server's, which it gets no opinion on.
    fn receive(&mut self) -> Message {
        loop {
            match Message::read(&mut self.output).expect("the server speaks the protocol").expect("the server runs") {
                Message::Request(Request { id, .. }) => self.send(Response::new_ok(id, Value::Null).into()),
                message => return message,
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn read(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|error| panic!("cannot read {}: {error}", file.display()))
}

/// The paths of these tests have nothing in them that an address writes in another way.
fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}

fn location(answer: &Value) -> Option<Location> {
    let first = answer.get(0)?;
    let file = PathBuf::from(first["uri"].as_str()?.strip_prefix("file://")?);
    let number = usize::try_from(first["range"]["start"]["line"].as_u64()?).ok()?;
    let line = fs::read_to_string(&file).ok()?.lines().nth(number)?.to_owned();
    Some(Location { file, line })
}
