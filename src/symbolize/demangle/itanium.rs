//! Short names of C++ functions, read off their mangled ones without building what these stand for.
//!
//! A short name is but the functions and types that lie around one another, which stand in the mangled name as they are.
//! What is left out, lists of arguments and of parameters, is only passed over. Names of rarer kinds, such as those of
//! lambdas, are left to a demangler.

/// How deep types may be nested; deeper ones are left to a demangler, which has a bound of its own.
const MAX_DEPTH: u32 = 64;

/// Returns the short name; `None` if the name is of a rarer kind, or is none.
pub(super) fn short_name(mangled: &str) -> Option<String> {
    let encoding = mangled.strip_prefix("_Z")?;
    // Rust's older names look the same, but for a hash at their end.
    if mangled.len().checked_sub(20).is_some_and(|hash| mangled.as_bytes()[hash..].starts_with(b"17h")) {
        return None;
    }
    let mut reader = Reader { bytes: encoding.as_bytes(), at: 0, depth: 0 };
    let mut name = String::with_capacity(mangled.len());
    match reader.peek()? {
        b'N' => reader.nested(&mut name)?,
        b'S' => {
            reader.expect(b"St")?;
            name.push_str("std::");
            reader.unqualified(&mut name, "std")?;
            reader.arguments_if_any()?;
        }
        _ => {
            reader.unqualified(&mut name, "")?;
            reader.arguments_if_any()?;
        }
    }
    while reader.peek().is_some() {
        reader.skip_type()?;
    }
    Some(name)
}

/// A mangled name, and how far it was read.
struct Reader<'m> {
    bytes: &'m [u8],
    at: usize,
    depth: u32,
}

