//! What a program with the collector needs of the C library to be linked and started.

use std::fs;

/// Returns the number of `size` bytes at `at`.
fn number(file: &[u8], at: usize, size: usize) -> usize {
    let mut bytes = [0; 8];
    bytes[..size].copy_from_slice(&file[at..at + size]);
    usize::try_from(u64::from_le_bytes(bytes)).expect("64 bits")
}

/// Returns the bindings of the symbols with this name that an ELF file of 64 bits has for the loader.
fn bindings(file: &[u8], name: &str) -> Vec<u8> {
    const FOR_LOADER: usize = 11;
    const SYMBOL: usize = 24;
    let (headers, size, count) = (number(file, 40, 8), number(file, 58, 2), number(file, 60, 2));
    let section = |row: usize| headers + row * size;
    let place = |row: usize| (number(file, section(row) + 24, 8), number(file, section(row) + 32, 8));
    let mut found = Vec::new();
    for row in (0..count).filter(|&row| number(file, section(row) + 4, 4) == FOR_LOADER) {
        let (symbols, length) = place(row);
        let (names, _) = place(number(file, section(row) + 40, 4));
        for symbol in (symbols..symbols + length).step_by(SYMBOL) {
            let text = &file[names + number(file, symbol, 4)..];
            if text.strip_prefix(name.as_bytes()).is_some_and(|rest| rest.starts_with(&[0])) {
                found.push(file[symbol + 4] >> 4);
            }
        }
    }
    found
}

/// Of all object files that are linked, one that needs the function is enough, and there is no program without it.
#[test]
fn c_libraries_that_find_no_objects_will_do() {
    const WEAK: u8 = 2;
    let file = fs::read("/proc/self/exe").expect("it can be read");
    let found = bindings(&file, "_dl_find_object");
    // Programs that are linked statically have no symbols for the loader.
    assert!(found.iter().all(|&binding| binding == WEAK), "{found:?}");
    assert!(found.len() == 1 || !cfg!(target_env = "gnu"), "{found:?}");
}
