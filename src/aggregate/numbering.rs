//! Which frames there are: equal places get equal numbers.

use std::borrow::Cow;

use super::folded_name::{folded_name, folded_path};
use super::frame_keys::{FrameKeys, Key, More};
use super::frames::{Columns, FrameId, FrameOptions, Granularity, Inlines, Names, Objects, base_name};
use super::package::package;
use super::paths::shown_path;
use crate::profile::{Interner, Line, LocationId, MappingId, Ragged, StringId};
use crate::transform::Selection;

/// What frames are, by id.
#[derive(Clone, Debug)]
pub(super) struct FrameTable<'p> {
    pub(super) keys: FrameKeys,
    /// What the numbers in `keys` stand for.
    pub(super) texts: Vec<Cow<'p, str>>,
}

const NO_NUMBER: u32 = u32::MAX;

/// Says whether functions of a name are frames of their own.
pub(super) type IsChosen<'c, 'p> = &'c mut dyn FnMut(&'p str) -> bool;

/// Gives equal places equal frames; texts are compared once each, then by number.
pub(super) struct Numbering<'p> {
    options: FrameOptions,
    texts: Vec<Cow<'p, str>>,
    text_rows: Interner,
    keys: FrameKeys,
    key_rows: Interner,
    /// The frames that are known by a function's name alone, which are not in `key_rows`; by number of the text.
    by_name: Vec<Option<FrameId>>,
    /// What stands for all that is not chosen.
    others: Option<FrameId>,
}

impl<'p> Numbering<'p> {
    pub(super) fn new(options: FrameOptions) -> Self {
        let mut numbering = Self {
            options,
            texts: Vec::new(),
            text_rows: Interner::default(),
            keys: FrameKeys::default(),
            key_rows: Interner::default(),
            by_name: Vec::new(),
            others: None,
        };
        numbering.number(Cow::Borrowed(""));
        numbering
    }

