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
    /// What reads their labels, as long as they are without.
    pub(super) new_labels: Option<Reload>,
    pub(super) old_labels: Option<Reload>,
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
        (self.old, self.old_labels, self.base) = (Some(old), None, base.files.clone());
        Ok(base)
    }

    pub(super) fn has_labels(&self) -> bool {
        self.new_labels.is_none() && self.old_labels.is_none()
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
            (self.new, self.new_labels) = (profile, None);
        }
        if old.is_some() {
            (self.old, self.old_labels) = (old, None);
        }
        is_new
    }

    /// Reads what was left out at first.
    ///
    /// # Errors
    /// Why that cannot be read any more; all stays as it is then.
    pub(super) fn complete(&mut self) -> Result<(), String> {
        if let Some(read) = &self.new_labels {
            take_labels(&mut self.new, read)?;
            self.new_labels = None;
        }
        if let (Some(read), Some(old)) = (&self.old_labels, &mut self.old) {
            take_labels(old, read)?;
            self.old_labels = None;
        }
        Ok(())
    }
}

fn take_labels(profile: &mut Profile, read: &Reload) -> Result<(), String> {
    let is_same = profile.take_labels(read()?);
    if is_same { Ok(()) } else { Err("the file is not the same any more; open it anew".to_owned()) }
}
