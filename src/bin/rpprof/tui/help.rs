//! The help: where one is in it, and what is looked for there.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::key::{Action, Meaning, key_text, meaning};
use super::state::{Effect, State};
use super::view::help_lines;

/// The help that is open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Help {
    /// The first line that is seen.
    pub(super) first: usize,
    /// Lines have all words of it.
    pub(super) query: String,
    /// Whether keys are for that.
    pub(super) is_typed: bool,
}

/// Takes in a key while the help is open.
pub(super) fn press(state: &mut State, key: &KeyEvent) -> Vec<Effect> {
    let text = key_text(key);
    let Some(help) = &mut state.help else { return Vec::new() };
    let is_char = !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT);
    match (text.as_str(), key.code) {
        ("esc", _) if help.is_typed || !help.query.is_empty() => *help = Help::default(),
        ("enter", _) if help.is_typed => help.is_typed = false,
        ("backspace", _) if help.is_typed => {
            help.is_typed = help.query.pop().is_some();
            help.first = 0;
        }
        ("ctrl-u", _) if help.is_typed => help.query.clear(),
        (_, KeyCode::Char(c)) if help.is_typed && is_char => {
            help.query.push(c);
            help.first = 0;
        }
        ("/", _) => (help.is_typed, help.first) = (true, 0),
        _ => {
            let Meaning::Action(action) = meaning(state.settings.keys, &text, state.view) else {
                state.help = None;
                return Vec::new();
            };
            return perform(state, action);
        }
    }
    Vec::new()
}

/// Scrolls the help; what does not scroll closes it.
pub(super) fn perform(state: &mut State, action: Action) -> Vec<Effect> {
    // The last line of the screen tells the keys.
    let page = usize::from(state.size.1).saturating_sub(1);
    let last = help_lines(state).len().saturating_sub(page);
    let Some(help) = &mut state.help else { return Vec::new() };
    let first = match action {
        Action::Up => help.first.saturating_sub(1),
        Action::Down => help.first.saturating_add(1),
        Action::PageUp => help.first.saturating_sub(page),
        Action::PageDown => help.first.saturating_add(page),
        Action::First => 0,
        Action::Last => usize::MAX,
        Action::Quit => return vec![Effect::Quit],
        _ => {
            state.help = None;
            return Vec::new();
        }
    };
    help.first = first.min(last);
    Vec::new()
}
