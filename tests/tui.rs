//! The browser in a terminal: tmux is one that a test can type into and look at.

#![cfg(all(feature = "cli", unix))]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

const RPPROF: &str = env!("CARGO_BIN_EXE_rpprof");
/// Far more than anything takes; a test that waits so long fails.
const PATIENCE: Duration = Duration::from_secs(600);

/// Returns where programs are, ours first: its own path may have spaces.
fn path() -> std::ffi::OsString {
    let own = Path::new(RPPROF).parent().expect("it is in a folder").to_owned();
    let others = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths([own].into_iter().chain(std::env::split_paths(&others))).expect("no colons in folders")
}

/// A terminal of 80 columns and 24 rows with a shell's command in it.
struct Screen {
    socket: String,
}

impl Screen {
    /// Runs a command; `None`, and says why, if there is no tmux.
    fn new(name: &str, command: &str) -> Option<Self> {
        if Command::new("tmux").arg("-V").output().is_err() {
            eprintln!("skipped: tmux is not installed");
            return None;
        }
        let screen = Self { socket: format!("rpprof-{}-{name}", std::process::id()) };
        let testdata = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
        let mut tmux = Command::new("tmux");
        tmux.args(["-L", &screen.socket, "-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24", "-c"])
            .arg(testdata)
            .arg(format!("stty echo; {command}; echo ended with $?; stty -a; cat"));
        // Nothing of whoever runs the test: shell, configuration, proxies.
        tmux.env("SHELL", "/bin/sh").env("XDG_CONFIG_HOME", "/nonexistent").env("PATH", path());
        for name in ["RPPROF_CONFIG", "NO_COLOR", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
            tmux.env_remove(name);
        }
        let begun = tmux.output();
        assert!(begun.expect("tmux runs").status.success());
        Some(screen)
    }

