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

impl TimeZone {
    /// Returns Coordinated Universal Time.
    pub fn utc() -> Self {
        Self(jiff::tz::TimeZone::UTC)
    }

    /// Returns the zone of this machine, or UTC if that is not known; `TZ` overrides it.
    pub fn system() -> Self {
        Self(jiff::tz::TimeZone::try_system().unwrap_or(jiff::tz::TimeZone::UTC))
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
