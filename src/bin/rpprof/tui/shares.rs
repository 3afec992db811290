//! What percentages are of.

use super::state::{State, View};
use super::tree::TOP;

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
        rpprof::report::percent(value, whole).trim().to_owned()
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
        if self.shares == Shares::Hidden { String::new() } else { format!("{text:>7} ") }
    }
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
