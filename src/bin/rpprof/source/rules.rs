//! The places where the source file of a name may lie, best ones first.

use std::path::{Path, PathBuf};

use rpprof::transform::Origin;

use super::SourceArgs;
use super::machine::Machine;

/// A search for one file.
pub(super) struct Search<'s> {
    /// The name without what is to be cut off.
    name: &'s str,
    /// Whether something was cut off.
    is_trimmed: bool,
    /// Folders that were named, to look into first.
    given: &'s [PathBuf],
    machine: &'s Machine,
    /// Folders to look for the end of the name in: those that were named, the working folder, and its repository.
    projects: Vec<PathBuf>,
}

/// Names that a repository's own folder has in it.
const REPOSITORY_MARKS: [&str; 3] = [".git", ".hg", ".jj"];

impl<'s> Search<'s> {
    pub(super) fn new(name: &'s str, arguments: &'s SourceArgs, machine: &'s Machine) -> Self {
        let trimmed = arguments.trim_path.iter().find_map(|prefix| without_prefix(name, prefix));
        let mut projects: Vec<PathBuf> = arguments.source_path.clone();
        let repository = machine.working_folder.ancestors().find(|dir| {
            // A folder outside any repository must not make its home one.
            REPOSITORY_MARKS.iter().any(|mark| dir.join(mark).exists())
        });
        for project in [Some(machine.working_folder.as_path()), repository].into_iter().flatten() {
            if !projects.iter().any(|known| known == project) {
                projects.push(project.to_owned());
            }
        }
        Self {
            name: trimmed.unwrap_or(name),
            is_trimmed: trimmed.is_some(),
            given: &arguments.source_path,
            machine,
            projects,
        }
    }

    /// Returns where the file may lie, best places first; each rule is asked only when those before found nothing.
    pub(super) fn candidates(&self) -> impl Iterator<Item = PathBuf> + '_ {
        type Rule<'s> = fn(&Search<'s>) -> Vec<PathBuf>;
        let rules: [Rule<'s>; 8] = [
            Self::below_given,
            Self::as_it_is,
            Self::below_working_folder,
            Self::in_rust,
            Self::in_cargo,
            Self::in_go,
            Self::in_main_module,
            Self::by_its_end,
        ];
        rules.into_iter().flat_map(|rule| rule(self))
    }

    /// Says where was looked.
    pub(super) fn places(&self) -> String {
        let mut places: Vec<String> = self.given.iter().map(|dir| dir.display().to_string()).collect();
        places.push(self.machine.working_folder.display().to_string());
        let mut text = format!("in {} and above", places.join(", "));
        let mut also = |what: &str, dirs: &[PathBuf]| {
            let dirs: Vec<String> = dirs.iter().map(|dir| dir.display().to_string()).collect();
            let dirs = if dirs.is_empty() { "none is there".to_owned() } else { dirs.join(", ") };
            text.push_str(&format!("; in {what} ({dirs})"));
        };
        if rust_library(self.name).is_some() {
            also("Rust's sources, which `rustup component add rust-src` installs", self.machine.rust_sources());
        } else if crate_path(self.name).is_some() {
            also("cargo's registry", &self.machine.cargo_registries());
        } else if go_module(self.name).is_some() {
            also("Go's module cache", self.machine.go().module_cache.as_slice());
        } else if go_standard(self.name).is_some() {
            also("Go's sources", self.machine.go().root.as_slice());
        }
        text
    }

    fn is_rooted(&self) -> bool {
        Path::new(self.name).is_absolute()
    }

    fn as_it_is(&self) -> Vec<PathBuf> {
        if self.is_rooted() && !self.is_trimmed { vec![self.name.into()] } else { Vec::new() }
    }

    fn below_given(&self) -> Vec<PathBuf> {
        self.given.iter().flat_map(|dir| self.below(dir)).collect()
    }

    fn below_working_folder(&self) -> Vec<PathBuf> {
        self.below(&self.machine.working_folder)
    }

    /// A name without a root, below a folder and those above it; else what follows the folder's own name in it.
    fn below(&self, dir: &Path) -> Vec<PathBuf> {
        if !self.is_rooted() {
            return dir.ancestors().map(|dir| dir.join(self.name)).collect();
        }
        let Some(base) = dir.file_name().and_then(|base| base.to_str()) else { return Vec::new() };
        let behind = self.name.split_once(&format!("/{base}/")).map(|(_, behind)| dir.join(behind));
        behind.into_iter().filter(|_| self.may_be_own()).collect()
    }

    /// Whether it may be a file of a project, so that one with the same end there is the same.
    fn may_be_own(&self) -> bool {
        Origin::of_file(self.name).may_be_own()
    }

    fn in_rust(&self) -> Vec<PathBuf> {
        let Some(library) = rust_library(self.name) else { return Vec::new() };
        self.machine.rust_sources().iter().map(|root| root.join(library)).collect()
    }

    fn in_cargo(&self) -> Vec<PathBuf> {
        let checkout = self.name.split_once("/git/checkouts/").map(|(_, checkout)| checkout);
        let checkouts = self.machine.cargo_checkouts().filter(|_| checkout.is_some());
        let mut places: Vec<PathBuf> =
            checkouts.into_iter().map(|dir| dir.join(checkout.unwrap_or_default())).collect();
        if let Some(path) = crate_path(self.name) {
            places.extend(self.machine.cargo_registries().iter().map(|registry| registry.join(path)));
        }
        places
    }

    fn in_go(&self) -> Vec<PathBuf> {
        if let Some(path) = go_module(self.name) {
            let module_cache = self.machine.go().module_cache.iter();
            let vendored =
                self.machine.working_folder.ancestors().map(|dir| dir.join("vendor").join(unversioned(path)));
            return module_cache.map(|cache| cache.join(escaped(path))).chain(vendored).collect();
        }
        let Some(path) = go_standard(self.name) else { return Vec::new() };
        self.machine.go().root.iter().map(|root| root.join("src").join(path)).collect()
    }

    /// A name that begins with the path of the Go module that a project is, as `go build -trimpath` writes it.
    fn in_main_module(&self) -> Vec<PathBuf> {
        if self.is_rooted() || !self.name.ends_with(".go") {
            return Vec::new();
        }
        let dirs = self.projects.iter().flat_map(|project| project.ancestors());
        let in_module = |dir: &Path| {
            let text = std::fs::read_to_string(dir.join("go.mod")).ok()?;
            let module =
                text.lines().find_map(|line| line.strip_prefix("module "))?.trim().trim_matches('"').to_owned();
            Some(dir.join(without_prefix(self.name, &module)?))
        };
        dirs.filter_map(in_module).collect()
    }

    /// The longest end of the name that is there: at least a folder and a file, but where a folder was named a file does.
    fn by_its_end(&self) -> Vec<PathBuf> {
        if !self.may_be_own() {
            return Vec::new();
        }
        let ends: Vec<&str> = self.name.match_indices('/').map(|(slash, _)| &self.name[slash + 1..]).collect();
        let long_ends = || ends.iter().filter(|end| end.contains('/'));
        let in_projects = long_ends().flat_map(|end| self.projects.iter().map(move |project| project.join(end)));
        let last = ends.last().into_iter().flat_map(|file| self.given.iter().map(move |dir| dir.join(file)));
        in_projects.chain(last).collect()
    }
}

