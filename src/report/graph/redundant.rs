//! Calls that a drawing can do without.

use hashbrown::HashSet;

use super::trim::Names;
use crate::aggregate::{Call, Graph, GraphNodeId};

/// Takes out calls over left out nodes where another way leads to the callee (pprof's `RemoveRedundantEdges`).
///
/// Nodes from the last and calls from the lightest on; a call heavier than one between neighbours stays.
pub(super) fn remove_redundant_calls(graph: &mut Graph, shown: &[GraphNodeId], names: &Names) {
    for &id in shown.iter().rev() {
        let mut calls: Vec<Call> = graph.calls_to(id).copied().collect();
        calls.sort_by(|one, other| names.compare_calls(one, other));
        for call in calls.iter().rev().take_while(|call| call.is_residual) {
            if has_other_way(graph, call) {
                graph.remove_call(call.caller, call.callee);
            }
        }
    }
}

/// Returns whether the caller reaches the callee without this call.
fn has_other_way(graph: &Graph, call: &Call) -> bool {
    let mut seen: HashSet<_> = [call.callee].into_iter().collect();
    let mut queue = vec![call.callee];
    while let Some(id) = queue.pop() {
        for other in graph.calls_to(id).filter(|other| (other.caller, other.callee) != (call.caller, call.callee)) {
            if other.caller == call.caller {
                return true;
            }
            if seen.insert(other.caller) {
                queue.push(other.caller);
            }
        }
    }
    false
}
