//! What holds for every comparison of profiles, and what some comparisons must find.

#![cfg(feature = "analyze")]

mod arbitrary;

use std::collections::HashMap;
use std::slice;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use regex::Regex;
use rpprof::ErrorKind;
use rpprof::aggregate::{FrameOptions, Names};
use rpprof::profile::{Function, Line, Location, Profile, ProfileBuilder, ValueType};
use rpprof::report::{
    self, Budget, CheckOptions, Diff, DiffFlameOptions, DiffOptions, DiffRow, DiffRows, Equalized, Growth, LimitKind,
    Normalize, Order, Status, Strictness, Test, Top, TopOptions, Verdict,
};
use rpprof::transform::{Filter, Selection, select};

use arbitrary::{any_values, compatible_pairs, profiles, small_values, weights};

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, rng_seed: RngSeed::Fixed(0), failure_persistence: None, ..ProptestConfig::default() }
}

/// Compares everything as it is, with a row for each frame.
fn whole_options() -> DiffOptions {
    let mut options = DiffOptions::default();
    options.compare.normalize = Normalize::None;
    (options.rows, options.min_share) = (DiffRows::All, 0.0);
    options
}

fn whole_diff(old: &Profile, new: &Profile) -> Diff {
    report::diff(&[Selection::all(old)], &[Selection::all(new)], &whole_options()).expect("they are comparable")
}

fn whole_top(profile: &Profile, frames: FrameOptions) -> Top {
    let mut options = TopOptions::default();
    (options.node_fraction, options.edge_fraction, options.frames) = (0.0, 0.0, frames);
    report::top(&Selection::all(profile), &options)
}

/// Adds up flat and cumulative values of frames with the same name.
fn by_name(rows: impl Iterator<Item = (String, i64, i64)>) -> HashMap<String, (i64, i64)> {
    let mut sums: HashMap<String, (i64, i64)> = HashMap::new();
    for (name, flat, cum) in rows {
        let sum = sums.entry(name).or_default();
        *sum = (sum.0.wrapping_add(flat), sum.1.wrapping_add(cum));
    }
    sums.retain(|_, sum| *sum != (0, 0));
    sums
}

fn side_of(diff: &Diff, value: fn(&report::Change) -> i64) -> HashMap<String, (i64, i64)> {
    by_name(diff.rows.iter().map(|row| (row.name.clone(), value(&row.flat), value(&row.cum))))
}

fn top_by_name(profile: &Profile) -> HashMap<String, (i64, i64)> {
    let top = whole_top(profile, whole_options().frames);
    by_name(top.rows.into_iter().map(|row| (row.name, row.flat, row.cum)))
}

