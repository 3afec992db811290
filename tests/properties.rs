//! What holds for every profile, tried on arbitrary ones.

#![cfg(all(feature = "analyze", feature = "proto"))]

mod arbitrary;

use std::io::{self, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::RngSeed;
use regex::Regex;
use rpprof::aggregate::{CallTree, CallTreeOptions, Frames, Granularity, Measure, Root, StackWeights};
use rpprof::codec::proto::pb;
use rpprof::codec::{self, LabelColumn, ReadOptions, StackColumn, WriteOptions};
use rpprof::profile::Profile;
use rpprof::render::{self, ReportHeader, SvgOptions, TableStyle, TimeZone};
use rpprof::report::{
    self, Counting, FlameOptions, Listing, ListingOptions, Raw, SourceText, TagsOptions, Top, TopOptions, TopRow,
    Traces, TracesOptions,
};
use rpprof::transform::{
    DropFrames, Filter, LabelFrames, LabelNaming, LabelQuery, Selection, TagFilter, compact, extract, label_frames,
    merge, my_code, normalize, scale, select,
};

use arbitrary::{any_values, compatible_pairs, profiles, small_values, weights};

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, rng_seed: RngSeed::Fixed(0), failure_persistence: None, ..ProptestConfig::default() }
}

fn read(bytes: &[u8]) -> rpprof::Result<Profile> {
    codec::read(bytes, &ReadOptions::default())
}

fn written(profile: &Profile) -> Vec<u8> {
    let mut file = Vec::new();
    codec::write(profile, &mut file, &WriteOptions::default()).expect("memory takes everything");
    file
}

/// Returns the sum of a column over the samples that have frames.
fn sum_with_frames(profile: &Profile, column: usize) -> i64 {
    let has_frames = |sample: &rpprof::profile::Sample<'_>| !profile.stack(sample.stack).is_empty();
    profile.samples().iter().filter(has_frames).fold(0, |sum, sample| sum.wrapping_add(sample.values[column]))
}

fn column_sums(profile: &Profile) -> Vec<i64> {
    (0..profile.sample_types().len()).map(|column| profile.samples().column(column).sum()).collect()
}

/// Makes the table of all frames, however little they weigh.
fn whole_top(selection: &Selection<'_>) -> Top {
    let mut options = TopOptions::default();
    (options.node_fraction, options.edge_fraction) = (0.0, 0.0);
    report::top(selection, &options)
}

/// Returns the rows in an order that does not depend on where frames stand in tables.
fn sorted_rows(top: Top) -> Vec<TopRow> {
    let mut rows = top.rows;
    rows.sort_by_key(|row| (row.name.clone(), row.flat, row.cum, format!("{:?}", row.inline)));
    rows
}

/// Returns a filter that leaves the profile's own wishes aside.
fn plain_filter() -> Filter {
    let mut filter = Filter::default();
    filter.drop_frames = DropFrames::Keep;
    filter
}

/// Lists all functions; half of the sources are missing.
fn listing(selection: &Selection<'_>, sample_type: usize, counting: Counting) -> Listing {
    let mut options = ListingOptions::default();
    (options.values.sample_type, options.counting) = (sample_type, counting);
    report::listing(selection, &options, |file| match file.len() % 2 {
        0 => Ok(SourceText { path: file.to_owned(), text: "one\n\ttwo\n".repeat(9) }),
        _ => Err("it is missing".to_owned()),
    })
}

