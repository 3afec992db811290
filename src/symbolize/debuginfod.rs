//! Binaries and debug information from servers that have them by build id (debuginfod).

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::places::is_plain;

/// How a file is asked for: an address in, its content out, or `None` if the server does not have it.
///
/// The content should end with an error, and not just end, if it is cut off.
pub type Fetch = dyn Fn(&str) -> io::Result<Option<Box<dyn Read>>> + Send + Sync;

/// Servers of binaries, and the folder for what they sent.
///
/// The folder is laid out as that of the `debuginfod` client of elfutils, so both find what the other has fetched. What
/// no server has is remembered for as long as the resolver lives.
#[derive(Clone)]
pub struct Debuginfod {
    servers: Vec<String>,
    folder: PathBuf,
    max_bytes: u64,
    fetch: Arc<Fetch>,
}

impl fmt::Debug for Debuginfod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Debuginfod")
            .field("servers", &self.servers)
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}

/// What a server has of a build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Executable,
    DebugInformation,
}

impl Part {
    /// Returns the word that servers and the folder know it by.
    fn word(self) -> &'static str {
        match self {
            Self::Executable => "executable",
            Self::DebugInformation => "debuginfo",
        }
    }
}

impl Debuginfod {
    /// Names servers by their addresses, a folder, how large a file may be, and how files are asked for.
    pub fn new(servers: Vec<String>, folder: impl Into<PathBuf>, max_bytes: u64, fetch: Arc<Fetch>) -> Self {
        Self { servers, folder: folder.into(), max_bytes, fetch }
    }

    /// Returns where a part of a build is, after it was fetched if need be; `None` if nobody has it.
    ///
    /// # Errors
    /// What the last server said that could not be asked, if no other one has it.
    pub(crate) fn find(&self, build_id: &str, part: Part) -> io::Result<Option<PathBuf>> {
        if !is_plain(build_id) {
            return Ok(None);
        }
        let path = self.folder.join(build_id).join(part.word());
        // Clients remember with an empty file that nobody had it; somebody may by now.
        if fs::metadata(&path).is_ok_and(|metadata| metadata.len() > 0) {
            return Ok(Some(path));
        }
        let mut failure = None;
        for server in &self.servers {
            let address = format!("{}/buildid/{build_id}/{}", server.trim_end_matches('/'), part.word());
            match (self.fetch)(&address) {
                Ok(Some(content)) => match self.keep(&path, content) {
                    Ok(()) => return Ok(Some(path)),
                    Err(error) => failure = Some(error),
                },
                Ok(None) => {}
                Err(error) => failure = Some(io::Error::new(error.kind(), format!("{address}: {error}"))),
            }
        }
        failure.map_or(Ok(None), Err)
    }

    /// Writes a file whole or not at all.
    fn keep(&self, path: &Path, content: Box<dyn Read>) -> io::Result<()> {
        let folder = path.parent().unwrap_or(&self.folder);
        fs::create_dir_all(folder)?;
        let unfinished = path.with_extension(format!("{}.tmp", std::process::id()));
        let written = File::create(&unfinished).and_then(|mut file| {
            let written = io::copy(&mut content.take(self.max_bytes.saturating_add(1)), &mut file)?;
            if written > self.max_bytes {
                return Err(io::Error::other(format!("the file passes {} bytes", self.max_bytes)));
            }
            fs::rename(&unfinished, path)
        });
        if written.is_err() {
            let _ = fs::remove_file(&unfinished);
        }
        written
    }
}