proptest! {
    #![proptest_config(config(128))]

    #[test]
    fn a_profile_does_not_differ_from_itself(profile in profiles(any_values())) {
        let all = [Selection::all(&profile)];
        let diff = report::diff(&all, &all, &DiffOptions::default()).expect("they are comparable");
        prop_assert!(diff.rows.is_empty());
        prop_assert_eq!(diff.coverage.changed, 0);
        prop_assert_eq!(diff.total.delta, 0);
        prop_assert!(whole_diff(&profile, &profile).rows.iter().all(|row| row.flat.status == Status::Same));
        let flame = report::diff_flame(&all, &all, &DiffFlameOptions::default()).expect("they are comparable");
        prop_assert!(flame.boxes.iter().all(|path| path.change.status == Status::Same));
    }

    #[test]
    fn old_and_new_values_are_those_of_the_two_tables((old, new) in compatible_pairs(any_values())) {
        let diff = whole_diff(&old, &new);
        prop_assert_eq!(side_of(&diff, |change| change.old), top_by_name(&old));
        prop_assert_eq!(side_of(&diff, |change| change.new), top_by_name(&new));
        let total = |profile| whole_top(profile, FrameOptions::default()).coverage.total;
        prop_assert_eq!((diff.total.old, diff.total.new), (total(&old), total(&new)));
    }

    #[test]
    fn flat_values_sum_up_to_those_of_the_sides((old, new) in compatible_pairs(any_values())) {
        let diff = whole_diff(&old, &new);
        let sum = |value: fn(&DiffRow) -> i64| diff.rows.iter().map(value).fold(0, i64::wrapping_add);
        prop_assert_eq!(sum(|row| row.flat.old), diff.flat.old);
        prop_assert_eq!(sum(|row| row.flat.new), diff.flat.new);
    }

    #[test]
    fn deltas_are_differences_and_turn_with_the_sides((old, new) in compatible_pairs(small_values())) {
        let (there, back) = (whole_diff(&old, &new), whole_diff(&new, &old));
        for row in &there.rows {
            prop_assert_eq!(row.flat.delta, row.flat.new - row.flat.old);
            prop_assert_eq!(row.cum.delta, row.cum.new - row.cum.old);
        }
        let deltas = |diff: &Diff, sign: i64| {
            by_name(diff.rows.iter().map(|row| (row.name.clone(), sign * row.flat.delta, sign * row.cum.delta)))
        };
        prop_assert_eq!(deltas(&there, 1), deltas(&back, -1));
        let turned = |status: Status| match status {
            Status::New => Status::Removed,
            Status::Removed => Status::New,
            Status::Grown => Status::Shrunk,
            Status::Shrunk => Status::Grown,
            Status::Same => Status::Same,
        };
        for row in &there.rows {
            let is_turned = |other: &DiffRow| {
                other.name == row.name
                    && other.flat.status == turned(row.flat.status)
                    && other.flat.old == row.flat.new
                    && other.flat.p.is_some() == row.flat.p.is_some()
            };
            prop_assert!(back.rows.iter().any(is_turned), "{:?} is not turned", row);
        }
    }

    #[test]
    fn chances_and_margins_are_what_such_things_are((old, new) in compatible_pairs(weights()), runs in 1..4_usize) {
        let (old_runs, new_runs) = (vec![Selection::all(&old); runs], vec![Selection::all(&new); 2]);
        let diff = report::diff(&old_runs, &new_runs, &whole_options()).expect("they are comparable");
        for change in diff.rows.iter().flat_map(|row| [&row.flat, &row.cum]).chain([&diff.total]) {
            prop_assert!(change.p.is_none_or(|p| (0.0..=1.0).contains(&p)), "{:?}", change);
            prop_assert!(change.margin.is_none_or(|margin| margin >= 0), "{:?}", change);
            prop_assert!(change.ratio.is_none_or(f64::is_finite), "{:?}", change);
        }
    }

    #[test]
    fn boxes_of_a_flame_graph_are_as_wide_as_both_sides((old, new) in compatible_pairs(weights())) {
        let mut options = DiffFlameOptions::default();
        options.compare.normalize = Normalize::None;
        let sides = ([Selection::all(&old)], [Selection::all(&new)]);
        let flame = report::diff_flame(&sides.0, &sides.1, &options).expect("they are comparable");
        let mut above = vec![0; flame.boxes.len()];
        for (row, path) in flame.boxes.iter().enumerate().rev() {
            prop_assert_eq!(path.width, path.change.old + path.change.new);
            prop_assert_eq!(path.rest, path.width - above[row]);
            prop_assert!(path.rest >= 0);
            prop_assert_eq!(path.own, path.rest, "nothing was left out");
            if let Some(parent) = path.parent {
                prop_assert!(parent < row);
                above[parent] += path.width;
            }
        }
        let roots = flame.boxes.iter().filter(|path| path.parent.is_none());
        let flat = whole_diff(&old, &new).flat;
        prop_assert_eq!(roots.map(|path| path.width).sum::<i64>(), flat.old + flat.new);
    }

    #[test]
    fn a_budget_finds_what_focus_keeps(profile in profiles(weights()), regex in arbitrary::regexes()) {
        let frames = Regex::new(regex).expect("it is valid");
        let mut filter = Filter::default();
        filter.drop_frames = rpprof::transform::DropFrames::Keep;
        filter.focus = Some(frames.clone());
        let (focused, _) = select(&profile, &filter).expect("nothing to go wrong");
        let kept: i64 = focused.samples().map(|(sample, _)| sample.values[0]).sum();
        let limit = "0".parse().expect("it is a limit");
        let check = report::check(&[Selection::all(&profile)], &[], &[Budget::new(frames, limit)], &CheckOptions::default())
            .expect("it can be checked");
        prop_assert_eq!(check.rows[0].value, kept);
        prop_assert_eq!(check.rows[0].verdict == Verdict::Broken, kept > 0);
    }
}

