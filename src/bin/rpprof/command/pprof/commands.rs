//! The table of pprof's commands, one for each form of output.

use super::config::Config;

/// A command of pprof: on the command line `-name`, in the shell `name`.
pub(super) struct Command {
    pub(super) name: &'static str,
    /// What is reported.
    pub(super) format: Format,
    /// What becomes of the report before it is written.
    pub(super) processing: Processing,
    /// Where it goes if no file is named.
    pub(super) target: Target,
    /// Whether it takes an expression that says which functions.
    pub(super) has_argument: bool,
    pub(super) about: &'static str,
    usage: Usage,
}

/// What is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Callgrind,
    Comments,
    Disassembly,
    Dot,
    List,
    Proto,
    Raw,
    Tags,
    Text,
    TopProto,
    Traces,
    /// With an argument, only the nodes that match it.
    Tree,
    WebList,
}

/// What becomes of a report before it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Processing {
    None,
    /// Graphviz draws it, in this format.
    Dot(&'static str),
    /// Graphviz draws it, and it gets a script to move it.
    Svg,
}

/// Where a report goes if no file is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    StandardOutput,
    /// Standard output unless that is a terminal; there a new file with this ending.
    AwayFromTerminal(&'static str),
    /// The first of these programs that starts, with a file that ends so.
    Viewer {
        ending: &'static str,
        programs: &'static [&'static str],
    },
    /// A browser, with a file that ends so.
    Browser {
        ending: &'static str,
    },
}

/// How a command is used in the shell.
enum Usage {
    None,
    Lines(&'static str),
    Report { can_sort: bool, can_redirect: bool },
    Listing { can_redirect: bool },
}

impl Command {
    /// Returns the command of this name.
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        COMMANDS.iter().find(|command| command.name == name)
    }

    /// Returns what pprof's shell says of the command.
    pub(super) fn help(&self) -> String {
        let mut text = format!("{}\n", self.about);
        let usage = self.usage();
        if !usage.is_empty() {
            text.push_str("  Usage:\n");
            for line in usage.lines() {
                text.push_str(&format!("    {line}\n"));
            }
        }
        text + "\n"
    }

    fn usage(&self) -> String {
        let mut lines = Vec::new();
        let (can_sort, can_redirect) = match self.usage {
            Usage::None => return String::new(),
            Usage::Lines(lines) => return lines.to_owned(),
            Usage::Report { can_sort, can_redirect } => {
                let options = if can_sort { " [-cum]" } else { "" };
                lines.push(format!("{} [n] [focus_regex]* [-ignore_regex]*{options}", self.name));
                lines.push("Include up to n samples".to_owned());
                (can_sort, can_redirect)
            }
            Usage::Listing { can_redirect } => {
                // The name and the argument stand together, as in pprof.
                lines.push(format!("{}<func_regex|address> [-focus_regex]* [-ignore_regex]*", self.name));
                lines.push("Include functions matching func_regex, or including the address specified.".to_owned());
                (false, can_redirect)
            }
        };
        lines.push("Include samples matching focus_regex, and exclude ignore_regex.".to_owned());
        if can_sort {
            lines.push("-cum sorts the output by cumulative weight".to_owned());
        }
        if can_redirect {
            lines[0].push_str(" >f");
            lines.push("Optionally save the report on the file f".to_owned());
        }
        lines.join("\n")
    }

    /// Returns the options with which the command works (pprof's `applyCommandOverrides`).
    pub(super) fn adapted(&self, config: &Config) -> Config {
        let mut config = config.clone();
        let mut granularity = None;
        match self.name {
            "disasm" => {
                // A listing counts each address once, for the line that it stands on.
                (granularity, config.noinlines, config.trim) = (Some("addresses"), true, false);
            }
            "weblist" => (granularity, config.noinlines, config.trim) = (Some("addresses"), false, false),
            "peek" => config.trim = false,
            "list" => (granularity, config.trim) = (Some("lines"), false),
            "text" | "top" | "topproto" if config.nodecount == -1 => config.nodecount = 0,
            _ if config.nodecount == -1 => config.nodecount = DEFAULT_NODES,
            _ => {}
        }
        if matches!(self.format, Format::Proto | Format::Raw | Format::Callgrind) {
            (granularity, config.trim) = (Some("addresses"), false);
        }
        if let Some(granularity) = granularity {
            granularity.clone_into(&mut config.granularity);
        }
        if !config.trim {
            (config.nodecount, config.nodefraction, config.edgefraction) = (0, 0.0, 0.0);
        }
        config
    }
}

/// How many nodes graphs have unless told otherwise.
const DEFAULT_NODES: i64 = 80;

/// Makes a command that writes to standard output.
const fn command(name: &'static str, format: Format, about: &'static str, usage: Usage) -> Command {
    let (processing, target) = (Processing::None, Target::StandardOutput);
    Command { name, format, processing, target, has_argument: false, about, usage }
}

/// Makes a command that draws a graph, to standard output unless that is a terminal.
const fn drawing(name: &'static str, processing: Processing, about: &'static str) -> Command {
    let usage = Usage::Report { can_sort: false, can_redirect: true };
    Command { processing, target: Target::AwayFromTerminal(name), ..command(name, Format::Dot, about, usage) }
}

/// Makes a command that shows a graph in another program.
const fn viewer(name: &'static str, processing: Processing, target: Target, about: &'static str) -> Command {
    let usage = Usage::Report { can_sort: false, can_redirect: false };
    Command { processing, target, ..command(name, Format::Dot, about, usage) }
}

