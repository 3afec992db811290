//! What comes from the terminal: keys, the mouse, and what it says of its background.

use std::io::{self, Write};
use std::time::{Duration, Instant};

use crossterm::event::{self, Event as TerminalEvent, KeyEvent, KeyEventKind};

use super::background::{Awaited, Heard, QUESTION};
use super::terminal::SCREEN;
use super::update::Event;

/// An answer comes in one piece: after so long a silence what was held back of one was typed.
const SILENCE: Duration = Duration::from_millis(100);
/// How long an answer is waited for before the terminal is given back, which would type it into the shell.
const LAST_WAIT: Duration = Duration::from_millis(100);
/// After so long the terminal is one that does not answer.
const LATE: Duration = Duration::from_secs(1);

/// Reads what comes from the terminal.
pub(super) struct TerminalInput {
    begin: Instant,
    /// The answer of the terminal that has not come yet, and when it was asked for.
    awaited: Option<(Awaited, Instant)>,
    /// When the newest key came that may be part of the answer.
    held_at: Instant,
}

impl TerminalInput {
    pub(super) fn new() -> Self {
        let begin = Instant::now();
        Self { begin, awaited: None, held_at: begin }
    }

    /// Asks the terminal what its background is like; an event tells it, if there is an answer.
    ///
    /// # Errors
    /// What the terminal says.
    pub(super) fn ask_for_background(&mut self) -> io::Result<()> {
        let _screen = SCREEN.lock();
        let mut stdout = io::stdout();
        stdout.write_all(QUESTION.as_bytes())?;
        stdout.flush()?;
        self.awaited = Some((Awaited::default(), Instant::now()));
        Ok(())
    }

    /// Waits until something comes, no longer than `wait`, and takes in all that is there.
    ///
    /// # Errors
    /// What the terminal says.
    pub(super) fn read(&mut self, wait: Duration, events: &mut Vec<Event>) -> io::Result<()> {
        let wait = if self.is_holding() { wait.min(SILENCE) } else { wait };
        let mut next = event::poll(wait)?;
        while next {
            match event::read()? {
                TerminalEvent::Key(key) if key.kind != KeyEventKind::Release => self.take(key, events),
                TerminalEvent::Mouse(mouse) => {
                    let millis = u64::try_from(self.begin.elapsed().as_millis()).unwrap_or(u64::MAX);
                    events.push(Event::Mouse(mouse, millis));
                }
                TerminalEvent::Paste(text) => events.push(Event::Paste(text)),
                TerminalEvent::Resize(width, height) => events.push(Event::Resize(width, height)),
                _ => {}
            }
            next = event::poll(Duration::ZERO)?;
        }
        if self.is_holding() && self.held_at.elapsed() >= SILENCE {
            self.give_up(events);
        }
        Ok(())
    }

    /// Waits a little for an answer that has not come yet, before the terminal is given back.
    ///
    /// # Errors
    /// What the terminal says.
    pub(super) fn settle(&mut self, events: &mut Vec<Event>) -> io::Result<()> {
        let end = Instant::now() + LAST_WAIT;
        while self.awaited.as_ref().is_some_and(|(_, asked_at)| asked_at.elapsed() < LATE) {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            self.read(left, events)?;
        }
        self.give_up(events);
        Ok(())
    }

    fn is_holding(&self) -> bool {
        self.awaited.as_ref().is_some_and(|(awaited, _)| awaited.is_holding())
    }

    fn take(&mut self, key: KeyEvent, events: &mut Vec<Event>) {
        let Some((awaited, asked_at)) = &mut self.awaited else { return events.push(Event::Key(key)) };
        if asked_at.elapsed() >= LATE {
            awaited.grow_late();
        }
        self.held_at = Instant::now();
        match awaited.take(key) {
            Heard::Keys(keys) => events.extend(keys.into_iter().map(Event::Key)),
            Heard::Answer(background) => {
                self.awaited = None;
                events.extend(background.map(Event::Background));
            }
        }
    }

    fn give_up(&mut self, events: &mut Vec<Event>) {
        if let Some((awaited, _)) = &mut self.awaited {
            events.extend(awaited.give_up().into_iter().map(Event::Key));
        }
    }
}
