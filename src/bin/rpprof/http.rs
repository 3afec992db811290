//! Questions to servers over HTTP.

use std::borrow::Cow;
use std::io::{self, BufReader, Read};
use std::sync::Arc;
use std::time::Duration;

use rpprof::symbolize::{Fetch, Post};
use ureq::config::ConfigBuilder;
use ureq::typestate::AgentScope;

/// How long a server may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long an answer with names may be.
const MAX_ANSWER_BYTES: u64 = 256 << 20;
/// How much is read of why a server has no profile.
const MAX_REASON_BYTES: u64 = 1 << 10;

fn agent() -> ureq::Agent {
    ureq::Agent::new_with_config(config(PATIENCE).build())
}

fn config(patience: Duration) -> ConfigBuilder<AgentScope> {
    ureq::Agent::config_builder()
        .timeout_connect(Some(PATIENCE))
        .timeout_recv_response(Some(patience))
        .user_agent(concat!("rpprof/", env!("CARGO_PKG_VERSION")))
}

/// Asks a server for a profile; one that is to be taken first comes when it is.
///
/// An address without a path is that of a program's CPU profile, as it is to pprof.
///
/// # Errors
/// What the server or the network says.
pub(crate) fn get(address: &str) -> io::Result<impl Read + use<>> {
    let address = profile_address(address);
    let config = config(PATIENCE + seconds(&address)).http_status_as_error(false);
    let response = ureq::Agent::new_with_config(config.build()).get(&*address).call().map_err(explain)?;
    let status = response.status();
    let is_text = response.headers().get("content-type").is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    let mut body = response.into_body().into_reader();
    if status.is_success() {
        return Ok(body);
    }
    let mut reason = Vec::new();
    if is_text {
        // What cannot be read is left out.
        let _ = body.by_ref().take(MAX_REASON_BYTES).read_to_end(&mut reason);
    }
    let reason = String::from_utf8_lossy(&reason);
    let reason = reason.lines().next().unwrap_or_default().trim();
    let colon = if reason.is_empty() { "" } else { ": " };
    Err(io::Error::other(format!("the server says {status}{colon}{reason}")))
}

/// Where programs have their CPU profiles.
pub(crate) const CPU_PROFILE: &str = "/debug/pprof/profile";

/// Adds the path of the CPU profile to an address that has none.
fn profile_address(address: &str) -> Cow<'_, str> {
    let (place, query) = address.find('?').map_or((address, ""), |mark| address.split_at(mark));
    let host = place.split_once("://").map_or(place, |(_, host)| host);
    match host.split_once('/') {
        None => format!("{place}{CPU_PROFILE}{query}").into(),
        Some((_, "")) => format!("{}{CPU_PROFILE}{query}", place.trim_end_matches('/')).into(),
        Some(_) => address.into(),
    }
}

/// Returns how long a profile is to take: as `seconds=30` says, which is what is meant if it says nothing.
fn seconds(address: &str) -> Duration {
    let (place, query) = address.split_once('?').unwrap_or((address, ""));
    let said = query.split('&').find_map(|part| part.strip_prefix("seconds=")?.parse().ok());
    let usual = if place.ends_with(CPU_PROFILE) { 30 } else { 0_u32 };
    Duration::from_secs(said.unwrap_or(usual).into())
}

/// Returns how files are asked for.
pub(crate) fn fetch() -> Arc<Fetch> {
    let agent = agent();
    Arc::new(move |address: &str| match agent.get(address).call() {
        Ok(response) => Ok(Some(Box::new(response.into_body().into_reader()) as Box<dyn Read>)),
        Err(ureq::Error::StatusCode(404)) => Ok(None),
        Err(error) => Err(explain(error)),
    })
}

/// Asks a server for a profile that may take so long; its answer may be as long as it likes.
///
/// # Errors
/// In pprof's words, what the server says, if it has none.
pub(crate) fn get_profile(address: &str, timeout: Duration) -> Result<impl Read + Send + use<>, String> {
    let agent = ureq::Agent::new_with_config(config(timeout).http_status_as_error(false).build());
    let response = agent.get(address).call().map_err(|error| explain(error).to_string())?;
    let (status, headers) = (response.status(), response.headers());
    if status.is_success() {
        return Ok(response.into_body().into_reader());
    }
    let is_text = headers.get("content-type").is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    let has_reason = is_text && headers.contains_key("x-go-pprof");
    let mut message = format!("server response: {status}");
    if has_reason {
        let mut reason = Vec::new();
        let body = response.into_body().into_reader().take(MAX_ANSWER_BYTES);
        if BufReader::new(body).read_to_end(&mut reason).is_ok() {
            message.push_str(&format!(" - {}", String::from_utf8_lossy(&reason)));
        }
    }
    Err(message)
}

/// Returns how programs are asked for names.
pub(crate) fn post() -> Arc<Post> {
    let agent = agent();
    Arc::new(move |address: &str, question: &str| {
        let response = agent.post(address).content_type("application/octet-stream").send(question).map_err(explain)?;
        let mut answer = Vec::new();
        response.into_body().into_reader().take(MAX_ANSWER_BYTES).read_to_end(&mut answer)?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    })
}

fn explain(error: ureq::Error) -> io::Error {
    match error {
        ureq::Error::Io(error) => error,
        ureq::Error::TlsRequired => io::Error::new(
            io::ErrorKind::Unsupported,
            "this build has no encrypted connections; build it with the feature tls, or name a server with http",
        ),
        error => io::Error::other(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_without_a_path_is_that_of_a_cpu_profile() {
        for (address, expected) in [
            ("http://host:6060", "http://host:6060/debug/pprof/profile"),
            ("http://host/", "http://host/debug/pprof/profile"),
            ("http://host?seconds=5", "http://host/debug/pprof/profile?seconds=5"),
            ("http://host/?seconds=5", "http://host/debug/pprof/profile?seconds=5"),
            ("http://host/debug/pprof/heap", "http://host/debug/pprof/heap"),
            ("https://host/x?at=/", "https://host/x?at=/"),
        ] {
            assert_eq!(profile_address(address), expected);
        }
    }

    #[test]
    fn who_takes_a_profile_first_is_given_the_time() {
        for (address, expected) in [
            ("http://host/debug/pprof/profile", 30),
            ("http://host/debug/pprof/profile?seconds=5", 5),
            ("http://host/debug/pprof/heap", 0),
            ("http://host/debug/pprof/heap?debug=0&seconds=7", 7),
        ] {
            assert_eq!(seconds(address), Duration::from_secs(expected), "{address}");
        }
    }
}
