//! What frames are called, and what else is known of them whatever they weigh.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};

use rpprof::aggregate::{Frame, FrameId, Frames, Granularity, folded_name, package};
use rpprof::profile::{MappingId, Profile};

use super::frame_name::FrameNames;

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

/// So many bytes lines and the like take in a name, about.
const NUMBERS: usize = 6;
/// Room for no more bytes is made beforehand: many frames may have the same file.
const MOST_ROOM: usize = 1 << 24;

/// Returns the mapping that each frame is in, or one of them; of those that have a file.
fn mappings(frames: &Frames<'_>, profile: &Profile) -> Vec<Option<MappingId>> {
    let symbols = profile.symbols();
    let has_file: Vec<bool> = symbols.mappings().iter().map(|mapping| !profile.str(mapping.file).is_empty()).collect();
    let mut mappings = vec![None; frames.len()];
    for (location, list) in symbols.locations().iter().zip(frames.by_location().iter()) {
        let Some(mapping) = location.mapping.filter(|mapping| has_file[mapping.index()]) else { continue };
        for frame in list {
            mappings[frame.index()].get_or_insert(mapping);
        }
    }
    mappings
}

/// Finds out what each frame is called.
pub(super) fn names(
    frames: &Frames<'_>,
    profile: &Profile,
    granularity: Granularity,
    folded: &HashMap<String, BTreeSet<&str>>,
) -> FrameNames {
    let mappings = mappings(frames, profile);
    let files = profile.symbols().mappings().iter().map(|mapping| profile.str(mapping.file));
    let sizes = (0..frames.len()).map(|index| frames.frame(FrameId::from_index(index)));
    let bytes: usize = sizes.map(|frame| frame.function.len() + frame.file.len() + NUMBERS).sum();
    let mut names = FrameNames::with_room(frames.len(), bytes.min(MOST_ROOM), files);
    // Frames that are called by their file alone, by where its text is: there may be many of the same.
    let mut of_files: HashMap<usize, usize> = HashMap::new();
    for (index, mapping) in mappings.into_iter().enumerate() {
        let frame = frames.frame(FrameId::from_index(index));
        let is_package = granularity == Granularity::Packages && !frame.function.is_empty();
        let package_hash = hash(match frame.function {
            "" => frame.object,
            function if is_package => function,
            function => package(function),
        });
        let pattern = match folded.get(frame.function) {
            // What `package` passes over, and what a package ends with.
            _ if is_package => {
                let name = regex::escape(frame.function);
                Some(format!(r"^[<&*(\[ {{]*(?:mut |const |dyn )?{name}(?:::|\.)"))
            }
            Some(names) => {
                let names = names.iter().copied().chain([frame.function]);
                Some(format!("^(?:{})$", names.map(regex::escape).collect::<Vec<_>>().join("|")))
            }
            // What has no name at all is known by its binary.
            None if frame.function.is_empty() && frame.file.is_empty() && !frame.object.is_empty() => {
                let base = frame.object.rsplit('/').next().unwrap_or(frame.object);
                Some(format!("(?:^|/){}$", regex::escape(base)))
            }
            None => None,
        };
        let binary = mapping.map(MappingId::index);
        if frame == (Frame { file: frame.file, object: frame.object, ..Frame::default() }) && !frame.file.is_empty() {
            match of_files.entry(frame.file.as_ptr().addr()) {
                Entry::Occupied(other) => {
                    names.push_same(*other.get(), package_hash, binary);
                    continue;
                }
                Entry::Vacant(entry) => entry.insert(index),
            };
        }
        names.push(&frame, package_hash, binary, pattern);
    }
    rank(&mut names);
    names
}

/// Tells of each name where it stands among all, so that rows can be put in order without comparing texts.
fn rank(names: &mut FrameNames) {
    // Where texts begin, with the frames that are called so.
    let mut places: Vec<(u32, usize)> =
        names.rows.iter().enumerate().map(|(frame, row)| (row.name.start, frame)).collect();
    places.sort_unstable();
    let texts: Vec<&[(u32, usize)]> = places.chunk_by(|(one, _), (other, _)| one == other).collect();
    let of_texts: Vec<&str> = texts.iter().map(|frames| names.text(&names.rows[frames[0].1].name)).collect();
    let order = in_order(&of_texts);
    let is_new = |pair: &[usize]| u32::from(of_texts[pair[0]] != of_texts[pair[1]]);
    let mut ranks = vec![0; order.len()];
    for pair in order.windows(2) {
        ranks[pair[1]] = ranks[pair[0]] + is_new(pair);
    }
    for (frames, rank) in texts.iter().zip(ranks) {
        for &(_, frame) in *frames {
            names.rows[frame].rank = rank;
        }
    }
}

/// So few texts are compared with each other.
const FEW: usize = 8;

/// Puts texts in order, eight bytes after eight: long beginnings are mostly the same, and looking at texts costs most.
fn in_order(texts: &[&str]) -> Vec<usize> {
    let bytes_at = |text: usize, from: usize| {
        let rest = texts[text].as_bytes().get(from..).unwrap_or_default();
        let mut bytes = [0; 8];
        let len = rest.len().min(bytes.len());
        bytes[..len].copy_from_slice(&rest[..len]);
        u64::from_be_bytes(bytes)
    };
    let mut entries: Vec<(u64, usize)> = (0..texts.len()).map(|text| (0, text)).collect();
    let mut unsorted = vec![(0..texts.len(), 0)];
    while let Some((range, from)) = unsorted.pop() {
        let part = &mut entries[range.clone()];
        // What is over ends with zeros, as a text may too.
        if range.len() <= FEW || part.iter().all(|(_, text)| texts[*text].len() <= from) {
            part.sort_unstable_by_key(|(_, text)| texts[*text]);
            continue;
        }
        part.iter_mut().for_each(|entry| entry.0 = bytes_at(entry.1, from));
        part.sort_unstable();
        let mut start = range.start;
        for same in part.chunk_by(|(one, _), (other, _)| one == other) {
            if same.len() > 1 {
                unsorted.push((start..start + same.len(), from + 8));
            }
            start += same.len();
        }
    }
    entries.into_iter().map(|(_, text)| text).collect()
}

/// Returns a number that is the same for equal packages, or other texts, in all runs (FNV-1a).
pub(super) fn hash(package: &str) -> u32 {
    package.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::in_order;

    #[test]
    fn texts_are_in_the_order_of_their_bytes() {
        let mut texts: Vec<String> = (0..500_u32)
            .map(|number| {
                format!("{}/{}.go", "/home/src".repeat(1 + number as usize % 3), number.wrapping_mul(7919) % 97)
            })
            .collect();
        texts.extend(["", "\0", "\0\0", "/home/sr", "/home/sr\0", "/home/src", "\u{7f}", "ä"].map(str::to_owned));
        texts.extend((0..20).map(|zeros| format!("/home/sr{}", "\0".repeat(zeros % 11))));
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let found: Vec<&str> = in_order(&texts).into_iter().map(|text| texts[text]).collect();
        let mut expected = texts;
        expected.sort_unstable();
        assert_eq!(found, expected);
    }
}
