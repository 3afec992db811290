//! Questions to servers over HTTP.

use std::io::{self, Read};
use std::sync::Arc;
use std::time::Duration;

use rpprof::symbolize::{Fetch, Post};

/// How long a server may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long an answer with names may be.
const MAX_ANSWER_BYTES: u64 = 256 << 20;

fn agent() -> ureq::Agent {
    let config = ureq::Agent::config_builder()
        .timeout_connect(Some(PATIENCE))
        .timeout_recv_response(Some(PATIENCE))
        .user_agent(concat!("rpprof/", env!("CARGO_PKG_VERSION")));
    ureq::Agent::new_with_config(config.build())
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
