//! Selections to numbers per frame.
//!
//! [`Frames`] says which frames there are at a granularity, [`StackWeights`] what each stack weighs
//! in one sample type; [`flat_and_cum`], [`Edges`] and [`CallTree`] add them up.

mod call_tree;
mod edges;
mod flat;
mod frames;
mod inlining;
mod parallel;
mod paths;
mod places;
mod weights;

pub use call_tree::{CallTree, CallTreeOptions, Node, NodeId, Root};
pub use edges::{Edge, Edges};
pub use flat::{FlatAndCum, flat_and_cum};
pub use frames::{Columns, Frame, FrameId, FrameOptions, Frames, Granularity, Inlines};
pub use inlining::{Inlining, inlining};
pub use weights::StackWeights;

pub(crate) use frames::base_name;
