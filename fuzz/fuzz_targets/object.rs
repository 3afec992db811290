//! Any bytes as a binary file.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| rpprof_fuzz::check_object(input));
