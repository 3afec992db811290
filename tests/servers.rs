//! What the program asks servers for, and what it makes of their answers; the servers are on this machine, in the test.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

mod program;

use std::collections::HashMap;
use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Arc, Mutex};
use std::thread;

use rpprof::codec::{self, WriteOptions};
use rpprof::profile::{Location, Mapping, ProfileBuilder};
use rpprof::symbolize::Object;

/// A server that has some files, and answers questions for names.
struct Server {
    address: String,
    /// What it was asked, in order: the first line of each question, and what was posted.
    asked: Arc<Mutex<Vec<(String, String)>>>,
}

/// What a server has, by path.
type Files = HashMap<String, Vec<u8>>;

impl Server {
    fn start(files: Files) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("there is a free port");
        let address = format!("http://{}", listener.local_addr().expect("it is bound"));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        thread::spawn(move || {
            for connection in listener.incoming().map_while(Result::ok) {
                // Whoever asks may have gone.
                let _ = answer(connection, &files, &log);
            }
        });
        Self { address, asked }
    }

    fn asked(&self) -> Vec<(String, String)> {
        self.asked.lock().expect("nobody panics with it").clone()
    }
}

fn answer(mut connection: TcpStream, files: &Files, log: &Mutex<Vec<(String, String)>>) -> std::io::Result<()> {
    let mut reader = BufReader::new(connection.try_clone()?);
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let mut length = 0;
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? <= 2 {
            break;
        }
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let body = String::from_utf8_lossy(&body).into_owned();
    let question = first.rsplit_once(' ').map_or(first.trim(), |(question, _)| question).to_owned();
    log.lock().expect("nobody panics with it").push((question.clone(), body.clone()));
    let content = match question.split_once(' ') {
        Some(("GET", path)) => files.get(path).cloned(),
        Some(("POST", _)) => Some(
            body.split('+').map(|address| format!("{address}\tnamed_{address}\n")).collect::<String>().into_bytes(),
        ),
        _ => None,
    };
    let (status, content) = content.map_or(("404 Not Found", Vec::new()), |content| ("200 OK", content));
    write!(connection, "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", content.len())?;
    connection.write_all(&content)
}

/// Makes an empty folder for a test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("servers").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("the folder can be made");
    folder
}

/// Writes a profile of addresses in a file that is nowhere.
fn write_profile(folder: &Path, build_id: &str, addresses: &[u64]) -> PathBuf {
    let mut builder = ProfileBuilder::new();
    builder.sample_type("samples", "count");
    let (file, build_id) = (builder.string("/nowhere/app"), builder.string(build_id));
    let mapping = builder.mapping(Mapping { file, build_id, ..Mapping::default() });
    for &address in addresses {
        let location = builder.location(Location { address, mapping: Some(mapping), ..Location::default() }, &[]);
        let (stack, labels) = (builder.stack(&[location]), builder.label_set(&[]));
        builder.sample(stack, labels, &[1]);
    }
    let path = folder.join("profile.pb.gz");
    let profile = builder.build().expect("it is valid");
    let file = fs::File::create(&path).expect("the folder can be written");
    codec::write(&profile, file, &WriteOptions::default()).expect("the folder can be written");
    path
}

/// Keeps a program from asking servers on this machine by way of another one's.
fn ask_directly(command: &mut Command) {
    for name in ["http_proxy", "https_proxy", "all_proxy"] {
        command.env_remove(name).env_remove(name.to_uppercase());
    }
}

/// Runs the program with an environment of its own.
fn run(folder: &Path, servers: Option<&str>, arguments: &[&str]) -> (String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rpprof"));
    command.args(arguments).env("XDG_CACHE_HOME", folder.join("cache")).env("HOME", folder);
    command.env_remove("PPROF_BINARY_PATH").env_remove("DEBUGINFOD_CACHE_PATH").env_remove("DEBUGINFOD_URLS");
    ask_directly(command.env_remove("PPROF_TMPDIR"));
    if let Some(servers) = servers {
        command.env("DEBUGINFOD_URLS", servers);
    }
    let Output { status, stdout, stderr } = command.output().expect("the program runs");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    let (out, errors) = (text(stdout), text(stderr));
    assert!(status.success(), "{errors}");
    (out, errors)
}

