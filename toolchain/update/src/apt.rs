// SPDX-License-Identifier: MIT OR Apache-2.0

//! apt as the resolver: it checks the archive's signature and dates, and knows what a dependency means.
//!
//! It runs on a configuration of its own in a temporary folder, with no package installed, so that neither what this
//! machine has installed nor how its apt is set up shows in the result. Only how the machine reaches a mirror (proxies,
//! certificates) is taken over.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use pins::lock::Pin;
use pins::wishes::{Set, Wishes};
use pins::{Error, APT_CONFIGURATION};
use temporary::Directory;

use crate::uris;

/// Debian's name for its main archive, the first part of every path in it.
const ARCHIVE: &str = "debian";

/// An apt of our own, and what it knows about the archive.
pub struct Apt {
    folder: Directory,
    mirror: String,
    architectures: Vec<String>,
    /// Which suite is preferred, in the format of apt_preferences(5).
    preferences: String,
}

impl Apt {
    /// Sets apt up for the archive that `wishes` name, at `mirror`. Nothing is fetched yet.
    pub fn new(wishes: &Wishes, mirror: &str) -> Result<Self, Error> {
        let keyring = pins::keyring(&wishes.archive.keyring)?;
        // As apt has it in apt_preferences(5): the higher number is preferred; all stay below what forces a downgrade.
        let mut preferences = String::new();
        for (suite, priority) in wishes.archive.suites.iter().zip((1..=900).rev()) {
            let _ = writeln!(preferences, "Package: *\nPin: release {suite}\nPin-Priority: {priority}\n");
        }
        let architectures: Vec<String> = wishes.architectures().into_iter().map(str::to_owned).collect();
        let sources = format!(
            "Types: deb\nURIs: {mirror}\nSuites: {}\nComponents: main\nArchitectures: {}\nSigned-By: {}\n",
            wishes.archive.suites.join(" "),
            architectures.join(" "),
            keyring.display(),
        );
        let set_up = || -> io::Result<Directory> {
            let folder = Directory::new("update")?;
            // Started by root, apt downloads as the user _apt, who has to get in.
            fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755))?;
            for part in ["etc/apt.conf.d", "etc/preferences.d", "etc/sources.list.d", "state", "cache"] {
                fs::create_dir_all(folder.path().join(part))?;
            }
            fs::write(folder.path().join("etc/preferences"), &preferences)?;
            fs::write(folder.path().join("etc/sources.list.d/archive.sources"), sources)?;
            fs::write(folder.path().join("status"), "")?;
            fs::write(folder.path().join("apt.conf"), configuration(folder.path()))?;
            Ok(folder)
        };
        let folder = set_up().map_err(|cause| {
            Error::new(
                "make a temporary folder for apt",
                cause,
                "make room, or name another place in the environment's TMPDIR",
            )
        })?;
        // Spelled as apt spells it in its lists.
        let mirror = mirror.replacen("file:///", "file:/", 1);
        Ok(Apt { folder, mirror, architectures, preferences })
    }

    /// Fetches what the suites hold now. apt's progress goes to standard error.
    pub fn update(&self) -> Result<(), Error> {
        let mut command = self.command("apt-get", &self.architectures[0]);
        command.arg("update").stdout(io::stderr());
        let output = start(&mut command)?;
        eprint!("{}", String::from_utf8_lossy(&output.stderr));
        if output.status.success() {
            return Ok(());
        }
        Err(Error::new(
            format!("learn what the archive at {} holds", self.mirror),
            complaint(&output),
            "name another mirror with --mirror if this one is out of date or out of reach; \
             if a signature is wrong, do not work around it",
        ))
    }

    /// The suite's `InRelease` file, as fetched.
    pub fn release(&self, suite: &str) -> Result<PathBuf, Error> {
        let end = format!("_dists_{suite}_InRelease");
        let lists = fs::read_dir(self.folder.path().join("state/lists"));
        let mut files = lists.into_iter().flatten().flatten().map(|entry| entry.path());
        files.find(|path| path.to_string_lossy().ends_with(&end)).ok_or_else(|| {
            Error::new(
                format!("keep what the archive signed for {suite}"),
                format!("the mirror {} has no InRelease file for it", self.mirror),
                "name another mirror with --mirror",
            )
        })
    }

    /// Fetches a package into an empty folder.
    pub fn download(&self, name: &str, version: &str, folder: &Path) -> Result<PathBuf, String> {
        let name = name.strip_suffix(":all").unwrap_or(name);
        let mut command = self.command("apt-get", &self.architectures[0]);
        command.current_dir(folder).args(["download", "-qq", &format!("{name}={version}")]);
        let output = start(&mut command).map_err(|error| error.to_string())?;
        if !output.status.success() {
            return Err(complaint(&output));
        }
        let mut files = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
        files.next().ok_or_else(|| "apt-get brought no file".to_owned())
    }

    /// The packages of a set for an architecture, by `name:architecture`.
    pub fn resolve(&self, name: &str, architecture: &str, set: &Set) -> Result<BTreeMap<String, Pin>, Error> {
        let doing = || format!("resolve the set `{name}`");
        self.omit(architecture, set)
            .map_err(|cause| Error::new(doing(), cause, "correct the set's `omit` in pins.toml"))?;
        let mut command = self.select(architecture, set);
        // By itself apt prints MD5, for those who have parsed its list for long.
        let output = start(command.args(["--print-uris", "-qq", "--no-remove", "-oAcquire::ForceHash=sha256"]))?;
        if !output.status.success() {
            let cause = complaint(&output) + &self.unmet(architecture, set);
            return Err(Error::new(doing(), cause, "correct the set's `packages`, `suite` or `omit` in pins.toml"));
        }
        uris::parse(&String::from_utf8_lossy(&output.stdout), &self.mirror, ARCHIVE).map_err(|cause| {
            Error::new(doing(), cause, "use the apt of Debian 12 or newer; other versions are not known to work")
        })
    }

    /// The command that selects a set's packages, to be told what to do with them.
    fn select(&self, architecture: &str, set: &Set) -> Command {
        let mut command = self.command("apt-get", architecture);
        command.arg(if set.closure { "install" } else { "download" });
        command.args(set.packages.iter().map(|package| match &set.suite {
            Some(suite) => format!("{package}/{suite}"),
            None => package.clone(),
        }));
        command
    }

    /// Which dependencies of a set cannot be met. apt indents them, and says so only where it is not told to be quiet.
    fn unmet(&self, architecture: &str, set: &Set) -> String {
        let Ok(output) = start(self.select(architecture, set).args(["--simulate", "-q"])) else { return String::new() };
        let text = String::from_utf8_lossy(&output.stdout);
        text.lines().filter(|line| line.starts_with(' ')).flat_map(|line| ["; ", line.trim()]).collect()
    }

    /// Makes apt take the packages that a set omits for installed, so that nothing installs them or what they need.
    fn omit(&self, architecture: &str, set: &Set) -> Result<(), String> {
        let mut status = String::new();
        let mut preferences = self.preferences.clone();
        if !set.omit.is_empty() {
            let mut command = self.command("apt-cache", architecture);
            command.args(["show", "--no-all-versions", "--"]).args(&set.omit);
            let output = start(&mut command).map_err(|error| error.to_string())?;
            // Without the relations to packages that are then not there.
            let kept = ["Package: ", "Version: ", "Architecture: ", "Multi-Arch: ", "Provides: "];
            let records = String::from_utf8_lossy(&output.stdout);
            for line in records.lines() {
                if line.is_empty() {
                    status.push_str("Status: install ok installed\n\n");
                } else if kept.iter().any(|field| line.starts_with(field)) {
                    status.push_str(line);
                    status.push('\n');
                }
            }
            for package in &set.omit {
                let name = package.split_once(':').map_or(package.as_str(), |(name, _)| name);
                if !records.lines().any(|line| line.strip_prefix("Package: ") == Some(name)) {
                    return Err(format!("the archive has no package `{package}` to omit"));
                }
                // `now` is the suite of what is installed. Without this the archive's own one may take its place.
                let _ = writeln!(preferences, "Package: {package}\nPin: release a=now\nPin-Priority: 1001\n");
            }
        }
        fs::write(self.folder.path().join("etc/preferences"), preferences)
            .and_then(|()| fs::write(self.folder.path().join("status"), status))
            .map_err(|cause| cause.to_string())
    }

    /// One of apt's programs on our configuration, with `native` as the machine's architecture.
    fn command(&self, program: &str, native: &str) -> Command {
        let mut command = Command::new(program);
        command
            .env("APT_CONFIG", self.folder.path().join("apt.conf"))
            .env("LC_ALL", "C")
            .arg(format!("-oAPT::Architecture={native}"))
            .arg(format!("-oAPT::Architectures={}", self.architectures.join(",")))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }
}