/// Renders a profile in every form, for nobody.
fn render_all(profile: &Profile) {
    let all = Selection::all(profile);
    let sink = io::sink;
    render::raw(&Raw::new(all.clone()), &TimeZone::utc(), sink()).expect("a sink takes everything");
    let Ok(default) = profile.default_sample_type() else { return };
    let info = report::info(profile).expect("there are sample types");
    let (command, style) = (|hint: &str| hint.to_owned(), TableStyle::new(true, Some(60)));
    render::info(&info, &command, &TimeZone::utc(), style, sink()).expect("a sink takes everything");
    for granularity in [
        Granularity::Functions,
        Granularity::Files,
        Granularity::Lines,
        Granularity::Addresses,
        Granularity::Modules,
        Granularity::Packages,
    ] {
        let mut options = TopOptions::default();
        (options.values.sample_type, options.frames.granularity) = (default, granularity);
        let top = report::top(&all, &options);
        render::json(&top, sink()).expect("a sink takes everything");
        render::top(&top, &ReportHeader::default(), style, sink()).expect("a sink takes everything");
    }
    let tags = report::tags(&all, &TagsOptions::default());
    render::tags(&tags, sink()).expect("a sink takes everything");
    render::label_table(&tags, &ReportHeader::default(), style, sink()).expect("a sink takes everything");
    let traces = Traces::new(all.clone(), TracesOptions::default());
    render::traces(&traces, &ReportHeader::default(), TableStyle::default(), sink()).expect("a sink takes everything");
    render::json(&traces, sink()).expect("a sink takes everything");
    report::top_profile(&all, &TopOptions::default()).expect("rows make a profile");
    for counting in [Counting::Samples, Counting::Nodes] {
        render::listing(&listing(&all, default, counting), style, sink()).expect("a sink takes everything");
    }
    let flame = report::flame(&all, &FlameOptions::default());
    render::folded(&flame, sink()).expect("a sink takes everything");
    if let Err(error) = render::svg(&flame, &SvgOptions::default(), sink()) {
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput, "there is nothing to draw, or too much: {error}");
    }
}

