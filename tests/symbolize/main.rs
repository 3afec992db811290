//! Names for addresses: against other symbolizers, and against files that are not what they seem.
#![cfg(unix)]

mod cache;
mod code;
mod finding;
mod hostile;
mod process;
mod programs;
mod reference;
mod truth;

use std::path::Path;

use rpprof::profile::{Location, Mapping, Profile, ProfileBuilder};

/// A frame as tests compare it: function, file, line, column, and the line where the function begins.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Frame {
    function: String,
    file: String,
    line: i64,
    column: i64,
    start_line: i64,
}

/// Makes a profile of addresses of a binary, which are the file's own: the mapping stands for all addresses.
fn profile_of(file: &Path, build_id: &str, addresses: &[u64]) -> Profile {
    let mut builder = ProfileBuilder::new();
    let file = builder.string(file.to_str().expect("UTF-8"));
    let build_id = builder.string(build_id);
    let mapping = builder.mapping(Mapping { file, build_id, ..Mapping::default() });
    for &address in addresses {
        builder.location(Location { address, mapping: Some(mapping), ..Location::default() }, &[]);
    }
    builder.build().expect("it is valid")
}

/// Returns the frames at each location, by their names in the binary.
fn frames(profile: &Profile) -> Vec<Vec<Frame>> {
    let symbols = profile.symbols();
    let frame = |line: &rpprof::profile::Line| {
        let function = symbols.functions()[line.function.index()];
        Frame {
            function: profile.str(function.system_name).to_owned(),
            file: profile.str(function.filename).to_owned(),
            line: line.line,
            column: line.column,
            start_line: function.start_line,
        }
    };
    symbols.lines().iter().map(|lines| lines.iter().map(frame).collect()).collect()
}
