//! Source paths as pprof shows them.

use std::borrow::Cow;

/// Prefixes of build systems that say nothing; longer ones first.
const NOISE: [&str; 2] = ["/proc/self/cwd/./", "/proc/self/cwd/"];

/// Returns a source path without build system noise and in its shortest form.
pub(super) fn shown_path(path: &str) -> Cow<'_, str> {
    let path = NOISE.iter().find_map(|noise| path.strip_prefix(noise)).unwrap_or(path);
    if path.is_empty() { Cow::Borrowed(path) } else { clean(path) }
}

/// Returns the shortest path that names the same file, by its text alone (Go's `filepath.Clean` on Unix).
fn clean(path: &str) -> Cow<'_, str> {
    if is_clean(path) {
        return Cow::Borrowed(path);
    }
    let is_rooted = path.starts_with('/');
    let mut kept: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if kept.last().is_some_and(|&last| last != "..") => {
                kept.pop();
            }
            ".." if is_rooted => {}
            _ => kept.push(part),
        }
    }
    let joined = kept.join("/");
    Cow::Owned(match (is_rooted, joined.is_empty()) {
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    })
}

fn is_clean(path: &str) -> bool {
    let body = path.strip_prefix('/').unwrap_or(path);
    path == "/" || body.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

#[cfg(test)]
mod tests {
    use super::shown_path;

    #[test]
    fn paths_are_shortened_by_their_text() {
        for (path, shown) in [
            ("", ""),
            ("a/b.go", "a/b.go"),
            ("/a//b/./c/../d.go", "/a/b/d.go"),
            ("../../x.c", "../../x.c"),
            ("/../x.c", "/x.c"),
            ("a/..", "."),
            ("./", "."),
            ("/", "/"),
            ("x/", "x"),
            ("/proc/self/cwd/./src/a.cc", "src/a.cc"),
            ("/proc/self/cwd/src/a.cc", "src/a.cc"),
        ] {
            assert_eq!(shown_path(path), shown, "{path}");
        }
    }
}
