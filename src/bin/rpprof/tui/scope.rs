//! What is looked at: a column of values, what makes frames, and filters.

use std::path::PathBuf;

use regex::Regex;
use rpprof::aggregate::{FrameOptions, Granularity, Inlines, Names};
use rpprof::report::Normalize;
use rpprof::transform::{Filter, LabelQuery};

/// A filter, as the line of chips shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Chip {
    /// Only samples in whose stack something matches; there is one at a time.
    Focus(String),
    /// Only samples in whose stack nothing matches.
    Ignore(String),
    /// Frames that match count for their callers.
    Hide(String),
    /// Only frames that match.
    Show(String),
    /// Only samples whose labels fit.
    Label(String),
    /// Only frames of the program's own code.
    MyCode,
}

impl Chip {
    /// Returns the chip as it is shown.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Focus(text) => format!("focus:{text}"),
            Self::Ignore(text) => format!("ignore:{text}"),
            Self::Hide(text) => format!("hide:{text}"),
            Self::Show(text) => format!("show:{text}"),
            Self::Label(text) => format!("label:{text}"),
            Self::MyCode => "my code".to_owned(),
        }
    }

    /// Says why the chip cannot be a filter, if it cannot.
    pub(super) fn fault(&self) -> Option<String> {
        match self {
            Self::Focus(text) | Self::Ignore(text) | Self::Hide(text) | Self::Show(text) => {
                Regex::new(text).err().map(|_| format!("{text:?} is not a regular expression"))
            }
            Self::Label(text) => LabelQuery::parse(text).err().map(|error| error.to_string()),
            Self::MyCode => None,
        }
    }
}

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

/// What is looked at; equal scopes have equal answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Scope {
    pub(super) sides: Sides,
    pub(super) scaling: Scaling,
    /// The column of values.
    pub(super) sample_type: usize,
    pub(super) granularity: Granularity,
    pub(super) inlines: Inlines,
    /// In the order in which they were set; each can be compiled.
    pub(super) chips: Vec<Chip>,
}

impl Scope {
    /// Adds a filter; one that is there already is not added, and a focus replaces the one before it.
    pub(super) fn push(&mut self, chip: Chip) {
        let replaces = |old: &Chip| {
            matches!((old, &chip), (Chip::Focus(_), Chip::Focus(_)) | (Chip::Show(_), Chip::Show(_))) || *old == chip
        };
        self.chips.retain(|old| !replaces(old));
        self.chips.push(chip);
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

    /// Compiles the filters; what is no expression is left out, as such a chip is never set.
    pub(super) fn filter(&self) -> Filter {
        let mut filter = Filter::default();
        let regex = |text: Option<String>| text.and_then(|text| Regex::new(&text).ok());
        let (focus, ignore, hide, show) = self.expressions();
        filter.focus = regex(focus);
        filter.ignore = regex(ignore);
        filter.hide = regex(hide);
        filter.show = regex(show);
        let queries = self.labels().filter_map(|text| LabelQuery::parse(text).ok());
        filter.labels = queries.reduce(LabelQuery::and);
        filter
    }

    /// Returns focus, ignore, hide and show, each as one expression.
    fn expressions(&self) -> (Option<String>, Option<String>, Option<String>, Option<String>) {
        let any = |part: fn(&Chip) -> Option<&String>| {
            let parts: Vec<&String> = self.chips.iter().filter_map(part).collect();
            match parts.as_slice() {
                [] => None,
                [only] => Some((*only).clone()),
                several => Some(several.iter().map(|text| format!("(?:{text})")).collect::<Vec<_>>().join("|")),
            }
        };
        (
            any(|chip| if let Chip::Focus(text) = chip { Some(text) } else { None }),
            any(|chip| if let Chip::Ignore(text) = chip { Some(text) } else { None }),
            any(|chip| if let Chip::Hide(text) = chip { Some(text) } else { None }),
            any(|chip| if let Chip::Show(text) = chip { Some(text) } else { None }),
        )
    }

    fn labels(&self) -> impl Iterator<Item = &String> {
        self.chips.iter().filter_map(|chip| if let Chip::Label(text) = chip { Some(text) } else { None })
    }

    /// Writes the flags that make a command look at the same; `sample_type` is the column's name.
    pub(super) fn flags(&self, sample_type: &str) -> Vec<String> {
        let mut flags = vec!["-t".to_owned(), quoted(sample_type)];
        let (focus, ignore, hide, show) = self.expressions();
        for (flag, text) in [("--focus", focus), ("--ignore", ignore), ("--hide", hide), ("--show", show)] {
            flags.extend(text.map(|text| format!("{flag} {}", quoted(&text))));
        }
        flags.extend(self.labels().map(|text| format!("--label {}", quoted(text))));
        if self.is_my_code() {
            flags.push("--my-code".to_owned());
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