impl<'m> Reader<'m> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn peek_second(&self) -> Option<u8> {
        self.bytes.get(self.at + 1).copied()
    }

    /// Takes `expected` if it comes next.
    fn take(&mut self, expected: u8) -> bool {
        let is_next = self.peek() == Some(expected);
        self.at += usize::from(is_next);
        is_next
    }

    fn expect(&mut self, expected: &[u8]) -> Option<()> {
        self.bytes[self.at..].starts_with(expected).then(|| self.at += expected.len())
    }

    /// Takes a decimal number.
    fn number(&mut self) -> Option<usize> {
        let rest = &self.bytes[self.at..];
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let number = std::str::from_utf8(&rest[..digits]).ok()?.parse().ok()?;
        self.at += digits;
        Some(number)
    }

    /// Takes a name with its length before it.
    fn source_name(&mut self) -> Option<&'m str> {
        let length = self.number()?;
        let bytes: &'m [u8] = self.bytes;
        let name = bytes.get(self.at..self.at.checked_add(length)?)?;
        self.at += length;
        std::str::from_utf8(name).ok().filter(|name| !name.is_empty())
    }

    /// Takes the qualifiers of a function of a class.
    fn qualifiers(&mut self) {
        while matches!(self.peek(), Some(b'r' | b'V' | b'K')) {
            self.at += 1;
        }
        if matches!(self.peek(), Some(b'R' | b'O')) {
            self.at += 1;
        }
    }

    /// Reads names that lie in one another.
    fn nested(&mut self, name: &mut String) -> Option<()> {
        self.expect(b"N")?;
        self.qualifiers();
        // Demanglers show for which values of the class a function is.
        if matches!(self.bytes[self.at - 1], b'R' | b'O') {
            return None;
        }
        let mut last = "";
        while !self.take(b'E') {
            match self.peek()? {
                b'I' if !name.is_empty() => self.arguments()?,
                b'S' if name.is_empty() => {
                    self.at += 1;
                    last = if self.take(b't') { "std" } else { self.expect(b"a").map(|()| "allocator")? };
                    name.push_str(if last == "std" { last } else { "std::allocator" });
                }
                _ => {
                    if !name.is_empty() {
                        name.push_str("::");
                    }
                    last = self.unqualified(name, last)?;
                }
            }
        }
        (!name.is_empty()).then_some(())
    }

    /// Appends a name that is in `class`, and returns it.
    fn unqualified(&mut self, name: &mut String, class: &'m str) -> Option<&'m str> {
        // Names that other files do not see are marked.
        if self.peek() == Some(b'L') {
            self.at += 1;
            self.peek().filter(u8::is_ascii_digit)?;
        }
        let own = match self.peek()? {
            b'0'..=b'9' => {
                let own = self.source_name()?;
                if own.starts_with("_GLOBAL__N") { "(anonymous namespace)" } else { own }
            }
            b'C' if matches!(self.peek_second(), Some(b'1'..=b'5')) && !class.is_empty() => {
                self.at += 2;
                class
            }
            b'D' if matches!(self.peek_second(), Some(b'0'..=b'2' | b'4' | b'5')) && !class.is_empty() => {
                self.at += 2;
                name.push('~');
                class
            }
            b'a'..=b'z' => {
                let operator = operator(self.bytes.get(self.at..)?)?;
                self.at += 2;
                name.push_str("operator");
                operator
            }
            _ => return None,
        };
        name.push_str(own);
        // A tag makes names differ that are otherwise the same.
        if self.peek() == Some(b'B') { None } else { Some(own) }
    }

    fn arguments_if_any(&mut self) -> Option<()> {
        if self.peek() == Some(b'I') { self.arguments() } else { Some(()) }
    }

    /// Passes over a list of arguments.
    fn arguments(&mut self) -> Option<()> {
        self.expect(b"I")?;
        self.arguments_up_to_end()
    }

    fn arguments_up_to_end(&mut self) -> Option<()> {
        while !self.take(b'E') {
            match self.peek()? {
                b'L' => self.skip_literal()?,
                b'X' => {
                    self.at += 1;
                    self.skip_expression()?;
                    self.expect(b"E")?;
                }
                b'J' => self.deeper(|reader| {
                    reader.at += 1;
                    reader.arguments_up_to_end()
                })?,
                _ => self.skip_type()?,
            }
        }
        Some(())
    }

    fn deeper(&mut self, read: impl FnOnce(&mut Self) -> Option<()>) -> Option<()> {
        if self.depth == MAX_DEPTH {
            return None;
        }
        self.depth += 1;
        let done = read(self);
        self.depth -= 1;
        done
    }

    /// Passes over a number or the name of something with an address.
    fn skip_literal(&mut self) -> Option<()> {
        self.expect(b"L")?;
        if self.expect(b"_Z").is_some() {
            self.skip_encoding()?;
            return self.expect(b"E");
        }
        self.skip_type()?;
        self.take(b'n');
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        self.expect(b"E")
    }

    /// Passes over what a condition of templates says: members of types, and `!`, `&&`, `||` and comparisons of such.
    fn skip_expression(&mut self) -> Option<()> {
        self.deeper(|reader| {
            let operands = match reader.bytes.get(reader.at..reader.at + 2)? {
                [b'L', _] => return reader.skip_literal(),
                [b'T', _] => return reader.skip_parameter(),
                b"sr" => {
                    reader.at += 2;
                    reader.skip_type()?;
                    reader.source_name()?;
                    return reader.arguments_if_any();
                }
                b"nt" => 1,
                b"aa" | b"oo" | b"eq" | b"ne" | b"lt" | b"gt" | b"le" | b"ge" => 2,
                _ => return None,
            };
            reader.at += 2;
            (0..operands).try_for_each(|_| reader.skip_expression())
        })
    }

    /// Passes over a function with its parameters, up to the `E` behind it.
    fn skip_encoding(&mut self) -> Option<()> {
        self.deeper(|reader| {
            // Tables and the like are rare there.
            if matches!(reader.peek()?, b'T' | b'G') {
                return None;
            }
            reader.skip_name()?;
            while reader.peek()? != b'E' {
                reader.skip_type()?;
            }
            Some(())
        })
    }

    /// Passes over a name with its arguments.
    fn skip_name(&mut self) -> Option<()> {
        match self.peek()? {
            b'N' => self.skip_nested(),
            b'Z' => self.skip_local(),
            b'S' => {
                self.skip_substitution()?;
                self.arguments_if_any()
            }
            _ => {
                self.skip_unqualified()?;
                self.arguments_if_any()
            }
        }
    }

    fn skip_nested(&mut self) -> Option<()> {
        self.expect(b"N")?;
        self.qualifiers();
        while !self.take(b'E') {
            match self.peek()? {
                b'I' => self.arguments()?,
                b'S' => self.skip_substitution()?,
                b'T' => self.skip_parameter()?,
                _ => self.skip_unqualified()?,
            }
        }
        Some(())
    }

    /// Passes over a name within a function.
    fn skip_local(&mut self) -> Option<()> {
        self.expect(b"Z")?;
        self.skip_encoding()?;
        self.expect(b"E")?;
        // Strings and the values of parameters are rare there.
        if matches!(self.peek()?, b's' | b'd') {
            return None;
        }
        self.deeper(Self::skip_name)?;
        // Which one of several with that name.
        if self.take(b'_') {
            let is_long = self.take(b'_');
            if is_long {
                self.number()?;
                self.expect(b"_")?;
            } else {
                self.peek().filter(u8::is_ascii_digit)?;
                self.at += 1;
            }
        }
        Some(())
    }

    fn skip_unqualified(&mut self) -> Option<()> {
        match (self.peek()?, self.peek_second()?) {
            (b'0'..=b'9', _) => {
                self.source_name()?;
            }
            (b'L', b'0'..=b'9') => {
                self.at += 1;
                self.source_name()?;
            }
            (b'C', b'1'..=b'5') | (b'D', b'0'..=b'5') => self.at += 2,
            (b'U', b't') => {
                self.at += 2;
                self.skip_count()?;
            }
            (b'U', b'l') => {
                self.at += 2;
                while !self.take(b'E') {
                    self.skip_type()?;
                }
                self.skip_count()?;
            }
            (b'a'..=b'z', _) => {
                operator(&self.bytes[self.at..])?;
                self.at += 2;
            }
            _ => return None,
        }
        while self.take(b'B') {
            self.source_name()?;
        }
        Some(())
    }

    /// Passes over which one of several something without a name is.
    fn skip_count(&mut self) -> Option<()> {
        if self.peek()?.is_ascii_digit() {
            self.number()?;
        }
        self.expect(b"_")
    }

    /// Passes over something that stood there before, or is of the standard library.
    fn skip_substitution(&mut self) -> Option<()> {
        self.expect(b"S")?;
        match self.peek()? {
            b't' => {
                self.at += 1;
                self.skip_unqualified()
            }
            b'a' | b's' | b'b' | b'i' | b'o' | b'd' => {
                self.at += 1;
                Some(())
            }
            _ => {
                while matches!(self.peek(), Some(b'0'..=b'9' | b'A'..=b'Z')) {
                    self.at += 1;
                }
                self.expect(b"_")
            }
        }
    }

    /// Passes over a parameter of a template.
    fn skip_parameter(&mut self) -> Option<()> {
        self.expect(b"T")?;
        self.skip_count()
    }

    fn skip_type(&mut self) -> Option<()> {
        self.deeper(Self::skip_type_inside)
    }

    fn skip_type_inside(&mut self) -> Option<()> {
        let first = self.peek()?;
        match first {
            b'P' | b'R' | b'O' | b'K' | b'V' | b'r' => {
                self.at += 1;
                self.skip_type()
            }
            b'a'..=b'z' if first != b'u' => {
                // Those that are no type of the language.
                if matches!(first, b'k' | b'p' | b'q') {
                    return None;
                }
                self.at += 1;
                Some(())
            }
            b'D' => self.skip_newer_type(),
            b'F' => self.skip_function_type(),
            b'A' => {
                self.at += 1;
                if self.peek()? != b'_' {
                    self.number()?;
                }
                self.expect(b"_")?;
                self.skip_type()
            }
            b'M' => {
                self.at += 1;
                self.skip_type()?;
                self.skip_type()
            }
            b'T' => {
                self.skip_parameter()?;
                self.arguments_if_any()
            }
            b'S' | b'N' | b'Z' | b'0'..=b'9' => self.skip_name(),
            _ => None,
        }
    }

    fn skip_newer_type(&mut self) -> Option<()> {
        match self.peek_second()? {
            b'd' | b'e' | b'f' | b'h' | b'i' | b's' | b'u' | b'a' | b'c' | b'n' => {
                self.at += 2;
                Some(())
            }
            b'p' => {
                self.at += 2;
                self.skip_type()
            }
            _ => None,
        }
    }

    fn skip_function_type(&mut self) -> Option<()> {
        self.expect(b"F")?;
        self.take(b'Y');
        loop {
            if matches!(self.peek()?, b'R' | b'O') && self.peek_second() == Some(b'E') {
                self.at += 1;
            }
            if self.take(b'E') {
                return Some(());
            }
            self.skip_type()?;
        }
    }
}

