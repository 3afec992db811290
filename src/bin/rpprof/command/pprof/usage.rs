//! What pprof says of how it is used.

use super::commands::COMMANDS;
use super::options::OPTIONS;

/// For whom the usage is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    CommandLine,
    Shell,
}

/// Returns the usage of the command line.
pub(super) fn command_line_usage() -> String {
    format!("{HEAD}{}{SOURCES}{OTHERS}\n", lists(Place::CommandLine))
}

/// Returns the lists of commands and options.
pub(super) fn lists(place: Place) -> String {
    let prefix = if place == Place::CommandLine { "-" } else { "" };
    let line = |name: &str, help: &str| format!("    {:<16} {}", name, help.lines().next().unwrap_or_default());
    let mut commands: Vec<String> =
        COMMANDS.iter().map(|command| line(&format!("{prefix}{}", command.name), command.about)).collect();
    commands.sort();
    let title = match place {
        Place::CommandLine => "  Output formats (select at most one):\n",
        Place::Shell => {
            commands.push(line("o/options", "List options and their current values"));
            commands.push(line("q/quit/exit/^D", "Exit pprof"));
            "  Commands:\n"
        }
    };
    let (mut options, mut groups) = (Vec::new(), Vec::new());
    for option in OPTIONS {
        if option.choices.is_empty() {
            options.push(line(&format!("{prefix}{}", option.name), option.help));
            continue;
        }
        let choices = option.choices.iter().map(|choice| line(&format!("{prefix}{}", choice.name), choice.help));
        let lines: Vec<String> =
            [line(option.name, "")].into_iter().chain(choices.map(|choice| format!("  {choice}"))).collect();
        groups.push(lines.join("\n"));
    }
    options.sort();
    groups.sort();
    format!(
        "{title}{}\n\n  Options:\n{}\n\n  Option groups (only set one per group):\n{}",
        commands.join("\n"),
        options.join("\n"),
        groups.join("\n")
    )
}

/// What stands above the lists.
const HEAD: &str = r#"usage:

Produce output in the specified format.

   pprof <format> [options] [binary] <source> ...

Omit the format to get an interactive shell whose commands can be used
to generate various views of a profile

   pprof [options] [binary] <source> ...

Omit the format and provide the "-http" flag to get an interactive web
interface at the specified host:port that can be used to navigate through
various views of a profile.

   pprof -http [host]:[port] [options] [binary] <source> ...

Details:
"#;

/// Flags of sources.
const SOURCES: &str = r#"

  Source options:
    -seconds              Duration for time-based profile collection
    -timeout              Timeout in seconds for profile collection
    -buildid              Override build id for main binary
    -add_comment          Free-form annotation to add to the profile
                          Displayed on some reports or with pprof -comments
    -diff_base source     Source of base profile for comparison
    -base source          Source of base profile for profile subtraction
    profile.pb.gz         Profile in compressed protobuf format
    legacy_profile        Profile in legacy pprof format
    http://host/profile   URL for profile handler to retrieve
    -symbolize=           Controls source of symbol information
      none                  Do not attempt symbolization
      local                 Examine only local binaries
      fastlocal             Only get function names from local binaries
      remote                Do not examine local binaries
      force                 Force re-symbolization
    Binary                  Local path or build id of binary for symbolization
    -tls_cert             TLS client certificate file for fetching profile and symbols
    -tls_key              TLS private key file for fetching profile and symbols
    -tls_ca               TLS CA certs file for fetching profile and symbols"#;

/// What stands below.
const OTHERS: &str = r#"

  Misc options:
   -http              Provide web interface at host:port.
                      Host is optional and 'localhost' by default.
                      Port is optional and a randomly available port by default.
   -no_browser        Skip opening a browser for the interactive web UI.
   -tools             Search path for object tools
   -all_frames        Ignore drop_frames and keep_frames regexps in the profile
                      Rarely needed, mainly used for debugging pprof itself

  Legacy convenience options:
   -inuse_space           Same as -sample_index=inuse_space
   -inuse_objects         Same as -sample_index=inuse_objects
   -alloc_space           Same as -sample_index=alloc_space
   -alloc_objects         Same as -sample_index=alloc_objects
   -total_delay           Same as -sample_index=delay
   -contentions           Same as -sample_index=contentions
   -mean_delay            Same as -mean -sample_index=delay

  Environment Variables:
   PPROF_TMPDIR       Location for saved profiles (default $HOME/pprof)
   PPROF_TOOLS        Search path for object-level tools
   PPROF_BINARY_PATH  Search path for local binary files
                      default: $HOME/pprof/binaries
                      searches $buildid/$name, $buildid/*, $path/$buildid,
                      ${buildid:0:2}/${buildid:2}.debug, $name, $path,
                      ${name}.debug, $dir/.debug/${name}.debug,
                      usr/lib/debug/$dir/${name}.debug
   * On Windows, %USERPROFILE% is used instead of $HOME"#;
