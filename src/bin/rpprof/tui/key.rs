//! The table of keys: what each does, where. Help and the palette are made of it.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use rpprof::aggregate::Granularity;

use super::coloring::ColorBy;
use super::state::View;

/// What a key does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Action {
    Help,
    Palette,
    Back,
    Leave,
    Quit,
    Suspend,
    Go(View),
    /// Beside the list if there is place.
    Show(View),
    Pane,
    Expand,
    NextView,
    Visited,
    Ahead,
    Mouse,
    Hints,
    NextSibling,
    PreviousSibling,
    PreviousView,
    Up,
    Down,
    Left,
    Right,
    PageUp,
    PageDown,
    First,
    Last,
    Open,
    Parent,
    HotPath,
    Search,
    NextMatch,
    PreviousMatch,
    SearchName,
    FocusMatches,
    Focus,
    FocusPath,
    Ignore,
    Hide,
    Label,
    MyCode,
    CollapseCallees,
    CollapsePackage,
    CollapseRecursion,
    RemoveChip,
    Mean,
    Unit,
    Shares,
    More,
    Less,
    Undo,
    Redo,
    Clear,
    Invert,
    Flip,
    NextType,
    PreviousType,
    NextGranularity,
    By(Granularity),
    Inlines,
    Order,
    PreviousOrder,
    Reverse,
    NextSide,
    Scaling,
    PickBase,
    Edit,
    CopyCommand,
    CopyName,
    CopyPath,
    CopyTsv,
    CopyMarkdown,
    Export,
    Pause,
    ReadNow,
    Mark,
    Drop,
    NextPart,
    PreviousPart,
    ZoomTime,
    UnzoomTime,
    WholeTime,
    NextColors,
    Colors(ColorBy),
}

impl Action {
    /// Returns whether it is one of the things that are done with a row, or a box, besides moving to another.
    pub(super) fn is_of_menu(self) -> bool {
        self.is_of_row() && !self.is_move()
    }

    /// Returns whether it is about the row, or the box, at the cursor.
    pub(super) fn is_of_row(self) -> bool {
        self.is_move()
            || matches!(
                self,
                Self::Open
                    | Self::Parent
                    | Self::HotPath
                    | Self::SearchName
                    | Self::Focus
                    | Self::FocusPath
                    | Self::CollapseCallees
                    | Self::Ignore
                    | Self::Hide
                    | Self::CollapsePackage
                    | Self::CopyName
                    | Self::CopyPath
                    | Self::CopyTsv
                    | Self::CopyMarkdown
                    | Self::Edit
                    | Self::Show(_)
                    | Self::Mark
                    | Self::Drop
            )
    }

    /// Returns whether it has to wait for rows, or boxes, that are still computed: it is about one, or leads to one.
    pub(super) fn needs_rows(self) -> bool {
        self.is_of_row() || matches!(self, Self::Order | Self::PreviousOrder | Self::Reverse)
    }

    /// Returns whether it goes to another row or box.
    fn is_move(self) -> bool {
        matches!(
            self,
            Self::Up
                | Self::Down
                | Self::Left
                | Self::Right
                | Self::PageUp
                | Self::PageDown
                | Self::First
                | Self::Last
                | Self::NextMatch
                | Self::PreviousMatch
                | Self::NextPart
                | Self::PreviousPart
                | Self::NextSibling
                | Self::PreviousSibling
        )
    }
}

/// Keys that do the same.
#[derive(Debug)]
pub(crate) struct Binding {
    /// As [`key_text`] writes them; several that follow each other are divided by a space.
    pub(super) keys: &'static [&'static str],
    pub(super) action: Action,
    pub(super) text: &'static str,
    /// Where it does something; empty for everywhere.
    pub(super) views: &'static [View],
}

