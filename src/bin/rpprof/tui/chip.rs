//! A filter, as the line of chips shows it.

use regex::Regex;
use rpprof::transform::{CallPath, DropFrames, Filter, LabelQuery, PathStart};

use super::scope::quoted;
use super::search::How;
use crate::args::FilterArgs;

/// A filter, as the line of chips shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Chip {
    /// Only samples in whose stack something matches; of several, each has to.
    Focus(String),
    /// Only samples in whose stack nothing matches.
    Ignore(String),
    /// Frames that match count for their callers.
    Hide(String),
    /// Only frames that match; there is one at a time, as there is of the next two.
    Show(String),
    /// Without the callers of the outermost match.
    ShowFrom(String),
    /// Without what the innermost match called.
    PruneFrom(String),
    /// Functions that match are charged with all that they called.
    Callees(String),
    /// Only samples whose stacks begin with the calls of a path; there is one at a time.
    Path(String),
    /// Only samples whose stacks end with the calls of a path, innermost first; there is one at a time.
    LeafPath(String),
    /// Only samples whose labels fit.
    Label(String),
    /// Only labels whose keys match.
    LabelShow(String),
    /// Only labels whose keys do not match.
    LabelHide(String),
    /// With the frames that the profile itself wants dropped.
    AllFrames,
    /// Only frames of the program's own code.
    MyCode,
    /// Functions of a package that call each other are one frame.
    Package(String),
    /// A function that calls itself is one frame.
    Recursion,
}

impl Chip {
    /// Returns the chips that flags ask for.
    pub(super) fn of_flags(filters: &FilterArgs) -> Vec<Self> {
        let text = |regex: &Regex| regex.as_str().to_owned();
        let one = |regex: &Option<Regex>, chip: fn(String) -> Self| regex.as_ref().map(text).map(chip);
        let mut chips: Vec<Self> = filters.focus.iter().map(text).map(Self::Focus).collect();
        chips.extend(one(&filters.ignore, Self::Ignore));
        chips.extend(one(&filters.hide, Self::Hide));
        chips.extend(one(&filters.show, Self::Show));
        chips.extend(one(&filters.show_from, Self::ShowFrom));
        chips.extend(one(&filters.prune_from, Self::PruneFrom));
        chips.extend(one(&filters.collapse_callees, Self::Callees));
        chips.extend(filters.focus_path.iter().map(|path| Self::Path(path.to_string())));
        chips.extend(filters.focus_leaf_path.iter().map(|path| Self::LeafPath(path.to_string())));
        chips.extend(filters.labels.iter().map(|query| Self::Label(query.to_string())));
        chips.extend(one(&filters.label_show, Self::LabelShow));
        chips.extend(one(&filters.label_hide, Self::LabelHide));
        chips.extend(filters.all_frames.then_some(Self::AllFrames));
        chips.extend(filters.my_code.then_some(Self::MyCode));
        chips.extend(filters.collapse.iter().cloned().map(Self::Package));
        chips.extend(filters.collapse_recursion.then_some(Self::Recursion));
        chips
    }

    /// Returns what it is called, and what it is of.
    fn parts(&self) -> (&'static str, &str) {
        match self {
            Self::Focus(text) => ("focus", text),
            Self::Ignore(text) => ("ignore", text),
            Self::Hide(text) => ("hide", text),
            Self::Show(text) => ("show", text),
            Self::ShowFrom(text) => ("show-from", text),
            Self::PruneFrom(text) => ("prune-from", text),
            Self::Callees(text) => ("collapse-callees", text),
            Self::Path(text) => ("focus-path", text),
            Self::LeafPath(text) => ("focus-leaf-path", text),
            Self::Label(text) => ("label", text),
            Self::LabelShow(text) => ("label-show", text),
            Self::LabelHide(text) => ("label-hide", text),
            Self::AllFrames => ("all frames", ""),
            Self::MyCode => ("my code", ""),
            Self::Package(package) => ("collapse", package),
            Self::Recursion => ("no recursion", ""),
        }
    }

    /// Returns the chip as it is shown.
    pub(super) fn text(&self) -> String {
        match self.parts() {
            (name, "") => name.to_owned(),
            (name, text) => format!("{name}:{}", How::shown(text)),
        }
    }

    /// Returns whether only one of its sort can be set, or one that is the same.
    pub(super) fn replaces(&self, old: &Self) -> bool {
        let is_single = matches!(
            self,
            Self::Show(_)
                | Self::ShowFrom(_)
                | Self::PruneFrom(_)
                | Self::Path(_)
                | Self::LeafPath(_)
                | Self::LabelShow(_)
                | Self::LabelHide(_)
        );
        self == old || is_single && std::mem::discriminant(self) == std::mem::discriminant(old)
    }

    /// Returns whether it chooses among samples, and leaves their frames as they are.
    pub(super) fn keeps_frames(&self) -> bool {
        matches!(
            self,
            Self::Focus(_)
                | Self::Ignore(_)
                | Self::Path(_)
                | Self::LeafPath(_)
                | Self::Label(_)
                | Self::LabelShow(_)
                | Self::LabelHide(_)
        )
    }

