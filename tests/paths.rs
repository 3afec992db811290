//! Call trees, calls of one frame, and frames that become one: against the same done without any cleverness.

#![cfg(all(feature = "analyze", feature = "proto"))]

#[allow(dead_code, reason = "each test uses a part of it")]
mod arbitrary;

use std::borrow::Cow;
use std::collections::HashMap;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use regex::Regex;
use rpprof::aggregate::{
    Averaging, CallTree, CallTreeOptions, FrameId, FrameOptions, Frames, Granularity, Inlines, Interrupt, Measure,
    Root, StackOrder, StackWeights, TreeColumn, TreeDetail, WholeSums, call_graph, cum_of_until, flat_and_cum_until,
    neighbours,
};
use rpprof::profile::{Function, Line, Location, LocationId, Profile, ProfileBuilder, StackId};
use rpprof::report::{self, DiffFlameOptions, DiffOptions, DisasmOptions, ListingOptions};
use rpprof::transform::{Filter, Recursion, Selection, collapse, select};

use arbitrary::{any_values, profiles, regexes, weights};

fn config() -> ProptestConfig {
    ProptestConfig { cases: 150, rng_seed: RngSeed::Fixed(23), failure_persistence: None, ..ProptestConfig::default() }
}

/// Nodes by the frames on the way to them: total and own value.
type ByPath = HashMap<Vec<FrameId>, (i64, i64)>;

fn by_path(tree: &CallTree) -> ByPath {
    let mut paths: Vec<Vec<FrameId>> = Vec::new();
    let mut found = HashMap::new();
    for node in tree.nodes() {
        let mut path = node.parent.map_or(Vec::new(), |parent| paths[parent.index()].clone());
        path.push(node.frame);
        assert_eq!(path.len(), node.depth as usize + 1);
        let before = found.insert(path.clone(), (node.total, node.own));
        assert_eq!(before, None, "a path has one node");
        paths.push(path);
    }
    found
}

/// Adds up paths without any cleverness.
fn counted(selection: &Selection<'_>, frames: &Frames<'_>, weights: &StackWeights, root: Root) -> ByPath {
    let mut found: ByPath = HashMap::new();
    for (row, &weight) in weights.weights().iter().enumerate().filter(|(_, weight)| **weight != 0) {
        let Some(stack) = selection.stack(StackId::from_index(row)) else { continue };
        let mut path: Vec<FrameId> = stack.iter().flat_map(|&location| frames.at(location)).copied().collect();
        if root == Root::Callers {
            path.reverse();
        }
        for end in 1..=path.len() {
            let sums = found.entry(path[..end].to_vec()).or_default();
            sums.0 += weight;
            sums.1 += if end == path.len() { weight } else { 0 };
        }
    }
    found
}

/// Makes so many different stacks of ten functions that several threads split them.
fn many_stacks() -> Profile {
    let mut builder = ProfileBuilder::new();
    builder.sample_type("cpu", "nanoseconds");
    let locations: Vec<LocationId> = (0..10)
        .map(|index| {
            let name = builder.string(&format!("f{index}"));
            let function = builder.function(Function { name, ..Function::default() });
            builder.location(
                Location { address: index + 1, ..Location::default() },
                &[Line { function, line: 1, column: 0 }],
            )
        })
        .collect();
    let labels = builder.label_set(&[]);
    for number in 0..70_000_usize {
        let digits = format!("{:05}", number * 7919 % 100_000);
        let stack: Vec<LocationId> = digits.bytes().map(|digit| locations[usize::from(digit - b'0')]).collect();
        let stack = builder.stack(&stack);
        builder.sample(stack, labels, &[(number % 100) as i64 + 1]);
    }
    builder.build().expect("all ids are the builder's own")
}

#[test]
fn a_tree_of_many_stacks_has_all_paths_in_one_order() {
    let profile = many_stacks();
    let selection = Selection::all(&profile);
    let frames = Frames::new(&selection, FrameOptions::default());
    let weights = StackWeights::new(&selection, Measure::of(0));
    for root in [Root::Callers, Root::Leaves] {
        let make = |min_share: f64| CallTree::new(&selection, &frames, &weights, CallTreeOptions::new(root, min_share));
        let tree = make(0.0);
        assert_eq!(by_path(&tree), counted(&selection, &frames, &weights, root));
        for min_share in [0.0, 0.001] {
            let first = make(min_share);
            assert!((0..5).all(|_| make(min_share).nodes() == first.nodes()), "threads change nothing");
        }
    }
}

