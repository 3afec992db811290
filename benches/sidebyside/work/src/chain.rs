//! Stacks of known depth, of functions that are not alike.

use std::hint::black_box;

macro_rules! links {
    ($($name:ident, $words:literal, $next:ident;)*) => {$(
        #[inline(never)]
        fn $name(depth: usize, leaf: &mut dyn FnMut()) -> usize {
            let mut words = [depth; $words];
            black_box(&mut words);
            if depth == 0 {
                leaf();
            } else {
                words[0] += $next(depth - 1, leaf);
            }
            // What is used after the call keeps the frame.
            black_box(&words).iter().sum()
        }
    )*};
}

links! {
    chain_0, 1, chain_1;
    chain_1, 7, chain_2;
    chain_2, 2, chain_3;
    chain_3, 30, chain_4;
    chain_4, 3, chain_5;
    chain_5, 12, chain_6;
    chain_6, 5, chain_7;
    chain_7, 80, chain_0;
}

/// Calls `leaf` below `depth` frames.
pub fn call_below(depth: usize, leaf: &mut dyn FnMut()) {
    black_box(chain_0(depth, leaf));
}

/// How the stack changes from one leaf to the next.
struct Wander {
    random: u64,
    /// Leaves still to be called.
    left: u32,
    /// Frames to return from before the next call.
    back: usize,
    /// Frames that are other ones below each leaf.
    changed: usize,
}

impl Wander {
    /// Draws the function to call.
    fn next(&mut self) -> Step {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        STEPS[(self.random >> 40) as usize % STEPS.len()]
    }
}

type Step = fn(usize, &mut Wander, &mut dyn FnMut());

macro_rules! steps {
    ($($name:ident, $words:literal;)*) => {
        const STEPS: &[Step] = &[$($name),*];
        $(
            #[inline(never)]
            fn $name(depth: usize, wander: &mut Wander, leaf: &mut dyn FnMut()) {
                let mut words = [depth; $words];
                black_box(&mut words);
                while wander.left > 0 {
                    if depth == 0 {
                        leaf();
                        wander.left -= 1;
                        wander.back = wander.changed;
                        break;
                    }
                    wander.next()(depth - 1, wander, leaf);
                    if wander.back > 0 {
                        wander.back -= 1;
                        break;
                    }
                }
                black_box(&words);
            }
        )*
    };
}

steps! {
    chain_a, 1;
    chain_b, 7;
    chain_c, 2;
    chain_d, 30;
    chain_e, 3;
    chain_f, 12;
    chain_g, 5;
    chain_h, 80;
}

/// Calls `leaf` so many times below `depth` frames, of which the innermost `changed` are others each time.
///
/// # Panics
/// If so many frames cannot change.
pub fn call_changing(depth: usize, changed: usize, times: u32, leaf: &mut dyn FnMut()) {
    assert!(changed < depth, "the outermost frame stays");
    chain_a(depth, &mut Wander { random: 88_172_645_463_325_252, left: times, back: 0, changed }, leaf);
}
