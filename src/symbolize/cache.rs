//! Names that were found, kept on disk for the next time.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::SystemTime;

use symbolic_common::ByteView;

use super::name_table::NameTable;

/// A folder with the names of binaries, a file for each build.
///
/// A file holds for the very files that the names came from; if those change, it is made anew, and so it is if it is
/// damaged. Programs may share a folder at the same time: files are replaced whole. When they are together larger than
/// the limit, those that were not used for longest go.
#[derive(Clone, Debug)]
pub struct CacheFolder {
    path: PathBuf,
    max_bytes: u64,
}

/// How the files end; and how those did that no program reads any more, and those that nobody finished.
const ENDINGS: [&str; 3] = ["names", "pb", "tmp"];

/// How many files this process has begun.
static BEGUN: AtomicUsize = AtomicUsize::new(0);

impl CacheFolder {
    /// Names a folder, which is made when there is something to keep, and how many bytes its files may have together.
    pub fn new(path: impl Into<PathBuf>, max_bytes: u64) -> Self {
        Self { path: path.into(), max_bytes }
    }

    /// Returns the table that is kept under `key`, if it came from `origin`.
    pub(crate) fn read(&self, key: &str, origin: &str) -> Option<NameTable> {
        let file = File::open(self.file(key)).ok()?;
        let metadata = file.metadata().ok()?;
        if !metadata.is_file() || metadata.len() > self.max_bytes {
            return None;
        }
        let table = NameTable::open(ByteView::map_file_ref(&file).ok()?)?;
        if table.view().origin() != origin.as_bytes() {
            return None;
        }
        // The time of the last use tells what may go; a cache that cannot be written is a cache all the same.
        let _ = file.set_modified(SystemTime::now());
        Some(table)
    }

    /// Keeps a table; failing to is no harm.
    pub(crate) fn write(&self, key: &str, table: &NameTable) -> io::Result<()> {
        let bytes = table.bytes();
        if bytes.len() as u64 > self.max_bytes {
            return Ok(());
        }
        fs::create_dir_all(&self.path)?;
        let number = BEGUN.fetch_add(1, Ordering::Relaxed);
        let unfinished = self.path.join(format!("{key}.{}.{number}.tmp", std::process::id()));
        let mut file = File::create(&unfinished)?;
        let moved = file.write_all(bytes).and_then(|()| fs::rename(&unfinished, self.file(key)));
        if moved.is_err() {
            let _ = fs::remove_file(&unfinished);
        }
        moved.and_then(|()| self.make_room())
    }

    fn file(&self, key: &str) -> PathBuf {
        self.path.join(format!("{key}.names"))
    }

    /// Removes what was not used for longest until the rest is within the limit.
    fn make_room(&self) -> io::Result<()> {
        let mut files: Vec<(SystemTime, u64, PathBuf)> = Vec::new();
        for entry in fs::read_dir(&self.path)? {
            let Ok(entry) = entry else { continue };
            let is_ours =
                entry.path().extension().is_some_and(|extension| ENDINGS.iter().any(|&ours| extension == ours));
            let Ok(metadata) = entry.metadata() else { continue };
            if is_ours && metadata.is_file() {
                files.push((metadata.modified()?, metadata.len(), entry.path()));
            }
        }
        files.sort();
        let mut bytes: u64 = files.iter().map(|(_, size, _)| size).sum();
        for (_, size, path) in files {
            if bytes <= self.max_bytes {
                break;
            }
            remove(&path)?;
            bytes -= size;
        }
        Ok(())
    }
}

/// Removes a file that somebody else may have removed.
fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
