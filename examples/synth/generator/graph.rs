//! Which functions call which: a random graph in levels, narrow at the top.

use std::ops::Range;

use super::random::Random;

/// How many levels there are; a call goes one or two levels down, so that a stack has 30 to 60 frames.
pub(super) const LEVELS: u64 = 60;
/// A function has 1 to 7 call sites, 2.4 on average.
const MAX_SITES_EXPONENT: u32 = 2;
/// A call that closes a recursion goes at most as many levels up.
const MAX_RISE: u64 = 4;

/// The functions of a program and the sites in them.
#[derive(Debug)]
pub(super) struct CallGraph {
    /// Where the sites of each function begin, in `sites`; one item more than there are functions.
    site_starts: Vec<u32>,
    /// The sites of the first function, then those of the second…
    sites: Vec<Site>,
}

/// A place in a function where time is spent, by itself or in a function that it calls.
#[derive(Clone, Copy, Debug)]
pub(super) struct Site {
    /// The function whose code it is.
    pub(super) function: u32,
    /// What is called there; nothing at the lowest level.
    pub(super) callee: Option<u32>,
    inlined: [u32; MAX_INLINED],
    inlined_count: u8,
}

/// How many functions can be inlined into one another at a site.
const MAX_INLINED: usize = 3;

impl Site {
    /// Returns the functions that are inlined there, innermost first.
    pub(super) fn inlined(&self) -> &[u32] {
        &self.inlined[..usize::from(self.inlined_count)]
    }
}

impl CallGraph {
    /// Makes a graph with about as many sites as `locations` says.
    pub(super) fn new(seed: u64, locations: u64) -> Self {
        let mut random = Random::new(seed, "graph");
        let mut site_starts = vec![0];
        let mut count = 0;
        while count < locations {
            count += random.heavy_tailed(MAX_SITES_EXPONENT);
            site_starts.push(count as u32); // A few million at most.
        }
        let mut graph = Self { site_starts, sites: Vec::with_capacity(count as usize) };
        for level in 0..LEVELS {
            for function in graph.level(level) {
                for _ in graph.sites_of(function) {
                    let site = graph.draw_site(&mut random, function, level);
                    graph.sites.push(site);
                }
            }
        }
        graph
    }

    pub(super) fn function_count(&self) -> usize {
        self.site_starts.len() - 1
    }

    pub(super) fn sites(&self) -> &[Site] {
        &self.sites
    }

    /// Returns which sites are in a function.
    pub(super) fn sites_of(&self, function: u32) -> Range<u32> {
        self.site_starts[function as usize]..self.site_starts[function as usize + 1]
    }

    /// Returns the functions of a level; their number grows with the level.
    pub(super) fn level(&self, level: u64) -> Range<u32> {
        let functions = self.function_count() as u64;
        let start = |level: u64| level + (functions - LEVELS) * level * level / (LEVELS * LEVELS);
        start(level) as u32..start(level + 1) as u32
    }

    fn draw_site(&self, random: &mut Random, function: u32, level: u64) -> Site {
        let mut site = Site { function, callee: None, inlined: [0; MAX_INLINED], inlined_count: 0 };
        if level == LEVELS - 1 {
            return site;
        }
        while usize::from(site.inlined_count) < MAX_INLINED && random.below(10) < 3 {
            site.inlined[usize::from(site.inlined_count)] = self.draw_function(random, level + 1);
            site.inlined_count += 1;
        }
        site.callee = Some(match random.below(40) {
            0 => function,
            1 => {
                let rise = 1 + random.below(MAX_RISE);
                self.draw_function(random, level.saturating_sub(rise))
            }
            2..16 => self.draw_function(random, (level + 2).min(LEVELS - 1)),
            _ => self.draw_function(random, level + 1),
        });
        site
    }

    /// Draws a function of a level: one call in four goes to the level's favourites.
    fn draw_function(&self, random: &mut Random, level: u64) -> u32 {
        let functions = self.level(level);
        let count = u64::from(functions.end - functions.start);
        let index = if random.one_in(4) { random.skewed(count) } else { random.below(count) };
        functions.start + index as u32 // Below the range's end.
    }
}
