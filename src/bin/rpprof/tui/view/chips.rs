//! The line of filters, and of what else is not as it was at the beginning.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use rpprof::aggregate::{Averaging, Granularity, Inlines, Root};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::super::chip::Chip;
use super::super::coloring;
use super::super::key::Action;
use super::super::layout::Zoom;
use super::super::sandwich;
use super::super::scope::{Scaling, Sides, granularity_name, quoted_files};
use super::super::shares::Shares;
use super::super::state::{State, View};
use super::super::time_window;
use super::{is_compact, put};

/// How many columns a filter has at most.
const CHIP: usize = 40;

/// What a chip stands for, and what is taken away with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Shown {
    /// A filter, by its place in the scope.
    Filter(usize),
    Granularity,
    Inlines,
    Mean,
    Unit,
    Least,
    Shares,
    Side,
    /// The labels that became frames.
    Groups,
    /// What colours stand for.
    Colors,
    /// Which part of the time is seen.
    Time,
    /// How the profile is read again.
    Live,
    Root,
    Zoom,
    /// The calls of icicles that are seen alone.
    Part,
}

/// Returns all chips, each with what it stands for.
pub(in super::super) fn chips(state: &State) -> Vec<(String, Shown)> {
    let scope = &state.scope;
    let filters = scope.chips.iter().map(Chip::text).enumerate();
    let mut chips: Vec<(String, Shown)> = filters.map(|(index, text)| (text, Shown::Filter(index))).collect();
    if scope.granularity != Granularity::Functions {
        chips.push((format!("by {}", granularity_name(scope.granularity)), Shown::Granularity));
    }
    if scope.inlines == Inlines::Outermost {
        chips.push(("no inlines".to_owned(), Shown::Inlines));
    }
    if scope.averaging == Averaging::Mean {
        let text = match (state.list_view(), state.detail_beside().is_some()) {
            (View::Top, false) => "mean",
            (View::Top, true) => "mean; beside it sums",
            (View::Labels, true) => "sums; beside them means",
            _ => "sums; the table has means",
        };
        chips.push((text.to_owned(), Shown::Mean));
    }
    if !scope.unit.is_empty() {
        chips.push((format!("in {}", scope.unit), Shown::Unit));
    }
    if scope.least > 0 {
        chips.push((format!("from {}%", scope.min_share() * 100.0), Shown::Least));
    }
    match state.shares {
        Shares::OfWhole => {}
        Shares::OfShown => chips.push(("% of what is shown".to_owned(), Shown::Shares)),
        Shares::Hidden => chips.push(("values".to_owned(), Shown::Shares)),
    }
    if !state.subject.grouped_by.is_empty() {
        chips.push((format!("grouped by {}", state.subject.grouped_by.join(", ")), Shown::Groups));
    }
    if let Some(base) = &state.subject.base {
        let normalized = state.table.as_ref().and_then(|table| table.compared.as_ref());
        let text = match scope.sides {
            Sides::Both => {
                let word = if state.is_beside() { "side by side" } else { "compared" };
                match (scope.scaling, normalized) {
                    (Scaling::None, _) => format!("{word}: values as measured"),
                    // There may be nothing to make equal.
                    (Scaling::Auto, Some(compared)) if compared.factor != 1.0 => {
                        format!("{word}: {}", compared.normalized)
                    }
                    (Scaling::Auto, _) => word.to_owned(),
                }
            }
            Sides::New => "the new profile alone".to_owned(),
            Sides::Old => format!("the old profile alone: {}", quoted_files(&base.files)),
        };
        chips.push((text, Shown::Side));
    }
    chips.extend(state.live.text().map(|text| (text, Shown::Live)));
    if state.root == Root::Leaves && matches!(state.view, View::Flame | View::Tree) {
        chips.push(("from the leaves".to_owned(), Shown::Root));
    }
    chips.extend(coloring::text(state).map(|text| (text, Shown::Colors)));
    if state.view == View::Timeline {
        chips.extend(time_window::text(state).map(|text| (text, Shown::Time)));
    }
    chips.extend(sandwich::part_text(state).map(|text| (text, Shown::Part)));
    if let Some(tree) = state.tree.as_ref().filter(|_| state.view == View::Flame && state.zoom != Zoom::default()) {
        let more = if state.zoom.first_child > 0 { " (small ones)" } else { "" };
        chips.push((format!("zoom:{}{more}", tree.name(state.zoom.node)), Shown::Zoom));
    }
    chips
}

