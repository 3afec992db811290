//! The profiler that is put under stress.
//!
//! Another one has another file of this name, so that the same workloads can be run against it.

use rpprof::collector::{CpuProfiler, CpuSession};
use rpprof::profile::Profile;

use crate::findings::Findings;

/// A session of the profiler; dropping it ends it, too.
pub(crate) struct Session(CpuSession);

/// Starts a session.
pub(crate) fn profile_at(hz: u32) -> Session {
    Session(CpuProfiler::builder().hz(hz).start().expect("a session starts"))
}

impl Session {
    /// Ends the session, and adds what it saw.
    pub(crate) fn stop(self, findings: &mut Findings) {
        add_profile(&self.0.stop().expect("it stops"), findings);
    }
}

/// Adds the weights of a profile: of all samples, of lost ones, and of those whose stacks lack callers.
pub(crate) fn add_profile(profile: &Profile, findings: &mut Findings) {
    let symbols = profile.symbols();
    for sample in profile.samples().iter() {
        let weight = sample.values[0].unsigned_abs();
        findings.add("samples", weight);
        let Some(&root) = profile.stack(sample.stack).last() else { continue };
        let Some(line) = symbols.lines_of(root).first() else { continue };
        match profile.str(symbols.functions()[line.function.index()].name) {
            "[samples lost]" => findings.add("lost", weight),
            "[callers missing]" => findings.add("cut", weight),
            _ => {}
        }
    }
}