#[test]
fn what_is_not_here_comes_from_servers_that_are_named() {
    let folder = folder("debuginfod");
    let program = env::current_exe().expect("it has a path");
    let object = Object::open(&program).expect("it is a binary");
    let symbols = object.symbols();
    let symbol = symbols.iter().find(|symbol| symbol.name().contains("what_is_not_here")).expect("it is this function");
    let profile = write_profile(&folder, object.build_id(), &[symbol.address()]);
    let profile = profile.to_str().expect("UTF-8");
    let path = format!("/buildid/{}/debuginfo", object.build_id());
    let bytes = fs::read(&program).expect("it is there");
    let server = Server::start(HashMap::from([(path.clone(), bytes)]));
    let empty = Server::start(HashMap::new());

    let (out, errors) = run(&folder, None, &["top", profile]);
    assert!(!out.contains("what_is_not_here") && errors.contains("set DEBUGINFOD_URLS"), "{out}{errors}");
    assert!(server.asked().is_empty());

    let servers = format!("{} {}", empty.address, server.address);
    let (out, errors) = run(&folder, Some(&servers), &["top", "--symbol-cache", "off", profile]);
    assert!(out.contains("what_is_not_here") && errors.contains("names for 1 of 1 addresses"), "{out}{errors}");
    let question = (format!("GET {path}"), String::new());
    assert_eq!((empty.asked(), server.asked()), (vec![question.clone()], vec![question]));

    // It was kept, so nobody is asked again.
    let (out, _) = run(&folder, Some(&servers), &["top", "--symbol-cache", "off", profile]);
    assert!(out.contains("what_is_not_here"), "{out}");
    assert_eq!(server.asked().len(), 1);
    // And it is not looked for if no names are wanted.
    run(&folder, Some(&empty.address), &["top", "--symbolize", "none", profile]);
    assert_eq!(empty.asked().len(), 1);
}

#[test]
fn a_server_with_another_build_is_not_believed() {
    let folder = folder("other_build");
    let profile = write_profile(&folder, "0123456789abcdef", &[0x1000]);
    let bytes = fs::read(env::current_exe().expect("it has a path")).expect("it is there");
    let server = Server::start(HashMap::from([("/buildid/0123456789abcdef/debuginfo".to_owned(), bytes)]));
    let (_, errors) = run(&folder, Some(&server.address), &["top", profile.to_str().expect("UTF-8")]);
    assert!(errors.contains("names for 0 of 1 addresses") && errors.contains("has build id"), "{errors}");
}

#[test]
fn servers_that_cannot_be_asked_are_told() {
    let folder = folder("unreachable");
    let profile = write_profile(&folder, "0123456789abcdef", &[0x1000]);
    let profile = profile.to_str().expect("UTF-8");
    // Nobody listens there any more.
    let address = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a free port");
    let (_, errors) = run(&folder, Some(&format!("http://{address}")), &["top", profile]);
    assert!(errors.contains(&address.to_string()), "{errors}");
    if !cfg!(feature = "tls") {
        let server = Server::start(HashMap::new());
        let encrypted = server.address.replace("http:", "https:");
        let (_, errors) = run(&folder, Some(&encrypted), &["top", profile]);
        assert!(errors.contains("tls"), "{errors}");
    }
}

#[test]
fn programs_tell_names_when_they_are_asked() {
    let folder = folder("symbolz");
    let server = Server::start(HashMap::new());
    let profile = write_profile(&folder, "", &[0x1000, 0x2000]);
    let source = format!("{}/debug/pprof/profile?seconds=1", server.address);
    let arguments = ["top", "--symbolize", "remote", "--symbolz", &source, profile.to_str().expect("UTF-8")];
    let (out, errors) = run(&folder, None, &arguments);
    assert!(out.contains("named_0x1000") && out.contains("named_0x2000"), "{out}{errors}");
    let asked = server.asked();
    assert_eq!(asked, [("POST /debug/pprof/symbol".to_owned(), "0x1000+0x2000".to_owned())]);
}

