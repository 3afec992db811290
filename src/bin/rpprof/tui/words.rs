//! What the state says in words: values, and messages with the keys that there are.

use rpprof::report::ValueScale;

use super::scope::Sides;
use super::state::State;

/// Something to tell once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) text: String,
    pub(super) is_fault: bool,
}

impl State {
    /// Writes keys in the place of the names of actions in `<>`.
    pub(super) fn keyed(&self, text: &str) -> String {
        self.settings.keyed(text, self.view)
    }

    pub(super) fn tell(&mut self, text: impl Into<String>) {
        self.message = Some(Message { text: self.keyed(&text.into()), is_fault: false });
    }

    pub(super) fn complain(&mut self, text: impl Into<String>) {
        self.message = Some(Message { text: self.keyed(&text.into()), is_fault: true });
    }

    /// Writes a value of the column that is looked at.
    pub(super) fn label(&self, value: i64) -> String {
        let unit = if self.scope.unit.is_empty() { "auto" } else { self.scope.unit };
        let label = ValueScale::new(self.unit(), unit).label(value);
        match (label.as_str(), value.signum()) {
            // Two decimals of a large unit are too few for what is there.
            ("0", 1) => format!("<0.01{unit}"),
            ("0", -1) => format!(">-0.01{unit}"),
            _ => label,
        }
    }

    /// Writes a difference with its sign.
    pub(super) fn signed(&self, difference: i64) -> String {
        let label = self.label(difference);
        match label.strip_prefix('<') {
            Some(least) => format!("<+{least}"),
            None if difference > 0 => format!("+{label}"),
            None => label,
        }
    }

    fn unit(&self) -> &str {
        let types = &self.subject.types;
        let Some((kind, unit)) = types.get(self.scope.sample_type) else { return "" };
        let base = self.subject.base.as_ref().filter(|_| self.scope.sides == Sides::Old);
        let old = base.and_then(|base| base.types.iter().find(|(old, _)| old == kind));
        old.map_or(unit, |(_, unit)| unit)
    }
}
