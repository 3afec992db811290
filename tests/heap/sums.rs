//! Sums over heap profiles, and blocks of known sizes.

use std::alloc::Layout;
use std::hint::black_box;

use rpprof::collector::{LabelSet, heap_profile, heap_sampling_rate, set_heap_sampling_rate};
use rpprof::profile::{LabelValue, Profile};

/// Objects and bytes, allocated and in use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sums {
    pub(crate) alloc_objects: i64,
    pub(crate) alloc_space: i64,
    pub(crate) inuse_objects: i64,
    pub(crate) inuse_space: i64,
}

/// Returns the sums over the samples with the label `test`, of the profile.
pub(crate) fn sums_of(profile: &Profile, test: &str) -> Sums {
    let mut sums = Sums::default();
    for sample in profile.samples().iter() {
        let is_wanted = profile.labels(sample.labels).iter().any(|label| {
            profile.str(label.key()) == "test"
                && matches!(label.value(), LabelValue::Text(text) if profile.str(text) == test)
        });
        if is_wanted {
            let [alloc_objects, alloc_space, inuse_objects, inuse_space] = sample.values else {
                panic!("a heap profile has four columns")
            };
            sums.alloc_objects += alloc_objects;
            sums.alloc_space += alloc_space;
            sums.inuse_objects += inuse_objects;
            sums.inuse_space += inuse_space;
        }
    }
    sums
}

/// Returns the sums over the samples with the label `test`, now.
///
/// What making the profile allocates is not sampled: where all is, an unoptimized build takes long.
pub(crate) fn sums(test: &str) -> Sums {
    let rate = heap_sampling_rate();
    set_heap_sampling_rate(0);
    let sums = sums_of(&heap_profile().expect("the allocator is ours"), test);
    set_heap_sampling_rate(rate);
    sums
}

/// Makes the labels by which [`sums`] finds samples.
pub(crate) fn labels(test: &str) -> LabelSet {
    rpprof::labels! { "test" => test }
}

/// A block, which is freed when it is dropped.
#[derive(Debug)]
pub(crate) struct Block {
    pub(crate) pointer: *mut u8,
    pub(crate) layout: Layout,
}

// SAFETY: it owns its block.
unsafe impl Send for Block {}

impl Block {
    #[inline(never)]
    pub(crate) fn new(size: usize, align: usize) -> Self {
        Self::try_new(size, align).expect("there is memory")
    }

    #[inline(never)]
    pub(crate) fn try_new(size: usize, align: usize) -> Option<Self> {
        let layout = Layout::from_size_align(size, align).expect("the layout is right");
        // SAFETY: the size is not 0.
        let pointer = unsafe { std::alloc::alloc(layout) };
        assert!(pointer.is_null() || pointer.addr() % align == 0);
        (!pointer.is_null()).then(|| Self { pointer: black_box(pointer), layout })
    }

    #[inline(never)]
    pub(crate) fn zeroed(size: usize, align: usize) -> Self {
        let layout = Layout::from_size_align(size, align).expect("the layout is right");
        // SAFETY: the size is not 0.
        let pointer = unsafe { std::alloc::alloc_zeroed(layout) };
        assert!(!pointer.is_null() && pointer.addr() % align == 0);
        Self { pointer: black_box(pointer), layout }
    }

    /// Gives the block another size; false if there is no memory for it.
    #[inline(never)]
    pub(crate) fn resize(&mut self, size: usize) -> bool {
        // SAFETY: the block is of this layout, and the size not 0.
        let pointer = unsafe { std::alloc::realloc(self.pointer, self.layout, size) };
        if !pointer.is_null() {
            self.pointer = black_box(pointer);
            self.layout = Layout::from_size_align(size, self.layout.align()).expect("the layout is right");
        }
        !pointer.is_null()
    }

    pub(crate) fn bytes(&mut self) -> &mut [u8] {
        // SAFETY: only called where all bytes were written.
        unsafe { std::slice::from_raw_parts_mut(self.pointer, self.layout.size()) }
    }

    /// Writes a pattern that depends on `seed`.
    pub(crate) fn fill(&mut self, seed: usize) {
        let pattern = pattern(seed);
        for start in (0..self.layout.size()).step_by(pattern.len()) {
            let count = pattern.len().min(self.layout.size() - start);
            // SAFETY: inside the block.
            unsafe { self.pointer.add(start).copy_from_nonoverlapping(pattern.as_ptr(), count) };
        }
    }

    /// Checks the first `count` bytes of the pattern.
    pub(crate) fn check(&mut self, seed: usize, count: usize) {
        let pattern = pattern(seed);
        assert!(self.bytes()[..count].chunks(pattern.len()).all(|bytes| *bytes == pattern[..bytes.len()]));
    }
}

/// Returns bytes that differ from those of other seeds, and from their neighbours; 251 is prime, so that what moved by
/// a page or a block's size does not fit.
fn pattern(seed: usize) -> [u8; 251] {
    std::array::from_fn(|place| (place.wrapping_mul(31) ^ seed) as u8)
}

impl Drop for Block {
    fn drop(&mut self) {
        // SAFETY: the block is of this layout, and nobody else's.
        unsafe { std::alloc::dealloc(self.pointer, self.layout) };
    }
}
