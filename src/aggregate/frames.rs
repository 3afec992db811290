//! The frames of a selection: what a row, a node or a box stands for.

use std::fmt::{self, Write as _};
use std::sync::Arc;

use super::frame_keys::Key;
use super::numbering::{FrameTable, Numbering};
use crate::profile::{LocationId, Ragged};
use crate::transform::Selection;

/// What makes two places of a program the same frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Granularity {
    /// Equal function names.
    #[default]
    Functions,
    /// Equal function names in equal files.
    FileFunctions,
    /// Equal files.
    Files,
    /// Equal function names and lines.
    Lines,
    /// Equal addresses.
    Addresses,
    /// Equal binaries, by the files of their mappings. Calls within one are a single frame of a call tree.
    Modules,
    /// Equal packages, as [`package`](super::package()) tells them by the names of functions; the binary where a name
    /// tells none. Calls within one are a single frame of a call tree.
    Packages,
}

impl Granularity {
    /// Returns whether calls from a frame to itself are no paths of their own.
    fn merges_calls(self) -> bool {
        matches!(self, Self::Modules | Self::Packages)
    }
}

/// Whether inlined functions are frames of their own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Inlines {
    /// They are.
    #[default]
    Expand,
    /// They belong to the function that they were inlined into.
    Outermost,
}

/// Whether columns tell frames apart where lines do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Columns {
    /// They do not.
    #[default]
    Ignore,
    /// They do.
    Show,
}

/// Whether binaries and the lines where functions start tell frames apart (pprof's `ObjNames`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Objects {
    /// Only if neither the function nor the file is known: equal functions of several binaries are one frame, and so is
    /// all of a file.
    #[default]
    WhenUnknown,
    /// Only if the function has no name, as pprof does it: by files, which have none, there is a frame for each line of a
    /// file at which a function starts.
    WhenNameless,
    /// Always.
    Always,
}

/// Whether names that differ only by what each build makes anew are the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Names {
    /// Names are as they stand in the profile.
    #[default]
    Exact,
    /// Function names are as [`folded_name`](super::folded_name()) makes them, mappings are their file names without
    /// folders, and paths lose the hashes of compilers and registries.
    Folded,
}

/// How places become frames.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FrameOptions {
    /// What makes two places the same frame.
    pub granularity: Granularity,
    /// Whether inlined functions are frames of their own.
    pub inlines: Inlines,
    /// Whether columns tell frames apart.
    pub columns: Columns,
    /// Whether binaries and the lines where functions start tell frames apart.
    pub objects: Objects,
    /// Whether names are the same for two builds.
    pub names: Names,
}

/// A frame of one [`Frames`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FrameId(pub(super) u32);

impl FrameId {
    /// Returns the row of the frame.
    #[inline]
    pub fn index(self) -> usize {
        self.0 as usize
    }

    /// Makes the id of row `index`, which is not checked.
    ///
    /// # Panics
    /// If `index` does not fit 32 bits.
    pub fn from_index(index: usize) -> Self {
        Self(u32::try_from(index).expect("there are fewer than 2^32 frames"))
    }
}

/// As many digits has an address in a name.
const ADDRESS_DIGITS: usize = 16;

/// What is known of a frame at the granularity that was asked for (pprof's `NodeInfo`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Frame<'f> {
    /// The address; 0 unless addresses were asked for, or nothing else is known.
    pub address: u64,
    /// The function, or the package if these were asked for; empty if it is not known or was not asked for.
    pub function: &'f str,
    /// The source file; empty if it is not known or was not asked for.
    pub file: &'f str,
    /// The line; 0 if it is not known or was not asked for.
    pub line: i64,
    /// The column; 0 if it is not known or was not asked for.
    pub column: i64,
    /// The mapping's file; empty if more is known, unless [`Objects`] say otherwise.
    pub object: &'f str,
    /// The line where the function starts; 0 if it is not known, or where `object` is not told.
    pub start_line: i64,
}

