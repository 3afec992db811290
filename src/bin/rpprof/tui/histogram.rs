//! Numbers of a label in buckets.

use std::collections::BTreeMap;

use rpprof::profile::unit;

/// Fewer different numbers are told one by one.
const LEAST_NUMBERS: usize = 9;
/// From this ratio of the largest to the smallest number on, buckets grow.
const GROWING: i128 = 100;
/// About how many buckets of equal width there are.
const EQUAL_BUCKETS: i128 = 16;
/// More buckets that grow than these become fewer that grow faster.
const MAX_GROWING: usize = 32;

/// How often numbers of a label are how large.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Histogram {
    /// From the smallest number to the largest, without holes; some may be empty.
    pub(super) buckets: Vec<Bucket>,
    /// The number that half of what is looked at does not pass, and the one that nine tenths do not.
    pub(super) median: i64,
    pub(super) ninth_decile: i64,
}

/// Numbers from `from` on and below `end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bucket {
    pub(super) from: i64,
    /// Not in the bucket; past the range of labels only in the last one.
    pub(super) end: i128,
    /// What the samples weigh.
    pub(super) value: i64,
    /// What they weigh in the old one of two profiles that are compared.
    pub(super) old: i64,
}

impl Histogram {
    /// Puts numbers into buckets: powers of two of bytes, steps of 1, 2 and 5 of other units if the numbers are of
    /// different sizes, else buckets of one width. `None` if there are so few numbers that a list says more.
    ///
    /// `weights` has for each number what it weighs, and what it weighed on the old side.
    pub(super) fn new(weights: &BTreeMap<i64, (i64, i64)>, unit_name: &str) -> Option<Self> {
        if weights.len() < LEAST_NUMBERS {
            return None;
        }
        let (least, greatest) = (*weights.first_key_value()?.0, *weights.last_key_value()?.0);
        let is_binary = unit::are_convertible(unit_name, "bytes");
        let edges = edges(i128::from(least), i128::from(greatest), is_binary);
        let mut buckets: Vec<Bucket> = edges
            .windows(2)
            .map(|pair| {
                // The first bucket may begin before the range of labels; none begins past it.
                let from = i64::try_from(pair[0]).unwrap_or(i64::MIN);
                Bucket { from, end: pair[1], value: 0, old: 0 }
            })
            .collect();
        for (&number, &(value, old)) in weights {
            let index = buckets.partition_point(|bucket| bucket.from <= number).checked_sub(1)?;
            let bucket = &mut buckets[index];
            bucket.value = bucket.value.saturating_add(value);
            bucket.old = bucket.old.saturating_add(old);
        }
        Some(Self { buckets, median: quantile(weights, 0.5), ninth_decile: quantile(weights, 0.9) })
    }

    /// Returns the largest weight of a bucket on either side.
    pub(super) fn heaviest(&self) -> u64 {
        let weight = |bucket: &Bucket| bucket.value.unsigned_abs().max(bucket.old.unsigned_abs());
        self.buckets.iter().map(weight).max().unwrap_or(0)
    }
}

/// Returns where buckets begin, and the end of the last one.
fn edges(least: i128, greatest: i128, is_binary: bool) -> Vec<i128> {
    if least < 0 || greatest / least.max(1) < GROWING {
        let step = nice((greatest - least) / EQUAL_BUCKETS + 1, is_binary);
        let (first, last) = (least.div_euclid(step), greatest.div_euclid(step));
        return (first..=last + 1).map(|index| index * step).collect();
    }
    let growing = |multiples: &[i128], base: i128| {
        let mut edges = vec![0];
        let mut power = 1;
        'all: loop {
            for multiple in multiples {
                edges.push(power * multiple);
                if power * multiple > greatest {
                    break 'all;
                }
            }
            power *= base;
        }
        // The bucket of the least number is the first one.
        let first = edges.partition_point(|&edge| edge <= least).saturating_sub(1);
        edges.split_off(first)
    };
    let (fine, coarse): (&[i128], &[i128]) = if is_binary { (&[1], &[1]) } else { (&[1, 2, 5], &[1]) };
    let edges = if is_binary { growing(fine, 2) } else { growing(fine, 10) };
    match edges.len() {
        count if count <= MAX_GROWING + 1 => edges,
        _ if is_binary => growing(coarse, 8),
        _ => growing(coarse, 10),
    }
}

