//! Keys against states, pictures against golden files, chance against panics.

mod cancel;
mod chance;
mod chips;
mod code;
mod coloring;
mod compare;
mod early;
mod equivalent;
mod export;
mod instructions;
mod keys;
mod label_detail;
mod labels;
mod live;
mod panes;
#[cfg(unix)]
mod panics;
mod prompts;
mod sandwich;
mod search;
mod selection;
mod timeline;
mod within;

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use rpprof::codec::{self, ReadOptions};
use rpprof::profile::Profile;
use rpprof::render::TimeZone;
use rpprof::report::{self, TopOptions};
use rpprof::transform::{Filter, select};

use super::Loaded;
use super::answer::{Answer, Reply};
use super::config::Colors;
use super::profiles::Profiles;
use super::recording::key_of;
use super::request::{Ask, Request, Topic};
use super::scope::{Scope, Sides};
use super::state::{Effect, State};
use super::theme::{Background, Depth, Theme};
use super::update::{Event, update};
use super::watch::Slot;
use super::worker::{Sources, work};
use crate::args::{DemangleArg, SymbolArgs};
use crate::source::{Machine, SourceArgs};

fn testdata() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata")
}

fn load(file: &str) -> Loaded {
    let input = File::open(testdata().join(file)).expect("the profile is there");
    let profile = codec::read(input, &ReadOptions::default()).expect("it is a profile");
    Loaded { profile, files: vec![PathBuf::from(file)], left_out: None }
}

fn profiles(new: Loaded, old: Option<Loaded>) -> Profiles {
    let base = old.as_ref().map_or(Vec::new(), |old| old.files.clone());
    let (old, old_left_out) = old.map_or((None, None), |old| (Some(old.profile), old.left_out));
    let open = Arc::new(|path: &Path| {
        let file = File::open(testdata().join(path)).map_err(|error| error.to_string())?;
        codec::read(file, &ReadOptions::default()).map_err(|error| error.to_string())
    });
    Profiles { new: new.profile, old, base, open, new_left_out: new.left_out, old_left_out, fresh: Slot::default() }
}

/// Looks for binaries where profiles say alone.
fn symbols() -> SymbolArgs {
    SymbolArgs {
        symbolize: None,
        demangle: DemangleArg::Short,
        binary: None,
        jit_symbols: Vec::new(),
        symbolz: None,
        symbol_cache: Some("off".into()),
    }
}

/// A browser without a terminal; its worker answers at once.
struct Browser {
    new: Profile,
    old: Option<Profile>,
    ask: Sender<Request>,
    answers: Receiver<Answer>,
    state: State,
    /// What was to be done that is not for the worker.
    effects: Vec<Effect>,
    /// A profile that was read again.
    fresh: Slot,
    /// Where files are written that have a name alone.
    exports: tempfile::TempDir,
}

impl Browser {
    fn open(file: &str, size: (u16, u16), depth: Depth) -> Self {
        Self::of(load(file), None, size, depth)
    }

    fn compare(old: &str, new: &str, size: (u16, u16), depth: Depth) -> Self {
        Self::of(load(new), Some(load(old)), size, depth)
    }

    fn of(new: Loaded, old: Option<Loaded>, size: (u16, u16), depth: Depth) -> Self {
        let sample_type = new.profile.default_sample_type().expect("it has columns");
        let theme = Theme { depth, background: Background::Dark, is_ascii: false, colors: Colors::default() };
        let subject = super::subject(&new, old.as_ref());
        let sides = if old.is_some() { Sides::Both } else { Sides::New };
        let state = State::new(subject, Scope { sample_type, sides, ..Scope::default() }, theme, size);
        let sources = Sources {
            files: new.files.clone(),
            source: SourceArgs::default(),
            symbols: symbols(),
            machine: Machine::this(),
            time_zone: TimeZone::utc(),
        };
        let ((ask, asked), (answering, answers)) = (channel(), channel());
        let (new_profile, old_profile) = (new.profile.clone(), old.as_ref().map(|old| old.profile.clone()));
        let mut profiles = profiles(new, old);
        let fresh = Slot::clone(&profiles.fresh);
        thread::spawn(move || work(&mut profiles, &sources, &asked, &answering));
        let (effects, exports) = (Vec::new(), tempfile::tempdir().expect("a folder can be made"));
        let mut browser = Self { new: new_profile, old: old_profile, ask, answers, state, effects, fresh, exports };
        browser.happen(Event::Resize(size.0, size.1));
        browser
    }

