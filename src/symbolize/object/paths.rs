//! Names of source files, as line tables tell them.

use std::borrow::Cow;

use gimli::UnitRef;

use super::dwarf::Slice;

/// Returns the path of a row of a unit's table of files; empty if there is none.
pub(super) fn path(unit: &UnitRef<'_, Slice<'_>>, file: u64) -> String {
    let Some(header) = unit.line_program.as_ref().map(gimli::IncompleteLineProgram::header) else {
        return String::new();
    };
    let Some(file) = header.file(file) else { return String::new() };
    let text = |value| unit.attr_string(value).map(|text| text.to_string_lossy()).unwrap_or_default();
    let mut path = unit.comp_dir.as_ref().map_or(Cow::default(), Slice::to_string_lossy).into_owned();
    // The folder 0 is that of the compiler, before version 5 too.
    if file.directory_index() != 0
        && let Some(folder) = file.directory(header)
    {
        push(&mut path, &text(folder));
    }
    push(&mut path, &text(file.path_name()));
    path
}

/// Goes on from a folder, in the way of the system that it is of; an absolute path begins anew.
fn push(path: &mut String, next: &str) {
    if is_windows_root(next) || next.starts_with('/') || next.get(1..3) == Some(":/") {
        path.clear();
    } else {
        let separator = if is_windows_root(path) { '\\' } else { '/' };
        if !path.is_empty() && !path.ends_with(separator) {
            path.push(separator);
        }
    }
    path.push_str(next);
}

fn is_windows_root(path: &str) -> bool {
    path.starts_with('\\') || path.get(1..3) == Some(":\\")
}

#[cfg(test)]
mod tests {
    use super::push;

    #[test]
    fn paths_go_on_in_the_way_of_their_system() {
        for (folder, next, expected) in [
            ("/src", "main.c", "/src/main.c"),
            ("/src/", "main.c", "/src/main.c"),
            ("", "main.c", "main.c"),
            ("/src", "/usr/include/stdio.h", "/usr/include/stdio.h"),
            ("C:\\src", "main.c", "C:\\src\\main.c"),
            ("C:\\src\\", "C:/other/main.c", "C:/other/main.c"),
            ("/src", "\\\\server\\main.c", "\\\\server\\main.c"),
        ] {
            let mut path = folder.to_owned();
            push(&mut path, next);
            assert_eq!(path, expected);
        }
    }
}
