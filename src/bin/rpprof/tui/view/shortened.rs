//! Names in as many columns as there are.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Shortens a name step by step: without folders, without parameters and what generic types are made of, without what it
/// returns, then from its beginning on at a point or a pair of colons, and at last its end.
pub(super) fn shortened(name: &str, width: usize) -> String {
    if width < 3 {
        return String::new();
    }
    let without_folders = without_folders(name);
    let bare = bare(without_folders, 0);
    let own = &bare[after_type(&bare)..];
    let mut ends = ends(own);
    if let Some(step) = [name, without_folders, &bare, own].into_iter().find(|step| step.width() <= width) {
        return step.to_owned();
    }
    if let Some(end) = ends.iter().find(|end| end.width() <= width) {
        return (*end).to_owned();
    }
    let mut text = String::new();
    let mut used = 0;
    for c in ends.pop().unwrap_or(own).chars() {
        used += c.width().unwrap_or(0);
        if used > width {
            break;
        }
        text.push(c);
    }
    text
}

/// Shortens a name as [`shortened`] does, but leaves as much of what stands in brackets as there is place for: functions
/// that differ in that alone can be told apart.
pub(super) fn filled(name: &str, width: usize) -> String {
    if name.width() <= width {
        return name.to_owned();
    }
    let without_folders = without_folders(name);
    if without_folders.width() <= width {
        return without_folders.to_owned();
    }
    let names = (LEAST_KEPT..width).rev().map(|kept| bare(without_folders, kept));
    let own = names.map(|name| name[after_type(&name)..].to_owned()).find(|own| own.width() <= width);
    own.unwrap_or_else(|| shortened(name, width))
}

/// Less of what stands in brackets tells nothing.
const LEAST_KEPT: usize = 4;

/// Writes a name without the folders that it begins with; one in brackets is one of a type's.
fn without_folders(name: &str) -> &str {
    let open = name.find(['[', '<', '(']).unwrap_or(name.len());
    name[..open].rfind('/').map_or(name, |end| &name[end + 1..])
}

/// Writes a name without parameters, and with `..` for what stands in angle and square brackets behind its first `kept`
/// characters.
fn bare(name: &str, mut kept: usize) -> String {
    let mut text = String::new();
    let mut closing: Vec<char> = Vec::new();
    let mut before = ' ';
    let mut is_cut = false;
    for c in name.chars() {
        let mut keep = |c: char, text: &mut String| {
            if kept > 0 {
                text.push(c);
                kept -= 1;
            } else if !is_cut {
                text.push_str("..");
                is_cut = true;
            }
        };
        let is_operator = text.ends_with("operator") || text.ends_with("operator<") || text.ends_with("operator-");
        match c {
            '<' | '[' if !(closing.is_empty() && is_operator) => {
                if closing.is_empty() {
                    text.push(c);
                    is_cut = kept == 0;
                    text.push_str(if is_cut { ".." } else { "" });
                } else {
                    keep(c, &mut text);
                }
                closing.push(if c == '<' { '>' } else { ']' });
            }
            '(' if !closing.is_empty() => {
                keep(c, &mut text);
                closing.push(')');
            }
            // A receiver of Go, a nameless part of C++, its operator of calls, a lambda.
            '(' if matches!(before, '.' | ':') || text.is_empty() || is_operator || text.ends_with("{lambda") => {
                text.push(c);
            }
            '(' => break,
            // The end of an arrow is no bracket.
            c if closing.last() == Some(&c) && !(c == '>' && matches!(before, '-' | '=')) => {
                closing.pop();
                if closing.is_empty() {
                    text.push(c);
                } else {
                    keep(c, &mut text);
                }
            }
            c if closing.is_empty() => text.push(c),
            c => keep(c, &mut text),
        }
        before = c;
    }
    if text.is_empty() { name.to_owned() } else { text }
}

/// Returns where a bare name begins behind the type that stands before it.
fn after_type(bare: &str) -> usize {
    let mut start = 0;
    let mut depth = 0_usize;
    for (index, c) in bare.char_indices() {
        match c {
            '(' | '<' | '[' | '{' => depth += 1,
            ')' | '>' | ']' | '}' => depth = depth.saturating_sub(1),
            ' ' if depth == 0 && !bare[..index].contains("operator") => start = index + 1,
            _ => {}
        }
    }
    if start < bare.len() { start } else { 0 }
}

