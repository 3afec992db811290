//! `rpprof tui`.

use clap::Args;
use rpprof::codec::{LabelColumn, StackColumn};

use super::sample_type_named;
use crate::args::{ColorChoice, InputArgs};
use crate::failure::Failure;
use crate::input::load_named;
use crate::source::SourceArgs;
use crate::tui::{self, Background, Looks};

#[derive(Debug, Args)]
pub(crate) struct TuiArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,

    /// The column of values to begin with [default: the profile's own].
    #[arg(short = 't', long, value_name = "NAME", alias = "sample-index")]
    pub(crate) sample_type: Option<String>,

    /// What the background of the terminal is like.
    #[arg(long, value_name = "BACKGROUND", default_value = "dark")]
    pub(crate) theme: Background,

    /// Draw with ASCII alone.
    #[arg(long)]
    pub(crate) ascii: bool,

    /// Leave the mouse to the terminal, so that text can be selected with it.
    #[arg(long)]
    pub(crate) no_mouse: bool,

    #[command(flatten)]
    pub(crate) source: SourceArgs,
}

pub(crate) fn run(arguments: TuiArgs, color: ColorChoice) -> Result<(), Failure> {
    tui::need_terminal()?;
    let profile = load_named(&arguments.input, LabelColumn::Keep, StackColumn::Keep)?;
    let sample_type = sample_type_named(&profile, arguments.sample_type.as_deref())?;
    let (background, is_ascii, has_mouse) = (arguments.theme, arguments.ascii, !arguments.no_mouse);
    let looks = Looks { background, is_ascii, has_mouse, color };
    tui::browse(profile, arguments.input.files, arguments.source, sample_type, looks)
}
