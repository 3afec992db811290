//! The rows of a unit's line table that addresses have.

use gimli::{ColumnType, UnitRef};

use super::dwarf::Slice;

/// A row of a line table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// In the unit's table of files.
    pub(super) file: u64,
    /// 0 if the code is of no line.
    pub(super) line: u32,
    /// 0 if it is not known.
    pub(super) column: u32,
}

/// Returns the row of each address; they are ascending.
///
/// The table is read once and not kept; where sequences overlap, the first one counts. What follows a broken row is not
/// looked at.
pub(super) fn rows_of(unit: &UnitRef<'_, Slice<'_>>, addresses: &[u64]) -> Vec<Option<Row>> {
    let mut found = vec![None; addresses.len()];
    let Some(program) = unit.line_program.clone() else { return found };
    let mut rows = program.rows();
    let mut sequence = Sequence::default();
    while let Ok(Some((_, row))) = rows.next_row() {
        let address = row.address();
        sequence.reach(address, addresses, &mut found);
        if row.end_sequence() {
            sequence = Sequence::default();
            continue;
        }
        let column = match row.column() {
            ColumnType::LeftEdge => 0,
            ColumnType::Column(column) => column.get() as u32,
        };
        // Nobody has more lines, nor columns.
        let line = row.line().map_or(0, |line| line.get() as u32);
        let column = if line == 0 { 0 } else { column };
        sequence.begin(address, Row { file: row.file_index(), line, column }, addresses);
    }
    found
}

/// Returns where the sequences of a unit's line table lie.
pub(super) fn sequences(unit: &UnitRef<'_, Slice<'_>>) -> Vec<gimli::Range> {
    let mut found = Vec::new();
    let Some(program) = unit.line_program.clone() else { return found };
    let mut rows = program.rows();
    let mut begin = None;
    while let Ok(Some((_, row))) = rows.next_row() {
        let start = *begin.get_or_insert(row.address());
        if row.end_sequence() {
            begin = None;
            if start < row.address() {
                found.push(gimli::Range { begin: start, end: row.address() });
            }
        }
    }
    found
}

/// The part of a line table that is being read.
#[derive(Default)]
struct Sequence {
    /// The row that is in force, and where it begins.
    last: Option<(u64, Row)>,
    /// The first of the addresses that is not before it.
    next: usize,
}

impl Sequence {
    /// Gives the row that is in force to the addresses before `end`.
    fn reach(&mut self, end: u64, addresses: &[u64], found: &mut [Option<Row>]) {
        let Some((_, row)) = self.last else { return };
        while self.next < addresses.len() && addresses[self.next] < end {
            found[self.next].get_or_insert(row);
            self.next += 1;
        }
    }

    /// Puts a row in force.
    fn begin(&mut self, address: u64, row: Row, addresses: &[u64]) {
        // Rows ascend, but for broken ones and the first.
        if self.last.is_none_or(|(last, _)| address < last) {
            self.next = addresses.partition_point(|&other| other < address);
        }
        self.last = Some((address, row));
    }
}