/// Returns what follows `prefix` and a slash.
fn without_prefix<'n>(name: &'n str, prefix: &str) -> Option<&'n str> {
    name.strip_prefix(prefix.trim_end_matches('/'))?.strip_prefix('/')
}

/// Returns the path below Rust's sources of a file of the standard library, from `library/`.
fn rust_library(name: &str) -> Option<&str> {
    if let Some(rest) = name.strip_prefix("/rustc/") {
        return rest.split_once('/').map(|(_, path)| path);
    }
    name.split_once("/lib/rustlib/src/rust/").map(|(_, path)| path)
}

/// Returns the path of a file from the folder of its crate, such as `serde-1.0.219/src/lib.rs`.
fn crate_path(name: &str) -> Option<&str> {
    if let Some((_, rest)) = name.split_once("/registry/src/") {
        return rest.split_once('/').map(|(_, path)| path);
    }
    let mut start = 0;
    for part in name.split('/') {
        if part.len() < name.len() - start && is_crate_with_version(part) {
            return Some(&name[start..]);
        }
        start += part.len() + 1;
    }
    None
}

/// Returns whether a folder is called as cargo calls those of crates: a name, a dash and three numbers.
fn is_crate_with_version(part: &str) -> bool {
    part.match_indices('-').any(|(dash, _)| {
        let version = part[dash + 1..].split(['-', '+']).next().unwrap_or_default();
        let numbers: Vec<&str> = version.split('.').collect();
        let is_number = |text: &&str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        dash > 0 && numbers.len() == 3 && numbers.iter().all(is_number)
    })
}

/// Returns the path of a file from its module, such as `github.com/x/y@v1.2.3/z.go`.
fn go_module(name: &str) -> Option<&str> {
    let path = name.split_once("/pkg/mod/").map_or(name, |(_, path)| path);
    (path.contains("@v") && !path.starts_with('/')).then_some(path)
}

/// Writes a module as Go's cache does: capitals become small letters behind a mark.
fn escaped(path: &str) -> String {
    let version = path.find('@').map_or(0, |at| path[at..].find('/').map_or(path.len(), |slash| at + slash));
    let mut text = String::with_capacity(path.len());
    for c in path[..version].chars() {
        if c.is_ascii_uppercase() {
            text.push('!');
        }
        text.push(c.to_ascii_lowercase());
    }
    text + &path[version..]
}

/// Returns the path of a file of a module without the version, as in `vendor`.
fn unversioned(path: &str) -> String {
    let Some((module, rest)) = path.split_once('@') else { return path.to_owned() };
    format!("{module}/{}", rest.split_once('/').map_or("", |(_, file)| file))
}

/// Returns the path of a file below `src` of Go's root, whether the name has a root of its own or none.
fn go_standard(name: &str) -> Option<&str> {
    if !name.ends_with(".go") && !name.ends_with(".s") {
        return None;
    }
    if !name.starts_with(['/', '$']) {
        // A module of another host has a dot in its first part.
        return name.split_once('/').filter(|(root, _)| !root.contains('.')).map(|_| name);
    }
    let behind = name.match_indices("/src/").map(|(start, mark)| &name[start + mark.len()..]);
    behind.filter(|path| path.split('/').next().is_some_and(|root| !root.contains('.'))).last()
}
