//! Times for readers, in their time zone.

use jiff::{Timestamp, Zoned};

/// The time zone in which times are shown.
#[derive(Clone, Debug)]
pub struct TimeZone(jiff::tz::TimeZone);

impl Default for TimeZone {
    fn default() -> Self {
        Self::utc()
    }
}

/// Reads the file that Unix systems keep of their zone, unless `TZ` says another one.
///
/// By its name it would be found too, after a look at all zones that there are, which takes a fifth of the time that
/// the table of a small profile does.
fn of_link() -> Option<jiff::tz::TimeZone> {
    if std::env::var_os("TZ").is_some() {
        return None;
    }
    let rules = std::fs::read("/etc/localtime").ok()?;
    jiff::tz::TimeZone::tzif("localtime", &rules).ok()
}

impl TimeZone {
    /// Returns Coordinated Universal Time.
    pub fn utc() -> Self {
        Self(jiff::tz::TimeZone::UTC)
    }

    /// Returns the zone of this machine, or UTC if that is not known; `TZ` overrides it.
    pub fn system() -> Self {
        let by_name = || jiff::tz::TimeZone::try_system().ok();
        Self(of_link().or_else(by_name).unwrap_or(jiff::tz::TimeZone::UTC))
    }

    fn zoned(&self, nanos: i64) -> Zoned {
        let timestamp = Timestamp::from_nanosecond(nanos.into()).expect("64 bits of nanoseconds are within 300 years");
        timestamp.to_zoned(self.0.clone())
    }

    /// Writes a time to the second (Go's layout `2006-01-02 15:04:05 MST`).
    pub(super) fn to_second(&self, nanos: i64) -> String {
        self.zoned(nanos).strftime("%Y-%m-%d %H:%M:%S %Z").to_string()
    }

    /// Writes a time to the nanosecond, as far as it has them (Go's default layout).
    pub(super) fn to_nanosecond(&self, nanos: i64) -> String {
        self.zoned(nanos).strftime("%Y-%m-%d %H:%M:%S%.f %z %Z").to_string()
    }
}