/// Returns the next step of 1, 2 or 5 times a power of ten, or the next power of two.
pub(super) fn nice(step: i128, is_binary: bool) -> i128 {
    let mut power = 1;
    loop {
        let multiples: &[i128] = if is_binary { &[1] } else { &[1, 2, 5] };
        if let Some(multiple) = multiples.iter().find(|&&multiple| power * multiple >= step) {
            return power * multiple;
        }
        power *= if is_binary { 2 } else { 10 };
    }
}

fn quantile(weights: &BTreeMap<i64, (i64, i64)>, part: f64) -> i64 {
    let weight = |(value, old): (i64, i64)| if value == 0 { old.unsigned_abs() } else { value.unsigned_abs() } as f64;
    let total: f64 = weights.values().copied().map(weight).sum();
    let mut sum = 0.0;
    let passes = |(_, weights): &(&i64, &(i64, i64))| {
        sum += weight(**weights);
        sum >= total * part
    };
    weights.iter().find(passes).map_or(0, |(&number, _)| number)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::Histogram;

    fn histogram(numbers: impl IntoIterator<Item = i64>, unit: &str) -> Option<Histogram> {
        let weights: BTreeMap<i64, (i64, i64)> = numbers.into_iter().map(|number| (number, (1, 0))).collect();
        Histogram::new(&weights, unit)
    }

    #[test]
    fn buckets_grow_where_numbers_are_of_different_sizes() {
        let edges = |numbers: &[i64], unit: &str| {
            let histogram = histogram(numbers.iter().copied(), unit).expect("there are enough numbers");
            histogram.buckets.iter().map(|bucket| bucket.from).collect::<Vec<_>>()
        };
        assert_eq!(edges(&[16, 17, 20, 30, 32, 48, 100, 1000, 2048], "bytes"), [16, 32, 64, 128, 256, 512, 1024, 2048]);
        assert_eq!(edges(&[3, 4, 5, 6, 7, 8, 30, 99, 400], "ms"), [2, 5, 10, 20, 50, 100, 200]);
        assert_eq!(edges(&[0, 1, 2, 3, 4, 5, 6, 7, 100], "ms"), [0, 1, 2, 5, 10, 20, 50, 100]);
        assert_eq!(edges(&[-3, -2, -1, 0, 1, 2, 3, 4, 5], "ms"), [-3, -2, -1, 0, 1, 2, 3, 4, 5]);
        assert_eq!(edges(&[100, 110, 120, 130, 140, 150, 160, 170, 199], "s").len(), 10);
        assert!(histogram([1, 2, 3], "s").is_none());
    }

    #[test]
    fn every_number_is_in_its_bucket() {
        let extremes = [i64::MIN, i64::MIN + 1, -1, 0, 1, 7, 1 << 40, i64::MAX - 1, i64::MAX];
        for numbers in [extremes.to_vec(), (0..62).map(|bit| 1 << bit).collect(), (1000..1900).collect()] {
            for unit in ["bytes", "seconds", "count", ""] {
                let histogram = histogram(numbers.iter().copied(), unit).expect("there are enough numbers");
                assert_eq!(histogram.buckets.iter().map(|bucket| bucket.value).sum::<i64>(), numbers.len() as i64);
                assert!(histogram.buckets.len() <= super::MAX_GROWING + 2, "{}", histogram.buckets.len());
                for bucket in &histogram.buckets {
                    let inside = |&&number: &&i64| number >= bucket.from && i128::from(number) < bucket.end;
                    assert_eq!(numbers.iter().filter(inside).count() as i64, bucket.value, "{bucket:?} of {unit}");
                }
            }
        }
    }

    #[test]
    fn quantiles_are_by_weight() {
        let weights: BTreeMap<i64, (i64, i64)> = (1..=10).map(|n| (n, (if n == 10 { 91 } else { 1 }, 0))).collect();
        let histogram = Histogram::new(&weights, "count").expect("there are enough numbers");
        assert_eq!((histogram.median, histogram.ninth_decile), (10, 10));
        let weights: BTreeMap<i64, (i64, i64)> = (1..=10).map(|n| (n, (1, 0))).collect();
        let histogram = Histogram::new(&weights, "count").expect("there are enough numbers");
        assert_eq!((histogram.median, histogram.ninth_decile), (5, 9));
    }
}
