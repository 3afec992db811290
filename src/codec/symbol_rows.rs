//! What is written of a profile's symbols, row by row.

use crate::profile::{Function, FunctionId, Line, Location, Mapping, Profile, StringId};

/// The symbols of a profile that is written, and all of its strings.
///
/// They are those of its tables, or others that nobody has made tables of: those are most of a profile with names, and
/// take longer to make than to write. There are as many mappings and locations as the profile has.
pub(crate) trait SymbolRows: Sync {
    fn mappings(&self) -> &[Mapping];
    fn location(&self, row: usize) -> Location;
    /// Returns how many lines a location has at most.
    fn line_count(&self, row: usize) -> usize;
    /// Passes on the lines of a location: an inlined function before its caller.
    fn each_line(&self, row: usize, take: impl FnMut(Line));
    fn function_count(&self) -> usize;
    fn function(&self, row: usize) -> Function;
    /// Returns the number that a function has in files.
    fn function_file_id(&self, id: FunctionId) -> u64;
    fn string_count(&self) -> usize;
    /// Returns the bytes of a string, which are UTF-8.
    fn string(&self, row: usize) -> &[u8];
}

impl SymbolRows for Profile {
    fn mappings(&self) -> &[Mapping] {
        self.symbols().mappings()
    }

    #[inline]
    fn location(&self, row: usize) -> Location {
        self.symbols().locations()[row]
    }

    #[inline]
    fn line_count(&self, row: usize) -> usize {
        self.symbols().lines().get(row).len()
    }

    #[inline]
    fn each_line(&self, row: usize, take: impl FnMut(Line)) {
        self.symbols().lines().get(row).iter().copied().for_each(take);
    }

    fn function_count(&self) -> usize {
        self.symbols().functions().len()
    }

    #[inline]
    fn function(&self, row: usize) -> Function {
        self.symbols().functions()[row]
    }

    #[inline]
    fn function_file_id(&self, id: FunctionId) -> u64 {
        self.symbols().function_file_id(id)
    }

    fn string_count(&self) -> usize {
        self.strings().len()
    }

    #[inline]
    fn string(&self, row: usize) -> &[u8] {
        self.str(StringId::from_index(row)).as_bytes()
    }
}
