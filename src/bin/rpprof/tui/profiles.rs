//! The profiles that are looked at, which are read again or changed for others between questions.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};

use rpprof::profile::Profile;

use super::subject::Base;
use super::watch::Slot;
use super::{Reload, types};

/// The profiles that are looked at.
pub(super) struct Profiles {
    pub(super) new: Profile,
    /// What the new one is compared with.
    pub(super) old: Option<Profile>,
    /// The files of that.
    pub(super) base: Vec<PathBuf>,
    /// Reads another profile to compare with.
    pub(super) open: Opener,
    /// What reads them with their labels, as long as they are without.
    pub(super) new_whole: Option<Reload>,
    pub(super) old_whole: Option<Reload>,
    /// The profiles as they are by now, as far as they were read again.
    pub(super) fresh: Slot,
}

/// Reads a profile with its labels; an error says why it cannot.
pub(crate) type Opener = Arc<dyn Fn(&Path) -> Result<Profile, String> + Send + Sync>;

impl Profiles {
    /// Reads another profile to compare with.
    ///
    /// # Errors
    /// Why that cannot be; all stays as it is then.
    pub(super) fn compare_with(&mut self, path: &Path) -> Result<Base, String> {
        let old = (self.open)(path)?;
        let base = Base { files: vec![path.to_owned()], types: types(&old) };
        let mut fresh = self.fresh.lock().unwrap_or_else(PoisonError::into_inner);
        (fresh.old, fresh.base) = (None, Some((path.to_owned(), base.types.clone())));
        drop(fresh);
        (self.old, self.old_whole, self.base) = (Some(old), None, base.files.clone());
        Ok(base)
    }

    pub(super) fn has_labels(&self) -> bool {
        self.new_whole.is_none() && self.old_whole.is_none()
    }

    /// Returns whether there are profiles that were read again.
    pub(super) fn is_renewed(&self) -> bool {
        let fresh = self.fresh.lock().unwrap_or_else(PoisonError::into_inner);
        fresh.new.is_some() || fresh.old.is_some()
    }

    /// Takes the profiles that were read again; returns whether any was.
    pub(super) fn renew(&mut self) -> bool {
        let mut fresh = self.fresh.lock().unwrap_or_else(PoisonError::into_inner);
        let (new, old) = (fresh.new.take(), fresh.old.take());
        let is_new = new.is_some() || old.is_some();
        if let Some(profile) = new {
            (self.new, self.new_whole) = (profile, None);
        }
        if old.is_some() {
            (self.old, self.old_whole) = (old, None);
        }
        is_new
    }

    /// Reads what was left out at first.
    ///
    /// # Errors
    /// Why that cannot be read any more; all stays as it is then.
    pub(super) fn complete(&mut self) -> Result<(), String> {
        if let Some(read) = &self.new_whole {
            self.new = same(&self.new, read()?)?;
            self.new_whole = None;
        }
        if let (Some(read), Some(old)) = (&self.old_whole, &self.old) {
            self.old = Some(same(old, read()?)?);
            self.old_whole = None;
        }
        Ok(())
    }
}

/// Returns the profile that was read again, if it is the same.
fn same(first: &Profile, again: Profile) -> Result<Profile, String> {
    let size = |profile: &Profile| {
        let symbols = profile.symbols();
        (profile.samples().len(), profile.stacks().len(), symbols.locations().len(), symbols.functions().len())
    };
    let is_same = size(first) == size(&again) && first.header().time_nanos == again.header().time_nanos;
    if is_same { Ok(again) } else { Err("the file is not the same any more; open it anew".to_owned()) }
}
