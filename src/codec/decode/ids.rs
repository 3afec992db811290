//! From the ids of a file, which may be any 64-bit numbers, to dense rows.

use hashbrown::HashMap;

use super::inconsistent;
use crate::codec::unpack::{Block, ShortNumbers};
use crate::error::{Error, Result};
use crate::profile::{LocationId, Samples, StackId, Stacks};

/// The ids that the rows of a table have in the file.
#[derive(Debug, Default)]
pub(super) struct FileIdColumn {
    /// The number of rows whose ids are their rows plus one, before any other.
    usual: usize,
    /// The ids of all rows if there are others.
    ids: Vec<u64>,
}

/// Finds rows by their ids in the file.
#[derive(Debug)]
pub(super) enum RowIndex {
    /// Row `n` has id `n + 1`, for so many rows.
    InOrder(usize),
    /// The row of each small id, `NO_ROW` where there is none.
    Direct(Vec<u32>),
    /// The row of each id.
    Hashed(HashMap<u64, u32>),
}

const NO_ROW: u32 = u32::MAX;

impl FileIdColumn {
    /// Notes the id of the next row.
    pub(super) fn push(&mut self, id: u64) {
        if self.ids.is_empty() {
            if id == self.usual as u64 + 1 {
                self.usual += 1;
                return;
            }
            self.ids.extend(1..=self.usual as u64);
        }
        self.ids.push(id);
    }

    pub(super) fn id(&self, row: usize) -> u64 {
        if row < self.usual { row as u64 + 1 } else { self.ids[row] }
    }

    /// Returns the way from ids to rows.
    ///
    /// # Errors
    /// [`ErrorKind::Inconsistent`](crate::ErrorKind::Inconsistent) if an id is 0 or stands twice; `what` names the table.
    pub(super) fn index(&self, what: &str) -> Result<RowIndex> {
        if self.ids.is_empty() {
            return Ok(RowIndex::InOrder(self.usual));
        }
        if let Some(row) = self.ids.iter().position(|&id| id == 0) {
            return Err(inconsistent(format!("{what} {row} has the reserved id 0")));
        }
        let duplicate = |id: u64| inconsistent(format!("multiple {what}s with id {id}"));
        let largest = self.ids.iter().copied().max().unwrap_or(0);
        let small_enough = self.ids.len() as u64 * 4 + 1024;
        if largest <= small_enough {
            let mut rows = vec![NO_ROW; largest as usize + 1];
            for (row, &id) in self.ids.iter().enumerate() {
                if std::mem::replace(&mut rows[id as usize], row as u32) != NO_ROW {
                    return Err(duplicate(id));
                }
            }
            return Ok(RowIndex::Direct(rows));
        }
        let mut rows = HashMap::with_capacity(self.ids.len());
        for (row, &id) in self.ids.iter().enumerate() {
            if rows.insert(id, row as u32).is_some() {
                return Err(duplicate(id));
            }
        }
        Ok(RowIndex::Hashed(rows))
    }

    /// Returns the ids if they are not 1, 2, 3…
    pub(super) fn into_unusual(self) -> Option<Box<[u64]>> {
        (!self.ids.is_empty()).then(|| self.ids.into_boxed_slice())
    }
}

impl RowIndex {
    /// Returns the row of `id`.
    #[inline]
    pub(super) fn row(&self, id: u64) -> Option<u32> {
        match self {
            Self::InOrder(count) => id.checked_sub(1).filter(|&row| row < *count as u64).map(|row| row as u32),
            Self::Direct(rows) => rows.get(usize::try_from(id).ok()?).copied().filter(|&row| row != NO_ROW),
            Self::Hashed(rows) => rows.get(&id).copied(),
        }
    }
}

/// The ids that name rows of a table, in 32 bits while the table is not known.
///
/// An id that is small, as ids are that count from 1, has itself less one as key, which often is
/// its row. Others are numbered as they come.
#[derive(Debug)]
pub(super) struct Keys {
    wide_ids: Vec<u64>,
    wide_keys: HashMap<u64, u32>,
    /// -1 if there is none.
    largest_small_key: i32,
}

impl Default for Keys {
    fn default() -> Self {
        Self { wide_ids: Vec::new(), wide_keys: HashMap::new(), largest_small_key: -1 }
    }
}

