//! Names for the addresses of a profile, found as `rpprof symbolize` finds them.

use std::thread;

use crate::error::{Error, ErrorKind, Result};
use crate::profile::Profile;
use crate::symbolize::{ResolveOptions, Resolver, function_starts, symbolize};

pub(crate) use crate::symbolize::FunctionStarts as Entries;

/// Names the functions, files and lines of a profile of this process, inlined calls included.
///
/// It reads the symbol tables and debug information of the mapped files, on a thread of its own, and keeps nothing of
/// them. Locations that have lines already, and those in files that are gone or were replaced by others, stay as they
/// are. With the feature `symbolize`, as here, names are those that [`crate::symbolize`] finds; without it, a smaller
/// reader finds them.
///
/// # Errors
/// [`ErrorKind::Io`] if the thread cannot be started.
pub fn symbolize_here(profile: &Profile) -> Result<Profile> {
    on_helper(|| symbolize(profile, &mut Resolver::new(ResolveOptions::default())))
}

/// Does the same, and tells where the functions begin, as far as symbol tables say.
///
/// # Errors
/// [`ErrorKind::Io`] if the thread cannot be started.
pub(crate) fn symbolize_with_entries(profile: &Profile) -> Result<(Profile, Entries)> {
    let named = symbolize_here(profile)?;
    Ok((named, on_helper(|| function_starts(profile))?))
}

/// Does something on a thread that has no session's timer, and is not sampled.
fn on_helper<T: Send>(work: impl FnOnce() -> T + Send) -> Result<T> {
    thread::scope(|scope| {
        let helper = thread::Builder::new().name("rpprof-symbols".to_owned());
        let helper = helper.spawn_scoped(scope, work);
        let helper = helper.map_err(|error| Error::new(ErrorKind::Io, "no thread for symbols").because(error))?;
        Ok(helper.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}
