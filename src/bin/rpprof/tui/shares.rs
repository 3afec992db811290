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
        self.shares_column(narrow(&self.share(view, value)))
    }

    /// Writes what stands in a column of shares, with a space behind it; nothing if there is no such column.
    pub(super) fn shares_column(&self, text: &str) -> String {
        if self.shares == Shares::Hidden { String::new() } else { format!("{text:>COLUMN$} ") }
    }
}

/// Returns a share as it has place in a column: the digits of tiny ones are too many.
pub(super) fn narrow(share: &str) -> &str {
    let is_tiny = share.starts_with("0.0") || share.contains("e-");
    if is_tiny && share.len() > COLUMN { "<0.001%" } else { share }
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
    use super::narrow;

    #[test]
    fn a_tiny_share_is_no_wider_than_its_column() {
        for (value, expected) in [(100, "100%"), (25, "25.00%"), (0, "0%")] {
            assert_eq!(narrow(rpprof::report::percent(value, 100).trim()), expected);
        }
        for (whole, expected) in [(40_000, "0.0025%"), (250_000, "0.0004%"), (390_000, "<0.001%"), (1 << 40, "<0.001%")]
        {
            assert_eq!(narrow(rpprof::report::percent(1, whole).trim()), expected, "1 of {whole}");
        }
        assert_eq!(narrow(rpprof::report::percent(1234, 1).trim()), "123400.00%", "what is not tiny stays");
    }
}
