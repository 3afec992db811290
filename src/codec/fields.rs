//! The field numbers of `proto/profile.proto`, for reader and writer alike.

/// Fields of message `Profile`.
pub(super) mod profile {
    pub(in crate::codec) const SAMPLE_TYPE: u32 = 1;
    pub(in crate::codec) const SAMPLE: u32 = 2;
    pub(in crate::codec) const MAPPING: u32 = 3;
    pub(in crate::codec) const LOCATION: u32 = 4;
    pub(in crate::codec) const FUNCTION: u32 = 5;
    pub(in crate::codec) const STRING_TABLE: u32 = 6;
    pub(in crate::codec) const DROP_FRAMES: u32 = 7;
    pub(in crate::codec) const KEEP_FRAMES: u32 = 8;
    pub(in crate::codec) const TIME_NANOS: u32 = 9;
    pub(in crate::codec) const DURATION_NANOS: u32 = 10;
    pub(in crate::codec) const PERIOD_TYPE: u32 = 11;
    pub(in crate::codec) const PERIOD: u32 = 12;
    pub(in crate::codec) const COMMENT: u32 = 13;
    pub(in crate::codec) const DEFAULT_SAMPLE_TYPE: u32 = 14;
    pub(in crate::codec) const DOC_URL: u32 = 15;
}

/// Fields of message `ValueType`.
pub(super) mod value_type {
    pub(in crate::codec) const TYPE: u32 = 1;
    pub(in crate::codec) const UNIT: u32 = 2;
}

/// Fields of message `Sample`.
pub(super) mod sample {
    pub(in crate::codec) const LOCATION_ID: u32 = 1;
    pub(in crate::codec) const VALUE: u32 = 2;
    pub(in crate::codec) const LABEL: u32 = 3;
}

/// Fields of message `Label`.
pub(super) mod label {
    pub(in crate::codec) const KEY: u32 = 1;
    pub(in crate::codec) const STR: u32 = 2;
    pub(in crate::codec) const NUM: u32 = 3;
    pub(in crate::codec) const NUM_UNIT: u32 = 4;
}

/// Fields of message `Mapping`.
pub(super) mod mapping {
    pub(in crate::codec) const ID: u32 = 1;
    pub(in crate::codec) const MEMORY_START: u32 = 2;
    pub(in crate::codec) const MEMORY_LIMIT: u32 = 3;
    pub(in crate::codec) const FILE_OFFSET: u32 = 4;
    pub(in crate::codec) const FILENAME: u32 = 5;
    pub(in crate::codec) const BUILD_ID: u32 = 6;
    pub(in crate::codec) const HAS_FUNCTIONS: u32 = 7;
    pub(in crate::codec) const HAS_FILENAMES: u32 = 8;
    pub(in crate::codec) const HAS_LINE_NUMBERS: u32 = 9;
    pub(in crate::codec) const HAS_INLINE_FRAMES: u32 = 10;
}

/// Fields of message `Location`.
pub(super) mod location {
    pub(in crate::codec) const ID: u32 = 1;
    pub(in crate::codec) const MAPPING_ID: u32 = 2;
    pub(in crate::codec) const ADDRESS: u32 = 3;
    pub(in crate::codec) const LINE: u32 = 4;
    pub(in crate::codec) const IS_FOLDED: u32 = 5;
}

/// Fields of message `Line`.
pub(super) mod line {
    pub(in crate::codec) const FUNCTION_ID: u32 = 1;
    pub(in crate::codec) const LINE: u32 = 2;
    pub(in crate::codec) const COLUMN: u32 = 3;
}

/// Fields of message `Function`.
pub(super) mod function {
    pub(in crate::codec) const ID: u32 = 1;
    pub(in crate::codec) const NAME: u32 = 2;
    pub(in crate::codec) const SYSTEM_NAME: u32 = 3;
    pub(in crate::codec) const FILENAME: u32 = 4;
    pub(in crate::codec) const START_LINE: u32 = 5;
}