#[test]
fn many_stacks_in_order_make_the_same_tree() {
    let profile = many_stacks();
    let selection = Selection::all(&profile);
    let frames = Frames::new(&selection, FrameOptions::default());
    let weights = StackWeights::new(&selection, Measure::of(0));
    let column = TreeColumn::new(&selection, &frames, &weights);
    for root in [Root::Callers, Root::Leaves] {
        let order = StackOrder::new(&profile, root, &Interrupt::new()).expect("nobody interrupts it");
        for min_share in [0.0, 0.001] {
            let options = CallTreeOptions::new(root, min_share);
            let tree = CallTree::with_order(&order, &column, options, &[], &Interrupt::new());
            let tree = tree.expect("nobody interrupts it");
            let other = CallTree::new(&selection, &frames, &weights, options);
            assert_eq!((tree.nodes(), tree.left_out()), (other.nodes(), other.left_out()));
        }
    }
}

#[test]
fn what_was_interrupted_has_no_result() {
    let profile = many_stacks();
    let selection = Selection::all(&profile);
    let frames = Frames::new(&selection, FrameOptions::default());
    let weights = StackWeights::new(&selection, Measure::of(0));
    let interrupt = Interrupt::new();
    interrupt.set();
    let columns = [TreeColumn::new(&selection, &frames, &weights)];
    assert!(CallTree::with_details(&columns, CallTreeOptions::default(), &[], &interrupt).is_none());
    let from = |interrupt: &Interrupt| {
        CallTree::from_frame(&columns, FrameId::from_index(0), CallTreeOptions::default(), interrupt)
    };
    assert!(StackOrder::new(&profile, Root::Callers, &interrupt).is_none());
    let order = StackOrder::new(&profile, Root::Callers, &Interrupt::new()).expect("nobody interrupts it");
    assert!(CallTree::with_order(&order, &columns[0], CallTreeOptions::default(), &[], &interrupt).is_none());
    assert!(from(&interrupt).is_none());
    assert!(from(&Interrupt::new()).is_some_and(|tree| !tree.nodes().is_empty()));
    assert!(neighbours(&selection, &frames, &weights, FrameId::from_index(0), &interrupt).is_none());
    assert!(flat_and_cum_until(&selection, &frames, &weights, &interrupt).is_none());
    let sides = std::slice::from_ref(&selection);
    let diff = |interrupt: &Interrupt| report::diff_until(sides, sides, &DiffOptions::default(), interrupt);
    assert!(diff(&interrupt).expect("they compare").is_none());
    assert!(diff(&Interrupt::new()).expect("they compare").is_some());
    let flame = |interrupt: &Interrupt| report::diff_flame_until(sides, sides, &DiffFlameOptions::default(), interrupt);
    assert!(flame(&interrupt).expect("they compare").is_none());
    assert!(flame(&Interrupt::new()).expect("they compare").is_some());
    let nothing = |_: &str| Err(String::new());
    let listing =
        |interrupt: &Interrupt| report::listing_until(&selection, &ListingOptions::default(), nothing, interrupt);
    assert!(listing(&interrupt).is_none());
    assert!(listing(&Interrupt::new()).is_some());
    let place = |_: LocationId| None;
    let options = DisasmOptions::default();
    let disasm = |interrupt: &Interrupt| report::disasm_until(&selection, &options, &[], place, nothing, interrupt);
    assert!(disasm(&interrupt).is_none());
    assert!(disasm(&Interrupt::new()).is_some());
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn details_have_all_paths_below_them_and_change_no_other(
        profile in profiles(weights()), min_share in 0.05..0.6_f64, which in any::<prop::sample::Index>(),
    ) {
        prop_assume!(!profile.sample_types().is_empty());
        let selection = Selection::all(&profile);
        let frames = Frames::new(&selection, FrameOptions::default());
        let weights = StackWeights::new(&selection, Measure::of(0));
        for root in [Root::Callers, Root::Leaves] {
            let options = CallTreeOptions::new(root, min_share);
            let coarse = by_path(&CallTree::new(&selection, &frames, &weights, options));
            let whole = by_path(&CallTree::new(&selection, &frames, &weights, CallTreeOptions::new(root, 0.0)));
            let mut ends: Vec<&Vec<FrameId>> = whole.keys().collect();
            ends.sort_unstable();
            let none = Vec::new();
            let end = if ends.is_empty() { &none } else { *which.get(&ends) };
            let details = [TreeDetail { path: end.clone(), min_share: 0.0 }];
            let columns = [TreeColumn::new(&selection, &frames, &weights)];
            let tree = CallTree::with_details(&columns, options, &details, &Interrupt::new());
            let detailed = by_path(&tree.expect("nobody interrupts it"));
            for (path, values) in &whole {
                let is_wanted = path.starts_with(end) || end.starts_with(path) || coarse.contains_key(path);
                let found = detailed.get(path);
                prop_assert_eq!(found, is_wanted.then_some(values), "{:?}", path);
            }
        }
    }

    #[test]
    fn stacks_in_order_make_the_same_tree(
        profile in profiles(any_values()), min_share in prop_oneof![Just(0.0), 0.01..0.6_f64],
        granularity in prop::sample::select(vec![Granularity::Functions, Granularity::Lines, Granularity::Modules]),
        focus in prop::option::of(regexes()), hide in prop::option::of(regexes()), cut in prop::option::of(regexes()),
        which in any::<prop::sample::Index>(),
    ) {
        prop_assume!(!profile.sample_types().is_empty());
        let regex = |text: Option<&str>| text.map(|text| Regex::new(text).expect("it is sound"));
        let mut filter = Filter::default();
        (filter.focus, filter.hide, filter.show_from) = (regex(focus), regex(hide), regex(cut));
        let selected = select(&profile, &filter);
        prop_assume!(selected.is_ok());
        let (selection, _) = selected.expect("it was just checked");
        let mut options = FrameOptions::default();
        options.granularity = granularity;
        let frames = Frames::new(&selection, options);
        let weights = StackWeights::new(&selection, Measure::of(0));
        let column = TreeColumn::new(&selection, &frames, &weights);
        for root in [Root::Callers, Root::Leaves] {
            let options = CallTreeOptions::new(root, min_share);
            let whole = CallTree::new(&selection, &frames, &weights, CallTreeOptions::new(root, 0.0));
            let mut ends: Vec<Vec<FrameId>> = by_path(&whole).into_keys().collect();
            ends.sort_unstable();
            let details: Vec<TreeDetail> =
                ends.get(which.index(ends.len() + 1)).map(|end| TreeDetail { path: end.clone(), min_share: 0.0 }).into_iter().collect();
            let order = StackOrder::new(&profile, root, &Interrupt::new()).expect("nobody interrupts it");
            let tree = CallTree::with_order(&order, &column, options, &details, &Interrupt::new());
            let tree = tree.expect("nobody interrupts it");
            let other = CallTree::with_details(&[column], options, &details, &Interrupt::new());
            let other = other.expect("nobody interrupts it");
            prop_assert_eq!(tree.nodes(), other.nodes());
            prop_assert_eq!(
                (tree.total(), tree.frameless(), tree.left_out()),
                (other.total(), other.frameless(), other.left_out())
            );
        }
    }

    #[test]
    fn some_frames_weigh_what_they_do_among_all(
        profile in profiles(any_values()), hide in prop::option::of(regexes()),
        granularity in prop::sample::select(vec![Granularity::Functions, Granularity::Files, Granularity::Modules]),
        which in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
    ) {
        prop_assume!(!profile.sample_types().is_empty());
        let mut filter = Filter::default();
        filter.hide = hide.map(|text| Regex::new(text).expect("it is sound"));
        let selected = select(&profile, &filter);
        prop_assume!(selected.is_ok());
        let (selection, _) = selected.expect("it was just checked");
        let mut options = FrameOptions::default();
        options.granularity = granularity;
        let frames = Frames::new(&selection, options);
        let weights = StackWeights::new(&selection, Measure::of(0));
        let chosen: Vec<FrameId> = match frames.len() {
            0 => Vec::new(),
            count => which.iter().map(|index| FrameId::from_index(index.index(count))).collect(),
        };
        let found = cum_of_until(&selection, &frames, &weights, &chosen, &Interrupt::new());
        let all = flat_and_cum_until(&selection, &frames, &weights, &Interrupt::new()).expect("nobody interrupts it");
        let expected: Vec<i64> = chosen.iter().map(|frame| all.cum[frame.index()]).collect();
        prop_assert_eq!(found, Some(expected));
    }

    #[test]
    fn sums_of_a_part_are_those_that_all_its_stacks_make(
        profile in profiles(any_values()), focus in prop::option::of(regexes()), ignore in prop::option::of(regexes()),
        hide in prop::option::of(regexes()), cut in prop::option::of(regexes()), has_inlines in any::<bool>(),
        granularity in prop::sample::select(vec![
            Granularity::Functions, Granularity::Files, Granularity::Lines, Granularity::Addresses, Granularity::Modules,
        ]),
    ) {
        prop_assume!(!profile.sample_types().is_empty());
        let regex = |text: Option<&str>| text.map(|text| Regex::new(text).expect("it is sound"));
        let mut filter = Filter::default();
        (filter.focus, filter.ignore) = (regex(focus), regex(ignore));
        (filter.hide, filter.show_from) = (regex(hide), regex(cut));
        let selected = select(&profile, &filter);
        prop_assume!(selected.is_ok());
        let (selection, _) = selected.expect("it was just checked");
        let mut options = FrameOptions::default();
        options.granularity = granularity;
        options.inlines = if has_inlines { Inlines::Expand } else { Inlines::Outermost };
        let own = Frames::new(&selection, options);
        let all = Selection::all(&profile);
        let (all_frames, all_weights) = (Frames::new(&all, options), StackWeights::new(&all, Measure::of(0)));
        let frames = all_frames.shown_in(&selection);
        prop_assert!(frames.is_some() || !has_inlines, "all is known where inlined functions are frames");
        let names = |frames: &Frames<'_>| -> Vec<Vec<String>> {
            frames.by_location().iter().map(|list| list.iter().map(|frame| frames.frame(*frame).name()).collect()).collect()
        };
        let frames = frames.unwrap_or(own.clone());
        prop_assert_eq!(names(&frames), names(&own));
        let weights = StackWeights::new(&selection, Measure::of(0));
        let interrupt = Interrupt::new();
        let sums = flat_and_cum_until(&all, &all_frames, &all_weights, &interrupt).expect("nobody interrupts it");
        let whole = WholeSums { frames: &all_frames, weights: &all_weights, sums: &sums };
        let expected = flat_and_cum_until(&selection, &frames, &weights, &interrupt);
        prop_assert_eq!(whole.of_part(&selection, &frames, &weights, &interrupt), expected);
        let is_there = |frame| frames.by_location().iter().any(|list| list.contains(&frame));
        let is_shown = (0..frames.len()).map(FrameId::from_index).all(|frame| is_there(frame) == frames.is_shown(frame));
        prop_assert!(is_shown);
    }

    #[test]
    fn weights_of_kept_stacks_are_those_of_the_selection(
        profile in profiles(any_values()), focus in regexes(), averaging in prop::sample::select(vec![Averaging::Sum, Averaging::Mean]),
    ) {
        prop_assume!(!profile.sample_types().is_empty());
        let mut filter = Filter::default();
        filter.focus = Some(Regex::new(focus).expect("it is sound"));
        let selected = select(&profile, &filter);
        prop_assume!(selected.is_ok());
        let (selection, _) = selected.expect("it was just checked");
        let mut measure = Measure::of(0);
        measure.averaging = averaging;
        let found = StackWeights::new(&Selection::all(&profile), measure).of_kept_stacks(&selection);
        let expected = StackWeights::new(&selection, measure);
        prop_assert_eq!((found.weights(), found.divisors()), (expected.weights(), expected.divisors()));
        prop_assert_eq!(found.total_amount(), expected.total_amount());
        let used = |weights: &StackWeights| (0..profile.stacks().len()).map(|stack| weights.is_used(stack)).collect::<Vec<_>>();
        prop_assert_eq!(used(&found), used(&expected));
    }

    #[test]
    fn paths_from_a_frame_begin_at_its_outermost_call(profile in profiles(weights())) {
        prop_assume!(!profile.sample_types().is_empty());
        let selection = Selection::all(&profile);
        let frames = Frames::new(&selection, FrameOptions::default());
        let weights = StackWeights::new(&selection, Measure::of(0));
        let columns = [TreeColumn::new(&selection, &frames, &weights)];
        for frame in (0..frames.len()).map(FrameId::from_index) {
            let mut expected: [ByPath; 2] = Default::default();
            for (row, &weight) in weights.weights().iter().enumerate().filter(|(_, weight)| **weight != 0) {
                let Some(stack) = selection.stack(StackId::from_index(row)) else { continue };
                let mut names: Vec<FrameId> = stack.iter().flat_map(|&location| frames.at(location)).copied().collect();
                names.reverse();
                let Some(at) = names.iter().position(|other| *other == frame) else { continue };
                let (callers, callees) = (names[..=at].iter().rev().copied().collect(), names[at..].to_vec());
                for (expected, path) in expected.iter_mut().zip::<[Vec<FrameId>; 2]>([callees, callers]) {
                    for end in 1..=path.len() {
                        let sums = expected.entry(path[..end].to_vec()).or_default();
                        sums.0 += weight;
                        sums.1 += if end == path.len() { weight } else { 0 };
                    }
                }
            }
            for (root, expected) in [Root::Callers, Root::Leaves].into_iter().zip(expected) {
                let options = CallTreeOptions::new(root, 0.0);
                let tree = CallTree::from_frame(&columns, frame, options, &Interrupt::new());
                prop_assert_eq!(by_path(&tree.expect("nobody interrupts it")), expected);
            }
        }
    }

    #[test]
    fn neighbours_are_the_calls_of_the_graph(profile in profiles(weights())) {
        prop_assume!(!profile.sample_types().is_empty());
        let selection = Selection::all(&profile);
        let frames = Frames::new(&selection, FrameOptions::default());
        let weights = StackWeights::new(&selection, Measure::of(0));
        let graph = call_graph(&selection, &frames, &weights, |_| true);
        for id in graph.ids() {
            let frame = graph.node(id).frame;
            let found = neighbours(&selection, &frames, &weights, frame, &Interrupt::new());
            let found = found.expect("nobody interrupts it");
            let mut callees: Vec<_> = graph.calls_from(id).map(|call| (graph.node(call.callee).frame, call.weight.sum)).collect();
            callees.sort_unstable();
            prop_assert_eq!(found.callees, callees);
            let mut callers: Vec<_> = graph.calls_to(id).map(|call| (graph.node(call.caller).frame, call.weight.sum)).collect();
            callers.sort_unstable();
            prop_assert_eq!(found.callers, callers);
        }
    }
}