    fn tmux(&self, arguments: &[&str]) -> String {
        let output = Command::new("tmux").args(["-L", &self.socket]).args(arguments).output().expect("tmux runs");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn press(&self, keys: &str) {
        self.tmux(&["send-keys", keys]);
    }

    /// Waits until the screen shows a text.
    #[track_caller]
    fn shows(&self, text: &str) -> String {
        let begin = Instant::now();
        loop {
            let screen = self.tmux(&["capture-pane", "-p"]);
            if screen.contains(text) {
                return screen;
            }
            assert!(begin.elapsed() < PATIENCE, "{text:?} does not come:\n{screen}");
            sleep(Duration::from_millis(20));
        }
    }

    /// Waits for the end and checks that the terminal is as it was.
    #[track_caller]
    fn is_given_back(&self, status: &str) {
        self.shows(&format!("ended with {status}"));
        let screen = self.shows("echoctl");
        assert!(screen.contains(" echo ") && screen.contains(" icanon"), "{screen}");
        assert_eq!(self.tmux(&["display-message", "-p", "#{alternate_on}"]).trim(), "0");
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        self.tmux(&["kill-server"]);
    }
}

#[test]
fn keys_lead_through_the_views_and_out() {
    let Some(screen) = Screen::new("keys", "rpprof go_cpu.pb.gz") else { return };
    screen.shows("sort.partition");
    screen.press("2");
    screen.shows("all 6.10s");
    screen.press("3");
    screen.shows("self function");
    screen.press("7");
    screen.shows("tenant: 3 values");
    screen.press("?");
    screen.shows("Keys in Labels");
    screen.press("q");
    screen.press("q");
    screen.is_given_back("0");
}

#[test]
fn two_profiles_are_compared_in_all_views() {
    let command = "rpprof tui --base runs/old_1.pb.gz runs/new_1.pb.gz";
    let Some(screen) = Screen::new("diff", command) else { return };
    screen.shows("old flat");
    screen.press("o");
    assert!(screen.shows("old cum").contains("main.normalize"));
    screen.press("2");
    screen.shows("old 0 new 70ms +70ms (new)  main.normalize");
    screen.press("3");
    screen.shows("delta");
    screen.press("1");
    screen.press("/");
    for key in ["n", "o", "r", "m", "a", "l", "i", "z", "e"] {
        screen.press(key);
    }
    screen.press("Enter");
    screen.shows("/normalize: 2 found, 0 to 360ms (new)");
    screen.press("f");
    screen.shows("[focus:^main");
    screen.press("D");
    screen.shows("side by side");
    screen.press("D");
    screen.shows("the old profile alone");
    screen.press("D");
    screen.shows("the new profile alone");
    screen.press("u");
    screen.press("u");
    screen.press("u");
    screen.shows("[compared]");
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("diff.svg");
    screen.press("e");
    screen.press("C-u");
    screen.tmux(&["send-keys", "-l", path.to_str().expect("UTF-8")]);
    screen.press("Enter");
    screen.shows("wrote a flame graph of both sides");
    assert!(std::fs::read_to_string(&path).expect("it is there").contains("</svg>"));
    screen.press("q");
    screen.is_given_back("0");
}

#[test]
fn filters_and_comparisons_are_begun_on_the_command_line_and_by_a_command() {
    let command = "rpprof diff --tui --focus normalize runs/old_1.pb.gz runs/new_1.pb.gz";
    let Some(screen) = Screen::new("filters", command) else { return };
    screen.shows("old flat");
    screen.shows("[focus:normalize ×] [compared]");
    screen.press("q");
    screen.is_given_back("0");
    drop(screen);
    let command = "rpprof tui --focus normalize --collapse-recursion runs/new_1.pb.gz --watch 1h";
    let Some(screen) = Screen::new("filters-base", command) else { return };
    screen.shows("[focus:normalize ×] [no recursion ×] [every 1hrs]");
    screen.tmux(&["send-keys", "-l", ":base runs/none.pb.gz"]);
    screen.press("Enter");
    let told = screen.shows("runs/none.pb.gz: No such file");
    assert!(told.lines().any(|line| line.starts_with("runs/none.pb.gz: ")), "{told}");
    screen.tmux(&["send-keys", "-l", ":base runs/old_1.pb.gz"]);
    screen.press("Enter");
    screen.shows("old flat");
    screen.shows("[focus:normalize ×] [no recursion ×] [compared] [every 1hrs]");
    screen.press("q");
    screen.is_given_back("0");
}

#[test]
fn it_draws_on_the_terminal_where_its_output_goes_elsewhere() {
    let command = "cat go_cpu.pb.gz | rpprof tui - | wc -c";
    let Some(screen) = Screen::new("elsewhere", command) else { return };
    screen.shows("sort.partition");
    screen.press("q");
    let shown = screen.shows("ended with 0");
    assert!(shown.lines().any(|line| line.trim() == "0"), "nothing goes to the output: {shown}");
}

#[test]
fn what_is_typed_is_recorded_and_played_again() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("keys.txt");
    let command = format!("rpprof tui --record '{}' go_cpu.pb.gz", path.display());
    let Some(screen) = Screen::new("record", &command) else { return };
    screen.shows("sort.partition");
    screen.press("2");
    screen.shows("all 6.10s");
    screen.press("H");
    screen.press("F");
    screen.shows("[focus-path:");
    screen.press("q");
    screen.is_given_back("0");
    let lines = std::fs::read_to_string(&path).expect("it was written");
    assert_eq!(lines, "size 80x24\nkey 2\nkey H\nkey F\nkey q\n");
    std::fs::write(&path, lines.replace("key q\n", "")).expect("it can be written");
    let command = format!("rpprof tui --replay '{}' go_cpu.pb.gz", path.display());
    let Some(screen) = Screen::new("replay", &command) else { return };
    let played = screen.shows("[focus-path:");
    screen.press("q");
    screen.is_given_back("0");
    let print = ["tui", "--replay", path.to_str().expect("UTF-8"), "--print-frame", "80x24", "go_cpu.pb.gz"];
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    let printed = Command::new(RPPROF).args(print).current_dir(folder).env("NO_COLOR", "1").output().expect("it runs");
    let printed = String::from_utf8(printed.stdout).expect("UTF-8");
    let chip = |text: &str| text.lines().find(|line| line.starts_with("[focus-path:")).map(str::to_owned);
    assert_eq!(chip(&printed), chip(&played));
    assert_eq!(printed.lines().count(), 24);
    assert!(!printed.contains('\x1b'), "{printed}");
    let mut colored = Command::new(RPPROF);
    colored.args(print).args(["--color", "always"]).current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata"));
    let colored = String::from_utf8(colored.output().expect("it runs").stdout).expect("UTF-8");
    assert!(colored.lines().any(|line| line.starts_with("\x1b[0;") && line.contains("[focus-path:")), "{colored}");
}

#[test]
fn a_profile_comes_from_a_pipe_and_keys_from_the_terminal() {
    let Some(screen) = Screen::new("pipe", "cat go_cpu.pb.gz | rpprof tui -") else { return };
    screen.shows("sort.partition");
    screen.press("q");
    screen.is_given_back("0");
}

/// A shell's command that notes its process in a file and becomes the browser.
fn noted(name: &str, before: &str) -> (PathBuf, String) {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("tui-{name}-{}.pid", std::process::id()));
    let command = format!("sh -c 'echo $$ > \"{}\"; exec {before} rpprof tui go_cpu.pb.gz'", file.display());
    (file, command)
}

/// Returns the process that a command noted.
fn process(file: &Path) -> String {
    let text = std::fs::read_to_string(file).expect("it was noted");
    std::fs::remove_file(file).expect("it is there");
    text.trim().to_owned()
}

