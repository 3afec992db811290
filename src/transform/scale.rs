//! Other values for the same samples.

use super::compatible::check_compatible;
use crate::error::{Error, ErrorKind, Result};
use crate::profile::{Profile, Samples};

/// Returns the profile with all values multiplied by `ratio` (pprof's `Scale`).
///
/// Values are rounded half away from zero; samples whose values all become 0 go. A ratio of 1
/// changes nothing, zero samples included.
pub fn scale(profile: &Profile, ratio: f64) -> Profile {
    let ratios = vec![ratio; profile.sample_types().len()];
    scale_each(profile, &ratios).expect("one ratio for each sample type")
}

/// Returns the profile with the values of each sample type multiplied by its ratio (pprof's `ScaleN`).
///
/// Values are rounded half away from zero; a ratio of 1 leaves its values as they are. Unless all
/// ratios are 1, samples without a scaled value other than 0 go.
///
/// # Errors
/// [`ErrorKind::Argument`] if there is not one ratio for each sample type.
pub fn scale_each(profile: &Profile, ratios: &[f64]) -> Result<Profile> {
    let width = profile.sample_types().len();
    if ratios.len() != width {
        let message = format!("{} ratios for {width} sample types", ratios.len());
        return Err(Error::new(ErrorKind::Argument, message));
    }
    if ratios.iter().all(|&ratio| ratio == 1.0) {
        return Ok(profile.clone());
    }
    let mut scaled = Samples::with_width(width);
    let mut values = Vec::with_capacity(width);
    for sample in profile.samples().iter() {
        values.clear();
        values.extend(sample.values.iter().zip(ratios).map(|(&value, &ratio)| scaled_value(value, ratio)));
        if values.iter().zip(ratios).any(|(&value, &ratio)| ratio != 1.0 && value != 0) {
            scaled.push(sample.stack, sample.labels, &values);
        }
    }
    Ok(profile.with_samples(scaled))
}

/// Returns the profile with all values divided and cut to integers (pprof's `-divide_by` with `-proto`).
///
/// No sample goes. A divisor that is 1, or not positive, changes nothing.
pub fn divide(profile: &Profile, divisor: f64) -> Profile {
    let ratio = 1.0 / divisor;
    if ratio <= 0.0 || ratio == 1.0 || !ratio.is_finite() {
        return profile.clone();
    }
    let mut divided = profile.samples().clone();
    for value in divided.all_values_mut() {
        *value = (*value as f64 * ratio) as i64;
    }
    profile.with_samples(divided)
}

pub(super) fn scaled_value(value: i64, ratio: f64) -> i64 {
    // Values past 2^53 lose their last digits only if they are scaled at all.
    if ratio == 1.0 { value } else { (value as f64 * ratio).round() as i64 }
}

/// Returns `profile` scaled so that the values of each sample type sum up to those of `base` (pprof's `Normalize`).
///
/// A sample type whose values sum up to 0 becomes all zeros.
///
/// # Errors
/// [`ErrorKind::Incompatible`] if the two measure different things.
pub fn normalize(profile: &Profile, base: &Profile) -> Result<Profile> {
    check_compatible(profile, base)?;
    let sums = |profile: &Profile| -> Vec<i64> {
        let sum = |sample_type| profile.samples().column(sample_type).fold(0, i64::wrapping_add);
        (0..profile.sample_types().len()).map(sum).collect()
    };
    let ratio = |(base_sum, sum): (i64, i64)| if sum == 0 { 0.0 } else { base_sum as f64 / sum as f64 };
    let ratios: Vec<f64> = sums(base).into_iter().zip(sums(profile)).map(ratio).collect();
    scale_each(profile, &ratios)
}
