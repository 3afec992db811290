//! Names for readers.

mod itanium;

use std::borrow::Cow;

use symbolic_common::{Language, Name, NameMangling};
use symbolic_demangle::{Demangle, DemangleOptions};

/// How long names for readers are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NameStyle {
    /// Without parameters, template arguments and generic ones: `std::vector::push_back`, `<Vec as Drop>::drop`.
    #[default]
    Short,
    /// Without parameters, with template and generic arguments.
    Templates,
    /// With all that the mangled name says, but for the hashes of Rust.
    Full,
    /// As they stand in the binary.
    Mangled,
}

/// Returns the name for readers of a name in a binary: of Rust and C++ it is demangled, any other one is as it is.
///
/// ```
/// use rpprof::symbolize::{NameStyle, demangle};
///
/// let name = "_ZN4core3ptr46drop_in_place$LT$alloc..vec..Vec$LT$u8$GT$$GT$17h0123456789abcdefE";
/// assert_eq!(demangle(name, NameStyle::Short), "core::ptr::drop_in_place");
/// assert_eq!(demangle(name, NameStyle::Full), "core::ptr::drop_in_place<alloc::vec::Vec<u8>>");
/// assert_eq!(demangle("_ZNSt6vectorIiSaIiEE9push_backERKi", NameStyle::Short), "std::vector::push_back");
/// assert_eq!(demangle("main.run", NameStyle::Short), "main.run");
/// ```
pub fn demangle(name: &str, style: NameStyle) -> Cow<'_, str> {
    if style == NameStyle::Mangled {
        return Cow::Borrowed(name);
    }
    // A stub that calls a function is named after it.
    if let Some(function) = name.strip_suffix("@plt").filter(|function| !function.ends_with("@plt")) {
        return Cow::Owned(format!("{}@plt", demangle(function, style)));
    }
    // Mach-O has an underscore more.
    let mangled = if name.starts_with("__Z") || name.starts_with("__R") { &name[1..] } else { name };
    if !mangled.starts_with("_Z") && !mangled.starts_with("_R") {
        // What Go's linker appends to functions of assembly; Go itself does not show it.
        return Cow::Borrowed(name.strip_suffix(".abi0").unwrap_or(name));
    }
    if style == NameStyle::Short
        && let Some(short) = itanium::short_name(mangled)
    {
        return Cow::Owned(short);
    }
    by_demangler(name, mangled, style)
}

/// Asks a demangler, which knows all kinds of names.
fn by_demangler<'n>(name: &'n str, mangled: &str, style: NameStyle) -> Cow<'n, str> {
    let options = if style == NameStyle::Full { DemangleOptions::complete() } else { DemangleOptions::name_only() };
    let demangled = Name::new(mangled, NameMangling::Mangled, Language::Unknown).demangle(options);
    match demangled {
        Some(demangled) if style == NameStyle::Short => Cow::Owned(without_arguments(&demangled)),
        Some(demangled) => Cow::Owned(demangled),
        None => Cow::Borrowed(name),
    }
}

/// Leaves out the lists of template and generic arguments of a demangled name.
///
/// What is no such list stays: `<T as Trait>`, `<impl Type>`, `operator<`, `->`.
fn without_arguments(name: &str) -> String {
    let mut short = String::with_capacity(name.len());
    // What each open bracket is: whether its list is left out.
    let mut open: Vec<bool> = Vec::new();
    let mut left_out = 0;
    let mut rest = name;
    while let Some(next) = rest.chars().next() {
        let behind = &rest[next.len_utf8()..];
        let mut taken = next.len_utf8();
        if left_out == 0
            && let Some(length) = operator_length(&short, rest)
        {
            short.push_str(&rest[..length]);
            rest = &rest[length..];
            continue;
        }
        match next {
            '-' | '=' if behind.starts_with('>') => {
                taken += 1;
                if left_out == 0 {
                    short.push_str(&rest[..taken]);
                }
            }
            '<' => {
                let is_list = left_out > 0 || is_argument_list(&short, behind);
                open.push(is_list);
                if is_list {
                    left_out += 1;
                    if left_out == 1 {
                        // What Rust or an operator has before the list goes with it.
                        short.truncate(short.strip_suffix("::").unwrap_or(&short).trim_end().len());
                    }
                } else {
                    short.push(next);
                }
            }
            '>' => match open.pop() {
                Some(true) => left_out -= 1,
                _ => short.push(next),
            },
            _ if left_out == 0 => short.push(next),
            _ => {}
        }
        rest = &rest[taken..];
    }
    // Brackets that do not match: better too long than wrong.
    if left_out > 0 { name.to_owned() } else { short }
}

