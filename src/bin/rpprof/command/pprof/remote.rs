//! Profiles that servers have, as pprof fetches them.

use std::env;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rpprof::codec::{self, WriteOptions};
use rpprof::profile::Profile;

use crate::failure::Failure;
use crate::http::CPU_PROFILE;

/// How profiles are asked for (`-seconds` and `-timeout`); 0 if it is not said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Waiting {
    pub(super) seconds: u64,
    pub(super) timeout_seconds: u64,
}

/// Where a profile is fetched from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) url: String,
    /// How long the profile is taken before it comes.
    pub(super) duration: Duration,
    /// How long the server may let wait for it.
    pub(super) timeout: Duration,
}

/// How long a server may take for a profile that it has already.
const PATIENCE: Duration = Duration::from_secs(60);

/// Understands a source as the address of a server (`adjustURL` of Go's `cmd/pprof`); `None` if it is none.
pub(super) fn address(source: &str, waiting: Waiting) -> Option<Address> {
    let is_scheme = |scheme: &str| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    };
    let (scheme, rest) = match source.split_once("://") {
        Some((scheme, rest)) if is_scheme(scheme) => (scheme, rest),
        Some(_) => return None,
        // What stands before the colon is a host then, and no scheme.
        None if has_port(source) => ("http", source),
        None => return None,
    };
    let rest = rest.split('#').next().unwrap_or_default();
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (host, path) = place.split_at(place.find('/').unwrap_or(place.len()));
    if host.is_empty() {
        return None;
    }
    let path = if matches!(path, "" | "/") { CPU_PROFILE } else { path };
    let mut values: Vec<(String, String)> = query.split('&').filter(|part| !part.is_empty()).map(pair).collect();
    let mut duration = Duration::from_secs(waiting.seconds);
    if waiting.seconds > 0 {
        values.retain(|(key, _)| key != "seconds");
        values.push(("seconds".to_owned(), waiting.seconds.to_string()));
    } else if let Some((_, seconds)) = values.iter().find(|(key, _)| key == "seconds") {
        duration = Duration::from_secs(seconds.parse::<u32>().unwrap_or(0).into());
    }
    values.sort_by(|(one, _), (other, _)| one.cmp(other));
    let query: Vec<String> = values.iter().map(|(key, value)| format!("{}={}", escaped(key), escaped(value))).collect();
    let mark = if query.is_empty() { "" } else { "?" };
    let timeout = match (waiting.timeout_seconds, duration) {
        (0, Duration::ZERO) => PATIENCE,
        (0, duration) => duration + duration / 2,
        (seconds, _) => Duration::from_secs(seconds),
    };
    Some(Address { url: format!("{scheme}://{host}{path}{mark}{}", query.join("&")), duration, timeout })
}

/// Returns whether a source begins with a host and a port.
fn has_port(source: &str) -> bool {
    let host = source.split(['/', '?']).next().unwrap_or_default();
    host.rsplit_once(':').is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok())
}

/// Reads a part of a query.
fn pair(part: &str) -> (String, String) {
    let (key, value) = part.split_once('=').unwrap_or((part, ""));
    (unescaped(key), unescaped(value))
}

fn unescaped(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, behind)) = rest.split_first() {
        let digits = behind.get(..2).filter(|_| first == b'%').and_then(|digits| std::str::from_utf8(digits).ok());
        if let Some(byte) = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            bytes.push(byte);
            rest = &behind[2..];
        } else {
            bytes.push(if first == b'+' { b' ' } else { first });
            rest = behind;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn escaped(text: &str) -> String {
    let escape = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
        b' ' => "+".to_owned(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(escape).collect()
}

/// Keeps a profile that was fetched, where it can be looked at again, and says where.
///
/// # Errors
/// If there is no folder for it.
pub(super) fn save(profile: &Profile) -> Result<(), Failure> {
    let folder = folder().ok_or_else(|| Failure::new("failed to identify temp dir".to_owned()))?;
    let mappings = profile.symbols().mappings();
    let program = mappings.first().map(|mapping| profile.str(mapping.file)).filter(|file| !file.is_empty());
    let program = program.and_then(|file| Path::new(file).file_name()?.to_str());
    let types = profile.sample_types().iter().map(|kind| profile.value_type_names(*kind).0);
    let name: String = std::iter::once("pprof").chain(program).chain(types).flat_map(|part| [part, "."]).collect();
    // A type may be called anything.
    let name = name.replace('/', "_");
    let saved = create(&folder, &name).and_then(|(path, file)| {
        codec::write(profile, file, &WriteOptions::default()).map_err(io::Error::other)?;
        Ok(path)
    });
    match saved {
        Ok(path) => eprintln!("Saved profile in {}", path.display()),
        Err(error) => eprintln!("Could not save profile: {error}"),
    }
    Ok(())
}

/// Finds the folder that fetched profiles are kept in.
fn folder() -> Option<PathBuf> {
    let asked = env::var_os("PPROF_TMPDIR").filter(|folder| !folder.is_empty()).map(PathBuf::from);
    let of_user = env::home_dir().map(|home| home.join("pprof"));
    asked.into_iter().chain(of_user).chain([env::temp_dir()]).find(|folder| {
        let made = fs::create_dir_all(folder);
        if let Err(error) = &made {
            eprintln!("Could not use temp dir {}: {error}", folder.display());
        }
        made.is_ok()
    })
}

/// Makes the first file with a number that is not there yet.
fn create(folder: &Path, name: &str) -> io::Result<(PathBuf, File)> {
    const FILES: usize = 10_000;
    for number in 1..FILES {
        let path = folder.join(format!("{name}{number:03}.pb.gz"));
        match File::create_new(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            file => return Ok((path, file?)),
        }
    }
    Err(io::Error::other(format!("could not create file of the form {name}001.pb.gz")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_completed_as_go_completes_them() {
        let address = |source| address(source, Waiting::default()).map(|address| address.url);
        for (source, url) in [
            ("http://host/profile", Some("http://host/profile")),
            ("http://host", Some("http://host/debug/pprof/profile")),
            ("host:6060", Some("http://host:6060/debug/pprof/profile")),
            ("host:6060/debug/pprof/heap", Some("http://host:6060/debug/pprof/heap")),
            ("https+insecure://host/x?b=2&a=%2f+y", Some("https+insecure://host/x?a=%2F+y&b=2")),
            ("http://host/heap?gc#part", Some("http://host/heap?gc=")),
            ("http:///heap", None),
            ("profile.pb.gz", None),
            ("folder/a:1", None),
            ("mem_2023-11-02_03:55:24.pb.gz", None),
            ("C:\\profile", None),
        ] {
            assert_eq!(address(source).as_deref(), url, "{source}");
        }
    }

    #[test]
    fn the_longer_a_profile_takes_the_longer_it_is_waited_for() {
        for (source, seconds, timeout_seconds, url, duration, timeout) in [
            ("http://h/p", 0, 0, "http://h/p", 0, 60),
            ("http://h/p?seconds=30", 0, 0, "http://h/p?seconds=30", 30, 45),
            ("http://h/p?seconds=30&debug=0", 4, 0, "http://h/p?debug=0&seconds=4", 4, 6),
            ("http://h/p", 4, 100, "http://h/p?seconds=4", 4, 100),
            ("http://h/p?seconds=x", 0, 0, "http://h/p?seconds=x", 0, 60),
        ] {
            let [duration, timeout] = [duration, timeout].map(Duration::from_secs);
            let expected = Address { url: url.to_owned(), duration, timeout };
            assert_eq!(address(source, Waiting { seconds, timeout_seconds }), Some(expected), "{source}");
        }
    }
}
