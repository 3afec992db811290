//! Which file is taken, and which one is refused.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use rpprof::codec::{self, WriteOptions};
use rpprof::profile::{Location, Mapping, Profile, ProfileBuilder};
use rpprof::symbolize::{NameStyle, Naming, Object, Outcome, ResolveOptions, Resolver, Summary, find_names};

use super::programs::folder;
use super::{frames, profile_of};

/// A program that is there: this one. Its copy stands for other files.
pub(super) fn program() -> PathBuf {
    env::current_exe().expect("it has a path")
}

fn build_id(path: &Path) -> String {
    Object::open(path).expect("it is a binary").build_id().to_owned()
}

/// Returns addresses of functions in a program.
pub(super) fn addresses(path: &Path) -> Vec<u64> {
    let symbols = Object::open(path).expect("it is a binary").symbols();
    symbols.iter().filter(|symbol| symbol.size() > 0).step_by(97).take(40).map(|symbol| symbol.address()).collect()
}

/// Puts names into a profile; what is written with them has to be that profile.
pub(super) fn resolve(profile: &Profile, set: impl FnOnce(&mut ResolveOptions)) -> (Profile, Summary) {
    let mut options = ResolveOptions::default();
    set(&mut options);
    let mut resolver = Resolver::new(options);
    let names = find_names(profile, &mut resolver);
    let (mut written, mut expected) = (Vec::new(), Vec::new());
    names.write(&mut written, &WriteOptions::default()).expect("memory takes it");
    let named = names.into_profile();
    codec::write(&named, &mut expected, &WriteOptions::default()).expect("memory takes it");
    assert!(written == expected, "another profile was written");
    (named, resolver.summary().clone())
}

#[test]
fn binaries_are_found_by_build_id() {
    let (program, folder) = (program(), folder("by_build_id"));
    let (id, addresses) = (build_id(&program), addresses(&program));
    if id.is_empty() {
        eprintln!("skipped: this program has no build id");
        return;
    }
    let (first, rest) = id.split_at(2);
    fs::create_dir_all(folder.join(first)).expect("the folder can be written");
    let place = folder.join(first).join(format!("{rest}.debug"));
    fs::hard_link(&program, &place)
        .or_else(|_| fs::copy(&program, &place).map(drop))
        .expect("the folder can be written");
    let profile = profile_of(Path::new("/nowhere/app"), &id, &addresses);
    let (named, summary) = resolve(&profile, |options| options.binary_folders = vec![folder.clone()]);
    assert_eq!(summary.named(), addresses.len());
    assert_eq!(summary.binaries[0].outcome, Outcome::File(place));
    assert!(named.samples() == profile.samples() && frames(&named).iter().all(|frames| !frames.is_empty()));
    let (_, summary) = resolve(&profile, |_| {});
    assert_eq!((summary.named(), &summary.binaries[0].outcome), (0, &Outcome::Missing));
}

#[test]
fn files_of_another_build_are_refused() {
    let program = program();
    let id = build_id(&program);
    let profile = profile_of(&program, "0123456789abcdef", &addresses(&program));
    for main_program in [None, Some(program.clone())] {
        let (named, summary) = resolve(&profile, |options| options.main_program = main_program);
        let expected =
            if id.is_empty() { None } else { Some(Outcome::OtherBuild(vec![(program.clone(), id.clone())])) };
        if let Some(expected) = expected {
            assert_eq!((summary.named(), &summary.binaries[0].outcome), (0, &expected));
            assert!(frames(&named).iter().all(Vec::is_empty));
        }
    }
}

#[test]
fn names_that_are_there_stay_unless_all_are_wanted() {
    let program = program();
    let profile = profile_of(&program, "", &addresses(&program));
    let (named, _) = resolve(&profile, |_| {});
    let (again, summary) = resolve(&named, |_| {});
    assert!(again == named && !summary.is_needed());
    let (forced, summary) = resolve(&named, |options| options.naming = Naming::All);
    assert!(summary.is_needed());
    assert_eq!(frames(&forced), frames(&named));
    let (unnamed, _) = resolve(&profile, |options| options.main_program = Some(PathBuf::from("/nowhere")));
    assert!(unnamed == profile, "what is not found stays as it is");
}

#[test]
fn binaries_with_equal_names_share_them_in_every_style() {
    let (program, folder) = (program(), folder("two_binaries"));
    let copy = folder.join("copy");
    fs::copy(&program, &copy).expect("the folder can be written");
    let mut builder = ProfileBuilder::new();
    for (file, start_address) in [(&program, 0), (&copy, 1 << 40)] {
        let file = builder.string(file.to_str().expect("UTF-8"));
        let limit_address = start_address + (1 << 40);
        let mapping = builder.mapping(Mapping { file, start_address, limit_address, ..Mapping::default() });
        for address in addresses(&program) {
            let address = start_address + address;
            builder.location(Location { address, mapping: Some(mapping), ..Location::default() }, &[]);
        }
    }
    let profile = builder.build().expect("it is valid");
    for style in [NameStyle::Short, NameStyle::Full, NameStyle::Mangled] {
        let (named, summary) = resolve(&profile, |options| options.names = style);
        assert_eq!(summary.binaries.len(), 2);
        let frames = frames(&named);
        let (first, second) = frames.split_at(frames.len() / 2);
        assert!(first == second && first.iter().all(|frames| !frames.is_empty()), "{style:?}: {:?}", summary);
        let functions = named.symbols().functions();
        assert!((1..functions.len()).all(|row| !functions[..row].contains(&functions[row])), "{style:?}");
    }
}
