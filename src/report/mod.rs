//! Rows ready to show: plain data, sorted, cut and scaled; no output.
//!
//! A report with an options struct is a function; what it returns can be serialized, and that is
//! the JSON that programs may rely on.
//!
//! ```
//! use rpprof::codec::{self, ReadOptions};
//! use rpprof::report::{self, FlameOptions, ProfileKind, TopOptions};
//! use rpprof::transform::Selection;
//!
//! let file = std::fs::File::open("testdata/go_mutex.pb.gz")?;
//! let profile = codec::read(file, &ReadOptions::default())?;
//! assert_eq!(report::info(&profile)?.kind, ProfileKind::Contention);
//!
//! let selection = Selection::all(&profile);
//! let mut options = TopOptions::default();
//! options.values.sample_type = profile.sample_type_by_name("delay")?;
//! let top = report::top(&selection, &options);
//! assert_eq!(top.scale.label(top.coverage.total), "3504.78ms");
//!
//! let mut options = FlameOptions::default();
//! options.values.sample_type = profile.sample_type_by_name("delay")?;
//! assert_eq!(report::flame(&selection, &options).total, top.coverage.total);
//! # Ok::<(), rpprof::Error>(())
//! ```

mod budget;
mod calls;
mod change;
mod check;
mod comments;
mod compare;
mod coverage;
mod diff;
mod diff_flame;
mod disasm;
mod duration;
mod flame;
mod graph;
mod info;
mod listing;
mod normalize;
mod order;
mod percent;
mod raw;
mod raw_rows;
#[cfg(feature = "schema")]
mod schema;
mod sources;
mod statistics;
mod summary;
mod tags;
mod top;
mod top_profile;
mod traces;
mod values;

pub use budget::{Budget, Limit, LimitKind};
pub use calls::{Calls, CallsOptions, CallsRow, calls};
pub use change::{Change, Status};
pub use check::{Check, CheckOptions, CheckRow, Growth, Strictness, Verdict, check};
pub use comments::{Comments, comments};
pub use compare::{CompareOptions, Side, Test};
pub use coverage::Coverage;
pub use diff::{Diff, DiffCoverage, DiffOptions, DiffRow, DiffRows, diff, diff_until};
pub use diff_flame::{DiffBox, DiffFlame, DiffFlameOptions, diff_flame, diff_flame_until};
pub(crate) use disasm::line_in;
pub use disasm::{
    CodeInstruction, CodePlace, CodeRoutine, Disasm, DisasmInstruction, DisasmLine, DisasmOptions, DisasmRoutine,
    disasm, disasm_until,
};
pub use duration::go_duration;
pub use flame::{Flame, FlameBox, FlameOptions, flame};
pub use graph::{
    CallsOfNode, Graph, GraphCall, GraphNode, GraphOptions, GraphPurpose, GraphShape, Nodelet, NumberNodelet, Place,
    graph,
};
pub use info::{Hint, Info, LabelInfo, MappingInfo, ProfileKind, Symbolization, TypeInfo, info};
pub use listing::{
    Counting, Extent, Listing, ListingLine, ListingOptions, Routine, Source, SourceText, listing, listing_until,
};
pub use normalize::{Equalized, Normalization, Normalize};
pub use order::{Negative, Order};
pub use percent::percent;
pub use raw::Raw;
#[cfg(feature = "schema")]
pub use schema::{SCHEMAS, schema};
pub use summary::{Summary, ValueScale};
pub use tags::{NumberUnits, TagKey, TagRow, Tags, TagsOptions, tags};
pub use top::{Top, TopOptions, TopRow, top};
pub use top_profile::top_profile;
pub(crate) use traces::LabelKind;
pub use traces::{Trace, TraceLabel, Traces, TracesOptions};
pub use values::{Shares, ValueOptions};
