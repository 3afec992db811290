//! Names for addresses, as pprof's `-symbolize` asks for them.

use rpprof::profile::Profile;
use rpprof::symbolize::{BinarySummary, NameStyle, Naming, Outcome, ResolveOptions, Resolver, symbolize};

use crate::symbols::{binary_folders, cache, debuginfod};

/// What `-symbolize` asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Symbols {
    /// Whether binaries of this machine are looked at.
    is_local: bool,
    naming: Naming,
    names: NameStyle,
}

impl Default for Symbols {
    fn default() -> Self {
        Self { is_local: true, naming: Naming::Missing, names: NameStyle::Short }
    }
}

impl Symbols {
    /// Understands the value of the flag (pprof's `Symbolizer.Symbolize`); warnings go to standard error.
    pub(super) fn parse(mode: &str) -> Self {
        let mut symbols = Self::default();
        for word in mode.to_lowercase().split(':') {
            match word {
                "" | "default" | "demangle=default" => {}
                "none" | "no" => return Self { is_local: false, ..symbols },
                // Names of symbols alone are no faster here.
                "local" | "fastlocal" => symbols.is_local = true,
                "remote" => symbols.is_local = false,
                "force" => symbols.naming = Naming::All,
                "demangle=full" => symbols.demangle(NameStyle::Full),
                "demangle=none" => symbols.demangle(NameStyle::Mangled),
                "demangle=templates" => symbols.demangle(NameStyle::Templates),
                _ => {
                    eprintln!("ignoring unrecognized symbolization option: {mode}");
                    eprintln!(
                        "expecting -symbolize=[local|fastlocal|remote|none][:force][:demangle=[none|full|templates|default]"
                    );
                }
            }
        }
        symbols
    }

    fn demangle(&mut self, names: NameStyle) {
        self.names = names;
        self.naming = Naming::All;
    }

    /// Returns the profile with names; says what was not found in pprof's words.
    pub(super) fn apply(self, profile: &Profile) -> Profile {
        if !self.is_local {
            return profile.clone();
        }
        let mut options = ResolveOptions::default();
        (options.naming, options.names) = (self.naming, self.names);
        options.binary_folders = binary_folders();
        options.debuginfod = debuginfod();
        options.cache = cache(None);
        let mut resolver = Resolver::new(options);
        let named = symbolize(profile, &mut resolver);
        let mut is_missing = false;
        for binary in &resolver.summary().binaries {
            is_missing |= tell(binary);
        }
        if is_missing {
            eprintln!(
                "Some binary filenames not available. Symbolization may be incomplete.\nTry setting PPROF_BINARY_PATH to \
                 the search path for local binaries."
            );
        }
        named
    }
}

/// Says why a binary could not be used; returns whether it is one that is missing.
fn tell(binary: &BinarySummary) -> bool {
    let failed = |why: &str| {
        let name = binary.file.rsplit('/').next().unwrap_or_default();
        let build_id = &binary.build_id;
        let build_id = if build_id.is_empty() { String::new() } else { format!(" (build ID {build_id})") };
        eprintln!("Local symbolization failed for {name}{build_id}: {why}");
    };
    match &binary.outcome {
        Outcome::Missing => failed(&format!("open {}: no such file or directory", binary.file)),
        Outcome::Unusable(why) => failed(why),
        Outcome::OtherBuild(_) => {
            failed("build ID mismatch");
            return false;
        }
        Outcome::Nameless => {
            eprintln!("Main binary filename not available.");
            return false;
        }
        _ => return false,
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_taken_as_pprof_takes_them() {
        let symbols = |is_local, naming, names| Symbols { is_local, naming, names };
        for (mode, expected) in [
            ("", Symbols::default()),
            ("local", Symbols::default()),
            ("none", symbols(false, Naming::Missing, NameStyle::Short)),
            ("remote", symbols(false, Naming::Missing, NameStyle::Short)),
            ("Force", symbols(true, Naming::All, NameStyle::Short)),
            ("fastlocal:demangle=full", symbols(true, Naming::All, NameStyle::Full)),
            ("demangle=templates", symbols(true, Naming::All, NameStyle::Templates)),
            ("demangle=none:none", symbols(false, Naming::All, NameStyle::Mangled)),
        ] {
            assert_eq!(Symbols::parse(mode), expected, "{mode}");
        }
    }
}
