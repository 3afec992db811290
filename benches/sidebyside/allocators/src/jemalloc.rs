//! jemalloc with its own profiling, at the same rate.

use std::ffi::c_void;
use std::ptr;

pub(crate) use tikv_jemallocator::Jemalloc;

const OPTIONS: &[u8; 51] = b"prof:true,prof_active:false,lg_prof_sample:19\0\0\0\0\0\0";

/// jemalloc reads its options here: a pointer to a string.
#[unsafe(export_name = "_rjem_malloc_conf")]
static CONFIGURATION: &[u8; 51] = OPTIONS;

/// Switches sampling.
pub(crate) fn set_sampling(wanted: bool) {
    let (mut was, mut wanted) = (false, wanted);
    let mut size = size_of::<bool>();
    // SAFETY: both values are of the type that the option has.
    let result = unsafe {
        tikv_jemalloc_sys::mallctl(
            c"prof.active".as_ptr(),
            ptr::from_mut(&mut was).cast::<c_void>(),
            &raw mut size,
            ptr::from_mut(&mut wanted).cast::<c_void>(),
            size,
        )
    };
    assert_eq!(result, 0, "jemalloc can sample");
}
