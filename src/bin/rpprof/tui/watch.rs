//! Reading a profile again: when its file has changed, every so often, or when somebody asks for it.

use std::fs;
use std::path::PathBuf;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use rpprof::profile::{Profile, unit};

use super::profiles::Opener;
use super::{Reload, first_share, types};
use crate::input::server_address;

/// How often it is looked whether a file that has changed is whole.
const SETTLES_AFTER: Duration = Duration::from_millis(100);

/// What the thread that reads tells.
#[derive(Clone, Debug)]
pub(super) enum News {
    /// There is another profile with the same columns of values on a side, of this edition; when it was read.
    Fresh { edition: u64, at: String, new: Option<Told> },
    /// It could not be read.
    Fault(String),
}

/// What is told of a new profile besides itself.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Told {
    /// How long it took, in words.
    pub(super) duration: String,
    /// The share of the whole below which its first call tree has no paths.
    pub(super) first_share: f64,
}

/// Profiles that were read, until whoever computes takes them.
#[derive(Debug, Default)]
pub(super) struct Fresh {
    pub(super) new: Option<Profile>,
    pub(super) old: Option<Profile>,
    /// Another old profile to watch, with its columns of values, until whoever watches takes it.
    pub(super) base: Option<(PathBuf, Columns)>,
}

/// What is between whoever reads and whoever computes.
pub(super) type Slot = Arc<Mutex<Fresh>>;

/// Name and unit of each column of values.
type Columns = Vec<(String, String)>;

/// What to read again.
pub(crate) struct Watch {
    pub(crate) new: Source,
    /// What it is compared with, if that can be read again.
    pub(crate) old: Option<Source>,
    /// Reads what it is compared with from some time on.
    pub(crate) open: Opener,
    /// How often it is looked; `None` if only when somebody asks.
    pub(crate) interval: Option<Duration>,
}

/// Where one side comes from.
pub(crate) struct Source {
    /// Reads all of it.
    read: Reload,
    /// Files that are looked at whether they have changed; none if it is read again each time.
    files: Vec<PathBuf>,
    /// What the files were before they were read.
    stamps: Stamps,
}

impl Source {
    /// Begins before the files are read first; `files` are none if it has to be read again each time.
    pub(crate) fn new(files: Vec<PathBuf>, read: Reload) -> Self {
        let stamps = stamps(&files);
        Self { read, files, stamps }
    }

    /// Reads it again.
    pub(crate) fn read(&self) -> Result<Profile, String> {
        (self.read)()
    }
}

/// By what it is seen that files have changed: when they did, and how long they are.
type Stamps = Vec<Option<(SystemTime, u64)>>;

/// Returns what files are now.
fn stamps(files: &[PathBuf]) -> Stamps {
    let stamp = |file: &PathBuf| {
        let metadata = fs::metadata(file).ok()?;
        Some((metadata.modified().ok()?, metadata.len()))
    };
    files.iter().map(stamp).collect()
}

/// What is asked of the thread that reads.
#[derive(Debug, Default)]
struct Wishes {
    is_paused: bool,
    /// Whether to read now.
    now: bool,
}

/// Tells the thread that reads what to do.
#[derive(Clone, Debug, Default)]
pub(super) struct Control(Arc<(Mutex<Wishes>, Condvar)>);

impl Control {
    fn tell(&self, change: impl FnOnce(&mut Wishes)) {
        change(&mut self.0.0.lock().unwrap_or_else(PoisonError::into_inner));
        self.0.1.notify_all();
    }

    /// Reads no more by itself, or again.
    pub(super) fn pause(&self, is_paused: bool) {
        self.tell(|wishes| wishes.is_paused = is_paused);
    }

    /// Reads now.
    pub(super) fn read_now(&self) {
        self.tell(|wishes| wishes.now = true);
    }

