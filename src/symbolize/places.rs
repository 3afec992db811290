//! Where a binary and its debug information may be.

use std::fs;
use std::path::{Component, Path, PathBuf};

use super::object::{DebugLink, Object};

/// Returns where a binary may be below a folder, best places first: those of pprof, in its order.
pub(crate) fn binaries_in(folder: &Path, file: &str, build_id: &str) -> Vec<PathBuf> {
    let inner = relative(Path::new(file));
    let name = Path::new(file).file_name().map(PathBuf::from);
    let mut places = Vec::new();
    if is_plain(build_id) {
        let of_build = folder.join(build_id);
        places.extend(name.as_ref().map(|name| of_build.join(name)));
        places.extend(files_in(&of_build));
        places.push(folder.join(&inner).join(build_id));
        places.extend(by_build_id(folder, build_id));
    }
    if let Some(name) = name {
        let debug_name = with_debug(&name);
        let inner_folder = inner.parent().unwrap_or(Path::new(""));
        places.push(folder.join(&name));
        places.push(folder.join(&inner));
        places.push(with_debug(&folder.join(&inner)));
        places.push(folder.join(inner_folder).join(".debug").join(&debug_name));
        places.push(folder.join("usr/lib/debug").join(inner_folder).join(&debug_name));
    }
    places
}

/// Returns where debug information with a build id may be, for each folder of such files.
pub(crate) fn debug_files(folders: &[PathBuf], build_id: &str) -> Vec<PathBuf> {
    if !is_plain(build_id) {
        return Vec::new();
    }
    folders.iter().filter_map(|folder| by_build_id(&folder.join(".build-id"), build_id)).collect()
}

/// Returns where a file may be that a binary names.
pub(crate) fn linked_files(folders: &[PathBuf], object: &Object, link: &DebugLink) -> Vec<PathBuf> {
    let name = Path::new(&link.name);
    let beside = object.path().parent().unwrap_or(Path::new(""));
    let mut places = vec![beside.join(name), beside.join(".debug").join(name)];
    // A link to the binary does not move what is beside it.
    let real = fs::canonicalize(beside);
    let inner = relative(real.as_deref().unwrap_or(beside));
    places.extend(folders.iter().map(|folder| folder.join(&inner).join(name)));
    if let super::object::Check::BuildId(id) = &link.check {
        places.extend(debug_files(folders, id));
    }
    places
}

/// Returns where the debug information of a Mach-O file is.
pub(crate) fn dsym(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?;
    let mut bundle = path.as_os_str().to_owned();
    bundle.push(".dSYM");
    Some(PathBuf::from(bundle).join("Contents/Resources/DWARF").join(name))
}

/// Returns where the package of a binary's split debug information is.
pub(crate) fn package(path: &Path) -> PathBuf {
    let mut package = path.as_os_str().to_owned();
    package.push(".dwp");
    PathBuf::from(package)
}

/// Returns `folder/ab/cdef.debug`.
fn by_build_id(folder: &Path, build_id: &str) -> Option<PathBuf> {
    let (first, rest) = build_id.split_at_checked(2)?;
    Some(folder.join(first).join(format!("{rest}.debug")))
}

/// Returns whether a build id is one, and no path.
pub(crate) fn is_plain(build_id: &str) -> bool {
    !build_id.is_empty() && build_id.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// Returns a path from the root on, without parts that would lead elsewhere.
fn relative(path: &Path) -> PathBuf {
    path.components().filter(|part| matches!(part, Component::Normal(_))).collect()
}

fn with_debug(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".debug");
    PathBuf::from(name)
}

/// Returns the files in a folder, by name.
fn files_in(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.sort();
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn binaries_are_looked_for_where_pprof_does() {
        let places = binaries_in(Path::new("/d"), "/usr/bin/app", "abcdef");
        let expected = [
            "/d/abcdef/app",
            "/d/usr/bin/app/abcdef",
            "/d/ab/cdef.debug",
            "/d/app",
            "/d/usr/bin/app",
            "/d/usr/bin/app.debug",
            "/d/usr/bin/.debug/app.debug",
            "/d/usr/lib/debug/usr/bin/app.debug",
        ];
        assert_eq!(places, expected.map(PathBuf::from));
        assert_eq!(binaries_in(Path::new("/d"), "", "ab"), ["/d/ab", "/d/ab/.debug"].map(PathBuf::from));
    }

    #[test]
    fn names_of_a_profile_lead_nowhere_else() {
        for (file, build_id) in [("../../etc/passwd", "../x"), ("/a/../../b", "a/b"), ("..", "")] {
            for place in binaries_in(Path::new("/d"), file, build_id) {
                assert!(place.starts_with("/d") && !place.to_string_lossy().contains(".."), "{place:?}");
            }
        }
        assert!(debug_files(&[PathBuf::from("/d")], "é").is_empty());
    }
}
