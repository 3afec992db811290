//! What a panic leaves of the terminal: this test runs itself in one.

use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::super::terminal::Taken;

/// Far more than anything takes; a test that waits so long fails.
const PATIENCE: Duration = Duration::from_secs(600);

/// What runs in the terminal.
#[test]
#[ignore = "it takes a terminal and panics; the other test runs it"]
fn takes_the_terminal_and_panics() {
    let _taken = Taken::new(true).expect("it runs in a terminal");
    panic!("out of luck");
}

#[test]
fn a_panic_gives_the_terminal_back_and_is_seen() {
    if Command::new("tmux").arg("-V").output().is_err() {
        eprintln!("skipped: tmux is not installed");
        return;
    }
    let socket = format!("rpprof-panic-{}", std::process::id());
    let tmux = |arguments: &[&str]| {
        let mut tmux = Command::new("tmux");
        // Not the shell of whoever runs the test.
        let output = tmux.args(["-L", &socket]).args(arguments).env("SHELL", "/bin/sh").output().expect("tmux runs");
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let own = std::env::current_exe().expect("a program knows its file");
    let test = "tui::tests::panics::takes_the_terminal_and_panics";
    let command = format!("RUST_BACKTRACE=0 '{}' --ignored --exact {test} --nocapture", own.display());
    tmux(&["-f", "/dev/null", "new-session", "-d", "-x", "100", "-y", "40", &format!("{command}; stty -a; cat")]);
    let begin = Instant::now();
    let screen = loop {
        let screen = tmux(&["capture-pane", "-p"]);
        if screen.contains("echoctl") || begin.elapsed() > PATIENCE {
            break screen;
        }
        sleep(Duration::from_millis(20));
    };
    let is_on = tmux(&["display-message", "-p", "#{alternate_on}#{mouse_any_flag}"]);
    tmux(&["kill-server"]);
    assert!(screen.contains("out of luck"), "{screen}");
    assert!(screen.contains(" echo ") && screen.contains(" icanon"), "{screen}");
    assert_eq!(is_on.trim(), "00");
}
