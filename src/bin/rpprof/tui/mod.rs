//! The browser in the terminal: `update` makes the next state of an event, `view` draws it, a thread computes.

mod act;
mod action_names;
mod ansi;
mod answer;
mod background;
mod beside;
mod cancel;
mod center;
mod chip;
mod chips;
mod clipboard;
mod code_cursor;
mod coloring;
mod command;
mod compare;
mod compute;
mod config;
mod contrast;
mod copies;
mod current;
mod delta;
mod equivalent;
mod export;
mod find;
mod flame;
mod frame_name;
mod frame_names;
mod heat;
mod help;
mod highlight;
mod histogram;
mod instructions;
mod kept;
mod key;
mod label_detail;
mod label_list;
mod labels;
mod language;
mod layout;
mod lexer;
mod live;
mod memory;
mod mouse;
mod panes;
mod prepare;
mod profiles;
mod prompt;
mod reading;
mod recording;
mod request;
mod sandwich;
mod scope;
mod search;
mod settings;
mod shares;
mod source_rows;
mod state;
mod subject;
mod terminal;
mod terminal_input;
#[cfg(test)]
mod tests;
mod theme;
mod time_window;
mod timeline;
mod timeline_cursor;
mod tints;
mod tree;
mod tree_rows;
mod update;
mod view;
mod visits;
mod watch;
mod within;
mod words;
mod worker;

use std::io;
use std::path::PathBuf;
use std::process::Command;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::thread;
use std::time::Duration;

use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use rpprof::aggregate::Granularity;
use rpprof::profile::Profile;
use rpprof::render::TimeZone;

use self::answer::Answer;
use self::chip::Chip;
use self::coloring::{ColorBy, Coloring};
use self::config::DepthChoice;
use self::key::Binding;
use self::live::Live;
use self::profiles::Profiles;
use self::recording::Recorder;
use self::request::Request;
use self::scope::{Scope, Sides};
use self::settings::Settings;
use self::state::{Effect, State, View};
use self::subject::{Base, Subject};
use self::terminal::{IS_STALE, SCREEN, Taken};
use self::terminal_input::TerminalInput;
use self::theme::{Depth, Theme};
use self::update::{Event, update};
use self::watch::{Control, News, Slot};
use self::worker::Sources;
use crate::args::{ColorChoice, FilterArgs, SymbolArgs};
use crate::failure::Failure;
use crate::source::{Machine, SourceArgs};

pub(crate) use self::config::{Config, ConfigArgs, schema as config_schema};
pub(crate) use self::profiles::{LeftOut, Opener};
pub(crate) use self::reading::Reading;
pub(crate) use self::recording::{Play, parse_size};
pub(crate) use self::theme::Background;
pub(crate) use self::watch::{Source as WatchSource, Watch};

/// How long a key is waited for while something is computed.
const BUSY_WAIT: Duration = Duration::from_millis(2);
/// How long a key is waited for else.
const IDLE_WAIT: Duration = Duration::from_millis(200);

/// Paths below this share of what is looked at are not seen.
const SEEN_SHARE: f64 = 1e-3;
/// The share of the whole from which on the first call tree of a small profile has paths.
const SMALL_SHARE: f64 = 1e-4;
/// From so many stacks on a profile is not small.
const MANY_STACKS: usize = 1 << 16;

/// How the browser looks.
#[derive(Clone, Debug)]
pub(crate) struct Looks {
    /// What the command line says; the configuration comes after it.
    pub(crate) background: Option<Background>,
    pub(crate) is_ascii: bool,
    pub(crate) has_mouse: bool,
    pub(crate) color: ColorChoice,
    pub(crate) config: Config,
    /// The table of keys.
    pub(crate) keys: &'static [Binding],
}

impl Looks {
    fn theme(&self) -> Theme {
        let chosen = self.config.color_depth.and_then(DepthChoice::depth);
        let is_set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let told = Depth::of_terminal(is_set);
        let depth = match self.color {
            ColorChoice::Never => Depth::Mono,
            // Whoever wants no colours anywhere wants none here, whatever terminals can do.
            ColorChoice::Auto if is_set("NO_COLOR").is_some() => Depth::Mono,
            ColorChoice::Always if chosen.unwrap_or(told) == Depth::Mono => Depth::Basic,
            ColorChoice::Always | ColorChoice::Auto => chosen.unwrap_or(told),
        };
        let background = self.known_background().unwrap_or(Background::Dark);
        let is_ascii = self.is_ascii || self.config.ascii == Some(true);
        Theme { depth, background, is_ascii, colors: self.config.colors }
    }

    /// Returns what the user says the background of the terminal is like.
    fn known_background(&self) -> Option<Background> {
        self.background.or(self.config.theme)
    }

    fn coloring(&self) -> Coloring {
        let key = self.config.color_label.clone().unwrap_or_default();
        let by = self.config.color_by.map(ColorBy::from);
        // Whoever names a label wants its colours.
        let of_label = if key.is_empty() { ColorBy::default() } else { ColorBy::Label };
        Coloring { by: by.unwrap_or(of_label), key }
    }

