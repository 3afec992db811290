//! The syntax of label queries.

use regex::Regex;

use super::label_query::{Comparison, Condition, Order, Quantity, Term, error_at};
use crate::error::Result;

/// How deep parentheses and `not` may nest.
const MAX_DEPTH: usize = 100;

/// Characters of operators, which end a word.
const OPERATOR_CHARS: &[char] = &['=', '!', '<', '>', '~'];

/// Reads a query: terms with `or` between them, of factors with `and` between them.
pub(super) fn parse(text: &str) -> Result<Term> {
    let mut parser = Parser { text, next: 0, depth: 0 };
    let term = parser.any_of()?;
    match parser.peek() {
        None => Ok(term),
        Some(Token::Close) => Err(parser.error("this parenthesis was not opened")),
        Some(_) => Err(parser.error("expected `and` or `or`")),
    }
}

/// A piece of a query.
#[derive(Clone, Debug, PartialEq)]
enum Token<'t> {
    Open,
    Close,
    Operator(&'t str),
    /// A key, a value or a keyword.
    Word(&'t str),
    /// What stood between quotes.
    Quoted(String),
    /// Quotes that do not end.
    Unclosed,
}

struct Parser<'t> {
    text: &'t str,
    /// The byte where the next token begins, or white space before it.
    next: usize,
    depth: usize,
}

impl<'t> Parser<'t> {
    fn any_of(&mut self) -> Result<Term> {
        let mut terms = vec![self.all_of()?];
        while self.takes_word("or") {
            terms.push(self.all_of()?);
        }
        Ok(if terms.len() == 1 { terms.remove(0) } else { Term::Any(terms) })
    }

    fn all_of(&mut self) -> Result<Term> {
        let mut terms = vec![self.factor()?];
        while self.takes_word("and") {
            terms.push(self.factor()?);
        }
        Ok(if terms.len() == 1 { terms.remove(0) } else { Term::All(terms) })
    }

