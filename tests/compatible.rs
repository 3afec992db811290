//! Profiles that measure different things, as far as they can be merged all the same.

#![cfg(feature = "analyze")]

use rpprof::ErrorKind;
use rpprof::profile::{Function, Line, Location, LocationId, Profile, ProfileBuilder, ValueType};
use rpprof::transform::{make_compatible, merge, normalize, scale_each};

/// Makes a location of a function with this name.
fn location(builder: &mut ProfileBuilder, name: &str) -> LocationId {
    let name = builder.string(name);
    let function = builder.function(Function { name, ..Function::default() });
    builder.location(Location::default(), &[Line { function, line: 1, column: 0 }])
}

fn merged(profiles: &[Profile]) -> Profile {
    merge(&profiles.iter().collect::<Vec<_>>()).expect("they measure the same")
}

/// Builds a profile with one sample, whose values are 10 of each type.
fn of_types(types: &[(&str, &str)], period_unit: &str, default: &str) -> Profile {
    let mut builder = ProfileBuilder::new();
    for (kind, unit) in types {
        builder.sample_type(kind, unit);
    }
    let period_type = ValueType { kind: builder.string("cpu"), unit: builder.string(period_unit) };
    let default_sample_type = builder.string(default);
    let header = builder.header_mut();
    (header.period_type, header.period, header.default_sample_type) = (period_type, 10, default_sample_type);
    let main = location(&mut builder, "main");
    let (stack, labels) = (builder.stack(&[main]), builder.label_set(&[]));
    builder.sample(stack, labels, &vec![10; types.len()]);
    builder.build().expect("it is valid")
}

#[test]
fn compatible_profiles_have_the_common_types_in_the_finest_units() {
    let mut profiles = [
        of_types(&[("samples", "count"), ("wall", "ms"), ("cpu", "us")], "us", "wall"),
        of_types(&[("cpu", "ns"), ("samples", "count")], "ns", "cpu"),
    ];
    make_compatible(&mut profiles).expect("two types are common");
    let merged = merged(&profiles);
    let types: Vec<_> = merged.sample_types().iter().map(|&value_type| merged.value_type_names(value_type)).collect();
    assert_eq!(types, [("samples", "count"), ("cpu", "ns")]);
    assert_eq!(merged.samples().values(0), [20, 10_010]);
    assert_eq!(merged.value_type_names(merged.header().period_type), ("cpu", "ns"));
    assert_eq!(merged.header().period, 10_000);
    assert_eq!(merged.str(merged.header().default_sample_type), "samples");
}

#[test]
fn a_sample_whose_converted_value_is_0_keeps_its_other_values() {
    let with_values = |unit: &str, values: &[i64; 2]| {
        let mut builder = ProfileBuilder::new();
        builder.sample_type("samples", "count");
        builder.sample_type("cpu", unit);
        let main = location(&mut builder, "main");
        let (stack, labels) = (builder.stack(&[main]), builder.label_set(&[]));
        builder.sample(stack, labels, values);
        builder.build().expect("it is valid")
    };
    let mut profiles = [with_values("ms", &[3, 0]), with_values("ns", &[4, 7])];
    make_compatible(&mut profiles).expect("both types are common");
    assert_eq!(merged(&profiles).samples().values(0), [7, 7]);
}

#[test]
fn profiles_without_a_common_type_or_unit_cannot_be_made_compatible() {
    for (one, other, expected) in [
        (
            of_types(&[("cpu", "ns")], "ns", ""),
            of_types(&[("wall", "ns")], "ns", ""),
            "profiles have empty common sample type list",
        ),
        (
            of_types(&[("cpu", "ns")], "ns", ""),
            of_types(&[("cpu", "bytes")], "ns", ""),
            "incompatible units of cpu: ns and bytes",
        ),
        (
            of_types(&[("cpu", "ns"), ("wall", "ns")], "ns", ""),
            of_types(&[("cpu", "ns")], "bytes", ""),
            "incompatible units of the period: ns and bytes",
        ),
    ] {
        let error = make_compatible(&mut [one, other]).expect_err(expected);
        assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Incompatible, expected));
    }
}

#[test]
fn scaling_keeps_samples_that_have_a_scaled_value() {
    let mut builder = ProfileBuilder::new();
    builder.sample_type("inuse_space", "bytes");
    builder.sample_type("inuse_objects", "count");
    let main = location(&mut builder, "main");
    let (stack, labels) = (builder.stack(&[main]), builder.label_set(&[]));
    builder.sample(stack, labels, &[4096, 0]);
    builder.sample(stack, labels, &[4096, 4]);
    let profile = builder.build().expect("it is valid");
    assert_eq!(normalize(&profile, &profile).expect("it measures the same as itself"), profile);
    let halved = scale_each(&profile, &[1.0, 0.5]).expect("two ratios");
    assert_eq!(halved.samples().iter().map(|sample| sample.values.to_vec()).collect::<Vec<_>>(), [[4096, 2]]);
}