const TABLE: Usage = Usage::Report { can_sort: true, can_redirect: true };
const GRAPH: Usage = Usage::Report { can_sort: false, can_redirect: true };

/// All commands, by name.
pub(super) static COMMANDS: &[Command] = &[
    Command {
        target: Target::AwayFromTerminal("callgraph.out"),
        ..command("callgrind", Format::Callgrind, "Outputs a graph in callgrind format", GRAPH)
    },
    command("comments", Format::Comments, "Output all profile comments", Usage::None),
    Command {
        has_argument: true,
        ..command(
            "disasm",
            Format::Disassembly,
            "Output assembly listings annotated with samples",
            Usage::Listing { can_redirect: true },
        )
    },
    command("dot", Format::Dot, "Outputs a graph in DOT format", GRAPH),
    viewer("eog", Processing::Dot("svg"), programs("svg", &["eog"]), "Visualize graph through eog"),
    viewer("evince", Processing::Dot("pdf"), programs("pdf", &["evince"]), "Visualize graph through evince"),
    drawing("gif", Processing::Dot("gif"), "Outputs a graph image in GIF format"),
    viewer("gv", Processing::Dot("ps"), programs("ps", &["gv --noantialias"]), "Visualize graph through gv"),
    Command {
        format: Format::Callgrind,
        ..viewer(
            "kcachegrind",
            Processing::None,
            programs("grind", &["kcachegrind"]),
            "Visualize report in KCachegrind",
        )
    },
    Command {
        has_argument: true,
        ..command(
            "list",
            Format::List,
            "Output annotated source for functions matching regexp",
            Usage::Listing { can_redirect: false },
        )
    },
    drawing("pdf", Processing::Dot("pdf"), "Outputs a graph in PDF format"),
    Command {
        has_argument: true,
        ..command(
            "peek",
            Format::Tree,
            "Output callers/callees of functions matching regexp",
            Usage::Lines("peek func_regex\nDisplay callers and callees of functions matching func_regex."),
        )
    },
    drawing("png", Processing::Dot("png"), "Outputs a graph image in PNG format"),
    Command {
        target: Target::AwayFromTerminal("pb.gz"),
        ..command("proto", Format::Proto, "Outputs the profile in compressed protobuf format", Usage::None)
    },
    drawing("ps", Processing::Dot("ps"), "Outputs a graph in PS format"),
    command("raw", Format::Raw, "Outputs a text representation of the raw profile", Usage::None),
    drawing("svg", Processing::Svg, "Outputs a graph in SVG format"),
    command(
        "tags",
        Format::Tags,
        "Outputs all tags in the profile",
        Usage::Lines(
            "tags [tag_regex]* [-ignore_regex]* [>file]\n\
             List tags with key:value matching tag_regex and exclude ignore_regex.",
        ),
    ),
    command("text", Format::Text, "Outputs top entries in text form", TABLE),
    command("top", Format::Text, "Outputs top entries in text form", TABLE),
    Command {
        target: Target::AwayFromTerminal("pb.gz"),
        ..command("topproto", Format::TopProto, "Outputs top entries in compressed protobuf format", Usage::None)
    },
    command("traces", Format::Traces, "Outputs all profile samples in text form", Usage::None),
    command("tree", Format::Tree, "Outputs a text rendering of call graph", TABLE),
    viewer("web", Processing::Svg, Target::Browser { ending: "svg" }, "Visualize graph through web browser"),
    Command {
        has_argument: true,
        target: Target::Browser { ending: "html" },
        ..command(
            "weblist",
            Format::WebList,
            "Display annotated source in a web browser",
            Usage::Listing { can_redirect: false },
        )
    },
];

const fn programs(ending: &'static str, programs: &'static [&'static str]) -> Target {
    Target::Viewer { ending, programs }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_found_by_name() {
        for command in COMMANDS {
            assert_eq!(Command::named(command.name).map(|found| found.name), Some(command.name));
        }
        assert!(COMMANDS.is_sorted_by_key(|command| command.name));
    }

    #[test]
    fn commands_adapt_their_options() {
        for (name, nodecount, expected) in [
            ("top", -1, (0, 0.005, "")),
            ("top", 5, (5, 0.005, "")),
            ("tree", -1, (80, 0.005, "")),
            ("dot", -1, (80, 0.005, "")),
            ("peek", 5, (0, 0.0, "")),
            ("list", -1, (0, 0.0, "lines")),
            ("weblist", -1, (0, 0.0, "addresses")),
            ("raw", 7, (0, 0.0, "addresses")),
            ("kcachegrind", 7, (0, 0.0, "addresses")),
        ] {
            let config = Config { nodecount, ..Config::default() };
            let adapted = Command::named(name).expect("it is a command").adapted(&config);
            let got = (adapted.nodecount, adapted.nodefraction, adapted.granularity.as_str());
            assert_eq!(got, expected, "{name}");
        }
    }

    #[test]
    fn help_says_how_a_command_is_used() {
        let help = |name| Command::named(name).expect("it is a command").help();
        assert_eq!(help("raw"), "Outputs a text representation of the raw profile\n\n");
        let usage = "  Usage:\n    list<func_regex|address> [-focus_regex]* [-ignore_regex]*\n";
        assert!(help("list").contains(usage));
        assert!(help("top").contains("    top [n] [focus_regex]* [-ignore_regex]* [-cum] >f\n"));
    }
}
