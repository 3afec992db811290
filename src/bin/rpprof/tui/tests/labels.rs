//! Labels that were left out at first.

use std::fs::File;
use std::path::Path;

use rpprof::codec::{self, LabelColumn, ReadOptions};

use super::super::chip::Chip;
use super::super::histogram::Histogram;
use super::super::label_list::LabelRow;
use super::super::state::View;
use super::super::theme::Depth;
use super::super::{LeftOut, Loaded};
use super::{Browser, load};

/// A profile without its labels, and what reads these.
fn without_labels(labels: impl Fn() -> Result<rpprof::profile::Profile, String> + Send + 'static) -> Loaded {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/go_cpu.pb.gz");
    let input = File::open(path).expect("the profile is there");
    let options = ReadOptions::default().with_labels(LabelColumn::Skip);
    let mut profile = codec::read(input, &options).expect("it is a profile");
    let left_out = Some(LeftOut::of(&mut profile, Box::new(labels)));
    Loaded { profile, files: vec!["go_cpu.pb.gz".into()], left_out }
}

#[test]
fn labels_are_read_when_they_are_asked_for() {
    for keys in ["7", "9", "2 3 7"] {
        let loaded = without_labels(|| Ok(load("go_cpu.pb.gz").profile));
        let mut late = Browser::of(loaded, None, (80, 24), Depth::Mono);
        let mut early = Browser::open("go_cpu.pb.gz", (80, 24), Depth::Mono);
        late.press(keys);
        early.press(keys);
        assert_eq!(late.picture(), early.picture(), "{keys}");
    }
    let loaded = without_labels(|| Ok(load("go_cpu.pb.gz").profile));
    let mut browser = Browser::of(loaded, None, (80, 24), Depth::Mono);
    browser.write(":label=tenant=acme");
    let table = browser.state.table.as_ref().expect("it is answered");
    assert!(table.shown > 0 && table.shown < table.total && table.unmatched.is_empty());
}

#[test]
fn a_file_that_changed_meanwhile_is_told_and_the_rest_stays() {
    for (other, words) in [(Ok("go_heap.pb.gz"), "not the same"), (Err("it is gone"), "it is gone")] {
        let labels = move || other.map(|file| load(file).profile).map_err(str::to_owned);
        let mut browser = Browser::of(without_labels(labels), None, (80, 24), Depth::Mono);
        browser.press("7");
        let message = browser.state.message.clone().expect("it is told");
        assert!(message.is_fault && message.text.contains(words), "{message:?}");
        browser.press("2");
        assert!(browser.state.tree.is_some() && !browser.state.is_busy());
    }
}

fn label_chips(browser: &Browser) -> Vec<String> {
    let text = |chip: &Chip| if let Chip::Label(text) = chip { Some(text.clone()) } else { None };
    browser.state.scope.chips.iter().filter_map(text).collect()
}

fn shown(browser: &Browser) -> i64 {
    browser.state.table.as_ref().expect("it is answered").shown
}

fn histogram(browser: &Browser) -> Histogram {
    let labels = browser.state.labels.as_ref().expect("it is answered");
    labels[0].histogram.clone().expect("there are many numbers")
}

#[test]
fn a_value_that_is_chosen_is_what_is_left_and_chosen_again_it_is_not() {
    let mut browser = Browser::open("go_cpu.pb.gz", (80, 24), Depth::Mono);
    browser.press("7 down");
    let value = browser.state.labels.as_ref().expect("it is answered")[0].values[0].value;
    let whole = shown(&browser);
    browser.press("enter");
    assert_eq!(label_chips(&browser), ["route=report"]);
    assert_eq!(shown(&browser), value);
    assert_eq!(browser.state.place_in(View::Labels).row, 1, "the cursor stays at the label");
    browser.press("enter");
    assert_eq!((label_chips(&browser).len(), shown(&browser)), (0, whole));
    browser.press("i");
    assert_eq!(label_chips(&browser), ["not (route=report)"]);
    assert_eq!(shown(&browser), whole - value);
}

#[test]
fn a_range_of_buckets_weighs_what_its_buckets_weigh() {
    let mut browser = Browser::open("go_allocs.pb.gz", (80, 24), Depth::Mono);
    browser.press("7 down down space down down");
    let histogram = histogram(&browser);
    let expected: i64 = histogram.buckets[1..4].iter().map(|bucket| bucket.value).sum();
    browser.press("enter");
    let (from, end) = (histogram.buckets[1].from, histogram.buckets[3].end);
    assert_eq!(label_chips(&browser), [format!("bytes>={from} and bytes<{end}")]);
    assert!(expected > 0 && expected < browser.state.total());
    assert_eq!(shown(&browser), expected);
}

#[test]
fn every_bucket_and_every_value_is_a_query_for_what_it_weighs() {
    let mut browser = Browser::open("go_allocs.pb.gz", (80, 24), Depth::Mono);
    browser.press("7 right");
    let rows = browser.state.label_list.rows.clone();
    let labels = browser.state.labels.clone().expect("it is answered");
    for (row, label) in rows.iter().enumerate() {
        let expected = match *label {
            LabelRow::Bucket(key, index) => labels[key].histogram.as_ref().expect("it has one").buckets[index].value,
            LabelRow::Value(key, index) => labels[key].values[index].value,
            LabelRow::Key(_) | LabelRow::More(_) => continue,
        };
        browser.state.places[View::Labels as usize].row = row;
        browser.press("enter");
        assert_eq!(shown(&browser), expected, "{:?}", label_chips(&browser));
        browser.press("u");
    }
}

#[test]
fn values_marked_together_are_kept_together() {
    let mut browser = Browser::open("go_cpu.pb.gz", (80, 24), Depth::Mono);
    browser.press("7 n down space down enter");
    assert_eq!(label_chips(&browser), ["tenant=initech or tenant=acme"]);
    browser.press("u home down space end enter");
    assert_eq!(label_chips(&browser).len(), 0, "a range is of one key");
    assert!(browser.state.message.as_ref().is_some_and(|message| message.text.contains("one key")));
}
