#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| overstay_fuzz::time_forms(bytes));