    fn happen(&mut self, event: Event) {
        let mut events = vec![event];
        while let Some(event) = events.pop() {
            for effect in update(&mut self.state, event) {
                match effect {
                    // What is asked in its stead has another sign.
                    Effect::Ask(request) if request.interrupt.is_set() => {}
                    Effect::Ask(request) => events.push(Event::Answer(self.answer(request))),
                    other => self.effects.push(other),
                }
            }
        }
    }

    fn answer(&self, mut request: Request) -> Answer {
        if let Ask::Export { path, .. } = &mut request.ask {
            // A path that begins at the root stays as it is.
            *path = self.exports.path().join(&path);
        }
        self.ask.send(request).expect("the worker is there");
        self.answers.recv().expect("each question is answered")
    }

    /// Presses keys, written as in the table of keys and divided by spaces.
    fn press(&mut self, keys: &str) {
        for key in keys.split(' ') {
            self.happen(Event::Key(key_event(key)));
        }
    }

    fn click(&mut self, column: u16, row: u16) {
        let kind = MouseEventKind::Down(MouseButton::Left);
        self.happen(Event::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }, 0));
    }

    fn write(&mut self, text: &str) {
        for c in text.chars() {
            self.happen(Event::Key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE)));
        }
        self.press("enter");
    }

    fn picture(&self) -> Buffer {
        let (width, height) = self.state.size;
        let mut terminal = Terminal::new(TestBackend::new(width, height)).expect("it is memory");
        terminal.draw(|frame| super::view::view(&self.state, frame)).expect("it is memory");
        terminal.backend().buffer().clone()
    }
}

fn key_event(key: &str) -> KeyEvent {
    key_of(key).expect("the key has a name")
}

/// Writes what a picture shows, then, if there are colours, a letter for the style of each column.
fn text_of(buffer: &Buffer, has_styles: bool) -> String {
    let (width, height) = (usize::from(buffer.area.width), usize::from(buffer.area.height));
    let mut text = String::new();
    for row in buffer.content.chunks(width) {
        let line: String = row.iter().map(ratatui::buffer::Cell::symbol).collect();
        text.push_str(line.trim_end());
        text.push('\n');
    }
    if !has_styles {
        return text;
    }
    let mut styles: Vec<String> = Vec::new();
    let mut letters = String::new();
    for row in buffer.content.chunks(width).take(height) {
        let line: String = row
            .iter()
            .map(|cell| {
                let style = format!("{:?} on {:?} {:?}", cell.fg, cell.bg, cell.modifier);
                let index = styles.iter().position(|known| *known == style).unwrap_or_else(|| {
                    styles.push(style);
                    styles.len() - 1
                });
                let letters = b".abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
                letters.get(index).map_or('?', |&letter| char::from(letter))
            })
            .collect();
        letters.push_str(&line);
        letters.push('\n');
    }
    format!("{text}\n{letters}\n{}\n", styles.join("\n"))
}

