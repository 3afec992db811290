//! The profiles that are measured: made by the generator when they are first needed, or named by the user.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::{env, fs};

use super::{Result, own};

/// A profile to measure.
#[derive(Debug)]
pub(crate) struct BenchFile {
    pub(crate) name: String,
    pub(crate) path: PathBuf,
    pub(crate) reference: Reference,
}

/// Whether pprof can take a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reference {
    Fits,
    /// It would need more memory than machines have.
    TooLarge,
}

/// A profile that the generator makes.
struct Shape {
    name: &'static str,
    arguments: &'static str,
    reference: Reference,
}

const SHAPES: [Shape; 4] = [
    Shape { name: "s10k", arguments: "--seed 1 --samples 10000 --locations 5000", reference: Reference::Fits },
    Shape { name: "s100k", arguments: "--seed 2 --samples 100000 --locations 30000", reference: Reference::Fits },
    Shape {
        name: "s1m",
        arguments: "--seed 3 --samples 1000000 --locations 100000 --labels high",
        // Trace ids: more than 17 GiB.
        reference: Reference::TooLarge,
    },
    Shape {
        name: "s1mu",
        arguments: "--seed 4 --samples 1000000 --stacks 1000000 --locations 200000 --types 4 --labels none",
        reference: Reference::Fits,
    },
];
const FLEET: &str = "--seed 5 --fleet 400 --stacks 30000 --locations 8000";

/// Returns the files that the user names, or else the generated profiles, from small to large.
pub(crate) fn profiles() -> Result<Vec<BenchFile>> {
    let named = named_files();
    if named.is_empty() {
        return SHAPES.iter().map(Shape::file).collect();
    }
    let name = |path: &Path| path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    Ok(named.into_iter().map(|path| BenchFile { name: name(&path), path, reference: Reference::Fits }).collect())
}

fn named_files() -> Vec<PathBuf> {
    let arguments = env::args_os().skip(1).filter(|argument| !argument.to_string_lossy().starts_with('-'));
    let listed = env::var_os("RPPROF_BENCH_FILES").unwrap_or_default();
    arguments.map(PathBuf::from).chain(env::split_paths(&listed)).filter(|path| !path.as_os_str().is_empty()).collect()
}

impl Shape {
    fn file(&self) -> Result<BenchFile> {
        let path = made(&format!("{}.pb.gz", self.name), self.arguments)?;
        Ok(BenchFile { name: self.name.to_owned(), path, reference: self.reference })
    }
}

/// Returns two profiles to compare: those that the user names first, or two of a hundred thousand samples.
pub(crate) fn pair() -> Result<(PathBuf, PathBuf)> {
    match named_files().as_slice() {
        [old, new, ..] => Ok((old.clone(), new.clone())),
        [only] => Ok((only.clone(), only.clone())),
        [] => {
            let old = made("s100k-old.pb.gz", "--seed 12 --samples 100000 --locations 30000")?;
            Ok((old, SHAPES[1].file()?.path))
        }
    }
}

/// Returns the files of a service's instances.
pub(crate) fn fleet() -> Result<Vec<PathBuf>> {
    let folder = made("fleet", FLEET)?;
    let mut files = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<PathBuf>>>()?;
    files.sort_unstable();
    Ok(files)
}

/// Returns where the generator's output for `arguments` is, and makes it unless it is there.
fn made(name: &str, arguments: &str) -> Result<PathBuf> {
    let folder = data_folder();
    let path = folder.join(name);
    if path.exists() {
        return Ok(path);
    }
    fs::create_dir_all(&folder)?;
    eprintln!("making {}", path.display());
    // What was interrupted is not taken for finished.
    let unfinished = folder.join(format!("{name}.part"));
    let output = own("synth")?.args(arguments.split(' ')).arg("-o").arg(&unfinished).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    fs::rename(unfinished, &path)?;
    Ok(path)
}

/// Returns the folder of what benches make once.
pub(super) fn data_folder() -> PathBuf {
    let beside_scratch = || Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("synth").into_os_string();
    let folder: OsString = env::var_os("RPPROF_BENCH_DATA").unwrap_or_else(beside_scratch);
    folder.into()
}
