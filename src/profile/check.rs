//! From loose tables to a profile: the one place where its invariants are checked.

use std::sync::Arc;

use super::{Header, LabelSets, Profile, Samples, Stacks, StringId, StringTable, Symbols, ValueType};
use crate::error::{Error, ErrorKind, Result};

/// The tables of a profile before they are checked.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    pub(crate) strings: StringTable,
    pub(crate) sample_types: Vec<ValueType>,
    pub(crate) header: Header,
    pub(crate) symbols: Symbols,
    pub(crate) stacks: Stacks,
    pub(crate) label_sets: LabelSets,
    pub(crate) samples: Samples,
}

impl Tables {
    /// Makes the profile.
    ///
    /// The caller promises that ids between symbols, stacks, label sets and samples are in range;
    /// string ids are checked here.
    ///
    /// # Errors
    /// [`ErrorKind::Inconsistent`] if samples have no types, or a string id is past the table.
    pub(crate) fn finish(self) -> Result<Profile> {
        if self.sample_types.is_empty() && !self.samples.is_empty() {
            return Err(Error::new(ErrorKind::Inconsistent, "samples without any sample type"));
        }
        self.check_strings()?;
        debug_assert_eq!(self.samples.width, self.sample_types.len());
        debug_assert!(!self.label_sets.is_empty() && self.label_sets.get(0).is_empty());
        debug_assert_eq!(self.symbols.lines.len(), self.symbols.locations.len());
        Ok(Profile {
            strings: Arc::new(self.strings),
            sample_types: self.sample_types.into(),
            header: Arc::new(self.header),
            symbols: Arc::new(self.symbols),
            stacks: Arc::new(self.stacks),
            label_sets: Arc::new(self.label_sets),
            samples: Arc::new(self.samples),
        })
    }

    fn check_strings(&self) -> Result<()> {
        let count = self.strings.len();
        let check = |id: StringId, what: &str, place: &dyn Fn() -> String| {
            if id.index() < count {
                return Ok(());
            }
            let message = format!("{what} is string {} of a table of {count}", id.index());
            Err(Error::new(ErrorKind::Inconsistent, message).at(place()))
        };
        for (index, value_type) in self.sample_types.iter().enumerate() {
            check(value_type.kind, "the type", &|| format!("sample type {index}"))?;
            check(value_type.unit, "the unit", &|| format!("sample type {index}"))?;
        }
        for (index, mapping) in self.symbols.mappings.iter().enumerate() {
            check(mapping.file, "the file", &|| format!("mapping {index}"))?;
            check(mapping.build_id, "the build id", &|| format!("mapping {index}"))?;
        }
        for (index, function) in self.symbols.functions.iter().enumerate() {
            check(function.name, "the name", &|| format!("function {index}"))?;
            check(function.system_name, "the system name", &|| format!("function {index}"))?;
            check(function.filename, "the file name", &|| format!("function {index}"))?;
        }
        if let Some(largest) = self.label_sets.max_string() {
            check(largest, "the key, text or unit", &|| "a label".to_owned())?;
        }
        let header = &self.header;
        let header_strings = [
            (header.drop_frames, "drop_frames"),
            (header.keep_frames, "keep_frames"),
            (header.period_type.kind, "the period's type"),
            (header.period_type.unit, "the period's unit"),
            (header.default_sample_type, "default_sample_type"),
            (header.doc_url, "doc_url"),
        ];
        let comments = header.comments.iter().map(|&comment| (comment, "a comment"));
        for (id, what) in header_strings.into_iter().chain(comments) {
            check(id, what, &|| "the profile".to_owned())?;
        }
        Ok(())
    }
}
