//! From the files of a command line to one profile.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;
use std::thread;

use rpprof::ErrorKind;
use rpprof::codec::{self, LabelColumn, ReadOptions, StackColumn};
use rpprof::profile::{Profile, StringTable};
use rpprof::transform::{Merger, make_compatible, merge};

use crate::args::{InputArgs, SymbolArgs};
use crate::failure::{Failure, nearest};
use crate::http;
use crate::progress::Progress;
use crate::symbols::{named, named_silently};

/// Reads the profiles of a command line; several become one.
///
/// `labels` and `stacks` hold for a single file only: what is merged needs both.
///
/// Addresses get names if that is asked for.
pub(crate) fn load(arguments: &InputArgs, labels: LabelColumn, stacks: StackColumn) -> Result<Profile, Failure> {
    let profile = read(arguments, labels, stacks)?;
    Ok(if arguments.symbols.symbolize.is_some() { named(&profile, &arguments.symbols) } else { profile })
}

/// Reads the profiles of a command line for a report that shows functions: addresses without names get them.
///
/// Nobody sees names without stacks.
pub(crate) fn load_named(arguments: &InputArgs, labels: LabelColumn, stacks: StackColumn) -> Result<Profile, Failure> {
    if stacks == StackColumn::Skip {
        return load(arguments, labels, stacks);
    }
    Ok(named(&read(arguments, labels, stacks)?, &arguments.symbols))
}

/// Reads the profiles of a command line as they are, addresses without names too.
pub(crate) fn load_nameless(arguments: &InputArgs) -> Result<Profile, Failure> {
    read(arguments, LabelColumn::Keep, StackColumn::Keep)
}

/// Returns whether the profiles of a command line can be read a second time, and labels left out at the first.
pub(crate) fn can_reload(arguments: &InputArgs) -> bool {
    let [only] = arguments.files.as_slice() else { return false };
    only.as_os_str() != "-" && fs::metadata(only).is_ok_and(|metadata| metadata.is_file())
}

/// Reads the profiles of a command line once more, in whole; says nothing on the terminal, which is somebody else's now.
///
/// # Errors
/// Why it cannot be read any more.
pub(crate) fn reload(arguments: &InputArgs) -> Result<Profile, Failure> {
    let profile = read_with(arguments, options(arguments), &Progress::hidden())?;
    Ok(named_silently(&profile, &arguments.symbols))
}

/// Reads the single profile of a command line once more, without its stacks, and with its strings shared as far as they
/// are `strings`; says nothing either.
///
/// # Errors
/// Why it cannot be read any more.
pub(crate) fn reload_labels(arguments: &InputArgs, strings: &StringTable) -> Result<Profile, Failure> {
    let options = options(arguments).with_stacks(StackColumn::Skip).with_strings(strings);
    read_with(arguments, options, &Progress::hidden())
}

fn read(arguments: &InputArgs, labels: LabelColumn, stacks: StackColumn) -> Result<Profile, Failure> {
    let size_bytes = |file: &PathBuf| fs::metadata(file).map_or(0, |metadata| metadata.len());
    let progress = Progress::new(arguments.files.iter().map(size_bytes).sum());
    read_with(arguments, options(arguments).with_labels(labels).with_stacks(stacks), &progress)
}

fn options(arguments: &InputArgs) -> ReadOptions {
    ReadOptions::default().with_max_inflated_bytes(arguments.max_inflated)
}

fn read_with(arguments: &InputArgs, options: ReadOptions, progress: &Progress) -> Result<Profile, Failure> {
    let sources = sources(&arguments.files, arguments.max_inflated)?;
    if let [only] = sources.as_slice() {
        return only.read(&options, progress);
    }
    // What is merged needs both.
    let options = options.with_labels(LabelColumn::Keep).with_stacks(StackColumn::Keep);
    match merge_sources(&sources, &options, progress) {
        Err((_, error)) if error.kind() == ErrorKind::Incompatible => {
            let mut profiles = read_all(&sources, &options, progress)?;
            make_compatible(&mut profiles)?;
            Ok(merge(&profiles.iter().collect::<Vec<_>>())?)
        }
        Err((place, error)) => Err(Failure::from(error).at(place)),
        Ok(merged) => Ok(merged),
    }
}

/// Reads profiles, each as it is, on all cores; then addresses without names get them.
pub(crate) fn load_each(
    files: &[PathBuf],
    max_inflated: u64,
    labels: LabelColumn,
    symbols: &SymbolArgs,
) -> Result<Vec<Profile>, Failure> {
    let options = ReadOptions::default().with_max_inflated_bytes(max_inflated).with_labels(labels);
    let sources = sources(files, max_inflated)?;
    let progress = Progress::new(sources.iter().map(Source::size_bytes).sum());
    let profiles = read_all(&sources, &options, &progress)?;
    Ok(profiles.iter().map(|profile| named(profile, symbols)).collect())
}

fn read_all(sources: &[Source], options: &ReadOptions, progress: &Progress) -> Result<Vec<Profile>, Failure> {
    let mut profiles = Vec::new();
    in_parallel(
        sources,
        |source| source.read(options, progress),
        |_, profile| {
            profiles.push(profile?);
            Ok::<(), Failure>(())
        },
    )?;
    Ok(profiles)
}

/// A file, the address of a profile at a server, or what standard input held.
enum Source {
    File(PathBuf),
    Server(String),
    StandardInput(Vec<u8>),
}

/// Returns the address if it is one of a server, and no file's name.
pub(crate) fn server_address(file: &Path) -> Option<&str> {
    let is_server = |address: &&str| address.starts_with("http://") || address.starts_with("https://");
    file.to_str().filter(is_server)
}

