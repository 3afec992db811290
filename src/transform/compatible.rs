//! Whether profiles can be combined, and what makes them so.

use crate::error::{Error, ErrorKind, Result};
use crate::profile::{Profile, Samples, ValueType, unit};

use super::scale::scaled_value;

/// Checks that two profiles have equal period types and equal lists of sample types.
pub(super) fn check_compatible(one: &Profile, other: &Profile) -> Result<()> {
    let names = |profile: &Profile, value_type: ValueType| {
        let (kind, unit) = profile.value_type_names(value_type);
        format!("{kind}/{unit}")
    };
    let (period, other_period) = (names(one, one.header().period_type), names(other, other.header().period_type));
    if period != other_period {
        return Err(incompatible(format!("period types {period} and {other_period}")));
    }
    let list = |profile: &Profile| -> Vec<String> {
        profile.sample_types().iter().map(|&value_type| names(profile, value_type)).collect()
    };
    let (types, other_types) = (list(one), list(other));
    if types != other_types {
        return Err(incompatible(format!("sample types [{}] and [{}]", types.join(" "), other_types.join(" "))));
    }
    Ok(())
}

fn incompatible(message: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Incompatible, format!("incompatible {message}"))
}

/// Returns the names of the sample types that all profiles have, in the order of the first one.
pub fn common_sample_types(profiles: &[Profile]) -> Vec<String> {
    let Some((first, others)) = profiles.split_first() else { return Vec::new() };
    let has = |profile: &Profile, name: &str| kinds(profile).any(|kind| kind == name);
    kinds(first).filter(|name| others.iter().all(|other| has(other, name))).map(str::to_owned).collect()
}

fn kinds(profile: &Profile) -> impl Iterator<Item = &str> {
    profile.sample_types().iter().map(|value_type| profile.str(value_type.kind))
}

/// Makes profiles combinable: they keep the sample types that all have, in the finest of their units
/// (pprof's `CompatibilizeSampleTypes` and `ScaleProfiles`).
///
/// # Errors
/// [`ErrorKind::Incompatible`] if no sample type is common, or units of one type do not convert.
pub fn make_compatible(profiles: &mut [Profile]) -> Result<()> {
    if profiles.iter().all(|profile| has_same_types(profile, &profiles[0])) {
        return Ok(());
    }
    let types = common_sample_types(profiles);
    if types.is_empty() {
        return Err(Error::new(ErrorKind::Incompatible, "profiles have empty common sample type list"));
    }
    let finest = |units: &mut dyn Iterator<Item = &str>, what: &str| -> Result<String> {
        let mut finest = units.next().unwrap_or_default();
        for unit in units {
            if !unit::are_convertible(finest, unit) {
                return Err(incompatible(format!("units of {what}: {finest} and {unit}")));
            }
            if unit::convert(1, unit, finest).0 < 1.0 {
                finest = unit;
            }
        }
        Ok(finest.to_owned())
    };
    let mut units = Vec::new();
    for name in &types {
        let unit_of = |profile: &'_ Profile| {
            let index = kinds(profile).position(|kind| kind == name).expect("the type is common");
            profile.sample_types()[index].unit
        };
        units.push(finest(&mut profiles.iter().map(|profile| profile.str(unit_of(profile))), name)?);
    }
    let period_unit = |profile: &'_ Profile| profile.header().period_type.unit;
    let period_units = &mut profiles.iter().map(|profile| profile.str(period_unit(profile)));
    let finest_period_unit = finest(period_units, "the period")?;
    for profile in profiles {
        *profile = with_types(profile, &types, &units, &finest_period_unit);
    }
    Ok(())
}

fn has_same_types(one: &Profile, other: &Profile) -> bool {
    check_compatible(one, other).is_ok()
}

/// Returns the profile with these sample types only, in these units.
fn with_types(profile: &Profile, types: &[String], units: &[String], period_unit: &str) -> Profile {
    let columns: Vec<usize> =
        types.iter().map(|name| kinds(profile).position(|kind| kind == name).expect("the type is common")).collect();
    let mut strings = profile.strings().clone();
    let mut sample_types = Vec::new();
    let mut ratios = Vec::new();
    for (&column, unit) in columns.iter().zip(units) {
        let old = profile.sample_types()[column];
        ratios.push(unit::convert(1, profile.str(old.unit), unit).0);
        let unit = if profile.str(old.unit) == unit { old.unit } else { strings.push(unit) };
        sample_types.push(ValueType { kind: old.kind, unit });
    }
    let mut header = profile.header().clone();
    let default = profile.str(header.default_sample_type);
    let has_other_columns = !columns.iter().copied().eq(0..profile.sample_types().len());
    if has_other_columns && !types.iter().any(|name| name == default) {
        header.default_sample_type = sample_types[0].kind;
    }
    let old_period_unit = profile.str(header.period_type.unit);
    if old_period_unit != period_unit {
        header.period = unit::convert(header.period, old_period_unit, period_unit).0 as i64;
        header.period_type.unit = strings.push(period_unit);
    }
    // Unlike in `scale_each`, a sample with zeros stays: its other values would be lost.
    let mut samples = Samples::with_width(columns.len());
    let mut values = Vec::with_capacity(columns.len());
    for sample in profile.samples().iter() {
        values.clear();
        values.extend(columns.iter().zip(&ratios).map(|(&column, &ratio)| scaled_value(sample.values[column], ratio)));
        samples.push(sample.stack, sample.labels, &values);
    }
    profile.with_header(strings, sample_types, header).with_samples(samples)
}
