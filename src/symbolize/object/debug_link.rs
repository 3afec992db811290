//! Where a stripped file says that its debug information is.

use object::Object as _;

use super::Object;
use super::build_id::hexadecimal;

/// A file that a binary names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DebugLink {
    /// Its name, or its path if it has slashes.
    pub(crate) name: String,
    /// What is to be true of it.
    pub(crate) check: Check,
}

/// How to tell that a file is the one that was meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Check {
    /// The checksum of the whole file, in the way of zlib.
    Crc32(u32),
    /// Its build id, in hexadecimal digits.
    BuildId(String),
}

impl Object {
    /// Returns the file with the debug information (`.gnu_debuglink`).
    pub(crate) fn debug_link(&self) -> Option<DebugLink> {
        let file = self.file().ok()?;
        let (name, crc) = file.gnu_debuglink().ok()??;
        Some(DebugLink { name: String::from_utf8_lossy(name).into_owned(), check: Check::Crc32(crc) })
    }

    /// Returns the file with what several files' debug information has in common (`.gnu_debugaltlink`).
    pub(crate) fn common_link(&self) -> Option<DebugLink> {
        let file = self.file().ok()?;
        let (name, id) = file.gnu_debugaltlink().ok()??;
        let name = String::from_utf8_lossy(name).into_owned();
        Some(DebugLink { name, check: Check::BuildId(hexadecimal(id)) })
    }
}

impl Check {
    /// Returns whether a file is the one that was meant; it is read whole if only its checksum tells.
    pub(crate) fn is_met_by(&self, object: &Object) -> bool {
        match self {
            Self::BuildId(id) => object.build_id() == id,
            Self::Crc32(expected) => {
                let mut crc = flate2::Crc::new();
                crc.update(object.bytes());
                crc.sum() == *expected
            }
        }
    }
}
