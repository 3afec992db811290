//! What was typed, as lines of a file that can be played again.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use super::key::key_text;
use super::state::{Effect, State};
use super::theme::Depth;
use super::update::{Event, update};
use super::{Links, ansi, perform, view};
use crate::failure::Failure;

/// What the browser does without anybody at its keys.
#[derive(Clone, Debug, Default)]
pub(crate) struct Play {
    /// What happens first.
    events: VecDeque<Event>,
    /// Where what is typed is written.
    pub(crate) record: Option<PathBuf>,
    /// How large the picture is that is printed; `None` if it is shown on a terminal.
    pub(crate) frame: Option<(u16, u16)>,
}

impl Play {
    /// Takes what was recorded in a file, and then some keys.
    ///
    /// # Errors
    /// What keeps the file from being read, or a line that is none of a recording.
    pub(crate) fn new(replay: Option<&Path>, keys: &[String]) -> Result<Self, Failure> {
        let mut events = VecDeque::new();
        if let Some(path) = replay {
            let at = || path.display().to_string();
            let text = fs::read_to_string(path).map_err(|error| Failure::new(error.to_string()).at(at()))?;
            for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
                let event = parse(line)
                    .ok_or_else(|| Failure::new(format!("line {number}, {line:?}, is none of a recording")).at(at()))?;
                events.push_back(event);
            }
        }
        for key in keys {
            let key = key_of(key).ok_or_else(|| Failure::new(format!("{key:?} is no key")).at("--keys"))?;
            events.push_back(Event::Key(key));
        }
        Ok(Self { events, ..Self::default() })
    }
}

/// Returns the key that is written so in the table of keys.
pub(super) fn key_of(text: &str) -> Option<KeyEvent> {
    let mut modifiers = KeyModifiers::NONE;
    let mut name = text;
    for (prefix, modifier) in [("ctrl-", KeyModifiers::CONTROL), ("alt-", KeyModifiers::ALT)] {
        if let Some(rest) = name.strip_prefix(prefix) {
            (modifiers, name) = (modifiers | modifier, rest);
        }
    }
    let code = match name {
        "enter" => KeyCode::Enter,
        "esc" => KeyCode::Esc,
        "backspace" => KeyCode::Backspace,
        "tab" => KeyCode::Tab,
        "shift-tab" => KeyCode::BackTab,
        "up" => KeyCode::Up,
        "down" => KeyCode::Down,
        "left" => KeyCode::Left,
        "right" => KeyCode::Right,
        "pageup" => KeyCode::PageUp,
        "pagedown" => KeyCode::PageDown,
        "home" => KeyCode::Home,
        "end" => KeyCode::End,
        "space" => KeyCode::Char(' '),
        _ => match (name.strip_prefix('f').and_then(|number| number.parse().ok()), name.chars().count()) {
            (Some(number @ 1..=12), 2..) => KeyCode::F(number),
            (_, 1) => KeyCode::Char(name.chars().next()?),
            _ => return None,
        },
    };
    Some(KeyEvent::new(code, modifiers))
}

/// What the mouse does, by the words of a recording.
const MOUSE: [(&str, MouseEventKind); 5] = [
    ("click", MouseEventKind::Down(MouseButton::Left)),
    ("menu", MouseEventKind::Down(MouseButton::Right)),
    ("drag", MouseEventKind::Drag(MouseButton::Left)),
    ("wheel-up", MouseEventKind::ScrollUp),
    ("wheel-down", MouseEventKind::ScrollDown),
];

/// Writes an event as a line; `None` if it is not one that a user makes, or that changes anything.
fn line_of(event: &Event) -> Option<String> {
    match event {
        Event::Key(key) => Some(format!("key {}", key_text(key))).filter(|line| parse(line).is_some()),
        Event::Paste(text) => Some(format!("paste {}", serde_json::to_string(text).ok()?)),
        Event::Resize(width, height) => Some(format!("size {width}x{height}")),
        Event::Mouse(mouse, millis) => {
            let (name, _) = MOUSE.iter().find(|(_, kind)| *kind == mouse.kind)?;
            let control = if mouse.modifiers.contains(KeyModifiers::CONTROL) { "ctrl-" } else { "" };
            Some(format!("{control}{name} {} {} {millis}", mouse.column, mouse.row))
        }
        Event::Background(_) | Event::Answer(_) | Event::News(_) => None,
    }
}

