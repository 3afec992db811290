//! Names without what changes from build to build.

use std::borrow::Cow;

/// Hexadecimal digits of a hash in a Rust symbol.
const HASH_DIGITS: usize = 16;
/// A crate's disambiguator has fewer digits only by a rare chance; shorter brackets may be type arguments.
const MIN_DISAMBIGUATOR_DIGITS: usize = 8;
/// What compilers put behind a dot, then a dot and a number, for a part or a copy of a function.
const NUMBERED_SUFFIXES: [&str; 7] = ["llvm", "isra", "part", "constprop", "cold", "lto_priv", "clone"];
/// What compilers put behind a dot without a number.
const PLAIN_SUFFIXES: [&str; 2] = ["cold", "localalias"];
/// What Go calls functions without a name, before a number.
const GO_CLOSURES: [&str; 3] = ["func", "gowrap", "deferwrap"];

/// Returns a function's name without what differs between two builds of the same source.
///
/// These go:
/// - the hash of a Rust symbol (`::h0123456789abcdef`), and that in a mangled one;
/// - the disambiguators of crates (`core[846817f741e54dfd]::`);
/// - what tells parts and copies of a function apart: `.llvm.1234`, `.isra.0`, `.part.0`, `.constprop.0`,
///   `.lto_priv.0`, `.clone.0`, `.cold`, `.localalias`, ` [clone .cold]`;
/// - the numbers of what has no name: `{closure#1}`, `{{closure}}#1`, `{lambda(int)#2}`, `$_3`, and in Go
///   `func1`, `func1.2`, `gowrap1`, `deferwrap2`, `-range1` and `init.0`.
///
/// Cost: nothing is allocated for a name without numbers inside.
///
/// ```
/// use rpprof::aggregate::folded_name;
/// assert_eq!(folded_name("parts::rank::h0123456789abcdef"), "parts::rank");
/// assert_eq!(folded_name("main.serve.func1.2"), "main.serve.func.func");
/// assert_eq!(folded_name("parts::rank::{closure#1}.llvm.77"), "parts::rank::{closure}");
/// ```
pub fn folded_name(name: &str) -> Cow<'_, str> {
    without_numbers(without_suffixes(name))
}

