//! A list that may become long, in an ordinary vector.

use super::item::Item;

/// A growing list.
#[derive(Clone, Debug)]
pub(crate) struct Items<T>(Vec<T>);

impl<T> Default for Items<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Item> Items<T> {
    pub(crate) fn as_slice(&self) -> &[T] {
        &self.0
    }

    pub(crate) fn as_mut_slice(&mut self) -> &mut [T] {
        &mut self.0
    }

    /// Appends `count` items and returns them, to be set.
    pub(crate) fn grow(&mut self, count: usize) -> &mut [T] {
        let len = self.0.len();
        self.0.resize(len + count, T::ZERO);
        &mut self.0[len..]
    }

    pub(crate) fn truncate(&mut self, len: usize) {
        self.0.truncate(len);
    }
}
