//! Where output goes: standard output, or a file that is written whole or not at all.

use std::fs::Permissions;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;

use rpprof::render::{self, TableStyle, Tabular};
use serde::Serialize;
use tempfile::Builder;

use crate::args::{ColorChoice, Format, FormatArgs, OutputArgs};
use crate::failure::Failure;

/// Bytes that are collected before they are written.
const BUFFER_BYTES: usize = 64 << 10;

/// What a terminal must not get.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    Text,
    /// What only a program can read, by its name.
    Data(&'static str),
}

/// Calls `write` with where the output goes.
///
/// A file is written beside its place under another name and then moved there, so that nobody
/// ever sees half of it; devices and pipes are written to directly.
pub(crate) fn write_output(
    arguments: &OutputArgs,
    content: Content,
    write: impl FnOnce(&mut dyn Write) -> Result<(), Failure>,
) -> Result<(), Failure> {
    match arguments.path.as_deref().filter(|path| path.as_os_str() != "-") {
        Some(path) => write_file(path, write),
        None => {
            let stdout = io::stdout();
            if let Content::Data(what) = content
                && stdout.is_terminal()
            {
                let failure = Failure::new(format!("standard output is a terminal, which cannot show {what}"));
                return Err(failure.hint("write to a file with -o FILE"));
            }
            let mut writer = BufWriter::with_capacity(BUFFER_BYTES, stdout.lock());
            write(&mut writer)?;
            Ok(writer.flush()?)
        }
    }
}

/// Writes a report in the form that is asked for; `table` writes it as text to read.
pub(crate) fn write_report(
    report: &(impl Serialize + Tabular),
    format: &FormatArgs,
    output: &OutputArgs,
    table: impl FnOnce(&mut dyn Write) -> Result<(), Failure>,
) -> Result<(), Failure> {
    write_output(output, Content::Text, |writer| match format.format() {
        Format::Table => table(writer),
        Format::Json => Ok(render::json(report, writer)?),
        Format::Csv => Ok(render::csv(report, writer)?),
        Format::Markdown => Ok(render::markdown(report, writer)?),
    })
}

fn write_file(path: &Path, write: impl FnOnce(&mut dyn Write) -> Result<(), Failure>) -> Result<(), Failure> {
    let failed = |error: io::Error| Failure::io(path, error);
    let is_special = std::fs::metadata(path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir());
    if is_special {
        let file = std::fs::OpenOptions::new().write(true).open(path).map_err(failed)?;
        let mut writer = BufWriter::with_capacity(BUFFER_BYTES, file);
        write(&mut writer)?;
        return writer.flush().map_err(failed);
    }
    // A link stays, and what it points to is replaced.
    let target = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if !folder.is_dir() {
        return Err(Failure::new(format!("there is no folder {}", folder.display())).at(path.display()));
    }
    let mut builder = Builder::new();
    builder.prefix(".rpprof-");
    if let Some(permissions) = permissions(&target) {
        builder.permissions(permissions);
    }
    let file = builder.tempfile_in(folder).map_err(failed)?;
    let mut writer = BufWriter::with_capacity(BUFFER_BYTES, file);
    write(&mut writer)?;
    let file = writer.into_inner().map_err(|error| failed(error.into_error()))?;
    file.persist(&target).map_err(|error| failed(error.error))?;
    Ok(())
}

/// Returns the permissions of the file that is replaced, else what new files get, less the umask.
#[cfg(unix)]
fn permissions(target: &Path) -> Option<Permissions> {
    use std::os::unix::fs::PermissionsExt;
    Some(std::fs::metadata(target).map_or_else(|_| Permissions::from_mode(0o666), |metadata| metadata.permissions()))
}

#[cfg(not(unix))]
fn permissions(_: &Path) -> Option<Permissions> {
    None
}

/// Returns how many lines the terminal has that a table is written to; `None` if it is written elsewhere.
pub(crate) fn terminal_lines(format: &FormatArgs, output: &OutputArgs) -> Option<usize> {
    let is_shown = output.path.is_none() && format.format() == Format::Table && io::stdout().is_terminal();
    let (_, height) = is_shown.then(terminal_size::terminal_size)??;
    Some(usize::from(height.0))
}

/// Returns how tables look on standard output.
pub(crate) fn table_style(color: ColorChoice, output: &OutputArgs) -> TableStyle {
    let is_terminal = output.path.is_none() && io::stdout().is_terminal();
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    let has_color = match color {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => {
            is_terminal && !is_set("NO_COLOR") && std::env::var_os("TERM").is_none_or(|terminal| terminal != "dumb")
        }
    };
    let width = if is_terminal { terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)) } else { None };
    TableStyle::new(has_color, width)
}
