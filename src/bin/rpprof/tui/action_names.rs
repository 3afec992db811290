//! What actions are called where somebody writes of them.

use rpprof::aggregate::Granularity;

use super::coloring::ColorBy;
use super::key::Action;
use super::state::View;

/// The names of all actions of the table of keys.
const NAMES: &[(&str, Action)] = &[
    ("help", Action::Help),
    ("palette", Action::Palette),
    ("back", Action::Back),
    ("leave", Action::Leave),
    ("quit", Action::Quit),
    ("suspend", Action::Suspend),
    ("view-top", Action::Go(View::Top)),
    ("view-flame", Action::Go(View::Flame)),
    ("view-tree", Action::Go(View::Tree)),
    ("view-calls", Action::Go(View::Butterfly)),
    ("view-source", Action::Go(View::Source)),
    ("view-disasm", Action::Go(View::Disassembly)),
    ("view-labels", Action::Go(View::Labels)),
    ("view-time", Action::Go(View::Timeline)),
    ("view-info", Action::Go(View::Info)),
    ("calls", Action::Show(View::Butterfly)),
    ("source", Action::Show(View::Source)),
    ("disasm", Action::Show(View::Disassembly)),
    ("pane", Action::Pane),
    ("expand", Action::Expand),
    ("visited", Action::Visited),
    ("ahead", Action::Ahead),
    ("mouse", Action::Mouse),
    ("hints", Action::Hints),
    ("next-sibling", Action::NextSibling),
    ("previous-sibling", Action::PreviousSibling),
    ("next-view", Action::NextView),
    ("previous-view", Action::PreviousView),
    ("up", Action::Up),
    ("down", Action::Down),
    ("left", Action::Left),
    ("right", Action::Right),
    ("page-up", Action::PageUp),
    ("page-down", Action::PageDown),
    ("first", Action::First),
    ("last", Action::Last),
    ("open", Action::Open),
    ("zoom-out", Action::Parent),
    ("hot-path", Action::HotPath),
    ("search", Action::Search),
    ("next-match", Action::NextMatch),
    ("previous-match", Action::PreviousMatch),
    ("search-name", Action::SearchName),
    ("focus-matches", Action::FocusMatches),
    ("focus", Action::Focus),
    ("focus-path", Action::FocusPath),
    ("ignore", Action::Ignore),
    ("hide", Action::Hide),
    ("label", Action::Label),
    ("my-code", Action::MyCode),
    ("collapse-callees", Action::CollapseCallees),
    ("collapse-package", Action::CollapsePackage),
    ("collapse-recursion", Action::CollapseRecursion),
    ("remove-filter", Action::RemoveChip),
    ("mean", Action::Mean),
    ("unit", Action::Unit),
    ("shares", Action::Shares),
    ("more", Action::More),
    ("less", Action::Less),
    ("undo", Action::Undo),
    ("redo", Action::Redo),
    ("clear", Action::Clear),
    ("invert", Action::Invert),
    ("flip", Action::Flip),
    ("next-sample-type", Action::NextType),
    ("previous-sample-type", Action::PreviousType),
    ("next-granularity", Action::NextGranularity),
    ("by-functions", Action::By(Granularity::Functions)),
    ("by-packages", Action::By(Granularity::Packages)),
    ("by-modules", Action::By(Granularity::Modules)),
    ("by-files", Action::By(Granularity::Files)),
    ("by-lines", Action::By(Granularity::Lines)),
    ("by-addresses", Action::By(Granularity::Addresses)),
    ("inlines", Action::Inlines),
    ("order", Action::Order),
    ("previous-order", Action::PreviousOrder),
    ("reverse", Action::Reverse),
    ("next-side", Action::NextSide),
    ("scaling", Action::Scaling),
    ("pick-base", Action::PickBase),
    ("edit", Action::Edit),
    ("copy-command", Action::CopyCommand),
    ("copy-name", Action::CopyName),
    ("copy-path", Action::CopyPath),
    ("copy-tsv", Action::CopyTsv),
    ("copy-markdown", Action::CopyMarkdown),
    ("export", Action::Export),
    ("read-now", Action::ReadNow),
    ("pause", Action::Pause),
    ("mark", Action::Mark),
    ("drop", Action::Drop),
    ("colors", Action::NextColors),
    ("color-package", Action::Colors(ColorBy::Package)),
    ("color-binary", Action::Colors(ColorBy::Binary)),
    ("color-own", Action::Colors(ColorBy::Own)),
    ("color-kind", Action::Colors(ColorBy::Kind)),
    ("color-label", Action::Colors(ColorBy::Label)),
    ("zoom-time", Action::ZoomTime),
    ("unzoom-time", Action::UnzoomTime),
    ("whole-time", Action::WholeTime),
    ("next-part", Action::NextPart),
    ("previous-part", Action::PreviousPart),
];

/// Returns all names.
pub(super) fn names() -> impl Iterator<Item = &'static str> + Clone {
    NAMES.iter().map(|(name, _)| *name)
}

/// Returns the action with a name.
pub(super) fn named(name: &str) -> Option<Action> {
    NAMES.iter().find(|(known, _)| *known == name).map(|(_, action)| *action)
}

/// Returns the name of an action.
pub(super) fn name(action: Action) -> &'static str {
    NAMES.iter().find(|(_, known)| *known == action).map_or("an action", |(name, _)| name)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::{NAMES, name, named};
    use crate::tui::key::KEYS;

    #[test]
    fn all_actions_of_the_table_have_a_name_of_their_own() {
        for binding in KEYS {
            assert_eq!(named(name(binding.action)), Some(binding.action), "{:?}", binding.action);
        }
        assert_eq!(NAMES.iter().map(|(name, _)| name).collect::<HashSet<_>>().len(), NAMES.len());
    }
}
