//! `rpprof tui`.

use std::path::{Path, PathBuf};

use clap::Args;
use rpprof::codec::{LabelColumn, StackColumn};

use super::diff::{DiffArgs, SideArgs};
use super::{grouped, sample_type_named};
use crate::args::{ColorChoice, FilterArgs, InputArgs};
use crate::failure::Failure;
use crate::input::{can_reload, load_named, reload};
use crate::source::SourceArgs;
use crate::tui::{self, Background, Chips, First, Loaded, Looks};

#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  rpprof tui cpu.pb.gz
  rpprof tui --focus json --my-code cpu.pb.gz
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
    // A heading holds for all arguments behind it.
    #[command(flatten)]
    pub(crate) filters: FilterArgs,
}

/// Browses how a profile differs from an older one, as the flags of `rpprof diff` say.
pub(crate) fn browse_changes(arguments: DiffArgs, color: ColorChoice) -> Result<(), Failure> {
    let SideArgs { old_file, new_file, old, new, max_inflated, symbols } = arguments.sides;
    let input = InputArgs { files: new_file.into_iter().chain(new).collect(), max_inflated, symbols };
    let arguments = TuiArgs {
        input,
        base: old_file.into_iter().chain(old).collect(),
        sample_type: arguments.values.sample_type,
        theme: Background::Dark,
        ascii: false,
        no_mouse: false,
        source: SourceArgs::default(),
        filters: arguments.filters,
    };
    run(arguments, color)
}

pub(crate) fn run(arguments: TuiArgs, color: ColorChoice) -> Result<(), Failure> {
    tui::need_terminal()?;
    let TuiArgs { input, base, .. } = arguments;
    let is_standard_input = |file: &PathBuf| file.as_os_str() == "-";
    if base.iter().chain(&input.files).filter(|file| is_standard_input(file)).count() > 1 {
        return Err(Failure::new("standard input can be read only once").at("-"));
    }
    let (max_inflated, also_symbols) = (input.max_inflated, input.symbols.clone());
    let open = Box::new(move |path: &Path| {
        let input = InputArgs { files: vec![path.to_owned()], max_inflated, symbols: also_symbols.clone() };
        reload(&input).map_err(|failure| failure.to_string())
    });
    let (symbols, filters) = (input.symbols.clone(), arguments.filters);
    let old_input = InputArgs { files: base, ..input.clone() };
    let new = loaded(input, &filters)?;
    let sample_type = sample_type_named(&new.profile, arguments.sample_type.as_deref())?;
    let old = if old_input.files.is_empty() { None } else { Some(loaded(old_input, &filters)?) };
    let (background, is_ascii, has_mouse) = (arguments.theme, arguments.ascii, !arguments.no_mouse);
    let looks = Looks { background, is_ascii, has_mouse, color };
    let first = First { sample_type, chips: Chips::of_flags(&filters), open };
    tui::browse(new, old, arguments.source, symbols, first, looks)
}

/// Reads profiles; of a file that can be read again, what no view shows at first is left for later.
fn loaded(input: InputArgs, filters: &FilterArgs) -> Result<Loaded, Failure> {
    if !can_reload(&input) || filters.needs_labels() {
        let profile = grouped(load_named(&input, LabelColumn::Keep, StackColumn::Keep)?, filters)?;
        return Ok(Loaded { profile, files: input.files, whole: None });
    }
    let profile = load_named(&input, LabelColumn::Skip, StackColumn::Keep)?;
    let files = input.files.clone();
    let whole = Box::new(move || reload(&input).map_err(|failure| failure.to_string()));
    Ok(Loaded { profile, files, whole: Some(whole) })
}
