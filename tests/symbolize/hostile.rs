//! Files that are broken, or made to break whoever reads them.

use std::fs;
use std::path::PathBuf;

use rpprof::symbolize::{Object, ResolveOptions, Resolver, symbolize};

use super::programs::{cpp, folder};
use super::{frames, profile_of};

/// How many broken files are tried of each kind.
const FILES: usize = 150;

/// Numbers that look like chance and are the same each time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}

/// Breaks a file in one of several ways.
fn broken(bytes: &[u8], numbers: &mut Numbers) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    match numbers.below(4) {
        0 => bytes.truncate(numbers.below(bytes.len())),
        // Headers stand at both ends.
        1 => {
            for _ in 0..4 {
                let at = numbers.below(256.min(bytes.len()));
                bytes[at] = numbers.below(256) as u8;
            }
        }
        2 => {
            let end = bytes.len();
            for _ in 0..16 {
                let at = end - 1 - numbers.below(4096.min(end));
                bytes[at] = [0, 0xff, 0x7f, numbers.below(256) as u8][numbers.below(4)];
            }
        }
        _ => {
            for _ in 0..1 + numbers.below(2000) {
                let at = numbers.below(bytes.len());
                bytes[at] = numbers.below(256) as u8;
            }
        }
    }
    bytes
}

/// Reads all that there is to read of an object.
fn read_all(bytes: Vec<u8>, addresses: &[u64]) -> usize {
    let Ok(object) = Object::from_bytes("broken", bytes) else { return 0 };
    let symbols = object.symbols();
    let some: Vec<u64> = symbols.iter().map(|symbol| symbol.address()).take(50).collect();
    for segment in object.segments() {
        object.bytes_at(segment.address..segment.address.saturating_add(16));
    }
    let all = [addresses, &some, &[0, u64::MAX]].concat();
    object.look_up(&all).map_or(0, |found| found.symbols().lines().item_count())
}

#[test]
fn broken_files_are_refused_or_tell_less() {
    let folder = folder("hostile");
    let plain = cpp(&folder, &["-O2", "-g"]).map(|path| fs::read(path).expect("it was made"));
    let packed = cpp(&folder, &["-O2", "-g", "-gz"]).map(|path| fs::read(path).expect("it was made"));
    let Some(programs) = plain.zip(packed) else { return };
    let mut numbers = Numbers(1);
    for program in [programs.0, programs.1] {
        let object = Object::from_bytes("whole", program.clone()).expect("it is whole");
        let functions = object.symbols();
        let addresses: Vec<u64> =
            functions.iter().filter(|symbol| symbol.size() > 1).map(|symbol| symbol.address() + 1).take(100).collect();
        let whole = read_all(program.clone(), &addresses);
        assert!(whole > addresses.len() / 2, "hardly a line in the whole file");
        let lines: Vec<usize> = (0..FILES).map(|_| read_all(broken(&program, &mut numbers), &addresses)).collect();
        assert!(lines.contains(&0), "nothing was broken");
        assert!(lines.iter().any(|&lines| lines > 0), "everything was broken");
    }
}

#[test]
fn what_is_no_binary_is_refused() {
    let folder = folder("no_binary");
    let file = folder.join("text");
    for content in ["", "text", "\x7fELF", "MZ", "\u{7f}ELF\u{2}\u{1}\u{1}"] {
        fs::write(&file, content).expect("the folder can be written");
        assert!(Object::open(&file).is_err(), "{content:?}");
    }
    assert!(Object::open(&folder).is_err());
    assert!(Object::open(folder.join("missing")).is_err());
    for mapped in [file, folder, PathBuf::from("/dev/zero"), PathBuf::from("relative"), PathBuf::from("")] {
        let mut resolver = Resolver::new(ResolveOptions::default());
        let named = symbolize(&profile_of(&mapped, "", &[1, 2]), &mut resolver);
        assert!(frames(&named).iter().all(Vec::is_empty), "{mapped:?}");
        assert_eq!((resolver.summary().named(), resolver.summary().addresses()), (0, 2), "{mapped:?}");
    }
}
