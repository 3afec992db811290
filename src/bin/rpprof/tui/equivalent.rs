//! The command that prints what the browser shows.

use rpprof::aggregate::Root;

use super::scope::{quoted, quoted_files};
use super::state::{Order, State, View};

/// Returns the command that prints what is looked at.
pub(super) fn command_line(state: &State) -> String {
    let sample_type = state.subject.types.get(state.scope.sample_type).map_or("", |(name, _)| name.as_str());
    let scope = &state.scope;
    let name = || quoted(&format!("^{}$", regex::escape(&state.function_of(&state.selected))));
    let (mut words, has_frames) = match state.view {
        View::Top if state.order == Order::Cum => (vec!["top --cum".to_owned()], true),
        View::Top | View::Disassembly | View::Timeline => (vec!["top".to_owned()], true),
        View::Flame if state.root == Root::Leaves => (vec!["flame --reverse -o flame.svg".to_owned()], true),
        View::Flame => (vec!["flame -o flame.svg".to_owned()], true),
        View::Tree if state.root == Root::Leaves => (vec!["calls --bottom-up".to_owned()], true),
        View::Tree => (vec!["calls".to_owned()], true),
        View::Butterfly => (vec!["peek".to_owned(), name()], true),
        View::Source => (vec!["list".to_owned(), name()], false),
        View::Labels => (vec!["tags".to_owned()], false),
        View::Info => return format!("rpprof info {}", quoted_files(&state.subject.files)),
    };
    words.extend(scope.flags(sample_type));
    if has_frames {
        words.extend(scope.frame_flags());
    }
    format!("rpprof {} {}", words.join(" "), quoted_files(&state.subject.files))
}
