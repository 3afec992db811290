//! A shared object that is loaded and unloaded; `plugins.rs` compiles it once for each name of its function.
//!
//! It has code of its own that unwinds, and it allocates while it is being loaded.

use std::ffi::{c_char, CStr};
use std::hint::black_box;

unsafe extern "C" {
    fn getenv(name: *const c_char) -> *const c_char;
}

/// Calls the function whose address the program has put into the environment, as a constructor of C++ would allocate.
extern "C" fn at_load() {
    let text = unsafe { getenv(c"RPPROF_STRESS_AT_LOAD".as_ptr()) };
    if text.is_null() {
        return;
    }
    let text = unsafe { CStr::from_ptr(text) }.to_str().unwrap_or_default();
    if let Ok(address) = text.parse::<usize>() {
        let work: extern "C" fn() = unsafe { std::mem::transmute(address) };
        work();
    }
}

#[used]
#[unsafe(link_section = ".init_array")]
static AT_LOAD: extern "C" fn() = at_load;

#[inline(never)]
fn unwind() {
    let result = std::panic::catch_unwind(|| {
        let _dropped = vec![0_u8; black_box(50)];
        std::panic::resume_unwind(Box::new(1_u8));
    });
    assert!(result.is_err());
}

/// Computes for about a millisecond; the name is another one in each object.
#[unsafe(no_mangle)]
#[inline(never)]
pub extern "C" fn PLUGIN_WORK(rounds: u32) -> u32 {
    let mut number = 0_u32;
    for round in 0..rounds {
        for _ in 0..2000 {
            number = black_box(number.wrapping_mul(3) ^ round);
        }
        if round % 16 == 0 {
            unwind();
        }
    }
    number
}
