//! What must hold for every input, whatever its bytes.

use std::io;

use rpprof::codec::{self, ReadOptions};
use rpprof::profile::Profile;
use rpprof::render::{self, ReportHeader, TableStyle, TimeZone};
use rpprof::report::{self, Raw, TopOptions};
use rpprof::symbolize::{NameStyle, Object, demangle};
use rpprof::transform::{Filter, Selection, compact, select};

/// What an input may inflate to.
const MAX_INFLATED_BYTES: u64 = 64 << 20;

fn read(input: &[u8]) -> rpprof::Result<Profile> {
    codec::read(input, &ReadOptions::default().with_max_inflated_bytes(MAX_INFLATED_BYTES))
}

/// Checks that `input` is refused, or is a profile that can be written, read again and shown.
pub fn check(input: &[u8]) {
    let Ok(profile) = read(input) else { return };
    let message = codec::encode(&profile);
    let again = read(&message).expect("what was encoded is valid");
    assert!(codec::encode(&again) == message, "what was encoded reads otherwise");
    assert_eq!(again.samples().len(), profile.samples().len());
    show(&profile).expect("a sink takes everything");
    show(&compact(&profile).expect("it is valid")).expect("a sink takes everything");
}

/// Checks that `input` is refused, or is a binary of which everything can be read.
pub fn check_object(input: &[u8]) {
    let Ok(object) = Object::from_bytes("input", input.to_vec()) else { return };
    let mut addresses = vec![0, u64::MAX];
    for segment in object.segments() {
        object.bytes_at(segment.address..segment.address.saturating_add(1));
        addresses.extend([segment.address, segment.address.wrapping_add(segment.size / 2)]);
    }
    // So many are enough to reach all functions of a small file.
    addresses.extend(object.symbols().iter().take(256).map(|symbol| symbol.address().wrapping_add(symbol.size() / 2)));
    if let Ok(found) = object.look_up(&addresses) {
        let names = found.symbols().functions().iter().map(|function| found.str(function.system_name));
        names.for_each(|name| drop(demangle(name, NameStyle::Short)));
        assert!(read(&codec::encode(&found)).is_ok(), "what was found cannot be kept");
    }
}

/// How long a readable name may become, for each byte of the one in the binary and besides.
const MAX_GROWTH: usize = 16;
const MAX_NAME_BYTES: usize = 2 << 20;

/// Checks that any name gets a readable one, of bounded length.
pub fn check_name(input: &[u8]) {
    let name = String::from_utf8_lossy(input);
    for prefix in ["", "_Z", "_ZN", "_R"] {
        let name = format!("{prefix}{name}");
        for style in [NameStyle::Short, NameStyle::Templates, NameStyle::Full] {
            let readable = demangle(&name, style);
            assert!(readable.len() <= MAX_NAME_BYTES + MAX_GROWTH * name.len(), "{style:?}: {} bytes", readable.len());
        }
    }
}

fn show(profile: &Profile) -> io::Result<()> {
    render::raw(&Raw::new(Selection::all(profile)), &TimeZone::utc(), io::sink())?;
    let Ok(sample_type) = profile.default_sample_type() else { return Ok(()) };
    // The expressions of frames to drop come from the input, and need not be valid.
    let Ok((selection, _)) = select(profile, &Filter::default()) else { return Ok(()) };
    let mut options = TopOptions::default();
    options.values.sample_type = sample_type;
    render::top(&report::top(&selection, &options), &ReportHeader::default(), TableStyle::default(), io::sink())
}