proptest! {
    #![proptest_config(config(256))]

    #[test]
    fn what_is_encoded_reads_as_it_was(profile in profiles(any_values())) {
        prop_assert_eq!(read(&codec::encode(&profile)).expect("it is valid"), profile);
    }

    #[test]
    fn what_is_written_reads_as_it_was_and_is_the_same_each_time(profile in profiles(any_values())) {
        let file = written(&profile);
        prop_assert_eq!(&written(&profile), &file);
        prop_assert_eq!(read(&file).expect("it is valid"), profile);
    }

    #[test]
    fn tables_do_not_need_labels(profile in profiles(any_values())) {
        let options = ReadOptions::default().with_labels(LabelColumn::Skip);
        let bare = codec::read(codec::encode(&profile).as_slice(), &options).expect("it is valid");
        prop_assert!(bare.samples().iter().all(|sample| bare.labels(sample.labels).is_empty()));
        let rows = |profile| whole_top(&Selection::all(profile)).rows;
        prop_assert_eq!(rows(&bare), rows(&profile));
    }

    #[test]
    fn tables_of_labels_do_not_need_stacks(profile in profiles(any_values())) {
        let options = ReadOptions::default().with_stacks(StackColumn::Skip);
        let without = codec::read(written(&profile).as_slice(), &options).expect("it was written");
        prop_assert!(without.stacks().iter().all(<[_]>::is_empty));
        let tags = |profile: &Profile| {
            let mut json = Vec::new();
            let tags = report::tags(&Selection::all(profile), &TagsOptions::default());
            render::json(&tags, &mut json).map(|()| json).expect("memory takes everything")
        };
        prop_assert_eq!(tags(&without), tags(&profile));
    }

    #[test]
    fn flat_values_sum_up_to_those_of_the_samples(profile in profiles(any_values())) {
        let top = whole_top(&Selection::all(&profile));
        let flat = top.rows.iter().fold(0_i64, |sum, row| sum.wrapping_add(row.flat));
        prop_assert_eq!(flat, sum_with_frames(&profile, 0));
        prop_assert_eq!(top.coverage.shown, flat);
    }

    #[test]
    fn lines_sum_up_to_their_functions(profile in profiles(any_values())) {
        for routine in listing(&Selection::all(&profile), 0, Counting::Samples).routines {
            let flat = routine.lines.iter().fold(0_i64, |sum, line| sum.wrapping_add(line.flat));
            prop_assert_eq!(flat, routine.flat);
        }
    }

    #[test]
    fn charging_libraries_to_their_callers_loses_nothing(profile in profiles(any_values())) {
        let all = Selection::all(&profile);
        let mine = my_code(&all);
        let (before, after) = (whole_top(&all), whole_top(&all.of_my_code(&mine)));
        prop_assert_eq!(before.coverage.shown, after.coverage.shown);
        prop_assert_eq!(before.coverage.total, after.coverage.total);
        prop_assert_eq!(read(&codec::encode(&mine)).expect("it is valid"), mine);
    }

    #[test]
    fn focus_keeps_what_it_has_kept(profile in profiles(any_values()), regex in arbitrary::regexes()) {
        let mut filter = plain_filter();
        filter.focus = Some(Regex::new(regex).expect("it is valid"));
        let (once, _) = select(&profile, &filter).expect("nothing to go wrong");
        let mut message = pb::Profile::from(&profile);
        let mut stacks = profile.samples().iter().map(|sample| sample.stack);
        message.sample.retain(|_| once.stack(stacks.next().expect("one a sample")).is_some());
        let kept = Profile::try_from(&message).expect("it was valid with more samples");
        let (twice, _) = select(&kept, &filter).expect("nothing to go wrong");
        prop_assert!(kept.samples().iter().all(|sample| twice.stack(sample.stack).is_some()));
        prop_assert_eq!(sorted_rows(whole_top(&twice)), sorted_rows(whole_top(&once)));
    }

    #[test]
    fn focus_and_ignore_share_the_samples_out(profile in profiles(any_values()), regex in arbitrary::regexes()) {
        let (mut focus, mut ignore) = (plain_filter(), plain_filter());
        focus.focus = Some(Regex::new(regex).expect("it is valid"));
        ignore.ignore.clone_from(&focus.focus);
        let (focused, _) = select(&profile, &focus).expect("nothing to go wrong");
        let (rest, _) = select(&profile, &ignore).expect("nothing to go wrong");
        for stack in profile.samples().iter().map(|sample| sample.stack) {
            let shares = u32::from(focused.stack(stack).is_some()) + u32::from(rest.stack(stack).is_some());
            prop_assert_eq!(shares, u32::from(!profile.stack(stack).is_empty()));
        }
    }

    #[test]
    fn merging_in_another_order_makes_the_same_rows((one, other) in compatible_pairs(any_values())) {
        let rows = |profiles: &[&Profile]| {
            let merged = merge(profiles).expect("they measure the same");
            sorted_rows(whole_top(&Selection::all(&merged)))
        };
        prop_assert_eq!(rows(&[&one, &other]), rows(&[&other, &one]));
    }

    #[test]
    fn merging_with_itself_doubles_all_values(profile in profiles(small_values())) {
        let merged = merge(&[&profile, &profile]).expect("it measures the same as itself");
        let compacted = compact(&profile).expect("it is valid");
        let doubled = scale(&compacted, 2.0);
        prop_assert_eq!(merged.samples(), doubled.samples());
        prop_assert_eq!(merged.symbols(), compacted.symbols());
    }

    #[test]
    fn compacting_again_changes_nothing(profile in profiles(any_values())) {
        let once = compact(&profile).expect("it is valid");
        prop_assert_eq!(compact(&once).expect("it is valid"), once);
    }

    #[test]
    fn compacting_keeps_the_rows(profile in profiles(any_values())) {
        let compacted = compact(&profile).expect("it is valid");
        let rows = |profile| sorted_rows(whole_top(&Selection::all(profile)));
        prop_assert_eq!(rows(&compacted), rows(&profile));
    }

    #[test]
    fn scaling_by_1_changes_nothing(profile in profiles(any_values())) {
        prop_assert_eq!(scale(&profile, 1.0), profile);
    }

    #[test]
    fn normalized_values_sum_up_to_those_of_the_base((profile, base) in compatible_pairs(weights())) {
        let normalized = normalize(&profile, &base).expect("they measure the same");
        let most_rounded = profile.samples().len() as i64 / 2 + 1;
        let sums = column_sums(&profile).into_iter().zip(column_sums(&base)).zip(column_sums(&normalized));
        for ((before, wanted), after) in sums {
            let wanted = if before == 0 { 0 } else { wanted };
            prop_assert!((after - wanted).abs() <= most_rounded, "{after} is not about {wanted}");
        }
    }

    #[test]
    fn folded_values_sum_up_to_those_of_the_samples(profile in profiles(weights())) {
        for root in [Root::Callers, Root::Leaves] {
            let mut options = FlameOptions::default();
            options.root = root;
            let mut folded = Vec::new();
            let flame = report::flame(&Selection::all(&profile), &options);
            render::folded(&flame, &mut folded).expect("memory takes everything");
            let text = String::from_utf8(folded).expect("folded stacks are text");
            let value = |line: &str| -> i64 {
                let (_, value) = line.rsplit_once(' ').expect("a value behind a space");
                value.parse().expect("a number")
            };
            prop_assert_eq!(text.lines().map(value).sum::<i64>(), sum_with_frames(&profile, 0));
        }
    }

    #[test]
    fn callees_weigh_no_more_than_their_caller(profile in profiles(weights())) {
        let selection = Selection::all(&profile);
        let frames = Frames::new(&selection, Default::default());
        let weights = StackWeights::new(&selection, Measure::of(0));
        let tree = CallTree::new(&selection, &frames, &weights, CallTreeOptions::default());
        let mut rest: Vec<i64> = tree.nodes().iter().map(|node| node.total).collect();
        for node in tree.nodes() {
            if let Some(parent) = node.parent {
                rest[parent.index()] -= node.total;
            }
        }
        let own: Vec<i64> = tree.nodes().iter().map(|node| node.own).collect();
        prop_assert_eq!(&rest, &own);
        prop_assert!(rest.iter().all(|&rest| rest >= 0));
    }
}