fn send(signal: &str, process: &str) {
    assert!(Command::new("kill").args([signal, process]).status().expect("kill runs").success());
}

/// Returns the state of a process as `ps` writes it; nothing if it is gone.
fn state_of(process: &str) -> String {
    let output = Command::new("ps").args(["-o", "stat=", "-p", process]).output().expect("ps runs");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

#[track_caller]
fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    let begin = Instant::now();
    while !is_so() {
        assert!(begin.elapsed() < PATIENCE, "{what} does not come");
        sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_signal_gives_the_terminal_back() {
    for (signal, status) in [("-TERM", "143"), ("-HUP", "129"), ("-INT", "130")] {
        let (file, command) = noted(signal, "");
        let Some(screen) = Screen::new(&format!("signal{signal}"), &command) else { return };
        screen.shows("sort.partition");
        send(signal, &process(&file));
        screen.is_given_back(status);
    }
}

#[test]
fn a_program_that_is_stopped_from_outside_lends_the_terminal_and_takes_it_again() {
    let (file, command) = noted("stop", "");
    let Some(screen) = Screen::new("stop", &command) else { return };
    screen.shows("sort.partition");
    let process = process(&file);
    let is_taken = || screen.tmux(&["display-message", "-p", "#{alternate_on}"]).trim() == "1";
    for _ in 0..2 {
        send("-TSTP", &process);
        wait_until("the stop", || state_of(&process).starts_with('T'));
        wait_until("the shell's screen", || !is_taken());
        send("-CONT", &process);
        wait_until("the browser's screen", is_taken);
        screen.shows("sort.partition");
    }
    screen.press("3");
    screen.shows("self function");
    screen.press("q");
    screen.is_given_back("0");
}

#[test]
fn the_program_ends_with_its_terminal() {
    // The second one is in a session without a terminal of its own, so that no signal tells it.
    for (name, before) in [("closed", ""), ("gone", "setsid")] {
        let (file, command) = noted(name, before);
        let Some(screen) = Screen::new(name, &command) else { return };
        screen.shows("sort.partition");
        let process = process(&file);
        drop(screen);
        wait_until("the end", || state_of(&process).is_empty() || state_of(&process).starts_with('Z'));
    }
}

#[test]
fn a_file_that_cannot_be_read_is_told_before_anything_is_drawn() {
    let Some(screen) = Screen::new("fault", "rpprof tui README.md") else { return };
    let shown = screen.shows("ended with 2");
    assert!(shown.contains("rpprof: README.md: "), "{shown}");
}

#[test]
fn colours_are_for_the_background_that_the_terminal_has() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let open = |name: &str, background: &str, flags: &str| {
        let typed = folder.path().join(name);
        let command = format!(
            "tmux set-option -g window-style bg={background}; \
             TERM=screen-256color rpprof tui {flags} --record '{}' go_cpu.pb.gz",
            typed.display()
        );
        Screen::new(&format!("background-{name}"), &command).map(|screen| (screen, typed))
    };
    let picture = |screen: &Screen| screen.tmux(&["capture-pane", "-e", "-p"]);
    let same = |one: &Screen, other: &Screen| {
        // Both may have drawn nothing yet.
        wait_until("the same picture", || {
            let picture_of_one = picture(one);
            picture_of_one.contains("sort.partition") && picture_of_one == picture(other)
        });
    };
    let Some((dark, _)) = open("dark", "white", "--theme dark") else { return };
    let Some((light, _)) = open("light", "black", "--theme light") else { return };
    let Some((on_white, typed_on_white)) = open("on-white", "white", "") else { return };
    let Some((on_black, typed_on_black)) = open("on-black", "black", "") else { return };
    same(&on_white, &light);
    same(&on_black, &dark);
    assert_ne!(picture(&on_white), picture(&on_black));
    for (screen, typed) in [(on_white, typed_on_white), (on_black, typed_on_black)] {
        screen.press("3");
        screen.shows("self function");
        screen.press("q");
        screen.is_given_back("0");
        assert_eq!(std::fs::read_to_string(typed).expect("it was written"), "size 80x24\nkey 3\nkey q\n");
        assert!(!screen.shows("ended").contains("rgb:"));
    }
}

/// A folder with a file of a configuration.
fn config(text: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("config.toml");
    std::fs::write(&path, text).expect("it can be written");
    (folder, path)
}

#[test]
fn a_configuration_is_the_browsers_alone() {
    let testdata = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
    let (_folder, path) = config("theme = \"drak\"\n");
    let top = |config: &Path| {
        let output = Command::new(RPPROF)
            .args(["top", "go_cpu.pb.gz"])
            .current_dir(&testdata)
            .env("RPPROF_CONFIG", config)
            .output()
            .expect("it runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        (output.stdout, output.stderr)
    };
    assert_eq!(top(&path), top(Path::new("/nowhere/config.toml")));
    let command = format!("RPPROF_CONFIG='{}' rpprof go_cpu.pb.gz", path.display());
    let Some(screen) = Screen::new("config-wrong", &command) else { return };
    let shown = screen.shows("ended with 2");
    assert!(shown.contains("unknown variant `drak`") && shown.contains("did you mean dark?"), "{shown}");

    let (_folder, path) = config("view = \"tree\"\nascii = true\n[keys]\nquit = \"W\"\nleave = []\n");
    let command = format!("rpprof tui --config '{}' go_cpu.pb.gz", path.display());
    let Some(screen) = Screen::new("config", &command) else { return };
    screen.shows("self function");
    screen.press("q");
    screen.shows("q does nothing here");
    screen.press("W");
    screen.is_given_back("0");
    let folder = path.parent().and_then(Path::to_str).expect("UTF-8");
    std::fs::create_dir(path.with_file_name("rpprof")).expect("a folder can be made");
    std::fs::copy(&path, path.with_file_name("rpprof/config.toml")).expect("it can be copied");
    let command = format!(
        "XDG_CONFIG_HOME='{folder}' rpprof tui --no-config go_cpu.pb.gz; XDG_CONFIG_HOME='{folder}' rpprof go_cpu.pb.gz"
    );
    let Some(screen) = Screen::new("config-home", &command) else { return };
    screen.shows("flat");
    screen.press("q");
    screen.shows("self function");
    screen.press("W");
    screen.is_given_back("0");
}

#[test]
fn what_is_copied_is_in_the_terminals_clipboard() {
    let Some(screen) = Screen::new("copy", "DISPLAY= WAYLAND_DISPLAY= rpprof go_cpu.pb.gz") else { return };
    screen.shows("sort.partition");
    screen.tmux(&["set-option", "-s", "set-clipboard", "on"]);
    screen.press("y");
    screen.shows("copied with tmux (OSC 52): rpprof top -t cpu --min-share 0 go_cpu.pb.gz");
    wait_until("what was copied", || {
        screen.tmux(&["show-buffer"]).trim() == "rpprof top -t cpu --min-share 0 go_cpu.pb.gz"
    });
    screen.press("q");
    screen.is_given_back("0");
}

#[test]
fn a_file_that_changes_is_read_again() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("cpu.pb.gz");
    let runs = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/runs");
    std::fs::copy(runs.join("old_1.pb.gz"), &path).expect("it can be copied");
    let command = format!("rpprof tui '{}' --watch 200ms", path.display());
    let Some(screen) = Screen::new("watch", &command) else { return };
    screen.shows("[every 200ms]");
    screen.press("3");
    screen.shows("self function");
    std::fs::copy(runs.join("new_1.pb.gz"), &path).expect("it can be copied");
    screen.shows("[read ");
    screen.shows("self function");
    screen.press("P");
    screen.shows(", paused]");
    screen.press("q");
    screen.is_given_back("0");
}

/// Answers with a file, or, where there is none any more, with an error.
fn serve(path: PathBuf) -> std::net::SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("there is a port");
    let address = listener.local_addr().expect("it has an address");
    std::thread::spawn(move || {
        use std::io::{Read, Write};
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 4096]);
            let (status, body) = match std::fs::read(&path) {
                Ok(body) => ("200 OK", body),
                Err(_) => ("503 Service Unavailable", Vec::new()),
            };
            let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
        }
    });
    address
}