#[track_caller]
fn check(name: &str, browser: &Browser) {
    let actual = text_of(&browser.picture(), browser.state.theme.depth != Depth::Mono);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/tui").join(format!("{name}.txt"));
    if std::env::var_os("RPPROF_BLESS").is_some() {
        fs::create_dir_all(path.parent().expect("it is in a folder")).expect("the folder can be made");
        fs::write(&path, &actual).expect("the file can be written");
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert!(actual == expected, "{name} differs; RPPROF_BLESS=1 rewrites it\n{actual}");
}

/// Views with the keys that lead to them.
const VIEWS: [(&str, &str, &str); 13] = [
    ("top", "go_cpu.pb.gz", "o down"),
    ("flame", "go_cpu.pb.gz", "2 down down"),
    ("tree", "go_cpu.pb.gz", "3 H"),
    ("butterfly", "go_cpu.pb.gz", "down down enter"),
    ("icicles", "go_cpu.pb.gz", "/ m a l l o c g c enter esc enter V up right"),
    ("source", "cpp_cpu.pb.gz", "down s"),
    ("labels", "go_cpu.pb.gz", "7 down"),
    ("histogram", "go_allocs.pb.gz", "7 down down"),
    ("timeline", "slices_cpu.pb.gz", "8 right right space right right"),
    ("heat", "slices_cpu.pb.gz", "8 V right right space right right"),
    ("info", "go_cpu.pb.gz", "9"),
    ("disassembly", "go_cpu.pb.gz", "a"),
    ("help", "go_cpu.pb.gz", "?"),
];

/// Runs a test once more where nobody says where binaries are, if somebody does here; returns whether that was so.
fn runs_without_settings(test: &str) -> bool {
    const SETTINGS: [&str; 2] = ["DEBUGINFOD_URLS", "PPROF_BINARY_PATH"];
    let is_set = SETTINGS.iter().any(|name| std::env::var_os(name).is_some());
    if is_set {
        let mut own = std::process::Command::new(std::env::current_exe().expect("a program knows its file"));
        for name in SETTINGS {
            own.env_remove(name);
        }
        let status = own.args(["--exact", test, "--nocapture"]).status().expect("the program starts");
        assert!(status.success(), "{status}");
    }
    is_set
}

#[test]
fn pictures_are_as_they_were() {
    if runs_without_settings("tui::tests::pictures_are_as_they_were") {
        return;
    }
    for (name, file, keys) in VIEWS {
        for size in [(40, 10), (60, 15), (80, 24), (160, 50)] {
            for (depth, color) in [(Depth::Mono, "mono"), (Depth::Indexed, "color")] {
                let mut browser = Browser::open(file, size, depth);
                browser.press(keys);
                check(&format!("{name}.{}x{}.{color}", size.0, size.1), &browser);
            }
        }
        // Not even a heading, and a line at the bottom.
        let mut browser = Browser::open(file, (39, 9), Depth::Mono);
        browser.press(keys);
        check(&format!("{name}.39x9.mono"), &browser);
        browser.happen(Event::Resize(19, 3));
        assert_eq!(text_of(&browser.picture(), false), "rpprof: too small\n\n\n");
    }
}

#[test]
fn the_table_has_the_rows_of_the_report() {
    let mut browser = Browser::open("go_cpu.pb.gz", (80, 24), Depth::Mono);
    browser.write(":focus=store");
    let mut filter = Filter::default();
    filter.focus = regex::Regex::new("store").ok();
    let (selection, _) = select(&browser.new, &filter).expect("it can be selected");
    let mut options = TopOptions::default();
    options.values.sample_type = browser.state.scope.sample_type;
    options.node_fraction = 0.0;
    let top = report::top(&selection, &options);
    let expected: Vec<_> = top.rows.iter().map(|row| (row.name.clone(), row.flat, row.cum)).collect();
    let names = &browser.state.table.as_ref().expect("it is answered").names;
    let mut actual: Vec<_> = (0..browser.state.row_count())
        .filter_map(|place| browser.state.table_row(place))
        .map(|row| (names.name(row.frame).to_owned(), row.flat, row.cum))
        .collect();
    let mut sorted = expected.clone();
    sorted.sort();
    actual.sort();
    assert_eq!(actual, sorted);
    assert_eq!(browser.state.total(), top.coverage.total);
}

#[test]
fn filters_are_undone_and_redone_and_the_selection_stays() {
    let mut browser = Browser::open("go_cpu.pb.gz", (80, 24), Depth::Mono);
    browser.press("down down down");
    let selected = browser.state.current();
    browser.press("f");
    assert_eq!(browser.state.scope.chips.len(), 1);
    assert_eq!(browser.state.current(), selected);
    let filtered = browser.state.table.as_ref().map(|table| table.shown);
    browser.press("u");
    assert!(browser.state.scope.chips.is_empty());
    assert_ne!(browser.state.table.as_ref().map(|table| table.shown), filtered);
    browser.press("ctrl-r 2");
    assert_eq!(browser.state.table.as_ref().map(|table| table.shown), filtered);
    assert_eq!(browser.state.current(), selected, "the flame graph begins at what was selected");
    browser.press("X 3");
    assert_eq!(browser.state.current(), selected);
}

#[test]
fn a_command_prints_what_is_shown() {
    let mut browser = Browser::open("go_cpu.pb.gz", (80, 24), Depth::Mono);
    browser.write(":focus=^main\\.");
    browser.write(":granularity=lines");
    browser.press("p y");
    let command = "rpprof top -t cpu --focus '^main\\.' --my-code -g lines --min-share 0 go_cpu.pb.gz";
    assert_eq!(browser.effects, [Effect::Copy(command.to_owned())]);
}

#[test]
fn a_search_counts_what_it_finds() {
    let mut browser = Browser::open("go_cpu.pb.gz", (80, 24), Depth::Mono);
    browser.press("/");
    browser.write("PARTITION");
    let count = |browser: &Browser| {
        browser.state.search.as_ref().and_then(|search| search.matches.as_ref()).map(|matches| matches.count)
    };
    assert_eq!(count(&browser), Some(0), "capitals count");
    browser.press("esc /");
    browser.write("partition");
    assert!(count(&browser).is_some_and(|count| count > 0));
    browser.press("n");
    assert!(browser.state.current().is_some_and(|name| name.contains("partition")));
    browser.press("/");
    browser.write("(");
    assert!(browser.state.search.as_ref().is_some_and(|search| search.fault.is_some()));
}

#[test]
fn answers_to_old_questions_are_dropped() {
    let mut browser = Browser::open("go_cpu.pb.gz", (80, 24), Depth::Mono);
    let effects = update(&mut browser.state, Event::Key(key_event("p")));
    let [Effect::Ask(old)] = effects.as_slice() else { panic!("one question, not {effects:?}") };
    let late = browser.answer(old.clone());
    browser.press("u");
    let shown = browser.state.table.as_ref().map(|table| table.shown);
    browser.happen(Event::Answer(late.clone()));
    assert!(matches!(late.reply, Ok(Reply::Table(_))));
    assert_eq!(browser.state.table.as_ref().map(|table| table.shown), shown);
    assert!(!browser.state.is_pending(Topic::Table));
}

#[test]
fn zoom_makes_the_box_as_wide_as_the_screen() {
    let mut browser = Browser::open("go_cpu.pb.gz", (60, 20), Depth::Mono);
    browser.press("2 home down down enter");
    assert_ne!(browser.state.zoom, super::layout::Zoom::default());
    let tree = browser.state.tree.clone().expect("it is answered");
    let rows = super::layout::layout(&tree, &browser.state.zoom, 60, 0..30);
    assert_eq!(rows[0][0].parts, 0..60 * super::layout::PARTS);
    for pair in rows.windows(2) {
        let inside = |child: &super::layout::FlameBox| {
            pair[0].iter().any(|parent| parent.parts.start <= child.parts.start && child.parts.end <= parent.parts.end)
        };
        assert!(pair[1].iter().all(inside), "a child is as wide as its parent at most");
    }
    browser.press("esc");
    assert_eq!(browser.state.zoom, super::layout::Zoom::default());
}

#[test]
fn the_worker_ends_with_the_browser() {
    let loaded = load("go_cpu.pb.gz");
    let ((ask, asked), (answering, answers)) = (channel::<Request>(), channel());
    let worker = thread::spawn(move || {
        let sources = Sources {
            files: Vec::new(),
            source: SourceArgs::default(),
            symbols: symbols(),
            machine: Machine::this(),
            time_zone: TimeZone::utc(),
        };
        work(&mut profiles(loaded, None), &sources, &asked, &answering);
    });
    drop(ask);
    worker.join().expect("it does not panic");
    assert!(answers.recv().is_err());
}