/// Makes filters of labels, each with its opposite.
fn label_filters() -> impl Strategy<Value = (Filter, Filter)> {
    let tags =
        ["main", "main=main", "größe=.", "main,busy", "1:3", "main=2:", ":2", "-1", "1kb", "src=1:3main", "=x,^$"];
    let tags = tags.map(|text| {
        let (mut focus, mut ignore) = (plain_filter(), plain_filter());
        focus.tag_focus = Some(TagFilter::parse(text).expect("it is valid"));
        ignore.tag_ignore.clone_from(&focus.tag_focus);
        (focus, ignore)
    });
    let queries = [
        "main",
        "has('f(int)')",
        "main=main",
        "main!=main",
        "main=2",
        "\"größe 日本\"=~.",
        "main and not '' or main.busy",
    ];
    let queries = queries.map(|text| {
        let query = |text: &str| Some(LabelQuery::parse(text).expect("it is valid"));
        let (mut one, mut other) = (plain_filter(), plain_filter());
        (one.labels, other.labels) = (query(text), query(&format!("not ({text})")));
        (one, other)
    });
    prop::sample::select(tags.into_iter().chain(queries).collect::<Vec<_>>())
}

proptest! {
    #![proptest_config(config(256))]

    #[test]
    fn a_label_filter_and_its_opposite_share_the_samples_out(
        profile in profiles(any_values()),
        (filter, opposite) in label_filters(),
    ) {
        let (kept, unmatched) = select(&profile, &filter).expect("these compare with everything");
        let (rest, _) = select(&profile, &opposite).expect("these compare with everything");
        for set in profile.samples().label_sets() {
            prop_assert_ne!(kept.keeps_labels(set), rest.keeps_labels(set));
        }
        prop_assert_eq!(kept.samples().count() + rest.samples().count(), profile.samples().len());
        prop_assert_eq!(unmatched.tag_focus || unmatched.labels, kept.samples().next().is_none());
        prop_assert_eq!(whole_top(&kept).coverage.total, whole_top(&rest).coverage.total);
    }

    #[test]
    fn filters_keep_what_they_have_kept(
        profile in profiles(any_values()),
        (mut filter, _) in label_filters(),
        regex in arbitrary::regexes(),
    ) {
        filter.focus = Some(Regex::new(regex).expect("it is valid"));
        let once = extract(&select(&profile, &filter).expect("these compare with everything").0);
        prop_assert_eq!(&extract(&select(&once, &filter).expect("these compare with everything").0), &once);
    }

    #[test]
    fn reports_of_what_is_extracted_are_those_of_the_selection(
        profile in profiles(any_values()),
        (mut filter, _) in label_filters(),
        regexes in [arbitrary::regexes(), arbitrary::regexes(), arbitrary::regexes()],
        part in 0..5_usize,
    ) {
        let [one, other, key] = regexes.map(|regex| Some(Regex::new(regex).expect("it is valid")));
        match part {
            0 => (filter.hide, filter.show) = (one, other),
            1 => (filter.focus, filter.prune_from) = (one, other),
            2 => (filter.show_from, filter.prune_from) = (one, other),
            3 => filter.drop_frames = DropFrames::Drop,
            _ => filter.label_hide = key,
        }
        let Ok((selection, _)) = select(&profile, &filter) else { return Ok(()) };
        let extracted = extract(&selection);
        let all = Selection::all(&extracted);
        prop_assert_eq!(sorted_rows(whole_top(&all)), sorted_rows(whole_top(&selection)));
        let keys = |selection| {
            let tags = report::tags(selection, &TagsOptions::default());
            tags.keys.iter().map(|key| format!("{key:?}")).collect::<Vec<_>>()
        };
        prop_assert_eq!(keys(&all), keys(&selection));
        // Rows that no sample uses are not written.
        let encoded = codec::encode(&extracted);
        prop_assert_eq!(codec::encode(&read(&encoded).expect("it is valid")), encoded);
    }

    #[test]
    fn grouping_keeps_all_samples_and_their_values(profile in profiles(any_values()), is_leaf in any::<bool>()) {
        let mut options = LabelFrames::default();
        let keys = ["main", "", "größe 日本", "main"].map(str::to_owned).to_vec();
        if is_leaf { options.leaves = keys } else { options.roots = keys }
        for naming in [LabelNaming::KeyAndValue, LabelNaming::Value] {
            options.naming = naming;
            let (grouped, _) = label_frames(&profile, &options).expect("it is small");
            let samples = grouped.samples().iter().zip(profile.samples().iter());
            for (sample, before) in samples {
                prop_assert_eq!((sample.labels, sample.values), (before.labels, before.values));
                let (stack, stack_before) = (grouped.stack(sample.stack), profile.stack(before.stack));
                prop_assert_eq!(stack.len(), stack_before.len() + 4);
                prop_assert_eq!(if is_leaf { &stack[4..] } else { &stack[..stack_before.len()] }, stack_before);
            }
            prop_assert_eq!(grouped.samples().len(), profile.samples().len());
            prop_assert_eq!(column_sums_wrapping(&grouped), column_sums_wrapping(&profile));
            prop_assert_eq!(read(&codec::encode(&grouped)).expect("it is valid"), grouped);
        }
    }
}

