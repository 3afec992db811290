//! Ways to allocate, each an allocator by name; none is the program's own.

use std::alloc::System;

use rpprof::collector::Allocator;

use crate::{Live, Work, jemalloc, repeat};

static SAMPLED: Allocator = Allocator::system();
static SAMPLED_JEMALLOC: Allocator<jemalloc::Jemalloc> = Allocator::new(jemalloc::Jemalloc);

/// An allocator, and what else is to be on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    System,
    /// rpprof around the system's.
    Rpprof,
    Jemalloc,
    /// rpprof around jemalloc, which does not sample itself.
    RpprofOnJemalloc,
    /// jemalloc, which samples itself.
    JemallocProf,
    Dhat,
}

/// All of them, in the order of their turns.
#[cfg(feature = "jemalloc")]
pub(crate) const WAYS: [Way; 6] =
    [Way::System, Way::Rpprof, Way::Jemalloc, Way::RpprofOnJemalloc, Way::JemallocProf, Way::Dhat];
/// All of them, in the order of their turns.
#[cfg(not(feature = "jemalloc"))]
pub(crate) const WAYS: [Way; 3] = [Way::System, Way::Rpprof, Way::Dhat];

impl Way {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Rpprof => "rpprof",
            Self::Jemalloc => "jemalloc",
            Self::RpprofOnJemalloc => "rpprof_on_jemalloc",
            Self::JemallocProf => "jemalloc_prof",
            Self::Dhat => "dhat",
        }
    }

    /// Returns the way that does the same without profiling.
    pub(crate) fn base(self) -> Option<Self> {
        match self {
            Self::System | Self::Jemalloc => None,
            Self::Rpprof | Self::Dhat => Some(Self::System),
            Self::RpprofOnJemalloc | Self::JemallocProf => Some(Self::Jemalloc),
        }
    }

    pub(crate) fn is_slow(self) -> bool {
        self == Self::Dhat
    }

    /// Switches on what is to be on, and off what is not.
    pub(crate) fn prepare(self) {
        jemalloc::set_sampling(self == Self::JemallocProf);
    }

    pub(crate) fn repeat(self, work: Work, count: u32, live: &mut Live) {
        match self {
            Self::System => repeat(&System, work, count, live),
            Self::Rpprof => repeat(&SAMPLED, work, count, live),
            Self::Jemalloc | Self::JemallocProf => repeat(&jemalloc::Jemalloc, work, count, live),
            Self::RpprofOnJemalloc => repeat(&SAMPLED_JEMALLOC, work, count, live),
            Self::Dhat => repeat(&dhat::Alloc, work, count, live),
        }
    }
}