    fn factor(&mut self) -> Result<Term> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(self.error("the query nests too deep"));
        }
        let factor = if self.takes_word("not") {
            Term::Not(Box::new(self.factor()?))
        } else if self.peek() == Some(Token::Open) {
            self.take();
            let inner = self.any_of()?;
            self.expect_close()?;
            inner
        } else {
            self.condition()?
        };
        self.depth -= 1;
        Ok(factor)
    }

    fn condition(&mut self) -> Result<Term> {
        self.skip_space();
        let position = self.next;
        let is_quoted = self.text[position..].starts_with(['"', '\'']);
        let key = self.word("expected a key, `not` or a parenthesis")?;
        if !is_quoted && matches!(key.as_str(), "and" | "or") {
            self.next = position;
            return Err(self.error(&format!("expected a key; write \"{key}\" in quotes if it is one")));
        }
        if key == "has" && !is_quoted && self.peek() == Some(Token::Open) {
            self.take();
            self.skip_space();
            let position = self.next;
            let key = self.word("expected a key")?;
            self.expect_close()?;
            return Ok(Term::Condition(Condition { key, position, comparison: Comparison::Has }));
        }
        let Some(Token::Operator(operator)) = self.peek() else {
            return Ok(Term::Condition(Condition { key, position, comparison: Comparison::Has }));
        };
        let operator_position = self.next;
        self.take();
        let comparison = match operator {
            "=" | "==" | "!=" => {
                let value = self.value(operator)?;
                Comparison::Equal { quantity: Quantity::parse(&value), text: value }
            }
            "=~" | "!~" => {
                self.skip_space();
                let value_position = self.next;
                let value = self.value(operator)?;
                let regex = Regex::new(&value).map_err(|error| {
                    error_at(self.text, value_position, "this is not a regular expression").because(error)
                })?;
                Comparison::Matches(regex)
            }
            "<" => self.ordered(Order::Less)?,
            "<=" => self.ordered(Order::LessOrEqual)?,
            ">" => self.ordered(Order::Greater)?,
            ">=" => self.ordered(Order::GreaterOrEqual)?,
            _ => {
                self.next = operator_position;
                return Err(self.error(&format!("{operator} is none of = != =~ !~ < <= > >=")));
            }
        };
        let condition = Term::Condition(Condition { key, position, comparison });
        Ok(if operator.starts_with('!') { Term::Not(Box::new(condition)) } else { condition })
    }

    fn ordered(&mut self, order: Order) -> Result<Comparison> {
        self.skip_space();
        let position = self.next;
        let value = self.word("expected a number, such as 42 or 1.5kb")?;
        match Quantity::parse(&value) {
            Some(quantity) => Ok(Comparison::Ordered { order, quantity }),
            None => {
                self.next = position;
                Err(self.error("expected a number, such as 42 or 1.5kb"))
            }
        }
    }

    fn value(&mut self, operator: &str) -> Result<String> {
        self.word(&format!("expected a value after {operator}; quotes may stand around it"))
    }

    /// Takes a word or what stands in quotes.
    fn word(&mut self, expected: &str) -> Result<String> {
        let word = match self.peek() {
            Some(Token::Word(word)) => word.to_owned(),
            Some(Token::Quoted(text)) => text,
            Some(Token::Unclosed) => return Err(self.error("this quote is not closed")),
            _ => return Err(self.error(expected)),
        };
        self.take();
        Ok(word)
    }

    fn expect_close(&mut self) -> Result<()> {
        if self.peek() != Some(Token::Close) {
            return Err(self.error("expected `)`"));
        }
        self.take();
        Ok(())
    }

    fn takes_word(&mut self, keyword: &str) -> bool {
        let is_there = self.peek() == Some(Token::Word(keyword));
        if is_there {
            self.take();
        }
        is_there
    }

    fn error(&mut self, message: &str) -> crate::Error {
        self.skip_space();
        error_at(self.text, self.next, message)
    }

    fn skip_space(&mut self) {
        let rest = &self.text[self.next..];
        self.next = self.text.len() - rest.trim_start().len();
    }

    fn take(&mut self) {
        if let Some((_, end)) = self.token() {
            self.next = end;
        }
    }

    fn peek(&self) -> Option<Token<'t>> {
        self.token().map(|(token, _)| token)
    }

    /// Returns the next token and where it ends.
    fn token(&self) -> Option<(Token<'t>, usize)> {
        let rest = self.text[self.next..].trim_start();
        let start = self.text.len() - rest.len();
        let first = rest.chars().next()?;
        let run = |ends: &dyn Fn(char) -> bool| {
            let length = rest.find(ends).unwrap_or(rest.len());
            (&rest[..length], start + length)
        };
        Some(match first {
            '(' => (Token::Open, start + 1),
            ')' => (Token::Close, start + 1),
            '"' | '\'' => quoted(rest, first)
                .map_or((Token::Unclosed, self.text.len()), |(text, length)| (Token::Quoted(text), start + length)),
            first if OPERATOR_CHARS.contains(&first) => {
                let (operator, end) = run(&|c| !OPERATOR_CHARS.contains(&c));
                (Token::Operator(operator), end)
            }
            _ => {
                let (word, end) =
                    run(&|c| c.is_whitespace() || matches!(c, '(' | ')' | '"' | '\'') || OPERATOR_CHARS.contains(&c));
                (Token::Word(word), end)
            }
        })
    }
}

/// Returns what stands between the quotes that `text` begins with, and how long it is with them.
///
/// A backslash before a quote is left out; any other is part of the text, as expressions want it.
fn quoted(text: &str, quote: char) -> Option<(String, usize)> {
    let mut inner = String::new();
    let mut characters = text.char_indices().skip(1).peekable();
    while let Some((index, c)) = characters.next() {
        match c {
            '\\' if characters.peek().is_some_and(|(_, next)| *next == quote) => {
                inner.push(quote);
                characters.next();
            }
            c if c == quote => return Some((inner, index + 1)),
            c => inner.push(c),
        }
    }
    None
}
