//! What is known of frames whatever they weigh, in as little memory as it takes.

use std::collections::HashMap;
use std::ops::Range;

use rpprof::aggregate::Frame;

/// The names of frames, by frame, and what else is known of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct FrameNames {
    pub(super) rows: Vec<FrameRow>,
    /// All names.
    texts: String,
    /// Files of binaries; the first one stands for all that are not known.
    binaries: Vec<Box<str>>,
    /// What matches the functions that are shown by another name, of the few frames that are.
    patterns: HashMap<u32, Box<str>>,
}

/// A frame, with places of texts instead of these.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct FrameRow {
    pub(super) name: Range<u32>,
    /// A part of the name; empty if it has no function.
    function: Range<u32>,
    package_hash: u32,
    binary: u32,
    pub(super) rank: u32,
}

/// What is known of one frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FrameName<'n> {
    pub(super) name: &'n str,
    /// The same for all frames of a package or, if there is no function, of a binary.
    pub(super) package_hash: u32,
    /// The binary that it is in, or one of them; empty if that is not known.
    pub(super) binary: &'n str,
    /// The function, without file and line; empty if there is none.
    pub(super) function: &'n str,
    /// What stands before the function in the name.
    before: &'n str,
    /// What matches the functions that are shown as this one, if they have other names.
    pub(super) pattern: Option<&'n str>,
}

impl FrameNames {
    /// Makes an empty list with room for so many frames with names of so many bytes, which may be in binaries with these
    /// files.
    pub(super) fn with_room<'b>(frames: usize, bytes: usize, binaries: impl Iterator<Item = &'b str>) -> Self {
        let binaries = [""].into_iter().chain(binaries).map(Box::from).collect();
        Self { rows: Vec::with_capacity(frames), texts: String::with_capacity(bytes), binaries, ..Self::default() }
    }

    /// Adds the next frame; its binary is a row of those that were given, if it is known.
    ///
    /// # Panics
    /// If all names together pass 4 GiB.
    pub(super) fn push(
        &mut self,
        frame: &Frame<'_>,
        package_hash: u32,
        binary: Option<usize>,
        pattern: Option<String>,
    ) {
        let begin = self.texts.len();
        let function = frame.push_name(&mut self.texts).map_or(begin..begin, |at| at..at + frame.function.len());
        let (name, function) = (narrow(begin..self.texts.len()), narrow(function));
        if let Some(pattern) = pattern {
            // Frames have 32-bit ids.
            self.patterns.insert(self.rows.len() as u32, pattern.into());
        }
        self.add(FrameRow { name, function, ..FrameRow::default() }, package_hash, binary);
    }

    /// Adds the next frame, which is called as another one is that has no function.
    pub(super) fn push_same(&mut self, other: usize, package_hash: u32, binary: Option<usize>) {
        self.add(self.rows[other].clone(), package_hash, binary);
    }

    fn add(&mut self, row: FrameRow, package_hash: u32, binary: Option<usize>) {
        // Mappings have 32-bit ids.
        self.rows.push(FrameRow { package_hash, binary: binary.map_or(0, |row| row as u32 + 1), ..row });
    }

    /// Returns how much memory they take.
    pub(super) fn bytes(&self) -> usize {
        size_of_val(&*self.rows) + self.texts.len()
    }

    /// Returns what is known of a frame.
    ///
    /// # Panics
    /// If there is no such frame.
    pub(super) fn of(&self, frame: u32) -> FrameName<'_> {
        let row = &self.rows[frame as usize];
        FrameName {
            name: self.text(&row.name),
            package_hash: row.package_hash,
            binary: &self.binaries[row.binary as usize],
            function: self.text(&row.function),
            before: self.text(&(row.name.start..row.function.start)),
            pattern: self.patterns.get(&frame).map(|pattern| &**pattern),
        }
    }

    /// Returns what a frame is called.
    ///
    /// # Panics
    /// If there is no such frame.
    pub(super) fn name(&self, frame: u32) -> &str {
        self.text(&self.rows[frame as usize].name)
    }

    /// Returns where the name of a frame stands among all in their order; the same for equal ones.
    ///
    /// # Panics
    /// If there is no such frame.
    pub(super) fn rank(&self, frame: u32) -> u32 {
        self.rows[frame as usize].rank
    }

    /// Returns what all frames are called.
    pub(super) fn names(&self) -> impl ExactSizeIterator<Item = &str> {
        self.rows.iter().map(|row| self.text(&row.name))
    }

    /// Returns the first frame that is called so.
    pub(super) fn find(&self, name: &str) -> Option<u32> {
        // Frames have 32-bit ids.
        self.names().position(|other| other == name).map(|row| row as u32)
    }

    pub(super) fn text(&self, place: &Range<u32>) -> &str {
        &self.texts[place.start as usize..place.end as usize]
    }
}

fn narrow(place: Range<usize>) -> Range<u32> {
    let narrow = |end| u32::try_from(end).expect("names pass 4 GiB");
    narrow(place.start)..narrow(place.end)
}

impl FrameName<'_> {
    /// Returns what matches the functions of the frame, and no others.
    pub(super) fn expression(&self) -> String {
        let name = if self.function.is_empty() { self.name } else { self.function };
        self.pattern.map_or_else(|| format!("^{}$", regex::escape(name)), str::to_owned)
    }

    /// Returns what matches the name of the frame, also if it is shown by another one, and no others.
    pub(super) fn own_expression(&self) -> String {
        let pattern = self.pattern.and_then(|pattern| pattern.strip_prefix("^(?:")?.strip_suffix(")$"));
        match pattern {
            Some(functions) => {
                let behind = &self.name[self.before.len() + self.function.len()..];
                format!("^{}(?:{functions}){}$", regex::escape(self.before), regex::escape(behind))
            }
            None => format!("^{}$", regex::escape(self.name)),
        }
    }
}
