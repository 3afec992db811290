//! Orders that can be combined, and a sort that takes one.

use std::cmp::Ordering;

/// Tells which of two values goes first.
pub trait Compare<T> {
    fn compare(&self, a: &T, b: &T) -> Ordering;
}

/// The order of a key that is computed from a value.
pub struct Order<F>(F);

impl<F> Order<F> {
    pub fn new<T, K>(key: F) -> Self
    where
        F: Fn(&T) -> K,
    {
        Self(key)
    }
}

impl<T, K: Ord, F: Fn(&T) -> K> Compare<T> for Order<F> {
    fn compare(&self, a: &T, b: &T) -> Ordering {
        (self.0)(a).cmp(&(self.0)(b))
    }
}

/// The first order, and the second where the first sees no difference.
pub struct Then<'a, A, B>(pub &'a A, pub &'a B);

impl<T, A: Compare<T>, B: Compare<T>> Compare<T> for Then<'_, A, B> {
    fn compare(&self, a: &T, b: &T) -> Ordering {
        self.0.compare(a, b).then_with(|| self.1.compare(a, b))
    }
}

/// A merge sort: unlike the standard library's, it shows as recursion.
pub fn sort<T: Clone>(values: &mut [T], order: &impl Compare<T>) {
    let middle = values.len() / 2;
    if middle == 0 {
        return;
    }
    sort(&mut values[..middle], order);
    sort(&mut values[middle..], order);
    let merged = merge(&values[..middle], &values[middle..], order);
    values.clone_from_slice(&merged);
}

fn merge<T: Clone>(mut a: &[T], mut b: &[T], order: &impl Compare<T>) -> Vec<T> {
    let mut merged = Vec::with_capacity(a.len() + b.len());
    while let ([x, rest_of_a @ ..], [y, rest_of_b @ ..]) = (a, b) {
        if order.compare(x, y).is_le() {
            merged.push(x.clone());
            a = rest_of_a;
        } else {
            merged.push(y.clone());
            b = rest_of_b;
        }
    }
    merged.extend_from_slice(a);
    merged.extend_from_slice(b);
    merged
}
