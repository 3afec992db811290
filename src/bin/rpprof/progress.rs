//! A bar on standard error while reading takes long.

use std::io::{self, IsTerminal, Read};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Nobody wants to see a bar for less.
const PATIENCE: Duration = Duration::from_millis(300);

/// How much of all input is read; shown if standard error is a terminal and it takes long.
pub(crate) struct Progress {
    started: Instant,
    is_terminal: bool,
    total_bytes: AtomicU64,
    read_bytes: AtomicU64,
    bar: OnceLock<ProgressBar>,
}

impl Progress {
    pub(crate) fn new(total_bytes: u64) -> Self {
        Self {
            started: Instant::now(),
            is_terminal: io::stderr().is_terminal(),
            total_bytes: AtomicU64::new(total_bytes),
            read_bytes: AtomicU64::new(0),
            bar: OnceLock::new(),
        }
    }

    /// Makes one that nobody sees.
    pub(crate) fn hidden() -> Self {
        let mut progress = Self::new(0);
        progress.is_terminal = false;
        progress
    }

    /// Counts what is read from `reader`.
    pub(crate) fn count<R: Read>(&self, reader: R) -> CountedReader<'_, R> {
        CountedReader { reader, progress: self }
    }

    /// Says that some input is read once more.
    pub(crate) fn expect_more(&self, bytes: u64) {
        self.total_bytes.fetch_add(bytes, Ordering::Relaxed);
        if let Some(bar) = self.bar.get() {
            bar.inc_length(bytes);
        }
    }

    fn add(&self, bytes: u64) {
        let read_bytes = self.read_bytes.fetch_add(bytes, Ordering::Relaxed) + bytes;
        if self.is_terminal && self.started.elapsed() >= PATIENCE {
            self.bar.get_or_init(|| self.new_bar()).set_position(read_bytes);
        }
    }

    fn new_bar(&self) -> ProgressBar {
        let style = ProgressStyle::with_template("reading {wide_bar} {bytes}/{total_bytes} {eta}")
            .expect("the template is valid");
        ProgressBar::with_draw_target(Some(self.total_bytes.load(Ordering::Relaxed)), ProgressDrawTarget::stderr())
            .with_style(style)
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = self.bar.get() {
            bar.finish_and_clear();
        }
    }
}

/// A reader that tells how much was read.
pub(crate) struct CountedReader<'p, R> {
    reader: R,
    progress: &'p Progress,
}

impl<R: Read> Read for CountedReader<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        self.progress.add(count as u64);
        Ok(count)
    }
}
