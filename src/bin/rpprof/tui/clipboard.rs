//! Copying: by a program of this machine, or by the terminal.

use std::env;
use std::io::{self, Write};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::config::ClipboardChoice;

/// How long a program may take to take a text in.
const PATIENCE: Duration = Duration::from_secs(2);
/// How often it is looked whether it has.
const LOOKS_AFTER: Duration = Duration::from_millis(5);
/// What screen passes on at once.
const SCREEN_BYTES: usize = 700;

/// A way to copy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// A program with its arguments that reads the text from its standard input.
    Program(&'static [&'static str]),
    /// The escape sequence OSC 52, passed on by what is between here and the terminal.
    Terminal(Between),
}

/// What is between a program and the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Between {
    Nothing,
    Tmux,
    Screen,
}

/// Copies a text; returns by what.
///
/// # Errors
/// Why it could not be copied, in words.
pub(super) fn copy(text: &str, choice: ClipboardChoice) -> Result<&'static str, String> {
    let variable = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    let mut faults = Vec::new();
    for way in ways(choice, variable) {
        match way {
            Way::Program(command) => match run(command, text) {
                Ok(()) => return Ok(command[0]),
                // One that is not there is no fault of anybody's.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => faults.push(format!("{}: {error}", command[0])),
            },
            Way::Terminal(between) => {
                let mut stdout = io::stdout();
                let sequence = sequence(text, between);
                stdout
                    .write_all(sequence.as_bytes())
                    .and_then(|()| stdout.flush())
                    .map_err(|error| error.to_string())?;
                return Ok(match between {
                    Between::Nothing => "the terminal (OSC 52)",
                    Between::Tmux => "tmux (OSC 52)",
                    Between::Screen => "screen (OSC 52)",
                });
            }
        }
    }
    Err(match faults.is_empty() {
        true => "no program to copy with was found: wl-copy, xclip, xsel, pbcopy or clip.exe".to_owned(),
        false => faults.join("; "),
    })
}

/// Returns the ways to copy, the best one first.
fn ways(choice: ClipboardChoice, variable: impl Fn(&str) -> Option<String>) -> Vec<Way> {
    let is_set = |name: &str| variable(name).is_some();
    let mut ways = Vec::new();
    // The screen of whoever is here from another machine is not this machine's.
    let is_far = (is_set("SSH_CONNECTION") || is_set("SSH_TTY")) && choice == ClipboardChoice::Auto;
    if choice != ClipboardChoice::Osc52 && !is_far {
        if is_set("WAYLAND_DISPLAY") {
            ways.push(Way::Program(&["wl-copy"]));
        }
        if is_set("DISPLAY") {
            ways.push(Way::Program(&["xclip", "-selection", "clipboard"]));
            ways.push(Way::Program(&["xsel", "--clipboard", "--input"]));
        }
        if cfg!(target_os = "macos") {
            ways.push(Way::Program(&["pbcopy"]));
        }
        if cfg!(windows) || is_set("WSL_DISTRO_NAME") {
            ways.push(Way::Program(&["clip.exe"]));
        }
    }
    if choice != ClipboardChoice::Native {
        let between = match () {
            () if is_set("TMUX") => Between::Tmux,
            () if is_set("STY") => Between::Screen,
            () => Between::Nothing,
        };
        ways.push(Way::Terminal(between));
    }
    ways
}

/// Gives a program a text. One that has taken it in and stays, to hand it on, is left alone.
fn run(command: &[&str], text: &str) -> io::Result<()> {
    let mut child = Command::new(command[0])
        .args(&command[1..])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        match stdin.write_all(text.as_bytes()) {
            // It says why by its status.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
            written => written?,
        }
    }
    wait(&mut child)
}

fn wait(child: &mut Child) -> io::Result<()> {
    let begin = Instant::now();
    while begin.elapsed() < PATIENCE {
        match child.try_wait()? {
            Some(status) if status.success() => return Ok(()),
            Some(status) => return Err(io::Error::other(status.to_string())),
            None => std::thread::sleep(LOOKS_AFTER),
        }
    }
    Ok(())
}

