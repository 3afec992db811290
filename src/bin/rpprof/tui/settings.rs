//! What the interface does as its user wants.

use super::config::ClipboardChoice;
use super::key::{Action, Binding, KEYS};
use super::state::View;

/// What is not the same for all users.
#[derive(Clone, Copy, Debug)]
pub(super) struct Settings {
    /// The table of keys.
    pub(super) keys: &'static [Binding],
    /// The command that edits a file; lives as long as the program.
    pub(super) editor: Option<&'static str>,
    pub(super) clipboard: ClipboardChoice,
}

impl Default for Settings {
    fn default() -> Self {
        Self { keys: KEYS, editor: None, clipboard: ClipboardChoice::Auto }
    }
}

impl Settings {
    /// Returns the first key of an action in a view, if it has one.
    pub(super) fn key_of(&self, action: Action, view: View) -> Option<&'static str> {
        let mut here = self.keys.iter().filter(|binding| binding.holds_in(view));
        here.find(|binding| binding.action == action)?.keys.first().copied()
    }
}
