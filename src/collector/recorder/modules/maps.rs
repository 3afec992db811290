//! Reads `/proc/self/maps`: what is mapped where.

/// A line of the maps: a range of addresses with one way of access.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct MapLine<'t> {
    pub(super) start: u64,
    pub(super) end: u64,
    pub(super) is_executable: bool,
    /// Where `start` lies in the file.
    pub(super) offset: u64,
    /// Device and inode; the same for all lines of a file.
    pub(super) file_id: &'t str,
    /// The path, a name in brackets, or the empty string.
    pub(super) path: &'t str,
}

/// Reads a line such as `7f00-7f10 r-xp 00001000 fe:01 1234   /lib/libc.so.6`.
fn line(text: &str) -> Option<MapLine<'_>> {
    let (range, rest) = text.split_once(' ')?;
    let (start, end) = range.split_once('-')?;
    let (access, rest) = rest.split_once(' ')?;
    let (offset, rest) = rest.split_once(' ')?;
    // Device and inode are two words; the path is what follows them, spaces included.
    let device_length = rest.find(' ')?;
    let inode_end = rest[device_length + 1..].find(' ').map_or(rest.len(), |length| device_length + 1 + length);
    let number = |digits: &str| u64::from_str_radix(digits, 16).ok();
    Some(MapLine {
        start: number(start)?,
        end: number(end)?,
        is_executable: access.as_bytes().get(2) == Some(&b'x'),
        offset: number(offset)?,
        file_id: &rest[..inode_end],
        path: rest[inode_end..].trim_start(),
    })
}

/// Returns the lines of the maps, by ascending address.
pub(super) fn lines(text: &str) -> impl Iterator<Item = MapLine<'_>> {
    text.lines().filter_map(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_whatever_the_path() {
        let text = "\
55d0c8a00000-55d0c8a20000 r--p 00000000 fe:01 1048      /usr/bin/my prog (deleted)
7f10a0000000-7f10a0021000 rw-p 00000000 00:00 0 
7fff8a9f2000-7fff8a9f4000 r-xp 00000000 00:00 0                          [vdso]
";
        let lines: Vec<_> = lines(text).collect();
        assert_eq!(lines.len(), 3);
        assert_eq!((lines[0].path, lines[0].file_id), ("/usr/bin/my prog (deleted)", "fe:01 1048"));
        assert_eq!((lines[1].path, lines[1].end, lines[1].is_executable), ("", 0x7f10_a002_1000, false));
        assert_eq!((lines[2].path, lines[2].start, lines[2].is_executable), ("[vdso]", 0x7fff_8a9f_2000, true));
    }
}