/// Returns what stands behind each point, slash and pair of colons outside of brackets, the longest first.
fn ends(own: &str) -> Vec<&str> {
    let mut ends = Vec::new();
    let mut depth = 0_usize;
    for (index, c) in own.char_indices() {
        let rest = &own[index + c.len_utf8()..];
        match c {
            '(' | '<' | '[' | '{' => depth += 1,
            ')' | '>' | ']' | '}' => depth = depth.saturating_sub(1),
            '.' | '/' if depth == 0 && !rest.is_empty() => ends.push(rest),
            ':' if depth == 0 && rest.starts_with(':') && rest.len() > 1 => ends.push(&rest[1..]),
            _ => {}
        }
    }
    ends
}

#[cfg(test)]
mod tests {
    use super::{filled, shortened};

    #[test]
    fn names_lose_first_what_tells_least() {
        for (name, width, expected) in [
            ("example.com/shop/store.(*Tree).Insert", 40, "example.com/shop/store.(*Tree).Insert"),
            ("example.com/shop/store.(*Tree).Insert", 20, "store.(*Tree).Insert"),
            ("example.com/shop/store.(*Tree).Insert", 8, "Insert"),
            ("alloc::vec::Vec<T>::push", 13, "Vec<..>::push"),
            ("alloc::vec::Vec<T>::push", 10, "push"),
            ("main.(*service).search.func1", 14, "search.func1"),
            ("void a::Trie<b::C<d> >::near<a::E(int) const>(a::F, int)", 24, "a::Trie<..>::near<..>"),
            ("void a::Trie<b::C<d> >::near<a::E(int) const>(a::F, int)", 8, "near<..>"),
            ("<alloc::vec::Vec<T> as core::iter::FromIterator<T>>::from_iter", 20, "<..>::from_iter"),
            ("(anonymous namespace)::deep::walk(int)", 34, "(anonymous namespace)::deep::walk"),
            ("std::ostream& std::operator<< <char>(std::ostream&)", 30, "std::operator<< <..>"),
            ("a::b::operator()(int) const", 18, "a::b::operator()"),
            ("core::ops::function::FnOnce::call_once{{vtable.shim}}", 30, "call_once{{vtable.shim}}"),
            ("/usr/src/shop/store.c:123", 12, "store.c:123"),
            ("std::sort(int*, int*)", 12, "std::sort"),
            ("runtime.mallocgc", 4, "mall"),
            ("example.com/shop/store.(*node[go.shape.uint64,go.shape.*uint8]).walk", 30, "store.(*node[..]).walk"),
            (
                "example.com/shop/store.(*node[go.shape.uint64,a.b/c.T]).walk",
                54,
                "store.(*node[go.shape.uint64,a.b/c.T]).walk",
            ),
            ("日本語の関数", 5, "日本"),
            ("main", 2, ""),
        ] {
            assert_eq!(shortened(name, width), expected, "{name} in {width}");
        }
    }

    #[test]
    fn what_tells_functions_apart_is_kept_as_far_as_there_is_place() {
        let name = "void* std::allocator<std::pair<int, char>, 3>::allocate<long>(unsigned long)";
        for (name, width, expected) in [
            (name, 80, name),
            (name, 60, "std::allocator<std::pair<int, char>, 3>::allocate<long>"),
            (name, 50, "std::allocator<std::pair<int, cha..>::allocate<..>"),
            (name, 32, "std::allocator<..>::allocate<..>"),
            ("a/b/c.(*node[x/y.Long,z/w.Other]).walk", 36, "c.(*node[x/y.Long,z/w.Other]).walk"),
            ("a/b/c.(*node[x/y.Long,z/w.Other]).walk", 28, "c.(*node[x/y.Long,z..]).walk"),
            ("a/b/c.(*node[x/y.Long,z/w.Other]).walk", 20, "c.(*node[..]).walk"),
            ("a/b/c.(*node[x/y.Long,z/w.Other]).walk", 5, "walk"),
            ("f<日本語日本語日本語>", 14, "f<日本語日..>"),
        ] {
            assert_eq!(filled(name, width), expected, "{name} in {width}");
        }
    }
}
