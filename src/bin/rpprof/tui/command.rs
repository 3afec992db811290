//! Commands in pprof's words: `focus=re`, `top20 -cum`, `list re`.

use rpprof::aggregate::{Granularity, Inlines};

use super::act::{go, go_into, perform, set_chip};
use super::action_names::named;
use super::chip::Chip;
use super::chips::change;
use super::coloring;
use super::help::Help;
use super::key::Action;
use super::request::Ask;
use super::search::How;
use super::state::{Effect, Order, State, View};

/// Does what a line says; `None` if it is no command of pprof's.
pub(super) fn run(state: &mut State, line: &str) -> Option<Vec<Effect>> {
    if let Some((name, value)) = line.split_once('=') {
        return set(state, name.trim(), value.trim());
    }
    let mut words = line.split_whitespace();
    let (first, arguments) = (words.next()?, words.collect::<Vec<_>>());
    let command = first.trim_end_matches(|c: char| c.is_ascii_digit());
    let expression = arguments.iter().find(|argument| !argument.starts_with(['-', '>'])).copied();
    match command {
        "top" | "text" => {
            state.order = if arguments.iter().any(|argument| argument.trim_start_matches('-') == "cum") {
                Order::Cum
            } else {
                Order::Flat
            };
            state.is_reversed = false;
            go(state, View::Top);
            state.places[View::Top as usize] = super::state::Place::default();
            if let Some(expression) = expression {
                set_chip(state, Chip::Focus(expression.to_owned()));
            }
            for ignored in arguments
                .iter()
                .filter_map(|argument| argument.strip_prefix('-'))
                .filter(|name| *name != "cum" && *name != "-cum")
            {
                set_chip(state, Chip::Ignore(ignored.to_owned()));
            }
        }
        "list" | "weblist" => go_to(state, View::Source, expression),
        "peek" => go_to(state, View::Butterfly, expression),
        "tree" | "traces" => go(state, View::Tree),
        "flame" | "web" | "flamegraph" => go(state, View::Flame),
        "tags" => go(state, View::Labels),
        "info" => go(state, View::Info),
        "disasm" => go_to(state, View::Disassembly, expression),
        "svg" => {
            // A file that is named so is written over in shells too.
            let named = line.split_once('>').map(|(_, name)| name.trim());
            let path = named.unwrap_or("flame.svg").into();
            return Some(vec![state.ask(Ask::Export { path, root: state.root, replaces: named.is_some() })]);
        }
        "base" => {
            let Some(file) = line.strip_prefix(first).map(str::trim).filter(|file| !file.is_empty()) else {
                state.complain("base FILE compares with an older profile");
                return Some(Vec::new());
            };
            state.tell("reading ...");
            return Some(vec![state.ask(Ask::Base(file.into()))]);
        }
        "help" | "o" | "options" => state.help = Some(Help::default()),
        "q" | "quit" | "exit" => return Some(vec![Effect::Quit]),
        ":" => return Some(perform(state, Action::Clear)),
        "cum" => state.order = Order::Cum,
        "flat" => state.order = Order::Flat,
        "noinlines" => change(state, |scope| scope.inlines = Inlines::Outermost),
        "functions" | "filefunctions" | "files" | "lines" | "addresses" | "modules" | "packages" => {
            return set(state, "granularity", command);
        }
        "focus" | "ignore" | "hide" | "show" | "show_from" | "prune_from" | "collapse" | "collapse_callees"
        | "focus_path" | "focus_leaf_path" => {
            return set(state, command, "");
        }
        _ => {
            let column = state.subject.types.iter().position(|(name, _)| name == first);
            let Some(column) = column else { return Some(perform(state, named(line)?)) };
            change(state, |scope| scope.sample_type = column);
        }
    }
    Some(Vec::new())
}

/// Shows a view of the heaviest function that matches, or of the one that is selected.
fn go_to(state: &mut State, view: View, expression: Option<&str>) {
    let Some(expression) = expression else { return go_into(state, view) };
    let regex = match How::default().expression(expression) {
        Ok(regex) => regex,
        Err(fault) => return state.complain(fault),
    };
    let Some(table) = state.table.clone() else { return state.complain("nothing is computed yet") };
    let name = |row: &u32| table.names.name(table.rows[*row as usize].frame);
    match table.by_cum.iter().map(name).find(|name| regex.is_match(name)) {
        Some(name) => {
            let name = name.to_owned();
            go_into(state, view);
            state.select(name);
            if view == View::Butterfly {
                super::find::to_center(state);
            }
        }
        None => state.complain(format!("no function matches {expression:?}")),
    }
}

/// Sets an option.
fn set(state: &mut State, name: &str, value: &str) -> Option<Vec<Effect>> {
    let chip: fn(String) -> Chip = match name {
        "focus" => Chip::Focus,
        "ignore" => Chip::Ignore,
        "hide" => Chip::Hide,
        "show" => Chip::Show,
        "show_from" => Chip::ShowFrom,
        "prune_from" => Chip::PruneFrom,
        "collapse_callees" => Chip::Callees,
        "focus_path" => Chip::Path,
        "focus_leaf_path" => Chip::LeafPath,
        "collapse" => Chip::Package,
        "label" => Chip::Label,
        "sample_index" => {
            let column = state.subject.types.iter().position(|(kind, _)| kind == value);
            match column.or_else(|| value.parse().ok().filter(|&column: &usize| column < state.subject.types.len())) {
                Some(column) => change(state, |scope| scope.sample_type = column),
                None => state.complain(format!("the profile has no column {value:?}")),
            }
            return Some(Vec::new());
        }
        "granularity" => {
            let granularity = match value {
                "functions" => Granularity::Functions,
                "filefunctions" => Granularity::FileFunctions,
                "files" => Granularity::Files,
                "lines" => Granularity::Lines,
                "addresses" => Granularity::Addresses,
                "modules" => Granularity::Modules,
                "packages" => Granularity::Packages,
                _ => {
                    state.complain(
                        "granularity is functions, filefunctions, files, lines, addresses, modules or packages",
                    );
                    return Some(Vec::new());
                }
            };
            change(state, |scope| scope.granularity = granularity);
            return Some(Vec::new());
        }
        "color" => {
            match named(&format!("color-{value}")) {
                Some(action) => return Some(perform(state, action)),
                None => coloring::set_label(state, value),
            }
            return Some(Vec::new());
        }
        "sort" => {
            state.order = if value == "cum" { Order::Cum } else { Order::Flat };
            return Some(Vec::new());
        }
        _ => return None,
    };
    if value.is_empty() {
        // As in pprof, an empty value takes the filter away.
        let is_other = |old: &Chip| std::mem::discriminant(old) != std::mem::discriminant(&chip(String::new()));
        change(state, |scope| scope.chips.retain(is_other));
    } else {
        set_chip(state, chip(value.to_owned()));
    }
    Some(Vec::new())
}
