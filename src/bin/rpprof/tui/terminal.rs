//! The terminal: taken, given back whatever happens.

use std::io::{self, IsTerminal, Write};
use std::panic;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::event::{DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture};
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use crossterm::{cursor, execute};

/// Held while something is written to the terminal.
pub(super) static SCREEN: Mutex<()> = Mutex::new(());
/// Whether what was drawn is gone and has to be drawn whole.
pub(super) static IS_STALE: AtomicBool = AtomicBool::new(false);
static HAS_MOUSE: AtomicBool = AtomicBool::new(false);
static IS_TAKEN: AtomicBool = AtomicBool::new(false);

/// Returns whether there is a terminal to draw on: standard output, or in its place the one that somebody is at.
pub(super) fn is_there() -> bool {
    io::stdout().is_terminal() || io::stderr().is_terminal() && take_place_of_output().is_ok()
}

/// Makes the terminal that the program was begun on its standard output, which goes elsewhere.
#[cfg(unix)]
fn take_place_of_output() -> io::Result<()> {
    let terminal = std::fs::File::options().read(true).write(true).open("/dev/tty")?;
    Ok(rustix::stdio::dup2_stdout(terminal)?)
}

/// Nothing takes its place here.
#[cfg(not(unix))]
fn take_place_of_output() -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Returns whether the terminal may be asked for its colours: some write the question down, and GNU screen asks it again
/// for other programs.
pub(super) fn may_answer() -> bool {
    let term = std::env::var("TERM").unwrap_or_default();
    let is_screen = std::env::var_os("STY").is_some();
    cfg!(unix) && !is_screen && !["", "dumb", "linux"].contains(&term.as_str()) && !term.starts_with("eterm")
}

/// Has the terminal as long as it lives.
pub(super) struct Taken;

impl Taken {
    /// Takes the terminal; a panic and signals give it back.
    ///
    /// # Errors
    /// What the terminal says.
    pub(super) fn new(has_mouse: bool) -> io::Result<Self> {
        HAS_MOUSE.store(has_mouse, Ordering::Relaxed);
        let tell = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let _ = give_back();
            tell(info);
        }));
        #[cfg(unix)]
        watch_signals()?;
        #[cfg(unix)]
        watch_terminal();
        take()?;
        Ok(Self)
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        // If the terminal is gone there is nothing to restore.
        let _ = give_back();
    }
}

/// Goes over to the second screen, where keys come as they are pressed.
pub(super) fn take() -> io::Result<()> {
    enable_raw_mode()?;
    IS_TAKEN.store(true, Ordering::SeqCst);
    execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste, cursor::Hide)?;
    if HAS_MOUSE.load(Ordering::Relaxed) {
        execute!(io::stdout(), EnableMouseCapture)?;
    }
    IS_STALE.store(true, Ordering::SeqCst);
    Ok(())
}

/// Takes the mouse if it is the terminal's, or leaves it to that; returns whether it is taken.
pub(super) fn turn_mouse() -> io::Result<bool> {
    let is_taken = !HAS_MOUSE.fetch_xor(true, Ordering::Relaxed);
    if is_taken {
        execute!(io::stdout(), EnableMouseCapture)?;
    } else {
        execute!(io::stdout(), DisableMouseCapture)?;
    }
    Ok(is_taken)
}

/// Makes the terminal what it was.
pub(super) fn give_back() -> io::Result<()> {
    if !IS_TAKEN.swap(false, Ordering::SeqCst) {
        return Ok(());
    }
    let mut stdout = io::stdout();
    let written = execute!(stdout, DisableMouseCapture, DisableBracketedPaste, LeaveAlternateScreen, cursor::Show);
    disable_raw_mode()?;
    written?;
    stdout.flush()
}

/// Stops the program as Ctrl-Z does elsewhere; returns when it goes on.
#[cfg(unix)]
pub(super) fn suspend() -> io::Result<()> {
    use signal_hook::consts::SIGTSTP;
    let _screen = SCREEN.lock();
    give_back()?;
    signal_hook::low_level::emulate_default_handler(SIGTSTP)?;
    take()
}

/// There are no shells with jobs here.
#[cfg(not(unix))]
pub(super) fn suspend() -> io::Result<()> {
    Ok(())
}

/// Gives the terminal back where a signal ends or stops the program.
#[cfg(unix)]
fn watch_signals() -> io::Result<()> {
    use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
    let mut signals = signal_hook::iterator::Signals::new([SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGCONT])?;
    std::thread::spawn(move || {
        for signal in signals.forever() {
            match signal {
                SIGTSTP => {
                    let _ = suspend();
                }
                // Whoever stopped the program without asking may have changed the terminal.
                SIGCONT => {
                    let _screen = SCREEN.lock();
                    if IS_TAKEN.load(Ordering::SeqCst) {
                        let _ = take();
                    }
                }
                _ => {
                    // A thread that draws to a terminal that is gone may never let go of it.
                    let _screen = SCREEN.try_lock();
                    let _ = give_back();
                    let _ = signal_hook::low_level::emulate_default_handler(signal);
                }
            }
        }
    });
    Ok(())
}

/// How often it is looked whether the terminal is still there.
#[cfg(unix)]
const LOOKS_AFTER: std::time::Duration = std::time::Duration::from_millis(500);

/// Ends the program when the terminal is gone.
///
/// The system tells by a signal those only whose own terminal it is, and reading keys of a terminal that is gone takes
/// a whole processor and never ends.
#[cfg(unix)]
fn watch_terminal() {
    std::thread::spawn(|| {
        while io::stdout().is_terminal() {
            std::thread::sleep(LOOKS_AFTER);
        }
        let _ = signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGHUP);
    });
}