/// Marks a key that counts wide ids.
const WIDE: u32 = 1 << 31;

impl Keys {
    /// Writes the keys of `ids` to `keys`, which is as long.
    #[inline]
    pub(super) fn write(&mut self, ids: Block<'_>, keys: &mut [LocationId]) {
        match ids {
            Block::Short(ids) => self.write_short(ids, keys),
            Block::Long(ids) => keys.iter_mut().zip(ids).for_each(|(key, id)| *key = self.location(*id)),
        }
    }

    #[inline]
    fn write_short(&mut self, ids: ShortNumbers<'_>, keys: &mut [LocationId]) {
        let mut bits = 0;
        // Signed, because that is a vector instruction everywhere.
        let mut largest = self.largest_small_key;
        for (key, id) in keys.iter_mut().zip(ids.iter()) {
            let less_one = id.wrapping_sub(1);
            bits |= less_one;
            largest = largest.max(less_one.cast_signed());
            *key = LocationId::from_u32(less_one);
        }
        self.largest_small_key = largest;
        if bits & WIDE != 0 {
            // There is an id 0, which has no small key.
            keys.iter_mut().zip(ids.iter()).for_each(|(key, id)| *key = self.location(id.into()));
        }
    }

    /// Returns the key of a location's `id`.
    pub(super) fn location(&mut self, id: u64) -> LocationId {
        LocationId::from_u32(self.key(id))
    }

    /// Returns the key of `id`.
    #[inline]
    pub(super) fn key(&mut self, id: u64) -> u32 {
        let less_one = id.wrapping_sub(1);
        if less_one < u64::from(WIDE) {
            self.largest_small_key = self.largest_small_key.max(less_one as i32);
            return less_one as u32;
        }
        let next = WIDE | self.wide_ids.len() as u32;
        let key = *self.wide_keys.entry(id).or_insert(next);
        if key == next {
            self.wide_ids.push(id);
        }
        key
    }

    /// Returns how many rows there are at least if small ids are those of rows in order.
    pub(super) fn small_ids(&self) -> usize {
        usize::try_from(i64::from(self.largest_small_key) + 1).unwrap_or(0)
    }

    /// Returns whether each key is the row that it stands for, so that none needs to be looked up.
    pub(super) fn are_rows(&self, rows: &RowIndex) -> bool {
        let RowIndex::InOrder(count) = rows else { return false };
        self.wide_ids.is_empty() && i64::from(self.largest_small_key) < *count as i64
    }

    /// Returns the id that has the key.
    pub(super) fn id(&self, key: u32) -> u64 {
        if key & WIDE == 0 { u64::from(key) + 1 } else { self.wide_ids[(key & !WIDE) as usize] }
    }
}

/// A stack names a location that the table does not have.
#[derive(Debug)]
pub(super) struct DanglingLocation {
    stack: usize,
    id: u64,
}

impl DanglingLocation {
    /// Makes the error, with the first sample that has the stack.
    pub(super) fn explain(&self, samples: &Samples) -> Error {
        let stack = StackId::from_index(self.stack);
        let sample = samples.stacks().iter().position(|&other| other == stack).unwrap_or(0);
        inconsistent(format!("location {} is not in the location table", self.id)).at(format!("sample {sample}"))
    }
}

/// Replaces the keys in all stacks by rows of the location table.
pub(super) fn resolve_stacks(
    stacks: &mut Stacks,
    keys: &Keys,
    locations: &RowIndex,
) -> std::result::Result<(), DanglingLocation> {
    if keys.are_rows(locations) {
        return Ok(());
    }
    // What each key stands for is looked up once, then the stacks are rewritten by index.
    let row_of = |key: u32| locations.row(keys.id(key)).unwrap_or(NO_ROW);
    let wide_rows: Vec<u32> = (0..keys.wide_ids.len() as u32).map(|wide| row_of(wide | WIDE)).collect();
    for stack in 0..stacks.len() {
        let range = stacks.range(stack);
        for item in &mut stacks.items_mut()[range] {
            let key = item.to_u32();
            let row = if key & WIDE == 0 { row_of(key) } else { wide_rows[(key & !WIDE) as usize] };
            if row == NO_ROW {
                return Err(DanglingLocation { stack, id: keys.id(key) });
            }
            *item = LocationId::from_u32(row);
        }
    }
    Ok(())
}
