//! Files as bytes: how they are compressed, how large they may be, and how readers and writers may fail.

#![cfg(all(feature = "analyze", feature = "proto"))]

mod messages;

use std::io::{self, Read, Write};

use flate2::Compression as Level;
use flate2::read::GzDecoder;
use flate2::write::{GzEncoder, ZlibEncoder};
use prost::Message;
use rpprof::ErrorKind;
use rpprof::codec::{self, Compression, ReadOptions, WriteOptions};
use rpprof::profile::{Profile, ProfileBuilder};
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

use messages::{chain, read, small};

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Level::default());
    encoder.write_all(bytes).expect("memory takes everything");
    encoder.finish().expect("memory takes everything")
}

fn zlib(bytes: &[u8], level: u32) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Level::new(level));
    encoder.write_all(bytes).expect("memory takes everything");
    encoder.finish().expect("memory takes everything")
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    compress_to_vec(bytes, CompressionLevel::Fastest)
}

/// Makes a frame of zstd that readers skip.
fn skippable(content: &[u8]) -> Vec<u8> {
    let len = u32::try_from(content.len()).expect("it is short").to_le_bytes();
    [&[0x53, 0x2a, 0x4d, 0x18], &len[..], content].concat()
}

#[test]
fn every_compression_reads_the_same() {
    let message = small().encode_to_vec();
    let profile = read(&message).expect("plain");
    let (one, other) = message.split_at(message.len() / 3);
    let cases = [
        ("gzip", gzip(&message)),
        ("gzip, two members", [gzip(one), gzip(other)].concat()),
        ("gzip, an empty member", [gzip(one), gzip(&[]), gzip(other)].concat()),
        ("zlib, level 0", zlib(&message, 0)),
        ("zlib, level 1", zlib(&message, 1)),
        ("zlib, level 6", zlib(&message, 6)),
        ("zlib, level 9", zlib(&message, 9)),
        ("zstd", zstd(&message)),
        ("zstd, two frames", [zstd(one), zstd(other)].concat()),
        ("zstd, a skipped frame between", [zstd(one), skippable(b"index"), zstd(other)].concat()),
        ("zstd, a skipped frame at the end", [zstd(&message), skippable(&[])].concat()),
        ("zstd, a skipped frame first", [skippable(&[0; 4]), zstd(&message)].concat()),
    ];
    for (case, file) in cases {
        match read(&file) {
            Ok(again) => assert_eq!(again, profile, "{case}"),
            Err(error) => panic!("{case}: {error:?}"),
        }
    }
}

/// The message `0a 04 08 01 10 02 32 00 32 03 63 70 75 32 02 6e 73`, as `zstd --check` compresses it.
const ZSTD_OF_THE_TOOL: &[u8] = &[
    0x28, 0xb5, 0x2f, 0xfd, 0x24, 0x11, 0x89, 0x00, 0x00, 0x0a, 0x04, 0x08, 0x01, 0x10, 0x02, 0x32, 0x00, 0x32, 0x03,
    0x63, 0x70, 0x75, 0x32, 0x02, 0x6e, 0x73, 0x53, 0x11, 0xa0, 0xeb,
];

#[test]
fn zstd_checksums_are_checked() {
    let profile = read(ZSTD_OF_THE_TOOL).expect("it is valid");
    assert_eq!(profile.value_type_names(profile.sample_types()[0]), ("cpu", "ns"));
    let mut wrong = ZSTD_OF_THE_TOOL.to_vec();
    *wrong.last_mut().expect("it has bytes") ^= 1;
    let error = read(&wrong).expect_err("the checksum is wrong");
    assert_eq!(error.kind(), ErrorKind::Compression);
}

