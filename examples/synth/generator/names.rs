//! What functions, files and binaries are called: a Go service that calls libraries written in Rust.

/// The language of a package, which shapes the names in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    Go,
    Rust,
}

/// A package, module or crate.
#[derive(Debug)]
pub(super) struct Package {
    pub(super) language: Language,
    /// Its path, with `/` or `::` in it as the language has it.
    pub(super) path: &'static str,
    /// Which of [`BINARIES`] holds its code.
    pub(super) binary: usize,
}

/// The files that are mapped into the process; the first is the main program.
pub(super) const BINARIES: [&str; 3] =
    ["/srv/shop/bin/gateway", "/srv/shop/lib/libshop_store.so", "/srv/shop/lib/libshop_codec.so"];

const fn go(path: &'static str) -> Package {
    Package { language: Language::Go, path, binary: 0 }
}

const fn rust(path: &'static str, binary: usize) -> Package {
    Package { language: Language::Rust, path, binary }
}

/// From the outermost to the innermost.
pub(super) const PACKAGES: [Package; 24] = [
    go("net/http"),
    go("google.golang.org/grpc"),
    go("google.golang.org/grpc/internal/transport"),
    go("shop.example/gateway/middleware"),
    go("shop.example/gateway/auth"),
    go("shop.example/gateway"),
    go("shop.example/cart/pricing"),
    go("shop.example/cart"),
    go("shop.example/search/query"),
    go("shop.example/search/v2/planner"),
    go("database/sql"),
    go("encoding/json"),
    go("shop.example/bindings/store"),
    rust("shop_store::session", 1),
    rust("shop_store::planner::rules", 1),
    rust("shop_store::exec", 1),
    rust("tokio::runtime::task", 1),
    rust("shop_store::lsm::compaction", 1),
    rust("shop_store::lsm", 1),
    rust("shop_codec::columnar", 2),
    rust("shop_codec::varint", 2),
    rust("hashbrown::raw", 2),
    rust("alloc::collections::btree", 2),
    rust("core::slice::sort", 2),
];

const VERBS: [&str; 32] = [
    "Append", "Apply", "Build", "Commit", "Compact", "Copy", "Decode", "Delete", "Encode", "Expand", "Fetch", "Flush",
    "Get", "Grow", "Hash", "Insert", "Load", "Lookup", "Merge", "Next", "Parse", "Poll", "Put", "Read", "Resolve",
    "Scan", "Seek", "Serve", "Split", "Validate", "Visit", "Write",
];
const NOUNS: [&str; 40] = [
    "Arena",
    "Batch",
    "Block",
    "Bloom",
    "Bucket",
    "Buffer",
    "Cache",
    "Chunk",
    "Column",
    "Cursor",
    "Entry",
    "Event",
    "Filter",
    "Frame",
    "Header",
    "Index",
    "Iterator",
    "Journal",
    "Key",
    "Leaf",
    "Manifest",
    "Message",
    "Node",
    "Page",
    "Pool",
    "Predicate",
    "Queue",
    "Region",
    "Request",
    "Router",
    "Row",
    "Schema",
    "Segment",
    "Session",
    "Shard",
    "Stream",
    "Table",
    "Token",
    "Tree",
    "Worker",
];
const QUALIFIERS: [&str; 24] = [
    "", "Async", "Base", "Bounded", "Cached", "Dense", "Dirty", "Frozen", "Global", "Inner", "Lazy", "Local", "Lock",
    "Merged", "Outer", "Paged", "Pending", "Pinned", "Raw", "Shared", "Small", "Sorted", "Sparse", "Typed",
];

/// How many names there are in a package.
const NAMES: u64 = (VERBS.len() * NOUNS.len() * QUALIFIERS.len()) as u64;
/// Spreads neighbours over all names; it has no divisor in common with `NAMES`, so none comes twice.
const SPREAD: u64 = 7_919;
// `NAMES` is 2^11 * 3 * 5.
const _: () = assert!(NAMES == 30_720);
const _: () = assert!(!SPREAD.is_multiple_of(2) && !SPREAD.is_multiple_of(3) && !SPREAD.is_multiple_of(5));

/// What a function is called.
#[derive(Debug)]
pub(super) struct FunctionNames {
    pub(super) name: String,
    pub(super) system_name: String,
    pub(super) filename: String,
}

impl Package {
    /// Returns the names of the function that is the `ordinal`-th of its package; no two are the same.
    ///
    /// A `revision` other than 0 is that of a function which another one has replaced.
    pub(super) fn function(&self, ordinal: u64, revision: u64) -> FunctionNames {
        let number = ordinal % NAMES * SPREAD % NAMES;
        let style = number % 16;
        let (verb, number) = (VERBS[(number % 32) as usize], number / 32);
        let (noun, qualifier) = (NOUNS[(number % 40) as usize], QUALIFIERS[(number / 40) as usize]);
        let mut tail = String::new();
        if ordinal >= NAMES {
            tail = format!("{}", ordinal / NAMES);
        }
        if revision > 0 {
            tail = format!("{tail}V{}", revision + 1);
        }
        match self.language {
            Language::Go => self.go_function(style, &format!("{verb}{tail}"), &format!("{qualifier}{noun}"), noun),
            Language::Rust => {
                let method = format!("{verb}{tail}").to_lowercase();
                self.rust_function(style, &method, &format!("{qualifier}{noun}"), noun)
            }
        }
    }

    fn go_function(&self, style: u64, method: &str, noun_type: &str, noun: &str) -> FunctionNames {
        let path = self.path;
        let name = match style {
            0..3 => format!("{path}.{method}{noun_type}"),
            3..5 => format!("{path}.(*{noun_type}).{method}.func1"),
            5 => format!("{path}.{method}{noun_type}[go.shape.string,go.shape.struct {{ Key []uint8; Size int }}]"),
            6 => format!("{path}.{noun_type}.{method}"),
            _ => format!("{path}.(*{noun_type}).{method}"),
        };
        let filename = format!("/build/src/{path}/{}.go", noun.to_lowercase());
        FunctionNames { system_name: name.clone(), name, filename }
    }

    fn rust_function(&self, style: u64, method: &str, noun_type: &str, noun: &str) -> FunctionNames {
        let path = self.path;
        let plain = format!("{path}::{noun_type}::{method}");
        let name = match style {
            0..3 => format!("{plain}::{{{{closure}}}}"),
            3..5 => format!("<{path}::{noun_type} as core::iter::traits::iterator::Iterator>::{method}"),
            5 => format!("{plain}<alloc::vec::Vec<u8>>"),
            _ => plain.clone(),
        };
        let (crate_name, module) = path.split_once("::").unwrap_or((path, "lib"));
        let module = module.replace("::", "/");
        let filename = format!("/build/{crate_name}/src/{module}/{}.rs", noun.to_lowercase());
        FunctionNames { name, system_name: mangled(&plain, style), filename }
    }
}

/// Mangles a path in the way that Rust began with.
fn mangled(path: &str, hash_seed: u64) -> String {
    let segments: String = path.split("::").map(|segment| format!("{}{segment}", segment.len())).collect();
    let bytes = path.bytes().map(u64::from);
    let hash = bytes.fold(hash_seed, |hash, byte| super::random::mix(hash.wrapping_add(byte + 1)));
    format!("_ZN{segments}17h{hash:016x}E")
}
