//! Formats older than protobuf; what pprof says of the same files is in `tests/oracle.rs`.
#![cfg(feature = "read")]

use std::fs;
use std::path::Path;

use rpprof::ErrorKind;
use rpprof::codec::{self, LabelColumn, ReadOptions, StackColumn, WriteOptions};
use rpprof::profile::Profile;

fn bytes_of(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/legacy").join(name);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn read(bytes: &[u8]) -> rpprof::Result<Profile> {
    codec::read(bytes, &ReadOptions::default())
}

const FILES: [&str; 13] = [
    "cpp_cpu.prof",
    "cpp_heap.0001.heap",
    "go_connections.txt",
    "go_goroutine.txt",
    "go_heap.txt",
    "go_mutex.txt",
    "go_threadcreate.txt",
    "by_hand/contentionz.txt",
    "by_hand/cpu_big_endian.prof",
    "by_hand/growth.txt",
    "by_hand/heap_in_a_log.txt",
    "by_hand/heap_v2.txt",
    "by_hand/threadz.txt",
];

#[test]
fn old_files_have_the_samples_of_their_conversions() {
    for (old, new) in [("cpp_cpu.prof", "cpp_cpu.pb.gz"), ("cpp_heap.0001.heap", "cpp_heap.pb.gz")] {
        let (old, new) = (read(&bytes_of(old)), read(&bytes_of(&format!("../{new}"))));
        let (old, new) = (old.expect("it is a profile"), new.expect("it is a profile"));
        assert!(old.samples().iter().map(|sample| sample.values).eq(new.samples().iter().map(|sample| sample.values)));
        let addresses = |profile: &Profile| -> Vec<u64> {
            let of = |sample: rpprof::profile::Sample<'_>| profile.stack(sample.stack).to_vec();
            let ids = profile.samples().iter().flat_map(of);
            ids.map(|id| profile.symbols().locations()[id.index()].address).collect()
        };
        assert_eq!(addresses(&old), addresses(&new));
        assert_eq!(old.header().period, new.header().period);
    }
}

#[test]
fn old_files_become_protobuf_and_stay_what_they_are() {
    for name in FILES {
        let old = read(&bytes_of(name)).expect("it is a profile");
        let mut file = Vec::new();
        codec::write(&old, &mut file, &WriteOptions::default()).expect("a vector takes all bytes");
        let new = read(&file).expect("it was just written");
        // A label `bytes` of 0 is left out on reading, so samples are compared without.
        let samples = |profile: &Profile| -> Vec<_> {
            profile
                .samples()
                .iter()
                .map(|sample| (profile.stack(sample.stack).to_vec(), sample.values.to_vec()))
                .collect()
        };
        assert_eq!(samples(&new), samples(&old), "{name}");
        assert_eq!((new.symbols(), new.header()), (old.symbols(), old.header()), "{name}");
    }
}

/// A reader takes a label without a text, a number and a unit for none.
#[test]
fn a_size_of_nothing_is_written_as_it_is_read_again() {
    let profile = read(b"heap profile:      1: 0 [ 1: 0] @ heapprofile\n     1: 0 [ 1: 0] @ 0x55b1db602aa9\n");
    let profile = profile.expect("it is a profile");
    assert_eq!(profile.samples().len(), 1);
    let message = codec::encode(&profile);
    assert!(codec::encode(&read(&message).expect("it was just written")) == message);
}

#[test]
fn texts_may_be_compressed_and_have_other_line_ends() {
    let text = bytes_of("go_heap.txt");
    let plain = read(&text).expect("it is a profile");
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, &text).expect("a vector takes all bytes");
    assert_eq!(read(&packed.finish().expect("a vector takes all bytes")).expect("it is a profile"), plain);
    let with_returns = String::from_utf8(text).expect("it is text").replace('\n', "\r\n");
    assert_eq!(read(with_returns.as_bytes()).expect("it is a profile"), plain);
}

#[test]
fn labels_and_stacks_can_be_skipped_and_size_has_a_limit() {
    let bytes = bytes_of("go_heap.txt");
    let with = |options: &ReadOptions| codec::read(bytes.as_slice(), options);
    let bare = ReadOptions::default().with_labels(LabelColumn::Skip).with_stacks(StackColumn::Skip);
    let bare = with(&bare).expect("it is a profile");
    let all = read(&bytes).expect("it is a profile");
    assert!(bare.samples().iter().map(|sample| sample.values).eq(all.samples().iter().map(|sample| sample.values)));
    assert!(bare.samples().iter().all(|sample| bare.stack(sample.stack).is_empty()));
    assert!(bare.samples().iter().all(|sample| bare.labels(sample.labels).is_empty()));
    let small = ReadOptions::default().with_max_inflated_bytes(bytes.len() as u64 - 1);
    assert_eq!(with(&small).expect_err("it is larger").kind(), ErrorKind::TooLarge);
    assert!(with(&ReadOptions::default().with_max_inflated_bytes(bytes.len() as u64)).is_ok());
}

#[test]
fn files_that_are_cut_or_changed_are_profiles_or_errors() {
    let mut random = 1_u64;
    let mut draw = |below: usize| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (random >> 33) as usize % below
    };
    for name in FILES {
        let bytes = bytes_of(name);
        for _ in 0..200 {
            let mut changed = bytes[..draw(bytes.len().min(3000))].to_vec();
            for _ in 0..draw(4) {
                if let Some(place) = (!changed.is_empty()).then(|| draw(changed.len())) {
                    changed[place] = [b'9', b'-', b'@', b' ', 0, 0xff, b'\n', b'$'][draw(8)];
                }
            }
            match read(&changed) {
                Ok(profile) => drop(profile),
                Err(error) => assert_ne!(error.kind(), ErrorKind::Io, "{name}: {error}"),
            }
        }
    }
}

#[test]
fn errors_name_the_place() {
    for (text, expected) in [
        ("app profile: total 1\n1 @ 0x1\nx @ 0x2\n", "line 3: expected a count, @ and addresses"),
        ("heap profile: 1: 2 [3: 4] @ heap/2\n0: 5 [1: 5] @ 0x1\n", "line 2: no objects have 5 bytes"),
        ("--- mutex:\ncolour=blue\n", "line 2: \"colour\" is no known attribute"),
        ("--- contentionz 1 ---\nformat = java\n", "line 2: a profile of a Java program in an old format"),
    ] {
        let error = read(text.as_bytes()).expect_err("it is wrong");
        assert_eq!(error.to_string(), expected);
    }
}
