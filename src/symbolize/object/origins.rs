//! Names of functions and the lines where they begin, which other entries may tell than those of their code.

use std::sync::Arc;

use gimli::{AttributeValue, DebugInfoOffset, Dwarf, DwarfFileType, Unit, UnitOffset, UnitRef};
use hashbrown::HashMap;

use super::dwarf::{DebugInformation, Slice};
use super::entries::Entry;
use super::units::Units;

/// What is known of a function.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Origin<'s> {
    /// The mangled name, or else the one of the source.
    pub(super) name: Option<Slice<'s>>,
    /// The line where it is declared.
    pub(super) line: Option<u32>,
}

/// Which file an entry is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Place {
    /// The unit that is being looked at.
    Here,
    /// Another unit of the main file.
    Main,
    /// The file with what is common.
    Common,
}

/// What functions are called in a unit, and in those that it refers to.
pub(super) struct Origins<'u, 's> {
    unit: UnitRef<'u, Slice<'s>>,
    main: &'u Units<'s>,
    common: Option<(&'u Dwarf<Slice<'s>>, &'u Units<'s>)>,
    /// By the offsets in the unit, or in the section of the other ones.
    known: HashMap<(Place, usize), Origin<'s>>,
    /// Units that were referred to, by their rows.
    others: HashMap<(Place, usize), Option<Arc<Unit<Slice<'s>>>>>,
}

/// How many entries may refer to the next one before the name of a function is found.
const MAX_REFERENCES: usize = 16;

impl<'u, 's> Origins<'u, 's> {
    pub(super) fn new(unit: UnitRef<'u, Slice<'s>>, information: &'u DebugInformation<'s>) -> Self {
        let (main, common) = (&information.units, information.common());
        Self { unit, main, common, known: HashMap::new(), others: HashMap::new() }
    }

    /// Returns what is known of a function or a call.
    pub(super) fn of(&mut self, entry: &Entry<'s>) -> Origin<'s> {
        let own = Origin { name: entry.name.and_then(|name| self.unit.attr_string(name).ok()), line: entry.line };
        self.completed(own, Place::Here, None, entry.origin, MAX_REFERENCES)
    }

    /// Adds what the next entry knows, if something is missing.
    fn completed(
        &mut self,
        own: Origin<'s>,
        place: Place,
        unit: Option<usize>,
        next: Option<AttributeValue<Slice<'s>>>,
        references: usize,
    ) -> Origin<'s> {
        let (Some(next), Some(references)) = (next, references.checked_sub(1)) else { return own };
        if own.name.is_some() && own.line.is_some() {
            return own;
        }
        let more = match next {
            AttributeValue::UnitRef(offset) => self.at(place, unit, offset, references),
            AttributeValue::DebugInfoRef(offset) => self.in_other_unit(place, offset, references),
            AttributeValue::DebugInfoRefSup(offset) => self.in_other_unit(Place::Common, offset, references),
            _ => Origin::default(),
        };
        Origin { name: own.name.or(more.name), line: own.line.or(more.line) }
    }

    fn in_other_unit(&mut self, place: Place, offset: DebugInfoOffset, references: usize) -> Origin<'s> {
        let place = match place {
            // Split files have one unit that can be referred to.
            Place::Here if self.unit.dwarf.file_type != DwarfFileType::Main => return Origin::default(),
            Place::Here | Place::Main => Place::Main,
            Place::Common => Place::Common,
        };
        let units = match (place, self.common) {
            (Place::Common, Some((_, units))) => units,
            (Place::Common, None) => return Origin::default(),
            _ => self.main,
        };
        let Some(row) = units.row_with(offset) else { return Origin::default() };
        let Some(offset) = offset.to_unit_offset(&units.header(row)) else { return Origin::default() };
        self.at(place, Some(row), offset, references)
    }

    fn at(&mut self, place: Place, unit: Option<usize>, offset: UnitOffset, references: usize) -> Origin<'s> {
        let start = unit.and_then(|row| self.start(place, row)).unwrap_or(0);
        let key = (place, start.saturating_add(offset.0));
        if let Some(&known) = self.known.get(&key) {
            return known;
        }
        let found = self.read(place, unit, offset, references).unwrap_or_default();
        self.known.insert(key, found);
        found
    }

    /// Returns where a unit begins in its section.
    fn start(&self, place: Place, row: usize) -> Option<usize> {
        let units = if place == Place::Common { self.common?.1 } else { self.main };
        Some(units.header(row).debug_info_offset()?.0)
    }

    fn read(&mut self, place: Place, row: Option<usize>, offset: UnitOffset, references: usize) -> Option<Origin<'s>> {
        let Some(row) = row else {
            let (entry, _) = Entry::read(&self.unit, offset).ok()?;
            let own = Origin { name: entry.name.and_then(|name| self.unit.attr_string(name).ok()), line: entry.line };
            return Some(self.completed(own, place, None, entry.origin, references));
        };
        let (dwarf, units) = if place == Place::Common { self.common? } else { (self.unit.dwarf, self.main) };
        let load = || dwarf.unit(units.header(row)).ok().map(Arc::new);
        let unit = self.others.entry((place, row)).or_insert_with(load).clone()?;
        let unit = UnitRef::new(dwarf, &unit);
        let (entry, _) = Entry::read(&unit, offset).ok()?;
        let own = Origin { name: entry.name.and_then(|name| unit.attr_string(name).ok()), line: entry.line };
        Some(self.completed(own, place, Some(row), entry.origin, references))
    }
}
