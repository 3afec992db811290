//! Chances and quantiles of the normal and of Student's distribution.
//!
//! Own code, because the two functions that are needed are short, and statrs 0.19 needs a newer Rust
//! than this package does. The formulas are those of Abramowitz and Stegun, *Handbook of
//! Mathematical Functions* (A&S), and of the NIST *Digital Library of Mathematical Functions* (DLMF).
//! They are accurate to more than ten digits, as the tests show.

use std::f64::consts::{PI, SQRT_2};

/// More terms than any of the expansions needs to become exact.
const MAX_TERMS: usize = 500;
/// Stands for 0 in the denominators of continued fractions.
const TINY: f64 = 1e-300;

/// Returns the chance that a normal variable is further from 0 than `z`, on either side.
pub(super) fn normal_p(z: f64) -> f64 {
    erfc(z.abs() / SQRT_2)
}

/// Returns the chance that Student's variable with `freedom` degrees of freedom is further from 0 than `t`, on either
/// side (A&S 26.7.1 and 26.5.27: `I_x(ν/2, 1/2)` at `x = ν / (ν + t²)`).
pub(super) fn student_p(t: f64, freedom: f64) -> f64 {
    if t.is_infinite() {
        return 0.0;
    }
    incomplete_beta(freedom / (freedom + t * t), freedom / 2.0, 0.5)
}

/// Returns how far from 0 a normal variable is with the chance `1 - confidence`.
pub(super) fn normal_quantile(confidence: f64) -> f64 {
    quantile(confidence, normal_p)
}

/// Returns how far from 0 Student's variable is with the chance `1 - confidence`.
pub(super) fn student_quantile(confidence: f64, freedom: f64) -> f64 {
    quantile(confidence, |t| student_p(t, freedom))
}

/// Inverts a function that falls from 1 at 0, by halving intervals: slow, and right wherever `p` is.
fn quantile(confidence: f64, p: impl Fn(f64) -> f64) -> f64 {
    let wanted = 1.0 - confidence;
    let mut high = 1.0;
    while p(high) > wanted && high < 1e12 {
        high *= 2.0;
    }
    let mut low = 0.0;
    for _ in 0..80 {
        let middle = (low + high) / 2.0;
        if p(middle) > wanted { low = middle } else { high = middle }
    }
    (low + high) / 2.0
}

/// The complement of the error function, for `x >= 0`.
fn erfc(x: f64) -> f64 {
    if x < 2.5 { 1.0 - erf_series(x) } else { erfc_fraction(x) }
}

/// A&S 7.1.6: `erf x = 2/√π · e^(-x²) · Σ 2ⁿ x^(2n+1) / (1·3·…·(2n+1))`; all terms are positive.
fn erf_series(x: f64) -> f64 {
    let mut term = x;
    let mut sum = x;
    for n in 1..MAX_TERMS {
        term *= 2.0 * x * x / (2 * n + 1) as f64;
        sum += term;
        if term < sum * 1e-17 {
            break;
        }
    }
    2.0 / PI.sqrt() * (-x * x).exp() * sum
}

/// A&S 7.1.14: `√π · e^(x²) · erfc x = 1/(x + (1/2)/(x + 1/(x + (3/2)/(x + …))))`, from the inside out.
fn erfc_fraction(x: f64) -> f64 {
    let fraction = (1..=60).rev().fold(x, |rest, n| x + f64::from(n) / 2.0 / rest);
    (-x * x).exp() / PI.sqrt() / fraction
}