#[test]
fn the_drop_in_fetches_profiles_and_asks_their_programs_for_names() {
    let folder = folder("drop_in");
    let bytes = fs::read(write_profile(&folder, "", &[0x1000, 0x2000])).expect("it was written");
    let heap = "/debug/pprof/heap".to_owned();
    let cpu = "/debug/pprof/profile?seconds=1".to_owned();
    let server = Server::start(HashMap::from([(heap, bytes.clone()), (cpu, bytes)]));
    let host = server.address.trim_start_matches("http://").to_owned();
    let question = |path: &str| (format!("GET {path}"), String::new());
    let names = ("POST /debug/pprof/symbol".to_owned(), "0x1000+0x2000".to_owned());

    // Each is a source, what `-symbolize` says, what the server is asked, and whether there are names then.
    for (source, mode, asked, is_named) in [
        (format!("{host}/debug/pprof/heap"), "remote", vec![question("/debug/pprof/heap"), names.clone()], true),
        (format!("{}/debug/pprof/heap", server.address), "", vec![question("/debug/pprof/heap"), names.clone()], true),
        (format!("{host}/debug/pprof/heap"), "local", vec![question("/debug/pprof/heap")], false),
        (format!("{host}/debug/pprof/heap"), "none", vec![question("/debug/pprof/heap")], false),
        (host.clone(), "fastremote", vec![question("/debug/pprof/profile?seconds=1"), names.clone()], true),
    ] {
        server.asked.lock().expect("nobody panics with it").clear();
        let seconds = if source == host { "-seconds=1" } else { "-seconds=0" };
        let mode_flag = format!("-symbolize={mode}");
        let (out, errors) = run(&folder, None, &["pprof", "-top", seconds, &mode_flag, &source]);
        assert_eq!(server.asked(), asked, "{source} {mode}");
        assert_eq!(out.contains("named_0x1000") && out.contains("named_0x2000"), is_named, "{out}{errors}");
        assert!(errors.contains("Fetching profile over HTTP from http://"), "{errors}");
        assert_eq!(errors.contains("Please wait... (1s)"), source == host, "{errors}");
        let warning = "ignoring unrecognized symbolization option: fastremote";
        assert_eq!(errors.contains(warning), mode == "fastremote", "{errors}");
        assert!(errors.contains("Saved profile in "), "{errors}");
    }
    let saved = fs::read_dir(folder.join("pprof")).expect("it was made").count();
    assert_eq!(saved, 5, "profiles that were fetched are kept");

    // A file came from nowhere that could be asked.
    server.asked.lock().expect("nobody panics with it").clear();
    let file = folder.join("profile.pb.gz");
    run(&folder, None, &["pprof", "-top", "-symbolize=remote", file.to_str().expect("UTF-8")]);
    assert!(server.asked().is_empty());

    let mut command = Command::new(env!("CARGO_BIN_EXE_rpprof"));
    let missing = format!("{host}/nothing");
    ask_directly(command.args(["pprof", "-top", &missing]).env("HOME", &folder).env_remove("PPROF_TMPDIR"));
    let output = command.output().expect("the program runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && errors.contains("server response: 404 Not Found"), "{errors}");
}

#[test]
fn a_server_alone_is_asked_for_its_cpu_profile() {
    let folder = folder("bare");
    let bytes = fs::read(write_profile(&folder, "", &[0x1000])).expect("it was written");
    let server = Server::start(HashMap::from([("/debug/pprof/profile?seconds=1".to_owned(), bytes)]));
    let address = &server.address;
    let (out, errors) = run(&folder, None, &["top", "--symbolize=none", &format!("{address}/?seconds=1")]);
    assert!(out.contains("flat%"), "{out}{errors}");

    server.asked.lock().expect("nobody panics with it").clear();
    let mut command = Command::new(env!("CARGO_BIN_EXE_rpprof"));
    ask_directly(command.args(["top", address]));
    let output = command.output().expect("the program runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && errors.contains("the server says 404 Not Found"), "{errors}");
    assert_eq!(server.asked(), [("GET /debug/pprof/profile".to_owned(), String::new())]);
}
