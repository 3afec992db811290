//! Samples on a call path are those of the node of the call tree, and callees that are collapsed count for their callers.

#![cfg(feature = "analyze")]

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use regex::Regex;
use rpprof::aggregate::{
    CallTree, CallTreeOptions, Frame, FrameOptions, Frames, Granularity, Root, StackWeights, flat_and_cum, package,
};
use rpprof::codec::{self, ReadOptions};
use rpprof::profile::Profile;
use rpprof::report::ValueOptions;
use rpprof::transform::{CallPath, Filter, PathStart, Recursion, Selection, collapse, select};

fn read(file: &str) -> Profile {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata").join(file);
    codec::read(File::open(path).expect("it is there"), &ReadOptions::default()).expect("it is a profile")
}

fn filter(hide: Option<&str>) -> Filter {
    let mut filter = Filter::default();
    filter.hide = hide.map(|hide| Regex::new(hide).expect("it is one"));
    filter
}

/// Returns the expression that matches a frame alone, as a step of a path.
fn step(frame: &Frame<'_>) -> String {
    let name = if frame.function.is_empty() { frame.object } else { frame.function };
    format!("^{}$", regex::escape(name)).replace(';', r"\x3b")
}

/// Compares the samples on the path to each large node with what the node weighs; returns how many nodes there are.
fn check(selection: &Selection<'_>) -> usize {
    let mut count = 0;
    let values = ValueOptions::new(0, "auto");
    let frames = Frames::new(selection, FrameOptions::default());
    let weights = StackWeights::new(selection, values.measure());
    for (root, start) in [(Root::Callers, PathStart::Outermost), (Root::Leaves, PathStart::Innermost)] {
        let tree = CallTree::new(selection, &frames, &weights, CallTreeOptions::new(root, 0.04));
        // Deep paths take long without optimization, so some of them are enough.
        for node in tree.nodes().iter().filter(|node| node.depth < 4 || node.depth % 9 == 0) {
            let mut steps = vec![step(&frames.frame(node.frame))];
            let mut above = node.parent;
            while let Some(id) = above {
                steps.push(step(&frames.frame(tree.nodes()[id.index()].frame)));
                above = tree.nodes()[id.index()].parent;
            }
            steps.reverse();
            let path = CallPath::parse(&steps.join(";"), start).expect("it is a path");
            let (on_path, is_met) = selection.clone().on_path(&path);
            let all: i64 = StackWeights::new(&on_path, values.measure()).weights().iter().sum();
            assert!(is_met, "{path}");
            assert_eq!(all, node.total, "{path}");
            count += 1;
        }
    }
    count
}

#[test]
fn samples_on_a_path_are_those_of_its_node() {
    for file in ["go_cpu.pb.gz", "cpp_cpu.pb.gz"] {
        let profile = read(file);
        for hide in [None, Some("^runtime|^std::|^core::|^alloc::")] {
            let (selection, _) = select(&profile, &filter(hide)).expect("it selects");
            assert!(check(&selection) > 10, "{file}");
        }
    }
}

#[test]
fn paths_are_of_what_collapsing_leaves() {
    let profile = read("go_cpu.pb.gz");
    let all = Selection::all(&profile);
    let collapsed = collapse(&all, Recursion::Collapse, |name| name.starts_with("main.").then(|| "main".into()));
    assert!(check(&all.of_collapsed(&collapsed)) > 10);
    let path = CallPath::parse(r"^sync\.;^main$", PathStart::Outermost).expect("it is a path");
    assert!(all.of_collapsed(&collapsed).on_path(&path).1);
    assert!(!all.on_path(&path).1, "there is no such frame");
}

#[test]
fn what_is_charged_with_its_callees_weighs_all_of_them() {
    for (file, expression) in
        [("go_cpu.pb.gz", r"^main\."), ("cpp_cpu.pb.gz", "find|insert"), ("rust_cpu.pb.gz", "run|rank")]
    {
        let profile = read(file);
        let regex = Regex::new(expression).expect("it is one");
        let (selection, is_met) = Selection::all(&profile).with_callees_collapsed(&regex);
        assert!(is_met, "{file}");
        let values = ValueOptions::new(0, "auto");
        let weights = StackWeights::new(&selection, values.measure());
        let frames = Frames::new(&selection, FrameOptions::default());
        let sums = flat_and_cum(&selection, &frames, &weights);
        let mut collapsed = 0;
        for index in 0..frames.len() {
            let frame = frames.frame(rpprof::aggregate::FrameId::from_index(index));
            if regex.is_match(frame.function) || regex.is_match(frame.file) || regex.is_match(frame.object) {
                assert_eq!(sums.flat[index], sums.cum[index], "{file}: {}", frame.function);
                collapsed += sums.flat[index];
            }
        }
        // The same samples are those that the expression focuses.
        let mut focus = Filter::default();
        focus.focus = Some(regex);
        let (focused, _) = select(&profile, &focus).expect("it selects");
        let focused: i64 = StackWeights::new(&focused, values.measure()).weights().iter().sum();
        assert_eq!(collapsed, focused, "{file}");
        let all: i64 = weights.weights().iter().sum();
        let before = StackWeights::new(&Selection::all(&profile), values.measure());
        assert_eq!(all, before.weights().iter().sum::<i64>(), "{file}: nothing is lost");
    }
}

/// Returns all paths of the tree by names, with what they weigh.
fn named_paths(selection: &Selection<'_>, granularity: Granularity) -> BTreeMap<String, (i64, i64)> {
    let mut options = FrameOptions::default();
    options.granularity = granularity;
    let frames = Frames::new(selection, options);
    let weights = StackWeights::new(selection, ValueOptions::new(0, "auto").measure());
    let tree = CallTree::new(selection, &frames, &weights, CallTreeOptions::default());
    let mut names: Vec<String> = Vec::new();
    let mut paths = BTreeMap::new();
    for node in tree.nodes() {
        let above = node.parent.map_or("", |parent| names[parent.index()].as_str());
        names.push(format!("{above};{}", frames.frame(node.frame).name()));
        paths.insert(names[names.len() - 1].clone(), (node.total, node.own));
    }
    paths
}

#[test]
fn calls_within_a_package_are_one_frame() {
    let profile = read("go_cpu.pb.gz");
    let all = Selection::all(&profile);
    let packages = collapse(&all, Recursion::Collapse, |name| {
        Some(if package(name).is_empty() { "[orders]".into() } else { package(name).to_owned().into() })
    });
    let expected = named_paths(&all.of_collapsed(&packages), Granularity::Functions);
    assert!(expected.len() > 50);
    assert_eq!(named_paths(&all, Granularity::Packages), expected);
    assert_eq!(named_paths(&all, Granularity::Modules).len(), 1, "all of it is one binary");
    let modules = named_paths(&Selection::all(&read("cpp_cpu.pb.gz")), Granularity::Modules);
    let repeats = |path: &String| path.split(';').zip(path.split(';').skip(1)).any(|(one, next)| one == next);
    assert!(modules.len() > 3 && !modules.keys().any(repeats), "{modules:?}");
}

#[test]
fn a_path_that_is_none_is_told() {
    for (text, message) in [("", "empty"), ("a;;b", "empty"), ("a;(", "regular expression")] {
        let error = CallPath::parse(text, PathStart::Outermost).expect_err(text);
        assert!(error.to_string().contains(message), "{error}");
    }
}