#[test]
fn compressions_are_told_by_their_first_bytes() {
    for (bytes, compression) in [
        (&[0x1f, 0x8b, 8][..], Compression::Gzip),
        (&[0x78, 0x9c], Compression::Zlib),
        (&[0x78, 0x9d], Compression::None),
        (&[0x28, 0xb5, 0x2f, 0xfd], Compression::Zstd),
        (&[0x28, 0xb5], Compression::None),
        (&[0x50, 0x2a, 0x4d, 0x18], Compression::Zstd),
        (&[0x5f, 0x2a, 0x4d, 0x18], Compression::Zstd),
        (&[0x60, 0x2a, 0x4d, 0x18], Compression::None),
        (&[0x0a, 4, 8, 1], Compression::None),
        (&[0x1f], Compression::None),
        (&[], Compression::None),
    ] {
        assert_eq!(Compression::detect(bytes), compression, "{bytes:02x?}");
    }
}

#[test]
fn inputs_without_bytes_are_empty() {
    for empty in [vec![], gzip(&[]), [gzip(&[]), gzip(&[])].concat(), zlib(&[], 6), zstd(&[])] {
        let error = read(&empty).expect_err("there is nothing");
        assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Empty, "empty input"));
    }
}

#[test]
fn inputs_that_end_too_early_say_so() {
    let message = small().encode_to_vec();
    for file in [gzip(&message), zlib(&message, 6)] {
        for missing in [1, 5, 30] {
            let error = read(&file[..file.len() - missing]).expect_err("it is cut");
            assert_eq!(error.kind(), ErrorKind::Compression);
            assert_eq!(error.to_string(), "the compressed data ends too early");
        }
    }
    let file = zstd(&message);
    assert_eq!(read(&file[..file.len() - 9]).expect_err("it is cut").kind(), ErrorKind::Compression);
}

#[test]
fn compressed_data_that_is_corrupt_says_so() {
    let mut wrong_sum = gzip(&small().encode_to_vec());
    let sum = wrong_sum.len() - 8;
    wrong_sum[sum] ^= 1;
    let rubbish_behind = [gzip(&small().encode_to_vec()), b"rubbish behind the end".to_vec()].concat();
    for file in [wrong_sum, rubbish_behind] {
        let error = read(&file).expect_err("it is corrupt");
        assert_eq!(
            (error.kind(), error.to_string().as_str()),
            (ErrorKind::Compression, "the compressed data is corrupt")
        );
    }
}

#[test]
fn what_was_compressed_was_meant_to_be_a_profile() {
    let error = read(&gzip(&[0x12])).expect_err("it is cut");
    assert_eq!(error.to_string(), "byte 0: the message ends inside a field, 1 bytes after its start");
}

#[test]
fn two_profiles_in_one_file_are_refused() {
    let message = small().encode_to_vec();
    let whole = [message.as_slice(), message.as_slice()].concat();
    for file in [whole, [gzip(&message), gzip(&message)].concat()] {
        let error = read(&file).expect_err("there are two");
        assert_eq!(error.kind(), ErrorKind::Concatenated);
        assert!(error.to_string().ends_with("concatenated profiles detected"), "{error}");
    }
}

#[test]
fn the_limit_holds_for_what_the_input_inflates_to() {
    let limited = |file: &[u8], bytes| codec::read(file, &ReadOptions::default().with_max_inflated_bytes(bytes));
    // Fields without a number, which nobody knows.
    let bomb = gzip(&vec![0; 4 << 20]);
    assert!(bomb.len() < 1 << 13);
    let error = limited(&bomb, 1 << 20).expect_err("it is too large");
    assert_eq!(error.kind(), ErrorKind::TooLarge);
    assert_eq!(error.to_string(), "the inflated input passes the limit of 1048576 bytes");

    let message = small().encode_to_vec();
    for file in [&message, &gzip(&message), &zstd(&message)] {
        assert!(limited(file, message.len() as u64).is_ok());
        assert_eq!(limited(file, message.len() as u64 - 1).expect_err("a byte more").kind(), ErrorKind::TooLarge);
    }
}

/// A reader that fails, in the middle or at once.
struct Failing<'b>(&'b [u8]);

impl Read for Failing<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer)? {
            0 => Err(io::Error::other("the disk is gone")),
            count => Ok(count),
        }
    }
}

