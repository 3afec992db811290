//! Perf events of threads: the kernel's clock of a task at a true high rate, where it is allowed.

use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, FromRawFd};
use std::ptr;

use libc::{c_int, c_long, c_ulong};

/// The first version of the kernel's `perf_event_attr`.
#[repr(C)]
#[derive(Default)]
struct Attributes {
    kind: u32,
    size: u32,
    config: u64,
    sample_period: u64,
    sample_type: u64,
    read_format: u64,
    flags: u64,
    wakeup_events: u32,
    breakpoint_kind: u32,
    config1: u64,
}

const _: () = assert!(size_of::<Attributes>() == 64);

mod attribute {
    pub(super) const SOFTWARE: u32 = 1;
    pub(super) const TASK_CLOCK: u64 = 1;
    pub(super) const DISABLED: u64 = 1;
    pub(super) const EXCLUDE_KERNEL: u64 = 1 << 5;
    pub(super) const EXCLUDE_HYPERVISOR: u64 = 1 << 6;
}

/// An owner of a descriptor's signals: kind and id.
#[repr(C)]
struct Owner {
    kind: c_int,
    id: c_int,
}

/// An event that sends its thread SIGPROF each time that it has run for a period; dropping it ends it.
#[derive(Debug)]
pub(crate) struct Event(File);

impl Event {
    /// Makes an event of a thread that does not count yet.
    ///
    /// Without the right to see the kernel, time in the kernel is left out.
    ///
    /// # Errors
    /// Those of `perf_event_open`: often it is forbidden, by a sandbox or by `kernel.perf_event_paranoid`.
    pub(crate) fn new(thread: i32, period_nanos: u64) -> io::Result<Self> {
        let with_kernel = Self::open(thread, period_nanos, 0);
        let event = with_kernel.or_else(|_| Self::open(thread, period_nanos, attribute::EXCLUDE_KERNEL))?;
        event.signal_to(thread)?;
        Ok(event)
    }

    fn open(thread: i32, period_nanos: u64, excluded: u64) -> io::Result<Self> {
        const CLOSE_ON_EXEC: c_ulong = 8;
        const ANY_CPU: c_long = -1;
        const NO_GROUP: c_long = -1;
        let attributes = Attributes {
            kind: attribute::SOFTWARE,
            size: size_of::<Attributes>() as u32,
            config: attribute::TASK_CLOCK,
            sample_period: period_nanos,
            wakeup_events: 1,
            flags: attribute::DISABLED | attribute::EXCLUDE_HYPERVISOR | excluded,
            ..Attributes::default()
        };
        let attributes = ptr::from_ref(&attributes);
        let thread = c_long::from(thread);
        // SAFETY: the attributes are whole and say their size; the kernel copies them.
        let descriptor =
            unsafe { libc::syscall(libc::SYS_perf_event_open, attributes, thread, ANY_CPU, NO_GROUP, CLOSE_ON_EXEC) };
        let descriptor = c_int::try_from(descriptor).unwrap_or(-1);
        if descriptor < 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: the kernel just made the descriptor, and nobody else has it.
        Ok(Self(unsafe { File::from_raw_fd(descriptor) }))
    }

    fn signal_to(&self, thread: i32) -> io::Result<()> {
        const SET_OWNER: c_int = 15;
        const SET_SIGNAL: c_int = 10;
        const OWNER_IS_THREAD: c_int = 0;
        let owner = Owner { kind: OWNER_IS_THREAD, id: thread };
        // SAFETY: the descriptor is ours, and the owner is whole; the kernel copies it.
        let owned = unsafe { libc::fcntl(self.descriptor(), SET_OWNER, ptr::from_ref(&owner)) };
        // SAFETY: the descriptor is ours, and the argument an int.
        let signalled = unsafe { libc::fcntl(self.descriptor(), SET_SIGNAL, libc::SIGPROF) };
        // SAFETY: the descriptor is ours, and the argument an int.
        let asynchronous = unsafe { libc::fcntl(self.descriptor(), libc::F_SETFL, libc::O_ASYNC) };
        if owned < 0 || signalled < 0 || asynchronous < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
    }

    /// Lets the event count.
    pub(crate) fn enable(&self) {
        const ENABLE: c_ulong = 0x2400;
        // SAFETY: the descriptor is ours, and the request takes no memory.
        unsafe { libc::ioctl(self.descriptor(), ENABLE as _, 0) };
    }

    /// Returns the descriptor that the event's signals name.
    pub(crate) fn descriptor(&self) -> c_int {
        self.0.as_raw_fd()
    }
}
