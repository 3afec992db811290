//! rpprof reads, merges, reports and draws pprof profiles.

mod error;

#[cfg(feature = "analyze")]
pub mod aggregate;
pub mod codec;
pub mod profile;
#[cfg(feature = "analyze")]
pub mod render;
#[cfg(feature = "analyze")]
pub mod report;
#[cfg(feature = "analyze")]
pub mod transform;

pub use error::{Error, ErrorKind, Result};
