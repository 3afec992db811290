//! What is kept for the next time, whatever becomes of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use rpprof::profile::Profile;
use rpprof::symbolize::{CacheFolder, ResolveOptions};

use super::finding::{addresses, program, resolve};
use super::programs::folder;
use super::{Frame, frames, profile_of};

/// Returns what the program's addresses are named with a cache.
fn names_with(profile: &Profile, cache: &Path) -> Vec<Vec<Frame>> {
    let (named, _) = resolve(profile, |options| options.cache = Some(CacheFolder::new(cache, 1 << 20)));
    frames(&named)
}

/// Returns the files in a folder, by name.
fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("it is there").map(|entry| entry.expect("it is there").path());
    let mut files: Vec<PathBuf> = entries.collect();
    files.sort();
    files
}

#[test]
fn names_are_kept_for_as_long_as_the_file_is_the_same() {
    let (program, folder) = (program(), folder("cache"));
    let copy = folder.join("program");
    fs::copy(&program, &copy).expect("the folder can be written");
    let profile = profile_of(&copy, "", &addresses(&program));
    let cache = folder.join("names");
    let with_cache = |options: &mut ResolveOptions| options.cache = Some(CacheFolder::new(&cache, 1 << 20));
    let kept = || -> Vec<PathBuf> {
        fs::read_dir(&cache).expect("it was made").map(|entry| entry.expect("it is there").path()).collect()
    };
    let (named, _) = resolve(&profile, with_cache);
    let files = kept();
    assert_eq!(files.len(), 1, "{files:?}");
    // Broken in a way that only the kept names can hide: of the same size, and as old.
    let changed = fs::metadata(&copy).and_then(|metadata| metadata.modified()).expect("it has a time");
    let mut bytes = fs::read(&copy).expect("it is there");
    let end = bytes.len();
    bytes[0x1000..end - 0x1000].fill(0);
    fs::write(&copy, &bytes).expect("it can be written");
    let file = fs::File::options().write(true).open(&copy).expect("it is there");
    file.set_modified(changed).expect("it is ours");
    let (again, summary) = resolve(&profile, with_cache);
    assert_eq!(frames(&again), frames(&named));
    assert_eq!(summary.named(), addresses(&program).len());
    // What is not known yet is looked up; that the file is another one is seen.
    fs::copy(&program, &copy).expect("the folder can be written");
    let (named_again, _) = resolve(&profile, with_cache);
    assert_eq!(frames(&named_again), frames(&named));
    // A broken file of the cache is like none.
    fs::write(&files[0], b"no names").expect("it can be written");
    let (named_again, _) = resolve(&profile, with_cache);
    assert_eq!(frames(&named_again), frames(&named));
    assert!(fs::read(&files[0]).expect("it is there") != b"no names");
}

#[test]
fn the_cache_keeps_to_its_limit() {
    let (program, folder) = (program(), folder("cache_limit"));
    let cache = folder.join("names");
    fs::create_dir_all(&cache).expect("the folder can be written");
    let old = cache.join("old.pb");
    fs::write(&old, vec![0; 60_000]).expect("the folder can be written");
    let file = fs::File::options().write(true).open(&old).expect("it is there");
    file.set_modified(std::time::UNIX_EPOCH).expect("it is ours");
    fs::write(cache.join("notes.txt"), vec![0; 100_000]).expect("the folder can be written");
    let profile = profile_of(&program, "", &addresses(&program));
    resolve(&profile, |options| options.cache = Some(CacheFolder::new(&cache, 64_000)));
    assert!(!old.exists(), "what was not used for longest goes");
    assert!(cache.join("notes.txt").exists(), "what is not ours stays");
    assert_eq!(fs::read_dir(&cache).expect("it is there").count(), 2);
}

#[test]
fn damaged_files_of_the_cache_are_like_none() {
    let (program, cache) = (program(), folder("cache_damaged"));
    let profile = profile_of(&program, "", &addresses(&program));
    let (named, _) = resolve(&profile, |_| {});
    let expected = frames(&named);
    assert_eq!(names_with(&profile, &cache), expected);
    let [file] = &files_in(&cache)[..] else { panic!("one binary has one file") };
    let whole = fs::read(file).expect("it is there");
    let mut damaged: Vec<Vec<u8>> =
        [0, 1, 20, whole.len() / 2, whole.len() - 1].map(|length| whole[..length].to_vec()).into();
    damaged.push([&whole[..], &whole].concat());
    for at in (0..whole.len()).step_by(whole.len() / 16) {
        let mut changed = whole.clone();
        changed[at] ^= 0x20;
        damaged.push(changed);
    }
    for bytes in damaged {
        fs::write(file, &bytes).expect("it can be written");
        assert_eq!(names_with(&profile, &cache), expected, "{} bytes", bytes.len());
        assert!(fs::read(file).expect("it is there") == whole, "it is made anew");
    }
}

