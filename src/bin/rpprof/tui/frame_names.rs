//! What frames are called, and what else is known of them whatever they weigh.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use rpprof::aggregate::{FrameId, Frames, Granularity, folded_name, package};
use rpprof::profile::Profile;

use super::answer::FrameName;

/// Returns the names of functions that are shown by another one, by that.
pub(super) fn folded_names(profiles: [&Profile; 2]) -> HashMap<String, BTreeSet<&str>> {
    let mut names: HashMap<String, BTreeSet<&str>> = HashMap::new();
    for profile in profiles {
        for function in profile.symbols().functions() {
            let name = profile.str(function.name);
            let folded = folded_name(name);
            if folded != name {
                names.entry(folded.into_owned()).or_default().insert(name);
            }
        }
    }
    names
}

/// Returns the binary that each frame is in, or one of them, as paths.
fn binaries(frames: &Frames<'_>, profile: &Profile) -> Vec<Arc<str>> {
    let symbols = profile.symbols();
    let files: Vec<Arc<str>> = symbols.mappings().iter().map(|mapping| profile.str(mapping.file).into()).collect();
    let mut binaries = vec![Arc::from(""); frames.len()];
    for (location, list) in symbols.locations().iter().zip(frames.by_location().iter()) {
        let Some(mapping) = location.mapping else { continue };
        for frame in list {
            let binary: &mut Arc<str> = &mut binaries[frame.index()];
            if binary.is_empty() {
                *binary = Arc::clone(&files[mapping.index()]);
            }
        }
    }
    binaries
}

/// Finds out what each frame is called.
pub(super) fn names(
    frames: &Frames<'_>,
    profile: &Profile,
    granularity: Granularity,
    folded: &HashMap<String, BTreeSet<&str>>,
) -> Vec<FrameName> {
    let binaries = binaries(frames, profile);
    let name = |index: usize| {
        let frame = frames.frame(FrameId::from_index(index));
        let is_package = granularity == Granularity::Packages && !frame.function.is_empty();
        let package = match frame.function {
            "" => frame.object,
            function if is_package => function,
            function => package(function),
        };
        let function = frame.function.to_owned();
        let pattern = match folded.get(&function) {
            // What `package` passes over, and what a package ends with.
            _ if is_package => {
                let name = regex::escape(frame.function);
                Some(format!(r"^[<&*(\[ {{]*(?:mut |const |dyn )?{name}(?:::|\.)").into())
            }
            Some(names) => {
                let names = names.iter().copied().chain([function.as_str()]);
                Some(format!("^(?:{})$", names.map(regex::escape).collect::<Vec<_>>().join("|")).into())
            }
            // What has no name at all is known by its binary.
            None if function.is_empty() && frame.file.is_empty() && !frame.object.is_empty() => {
                let base = frame.object.rsplit('/').next().unwrap_or(frame.object);
                Some(format!("(?:^|/){}$", regex::escape(base)).into())
            }
            None => None,
        };
        let (name, binary) = (frame.name(), Arc::clone(&binaries[index]));
        FrameName { name, package_hash: hash(package), binary, function, pattern, rank: 0 }
    };
    let mut names: Vec<FrameName> = (0..frames.len()).map(name).collect();
    rank(&mut names);
    names
}

/// Tells of each name where it stands among all, so that rows can be put in order without comparing texts.
fn rank(names: &mut [FrameName]) {
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_unstable_by(|&one, &other| names[one].name.cmp(&names[other].name));
    let mut rank = 0;
    for (place, &index) in order.iter().enumerate() {
        let is_new = place > 0 && names[index].name != names[order[place - 1]].name;
        rank += u32::from(is_new);
        names[index].rank = rank;
    }
}

/// Returns a number that is the same for equal packages, or other texts, in all runs (FNV-1a).
pub(super) fn hash(package: &str) -> u32 {
    package.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}
