//! `rpprof tui`.

use std::path::PathBuf;

use clap::Args;
use rpprof::codec::{LabelColumn, StackColumn};

use super::sample_type_named;
use crate::args::{ColorChoice, InputArgs};
use crate::failure::Failure;
use crate::input::{can_reload, load_named, reload};
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
    let TuiArgs { input, base, .. } = arguments;
    let is_standard_input = |file: &PathBuf| file.as_os_str() == "-";
    if base.iter().chain(&input.files).filter(|file| is_standard_input(file)).count() > 1 {
        return Err(Failure::new("standard input can be read only once").at("-"));
    }
    let symbols = input.symbols.clone();
    let old_input = InputArgs { files: base, ..input.clone() };
    let new = loaded(input)?;
    let sample_type = sample_type_named(&new.profile, arguments.sample_type.as_deref())?;
    let old = if old_input.files.is_empty() { None } else { Some(loaded(old_input)?) };
    let (background, is_ascii, has_mouse) = (arguments.theme, arguments.ascii, !arguments.no_mouse);
    let looks = Looks { background, is_ascii, has_mouse, color };
    tui::browse(new, old, arguments.source, symbols, sample_type, looks)
}

/// Reads profiles; of a file that can be read again, what no view shows at first is left for later.
fn loaded(input: InputArgs) -> Result<Loaded, Failure> {
    if !can_reload(&input) {
        let profile = load_named(&input, LabelColumn::Keep, StackColumn::Keep)?;
        return Ok(Loaded { profile, files: input.files, whole: None });
    }
    let profile = load_named(&input, LabelColumn::Skip, StackColumn::Keep)?;
    let files = input.files.clone();
    let whole = Box::new(move || reload(&input).map_err(|failure| failure.to_string()));
    Ok(Loaded { profile, files, whole: Some(whole) })
}
