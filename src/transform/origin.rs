//! Whose code a function is: that of the program, of a dependency, of the language or of the system.

use serde::Serialize;

use crate::profile::{Function, FunctionId, MappingId, Profile};

/// Whose code a function is, as far as names tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// The program's own: a source file that is in no place where others' code lies.
    Own,
    /// A package that the program uses: cargo's registry and checkouts, Go's module cache, `vendor`, `node_modules`.
    Dependency,
    /// The language: Rust's and Go's standard libraries, Go's runtime.
    Standard,
    /// The system: its headers, shared libraries and kernel.
    System,
    /// There is no source file, and the name does not tell.
    Unknown,
}

impl Origin {
    /// Returns whether it may be the program's own: [`Own`](Self::Own) or [`Unknown`](Self::Unknown).
    pub fn may_be_own(self) -> bool {
        matches!(self, Self::Own | Self::Unknown)
    }

    /// Tells whose a source file is by its path alone; Go's standard library without a root is taken for `Own`.
    ///
    /// ```
    /// use rpprof::transform::Origin;
    ///
    /// assert_eq!(Origin::of_file("/home/me/shop/src/main.rs"), Origin::Own);
    /// assert_eq!(Origin::of_file("/rustc/5980761/library/core/src/cmp.rs"), Origin::Standard);
    /// assert_eq!(Origin::of_file("github.com/x/y@v1.2.3/z.go"), Origin::Dependency);
    /// ```
    pub fn of_file(path: &str) -> Self {
        if path.contains('\\') {
            return Self::of_file(&path.replace('\\', "/"));
        }
        let holds = |parts: &[&str]| parts.iter().any(|part| path.contains(part));
        let begins = |parts: &[&str]| parts.iter().any(|part| path.starts_with(part));
        if path.is_empty() {
            Self::Unknown
        } else if begins(&["/rustc/", "/rust/deps/"]) || holds(&["/lib/rustlib/src/rust/", "$GOROOT/"]) {
            Self::Standard
        } else if holds(&DEPENDENCIES) || begins(&["vendor/", "node_modules/"]) || has_module_version(path) {
            Self::Dependency
        } else if begins(&SYSTEM_SOURCES) || holds(&["/sysdeps/"]) {
            Self::System
        } else {
            Self::Own
        }
    }

    /// Tells whose code a binary holds: the system's, or there is no telling, as of the main one.
    pub(super) fn of_mapping(profile: &Profile, mapping: MappingId) -> Self {
        let file = profile.str(profile.symbols().mappings()[mapping.index()].file);
        let is_system = SYSTEM_BINARIES.iter().any(|prefix| file.starts_with(prefix));
        if mapping.index() > 0 && is_system { Self::System } else { Self::Unknown }
    }

    /// Tells whose a function is by its name alone: Rust's and C++'s `std` and the like, Go's packages.
    fn of_name(name: &str) -> Self {
        let bare = name.trim_start_matches(['<', '&', '*', '(']).trim_start_matches("mut ").trim_start_matches("dyn ");
        let others = ["__rust", "rust_begin_unwind", "__gnu_cxx::"];
        if RUST_STANDARD.iter().chain(&others).any(|prefix| bare.starts_with(prefix)) {
            return Self::Standard;
        }
        match go_package(name) {
            _ if STARTERS.contains(&name) => Self::System,
            Some(package) if is_go_standard(package) => Self::Standard,
            _ => Self::Unknown,
        }
    }
}

/// Parts of the paths of packages that a program uses.
const DEPENDENCIES: [&str; 9] = [
    "/registry/src/",
    "/git/checkouts/",
    "/pkg/mod/",
    "/vendor/",
    "/node_modules/",
    "/site-packages/",
    "/dist-packages/",
    "/.m2/repository/",
    "/gems/",
];

/// Where the sources of a system lie, and how glibc calls its own.
const SYSTEM_SOURCES: [&str; 12] = [
    "/usr/include/",
    "/usr/lib/",
    "/usr/lib64/",
    "/usr/src/",
    "/lib/",
    "/build/glibc",
    "/build/gcc",
    "sysdeps/",
    "../sysdeps/",
    "nptl/",
    "./nptl/",
    "csu/",
];

/// Where the binaries of a system lie.
const SYSTEM_BINARIES: [&str; 9] =
    ["/lib/", "/lib64/", "/usr/lib/", "/usr/lib64/", "/usr/libexec/", "/nix/store/", "[vdso]", "[vsyscall]", "[kernel"];