/// Returns what stands behind `operator` in the name of the one whose code comes first.
fn operator(bytes: &[u8]) -> Option<&'static str> {
    let code: &[u8; 2] = bytes.first_chunk()?;
    OPERATORS.iter().find(|(known, _)| *known == code).map(|(_, operator)| *operator)
}

/// Operators by their codes; what stands behind `operator`.
const OPERATORS: [(&[u8; 2], &str); 46] = [
    (b"nw", " new"),
    (b"na", " new[]"),
    (b"dl", " delete"),
    (b"da", " delete[]"),
    (b"ps", "+"),
    (b"ng", "-"),
    (b"ad", "&"),
    (b"de", "*"),
    (b"co", "~"),
    (b"pl", "+"),
    (b"mi", "-"),
    (b"ml", "*"),
    (b"dv", "/"),
    (b"rm", "%"),
    (b"an", "&"),
    (b"or", "|"),
    (b"eo", "^"),
    (b"aS", "="),
    (b"pL", "+="),
    (b"mI", "-="),
    (b"mL", "*="),
    (b"dV", "/="),
    (b"rM", "%="),
    (b"aN", "&="),
    (b"oR", "|="),
    (b"eO", "^="),
    (b"ls", "<<"),
    (b"rs", ">>"),
    (b"lS", "<<="),
    (b"rS", ">>="),
    (b"eq", "=="),
    (b"ne", "!="),
    (b"lt", "<"),
    (b"gt", ">"),
    (b"le", "<="),
    (b"ge", ">="),
    (b"ss", "<=>"),
    (b"nt", "!"),
    (b"aa", "&&"),
    (b"oo", "||"),
    (b"pp", "++"),
    (b"mm", "--"),
    (b"pt", "->"),
    (b"pm", "->*"),
    (b"cl", "()"),
    (b"ix", "[]"),
];
