//! What something weighs on both sides of a comparison.

use rpprof::report::{Change, Status};

/// What something weighs on both sides, in the unit of the new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Delta {
    pub(super) old: i64,
    pub(super) new: i64,
    pub(super) status: Status,
    /// Whether chance can have done it, as far as that is known.
    pub(super) is_chance: bool,
}

impl Delta {
    /// Compares two values; one that is 0 was not there.
    pub(super) fn of(old: i64, new: i64) -> Self {
        let status = match (old, new) {
            (old, new) if old == new => Status::Same,
            (0, _) => Status::New,
            (_, 0) => Status::Removed,
            (old, new) if new > old => Status::Grown,
            _ => Status::Shrunk,
        };
        Self { old, new, status, is_chance: false }
    }

    /// Returns by how much the new value is more than the old one.
    pub(super) fn difference(&self) -> i64 {
        self.new.saturating_sub(self.old)
    }

    /// Returns from 0 to 1 how much of the larger value changed; 0 if chance can have done it.
    pub(super) fn share(&self) -> f64 {
        if self.is_chance || self.status == Status::Same {
            return 0.0;
        }
        let larger = self.old.unsigned_abs().max(self.new.unsigned_abs()).max(1);
        (self.difference().unsigned_abs() as f64 / larger as f64).min(1.0)
    }

    /// Writes the part of the old value that the difference is: `+12%`; a word if there was none.
    pub(super) fn percent(&self) -> String {
        match (self.status, self.old) {
            (Status::Same, _) => "=".to_owned(),
            (_, 0) => "new".to_owned(),
            (Status::Removed, _) => "-100%".to_owned(),
            _ => {
                let share = 100.0 * self.difference() as f64 / self.old.unsigned_abs() as f64;
                if share.abs() < 9.95 { format!("{share:+.1}%") } else { format!("{share:+.0}%") }
            }
        }
    }

    /// Writes the same for a column of seven: a part that has no place there is told to be larger than what has.
    pub(super) fn narrow_percent(&self) -> String {
        let percent = self.percent();
        match percent.len() {
            ..=7 => percent,
            _ if percent.starts_with('-') => "<-9999%".to_owned(),
            _ => ">+9999%".to_owned(),
        }
    }

    /// Returns the word for what became of it, with `~` in front if that may be chance.
    pub(super) fn word(&self) -> String {
        let chance = if self.is_chance { "~" } else { "" };
        format!("{chance}{}", self.status.name())
    }
}

impl From<&Change> for Delta {
    fn from(change: &Change) -> Self {
        Self { old: change.old, new: change.new, status: change.status, is_chance: change.is_chance() }
    }
}

#[cfg(test)]
mod tests {
    use super::Delta;

    #[test]
    fn differences_are_told_in_parts_of_the_old_value() {
        for (old, new, percent, word) in [
            (100, 112, "+12%", "grown"),
            (1000, 995, "-0.5%", "shrunk"),
            (0, 5, "new", "new"),
            (5, 0, "-100%", "removed"),
            (7, 7, "=", "same"),
            (-4, 4, "+200%", "grown"),
        ] {
            let delta = Delta::of(old, new);
            assert_eq!((delta.percent().as_str(), delta.word().as_str()), (percent, word), "{old} to {new}");
            assert_eq!(delta.narrow_percent(), percent);
        }
    }

    #[test]
    fn a_part_is_no_wider_than_its_column() {
        for (old, new, percent) in [
            (1, 2392, ">+9999%"),
            (1, 101, "+10000%"),
            (-1, -2392, "<-9999%"),
            (1, i64::MAX, ">+9999%"),
            (1, 0, "-100%"),
        ] {
            assert_eq!(Delta::of(old, new).narrow_percent(), percent, "{old} to {new}");
        }
    }
}
