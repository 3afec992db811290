//! The programs that are set against each other, and how they are built.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A program of this workspace.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Contender {
    Rpprof,
    PprofRs,
    PprofRsFramehop,
    PprofRsFramePointer,
    Unwinders,
    Allocators,
}

/// The modes of pprof-rs, which exclude each other.
pub(crate) const PPROF_RS: [Contender; 3] =
    [Contender::PprofRs, Contender::PprofRsFramehop, Contender::PprofRsFramePointer];

impl Contender {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Rpprof => "rpprof",
            Self::PprofRs => "pprof-rs",
            Self::PprofRsFramehop => "pprof-rs, framehop",
            Self::PprofRsFramePointer => "pprof-rs, frame pointers",
            Self::Unwinders => "unwinders",
            Self::Allocators => "allocators",
        }
    }

    fn package(self) -> &'static str {
        match self {
            Self::Rpprof => "contender-rpprof",
            Self::PprofRs | Self::PprofRsFramehop | Self::PprofRsFramePointer => "contender-pprof-rs",
            Self::Unwinders => "contender-unwinders",
            Self::Allocators => "contender-allocators",
        }
    }

    /// The arguments of builds to try, the better one first.
    fn builds(self) -> &'static [&'static [&'static str]] {
        match self {
            Self::PprofRsFramehop => &[&["--features", "framehop"]],
            Self::PprofRsFramePointer => &[&["--features", "frame-pointer"]],
            // jemalloc needs make and a C compiler.
            Self::Allocators => &[&[], &["--no-default-features"]],
            _ => &[&[]],
        }
    }

    /// Builds the program, and returns where it is; `None` if it cannot be built.
    pub(crate) fn build(self, target: &Path) -> Option<PathBuf> {
        // It can only see functions that have them; all others have to do without.
        let needs_frame_pointers = self == Self::PprofRsFramePointer;
        let target = if needs_frame_pointers { target.join("frame-pointers") } else { target.to_owned() };
        let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        for arguments in self.builds() {
            eprintln!("building {} {}", self.name(), arguments.join(" "));
            let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
            command.args(["build", "--quiet", "--release", "--package", self.package()]).args(*arguments);
            command.arg("--manifest-path").arg(&manifest).arg("--target-dir").arg(&target);
            command.env_remove("CARGO_ENCODED_RUSTFLAGS").env_remove("RUSTFLAGS");
            if needs_frame_pointers {
                command.env("RUSTFLAGS", "-C force-frame-pointers=yes");
            }
            if command.status().is_ok_and(|status| status.success()) {
                // The next mode has a program of the same name.
                let program = target.join("release").join(self.package());
                let kept = target.join(self.name().replace(", ", "-").replace(' ', "-"));
                return fs::copy(program, &kept).is_ok().then_some(kept);
            }
        }
        eprintln!("{} cannot be built; its rows stay empty", self.name());
        None
    }
}
