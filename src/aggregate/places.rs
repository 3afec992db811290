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

    /// Lists the numbers of the locations of a stack in `list`, which is emptied first.
    #[inline]
    pub(super) fn gather(&self, stack: &[LocationId], list: &mut Vec<u32>) {
        let room = stack.len() * Place::MAX + Place::MAX;
        list.clear();
        list.resize(room, 0);
        let mut len = 0;
        for location in stack {
            let place = &self.places[location.index()];
            if place.count == Place::LONG {
                list.truncate(len);
                list.extend_from_slice(self.long.get(place.numbers[0] as usize));
                len = list.len();
                list.resize(len + room, 0);
                continue;
            }
            // All are copied and as many kept as are there.
            list[len..len + Place::MAX].copy_from_slice(&place.numbers);
            len += place.count as usize;
        }
        list.truncate(len);
    }
}
