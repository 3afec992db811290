//! Durations in Go's spelling.

/// Writes a duration as Go's `time.Duration` prints it: `1h2m3.5s`, `1.5ms`, `0s`.
///
/// ```
/// use rpprof::report::go_duration;
/// assert_eq!(go_duration(2_003_000_000), "2.003s");
/// assert_eq!(go_duration(3_723_500_000_000), "1h2m3.5s");
/// assert_eq!(go_duration(1_500), "1.5µs");
/// ```
pub fn go_duration(nanos: i64) -> String {
    let sign = if nanos < 0 { "-" } else { "" };
    let rest = nanos.unsigned_abs();
    let text = match rest {
        0 => "0s".to_owned(),
        1..1_000 => format!("{rest}ns"),
        1_000..1_000_000 => format!("{}µs", decimal(rest, 1_000)),
        1_000_000..1_000_000_000 => format!("{}ms", decimal(rest, 1_000_000)),
        _ => {
            const SECOND: u64 = 1_000_000_000;
            let (minutes, nanos) = (rest / (60 * SECOND), rest % (60 * SECOND));
            let seconds = decimal(nanos, SECOND);
            match (minutes / 60, minutes % 60) {
                (0, 0) => format!("{seconds}s"),
                (0, minutes) => format!("{minutes}m{seconds}s"),
                (hours, minutes) => format!("{hours}h{minutes}m{seconds}s"),
            }
        }
    };
    format!("{sign}{text}")
}

/// Writes `value / unit` exactly; `unit` is a power of ten.
fn decimal(value: u64, unit: u64) -> String {
    let (whole, fraction) = (value / unit, value % unit);
    if fraction == 0 {
        return whole.to_string();
    }
    let digits = unit.ilog10() as usize;
    format!("{whole}.{}", format!("{fraction:0digits$}").trim_end_matches('0'))
}
