//! The line that is typed at the bottom: a search, a command, a query, a file.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::act::{perform, set_chip};
use super::action_names::name;
use super::chip::Chip;
use super::command;
use super::key::{Action, Binding, key_text};
use super::request::Ask;
use super::search::Search;
use super::state::{Effect, State};

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PromptKind {
    Search,
    Command,
    /// Commands about the row at the cursor.
    Menu,
    Label,
    Export,
    /// The same file again, which is there already.
    Replace,
}

/// A line that is typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Prompt {
    pub(super) kind: PromptKind,
    pub(super) text: String,
    /// Which of the commands that fit is chosen, if one is.
    pub(super) chosen: Option<usize>,
}

impl Prompt {
    pub(super) fn new(kind: PromptKind, text: &str) -> Self {
        Self { kind, text: text.to_owned(), chosen: None }
    }

    /// Begins to choose what is done with the row at the cursor.
    pub(super) fn menu() -> Self {
        Self { chosen: Some(0), ..Self::new(PromptKind::Menu, "") }
    }

    /// Returns whether commands are listed.
    pub(super) fn has_commands(&self) -> bool {
        matches!(self.kind, PromptKind::Command | PromptKind::Menu)
    }

    /// Returns why a query of labels that is typed is none yet.
    pub(super) fn fault(&self) -> Option<String> {
        let text = self.text.trim();
        if self.kind != PromptKind::Label || text.is_empty() {
            return None;
        }
        let fault = Chip::Label(text.to_owned()).fault()?;
        // The lines below the first show where it is.
        fault.lines().next().map(str::to_owned)
    }

    /// Returns what stands before the line.
    pub(super) fn sign(&self) -> &'static str {
        match self.kind {
            PromptKind::Search => "/",
            PromptKind::Command => ":",
            PromptKind::Menu => "do: ",
            PromptKind::Label => "label query: ",
            PromptKind::Export => "write to: ",
            PromptKind::Replace => "it is there, enter writes over it: ",
        }
    }
}

/// Returns the keys of the table whose description, or name, has all words of what is typed.
pub(super) fn fitting(state: &State) -> Vec<&'static Binding> {
    let Some(prompt) = state.prompt.as_ref().filter(|prompt| prompt.has_commands()) else {
        return Vec::new();
    };
    let words: Vec<String> = prompt.text.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let fits = |binding: &&Binding| {
        let text = format!("{} {}", binding.text.to_lowercase(), name(binding.action));
        binding.holds_in(state.view)
            && binding.action != Action::Palette
            && (prompt.kind == PromptKind::Command || binding.action.is_of_menu())
            && words.iter().all(|word| text.contains(word))
    };
    state.settings.keys.iter().filter(fits).collect()
}

pub(super) fn paste(state: &mut State, text: &str) -> Vec<Effect> {
    if let Some(prompt) = &mut state.prompt {
        prompt.text.extend(text.chars().filter(|c| !c.is_control()));
    }
    changed(state)
}

/// Takes in a key while something is typed.
pub(super) fn press(state: &mut State, key: &KeyEvent) -> Vec<Effect> {
    let text = key_text(key);
    let Some(prompt) = &mut state.prompt else { return Vec::new() };
    if prompt.kind == PromptKind::Search
        && let Some(how) = state.how.toggled(&text)
    {
        state.how = how;
        return changed(state);
    }
    match (text.as_str(), key.code) {
        ("esc", _) => {
            if prompt.kind == PromptKind::Search {
                state.search = None;
            }
            state.prompt = None;
            return Vec::new();
        }
        ("enter", _) => return finish(state),
        ("up" | "down", _) if prompt.has_commands() => {
            choose(state, text == "down");
            return Vec::new();
        }
        ("backspace", _) => {
            if prompt.text.pop().is_none() {
                state.prompt = None;
                return Vec::new();
            }
        }
        ("ctrl-u", _) => prompt.text.clear(),
        ("ctrl-w", _) => {
            let kept = prompt.text.trim_end().rfind(' ').map_or(0, |space| space + 1);
            prompt.text.truncate(kept);
        }
        (_, KeyCode::Char(c)) if !key.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) => {
            prompt.text.push(c);
        }
        _ => return Vec::new(),
    }
    changed(state)
}

/// Goes to the next of the commands that fit, or the one before.
pub(super) fn choose(state: &mut State, is_down: bool) {
    let count = fitting(state).len();
    let Some(prompt) = &mut state.prompt else { return };
    prompt.chosen = match prompt.chosen {
        _ if count == 0 => None,
        None => Some(if is_down { 0 } else { count - 1 }),
        Some(chosen) => Some(if is_down { (chosen + 1) % count } else { (chosen + count - 1) % count }),
    };
}

/// Searches while the expression is typed.
fn changed(state: &mut State) -> Vec<Effect> {
    let Some(prompt) = &mut state.prompt else { return Vec::new() };
    prompt.chosen = None;
    if prompt.kind == PromptKind::Replace {
        // Whoever changes the name means another file.
        prompt.kind = PromptKind::Export;
    }
    if prompt.kind != PromptKind::Search {
        return Vec::new();
    }
    let text = prompt.text.clone();
    if text.is_empty() {
        state.search = None;
        return Vec::new();
    }
    let how = state.how;
    let fault = how.expression(&text).err();
    let is_valid = fault.is_none();
    let pattern = how.pattern(&text);
    state.search = Some(Search { text, how, matches: None, fault });
    if is_valid { vec![state.ask(Ask::Search(pattern))] } else { Vec::new() }
}

/// Does what was typed.
pub(super) fn finish(state: &mut State) -> Vec<Effect> {
    let fitting = fitting(state);
    let Some(prompt) = state.prompt.take() else { return Vec::new() };
    let text = prompt.text.trim();
    match prompt.kind {
        PromptKind::Search => Vec::new(),
        PromptKind::Label if text.is_empty() => Vec::new(),
        PromptKind::Label => {
            if prompt.fault().is_some() {
                // It tells what is wrong, and what was typed can be made right.
                state.prompt = Some(prompt);
            } else {
                set_chip(state, Chip::Label(text.to_owned()));
            }
            Vec::new()
        }
        PromptKind::Export | PromptKind::Replace if text.is_empty() => Vec::new(),
        PromptKind::Export | PromptKind::Replace => {
            let (path, replaces) = (text.into(), prompt.kind == PromptKind::Replace);
            state.tell("writing ...");
            vec![state.ask(Ask::Export { path, root: state.root, replaces })]
        }
        PromptKind::Command | PromptKind::Menu => {
            if let Some(chosen) = prompt.chosen.and_then(|chosen| fitting.get(chosen)) {
                return perform(state, chosen.action);
            }
            if text.is_empty() {
                return Vec::new();
            }
            match command::run(state, text) {
                Some(effects) => effects,
                None => match fitting.as_slice() {
                    [only] => perform(state, only.action),
                    _ => {
                        state.complain(format!(
                            "{text:?} is no command; <palette> and part of its description finds one"
                        ));
                        Vec::new()
                    }
                },
            }
        }
    }
}
