//! What percentages are of.

use super::state::{State, View};
use super::tree::TOP;

/// Columns of a share in a table.
const COLUMN: usize = 7;

/// What percentages are of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Shares {
    /// All samples, whatever the filters leave.
    #[default]
    OfWhole,
    /// What the filters leave or, in a flame graph, what is zoomed to.
    OfShown,
    /// There are values alone.
    Hidden,
}

impl State {
    /// Writes what part a value is of what percentages are of; nothing if there are none.
    pub(super) fn share(&self, view: View, value: i64) -> String {
        let whole = match self.shares {
            Shares::OfWhole => self.total(),
            Shares::OfShown => self.shown_total(view),
            Shares::Hidden => return String::new(),
        };
        written(value, whole)
    }

    fn shown_total(&self, view: View) -> i64 {
        match &self.tree {
            Some(tree) if view == View::Flame && self.zoom.node != TOP => tree.node(self.zoom.node).total,
            _ => self.totals().map_or(0, |totals| totals.shown),
        }
    }

    /// Writes a share as a column of a table, with a space behind it; nothing if there are none.
    pub(super) fn share_column(&self, view: View, value: i64) -> String {
        self.shares_column(&self.share(view, value))
    }

    /// Writes what stands in a column of shares, with a space behind it; nothing if there is no such column.
    pub(super) fn shares_column(&self, text: &str) -> String {
        if self.shares == Shares::Hidden { String::new() } else { format!("{text:>COLUMN$} ") }
    }
}

/// Below this share of a whole digits say nothing, and have no place in a column.
const LEAST: f64 = 1e-5;

/// Writes what part a value is of a whole.
pub(super) fn written(value: i64, whole: i64) -> String {
    let is_tiny = value != 0 && whole != 0 && (value as f64 / whole as f64).abs() < LEAST;
    if is_tiny { "<0.001%".to_owned() } else { rpprof::report::percent(value, whole).trim().to_owned() }
}

/// Goes on to the next of what percentages may be of.
pub(super) fn step(state: &mut State) {
    if state.scope.is_diff() {
        return state.tell("percentages of a comparison are of the old values");
    }
    let (next, text) = match state.shares {
        Shares::OfWhole => (Shares::OfShown, "percentages of what the filters leave, and of what is zoomed to"),
        Shares::OfShown => (Shares::Hidden, "values without percentages"),
        Shares::Hidden => (Shares::OfWhole, "percentages of all samples"),
    };
    state.shares = next;
    state.tell(text);
}

#[cfg(test)]
mod tests {
    use super::{COLUMN, written};

    #[test]
    fn a_tiny_share_is_written_in_one_way_and_as_wide_as_its_column() {
        for (value, expected) in [(100, "100%"), (25, "25.00%"), (0, "0%")] {
            assert_eq!(written(value, 100), expected);
        }
        for (whole, expected) in [
            (40_000, "0.0025%"),
            (100_000, "0.001%"),
            (110_000, "<0.001%"),
            (2_000_000, "<0.001%"),
            (1 << 40, "<0.001%"),
        ] {
            assert_eq!(written(1, whole), expected, "1 of {whole}");
            assert_eq!(written(-1, whole), expected, "-1 of {whole}");
            assert!(expected.len() <= COLUMN);
        }
        assert_eq!(written(1234, 1), "123400.00%", "what is not tiny stays");
        assert_eq!(written(1, 0), "0%", "there is no part of nothing");
    }
}
