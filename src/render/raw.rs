//! All that a profile says, as text.

use std::io::{self, Write};

use super::time::TimeZone;
use crate::profile::{LocationId, MappingId, Profile, Ragged};
use crate::report::{Raw, go_duration};

/// Characters of the duration that are shown, as in pprof.
const DURATION_CHARS: usize = 4;
/// What the labels of a sample stand behind.
const LABEL_INDENT: &str = "                ";
/// What the lines of a location after the first stand behind.
const LINE_INDENT: &str = "             ";

/// Bytes that are written at once.
const WRITTEN_BYTES: usize = 64 << 10;

/// Writes all that a profile says as pprof's `raw` does, byte for byte.
///
/// # Errors
/// What the writer says.
pub fn raw(report: &Raw<'_>, time_zone: &TimeZone, mut writer: impl Write) -> io::Result<()> {
    let profile = report.profile();
    write_header(profile, time_zone, &mut writer)?;
    write_samples(report, &mut writer)?;
    write_locations(report, &mut writer)?;
    write_mappings(report, &mut writer)
}

fn write_header(profile: &Profile, time_zone: &TimeZone, writer: &mut impl Write) -> io::Result<()> {
    let header = profile.header();
    for &comment in &header.comments {
        writeln!(writer, "Comment: {}", profile.str(comment))?;
    }
    let doc_url = profile.str(header.doc_url);
    if !doc_url.is_empty() {
        writeln!(writer, "Doc: {doc_url}")?;
    }
    let (kind, unit) = profile.value_type_names(header.period_type);
    writeln!(writer, "PeriodType: {kind} {unit}")?;
    writeln!(writer, "Period: {}", header.period)?;
    if header.time_nanos != 0 {
        writeln!(writer, "Time: {}", time_zone.to_nanosecond(header.time_nanos))?;
    }
    if header.duration_nanos != 0 {
        let duration: String = go_duration(header.duration_nanos).chars().take(DURATION_CHARS).collect();
        writeln!(writer, "Duration: {duration}")?;
    }
    Ok(())
}

fn write_samples(report: &Raw<'_>, writer: &mut impl Write) -> io::Result<()> {
    let profile = report.profile();
    writeln!(writer, "Samples:")?;
    let default = profile.str(profile.header().default_sample_type);
    let types: Vec<String> = (profile.sample_types().iter())
        .map(|&value_type| {
            let (kind, unit) = profile.value_type_names(value_type);
            format!("{kind}/{unit}{}", if kind == default { "[dflt]" } else { "" })
        })
        .collect();
    writeln!(writer, "{}", types.join(" ").trim())?;
    // The number of each location as it is written: most stand in many stacks.
    let symbols = profile.symbols();
    let number = |row| format!("{} ", symbols.location_file_id(LocationId::from_index(row))).into_bytes();
    let numbers: Ragged<u8> = (0..symbols.locations().len()).map(number).collect();
    let selection = report.selection();
    let mut text = Vec::with_capacity(2 * WRITTEN_BYTES);
    for (sample, locations) in selection.samples() {
        for value in sample.values {
            write!(text, " {value:>10}")?;
        }
        text.extend_from_slice(b": ");
        for location in locations.iter().filter(|location| !selection.is_hidden(**location)) {
            text.extend_from_slice(numbers.get(location.index()));
        }
        text.push(b'\n');
        for lines in [report.text_labels(sample.labels), report.number_labels(sample.labels)] {
            if !lines.is_empty() {
                writeln!(text, "{LABEL_INDENT}{}", lines.join(" "))?;
            }
        }
        if text.len() >= WRITTEN_BYTES {
            writer.write_all(&text)?;
            text.clear();
        }
    }
    writer.write_all(&text)
}

fn write_locations(report: &Raw<'_>, writer: &mut impl Write) -> io::Result<()> {
    let profile = report.profile();
    let symbols = profile.symbols();
    writeln!(writer, "Locations")?;
    for (row, location) in symbols.locations().iter().enumerate() {
        let id = LocationId::from_index(row);
        write!(writer, "{:>6}: {:#x} ", symbols.location_file_id(id), location.address)?;
        if let Some(mapping) = location.mapping {
            write!(writer, "M={} ", symbols.mapping_file_id(mapping))?;
        }
        if location.is_folded {
            write!(writer, "[F] ")?;
        }
        let lines = report.selection().lines_of(id);
        for (index, line) in lines.iter().enumerate() {
            if index > 0 {
                write!(writer, "{LINE_INDENT}")?;
            }
            let function = symbols.functions()[line.function.index()];
            let (name, system_name) = (profile.str(function.name), profile.str(function.system_name));
            let file = profile.str(function.filename);
            write!(writer, "{name} {file}:{}:{} s={}", line.line, line.column, function.start_line)?;
            if name != system_name {
                write!(writer, "({system_name})")?;
            }
            writeln!(writer)?;
        }
        if lines.is_empty() {
            writeln!(writer)?;
        }
    }
    Ok(())
}

fn write_mappings(report: &Raw<'_>, writer: &mut impl Write) -> io::Result<()> {
    let profile = report.profile();
    let symbols = profile.symbols();
    writeln!(writer, "Mappings")?;
    for (row, mapping) in symbols.mappings().iter().enumerate() {
        let resolved = mapping.resolved;
        let flags: String = [
            (resolved.functions, "[FN]"),
            (resolved.filenames, "[FL]"),
            (resolved.line_numbers, "[LN]"),
            (resolved.inline_frames, "[IN]"),
        ]
        .into_iter()
        .filter_map(|(is_set, text)| is_set.then_some(text))
        .collect();
        writeln!(
            writer,
            "{}: {:#x}/{:#x}/{:#x} {} {} {flags}",
            symbols.mapping_file_id(MappingId::from_index(row)),
            mapping.start_address,
            mapping.limit_address,
            mapping.file_offset,
            profile.str(mapping.file),
            profile.str(mapping.build_id),
        )?;
    }
    Ok(())
}
