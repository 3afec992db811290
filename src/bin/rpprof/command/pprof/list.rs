//! pprof's `list`, and what its options for sources do to the names of files.

use std::env;

use regex::Regex;
use rpprof::profile::Profile;
use rpprof::render::{self, TableStyle};
use rpprof::report::{self, Counting, ListingOptions, ValueOptions};
use rpprof::transform::{Selection, rename_files};

use super::commands::Format;
use super::config::Config;
use crate::failure::Failure;
use crate::source::PprofSource;

impl Config {
    /// Returns where sources are.
    fn source(&self) -> PprofSource {
        PprofSource { search: self.source_path.clone(), trim: self.trim_path.clone() }
    }

    /// Returns where sources are; in the working folder if nothing else is said.
    pub(super) fn source_here(&self) -> Result<PprofSource, Failure> {
        let mut source = self.source();
        if source.search.is_empty() {
            let folder =
                env::current_dir().map_err(|error| Failure::new(format!("could not stat current dir: {error}")))?;
            source.search = folder.display().to_string();
        }
        Ok(source)
    }
}

/// Returns the profile with the names of files as a format shows them; ids stay.
///
/// pprof cuts them in all reports that are made of a graph, after the filters. It does so each time it makes the
/// graph anew to leave nodes out, so a folder's name that stands twice in a path is cut off twice there; not here.
pub(super) fn with_shown_files(profile: &Profile, format: Format, config: &Config) -> Profile {
    match format {
        Format::Comments | Format::Proto | Format::Raw | Format::Tags | Format::Traces | Format::WebList => {
            profile.clone()
        }
        Format::Callgrind
        | Format::Disassembly
        | Format::Dot
        | Format::List
        | Format::Text
        | Format::TopProto
        | Format::Tree => {
            let source = config.source();
            rename_files(profile, |file| source.trimmed(file).to_owned())
        }
    }
}

/// Writes the source of functions, and returns how many there are; the files of the selection are named as they are shown.
pub(super) fn list(
    selection: &Selection<'_>,
    functions: &Regex,
    config: &Config,
    values: &ValueOptions,
    bytes: &mut Vec<u8>,
) -> Result<usize, Failure> {
    let mut options = ListingOptions::default();
    options.functions = Some(functions.clone());
    options.values = values.clone();
    options.counting = Counting::Nodes;
    options.negative = config.negative();
    let frames = config.frames();
    (options.inlines, options.columns) = (frames.inlines, frames.columns);
    let source = config.source_here()?;
    let listing = report::listing(selection, &options, |file| source.find(file));
    if !listing.routines.is_empty() {
        render::listing(&listing, TableStyle::default(), bytes)?;
    }
    Ok(listing.routines.len())
}
