//! A program that stands before its profiles on a command line, as pprof takes it.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::{ArgMatches, Args, Command, FromArgMatches};

use crate::args::{InputArgs, InputFlags};

/// What files of programs and libraries begin with: ELF, Mach-O, PE, and the archives of compilers.
const EXECUTABLES: &[&[u8]] = &[
    b"\x7fELF",
    b"\xfe\xed\xfa\xce",
    b"\xfe\xed\xfa\xcf",
    b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
    b"MZ",
    b"!<arch>\n",
];

/// Returns whether a file is a program, and no profile.
pub(crate) fn is_executable(path: &Path) -> bool {
    // What is read of a pipe is gone.
    if !fs::metadata(path).is_ok_and(|metadata| metadata.is_file()) {
        return false;
    }
    let mut start = Vec::new();
    let is_read = File::open(path).and_then(|file| file.take(8).read_to_end(&mut start)).is_ok();
    is_read && EXECUTABLES.iter().any(|magic| start.starts_with(magic))
}

impl From<InputFlags> for InputArgs {
    /// Takes a program that stands before profiles for what `--binary` names.
    fn from(flags: InputFlags) -> Self {
        let InputFlags { mut files, max_inflated, mut symbols } = flags;
        if let [first, _, ..] = files.as_slice()
            && symbols.binary.is_none()
            && is_executable(first)
        {
            let program: PathBuf = files.remove(0);
            symbols.binary = Some(program);
        }
        Self { files, max_inflated, symbols }
    }
}

impl FromArgMatches for InputArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        Ok(InputFlags::from_arg_matches(matches)?.into())
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for InputArgs {
    fn augment_args(command: Command) -> Command {
        InputFlags::augment_args(command)
    }

    fn augment_args_for_update(command: Command) -> Command {
        InputFlags::augment_args_for_update(command)
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::path::Path;

    use clap::Parser;

    use super::is_executable;
    use crate::args::InputArgs;
    use crate::cli::{Cli, Command, browsed};

    fn top(words: &[&Path]) -> InputArgs {
        let words = [Path::new("rpprof"), Path::new("top")].into_iter().chain(words.iter().copied());
        match Cli::try_parse_from(words).expect("it can be parsed").command {
            Command::Top(arguments) => arguments.input,
            other => panic!("no table but {other:?}"),
        }
    }

    #[test]
    fn a_program_before_two_profiles_is_the_binary_of_both() {
        let program = std::env::current_exe().expect("a program knows its file");
        let runs = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/runs");
        let (old, new) = (runs.join("old_1.pb.gz"), runs.join("new_1.pb.gz"));
        let sides = |words: &[&Path]| {
            let words = [Path::new("rpprof"), Path::new("diff")].into_iter().chain(words.iter().copied());
            match Cli::try_parse_from(words).expect("it can be parsed").command {
                Command::Diff(arguments) => arguments.sides.resolved(),
                other => panic!("no comparison but {other:?}"),
            }
        };
        let resolved = sides(&[&program, &old, &new]).expect("there are two profiles");
        assert_eq!((resolved.old_file.as_ref(), resolved.new_file.as_ref()), (Some(&old), Some(&new)));
        assert_eq!(resolved.symbols.binary.as_ref(), Some(&program));
        let resolved = sides(&[&old, &new]).expect("there are two profiles");
        assert_eq!(
            (resolved.old_file, resolved.new_file, resolved.symbols.binary),
            (Some(old.clone()), Some(new.clone()), None)
        );
        for words in [[&*old, &*old, &*new], [&*old, &*program, &*new]] {
            let failure = sides(&words).expect_err("there are three profiles").to_string();
            assert!(failure.contains("there are three files"), "{failure}");
        }
    }

    #[test]
    fn a_program_before_profiles_is_the_binary() {
        let program = std::env::current_exe().expect("a program knows its file");
        let profile = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/go_cpu.pb.gz");
        assert!(is_executable(&program) && !is_executable(&profile));
        let input = top(&[&program, &profile]);
        assert_eq!((input.files, input.symbols.binary), (vec![profile.clone()], Some(program.clone())));
        let input = top(&[&profile, &program]);
        assert_eq!((input.files.len(), input.symbols.binary), (2, None), "it stands before them");
        let input = top(&[&program]);
        assert_eq!((input.files.len(), input.symbols.binary), (1, None), "it would leave nothing to read");
        let input = top(&[Path::new("--binary"), Path::new("other"), &program, &profile]);
        assert_eq!((input.files.len(), input.symbols.binary.as_deref()), (2, Some(Path::new("other"))));
        let words = |words: &[&Path]| -> Vec<OsString> {
            let words = [Path::new("rpprof")].into_iter().chain(words.iter().copied());
            words.map(|word| word.as_os_str().to_owned()).collect()
        };
        assert_eq!(browsed(&words(&[&program, &profile])), Some(profile.clone()));
        assert_eq!(browsed(&words(&[&profile])), Some(profile.clone()));
        assert_eq!(browsed(&words(&[&profile, &program])), None);
        assert_eq!(browsed(&words(&[Path::new("top"), &profile])), None);
    }
}
