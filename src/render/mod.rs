//! Reports to bytes.
//!
//! Each function writes one report in one form to whatever takes bytes; nothing here opens files
//! or looks at the terminal.

mod folded;
mod info;
mod json;
mod raw;
mod svg;
mod table;
mod time;
mod top;

pub use folded::folded;
pub use info::info;
pub use json::json;
pub use raw::raw;
pub use svg::{SvgDirection, SvgOptions, svg};
pub use table::TableStyle;
pub use time::TimeZone;
pub use top::{TopHeader, top};
