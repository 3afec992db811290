//! Reading a profile again: when its file has changed, every so often, or when somebody asks for it.

use std::fs;
use std::path::PathBuf;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use rpprof::profile::{Profile, unit};

use super::Reload;

/// How often it is looked whether a file that has changed is whole.
const SETTLES_AFTER: Duration = Duration::from_millis(100);

/// What the thread that reads tells.
#[derive(Clone, Debug)]
pub(super) enum News {
    /// There is another profile with the same columns of values, of this edition; how long it took, and when it was read.
    Fresh { edition: u64, duration: String, at: String },
    /// It could not be read.
    Fault(String),
}

/// A profile that was read, until whoever computes takes it.
pub(super) type Slot = Arc<Mutex<Option<Profile>>>;

/// What to read again.
pub(crate) struct Watch {
    /// Reads all of it.
    pub(crate) read: Reload,
    /// Files that are looked at whether they have changed; none if it is read again each time.
    pub(crate) files: Vec<PathBuf>,
    /// How often it is looked; `None` if only when somebody asks.
    pub(crate) interval: Option<Duration>,
    /// What the files were before they were read first.
    pub(crate) stamps: Stamps,
}

/// By what it is seen that files have changed: when they did, and how long they are.
pub(crate) type Stamps = Vec<Option<(SystemTime, u64)>>;

/// Returns what files are now.
pub(crate) fn stamps(files: &[PathBuf]) -> Stamps {
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

/// Begins to watch; ends when nobody listens any more.
///
/// `first` is the profile that is shown already.
pub(super) fn begin(watch: Watch, first: &Profile, slot: Slot, control: Control, news: Sender<News>) {
    let columns = columns(first);
    thread::spawn(move || {
        let mut watch = watch;
        let mut edition = 0;
        let mut fault: Option<String> = None;
        loop {
            let wishes = control.wait(watch.interval);
            if wishes.is_paused && !wishes.now {
                continue;
            }
            let before = stamps(&watch.files);
            let is_same = !watch.files.is_empty() && before == watch.stamps && fault.is_none();
            if is_same && !wishes.now {
                continue;
            }
            // Somebody may be writing it.
            if !watch.files.is_empty() {
                thread::sleep(SETTLES_AFTER);
                if stamps(&watch.files) != before {
                    if wishes.now {
                        control.read_now();
                    }
                    continue;
                }
            }
            let told = match (watch.read)().and_then(|profile| same_columns(profile, &columns)) {
                Ok(profile) => {
                    watch.stamps = before;
                    fault = None;
                    edition += 1;
                    let duration = duration(&profile);
                    *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(profile);
                    News::Fresh { edition, duration, at: jiff::Zoned::now().strftime("%H:%M:%S").to_string() }
                }
                // It is tried again each time; that is told once.
                Err(message) if fault.as_ref() == Some(&message) && !wishes.now => continue,
                Err(message) => {
                    fault = Some(message.clone());
                    News::Fault(message)
                }
            };
            if news.send(told).is_err() {
                return;
            }
        }
    });
}

/// Writes how long a profile took, if it tells.
pub(super) fn duration(profile: &Profile) -> String {
    match profile.header().duration_nanos {
        nanos if nanos > 0 => unit::label(nanos, "nanoseconds", "auto"),
        _ => String::new(),
    }
}

fn columns(profile: &Profile) -> Vec<(String, String)> {
    let names = |value_type| {
        let (kind, unit): (&str, &str) = profile.value_type_names(value_type);
        (kind.to_owned(), unit.to_owned())
    };
    profile.sample_types().iter().copied().map(names).collect()
}

/// Returns the profile if its columns of values are those that are looked at.
fn same_columns(profile: Profile, expected: &[(String, String)]) -> Result<Profile, String> {
    if columns(&profile) == expected {
        return Ok(profile);
    }
    Err("it has other columns of values now; open it anew".to_owned())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;
    use std::sync::mpsc::{Receiver, channel};
    use std::time::Duration;

    use rpprof::codec::{self, ReadOptions};
    use rpprof::profile::Profile;

    use super::{Control, News, Slot, Watch, begin, stamps};

    const PATIENCE: Duration = Duration::from_secs(60);

    fn testdata(file: &str) -> std::path::PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata").join(file)
    }

    fn read(path: &Path) -> Result<Profile, String> {
        let file = fs::File::open(path).map_err(|error| error.to_string())?;
        codec::read(file, &ReadOptions::default()).map_err(|error| error.to_string())
    }

    fn begun(path: &Path, interval: Option<Duration>) -> (Slot, Control, Receiver<News>) {
        let (slot, control) = (Slot::default(), Control::default());
        let (news, told) = channel();
        let first = read(path).expect("it is a profile");
        let own = path.to_owned();
        let files = vec![path.to_owned()];
        let watch = Watch { read: Box::new(move || read(&own)), stamps: stamps(&files), files, interval };
        begin(watch, &first, Slot::clone(&slot), control.clone(), news);
        (slot, control, told)
    }

    #[test]
    fn a_file_that_changes_is_read_and_one_that_cannot_be_is_told_once() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let path = folder.path().join("cpu.pb.gz");
        fs::copy(testdata("runs/old_1.pb.gz"), &path).expect("it can be copied");
        let (slot, _control, told) = begun(&path, Some(Duration::from_millis(20)));
        fs::copy(testdata("runs/new_1.pb.gz"), &path).expect("it can be copied");
        assert!(matches!(told.recv_timeout(PATIENCE), Ok(News::Fresh { edition: 1, .. })));
        let samples = slot.lock().expect("nobody panicked").take().map(|profile| profile.samples().len());
        assert_eq!(samples, read(&path).ok().map(|profile| profile.samples().len()));
        for (bad, words) in [(testdata("README.md"), ""), (testdata("go_heap.pb.gz"), "other columns")] {
            fs::copy(bad, &path).expect("it can be copied");
            let Ok(News::Fault(message)) = told.recv_timeout(PATIENCE) else { panic!("it is no such profile") };
            assert!(message.contains(words), "{message}");
        }
        assert!(told.recv_timeout(Duration::from_millis(400)).is_err(), "it is told once");
        fs::copy(testdata("runs/old_2.pb.gz"), &path).expect("it can be copied");
        assert!(matches!(told.recv_timeout(PATIENCE), Ok(News::Fresh { edition: 2, .. })));
    }

    #[test]
    fn what_is_paused_is_read_when_somebody_asks() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let path = folder.path().join("cpu.pb.gz");
        fs::copy(testdata("runs/old_1.pb.gz"), &path).expect("it can be copied");
        let (_slot, control, told) = begun(&path, Some(Duration::from_millis(20)));
        control.pause(true);
        fs::copy(testdata("runs/new_1.pb.gz"), &path).expect("it can be copied");
        assert!(told.recv_timeout(Duration::from_millis(400)).is_err());
        control.read_now();
        assert!(matches!(told.recv_timeout(PATIENCE), Ok(News::Fresh { .. })));
        let (_slot, control, told) = begun(&path, None);
        control.read_now();
        assert!(matches!(told.recv_timeout(PATIENCE), Ok(News::Fresh { .. })));
    }
}