    fn settings(&self) -> Settings {
        let editor = self.config.editor.as_ref().map(|editor| &*editor.clone().leak());
        Settings { keys: self.keys, editor, clipboard: self.config.clipboard.unwrap_or_default() }
    }
}

/// Fails if there is no terminal to draw on.
pub(crate) fn need_terminal() -> Result<(), Failure> {
    if terminal::is_there() {
        return Ok(());
    }
    Err(Failure::new("standard output is no terminal to browse in").hint("rpprof top FILE prints the table"))
}

/// A profile and where it comes from.
pub(crate) struct Loaded {
    pub(crate) profile: Profile,
    pub(crate) files: Vec<PathBuf>,
    /// What it is without; `None` if it is whole.
    pub(crate) left_out: Option<LeftOut>,
}

/// Reads a profile once more: in whole, or but for its stacks where labels are wanted.
pub(crate) type Reload = Box<dyn Fn() -> Result<Profile, String> + Send>;

/// What is looked at first.
pub(crate) struct First {
    /// The column of values.
    pub(crate) sample_type: usize,
    pub(crate) chips: Chips,
    /// The flags of how things were read and found.
    pub(crate) reading: Reading,
    /// Reads another profile to compare with.
    pub(crate) open: Opener,
    /// What is done without anybody at the keys.
    pub(crate) play: Play,
}

/// The filters that flags ask for, and the labels that became frames when the profile was read.
pub(crate) struct Chips(Vec<Chip>, Vec<String>);

impl Chips {
    pub(crate) fn of_flags(filters: &FilterArgs) -> Self {
        Self(Chip::of_flags(filters), filters.group_by.clone())
    }
}

/// Shows a profile, or how it differs from an older one, until its user has seen enough.
pub(crate) fn browse(
    new: Loaded,
    old: Option<Loaded>,
    source: SourceArgs,
    symbols: SymbolArgs,
    first: First,
    looks: &Looks,
    watch: Option<Watch>,
) -> Result<(), Failure> {
    let slot = Slot::default();
    let sides = if old.is_some() { Sides::Both } else { Sides::New };
    let mut subject = subject(&new, old.as_ref());
    (subject.grouped_by, subject.reading) = (first.chips.1, first.reading);
    let granularity = looks.config.granularity.map_or(Granularity::default(), Granularity::from);
    let scope = Scope { sample_type: first.sample_type, sides, granularity, chips: first.chips.0, ..Scope::default() };
    let base = old.as_ref().map_or(Vec::new(), |old| old.files.clone());
    let (machine, time_zone) = (Machine::this(), TimeZone::system());
    let sources = Sources { files: new.files, source, symbols, machine, time_zone };
    let (old, old_left_out) = old.map_or((None, None), |old| (Some(old.profile), old.left_out));
    let (news, told) = channel();
    let control = Control::default();
    let live = watch.as_ref().map_or(Live::default(), |watch| Live::new(watch.interval));
    if let Some(watch) = watch {
        watch::begin(watch, (&new.profile, old.as_ref()), Slot::clone(&slot), control.clone(), news);
    }
    let (new, new_left_out, open, fresh) = (new.profile, new.left_out, first.open, Slot::clone(&slot));
    let mut profiles = Profiles { new, old, base, open, new_left_out, old_left_out, fresh };
    let (requests, asked) = channel();
    let (answering, answers) = channel();
    // The thread ends with the program: a report that nobody waits for any more is not waited for either.
    thread::spawn(move || worker::work(&mut profiles, &sources, &asked, &answering));
    let mut play = first.play;
    let taken = match play.frame {
        Some(_) => None,
        None => Some(Taken::new(looks.has_mouse && looks.config.mouse != Some(false))?),
    };
    let size = play.frame.map_or_else(crossterm::terminal::size, Ok)?;
    let mut theme = looks.theme();
    if play.frame.is_some() && looks.color != ColorChoice::Always {
        // Text has no colours to tell boxes apart by, unless somebody wants them.
        theme.depth = Depth::Mono;
    }
    let mut state = State::new(subject, scope, theme, size);
    state.settings = looks.settings();
    state.live = live;
    state.coloring = looks.coloring();
    state.view = looks.config.view.map_or(state.view, View::from);
    let links = Links { requests, answers, told, control };
    if play.frame.is_some() {
        recording::play(&mut state, &mut play, &links)?;
        return recording::print(&state);
    }
    let asks_background = looks.known_background().is_none() && theme.depth != Depth::Mono && terminal::may_answer();
    let result = run(state, play, &links, asks_background);
    drop(taken);
    result
}

/// The ways to the threads that compute and read.
struct Links {
    requests: Sender<Request>,
    answers: Receiver<Answer>,
    told: Receiver<News>,
    control: Control,
}

