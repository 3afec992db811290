//! The functions and inlined calls of a unit that addresses are in, found in one pass over its entries.

use std::ops::Range;

use gimli::{Reader as _, UnitOffset, UnitRef};

use super::dwarf::Slice;
use super::entries::{Entry, RangesLeft};
use super::plans::{Plans, Role, leb128};

/// No function, or no call.
pub(super) const NONE: u32 = u32::MAX;

/// Functions and calls with addresses that are looked up.
#[derive(Debug, Default)]
pub(super) struct Functions<'s> {
    pub(super) functions: Vec<Entry<'s>>,
    pub(super) calls: Vec<Call<'s>>,
    /// What each address is in.
    pub(super) places: Vec<Place>,
}

/// A call that was inlined.
#[derive(Clone, Copy, Debug)]
pub(super) struct Call<'s> {
    pub(super) entry: Entry<'s>,
    /// The call that it is in, or [`NONE`].
    pub(super) outer: u32,
}

/// What an address is in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// Row of the functions, or [`NONE`].
    pub(super) function: u32,
    /// Row of the innermost call, or [`NONE`].
    pub(super) call: u32,
    /// Where the function's range begins that it is in.
    begin: u64,
}

/// A function or a call whose entries are being read.
#[derive(Clone, Debug)]
struct Scope {
    /// How deep the entry itself is.
    depth: usize,
    /// [`NONE`] if no address is in it.
    function: u32,
    call: u32,
    /// Where the addresses in it are among all, with others between them.
    addresses: Range<usize>,
}

/// A pass over the entries of a unit.
struct Pass<'u, 's> {
    unit: UnitRef<'u, Slice<'s>>,
    /// Ascending.
    addresses: &'u [u64],
    scopes: Vec<Scope>,
    ranges_left: RangesLeft,
    found: Functions<'s>,
}

impl<'s> Functions<'s> {
    /// Finds what addresses are in, which are ascending; what follows a broken entry is not looked at.
    ///
    /// Where ranges overlap, the function counts that begins last, of those with the same beginning the last one, as in
    /// llvm-symbolizer, and of calls the first one.
    pub(super) fn find(unit: UnitRef<'_, Slice<'s>>, addresses: &[u64]) -> Self {
        let nowhere = Place { function: NONE, call: NONE, begin: 0 };
        let found = Self { places: vec![nowhere; addresses.len()], ..Self::default() };
        let ranges_left = RangesLeft::of(unit.dwarf);
        let mut pass = Pass { unit, addresses, scopes: Vec::new(), ranges_left, found };
        // What was found before is as good as if the rest were not there.
        let _ = pass.run();
        pass.found
    }
}

impl<'s> Pass<'_, 's> {
    /// Goes over all entries; `None` if one is broken.
    fn run(&mut self) -> Option<()> {
        let unit = self.unit.unit;
        let root = unit.header.root_offset();
        let entries = unit.header.range_from(root..).ok()?;
        let bytes = entries.slice();
        let mut plans = Plans::new(&unit.header, &unit.abbreviations, entries.endian());
        let (mut at, mut depth) = (0, 0_usize);
        while at < bytes.len() {
            let (code, behind) = leb128(bytes, at)?;
            if code == 0 {
                at = behind;
                depth = depth.saturating_sub(1);
                if self.scopes.last().is_some_and(|scope| scope.depth == depth) {
                    self.scopes.pop();
                }
                continue;
            }
            let plan = plans.get(code)?;
            let is_read = match plan.role {
                Role::Function => true,
                Role::Call => self.scopes.last().is_some_and(|scope| scope.function != NONE),
                Role::Declaration | Role::Other => false,
            };
            let mut scope = Scope { depth, function: NONE, call: NONE, addresses: 0..0 };
            if is_read {
                let (entry, next) = Entry::read(&self.unit, UnitOffset(root.0 + at)).ok()?;
                at = next.0.checked_sub(root.0)?;
                scope = if plan.role == Role::Function { self.function(entry, scope) } else { self.call(entry, scope) };
            } else {
                at = plans.skip(&plan, bytes, behind)?;
            }
            if plan.has_children {
                if plan.role != Role::Other {
                    self.scopes.push(scope);
                }
                depth += 1;
            }
        }
        Some(())
    }

    /// Takes a function, and returns the scope of what is in it.
    fn function(&mut self, entry: Entry<'s>, scope: Scope) -> Scope {
        let row = self.found.functions.len() as u32;
        let (addresses, places) = (self.addresses, &mut self.found.places);
        let mut hits = Hits::default();
        // What is broken is nowhere.
        let _ = entry.code.each(&self.unit, &mut self.ranges_left, |range| {
            for index in addresses_in(addresses, 0..addresses.len(), range) {
                let place = &mut places[index];
                if place.function == NONE || place.begin <= range.begin {
                    *place = Place { function: row, call: NONE, begin: range.begin };
                    hits.add(index);
                }
            }
        });
        let Some(addresses) = hits.range() else { return scope };
        self.found.functions.push(entry);
        Scope { function: row, addresses, ..scope }
    }

    /// Takes a call, and returns the scope of what is in it.
    fn call(&mut self, entry: Entry<'s>, scope: Scope) -> Scope {
        let Some(outer) = self.scopes.last() else { return scope };
        let row = self.found.calls.len() as u32;
        let (addresses, places) = (self.addresses, &mut self.found.places);
        let mut hits = Hits::default();
        let _ = entry.code.each(&self.unit, &mut self.ranges_left, |range| {
            for index in addresses_in(addresses, outer.addresses.clone(), range) {
                let place = &mut places[index];
                if place.function == outer.function && place.call == outer.call {
                    place.call = row;
                    hits.add(index);
                }
            }
        });
        let Some(addresses) = hits.range() else { return scope };
        self.found.calls.push(Call { entry, outer: outer.call });
        Scope { function: outer.function, call: row, addresses, ..scope }
    }
}

/// The first and the last of the addresses that are in something.
#[derive(Default)]
struct Hits(Option<(usize, usize)>);

impl Hits {
    fn add(&mut self, index: usize) {
        let (first, last) = self.0.unwrap_or((index, index));
        self.0 = Some((first.min(index), last.max(index)));
    }

    fn range(&self) -> Option<Range<usize>> {
        self.0.map(|(first, last)| first..last + 1)
    }
}

/// Returns which of the addresses among `some` are in a range.
pub(super) fn addresses_in(addresses: &[u64], some: Range<usize>, range: gimli::Range) -> Range<usize> {
    let among = &addresses[some.clone()];
    let start = among.partition_point(|&address| address < range.begin);
    let count = among[start..].partition_point(|&address| address < range.end);
    some.start + start..some.start + start + count
}