    /// Waits; returns whether somebody wants it read now, and whether it is paused.
    fn wait(&self, interval: Option<Duration>) -> Wishes {
        let begin = Instant::now();
        let mut wishes = self.0.0.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let left = interval.map(|interval| interval.saturating_sub(begin.elapsed()));
            if wishes.now || left == Some(Duration::ZERO) {
                return Wishes { is_paused: wishes.is_paused, now: std::mem::take(&mut wishes.now) };
            }
            wishes = match left {
                Some(left) => self.0.1.wait_timeout(wishes, left).unwrap_or_else(PoisonError::into_inner).0,
                None => self.0.1.wait(wishes).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }
}

/// A side that is watched.
struct Side {
    source: Source,
    columns: Columns,
    /// Why it could not be read the last time.
    fault: Option<String>,
}

/// What became of a side.
enum Found {
    Nothing,
    /// Somebody may be writing it.
    Unsettled,
    Profile(Profile),
    Fault(String),
}

impl Side {
    /// Looks whether the side has changed, and reads it if so, or if it `is_wanted`.
    fn look(&mut self, is_wanted: bool) -> Found {
        let files = &self.source.files;
        let before = stamps(files);
        let is_same = !files.is_empty() && before == self.source.stamps && self.fault.is_none();
        if is_same && !is_wanted {
            return Found::Nothing;
        }
        if !files.is_empty() {
            thread::sleep(SETTLES_AFTER);
            if stamps(files) != before {
                return Found::Unsettled;
            }
        }
        match self.source.read().and_then(|profile| same_columns(profile, &self.columns)) {
            Ok(profile) => {
                self.source.stamps = before;
                self.fault = None;
                Found::Profile(profile)
            }
            // It is tried again each time; that is told once.
            Err(message) if self.fault.as_ref() == Some(&message) && !is_wanted => Found::Nothing,
            Err(message) => {
                self.fault = Some(message.clone());
                Found::Fault(message)
            }
        }
    }
}

/// Begins to watch; ends when nobody listens any more.
///
/// `first` are the profiles that are shown already, the new one and the old one.
pub(super) fn begin(
    watch: Watch,
    first: (&Profile, Option<&Profile>),
    slot: Slot,
    control: Control,
    news: Sender<News>,
) {
    let Watch { new, old, open, interval } = watch;
    let side = |source: Source, first: &Profile| Side { source, columns: types(first), fault: None };
    let (mut new, mut old) = (side(new, first.0), old.zip(first.1).map(|(old, first)| side(old, first)));
    thread::spawn(move || {
        let mut edition = 0;
        let locked = || slot.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let wishes = control.wait(interval);
            if wishes.is_paused && !wishes.now {
                continue;
            }
            if let Some((path, columns)) = locked().base.take() {
                old = Some(Side { source: base_source(path, &open), columns, fault: None });
            }
            let mut told = Vec::new();
            let (mut is_fresh, mut of_new) = (false, None);
            for (is_new, side) in [(true, Some(&mut new)), (false, old.as_mut())] {
                match side.map_or(Found::Nothing, |side| side.look(wishes.now)) {
                    Found::Nothing => {}
                    Found::Unsettled if wishes.now => control.read_now(),
                    Found::Unsettled => {}
                    Found::Profile(profile) if is_new => {
                        is_fresh = true;
                        of_new = Some(Told { duration: duration(&profile), first_share: first_share(&profile) });
                        locked().new = Some(profile);
                    }
                    Found::Profile(profile) => {
                        let mut slot = locked();
                        // Not if it is compared with another one by now.
                        if slot.base.is_none() {
                            is_fresh = true;
                            slot.old = Some(profile);
                        }
                    }
                    Found::Fault(message) => told.push(News::Fault(message)),
                }
            }
            if is_fresh {
                edition += 1;
                let at = jiff::Zoned::now().strftime("%H:%M:%S").to_string();
                told.insert(0, News::Fresh { edition, at, new: of_new });
            }
            if told.into_iter().any(|told| news.send(told).is_err()) {
                return;
            }
        }
    });
}

/// Returns where a profile comes from that is compared with from now on.
fn base_source(path: PathBuf, open: &Opener) -> Source {
    let files = if server_address(&path).is_some() { Vec::new() } else { vec![path.clone()] };
    let open = Arc::clone(open);
    Source::new(files, Box::new(move || open(&path)))
}

/// Writes how long a profile took, if it tells.
pub(super) fn duration(profile: &Profile) -> String {
    match profile.header().duration_nanos {
        nanos if nanos > 0 => unit::label(nanos, "nanoseconds", "auto"),
        _ => String::new(),
    }
}

