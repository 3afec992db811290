//! Questions to servers over HTTP.

use std::io::{self, BufReader, Read};
use std::sync::Arc;
use std::time::Duration;

use rpprof::symbolize::{Fetch, Post};

/// How long a server may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long an answer with names may be.
const MAX_ANSWER_BYTES: u64 = 256 << 20;

fn agent() -> ureq::Agent {
    agent_of(PATIENCE)
}

fn agent_of(patience: Duration) -> ureq::Agent {
    let config = ureq::Agent::config_builder()
        .timeout_connect(Some(PATIENCE))
        .timeout_recv_response(Some(patience))
        .user_agent(concat!("rpprof/", env!("CARGO_PKG_VERSION")));
    ureq::Agent::new_with_config(config.build())
}

/// Asks a server for a profile; one that is to be taken first comes when it is.
///
/// # Errors
/// What the server or the network says.
pub(crate) fn get(address: &str) -> io::Result<impl Read + use<>> {
    let response = agent_of(PATIENCE + seconds(address)).get(address).call().map_err(explain)?;
    Ok(response.into_body().into_reader())
}

/// Returns how long a profile is to take that is asked for with `seconds=30`.
fn seconds(address: &str) -> Duration {
    let (_, query) = address.split_once('?').unwrap_or_default();
    let seconds = query.split('&').find_map(|part| part.strip_prefix("seconds=")?.parse().ok());
    Duration::from_secs(seconds.unwrap_or(0_u32).into())
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
    let config = ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_connect(Some(PATIENCE))
        .timeout_recv_response(Some(timeout))
        .user_agent(concat!("rpprof/", env!("CARGO_PKG_VERSION")));
    let agent = ureq::Agent::new_with_config(config.build());
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
