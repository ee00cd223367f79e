// SPDX-License-Identifier: GPL-2.0

//! The smallest module: a line in the kernel log when it comes, and one when it goes.

#[path = "abstractions/module_version.rs"]
pub mod module_version;
#[path = "abstractions/parameter.rs"]
pub mod parameter;

use kernel::prelude::*;

module! {
    type: Hello,
    name: "hello",
    authors: ["The ferrite authors"],
    description: "A line in the kernel log when it comes, and one when it goes",
    license: "GPL",
    params: {
        level: u8 {
            default: 6,
            description: "Log level of the lines (0: emergency to 7: debug, default 6: info)",
        },
    },
}

crate::module_version!("hello", "0.1.0");

struct Hello {
    level: u8,
}

impl kernel::Module for Hello {
    fn init(_module: &'static ThisModule) -> Result<Self> {
        let level = parameter::value(module_parameters::level.value());
        log(level, "hello")?;
        Ok(Self { level })
    }
}

impl Drop for Hello {
    fn drop(&mut self) {
        // The level is one that `init` accepted.
        let _ = log(self.level, "goodbye");
    }
}

/// Writes a line with the given log level.
fn log(level: u8, line: &str) -> Result {
    match level {
        0 => pr_emerg!("{line}\n"),
        1 => pr_alert!("{line}\n"),
        2 => pr_crit!("{line}\n"),
        3 => pr_err!("{line}\n"),
        4 => pr_warn!("{line}\n"),
        5 => pr_notice!("{line}\n"),
        6 => pr_info!("{line}\n"),
        7 => pr_debug!("{line}\n"),
        _ => {
            pr_err!("cannot log with level {level}: choose level=0 to level=7\n");
            return Err(EINVAL);
        }
    }
    Ok(())
}
