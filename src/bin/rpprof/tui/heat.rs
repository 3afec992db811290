//! Samples over time as a heat map: columns are slices of time, rows are parts of a slice.

use super::histogram::nice;

/// No more columns and rows than these are counted.
const MOST: (usize, usize) = (960, 256);

/// What all samples weigh, slice by slice and part by part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Heat {
    /// When the first slice begins, in the key's unit; at a whole number of slices after the first sample.
    first: i128,
    /// How long a slice is.
    pub(super) slice: i128,
    /// How many parts a slice has.
    pub(super) rows: usize,
    /// Parts one after another in time.
    pub(super) cells: Vec<i64>,
}

impl Heat {
    /// Divides the time from `first` to `last` into slices of 1, 2 or 5 times a power of ten, as many as there is place for.
    pub(super) fn new((first, last): (i64, i64), origin: i64, (columns, rows): (u16, u16)) -> Self {
        let (columns, rows) = (usize::from(columns).clamp(1, MOST.0), usize::from(rows).clamp(1, MOST.1));
        let (first, last, origin) = (i128::from(first), i128::from(last), i128::from(origin));
        // A slice that is cut at the beginning may need a column more.
        let slice = nice((last - first) / (columns.max(2) as i128 - 1) + 1, false);
        let first = origin + (first - origin).div_euclid(slice) * slice;
        let count = (last - first) / slice + 1;
        let rows = rows.min(usize::try_from(slice).unwrap_or(rows));
        // Parts are of round lengths too, unless that leaves half of the place empty.
        let part = nice((slice + rows as i128 - 1) / rows as i128, false);
        let round = usize::try_from(slice / part).unwrap_or(rows);
        let rows = if slice % part == 0 && round * 2 >= rows { round } else { rows };
        // No more columns than were asked for, and one if that is all there is place for.
        let count = usize::try_from(count).unwrap_or(1).min(columns.max(2));
        Self { first, slice, rows, cells: vec![0; count * rows] }
    }

    /// Adds what a sample weighs.
    pub(super) fn add(&mut self, time: i64, value: i64) {
        let cell = self.cell_of(i128::from(time));
        self.cells[cell] = self.cells[cell].wrapping_add(value);
    }

    /// Returns the cell that a time is in, or the nearest one.
    pub(super) fn cell_of(&self, time: i128) -> usize {
        let since = (time - self.first).max(0);
        let (column, rest) = (since / self.slice, since % self.slice);
        let row = rest * self.rows as i128 / self.slice;
        usize::try_from(column * self.rows as i128 + row).unwrap_or(usize::MAX).min(self.cells.len() - 1)
    }

    /// Returns when a cell begins; past the last one it is when that ends.
    pub(super) fn start_of(&self, cell: usize) -> i128 {
        let (column, row) = ((cell / self.rows) as i128, (cell % self.rows) as i128);
        let rows = self.rows as i128;
        // The first time at which `cell_of` is this cell.
        self.first + column * self.slice + (row * self.slice + rows - 1) / rows
    }

    /// Returns how many slices there are.
    pub(super) fn columns(&self) -> usize {
        self.cells.len() / self.rows
    }
}

#[cfg(test)]
mod tests {
    use super::Heat;

    #[test]
    fn each_time_is_in_the_cell_that_begins_before_it() {
        for window in
            [(0, 0), (0, 10), (-5, 1000), (1_700_000_000_000_000_000, 1_700_000_003_123_456_789), (i64::MIN, i64::MAX)]
        {
            for grid in [(1, 1), (2, 7), (60, 18), (300, 90), (0, 0), (u16::MAX, u16::MAX)] {
                for origin in [window.0, window.0.saturating_sub(77)] {
                    let mut heat = Heat::new(window, origin, grid);
                    assert!(heat.columns() <= usize::from(grid.0).max(2), "{window:?} {grid:?}");
                    let span = i128::from(window.1) - i128::from(window.0);
                    for step in 0..=100 {
                        let time = i64::try_from(i128::from(window.0) + span * step / 100).expect("it is between both");
                        let cell = heat.cell_of(i128::from(time));
                        let range = heat.start_of(cell)..heat.start_of(cell + 1);
                        assert!(range.contains(&i128::from(time)), "{time} in {range:?} of {window:?} {grid:?}");
                        heat.add(time, 1);
                    }
                    assert_eq!(heat.cells.iter().sum::<i64>(), 101);
                }
            }
        }
    }

    #[test]
    fn slices_are_of_round_lengths() {
        let slice = |last: i64, columns: u16| Heat::new((0, last), 0, (columns, 10)).slice;
        assert_eq!(slice(2_999_999_999, 70), 50_000_000);
        assert_eq!(slice(59_999, 61), 1000);
        assert_eq!(slice(0, 80), 1);
        let rows = |last: i64, rows: u16| Heat::new((0, last), 0, (70, rows)).rows;
        assert_eq!((rows(2_999_999_999, 35), rows(2_999_999_999, 19), rows(0, 19)), (25, 10, 1));
    }
}
