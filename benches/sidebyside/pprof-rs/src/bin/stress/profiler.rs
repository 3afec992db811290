//! pprof-rs, with what the workloads need of a profiler.

use pprof::ProfilerGuard;

use crate::findings::Findings;

/// A session of the profiler; dropping it ends it, too.
pub(crate) struct Session(ProfilerGuard<'static>);

/// Starts a session; pprof-rs has one at a time.
pub(crate) fn profile_at(hz: u32) -> Session {
    Session(ProfilerGuard::new(i32::try_from(hz).expect("a rate is small")).expect("a session starts"))
}

impl Session {
    /// Ends the session, and adds what it saw.
    pub(crate) fn stop(self, findings: &mut Findings) {
        let report = self.0.report().build_unresolved().expect("there is a report");
        findings.add("samples", report.data.values().map(|&count| count.unsigned_abs() as u64).sum());
    }
}
