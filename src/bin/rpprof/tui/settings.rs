//! What the interface does as its user wants.

use super::action_names::named;
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
    /// Writes keys in the place of the names of actions in `<>`; commands, if the actions have no keys.
    pub(super) fn keyed(&self, text: &str, view: View) -> String {
        let mut written = String::new();
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once('<') {
            written.push_str(before);
            match behind.split_once('>').and_then(|(name, rest)| Some((named(name)?, name, rest))) {
                Some((action, name, behind)) => {
                    match self.key_of(action, view).or_else(|| self.key_anywhere(action)) {
                        Some(key) => written.push_str(key),
                        None => written.extend([":", name]),
                    }
                    rest = behind;
                }
                None => {
                    written.push('<');
                    rest = behind;
                }
            }
        }
        written + rest
    }

    fn key_anywhere(&self, action: Action) -> Option<&'static str> {
        self.keys.iter().filter(|binding| binding.action == action).find_map(|binding| binding.keys.first().copied())
    }

    /// Returns the first key of an action in a view, if it has one.
    pub(super) fn key_of(&self, action: Action, view: View) -> Option<&'static str> {
        let mut here = self.keys.iter().filter(|binding| binding.holds_in(view));
        here.find(|binding| binding.action == action)?.keys.first().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::Settings;
    use crate::tui::key::{Action, Binding, KEYS};
    use crate::tui::state::View;

    #[test]
    fn words_name_the_keys_that_there_are() {
        let text = "<undo> undoes it, <redo> redoes it; a<b> c < d <nothing>";
        let written = Settings::default().keyed(text, View::Top);
        assert_eq!(written, "u undoes it, ctrl-r redoes it; a<b> c < d <nothing>");
        let changed = |binding: &Binding| Binding {
            keys: match binding.action {
                Action::Undo => &["U", "u"],
                Action::Redo => &[],
                _ => binding.keys,
            },
            ..*binding
        };
        let keys: Vec<Binding> = KEYS.iter().map(changed).collect();
        let settings = Settings { keys: keys.leak(), ..Settings::default() };
        assert!(settings.keyed(text, View::Top).starts_with("U undoes it, :redo redoes it;"));
    }
}
