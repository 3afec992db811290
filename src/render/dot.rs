//! Graphs in Graphviz's DOT language.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::sync::LazyLock;

use regex::Regex;

use super::header::{ReportHeader, header_lines};
use crate::report::{Graph, GraphCall, GraphNode, Nodelet, NumberNodelet, Place, percent};

/// Whether texts of labels are made safe for DOT.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum LabelEscapes {
    /// They are: quotes and backslashes are shown as they are.
    #[default]
    Escape,
    /// They are not, as in pprof: a quote in a label makes a file that Graphviz refuses.
    Leave,
}

/// Where readers learn what the picture means.
const HOW_TO_READ: &str = "\nSee https://git.io/JfYMW for how to read the graph";
/// Sizes of letters, in points.
const MIN_FONT: i64 = 8;
/// How much larger those of the heaviest node are.
const FONT_GROWTH: f64 = 16.0;

/// Writes a graph as pprof's `dot` does, byte for byte if labels are not escaped.
///
/// # Errors
/// What the writer says.
pub fn dot(report: &Graph, header: &ReportHeader, escapes: LabelEscapes, mut writer: impl Write) -> io::Result<()> {
    let drawing = Drawing { report, escapes };
    let title = report.summary.file.as_deref();
    let graph_name = title.unwrap_or("unnamed");
    let graph_name = match escapes {
        LabelEscapes::Escape => escaped(graph_name),
        LabelEscapes::Leave => graph_name.to_owned(),
    };
    writeln!(writer, "digraph \"{graph_name}\" {{")?;
    writeln!(writer, "node [style=filled fillcolor=\"#f8f8f8\"]")?;
    let mut lines = header_lines(&report.summary, &report.scale, &report.coverage, report.shown_nodes, &header.full());
    lines.push(HOW_TO_READ.to_owned());
    let lines: Vec<String> = lines.iter().map(|line| escaped(line)).collect();
    write!(writer, "subgraph cluster_L {{ \"{}\" [shape=box fontsize=16 label=\"{}\\l\"", lines[0], lines.join("\\l"))?;
    if title.is_some() {
        write!(writer, " tooltip=\"{graph_name}\"")?;
    }
    writeln!(writer, "] }}")?;
    let max_flat = report.shown().iter().map(|node| node.flat_weight.wrapping_abs()).max().unwrap_or(0);
    for (row, node) in report.shown().iter().enumerate() {
        drawing.write_node(row + 1, node, max_flat, &mut writer)?;
        drawing.write_nodelets(row + 1, node, &mut writer)?;
    }
    for call in report.calls.iter().filter(|call| call.caller < report.shown_nodes) {
        drawing.write_call(call, &mut writer)?;
    }
    writeln!(writer, "}}")
}

/// What is drawn, and how.
struct Drawing<'r> {
    report: &'r Graph,
    escapes: LabelEscapes,
}

