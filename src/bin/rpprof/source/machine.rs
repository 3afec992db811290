//! Where this machine keeps the sources of languages and packages.

use std::cell::OnceCell;
use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where this machine keeps sources; programs are asked only when a file needs it, and once.
#[derive(Debug, Default)]
pub(crate) struct Machine {
    /// The working folder.
    pub(super) working_folder: PathBuf,
    /// `CARGO_HOME`.
    cargo_home: Option<PathBuf>,
    /// `RUSTUP_HOME`, with toolchains.
    rustup_home: Option<PathBuf>,
    rust_sources: OnceCell<Vec<PathBuf>>,
    go: OnceCell<Go>,
}

/// Where Go keeps sources.
#[derive(Clone, Debug, Default)]
pub(super) struct Go {
    pub(super) root: Option<PathBuf>,
    pub(super) module_cache: Option<PathBuf>,
}

impl Machine {
    /// Looks at the environment.
    pub(crate) fn this() -> Self {
        let home = set("HOME").or_else(|| set("USERPROFILE"));
        let below_home = |name: &str| home.as_ref().map(|home| home.join(name));
        Self {
            working_folder: env::current_dir().unwrap_or_default(),
            cargo_home: set("CARGO_HOME").or_else(|| below_home(".cargo")),
            rustup_home: set("RUSTUP_HOME").or_else(|| below_home(".rustup")),
            ..Self::default()
        }
    }

    /// Makes a machine that has nothing but what is said.
    #[cfg(test)]
    pub(super) fn made_of(working_folder: &Path, cargo_home: &Path, rust_source: &Path, go: Go) -> Self {
        Self {
            working_folder: working_folder.to_owned(),
            cargo_home: Some(cargo_home.to_owned()),
            rustup_home: None,
            rust_sources: OnceCell::from(vec![rust_source.to_owned()]),
            go: OnceCell::from(go),
        }
    }

    /// Returns the folders with the sources of packages from a registry, such as `~/.cargo/registry/src/index.crates.io-…`.
    pub(super) fn cargo_registries(&self) -> Vec<PathBuf> {
        self.cargo_home.as_ref().map_or_else(Vec::new, |home| folders_in(&home.join("registry/src")))
    }

    /// Returns the folder with checkouts that cargo made.
    pub(super) fn cargo_checkouts(&self) -> Option<PathBuf> {
        self.cargo_home.as_ref().map(|home| home.join("git/checkouts"))
    }

    /// Returns the folders that hold Rust's `library`: that of the toolchain in use first, then those of others.
    pub(super) fn rust_sources(&self) -> &[PathBuf] {
        self.rust_sources.get_or_init(|| {
            let program = set("RUSTC").unwrap_or_else(|| "rustc".into());
            let sysroot = ask(Command::new(program).args(["--print", "sysroot"]).env("RUSTUP_AUTO_INSTALL", "0"));
            let toolchains =
                self.rustup_home.as_ref().map_or_else(Vec::new, |home| folders_in(&home.join("toolchains")));
            let roots = sysroot.into_iter().flatten().map(PathBuf::from).chain(toolchains);
            let mut sources: Vec<PathBuf> = Vec::new();
            for source in roots.map(|root| root.join("lib/rustlib/src/rust")) {
                if source.is_dir() && !sources.contains(&source) {
                    sources.push(source);
                }
            }
            sources
        })
    }

    /// Returns where Go keeps sources.
    pub(super) fn go(&self) -> &Go {
        self.go.get_or_init(|| {
            let mut go = Go { root: set("GOROOT"), module_cache: set("GOMODCACHE") };
            if go.root.is_some() && go.module_cache.is_some() {
                return go;
            }
            // Go must not fetch another version of itself because a folder asks for one.
            let asked = ask(Command::new("go").args(["env", "GOROOT", "GOMODCACHE"]).env("GOTOOLCHAIN", "local"));
            let mut lines = asked.unwrap_or_default().into_iter();
            let mut line = || lines.next().filter(|line| !line.is_empty()).map(PathBuf::from);
            let (root, module_cache) = (line(), line());
            go.root = go.root.or(root).or_else(|| Some("/usr/local/go".into()).filter(|root: &PathBuf| root.is_dir()));
            let home = || set("GOPATH").or_else(|| set("HOME").map(|home| home.join("go")));
            go.module_cache = go.module_cache.or(module_cache).or_else(|| home().map(|home| home.join("pkg/mod")));
            go
        })
    }
}

/// Returns a path that the environment sets.
fn set(name: &str) -> Option<PathBuf> {
    env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// Returns the lines that a program prints, if it is there and succeeds.
fn ask(command: &mut Command) -> Option<Vec<String>> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok().filter(|_| output.status.success())?;
    Some(text.lines().map(str::to_owned).collect())
}

/// Returns the folders in a folder, by name; none if it cannot be read.
fn folders_in(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut folders: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort_unstable();
    folders
}
