//! The frames of a selection: what a row, a node or a box stands for.

use std::borrow::Cow;
use std::sync::Arc;

use super::folded_name::{folded_name, folded_path};
use super::paths::shown_path;
use crate::profile::{Interner, Line, LocationId, Ragged, StringId};
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

/// Whether binaries and the lines where functions start tell frames apart (pprof's `ObjNames`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Objects {
    /// Only if the function has no name: equal functions of several binaries are one frame.
    #[default]
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
    /// Function names are as [`folded_name`] makes them, mappings are their file names without folders, and
    /// paths lose the hashes of compilers and registries.
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

/// What is known of a frame at the granularity that was asked for (pprof's `NodeInfo`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Frame<'f> {
    /// The address; 0 unless addresses were asked for, or nothing else is known.
    pub address: u64,
    /// The function; empty if it is not known or was not asked for.
    pub function: &'f str,
    /// The source file; empty if it is not known or was not asked for.
    pub file: &'f str,
    /// The line; 0 if it is not known or was not asked for.
    pub line: i64,
    /// The column; 0 if it is not known or was not asked for.
    pub column: i64,
    /// The mapping's file; empty if the function has a name, unless [`Objects::Always`] was asked for.
    pub object: &'f str,
    /// The line where the function starts; 0 if it is not known, or where `object` is not told.
    pub start_line: i64,
}

impl Frame<'_> {
    /// Returns the name to show (pprof's `PrintableName`).
    pub fn name(&self) -> String {
        self.name_parts().join(" ")
    }

    /// Returns what the name is made of: address, function, place (pprof's `NameComponents`).
    pub fn name_parts(&self) -> Vec<String> {
        let mut parts = Vec::new();
        if self.address != 0 {
            parts.push(format!("{:016x}", self.address));
        }
        if !self.function.is_empty() {
            parts.push(self.function.to_owned());
        }
        if self.line != 0 {
            let column = if self.column == 0 { String::new() } else { format!(":{}", self.column) };
            parts.push(format!("{}:{}{column}", self.file, self.line));
        } else if !self.file.is_empty() {
            parts.push(self.file.to_owned());
        } else if self.function.is_empty() {
            parts.push(if self.object.is_empty() {
                "<unknown>".to_owned()
            } else {
                format!("[{}]", base_name(self.object))
            });
        }
        parts
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
}

#[derive(Clone, Debug)]
struct FrameTable<'p> {
    keys: Vec<Key>,
    /// What the numbers in `keys` stand for.
    texts: Vec<Cow<'p, str>>,
}

impl<'p> Frames<'p> {
    /// Finds the frames of a selection.
    ///
    /// Cost: one look at each line of each location, whether or not a sample uses it.
    pub fn new(selection: &Selection<'p>, options: FrameOptions) -> Self {
        let mut numbering = Numbering::new(options);
        let by_location = numbering.number_all(selection);
        Self { table: Arc::new(numbering.into_table()), by_location }
    }

    /// Finds the frames of several selections, so that equal frames have equal ids in all of them.
    ///
    /// Each result has all the frames, also those of the other selections.
    pub fn common(selections: &[&Selection<'p>], options: FrameOptions) -> Vec<Self> {
        let mut numbering = Numbering::new(options);
        let places: Vec<_> = selections.iter().map(|selection| numbering.number_all(selection)).collect();
        let table = Arc::new(numbering.into_table());
        places.into_iter().map(|by_location| Self { table: Arc::clone(&table), by_location }).collect()
    }

    /// Returns how many frames there are.
    pub fn len(&self) -> usize {
        self.table.keys.len()
    }

    /// Returns whether there are no frames.
    pub fn is_empty(&self) -> bool {
        self.table.keys.is_empty()
    }

    /// Returns the frame `id`.
    ///
    /// # Panics
    /// If there is no such frame.
    pub fn frame(&self, id: FrameId) -> Frame<'_> {
        let FrameTable { keys, texts } = &*self.table;
        let key = &keys[id.index()];
        Frame {
            address: key.address,
            function: &texts[key.function as usize],
            file: &texts[key.file as usize],
            line: key.line,
            column: key.column,
            object: &texts[key.object as usize],
            start_line: key.start_line,
        }
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

const NO_NUMBER: u32 = u32::MAX;

/// A [`Frame`] with numbers for its texts; equal keys are the same frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
struct Key {
    address: u64,
    line: i64,
    column: i64,
    /// Where the function starts; 0 unless its name is not known or all objects are told apart.
    start_line: i64,
    function: u32,
    file: u32,
    object: u32,
}

/// Gives equal places equal frames; texts are compared once each, then by number.
struct Numbering<'p> {
    options: FrameOptions,
    texts: Vec<Cow<'p, str>>,
    text_rows: Interner,
    keys: Vec<Key>,
    key_rows: Interner,
    /// The frames that are known by a function's name alone, which are not in `key_rows`; by number of the text.
    by_name: Vec<Option<FrameId>>,
}

impl<'p> Numbering<'p> {
    fn new(options: FrameOptions) -> Self {
        let mut numbering = Self {
            options,
            texts: Vec::new(),
            text_rows: Interner::default(),
            keys: Vec::new(),
            key_rows: Interner::default(),
            by_name: Vec::new(),
        };
        numbering.number(Cow::Borrowed(""));
        numbering
    }

    fn into_table(self) -> FrameTable<'p> {
        FrameTable { keys: self.keys, texts: self.texts }
    }

    /// Makes room for the frames and names of so many functions.
    fn reserve(&mut self, functions: usize) {
        self.texts.reserve(functions);
        self.text_rows.reserve(functions);
        self.keys.reserve(functions);
    }