#[test]
fn a_server_is_asked_again_and_what_was_there_stays() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("heap.pb.gz");
    let runs = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/runs");
    std::fs::copy(runs.join("old_1.pb.gz"), &path).expect("it can be copied");
    let address = serve(path.clone());
    let Some(screen) = Screen::new("server", &format!("rpprof tui http://{address}/heap --watch 200ms")) else {
        return;
    };
    screen.shows("[read ");
    std::fs::remove_file(&path).expect("it is there");
    screen.shows("503");
    assert!(screen.shows("tried every 200ms").contains("runtime."), "the old profile stays");
    std::fs::copy(runs.join("new_1.pb.gz"), &path).expect("it can be copied");
    wait_until("the next answer", || !screen.tmux(&["capture-pane", "-p"]).contains("tried every"));
    screen.press("q");
    screen.is_given_back("0");
    let Some(screen) = Screen::new("no-server", &format!("rpprof tui http://{address}/heap")) else { return };
    screen.shows("flat");
    std::fs::remove_file(&path).expect("it is there");
    screen.press("R");
    screen.shows("not read again: the server says 503");
    screen.press("q");
    screen.is_given_back("0");
    let Some(screen) = Screen::new("server-fault", &format!("rpprof tui http://{address}/heap")) else { return };
    assert!(screen.shows("ended with 2").contains("503"));
}
