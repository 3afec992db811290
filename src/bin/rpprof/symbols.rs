//! Names for the addresses of a profile, as the command line and the environment ask for them.

use std::env;
use std::path::PathBuf;

use rpprof::profile::Profile;
use rpprof::symbolize::{
    BinarySummary, CacheFolder, Debuginfod, FoundNames, Locality, NameStyle, Naming, Outcome, ResolveOptions, Resolver,
    Summary, Symbolz, find_names, symbolize, symbolz_address,
};

use crate::args::{DemangleArg, SymbolArgs, SymbolizeArg};
use crate::http::{fetch, post};

/// How large the cache of names may become.
const MAX_CACHE_BYTES: u64 = 512 << 20;

/// Returns the profile with names for its addresses, and says on standard error what became of those without any.
pub(crate) fn named(profile: &Profile, arguments: &SymbolArgs) -> Profile {
    if arguments.symbolize == Some(SymbolizeArg::None) {
        return profile.clone();
    }
    names_of(profile, arguments).into_profile()
}

/// Returns the names for a profile's addresses, and says the same of them.
pub(crate) fn names_of<'p>(profile: &'p Profile, arguments: &SymbolArgs) -> FoundNames<'p> {
    let mut resolver = Resolver::new(options(arguments));
    let names = find_names(profile, &mut resolver);
    tell(resolver.summary());
    names
}

/// The same as [`named`], without a word of what became of the addresses.
pub(crate) fn named_silently(profile: &Profile, arguments: &SymbolArgs) -> Profile {
    if arguments.symbolize == Some(SymbolizeArg::None) {
        return profile.clone();
    }
    symbolize(profile, &mut Resolver::new(options(arguments)))
}

/// Returns how names and binaries are looked for, and where.
pub(crate) fn options(arguments: &SymbolArgs) -> ResolveOptions {
    let mut options = ResolveOptions::default();
    match arguments.symbolize {
        Some(SymbolizeArg::Force) => options.naming = Naming::All,
        Some(SymbolizeArg::Remote) => options.locality = Locality::Remote,
        Some(SymbolizeArg::Auto | SymbolizeArg::None) | None => {}
    }
    options.symbolz = arguments.symbolz.as_deref().and_then(symbolz_address).map(|url| Symbolz::new(url, post()));
    options.debuginfod = debuginfod();
    options.names = match arguments.demangle {
        DemangleArg::Short => NameStyle::Short,
        DemangleArg::Templates => NameStyle::Templates,
        DemangleArg::Full => NameStyle::Full,
        DemangleArg::None => NameStyle::Mangled,
    };
    options.main_program.clone_from(&arguments.binary);
    options.binary_folders = binary_folders();
    options.jit_files.clone_from(&arguments.jit_symbols);
    options.cache = cache(arguments.symbol_cache.clone());
    options
}

/// Returns the folders of binaries, as pprof finds them.
pub(crate) fn binary_folders() -> Vec<PathBuf> {
    match env::var_os("PPROF_BINARY_PATH").filter(|folders| !folders.is_empty()) {
        Some(folders) => env::split_paths(&folders).collect(),
        None => env::home_dir().map(|home| home.join("pprof/binaries")).into_iter().collect(),
    }
}

/// How large a file of a server may be.
const MAX_DOWNLOAD_BYTES: u64 = 16 << 30;

/// Returns the servers of binaries that the environment names, and the folder of their other clients.
pub(crate) fn debuginfod() -> Option<Debuginfod> {
    let servers = env::var("DEBUGINFOD_URLS").ok()?;
    let servers: Vec<String> = servers.split_ascii_whitespace().map(str::to_owned).collect();
    let of_clients = env::var_os("DEBUGINFOD_CACHE_PATH").map(PathBuf::from);
    let folder = of_clients.or_else(|| Some(user_cache_folder()?.join("debuginfod_client")))?;
    (!servers.is_empty()).then(|| Debuginfod::new(servers, folder, MAX_DOWNLOAD_BYTES, fetch()))
}

/// Returns where names are kept; nowhere if `asked` says so, or there is no place for it.
pub(crate) fn cache(asked: Option<PathBuf>) -> Option<CacheFolder> {
    let folder = match asked {
        Some(folder) if folder.as_os_str() == "off" => return None,
        Some(folder) => folder,
        None => user_cache_folder()?.join("rpprof/symbols"),
    };
    Some(CacheFolder::new(folder, MAX_CACHE_BYTES))
}

/// Returns the user's folder for what programs can make again.
fn user_cache_folder() -> Option<PathBuf> {
    let of_user = env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|folder| folder.is_absolute());
    of_user.or_else(|| Some(env::home_dir()?.join(".cache")))
}

/// Says how many addresses have names now, and what to do about the others.
fn tell(summary: &Summary) {
    if !summary.is_needed() {
        return;
    }
    eprintln!("rpprof: found names for {} of {} addresses", summary.named(), summary.addresses());
    for binary in summary.binaries.iter().filter(|binary| binary.named < binary.addresses) {
        eprintln!("  {}", reason(binary));
    }
    if summary.unmapped > 0 {
        eprintln!("  {} are in no mapping of the profile", summary.unmapped);
    }
}

/// Says why addresses of a binary have no names, and what to do.
fn reason(binary: &BinarySummary) -> String {
    format!("{} of {}", binary.addresses - binary.named, why(binary))
}

/// Returns the name of a binary, and why it could not be used, and what to do.
pub(crate) fn why(binary: &BinarySummary) -> String {
    let mut text = String::from(if binary.file.is_empty() { "a file" } else { &binary.file });
    if !binary.build_id.is_empty() {
        text.push_str(&format!(" (build id {})", binary.build_id));
    }
    let why = match &binary.outcome {
        Outcome::File(path) => format!("no symbol in {}", path.display()),
        Outcome::System => "no symbol there".to_owned(),
        Outcome::Server(address) => format!("no symbol at {address}"),
        Outcome::Nameless => "the profile does not name it; say it with --binary FILE".to_owned(),
        Outcome::NoFile => {
            "memory without a file; if a program made code there, say what it wrote of it with --jit-symbols".to_owned()
        }
        Outcome::Missing if binary.build_id.is_empty() => {
            "there is no such file; put it into a folder of PPROF_BINARY_PATH".to_owned()
        }
        Outcome::Missing => {
            let servers = if env::var_os("DEBUGINFOD_URLS").is_some() { "" } else { ", or set DEBUGINFOD_URLS" };
            format!(
                "there is no such file; put it, or its debug information, into a folder of PPROF_BINARY_PATH{servers}"
            )
        }
        Outcome::OtherBuild(others) => {
            let others: Vec<String> =
                others.iter().map(|(path, id)| format!("{} has build id {id}", path.display())).collect();
            format!("{}; put the one of this build into a folder of PPROF_BINARY_PATH", others.join(", "))
        }
        Outcome::Unusable(why) => why.clone(),
        _ => "not found".to_owned(),
    };
    format!("{text}: {why}")
}
