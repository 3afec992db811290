//! Any bytes as a name in a binary.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| rpprof_fuzz::check_name(input));
