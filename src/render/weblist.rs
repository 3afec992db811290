//! Annotated source with machine code in it, as a page.

use std::collections::HashMap;
use std::io::{self, Write};

use crate::report::{CodePlace, Disasm, DisasmInstruction, DisasmRoutine, line_in, percent};

/// Lines of source without instructions that are shown around those that have some.
const MARGIN: i64 = 5;
/// What a line looks like by how much of its function it is: shares from which on, and classes.
const HEAT: [(f64, &str); 3] = [(0.10, "hot"), (0.02, "warm"), (0.0, "some")];

const STYLE: &str = "\
:root{color-scheme:light dark}
body{font:14px/1.4 system-ui,sans-serif;margin:1.5em}
h1{font-size:1.3em}h2{font-size:1.1em;margin:2em 0 0;overflow-wrap:anywhere}p{margin:.3em 0}
.code{font:12px/1.5 ui-monospace,monospace;overflow-x:auto;tab-size:4}
summary,.line,.asm>div{white-space:pre}
.head{color:GrayText}
summary,.line{display:block;padding-left:1.5em;min-width:max-content}
summary{cursor:pointer;position:relative}
summary:hover{background:color-mix(in srgb,currentColor 10%,transparent)}
summary::before{content:'\\25b8';position:absolute;left:.3em;color:GrayText}
details[open]>summary::before{content:'\\25be'}
.line{color:GrayText}
.asm{border-left:2px solid GrayText;margin:0 0 .3em 1.5em;padding-left:.5em;min-width:max-content}
.inlined{color:GrayText;font-style:italic}
.hot{color:light-dark(#b3001b,#ff7b72);font-weight:bold}.warm{color:light-dark(#8a5300,#e3b341)}
:target{background:color-mix(in srgb,Highlight 40%,transparent)}
a{color:inherit}
";

/// Buttons are there only where they work.
const SCRIPT: &str = "\
for (const [text, open] of [['Open all', true], ['Close all', false]]) {
  const button = document.createElement('button');
  button.textContent = text;
  button.onclick = () => document.querySelectorAll('details').forEach(line => line.open = open);
  document.getElementById('tools').append(button, ' ');
}
const show = () => {
  const found = document.getElementById(location.hash.slice(1));
  for (let place = found; place; place = place.parentElement) if (place.tagName == 'DETAILS') place.open = true;
  if (found) found.scrollIntoView({block: 'center'});
};
addEventListener('hashchange', show);
show();
";

/// Writes source with what each line weighs as one page, in which a line opens to the instructions that it became.
///
/// What was inlined stands at the line that calls it. `source` is asked for the text of each file once, by the name
/// that the binary has for it. The page loads nothing, and can be read without scripts.
///
/// # Errors
/// What the writer says.
pub fn weblist(
    report: &Disasm,
    title: &str,
    source: impl FnMut(&str) -> Option<String>,
    mut writer: impl Write,
) -> io::Result<()> {
    let title = escaped(title);
    writeln!(writer, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">")?;
    writeln!(writer, "<meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>")?;
    writeln!(writer, "<style>\n{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>")?;
    let (kind, total) = (escaped(&report.summary.sample_type), escaped(&report.scale.label(report.total)));
    writeln!(writer, "<p>{kind}, {total} in all. A line opens to its instructions.</p>\n<p id=\"tools\"></p>")?;
    let mut page = Page { report, source, files: HashMap::new(), writer: &mut writer };
    for (row, routine) in report.routines.iter().enumerate() {
        page.write_routine(row, routine)?;
    }
    writeln!(writer, "<script>\n{SCRIPT}</script>\n</body>\n</html>")
}

/// A page in the making.
struct Page<'p, S, W> {
    report: &'p Disasm,
    source: S,
    /// Lines by file.
    files: HashMap<String, Vec<String>>,
    writer: &'p mut W,
}

