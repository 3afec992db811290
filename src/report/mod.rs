//! Rows ready to show: plain data, sorted, cut and scaled; no output.
//!
//! A report with an options struct is a function; what it returns can be serialized, and that is
//! the JSON that programs may rely on.

mod duration;
mod flame;
mod info;
mod package;
mod percent;
mod raw;
mod summary;
mod top;

pub use duration::go_duration;
pub use flame::{Flame, FlameBox, FlameOptions, flame};
pub use info::{Hint, Info, LabelInfo, MappingInfo, ProfileKind, Symbolization, TypeInfo, info};
pub use package::package;
pub use percent::percent;
pub use raw::Raw;
pub use summary::{Summary, ValueScale};
pub use top::{Order, Top, TopOptions, TopRow, top};