/// Makes a profile of processor time: functions called by `main`, with how many samples of 10 ms each has.
fn cpu_profile(functions: &[(&str, i64)], duration_nanos: i64) -> Profile {
    const PERIOD_NANOS: i64 = 10_000_000;
    let mut builder = ProfileBuilder::new();
    builder.sample_type("samples", "count");
    builder.sample_type("cpu", "nanoseconds");
    let period_type = ValueType { kind: builder.string("cpu"), unit: builder.string("nanoseconds") };
    let header = builder.header_mut();
    (header.duration_nanos, header.period_type, header.period) = (duration_nanos, period_type, PERIOD_NANOS);
    let location = |builder: &mut ProfileBuilder, name: &str| {
        let name = builder.string(name);
        let function = builder.function(Function { name, ..Function::default() });
        builder.location(Location::default(), &[Line { function, line: 0, column: 0 }])
    };
    let main = location(&mut builder, "main");
    for &(name, samples) in functions {
        let callee = location(&mut builder, name);
        let (stack, labels) = (builder.stack(&[callee, main]), builder.label_set(&[]));
        builder.sample(stack, labels, &[samples, samples * PERIOD_NANOS]);
    }
    builder.build().expect("it is valid")
}

fn all(profiles: &[Profile]) -> Vec<Selection<'_>> {
    profiles.iter().map(Selection::all).collect()
}

fn cpu_diff(old: &[Profile], new: &[Profile], normalize: Normalize) -> rpprof::Result<Diff> {
    let mut options = whole_options();
    (options.compare.values.sample_type, options.compare.normalize) = (1, normalize);
    report::diff(&all(old), &all(new), &options)
}

#[track_caller]
fn row<'d>(diff: &'d Diff, name: &str) -> &'d DiffRow {
    diff.rows.iter().find(|row| row.name == name).unwrap_or_else(|| panic!("no row {name}"))
}

#[track_caller]
fn assert_near(found: Option<f64>, expected: f64) {
    let found = found.expect("it is known");
    assert!((found - expected).abs() <= expected * 1e-6, "{found} is not {expected}");
}

#[test]
fn counts_of_samples_tell_what_is_chance() {
    let old = cpu_profile(&[("gone", 10), ("less", 30), ("more", 80), ("none", 4)], 0);
    let new = cpu_profile(&[("less", 22), ("more", 120), ("fresh", 4)], 0);
    let diff = cpu_diff(&[old], &[new], Normalize::None).expect("they are comparable");
    assert_eq!(diff.test, Test::Counts);
    // The chances are 2·(1 - Φ(z)), z = (|n - b| - 1) / √(n + b), found by integrating numerically elsewhere.
    for (name, status, p, is_noise) in [
        ("gone", Status::Removed, 0.00442652585791983, false),
        ("less", Status::Shrunk, 0.331685068056862, true),
        ("more", Status::Grown, 0.00582066640781088, false),
        ("none", Status::Removed, 0.133614402537716, true),
        ("fresh", Status::New, 0.133614402537716, true),
    ] {
        let change = &row(&diff, name).flat;
        assert_eq!((change.status, change.is_noise), (status, is_noise), "{name}");
        assert_near(change.p, p);
    }
    let more = &row(&diff, "more").flat;
    // 1.959963984540 · √200 samples of 10 ms.
    assert_eq!((more.delta, more.ratio, more.margin), (400_000_000, Some(1.5), Some(277_180_765)));
}