impl<S: FnMut(&str) -> Option<String>, W: Write> Page<'_, S, W> {
    fn write_routine(&mut self, row: usize, routine: &DisasmRoutine) -> io::Result<()> {
        let scale = &self.report.scale;
        let (name, binary) = (escaped(&routine.function), escaped(&routine.binary));
        let file = if routine.file.is_empty() { "no file".to_owned() } else { escaped(&routine.file) };
        writeln!(self.writer, "<section>\n<h2>{name}</h2>\n<p>{file} · {binary}</p>")?;
        let (flat, cum) = (escaped(&scale.label(routine.flat)), escaped(&scale.label(routine.cum)));
        let share = percent(routine.cum, self.report.total);
        writeln!(self.writer, "<p>{flat} itself, {cum} with all that it calls, {} of all</p>", share.trim())?;
        writeln!(
            self.writer,
            "<div class=\"code\"><div class=\"line head\">{:>10} {:>10} {:>6}  source</div>",
            "flat", "cum", "line"
        )?;
        let mut next = None;
        for number in self.shown_lines(routine) {
            if next.is_some_and(|next| next != number) {
                writeln!(self.writer, "<div class=\"line\">{:>28}</div>", "⋮")?;
            }
            next = number.checked_add(1);
            self.write_line(row, routine, number)?;
        }
        writeln!(self.writer, "</div>\n</section>")
    }

    /// Returns the lines with instructions, and some around them.
    fn shown_lines(&mut self, routine: &DisasmRoutine) -> Vec<i64> {
        let count = self.lines_of(&routine.file).len() as i64; // No text has more lines.
        let mut shown: Vec<i64> = Vec::new();
        for line in &routine.lines {
            let (first, last) = (line.line.saturating_sub(MARGIN), line.line.saturating_add(MARGIN).min(count));
            if line.line > 0 {
                shown.extend(first.max(1)..=last);
            }
            shown.push(line.line);
        }
        shown.sort_unstable();
        shown.dedup();
        shown
    }

    fn write_line(&mut self, row: usize, routine: &DisasmRoutine, number: i64) -> io::Result<()> {
        let text = escaped(self.line_of(&routine.file, number).unwrap_or_default());
        let Some(line) = routine.lines.iter().find(|line| line.line == number) else {
            return writeln!(self.writer, "<div class=\"line\">{:>10} {:>10} {number:>6}  {text}</div>", ".", ".");
        };
        let values = self.values(line.flat, line.cum, routine);
        let shown = if number == 0 { "?".to_owned() } else { number.to_string() };
        writeln!(self.writer, "<details><summary>{values} {shown:>6}  {text}</summary><div class=\"asm\">")?;
        let mut inlined: &[CodePlace] = &[];
        let mut last: Option<usize> = None;
        for (index, instruction) in routine.instructions.iter().enumerate() {
            if line_in(&instruction.places, &routine.file) != number {
                continue;
            }
            if last.is_some_and(|last| last + 1 != index) {
                writeln!(self.writer, "<div>{:>23}</div>", "⋮")?;
            }
            last = Some(index);
            // The outermost place is the line itself, if it is in the file.
            let calls = instruction.places.split_last().map_or(&[][..], |(_, calls)| calls);
            if calls != inlined {
                self.write_inlined(calls)?;
                inlined = calls;
            }
            self.write_instruction(row, routine, instruction)?;
        }
        writeln!(self.writer, "</div></details>")
    }

    /// Writes the lines that were inlined, the outermost call first.
    fn write_inlined(&mut self, calls: &[CodePlace]) -> io::Result<()> {
        for (depth, place) in calls.iter().rev().enumerate() {
            let text = self.line_of(&place.file, place.line).unwrap_or_default().trim().to_owned();
            let file = place.file.rsplit(['/', '\\']).next().unwrap_or_default();
            let (function, file, text) = (escaped(&place.function), escaped(file), escaped(&text));
            let indent = 2 * depth;
            writeln!(
                self.writer,
                "<div class=\"inlined\">{:>23}{:indent$}{function} {file}:{}  {text}</div>",
                "", "", place.line
            )?;
        }
        Ok(())
    }

    fn write_instruction(
        &mut self,
        row: usize,
        routine: &DisasmRoutine,
        instruction: &DisasmInstruction,
    ) -> io::Result<()> {
        let values = self.values(instruction.flat, instruction.cum, routine);
        let address = instruction.address.trim_start_matches("0x");
        let text = escaped(&instruction.text);
        let is_here = |target: &String| routine.instructions.iter().any(|other| other.address == *target);
        let text = match instruction.target.as_ref().filter(|target| is_here(target)) {
            Some(target) => format!("<a href=\"#i{row}-{}\">{text}</a>", target.trim_start_matches("0x")),
            None => text,
        };
        writeln!(self.writer, "<div id=\"i{row}-{address}\">{values} {address:>10}: {text}</div>")
    }

    fn values(&self, flat: i64, cum: i64, routine: &DisasmRoutine) -> String {
        let label = |value: i64| if value == 0 { ".".to_owned() } else { escaped(&self.report.scale.label(value)) };
        let share = if routine.cum == 0 { 0.0 } else { (cum as f64 / routine.cum as f64).abs() };
        let class = HEAT.iter().find(|(least, _)| share > 0.0 && share >= *least).map_or("none", |(_, class)| class);
        format!("<span class=\"{class}\">{:>10} {:>10}</span>", label(flat), label(cum))
    }

    fn lines_of(&mut self, file: &str) -> &[String] {
        if !self.files.contains_key(file) {
            let text = if file.is_empty() { None } else { (self.source)(file) };
            let lines = text.unwrap_or_default().lines().map(str::to_owned).collect();
            self.files.insert(file.to_owned(), lines);
        }
        &self.files[file]
    }

    fn line_of(&mut self, file: &str, number: i64) -> Option<&str> {
        let index = usize::try_from(number.checked_sub(1)?).ok()?;
        self.lines_of(file).get(index).map(String::as_str)
    }
}

/// Returns a text in which nothing is taken for markup.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\t' => escaped.push(c),
            c if c.is_control() => escaped.push(char::REPLACEMENT_CHARACTER),
            c => escaped.push(c),
        }
    }
    escaped
}
