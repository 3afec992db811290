//! CPU profiles: where threads run, or where they are, by signals.

use std::io::Write;
use std::sync::{Mutex, PoisonError};

use super::recorder::{self, SessionId, SessionOptions};
use crate::codec;
use crate::error::{Error, ErrorKind, Result};
use crate::profile::Profile;

/// What tells that a sample is due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Engine {
    /// A timer on each thread's own CPU clock. The kernel looks at them on its tick (100 to 1000 times a second), so
    /// a sample weighs as many periods as have passed; sums are right at any rate, and places are as fine as the tick.
    /// What happens between a thread's last tick and its end is counted where its last sample was.
    #[default]
    ThreadTimers,
    /// A perf event for each thread: samples at true high rates. Often not allowed, in containers above all; without
    /// the right to see the kernel (`kernel.perf_event_paranoid` above 1), time in the kernel is left out.
    PerfEvents,
    /// A timer of passing time for each thread: samples of threads that sleep and wait, too. System calls that signals
    /// interrupt return early; those that the kernel does not restart fail with `EINTR`.
    WallClock,
}

/// How to profile; [`start`](Self::start) begins.
///
/// ```no_run
/// use rpprof::collector::CpuProfiler;
///
/// let session = CpuProfiler::builder().hz(100).start()?;
/// // … work …
/// let profile = session.stop()?;
/// rpprof::codec::write(&profile, std::fs::File::create("cpu.pb.gz")?, &Default::default())?;
/// # Ok::<(), rpprof::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "a profiler does nothing until it is started"]
pub struct CpuProfiler {
    hz: u32,
    engine: Engine,
    max_depth: usize,
    has_thread_labels: bool,
}

/// The highest rate, in samples a second of CPU time.
const MAX_HZ: u32 = 100_000;
/// The greatest depth of a stack.
const MAX_DEPTH: usize = 256;

impl Default for CpuProfiler {
    fn default() -> Self {
        Self { hz: 100, engine: Engine::default(), max_depth: MAX_DEPTH, has_thread_labels: false }
    }
}

impl CpuProfiler {
    /// Makes a profiler with Go's rate of 100 samples a second of CPU time.
    pub fn builder() -> Self {
        Self::default()
    }

    /// Sets the rate, in samples a second: of each thread's CPU time, or of passing time with [`Engine::WallClock`].
    pub fn hz(mut self, hz: u32) -> Self {
        self.hz = hz;
        self
    }

    /// Sets what tells that a sample is due.
    pub fn engine(mut self, engine: Engine) -> Self {
        self.engine = engine;
        self
    }

    /// Sets how many frames of a stack are kept, from the leaf on; at most 256, which is also the default.
    ///
    /// Frames that are inlined share an address and count once.
    pub fn max_depth(mut self, frames: usize) -> Self {
        self.max_depth = frames.clamp(1, MAX_DEPTH);
        self
    }

    /// Sets whether samples are labelled with their thread: its name as `thread`, its id as `thread_id`.
    pub fn thread_labels(mut self, wanted: bool) -> Self {
        self.has_thread_labels = wanted;
        self
    }

    /// Starts to profile all threads of the process, those yet to come included.
    ///
    /// Sessions may overlap; each has its own rate. SIGPROF gets a handler with the first session and keeps it; signals
    /// of others go to the handler that was there before.
    ///
    /// Cost: the first time, unwind tables are built of all loaded objects, about 0.2 µs a function; then 3 µs and
    /// some system calls for each thread.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] if the rate is 0 or above 100,000; [`ErrorKind::Unsupported`] on systems without a
    /// recorder, if the engine is not allowed here, or if 16 sessions are running; [`ErrorKind::Io`] if the system
    /// refuses a timer or a thread.
    pub fn start(&self) -> Result<CpuSession> {
        if self.hz == 0 || self.hz > MAX_HZ {
            let message = format!("a rate of {} Hz; it can be from 1 to {MAX_HZ}", self.hz);
            return Err(Error::new(ErrorKind::Argument, message));
        }
        let options = SessionOptions {
            engine: self.engine,
            period_nanos: 1_000_000_000 / u64::from(self.hz),
            max_depth: self.max_depth as u32, // At most MAX_DEPTH.
            has_thread_labels: self.has_thread_labels,
        };
        Ok(CpuSession { id: Some(recorder::start(options)?) })
    }
}

/// A CPU profile under way; dropping it ends it without a profile.
#[derive(Debug)]
#[must_use = "dropping a session ends it"]
pub struct CpuSession {
    /// `None` once it has ended.
    id: Option<SessionId>,
}

impl CpuSession {
    /// Ends the session and makes its profile.
    ///
    /// The sample types are Go's, `samples` in `count` and `cpu` in `nanoseconds` (`wall` with [`Engine::WallClock`]).
    /// Locations are addresses; mappings are the objects that were loaded at any time of the session, the program
    /// first. If samples were lost, a frame `[samples lost]` has their weight, and a comment says so.
    ///
    /// The sum of `cpu` is the CPU time that the process took from start to stop, in user and system mode, rounded to
    /// periods. Where no stack was seen of a thread, a frame `[stack not seen]` has its time, and `[profiler]` that of the
    /// profiler's own thread.
    ///
    /// # Errors
    /// [`ErrorKind::Unsupported`] in the child of a fork, to which sessions do not pass on.
    pub fn stop(mut self) -> Result<Profile> {
        match self.id.take() {
            Some(id) => recorder::stop(id),
            None => unreachable!("only stop and drop take the id"),
        }
    }
}

impl Drop for CpuSession {
    fn drop(&mut self) {
        if let Some(id) = self.id.take() {
            recorder::cancel(id);
        }
    }
}

/// The profile that `start_cpu_profile` began, and where it is to be written.
static TO_WRITER: Mutex<Option<(CpuSession, Box<dyn Write + Send>)>> = Mutex::new(None);

/// Starts a CPU profile that [`stop_cpu_profile`] writes to `writer`, as Go's `StartCPUProfile`.
///
/// # Errors
/// Those of [`CpuProfiler::start`]; [`ErrorKind::Argument`] if there is one already.
pub fn start_cpu_profile(writer: impl Write + Send + 'static) -> Result<()> {
    let mut running = TO_WRITER.lock().unwrap_or_else(PoisonError::into_inner);
    if running.is_some() {
        return Err(Error::new(ErrorKind::Argument, "a CPU profile to a writer is running already"));
    }
    *running = Some((CpuProfiler::builder().start()?, Box::new(writer)));
    Ok(())
}

/// Ends the CPU profile that [`start_cpu_profile`] began, and writes it; does nothing if there is none.
///
/// # Errors
/// Those of [`CpuSession::stop`] and [`codec::write`](codec::write()).
pub fn stop_cpu_profile() -> Result<()> {
    let running = TO_WRITER.lock().unwrap_or_else(PoisonError::into_inner).take();
    let Some((session, writer)) = running else { return Ok(()) };
    // Go compresses profiles of itself with the least effort too.
    codec::write(&session.stop()?, writer, &codec::WriteOptions::default().with_level(1))
}
