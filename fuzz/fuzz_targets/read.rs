//! Any bytes as a file: compressed in any form, or not.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| rpprof_fuzz::check(input));
