//! What may stand in a configuration beside names and texts.

use rpprof::aggregate::Granularity;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::tui::coloring::ColorBy;
use crate::tui::state::View;
use crate::tui::theme::Depth;

/// One text or a list of them.
#[derive(Clone, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(untagged, expecting = "expected a text in quotes or a list of such texts")]
pub(crate) enum OneOrMore {
    /// The only one.
    One(String),
    /// As many as there are.
    More(Vec<String>),
}

impl Default for OneOrMore {
    fn default() -> Self {
        Self::More(Vec::new())
    }
}

impl OneOrMore {
    /// Returns the texts.
    pub(crate) fn texts(&self) -> &[String] {
        match self {
            Self::One(text) => std::slice::from_ref(text),
            Self::More(texts) => texts,
        }
    }
}

/// How many colours to draw with.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum DepthChoice {
    /// As many as the terminal says it has.
    Auto,
    /// Those of 24 bits.
    True,
    /// The 256 of xterm.
    #[serde(rename = "256")]
    Indexed,
    /// The 16 of all terminals.
    #[serde(rename = "16")]
    Basic,
    /// None.
    Mono,
}

impl DepthChoice {
    /// Returns the colours; `None` if the terminal is to say.
    pub(crate) fn depth(self) -> Option<Depth> {
        match self {
            Self::Auto => None,
            Self::True => Some(Depth::True),
            Self::Indexed => Some(Depth::Indexed),
            Self::Basic => Some(Depth::Basic),
            Self::Mono => Some(Depth::Mono),
        }
    }
}

/// What the colours of boxes stand for.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ColorByChoice {
    /// The packages of functions.
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

impl From<ColorByChoice> for ColorBy {
    fn from(choice: ColorByChoice) -> Self {
        match choice {
            ColorByChoice::Package => Self::Package,
            ColorByChoice::Binary => Self::Binary,
            ColorByChoice::Own => Self::Own,
            ColorByChoice::Kind => Self::Kind,
            ColorByChoice::Label => Self::Label,
        }
    }
}

/// How texts are copied.
#[derive(Clone, Copy, Debug, Default, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ClipboardChoice {
    /// By a program of this machine if there is one for its screen, else by the terminal.
    #[default]
    Auto,
    /// By a program of this machine: wl-copy, xclip, xsel, pbcopy or clip.exe.
    Native,
    /// By the terminal, with the escape sequence OSC 52.
    Osc52,
}

/// A view by its name.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ViewChoice {
    /// The table of functions.
    Top,
    /// The flame graph.
    Flame,
    /// The call tree.
    Tree,
    /// Callers and callees.
    Calls,
    /// Annotated source.
    Source,
    /// Machine code.
    Disasm,
    /// Labels.
    Labels,
    /// What happened when.
    Time,
    /// What the profile holds.
    Info,
}

impl From<ViewChoice> for View {
    fn from(choice: ViewChoice) -> Self {
        match choice {
            ViewChoice::Top => Self::Top,
            ViewChoice::Flame => Self::Flame,
            ViewChoice::Tree => Self::Tree,
            ViewChoice::Calls => Self::Butterfly,
            ViewChoice::Source => Self::Source,
            ViewChoice::Disasm => Self::Disassembly,
            ViewChoice::Labels => Self::Labels,
            ViewChoice::Time => Self::Timeline,
            ViewChoice::Info => Self::Info,
        }
    }
}

/// What makes a frame.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub(crate) enum GranularityChoice {
    /// A function.
    Functions,
    /// A function of a file.
    FileFunctions,
    /// A file.
    Files,
    /// A line of a function.
    Lines,
    /// An address.
    Addresses,
    /// A binary.
    Modules,
    /// A package, a crate or a namespace.
    Packages,
}

impl From<GranularityChoice> for Granularity {
    fn from(choice: GranularityChoice) -> Self {
        match choice {
            GranularityChoice::Functions => Self::Functions,
            GranularityChoice::FileFunctions => Self::FileFunctions,
            GranularityChoice::Files => Self::Files,
            GranularityChoice::Lines => Self::Lines,
            GranularityChoice::Addresses => Self::Addresses,
            GranularityChoice::Modules => Self::Modules,
            GranularityChoice::Packages => Self::Packages,
        }
    }
}
