//! Which column of values a name asks for.

use super::{Profile, StringId, StringTable, ValueType};
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
        default_column(&self.sample_types, self.header.default_sample_type, &self.strings)
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
}

/// Returns the column that is shown when none is asked for; `None` if there are no sample types.
///
/// # Panics
/// If a string is not in the table.
pub(crate) fn default_column(sample_types: &[ValueType], default: StringId, strings: &StringTable) -> Option<usize> {
    let default = strings.get(default);
    let named = || sample_types.iter().position(|value_type| strings.get(value_type.kind) == default);
    if default.is_empty() { None } else { named() }.or_else(|| sample_types.len().checked_sub(1))
}