impl Frame<'_> {
    /// Returns the name to show (pprof's `PrintableName`).
    pub fn name(&self) -> String {
        let mut name = String::new();
        self.push_name(&mut name);
        name
    }

    /// Appends the name to show to a text; returns where in the text the function begins, if the name has one.
    pub fn push_name(&self, text: &mut String) -> Option<usize> {
        let begin = text.len();
        self.each_part(|part| {
            if text.len() > begin {
                text.push(' ');
            }
            // Nothing fails that is written to a string.
            let _ = text.write_fmt(part);
        });
        // Only the address comes before it, which has as many digits and a space.
        (!self.function.is_empty()).then(|| begin + if self.address == 0 { 0 } else { ADDRESS_DIGITS + 1 })
    }

    /// Returns what the name is made of: address, function, place (pprof's `NameComponents`).
    pub fn name_parts(&self) -> Vec<String> {
        let mut parts = Vec::new();
        self.each_part(|part| parts.push(part.to_string()));
        parts
    }

    /// Tells the parts of the name one after the other.
    fn each_part(&self, mut tell: impl FnMut(fmt::Arguments<'_>)) {
        let Self { address, function, file, line, column, object, .. } = self;
        if *address != 0 {
            tell(format_args!("{address:0ADDRESS_DIGITS$x}"));
        }
        if !function.is_empty() {
            tell(format_args!("{function}"));
        }
        match (*line, *column) {
            (0, _) if !file.is_empty() => tell(format_args!("{file}")),
            (0, _) if !function.is_empty() => {}
            (0, _) if object.is_empty() => tell(format_args!("<unknown>")),
            (0, _) => tell(format_args!("[{}]", base_name(object))),
            (line, 0) => tell(format_args!("{file}:{line}")),
            (line, column) => tell(format_args!("{file}:{line}:{column}")),
        }
    }

    /// Returns all that the frame is known by, by which frames with equal names are ordered.
    ///
    /// This is what Go prints of a `NodeInfo`, so the order is pprof's (`compareNodes`).
    pub(crate) fn details(&self) -> String {
        let Self { address, function, file, line, column, object, start_line } = self;
        format!("{{{function}  {address} {file} {start_line} {line} {column} {object}}}")
    }
}

/// Returns the last part of a path (Go's `filepath.Base`).
pub(crate) fn base_name(path: &str) -> &str {
    let trimmed = path.trim_end_matches('/');
    match trimmed.rsplit('/').next() {
        Some("") | None if path.is_empty() => ".",
        Some("") | None => "/",
        Some(base) => base,
    }
}

/// The frames of a selection, and which of them stand at each location.
#[derive(Clone, Debug)]
pub struct Frames<'p> {
    /// What the frames are; several `Frames` may share it.
    table: Arc<FrameTable<'p>>,
    /// Frames of each location, an inlined one before its caller; empty for hidden locations.
    by_location: Ragged<FrameId>,
    /// What stands for all that was not chosen.
    others: Option<FrameId>,
    /// Whether calls from a frame to itself are no paths of their own.
    pub(super) merges_calls: bool,
}

impl<'p> Frames<'p> {
    /// Finds the frames of a selection.
    ///
    /// Cost: one look at each line of each location, whether or not a sample uses it.
    pub fn new(selection: &Selection<'p>, options: FrameOptions) -> Self {
        let mut numbering = Numbering::new(options);
        let by_location = numbering.number_all(selection, None);
        let merges_calls = options.granularity.merges_calls();
        Self { table: Arc::new(numbering.into_table()), by_location, others: None, merges_calls }
    }