/// Returns name and unit of each column of values.
fn types(profile: &Profile) -> Vec<(String, String)> {
    let types = profile.sample_types().iter().map(|value_type| {
        let (kind, unit) = profile.value_type_names(*value_type);
        (kind.to_owned(), unit.to_owned())
    });
    types.collect()
}

fn subject(new: &Loaded, old: Option<&Loaded>) -> Subject {
    let duration = watch::duration(&new.profile);
    let base = old.map(|old| Base { files: old.files.clone(), types: types(&old.profile) });
    let (types, first_share) = (types(&new.profile), first_share(&new.profile));
    Subject { files: new.files.clone(), types, duration, first_share, base, ..Subject::default() }
}

/// Returns the share of the whole below which the first call tree has no paths.
fn first_share(profile: &Profile) -> f64 {
    if profile.stacks().len() < MANY_STACKS { SMALL_SHARE } else { SEEN_SHARE }
}

/// Draws, and does what events ask for; nothing waits for what the terminal says of its background.
fn run(mut state: State, mut play: Play, links: &Links, asks_background: bool) -> Result<(), Failure> {
    let mut recorder = Recorder::new(play.record.as_deref())?;
    if recording::play(&mut state, &mut play, links)? {
        return Ok(());
    }
    let mut terminal = Terminal::new(CrosstermBackend::new(io::stdout()))?;
    let mut input = TerminalInput::new();
    if asks_background {
        input.ask_for_background()?;
    }
    let mut events = vec![Event::Resize(state.size.0, state.size.1)];
    for event in &events {
        recorder.add(event)?;
    }
    loop {
        let is_changed = !events.is_empty();
        for event in std::mem::take(&mut events) {
            for effect in update(&mut state, event) {
                if matches!(effect, Effect::Edit { .. } | Effect::Suspend | Effect::Quit) {
                    input.settle(&mut events)?;
                }
                if effect == Effect::Quit {
                    return Ok(());
                }
                perform(&mut state, effect, links)?;
            }
        }
        let is_stale = IS_STALE.swap(false, std::sync::atomic::Ordering::SeqCst);
        if is_changed || is_stale {
            let _screen = SCREEN.lock();
            if is_stale {
                // Unlike `clear`, this does not ask where the cursor is, which not every terminal answers.
                let size = terminal.size()?;
                terminal.resize(size.into())?;
            }
            terminal.draw(|frame| view::view(&state, frame))?;
        }
        // All that waits is taken in before the next picture.
        let wait = match () {
            () if !events.is_empty() => Duration::ZERO,
            () if state.is_busy() => BUSY_WAIT,
            () => IDLE_WAIT,
        };
        input.read(wait, &mut events)?;
        for event in &events {
            recorder.add(event)?;
        }
        events.extend(links.told.try_iter().map(Event::News));
        loop {
            match links.answers.try_recv() {
                Ok(answer) => events.push(Event::Answer(answer)),
                Err(TryRecvError::Empty) => break,
                // It panicked, and gave the terminal back.
                Err(TryRecvError::Disconnected) => return Err(Failure::new("the thread that computes has ended")),
            }
        }
    }
}

/// Does what an event asks for.
fn perform(state: &mut State, effect: Effect, links: &Links) -> Result<(), Failure> {
    match effect {
        Effect::Ask(request) => {
            if links.requests.send(request).is_err() {
                return Err(Failure::new("the thread that computes has ended"));
            }
        }
        Effect::Copy(text) => {
            let _screen = SCREEN.lock();
            match clipboard::copy(&text, state.settings.clipboard) {
                Ok(by) => state.tell(format!("copied with {by}: {text}")),
                Err(fault) => state.complain(format!("not copied: {fault}")),
            }
        }
        Effect::Pause(is_paused) => links.control.pause(is_paused),
        Effect::ReadNow => links.control.read_now(),
        Effect::Mouse => {
            let _screen = SCREEN.lock();
            let is_taken = terminal::turn_mouse()?;
            state.tell(if is_taken {
                "the mouse works here"
            } else {
                "the mouse is the terminal's; <mouse> takes it back"
            });
        }
        Effect::Suspend => terminal::suspend()?,
        Effect::Edit { path, line } => {
            let _screen = SCREEN.lock();
            terminal::give_back()?;
            if let Err(fault) = edit(state.settings.editor, &path, line) {
                state.complain(fault);
            }
            terminal::take()?;
        }
        Effect::Quit => {}
    }
    Ok(())
}

/// Opens a file in the editor of the user's choice, and waits for its end.
fn edit(wanted: Option<&str>, path: &str, line: i64) -> Result<(), String> {
    let variable = |name: &&str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let editor = wanted.map(str::to_owned).or_else(|| ["VISUAL", "EDITOR"].iter().find_map(variable));
    let editor = editor.unwrap_or_else(|| "vi".to_owned());
    let mut words = editor.split_whitespace();
    let program = words.next().unwrap_or("vi");
    let status = Command::new(program).args(words).arg(format!("+{line}")).arg(path).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{editor}: {status}")),
        Err(error) => Err(format!("{editor}: {error}")),
    }
}
