//! A stack of known depth, of functions that are not alike.

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
