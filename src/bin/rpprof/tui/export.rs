//! Files of what is looked at.

use std::path::{Path, PathBuf};

use rpprof::aggregate::{Interrupt, Root};
use rpprof::codec::{self, WriteOptions};
use rpprof::render::{self, SvgOptions};
use rpprof::report::{self, DiffFlame, FlameOptions, TopOptions, ValueOptions};
use rpprof::transform::{compact, extract};

use super::compare;
use super::prepare::{OldSide, Prepared};
use crate::args::OutputArgs;
use crate::command::flame::{page_table, shown_files};
use crate::output::{Content, write_output};

/// The share of the whole below which an exported drawing leaves boxes out: half a pixel of 1200.
const MIN_DRAWN_SHARE: f64 = 0.5 / 1200.0;

/// Why nothing is drawn.
const NOTHING: &str = "there is nothing to draw: no sample has a positive value";

/// Writes a file whole or not at all; returns what was written.
pub(super) fn export(
    prepared: &Prepared<'_, '_>,
    files: &[PathBuf],
    path: &Path,
    root: Root,
) -> Result<String, String> {
    let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let output = OutputArgs { path: Some(path.to_owned()) };
    if let Some(old) = &prepared.old {
        return export_both(prepared, old, (files, &name), &output, root)
            .map(|what| format!("wrote {what} to {}", path.display()));
    }
    let mut options = FlameOptions::default();
    options.values = prepared.values.clone();
    options.frames = prepared.scope.frame_options();
    options.root = root;
    let (what, written) = if name.ends_with(".speedscope.json") {
        options.root = Root::Callers;
        let flame = report::flame(&prepared.selection, &options);
        let write = |writer: &mut dyn std::io::Write| {
            Ok(render::speedscope(&shown_files(files), &[(&flame.summary.sample_type, &flame)], writer)?)
        };
        ("a file for speedscope", write_output(&output, Content::Text, write))
    } else if name.ends_with(".html") {
        options.min_share = MIN_DRAWN_SHARE;
        let flame = report::flame(&prepared.selection, &options);
        if !flame.boxes.iter().any(|flame_box| flame_box.total > 0) {
            return Err(NOTHING.to_owned());
        }
        let mut svg = Vec::new();
        render::svg(&flame, &SvgOptions::default(), &mut svg).map_err(|error| error.to_string())?;
        let top = page_table(&prepared.selection, &options);
        let title = shown_files(files);
        ("a page", write_output(&output, Content::Text, |writer| Ok(render::page(&title, &svg, &top, writer)?)))
    } else if name.ends_with(".svg") {
        options.min_share = MIN_DRAWN_SHARE;
        let flame = report::flame(&prepared.selection, &options);
        if !flame.boxes.iter().any(|flame_box| flame_box.total > 0) {
            return Err(NOTHING.to_owned());
        }
        let write = |writer: &mut dyn std::io::Write| Ok(render::svg(&flame, &SvgOptions::default(), writer)?);
        ("a flame graph", write_output(&output, Content::Text, write))
    } else if name.ends_with(".folded") || name.ends_with(".txt") {
        let flame = report::flame(&prepared.selection, &options);
        ("folded stacks", write_output(&output, Content::Text, |writer| Ok(render::folded(&flame, writer)?)))
    } else if name.ends_with(".pb.gz") {
        let profile = compact(&extract(&prepared.selection)).map_err(|error| error.to_string())?;
        let write = |writer: &mut dyn std::io::Write| Ok(codec::write(&profile, writer, &WriteOptions::default())?);
        ("a profile", write_output(&output, Content::Text, write))
    } else if name.ends_with(".json") {
        let mut options = TopOptions::default();
        options.values = prepared.values.clone();
        options.frames = prepared.scope.frame_options();
        (options.limit, options.node_fraction) = (0, 0.0);
        let top = report::top(&prepared.selection, &options);
        ("the table", write_output(&output, Content::Text, |writer| Ok(render::json(&top, writer)?)))
    } else {
        return Err("the name has to end with .svg, .html, .folded, .json, .speedscope.json or .pb.gz".to_owned());
    };
    written.map_err(|failure| failure.bare().to_string())?;
    Ok(format!("wrote {what} to {}", path.display()))
}

/// Writes a file of a comparison.
fn export_both(
    prepared: &Prepared<'_, '_>,
    old: &OldSide<'_>,
    (files, name): (&[PathBuf], &str),
    output: &OutputArgs,
    root: Root,
) -> Result<&'static str, String> {
    // What is written becomes whole.
    let (never, unbroken) = (Interrupt::new(), "nobody interrupts it");
    let drawn = |flame: &DiffFlame| {
        let mut svg = Vec::new();
        render::diff_svg(flame, &SvgOptions::default(), &mut svg).map(|()| svg).map_err(|error| error.to_string())
    };
    let (what, written) = if name.ends_with(".speedscope.json") {
        let graph = |selection, values: &ValueOptions| {
            let mut options = FlameOptions::default();
            (options.values, options.frames) = (values.clone(), prepared.scope.frame_options());
            report::flame(selection, &options)
        };
        let (before, new) = (graph(&old.selection, &old.values), graph(&prepared.selection, &prepared.values));
        let write = |writer: &mut dyn std::io::Write| {
            Ok(render::speedscope(&shown_files(files), &[("new", &new), ("old", &before)], writer)?)
        };
        ("both profiles for speedscope", write_output(output, Content::Text, write))
    } else if name.ends_with(".html") {
        let flame = compare::flame(prepared, old, (root, ""), MIN_DRAWN_SHARE, &never).expect(unbroken)?;
        if !flame.boxes.iter().any(|diff_box| diff_box.width > 0) {
            return Err(NOTHING.to_owned());
        }
        let svg = drawn(&flame)?;
        let diff = compare::diff(prepared, old, &never).expect(unbroken)?;
        let title = shown_files(files);
        (
            "a page of both sides",
            write_output(output, Content::Text, |writer| Ok(render::page(&title, &svg, diff, writer)?)),
        )
    } else if name.ends_with(".svg") {
        let flame = compare::flame(prepared, old, (root, ""), MIN_DRAWN_SHARE, &never).expect(unbroken)?;
        if !flame.boxes.iter().any(|diff_box| diff_box.width > 0) {
            return Err(NOTHING.to_owned());
        }
        let write = |writer: &mut dyn std::io::Write| Ok(render::diff_svg(&flame, &SvgOptions::default(), writer)?);
        ("a flame graph of both sides", write_output(output, Content::Text, write))
    } else if name.ends_with(".json") {
        let diff = compare::diff(prepared, old, &never).expect(unbroken)?;
        ("the comparison", write_output(output, Content::Text, |writer| Ok(render::json(diff, writer)?)))
    } else {
        return Err(
            "of two profiles a name has to end with .svg, .html, .json or .speedscope.json; <next-side> shows one"
                .to_owned(),
        );
    };
    written.map_err(|failure| failure.bare().to_string())?;
    Ok(what)
}
