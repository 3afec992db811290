//! Files of speedscope are as its format wants them.

#![cfg(feature = "analyze")]

use std::fs::File;
use std::path::Path;

use rpprof::codec::{self, ReadOptions};
use rpprof::render::speedscope;
use rpprof::report::{self, FlameOptions};
use rpprof::transform::Selection;
use serde_json::Value;

/// Checks what the format's schema and its reader ask for; returns the sum of the weights of each profile.
fn check(file: &Value) -> Vec<f64> {
    assert_eq!(file["$schema"], "https://www.speedscope.app/file-format-schema.json");
    let frames = file["shared"]["frames"].as_array().expect("a list");
    assert!(frames.iter().all(|frame| frame["name"].is_string()));
    let profiles = file["profiles"].as_array().expect("a list");
    assert!(file["activeProfileIndex"].as_u64().expect("a number") < profiles.len() as u64);
    let units = ["bytes", "microseconds", "milliseconds", "nanoseconds", "none", "seconds"];
    let sum = |profile: &Value| {
        assert_eq!(profile["type"], "sampled");
        assert!(profile["name"].is_string() && units.contains(&profile["unit"].as_str().expect("a unit")));
        let (samples, weights) = (profile["samples"].as_array(), profile["weights"].as_array());
        let (samples, weights) = (samples.expect("a list"), weights.expect("a list"));
        assert_eq!(samples.len(), weights.len());
        for sample in samples {
            let rows = sample.as_array().expect("a list");
            assert!(!rows.is_empty() && rows.iter().all(|row| row.as_u64().expect("a row") < frames.len() as u64));
        }
        let sum: f64 = weights.iter().map(|weight| weight.as_f64().expect("a number")).sum();
        assert_eq!(profile["startValue"], 0.0);
        assert_eq!(profile["endValue"].as_f64(), Some(sum));
        sum
    };
    profiles.iter().map(sum).collect()
}

#[test]
fn files_are_as_the_format_wants_them() {
    let read = |file: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata").join(file);
        codec::read(File::open(path).expect("it is there"), &ReadOptions::default()).expect("it is a profile")
    };
    for (file, column, unit) in
        [("go_cpu.pb.gz", 0, "none"), ("go_cpu.pb.gz", 1, "nanoseconds"), ("go_heap.pb.gz", 1, "bytes")]
    {
        let profile = read(file);
        let mut options = FlameOptions::default();
        options.values.sample_type = column;
        let flame = report::flame(&Selection::all(&profile), &options);
        let mut text = Vec::new();
        speedscope("both", &[("old", &flame), ("new", &flame)], &mut text).expect("it is memory");
        let json: Value = serde_json::from_slice(&text).expect("it is JSON");
        let sums = check(&json);
        let total: i64 = flame.boxes.iter().map(|flame_box| flame_box.rest.max(0)).sum();
        assert_eq!(sums, [total as f64; 2], "{file}");
        assert_eq!(json["profiles"][1]["unit"], unit);
        let names: Vec<&str> = json["shared"]["frames"]
            .as_array()
            .expect("a list")
            .iter()
            .filter_map(|frame| frame["name"].as_str())
            .collect();
        let first = json["profiles"][0]["samples"][0].as_array().expect("a list");
        let outermost = names[first[0].as_u64().expect("a row") as usize];
        assert!(flame.boxes.iter().any(|flame_box| flame_box.parent.is_none() && flame_box.name == outermost));
    }
}
