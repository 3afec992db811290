//! Typed, dense ids: an id of one table cannot index another.

macro_rules! dense_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(
            all(feature = "read", target_os = "linux"),
            derive(zerocopy::FromBytes, zerocopy::IntoBytes, zerocopy::Immutable, zerocopy::KnownLayout)
        )]
        #[repr(transparent)]
        pub struct $name(u32);

        impl $name {
            /// Makes the id of row `index`, which is not checked against any table.
            ///
            /// # Panics
            /// If `index` does not fit 32 bits; tables never grow that long.
            pub fn from_index(index: usize) -> Self {
                Self(u32::try_from(index).expect("tables have fewer than 2^32 rows"))
            }

            /// Returns the row of the table that this id names.
            #[inline]
            pub fn index(self) -> usize {
                self.0 as usize
            }

            /// Makes the id of row `row`, which is not checked against any table.
            #[inline]
            pub const fn from_u32(row: u32) -> Self {
                Self(row)
            }

            /// Returns the row as 32 bits.
            #[inline]
            pub const fn to_u32(self) -> u32 {
                self.0
            }
        }
    };
}

dense_id!(
    /// A string of a profile's [`StringTable`](super::StringTable).
    StringId
);
dense_id!(
    /// A row of a profile's functions.
    FunctionId
);
dense_id!(
    /// A row of a profile's locations.
    LocationId
);
dense_id!(
    /// A row of a profile's mappings; the first is the main program.
    MappingId
);
dense_id!(
    /// A call stack of a profile: a list of locations, leaf first.
    StackId
);
dense_id!(
    /// A set of labels that samples share.
    LabelSetId
);

impl StringId {
    /// The empty string, which every table holds at row 0.
    pub const EMPTY: Self = Self(0);
}

impl LabelSetId {
    /// The set without labels, which every profile holds at row 0.
    pub const EMPTY: Self = Self(0);
}

impl Default for StringId {
    fn default() -> Self {
        Self::EMPTY
    }
}
