//! Serves profiles of itself where Go programs have theirs: `cargo run --profile profiling --features
//! collector-symbols --example serve -- 6060`, and then `rpprof top http://localhost:6060/debug/pprof/profile?seconds=5`.
//!
//! What answers is plain text over `TcpListener`, to be copied into whatever serves a program's requests.

use std::collections::HashMap;
use std::env;
use std::fmt::Write as _;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use rpprof::codec::{self, WriteOptions};
use rpprof::collector::{Allocator, CpuProfiler, Debug, HeapSnapshot, Profile, lookup, profiles, symbolize_here};
use rpprof::{Error, profile};

#[global_allocator]
static ALLOCATOR: Allocator = Allocator::system();

const ROOT: &str = "/debug/pprof/";

/// What is sent back.
struct Answer {
    status: &'static str,
    content_type: &'static str,
    body: Vec<u8>,
}

impl Answer {
    fn text(text: impl Into<String>) -> Self {
        Self { status: "200 OK", content_type: "text/plain; charset=utf-8", body: text.into().into_bytes() }
    }

    fn refusal(status: &'static str, text: impl std::fmt::Display) -> Self {
        Self { status, ..Self::text(format!("{text}\n")) }
    }

    /// A profile with names, since whoever asks may not have the program.
    fn profile(profile: &profile::Profile) -> Result<Self, Error> {
        let mut body = Vec::new();
        codec::write(&symbolize_here(profile)?, &mut body, &WriteOptions::default().with_level(1))?;
        Ok(Self { status: "200 OK", content_type: "application/octet-stream", body })
    }
}

/// What is asked for: a path, and what stands behind its question mark.
struct Request {
    path: String,
    parameters: HashMap<String, String>,
}

impl Request {
    /// Reads the first line of a request, and passes over the rest.
    fn read(stream: &TcpStream) -> io::Result<Option<Self>> {
        let mut lines = BufReader::new(stream).lines();
        let Some(first) = lines.next().transpose()? else { return Ok(None) };
        while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
        let target = first.split(' ').nth(1).unwrap_or("/");
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let parameters = pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        Ok(Some(Self { path: path.to_owned(), parameters }))
    }

    /// Returns a number that was asked for, `absent` if it was not, and what is wrong if it is none.
    fn number(&self, key: &str, absent: u32) -> Result<u32, Answer> {
        let Some(value) = self.parameters.get(key) else { return Ok(absent) };
        let number = value.parse().ok().filter(|&number| number > 0 || key == "debug");
        number.ok_or_else(|| {
            Answer::refusal("400 Bad Request", format!("invalid value for {key:?} - must be a positive integer"))
        })
    }
}

fn index() -> Answer {
    let mut page = format!("<title>{ROOT}</title><h1>{ROOT}</h1><ul>\n");
    let heap_and_others = profiles().into_iter().map(|profile| (profile.name().to_owned(), profile.count()));
    for (name, count) in heap_and_others {
        let _ = writeln!(page, "<li><a href='{ROOT}{name}?debug=1'>{name}</a>: {count}");
    }
    let _ = writeln!(page, "<li><a href='{ROOT}profile?seconds=5'>profile</a>: CPU time of the next seconds</ul>");
    Answer { content_type: "text/html; charset=utf-8", ..Answer::text(page) }
}

/// Profiles the CPU for some seconds; several may ask at once.
fn cpu(request: &Request) -> Result<Answer, Answer> {
    let (seconds, hz) = (request.number("seconds", 30)?, request.number("hz", 100)?);
    let profiler = CpuProfiler::builder().hz(hz).thread_labels(true);
    let session = profiler.start().map_err(|error| Answer::refusal("400 Bad Request", error))?;
    thread::sleep(Duration::from_secs(seconds.into()));
    session.stop().and_then(|profile| Answer::profile(&profile)).map_err(failed)
}

/// Answers with what there is now, or for the heap with what changes in some seconds.
fn named(name: &str, request: &Request) -> Result<Answer, Answer> {
    let Some(profile) = lookup(name) else {
        return Err(Answer::refusal("404 Not Found", format!("Unknown profile {name:?}")));
    };
    let (seconds, debug) = (request.number("seconds", 0)?, request.number("debug", 0)?);
    match (seconds, debug) {
        (0, 0) => profile.snapshot().and_then(|profile| Answer::profile(&profile)).map_err(failed),
        (0, _) => {
            let mut body = Vec::new();
            profile.write_to(&mut body, Debug::Text).map_err(failed)?;
            Ok(Answer { body, ..Answer::text("") })
        }
        (_, 0) if matches!(name, "heap" | "allocs") => {
            let before = HeapSnapshot::take().map_err(failed)?;
            thread::sleep(Duration::from_secs(seconds.into()));
            let growth = HeapSnapshot::take().and_then(|after| after.since(&before));
            growth.and_then(|growth| Answer::profile(&growth)).map_err(failed)
        }
        (_, 0) => Err(Answer::refusal("400 Bad Request", "\"seconds\" is not supported for this profile")),
        _ => Err(Answer::refusal("400 Bad Request", "seconds and debug params are incompatible")),
    }
}

fn failed(error: Error) -> Answer {
    Answer::refusal("500 Internal Server Error", error)
}

fn answer(request: &Request) -> Answer {
    let result = match request.path.strip_prefix(ROOT) {
        Some("") => Ok(index()),
        Some("cmdline") => Ok(Answer::text(env::args().collect::<Vec<_>>().join("\0"))),
        // What pprof asks for the names of addresses: profiles have them already, but for the text.
        Some("symbol") => Ok(Answer::text("num_symbols: 0\n")),
        Some("profile") => cpu(request),
        Some(name) => named(name, request),
        None => Err(Answer::refusal("404 Not Found", format!("profiles are below {ROOT}"))),
    };
    result.unwrap_or_else(|refusal| refusal)
}

fn serve(mut stream: TcpStream, requests: &Profile) -> io::Result<()> {
    let Some(request) = Request::read(&stream)? else { return Ok(()) };
    let _entry = requests.hold(0);
    let Answer { status, content_type, body } = answer(&request);
    let length = body.len();
    write!(stream, "HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n")?;
    write!(stream, "X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n")?;
    stream.write_all(&body)
}

/// Something to be seen in profiles: numbers that are kept for a while.
fn work() {
    let mut kept: Vec<Vec<u64>> = Vec::new();
    for round in 0_u64.. {
        let mut numbers: Vec<u64> = (0..5000).map(|number| (number ^ round).wrapping_mul(0x9e37_79b9)).collect();
        rpprof::labels! { "step" => "sort" }.scope(|| numbers.sort_unstable());
        kept.push(numbers);
        if kept.len() == 500 {
            kept.clear();
        }
        thread::sleep(Duration::from_millis(1));
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let port = env::args().nth(1).map_or(Ok(6060), |port| port.parse())?;
    // Profiles tell much of a program, so only of this machine anybody may ask.
    let listener = TcpListener::bind(("127.0.0.1", port))?;
    println!("serving on http://{}{ROOT}", listener.local_addr()?);
    let requests = Profile::new("serve/requests")?;
    thread::Builder::new().name("work".to_owned()).spawn(work)?;
    for stream in listener.incoming() {
        let requests = requests.clone();
        thread::spawn(move || {
            // Whoever asked may be gone; that ends nothing.
            stream.and_then(|stream| serve(stream, &requests)).unwrap_or_else(|error| eprintln!("{error}"));
        });
    }
    Ok(())
}
