//! Names in as many columns as there are.

mod impls;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Shortens a name step by step: without folders, without parameters and what generic types are made of, without what it
/// returns, then from its beginning on at a point or a pair of colons, without the trait that a type has it of, and at last
/// its end.
pub(super) fn shortened(name: &str, width: usize) -> String {
    if width < 3 {
        return String::new();
    }
    let without_folders = without_folders(name);
    let forms = match (impls::with_trait(without_folders), impls::with_type(without_folders)) {
        (Some(with_trait), Some(with_type)) => vec![with_trait, with_type],
        _ => vec![bare(without_folders, 0)],
    };
    // Pointers have spaces, and return nothing.
    let owns: Vec<&str> =
        forms.iter().map(|form| if forms.len() > 1 { form } else { &form[after_type(form)..] }).collect();
    let mut steps = vec![name, without_folders];
    for (form, own) in forms.iter().zip(&owns) {
        steps.extend([form.as_str(), own]);
        // The last one is the same of all.
        let ends = ends(own);
        steps.extend(
            &ends[..ends.len() - usize::from(own != owns.last().expect("there is a form") && !ends.is_empty())],
        );
    }
    if let Some(step) = steps.iter().find(|step| step.width() <= width) {
        return (*step).to_owned();
    }
    let mut text = String::new();
    let mut used = 0;
    for c in steps.pop().unwrap_or(name).chars() {
        used += c.width().unwrap_or(0);
        if used > width {
            break;
        }
        text.push(c);
    }
    // A point with nothing behind it tells nothing.
    text.truncate(text.trim_end_matches(['.', ':']).len());
    text
}

/// Shortens a name as [`shortened`] does, but leaves as much of what stands in brackets as there is place for: functions
/// that differ in that alone can be told apart. What stands there loses first the paths of its names.
pub(super) fn filled(name: &str, width: usize) -> String {
    if name.width() <= width {
        return name.to_owned();
    }
    let without_folders = without_folders(name);
    if without_folders.width() <= width {
        return without_folders.to_owned();
    }
    // What a type has of a trait is told by both, which their parts would take the place of.
    if impls::with_trait(without_folders).is_some() {
        return shortened(name, width);
    }
    let own_of = |name: &str, kept: usize| {
        let bare = bare(name, kept);
        Some(bare[after_type(&bare)..].to_owned()).filter(|own| own.width() <= width)
    };
    let without_paths = without_paths(without_folders);
    let own = |kept: usize| own_of(&without_paths, kept);
    if let Some(own) = own_of(without_folders, usize::MAX).or_else(|| own(usize::MAX)) {
        return own;
    }
    // More that is kept takes more columns, but for the mark of what is not, which a pair of brackets may need no more.
    let (mut least, mut most) = (LEAST_KEPT, width);
    while least < most {
        let middle = least.midpoint(most);
        if own(middle).is_some() { least = middle + 1 } else { most = middle }
    }
    let kept = (LEAST_KEPT..least + MARK.len() + 1).rev();
    kept.take(2 * MARK.len()).find_map(own).unwrap_or_else(|| shortened(name, width))
}

/// Writes a name with the last words alone of the names that stand in brackets.
fn without_paths(name: &str) -> String {
    let (mut text, mut word) = (String::new(), String::new());
    let mut depth = 0_usize;
    for c in name.chars() {
        match c {
            // What ends with a bracket is no part of a path that can go.
            ':' | '.' | '/' if depth > 0 && !word.is_empty() => word.clear(),
            ':' if depth > 0 && !text.ends_with([')', '>', ']', '}', ':']) => {}
            c if c.is_alphanumeric() || c == '_' => word.push(c),
            c => {
                text.push_str(&word);
                word.clear();
                text.push(c);
                match c {
                    '<' | '[' | '(' => depth += 1,
                    '>' | ']' | ')' => depth = depth.saturating_sub(1),
                    _ => {}
                }
            }
        }
    }
    text + &word
}

