//! Labels that were left out at first.

use std::fs::File;
use std::path::Path;

use rpprof::codec::{self, LabelColumn, ReadOptions};

use super::super::Loaded;
use super::super::theme::Depth;
use super::{Browser, load};

/// A profile without its labels, and what reads it once more.
fn without_labels(whole: impl Fn() -> Result<rpprof::profile::Profile, String> + Send + 'static) -> Loaded {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/go_cpu.pb.gz");
    let input = File::open(path).expect("the profile is there");
    let options = ReadOptions::default().with_labels(LabelColumn::Skip);
    let profile = codec::read(input, &options).expect("it is a profile");
    Loaded { profile, files: vec!["go_cpu.pb.gz".into()], whole: Some(Box::new(whole)) }
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
        let whole = move || other.map(|file| load(file).profile).map_err(str::to_owned);
        let mut browser = Browser::of(without_labels(whole), None, (80, 24), Depth::Mono);
        browser.press("7");
        let message = browser.state.message.clone().expect("it is told");
        assert!(message.is_fault && message.text.contains(words), "{message:?}");
        browser.press("2");
        assert!(browser.state.tree.is_some() && !browser.state.is_busy());
    }
}