/// Writes the sequence that puts a text into the terminal's clipboard.
fn sequence(text: &str, between: Between) -> String {
    let plain = format!("\x1b]52;c;{}\x07", base64(text.as_bytes()));
    match between {
        Between::Nothing => plain,
        // tmux takes the first one itself if `set-clipboard` is on, and passes the second one on if `allow-passthrough` is.
        Between::Tmux => format!("{plain}\x1bPtmux;{}\x1b\\", plain.replace('\x1b', "\x1b\x1b")),
        Between::Screen => {
            // It is ASCII, so each byte is a character.
            let parts = plain.as_bytes().chunks(SCREEN_BYTES);
            parts.map(|part| format!("\x1bP{}\x1b\\", String::from_utf8_lossy(part))).collect()
        }
    }
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for digit in 0..4 {
            let value = (bits >> (18 - 6 * digit)) & 63;
            text.push(if digit <= chunk.len() { char::from(DIGITS[value as usize]) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Between, ClipboardChoice, Way, base64, sequence, ways};

    #[test]
    fn bytes_become_digits() {
        for (bytes, digits) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("rpprof?", "cnBwcm9mPw==")] {
            assert_eq!(base64(bytes.as_bytes()), digits);
        }
    }

    #[test]
    fn the_way_is_that_to_the_screen_of_whoever_looks() {
        let names = |choice, set: &[&str]| {
            let ways = ways(choice, |name| set.contains(&name).then(|| "1".to_owned()));
            let name = |way: &Way| match way {
                Way::Program(command) => command[0].to_owned(),
                Way::Terminal(between) => format!("{between:?}"),
            };
            ways.iter().map(name).collect::<Vec<_>>().join(" ")
        };
        let (auto, native, osc52) = (ClipboardChoice::Auto, ClipboardChoice::Native, ClipboardChoice::Osc52);
        if cfg!(target_os = "linux") {
            assert_eq!(names(auto, &[]), "Nothing");
            assert_eq!(names(auto, &["WAYLAND_DISPLAY", "DISPLAY"]), "wl-copy xclip xsel Nothing");
            assert_eq!(names(auto, &["DISPLAY", "SSH_TTY", "TMUX"]), "Tmux");
            assert_eq!(names(auto, &["WSL_DISTRO_NAME", "STY"]), "clip.exe Screen");
            assert_eq!(names(native, &["DISPLAY", "SSH_TTY"]), "xclip xsel");
            assert_eq!(names(native, &[]), "");
        }
        assert_eq!(names(osc52, &["DISPLAY", "WAYLAND_DISPLAY"]), "Nothing");
    }

    #[test]
    fn sequences_are_passed_on() {
        assert_eq!(sequence("foo", Between::Nothing), "\x1b]52;c;Zm9v\x07");
        let inner = "\x1bPtmux;\x1b\x1b]52;c;Zm9v\x07\x1b\\";
        assert_eq!(sequence("foo", Between::Tmux), format!("\x1b]52;c;Zm9v\x07{inner}"));
        assert_eq!(sequence("foo", Between::Screen), "\x1bP\x1b]52;c;Zm9v\x07\x1b\\");
        let long = sequence(&"x".repeat(1200), Between::Screen);
        let whole: String = long.split("\x1b\\").filter_map(|part| part.strip_prefix("\x1bP")).collect();
        assert_eq!(whole, sequence(&"x".repeat(1200), Between::Nothing));
        assert_eq!(long.matches("\x1bP").count(), 3);
    }

    #[cfg(unix)]
    #[test]
    fn a_program_that_fails_is_told_and_one_that_works_has_the_text() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let path = folder.path().join("copied");
        let script: &'static str = Box::leak(format!("cat > {}", path.display()).into_boxed_str());
        super::run(&["sh", "-c", script], "a\nb").expect("it works");
        assert_eq!(std::fs::read_to_string(&path).expect("it is there"), "a\nb");
        assert!(super::run(&["sh", "-c", "exit 3"], "text").is_err());
        let error = super::run(&["rpprof-has-no-such-program"], "text").expect_err("it is not there");
        assert_eq!(error.kind(), std::io::ErrorKind::NotFound);
    }
}
