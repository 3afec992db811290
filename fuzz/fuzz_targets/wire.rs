//! Any bytes as a message that is not compressed, whatever they begin with.

#![no_main]

/// An empty field that no version of the format has: no compression begins with it.
const UNKNOWN_FIELD: [u8; 3] = [0x82, 0x7d, 0];

libfuzzer_sys::fuzz_target!(|input: &[u8]| rpprof_fuzz::check(&[&UNKNOWN_FIELD, input].concat()));
