//! `rpprof tui`.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use rpprof::codec::{LabelColumn, StackColumn};
use rpprof::collector::{limit_arenas, return_large_blocks};
use rpprof::profile::Profile;

use super::diff::{DiffArgs, SideArgs};
use super::{by_labels, grouped, sample_type_named};
use crate::args::{ColorChoice, FilterArgs, InputArgs};
use crate::failure::Failure;
use crate::input::{can_reload, load_named, reload, reload_labels, server_address};
use crate::source::SourceArgs;
use crate::tui::{
    self, Background, Chips, Config, ConfigArgs, First, LeftOut, Loaded, Looks, Opener, Play, Reading, Watch,
    WatchSource,
};

/// Its threads share so many arenas of the allocator: they allocate a lot only by turns.
const ARENAS: u16 = 2;

#[derive(Debug, Args)]
#[command(after_long_help = "Examples:
  rpprof tui cpu.pb.gz
  rpprof tui --focus json --my-code cpu.pb.gz
  rpprof tui --base old.pb.gz new.pb.gz
  rpprof tui cpu.pb.gz --watch
  rpprof tui http://localhost:6060/debug/pprof/heap --watch 5s
  rpprof tui --keys '2 H enter' --print-frame 120x40 cpu.pb.gz

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

    /// Read the profile again when its file changes, looking every INTERVAL; from a server, each time. Stands behind FILE
    /// if it has no INTERVAL [default: 1s].
    #[arg(long, value_name = "INTERVAL", num_args = 0..=1, default_missing_value = "1s", value_parser = parse_interval)]
    pub(crate) watch: Option<Duration>,

    /// What the background of the terminal is like [default: as the terminal says, else dark].
    #[arg(long, value_name = "BACKGROUND")]
    pub(crate) theme: Option<Background>,

    /// Draw with ASCII alone.
    #[arg(long)]
    pub(crate) ascii: bool,

    /// Leave the mouse to the terminal, so that text can be selected with it.
    #[arg(long)]
    pub(crate) no_mouse: bool,

    /// Write what is typed to a file, for --replay.
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath, hide_short_help = true)]
    pub(crate) record: Option<PathBuf>,

    /// Type what was recorded, and go on from there.
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath, hide_short_help = true)]
    pub(crate) replay: Option<PathBuf>,

    /// Press these keys first, divided by spaces and called as the help calls them.
    #[arg(long, value_name = "KEYS", value_delimiter = ' ', hide_short_help = true)]
    pub(crate) keys: Vec<String>,

    /// Print what is seen after that on so many columns and rows, such as 120x40, and end. Needs no terminal; has colours
    /// with --color always.
    #[arg(long, value_name = "SIZE", value_parser = tui::parse_size, conflicts_with_all = ["record", "watch"])]
    pub(crate) print_frame: Option<(u16, u16)>,

    #[command(flatten)]
    pub(crate) config: ConfigArgs,

    #[command(flatten)]
    pub(crate) source: SourceArgs,
    // A heading holds for all arguments behind it.
    #[command(flatten)]
    pub(crate) filters: FilterArgs,
}

/// Browses how a profile differs from an older one, as the flags of `rpprof diff` say.
pub(crate) fn browse_changes(arguments: DiffArgs, color: ColorChoice) -> Result<(), Failure> {
    let SideArgs { old_file, new_file, old, new, max_inflated, symbols, .. } = arguments.sides.resolved()?;
    let input = InputArgs { files: new_file.into_iter().chain(new).collect(), max_inflated, symbols };
    let arguments = TuiArgs {
        input,
        base: old_file.into_iter().chain(old).collect(),
        sample_type: arguments.values.sample_type,
        watch: None,
        theme: None,
        ascii: false,
        no_mouse: false,
        record: None,
        replay: None,
        keys: Vec::new(),
        print_frame: None,
        config: ConfigArgs::default(),
        source: SourceArgs::default(),
        filters: arguments.filters,
    };
    run(arguments, color)
}

pub(crate) fn run(arguments: TuiArgs, color: ColorChoice) -> Result<(), Failure> {
    if arguments.print_frame.is_none() {
        tui::need_terminal()?;
    }
    // It is open for long, and each answer takes large blocks for a short time.
    return_large_blocks();
    limit_arenas(ARENAS);
    let keys = arguments.keys.iter().filter(|key| !key.is_empty()).cloned().collect::<Vec<_>>();
    let mut play = Play::new(arguments.replay.as_deref(), &keys)?;
    (play.record, play.frame) = (arguments.record.clone(), arguments.print_frame);
    let (config, keys) = Config::find(&arguments.config)?;
    let TuiArgs { input, base, .. } = arguments;
    let is_standard_input = |file: &PathBuf| file.as_os_str() == "-";
    if base.iter().chain(&input.files).filter(|file| is_standard_input(file)).count() > 1 {
        return Err(Failure::new("standard input can be read only once").at("-"));
    }
    let reading = Reading::of_flags(&input, &arguments.source);
    let watch_interval = arguments.watch;
    let filters = Arc::new(arguments.filters);
    let (max_inflated, symbols, groups) = (input.max_inflated, input.symbols.clone(), Arc::clone(&filters));
    let open: Opener = Arc::new(move |path: &Path| {
        let input = InputArgs { files: vec![path.to_owned()], max_inflated, symbols: symbols.clone() };
        read_whole(&input, &groups).map_err(|failure| failure.bare().to_string())
    });
    let (symbols, old_input) = (input.symbols.clone(), InputArgs { files: base, ..input.clone() });
    let watch = watch(&input, &old_input, watch_interval, &filters, &open)?;
    let new = loaded(input, &filters)?;
    let preferred = || config.sample_type.texts().iter().find(|name| new.profile.sample_type_by_name(name).is_ok());
    let sample_type = arguments.sample_type.as_ref().or_else(preferred);
    let sample_type = sample_type_named(&new.profile, sample_type.map(String::as_str))?;
    let old = if old_input.files.is_empty() { None } else { Some(loaded(old_input, &filters)?) };
    let (background, is_ascii, has_mouse) = (arguments.theme, arguments.ascii, !arguments.no_mouse);
    let looks = Looks { background, is_ascii, has_mouse, color, config, keys };
    let first = First { sample_type, chips: Chips::of_flags(&filters), reading, open, play };
    tui::browse(new, old, arguments.source, symbols, first, &looks, watch)
}

