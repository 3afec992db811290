//! Names for addresses, as pprof's `-symbolize` asks for them.

use rpprof::profile::Profile;
use rpprof::symbolize::{
    BinarySummary, Locality, NameStyle, Naming, Outcome, ResolveOptions, Resolver, Symbolz, symbolize, symbolz_address,
};

use crate::http::post;
use crate::symbols::{binary_folders, cache, debuginfod};

/// What `-symbolize` asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Symbols {
    places: Places,
    naming: Naming,
    names: NameStyle,
}

/// Where names are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Places {
    Nowhere,
    /// In the binaries of this machine.
    Local,
    /// At the program that the profile came from.
    Remote,
    /// In the binaries first, and then at the program.
    Both,
}

impl Default for Symbols {
    fn default() -> Self {
        Self { places: Places::Both, naming: Naming::Missing, names: NameStyle::Short }
    }
}

impl Symbols {
    /// Understands the value of the flag (pprof's `Symbolizer.Symbolize`); warnings go to standard error.
    pub(super) fn parse(mode: &str) -> Self {
        let mut symbols = Self::default();
        for word in mode.to_lowercase().split(':') {
            match word {
                "" | "default" | "demangle=default" => {}
                "none" | "no" => return Self { places: Places::Nowhere, ..symbols },
                // Names of symbols alone are no faster here.
                "local" | "fastlocal" => symbols.places = Places::Local,
                "remote" => symbols.places = Places::Remote,
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
    ///
    /// `server` is where the profile came from, if that is a program that may be asked for names.
    pub(super) fn apply(self, profile: &Profile, server: Option<&str>) -> Profile {
        let mut options = ResolveOptions::default();
        options.symbolz = server.and_then(symbolz_address).map(|address| Symbolz::new(address, post()));
        match self.places {
            Places::Nowhere => return profile.clone(),
            Places::Local => options.symbolz = None,
            Places::Remote if options.symbolz.is_none() => return profile.clone(),
            Places::Remote => options.locality = Locality::Remote,
            Places::Both => {}
        }
        (options.naming, options.names) = (self.naming, self.names);
        options.binary_folders = binary_folders();
        options.debuginfod = debuginfod();
        options.cache = cache(None);
        let mut resolver = Resolver::new(options);
        let named = symbolize(profile, &mut resolver);
        let mut is_missing = false;
        // What only the program was asked for is not told of its binaries.
        let is_local = self.places != Places::Remote;
        for binary in resolver.summary().binaries.iter().filter(|_| is_local) {
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
        let symbols = |places, naming, names| Symbols { places, naming, names };
        for (mode, expected) in [
            ("", Symbols::default()),
            ("local", symbols(Places::Local, Naming::Missing, NameStyle::Short)),
            ("none", symbols(Places::Nowhere, Naming::Missing, NameStyle::Short)),
            ("remote", symbols(Places::Remote, Naming::Missing, NameStyle::Short)),
            ("Force", symbols(Places::Both, Naming::All, NameStyle::Short)),
            ("fastlocal:demangle=full", symbols(Places::Local, Naming::All, NameStyle::Full)),
            ("demangle=templates", symbols(Places::Both, Naming::All, NameStyle::Templates)),
            ("demangle=none:none", symbols(Places::Nowhere, Naming::All, NameStyle::Mangled)),
        ] {
            assert_eq!(Symbols::parse(mode), expected, "{mode}");
        }
    }
}