/// Returns the names in each stack, the outermost first; places without a function have the name of their number.
fn named_stacks(selection: &Selection<'_>) -> Vec<Vec<String>> {
    let profile = selection.profile();
    let name = |line: &Line| profile.str(profile.symbols().functions()[line.function.index()].name).to_owned();
    let names = |location: &LocationId| -> Vec<String> {
        let lines = selection.lines_of(*location);
        let address = profile.symbols().locations()[location.index()].address;
        if lines.is_empty() { vec![format!("@{address}")] } else { lines.iter().rev().map(name).collect() }
    };
    let stacks = (0..profile.stacks().len()).map(StackId::from_index);
    stacks.map(|id| selection.stack(id).unwrap_or_default().iter().rev().flat_map(names).collect()).collect()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn neighbours_of_a_group_become_one_frame(profile in profiles(weights()), is_recursive in any::<bool>()) {
        let group = |name: &str| (name.len() % 3 == 1).then(|| format!("group {}", name.len() % 2));
        let recursion = if is_recursive { Recursion::Collapse } else { Recursion::Keep };
        let selection = Selection::all(&profile);
        let collapsed = collapse(&selection, recursion, |name| group(name).map(Cow::Owned));
        let found = named_stacks(&selection.of_collapsed(&collapsed));
        let expected: Vec<Vec<String>> = named_stacks(&selection)
            .into_iter()
            .map(|stack| {
                let mut kept: Vec<String> = Vec::new();
                let mut caller = None;
                for name in stack {
                    let is_place = name.starts_with('@');
                    let group = if is_place { None } else { group(&name) };
                    let merges = !is_place && (group.is_some() || is_recursive);
                    let key = (group.is_some(), group.unwrap_or(name));
                    if !merges || caller.as_ref() != Some(&key) {
                        kept.push(key.1.clone());
                    }
                    caller = (!is_place).then_some(key);
                }
                kept
            })
            .collect();
        prop_assert_eq!(found, expected);
        let sum = |profile: &Profile| (0..profile.sample_types().len()).map(|column| profile.samples().column(column).fold(0_i64, i64::wrapping_add)).collect::<Vec<_>>();
        prop_assert_eq!(sum(&collapsed), sum(&profile));
    }

    #[test]
    fn several_expressions_of_focus_hold_one_after_another(profile in profiles(weights()), one in "[a-d]", other in "[a-d]") {
        let regex = |text: &str| Regex::new(text).expect("it is a letter");
        let mut both = Filter::default();
        (both.focus, both.also_focus) = (Some(regex(&one)), vec![regex(&other)]);
        let rows = |filter: &Filter| -> Vec<bool> {
            let (selection, _) = select(&profile, filter).expect("the filter is sound");
            (0..profile.stacks().len()).map(|row| selection.keeps_stack(StackId::from_index(row))).collect()
        };
        let of = |text: &str| {
            let mut filter = Filter::default();
            filter.focus = Some(regex(text));
            rows(&filter)
        };
        let expected: Vec<bool> = of(&one).into_iter().zip(of(&other)).map(|(one, other)| one && other).collect();
        prop_assert_eq!(rows(&both), expected);
    }
}