    pub(super) fn into_table(mut self) -> FrameTable<'p> {
        self.texts.shrink_to_fit();
        self.keys.shrink_to_fit();
        FrameTable { keys: self.keys, texts: self.texts }
    }

    /// Makes room for the frames and names of so many functions.
    fn reserve(&mut self, functions: usize) {
        self.texts.reserve(functions);
        self.text_rows.reserve(functions);
        self.keys.reserve(functions);
    }

    /// Returns whether frames are told apart by the names of functions alone, where these have names.
    fn is_by_name(&self) -> bool {
        self.options.granularity == Granularity::Functions && self.options.objects != Objects::Always
    }

    /// Returns the frame of a function that only its name tells apart from others.
    fn frame_of_name(&mut self, name: u32) -> FrameId {
        if self.by_name.len() <= name as usize {
            self.by_name.resize(self.texts.len(), None);
        }
        *self.by_name[name as usize]
            .get_or_insert_with(|| FrameId::from_index(self.keys.push(Key { function: name, ..Key::default() })))
    }

    /// Adds the frame of what is not chosen, which is equal to no other.
    pub(super) fn others(&mut self) -> FrameId {
        let others = FrameId::from_index(self.keys.push(Key::default()));
        self.others = Some(others);
        others
    }

    /// Returns the frames of each location of a selection; of functions that are not chosen, that of all others.
    pub(super) fn number_all(
        &mut self,
        selection: &Selection<'p>,
        is_chosen: Option<IsChosen<'_, 'p>>,
    ) -> Ragged<FrameId> {
        let inlines = self.options.inlines;
        let symbols = selection.profile().symbols();
        self.reserve(symbols.functions().len());
        let is_for_all = is_chosen.is_none();
        let mut keys = Keys::new(self, selection, is_chosen);
        if is_for_all {
            keys.number_names();
        }
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
        let row = self.key_rows.find(hash, |row| self.keys.get(row) == key).unwrap_or_else(|| {
            let row = self.keys.push(key);
            self.key_rows.insert(hash, row);
            row
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
    /// The frame of each function, where functions alone make frames or it is not chosen.
    by_function: Vec<Option<FrameId>>,
    /// The number of the name of each function, if all were asked for.
    function_names: Vec<u32>,
    /// The mapping and the frame that each function had last, where nothing else makes frames.
    newest: Vec<Option<(Option<MappingId>, FrameId)>>,
    /// The frame of all locations without a function, if these are not chosen.
    nameless: Option<FrameId>,
}

impl<'n, 's, 'p> Keys<'n, 's, 'p> {
    fn new(
        numbering: &'n mut Numbering<'p>,
        selection: &'s Selection<'p>,
        is_chosen: Option<IsChosen<'_, 'p>>,
    ) -> Self {
        let profile = selection.profile();
        let mut by_function = vec![None; profile.symbols().functions().len()];
        let mut nameless = None;
        if let (Some(is_chosen), Some(others)) = (is_chosen, numbering.others) {
            let mut answers = vec![None; profile.strings().len()];
            for (frame, function) in by_function.iter_mut().zip(profile.symbols().functions()) {
                let answer = &mut answers[function.name.index()];
                *frame = (!*answer.get_or_insert_with(|| is_chosen(profile.str(function.name)))).then_some(others);
            }
            nameless = (!is_chosen("")).then_some(others);
        }
        let newest = match numbering.options.granularity {
            Granularity::Files | Granularity::FileFunctions | Granularity::Modules => vec![None; by_function.len()],
            _ => Vec::new(),
        };
        let has_files = numbering.options.granularity != Granularity::Functions;
        Self {
            numbering,
            selection,
            names: vec![NO_NUMBER; profile.strings().len()],
            files: if has_files { vec![NO_NUMBER; profile.strings().len()] } else { Vec::new() },
            by_function,
            function_names: Vec::new(),
            newest,
            nameless,
        }
    }

    /// Numbers the names of all functions, if they are wanted.
    ///
    /// This goes through functions and names as they lie in memory; lines name them in any order.
    fn number_names(&mut self) {
        if self.numbering.is_by_name() {
            let functions = self.selection.profile().symbols().functions();
            self.function_names = functions.iter().map(|function| self.name(function.name)).collect();
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
        if let Some(known) = self.nameless {
            return known;
        }
        let (address, object) = (self.shown_address(location), self.object(location));
        self.numbering.intern(Key { function: 0, more: More { address, object, ..More::default() } })
    }

    #[inline]
    fn frame(&mut self, location: LocationId, line: &Line) -> FrameId {
        match self.by_function[line.function.index()] {
            Some(known) => known,
            None => self.new_frame(location, line),
        }
    }

    fn new_frame(&mut self, location: LocationId, line: &Line) -> FrameId {
        if let Some(&name) = self.function_names.get(line.function.index())
            && name != 0
        {
            let frame = self.numbering.frame_of_name(name);
            self.by_function[line.function.index()] = Some(frame);
            return frame;
        }
        if self.newest.is_empty() {
            return self.found_frame(location, line);
        }
        let mapping = self.selection.profile().symbols().locations()[location.index()].mapping;
        match self.newest[line.function.index()] {
            Some((of, frame)) if of == mapping => frame,
            _ => {
                let frame = self.found_frame(location, line);
                self.newest[line.function.index()] = Some((mapping, frame));
                frame
            }
        }
    }

    /// Finds the frame by all that makes one.
    fn found_frame(&mut self, location: LocationId, line: &Line) -> FrameId {
        let function = self.selection.profile().symbols().functions()[line.function.index()];
        let FrameOptions { granularity, inlines, columns, objects, .. } = self.numbering.options;
        if matches!(granularity, Granularity::Modules | Granularity::Packages) {
            return self.group(location, line, function.name);
        }
        let mut key = Key::default();
        key.more.address = self.shown_address(location);
        if granularity != Granularity::Files {
            key.function = self.name(function.name);
        }
        if granularity != Granularity::Functions {
            key.more.file = self.file(function.filename);
        }
        if matches!(granularity, Granularity::Lines | Granularity::Addresses) {
            key.more.line = line.line;
            // pprof leaves a profile as it is if addresses with inlined functions are asked for.
            let leaves_columns = granularity == Granularity::Addresses && inlines == Inlines::Expand;
            if columns == Columns::Show || leaves_columns {
                key.more.column = line.column;
            }
        }
        let is_known = match objects {
            Objects::WhenUnknown => key.function != 0 || key.more.file != 0,
            Objects::WhenNameless => key.function != 0,
            Objects::Always => false,
        };
        if !is_known {
            key.more.object = self.object(location);
            key.more.start_line = if self.is_folded() { 0 } else { function.start_line };
        }
        let id = match granularity {
            Granularity::Functions if is_known => self.numbering.frame_of_name(key.function),
            Granularity::Files | Granularity::FileFunctions if is_known => self.numbering.intern(key),
            _ => return self.numbering.intern(key),
        };
        self.by_function[line.function.index()] = Some(id);
        id
    }

    /// Returns the frame of a package or, where the name tells none or none is wanted, of a binary.
    fn group(&mut self, location: LocationId, line: &Line, name: StringId) -> FrameId {
        if self.numbering.options.granularity == Granularity::Packages {
            let name = self.selection.profile().str(name);
            let package = match self.is_folded() {
                true => Cow::Owned(package(&folded_name(name)).to_owned()),
                false => Cow::Borrowed(package(name)),
            };
            if !package.is_empty() {
                let number = self.numbering.number(package);
                let id = self.numbering.frame_of_name(number);
                self.by_function[line.function.index()] = Some(id);
                return id;
            }
        }
        let object = self.object(location);
        self.numbering.intern(Key { function: 0, more: More { object, ..More::default() } })
    }
}
