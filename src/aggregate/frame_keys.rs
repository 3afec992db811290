//! What frames are, by number.

/// What tells a frame from others, with numbers for its texts; equal keys are the same frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) function: u32,
    pub(super) more: More,
}

/// What tells a frame from others that have the same function, or none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct More {
    pub(super) address: u64,
    pub(super) line: i64,
    pub(super) column: i64,
    /// Where the function starts; 0 unless its name is not known or all objects are told apart.
    pub(super) start_line: i64,
    pub(super) file: u32,
    pub(super) object: u32,
}

/// The keys of all frames.
#[derive(Clone, Debug, Default)]
pub(super) struct FrameKeys {
    functions: Vec<u32>,
    /// Of frames behind the last one here there is nothing more; mostly functions are all that is known.
    more: Vec<More>,
}

impl FrameKeys {
    pub(super) fn len(&self) -> usize {
        self.functions.len()
    }

    /// Makes room for so many more.
    pub(super) fn reserve(&mut self, count: usize) {
        self.functions.reserve(count);
    }

    /// Gives back the room that was made for more.
    pub(super) fn shrink_to_fit(&mut self) {
        self.functions.shrink_to_fit();
        self.more.shrink_to_fit();
    }

    /// Appends a key; returns its row.
    pub(super) fn push(&mut self, key: Key) -> usize {
        let row = self.functions.len();
        self.functions.push(key.function);
        if key.more != More::default() {
            self.more.resize(row, More::default());
            self.more.push(key.more);
        }
        row
    }

    pub(super) fn get(&self, row: usize) -> Key {
        Key { function: self.functions[row], more: self.more.get(row).copied().unwrap_or_default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_pushed_comes_back() {
        let key = |function, line| Key { function, more: More { line, ..More::default() } };
        let pushed = [key(1, 0), key(2, 0), key(0, 7), key(3, 0), key(3, 1), key(4, 0)];
        let mut keys = FrameKeys::default();
        let rows: Vec<usize> = pushed.iter().map(|key| keys.push(*key)).collect();
        assert_eq!((rows, keys.len()), ((0..6).collect(), 6));
        assert!((0..6).all(|row| keys.get(row) == pushed[row]));
    }
}
