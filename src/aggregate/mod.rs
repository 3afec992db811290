//! Selections to numbers per frame.
//!
//! [`Frames`] says which frames there are at a granularity, [`StackWeights`] what each stack weighs
//! in one sample type; [`flat_and_cum`], [`inlining`](inlining()) and [`CallTree`] add them up.
//!
//! ```
//! use rpprof::aggregate::{FrameOptions, Frames, Measure, StackWeights, flat_and_cum};
//! use rpprof::codec::{self, ReadOptions};
//! use rpprof::transform::Selection;
//!
//! let file = std::fs::File::open("testdata/go_cpu.pb.gz")?;
//! let profile = codec::read(file, &ReadOptions::default())?;
//! let selection = Selection::all(&profile);
//! let frames = Frames::new(&selection, FrameOptions::default());
//! let weights = StackWeights::new(&selection, Measure::of(profile.default_sample_type()?));
//! let sums = flat_and_cum(&selection, &frames, &weights);
//! assert_eq!(sums.flat.len(), frames.len());
//! assert_eq!(sums.flat.iter().sum::<i64>(), weights.total());
//! # Ok::<(), rpprof::Error>(())
//! ```

mod call_tree;
mod flat;
mod folded_name;
mod frame_keys;
mod frames;
mod graph;
mod inlining;
mod interrupt;
mod label_weights;
mod locations;
mod matched;
mod neighbours;
mod numbering;
mod outermost;
mod package;
mod parallel;
mod paths;
mod places;
mod stack_order;
mod tree_cursor;
mod tree_growth;
mod tree_in_order;
mod tree_limit;
mod weights;
mod whole_sums;

pub use call_tree::{CallTree, CallTreeOptions, Node, NodeId, PathWeight, Root, TreeColumn, TreeDetail};
pub use flat::{FlatAndCum, cum_of_until, flat_and_cum, flat_and_cum_divisors, flat_and_cum_until};
pub use folded_name::folded_name;
pub use frames::{Columns, Frame, FrameId, FrameOptions, Frames, Granularity, Inlines, Names, Objects};
pub use graph::{
    Call, Graph, GraphNode, GraphNodeId, LabelRows, LabelSum, NodeLabels, NumberLabel, NumberSum, call_graph,
    call_tree_graph, label_sums,
};
pub use inlining::{Inlining, inlining};
pub use interrupt::Interrupt;
pub use label_weights::LabelWeights;
pub use matched::{Matched, matched};
pub use neighbours::{Neighbours, neighbours};
pub use package::package;
pub use stack_order::StackOrder;
pub use weights::{Amount, Averaging, Measure, StackWeights, Whole};
pub use whole_sums::WholeSums;

pub(crate) use frames::base_name;
pub(crate) use parallel::frames_and_weights;