impl Drawing<'_> {
    fn total_weight(&self) -> i64 {
        self.report.coverage.total_weight
    }

    fn share(&self, value: i64) -> f64 {
        value as f64 / self.total_weight().wrapping_abs() as f64
    }

    fn percent(&self, value: i64) -> String {
        percent(value, self.total_weight()).trim().to_owned()
    }

    fn write_node(&self, number: usize, node: &GraphNode, max_flat: i64, writer: &mut impl Write) -> io::Result<()> {
        let GraphNode { flat, cum, .. } = *node;
        let mut label = short_name(&node.place);
        let flat_text = self.report.scale.label(flat);
        // Writing to a string does not fail.
        if flat == 0 {
            label.push('0');
        } else {
            let _ = write!(label, "{flat_text} ({})", self.percent(node.flat_weight));
        }
        let mut cum_text = flat_text;
        if cum != flat {
            label.push_str(if flat == 0 { " " } else { "\\n" });
            cum_text = self.report.scale.label(cum);
            let _ = write!(label, "of {cum_text} ({})", self.percent(node.cum_weight));
        }
        let growth =
            if max_flat == 0 { 0.0 } else { (node.flat_weight.wrapping_abs() as f64 / max_flat as f64).sqrt() };
        let font_size = MIN_FONT + (FONT_GROWTH * growth).ceil() as i64;
        let (line, fill) =
            (color(self.share(node.cum_weight), Ground::Line), color(self.share(node.cum_weight), Ground::Fill));
        let name = escaped(&node.name);
        writeln!(
            writer,
            "N{number} [label=\"{label}\" id=\"node{number}\" fontsize={font_size} shape=box tooltip=\"{name} ({cum_text})\" color=\"{line}\" fillcolor=\"{fill}\"]",
        )
    }

    fn write_nodelets(&self, number: usize, node: &GraphNode, writer: &mut impl Write) -> io::Result<()> {
        let source = format!("N{number}");
        for nodelet in &node.labels {
            let Nodelet { row, name, value, numbers } = nodelet;
            let id = format!("{source}_{row}");
            let name = match self.escapes {
                LabelEscapes::Escape => name.split("\\n").map(escaped).collect::<Vec<_>>().join("\\n"),
                LabelEscapes::Leave => name.clone(),
            };
            self.write_nodelet(&source, &id, &name, *value, "", writer)?;
            self.write_numbers(&id, numbers, writer)?;
        }
        self.write_numbers(&source, &node.numbers, writer)
    }

    fn write_numbers(&self, source: &str, numbers: &[NumberNodelet], writer: &mut impl Write) -> io::Result<()> {
        for NumberNodelet { row, name, value, is_cumulative } in numbers {
            let style = if *is_cumulative { " style=\"dotted\"" } else { "" };
            self.write_nodelet(source, &format!("N{source}_{row}"), name, *value, style, writer)?;
        }
        Ok(())
    }

    fn write_nodelet(
        &self,
        source: &str,
        id: &str,
        name: &str,
        value: i64,
        style: &str,
        writer: &mut impl Write,
    ) -> io::Result<()> {
        let weight = self.report.scale.label(value);
        writeln!(writer, "{id} [label = \"{name}\" id=\"{id}\" fontsize=8 shape=box3d tooltip=\"{weight}\"]")?;
        writeln!(
            writer,
            "{source} -> {id} [label=\" {weight}\" weight=100 tooltip=\"{weight}\" labeltooltip=\"{weight}\"{style}]"
        )
    }

    fn write_call(&self, call: &GraphCall, writer: &mut impl Write) -> io::Result<()> {
        let nodes = &self.report.nodes;
        let (caller, callee) = (&nodes[call.caller], &nodes[call.callee]);
        let weight = self.report.scale.label(call.weight);
        let inline = if call.is_inline { "\\n (inline)" } else { "" };
        let mut attributes = format!("label=\" {weight}{inline}\"");
        let total = self.total_weight();
        if total != 0 {
            // A difference may have calls that weigh more than the total.
            let steps = |max: i64| 1 + call.share_weight.wrapping_mul(max).wrapping_div(total).wrapping_abs().min(max);
            let (pull, width) = (steps(100), steps(5));
            if pull > 1 {
                let _ = write!(attributes, " weight={pull}");
            }
            if width > 1 {
                let _ = write!(attributes, " penwidth={width}");
            }
            let _ = write!(attributes, " color=\"{}\"", color(self.share(call.share_weight), Ground::Line));
        }
        let arrow = if call.is_residual { "..." } else { "->" };
        let tooltip = format!("\"{} {arrow} {} ({weight})\"", escaped(&caller.name), escaped(&callee.name));
        let _ = write!(attributes, " tooltip={tooltip} labeltooltip={tooltip}");
        if call.is_residual {
            attributes.push_str(" style=\"dotted\"");
        }
        if !caller.labels.is_empty() || !caller.numbers.is_empty() {
            // Room for the boxes of labels.
            attributes.push_str(" minlen=2");
        }
        // Nodes that are not shown have no number.
        let number = |row: usize| if row < self.report.shown_nodes { row + 1 } else { 0 };
        writeln!(writer, "N{} -> N{} [{attributes}]", number(call.caller), number(call.callee))
    }
}

/// Makes a text safe inside quotes; line feeds begin lines that stand to the left.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\l")
}

/// Returns a place's name on several lines, short enough for a box (pprof's `multilinePrintableName`).
fn short_name(place: &Place) -> String {
    let function = escaped(&shortened(&place.function));
    // The ellipsis of Go's type parameters is no line break.
    let function = function.replace("::", "\\n").replace("[...]", "[…]").replace('.', "\\n");
    let file = place.file_name().to_owned();
    let parts = Place { function, file, ..place.clone() }.name_parts();
    parts.join("\\n") + "\\n"
}