const FRAMES: &[View] = &[View::Top, View::Flame, View::Tree, View::Butterfly, View::LabelTop];
/// Views with something to search.
const SEARCHED: &[View] =
    &[View::Top, View::Flame, View::Tree, View::Butterfly, View::LabelTop, View::Source, View::Disassembly];
/// Views of lines of one function.
const CODE: &[View] = &[View::Source, View::Disassembly];
/// Lists with a detail beside them, and details.
const PANED: &[View] =
    &[View::Top, View::Tree, View::Butterfly, View::Source, View::Disassembly, View::Labels, View::LabelTop];
/// Views with a function to look at.
const FUNCTIONS: &[View] = &[View::Top, View::Flame, View::Tree, View::Butterfly, View::Source, View::Disassembly];
const PATHS: &[View] = &[View::Flame, View::Tree];
/// Where there may be boxes.
const BOXES: &[View] = &[View::Flame, View::Butterfly];
/// Where there may be boxes or branches beside each other.
const BRANCHES: &[View] = &[View::Flame, View::Tree, View::Butterfly];

const fn everywhere(keys: &'static [&'static str], action: Action, text: &'static str) -> Binding {
    Binding { keys, action, text, views: &[] }
}

const fn only(views: &'static [View], keys: &'static [&'static str], action: Action, text: &'static str) -> Binding {
    Binding { keys, action, text, views }
}

/// All keys, unless a configuration changes them; of those with the same key the first that does something in the view counts.
pub(super) const KEYS: &[Binding] = &[
    only(FRAMES, &["enter"], Action::Open, "open: callers and callees, zoom in, unfold"),
    only(
        &[View::Labels],
        &["enter", "f"],
        Action::Open,
        "keep the samples with this label, or with all that are marked",
    ),
    only(&[View::Labels], &["i"], Action::Drop, "drop the samples with this label, or with all that are marked"),
    only(&[View::Labels], &["space"], Action::Mark, "begin a range of values here, or forget it"),
    only(&[View::Labels], &["n", "}"], Action::NextPart, "next key"),
    only(&[View::Labels], &["N", "{"], Action::PreviousPart, "key before"),
    only(&[View::Labels], &["left", "h"], Action::Left, "fold the values of this key"),
    only(&[View::Labels], &["right", "l"], Action::Right, "list all values of this key"),
    only(&[View::Timeline], &["enter", "f"], Action::Open, "keep the samples of this time, or of all that is marked"),
    only(&[View::Timeline], &["i"], Action::Drop, "drop the samples of this time, or of all that is marked"),
    only(&[View::Timeline], &["space"], Action::Mark, "begin a range of time here, or forget it"),
    only(&[View::Timeline], &["left", "h"], Action::Left, "earlier"),
    only(&[View::Timeline], &["right", "l"], Action::Right, "later"),
    only(
        &[View::Timeline],
        &["z"],
        Action::ZoomTime,
        "the range that is marked, or half of the time around the cursor",
    ),
    only(&[View::Timeline], &["Z"], Action::UnzoomTime, "twice as much of the time"),
    only(&[View::Timeline], &["0"], Action::WholeTime, "all of the time"),
    only(&[View::Timeline], &["V"], Action::Flip, "functions over time, or a heat map of slices of time"),
    only(&[View::Timeline], &["n", "}"], Action::NextPart, "times of the next label that tells them"),
    only(&[View::Timeline], &["N", "{"], Action::PreviousPart, "times of the label before"),
    only(&[View::Flame], &["backspace"], Action::Parent, "zoom out to the caller"),
    only(PATHS, &["H"], Action::HotPath, "open the heaviest path below"),
    only(PATHS, &["v"], Action::Invert, "begin at the callers or at the innermost functions"),
    only(&[View::Flame], &["V"], Action::Flip, "draw from top to bottom or from bottom to top"),
    only(BOXES, &["K"], Action::NextColors, "colours of boxes: by package, binary, own weight, kind of code, label"),
    only(BOXES, &[], Action::Colors(ColorBy::Package), "colours of boxes by package"),
    only(BOXES, &[], Action::Colors(ColorBy::Binary), "colours of boxes by binary"),
    only(BOXES, &[], Action::Colors(ColorBy::Own), "colours of boxes by what they weigh by themselves"),
    only(BOXES, &[], Action::Colors(ColorBy::Kind), "colours of boxes: kernel, inlined, other"),
    only(BOXES, &[], Action::Colors(ColorBy::Label), "colours of boxes by a label; :color=KEY says which"),
    only(&[View::Butterfly], &["V"], Action::Flip, "callers and callees as lists, or as two icicles"),
    only(&[View::Top], &["o", ">"], Action::Order, "sort by the next column"),
    only(&[View::Top], &["<"], Action::PreviousOrder, "sort by the column before"),
    only(&[View::Top], &["O"], Action::Reverse, "turn the order around"),
    only(CODE, &["H"], Action::HotPath, "the next lighter line that weighs something; behind the last, the heaviest"),
    only(&[View::Source], &["E"], Action::Edit, "open the line in $EDITOR"),
    only(FRAMES, &["f"], Action::Focus, "keep the samples with this function"),
    only(FUNCTIONS, &["F"], Action::FocusPath, "keep the samples with this call path, or function in a list"),
    only(FRAMES, &["i"], Action::Ignore, "drop the samples with this function"),
    only(FRAMES, &["d"], Action::Hide, "hide this function: its callers get what it weighs"),
    everywhere(&["L"], Action::Label, "keep the samples that a label query fits"),
    everywhere(&["p"], Action::MyCode, "only frames of your own code, or all"),
    only(FUNCTIONS, &["c"], Action::CollapseCallees, "collapse: this function is charged with all that it calls"),
    only(FRAMES, &["C"], Action::CollapsePackage, "make this function's package one frame"),
    everywhere(&["r"], Action::CollapseRecursion, "calls of a function by itself as one frame, or each"),
    everywhere(
        &["# 1", "# 2", "# 3", "# 4", "# 5", "# 6", "# 7", "# 8", "# 9"],
        Action::RemoveChip,
        "take away the filter with this number; so does a click on it",
    ),
    everywhere(&["u"], Action::Undo, "undo the last change of filters, column or frames"),
    everywhere(&["ctrl-r"], Action::Redo, "redo what was undone"),
    everywhere(&["X"], Action::Clear, "clear all filters, the unit, means and what is left out"),
    only(SEARCHED, &["/"], Action::Search, "search a regular expression"),
    only(SEARCHED, &["n"], Action::NextMatch, "next match"),
    only(SEARCHED, &["N"], Action::PreviousMatch, "previous match"),
    only(FRAMES, &["*"], Action::SearchName, "search this name"),
    only(FRAMES, &["&"], Action::FocusMatches, "keep the samples with a match"),
    everywhere(&["t"], Action::NextType, "next column of values"),
    everywhere(&["T"], Action::PreviousType, "previous column of values"),
    only(&[View::Top], &["m"], Action::Mean, "sums, or means by the first column"),
    everywhere(&["U"], Action::Unit, "next unit"),
    everywhere(&["+"], Action::More, "leave out more of what weighs little"),
    everywhere(&["-"], Action::Less, "leave out less of what weighs little"),
    everywhere(&["%"], Action::Shares, "percentages of the whole, of what is shown or zoomed to, or none"),
    everywhere(&["g f"], Action::By(Granularity::Functions), "granularity: by functions"),
    everywhere(&["g F"], Action::By(Granularity::Files), "granularity: by files"),
    everywhere(&["g l"], Action::By(Granularity::Lines), "granularity: by lines"),
    everywhere(&["g a"], Action::By(Granularity::Addresses), "granularity: by addresses"),
    everywhere(&["g c"], Action::By(Granularity::Packages), "granularity: by packages, crates, namespaces"),
    everywhere(&["g m"], Action::By(Granularity::Modules), "granularity: by modules, the binaries"),
    everywhere(&["g n"], Action::NextGranularity, "granularity: the next of these"),
    everywhere(&["g i"], Action::Inlines, "inlined functions by themselves or with their callers"),
    everywhere(&["D"], Action::NextSide, "of two profiles: the difference, side by side, the old one, the new one"),
    everywhere(&["="], Action::Scaling, "of two profiles: compare at equal durations, or as measured"),
    everywhere(&["B"], Action::PickBase, "compare with an older profile"),
    everywhere(&["x"], Action::Show(View::Butterfly), "callers and callees of this function"),
    everywhere(&["s"], Action::Show(View::Source), "source of this function"),
    everywhere(&["a"], Action::Show(View::Disassembly), "instructions of this function"),
    everywhere(&["1"], Action::Go(View::Top), "table of functions"),
    everywhere(&["2"], Action::Go(View::Flame), "flame graph"),
    everywhere(&["3"], Action::Go(View::Tree), "call tree"),
    everywhere(&["4"], Action::Go(View::Butterfly), "callers and callees"),
    everywhere(&["5"], Action::Go(View::Source), "source"),
    everywhere(&["6"], Action::Go(View::Disassembly), "instructions"),
    everywhere(&["7"], Action::Go(View::Labels), "labels"),
    everywhere(&["8"], Action::Go(View::Timeline), "timeline"),
    everywhere(&["9"], Action::Go(View::Info), "what the profile holds"),
    everywhere(&["tab"], Action::NextView, "next view"),
    everywhere(&["shift-tab"], Action::PreviousView, "previous view"),
    only(PANED, &["ctrl-w"], Action::Pane, "from the list to the detail beside it, or back"),
    only(PANED, &["z"], Action::Expand, "this pane alone, or both; in the detail e as well"),
    everywhere(&["up", "k"], Action::Up, "up"),
    everywhere(&["down", "j"], Action::Down, "down"),
    only(BRANCHES, &["w"], Action::NextSibling, "next call at the same depth"),
    only(BRANCHES, &["b"], Action::PreviousSibling, "call before at the same depth"),
    only(BRANCHES, &["left", "h"], Action::Left, "left; fold"),
    only(BRANCHES, &["right", "l"], Action::Right, "right; unfold"),
    everywhere(&["pageup", "ctrl-u"], Action::PageUp, "a page up"),
    everywhere(&["pagedown", "ctrl-d"], Action::PageDown, "a page down"),
    everywhere(&["home", "g g"], Action::First, "to the beginning"),
    everywhere(&["end", "G"], Action::Last, "to the end"),
    everywhere(&["y"], Action::CopyCommand, "copy the command that prints this view"),
    only(FRAMES, &["Y"], Action::CopyName, "copy the function's name"),
    only(PATHS, &[], Action::CopyPath, "copy the call path, a line for each function"),
    only(FRAMES, &[], Action::CopyTsv, "copy the function's row, divided by tabs"),
    only(FRAMES, &[], Action::CopyMarkdown, "copy the function's row as a table of Markdown"),
    everywhere(
        &["e"],
        Action::Export,
        "write what is looked at: .svg, .html, .folded, .json, .speedscope.json or .pb.gz",
    ),
    everywhere(&[":", "ctrl-p"], Action::Palette, "commands, also pprof's: focus=re, top20 -cum, list re"),
    everywhere(&["R"], Action::ReadNow, "read the profile again"),
    everywhere(&["P"], Action::Pause, "stop to watch the profile, or go on"),
    everywhere(&["?", "f1"], Action::Help, "this help"),
    everywhere(&["esc"], Action::Back, "one step back: search, zoom, last filter"),
    everywhere(&["["], Action::Visited, "back to the view and function before"),
    everywhere(&["]"], Action::Ahead, "forward again"),
    everywhere(&["M"], Action::Mouse, "leave the mouse to the terminal, to select text with it, or take it back"),
    everywhere(&["alt-h"], Action::Hints, "hide the line of keys, or show it"),
    everywhere(&["ctrl-z"], Action::Suspend, "back to the shell for a while"),
    everywhere(&["q"], Action::Leave, "back to what this view was opened from; quit if that is all"),
    everywhere(&["Q", "ctrl-c"], Action::Quit, "quit"),
];

impl Binding {
    /// Writes the keys; of many the first and the last.
    pub(super) fn keys_text(&self) -> String {
        match self.keys {
            [first, _, _, .., last] if self.keys.len() > 4 => format!("{first} to {last}"),
            keys => keys.join(", "),
        }
    }

    /// Returns whether it does something in a view.
    pub(super) fn holds_in(&self, view: View) -> bool {
        self.views.is_empty() || self.views.contains(&view)
    }
}

/// What a key is in a view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    Action(Action),
    /// Another key has to follow.
    Prefix,
    Nothing,
}

