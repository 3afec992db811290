//! Which column of values a name asks for.

use super::Profile;
use crate::error::{Error, ErrorKind, Result};

impl Profile {
    /// Returns the column that is shown when none is asked for.
    ///
    /// It is the type that the profile names as its default, else the last one (pprof's
    /// `SampleIndexByName` with an empty name).
    ///
    /// # Errors
    /// [`ErrorKind::Inconsistent`] if the profile has no sample types.
    pub fn default_sample_type(&self) -> Result<usize> {
        let default = self.str(self.header.default_sample_type);
        let named = (!default.is_empty()).then(|| self.sample_type_named(default)).flatten();
        named
            .or_else(|| self.sample_types.len().checked_sub(1))
            .ok_or_else(|| Error::new(ErrorKind::Inconsistent, "the profile has no sample types"))
    }

    /// Returns the column that `name` asks for: a number, the name of a sample type, or such a name with `inuse_` before it.
    ///
    /// # Errors
    /// [`ErrorKind::Argument`] if no column has that number or name; the message lists those there are.
    pub fn sample_type_by_name(&self, name: &str) -> Result<usize> {
        if let Ok(index) = name.parse::<i64>() {
            return usize::try_from(index).ok().filter(|&index| index < self.sample_types.len()).ok_or_else(|| {
                let last = self.sample_types.len() as i64 - 1;
                Error::new(ErrorKind::Argument, format!("sample_index {name} is outside the range [0..{last}]"))
            });
        }
        let shorter = name.strip_prefix("inuse_").unwrap_or(name);
        let named = |wanted: &str| self.sample_types.iter().position(|value_type| self.str(value_type.kind) == wanted);
        let found = match (named(name), named(shorter)) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        found.ok_or_else(|| {
            let names: Vec<&str> = self.sample_types.iter().map(|value_type| self.str(value_type.kind)).collect();
            let names = names.join(" ");
            Error::new(ErrorKind::Argument, format!("sample_index {name:?} must be one of: [{names}]"))
        })
    }

    fn sample_type_named(&self, name: &str) -> Option<usize> {
        self.sample_types.iter().position(|value_type| self.str(value_type.kind) == name)
    }
}
