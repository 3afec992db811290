//! Movements of stock: reading them from text and summing them up.

use std::{collections::HashMap, fmt, fmt::Write, hash::Hash, num::ParseIntError};

/// One line of a sheet: so many pieces of a part came to a depot, or left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement<'a> {
    pub depot: &'a str,
    pub part: u32,
    pub pieces: i64,
}

/// Why a line is no movement.
#[derive(Debug)]
pub enum ParseError {
    Fields(usize),
    Number(ParseIntError),
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fields(n) => write!(f, "{n} fields where 3 belong"),
            Self::Number(error) => error.fmt(f),
        }
    }
}

impl From<ParseIntError> for ParseError {
    fn from(error: ParseIntError) -> Self {
        Self::Number(error)
    }
}

/// Makes a sheet up. The same seed gives the same sheet.
pub fn sheet(seed: u64, lines: usize) -> String {
    const DEPOTS: [&str; 4] = ["Bremen", "Gdańsk", "Porto", "Turku"];
    let mut random = Random(seed);
    let mut text = String::from("# depot; part; pieces\n");
    for _ in 0..lines {
        let depot = DEPOTS[random.below(DEPOTS.len() as u64) as usize];
        let part = random.below(2_000);
        let pieces = random.below(400) as i64 - 200;
        writeln!(text, "{depot}; {part}; {pieces:+}").expect("a String takes everything");
    }
    text
}

/// Reads a sheet; empty lines and comments are left out.
pub fn parse(text: &str) -> Result<Vec<Movement<'_>>, ParseError> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).map(parse_line).collect()
}

fn parse_line(line: &str) -> Result<Movement<'_>, ParseError> {
    let fields: Vec<&str> = line.split(';').map(str::trim).collect();
    let [depot, part, pieces] = fields[..] else {
        return Err(ParseError::Fields(fields.len()));
    };
    Ok(Movement { depot, part: part.parse()?, pieces: pieces.parse()? })
}

/// Sums the pieces up per key, greatest stock first.
pub fn stock<'a, K, F>(movements: &[Movement<'a>], key: F) -> Vec<(K, i64)>
where
    K: Hash + Ord,
    F: Fn(&Movement<'a>) -> K,
{
    let mut sums = HashMap::new();
    for movement in movements {
        *sums.entry(key(movement)).or_insert(0) += movement.pieces;
    }
    let mut sums: Vec<_> = sums.into_iter().collect();
    sums.sort_by(|(a, m), (b, n)| n.cmp(m).then_with(|| a.cmp(b)));
    sums
}

/// A splitmix64 generator.
pub struct Random(pub u64);

impl Random {
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0) % limit
    }
}

fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}
