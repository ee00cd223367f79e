// SPDX-License-Identifier: MIT OR Apache-2.0

//! What `apt-get --print-uris` prints: one line a file, see apt-get(8).
//!
//! ```text
//! 'http://mirror/debian/pool/main/z/zlib/zlib1g_1.3%2b1_amd64.deb' zlib1g_1%3a1.3+1_amd64.deb 88892 SHA256:015be7…
//! ```

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;
use pins::lock::{is_sha256, Pin};

/// Reads apt's list into pins by `name:architecture`.
///
/// `mirror` is the address that the archive has in the list; `archive` is the archive's name, which paths start with.
pub fn parse(list: &str, mirror: &str, archive: &str) -> Result<BTreeMap<String, Pin>, String> {
    list.lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| package(line, mirror, archive).ok_or_else(|| format!("apt-get printed `{line}`")))
        .collect()
}

fn package(line: &str, mirror: &str, archive: &str) -> Option<(String, Pin)> {
    let (uri, rest) = line.strip_prefix('\'')?.split_once("' ")?;
    let [file, size, hash] = rest.split_whitespace().collect::<Vec<_>>().try_into().ok()?;

    let path = decode(uri.strip_prefix(mirror.trim_end_matches('/'))?.strip_prefix('/')?)?;
    // apt makes the file's name of exactly these, and encodes a `_` or `:` in one of them.
    let [name, version, architecture] = file.strip_suffix(".deb")?.split('_').collect::<Vec<_>>().try_into().ok()?;
    let sha256 = hash.strip_prefix("SHA256:")?.to_ascii_lowercase();
    if !is_sha256(&sha256) {
        return None;
    }
    let pin = Pin { version: decode(version)?, size: size.parse().ok()?, sha256, path: format!("{archive}/{path}") };
    Some((format!("{name}:{architecture}"), pin))
}

/// Refuses what would decode to a space, which separates the fields of the lock, or to a line's end.
fn decode(text: &str) -> Option<String> {
    let text = percent_decode_str(text).decode_utf8().ok()?;
    let is_field = !text.contains(|c: char| c.is_whitespace() || c.is_control());
    is_field.then(|| text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "015be740d6236ad114582dea500c1d907f29e16d6db00566ca32fb68d71ac90d";

    #[test]
    fn reads_what_apt_prints() {
        let list = format!(
            "'http://mirror.example/debian/pool/main/z/zlib/zlib1g_1.3.dfsg%2breally1.3.1-1%2bb1_amd64.deb' \
             zlib1g_1%3a1.3.dfsg+really1.3.1-1+b1_amd64.deb 88892 SHA256:{HASH}\n\
             'http://mirror.example/debian/pool/main/l/linux/linux-source-7.3_7.3.4-1%7ebpo13%2b1_all.deb' \
             linux-source-7.3_7.3.4-1~bpo13+1_all.deb 166780612 SHA256:{HASH}\n"
        );
        let pins = parse(&list, "http://mirror.example/debian/", "debian").unwrap();
        assert_eq!(pins.keys().collect::<Vec<_>>(), ["linux-source-7.3:all", "zlib1g:amd64"]);
        assert_eq!(
            pins["zlib1g:amd64"],
            Pin {
                version: "1:1.3.dfsg+really1.3.1-1+b1".to_owned(),
                size: 88892,
                sha256: HASH.to_owned(),
                path: "debian/pool/main/z/zlib/zlib1g_1.3.dfsg+really1.3.1-1+b1_amd64.deb".to_owned(),
            }
        );
        assert_eq!(
            pins["linux-source-7.3:all"].path,
            "debian/pool/main/l/linux/linux-source-7.3_7.3.4-1~bpo13+1_all.deb"
        );
    }

    #[test]
    fn refuses_anything_else() {
        let good = format!("'http://m/debian/pool/x_1_all.deb' x_1_all.deb 1 SHA256:{HASH}");
        assert!(parse(&good, "http://m/debian", "debian").is_ok());
        let bad = [
            "Reading package lists...".to_owned(),
            good.replace("SHA256", "MD5Sum"),
            good.replace(HASH, &HASH[1..]),
            good.replace(HASH, &HASH.replace('0', "g")),
            good.replace("x_1_all.deb 1", "x_1_all.deb -1"),
            good.replace("x_1_all.deb 1", "x-1.deb 1"),
            good.replace("http://m/debian", "http://other/debian"),
            good.replace("http://m/debian", "http://m/debian-security"),
            good.replace("pool/x", "pool/%20x"),
            good.replace("x_1_all.deb 1", "x_1%0a2_all.deb 1"),
            format!("{good} more"),
        ];
        for line in bad {
            assert_eq!(parse(&line, "http://m/debian", "debian").unwrap_err(), format!("apt-get printed `{line}`"));
        }
    }
}
