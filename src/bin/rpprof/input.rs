//! From the files of a command line to one profile.

use std::fs::{self, File};
use std::io::{self, Read};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::thread;

use rpprof::ErrorKind;
use rpprof::codec::{self, LabelColumn, ReadOptions};
use rpprof::profile::Profile;
use rpprof::transform::{Merger, make_compatible, merge};

use crate::args::InputArgs;
use crate::failure::{Failure, nearest};
use crate::progress::Progress;

/// Reads the profiles of a command line; several become one.
///
/// `labels` holds for a single file only: what is merged needs its labels.
pub(crate) fn load(arguments: &InputArgs, labels: LabelColumn) -> Result<Profile, Failure> {
    let options = ReadOptions::default().with_max_inflated_bytes(arguments.max_inflated);
    let sources = sources(&arguments.files)?;
    let progress = Progress::new(sources.iter().map(Source::size_bytes).sum());
    if let [only] = sources.as_slice() {
        return only.read(&options.with_labels(labels), &progress);
    }
    match merge_sources(&sources, &options, &progress) {
        Err((_, error)) if error.kind() == ErrorKind::Incompatible => {
            let profiles = in_parallel(sources.len(), |range| {
                sources[range].iter().map(|source| source.read(&options, &progress)).collect::<Result<Vec<_>, _>>()
            });
            let mut profiles: Vec<Profile> =
                profiles.into_iter().collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
            make_compatible(&mut profiles)?;
            Ok(merge(&profiles.iter().collect::<Vec<_>>())?)
        }
        Err((place, error)) => Err(Failure::from(error).at(place)),
        Ok(merged) => Ok(merged),
    }
}

/// A file, or what standard input held.
enum Source {
    File(PathBuf),
    StandardInput(Vec<u8>),
}

impl Source {
    fn name(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::StandardInput(_) => "standard input".to_owned(),
        }
    }

    fn size_bytes(&self) -> u64 {
        match self {
            Self::File(path) => fs::metadata(path).map_or(0, |metadata| metadata.len()),
            Self::StandardInput(bytes) => bytes.len() as u64,
        }
    }

    fn try_read(&self, options: &ReadOptions, progress: &Progress) -> rpprof::Result<Profile> {
        match self {
            Self::File(path) => codec::read(progress.count(File::open(path)?), options),
            Self::StandardInput(bytes) => codec::read(progress.count(bytes.as_slice()), options),
        }
    }

    fn read(&self, options: &ReadOptions, progress: &Progress) -> Result<Profile, Failure> {
        self.try_read(options, progress).map_err(|error| Failure::from(error).at(self.name()))
    }
}

fn sources(files: &[PathBuf]) -> Result<Vec<Source>, Failure> {
    let mut sources = Vec::new();
    let mut has_standard_input = false;
    for file in files {
        if file.as_os_str() != "-" {
            check_file(file)?;
            sources.push(Source::File(file.clone()));
        } else if has_standard_input {
            return Err(Failure::new("standard input can be read only once").at("-"));
        } else {
            has_standard_input = true;
            let mut bytes = Vec::new();
            io::stdin().lock().read_to_end(&mut bytes).map_err(|error| Failure::from(error).at("standard input"))?;
            sources.push(Source::StandardInput(bytes));
        }
    }
    Ok(sources)
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
fn merge_sources(
    sources: &[Source],
    options: &ReadOptions,
    progress: &Progress,
) -> Result<Profile, (String, rpprof::Error)> {
    // Each thread merges neighbours, so that the result is as if one had merged them all in order.
    let merge_range = |range: Range<usize>| {
        let mut merger = Merger::new();
        for source in &sources[range] {
            let profile = source.try_read(options, progress).map_err(|error| (source.name(), error))?;
            merger.add(&profile).map_err(|error| (source.name(), error))?;
        }
        Ok(merger)
    };
    let mut mergers = in_parallel(sources.len(), merge_range).into_iter();
    let mut merged = mergers.next().unwrap_or_else(|| Ok(Merger::new()))?;
    for merger in mergers {
        merged.append(merger?).map_err(|error| ("merging".to_owned(), error))?;
    }
    merged.finish().map_err(|error| ("merging".to_owned(), error))
}

/// Does the work on ranges that together are `0..count`, on all cores; results are in order.
fn in_parallel<T: Send>(count: usize, work: impl Fn(Range<usize>) -> T + Sync) -> Vec<T> {
    let threads = thread::available_parallelism().map_or(1, usize::from).min(count);
    thread::scope(|scope| {
        let work = &work;
        let range = |thread: usize| count * thread / threads..count * (thread + 1) / threads;
        let others: Vec<_> = (1..threads).map(|thread| scope.spawn(move || work(range(thread)))).collect();
        let mut results = vec![work(range(0))];
        results.extend(others.into_iter().map(|other| other.join().expect("workers do not panic")));
        results
    })
}
