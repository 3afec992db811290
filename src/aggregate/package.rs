//! Which package or module a function belongs to, as far as its name tells.

/// Returns the package of a function name: a Go package path, a Rust crate, a C++ or Java namespace.
///
/// Names without one, such as C functions, have the empty package.
///
/// ```
/// use rpprof::aggregate::package;
/// assert_eq!(package("github.com/acme/store.(*Tree).Insert"), "github.com/acme/store");
/// assert_eq!(package("<alloc::vec::Vec<T> as core::ops::Drop>::drop"), "alloc");
/// assert_eq!(package("hyper::proto::h1::io::Buffered<T,B>::poll_flush"), "hyper");
/// assert_eq!(package("runtime.mallocgc"), "runtime");
/// assert_eq!(package("memcpy"), "");
/// ```
pub fn package(name: &str) -> &str {
    let start = name.find(|c: char| !matches!(c, '<' | '&' | '*' | '(' | '[' | ' ' | '{')).unwrap_or(name.len());
    let name = &name[start..];
    let name = ["mut ", "const ", "dyn "].iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name);
    // A namespace ends at the first `::` that no argument or template list comes before.
    let plain = &name[..name.find(['<', '(', ' ', '[']).unwrap_or(name.len())];
    if let Some(end) = plain.find("::") {
        return &plain[..end];
    }
    // A Go name's package ends at the first dot behind the last slash; arguments may hold slashes.
    let path_end = name[..name.find(['(', '[', '<']).unwrap_or(name.len())].rfind('/').map_or(0, |slash| slash + 1);
    match name[path_end..].find('.') {
        Some(dot) if !name[path_end..path_end + dot].contains([' ', '(', '<']) => &name[..path_end + dot],
        _ => "",
    }
}