#[test]
fn folders_that_cannot_be_used_are_like_none() {
    let (program, folder) = (program(), folder("cache_unusable"));
    let profile = profile_of(&program, "", &addresses(&program));
    let (named, _) = resolve(&profile, |_| {});
    let expected = frames(&named);
    let file = folder.join("file");
    fs::write(&file, b"no folder").expect("the folder can be written");
    let nowhere = folder.join("nowhere");
    std::os::unix::fs::symlink(folder.join("there/is/none"), &nowhere).expect("the folder can be written");
    for cache in [&file, &file.join("below"), &nowhere, Path::new("/proc/self"), Path::new("/dev/full")] {
        assert_eq!(names_with(&profile, cache), expected, "{}", cache.display());
    }
    // Folders, pipes and devices in the place of its files.
    let cache = folder.join("cache");
    assert_eq!(names_with(&profile, &cache), expected);
    let kept = files_in(&cache).pop().expect("it is kept");
    fs::remove_file(&kept).expect("it is there");
    fs::create_dir(&kept).expect("the folder can be written");
    assert_eq!(names_with(&profile, &cache), expected);
    assert_eq!(files_in(&cache), std::slice::from_ref(&kept), "nothing unfinished stays");
    fs::remove_dir(&kept).expect("it is empty");
    std::os::unix::fs::symlink("/dev/zero", &kept).expect("the folder can be written");
    assert_eq!(names_with(&profile, &cache), expected);
}

/// Whatever else the cache knows of a binary, the same names come in the same order.
#[test]
fn profiles_are_the_same_whatever_is_kept() {
    let (program, cache) = (program(), folder("cache_same"));
    let some = addresses(&program);
    let all: Vec<u64> = some.iter().flat_map(|&address| [address, address + 1, address + 7]).collect();
    let profile = profile_of(&program, "", &some);
    let with_cache = |options: &mut ResolveOptions| options.cache = Some(CacheFolder::new(&cache, 1 << 20));
    let bytes = |profile: &Profile| rpprof::codec::encode(profile);
    let (without, _) = resolve(&profile, |_| {});
    assert!(frames(&without).iter().flatten().count() >= some.len());
    for what in ["nothing", "the same", "more"] {
        let (named, _) = resolve(&profile, with_cache);
        assert!(bytes(&named) == bytes(&without), "{what} was kept");
        if what == "the same" {
            resolve(&profile_of(&program, "", &all), with_cache);
        }
    }
    // And so they are if addresses come in another order, or twice.
    let backwards: Vec<u64> = all.iter().rev().chain(&some).copied().collect();
    let profile = profile_of(&program, "", &backwards);
    let (cold, _) = resolve(&profile, |_| {});
    assert!(bytes(&resolve(&profile, with_cache).0) == bytes(&cold));
}

/// Runs with different addresses at once each write what they know; a file is whole whoever comes last.
#[test]
fn runs_at_the_same_time_share_a_cache() {
    let (program, cache) = (program(), folder("cache_shared"));
    let all = addresses(&program);
    let profiles: Vec<Profile> = all.chunks(10).map(|some| profile_of(&program, "", some)).collect();
    let run = |profile: &Profile| {
        let (named, _) = resolve(profile, |_| {});
        for _ in 0..20 {
            assert_eq!(names_with(profile, &cache), frames(&named));
        }
    };
    thread::scope(|scope| profiles.iter().for_each(|profile| drop(scope.spawn(|| run(profile)))));
    let files = files_in(&cache);
    assert!(
        matches!(&files[..], [file] if file.extension().is_some_and(|extension| extension == "names")),
        "{files:?}"
    );
}

/// A file system of a page is full at once; only in a namespace of its own may everybody make one.
#[cfg(target_os = "linux")]
#[test]
fn full_disks_are_no_harm() {
    const MOUNT: &str = "mount -t tmpfs -o size=4k none \"$1\" && shift && exec \"$@\"";
    const INNER: &str = "RPPROF_TEST_FULL_DISK";
    if let Some(cache) = std::env::var_os(INNER) {
        let program = program();
        let profile = profile_of(&program, "", &addresses(&program));
        let (named, _) = resolve(&profile, |_| {});
        assert_eq!(names_with(&profile, Path::new(&cache)), frames(&named));
        assert!(files_in(Path::new(&cache)).is_empty(), "nothing unfinished stays");
        println!("it was full");
        return;
    }
    let cache = folder("cache_full");
    let mut inner = std::process::Command::new("unshare");
    inner.args(["-rm", "sh", "-c", MOUNT, "sh"]).arg(&cache).arg(program());
    inner.args(["--exact", "cache::full_disks_are_no_harm", "--nocapture"]).env(INNER, &cache);
    let Ok(output) = inner.output() else {
        eprintln!("skipped: there is no unshare");
        return;
    };
    let [said, errors] = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    if !output.status.success() && (errors.starts_with("unshare:") || errors.starts_with("mount:")) {
        eprintln!("skipped: {errors}");
        return;
    }
    assert!(output.status.success() && said.contains("it was full"), "{said}{errors}");
}
