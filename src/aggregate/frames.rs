//! The frames of a selection: what a row, a node or a box stands for.

use std::borrow::Cow;

use hashbrown::HashMap;

use super::paths::shown_path;
use crate::profile::{Line, LocationId, Ragged, StringId};
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

/// What is known of a frame at the granularity that was asked for (pprof's `NodeInfo`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Frame<'p> {
    /// The address; 0 unless addresses were asked for, or nothing else is known.
    pub address: u64,
    /// The function; empty if it is not known or was not asked for.
    pub function: &'p str,
    /// The source file; empty if it is not known or was not asked for.
    pub file: Cow<'p, str>,
    /// The line; 0 if it is not known or was not asked for.
    pub line: i64,
    /// The column; 0 if it is not known or was not asked for.
    pub column: i64,
    /// The mapping's file; empty if the function is known.
    pub object: &'p str,
    /// Where the function starts; 0 unless its name is not known.
    start_line: i64,
}

impl Frame<'_> {
    /// Returns the name to show (pprof's `PrintableName`).
    pub fn name(&self) -> String {
        let mut name = String::new();
        let mut part = |text: &str| {
            if !name.is_empty() {
                name.push(' ');
            }
            name.push_str(text);
        };
        if self.address != 0 {
            part(&format!("{:016x}", self.address));
        }
        if !self.function.is_empty() {
            part(self.function);
        }
        if self.line != 0 {
            let column = if self.column == 0 { String::new() } else { format!(":{}", self.column) };
            part(&format!("{}:{}{column}", self.file, self.line));
        } else if !self.file.is_empty() {
            part(&self.file);
        } else if self.function.is_empty() {
            if self.object.is_empty() {
                part("<unknown>");
            } else {
                part(&format!("[{}]", base_name(self.object)));
            }
        }
        name
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
    frames: Vec<Frame<'p>>,
    /// Frames of each location, an inlined one before its caller; empty for hidden locations.
    by_location: Ragged<FrameId>,
}

impl<'p> Frames<'p> {
    /// Finds the frames of a selection.
    ///
    /// Cost: one look at each line of each location, whether or not a sample uses it.
    pub fn new(selection: &Selection<'p>, options: FrameOptions) -> Self {
        let mut keys = Keys::new(selection, options);
        let mut by_location = Ragged::new();
        for index in 0..selection.profile().symbols().locations().len() {
            let location = LocationId::from_index(index);
            if selection.is_hidden(location) {
                by_location.push([]);
                continue;
            }
            let mut lines = selection.lines_of(location);
            if options.inlines == Inlines::Outermost && lines.len() > 1 {
                lines = &lines[lines.len() - 1..];
            }
            if lines.is_empty() {
                let frame = keys.frame_without_line(location);
                by_location.push([frame]);
            } else {
                by_location.push(lines.iter().map(|line| keys.frame(location, line)));
            }
        }
        Self { frames: keys.frames, by_location }
    }

    /// Returns how many frames there are.
    pub fn len(&self) -> usize {
        self.frames.len()
    }

    /// Returns whether there are no frames.
    pub fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }

    /// Returns the frame `id`.
    ///
    /// # Panics
    /// If there is no such frame.
    pub fn frame(&self, id: FrameId) -> &Frame<'p> {
        &self.frames[id.index()]
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

/// Gives equal places equal frames; strings are compared once each, then by number.
struct Keys<'s, 'p> {
    selection: &'s Selection<'p>,
    options: FrameOptions,
    /// A number for each string that is the same for equal ones; by string id.
    names: Vec<Option<u32>>,
    files: Vec<Option<u32>>,
    numbers: HashMap<Cow<'p, str>, u32>,
    texts: Vec<Cow<'p, str>>,
    ids: HashMap<Key, FrameId>,
    frames: Vec<Frame<'p>>,
    /// The frame of each function, where functions alone make frames.
    by_function: Vec<Option<FrameId>>,
}

/// A [`Frame`] with numbers for its texts.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
struct Key {
    address: u64,
    line: i64,
    column: i64,
    start_line: i64,
    function: u32,
    file: u32,
    object: u32,
}

