//! Parts that are made of other parts.

use crate::movements::Random;

/// What a part is made of.
enum Part {
    Bought { cents: u64 },
    Made { of: Vec<(usize, u64)>, labour: u64 },
}

/// All parts. A part is only ever made of parts with smaller numbers.
pub struct Catalogue(Vec<Part>);

impl Catalogue {
    /// Makes a catalogue up. The same seed gives the same catalogue.
    pub fn new(seed: u64, parts: usize) -> Self {
        let mut random = Random(seed);
        Self((0..parts).map(|id| Part::new(id, &mut random)).collect())
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The price of a part. It is worked out anew every time, down to the
    /// bought parts, for the sake of deep stacks.
    pub fn cost(&self, id: usize) -> u64 {
        match &self.0[id] {
            Part::Bought { cents } => *cents,
            Part::Made { of, labour } => labour + of.iter().map(|&(id, n)| n * self.cost(id)).sum::<u64>(),
        }
    }

    /// How many steps of making are between a part and the bought ones.
    pub fn depth(&self, id: usize) -> u64 {
        match &self.0[id] {
            Part::Bought { .. } => 0,
            Part::Made { of, .. } => 1 + of.iter().map(|&(id, _)| self.depth(id)).max().unwrap_or(0),
        }
    }
}

impl Part {
    fn new(id: usize, random: &mut Random) -> Self {
        if id < 20 || random.below(4) == 0 {
            return Self::Bought { cents: 1 + random.below(5_000) };
        }
        let of = (0..1 + random.below(2)).map(|_| (random.below(id as u64) as usize, 1 + random.below(4))).collect();
        Self::Made { of, labour: random.below(900) }
    }
}