/// What functions of Rust's standard library are called, and some of C++'s.
const RUST_STANDARD: [&str; 3] = ["core::", "alloc::", "std::"];

/// What a linker puts into programs to start and to end them.
const STARTERS: [&str; 5] = ["_start", "_init", "_fini", "__libc_start_main", "__libc_start_call_main"];

/// The folders of Go's standard library.
const GO_STANDARD: [&str; 52] = [
    "archive",
    "bufio",
    "builtin",
    "bytes",
    "cmp",
    "compress",
    "container",
    "context",
    "crypto",
    "database",
    "debug",
    "embed",
    "encoding",
    "errors",
    "expvar",
    "flag",
    "fmt",
    "go",
    "hash",
    "html",
    "image",
    "index",
    "internal",
    "io",
    "iter",
    "log",
    "maps",
    "math",
    "mime",
    "net",
    "os",
    "path",
    "plugin",
    "reflect",
    "regexp",
    "runtime",
    "simd",
    "slices",
    "sort",
    "strconv",
    "strings",
    "structs",
    "sync",
    "syscall",
    "testing",
    "text",
    "time",
    "type",
    "unicode",
    "unique",
    "uuid",
    "weak",
];

/// Returns whether a path goes through a Go module with its version, such as `x.org/y@v1.2.3`.
fn has_module_version(path: &str) -> bool {
    path.split("@v").skip(1).any(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// Returns the path of the package of a Go function, such as `encoding/json` of `encoding/json.(*Decoder).Decode`.
fn go_package(name: &str) -> Option<&str> {
    let generics = name.find(['[', '(', '<', ' ']).unwrap_or(name.len());
    let base = name[..generics].rfind('/').map_or(0, |slash| slash + 1);
    let dot = name[base..].find('.')?;
    Some(&name[..base + dot])
}

fn is_go_standard(package: &str) -> bool {
    let root = package.split('/').next().unwrap_or_default();
    GO_STANDARD.contains(&root) || package.starts_with("vendor/golang.org/")
}

/// Tells whose each function of a profile is, by function.
///
/// A source file decides; where there is none, the name of the function does, and then the binary
/// that holds it, unless that is the main one. Modules of Go whose names begin like a package of
/// the standard library are told from it by their files.
///
/// Cost: one look at each location and each function; none at samples.
///
/// ```
/// use rpprof::codec::{self, ReadOptions};
/// use rpprof::transform::{Origin, origins};
///
/// let profile = codec::read(std::fs::File::open("testdata/go_cpu.pb.gz")?, &ReadOptions::default())?;
/// let functions = profile.symbols().functions();
/// for (function, origin) in functions.iter().zip(origins(&profile)) {
///     if profile.str(function.name).starts_with("main.") {
///         assert_eq!(origin, Origin::Own);
///     }
/// }
/// # Ok::<(), rpprof::Error>(())
/// ```
pub fn origins(profile: &Profile) -> Vec<Origin> {
    let symbols = profile.symbols();
    let mut objects: Vec<Option<MappingId>> = vec![None; symbols.functions().len()];
    for (location, lines) in symbols.locations().iter().zip(symbols.lines().iter()) {
        for line in lines {
            let object = &mut objects[line.function.index()];
            *object = object.or(location.mapping);
        }
    }
    let origin = |(index, function): (usize, &Function)| {
        let object = objects[index].map_or(Origin::Unknown, |mapping| Origin::of_mapping(profile, mapping));
        of_function(profile.str(function.name), profile.str(function.filename), object)
    };
    symbols.functions().iter().enumerate().map(origin).collect()
}

fn of_function(name: &str, file: &str, object: Origin) -> Origin {
    let by_file = Origin::of_file(file);
    if by_file != Origin::Own && by_file != Origin::Unknown {
        return by_file;
    }
    if object == Origin::System {
        return object;
    }
    if by_file == Origin::Unknown {
        return Origin::of_name(name);
    }
    // Some producers name the file that a function was inlined into.
    if file.ends_with(".rs") && RUST_STANDARD.iter().any(|library| name.starts_with(library)) {
        return Origin::Standard;
    }
    if is_go_standard_file(file) && go_package(name).is_none_or(|package| package == "_" || is_go_standard(package)) {
        Origin::Standard
    } else {
        by_file
    }
}

/// Returns whether a file of Go may be one of its standard library: below no root, or below `src`.
///
/// Some functions of it stand in the files of other packages there, and assembly has no package in its names.
fn is_go_standard_file(file: &str) -> bool {
    let is_go = file.ends_with(".go") || file.ends_with(".s");
    let is_in_package = |path: &str| path.contains('/') && is_go_standard(path);
    is_go
        && (is_in_package(file)
            || file.match_indices("/src/").any(|(start, src)| is_in_package(&file[start + src.len()..])))
}

/// Tells which functions may be the program's own, by function.
pub(super) fn own_functions(profile: &Profile) -> impl Fn(FunctionId) -> bool + use<> {
    let own: Vec<bool> = origins(profile).into_iter().map(Origin::may_be_own).collect();
    move |function| own[function.index()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_names_and_binaries_tell_whose_code_it_is() {
        use Origin::{Dependency, Own, Standard, System, Unknown};
        for (name, file, object, origin) in [
            ("shop::main", "/home/me/shop/src/main.rs", Unknown, Own),
            ("shop::main", "src/main.rs", Unknown, Own),
            ("core::fmt::write", "/rustc/5980/library/core/src/fmt/mod.rs", Unknown, Standard),
            ("std::io::x", "/root/.rustup/toolchains/t/lib/rustlib/src/rust/library/std/src/io.rs", Unknown, Standard),
            ("hashbrown::map", "/rust/deps/hashbrown-0.16.1/src/map.rs", Unknown, Standard),
            ("serde::x", "/root/.cargo/registry/src/index.crates.io-1/serde-1.0.0/src/lib.rs", Unknown, Dependency),
            ("serde::x", r"C:\Users\me\.cargo\registry\src\index-1\serde-1.0.0\src\lib.rs", Unknown, Dependency),
            ("x::y", "/root/.cargo/git/checkouts/x-1a2b/3c4d/src/lib.rs", Unknown, Dependency),
            ("<alloc::vec::Vec<T> as shop::Sum>::sum", "src/sum.rs", Unknown, Own),
            ("<alloc::vec::Vec<T> as core::clone::Clone>::clone", "", Unknown, Standard),
            ("<&mut dyn core::fmt::Write>::x", "", Unknown, Standard),
            ("alloc::vec::Vec<T,A>::as_slice", "src/sum.rs", Unknown, Standard),
            ("std::hash<Part>::operator()(Part const&) const", "src/part.h", Unknown, Own),
            ("shop::main", "", Unknown, Unknown),
            ("runtime.mallocgc", "runtime/malloc.go", Unknown, Standard),
            ("runtime.memmove", "runtime/memmove_amd64.s", Unknown, Standard),
            ("encoding/json.(*Decoder).Decode", "/usr/local/go/src/encoding/json/stream.go", Unknown, Standard),
            ("sync.runtime_notifyListWait", "runtime/sema.go", Unknown, Standard),
            ("_.goready.func1", "runtime/proc.go", Unknown, Standard),
            ("memeqbody", "internal/bytealg/equal_amd64.s", Unknown, Standard),
            ("main.main", "example.com/orders/main.go", Unknown, Own),
            ("main.main", "/home/me/orders/main.go", Unknown, Own),
            ("sort.Slice[...]", "", Unknown, Standard),
            ("log/audit.Write", "/home/me/log/audit/audit.go", Unknown, Own),
            ("github.com/x/y.F", "github.com/x/y@v1.2.3/f.go", Unknown, Dependency),
            ("github.com/x/y.F", "/go/pkg/mod/github.com/x/y@v1.2.3/f.go", Unknown, Dependency),
            ("golang.org/x/net/http2.f", "/src/shop/vendor/golang.org/x/net/http2/f.go", Unknown, Dependency),
            ("std::vector<int>::push_back", "/usr/include/c++/12/bits/stl_vector.h", Unknown, System),
            ("log1p", "math/w_log1p_template.c", System, System),
            ("__memset", "../sysdeps/x86_64/memset.S", Unknown, System),
            ("clone3", "./misc/../sysdeps/unix/sysv/linux/x86_64/clone3.S", Unknown, System),
            ("_start", "", Unknown, System),
            ("f", "", System, System),
            ("f", "", Unknown, Unknown),
        ] {
            assert_eq!(of_function(name, file, object), origin, "{name} in {file:?}");
        }
    }
}
