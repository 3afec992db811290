//! Names from the program itself, by the addresses that serve them beside its profiles (pprof's `symbolz`).

use std::collections::HashMap;
use std::fmt;
use std::io;
use std::sync::Arc;

use super::name_table::NameTable;
use super::names::{Frame, NameTableBuilder};
use crate::error::{Error, ErrorKind, Result};

/// How a program is asked for names: an address and what is posted there in, the answer out.
pub type Post = dyn Fn(&str, &str) -> io::Result<String> + Send + Sync;

/// A running program that tells the names of its own functions.
#[derive(Clone)]
pub struct Symbolz {
    address: String,
    post: Arc<Post>,
}

impl fmt::Debug for Symbolz {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Symbolz").field("address", &self.address).finish_non_exhaustive()
    }
}

impl Symbolz {
    /// Names a program by the address that serves names, such as that of [`symbolz_address`], and says how it is asked.
    pub fn new(address: impl Into<String>, post: Arc<Post>) -> Self {
        Self { address: address.into(), post }
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Asks for the names of addresses.
    ///
    /// # Errors
    /// [`ErrorKind::Io`] if the program cannot be asked.
    pub(crate) fn names(&self, addresses: &[u64]) -> Result<NameTable> {
        names(&self.address, &*self.post, addresses)
    }
}

/// Returns where the names are served of a program whose profile came from `source`; `None` if that is no address.
///
/// Beside profiles of Go programs and of gperftools that is `symbol`, and else `symbolz`.
///
/// ```
/// use rpprof::symbolize::symbolz_address;
///
/// let heap = "http://localhost:6060/debug/pprof/heap?debug=0";
/// assert_eq!(symbolz_address(heap).as_deref(), Some("http://localhost:6060/debug/pprof/symbol"));
/// assert_eq!(symbolz_address("http://host/profilez").as_deref(), Some("http://host/symbolz"));
/// assert_eq!(symbolz_address("cpu.pb.gz"), None);
/// ```
pub fn symbolz_address(source: &str) -> Option<String> {
    const OF_GPERFTOOLS: [&str; 5] =
        ["/pprof/heap", "/pprof/growth", "/pprof/profile", "/pprof/pmuprofile", "/pprof/contention"];
    let (scheme, rest) = source.split_once("://")?;
    let end = rest.find(['?', '#']).unwrap_or(rest.len());
    let (host, path) = rest[..end].split_at(rest[..end].find('/').unwrap_or(end));
    if host.is_empty() {
        return None;
    }
    let has_symbol = path.contains("/debug/pprof/") || OF_GPERFTOOLS.iter().any(|place| path.ends_with(place));
    let folder = path.trim_end_matches('/').rsplit_once('/').map_or("", |(folder, _)| folder);
    Some(format!("{scheme}://{host}{folder}/{}", if has_symbol { "symbol" } else { "symbolz" }))
}

fn names(address: &str, post: &Post, addresses: &[u64]) -> Result<NameTable> {
    let question: Vec<String> = addresses.iter().map(|address| format!("{address:#x}")).collect();
    let failed = |error| Error::new(ErrorKind::Io, "the program does not tell names").at(address).because(error);
    let answer = post(address, &question.join("+")).map_err(failed)?;
    let names: HashMap<u64, &str> = answer.lines().filter_map(name).collect();
    let mut table = NameTableBuilder::default();
    for &address in addresses {
        let name = names.get(&address);
        table.add(address, name.map(|name| Frame::of_symbol(name)).as_slice());
    }
    Ok(table.finish())
}

/// Reads a line of an answer: a hexadecimal number somewhere, and a name behind it.
fn name(line: &str) -> Option<(u64, &str)> {
    let digits = &line[line.find("0x")? + 2..];
    let end = digits.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(digits.len());
    let name = &digits[end..];
    if !name.starts_with(char::is_whitespace) || name.trim().is_empty() {
        return None;
    }
    Some((u64::from_str_radix(&digits[..end], 16).ok()?, name.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_asked_beside_their_profiles() {
        for (source, address) in [
            ("https://host:1/debug/pprof/profile?seconds=5", Some("https://host:1/debug/pprof/symbol")),
            ("http://host/x/pprof/heap", Some("http://host/x/pprof/symbol")),
            ("http://host/heapz", Some("http://host/symbolz")),
            ("http://host", Some("http://host/symbolz")),
            ("http:///path", None),
            ("host:6060", None),
        ] {
            assert_eq!(symbolz_address(source).as_deref(), address, "{source}");
        }
    }

    #[test]
    fn answers_are_read_line_by_line() {
        let post = |address: &str, question: &str| {
            assert_eq!((address, question), ("http://host/symbolz", "0x1010+0x1020+0x1030"));
            Ok("num_symbols: 1\n0x1010\tmain.run\n0x1030  operator new(unsigned long)\n0x1020\n0xzz x\n".to_owned())
        };
        let table = names("http://host/symbolz", &post, &[0x1010, 0x1020, 0x1030]).expect("it answers");
        let name = |address| {
            let line = table.view().lines(address).expect("it was asked").next()?;
            Some(table.view().str(table.view().function(line.function).system_name))
        };
        assert_eq!([0x1010, 0x1020, 0x1030].map(name), [Some("main.run"), None, Some("operator new(unsigned long)")]);
    }
}
