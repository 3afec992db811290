//! What the colours of boxes stand for.

use ratatui::style::Style;

use super::frame_name::FrameName;
use super::frame_names::hash;
use super::sandwich::{self, CallsForm};
use super::state::{State, View};
use super::theme::Depth;
use super::tree::Tree;

/// What the colours of boxes stand for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) enum ColorBy {
    /// The packages of functions.
    #[default]
    Package,
    /// The binaries that functions are in.
    Binary,
    /// How much a call weighs by itself.
    Own,
    /// Whether code is the kernel's, was inlined, or neither.
    Kind,
    /// Which value of a label most samples have.
    Label,
}

/// The colours that are chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Coloring {
    pub(super) by: ColorBy,
    /// The key of the label; that with the heaviest samples if there is no such.
    pub(super) key: String,
}

/// Sorts of code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Kernel,
    Inlined,
    User,
}

impl ColorBy {
    pub(super) const ALL: [Self; 5] = [Self::Package, Self::Binary, Self::Own, Self::Kind, Self::Label];

    /// Returns what is written behind `colours by`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Package => "package",
            Self::Binary => "binary",
            Self::Own => "own weight",
            Self::Kind => "kernel, inlined, other",
            Self::Label => "label",
        }
    }
}

impl FrameName<'_> {
    /// Returns whether the function is the kernel's, as far as its binary tells.
    fn is_kernel(&self) -> bool {
        let file = self.binary.rsplit('/').next().unwrap_or_default();
        let begins = ["[kernel", "[guest.kernel", "vmlinux", "vmlinuz", "[bpf"];
        let ends = [".ko", ".ko.gz", ".ko.xz", ".ko.zst"];
        begins.iter().any(|begin| file.starts_with(begin)) || ends.iter().any(|end| file.ends_with(end))
    }
}

/// Goes on to the next sort of colours.
pub(super) fn next(state: &mut State) {
    let here = ColorBy::ALL.iter().position(|by| *by == state.coloring.by).unwrap_or(0);
    set(state, ColorBy::ALL[(here + 1) % ColorBy::ALL.len()]);
}

/// Chooses what colours stand for.
pub(super) fn set(state: &mut State, by: ColorBy) {
    if state.theme.depth == Depth::Mono {
        return state.tell("there are no colours here");
    }
    state.coloring.by = by;
    if state.scope.is_diff() {
        return state.tell("where two profiles are compared colours tell what changed");
    }
    state.tell(format!("colours by {}", by.name()));
}

/// Chooses the label whose values have colours.
pub(super) fn set_label(state: &mut State, key: &str) {
    state.coloring.key = key.to_owned();
    set(state, ColorBy::Label);
}

/// Returns the key of the label whose values the boxes of a tree are to be coloured by, if they are.
pub(super) fn wanted_label(state: &State) -> Option<String> {
    let is_wanted = state.coloring.by == ColorBy::Label && state.theme.depth != Depth::Mono && !state.scope.is_diff();
    is_wanted.then(|| state.coloring.key.clone())
}

/// Writes what colours stand for, if that is not what they do at first and there are boxes.
pub(super) fn text(state: &State) -> Option<String> {
    let has_boxes = match state.view {
        View::Flame => true,
        View::Butterfly => state.sandwich.form == CallsForm::Icicles,
        _ => false,
    };
    if !has_boxes || state.coloring.by == ColorBy::Package || state.theme.depth == Depth::Mono || state.scope.is_diff()
    {
        return None;
    }
    let tree = match state.view {
        View::Flame => state.tree.as_deref(),
        _ => sandwich::halves(state).map(|halves| &halves.callees),
    };
    let name = match (state.coloring.by, tree.and_then(|tree| tree.tints.as_ref())) {
        (ColorBy::Label, Some(tints)) if !tints.key.is_empty() => format!("label {}", tints.key),
        (by, _) => by.name().to_owned(),
    };
    Some(format!("colours by {name}"))
}

/// Returns the sort of code that a call is of.
fn kind(tree: &Tree, node: u32) -> Kind {
    match tree.node(node) {
        path if path.is_inline => Kind::Inlined,
        path if tree.names.of(path.frame).is_kernel() => Kind::Kernel,
        _ => Kind::User,
    }
}

/// Returns the style of a call's box.
pub(super) fn style(state: &State, tree: &Tree, node: u32, is_even: bool) -> Style {
    let (path, theme) = (tree.node(node), &state.theme);
    let frame = tree.names.of(path.frame);
    match state.coloring.by {
        ColorBy::Package => theme.package(frame.package_hash, is_even),
        ColorBy::Binary if frame.binary.is_empty() => theme.tinted(0, 0.0, is_even),
        ColorBy::Binary => theme.package(hash(frame.binary), is_even),
        ColorBy::Own => theme.hot(path.own.unsigned_abs() as f64 / tree.hottest.max(1) as f64, is_even),
        ColorBy::Kind => theme.kind(kind(tree, node), is_even),
        ColorBy::Label => match tree.tints.as_ref().and_then(|tints| tints.of(node)) {
            Some((value, share)) => theme.tinted(hash(value), share, is_even),
            None => theme.tinted(0, 0.0, is_even),
        },
    }
}

/// Tells what the colour of a call's box stands for, where that is not plain from its name.
pub(super) fn about(state: &State, tree: &Tree, node: u32) -> String {
    if state.theme.depth == Depth::Mono || state.scope.is_diff() {
        return String::new();
    }
    let frame = tree.names.of(tree.node(node).frame);
    match state.coloring.by {
        ColorBy::Package | ColorBy::Own => String::new(),
        ColorBy::Binary if frame.binary.is_empty() => "no binary  ".to_owned(),
        ColorBy::Binary => format!("{}  ", frame.binary.rsplit('/').next().unwrap_or_default()),
        ColorBy::Kind => match kind(tree, node) {
            Kind::Kernel => "kernel  ".to_owned(),
            Kind::Inlined => "inlined  ".to_owned(),
            Kind::User => String::new(),
        },
        ColorBy::Label => match tree.tints.as_ref().and_then(|tints| tints.of(node)) {
            Some((value, share)) => format!("{:.0}% {value}  ", share * 100.0),
            None => "no label  ".to_owned(),
        },
    }
}
