//! What stands at each location, in a form that stacks are quickly turned into lists with.

use crate::profile::{LocationId, Ragged};

/// A few numbers for each location; those of a stack can be listed without a branch on how many there are.
pub(super) struct Places {
    places: Vec<Place>,
    /// The numbers of locations that have more than fit a [`Place`].
    long: Ragged<u32>,
}

/// Up to three numbers in 16 bytes; a location with more has its row in `long` as the first one.
#[derive(Clone, Copy)]
struct Place {
    count: u32,
    numbers: [u32; Place::MAX],
}

impl Place {
    const MAX: usize = 3;
    const LONG: u32 = u32::MAX;
}

impl Places {
    /// Takes the numbers of each location.
    pub(super) fn new<'l>(lists: impl Iterator<Item = &'l [u32]>) -> Self {
        let mut long = Ragged::new();
        let places = lists
            .map(|list| {
                let mut place = Place { count: list.len() as u32, numbers: [0; Place::MAX] };
                if list.len() > Place::MAX {
                    place.count = Place::LONG;
                    place.numbers[0] = long.push(list.iter().copied()) as u32; // Rows of a table fit 32 bits.
                } else {
                    place.numbers[..list.len()].copy_from_slice(list);
                }
                place
            })
            .collect();
        Self { places, long }
    }

    /// Returns the numbers of the locations of a stack; `list` is where they are kept, with others behind them.
    #[inline]
    #[must_use]
    pub(super) fn gather<'l>(&self, stack: &[LocationId], list: &'l mut Vec<u32>) -> &'l [u32] {
        let room = stack.len() * Place::MAX;
        make_room(list, room);
        let mut len = 0;
        for location in stack {
            let place = &self.places[location.index()];
            if place.count == Place::LONG {
                let long = self.long.get(place.numbers[0] as usize);
                make_room(list, len + long.len() + room);
                list[len..len + long.len()].copy_from_slice(long);
                len += long.len();
                continue;
            }
            // All are copied and as many kept as are there.
            list[len..len + Place::MAX].copy_from_slice(&place.numbers);
            len += place.count as usize;
        }
        &list[..len]
    }
}

/// Makes the list at least so long; it is never made shorter, because filling it anew takes time.
#[inline]
fn make_room(list: &mut Vec<u32>, len: usize) {
    if list.len() < len {
        list.resize(len, 0);
    }
}