#[test]
fn errors_of_the_reader_are_passed_on() {
    let file = gzip(&small().encode_to_vec());
    for bytes in [&file[..], &file[..20], &[]] {
        let error = codec::read(Failing(bytes), &ReadOptions::default()).expect_err("the disk is gone");
        assert_eq!(error.kind(), ErrorKind::Io);
        assert!(chain(&error).ends_with("the disk is gone"), "{error:?}");
    }
}

/// A reader that gives a byte at a time.
struct Trickle<'b>(&'b [u8]);

impl Read for Trickle<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let room = buffer.len().min(1);
        self.0.read(&mut buffer[..room])
    }
}

#[test]
fn readers_may_give_a_byte_at_a_time() {
    let message = small().encode_to_vec();
    let profile = read(&message).expect("it is valid");
    for file in [&message, &gzip(&message), &zlib(&message, 6), &zstd(&message)] {
        assert_eq!(codec::read(Trickle(file), &ReadOptions::default()).expect("it is valid"), profile);
    }
}

/// Builds a profile of several mebibytes, with more stacks and labels than repeat.
fn large() -> Profile {
    let mut builder = ProfileBuilder::new();
    builder.sample_type("samples", "count");
    builder.sample_type("cpu", "nanoseconds");
    let key = builder.string("request");
    let locations: Vec<_> = (0..5000_u64)
        .map(|row| {
            let name = builder.string(&format!("function_{}", row / 3));
            let function = builder.function(rpprof::profile::Function { name, ..Default::default() });
            let line = rpprof::profile::Line { function, line: row as i64, column: 0 };
            builder.location(rpprof::profile::Location { address: row, ..Default::default() }, &[line])
        })
        .collect();
    for sample in 0..30_000_usize {
        let frame = |depth: usize| locations[(sample / 2 * (depth + 7)) % locations.len()];
        let stack: Vec<_> = (0..sample % 50).map(frame).collect();
        let label = rpprof::profile::Label::number(key, sample as i64 + 1, Default::default());
        let (stack, labels) = (builder.stack(&stack), builder.label_set(&[label]));
        builder.sample(stack, labels, &[1, -(sample as i64)]);
    }
    builder.build().expect("it is valid")
}

#[test]
fn large_profiles_are_read_and_written_on_two_threads_all_the_same() {
    let profile = large();
    let message = codec::encode(&profile);
    assert!(message.len() > 1 << 20);
    let mut file = Vec::new();
    codec::write(&profile, &mut file, &WriteOptions::default().with_level(1)).expect("memory takes everything");
    let mut inflated = Vec::new();
    GzDecoder::new(file.as_slice()).read_to_end(&mut inflated).expect("it is gzip");
    assert!(inflated == message, "what is written is not what is encoded");
    for file in [&file, &message, &zstd(&message)] {
        assert!(read(file).expect("it is valid") == profile);
    }
    for end in (0..message.len()).step_by(message.len() / 10) {
        assert!(read(&message[..end]).is_err(), "the string table is missing");
    }
    let kind = |file: &[u8]| read(file).expect_err("it is cut").kind();
    assert_eq!(kind(&file[..file.len() / 2]), ErrorKind::Compression);
    let limited = codec::read(file.as_slice(), &ReadOptions::default().with_max_inflated_bytes(1 << 20));
    assert_eq!(limited.expect_err("it is larger").kind(), ErrorKind::TooLarge);
}

#[test]
fn errors_of_the_writer_are_passed_on() {
    for profile in [read(&small().encode_to_vec()).expect("it is valid"), large()] {
        let mut room = [0; 20];
        let error = codec::write(&profile, &mut room[..], &WriteOptions::default()).expect_err("there is no room");
        assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Io, "writing failed"));
    }
}

#[test]
fn levels_change_the_size_and_nothing_else() {
    let profile = read(&small().encode_to_vec()).expect("it is valid");
    let written = |level| {
        let mut file = Vec::new();
        codec::write(&profile, &mut file, &WriteOptions::default().with_level(level)).expect("memory takes everything");
        file
    };
    for level in [0, 1, 6, 9] {
        assert_eq!(read(&written(level)).expect("it is valid"), profile);
    }
    assert!(written(9).len() < written(0).len());
    assert_eq!(written(77), written(9));
}
