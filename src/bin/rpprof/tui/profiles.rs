//! The profiles that are looked at, which are read again or changed for others between questions.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};

use rpprof::profile::{Profile, SampleStacks};

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
    /// What they are without.
    pub(super) new_left_out: Option<LeftOut>,
    pub(super) old_left_out: Option<LeftOut>,
    /// The profiles as they are by now, as far as they were read again.
    pub(super) fresh: Slot,
}

/// What was left out of a profile, since most views do not need it: labels, and samples apart from what stacks weigh.
pub(crate) struct LeftOut {
    /// Reads the profile once more, without stacks.
    read: Reload,
    /// The stack of each sample, if these were added up.
    stacks: Option<SampleStacks>,
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
        (self.old, self.old_left_out, self.base) = (Some(old), None, base.files.clone());
        Ok(base)
    }

    pub(super) fn has_labels(&self) -> bool {
        self.new_left_out.is_none() && self.old_left_out.is_none()
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
            (self.new, self.new_left_out) = (profile, None);
        }
        if old.is_some() {
            (self.old, self.old_left_out) = (old, None);
        }
        is_new
    }

    /// Reads what was left out at first.
    ///
    /// # Errors
    /// Why that cannot be read any more; all stays as it is then.
    pub(super) fn complete(&mut self) -> Result<(), String> {
        if let Some(left_out) = &mut self.new_left_out {
            left_out.give_back(&mut self.new)?;
            self.new_left_out = None;
        }
        if let (Some(left_out), Some(old)) = (&mut self.old_left_out, &mut self.old) {
            left_out.give_back(old)?;
            self.old_left_out = None;
        }
        Ok(())
    }
}

impl LeftOut {
    /// Leaves out what can be left out of a profile that was read without labels; `read` reads it without stacks.
    pub(crate) fn of(profile: &mut Profile, read: Reload) -> Self {
        Self { read, stacks: profile.add_up_samples() }
    }

    /// Reads what was left out.
    ///
    /// # Errors
    /// Why that cannot be read; the profile stays as it is then.
    fn give_back(&mut self, profile: &mut Profile) -> Result<(), String> {
        let labels = (self.read)()?;
        let is_same = match self.stacks.take() {
            Some(stacks) => {
                profile.restore_samples(labels, stacks).map_err(|stacks| self.stacks = Some(stacks)).is_ok()
            }
            None => profile.take_labels(labels),
        };
        if is_same { Ok(()) } else { Err("the file is not the same any more; open it anew".to_owned()) }
    }
}