/// Reads profiles once more, in whole, with frames of the labels that they are grouped by.
fn read_whole(input: &InputArgs, filters: &FilterArgs) -> Result<Profile, Failure> {
    by_labels(reload(input)?, filters)
}

/// The shortest time that `--watch` takes.
const LEAST_INTERVAL: Duration = Duration::from_millis(100);

/// Reads a time such as `5s`.
fn parse_interval(text: &str) -> Result<Duration, String> {
    let expected = "expected a time such as 500ms, 5s or 2min";
    let split = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let seconds_each = match unit {
        "ms" => 1e-3,
        "" | "s" => 1.0,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        _ => return Err(expected.to_owned()),
    };
    let number: f64 = number.parse().map_err(|_| expected)?;
    let interval = Duration::try_from_secs_f64(number * seconds_each).map_err(|_| expected)?;
    if interval < LEAST_INTERVAL { Err("100ms is the shortest".to_owned()) } else { Ok(interval) }
}

/// Returns how profiles are read again, if they can be; `interval` says how often it is looked.
fn watch(
    new: &InputArgs,
    old: &InputArgs,
    interval: Option<Duration>,
    filters: &Arc<FilterArgs>,
    open: &Opener,
) -> Result<Option<Watch>, Failure> {
    match (source(new, filters), interval) {
        (Some(new), _) => {
            let old = source(old, filters);
            Ok(Some(Watch { new, old, open: Arc::clone(open), interval }))
        }
        (None, Some(_)) => Err(Failure::new("standard input cannot be read again").at("--watch")),
        (None, None) => Ok(None),
    }
}

/// Returns how the profiles of a side are read again, if there are any and they can be.
fn source(input: &InputArgs, filters: &Arc<FilterArgs>) -> Option<WatchSource> {
    if input.files.is_empty() || input.files.iter().any(|file| file.as_os_str() == "-") {
        return None;
    }
    // What a server has may change without a sign.
    let has_server = input.files.iter().any(|file| server_address(file).is_some());
    let files = if has_server { Vec::new() } else { input.files.clone() };
    let (again, groups) = (input.clone(), Arc::clone(filters));
    let read = Box::new(move || read_whole(&again, &groups).map_err(|failure| failure.bare().to_string()));
    Some(WatchSource::new(files, read))
}

/// Reads profiles; of a file that can be read again, what no view shows at first is left for later.
fn loaded(input: InputArgs, filters: &FilterArgs) -> Result<Loaded, Failure> {
    if !can_reload(&input) || filters.needs_labels() {
        let profile = grouped(load_named(&input, LabelColumn::Keep, StackColumn::Keep)?, filters)?;
        return Ok(Loaded { profile, files: input.files, left_out: None });
    }
    let mut profile = load_named(&input, LabelColumn::Skip, StackColumn::Keep)?;
    let files = input.files.clone();
    let strings = profile.strings().clone();
    let read = Box::new(move || reload_labels(&input, &strings).map_err(|failure| failure.bare().to_string()));
    let left_out = Some(LeftOut::of(&mut profile, read));
    Ok(Loaded { profile, files, left_out })
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::Duration;

    use clap::Parser;

    use super::{Arc, TuiArgs, parse_interval, read_whole, source};
    use crate::cli::{Cli, Command};

    #[test]
    fn intervals_have_units() {
        for (text, millis) in [("500ms", 500), ("5s", 5000), ("5", 5000), ("1.5min", 90_000), ("1h", 3_600_000)] {
            assert_eq!(parse_interval(text), Ok(Duration::from_millis(millis)), "{text}");
        }
        for text in ["", "s", "5x", "50ms", "0", "-1s", "1e3s", "99999999999999999999h"] {
            assert!(parse_interval(text).is_err(), "{text}");
        }
    }

    fn parsed(flags: &[&str]) -> TuiArgs {
        let words = ["rpprof", "tui"].iter().chain(flags);
        match Cli::try_parse_from(words).expect("it can be parsed").command {
            Command::Tui(arguments) => arguments,
            other => panic!("no browser but {other:?}"),
        }
    }

    #[test]
    fn what_is_read_again_has_the_same_labels_as_frames() {
        let testdata = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata");
        let file = testdata.join("go_cpu.pb.gz").display().to_string();
        let names = |profile: &rpprof::profile::Profile| -> usize {
            let functions = profile.symbols().functions().iter();
            functions.filter(|function| profile.str(function.name) == "tenant=acme").count()
        };
        let arguments = parsed(&["--group-by", "tenant", &file]);
        let filters = Arc::new(arguments.filters);
        let again = source(&arguments.input, &filters).expect("a file can be read again");
        assert_eq!(names(&again.read().expect("it is there")), 1);
        assert_eq!(names(&read_whole(&arguments.input, &filters).expect("it is there")), 1);
        let arguments = parsed(&[&file]);
        assert_eq!(names(&read_whole(&arguments.input, &arguments.filters).expect("it is there")), 0);
    }
}