/// Operators with brackets in their names, longer ones first.
const OPERATORS: [&str; 10] = ["<=>", "<<=", ">>=", "->*", "<<", ">>", "<=", ">=", "->", "<"];

/// Returns the length of an operator's name if one stands here: `operator<<` has brackets of another kind.
fn operator_length(before: &str, rest: &str) -> Option<usize> {
    let operators = || OPERATORS.iter().chain(&[">"]);
    let operator = operators().find(|operator| rest.starts_with(**operator))?;
    before.ends_with("operator").then_some(operator.len())
}

/// Returns whether the bracket behind `before` opens a list of arguments.
fn is_argument_list(before: &str, behind: &str) -> bool {
    if before.ends_with("::") {
        return !behind.starts_with("impl ");
    }
    let is_in_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | ']' | '}' | ')');
    before.ends_with(is_in_name) || follows_operator(before)
}

/// Returns whether `before` ends with an operator's name, and maybe a space that keeps its arguments apart from it.
fn follows_operator(before: &str) -> bool {
    let Some(at) = before.rfind("operator") else { return false };
    let operator = &before[at + "operator".len()..];
    !operator.trim_end().is_empty() && !operator.contains(|c: char| c.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::symbolize::Object;

    /// Compares short names that are read off with those of the demangler; returns how many could be read.
    fn check_short_names<'n>(names: impl IntoIterator<Item = &'n str>) -> (usize, usize) {
        let (mut read, mut all) = (0, 0);
        for name in names {
            all += 1;
            let Some(short) = itanium::short_name(name) else { continue };
            assert_eq!(short, by_demangler(name, name, NameStyle::Short), "{name}");
            read += 1;
        }
        (read, all)
    }

    #[test]
    fn short_names_are_read_off_as_the_demangler_makes_them() {
        let names = [
            "_Z3addIiET_S0_S0_",
            "_ZNSt6vectorIiSaIiEE9push_backERKi",
            "_ZNKSt6vectorIiSaIiEE4sizeEv",
            "_ZNSaIcEC1Ev",
            "_ZN3foo3barC2ERKS0_",
            "_ZN3foo3barD0Ev",
            "_ZStlsISt11char_traitsIcEERSt13basic_ostreamIcT_ES5_PKc",
            "_ZN12_GLOBAL__N_15innerEv",
            "_ZL6staticv",
            "_ZNK3foo8functionIFivEEclEv",
            "_ZN3foo4callIMNS_3barEFvvEEEvT_",
            "_ZN3foo4callIXadL_ZNS_3barEvEEEEvv",
            "_ZN3foo4callIJiLb1ELin5EEEEvv",
            "_Z4applyIZ4mainEUlvE_EvT_",
            "_ZN3fooltERKS_",
            "_ZN3foopTERKS_",
            "_ZN3foo3barB5cxx11Ev",
            "_ZN3foocviEv",
            "_ZZ4mainE1x",
            "_ZTV3foo",
            "_ZN9inventory4rank5merge17h0123456789abcdefE",
            "_ZN3foo3barEv.cold",
            "_Znwm",
            "_ZdaPv",
            "_Z",
            "_ZN",
            "_ZN3foo",
            "_ZN99999999999999999999fooE",
            "_ZNE",
        ];
        let (read, _) = check_short_names(names);
        assert_eq!(read, 15);
    }

    #[test]
    fn conditions_of_templates_are_passed_over() {
        for (mangled, short) in [
            (
                "_ZSteqIcEN9__gnu_cxx11__enable_ifIXsrSt9__is_charIT_E7__valueEbE6__typeERKNSt7__cxx1112basic_stringIS3_St11char_traitsIS3_ESaIS3_EEESE_",
                "std::operator==",
            ),
            (
                "_ZSt4swapINSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEES5_ENSt9enable_ifIXsrSt6__and_IJSt14__is_swappableIT_ES8_IT0_EEE5valueEvE4typeERSt4pairIS9_SB_ESI_",
                "std::swap",
            ),
            ("_ZN1a1fIiEENSt9enable_ifIXntaasr1bIT_E1csr1dIS3_E1eEvE4typeEv", "a::f"),
        ] {
            assert_eq!(demangle(mangled, NameStyle::Short), short);
        }
    }

    /// What libraries of C++ export has all kinds of names; `RPPROF_SYMBOLIZE_ALL` asks for all libraries.
    #[test]
    fn short_names_of_libraries_of_cpp_are_the_demangler_s() {
        let is_wanted = |name: &str| match std::env::var_os("RPPROF_SYMBOLIZE_ALL") {
            Some(_) => name.contains(".so"),
            None => name == "libstdc++.so.6",
        };
        let (mut told, mut seen) = ((0, 0), std::collections::BTreeSet::new());
        for folder in ["/lib/x86_64-linux-gnu", "/lib/aarch64-linux-gnu"] {
            let entries = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
            for entry in entries.filter(|entry| is_wanted(&entry.file_name().to_string_lossy())) {
                // Several links lead to one file.
                let Ok(path) = entry.path().canonicalize() else { continue };
                let Some(library) = seen.insert(path.clone()).then(|| Object::open(path).ok()).flatten() else {
                    continue;
                };
                let symbols = library.symbols();
                let names = symbols.iter().map(|symbol| symbol.name()).filter(|name| name.starts_with("_Z"));
                let (read, all) = check_short_names(names);
                told = (told.0 + read, told.1 + all);
            }
        }
        println!("{} of {} are read off", told.0, told.1);
        assert!(told.0 * 2 >= told.1, "{} of {}", told.0, told.1);
    }

    #[test]
    fn short_names_have_no_arguments() {
        for (long, short) in [
            ("std::vector<int, std::allocator<int> >::push_back", "std::vector::push_back"),
            ("core::ptr::drop_in_place::<alloc::vec::Vec<u8>>", "core::ptr::drop_in_place"),
            (
                "<alloc::vec::Vec<T,A> as core::ops::drop::Drop>::drop",
                "<alloc::vec::Vec as core::ops::drop::Drop>::drop",
            ),
            ("<T as core::convert::Into<U>>::into", "<T as core::convert::Into>::into"),
            ("core::slice::<impl [T]>::sort_by::{{closure}}", "core::slice::<impl [T]>::sort_by::{{closure}}"),
            ("alloc::slice::<impl [T]>::to_vec", "alloc::slice::<impl [T]>::to_vec"),
            ("<[u8]>::concat::<u8>", "<[u8]>::concat"),
            ("<&mut F as core::ops::FnOnce<(A,)>>::call_once", "<&mut F as core::ops::FnOnce>::call_once"),
            ("operator<<", "operator<<"),
            ("std::operator<< <std::char_traits<char> >", "std::operator<<"),
            ("Foo<int>::operator->", "Foo::operator->"),
            ("Foo<(Kind)1>::operator()", "Foo::operator()"),
            ("operator< <int>", "operator<"),
            ("operator-<int, std::vector<int> >", "operator-"),
            ("Foo::operator std::vector<int>", "Foo::operator std::vector"),
            ("<fn(u8) -> core::option::Option<u8> as Trait>::f", "<fn(u8) -> core::option::Option as Trait>::f"),
            ("<dyn core::ops::Fn<(), Output = ()> as T>::call", "<dyn core::ops::Fn as T>::call"),
            ("a<b", "a<b"),
        ] {
            assert_eq!(without_arguments(long), short, "{long}");
        }
    }

    #[test]
    fn names_of_all_languages_are_read() {
        for (mangled, short, full) in [
            ("_ZN9inventory4rank5merge17h0123456789abcdefE", "inventory::rank::merge", "inventory::rank::merge"),
            ("_RNvCs1234_7mycrate3foo", "mycrate::foo", "mycrate::foo"),
            ("__ZN3foo3barEv", "foo::bar", "foo::bar()"),
            ("_Z3addIiET_S0_S0_", "add", "int add<int>(int, int)"),
            ("runtime.mallocgc", "runtime.mallocgc", "runtime.mallocgc"),
            ("runtime.gogo.abi0", "runtime.gogo", "runtime.gogo"),
            ("main.(*Tree[go.shape.int]).Walk", "main.(*Tree[go.shape.int]).Walk", "main.(*Tree[go.shape.int]).Walk"),
            ("_ZdlPvm@plt", "operator delete@plt", "operator delete(void*, unsigned long)@plt"),
            ("malloc@plt@plt", "malloc@plt@plt", "malloc@plt@plt"),
            ("_Znotmangled", "_Znotmangled", "_Znotmangled"),
            ("", "", ""),
        ] {
            assert_eq!(demangle(mangled, NameStyle::Short), short);
            assert_eq!(demangle(mangled, NameStyle::Full), full);
            assert_eq!(demangle(mangled, NameStyle::Mangled), mangled);
        }
    }
}