/// Returns what keys mean that were pressed one after another, as `text` names them.
pub(super) fn meaning(keys: &'static [Binding], text: &str, view: View) -> Meaning {
    let here = || keys.iter().filter(|binding| binding.holds_in(view));
    if let Some(binding) = here().find(|binding| binding.keys.contains(&text)) {
        return Meaning::Action(binding.action);
    }
    let begins = |key: &&'static str| key.strip_prefix(text).is_some_and(|rest| rest.starts_with(' '));
    if here().any(|binding| binding.keys.iter().any(begins)) { Meaning::Prefix } else { Meaning::Nothing }
}

/// Writes a key as the table does.
pub(super) fn key_text(key: &KeyEvent) -> String {
    let name = match key.code {
        KeyCode::Char(' ') => "space".to_owned(),
        KeyCode::Char(c) => c.to_string(),
        KeyCode::BackTab => return "shift-tab".to_owned(),
        KeyCode::F(number) => format!("f{number}"),
        KeyCode::Enter => "enter".to_owned(),
        KeyCode::Esc => "esc".to_owned(),
        KeyCode::Backspace => "backspace".to_owned(),
        KeyCode::Tab => "tab".to_owned(),
        KeyCode::Up => "up".to_owned(),
        KeyCode::Down => "down".to_owned(),
        KeyCode::Left => "left".to_owned(),
        KeyCode::Right => "right".to_owned(),
        KeyCode::PageUp => "pageup".to_owned(),
        KeyCode::PageDown => "pagedown".to_owned(),
        KeyCode::Home => "home".to_owned(),
        KeyCode::End => "end".to_owned(),
        _ => return String::new(),
    };
    let control = if key.modifiers.contains(KeyModifiers::CONTROL) { "ctrl-" } else { "" };
    let alt = if key.modifiers.contains(KeyModifiers::ALT) { "alt-" } else { "" };
    format!("{control}{alt}{name}")
}

#[cfg(test)]
mod tests {
    use super::{KEYS, Meaning, meaning};
    use crate::tui::state::View;

    #[test]
    fn every_key_of_the_table_is_found_in_each_of_its_views() {
        for view in View::ALL.into_iter().chain([View::LabelTop]) {
            for (index, binding) in KEYS.iter().enumerate().filter(|(_, binding)| binding.holds_in(view)) {
                for key in binding.keys {
                    let first = KEYS[..index].iter().any(|other| other.holds_in(view) && other.keys.contains(key));
                    assert!(!first, "{key} has two meanings in {view:?}");
                    assert_eq!(meaning(KEYS, key, view), Meaning::Action(binding.action), "{key} in {view:?}");
                }
            }
        }
        assert_eq!(meaning(KEYS, "g", View::Top), Meaning::Prefix);
        assert_eq!(meaning(KEYS, "ctrl-alt-q", View::Top), Meaning::Nothing);
    }
}