fn column_sums_wrapping(profile: &Profile) -> Vec<i64> {
    (0..profile.sample_types().len())
        .map(|column| profile.samples().column(column).fold(0, i64::wrapping_add))
        .collect()
}

proptest! {
    #![proptest_config(config(64))]

    #[test]
    fn every_profile_can_be_shown(profile in profiles(any_values())) {
        render_all(&profile);
    }

    #[test]
    fn a_message_with_a_wrong_bit_reads_or_fails(
        profile in profiles(any_values()),
        places in prop::collection::vec((any::<Index>(), 0..8), 24),
    ) {
        let message = codec::encode(&profile);
        for (byte, bit) in places {
            let mut broken = message.clone();
            broken[byte.index(message.len())] ^= 1_u8 << bit;
            if let Ok(read_anyway) = read(&broken) {
                render_all(&read_anyway);
                // What was taken once is a profile like others.
                let encoded = codec::encode(&read_anyway);
                prop_assert_eq!(codec::encode(&read(&encoded).expect("it is valid")), encoded);
            }
        }
    }

    #[test]
    fn a_file_with_a_wrong_bit_reads_as_it_was_or_fails(
        profile in profiles(any_values()),
        places in prop::collection::vec((any::<Index>(), 0..8), 24),
    ) {
        // Stored without compression, a wrong bit is found by the checksum alone.
        let mut stored = GzEncoder::new(Vec::new(), Compression::none());
        stored.write_all(&codec::encode(&profile)).expect("memory takes everything");
        for file in [written(&profile), stored.finish().expect("memory takes everything")] {
            for &(byte, bit) in &places {
                let mut broken = file.clone();
                broken[byte.index(file.len())] ^= 1_u8 << bit;
                if let Ok(read_anyway) = read(&broken) {
                    prop_assert_eq!(&read_anyway, &profile);
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(config(6))]

    #[test]
    fn a_prefix_of_a_message_reads_or_fails(profile in profiles(any_values())) {
        let message = codec::encode(&profile);
        for end in 0..message.len() {
            if let Ok(prefix) = read(&message[..end]) {
                render_all(&prefix);
            }
        }
    }

    #[test]
    fn a_prefix_of_a_file_fails(profile in profiles(any_values())) {
        let file = written(&profile);
        for end in 0..file.len() {
            prop_assert!(read(&file[..end]).is_err(), "the first {end} of {} bytes are read", file.len());
        }
    }
}

#[test]
fn a_profile_without_anything_survives_a_round_trip() {
    let empty = rpprof::profile::ProfileBuilder::new().build().expect("there is nothing to contradict");
    assert_eq!(read(&written(&empty)).expect("it is valid"), empty);
    assert_eq!(read(&codec::encode(&empty)).expect("it is valid"), empty);
    assert_eq!(compact(&empty).expect("it is valid"), empty);
    assert_eq!(scale(&empty, 3.0), empty);
    render_all(&empty);
}
