// SPDX-License-Identifier: MIT OR Apache-2.0

//! What goes to standard output: one line, as text or as JSON.

use std::fmt::{self, Display, Formatter};

use chardev_client::{Escaped, IoctlInfo};
use serde::{Serialize, Serializer};

/// The data of a minor, as `size 100, buf lazenca.0x0` or `{"size":100,"buf":"lazenca.0x0"}`.
///
/// In both, `buf` is shown without the zero bytes at its end, [`Escaped`].
#[derive(Serialize)]
pub struct Data<'a> {
    size: u64,
    #[serde(serialize_with = "escaped")]
    buf: &'a [u8],
}

impl<'a> From<&'a IoctlInfo> for Data<'a> {
    fn from(info: &'a IoctlInfo) -> Self {
        Self { size: info.size, buf: info.content() }
    }
}

impl Display for Data<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "size {}, buf {}", self.size, Escaped(self.buf))
    }
}

fn escaped<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&Escaped(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms() {
        let info = IoctlInfo::new(100, b"lazenca.0x0").expect("fits");
        let data = Data::from(&info);
        assert_eq!(data.to_string(), "size 100, buf lazenca.0x0");
        assert_eq!(serde_json::to_string(&data).expect("serializes"), r#"{"size":100,"buf":"lazenca.0x0"}"#);
    }

    #[test]
    fn json_escapes_twice_so_that_a_parser_yields_what_text_shows() {
        let info = IoctlInfo::new(3, b"\"\\\xff").expect("fits");
        let data = Data::from(&info);
        let json = serde_json::to_string(&data).expect("serializes");
        assert_eq!(json, r#"{"size":3,"buf":"\"\\\\\\xff"}"#);
    }

    #[test]
    fn a_buffer_without_terminator_ends_where_it_ends() {
        let info = IoctlInfo::new(128, &[b'a'; 128]).expect("fits");
        assert_eq!(Data::from(&info).to_string(), format!("size 128, buf {}", "a".repeat(128)));
    }
}