/// Less of what stands in brackets tells nothing.
const LEAST_KEPT: usize = 4;
/// Stands for what is left out of brackets.
const MARK: &str = "..";

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
                text.push_str(MARK);
                is_cut = true;
            }
        };
        let is_operator = text.ends_with("operator") || text.ends_with("operator<") || text.ends_with("operator-");
        match c {
            '<' | '[' if !(closing.is_empty() && is_operator) => {
                if closing.is_empty() {
                    text.push(c);
                    is_cut = kept == 0;
                    text.push_str(if is_cut { MARK } else { "" });
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

/// Returns what stands behind each point, slash and pair of colons outside of brackets, the longest first; what a function
/// without a name is within belongs to it.
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
    ends.retain(|end| !is_nameless(end) && !is_extension(end));
    ends
}

/// Returns whether a part of a name is what the names of files of source end with, maybe with a line: that tells less than
/// what stands before it.
fn is_extension(part: &str) -> bool {
    let extension = part.split(':').next().unwrap_or(part);
    let known =
        ["S", "asm", "c", "cc", "cpp", "cxx", "go", "h", "hpp", "inc", "java", "js", "py", "rb", "rs", "s", "ts"];
    known.contains(&extension)
}

/// Returns whether a part of a name is nothing but what compilers call functions without names: closures of Rust, and of Go.
fn is_nameless(part: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || c == '.');
    part.starts_with('{') || part.strip_prefix("func").is_some_and(is_number) || is_number(part)
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
            ("<alloc::vec::Vec<T> as core::iter::FromIterator<T>>::from_iter", 40, "<Vec as FromIterator>::from_iter"),
            ("<alloc::vec::Vec<T> as core::iter::FromIterator<T>>::from_iter", 20, "Vec::from_iter"),
            ("<alloc::vec::Vec<T> as core::iter::FromIterator<T>>::from_iter", 10, "from_iter"),
            ("core::slice::cmp::<impl core::cmp::PartialEq<[U]> for [T]>::eq", 30, "cmp::<[T] as PartialEq>::eq"),
            ("core::slice::cmp::<impl core::cmp::PartialEq<[U]> for [T]>::eq", 12, "cmp::[T]::eq"),
            ("core::slice::cmp::<impl core::cmp::PartialEq<[U]> for [T]>::eq", 8, "[T]::eq"),
            ("core::str::<impl core::str::Str>::to_lowercase<a::B>", 32, "core::str::Str::to_lowercase<..>"),
            ("core::ptr::const_ptr::<impl *const T>::is_aligned_to", 24, "*const T::is_aligned_to"),
            ("a::b::sort::{{closure}}", 19, "sort::{{closure}}"),
            ("a::b::sort::{{closure}}", 12, "sort::{{clos"),
            ("main.(*service).search.func1.2", 12, "search.func1"),
            ("main.(*service).search.func1.2", 7, "search"),
            ("(anonymous namespace)::deep::walk(int)", 34, "(anonymous namespace)::deep::walk"),
            ("std::ostream& std::operator<< <char>(std::ostream&)", 30, "std::operator<< <..>"),
            ("a::b::operator()(int) const", 18, "a::b::operator()"),
            ("core::ops::function::FnOnce::call_once{{vtable.shim}}", 30, "call_once{{vtable.shim}}"),
            ("/usr/src/shop/store.c:123", 12, "store.c:123"),
            ("/usr/src/shop/store.c:123", 7, "store.c"),
            ("sort/zsortinterface.go", 5, "zsort"),
            ("example.com/shop/arshal_default.go", 17, "arshal_default.go"),
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
            (name, 50, "std::allocator<pair<int, char>, 3>::allocate<long>"),
            (name, 40, "std::allocator<pair<int..>::allocate<..>"),
            (name, 32, "std::allocator<..>::allocate<..>"),
            ("a/b/c.(*node[x/y.Long,z/w.Other]).walk", 36, "c.(*node[x/y.Long,z/w.Other]).walk"),
            ("a/b/c.(*node[x/y.Long,z/w.Other]).walk", 28, "c.(*node[Long,Other]).walk"),
            ("a/b/c.(*node[x/y.Long,z/w.Other]).walk", 25, "c.(*node[Long,Ot..]).walk"),
            ("a.f[go.shape.*uint8,go.shape.[]a/b.T]", 16, "a.f[*uint8,[]T]"),
            ("f<a::B<c::D>::iterator, ::e::F>(g::H)", 28, "f<B<D>::iterator, F>"),
            ("a/b/c.(*node[x/y.Long,z/w.Other]).walk", 20, "c.(*node[..]).walk"),
            ("a/b/c.(*node[x/y.Long,z/w.Other]).walk", 5, "walk"),
            ("f<日本語日本語日本語>", 14, "f<日本語日..>"),
        ] {
            assert_eq!(filled(name, width), expected, "{name} in {width}");
        }
    }
}
