//! Names in as many columns as there are.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Shortens a name step by step: without folders, without parameters and what generic types are made of, without what it
/// returns, then from its beginning on at a point or a pair of colons, and at last its end.
pub(super) fn shortened(name: &str, width: usize) -> String {
    if width < 3 {
        return String::new();
    }
    // A folder in brackets is one of a type's.
    let open = name.find(['[', '<', '(']).unwrap_or(name.len());
    let without_folders = name[..open].rfind('/').map_or(name, |end| &name[end + 1..]);
    let bare = bare(without_folders);
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

/// Writes a name without parameters, and with `..` for all that stands in angle and square brackets.
fn bare(name: &str) -> String {
    let mut text = String::new();
    let mut closing: Vec<char> = Vec::new();
    let mut before = ' ';
    for c in name.chars() {
        let is_operator = text.ends_with("operator") || text.ends_with("operator<") || text.ends_with("operator-");
        match c {
            '<' | '[' if !(closing.is_empty() && is_operator) => {
                if closing.is_empty() {
                    text.push(c);
                    text.push_str("..");
                }
                closing.push(if c == '<' { '>' } else { ']' });
            }
            '(' if !closing.is_empty() => closing.push(')'),
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
                }
            }
            c if closing.is_empty() => text.push(c),
            _ => {}
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
    use super::shortened;

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
}