/// Returns the profile if its columns of values are those that are looked at.
fn same_columns(profile: Profile, expected: &[(String, String)]) -> Result<Profile, String> {
    if types(&profile) == expected {
        return Ok(profile);
    }
    Err("it has other columns of values now; open it anew".to_owned())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;
    use std::sync::Arc;
    use std::sync::mpsc::{Receiver, channel};
    use std::time::Duration;

    use rpprof::codec::{self, ReadOptions};
    use rpprof::profile::Profile;

    use super::{Control, News, Slot, Source, Watch, begin, types};

    const PATIENCE: Duration = Duration::from_secs(600);

    fn testdata(file: &str) -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata").join(file)
    }

    fn read(path: &Path) -> Result<Profile, String> {
        let file = fs::File::open(path).map_err(|error| error.to_string())?;
        codec::read(file, &ReadOptions::default()).map_err(|error| error.to_string())
    }

    fn source(path: &Path) -> Source {
        let own = path.to_owned();
        Source::new(vec![path.to_owned()], Box::new(move || read(&own)))
    }

    fn begun(path: &Path, old: Option<&Path>, interval: Option<Duration>) -> (Slot, Control, Receiver<News>) {
        begun_by(path, old, interval, Control::default())
    }

    fn begun_by(
        path: &Path,
        old: Option<&Path>,
        interval: Option<Duration>,
        control: Control,
    ) -> (Slot, Control, Receiver<News>) {
        let slot = Slot::default();
        let (news, told) = channel();
        let first = read(path).expect("it is a profile");
        let first_old = old.map(|old| read(old).expect("it is a profile"));
        let watch = Watch { new: source(path), old: old.map(source), open: Arc::new(read), interval };
        begin(watch, (&first, first_old.as_ref()), Slot::clone(&slot), control.clone(), news);
        (slot, control, told)
    }

    fn samples(slot: &Slot, is_new: bool) -> Option<usize> {
        let mut slot = slot.lock().expect("nobody panicked");
        let profile = if is_new { slot.new.take() } else { slot.old.take() };
        profile.map(|profile| profile.samples().len())
    }

    fn samples_of(path: &Path) -> Option<usize> {
        read(path).ok().map(|profile| profile.samples().len())
    }

    /// Puts a file in the place of another one at once: whoever copies may be kept from it for long in the middle.
    fn put(file: &str, path: &Path) {
        let beside = path.with_extension("part");
        fs::copy(testdata(file), &beside).expect("it can be copied");
        fs::rename(&beside, path).expect("it can be renamed");
    }

    #[test]
    fn a_file_that_changes_is_read_and_one_that_cannot_be_is_told_once() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let path = folder.path().join("cpu.pb.gz");
        put("runs/old_1.pb.gz", &path);
        let (slot, _control, told) = begun(&path, None, Some(Duration::from_millis(20)));
        put("runs/new_1.pb.gz", &path);
        assert!(matches!(told.recv_timeout(PATIENCE), Ok(News::Fresh { edition: 1, .. })));
        assert_eq!(samples(&slot, true), samples_of(&path));
        for (bad, words) in [("README.md", ""), ("go_heap.pb.gz", "other columns")] {
            put(bad, &path);
            let Ok(News::Fault(message)) = told.recv_timeout(PATIENCE) else { panic!("it is no such profile") };
            assert!(message.contains(words), "{message}");
        }
        assert!(told.recv_timeout(Duration::from_millis(400)).is_err(), "it is told once");
        put("runs/old_2.pb.gz", &path);
        assert!(matches!(told.recv_timeout(PATIENCE), Ok(News::Fresh { edition: 2, .. })));
    }

    #[test]
    fn what_is_paused_is_read_when_somebody_asks() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let path = folder.path().join("cpu.pb.gz");
        put("runs/old_1.pb.gz", &path);
        // Before it begins: later it may be looking just then.
        let control = Control::default();
        control.pause(true);
        let (_slot, control, told) = begun_by(&path, None, Some(Duration::from_millis(20)), control);
        put("runs/new_1.pb.gz", &path);
        assert!(told.recv_timeout(Duration::from_millis(400)).is_err());
        control.read_now();
        assert!(matches!(told.recv_timeout(PATIENCE), Ok(News::Fresh { .. })));
        let (_slot, control, told) = begun(&path, None, None);
        control.read_now();
        assert!(matches!(told.recv_timeout(PATIENCE), Ok(News::Fresh { .. })));
    }

    #[test]
    fn both_sides_are_read_when_they_change_and_another_base_takes_the_place_of_the_old_one() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let [new, old, base] = ["new.pb.gz", "old.pb.gz", "base.pb.gz"].map(|name| folder.path().join(name));
        put("runs/new_1.pb.gz", &new);
        put("runs/old_1.pb.gz", &old);
        put("runs/old_1.pb.gz", &base);
        let (slot, _control, told) = begun(&new, Some(&old), Some(Duration::from_millis(20)));
        put("runs/old_2.pb.gz", &old);
        assert!(matches!(told.recv_timeout(PATIENCE), Ok(News::Fresh { edition: 1, new: None, .. })));
        assert_eq!((samples(&slot, true), samples(&slot, false)), (None, samples_of(&old)));
        put("runs/new_2.pb.gz", &new);
        let Ok(News::Fresh { edition: 2, new: Some(of_new), .. }) = told.recv_timeout(PATIENCE) else {
            panic!("the new side is read")
        };
        assert!(!of_new.duration.is_empty() && of_new.first_share > 0.0);
        assert_eq!((samples(&slot, true), samples(&slot, false)), (samples_of(&new), None));
        let columns = types(&read(&base).expect("it is a profile"));
        slot.lock().expect("nobody panicked").base = Some((base.clone(), columns));
        // What is not watched any more may change before that is known.
        while slot.lock().expect("nobody panicked").base.is_some() {
            std::thread::yield_now();
        }
        put("runs/old_3.pb.gz", &old);
        assert!(told.recv_timeout(Duration::from_millis(400)).is_err(), "it is not watched any more");
        // Again and again, as it may not have looked at the base yet.
        let news = (0..PATIENCE.as_secs()).find_map(|_| {
            put("runs/old_2.pb.gz", &base);
            told.recv_timeout(Duration::from_secs(1)).ok()
        });
        assert!(matches!(news, Some(News::Fresh { edition: 3, new: None, .. })));
        assert_eq!(samples(&slot, false), samples_of(&base));
    }
}
