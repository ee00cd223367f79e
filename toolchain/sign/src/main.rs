// SPDX-License-Identifier: MIT OR Apache-2.0

//! `sign` signs kernel modules, for a kernel that loads no others. The kernel's own `sign-file` does it; this says what went
//! wrong, and writes a module only when it is whole.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use clap::{value_parser, Arg, ArgAction};
use explained::Error;
use temporary::Directory;

/// The variable that names the kernel's program.
const SIGN_FILE: &str = "FERRITE_SIGN_FILE";

/// The hash that the kernel is built to know: `CONFIG_MODULE_SIG_SHA512` in kernel/signed.config.
const HASH: &str = "sha512";

/// What the kernel looks for at the end of a module: `MODULE_SIGNATURE_MARKER` in its uapi/linux/module_signature.h.
const MARKER: &[u8] = b"~Module signature appended~\n";

const AFTER_HELP: &str = "\
A key with a passphrase: put that in the environment, as KBUILD_SIGN_PIN.

Example, with a key of your own:
  openssl req -new -x509 -newkey rsa:4096 -noenc -days 36500 -subj '/CN=my modules' -keyout key.pem -out certificate.pem
  sign --key key.pem --certificate certificate.pem --output signed result/*.ko";

/// What the command line asks for.
struct Options {
    key: PathBuf,
    certificate: PathBuf,
    output: PathBuf,
    modules: Vec<PathBuf>,
}

impl Options {
    fn command() -> clap::Command {
        let path = |name| Arg::new(name).value_parser(value_parser!(PathBuf));
        let option = |name| path(name).long(name).value_name("FILE");
        clap::Command::new("sign")
            .about("Sign kernel modules")
            .after_help(AFTER_HELP)
            .arg(option("key").required(true).help("The private key (PEM)"))
            .arg(option("certificate").required(true).help("Its certificate (X.509; PEM or DER)"))
            .arg(path("output").long("output").value_name("FOLDER").default_value(".").help("Where signed modules go"))
            .arg(path("modules").value_name("MODULE").required(true).action(ArgAction::Append).num_args(1..))
    }

    fn parse() -> Self {
        let mut matches = Self::command().get_matches();
        Options {
            key: matches.remove_one("key").expect("is required"),
            certificate: matches.remove_one("certificate").expect("is required"),
            output: matches.remove_one("output").expect("has a default"),
            modules: matches.remove_many("modules").expect("is required").collect(),
        }
    }
}

fn main() -> ExitCode {
    let options = Options::parse();
    for module in &options.modules {
        match sign(module, &options) {
            Ok(signed) => println!("{}", signed.display()),
            Err(error) => {
                eprintln!("sign: {error}");
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}

/// Signs a module, and returns where that is.
fn sign(module: &Path, options: &Options) -> Result<PathBuf, Error> {
    let failed = |cause: String, remedy: &str| Error::new(format!("sign {}", module.display()), cause, remedy);
    let content = fs::read(module).map_err(|cause| failed(cause.to_string(), "name a module that can be read"))?;
    if content.ends_with(MARKER) {
        return Err(failed("it is signed already".to_owned(), "name the module as it was built"));
    }
    let Some(name) = module.file_name().filter(|_| content.starts_with(b"\x7fELF")) else {
        return Err(failed("it is no module: no ELF file".to_owned(), "name a .ko file, not compressed"));
    };
    // In one step, since it may take the place of the module that it was made from.
    let room = "name with --output a folder that can be written to, and make room";
    let beside = fs::create_dir_all(&options.output).and_then(|()| Directory::with_parent(&options.output, ".sign"));
    let beside = beside.map_err(|cause| failed(cause.to_string(), room))?;
    let new = beside.join(name);
    let output = Command::new(env::var_os(SIGN_FILE).unwrap_or_else(|| "sign-file".into()))
        .arg(HASH)
        .args([&options.key, &options.certificate])
        .args([module, &new])
        .output()
        .map_err(|cause| failed(format!("sign-file does not start: {cause}"), "start this with `nix run .#sign`"))?;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr).trim().replace('\n', "; ");
        return Err(failed(complaint, "give a private key and the certificate that was made with it"));
    }
    let signed = options.output.join(name);
    fs::rename(&new, &signed).map_err(|cause| failed(cause.to_string(), room))?;
    Ok(signed)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_command_line_is_sound() {
        super::Options::command().debug_assert();
    }
}