const SECOND: i64 = 1_000_000_000;

#[test]
fn profiles_of_different_length_are_compared_at_the_length_of_the_new_one() {
    let old = cpu_profile(&[("gone", 10), ("less", 40), ("rest", 100)], 60 * SECOND);
    let new = cpu_profile(&[("less", 12), ("rest", 5)], 6 * SECOND);
    let diff = cpu_diff(slice::from_ref(&old), slice::from_ref(&new), Normalize::Auto).expect("they are comparable");
    assert_eq!(diff.normalization.equal, Equalized::Duration);
    assert_eq!((&*diff.normalization.old_factors, &*diff.normalization.new_factors), (&[0.1][..], &[1.0][..]));
    // Old samples count a tenth: z = (|n - b/10| - 0.55) / √((n + b)/10).
    for (name, old, p) in
        [("gone", 10, 0.65271044057584), ("less", 40, 0.00108677893018611), ("rest", 100, 0.169659160204674)]
    {
        let change = &row(&diff, name).flat;
        assert_eq!(change.old, old * 1_000_000, "{name}");
        assert_near(change.p, p);
    }
    assert_eq!(row(&diff, "less").flat.delta, 80_000_000);

    let total = cpu_diff(slice::from_ref(&old), slice::from_ref(&new), Normalize::Total).expect("they are comparable");
    assert_eq!((total.normalization.equal, total.total.delta), (Equalized::Total, 0));
    let rest = Normalize::Matching(Regex::new("^rest$").expect("it is valid"));
    let rest = cpu_diff(slice::from_ref(&old), &[new], rest).expect("they are comparable");
    assert_eq!((rest.normalization.expression.as_deref(), row(&rest, "rest").flat.delta), (Some("^rest$"), 0));

    // Lengths that were meant to be the same are, and then nothing is scaled.
    let near = cpu_profile(&[("rest", 100)], 60 * SECOND + SECOND / 3);
    let diff = cpu_diff(slice::from_ref(&old), &[near], Normalize::Auto).expect("they are comparable");
    assert_eq!(diff.normalization.equal, Equalized::None);
    assert!(diff.normalization.is_identity());
}

#[test]
fn what_cannot_be_normalized_is_an_error() {
    let (with, without) = (cpu_profile(&[("a", 1)], SECOND), cpu_profile(&[], 0));
    let absent = Normalize::Matching(Regex::new("absent").expect("it is valid"));
    for normalize in [Normalize::Duration, Normalize::Total, absent] {
        let error =
            cpu_diff(slice::from_ref(&without), slice::from_ref(&with), normalize).expect_err("it cannot be done");
        assert_eq!(error.kind(), ErrorKind::Argument);
        assert!(error.to_string().contains("old profile 1 has no "), "{error}");
    }
    let error = cpu_diff(&[], slice::from_ref(&with), Normalize::Auto).expect_err("there is nothing old");
    assert_eq!(error.kind(), ErrorKind::Argument);
    let error = cpu_diff(&[with], &[], Normalize::Auto).expect_err("there is nothing new");
    assert_eq!(error.kind(), ErrorKind::Argument);
}