    /// Finds the frames of the functions whose names are chosen; all others are one frame, [`Frames::others`].
    ///
    /// Sums over such frames are those of the chosen ones alone.
    ///
    /// Cost: as that of [`Frames::new`], and a question for each name.
    pub fn of_functions(
        selection: &Selection<'p>,
        options: FrameOptions,
        mut is_chosen: impl FnMut(&'p str) -> bool,
    ) -> Self {
        let mut numbering = Numbering::new(options);
        let others = numbering.others();
        let by_location = numbering.number_all(selection, Some(&mut is_chosen));
        let merges_calls = options.granularity.merges_calls();
        Self { table: Arc::new(numbering.into_table()), by_location, others: Some(others), merges_calls }
    }

    /// Finds the frames of several selections, so that equal frames have equal ids in all of them.
    ///
    /// Each result has all the frames, also those of the other selections.
    pub fn common(selections: &[&Selection<'p>], options: FrameOptions) -> Vec<Self> {
        let mut numbering = Numbering::new(options);
        let places: Vec<_> = selections.iter().map(|selection| numbering.number_all(selection, None)).collect();
        let table = Arc::new(numbering.into_table());
        let frames = |by_location| Self {
            table: Arc::clone(&table),
            by_location,
            others: None,
            merges_calls: options.granularity.merges_calls(),
        };
        places.into_iter().map(frames).collect()
    }

    /// Returns the frames of a selection that shows fewer lines of the same profile, with the ids that they have here;
    /// `None` if that cannot be told from these, which are to be those of the whole profile.
    ///
    /// The result has all the frames, also those that stand nowhere any more.
    ///
    /// Cost: a look at each location, none at names.
    pub fn shown_in(&self, selection: &Selection<'p>) -> Option<Self> {
        let lines = selection.profile().symbols().lines();
        if self.others.is_some() || self.by_location.len() != lines.len() {
            return None;
        }
        let mut by_location = Ragged::sized_as(&self.by_location);
        for (index, (own, lines)) in self.by_location.iter().zip(lines.iter()).enumerate() {
            let location = LocationId::from_index(index);
            let shown = selection.lines_of(location);
            if selection.is_hidden(location) {
                by_location.push([]);
            } else if shown.len() == lines.len() {
                by_location.push(own.iter().copied());
            } else if own.len() == lines.len() && !shown.is_empty() {
                let mut pairs = own.iter().zip(lines);
                for line in shown {
                    by_location.open().push(*pairs.find(|(_, other)| *other == line)?.0);
                }
                by_location.close()?;
            } else {
                return None;
            }
        }
        Some(Self { table: Arc::clone(&self.table), by_location, others: None, merges_calls: self.merges_calls })
    }

    /// Returns whether equal ids are the same frame here and there.
    pub fn has_ids_of(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.table, &other.table)
    }

    /// Returns whether a frame stands at some location.
    pub fn is_shown(&self, id: FrameId) -> bool {
        self.by_location.items().contains(&id)
    }

    /// Returns how many frames there are.
    pub fn len(&self) -> usize {
        self.table.keys.len()
    }

    /// Returns whether there are no frames.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the frame `id`.
    ///
    /// # Panics
    /// If there is no such frame.
    pub fn frame(&self, id: FrameId) -> Frame<'_> {
        let FrameTable { keys, texts } = &*self.table;
        let Key { function, more } = keys.get(id.index());
        Frame {
            address: more.address,
            function: &texts[function as usize],
            file: &texts[more.file as usize],
            line: more.line,
            column: more.column,
            object: &texts[more.object as usize],
            start_line: more.start_line,
        }
    }

    /// Returns the frame that stands for all functions that were not chosen; `None` if all are frames.
    pub fn others(&self) -> Option<FrameId> {
        self.others
    }

    /// Returns the frames at a location, an inlined one before its caller.
    #[inline]
    pub fn at(&self, location: LocationId) -> &[FrameId] {
        self.by_location.get(location.index())
    }

    /// Returns the frames of all locations, one list each.
    pub fn by_location(&self) -> &Ragged<FrameId> {
        &self.by_location
    }
}