impl Source {
    fn name(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Server(address) => address.clone(),
            Self::StandardInput(_) => "standard input".to_owned(),
        }
    }

    fn size_bytes(&self) -> u64 {
        match self {
            Self::File(path) => fs::metadata(path).map_or(0, |metadata| metadata.len()),
            Self::Server(_) => 0,
            Self::StandardInput(bytes) => bytes.len() as u64,
        }
    }

    fn try_read(&self, options: &ReadOptions, progress: &Progress) -> rpprof::Result<Profile> {
        match self {
            // What a pipe held is gone when it has been read.
            Self::File(path) if !fs::metadata(path)?.is_file() => {
                codec::read(progress.count(File::open(path)?), options)
            }
            Self::File(path) => self.read_with(|| File::open(path), options, progress),
            // A server may have another profile by the second time.
            Self::Server(address) => codec::read(progress.count(http::get(address)?), options),
            Self::StandardInput(bytes) => self.read_with(|| Ok(bytes.as_slice()), options, progress),
        }
    }

    fn read_with<R: Read + Send>(
        &self,
        open: impl Fn() -> io::Result<R>,
        options: &ReadOptions,
        progress: &Progress,
    ) -> rpprof::Result<Profile> {
        let mut is_again = false;
        let open_anew = || {
            if std::mem::replace(&mut is_again, true) {
                progress.expect_more(self.size_bytes());
            }
            Ok(progress.count(open()?))
        };
        codec::read_with(open_anew, options)
    }

    fn read(&self, options: &ReadOptions, progress: &Progress) -> Result<Profile, Failure> {
        self.try_read(options, progress).map_err(|error| Failure::from(error).at(self.name()))
    }
}

fn sources(files: &[PathBuf], max_bytes: u64) -> Result<Vec<Source>, Failure> {
    let mut sources = Vec::new();
    let mut has_standard_input = false;
    for file in files {
        if let Some(address) = server_address(file) {
            sources.push(Source::Server(address.to_owned()));
        } else if file.as_os_str() != "-" {
            check_file(file)?;
            sources.push(Source::File(file.clone()));
        } else if has_standard_input {
            return Err(Failure::new("standard input can be read only once").at("-"));
        } else {
            has_standard_input = true;
            sources.push(Source::StandardInput(read_standard_input(max_bytes)?));
        }
    }
    Ok(sources)
}

/// Reads standard input whole, which can be done once only.
fn read_standard_input(max_bytes: u64) -> Result<Vec<u8>, Failure> {
    let failed = |failure: Failure| failure.at("standard input");
    let mut bytes = Vec::new();
    let limited = io::stdin().lock().take(max_bytes.saturating_add(1)).read_to_end(&mut bytes);
    limited.map_err(|error| failed(error.into()))?;
    if bytes.len() as u64 > max_bytes {
        let message = format!("the input passes the limit of {max_bytes} bytes");
        return Err(failed(rpprof::Error::new(ErrorKind::TooLarge, message).into()));
    }
    Ok(bytes)
}

/// Finds files that cannot be read before others are.
fn check_file(file: &Path) -> Result<(), Failure> {
    match fs::metadata(file) {
        Ok(metadata) if metadata.is_dir() => Err(Failure::new("is a directory").at(file.display())),
        Ok(_) => Ok(()),
        Err(error) => {
            let failure = Failure::io(file, error);
            Err(match file_like(file) {
                Some(other) => failure.hint(format!("did you mean {}?", other.display())),
                None => failure,
            })
        }
    }
}

/// Returns the file in the same folder whose name is most like that of `file`.
fn file_like(file: &Path) -> Option<PathBuf> {
    let name = file.file_name()?.to_str()?;
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let names: Vec<String> =
        fs::read_dir(folder).ok()?.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect();
    nearest(name, names.iter().map(String::as_str)).map(|other| file.with_file_name(other))
}

/// Merges profiles that measure the same things; an error comes with the source it is about.
///
/// All cores read, this thread merges in the order of the sources.
fn merge_sources(
    sources: &[Source],
    options: &ReadOptions,
    progress: &Progress,
) -> Result<Profile, (String, rpprof::Error)> {
    let mut merger = Merger::new();
    in_parallel(
        sources,
        |source| source.try_read(options, progress),
        |source, profile| profile.and_then(|profile| merger.add(&profile)).map_err(|error| (source.name(), error)),
    )?;
    merger.finish().map_err(|error| ("merging".to_owned(), error))
}

/// Profiles that were read and wait for their turn, for each thread that reads.
const WAITING: usize = 2;

/// Does `work` on each item, on all cores, and passes the results to `take` in the order of the items.
///
/// The first error of `take` ends it.
pub(crate) fn in_parallel<'i, I: Sync, T: Send, E>(
    items: &'i [I],
    work: impl Fn(&I) -> T + Sync,
    mut take: impl FnMut(&'i I, T) -> Result<(), E>,
) -> Result<(), E> {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(items.len());
    thread::scope(|scope| {
        // Each thread does every n-th item, so its results come in the order in which they are wanted.
        let receivers: Vec<_> = (0..threads)
            .map(|first| {
                let (sender, receiver) = sync_channel(WAITING);
                let work = &work;
                scope.spawn(move || {
                    // If nobody receives any more, the work has failed elsewhere.
                    items.iter().skip(first).step_by(threads).try_for_each(|item| sender.send(work(item)))
                });
                receiver
            })
            .collect();
        for (item, receiver) in items.iter().zip(receivers.iter().cycle()) {
            take(item, receiver.recv().expect("workers do not panic"))?;
        }
        Ok(())
    })
}
