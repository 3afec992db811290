//! What is looked at: a column of values, what makes frames, and filters.

use std::path::PathBuf;

use rpprof::aggregate::{Averaging, FrameOptions, Granularity, Inlines, Names};
use rpprof::report::Normalize;

use super::chip::{self, Chip};

/// Which of two profiles are looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Sides {
    /// The new one; the only one if there are not two.
    #[default]
    New,
    /// The old one.
    Old,
    /// How the new one differs from the old one.
    Both,
}

/// Whether two profiles are made comparable before they are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Scaling {
    /// They are, where it is known how.
    #[default]
    Auto,
    /// Values stay as they were measured.
    None,
}

/// Shares of the whole from which on rows and paths are shown.
pub(super) const SHARES: [f64; 8] = [0.0, 0.0001, 0.001, 0.005, 0.01, 0.02, 0.05, 0.1];

/// What is looked at; equal scopes have equal answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Scope {
    /// How often the profile was read again before.
    pub(super) edition: u64,
    pub(super) sides: Sides,
    pub(super) scaling: Scaling,
    /// The column of values.
    pub(super) sample_type: usize,
    pub(super) granularity: Granularity,
    pub(super) inlines: Inlines,
    /// Whether the table has sums or means.
    pub(super) averaging: Averaging,
    /// The unit of values; each value's own if it is empty.
    pub(super) unit: &'static str,
    /// What weighs less is left out, by row of [`SHARES`].
    pub(super) least: usize,
    /// In the order in which they were set; each can be compiled.
    pub(super) chips: Vec<Chip>,
}

impl Scope {
    /// Adds a filter; one that is there already is not added.
    pub(super) fn push(&mut self, chip: Chip) {
        self.chips.retain(|old| !chip.replaces(old));
        self.chips.push(chip);
    }

    /// Adds a filter, or takes it away if it is there.
    pub(super) fn toggle(&mut self, chip: Chip) {
        if self.chips.contains(&chip) {
            self.chips.retain(|old| *old != chip);
        } else {
            self.push(chip);
        }
    }

    /// Returns the share of the whole below which rows and paths are left out.
    pub(super) fn min_share(&self) -> f64 {
        SHARES[self.least]
    }

    /// Returns whether only the program's own code is looked at.
    pub(super) fn is_my_code(&self) -> bool {
        self.chips.contains(&Chip::MyCode)
    }

    /// Returns whether two profiles are compared.
    pub(super) fn is_diff(&self) -> bool {
        self.sides == Sides::Both
    }

    /// Returns how profiles are made comparable.
    pub(super) fn normalize(&self) -> Normalize {
        match self.scaling {
            Scaling::Auto => Normalize::Auto,
            Scaling::None => Normalize::None,
        }
    }

    pub(super) fn frame_options(&self) -> FrameOptions {
        let mut options = FrameOptions::default();
        options.names = if self.is_diff() { Names::Folded } else { options.names };
        options.granularity = self.granularity;
        options.inlines = self.inlines;
        options
    }

    /// Returns the packages whose functions are one frame, and whether recursion is.
    pub(super) fn collapsed(&self) -> Option<(Vec<String>, bool)> {
        let package = |chip: &Chip| if let Chip::Package(package) = chip { Some(package.clone()) } else { None };
        let packages: Vec<String> = self.chips.iter().filter_map(package).collect();
        let has_recursion = self.chips.contains(&Chip::Recursion);
        (has_recursion || !packages.is_empty()).then_some((packages, has_recursion))
    }

    /// Writes the flags that make a command look at the same; `sample_type` is the column's name.
    pub(super) fn flags(&self, sample_type: &str) -> Vec<String> {
        let mut flags = vec!["-t".to_owned(), quoted(sample_type)];
        flags.extend(chip::flags(&self.chips));
        if !self.unit.is_empty() {
            flags.push(format!("-u {}", self.unit));
        }
        if self.is_diff() && self.scaling == Scaling::None {
            flags.push("--normalize none".to_owned());
        }
        flags
    }

    /// Writes the flags that make a command tell the same frames apart.
    pub(super) fn frame_flags(&self) -> Vec<String> {
        let mut flags = Vec::new();
        if self.granularity != Granularity::Functions {
            flags.push(format!("-g {}", granularity_name(self.granularity)));
        }
        if self.inlines == Inlines::Outermost {
            flags.push("--no-inlines".to_owned());
        }
        flags
    }
}

/// Returns what `--granularity` calls it.
pub(super) fn granularity_name(granularity: Granularity) -> &'static str {
    match granularity {
        Granularity::Functions => "functions",
        Granularity::FileFunctions => "filefunctions",
        Granularity::Files => "files",
        Granularity::Lines => "lines",
        Granularity::Addresses => "addresses",
        Granularity::Modules => "modules",
        Granularity::Packages => "packages",
    }
}

/// Returns what one frame is called, as the heading of a column.
pub(super) fn frame_word(granularity: Granularity) -> &'static str {
    match granularity {
        Granularity::Files => "file",
        Granularity::Modules => "module",
        Granularity::Packages => "package",
        Granularity::Functions | Granularity::FileFunctions | Granularity::Lines | Granularity::Addresses => "function",
    }
}

/// Writes a word as a shell takes it.
pub(super) fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-./:=+,@%".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

/// Writes files as a shell takes them.
pub(super) fn quoted_files(files: &[PathBuf]) -> String {
    files.iter().map(|file| quoted(&file.display().to_string())).collect::<Vec<_>>().join(" ")
}