/// Returns the chips as they are drawn, with where they begin.
fn placed(state: &State) -> Vec<(usize, String, Shown)> {
    let mut start = 0;
    // A number says which key takes it away.
    let begins = |key: &&str| key.strip_prefix(state.prefix.as_str()).is_some_and(|rest| rest.starts_with(' '));
    let mut removing = state.settings.keys.iter().filter(|binding| binding.action == Action::RemoveChip);
    let is_numbered = !state.prefix.is_empty() && removing.any(|binding| binding.keys.iter().any(begins));
    let cross = if state.theme.is_ascii { "x" } else { "×" };
    let place = |(number, (text, shown)): (usize, (String, Shown))| {
        let number = if is_numbered && number < 9 { format!("{} ", number + 1) } else { String::new() };
        let cross = if matches!(shown, Shown::Side | Shown::Groups | Shown::Live) {
            String::new()
        } else {
            format!(" {cross}")
        };
        let text = format!("[{number}{}{cross}]", short_chip(&text, state.theme.is_ascii));
        let placed = (start, text, shown);
        start += placed.1.width() + 1;
        placed
    };
    chips(state).into_iter().enumerate().map(place).collect()
}

pub(super) fn has_chips(state: &State) -> bool {
    !chips(state).is_empty()
}

pub(super) fn draw(state: &State, buffer: &mut Buffer) {
    let placed = placed(state);
    if !placed.is_empty() {
        let texts: Vec<String> = placed.into_iter().map(|(_, text, _)| text).collect();
        put(buffer, Rect::new(0, 2, state.size.0, 1), 0, &texts.join(" "), state.theme.chip());
    }
}

/// Returns what the chip at a place of the screen stands for.
pub(in super::super) fn chip_at(state: &State, column: u16, row: u16) -> Option<Shown> {
    if is_compact(state) || row != 2 {
        return None;
    }
    let column = usize::from(column);
    let is_there = |(start, text, _): &(usize, String, Shown)| column >= *start && column < start + text.width();
    placed(state).into_iter().find(is_there).map(|(_, _, shown)| shown)
}

/// Shortens what a chip shows to its beginning and its end, which tells more than its middle.
fn short_chip(text: &str, is_ascii: bool) -> String {
    if text.width() <= CHIP {
        return text.to_owned();
    }
    let (head, tail) = text.split_at(text.find(':').map_or(0, |colon| colon + 1));
    let mark = if is_ascii { ".." } else { "…" };
    let room = CHIP.saturating_sub(head.width() + mark.width());
    let (mut start, mut used) = (tail.len(), 0);
    for (index, c) in tail.char_indices().rev() {
        used += c.width().unwrap_or(0);
        if used > room {
            break;
        }
        start = index;
    }
    format!("{head}{mark}{}", &tail[start..])
}

#[cfg(test)]
mod tests {
    use super::short_chip;

    #[test]
    fn chips_keep_what_they_are_and_their_end() {
        for (text, shown) in [
            ("focus:^main\\.run$", "focus:^main\\.run$"),
            (
                "focus:^example\\.com/orders/store\\.\\(\\*Store\\)\\.Insert$",
                "focus:…rders/store\\.\\(\\*Store\\)\\.Insert$",
            ),
            ("label:日本語の関数の名前は長い長い長い長い長いです", "label:…の名前は長い長い長い長い長いです"),
        ] {
            assert_eq!(short_chip(text, false), shown);
        }
    }
}
