//! Names of functions in little room.

use std::borrow::Cow;

use unicode_width::UnicodeWidthStr;

use super::table::cut_front;

/// What stands for what was between brackets.
const LEFT_OUT: &str = "…";

/// Makes a name fit into `width` columns: it loses arguments and parameters first, then paths
/// of traits, then its front.
pub(super) fn fit_name(name: &str, width: usize) -> Cow<'_, str> {
    if name.width() <= width {
        return Cow::Borrowed(name);
    }
    let Some(mut short) = without_arguments(name) else { return cut_front(name, width) };
    if short.width() > width
        && let Some(shorter) = without_paths(&short)
    {
        short = shorter;
    }
    Cow::Owned(cut_front(&short, width).into_owned())
}

/// Leaves out what stands in brackets behind a name: `Map<K, V>::at(K const&)` becomes `Map<…>::at(…)`.
///
/// What is no argument stays: `<T as Trait>`, `(*Tree)`, `(anonymous namespace)`, `operator()`. `None` if brackets
/// have no partners.
fn without_arguments(name: &str) -> Option<String> {
    let mut short = String::with_capacity(name.len());
    // What ends each bracket that is open, and whether the text within it is left out.
    let mut open: Vec<(char, bool)> = Vec::new();
    let mut last = ' ';
    for (index, c) in name.char_indices() {
        let is_left_out = open.iter().any(|&(_, is_left_out)| is_left_out);
        let end = match c {
            '<' => Some('>'),
            '(' => Some(')'),
            '[' => Some(']'),
            '{' => Some('}'),
            _ => None,
        };
        let operator = operator_symbols(&name[..index]);
        if operator.is_some_and(|symbols| goes_on(symbols, &name[index..])) {
            if !is_left_out {
                short.push(c);
            }
        } else if let Some(end) = end {
            if !is_left_out {
                short.push(c);
            }
            let follows_name = operator.is_some() || last.is_alphanumeric() || matches!(last, '_' | '>' | '}' | ']');
            let starts_arguments = follows_name && c != '{' && !name[index + 1..].starts_with(end);
            if starts_arguments && !is_left_out {
                short.push_str(LEFT_OUT);
            }
            open.push((end, starts_arguments));
        } else if open.last().is_some_and(|&(end, _)| end == c) && !(c == '>' && last == '-') {
            open.pop();
            if !open.iter().any(|&(_, is_left_out)| is_left_out) {
                short.push(c);
            }
        } else if matches!(c, ')' | ']' | '}') {
            return None;
        } else if !is_left_out {
            short.push(c);
        }
        last = c;
    }
    open.is_empty().then_some(short)
}

/// What operators are called by.
const SYMBOLS: &[char] = &['<', '>', '=', '-', '(', ')', '[', ']', '!', '+', '*', '/', '&', '|', '^', '%'];

/// Returns the symbols at the end of a text that stand behind `operator`.
fn operator_symbols(text: &str) -> Option<&str> {
    let stem = text.trim_end_matches(SYMBOLS);
    stem.ends_with("operator").then(|| &text[stem.len()..])
}

/// Returns whether the name of an operator, of which some symbols are known, goes on in `rest`.
fn goes_on(symbols: &str, rest: &str) -> bool {
    match symbols {
        "" if rest.starts_with("()") => true,
        "(" | "[" => true,
        "()" | "[]" => false,
        _ => !rest.starts_with(['(', ')', ']']) && rest.starts_with(SYMBOLS),
    }
}

/// Makes `<core::iter::Map<…> as core::iter::Iterator>::next` to `<Map<…> as Iterator>::next`.
fn without_paths(name: &str) -> Option<String> {
    let (of, rest) = name.strip_prefix('<')?.split_once(" as ")?;
    let mut depth = 1;
    let end = rest.char_indices().find_map(|(index, c)| {
        match c {
            '<' => depth += 1,
            '>' => depth -= 1,
            _ => {}
        }
        (depth == 0).then_some(index)
    })?;
    let last_part = |path: &'_ str| path.rfind("::").map_or(0, |start| start + 2);
    let as_what = &rest[..end];
    Some(format!("<{} as {}{}", &of[last_part(of)..], &as_what[last_part(as_what)..], &rest[end..]))
}

#[cfg(test)]
mod tests {
    use super::{fit_name, without_arguments};

    #[test]
    fn arguments_are_left_out() {
        for (name, short) in [
            ("main.run", "main.run"),
            ("store.(*node[go.shape.uint64,go.shape.*uint8]).walk", "store.(*node[…]).walk"),
            ("<core::iter::Map<I,F> as Iterator>::next", "<core::iter::Map<…> as Iterator>::next"),
            ("alloc::vec::Vec<T,A>::as_slice", "alloc::vec::Vec<…>::as_slice"),
            ("void Trie<vector<P> >::near<F>(Node const&, F&) const", "void Trie<…>::near<…>(…) const"),
            ("(anonymous namespace)::f(int)", "(anonymous namespace)::f(…)"),
            ("f::{lambda(int)#1}::operator()(int) const", "f::{lambda(…)#1}::operator()(…) const"),
            ("g(A<B>::operator->)", "g(…)"),
            ("operator<<(std::ostream&)", "operator<<(…)"),
            ("a::operator<(b const&)", "a::operator<(…)"),
            ("a::operator[](int)", "a::operator[](…)"),
            ("a<b>::operator->() const", "a<…>::operator->() const"),
            ("rank::{{closure}}", "rank::{{closure}}"),
            ("main()", "main()"),
            ("[libc.so.6]", "[libc.so.6]"),
        ] {
            assert_eq!(without_arguments(name).as_deref(), Some(short), "{name}");
        }
        assert_eq!(without_arguments("a)b"), None);
        assert_eq!(without_arguments("a(b"), None);
    }

    #[test]
    fn names_lose_no_more_than_they_must() {
        assert_eq!(fit_name("a::Map<K, V>::at", 20), "a::Map<K, V>::at");
        assert_eq!(fit_name("a::Map<K, V>::at", 13), "a::Map<…>::at");
        assert_eq!(fit_name("a::Map<K, V>::at", 8), "…<…>::at");
        let next = "<core::iter::Map<I,F> as core::iter::Iterator>::next";
        assert_eq!(fit_name(next, 30), "<Map<…> as Iterator>::next");
    }
}
