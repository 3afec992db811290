//! The table of pprof's report options: their names, groups and help.

use super::config::Config;

/// An option of [`Config`].
pub(super) struct ConfigOption {
    pub(super) name: &'static str,
    /// The values it may have; any if there are none.
    pub(super) choices: &'static [Choice],
    /// What pprof says of it; the first line is what lists show.
    pub(super) help: &'static str,
    slot: fn(&mut Config) -> Slot<'_>,
}

/// A value of an option, which is a switch of its own on the command line.
pub(super) struct Choice {
    pub(super) name: &'static str,
    pub(super) help: &'static str,
}

/// Where the value of an option stands, and of what kind it is.
pub(super) enum Slot<'c> {
    Bool(&'c mut bool),
    Int(&'c mut i64),
    Float(&'c mut f64),
    Text(&'c mut String),
}

impl ConfigOption {
    /// Returns the option of this name, or the one that has it among its choices.
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        OPTIONS.iter().find(|option| option.name == name || option.choices.iter().any(|choice| choice.name == name))
    }

    /// Returns where the value stands in a config.
    pub(super) fn slot<'c>(&self, config: &'c mut Config) -> Slot<'c> {
        (self.slot)(config)
    }

    /// Returns whether the option is a switch.
    pub(super) fn is_bool(&self) -> bool {
        matches!(self.slot(&mut Config::default()), Slot::Bool(_))
    }
}

/// Returns what pprof says of an option or of a choice.
pub(super) fn help(name: &str) -> Option<&'static str> {
    let option = ConfigOption::named(name)?;
    match option.choices.iter().find(|choice| choice.name == name) {
        Some(choice) => Some(choice.help),
        None => Some(option.help).filter(|help| !help.is_empty()),
    }
}

const fn option(name: &'static str, help: &'static str, slot: fn(&mut Config) -> Slot<'_>) -> ConfigOption {
    ConfigOption { name, choices: &[], help, slot }
}

