//! From the sources of a command line to one profile.

use std::fs;
use std::io::{self, Read};
use std::time::Duration;

use rpprof::ErrorKind;
use rpprof::codec::{self, ReadOptions};
use rpprof::profile::Profile;
use rpprof::transform::{
    Merger, assume_mapping, make_compatible, mark_as_base, merge, normalize, scale, with_comment, with_main_program,
    with_time, without_drop_frames,
};

use super::remote::{self, Address, Waiting};
use super::symbols::Symbols;
use crate::failure::Failure;
use crate::http::get_profile;
use crate::input::in_parallel;

/// Where the profile comes from, and what is done to it before it is looked at.
#[derive(Clone, Debug)]
pub(super) struct Sources {
    /// Files, merged into one profile.
    pub(super) names: Vec<String>,
    /// The main program, in place of the one that the profile names.
    pub(super) executable: Option<String>,
    /// The main program's build id, if the profile does not say it.
    pub(super) build_id: Option<String>,
    /// What the profile is compared with.
    pub(super) bases: Option<Bases>,
    /// Whether the profile is scaled to what it is compared with.
    pub(super) is_normalized: bool,
    /// A comment that the profile gets.
    pub(super) comment: Option<String>,
    /// Which addresses get names.
    pub(super) symbols: Symbols,
    /// How servers are asked.
    pub(super) waiting: Waiting,
    /// Whether frames stay that the profile wants dropped.
    pub(super) keeps_all_frames: bool,
}

/// What a profile is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bases {
    pub(super) names: Vec<String>,
    /// Whether percentages are of the base; else it is only subtracted.
    pub(super) is_diff: bool,
}

/// How large an inflated profile may be: pprof has no limit, so this one is generous.
const MAX_INFLATED_BYTES: u64 = 1 << 36;

/// Reads the profiles of a command line (pprof's `fetchProfiles`).
///
/// Sources that fail are told of and left out, unless none is left.
pub(super) fn fetch(sources: &Sources) -> Result<Profile, Failure> {
    let mut profile = merged(sources, &sources.names, "source")?;
    if let Some(bases) = &sources.bases {
        let mut base = merged(sources, &bases.names, "base")?;
        if bases.is_diff {
            base = mark_as_base(&base);
        }
        if sources.is_normalized {
            profile = normalize(&profile, &base)?;
        }
        let time_nanos = first_time([&profile, &base].map(|profile| profile.header().time_nanos));
        let mut both = [profile, scale(&base, -1.0)];
        make_compatible(&mut both)?;
        profile = with_time(&merge(&both.iter().collect::<Vec<_>>())?, time_nanos);
    }
    let base_names = sources.bases.iter().flat_map(|bases| &bases.names);
    let server = sources.names.iter().chain(base_names).find_map(|name| server(sources, name));
    profile = sources.symbols.apply(&profile, server.as_deref());
    if sources.keeps_all_frames {
        profile = without_drop_frames(&profile);
    }
    if let Some(comment) = &sources.comment {
        profile = with_comment(&profile, comment);
    }
    if server.is_some() {
        remote::save(&profile)?;
    }
    Ok(profile)
}

/// Reads and merges files of one role.
fn merged(sources: &Sources, names: &[String], role: &str) -> Result<Profile, Failure> {
    let problem =
        |error: rpprof::Error, end: &str| Failure::new(format!("problem fetching {role} profiles: {error}{end}"));
    let problem = |error| problem(error, if role == "base" { "," } else { "" });
    let mut fetched: Vec<&String> = Vec::new();
    let mut times = Vec::new();
    let mut single = None;
    let mut merger = Merger::new();
    let mut incompatible = false;
    in_parallel(
        names,
        |name| read(sources, name),
        |name, profile| {
            match profile {
                Err(message) => eprintln!("{name}: {message}"),
                Ok(profile) => {
                    fetched.push(name);
                    times.push(profile.header().time_nanos);
                    if names.len() > 1 && !incompatible {
                        match merger.add(&profile) {
                            Err(error) if error.kind() == ErrorKind::Incompatible => incompatible = true,
                            result => result?,
                        }
                    }
                    single = Some(profile);
                }
            }
            Ok::<(), Failure>(())
        },
    )?;
    if fetched.is_empty() {
        return Err(Failure::new(format!("failed to fetch any {role} profiles")));
    }
    if fetched.len() < names.len() {
        eprintln!("Fetched {} {role} profiles out of {}", fetched.len(), names.len());
    }
    let merged = match single {
        Some(only) if fetched.len() == 1 => return Ok(only),
        _ if incompatible => {
            let mut profiles = Vec::new();
            in_parallel(
                &fetched,
                |name| read(sources, name),
                |_, profile| {
                    profiles.push(profile.map_err(Failure::new)?);
                    Ok::<(), Failure>(())
                },
            )?;
            make_compatible(&mut profiles).map_err(problem)?;
            merge(&profiles.iter().collect::<Vec<_>>()).map_err(problem)?
        }
        _ => merger.finish().map_err(problem)?,
    };
    Ok(with_time(&merged, first_time(times)))
}

/// Returns when merged profiles began as pprof says it: one that does not know its time hides those before it.
fn first_time(times: impl IntoIterator<Item = i64>) -> i64 {
    times.into_iter().reduce(|first, time| if first == 0 || time < first { time } else { first }).unwrap_or(0)
}

/// Reads a file; says what is wrong with it.
fn read(sources: &Sources, name: &str) -> Result<Profile, String> {
    let failed = |verb: &str, error: &io::Error| format!("{verb} {name}: {}", io_message(error));
    let options = ReadOptions::default().with_max_inflated_bytes(MAX_INFLATED_BYTES);
    let profile = match fs::metadata(name) {
        Ok(metadata) if metadata.is_dir() => return Err(format!("read {name}: is a directory")),
        Ok(_) => codec::read(fs::File::open(name).map_err(|error| failed("open", &error))?, &options),
        // Unlike for pprof, `-` is standard input.
        Err(_) if name == "-" => codec::read(io::stdin(), &options),
        Err(error) => match remote::address(name, sources.waiting) {
            Some(address) => codec::read(ask(&address)?, &options),
            None => return Err(failed("stat", &error)),
        },
    };
    let profile = profile.map_err(|error| match std::error::Error::source(&error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    })?;
    let profile = assume_mapping(&profile);
    Ok(with_main_program(&profile, sources.executable.as_deref(), sources.build_id.as_deref()))
}

/// Asks a server for a profile, and says so.
fn ask(address: &Address) -> Result<impl Read + Send + use<>, String> {
    eprintln!("Fetching profile over HTTP from {}", address.url);
    if address.duration > Duration::ZERO {
        eprintln!("Please wait... ({}s)", address.duration.as_secs());
    }
    // Servers know their own time, and the answer takes some.
    const MORE: Duration = Duration::from_secs(5);
    get_profile(&address.url, address.timeout + MORE)
}

/// Returns the address of a source if it is a server's.
fn server(sources: &Sources, name: &str) -> Option<String> {
    let is_file = name == "-" || fs::metadata(name).is_ok();
    (!is_file).then(|| remote::address(name, sources.waiting)).flatten().map(|address| address.url)
}

/// Returns the system's message as Go spells it.
fn io_message(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_without_a_time_hides_the_times_before_it() {
        for (times, first) in [(vec![], 0), (vec![5, 3], 3), (vec![5, 0], 0), (vec![5, 0, 7], 7), (vec![0, 9], 9)] {
            assert_eq!(first_time(times.clone()), first, "{times:?}");
        }
    }
}