#[test]
fn sample_types_are_found_by_name_and_converted() {
    let mut builder = ProfileBuilder::new();
    builder.sample_type("cpu", "milliseconds");
    let name = builder.string("main");
    let function = builder.function(Function { name, ..Function::default() });
    let location = builder.location(Location::default(), &[Line { function, line: 0, column: 0 }]);
    let (stack, labels) = (builder.stack(&[location]), builder.label_set(&[]));
    builder.sample(stack, labels, &[30]);
    let old = builder.build().expect("it is valid");
    let new = cpu_profile(&[("main", 2)], 0);
    let diff = cpu_diff(slice::from_ref(&old), slice::from_ref(&new), Normalize::Auto).expect("they are comparable");
    let main = &row(&diff, "main").flat;
    assert_eq!((main.old, main.new, main.p), (30_000_000, 20_000_000, None));
    assert_eq!(diff.test, Test::None);

    // The new one's samples are not in the old one.
    let error = report::diff(&all(&[old]), &all(&[new]), &whole_options()).expect_err("nothing in common");
    assert_eq!(error.kind(), ErrorKind::Incompatible);
    assert_eq!(error.to_string(), "old profile 1: the profile has no \"samples\"; it has cpu");
}

#[test]
fn repetitions_tell_what_is_chance() {
    let runs =
        |counts: &[i64]| -> Vec<Profile> { counts.iter().map(|&count| cpu_profile(&[("f", count)], 0)).collect() };
    // Old counts, new counts, p, and the margin if it is to be checked. Found by integrating numerically elsewhere.
    for (old, new, p, margin) in [
        // Welch's test.
        (&[100, 140, 60][..], &[220, 260, 180][..], 0.0213116411287567, Some(906_783_174)),
        // Runs that agree by luck: the variance is that of the counts.
        (&[100, 101, 99], &[120, 121, 119], 0.0797704789480145, Some(237_760_554)),
        // One run against three.
        (&[100, 140, 60], &[300], 0.0494136242132831, None),
        (&[300], &[100, 140, 60], 0.0494136242132831, None),
    ] {
        let diff = cpu_diff(&runs(old), &runs(new), Normalize::None).expect("they are comparable");
        assert_eq!(diff.test, Test::Repetitions);
        let change = &row(&diff, "f").flat;
        assert_near(change.p, p);
        assert_eq!(margin, margin.and(change.margin));
    }
    let diff = cpu_diff(&runs(&[1, 2]), &runs(&[3, 4]), Normalize::None).expect("they are comparable");
    let change = &row(&diff, "f").flat;
    assert_eq!((change.old, change.new, change.delta), (15_000_000, 35_000_000, 20_000_000));
}

#[test]
fn names_of_two_builds_are_one_row() {
    let old = cpu_profile(&[("rank::h0123456789abcdef", 3), ("rank::{closure#0}", 1), ("rank::{closure#1}", 2)], 0);
    let new = cpu_profile(&[("rank::hfedcba9876543210", 5), ("rank::{closure#7}", 3)], 0);
    let diff = cpu_diff(slice::from_ref(&old), slice::from_ref(&new), Normalize::None).expect("they are comparable");
    let rank = &row(&diff, "rank").flat;
    assert_eq!((rank.old, rank.new), (30_000_000, 50_000_000));
    let closure = &row(&diff, "rank::{closure}").flat;
    assert_eq!((closure.old, closure.new, closure.status), (30_000_000, 30_000_000, Status::Same));

    let mut exact = whole_options();
    exact.frames.names = Names::Exact;
    let diff = report::diff(&all(&[old]), &all(&[new]), &exact).expect("they are comparable");
    assert_eq!(diff.rows.iter().filter(|row| row.name.starts_with("rank::h")).count(), 2);
}

/// Checks one budget of processor time.
fn verdict(old: &[Profile], new: &[Profile], budget: Budget, growth: Growth) -> rpprof::Result<Verdict> {
    let mut options = CheckOptions::default();
    (options.compare.values.sample_type, options.growth) = (1, growth);
    Ok(report::check(&all(new), &all(old), &[budget], &options)?.rows[0].verdict)
}

