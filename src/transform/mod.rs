//! Which samples and frames: what was asked for, compiled to a [`Selection`] of a profile.
//!
//! A profile is never changed. [`select`] matches each distinct name once and writes down which
//! stacks stay, where they are cut, which lines of a location are shown and which labels count.
//! [`Merger`], [`extract()`], [`label_frames()`], [`scale`] and [`normalize`] make new profiles.
//!
//! ```
//! use rpprof::codec::{self, ReadOptions};
//! use rpprof::transform::{Filter, merge, select};
//!
//! let file = std::fs::File::open("testdata/go_cpu.pb.gz")?;
//! let profile = codec::read(file, &ReadOptions::default())?;
//! let both = merge(&[&profile, &profile])?;
//! assert_eq!(both.header().duration_nanos, 2 * profile.header().duration_nanos);
//!
//! let mut filter = Filter::default();
//! filter.ignore = regex::Regex::new("^runtime").ok();
//! let (selection, unmatched) = select(&both, &filter)?;
//! assert!(!selection.is_all() && !unmatched.ignore);
//! # Ok::<(), rpprof::Error>(())
//! ```

mod assume;
mod base;
mod call_path;
mod callees;
mod collapse;
mod compact;
mod compatible;
mod cut;
mod cut_labels;
mod extract;
mod filter;
mod header;
mod label_frames;
mod label_parser;
mod label_query;
mod label_units;
mod lines;
mod matches;
mod merge;
mod merge_source;
mod my_code;
mod origin;
mod rename;
mod scale;
mod selection;
mod tag_filter;
mod used_label_sets;

pub use assume::{assume_mapping, with_main_program};
pub use base::mark_as_base;
pub use call_path::{CallPath, PathStart};
pub use collapse::{Recursion, collapse};
pub use compact::compact;
pub use compatible::{common_sample_types, make_compatible};
pub use extract::extract;
pub use filter::{DropFrames, Filter, Unmatched, select};
pub use header::{with_comment, with_time, without_drop_frames};
pub use label_frames::{LabelFrameMatches, LabelFrames, LabelNaming, label_frames};
pub use label_query::LabelQuery;
pub use label_units::{LabelUnits, label_keys};
pub use lines::{without_columns, without_inlines};
pub use merge::{Merger, merge};
pub use my_code::{NOT_MY_CODE, my_code};
pub use origin::{Origin, origins};
pub use rename::rename_files;
pub use scale::{divide, normalize, scale, scale_each};
pub use selection::Selection;
pub use tag_filter::TagFilter;

pub(crate) use base::BASE_LABEL;
pub(crate) use matches::NameMatches;
