//! What holds for graphs and call trees of every profile, with a fixed seed.

#![cfg(all(feature = "analyze", feature = "proto"))]

#[allow(dead_code, reason = "each test uses a part of it")]
mod arbitrary;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use rpprof::aggregate::Root;
use rpprof::profile::Profile;
use rpprof::report::{
    self, Calls, CallsOptions, Graph, GraphOptions, GraphPurpose, GraphShape, TopOptions, calls, graph,
};
use rpprof::transform::Selection;

use arbitrary::{any_values, profiles, weights};

fn config() -> ProptestConfig {
    ProptestConfig { cases: 150, rng_seed: RngSeed::Fixed(11), failure_persistence: None, ..ProptestConfig::default() }
}

/// Makes the graph of all frames and calls of the first sample type.
fn whole_graph(profile: &Profile, shape: GraphShape, purpose: GraphPurpose) -> Graph {
    let mut options = GraphOptions::default();
    (options.shape, options.purpose) = (shape, purpose);
    (options.limit, options.node_fraction, options.edge_fraction) = (0, 0.0, 0.0);
    graph(&Selection::all(profile), &options)
}

fn whole_tree(profile: &Profile, root: Root) -> Calls {
    let mut options = CallsOptions::default();
    (options.root, options.min_share) = (root, 0.0);
    calls(&Selection::all(profile), &options)
}

/// Returns name, flat and cumulative value of each node, sorted.
fn values(graph: &Graph) -> Vec<(String, i64, i64)> {
    let mut values: Vec<_> = graph.shown().iter().map(|node| (node.name.clone(), node.flat, node.cum)).collect();
    values.sort_unstable();
    values
}

/// Returns the sum of the first values of all samples that have frames.
fn sum_with_frames(profile: &Profile) -> i64 {
    let with_frames = profile.samples().iter().filter(|sample| !profile.stack(sample.stack).is_empty());
    with_frames.fold(0, |sum, sample| sum.wrapping_add(sample.values[0]))
}

fn has_values(profile: &Profile) -> bool {
    !profile.sample_types().is_empty()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn nodes_weigh_what_the_rows_of_the_table_do(profile in profiles(any_values())) {
        prop_assume!(has_values(&profile));
        let mut options = TopOptions::default();
        (options.node_fraction, options.edge_fraction) = (0.0, 0.0);
        let top = report::top(&Selection::all(&profile), &options);
        let mut rows: Vec<_> = top.rows.iter().map(|row| (row.name.clone(), row.flat, row.cum)).collect();
        rows.sort_unstable();
        for purpose in [GraphPurpose::Table, GraphPurpose::Drawing, GraphPurpose::Callgrind] {
            prop_assert_eq!(values(&whole_graph(&profile, GraphShape::Graph, purpose)), rows.clone());
        }
    }

    #[test]
    fn flat_values_of_nodes_sum_up_to_those_of_the_samples(profile in profiles(any_values())) {
        prop_assume!(has_values(&profile));
        for shape in [GraphShape::Graph, GraphShape::Tree] {
            let graph = whole_graph(&profile, shape, GraphPurpose::Drawing);
            let flat = graph.shown().iter().fold(0_i64, |sum, node| sum.wrapping_add(node.flat));
            prop_assert_eq!(flat, sum_with_frames(&profile));
        }
    }

    #[test]
    fn a_node_of_a_tree_weighs_what_it_and_its_callees_do(profile in profiles(weights())) {
        prop_assume!(has_values(&profile));
        let graph = whole_graph(&profile, GraphShape::Tree, GraphPurpose::Drawing);
        for (node, of_node) in graph.nodes.iter().zip(graph.calls_by_node()) {
            let called: i64 = of_node.out_of.iter().map(|&row| graph.calls[row].weight).sum();
            prop_assert_eq!(node.cum, node.flat + called, "{}", node.name);
            prop_assert!(of_node.into.len() <= 1);
        }
    }

    #[test]
    fn a_call_weighs_no_more_than_either_end(profile in profiles(weights())) {
        prop_assume!(has_values(&profile));
        let graph = whole_graph(&profile, GraphShape::Graph, GraphPurpose::Drawing);
        for call in &graph.calls {
            prop_assert!(call.weight <= graph.nodes[call.caller].cum.min(graph.nodes[call.callee].cum));
            prop_assert!(!call.is_residual, "nothing is left out");
        }
    }

    #[test]
    fn what_is_trimmed_weighs_what_it_did(profile in profiles(weights()), limit in 1_usize..8) {
        prop_assume!(has_values(&profile));
        let all = values(&whole_graph(&profile, GraphShape::Graph, GraphPurpose::Table));
        let mut options = GraphOptions::default();
        (options.limit, options.node_fraction) = (limit, 0.05);
        let graph = graph(&Selection::all(&profile), &options);
        prop_assert!(graph.shown_nodes <= limit);
        for node in graph.shown() {
            let known = all.iter().any(|(name, _, cum)| (name, *cum) == (&node.name, node.cum));
            prop_assert!(known, "{}", node.name);
        }
    }

    #[test]
    fn call_trees_hold_all_samples(profile in profiles(weights())) {
        prop_assume!(has_values(&profile));
        for root in [Root::Callers, Root::Leaves] {
            let calls = whole_tree(&profile, root);
            let roots: i64 = calls.rows.iter().filter(|row| row.parent.is_none()).map(|row| row.total).sum();
            prop_assert_eq!(roots, sum_with_frames(&profile));
            let mut rests: Vec<i64> = calls.rows.iter().map(|row| row.total - row.own).collect();
            for row in &calls.rows {
                if let Some(parent) = row.parent {
                    rests[parent] -= row.total;
                }
            }
            prop_assert!(rests.iter().zip(&calls.rows).all(|(rest, row)| *rest == row.left_out && *rest == 0));
        }
    }
}
