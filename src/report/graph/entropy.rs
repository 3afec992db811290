//! How much a node tells in a drawing.

use crate::aggregate::{Call, Graph, GraphNodeId};

/// Scores a node by its weight and by how much its calls branch (pprof's `entropyScore`).
///
/// A node that only hands on what it gets scores low. A side without calls counts as 1.
pub(super) fn entropy_score(graph: &Graph, id: GraphNodeId) -> i64 {
    let node = graph.node(id);
    let (into, out_of) = (graph.calls_to(id), graph.calls_from(id));
    let from_callers = if into.len() == 0 { 1.0 } else { entropy(into, 0) };
    let to_callees = if out_of.len() == 0 { 1.0 } else { entropy(out_of, node.flat.sum) };
    cut((from_callers + to_callees) * node.cum.sum as f64).wrapping_add(node.flat.sum)
}

/// Returns the Shannon entropy, in bits, of how a weight is split among calls and the node itself.
fn entropy<'c>(calls: impl Iterator<Item = &'c Call> + Clone, own: i64) -> f64 {
    let gains = calls.clone().map(|call| call.weight.sum).filter(|&weight| weight > 0);
    let total = gains.fold(own, i64::wrapping_add);
    if total == 0 {
        return 0.0;
    }
    let bits = |weight: i64| {
        let share = weight.wrapping_abs() as f64 / total as f64;
        -share * share.log2()
    };
    let own_bits = if own > 0 { bits(own) } else { 0.0 };
    calls.map(|call| bits(call.weight.sum)).sum::<f64>() + own_bits
}

/// Cuts to an integer; what is none becomes the smallest, as it does on the machines that pprof runs on.
fn cut(score: f64) -> i64 {
    if score.is_nan() || score.abs() >= i64::MAX as f64 { i64::MIN } else { score as i64 }
}
