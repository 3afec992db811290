//! A message to spoil, and what reading it says.

use std::error::Error as _;
use std::iter;

use rpprof::Error;
use rpprof::codec::proto::pb;
use rpprof::codec::{self, ReadOptions};
use rpprof::profile::Profile;

/// Reads a profile with the usual options.
pub(crate) fn read(bytes: &[u8]) -> rpprof::Result<Profile> {
    codec::read(bytes, &ReadOptions::default())
}

/// Makes a message with two samples, and at least one row in each table.
pub(crate) fn small() -> pb::Profile {
    let location = |id, address, function_id| pb::Location {
        id,
        mapping_id: 1,
        address,
        line: vec![pb::Line { function_id, line: 3, column: 7 }],
        is_folded: false,
    };
    pb::Profile {
        sample_type: vec![pb::ValueType { r#type: 1, unit: 2 }],
        sample: vec![
            pb::Sample { location_id: vec![2, 1], value: vec![5], ..Default::default() },
            pb::Sample {
                location_id: vec![1],
                value: vec![-7],
                label: vec![pb::Label { key: 5, str: 6, ..Default::default() }],
            },
        ],
        mapping: vec![pb::Mapping { id: 1, memory_limit: 0x1000, filename: 7, ..Default::default() }],
        location: vec![location(1, 0x10, 1), location(2, 0x20, 2)],
        function: vec![
            pb::Function { id: 1, name: 3, filename: 7, ..Default::default() },
            pb::Function { id: 2, name: 4, filename: 7, ..Default::default() },
        ],
        string_table: ["", "cpu", "nanoseconds", "main", "busy", "thread", "worker", "/bin/program"]
            .map(String::from)
            .to_vec(),
        time_nanos: 1_700_000_000_000_000_000,
        comment: vec![3, 4],
        ..Default::default()
    }
}

/// Returns the messages of an error and its causes.
pub(crate) fn chain(error: &Error) -> String {
    let causes = iter::successors(error.source(), |cause| (*cause).source());
    iter::once(error.to_string()).chain(causes.map(ToString::to_string)).collect::<Vec<_>>().join(": ")
}
