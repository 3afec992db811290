//! A drawing and a table as one page.

use std::io::{self, Write};

use super::tabular::{Cell, Tabular};

const STYLE: &str = "\
:root{color-scheme:light dark}
body{font:14px/1.4 system-ui,sans-serif;margin:1.5em}
h1{font-size:1.3em;overflow-wrap:anywhere}h2{font-size:1.1em;margin:1.5em 0 .5em}
.drawing>svg{display:block;width:100%}
.drawing{background:#fff;color:#000;color-scheme:light;overflow-x:auto}
.rows{overflow-x:auto}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}
th,td{padding:.15em .8em;text-align:left;border-bottom:1px solid color-mix(in srgb,GrayText 40%,transparent)}
.number{text-align:right}
";

/// Writes a page with a drawing, as [`svg`](super::svg()) and [`diff_svg`](super::diff_svg()) make it, and a table below.
///
/// The page loads nothing. The drawing searches and zooms where scripts may run; it and the table are read without.
///
/// # Errors
/// What the writer says, and [`io::ErrorKind::InvalidInput`] if the drawing is no SVG.
pub fn page(title: &str, drawing: &[u8], report: &impl Tabular, mut writer: impl Write) -> io::Result<()> {
    let no_svg = || io::Error::new(io::ErrorKind::InvalidInput, "the drawing is no SVG");
    let drawing = str::from_utf8(drawing).map_err(|_| no_svg())?;
    // What comes before is of XML, which a page is not.
    let svg = &drawing[drawing.find("<svg").ok_or_else(no_svg)?..];
    let title = escaped(title);
    writeln!(writer, "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>{title}</title>")?;
    writeln!(writer, "<meta name=\"viewport\" content=\"width=device-width\">\n<style>{STYLE}</style>")?;
    writeln!(writer, "<h1>{title}</h1>\n<div class=\"drawing\">\n{}\n</div>", svg.trim_end())?;
    let columns = report.columns();
    writeln!(writer, "<h2>Functions</h2>\n<div class=\"rows\"><table>\n<thead><tr>")?;
    for column in &columns {
        writeln!(writer, "<th{}>{}</th>", class(column.is_number), escaped(&column.name))?;
    }
    writeln!(writer, "</tr></thead>\n<tbody>")?;
    report.each_row(&mut |cells| {
        write!(writer, "<tr>")?;
        for (cell, column) in cells.iter().zip(&columns) {
            let is_code = matches!(cell, Cell::Text(_));
            let (open, close) = if is_code { ("<code>", "</code>") } else { ("", "") };
            write!(writer, "<td{}>{open}{}{close}</td>", class(column.is_number), escaped(&cell.for_people()))?;
        }
        writeln!(writer, "</tr>")
    })?;
    writeln!(writer, "</tbody></table></div>\n</html>")
}

fn class(is_number: bool) -> &'static str {
    if is_number { " class=\"number\"" } else { "" }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::page;
    use crate::render::{Cell, Column, Tabular};

    struct Rows;

    impl Tabular for Rows {
        fn columns(&self) -> Vec<Column> {
            vec![Column::number("flat"), Column::text("name")]
        }

        fn each_row(&self, each: &mut dyn FnMut(Vec<Cell<'_>>) -> io::Result<()>) -> io::Result<()> {
            each(vec![Cell::Value { exact: 1, shown: "1ns".to_owned() }, Cell::text("<T as U>::f")])
        }
    }

    #[test]
    fn names_are_no_markup_and_the_drawing_is() {
        let mut text = Vec::new();
        page("a<b", b"<?xml version=\"1.0\"?><!DOCTYPE svg><svg><g/></svg>\n", &Rows, &mut text).expect("it is memory");
        let text = String::from_utf8(text).expect("UTF-8");
        assert!(text.starts_with("<!doctype html>") && text.ends_with("</html>\n"));
        assert!(text.contains("<title>a&lt;b</title>") && text.contains("<svg><g/></svg>") && !text.contains("<?xml"));
        assert!(text.contains("<td class=\"number\">1ns</td><td><code>&lt;T as U&gt;::f</code></td>"), "{text}");
        let error = page("a", b"no drawing", &Rows, Vec::new()).expect_err("it is none");
        assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
    }
}