/// Returns a source path without hashes of registries and compilers.
pub(super) fn folded_path(path: Cow<'_, str>) -> Cow<'_, str> {
    if let Some(start) = path.find("/rustc/") {
        let hash = start + "/rustc/".len();
        let end = path[hash..].find('/').map_or(path.len(), |length| hash + length);
        if end - hash >= MIN_DISAMBIGUATOR_DIGITS && is_hex(&path.as_bytes()[hash..end]) {
            return Cow::Owned(format!("{}{}", &path[..hash - 1], &path[end..]));
        }
    }
    if let Some(start) = path.find("/index.crates.io-") {
        let dash = start + "/index.crates.io".len();
        let end = path[dash..].find('/').map_or(path.len(), |length| dash + length);
        return Cow::Owned(format!("{}{}", &path[..dash], &path[end..]));
    }
    path
}

fn is_hex(bytes: &[u8]) -> bool {
    bytes.iter().all(u8::is_ascii_hexdigit)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn without_suffixes(mut name: &str) -> &str {
    while let Some(shorter) = without_suffix(name).filter(|shorter| !shorter.is_empty()) {
        name = shorter;
    }
    name
}

/// Returns the name without its last suffix; `None` if it has none.
fn without_suffix(name: &str) -> Option<&str> {
    if name.ends_with(']') {
        return name.rfind(" [clone ").map(|start| &name[..start]);
    }
    if let Some((head, hash)) = name.rsplit_once("::h")
        && hash.len() == HASH_DIGITS
        && is_hex(hash.as_bytes())
    {
        return Some(head);
    }
    let (head, last) = name.rsplit_once('.')?;
    if PLAIN_SUFFIXES.contains(&last) {
        return Some(head);
    }
    let (head, word) = head.rsplit_once('.').filter(|_| is_number(last))?;
    NUMBERED_SUFFIXES.contains(&word).then_some(head)
}

fn without_numbers(name: &str) -> Cow<'_, str> {
    let bytes = name.as_bytes();
    let is_mangled = name.starts_with("_ZN") || name.starts_with("_R");
    let mut folded = String::new();
    let mut kept = 0;
    let mut at = 0;
    while at < bytes.len() {
        let cut = match bytes[at] {
            b'#' => cut_index(bytes, at),
            b'[' => cut_disambiguator(bytes, at),
            b'$' => cut_clang_lambda(bytes, at),
            b'.' | b'-' => cut_go_number(bytes, at),
            b'1' | b's' if is_mangled => cut_mangled_hash(bytes, at),
            _ => None,
        };
        let Some(Cut { start, end, instead }) = cut else {
            at += 1;
            continue;
        };
        folded.push_str(&name[kept..start]);
        folded.push_str(instead);
        (kept, at) = (end, end);
    }
    if kept == 0 {
        return Cow::Borrowed(name);
    }
    folded.push_str(&name[kept..]);
    Cow::Owned(folded)
}

/// A part of a name that goes, between ASCII characters, and what stands in its place.
struct Cut {
    start: usize,
    end: usize,
    instead: &'static str,
}

impl Cut {
    /// Cuts a part; `None` if it is empty.
    fn new(start: usize, end: usize) -> Option<Self> {
        (start < end).then_some(Self { start, end, instead: "" })
    }
}

/// Returns the end of the digits that begin at `start`.
fn digits_end(bytes: &[u8], start: usize) -> usize {
    start + bytes[start..].iter().take_while(|byte| byte.is_ascii_digit()).count()
}

fn is_identifier(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// Cuts `#1` behind what has no name.
fn cut_index(bytes: &[u8], hash: usize) -> Option<Cut> {
    let before = *bytes[..hash].last()?;
    let end = digits_end(bytes, hash + 1);
    let is_index = end > hash + 1 && (is_identifier(before) || matches!(before, b'}' | b')' | b'\''));
    if is_index { Cut::new(hash, end) } else { None }
}

/// Cuts `[846817f741e54dfd]` between a crate and `::`.
fn cut_disambiguator(bytes: &[u8], bracket: usize) -> Option<Cut> {
    let before = *bytes[..bracket].last()?;
    let digits = bytes[bracket + 1..].iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    let end = bracket + 1 + digits;
    let is_hash = (MIN_DISAMBIGUATOR_DIGITS..=HASH_DIGITS).contains(&digits);
    if is_hash && is_identifier(before) && bytes[end..].starts_with(b"]::") {
        return Cut::new(bracket, end + 1);
    }
    None
}

/// Cuts the number of `$_3`.
fn cut_clang_lambda(bytes: &[u8], dollar: usize) -> Option<Cut> {
    let number = dollar + 2;
    if bytes.get(dollar + 1) == Some(&b'_') { Cut::new(number, digits_end(bytes, number)) } else { None }
}

/// Cuts the number behind `.func`, `.gowrap`, `.deferwrap`, `-range` and `.init.`, or makes `.2` of `.func1.2` a `.func`.
fn cut_go_number(bytes: &[u8], dot: usize) -> Option<Cut> {
    let rest = &bytes[dot + 1..];
    let ends_at = |number: usize| {
        let end = digits_end(bytes, number);
        (end > number && bytes.get(end).is_none_or(|&byte| !is_identifier(byte))).then_some(end)
    };
    if bytes[dot] == b'-' {
        let number = dot + 1 + "range".len();
        return rest.starts_with(b"range").then(|| ends_at(number)).flatten().and_then(|end| Cut::new(number, end));
    }
    // A package's own function may be called `func1`; what has no name stands behind the name of another.
    let name_start = bytes[..dot].iter().rposition(|&byte| byte == b'/').map_or(0, |slash| slash + 1);
    if !bytes[name_start..dot].contains(&b'.') {
        let number = dot + 1 + "init.".len();
        let end = rest.starts_with(b"init.").then(|| ends_at(number)).flatten()?;
        return Cut::new(number - 1, end);
    }
    if rest.first().is_some_and(u8::is_ascii_digit) {
        let closure = closure_before(bytes, dot)?;
        let end = ends_at(dot + 1)?;
        return Some(Cut { start: dot, end, instead: if closure == "func" { ".func" } else { "" } });
    }
    let word = GO_CLOSURES.iter().find(|word| rest.starts_with(word.as_bytes()))?;
    let number = dot + 1 + word.len();
    Cut::new(number, ends_at(number)?)
}

/// Returns which of the words for functions without a name stands, with its numbers, before the dot at `dot`.
fn closure_before(bytes: &[u8], dot: usize) -> Option<&'static str> {
    let is_numeral = |byte: &u8| byte.is_ascii_digit() || *byte == b'.';
    let end = bytes[..dot].iter().rposition(|byte| !is_numeral(byte))? + 1;
    let words = &bytes[..end];
    let is_last = |word: &&&str| words.ends_with(word.as_bytes()) && words[..end - word.len()].ends_with(b".");
    if end == dot { None } else { GO_CLOSURES.iter().find(is_last).copied() }
}

/// Cuts the hash of a mangled Rust name: `17h0123456789abcdef` of the older scheme, the crate's `s1a2B_` of v0.
fn cut_mangled_hash(bytes: &[u8], at: usize) -> Option<Cut> {
    let rest = &bytes[at..];
    if let Some(hash) = rest.strip_prefix(b"17h") {
        let is_last = hash.get(HASH_DIGITS) == Some(&b'E') && is_hex(&hash[..HASH_DIGITS]);
        return if is_last { Cut::new(at, at + "17h".len() + HASH_DIGITS) } else { None };
    }
    let is_crate = rest[0] == b's' && at > 0 && bytes[at - 1] == b'C';
    let digits = rest[1..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let end = 1 + digits;
    let is_hash = rest.get(end) == Some(&b'_') && rest.get(end + 1).is_some_and(u8::is_ascii_digit);
    if is_crate && is_hash { Cut::new(at, at + end + 1) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_two_builds_become_one() {
        for (name, folded) in [
            ("parts::rank::h0123456789abcdef", "parts::rank"),
            ("parts::rank::h0123456789abcdeg", "parts::rank::h0123456789abcdeg"),
            ("parts::h123", "parts::h123"),
            ("core[846817f741e54dfd]::fmt::write", "core::fmt::write"),
            (
                "<std[1f0e2d3c4b5a6978]::io::Stdin as std[1f0e2d3c4b5a6978]::io::Read>::read",
                "<std::io::Stdin as std::io::Read>::read",
            ),
            ("main.Map[deadbeef]", "main.Map[deadbeef]"),
            ("parts::rank::{closure#0}::{closure#12}", "parts::rank::{closure}::{closure}"),
            ("parts::rank::{{closure}}#1", "parts::rank::{{closure}}"),
            ("parts::{impl#3}::rank", "parts::{impl}::rank"),
            ("f(int)::{lambda(int)#2}::operator()(int) const", "f(int)::{lambda(int)}::operator()(int) const"),
            ("f()::$_3::operator()() const", "f()::$_::operator()() const"),
            ("rank.llvm.13572468", "rank"),
            ("rank.isra.0.cold", "rank"),
            ("rank.part.0.constprop.1", "rank"),
            ("rank.lto_priv.0", "rank"),
            ("std::sort(int*) [clone .isra.0] [clone .cold]", "std::sort(int*)"),
            ("parts::rank::h0123456789abcdef.llvm.99", "parts::rank"),
            ("rank.1", "rank.1"),
            ("main.serve.func1", "main.serve.func"),
            ("main.serve.func1.2", "main.serve.func.func"),
            ("main.serve.func1.2.3", "main.serve.func.func.func"),
            ("main.serve.gowrap1", "main.serve.gowrap"),
            ("main.serve.func3.deferwrap12", "main.serve.func.deferwrap"),
            ("main.(*Server).run.func1.gowrap2", "main.(*Server).run.func.gowrap"),
            ("example.com/a.b/orders.run.main.helper.func4", "example.com/a.b/orders.run.main.helper.func"),
            ("main.each-range2", "main.each-range"),
            ("main.init.0", "main.init"),
            ("main.init.0.func1", "main.init.func"),
            ("main.func1", "main.func1"),
            ("example.com/orders.func1", "example.com/orders.func1"),
            ("main.run.func1x", "main.run.func1x"),
            ("main.run.1", "main.run.1"),
            ("_ZN5parts4rank17h0123456789abcdefE", "_ZN5parts4rankE"),
            ("_RNvCs1a2Bc_5parts4rank", "_RNvC5parts4rank"),
            ("runtime.mallocgc", "runtime.mallocgc"),
            ("größe.func1", "größe.func1"),
            ("#1", "#1"),
            ("", ""),
            (".cold", ".cold"),
        ] {
            assert_eq!(folded_name(name), folded, "{name}");
            assert_eq!(folded_name(folded), folded, "{name} twice");
        }
    }

    #[test]
    fn paths_of_two_builds_become_one() {
        for (path, folded) in [
            (
                "/rustc/59807616e1fa2540724bfbac14d7976d7e4a3860/library/core/src/fmt.rs",
                "/rustc/library/core/src/fmt.rs",
            ),
            (
                "/cargo/registry/src/index.crates.io-1949cf8c6b5b557f/regex-1.0.0/src/lib.rs",
                "/cargo/registry/src/index.crates.io/regex-1.0.0/src/lib.rs",
            ),
            ("/src/rustc/main.rs", "/src/rustc/main.rs"),
            ("main.go", "main.go"),
        ] {
            assert_eq!(folded_path(Cow::Borrowed(path)), folded, "{path}");
        }
    }
}
