//! The table of keys with those that a configuration changes.

use std::collections::{BTreeMap, HashMap};

use toml::Spanned;

use super::{Fault, OneOrMore};
use crate::failure::nearest;
use crate::tui::action_names::{name, named, names};
use crate::tui::key::{Action, Binding, KEYS};
use crate::tui::state::View;

/// Keys that have names, as `key_text` writes them.
const NAMED: [&str; 28] = [
    "space",
    "enter",
    "esc",
    "backspace",
    "tab",
    "shift-tab",
    "up",
    "down",
    "left",
    "right",
    "pageup",
    "pagedown",
    "home",
    "end",
    "insert",
    "delete",
    "f1",
    "f2",
    "f3",
    "f4",
    "f5",
    "f6",
    "f7",
    "f8",
    "f9",
    "f10",
    "f11",
    "f12",
];

/// Makes the table of keys. It lives as long as the program, like the one that it is made from.
///
/// # Errors
/// An action or a key that there is not, or a key that would have two meanings.
pub(super) fn table(
    wanted: &BTreeMap<Spanned<String>, Spanned<OneOrMore>>,
    text: &str,
) -> Result<&'static [Binding], Fault> {
    if wanted.is_empty() {
        return Ok(KEYS);
    }
    let mut changed: HashMap<Action, (&'static [&'static str], usize)> = HashMap::new();
    for (action_name, keys) in wanted {
        let position = action_name.span().start;
        let Some(action) = named(action_name.get_ref()) else {
            let fault = Fault::new(text, position, format!("there is no action {:?}", action_name.get_ref()));
            return Err(fault.hint(match nearest(action_name.get_ref(), names()) {
                Some(other) => format!("did you mean {other}?"),
                None => "rpprof schema config names all actions".to_owned(),
            }));
        };
        let mut leaked: Vec<&'static str> = Vec::new();
        for key in keys.get_ref().texts() {
            check(key, text, position)?;
            leaked.push(Box::leak(key.clone().into_boxed_str()));
        }
        changed.insert(action, (leaked.leak(), position));
    }
    let bindings: Vec<Binding> = KEYS
        .iter()
        .map(|binding| {
            let keys = changed.get(&binding.action).map_or(binding.keys, |(keys, _)| keys);
            Binding { keys, action: binding.action, text: binding.text, views: binding.views }
        })
        .collect();
    for (action, (keys, position)) in sorted(&changed) {
        for view in View::ALL.into_iter().chain([View::LabelTop]) {
            let here = || bindings.iter().filter(|binding| binding.holds_in(view));
            if !here().any(|binding| binding.action == action) {
                continue;
            }
            for &key in keys {
                let Some((other, its)) = here()
                    .filter(|binding| binding.action != action)
                    .find_map(|binding| Some((binding.action, binding.keys.iter().find(|its| collide(key, its))?)))
                else {
                    continue;
                };
                let view = view.name();
                let message = if *its == key {
                    format!("{key:?} is the key of {} as well, in {view}", name(other))
                } else {
                    format!("{key:?} and {its:?}, the key of {}, begin alike, in {view}", name(other))
                };
                let fault = Fault::new(text, position, format!("{}: {message}", name(action)));
                return Err(fault.hint(format!("give {} another key, or none: {} = []", name(other), name(other))));
            }
        }
    }
    Ok(bindings.leak())
}

/// Returns the changes in the order of the file.
fn sorted<'c>(
    changed: &'c HashMap<Action, (&'static [&'static str], usize)>,
) -> Vec<(Action, (&'c [&'static str], usize))> {
    let mut sorted: Vec<_> = changed.iter().map(|(action, (keys, position))| (*action, (*keys, *position))).collect();
    sorted.sort_by_key(|(_, (_, position))| *position);
    sorted
}

/// Returns whether one of two keys would never be reached: they are equal, or one begins the other.
fn collide(one: &str, other: &str) -> bool {
    let begins = |short: &str, long: &str| long.strip_prefix(short).is_some_and(|rest| rest.starts_with(' '));
    one == other || begins(one, other) || begins(other, one)
}

/// Fails if it is no key: a character or a name, after `ctrl-` or `alt-`, or several of these divided by a space.
fn check(keys: &str, text: &str, position_bytes: usize) -> Result<(), Fault> {
    for key in keys.split(' ') {
        if key == "ctrl-c" {
            let fault = Fault::new(text, position_bytes, "ctrl-c quits, whatever else does");
            return Err(fault.hint("give the action another key"));
        }
        let bare = key.strip_prefix("ctrl-").unwrap_or(key);
        let bare = bare.strip_prefix("alt-").unwrap_or(bare);
        let is_character = bare.chars().count() == 1 && !bare.chars().any(|c| c.is_control() || c.is_whitespace());
        if is_character || NAMED.contains(&bare) {
            continue;
        }
        let fault = Fault::new(text, position_bytes, format!("there is no key {key:?}"));
        return Err(fault.hint(match nearest(bare, NAMED) {
            Some(other) => format!("did you mean {other}?"),
            None => {
                format!("keys are single characters and {}; ctrl- and alt- may stand before them", NAMED.join(", "))
            }
        }));
    }
    Ok(())
}
