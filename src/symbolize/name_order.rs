//! The order in which the functions of a table stand.

use crate::profile::{FunctionId, StringId};

/// Functions that lines name, each once.
///
/// They are put in order by short name: instances of a template have long names that are much alike, and next to one
/// another they compress twice as well, and in half the time. What is compressed is most of what naming costs once the
/// names are known.
#[derive(Debug)]
pub(crate) struct NamedFunctions {
    /// By row of the functions.
    is_seen: Vec<bool>,
    /// In the order in which they came.
    seen: Vec<FunctionId>,
}

impl NamedFunctions {
    /// Begins with none of so many functions.
    pub(crate) fn of(function_count: usize) -> Self {
        Self { is_seen: vec![false; function_count], seen: Vec::new() }
    }

    /// Notes a function; one that is not there is ignored.
    pub(crate) fn note(&mut self, id: FunctionId) {
        if let Some(is_seen @ false) = self.is_seen.get_mut(id.index()) {
            *is_seen = true;
            self.seen.push(id);
        }
    }

    /// Returns the functions with those of a name together, in the order in which names, and functions of a name, came.
    ///
    /// `name` tells the short name of a function, one of so many strings; one that is not there counts as the empty one.
    pub(crate) fn by_name(self, string_count: usize, name: impl Fn(FunctionId) -> StringId) -> Vec<FunctionId> {
        const NONE: u32 = u32::MAX;
        let mut groups = vec![NONE; string_count.max(1)];
        let row_of = |id| Some(name(id).index()).filter(|&row| row < string_count).unwrap_or(0);
        // How many there are of each name, and then where the next one of it goes.
        let mut places: Vec<u32> = Vec::new();
        for &id in &self.seen {
            let group = &mut groups[row_of(id)];
            if *group == NONE {
                *group = places.len() as u32; // There are no more names than functions, whose ids have 32 bits.
                places.push(0);
            }
            places[*group as usize] += 1;
        }
        let mut begin = 0;
        for place in &mut places {
            begin += std::mem::replace(place, begin);
        }
        let mut sorted = vec![FunctionId::from_u32(0); self.seen.len()];
        for id in self.seen {
            let place = &mut places[groups[row_of(id)] as usize];
            sorted[*place as usize] = id;
            *place += 1;
        }
        sorted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_of_a_name_are_together_and_else_as_they_came() {
        let names = [3, 1, 3, 0, 1, 9, 3];
        let mut functions = NamedFunctions::of(names.len());
        for row in [2, 1, 2, 4, 100, 0, 5, 3, 1] {
            functions.note(FunctionId::from_u32(row));
        }
        let sorted = functions.by_name(4, |id| StringId::from_u32(names[id.index()]));
        let rows: Vec<u32> = sorted.into_iter().map(FunctionId::to_u32).collect();
        assert_eq!(rows, [2, 0, 1, 4, 5, 3], "the name of 5 is not there, so it is with those that have none");
        assert!(NamedFunctions::of(0).by_name(0, |_| StringId::EMPTY).is_empty());
    }
}