fn configuration(folder: &Path) -> String {
    let folder = folder.display();
    let include = match std::env::var_os(APT_CONFIGURATION) {
        Some(path) => format!("#include \"{}\";\n", Path::new(&path).display()),
        None => String::new(),
    };
    format!(
        r#"{include}{network}
Dir::Etc "{folder}/etc/";
Dir::State "{folder}/state/";
Dir::State::status "{folder}/status";
Dir::Cache "{folder}/cache/";
APT::Install-Recommends "false";
APT::Install-Suggests "false";
APT::Update::Error-Mode "any";
Acquire::Languages "none";
Acquire::AllowInsecureRepositories "false";
Acquire::AllowWeakRepositories "false";
Acquire::AllowDowngradeToInsecureRepositories "false";
Acquire::Check-Valid-Until "true";
Acquire::Check-Date "true";
"#,
        network = network(),
    )
}

/// How this machine's own apt reaches mirrors. Nothing where it has no say in it.
fn network() -> String {
    let output = Command::new("apt-config")
        .args(["dump", "--format", "%F \"%v\";%n", "Acquire::http", "Acquire::https"])
        .output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default()
}

fn start(command: &mut Command) -> Result<Output, Error> {
    command.spawn().and_then(|child| child.wait_with_output()).map_err(|cause| {
        let program = command.get_program().to_string_lossy();
        Error::new(format!("start {program}"), cause, "install apt, or run this with `nix run .#update`")
    })
}

/// apt's own errors, on one line.
fn complaint(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr);
    let errors: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("E: ")).collect();
    if errors.is_empty() {
        format!("apt ended with {} and said: {}", output.status, text.trim())
    } else {
        errors.join("; ")
    }
}
