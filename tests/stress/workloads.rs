//! What there is to do under the profiler, and for how long.

use std::time::Duration;

use crate::findings::Findings;
use crate::{coroutines, crowd, forks, heap_loads, heap_places, odd_stacks, plugins, sessions, shortage, signals};

type Run = fn(Duration, &mut Findings);

/// Something to do under a profiler.
pub(crate) struct Workload {
    pub(crate) name: &'static str,
    pub(crate) run: Run,
    /// How long it works; it may take some longer to begin and to end.
    pub(crate) seconds: u64,
    /// The heap's sampling rate at its start, in bytes.
    pub(crate) heap_rate: &'static str,
}

const fn workload(name: &'static str, seconds: u64, heap_rate: &'static str, run: Run) -> Workload {
    Workload { name, run, seconds, heap_rate }
}

/// What the driver runs, one after the other.
pub(crate) const WORKLOADS: &[Workload] = &[
    workload("everything_at_once", 5, "65536", crowd::everything_at_once),
    workload("panics", 4, "524288", crowd::panics),
    workload("plugins_come_and_go", 6, "524288", plugins::come_and_go),
    workload("forks", 6, "524288", forks::forks),
    workload("signal_storm", 4, "524288", signals::storm),
    workload("foreign_timer", 2, "524288", signals::foreign_timer),
    workload("coroutines", 3, "4096", coroutines::coroutines),
    workload("stack_overflows", 2, "524288", odd_stacks::overflows),
    workload("sessions", 4, "524288", sessions::one_after_another),
    workload("sessions_at_once", 4, "524288", sessions::at_once),
    workload("larson", 4, "1", heap_loads::larson),
    workload("producers_and_consumers", 4, "1", heap_loads::producers_and_consumers),
    workload("heap_in_odd_places", 2, "1", heap_places::odd_places),
    workload("allocator_that_fails", 2, "1", shortage::failing_allocator),
    workload("little_address_space", 1, "0", shortage::little_address_space),
];

/// What only other workloads start.
pub(crate) const PARTS: &[Workload] = &[
    workload("overflow_once", 1, "524288", odd_stacks::overflow_once),
    workload("larson_bare", 4, "0", heap_loads::larson_bare),
    workload("producers_and_consumers_bare", 4, "0", heap_loads::producers_and_consumers_bare),
];