/// The regularized incomplete beta function `I_x(a, b)`: DLMF 8.17.22, by Lentz's method (DLMF 3.10.iii).
fn incomplete_beta(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return x.clamp(0.0, 1.0);
    }
    // The fraction converges quickly on this side of the mean; the other side follows by symmetry (DLMF 8.17.4).
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - incomplete_beta(1.0 - x, b, a);
    }
    let front = (ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (1.0 - x).ln()).exp() / a;
    let nonzero = |value: f64| if value.abs() < TINY { TINY } else { value };
    let (mut upper, mut lower) = (1.0, 1.0 / nonzero(1.0 - (a + b) * x / (a + 1.0)));
    let mut fraction = lower;
    for m in 1..MAX_TERMS {
        let m = m as f64;
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut factor = 1.0;
        for coefficient in [even, odd] {
            lower = 1.0 / nonzero(1.0 + coefficient * lower);
            upper = nonzero(1.0 + coefficient / upper);
            factor = upper * lower;
            fraction *= factor;
        }
        if (factor - 1.0).abs() < 1e-16 {
            break;
        }
    }
    front * fraction
}

/// The logarithm of the gamma function, for `x > 0`: Stirling's series (A&S 6.1.41) once `x` is large enough, and
/// `Γ(x) = Γ(x + 1) / x` to get there.
fn ln_gamma(x: f64) -> f64 {
    let mut product = 1.0;
    let mut x = x;
    while x < 15.0 {
        product *= x;
        x += 1.0;
    }
    let square = x * x;
    let series = (1.0 / 12.0 - (1.0 / 360.0 - (1.0 / 1260.0 - 1.0 / (1680.0 * square)) / square) / square) / x;
    (x - 0.5) * x.ln() - x + 0.5 * (2.0 * PI).ln() + series - product.ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_near(found: f64, expected: f64) {
        assert!((found - expected).abs() <= expected.abs() * 1e-9, "{found} is not {expected}");
    }

    // The expected values were integrated numerically with 40 digits, by another program.

    #[test]
    fn chances_of_the_normal_distribution() {
        for (z, p) in [
            (0.0, 1.0),
            (0.1, 0.920344325445942),
            (1.0, 0.317310507862914),
            (-1.96, 0.0499957902964409),
            (2.575, 0.0100240086635227),
            (3.5, 0.00046525815807105),
            (3.6, 0.000318217180315068),
            (6.0, 1.9731752900754e-9),
            (12.0, 3.55296422415536e-33),
        ] {
            assert_near(normal_p(z), p);
        }
        assert_eq!(normal_p(f64::INFINITY), 0.0);
    }

    #[test]
    fn chances_of_students_distribution() {
        for (t, freedom, p) in [
            (0.0, 3.0, 1.0),
            (0.5, 1.0, 0.704832764699133),
            (-1.0, 1.0, 0.5),
            (12.706, 1.0, 0.0500008023581332),
            (2.5, 2.7, 0.0970794144429347),
            (2.0, 4.0, 0.116116523516816),
            (3.2, 4.0, 0.032900810600939),
            (1.96, 30.0, 0.0593423128960505),
            (5.0, 8.25, 0.000960124653084691),
            (2.1, 200.0, 0.036982637180839),
            (0.01, 7.0, 0.992300317643622),
            (40.0, 5.0, 1.8411962171773e-7),
            (2.0, 100000.0, 0.0455029634575065),
        ] {
            assert_near(student_p(t, freedom), p);
        }
        assert_eq!(student_p(f64::INFINITY, 2.0), 0.0);
    }

    #[test]
    fn quantiles_are_where_the_chances_say() {
        for (confidence, z) in
            [(0.9, 1.6448536269515), (0.95, 1.9599639845401), (0.99, 2.5758293035489), (0.999, 3.2905267314919)]
        {
            assert_near(normal_quantile(confidence), z);
        }
        for (confidence, freedom, t) in [
            (0.95, 1.0, 12.706204736175),
            (0.95, 2.0, 4.3026527297495),
            (0.95, 4.0, 2.7764451051978),
            (0.99, 8.5, 3.2988198971702),
            (0.9, 30.0, 1.697260886594),
            (0.999, 3.0, 12.923978636687),
        ] {
            assert_near(student_quantile(confidence, freedom), t);
        }
    }
}