/// Reads a line of a recording.
fn parse(line: &str) -> Option<Event> {
    let (word, rest) = line.split_once(' ')?;
    match word {
        "key" => key_of(rest).map(Event::Key),
        "paste" => serde_json::from_str(rest).ok().map(Event::Paste),
        "size" => parse_size(rest).ok().map(|(width, height)| Event::Resize(width, height)),
        _ => {
            let (name, modifiers) = match word.strip_prefix("ctrl-") {
                Some(name) => (name, KeyModifiers::CONTROL),
                None => (word, KeyModifiers::NONE),
            };
            let kind = MOUSE.iter().find(|(known, _)| *known == name)?.1;
            let mut numbers = rest.split(' ');
            let (column, row) = (numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?);
            let millis = numbers.next()?.parse().ok()?;
            Some(Event::Mouse(MouseEvent { kind, column, row, modifiers }, millis))
        }
    }
}

/// Reads columns and rows, such as `120x40`.
///
/// # Errors
/// What is expected.
pub(crate) fn parse_size(text: &str) -> Result<(u16, u16), String> {
    let parts = text.split_once('x').and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?)));
    let is_fit = |&(width, height): &(u16, u16)| (1..=1000).contains(&width) && (1..=1000).contains(&height);
    parts.filter(is_fit).ok_or_else(|| "expected columns and rows up to 1000, such as 120x40".to_owned())
}

/// Writes what is typed.
pub(super) struct Recorder(Option<File>);

impl Recorder {
    /// Begins a recording, if there is to be one.
    ///
    /// # Errors
    /// What keeps the file from being written.
    pub(super) fn new(path: Option<&Path>) -> Result<Self, Failure> {
        let create = |path: &Path| {
            File::create(path).map_err(|error| Failure::new(error.to_string()).at(path.display().to_string()))
        };
        Ok(Self(path.map(create).transpose()?))
    }

    /// Adds an event.
    ///
    /// # Errors
    /// What keeps the file from being written.
    pub(super) fn add(&mut self, event: &Event) -> io::Result<()> {
        match (&mut self.0, line_of(event)) {
            (Some(file), Some(line)) => writeln!(file, "{line}"),
            _ => Ok(()),
        }
    }
}

/// Plays events, each when all is answered that was asked before; returns whether they end the browser.
///
/// # Errors
/// What the thread that computes, or the terminal, says.
pub(super) fn play(state: &mut State, play: &mut Play, links: &Links) -> Result<bool, Failure> {
    let (width, height) = state.size;
    let mut next = vec![Event::Resize(width, height)];
    loop {
        for event in next.drain(..) {
            for effect in update(state, event) {
                match effect {
                    Effect::Quit => return Ok(true),
                    // Where there is no terminal, nobody copies or edits.
                    Effect::Ask(_) => perform(state, effect, links)?,
                    _ if play.frame.is_none() => perform(state, effect, links)?,
                    _ => {}
                }
            }
        }
        if state.is_busy() {
            let answer = links.answers.recv().map_err(|_| Failure::new("the thread that computes has ended"))?;
            next.push(Event::Answer(answer));
        } else if let Some(event) = play.events.pop_front() {
            next.push(event);
        } else {
            return Ok(false);
        }
    }
}

/// Prints what is shown as text, with the colours that there are.
///
/// # Errors
/// What standard output says.
pub(super) fn print(state: &State) -> Result<(), Failure> {
    let (width, height) = state.size;
    let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("it is memory");
    terminal.draw(|frame| view::view(state, frame)).expect("it is memory");
    let text = ansi::text(terminal.backend().buffer(), state.theme.depth != Depth::Mono);
    io::stdout().write_all(text.as_bytes())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{line_of, parse, parse_size};

    #[test]
    fn what_is_recorded_is_played_as_it_was() {
        for line in [
            "key j",
            "key ctrl-w",
            "key alt-c",
            "key shift-tab",
            "key f",
            "key f1",
            "key space",
            "key é",
            "paste \"a\\n\\\"b\"",
            "size 120x40",
            "click 3 4 1200",
            "ctrl-wheel-up 0 9 5",
            "menu 1 2 3",
        ] {
            let event = parse(line).unwrap_or_else(|| panic!("{line}"));
            assert_eq!(line_of(&event).as_deref(), Some(line));
        }
        for line in ["", "key", "key nothing", "key f13", "paste a", "size 0x4", "click 1 2", "jump 1 2 3", "j"] {
            assert!(parse(line).is_none(), "{line}");
        }
        assert_eq!(parse_size("120x40"), Ok((120, 40)));
        assert!(parse_size("120").is_err() && parse_size("9999x1").is_err());
    }
}