    /// Returns whether labels have to be known for it.
    pub(super) fn needs_labels(&self) -> bool {
        matches!(self, Self::Label(_) | Self::LabelShow(_) | Self::LabelHide(_))
    }

    /// Says why the chip cannot be a filter, if it cannot.
    pub(super) fn fault(&self) -> Option<String> {
        match (self, self.parts()) {
            (Self::Label(text), _) => LabelQuery::parse(text).err().map(|error| error.to_string()),
            (Self::Path(_) | Self::LeafPath(_), (_, text)) => {
                CallPath::parse(text, PathStart::Outermost).err().map(|error| error.to_string())
            }
            (Self::AllFrames | Self::MyCode | Self::Package(_) | Self::Recursion, _) => None,
            (_, (_, text)) => Regex::new(text).err().map(|_| format!("{text:?} is not a regular expression")),
        }
    }
}

/// Compiles filters; what is no expression is left out, as such a chip is never set.
pub(super) fn filter(chips: &[Chip]) -> Filter {
    let mut filter = Filter::default();
    let regex = |text: String| Regex::new(&text).ok();
    let mut focus =
        chips.iter().filter_map(|chip| if let Chip::Focus(text) = chip { Regex::new(text).ok() } else { None });
    (filter.focus, filter.also_focus) = (focus.next(), focus.collect());
    filter.ignore = any(chips, |chip| if let Chip::Ignore(text) = chip { Some(text) } else { None }).and_then(regex);
    filter.hide = any(chips, |chip| if let Chip::Hide(text) = chip { Some(text) } else { None }).and_then(regex);
    let mut queries = Vec::new();
    for chip in chips {
        match chip {
            Chip::Show(text) => filter.show = Regex::new(text).ok(),
            Chip::ShowFrom(text) => filter.show_from = Regex::new(text).ok(),
            Chip::PruneFrom(text) => filter.prune_from = Regex::new(text).ok(),
            Chip::LabelShow(text) => filter.label_show = Regex::new(text).ok(),
            Chip::LabelHide(text) => filter.label_hide = Regex::new(text).ok(),
            Chip::AllFrames => filter.drop_frames = DropFrames::Keep,
            Chip::Label(text) => queries.extend(LabelQuery::parse(text).ok()),
            _ => {}
        }
    }
    filter.labels = queries.into_iter().reduce(LabelQuery::and);
    filter
}

/// Returns what matches the functions that are charged with all that they called.
pub(super) fn callees(chips: &[Chip]) -> Option<Regex> {
    let callees = any(chips, |chip| if let Chip::Callees(text) = chip { Some(text) } else { None });
    callees.and_then(|text| Regex::new(&text).ok())
}

/// Returns the paths that stacks begin or end with.
pub(super) fn paths(chips: &[Chip]) -> Vec<CallPath> {
    let path = |chip: &Chip| match chip {
        Chip::Path(text) => CallPath::parse(text, PathStart::Outermost).ok(),
        Chip::LeafPath(text) => CallPath::parse(text, PathStart::Innermost).ok(),
        _ => None,
    };
    chips.iter().filter_map(path).collect()
}

/// Returns one expression that matches what any chip of a sort does.
fn any(chips: &[Chip], text_of: fn(&Chip) -> Option<&String>) -> Option<String> {
    let parts: Vec<&String> = chips.iter().filter_map(text_of).collect();
    match parts.as_slice() {
        [] => None,
        [only] => Some((*only).clone()),
        several => Some(several.iter().map(|text| format!("(?:{text})")).collect::<Vec<_>>().join("|")),
    }
}

/// Writes the flags that set the same filters.
pub(super) fn flags(chips: &[Chip]) -> Vec<String> {
    let mut flags = Vec::new();
    for chip in chips {
        match (chip, chip.parts()) {
            // Several are one expression: of flags, only one of these counts.
            (Chip::Ignore(_) | Chip::Hide(_) | Chip::Callees(_), _) => {}
            (Chip::AllFrames, _) => flags.push("--all-frames".to_owned()),
            (Chip::MyCode, _) => flags.push("--my-code".to_owned()),
            (Chip::Recursion, _) => flags.push("--collapse-recursion".to_owned()),
            (_, (name, text)) => flags.push(format!("--{name} {}", quoted(text))),
        }
    }
    let ignore = any(chips, |chip| if let Chip::Ignore(text) = chip { Some(text) } else { None });
    let hide = any(chips, |chip| if let Chip::Hide(text) = chip { Some(text) } else { None });
    let callees = any(chips, |chip| if let Chip::Callees(text) = chip { Some(text) } else { None });
    for (flag, text) in [("--ignore", ignore), ("--hide", hide), ("--collapse-callees", callees)] {
        flags.extend(text.map(|text| format!("{flag} {}", quoted(&text))));
    }
    flags
}
