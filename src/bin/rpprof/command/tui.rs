//! `rpprof tui`.

use std::path::PathBuf;

use clap::Args;
use rpprof::codec::{LabelColumn, StackColumn};

use super::sample_type_named;
use crate::args::{ColorChoice, InputArgs};
use crate::failure::Failure;
use crate::input::load_named;
use crate::source::SourceArgs;
use crate::tui::{self, Background, Loaded, Looks};

#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  rpprof tui cpu.pb.gz
  rpprof tui --base old.pb.gz new.pb.gz

The key ? shows all keys.")]
pub(crate) struct TuiArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,

    /// An older profile to compare with: all views show how the new one differs. Several are merged.
    #[arg(long, value_name = "OLD", value_hint = clap::ValueHint::FilePath)]
    pub(crate) base: Vec<PathBuf>,

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
    let TuiArgs { mut input, base, .. } = arguments;
    let is_standard_input = |file: &PathBuf| file.as_os_str() == "-";
    if base.iter().chain(&input.files).filter(|file| is_standard_input(file)).count() > 1 {
        return Err(Failure::new("standard input can be read only once").at("-"));
    }
    let profile = load_named(&input, LabelColumn::Keep, StackColumn::Keep)?;
    let sample_type = sample_type_named(&profile, arguments.sample_type.as_deref())?;
    let new = Loaded { profile, files: input.files.clone() };
    let old = if base.is_empty() {
        None
    } else {
        input.files.clone_from(&base);
        Some(Loaded { profile: load_named(&input, LabelColumn::Keep, StackColumn::Keep)?, files: base })
    };
    let (background, is_ascii, has_mouse) = (arguments.theme, arguments.ascii, !arguments.no_mouse);
    let looks = Looks { background, is_ascii, has_mouse, color };
    tui::browse(new, old, arguments.source, input.symbols, sample_type, looks)
}