    /// Returns the frame of a function that only its name tells apart from others.
    fn frame_of_name(&mut self, name: u32) -> FrameId {
        if self.by_name.len() <= name as usize {
            self.by_name.resize(self.texts.len(), None);
        }
        *self.by_name[name as usize].get_or_insert_with(|| {
            self.keys.push(Key { function: name, ..Key::default() });
            FrameId::from_index(self.keys.len() - 1)
        })
    }

    /// Returns the frames of each location of a selection.
    fn number_all(&mut self, selection: &Selection<'p>) -> Ragged<FrameId> {
        let inlines = self.options.inlines;
        let symbols = selection.profile().symbols();
        self.reserve(symbols.functions().len());
        let mut keys = Keys::new(self, selection);
        let mut by_location = Ragged::sized_as(symbols.lines());
        for index in 0..symbols.locations().len() {
            let location = LocationId::from_index(index);
            if selection.is_hidden(location) {
                by_location.push([]);
                continue;
            }
            let mut lines = selection.lines_of(location);
            if inlines == Inlines::Outermost && lines.len() > 1 {
                lines = &lines[lines.len() - 1..];
            }
            if lines.is_empty() {
                let frame = keys.frame_without_line(location);
                by_location.push([frame]);
            } else {
                by_location.push(lines.iter().map(|line| keys.frame(location, line)));
            }
        }
        by_location
    }

    fn number(&mut self, text: Cow<'p, str>) -> u32 {
        let hash = self.text_rows.hash(&*text);
        if let Some(row) = self.text_rows.find(hash, |row| self.texts[row] == text) {
            return row as u32; // Rows of a table fit 32 bits.
        }
        self.text_rows.insert(hash, self.texts.len());
        self.texts.push(text);
        (self.texts.len() - 1) as u32
    }

    fn intern(&mut self, key: Key) -> FrameId {
        let hash = self.key_rows.hash(&key);
        let row = self.key_rows.find(hash, |row| self.keys[row] == key).unwrap_or_else(|| {
            self.keys.push(key);
            self.key_rows.insert(hash, self.keys.len() - 1);
            self.keys.len() - 1
        });
        FrameId::from_index(row)
    }
}

/// Makes the frames of one selection; what is known of its ids is kept.
struct Keys<'n, 's, 'p> {
    numbering: &'n mut Numbering<'p>,
    selection: &'s Selection<'p>,
    /// A number for each string that is the same for equal ones, by string id; `NO_NUMBER` if it was not asked for yet.
    names: Vec<u32>,
    files: Vec<u32>,
    /// The frame of each function, where functions alone make frames.
    by_function: Vec<Option<FrameId>>,
}

impl<'n, 's, 'p> Keys<'n, 's, 'p> {
    fn new(numbering: &'n mut Numbering<'p>, selection: &'s Selection<'p>) -> Self {
        let profile = selection.profile();
        let has_files = numbering.options.granularity != Granularity::Functions;
        Self {
            numbering,
            selection,
            names: vec![NO_NUMBER; profile.strings().len()],
            files: if has_files { vec![NO_NUMBER; profile.strings().len()] } else { Vec::new() },
            by_function: vec![None; profile.symbols().functions().len()],
        }
    }

    fn is_folded(&self) -> bool {
        self.numbering.options.names == Names::Folded
    }

    fn name(&mut self, id: StringId) -> u32 {
        if self.names[id.index()] == NO_NUMBER {
            let name = self.selection.profile().str(id);
            let name = if self.is_folded() { folded_name(name) } else { Cow::Borrowed(name) };
            self.names[id.index()] = self.numbering.number(name);
        }
        self.names[id.index()]
    }

    fn file(&mut self, id: StringId) -> u32 {
        if self.files[id.index()] == NO_NUMBER {
            let path = shown_path(self.selection.profile().str(id));
            let path = if self.is_folded() { folded_path(path) } else { path };
            self.files[id.index()] = self.numbering.number(path);
        }
        self.files[id.index()]
    }

    fn object(&mut self, location: LocationId) -> u32 {
        let profile = self.selection.profile();
        let symbols = profile.symbols();
        let Some(mapping) = symbols.locations()[location.index()].mapping else { return 0 };
        let file = symbols.mappings()[mapping.index()].file;
        match profile.str(file) {
            path if self.is_folded() && !path.is_empty() => self.numbering.number(Cow::Borrowed(base_name(path))),
            _ => self.name(file),
        }
    }

    fn shown_address(&self, location: LocationId) -> u64 {
        let address = self.selection.profile().symbols().locations()[location.index()].address;
        if self.numbering.options.granularity == Granularity::Addresses { address } else { 0 }
    }

    fn frame_without_line(&mut self, location: LocationId) -> FrameId {
        let key = Key { address: self.shown_address(location), object: self.object(location), ..Key::default() };
        self.numbering.intern(key)
    }

    fn frame(&mut self, location: LocationId, line: &Line) -> FrameId {
        let function = self.selection.profile().symbols().functions()[line.function.index()];
        let FrameOptions { granularity, inlines, columns, objects, .. } = self.numbering.options;
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
            let leaves_columns = granularity == Granularity::Addresses && inlines == Inlines::Expand;
            if columns == Columns::Show || leaves_columns {
                key.column = line.column;
            }
        }
        let is_named = key.function != 0 && objects == Objects::WhenNameless;
        if !is_named {
            key.object = self.object(location);
            key.start_line = if self.is_folded() { 0 } else { function.start_line };
        }
        if granularity != Granularity::Functions || !is_named {
            return self.numbering.intern(key);
        }
        let id = self.numbering.frame_of_name(key.function);
        self.by_function[line.function.index()] = Some(id);
        id
    }
}
