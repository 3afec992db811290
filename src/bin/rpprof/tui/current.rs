//! What the cursor is at.

use super::frame_name::FrameName;
use super::layout::BoxOf;
use super::sandwich::{self, CallsForm};
use super::state::{State, View};
use super::timeline_cursor::TimeForm;
use super::tree::TOP;

impl State {
    /// Returns the name of the frame that the cursor is at.
    pub(super) fn current(&self) -> Option<String> {
        match self.view {
            View::Top => {
                let row = self.table_row(self.place_in(View::Top).row)?;
                Some(self.table.as_ref()?.names.name(row.frame).to_owned())
            }
            View::Flame => match self.flame_box {
                BoxOf::Node(node) if node != TOP => Some(self.tree.as_ref()?.name(node).to_owned()),
                _ => None,
            },
            View::Tree => {
                let node = *self.tree_rows.get(self.place_in(View::Tree).row)?;
                Some(self.tree.as_ref()?.name(node).to_owned())
            }
            View::Butterfly if self.sandwich.form == CallsForm::Icicles => sandwich::current(self),
            View::Butterfly => {
                let (callers, callees) = self.calls_of_selected()?;
                let row = self.place_in(View::Butterfly).row;
                let frame = match row.checked_sub(callers.len()) {
                    None => callers[callers.len() - 1 - row].frame,
                    Some(0) => return Some(self.selected.clone()),
                    Some(below) => callees.get(below - 1)?.frame,
                };
                Some(self.calls.as_ref()?.names.name(frame).to_owned())
            }
            View::LabelTop => {
                let detail = self.label_detail.as_ref()?;
                detail.name(self.place_in(View::LabelTop).row).map(str::to_owned)
            }
            View::Timeline if self.timeline.is_some() && self.timeline_cursor.form == TimeForm::Rows => {
                let timeline = self.timeline.as_ref()?;
                let row = timeline.rows.get(self.place_in(View::Timeline).row)?;
                Some(timeline.names.name(row.frame).to_owned())
            }
            _ => Some(self.selected.clone()).filter(|name| !name.is_empty()),
        }
    }

    /// Returns whether a frame of the table matches what is searched for.
    pub(super) fn is_match(&self, frame: u32) -> bool {
        let matches = self.search.as_ref().and_then(|search| search.matches.as_ref());
        matches.is_some_and(|matches| matches.is_match.get(frame as usize).is_some_and(|&is_match| is_match))
    }

    /// Returns what is known of the frame with a name, as far as some answer has told.
    fn frame(&self, name: &str) -> Option<FrameName<'_>> {
        let of_table = self.table.as_ref().map(|table| &table.names);
        let names = of_table.or_else(|| self.tree.as_ref().map(|tree| &tree.names))?;
        names.find(name).map(|frame| names.of(frame))
    }

    /// Returns the function of a frame, without file and line; the name if it has none.
    pub(super) fn function_of(&self, name: &str) -> String {
        let function = self.frame(name).map(|frame| frame.function).filter(|function| !function.is_empty());
        function.unwrap_or(name).to_owned()
    }

    /// Returns whether a frame is a file or a binary, but no function.
    pub(super) fn is_nameless(&self, name: &str) -> bool {
        self.frame(name).is_some_and(|frame| frame.function.is_empty())
    }

    /// Returns what matches the functions of a frame.
    pub(super) fn functions_of(&self, name: &str) -> String {
        match self.frame(name) {
            Some(frame) => frame.expression(),
            None if name == self.selected && !self.functions.is_empty() => self.functions.clone(),
            None => format!("^{}$", regex::escape(name)),
        }
    }

    /// Returns what matches the name of a frame.
    pub(super) fn own_expression_of(&self, name: &str) -> String {
        self.frame(name).map_or_else(|| format!("^{}$", regex::escape(name)), |frame| frame.own_expression())
    }
}