fn budget(frames: &str, kind: LimitKind, measure: Order, limit: &str) -> Budget {
    let limit = limit.parse().expect("it is a limit");
    let mut budget = Budget::new(Regex::new(frames).expect("it is valid"), limit);
    (budget.kind, budget.measure) = (kind, measure);
    budget
}

#[test]
fn budgets_are_kept_to_up_to_their_limit() {
    use LimitKind::{Max, MaxGrowth};
    let old = [cpu_profile(&[("json", 100), ("sort", 800)], 0)];
    let new = [cpu_profile(&[("json", 200), ("sort", 800)], 0)];
    for (frames, kind, measure, limit, expected) in [
        ("json", Max, Order::Cum, "20%", Verdict::Ok),
        ("json", Max, Order::Cum, "19.9%", Verdict::Broken),
        ("json", Max, Order::Cum, "2s", Verdict::Ok),
        ("json", Max, Order::Cum, "1999ms", Verdict::Broken),
        ("json", Max, Order::Cum, "2000000000", Verdict::Ok),
        ("main", Max, Order::Flat, "0", Verdict::Ok),
        ("xml", Max, Order::Cum, "5%", Verdict::Unmatched),
        ("main|json|sort", Max, Order::Cum, "100%", Verdict::Ok),
        ("json", MaxGrowth, Order::Cum, "100%", Verdict::Ok),
        ("json", MaxGrowth, Order::Cum, "99%", Verdict::Broken),
        ("json", MaxGrowth, Order::Flat, "1s", Verdict::Ok),
        ("json", MaxGrowth, Order::Flat, "0.5s", Verdict::Broken),
        ("sort", MaxGrowth, Order::Cum, "0", Verdict::Ok),
        ("xml", MaxGrowth, Order::Cum, "0", Verdict::Unmatched),
    ] {
        let found = verdict(&old, &new, budget(frames, kind, measure, limit), Growth::Significant);
        assert_eq!(found.expect("it can be checked"), expected, "{frames} {kind:?} {measure:?} {limit}");
    }
}

#[test]
fn growth_that_may_be_chance_breaks_no_budget_unless_asked_to() {
    let (old, new) = ([cpu_profile(&[("json", 10)], 0)], [cpu_profile(&[("json", 14)], 0)]);
    let growth = || budget("json", LimitKind::MaxGrowth, Order::Cum, "10%");
    assert_eq!(verdict(&old, &new, growth(), Growth::Significant).expect("it can be checked"), Verdict::Noise);
    assert_eq!(verdict(&old, &new, growth(), Growth::Any).expect("it can be checked"), Verdict::Broken);
}

#[test]
fn budgets_that_cannot_be_checked_are_errors() {
    let new = [cpu_profile(&[("json", 14)], 0)];
    for (budget, says) in [
        (budget("json", LimitKind::MaxGrowth, Order::Cum, "10%"), "needs an old profile"),
        (budget("json", LimitKind::Max, Order::Cum, "10MB"), "does not fit values in nanoseconds"),
    ] {
        let error = verdict(&[], &new, budget, Growth::Any).expect_err("it cannot be checked");
        assert_eq!(error.kind(), ErrorKind::Argument);
        assert!(error.to_string().contains(says), "{error}");
    }
}

#[test]
fn a_check_is_met_unless_a_budget_is_broken_or_strictly_about_nothing() {
    let new = [cpu_profile(&[("json", 14)], 0)];
    for (limit, frames, lenient, strict) in
        [("100%", "json", true, true), ("1%", "json", false, false), ("1%", "absent", true, false)]
    {
        let budgets = [budget(frames, LimitKind::Max, Order::Cum, limit)];
        let check = report::check(&all(&new), &[], &budgets, &CheckOptions::default()).expect("it can be checked");
        assert_eq!(
            (check.is_met(Strictness::Lenient), check.is_met(Strictness::Strict)),
            (lenient, strict),
            "{frames}"
        );
    }
}