/// All options, in pprof's order.
pub(super) static OPTIONS: &[ConfigOption] = &[
    option("output", "Output filename for file-based outputs\n", |config| Slot::Text(&mut config.output)),
    option(
        "call_tree",
        "Create a context-sensitive call tree\nTreat locations reached through different paths as separate.\n",
        |config| Slot::Bool(&mut config.call_tree),
    ),
    option(
        "relative_percentages",
        "Show percentages relative to focused subgraph\n\
         If unset, percentages are relative to full graph before focusing\n\
         to facilitate comparison with original graph.\n",
        |config| Slot::Bool(&mut config.relative_percentages),
    ),
    option(
        "unit",
        "Measurement units to display\n\
         Scale the sample values to this unit.\n\
         For time-based profiles, use seconds, milliseconds, nanoseconds, etc.\n\
         For memory profiles, use megabytes, kilobytes, bytes, etc.\n\
         Using auto will scale each value independently to the most natural unit.\n",
        |config| Slot::Text(&mut config.unit),
    ),
    option("compact_labels", "Show minimal headers", |config| Slot::Bool(&mut config.compact_labels)),
    option("source_path", "Search path for source files", |config| Slot::Text(&mut config.source_path)),
    option("trim_path", "Path to trim from source paths before search", |config| Slot::Text(&mut config.trim_path)),
    option(
        "intel_syntax",
        "Show assembly in Intel syntax\nOnly applicable to commands `disasm` and `weblist`\n",
        |config| Slot::Bool(&mut config.intel_syntax),
    ),
    option(
        "mean",
        "Average sample value over first value (count)\n\
         For memory profiles, report average memory per allocation.\n\
         For time-based profiles, report average time per event.\n",
        |config| Slot::Bool(&mut config.mean),
    ),
    option(
        "sample_index",
        "Sample value to report (0-based index or name)\n\
         Profiles contain multiple values per sample.\n\
         Use sample_index=i to select the ith value (starting at 0).\n",
        |config| Slot::Text(&mut config.sample_index),
    ),
    option(
        "divide_by",
        "Ratio to divide all samples before visualization\n\
         Divide all samples values by a constant, eg the number of processors or jobs.\n",
        |config| Slot::Float(&mut config.divide_by),
    ),
    option("normalize", "Scales profile based on the base profile.\n", |config| Slot::Bool(&mut config.normalize)),
    ConfigOption {
        choices: &[
            Choice { name: "cum", help: "Sort entries based on cumulative weight\n" },
            Choice { name: "flat", help: "Sort entries based on own weight\n" },
        ],
        ..option("sort", "", |config| Slot::Text(&mut config.sort))
    },
    option(
        "tagroot",
        "Adds pseudo stack frames for labels key/value pairs at the callstack root.\n\
         A comma-separated list of label keys.\n\
         The first key creates frames at the new root.\n",
        |config| Slot::Text(&mut config.tagroot),
    ),
    option(
        "tagleaf",
        "Adds pseudo stack frames for labels key/value pairs at the callstack leaf.\n\
         A comma-separated list of label keys.\n\
         The last key creates frames at the new leaf.\n",
        |config| Slot::Text(&mut config.tagleaf),
    ),
    option("drop_negative", "Ignore negative differences\nDo not show any locations with values <0.\n", |config| {
        Slot::Bool(&mut config.drop_negative)
    }),
    option(
        "nodecount",
        "Max number of nodes to show\n\
         Uses heuristics to limit the number of locations to be displayed.\n\
         On graphs, dotted edges represent paths through nodes that have been removed.\n",
        |config| Slot::Int(&mut config.nodecount),
    ),
    option("nodefraction", "Hide nodes below <f>*total", |config| Slot::Float(&mut config.nodefraction)),
    option("edgefraction", "Hide edges below <f>*total", |config| Slot::Float(&mut config.edgefraction)),
    option(
        "trim",
        "Honor nodefraction/edgefraction/nodecount defaults\n\
         Set to false to get the full profile, without any trimming.\n",
        |config| Slot::Bool(&mut config.trim),
    ),
    option(
        "focus",
        "Restricts to samples going through a node matching regexp\n\
         Discard samples that do not include a node matching this regexp.\n\
         Matching includes the function name, filename or object name.\n",
        |config| Slot::Text(&mut config.focus),
    ),
    option(
        "ignore",
        "Skips paths going through any nodes matching regexp\n\
         If set, discard samples that include a node matching this regexp.\n\
         Matching includes the function name, filename or object name.\n",
        |config| Slot::Text(&mut config.ignore),
    ),
    option(
        "prune_from",
        "Drops any functions below the matched frame.\n\
         If set, any frames matching the specified regexp and any frames\n\
         below it will be dropped from each sample.\n",
        |config| Slot::Text(&mut config.prune_from),
    ),
    option(
        "hide",
        "Skips nodes matching regexp\n\
         Discard nodes that match this location.\n\
         Other nodes from samples that include this location will be shown.\n\
         Matching includes the function name, filename or object name.\n",
        |config| Slot::Text(&mut config.hide),
    ),
    option(
        "show",
        "Only show nodes matching regexp\n\
         If set, only show nodes that match this location.\n\
         Matching includes the function name, filename or object name.\n",
        |config| Slot::Text(&mut config.show),
    ),
    option(
        "show_from",
        "Drops functions above the highest matched frame.\n\
         If set, all frames above the highest match are dropped from every sample.\n\
         Matching includes the function name, filename or object name.\n",
        |config| Slot::Text(&mut config.show_from),
    ),
    option(
        "tagfocus",
        "Restricts to samples with tags in range or matched by regexp\n\
         Use name=value syntax to limit the matching to a specific tag.\n\
         Numeric tag filter examples: 1kb, 1kb:10kb, memory=32mb:\n\
         String tag filter examples: foo, foo.*bar, mytag=foo.*bar\n",
        |config| Slot::Text(&mut config.tagfocus),
    ),
    option(
        "tagignore",
        "Discard samples with tags in range or matched by regexp\n\
         Use name=value syntax to limit the matching to a specific tag.\n\
         Numeric tag filter examples: 1kb, 1kb:10kb, memory=32mb:\n\
         String tag filter examples: foo, foo.*bar, mytag=foo.*bar\n",
        |config| Slot::Text(&mut config.tagignore),
    ),
    option(
        "tagshow",
        "Only consider tags matching this regexp\nDiscard tags that do not match this regexp\n",
        |config| Slot::Text(&mut config.tagshow),
    ),
    option("taghide", "Skip tags matching this regexp\nDiscard tags that match this regexp\n", |config| {
        Slot::Text(&mut config.taghide)
    }),
    option(
        "noinlines",
        "Ignore inlines.\nAttributes inlined functions to their first out-of-line caller.\n",
        |config| Slot::Bool(&mut config.noinlines),
    ),
    option("showcolumns", "Show column numbers at the source code line level.\n", |config| {
        Slot::Bool(&mut config.showcolumns)
    }),
    ConfigOption {
        choices: &[
            Choice {
                name: "functions",
                help: "Aggregate at the function level.\nIgnores the filename where the function was defined.\n",
            },
            Choice {
                name: "filefunctions",
                help: "Aggregate at the function level.\n\
                 Takes into account the filename where the function was defined.\n",
            },
            Choice { name: "files", help: "Aggregate at the file level." },
            Choice { name: "lines", help: "Aggregate at the source code line level." },
            Choice {
                name: "addresses",
                help: "Aggregate at the address level.\nIncludes functions' addresses in the output.\n",
            },
        ],
        ..option("granularity", "", |config| Slot::Text(&mut config.granularity))
    },
];