/// Packages, namespaces and versions in front of a function's name.
struct NamePatterns {
    anonymous: Regex,
    go_version: Regex,
    /// Each with what stays of a name that matches as its first group: Go, Java, C++.
    kept: [Regex; 3],
}

static NAME_PATTERNS: LazyLock<NamePatterns> = LazyLock::new(|| {
    let regex = |pattern: &str| Regex::new(pattern).expect("the pattern is a regular expression");
    NamePatterns {
        anonymous: regex(r"^\(anonymous namespace\)::"),
        go_version: regex(r"^(.*?)/v(?:[2-9]|[1-9][0-9]+)([./].*)$"),
        kept: [
            regex(r"^(?:[-\w.]+/)+([^.]+\..+)"),
            regex(r"^(?:[a-z]\w*\.)*([A-Z][\w$]*\.(?:<init>|[a-z][\w$]*(?:\$\d+)?))(?:\(|$)"),
            regex(r"^(?:[_a-zA-Z]\w*::)+(_*[A-Z]\w*::~?[_a-zA-Z]\w*(?:<.*>)?)"),
        ],
    }
});

/// Returns a function's name without its package or namespace (pprof's `ShortenFunctionName`).
fn shortened(name: &str) -> String {
    let patterns = &*NAME_PATTERNS;
    let name = patterns.anonymous.replace(name, "");
    let name = patterns.go_version.replace(&name, "${1}${2}");
    let kept = patterns.kept.iter().find_map(|pattern| pattern.captures(&name)?.get(1));
    kept.map_or_else(|| name.to_string(), |kept| kept.as_str().to_owned())
}

/// What a colour is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ground {
    Line,
    Fill,
}

/// Returns the colour of a share from -1 (green) over 0 (grey) to 1 (red), as pprof's `dotColor`.
fn color(share: f64, ground: Ground) -> String {
    /// How far small shares are moved away from grey.
    const SHIFT: f64 = 0.7;
    /// Shares below this fade to grey.
    const FADE: f64 = 0.2;
    let (mut saturation, value) = match ground {
        Ground::Fill => (0.1, 0.93),
        Ground::Line => (1.0, 0.7),
    };
    // Go's Max and Min keep what is no number, and such a colour is 0.
    let share = if share.is_nan() { share } else { share.clamp(-1.0, 1.0) };
    if share.abs() < FADE {
        saturation *= share.abs() / FADE;
    }
    let moved = share.abs().powf(1.0 - SHIFT);
    let (red, green) = if share < 0.0 {
        (value * (1.0 - saturation * moved), value)
    } else if share > 0.0 {
        (value, value * (1.0 - saturation * moved))
    } else {
        (value, value * (1.0 - saturation * share))
    };
    let blue = value * (1.0 - saturation);
    let byte = |part: f64| (part * 255.0) as u8;
    format!("#{:02x}{:02x}{:02x}", byte(red), byte(green), byte(blue))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_packages_and_namespaces() {
        for (name, short) in [
            ("main.run", "main.run"),
            ("github.com/blah/blah/vendor/gopkg.in/redis.v3.(*baseClient).(p).Do", "redis.v3.(*baseClient).(p).Do"),
            ("example.com/foo/v2.(*T).Run", "foo.(*T).Run"),
            ("example.com/foo/v2/bar.F[...]", "bar.F[...]"),
            (
                "java.util.concurrent.ThreadPoolExecutor.runWorker(ThreadPoolExecutor.java)",
                "ThreadPoolExecutor.runWorker",
            ),
            ("a.b.Outer.<init>", "Outer.<init>"),
            ("foo::bar::Baz::method<int>(x)", "Baz::method<int>"),
            ("(anonymous namespace)::helper", "helper"),
            ("std::vector::push_back", "std::vector::push_back"),
        ] {
            assert_eq!(shortened(name), short, "{name}");
        }
    }

    #[test]
    fn colours_go_from_green_over_grey_to_red() {
        assert_eq!(color(1.0, Ground::Line), "#b20000");
        assert_eq!(color(1.0, Ground::Fill), "#edd5d5");
        assert_eq!(color(0.0, Ground::Line), "#b2b2b2");
        assert_eq!(color(-1.0, Ground::Line), "#00b200");
    }
}
