//! Names of what a type of Rust has of itself, or of a trait: `<Type as Trait>::name`, `<impl Trait for Type>::name`.

/// A pair of angle brackets that names a type, and maybe a trait.
struct Impl<'n> {
    before: &'n str,
    of_trait: Option<&'n str>,
    of_type: &'n str,
    behind: &'n str,
}

impl Impl<'_> {
    /// Writes the name with something else instead of the brackets.
    fn around(&self, own: &str) -> String {
        format!("{}{own}{}", self.before, super::bare(self.behind, 0))
    }
}

/// Writes a name with the last words of the type and the trait that it is of; `None` if it is not of any that way.
pub(super) fn with_trait(name: &str) -> Option<String> {
    let found = find(name)?;
    let own = own_name(found.of_type);
    Some(match found.of_trait {
        Some(of_trait) => found.around(&format!("<{own} as {}>", own_name(of_trait))),
        None => found.around(&own),
    })
}

/// Writes a name with the last word of the type that it is of; `None` if it is not of any that way.
pub(super) fn with_type(name: &str) -> Option<String> {
    let found = find(name)?;
    Some(found.around(&own_name(found.of_type)))
}

/// Finds the first pair of brackets that begins a part of a name, and is no list of parameters.
fn find(name: &str) -> Option<Impl<'_>> {
    let starts = name.match_indices('<').map(|(start, _)| start);
    let mut starts =
        starts.filter(|&start| start == 0 || name[..start].ends_with("::") && depth_of(&name[..start]) == 0);
    starts.find_map(|start| {
        let inner_length = closing(&name[start + 1..])?;
        let inner = &name[start + 1..start + 1 + inner_length];
        let (before, behind) = (&name[..start], &name[start + inner_length + 2..]);
        let (of_trait, of_type) = if let Some(rest) = inner.strip_prefix("impl ") {
            match split(rest, " for ") {
                Some((of_trait, of_type)) => (Some(of_trait), of_type),
                None => (None, rest),
            }
        } else {
            let (of_type, of_trait) = split(inner, " as ")?;
            (Some(of_trait), of_type)
        };
        behind.starts_with("::").then_some(Impl { before, of_trait, of_type, behind })
    })
}

/// Returns how many brackets are open at the end of a text.
fn depth_of(text: &str) -> i32 {
    depths(text).last().map_or(0, |(_, depth)| depth)
}

/// Returns each character with how many brackets are open behind it; arrows are none.
fn depths(text: &str) -> impl Iterator<Item = ((usize, char), i32)> {
    let mut before = ' ';
    text.char_indices().scan(0, move |depth, (index, c)| {
        match c {
            '<' | '(' | '[' | '{' => *depth += 1,
            '>' if matches!(before, '-' | '=') => {}
            '>' | ')' | ']' | '}' => *depth -= 1,
            _ => {}
        }
        before = c;
        Some(((index, c), *depth))
    })
}

/// Returns where the bracket ends that a text is behind the beginning of.
fn closing(text: &str) -> Option<usize> {
    depths(text).find(|(_, depth)| *depth < 0).map(|((index, _), _)| index)
}

/// Splits a text at the first `word` that is in no brackets.
fn split<'n>(text: &'n str, word: &str) -> Option<(&'n str, &'n str)> {
    let is_it = |&((index, _), depth): &((usize, char), i32)| depth == 0 && text[index..].starts_with(word);
    let ((index, _), _) = depths(text).find(is_it)?;
    Some((&text[..index], &text[index + word.len()..]))
}

/// Returns the last word of a type's path, without what it is made of; references and slices stay.
fn own_name(of_type: &str) -> String {
    for mark in ["&mut ", "&", "*const ", "*mut ", "dyn "] {
        if let Some(rest) = of_type.strip_prefix(mark) {
            return format!("{mark}{}", own_name(rest));
        }
    }
    if let Some(rest) = of_type.strip_prefix('[') {
        let inner = &rest[..closing(rest).unwrap_or(rest.len())];
        return format!("[{}]", own_name(split(inner, ";").map_or(inner, |(item, _)| item)));
    }
    if of_type.starts_with('(') {
        return "(..)".to_owned();
    }
    let path = split(of_type, " + ").map_or(of_type, |(first, _)| first);
    let bare = super::bare(path, 0);
    let end = super::ends(&bare).last().map_or(bare.as_str(), |end| *end);
    end.split('<').next().filter(|end| !end.is_empty()).unwrap_or(end).trim_end_matches("::").to_owned()
}