impl<'s, 'p> Keys<'s, 'p> {
    fn new(selection: &'s Selection<'p>, options: FrameOptions) -> Self {
        let profile = selection.profile();
        let mut keys = Self {
            selection,
            options,
            names: vec![None; profile.strings().len()],
            files: vec![None; profile.strings().len()],
            numbers: HashMap::new(),
            texts: Vec::new(),
            ids: HashMap::new(),
            frames: Vec::new(),
            by_function: vec![None; profile.symbols().functions().len()],
        };
        keys.number(Cow::Borrowed(""));
        keys
    }

    fn number(&mut self, text: Cow<'p, str>) -> u32 {
        let next = self.texts.len() as u32; // There are no more texts than string ids.
        let number = *self.numbers.entry(text.clone()).or_insert(next);
        if number == next {
            self.texts.push(text);
        }
        number
    }

    fn name(&mut self, id: StringId) -> u32 {
        if let Some(known) = self.names[id.index()] {
            return known;
        }
        let number = self.number(Cow::Borrowed(self.selection.profile().str(id)));
        self.names[id.index()] = Some(number);
        number
    }

    fn file(&mut self, id: StringId) -> u32 {
        if let Some(known) = self.files[id.index()] {
            return known;
        }
        let number = self.number(shown_path(self.selection.profile().str(id)));
        self.files[id.index()] = Some(number);
        number
    }

    fn object(&mut self, location: LocationId) -> u32 {
        let symbols = self.selection.profile().symbols();
        let mapping = symbols.locations()[location.index()].mapping;
        mapping.map_or(0, |mapping| self.name(symbols.mappings()[mapping.index()].file))
    }

    fn shown_address(&self, location: LocationId) -> u64 {
        let address = self.selection.profile().symbols().locations()[location.index()].address;
        if self.options.granularity == Granularity::Addresses { address } else { 0 }
    }

    fn frame_without_line(&mut self, location: LocationId) -> FrameId {
        let key = Key { address: self.shown_address(location), object: self.object(location), ..Key::default() };
        self.intern(key)
    }

    fn frame(&mut self, location: LocationId, line: &Line) -> FrameId {
        let function = self.selection.profile().symbols().functions()[line.function.index()];
        let granularity = self.options.granularity;
        if granularity == Granularity::Functions
            && let Some(known) = self.by_function[line.function.index()]
        {
            return known;
        }
        let mut key = Key { address: self.shown_address(location), ..Key::default() };
        if granularity != Granularity::Files {
            key.function = self.name(function.name);
        }
        if granularity != Granularity::Functions {
            key.file = self.file(function.filename);
        }
        if matches!(granularity, Granularity::Lines | Granularity::Addresses) {
            key.line = line.line;
            // pprof leaves a profile as it is if addresses with inlined functions are asked for.
            let leaves_columns = granularity == Granularity::Addresses && self.options.inlines == Inlines::Expand;
            if self.options.columns == Columns::Show || leaves_columns {
                key.column = line.column;
            }
        }
        let has_name = key.function != 0;
        if !has_name {
            key.object = self.object(location);
            key.start_line = function.start_line;
        }
        let id = self.intern(key);
        if granularity == Granularity::Functions && has_name {
            self.by_function[line.function.index()] = Some(id);
        }
        id
    }

    fn intern(&mut self, key: Key) -> FrameId {
        let next = FrameId::from_index(self.frames.len());
        let id = *self.ids.entry(key).or_insert(next);
        if id == next {
            self.frames.push(Frame {
                address: key.address,
                function: borrowed(&self.texts[key.function as usize]),
                file: self.texts[key.file as usize].clone(),
                line: key.line,
                column: key.column,
                object: borrowed(&self.texts[key.object as usize]),
                start_line: key.start_line,
            });
        }
        id
    }
}

/// Returns a name, which always is borrowed from the profile.
fn borrowed<'p>(text: &Cow<'p, str>) -> &'p str {
    match text {
        Cow::Borrowed(text) => text,
        Cow::Owned(_) => unreachable!("only file names are changed"),
    }
}
