# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_rpprof_global_optspecs
    string join \n color= h/help V/version
end

function __fish_rpprof_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_rpprof_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_rpprof_using_subcommand
    set -l cmd (__fish_rpprof_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c rpprof -n "__fish_rpprof_needs_command" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rpprof -n "__fish_rpprof_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rpprof -n "__fish_rpprof_needs_command" -s V -l version -d 'Print version'
complete -c rpprof -n "__fish_rpprof_needs_command" -f -a "tui" -d 'Browses a profile in the terminal: table, flame graph, call tree, source, labels'
complete -c rpprof -n "__fish_rpprof_needs_command" -f -a "top" -d 'Shows the functions that weigh most'
complete -c rpprof -n "__fish_rpprof_needs_command" -f -a "text" -d 'Shows the functions that weigh most'
complete -c rpprof -n "__fish_rpprof_needs_command" -f -a "tree" -d 'Shows each function between its callers and callees'
complete -c rpprof -n "__fish_rpprof_needs_command" -f -a "peek" -d 'Shows the callers and callees of the functions that match'
complete -c rpprof -n "__fish_rpprof_needs_command" -f -a "calls" -d 'Shows the call tree as indented text, heaviest paths first'
complete -c rpprof -n "__fish_rpprof_needs_command" -f -a "list" -d 'Shows the source of functions with what each line weighs'
complete -c rpprof -n "__fish_rpprof_needs_command" -f -a "disasm" -d 'Shows the machine code of functions with what each instruction weighs'
complete -c rpprof -n "__fish_rpprof_needs_command" -f -a "weblist" -d 'Writes source as a page in which each line opens to its instructions'
complete -c rpprof -n "__fish_rpprof_needs_command" -f -a "flame" -d 'Draws a flame graph as SVG, or writes folded stacks'
complete -c rpprof -n "__fish_rpprof_needs_command" -f -a "dot" -d 'Writes the call graph for Graphviz'
complete -c rpprof -n "__fish_rpprof_needs_command" -f -a "callgrind" -d 'Writes the call graph for KCachegrind'
complete -c rpprof -n "__fish_rpprof_needs_command" -f -a "diff" -d 'Compares two profiles, or two sets of runs: what grew, what shrank, what is chance'
complete -c rpprof -n "__fish_rpprof_needs_command" -f -a "check" -d 'Fails if code weighs more than a budget allows, or has grown by more'
complete -c rpprof -n "__fish_rpprof_needs_command" -f -a "info" -d 'Says what kind of profile it is, what it holds, and what to run next'
complete -c rpprof -n "__fish_rpprof_needs_command" -f -a "raw" -d 'Shows all that a profile says, as it stands in the file'
complete -c rpprof -n "__fish_rpprof_needs_command" -f -a "tags" -d 'Shows the labels of samples by what these weigh'
complete -c rpprof -n "__fish_rpprof_needs_command" -f -a "traces" -d 'Shows the samples one after another, with their labels and stacks'
complete -c rpprof -n "__fish_rpprof_needs_command" -f -a "comments" -d 'Shows the comments that the producer left'
complete -c rpprof -n "__fish_rpprof_needs_command" -f -a "merge" -d 'Merges profiles into one, and writes what filters leave'
complete -c rpprof -n "__fish_rpprof_needs_command" -f -a "symbolize" -d 'Writes the profile with names for its addresses, from the binaries of this machine'
complete -c rpprof -n "__fish_rpprof_needs_command" -f -a "schema" -d 'Writes the JSON Schema of a report'
complete -c rpprof -n "__fish_rpprof_needs_command" -f -a "completions" -d 'Writes a completion script for a shell'
complete -c rpprof -n "__fish_rpprof_needs_command" -f -a "man" -d 'Writes the manual pages'
complete -c rpprof -n "__fish_rpprof_needs_command" -f -a "pprof" -d 'Stands in for pprof, with its own command line and its shell'
complete -c rpprof -n "__fish_rpprof_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c rpprof -n "__fish_rpprof_using_subcommand tui" -l max-inflated -d 'How large each file may be once it is inflated, such as 500MB or 4GB' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tui" -l symbolize -d 'Which addresses get names from the binaries of this machine' -r -f -a "auto\t'Those that have none; what reports do by default'
none\t'None; what raw, info, tags, comments and merge do by default'
force\t'All, those that have names too'
remote\t'Those that have none, by asking the program at --symbolz alone'"
complete -c rpprof -n "__fish_rpprof_using_subcommand tui" -l demangle -d 'How long the names of functions are that get them' -r -f -a "short\t'Without parameters, template arguments and generic ones'
templates\t'Without parameters'
full\t'With all there is'
none\t'As they stand in the binary'"
complete -c rpprof -n "__fish_rpprof_using_subcommand tui" -l binary -d 'The main program, if it is not where the profile says' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand tui" -l jit-symbols -d 'What the program wrote of code that it made as it ran: a perf-PID.map or a jit-PID.dump' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand tui" -l symbolz -d 'Ask the running program for names that no binary tells: the address of its profiles, such as http://localhost:6060/debug/pprof/heap' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tui" -l symbol-cache -d 'Where names are kept for the next time: a folder, or off [default: rpprof/symbols in the folder of caches]' -r -f -a "(__fish_complete_directories)"
complete -c rpprof -n "__fish_rpprof_using_subcommand tui" -l base -d 'An older profile to compare with: all views show how the new one differs. Several are merged' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand tui" -s t -l sample-type -d 'The column of values to begin with [default: the profile\'s own]' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tui" -l watch -d 'Read the profile again when its file changes, looking every INTERVAL; from a server, each time. Stands behind FILE if it has no INTERVAL [default: 1s]' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tui" -l theme -d 'What the background of the terminal is like [default: as the terminal says, else dark]' -r -f -a "dark\t'Light text on a dark background'
light\t'Dark text on a light background'"
complete -c rpprof -n "__fish_rpprof_using_subcommand tui" -l record -d 'Write what is typed to a file, for --replay' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand tui" -l replay -d 'Type what was recorded, and go on from there' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand tui" -l keys -d 'Press these keys first, divided by spaces and called as the help calls them' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tui" -l print-frame -d 'Print what is seen after that on so many columns and rows, such as 120x40, and end. Needs no terminal; has colours with --color always' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tui" -l config -d 'The configuration [default: RPPROF_CONFIG, or rpprof/config.toml in XDG_CONFIG_HOME or ~/.config]' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand tui" -l source-path -d 'A folder to look for source files in, and above it; may be given several times' -r -f -a "(__fish_complete_directories)"
complete -c rpprof -n "__fish_rpprof_using_subcommand tui" -l trim-path -d 'What to cut off the front of the profile\'s file names; may be given several times' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tui" -s f -l focus -d 'Only samples in whose stack something matches. Given several times, something has to match each' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tui" -s i -l ignore -d 'Only samples in whose stack nothing matches' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tui" -l hide -d 'Leave out frames that match; their callers get what they weigh' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tui" -l show -d 'Leave out frames that do not match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tui" -l show-from -d 'Leave out the callers of the outermost frame that matches' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tui" -l prune-from -d 'Leave out what the innermost function that matches has called' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tui" -l collapse-callees -d 'Leave out what functions that match have called: they are charged with it' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tui" -l focus-path -d 'Only samples whose stacks begin with a path of calls, outermost first: \'REGEX;REGEX;...\'' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tui" -l focus-leaf-path -d 'Only samples whose stacks end with a path of calls, innermost first' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tui" -s l -l label -d 'Only samples whose labels fit, such as \'tenant=acme and not route=~"^/health"\'' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tui" -l label-show -d 'Leave out labels whose keys do not match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tui" -l label-hide -d 'Leave out labels whose keys match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tui" -l group-by -d 'Make the labels with these keys the outermost frames of each sample, as if they had called it' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tui" -l collapse -d 'Make functions of this package that call each other one frame, which has the package\'s name' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tui" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rpprof -n "__fish_rpprof_using_subcommand tui" -l ascii -d 'Draw with ASCII alone'
complete -c rpprof -n "__fish_rpprof_using_subcommand tui" -l no-mouse -d 'Leave the mouse to the terminal, so that text can be selected with it'
complete -c rpprof -n "__fish_rpprof_using_subcommand tui" -l no-config -d 'Read no configuration'
complete -c rpprof -n "__fish_rpprof_using_subcommand tui" -l all-frames -d 'Keep the frames that the profile itself wants dropped'
complete -c rpprof -n "__fish_rpprof_using_subcommand tui" -l my-code -d 'Only frames of your own code; libraries, the language and the system count for their callers'
complete -c rpprof -n "__fish_rpprof_using_subcommand tui" -l collapse-recursion -d 'Make a function that calls itself, with nothing in between, one frame'
complete -c rpprof -n "__fish_rpprof_using_subcommand tui" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rpprof -n "__fish_rpprof_using_subcommand tui" -s V -l version -d 'Print version'
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -l max-inflated -d 'How large each file may be once it is inflated, such as 500MB or 4GB' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -l symbolize -d 'Which addresses get names from the binaries of this machine' -r -f -a "auto\t'Those that have none; what reports do by default'
none\t'None; what raw, info, tags, comments and merge do by default'
force\t'All, those that have names too'
remote\t'Those that have none, by asking the program at --symbolz alone'"
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -l demangle -d 'How long the names of functions are that get them' -r -f -a "short\t'Without parameters, template arguments and generic ones'
templates\t'Without parameters'
full\t'With all there is'
none\t'As they stand in the binary'"
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -l binary -d 'The main program, if it is not where the profile says' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -l jit-symbols -d 'What the program wrote of code that it made as it ran: a perf-PID.map or a jit-PID.dump' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -l symbolz -d 'Ask the running program for names that no binary tells: the address of its profiles, such as http://localhost:6060/debug/pprof/heap' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -l symbol-cache -d 'Where names are kept for the next time: a folder, or off [default: rpprof/symbols in the folder of caches]' -r -f -a "(__fish_complete_directories)"
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -s n -l limit -d 'Show at most so many rows; 0 for all that weigh enough [default: what fits the terminal, elsewhere all]' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -l min-share -d 'Leave out what weighs, with all that it calls, less than this share of the whole' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -s t -l sample-type -d 'The column of values: a name such as `cpu` or `inuse_space`, or its number [default: the profile\'s own]' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -s u -l unit -d 'The unit of values, such as ms or MB; `auto` picks one for each, `minimum` one for all [default: minimum for tables, auto for graphs and source]' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -l divide-by -d 'Divide all values by this before they are shown, such as the number of processors' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -l format -d 'In which form to write it' -r -f -a "table\t'A table to read'
json\t'JSON with the exact values and a version'
csv\t'Comma-separated values, exact, with a line of headings'
markdown\t'A table for a pull request'"
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -s o -l output -d 'Write to a file, whole or not at all [default: standard output]' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -s g -l granularity -d 'What makes two places the same row' -r -f -a "functions\t'The function\'s name'
filefunctions\t'The function\'s name and file'
files\t'The file'
lines\t'The line'
addresses\t'The address'
modules\t'The binary; calls within one are one frame of a call tree or a flame graph'
packages\t'The package, crate or namespace, or the binary where a name tells none; as of modules'"
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -s f -l focus -d 'Only samples in whose stack something matches. Given several times, something has to match each' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -s i -l ignore -d 'Only samples in whose stack nothing matches' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -l hide -d 'Leave out frames that match; their callers get what they weigh' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -l show -d 'Leave out frames that do not match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -l show-from -d 'Leave out the callers of the outermost frame that matches' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -l prune-from -d 'Leave out what the innermost function that matches has called' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -l collapse-callees -d 'Leave out what functions that match have called: they are charged with it' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -l focus-path -d 'Only samples whose stacks begin with a path of calls, outermost first: \'REGEX;REGEX;...\'' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -l focus-leaf-path -d 'Only samples whose stacks end with a path of calls, innermost first' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -s l -l label -d 'Only samples whose labels fit, such as \'tenant=acme and not route=~"^/health"\'' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -l label-show -d 'Leave out labels whose keys do not match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -l label-hide -d 'Leave out labels whose keys match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -l group-by -d 'Make the labels with these keys the outermost frames of each sample, as if they had called it' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -l collapse -d 'Make functions of this package that call each other one frame, which has the package\'s name' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -s c -l cum -d 'Sort by what each row weighs with all that it calls'
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -l relative -d 'Show percentages of what the filters leave, not of the whole profile'
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -l mean -d 'Show means: each value divided by the first sample type, which counts events or objects'
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -l json -d 'Write JSON, for programs: the same as --format json'
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -l no-inlines -d 'Count inlined functions for the function that they were inlined into'
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -l show-columns -d 'Tell lines apart by their columns'
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -l all-frames -d 'Keep the frames that the profile itself wants dropped'
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -l my-code -d 'Only frames of your own code; libraries, the language and the system count for their callers'
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -l collapse-recursion -d 'Make a function that calls itself, with nothing in between, one frame'
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -s V -l version -d 'Print version'
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -l max-inflated -d 'How large each file may be once it is inflated, such as 500MB or 4GB' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -l symbolize -d 'Which addresses get names from the binaries of this machine' -r -f -a "auto\t'Those that have none; what reports do by default'
none\t'None; what raw, info, tags, comments and merge do by default'
force\t'All, those that have names too'
remote\t'Those that have none, by asking the program at --symbolz alone'"
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -l demangle -d 'How long the names of functions are that get them' -r -f -a "short\t'Without parameters, template arguments and generic ones'
templates\t'Without parameters'
full\t'With all there is'
none\t'As they stand in the binary'"
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -l binary -d 'The main program, if it is not where the profile says' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -l jit-symbols -d 'What the program wrote of code that it made as it ran: a perf-PID.map or a jit-PID.dump' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -l symbolz -d 'Ask the running program for names that no binary tells: the address of its profiles, such as http://localhost:6060/debug/pprof/heap' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -l symbol-cache -d 'Where names are kept for the next time: a folder, or off [default: rpprof/symbols in the folder of caches]' -r -f -a "(__fish_complete_directories)"
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -s n -l limit -d 'Show at most so many rows; 0 for all that weigh enough [default: what fits the terminal, elsewhere all]' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -l min-share -d 'Leave out what weighs, with all that it calls, less than this share of the whole' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -s t -l sample-type -d 'The column of values: a name such as `cpu` or `inuse_space`, or its number [default: the profile\'s own]' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -s u -l unit -d 'The unit of values, such as ms or MB; `auto` picks one for each, `minimum` one for all [default: minimum for tables, auto for graphs and source]' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -l divide-by -d 'Divide all values by this before they are shown, such as the number of processors' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -l format -d 'In which form to write it' -r -f -a "table\t'A table to read'
json\t'JSON with the exact values and a version'
csv\t'Comma-separated values, exact, with a line of headings'
markdown\t'A table for a pull request'"
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -s o -l output -d 'Write to a file, whole or not at all [default: standard output]' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -s g -l granularity -d 'What makes two places the same row' -r -f -a "functions\t'The function\'s name'
filefunctions\t'The function\'s name and file'
files\t'The file'
lines\t'The line'
addresses\t'The address'
modules\t'The binary; calls within one are one frame of a call tree or a flame graph'
packages\t'The package, crate or namespace, or the binary where a name tells none; as of modules'"
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -s f -l focus -d 'Only samples in whose stack something matches. Given several times, something has to match each' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -s i -l ignore -d 'Only samples in whose stack nothing matches' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -l hide -d 'Leave out frames that match; their callers get what they weigh' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -l show -d 'Leave out frames that do not match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -l show-from -d 'Leave out the callers of the outermost frame that matches' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -l prune-from -d 'Leave out what the innermost function that matches has called' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -l collapse-callees -d 'Leave out what functions that match have called: they are charged with it' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -l focus-path -d 'Only samples whose stacks begin with a path of calls, outermost first: \'REGEX;REGEX;...\'' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -l focus-leaf-path -d 'Only samples whose stacks end with a path of calls, innermost first' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -s l -l label -d 'Only samples whose labels fit, such as \'tenant=acme and not route=~"^/health"\'' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -l label-show -d 'Leave out labels whose keys do not match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -l label-hide -d 'Leave out labels whose keys match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -l group-by -d 'Make the labels with these keys the outermost frames of each sample, as if they had called it' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -l collapse -d 'Make functions of this package that call each other one frame, which has the package\'s name' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -s c -l cum -d 'Sort by what each row weighs with all that it calls'
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -l relative -d 'Show percentages of what the filters leave, not of the whole profile'
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -l mean -d 'Show means: each value divided by the first sample type, which counts events or objects'
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -l json -d 'Write JSON, for programs: the same as --format json'
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -l no-inlines -d 'Count inlined functions for the function that they were inlined into'
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -l show-columns -d 'Tell lines apart by their columns'
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -l all-frames -d 'Keep the frames that the profile itself wants dropped'
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -l my-code -d 'Only frames of your own code; libraries, the language and the system count for their callers'
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -l collapse-recursion -d 'Make a function that calls itself, with nothing in between, one frame'
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -s V -l version -d 'Print version'
complete -c rpprof -n "__fish_rpprof_using_subcommand tree" -l max-inflated -d 'How large each file may be once it is inflated, such as 500MB or 4GB' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tree" -l symbolize -d 'Which addresses get names from the binaries of this machine' -r -f -a "auto\t'Those that have none; what reports do by default'
none\t'None; what raw, info, tags, comments and merge do by default'
force\t'All, those that have names too'
remote\t'Those that have none, by asking the program at --symbolz alone'"
complete -c rpprof -n "__fish_rpprof_using_subcommand tree" -l demangle -d 'How long the names of functions are that get them' -r -f -a "short\t'Without parameters, template arguments and generic ones'
templates\t'Without parameters'
full\t'With all there is'
none\t'As they stand in the binary'"
complete -c rpprof -n "__fish_rpprof_using_subcommand tree" -l binary -d 'The main program, if it is not where the profile says' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand tree" -l jit-symbols -d 'What the program wrote of code that it made as it ran: a perf-PID.map or a jit-PID.dump' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand tree" -l symbolz -d 'Ask the running program for names that no binary tells: the address of its profiles, such as http://localhost:6060/debug/pprof/heap' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tree" -l symbol-cache -d 'Where names are kept for the next time: a folder, or off [default: rpprof/symbols in the folder of caches]' -r -f -a "(__fish_complete_directories)"
complete -c rpprof -n "__fish_rpprof_using_subcommand tree" -s n -l limit -d 'Show at most so many functions; 0 for all that weigh enough' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tree" -l min-share -d 'Leave out functions that weigh, with all that they call, less than this share of the whole' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tree" -l min-call-share -d 'Leave out calls that weigh less than this share of the whole' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tree" -s t -l sample-type -d 'The column of values: a name such as `cpu` or `inuse_space`, or its number [default: the profile\'s own]' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tree" -s u -l unit -d 'The unit of values, such as ms or MB; `auto` picks one for each, `minimum` one for all [default: minimum for tables, auto for graphs and source]' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tree" -l divide-by -d 'Divide all values by this before they are shown, such as the number of processors' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tree" -l format -d 'In which form to write it' -r -f -a "table\t'A table to read'
json\t'JSON with the exact values and a version'
csv\t'Comma-separated values, exact, with a line of headings'
markdown\t'A table for a pull request'"
complete -c rpprof -n "__fish_rpprof_using_subcommand tree" -s o -l output -d 'Write to a file, whole or not at all [default: standard output]' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand tree" -s g -l granularity -d 'What makes two places the same row' -r -f -a "functions\t'The function\'s name'
filefunctions\t'The function\'s name and file'
files\t'The file'
lines\t'The line'
addresses\t'The address'
modules\t'The binary; calls within one are one frame of a call tree or a flame graph'
packages\t'The package, crate or namespace, or the binary where a name tells none; as of modules'"
complete -c rpprof -n "__fish_rpprof_using_subcommand tree" -s f -l focus -d 'Only samples in whose stack something matches. Given several times, something has to match each' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tree" -s i -l ignore -d 'Only samples in whose stack nothing matches' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tree" -l hide -d 'Leave out frames that match; their callers get what they weigh' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tree" -l show -d 'Leave out frames that do not match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tree" -l show-from -d 'Leave out the callers of the outermost frame that matches' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tree" -l prune-from -d 'Leave out what the innermost function that matches has called' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tree" -l collapse-callees -d 'Leave out what functions that match have called: they are charged with it' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tree" -l focus-path -d 'Only samples whose stacks begin with a path of calls, outermost first: \'REGEX;REGEX;...\'' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tree" -l focus-leaf-path -d 'Only samples whose stacks end with a path of calls, innermost first' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tree" -s l -l label -d 'Only samples whose labels fit, such as \'tenant=acme and not route=~"^/health"\'' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tree" -l label-show -d 'Leave out labels whose keys do not match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tree" -l label-hide -d 'Leave out labels whose keys match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tree" -l group-by -d 'Make the labels with these keys the outermost frames of each sample, as if they had called it' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tree" -l collapse -d 'Make functions of this package that call each other one frame, which has the package\'s name' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tree" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rpprof -n "__fish_rpprof_using_subcommand tree" -s c -l cum -d 'Sort by what each function weighs with all that it calls'
complete -c rpprof -n "__fish_rpprof_using_subcommand tree" -l relative -d 'Show percentages of what the filters leave, not of the whole profile'
complete -c rpprof -n "__fish_rpprof_using_subcommand tree" -l mean -d 'Show means: each value divided by the first sample type, which counts events or objects'
complete -c rpprof -n "__fish_rpprof_using_subcommand tree" -l json -d 'Write JSON, for programs: the same as --format json'
complete -c rpprof -n "__fish_rpprof_using_subcommand tree" -l no-inlines -d 'Count inlined functions for the function that they were inlined into'
complete -c rpprof -n "__fish_rpprof_using_subcommand tree" -l show-columns -d 'Tell lines apart by their columns'
complete -c rpprof -n "__fish_rpprof_using_subcommand tree" -l all-frames -d 'Keep the frames that the profile itself wants dropped'
complete -c rpprof -n "__fish_rpprof_using_subcommand tree" -l my-code -d 'Only frames of your own code; libraries, the language and the system count for their callers'
complete -c rpprof -n "__fish_rpprof_using_subcommand tree" -l collapse-recursion -d 'Make a function that calls itself, with nothing in between, one frame'
complete -c rpprof -n "__fish_rpprof_using_subcommand tree" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rpprof -n "__fish_rpprof_using_subcommand tree" -s V -l version -d 'Print version'
complete -c rpprof -n "__fish_rpprof_using_subcommand peek" -l max-inflated -d 'How large each file may be once it is inflated, such as 500MB or 4GB' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand peek" -l symbolize -d 'Which addresses get names from the binaries of this machine' -r -f -a "auto\t'Those that have none; what reports do by default'
none\t'None; what raw, info, tags, comments and merge do by default'
force\t'All, those that have names too'
remote\t'Those that have none, by asking the program at --symbolz alone'"
complete -c rpprof -n "__fish_rpprof_using_subcommand peek" -l demangle -d 'How long the names of functions are that get them' -r -f -a "short\t'Without parameters, template arguments and generic ones'
templates\t'Without parameters'
full\t'With all there is'
none\t'As they stand in the binary'"
complete -c rpprof -n "__fish_rpprof_using_subcommand peek" -l binary -d 'The main program, if it is not where the profile says' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand peek" -l jit-symbols -d 'What the program wrote of code that it made as it ran: a perf-PID.map or a jit-PID.dump' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand peek" -l symbolz -d 'Ask the running program for names that no binary tells: the address of its profiles, such as http://localhost:6060/debug/pprof/heap' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand peek" -l symbol-cache -d 'Where names are kept for the next time: a folder, or off [default: rpprof/symbols in the folder of caches]' -r -f -a "(__fish_complete_directories)"
complete -c rpprof -n "__fish_rpprof_using_subcommand peek" -s t -l sample-type -d 'The column of values: a name such as `cpu` or `inuse_space`, or its number [default: the profile\'s own]' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand peek" -s u -l unit -d 'The unit of values, such as ms or MB; `auto` picks one for each, `minimum` one for all [default: minimum for tables, auto for graphs and source]' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand peek" -l divide-by -d 'Divide all values by this before they are shown, such as the number of processors' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand peek" -l format -d 'In which form to write it' -r -f -a "table\t'A table to read'
json\t'JSON with the exact values and a version'
csv\t'Comma-separated values, exact, with a line of headings'
markdown\t'A table for a pull request'"
complete -c rpprof -n "__fish_rpprof_using_subcommand peek" -s o -l output -d 'Write to a file, whole or not at all [default: standard output]' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand peek" -s g -l granularity -d 'What makes two places the same row' -r -f -a "functions\t'The function\'s name'
filefunctions\t'The function\'s name and file'
files\t'The file'
lines\t'The line'
addresses\t'The address'
modules\t'The binary; calls within one are one frame of a call tree or a flame graph'
packages\t'The package, crate or namespace, or the binary where a name tells none; as of modules'"
complete -c rpprof -n "__fish_rpprof_using_subcommand peek" -s f -l focus -d 'Only samples in whose stack something matches. Given several times, something has to match each' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand peek" -s i -l ignore -d 'Only samples in whose stack nothing matches' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand peek" -l hide -d 'Leave out frames that match; their callers get what they weigh' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand peek" -l show -d 'Leave out frames that do not match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand peek" -l show-from -d 'Leave out the callers of the outermost frame that matches' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand peek" -l prune-from -d 'Leave out what the innermost function that matches has called' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand peek" -l collapse-callees -d 'Leave out what functions that match have called: they are charged with it' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand peek" -l focus-path -d 'Only samples whose stacks begin with a path of calls, outermost first: \'REGEX;REGEX;...\'' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand peek" -l focus-leaf-path -d 'Only samples whose stacks end with a path of calls, innermost first' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand peek" -s l -l label -d 'Only samples whose labels fit, such as \'tenant=acme and not route=~"^/health"\'' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand peek" -l label-show -d 'Leave out labels whose keys do not match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand peek" -l label-hide -d 'Leave out labels whose keys match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand peek" -l group-by -d 'Make the labels with these keys the outermost frames of each sample, as if they had called it' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand peek" -l collapse -d 'Make functions of this package that call each other one frame, which has the package\'s name' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand peek" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rpprof -n "__fish_rpprof_using_subcommand peek" -s c -l cum -d 'Sort by what each function weighs with all that it calls'
complete -c rpprof -n "__fish_rpprof_using_subcommand peek" -l relative -d 'Show percentages of what the filters leave, not of the whole profile'
complete -c rpprof -n "__fish_rpprof_using_subcommand peek" -l mean -d 'Show means: each value divided by the first sample type, which counts events or objects'
complete -c rpprof -n "__fish_rpprof_using_subcommand peek" -l json -d 'Write JSON, for programs: the same as --format json'
complete -c rpprof -n "__fish_rpprof_using_subcommand peek" -l no-inlines -d 'Count inlined functions for the function that they were inlined into'
complete -c rpprof -n "__fish_rpprof_using_subcommand peek" -l show-columns -d 'Tell lines apart by their columns'
complete -c rpprof -n "__fish_rpprof_using_subcommand peek" -l all-frames -d 'Keep the frames that the profile itself wants dropped'
complete -c rpprof -n "__fish_rpprof_using_subcommand peek" -l my-code -d 'Only frames of your own code; libraries, the language and the system count for their callers'
complete -c rpprof -n "__fish_rpprof_using_subcommand peek" -l collapse-recursion -d 'Make a function that calls itself, with nothing in between, one frame'
complete -c rpprof -n "__fish_rpprof_using_subcommand peek" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rpprof -n "__fish_rpprof_using_subcommand peek" -s V -l version -d 'Print version'
complete -c rpprof -n "__fish_rpprof_using_subcommand calls" -l max-inflated -d 'How large each file may be once it is inflated, such as 500MB or 4GB' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand calls" -l symbolize -d 'Which addresses get names from the binaries of this machine' -r -f -a "auto\t'Those that have none; what reports do by default'
none\t'None; what raw, info, tags, comments and merge do by default'
force\t'All, those that have names too'
remote\t'Those that have none, by asking the program at --symbolz alone'"
complete -c rpprof -n "__fish_rpprof_using_subcommand calls" -l demangle -d 'How long the names of functions are that get them' -r -f -a "short\t'Without parameters, template arguments and generic ones'
templates\t'Without parameters'
full\t'With all there is'
none\t'As they stand in the binary'"
complete -c rpprof -n "__fish_rpprof_using_subcommand calls" -l binary -d 'The main program, if it is not where the profile says' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand calls" -l jit-symbols -d 'What the program wrote of code that it made as it ran: a perf-PID.map or a jit-PID.dump' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand calls" -l symbolz -d 'Ask the running program for names that no binary tells: the address of its profiles, such as http://localhost:6060/debug/pprof/heap' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand calls" -l symbol-cache -d 'Where names are kept for the next time: a folder, or off [default: rpprof/symbols in the folder of caches]' -r -f -a "(__fish_complete_directories)"
complete -c rpprof -n "__fish_rpprof_using_subcommand calls" -l min-share -d 'Leave out paths that weigh less than this share of the whole' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand calls" -s d -l max-depth -d 'Show at most so many calls in a row; 0 for any number' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand calls" -s t -l sample-type -d 'The column of values: a name such as `cpu` or `inuse_space`, or its number [default: the profile\'s own]' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand calls" -s u -l unit -d 'The unit of values, such as ms or MB; `auto` picks one for each, `minimum` one for all [default: minimum for tables, auto for graphs and source]' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand calls" -l divide-by -d 'Divide all values by this before they are shown, such as the number of processors' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand calls" -l format -d 'In which form to write it' -r -f -a "table\t'A table to read'
json\t'JSON with the exact values and a version'
csv\t'Comma-separated values, exact, with a line of headings'
markdown\t'A table for a pull request'"
complete -c rpprof -n "__fish_rpprof_using_subcommand calls" -s o -l output -d 'Write to a file, whole or not at all [default: standard output]' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand calls" -s g -l granularity -d 'What makes two places the same row' -r -f -a "functions\t'The function\'s name'
filefunctions\t'The function\'s name and file'
files\t'The file'
lines\t'The line'
addresses\t'The address'
modules\t'The binary; calls within one are one frame of a call tree or a flame graph'
packages\t'The package, crate or namespace, or the binary where a name tells none; as of modules'"
complete -c rpprof -n "__fish_rpprof_using_subcommand calls" -s f -l focus -d 'Only samples in whose stack something matches. Given several times, something has to match each' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand calls" -s i -l ignore -d 'Only samples in whose stack nothing matches' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand calls" -l hide -d 'Leave out frames that match; their callers get what they weigh' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand calls" -l show -d 'Leave out frames that do not match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand calls" -l show-from -d 'Leave out the callers of the outermost frame that matches' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand calls" -l prune-from -d 'Leave out what the innermost function that matches has called' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand calls" -l collapse-callees -d 'Leave out what functions that match have called: they are charged with it' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand calls" -l focus-path -d 'Only samples whose stacks begin with a path of calls, outermost first: \'REGEX;REGEX;...\'' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand calls" -l focus-leaf-path -d 'Only samples whose stacks end with a path of calls, innermost first' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand calls" -s l -l label -d 'Only samples whose labels fit, such as \'tenant=acme and not route=~"^/health"\'' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand calls" -l label-show -d 'Leave out labels whose keys do not match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand calls" -l label-hide -d 'Leave out labels whose keys match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand calls" -l group-by -d 'Make the labels with these keys the outermost frames of each sample, as if they had called it' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand calls" -l collapse -d 'Make functions of this package that call each other one frame, which has the package\'s name' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand calls" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rpprof -n "__fish_rpprof_using_subcommand calls" -s b -l bottom-up -d 'Begin at the functions where time or memory is spent, with their callers below them'
complete -c rpprof -n "__fish_rpprof_using_subcommand calls" -l relative -d 'Show percentages of what the filters leave, not of the whole profile'
complete -c rpprof -n "__fish_rpprof_using_subcommand calls" -l json -d 'Write JSON, for programs: the same as --format json'
complete -c rpprof -n "__fish_rpprof_using_subcommand calls" -l no-inlines -d 'Count inlined functions for the function that they were inlined into'
complete -c rpprof -n "__fish_rpprof_using_subcommand calls" -l show-columns -d 'Tell lines apart by their columns'
complete -c rpprof -n "__fish_rpprof_using_subcommand calls" -l all-frames -d 'Keep the frames that the profile itself wants dropped'
complete -c rpprof -n "__fish_rpprof_using_subcommand calls" -l my-code -d 'Only frames of your own code; libraries, the language and the system count for their callers'
complete -c rpprof -n "__fish_rpprof_using_subcommand calls" -l collapse-recursion -d 'Make a function that calls itself, with nothing in between, one frame'
complete -c rpprof -n "__fish_rpprof_using_subcommand calls" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rpprof -n "__fish_rpprof_using_subcommand calls" -s V -l version -d 'Print version'
complete -c rpprof -n "__fish_rpprof_using_subcommand list" -l max-inflated -d 'How large each file may be once it is inflated, such as 500MB or 4GB' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand list" -l symbolize -d 'Which addresses get names from the binaries of this machine' -r -f -a "auto\t'Those that have none; what reports do by default'
none\t'None; what raw, info, tags, comments and merge do by default'
force\t'All, those that have names too'
remote\t'Those that have none, by asking the program at --symbolz alone'"
complete -c rpprof -n "__fish_rpprof_using_subcommand list" -l demangle -d 'How long the names of functions are that get them' -r -f -a "short\t'Without parameters, template arguments and generic ones'
templates\t'Without parameters'
full\t'With all there is'
none\t'As they stand in the binary'"
complete -c rpprof -n "__fish_rpprof_using_subcommand list" -l binary -d 'The main program, if it is not where the profile says' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand list" -l jit-symbols -d 'What the program wrote of code that it made as it ran: a perf-PID.map or a jit-PID.dump' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand list" -l symbolz -d 'Ask the running program for names that no binary tells: the address of its profiles, such as http://localhost:6060/debug/pprof/heap' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand list" -l symbol-cache -d 'Where names are kept for the next time: a folder, or off [default: rpprof/symbols in the folder of caches]' -r -f -a "(__fish_complete_directories)"
complete -c rpprof -n "__fish_rpprof_using_subcommand list" -s C -l context -d 'Show only lines that weigh something, with so many lines around each [default: whole functions]' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand list" -s t -l sample-type -d 'The column of values: a name such as `cpu` or `inuse_space`, or its number [default: the profile\'s own]' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand list" -s u -l unit -d 'The unit of values, such as ms or MB; `auto` picks one for each, `minimum` one for all [default: minimum for tables, auto for graphs and source]' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand list" -l divide-by -d 'Divide all values by this before they are shown, such as the number of processors' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand list" -l format -d 'In which form to write it' -r -f -a "table\t'A table to read'
json\t'JSON with the exact values and a version'
csv\t'Comma-separated values, exact, with a line of headings'
markdown\t'A table for a pull request'"
complete -c rpprof -n "__fish_rpprof_using_subcommand list" -s o -l output -d 'Write to a file, whole or not at all [default: standard output]' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand list" -l source-path -d 'A folder to look for source files in, and above it; may be given several times' -r -f -a "(__fish_complete_directories)"
complete -c rpprof -n "__fish_rpprof_using_subcommand list" -l trim-path -d 'What to cut off the front of the profile\'s file names; may be given several times' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand list" -s f -l focus -d 'Only samples in whose stack something matches. Given several times, something has to match each' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand list" -s i -l ignore -d 'Only samples in whose stack nothing matches' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand list" -l hide -d 'Leave out frames that match; their callers get what they weigh' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand list" -l show -d 'Leave out frames that do not match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand list" -l show-from -d 'Leave out the callers of the outermost frame that matches' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand list" -l prune-from -d 'Leave out what the innermost function that matches has called' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand list" -l collapse-callees -d 'Leave out what functions that match have called: they are charged with it' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand list" -l focus-path -d 'Only samples whose stacks begin with a path of calls, outermost first: \'REGEX;REGEX;...\'' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand list" -l focus-leaf-path -d 'Only samples whose stacks end with a path of calls, innermost first' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand list" -s l -l label -d 'Only samples whose labels fit, such as \'tenant=acme and not route=~"^/health"\'' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand list" -l label-show -d 'Leave out labels whose keys do not match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand list" -l label-hide -d 'Leave out labels whose keys match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand list" -l group-by -d 'Make the labels with these keys the outermost frames of each sample, as if they had called it' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand list" -l collapse -d 'Make functions of this package that call each other one frame, which has the package\'s name' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand list" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rpprof -n "__fish_rpprof_using_subcommand list" -l no-inlines -d 'Count inlined functions for the line that calls them'
complete -c rpprof -n "__fish_rpprof_using_subcommand list" -l relative -d 'Show percentages of what the filters leave, not of the whole profile'
complete -c rpprof -n "__fish_rpprof_using_subcommand list" -l json -d 'Write JSON, for programs: the same as --format json'
complete -c rpprof -n "__fish_rpprof_using_subcommand list" -l all-frames -d 'Keep the frames that the profile itself wants dropped'
complete -c rpprof -n "__fish_rpprof_using_subcommand list" -l my-code -d 'Only frames of your own code; libraries, the language and the system count for their callers'
complete -c rpprof -n "__fish_rpprof_using_subcommand list" -l collapse-recursion -d 'Make a function that calls itself, with nothing in between, one frame'
complete -c rpprof -n "__fish_rpprof_using_subcommand list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rpprof -n "__fish_rpprof_using_subcommand list" -s V -l version -d 'Print version'
complete -c rpprof -n "__fish_rpprof_using_subcommand disasm" -l max-inflated -d 'How large each file may be once it is inflated, such as 500MB or 4GB' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand disasm" -l symbolize -d 'Which addresses get names from the binaries of this machine' -r -f -a "auto\t'Those that have none; what reports do by default'
none\t'None; what raw, info, tags, comments and merge do by default'
force\t'All, those that have names too'
remote\t'Those that have none, by asking the program at --symbolz alone'"
complete -c rpprof -n "__fish_rpprof_using_subcommand disasm" -l demangle -d 'How long the names of functions are that get them' -r -f -a "short\t'Without parameters, template arguments and generic ones'
templates\t'Without parameters'
full\t'With all there is'
none\t'As they stand in the binary'"
complete -c rpprof -n "__fish_rpprof_using_subcommand disasm" -l binary -d 'The main program, if it is not where the profile says' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand disasm" -l jit-symbols -d 'What the program wrote of code that it made as it ran: a perf-PID.map or a jit-PID.dump' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand disasm" -l symbolz -d 'Ask the running program for names that no binary tells: the address of its profiles, such as http://localhost:6060/debug/pprof/heap' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand disasm" -l symbol-cache -d 'Where names are kept for the next time: a folder, or off [default: rpprof/symbols in the folder of caches]' -r -f -a "(__fish_complete_directories)"
complete -c rpprof -n "__fish_rpprof_using_subcommand disasm" -l syntax -d 'How instructions of x86 are written' -r -f -a "intel\t'As Intel does: `mov rax,[rdi+8]`'
att\t'As AT&T and the GNU assembler do: `mov 8(%rdi),%rax`'"
complete -c rpprof -n "__fish_rpprof_using_subcommand disasm" -s t -l sample-type -d 'The column of values: a name such as `cpu` or `inuse_space`, or its number [default: the profile\'s own]' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand disasm" -s u -l unit -d 'The unit of values, such as ms or MB; `auto` picks one for each, `minimum` one for all [default: minimum for tables, auto for graphs and source]' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand disasm" -l divide-by -d 'Divide all values by this before they are shown, such as the number of processors' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand disasm" -s o -l output -d 'Write to a file, whole or not at all [default: standard output]' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand disasm" -l source-path -d 'A folder to look for source files in, and above it; may be given several times' -r -f -a "(__fish_complete_directories)"
complete -c rpprof -n "__fish_rpprof_using_subcommand disasm" -l trim-path -d 'What to cut off the front of the profile\'s file names; may be given several times' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand disasm" -s f -l focus -d 'Only samples in whose stack something matches. Given several times, something has to match each' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand disasm" -s i -l ignore -d 'Only samples in whose stack nothing matches' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand disasm" -l hide -d 'Leave out frames that match; their callers get what they weigh' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand disasm" -l show -d 'Leave out frames that do not match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand disasm" -l show-from -d 'Leave out the callers of the outermost frame that matches' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand disasm" -l prune-from -d 'Leave out what the innermost function that matches has called' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand disasm" -l collapse-callees -d 'Leave out what functions that match have called: they are charged with it' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand disasm" -l focus-path -d 'Only samples whose stacks begin with a path of calls, outermost first: \'REGEX;REGEX;...\'' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand disasm" -l focus-leaf-path -d 'Only samples whose stacks end with a path of calls, innermost first' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand disasm" -s l -l label -d 'Only samples whose labels fit, such as \'tenant=acme and not route=~"^/health"\'' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand disasm" -l label-show -d 'Leave out labels whose keys do not match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand disasm" -l label-hide -d 'Leave out labels whose keys match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand disasm" -l group-by -d 'Make the labels with these keys the outermost frames of each sample, as if they had called it' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand disasm" -l collapse -d 'Make functions of this package that call each other one frame, which has the package\'s name' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand disasm" -l format -d 'In which form to write it' -r -f -a "table\t'A table to read'
json\t'JSON with the exact values and a version'
csv\t'Comma-separated values, exact, with a line of headings'
markdown\t'A table for a pull request'"
complete -c rpprof -n "__fish_rpprof_using_subcommand disasm" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rpprof -n "__fish_rpprof_using_subcommand disasm" -l relative -d 'Show percentages of what the filters leave, not of the whole profile'
complete -c rpprof -n "__fish_rpprof_using_subcommand disasm" -l all-frames -d 'Keep the frames that the profile itself wants dropped'
complete -c rpprof -n "__fish_rpprof_using_subcommand disasm" -l my-code -d 'Only frames of your own code; libraries, the language and the system count for their callers'
complete -c rpprof -n "__fish_rpprof_using_subcommand disasm" -l collapse-recursion -d 'Make a function that calls itself, with nothing in between, one frame'
complete -c rpprof -n "__fish_rpprof_using_subcommand disasm" -l source -d 'Show each line of source above what was made of it'
complete -c rpprof -n "__fish_rpprof_using_subcommand disasm" -l json -d 'Write JSON, for programs: the same as --format json'
complete -c rpprof -n "__fish_rpprof_using_subcommand disasm" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rpprof -n "__fish_rpprof_using_subcommand disasm" -s V -l version -d 'Print version'
complete -c rpprof -n "__fish_rpprof_using_subcommand weblist" -l max-inflated -d 'How large each file may be once it is inflated, such as 500MB or 4GB' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand weblist" -l symbolize -d 'Which addresses get names from the binaries of this machine' -r -f -a "auto\t'Those that have none; what reports do by default'
none\t'None; what raw, info, tags, comments and merge do by default'
force\t'All, those that have names too'
remote\t'Those that have none, by asking the program at --symbolz alone'"
complete -c rpprof -n "__fish_rpprof_using_subcommand weblist" -l demangle -d 'How long the names of functions are that get them' -r -f -a "short\t'Without parameters, template arguments and generic ones'
templates\t'Without parameters'
full\t'With all there is'
none\t'As they stand in the binary'"
complete -c rpprof -n "__fish_rpprof_using_subcommand weblist" -l binary -d 'The main program, if it is not where the profile says' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand weblist" -l jit-symbols -d 'What the program wrote of code that it made as it ran: a perf-PID.map or a jit-PID.dump' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand weblist" -l symbolz -d 'Ask the running program for names that no binary tells: the address of its profiles, such as http://localhost:6060/debug/pprof/heap' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand weblist" -l symbol-cache -d 'Where names are kept for the next time: a folder, or off [default: rpprof/symbols in the folder of caches]' -r -f -a "(__fish_complete_directories)"
complete -c rpprof -n "__fish_rpprof_using_subcommand weblist" -l syntax -d 'How instructions of x86 are written' -r -f -a "intel\t'As Intel does: `mov rax,[rdi+8]`'
att\t'As AT&T and the GNU assembler do: `mov 8(%rdi),%rax`'"
complete -c rpprof -n "__fish_rpprof_using_subcommand weblist" -s t -l sample-type -d 'The column of values: a name such as `cpu` or `inuse_space`, or its number [default: the profile\'s own]' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand weblist" -s u -l unit -d 'The unit of values, such as ms or MB; `auto` picks one for each, `minimum` one for all [default: minimum for tables, auto for graphs and source]' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand weblist" -l divide-by -d 'Divide all values by this before they are shown, such as the number of processors' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand weblist" -s o -l output -d 'Write to a file, whole or not at all [default: standard output]' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand weblist" -l source-path -d 'A folder to look for source files in, and above it; may be given several times' -r -f -a "(__fish_complete_directories)"
complete -c rpprof -n "__fish_rpprof_using_subcommand weblist" -l trim-path -d 'What to cut off the front of the profile\'s file names; may be given several times' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand weblist" -s f -l focus -d 'Only samples in whose stack something matches. Given several times, something has to match each' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand weblist" -s i -l ignore -d 'Only samples in whose stack nothing matches' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand weblist" -l hide -d 'Leave out frames that match; their callers get what they weigh' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand weblist" -l show -d 'Leave out frames that do not match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand weblist" -l show-from -d 'Leave out the callers of the outermost frame that matches' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand weblist" -l prune-from -d 'Leave out what the innermost function that matches has called' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand weblist" -l collapse-callees -d 'Leave out what functions that match have called: they are charged with it' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand weblist" -l focus-path -d 'Only samples whose stacks begin with a path of calls, outermost first: \'REGEX;REGEX;...\'' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand weblist" -l focus-leaf-path -d 'Only samples whose stacks end with a path of calls, innermost first' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand weblist" -s l -l label -d 'Only samples whose labels fit, such as \'tenant=acme and not route=~"^/health"\'' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand weblist" -l label-show -d 'Leave out labels whose keys do not match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand weblist" -l label-hide -d 'Leave out labels whose keys match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand weblist" -l group-by -d 'Make the labels with these keys the outermost frames of each sample, as if they had called it' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand weblist" -l collapse -d 'Make functions of this package that call each other one frame, which has the package\'s name' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand weblist" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rpprof -n "__fish_rpprof_using_subcommand weblist" -l relative -d 'Show percentages of what the filters leave, not of the whole profile'
complete -c rpprof -n "__fish_rpprof_using_subcommand weblist" -l all-frames -d 'Keep the frames that the profile itself wants dropped'
complete -c rpprof -n "__fish_rpprof_using_subcommand weblist" -l my-code -d 'Only frames of your own code; libraries, the language and the system count for their callers'
complete -c rpprof -n "__fish_rpprof_using_subcommand weblist" -l collapse-recursion -d 'Make a function that calls itself, with nothing in between, one frame'
complete -c rpprof -n "__fish_rpprof_using_subcommand weblist" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rpprof -n "__fish_rpprof_using_subcommand weblist" -s V -l version -d 'Print version'
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -l max-inflated -d 'How large each file may be once it is inflated, such as 500MB or 4GB' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -l symbolize -d 'Which addresses get names from the binaries of this machine' -r -f -a "auto\t'Those that have none; what reports do by default'
none\t'None; what raw, info, tags, comments and merge do by default'
force\t'All, those that have names too'
remote\t'Those that have none, by asking the program at --symbolz alone'"
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -l demangle -d 'How long the names of functions are that get them' -r -f -a "short\t'Without parameters, template arguments and generic ones'
templates\t'Without parameters'
full\t'With all there is'
none\t'As they stand in the binary'"
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -l binary -d 'The main program, if it is not where the profile says' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -l jit-symbols -d 'What the program wrote of code that it made as it ran: a perf-PID.map or a jit-PID.dump' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -l symbolz -d 'Ask the running program for names that no binary tells: the address of its profiles, such as http://localhost:6060/debug/pprof/heap' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -l symbol-cache -d 'Where names are kept for the next time: a folder, or off [default: rpprof/symbols in the folder of caches]' -r -f -a "(__fish_complete_directories)"
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -l width -d 'Width in pixels [default: that of the window]' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -l title -d 'The title [default: program, sample type and total]' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -l min-share -d 'Leave out frames narrower than this share of the whole [default: what cannot be seen; with --folded, --json and --speedscope nothing]' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -s t -l sample-type -d 'The column of values: a name such as `cpu` or `inuse_space`, or its number [default: the profile\'s own]' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -s u -l unit -d 'The unit of values, such as ms or MB; `auto` picks one for each, `minimum` one for all [default: minimum for tables, auto for graphs and source]' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -l divide-by -d 'Divide all values by this before they are shown, such as the number of processors' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -s o -l output -d 'Write to a file, whole or not at all [default: standard output]' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -s g -l granularity -d 'What makes two places the same row' -r -f -a "functions\t'The function\'s name'
filefunctions\t'The function\'s name and file'
files\t'The file'
lines\t'The line'
addresses\t'The address'
modules\t'The binary; calls within one are one frame of a call tree or a flame graph'
packages\t'The package, crate or namespace, or the binary where a name tells none; as of modules'"
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -s f -l focus -d 'Only samples in whose stack something matches. Given several times, something has to match each' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -s i -l ignore -d 'Only samples in whose stack nothing matches' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -l hide -d 'Leave out frames that match; their callers get what they weigh' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -l show -d 'Leave out frames that do not match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -l show-from -d 'Leave out the callers of the outermost frame that matches' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -l prune-from -d 'Leave out what the innermost function that matches has called' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -l collapse-callees -d 'Leave out what functions that match have called: they are charged with it' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -l focus-path -d 'Only samples whose stacks begin with a path of calls, outermost first: \'REGEX;REGEX;...\'' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -l focus-leaf-path -d 'Only samples whose stacks end with a path of calls, innermost first' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -s l -l label -d 'Only samples whose labels fit, such as \'tenant=acme and not route=~"^/health"\'' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -l label-show -d 'Leave out labels whose keys do not match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -l label-hide -d 'Leave out labels whose keys match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -l group-by -d 'Make the labels with these keys the outermost frames of each sample, as if they had called it' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -l collapse -d 'Make functions of this package that call each other one frame, which has the package\'s name' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -l folded -d 'Write folded stacks instead, a line each: frames from the outermost on, joined by `;`, and the value'
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -l json -d 'Write the boxes as JSON instead, for programs'
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -l speedscope -d 'Write a file for https://www.speedscope.app instead'
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -l html -d 'Write a page with the picture and a table of functions instead; it loads nothing'
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -l inverted -d 'Hang callees from their callers (an icicle graph)'
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -l reverse -d 'Begin at the innermost functions: who calls them stands on them'
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -l relative -d 'Show percentages of what the filters leave, not of the whole profile'
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -l no-inlines -d 'Count inlined functions for the function that they were inlined into'
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -l show-columns -d 'Tell lines apart by their columns'
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -l all-frames -d 'Keep the frames that the profile itself wants dropped'
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -l my-code -d 'Only frames of your own code; libraries, the language and the system count for their callers'
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -l collapse-recursion -d 'Make a function that calls itself, with nothing in between, one frame'
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -s V -l version -d 'Print version'
complete -c rpprof -n "__fish_rpprof_using_subcommand dot" -l max-inflated -d 'How large each file may be once it is inflated, such as 500MB or 4GB' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand dot" -l symbolize -d 'Which addresses get names from the binaries of this machine' -r -f -a "auto\t'Those that have none; what reports do by default'
none\t'None; what raw, info, tags, comments and merge do by default'
force\t'All, those that have names too'
remote\t'Those that have none, by asking the program at --symbolz alone'"
complete -c rpprof -n "__fish_rpprof_using_subcommand dot" -l demangle -d 'How long the names of functions are that get them' -r -f -a "short\t'Without parameters, template arguments and generic ones'
templates\t'Without parameters'
full\t'With all there is'
none\t'As they stand in the binary'"
complete -c rpprof -n "__fish_rpprof_using_subcommand dot" -l binary -d 'The main program, if it is not where the profile says' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand dot" -l jit-symbols -d 'What the program wrote of code that it made as it ran: a perf-PID.map or a jit-PID.dump' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand dot" -l symbolz -d 'Ask the running program for names that no binary tells: the address of its profiles, such as http://localhost:6060/debug/pprof/heap' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand dot" -l symbol-cache -d 'Where names are kept for the next time: a folder, or off [default: rpprof/symbols in the folder of caches]' -r -f -a "(__fish_complete_directories)"
complete -c rpprof -n "__fish_rpprof_using_subcommand dot" -s n -l limit -d 'Draw at most so many boxes, those of labels among them; 0 for all that weigh enough' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand dot" -l min-share -d 'Leave out functions that weigh, with all that they call, less than this share of the whole' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand dot" -l min-call-share -d 'Leave out calls that weigh less than this share of the whole' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand dot" -s t -l sample-type -d 'The column of values: a name such as `cpu` or `inuse_space`, or its number [default: the profile\'s own]' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand dot" -s u -l unit -d 'The unit of values, such as ms or MB; `auto` picks one for each, `minimum` one for all [default: minimum for tables, auto for graphs and source]' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand dot" -l divide-by -d 'Divide all values by this before they are shown, such as the number of processors' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand dot" -s o -l output -d 'Write to a file, whole or not at all [default: standard output]' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand dot" -s g -l granularity -d 'What makes two places the same row' -r -f -a "functions\t'The function\'s name'
filefunctions\t'The function\'s name and file'
files\t'The file'
lines\t'The line'
addresses\t'The address'
modules\t'The binary; calls within one are one frame of a call tree or a flame graph'
packages\t'The package, crate or namespace, or the binary where a name tells none; as of modules'"
complete -c rpprof -n "__fish_rpprof_using_subcommand dot" -s f -l focus -d 'Only samples in whose stack something matches. Given several times, something has to match each' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand dot" -s i -l ignore -d 'Only samples in whose stack nothing matches' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand dot" -l hide -d 'Leave out frames that match; their callers get what they weigh' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand dot" -l show -d 'Leave out frames that do not match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand dot" -l show-from -d 'Leave out the callers of the outermost frame that matches' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand dot" -l prune-from -d 'Leave out what the innermost function that matches has called' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand dot" -l collapse-callees -d 'Leave out what functions that match have called: they are charged with it' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand dot" -l focus-path -d 'Only samples whose stacks begin with a path of calls, outermost first: \'REGEX;REGEX;...\'' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand dot" -l focus-leaf-path -d 'Only samples whose stacks end with a path of calls, innermost first' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand dot" -s l -l label -d 'Only samples whose labels fit, such as \'tenant=acme and not route=~"^/health"\'' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand dot" -l label-show -d 'Leave out labels whose keys do not match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand dot" -l label-hide -d 'Leave out labels whose keys match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand dot" -l group-by -d 'Make the labels with these keys the outermost frames of each sample, as if they had called it' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand dot" -l collapse -d 'Make functions of this package that call each other one frame, which has the package\'s name' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand dot" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rpprof -n "__fish_rpprof_using_subcommand dot" -l call-tree -d 'Draw a function once for each path of calls that leads to it'
complete -c rpprof -n "__fish_rpprof_using_subcommand dot" -l relative -d 'Show percentages of what the filters leave, not of the whole profile'
complete -c rpprof -n "__fish_rpprof_using_subcommand dot" -l mean -d 'Show means: each value divided by the first sample type, which counts events or objects'
complete -c rpprof -n "__fish_rpprof_using_subcommand dot" -l no-inlines -d 'Count inlined functions for the function that they were inlined into'
complete -c rpprof -n "__fish_rpprof_using_subcommand dot" -l show-columns -d 'Tell lines apart by their columns'
complete -c rpprof -n "__fish_rpprof_using_subcommand dot" -l all-frames -d 'Keep the frames that the profile itself wants dropped'
complete -c rpprof -n "__fish_rpprof_using_subcommand dot" -l my-code -d 'Only frames of your own code; libraries, the language and the system count for their callers'
complete -c rpprof -n "__fish_rpprof_using_subcommand dot" -l collapse-recursion -d 'Make a function that calls itself, with nothing in between, one frame'
complete -c rpprof -n "__fish_rpprof_using_subcommand dot" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rpprof -n "__fish_rpprof_using_subcommand dot" -s V -l version -d 'Print version'
complete -c rpprof -n "__fish_rpprof_using_subcommand callgrind" -l max-inflated -d 'How large each file may be once it is inflated, such as 500MB or 4GB' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand callgrind" -l symbolize -d 'Which addresses get names from the binaries of this machine' -r -f -a "auto\t'Those that have none; what reports do by default'
none\t'None; what raw, info, tags, comments and merge do by default'
force\t'All, those that have names too'
remote\t'Those that have none, by asking the program at --symbolz alone'"
complete -c rpprof -n "__fish_rpprof_using_subcommand callgrind" -l demangle -d 'How long the names of functions are that get them' -r -f -a "short\t'Without parameters, template arguments and generic ones'
templates\t'Without parameters'
full\t'With all there is'
none\t'As they stand in the binary'"
complete -c rpprof -n "__fish_rpprof_using_subcommand callgrind" -l binary -d 'The main program, if it is not where the profile says' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand callgrind" -l jit-symbols -d 'What the program wrote of code that it made as it ran: a perf-PID.map or a jit-PID.dump' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand callgrind" -l symbolz -d 'Ask the running program for names that no binary tells: the address of its profiles, such as http://localhost:6060/debug/pprof/heap' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand callgrind" -l symbol-cache -d 'Where names are kept for the next time: a folder, or off [default: rpprof/symbols in the folder of caches]' -r -f -a "(__fish_complete_directories)"
complete -c rpprof -n "__fish_rpprof_using_subcommand callgrind" -s t -l sample-type -d 'The column of values: a name such as `cpu` or `inuse_space`, or its number [default: the profile\'s own]' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand callgrind" -s u -l unit -d 'The unit of values, such as ms or MB; `auto` picks one for each, `minimum` one for all [default: minimum for tables, auto for graphs and source]' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand callgrind" -l divide-by -d 'Divide all values by this before they are shown, such as the number of processors' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand callgrind" -s o -l output -d 'Write to a file, whole or not at all [default: standard output]' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand callgrind" -s f -l focus -d 'Only samples in whose stack something matches. Given several times, something has to match each' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand callgrind" -s i -l ignore -d 'Only samples in whose stack nothing matches' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand callgrind" -l hide -d 'Leave out frames that match; their callers get what they weigh' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand callgrind" -l show -d 'Leave out frames that do not match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand callgrind" -l show-from -d 'Leave out the callers of the outermost frame that matches' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand callgrind" -l prune-from -d 'Leave out what the innermost function that matches has called' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand callgrind" -l collapse-callees -d 'Leave out what functions that match have called: they are charged with it' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand callgrind" -l focus-path -d 'Only samples whose stacks begin with a path of calls, outermost first: \'REGEX;REGEX;...\'' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand callgrind" -l focus-leaf-path -d 'Only samples whose stacks end with a path of calls, innermost first' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand callgrind" -s l -l label -d 'Only samples whose labels fit, such as \'tenant=acme and not route=~"^/health"\'' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand callgrind" -l label-show -d 'Leave out labels whose keys do not match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand callgrind" -l label-hide -d 'Leave out labels whose keys match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand callgrind" -l group-by -d 'Make the labels with these keys the outermost frames of each sample, as if they had called it' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand callgrind" -l collapse -d 'Make functions of this package that call each other one frame, which has the package\'s name' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand callgrind" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rpprof -n "__fish_rpprof_using_subcommand callgrind" -l call-tree -d 'Tell functions apart by the path of calls that leads to them'
complete -c rpprof -n "__fish_rpprof_using_subcommand callgrind" -l no-inlines -d 'Count inlined functions for the function that they were inlined into'
complete -c rpprof -n "__fish_rpprof_using_subcommand callgrind" -l relative -d 'Show percentages of what the filters leave, not of the whole profile'
complete -c rpprof -n "__fish_rpprof_using_subcommand callgrind" -l all-frames -d 'Keep the frames that the profile itself wants dropped'
complete -c rpprof -n "__fish_rpprof_using_subcommand callgrind" -l my-code -d 'Only frames of your own code; libraries, the language and the system count for their callers'
complete -c rpprof -n "__fish_rpprof_using_subcommand callgrind" -l collapse-recursion -d 'Make a function that calls itself, with nothing in between, one frame'
complete -c rpprof -n "__fish_rpprof_using_subcommand callgrind" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rpprof -n "__fish_rpprof_using_subcommand callgrind" -s V -l version -d 'Print version'
complete -c rpprof -n "__fish_rpprof_using_subcommand diff" -l old -d 'Old profiles, runs of the same thing: with commas between them, or one flag each' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand diff" -l new -d 'New profiles, likewise' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand diff" -l max-inflated -d 'How large each file may be once it is inflated, such as 500MB or 4GB' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand diff" -l symbolize -d 'Which addresses get names from the binaries of this machine' -r -f -a "auto\t'Those that have none; what reports do by default'
none\t'None; what raw, info, tags, comments and merge do by default'
force\t'All, those that have names too'
remote\t'Those that have none, by asking the program at --symbolz alone'"
complete -c rpprof -n "__fish_rpprof_using_subcommand diff" -l demangle -d 'How long the names of functions are that get them' -r -f -a "short\t'Without parameters, template arguments and generic ones'
templates\t'Without parameters'
full\t'With all there is'
none\t'As they stand in the binary'"
complete -c rpprof -n "__fish_rpprof_using_subcommand diff" -l binary -d 'The main program, if it is not where the profile says' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand diff" -l jit-symbols -d 'What the program wrote of code that it made as it ran: a perf-PID.map or a jit-PID.dump' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand diff" -l symbolz -d 'Ask the running program for names that no binary tells: the address of its profiles, such as http://localhost:6060/debug/pprof/heap' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand diff" -l symbol-cache -d 'Where names are kept for the next time: a folder, or off [default: rpprof/symbols in the folder of caches]' -r -f -a "(__fish_complete_directories)"
complete -c rpprof -n "__fish_rpprof_using_subcommand diff" -l normalize -d 'What is made equal before values are compared: none, total, duration, or what an expression matches' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand diff" -l confidence -d 'How sure it has to be that a change is not chance, from 0 to 1' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand diff" -s n -l limit -d 'Show at most so many rows [default: all that changed enough]' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand diff" -l min-share -d 'Leave out what changed by less than this share of the whole [default: 0.005; with --flame what cannot be seen]' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand diff" -s t -l sample-type -d 'The column of values: a name such as `cpu` or `inuse_space`, or its number [default: the profile\'s own]' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand diff" -s u -l unit -d 'The unit of values, such as ms or MB; `auto` picks one for each, `minimum` one for all [default: minimum for tables, auto for graphs and source]' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand diff" -l divide-by -d 'Divide all values by this before they are shown, such as the number of processors' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand diff" -l format -d 'In which form to write it' -r -f -a "table\t'A table to read'
json\t'JSON with the exact values and a version'
csv\t'Comma-separated values, exact, with a line of headings'
markdown\t'A table for a pull request'"
complete -c rpprof -n "__fish_rpprof_using_subcommand diff" -s o -l output -d 'Write to a file, whole or not at all [default: standard output]' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand diff" -l width -d 'Width in pixels [default: that of the window]' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand diff" -l title -d 'The title [default: program, sample type and totals]' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand diff" -s g -l granularity -d 'What makes two places the same row' -r -f -a "functions\t'The function\'s name'
filefunctions\t'The function\'s name and file'
files\t'The file'
lines\t'The line'
addresses\t'The address'
modules\t'The binary; calls within one are one frame of a call tree or a flame graph'
packages\t'The package, crate or namespace, or the binary where a name tells none; as of modules'"
complete -c rpprof -n "__fish_rpprof_using_subcommand diff" -s f -l focus -d 'Only samples in whose stack something matches. Given several times, something has to match each' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand diff" -s i -l ignore -d 'Only samples in whose stack nothing matches' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand diff" -l hide -d 'Leave out frames that match; their callers get what they weigh' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand diff" -l show -d 'Leave out frames that do not match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand diff" -l show-from -d 'Leave out the callers of the outermost frame that matches' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand diff" -l prune-from -d 'Leave out what the innermost function that matches has called' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand diff" -l collapse-callees -d 'Leave out what functions that match have called: they are charged with it' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand diff" -l focus-path -d 'Only samples whose stacks begin with a path of calls, outermost first: \'REGEX;REGEX;...\'' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand diff" -l focus-leaf-path -d 'Only samples whose stacks end with a path of calls, innermost first' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand diff" -s l -l label -d 'Only samples whose labels fit, such as \'tenant=acme and not route=~"^/health"\'' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand diff" -l label-show -d 'Leave out labels whose keys do not match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand diff" -l label-hide -d 'Leave out labels whose keys match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand diff" -l group-by -d 'Make the labels with these keys the outermost frames of each sample, as if they had called it' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand diff" -l collapse -d 'Make functions of this package that call each other one frame, which has the package\'s name' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand diff" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rpprof -n "__fish_rpprof_using_subcommand diff" -s c -l cum -d 'Compare what each row weighs with all that it calls'
complete -c rpprof -n "__fish_rpprof_using_subcommand diff" -l all -d 'Show also what stayed the same'
complete -c rpprof -n "__fish_rpprof_using_subcommand diff" -l tui -d 'Browse the comparison in the terminal; all views show it'
complete -c rpprof -n "__fish_rpprof_using_subcommand diff" -l exact-names -d 'Tell names apart that differ only by what each build makes anew, such as hashes and numbers of closures'
complete -c rpprof -n "__fish_rpprof_using_subcommand diff" -l relative -d 'Show percentages of what the filters leave, not of the whole profile'
complete -c rpprof -n "__fish_rpprof_using_subcommand diff" -l json -d 'Write JSON, for programs: the same as --format json'
complete -c rpprof -n "__fish_rpprof_using_subcommand diff" -l flame -d 'Draw a flame graph of both sides as SVG: blue shrank, orange grew, what was removed is there'
complete -c rpprof -n "__fish_rpprof_using_subcommand diff" -l inverted -d 'Hang callees from their callers (an icicle graph)'
complete -c rpprof -n "__fish_rpprof_using_subcommand diff" -l reverse -d 'Begin at the innermost functions: who calls them stands on them'
complete -c rpprof -n "__fish_rpprof_using_subcommand diff" -l no-inlines -d 'Count inlined functions for the function that they were inlined into'
complete -c rpprof -n "__fish_rpprof_using_subcommand diff" -l show-columns -d 'Tell lines apart by their columns'
complete -c rpprof -n "__fish_rpprof_using_subcommand diff" -l all-frames -d 'Keep the frames that the profile itself wants dropped'
complete -c rpprof -n "__fish_rpprof_using_subcommand diff" -l my-code -d 'Only frames of your own code; libraries, the language and the system count for their callers'
complete -c rpprof -n "__fish_rpprof_using_subcommand diff" -l collapse-recursion -d 'Make a function that calls itself, with nothing in between, one frame'
complete -c rpprof -n "__fish_rpprof_using_subcommand diff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rpprof -n "__fish_rpprof_using_subcommand diff" -s V -l version -d 'Print version'
complete -c rpprof -n "__fish_rpprof_using_subcommand check" -l max -d 'What may weigh so much at most, with all that it calls' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand check" -l max-flat -d 'What may weigh so much at most by itself' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand check" -l max-growth -d 'What may grow by so much at most since --base, with all that it calls' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand check" -l max-growth-flat -d 'What may grow by so much at most since --base by itself' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand check" -l budgets -d 'Read budgets from a TOML file' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand check" -l base -d 'Old profiles that growth is measured from, runs of the same thing: with commas between, or one flag each' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand check" -l normalize -d 'What is made equal before values are compared: none, total, duration, or what an expression matches' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand check" -l confidence -d 'How sure it has to be that a change is not chance, from 0 to 1' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand check" -l max-inflated -d 'How large each file may be once it is inflated, such as 500MB or 4GB' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand check" -l symbolize -d 'Which addresses get names from the binaries of this machine' -r -f -a "auto\t'Those that have none; what reports do by default'
none\t'None; what raw, info, tags, comments and merge do by default'
force\t'All, those that have names too'
remote\t'Those that have none, by asking the program at --symbolz alone'"
complete -c rpprof -n "__fish_rpprof_using_subcommand check" -l demangle -d 'How long the names of functions are that get them' -r -f -a "short\t'Without parameters, template arguments and generic ones'
templates\t'Without parameters'
full\t'With all there is'
none\t'As they stand in the binary'"
complete -c rpprof -n "__fish_rpprof_using_subcommand check" -l binary -d 'The main program, if it is not where the profile says' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand check" -l jit-symbols -d 'What the program wrote of code that it made as it ran: a perf-PID.map or a jit-PID.dump' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand check" -l symbolz -d 'Ask the running program for names that no binary tells: the address of its profiles, such as http://localhost:6060/debug/pprof/heap' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand check" -l symbol-cache -d 'Where names are kept for the next time: a folder, or off [default: rpprof/symbols in the folder of caches]' -r -f -a "(__fish_complete_directories)"
complete -c rpprof -n "__fish_rpprof_using_subcommand check" -s t -l sample-type -d 'The column of values: a name such as `cpu` or `inuse_space`, or its number [default: the profile\'s own]' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand check" -s u -l unit -d 'The unit of values, such as ms or MB; `auto` picks one for each, `minimum` one for all [default: minimum for tables, auto for graphs and source]' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand check" -l divide-by -d 'Divide all values by this before they are shown, such as the number of processors' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand check" -l format -d 'In which form to write it' -r -f -a "table\t'A table to read'
json\t'JSON with the exact values and a version'
csv\t'Comma-separated values, exact, with a line of headings'
markdown\t'A table for a pull request'"
complete -c rpprof -n "__fish_rpprof_using_subcommand check" -s o -l output -d 'Write to a file, whole or not at all [default: standard output]' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand check" -s f -l focus -d 'Only samples in whose stack something matches. Given several times, something has to match each' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand check" -s i -l ignore -d 'Only samples in whose stack nothing matches' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand check" -l hide -d 'Leave out frames that match; their callers get what they weigh' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand check" -l show -d 'Leave out frames that do not match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand check" -l show-from -d 'Leave out the callers of the outermost frame that matches' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand check" -l prune-from -d 'Leave out what the innermost function that matches has called' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand check" -l collapse-callees -d 'Leave out what functions that match have called: they are charged with it' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand check" -l focus-path -d 'Only samples whose stacks begin with a path of calls, outermost first: \'REGEX;REGEX;...\'' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand check" -l focus-leaf-path -d 'Only samples whose stacks end with a path of calls, innermost first' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand check" -s l -l label -d 'Only samples whose labels fit, such as \'tenant=acme and not route=~"^/health"\'' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand check" -l label-show -d 'Leave out labels whose keys do not match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand check" -l label-hide -d 'Leave out labels whose keys match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand check" -l group-by -d 'Make the labels with these keys the outermost frames of each sample, as if they had called it' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand check" -l collapse -d 'Make functions of this package that call each other one frame, which has the package\'s name' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand check" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rpprof -n "__fish_rpprof_using_subcommand check" -l strict -d 'Fail also if a budget is about nothing that is there'
complete -c rpprof -n "__fish_rpprof_using_subcommand check" -l strict-growth -d 'Fail also for growth that may be chance'
complete -c rpprof -n "__fish_rpprof_using_subcommand check" -l relative -d 'Show percentages of what the filters leave, not of the whole profile'
complete -c rpprof -n "__fish_rpprof_using_subcommand check" -l json -d 'Write JSON, for programs: the same as --format json'
complete -c rpprof -n "__fish_rpprof_using_subcommand check" -l all-frames -d 'Keep the frames that the profile itself wants dropped'
complete -c rpprof -n "__fish_rpprof_using_subcommand check" -l my-code -d 'Only frames of your own code; libraries, the language and the system count for their callers'
complete -c rpprof -n "__fish_rpprof_using_subcommand check" -l collapse-recursion -d 'Make a function that calls itself, with nothing in between, one frame'
complete -c rpprof -n "__fish_rpprof_using_subcommand check" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rpprof -n "__fish_rpprof_using_subcommand check" -s V -l version -d 'Print version'
complete -c rpprof -n "__fish_rpprof_using_subcommand info" -l max-inflated -d 'How large each file may be once it is inflated, such as 500MB or 4GB' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand info" -l symbolize -d 'Which addresses get names from the binaries of this machine' -r -f -a "auto\t'Those that have none; what reports do by default'
none\t'None; what raw, info, tags, comments and merge do by default'
force\t'All, those that have names too'
remote\t'Those that have none, by asking the program at --symbolz alone'"
complete -c rpprof -n "__fish_rpprof_using_subcommand info" -l demangle -d 'How long the names of functions are that get them' -r -f -a "short\t'Without parameters, template arguments and generic ones'
templates\t'Without parameters'
full\t'With all there is'
none\t'As they stand in the binary'"
complete -c rpprof -n "__fish_rpprof_using_subcommand info" -l binary -d 'The main program, if it is not where the profile says' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand info" -l jit-symbols -d 'What the program wrote of code that it made as it ran: a perf-PID.map or a jit-PID.dump' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand info" -l symbolz -d 'Ask the running program for names that no binary tells: the address of its profiles, such as http://localhost:6060/debug/pprof/heap' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand info" -l symbol-cache -d 'Where names are kept for the next time: a folder, or off [default: rpprof/symbols in the folder of caches]' -r -f -a "(__fish_complete_directories)"
complete -c rpprof -n "__fish_rpprof_using_subcommand info" -l format -d 'In which form to write it' -r -f -a "table\t'A table to read'
json\t'JSON with the exact values and a version'
csv\t'Comma-separated values, exact, with a line of headings'
markdown\t'A table for a pull request'"
complete -c rpprof -n "__fish_rpprof_using_subcommand info" -s o -l output -d 'Write to a file, whole or not at all [default: standard output]' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand info" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rpprof -n "__fish_rpprof_using_subcommand info" -l json -d 'Write JSON, for programs: the same as --format json'
complete -c rpprof -n "__fish_rpprof_using_subcommand info" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rpprof -n "__fish_rpprof_using_subcommand info" -s V -l version -d 'Print version'
complete -c rpprof -n "__fish_rpprof_using_subcommand raw" -l max-inflated -d 'How large each file may be once it is inflated, such as 500MB or 4GB' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand raw" -l symbolize -d 'Which addresses get names from the binaries of this machine' -r -f -a "auto\t'Those that have none; what reports do by default'
none\t'None; what raw, info, tags, comments and merge do by default'
force\t'All, those that have names too'
remote\t'Those that have none, by asking the program at --symbolz alone'"
complete -c rpprof -n "__fish_rpprof_using_subcommand raw" -l demangle -d 'How long the names of functions are that get them' -r -f -a "short\t'Without parameters, template arguments and generic ones'
templates\t'Without parameters'
full\t'With all there is'
none\t'As they stand in the binary'"
complete -c rpprof -n "__fish_rpprof_using_subcommand raw" -l binary -d 'The main program, if it is not where the profile says' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand raw" -l jit-symbols -d 'What the program wrote of code that it made as it ran: a perf-PID.map or a jit-PID.dump' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand raw" -l symbolz -d 'Ask the running program for names that no binary tells: the address of its profiles, such as http://localhost:6060/debug/pprof/heap' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand raw" -l symbol-cache -d 'Where names are kept for the next time: a folder, or off [default: rpprof/symbols in the folder of caches]' -r -f -a "(__fish_complete_directories)"
complete -c rpprof -n "__fish_rpprof_using_subcommand raw" -l format -d 'In which form to write it' -r -f -a "table\t'A table to read'
json\t'JSON with the exact values and a version'
csv\t'Comma-separated values, exact, with a line of headings'
markdown\t'A table for a pull request'"
complete -c rpprof -n "__fish_rpprof_using_subcommand raw" -s o -l output -d 'Write to a file, whole or not at all [default: standard output]' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand raw" -s f -l focus -d 'Only samples in whose stack something matches. Given several times, something has to match each' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand raw" -s i -l ignore -d 'Only samples in whose stack nothing matches' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand raw" -l hide -d 'Leave out frames that match; their callers get what they weigh' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand raw" -l show -d 'Leave out frames that do not match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand raw" -l show-from -d 'Leave out the callers of the outermost frame that matches' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand raw" -l prune-from -d 'Leave out what the innermost function that matches has called' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand raw" -l collapse-callees -d 'Leave out what functions that match have called: they are charged with it' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand raw" -l focus-path -d 'Only samples whose stacks begin with a path of calls, outermost first: \'REGEX;REGEX;...\'' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand raw" -l focus-leaf-path -d 'Only samples whose stacks end with a path of calls, innermost first' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand raw" -s l -l label -d 'Only samples whose labels fit, such as \'tenant=acme and not route=~"^/health"\'' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand raw" -l label-show -d 'Leave out labels whose keys do not match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand raw" -l label-hide -d 'Leave out labels whose keys match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand raw" -l group-by -d 'Make the labels with these keys the outermost frames of each sample, as if they had called it' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand raw" -l collapse -d 'Make functions of this package that call each other one frame, which has the package\'s name' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand raw" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rpprof -n "__fish_rpprof_using_subcommand raw" -l json -d 'Write JSON, for programs: the same as --format json'
complete -c rpprof -n "__fish_rpprof_using_subcommand raw" -l all-frames -d 'Keep the frames that the profile itself wants dropped'
complete -c rpprof -n "__fish_rpprof_using_subcommand raw" -l my-code -d 'Only frames of your own code; libraries, the language and the system count for their callers'
complete -c rpprof -n "__fish_rpprof_using_subcommand raw" -l collapse-recursion -d 'Make a function that calls itself, with nothing in between, one frame'
complete -c rpprof -n "__fish_rpprof_using_subcommand raw" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rpprof -n "__fish_rpprof_using_subcommand raw" -s V -l version -d 'Print version'
complete -c rpprof -n "__fish_rpprof_using_subcommand tags" -l max-inflated -d 'How large each file may be once it is inflated, such as 500MB or 4GB' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tags" -l symbolize -d 'Which addresses get names from the binaries of this machine' -r -f -a "auto\t'Those that have none; what reports do by default'
none\t'None; what raw, info, tags, comments and merge do by default'
force\t'All, those that have names too'
remote\t'Those that have none, by asking the program at --symbolz alone'"
complete -c rpprof -n "__fish_rpprof_using_subcommand tags" -l demangle -d 'How long the names of functions are that get them' -r -f -a "short\t'Without parameters, template arguments and generic ones'
templates\t'Without parameters'
full\t'With all there is'
none\t'As they stand in the binary'"
complete -c rpprof -n "__fish_rpprof_using_subcommand tags" -l binary -d 'The main program, if it is not where the profile says' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand tags" -l jit-symbols -d 'What the program wrote of code that it made as it ran: a perf-PID.map or a jit-PID.dump' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand tags" -l symbolz -d 'Ask the running program for names that no binary tells: the address of its profiles, such as http://localhost:6060/debug/pprof/heap' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tags" -l symbol-cache -d 'Where names are kept for the next time: a folder, or off [default: rpprof/symbols in the folder of caches]' -r -f -a "(__fish_complete_directories)"
complete -c rpprof -n "__fish_rpprof_using_subcommand tags" -s n -l limit -d 'Show at most so many values of each key, 0 for all [default: 20 in tables to read, else all]' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tags" -s t -l sample-type -d 'The column of values: a name such as `cpu` or `inuse_space`, or its number [default: the profile\'s own]' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tags" -s u -l unit -d 'The unit of values, such as ms or MB; `auto` picks one for each, `minimum` one for all [default: minimum for tables, auto for graphs and source]' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tags" -l divide-by -d 'Divide all values by this before they are shown, such as the number of processors' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tags" -l format -d 'In which form to write it' -r -f -a "table\t'A table to read'
json\t'JSON with the exact values and a version'
csv\t'Comma-separated values, exact, with a line of headings'
markdown\t'A table for a pull request'"
complete -c rpprof -n "__fish_rpprof_using_subcommand tags" -s o -l output -d 'Write to a file, whole or not at all [default: standard output]' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand tags" -s f -l focus -d 'Only samples in whose stack something matches. Given several times, something has to match each' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tags" -s i -l ignore -d 'Only samples in whose stack nothing matches' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tags" -l hide -d 'Leave out frames that match; their callers get what they weigh' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tags" -l show -d 'Leave out frames that do not match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tags" -l show-from -d 'Leave out the callers of the outermost frame that matches' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tags" -l prune-from -d 'Leave out what the innermost function that matches has called' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tags" -l collapse-callees -d 'Leave out what functions that match have called: they are charged with it' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tags" -l focus-path -d 'Only samples whose stacks begin with a path of calls, outermost first: \'REGEX;REGEX;...\'' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tags" -l focus-leaf-path -d 'Only samples whose stacks end with a path of calls, innermost first' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tags" -s l -l label -d 'Only samples whose labels fit, such as \'tenant=acme and not route=~"^/health"\'' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tags" -l label-show -d 'Leave out labels whose keys do not match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tags" -l label-hide -d 'Leave out labels whose keys match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tags" -l group-by -d 'Make the labels with these keys the outermost frames of each sample, as if they had called it' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tags" -l collapse -d 'Make functions of this package that call each other one frame, which has the package\'s name' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand tags" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rpprof -n "__fish_rpprof_using_subcommand tags" -l relative -d 'Show percentages of what the filters leave, not of the whole profile'
complete -c rpprof -n "__fish_rpprof_using_subcommand tags" -l json -d 'Write JSON, for programs: the same as --format json'
complete -c rpprof -n "__fish_rpprof_using_subcommand tags" -l all-frames -d 'Keep the frames that the profile itself wants dropped'
complete -c rpprof -n "__fish_rpprof_using_subcommand tags" -l my-code -d 'Only frames of your own code; libraries, the language and the system count for their callers'
complete -c rpprof -n "__fish_rpprof_using_subcommand tags" -l collapse-recursion -d 'Make a function that calls itself, with nothing in between, one frame'
complete -c rpprof -n "__fish_rpprof_using_subcommand tags" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rpprof -n "__fish_rpprof_using_subcommand tags" -s V -l version -d 'Print version'
complete -c rpprof -n "__fish_rpprof_using_subcommand traces" -l max-inflated -d 'How large each file may be once it is inflated, such as 500MB or 4GB' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand traces" -l symbolize -d 'Which addresses get names from the binaries of this machine' -r -f -a "auto\t'Those that have none; what reports do by default'
none\t'None; what raw, info, tags, comments and merge do by default'
force\t'All, those that have names too'
remote\t'Those that have none, by asking the program at --symbolz alone'"
complete -c rpprof -n "__fish_rpprof_using_subcommand traces" -l demangle -d 'How long the names of functions are that get them' -r -f -a "short\t'Without parameters, template arguments and generic ones'
templates\t'Without parameters'
full\t'With all there is'
none\t'As they stand in the binary'"
complete -c rpprof -n "__fish_rpprof_using_subcommand traces" -l binary -d 'The main program, if it is not where the profile says' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand traces" -l jit-symbols -d 'What the program wrote of code that it made as it ran: a perf-PID.map or a jit-PID.dump' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand traces" -l symbolz -d 'Ask the running program for names that no binary tells: the address of its profiles, such as http://localhost:6060/debug/pprof/heap' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand traces" -l symbol-cache -d 'Where names are kept for the next time: a folder, or off [default: rpprof/symbols in the folder of caches]' -r -f -a "(__fish_complete_directories)"
complete -c rpprof -n "__fish_rpprof_using_subcommand traces" -s t -l sample-type -d 'The column of values: a name such as `cpu` or `inuse_space`, or its number [default: the profile\'s own]' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand traces" -s u -l unit -d 'The unit of values, such as ms or MB; `auto` picks one for each, `minimum` one for all [default: minimum for tables, auto for graphs and source]' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand traces" -l divide-by -d 'Divide all values by this before they are shown, such as the number of processors' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand traces" -l format -d 'In which form to write it' -r -f -a "table\t'A table to read'
json\t'JSON with the exact values and a version'
csv\t'Comma-separated values, exact, with a line of headings'
markdown\t'A table for a pull request'"
complete -c rpprof -n "__fish_rpprof_using_subcommand traces" -s o -l output -d 'Write to a file, whole or not at all [default: standard output]' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand traces" -s g -l granularity -d 'What makes two places the same row' -r -f -a "functions\t'The function\'s name'
filefunctions\t'The function\'s name and file'
files\t'The file'
lines\t'The line'
addresses\t'The address'
modules\t'The binary; calls within one are one frame of a call tree or a flame graph'
packages\t'The package, crate or namespace, or the binary where a name tells none; as of modules'"
complete -c rpprof -n "__fish_rpprof_using_subcommand traces" -s f -l focus -d 'Only samples in whose stack something matches. Given several times, something has to match each' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand traces" -s i -l ignore -d 'Only samples in whose stack nothing matches' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand traces" -l hide -d 'Leave out frames that match; their callers get what they weigh' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand traces" -l show -d 'Leave out frames that do not match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand traces" -l show-from -d 'Leave out the callers of the outermost frame that matches' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand traces" -l prune-from -d 'Leave out what the innermost function that matches has called' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand traces" -l collapse-callees -d 'Leave out what functions that match have called: they are charged with it' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand traces" -l focus-path -d 'Only samples whose stacks begin with a path of calls, outermost first: \'REGEX;REGEX;...\'' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand traces" -l focus-leaf-path -d 'Only samples whose stacks end with a path of calls, innermost first' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand traces" -s l -l label -d 'Only samples whose labels fit, such as \'tenant=acme and not route=~"^/health"\'' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand traces" -l label-show -d 'Leave out labels whose keys do not match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand traces" -l label-hide -d 'Leave out labels whose keys match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand traces" -l group-by -d 'Make the labels with these keys the outermost frames of each sample, as if they had called it' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand traces" -l collapse -d 'Make functions of this package that call each other one frame, which has the package\'s name' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand traces" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rpprof -n "__fish_rpprof_using_subcommand traces" -l relative -d 'Show percentages of what the filters leave, not of the whole profile'
complete -c rpprof -n "__fish_rpprof_using_subcommand traces" -l mean -d 'Show means: each value divided by the first sample type, which counts events or objects'
complete -c rpprof -n "__fish_rpprof_using_subcommand traces" -l json -d 'Write JSON, for programs: the same as --format json'
complete -c rpprof -n "__fish_rpprof_using_subcommand traces" -l no-inlines -d 'Count inlined functions for the function that they were inlined into'
complete -c rpprof -n "__fish_rpprof_using_subcommand traces" -l show-columns -d 'Tell lines apart by their columns'
complete -c rpprof -n "__fish_rpprof_using_subcommand traces" -l all-frames -d 'Keep the frames that the profile itself wants dropped'
complete -c rpprof -n "__fish_rpprof_using_subcommand traces" -l my-code -d 'Only frames of your own code; libraries, the language and the system count for their callers'
complete -c rpprof -n "__fish_rpprof_using_subcommand traces" -l collapse-recursion -d 'Make a function that calls itself, with nothing in between, one frame'
complete -c rpprof -n "__fish_rpprof_using_subcommand traces" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rpprof -n "__fish_rpprof_using_subcommand traces" -s V -l version -d 'Print version'
complete -c rpprof -n "__fish_rpprof_using_subcommand comments" -l max-inflated -d 'How large each file may be once it is inflated, such as 500MB or 4GB' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand comments" -l symbolize -d 'Which addresses get names from the binaries of this machine' -r -f -a "auto\t'Those that have none; what reports do by default'
none\t'None; what raw, info, tags, comments and merge do by default'
force\t'All, those that have names too'
remote\t'Those that have none, by asking the program at --symbolz alone'"
complete -c rpprof -n "__fish_rpprof_using_subcommand comments" -l demangle -d 'How long the names of functions are that get them' -r -f -a "short\t'Without parameters, template arguments and generic ones'
templates\t'Without parameters'
full\t'With all there is'
none\t'As they stand in the binary'"
complete -c rpprof -n "__fish_rpprof_using_subcommand comments" -l binary -d 'The main program, if it is not where the profile says' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand comments" -l jit-symbols -d 'What the program wrote of code that it made as it ran: a perf-PID.map or a jit-PID.dump' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand comments" -l symbolz -d 'Ask the running program for names that no binary tells: the address of its profiles, such as http://localhost:6060/debug/pprof/heap' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand comments" -l symbol-cache -d 'Where names are kept for the next time: a folder, or off [default: rpprof/symbols in the folder of caches]' -r -f -a "(__fish_complete_directories)"
complete -c rpprof -n "__fish_rpprof_using_subcommand comments" -l format -d 'In which form to write it' -r -f -a "table\t'A table to read'
json\t'JSON with the exact values and a version'
csv\t'Comma-separated values, exact, with a line of headings'
markdown\t'A table for a pull request'"
complete -c rpprof -n "__fish_rpprof_using_subcommand comments" -s o -l output -d 'Write to a file, whole or not at all [default: standard output]' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand comments" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rpprof -n "__fish_rpprof_using_subcommand comments" -l json -d 'Write JSON, for programs: the same as --format json'
complete -c rpprof -n "__fish_rpprof_using_subcommand comments" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rpprof -n "__fish_rpprof_using_subcommand comments" -s V -l version -d 'Print version'
complete -c rpprof -n "__fish_rpprof_using_subcommand merge" -l max-inflated -d 'How large each file may be once it is inflated, such as 500MB or 4GB' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand merge" -l symbolize -d 'Which addresses get names from the binaries of this machine' -r -f -a "auto\t'Those that have none; what reports do by default'
none\t'None; what raw, info, tags, comments and merge do by default'
force\t'All, those that have names too'
remote\t'Those that have none, by asking the program at --symbolz alone'"
complete -c rpprof -n "__fish_rpprof_using_subcommand merge" -l demangle -d 'How long the names of functions are that get them' -r -f -a "short\t'Without parameters, template arguments and generic ones'
templates\t'Without parameters'
full\t'With all there is'
none\t'As they stand in the binary'"
complete -c rpprof -n "__fish_rpprof_using_subcommand merge" -l binary -d 'The main program, if it is not where the profile says' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand merge" -l jit-symbols -d 'What the program wrote of code that it made as it ran: a perf-PID.map or a jit-PID.dump' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand merge" -l symbolz -d 'Ask the running program for names that no binary tells: the address of its profiles, such as http://localhost:6060/debug/pprof/heap' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand merge" -l symbol-cache -d 'Where names are kept for the next time: a folder, or off [default: rpprof/symbols in the folder of caches]' -r -f -a "(__fish_complete_directories)"
complete -c rpprof -n "__fish_rpprof_using_subcommand merge" -l level -d 'Effort of compression, from 0 (none) to 9 (smallest)' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand merge" -s o -l output -d 'Write to a file, whole or not at all [default: standard output]' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand merge" -s f -l focus -d 'Only samples in whose stack something matches. Given several times, something has to match each' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand merge" -s i -l ignore -d 'Only samples in whose stack nothing matches' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand merge" -l hide -d 'Leave out frames that match; their callers get what they weigh' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand merge" -l show -d 'Leave out frames that do not match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand merge" -l show-from -d 'Leave out the callers of the outermost frame that matches' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand merge" -l prune-from -d 'Leave out what the innermost function that matches has called' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand merge" -l collapse-callees -d 'Leave out what functions that match have called: they are charged with it' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand merge" -l focus-path -d 'Only samples whose stacks begin with a path of calls, outermost first: \'REGEX;REGEX;...\'' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand merge" -l focus-leaf-path -d 'Only samples whose stacks end with a path of calls, innermost first' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand merge" -s l -l label -d 'Only samples whose labels fit, such as \'tenant=acme and not route=~"^/health"\'' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand merge" -l label-show -d 'Leave out labels whose keys do not match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand merge" -l label-hide -d 'Leave out labels whose keys match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand merge" -l group-by -d 'Make the labels with these keys the outermost frames of each sample, as if they had called it' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand merge" -l collapse -d 'Make functions of this package that call each other one frame, which has the package\'s name' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand merge" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rpprof -n "__fish_rpprof_using_subcommand merge" -l all-frames -d 'Keep the frames that the profile itself wants dropped'
complete -c rpprof -n "__fish_rpprof_using_subcommand merge" -l my-code -d 'Only frames of your own code; libraries, the language and the system count for their callers'
complete -c rpprof -n "__fish_rpprof_using_subcommand merge" -l collapse-recursion -d 'Make a function that calls itself, with nothing in between, one frame'
complete -c rpprof -n "__fish_rpprof_using_subcommand merge" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rpprof -n "__fish_rpprof_using_subcommand merge" -s V -l version -d 'Print version'
complete -c rpprof -n "__fish_rpprof_using_subcommand symbolize" -l max-inflated -d 'How large each file may be once it is inflated, such as 500MB or 4GB' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand symbolize" -l symbolize -d 'Which addresses get names from the binaries of this machine' -r -f -a "auto\t'Those that have none; what reports do by default'
none\t'None; what raw, info, tags, comments and merge do by default'
force\t'All, those that have names too'
remote\t'Those that have none, by asking the program at --symbolz alone'"
complete -c rpprof -n "__fish_rpprof_using_subcommand symbolize" -l demangle -d 'How long the names of functions are that get them' -r -f -a "short\t'Without parameters, template arguments and generic ones'
templates\t'Without parameters'
full\t'With all there is'
none\t'As they stand in the binary'"
complete -c rpprof -n "__fish_rpprof_using_subcommand symbolize" -l binary -d 'The main program, if it is not where the profile says' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand symbolize" -l jit-symbols -d 'What the program wrote of code that it made as it ran: a perf-PID.map or a jit-PID.dump' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand symbolize" -l symbolz -d 'Ask the running program for names that no binary tells: the address of its profiles, such as http://localhost:6060/debug/pprof/heap' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand symbolize" -l symbol-cache -d 'Where names are kept for the next time: a folder, or off [default: rpprof/symbols in the folder of caches]' -r -f -a "(__fish_complete_directories)"
complete -c rpprof -n "__fish_rpprof_using_subcommand symbolize" -l level -d 'Effort of compression, from 0 (none) to 9 (smallest)' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand symbolize" -s o -l output -d 'Write to a file, whole or not at all [default: standard output]' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand symbolize" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rpprof -n "__fish_rpprof_using_subcommand symbolize" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rpprof -n "__fish_rpprof_using_subcommand symbolize" -s V -l version -d 'Print version'
complete -c rpprof -n "__fish_rpprof_using_subcommand schema" -s o -l output -d 'Write to a file, whole or not at all [default: standard output]' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand schema" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rpprof -n "__fish_rpprof_using_subcommand schema" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rpprof -n "__fish_rpprof_using_subcommand schema" -s V -l version -d 'Print version'
complete -c rpprof -n "__fish_rpprof_using_subcommand completions" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rpprof -n "__fish_rpprof_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rpprof -n "__fish_rpprof_using_subcommand completions" -s V -l version -d 'Print version'
complete -c rpprof -n "__fish_rpprof_using_subcommand man" -l dir -d 'Write a page for each command into this folder [default: the main page on standard output]' -r -f -a "(__fish_complete_directories)"
complete -c rpprof -n "__fish_rpprof_using_subcommand man" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rpprof -n "__fish_rpprof_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rpprof -n "__fish_rpprof_using_subcommand man" -s V -l version -d 'Print version'
complete -c rpprof -n "__fish_rpprof_using_subcommand pprof" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rpprof -n "__fish_rpprof_using_subcommand pprof" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rpprof -n "__fish_rpprof_using_subcommand pprof" -s V -l version -d 'Print version'
complete -c rpprof -n "__fish_rpprof_using_subcommand help; and not __fish_seen_subcommand_from tui top tree peek calls list disasm weblist flame dot callgrind diff check info raw tags traces comments merge symbolize schema completions man pprof help" -f -a "tui" -d 'Browses a profile in the terminal: table, flame graph, call tree, source, labels'
complete -c rpprof -n "__fish_rpprof_using_subcommand help; and not __fish_seen_subcommand_from tui top tree peek calls list disasm weblist flame dot callgrind diff check info raw tags traces comments merge symbolize schema completions man pprof help" -f -a "top" -d 'Shows the functions that weigh most'
complete -c rpprof -n "__fish_rpprof_using_subcommand help; and not __fish_seen_subcommand_from tui top tree peek calls list disasm weblist flame dot callgrind diff check info raw tags traces comments merge symbolize schema completions man pprof help" -f -a "tree" -d 'Shows each function between its callers and callees'
complete -c rpprof -n "__fish_rpprof_using_subcommand help; and not __fish_seen_subcommand_from tui top tree peek calls list disasm weblist flame dot callgrind diff check info raw tags traces comments merge symbolize schema completions man pprof help" -f -a "peek" -d 'Shows the callers and callees of the functions that match'
complete -c rpprof -n "__fish_rpprof_using_subcommand help; and not __fish_seen_subcommand_from tui top tree peek calls list disasm weblist flame dot callgrind diff check info raw tags traces comments merge symbolize schema completions man pprof help" -f -a "calls" -d 'Shows the call tree as indented text, heaviest paths first'
complete -c rpprof -n "__fish_rpprof_using_subcommand help; and not __fish_seen_subcommand_from tui top tree peek calls list disasm weblist flame dot callgrind diff check info raw tags traces comments merge symbolize schema completions man pprof help" -f -a "list" -d 'Shows the source of functions with what each line weighs'
complete -c rpprof -n "__fish_rpprof_using_subcommand help; and not __fish_seen_subcommand_from tui top tree peek calls list disasm weblist flame dot callgrind diff check info raw tags traces comments merge symbolize schema completions man pprof help" -f -a "disasm" -d 'Shows the machine code of functions with what each instruction weighs'
complete -c rpprof -n "__fish_rpprof_using_subcommand help; and not __fish_seen_subcommand_from tui top tree peek calls list disasm weblist flame dot callgrind diff check info raw tags traces comments merge symbolize schema completions man pprof help" -f -a "weblist" -d 'Writes source as a page in which each line opens to its instructions'
complete -c rpprof -n "__fish_rpprof_using_subcommand help; and not __fish_seen_subcommand_from tui top tree peek calls list disasm weblist flame dot callgrind diff check info raw tags traces comments merge symbolize schema completions man pprof help" -f -a "flame" -d 'Draws a flame graph as SVG, or writes folded stacks'
complete -c rpprof -n "__fish_rpprof_using_subcommand help; and not __fish_seen_subcommand_from tui top tree peek calls list disasm weblist flame dot callgrind diff check info raw tags traces comments merge symbolize schema completions man pprof help" -f -a "dot" -d 'Writes the call graph for Graphviz'
complete -c rpprof -n "__fish_rpprof_using_subcommand help; and not __fish_seen_subcommand_from tui top tree peek calls list disasm weblist flame dot callgrind diff check info raw tags traces comments merge symbolize schema completions man pprof help" -f -a "callgrind" -d 'Writes the call graph for KCachegrind'
complete -c rpprof -n "__fish_rpprof_using_subcommand help; and not __fish_seen_subcommand_from tui top tree peek calls list disasm weblist flame dot callgrind diff check info raw tags traces comments merge symbolize schema completions man pprof help" -f -a "diff" -d 'Compares two profiles, or two sets of runs: what grew, what shrank, what is chance'
complete -c rpprof -n "__fish_rpprof_using_subcommand help; and not __fish_seen_subcommand_from tui top tree peek calls list disasm weblist flame dot callgrind diff check info raw tags traces comments merge symbolize schema completions man pprof help" -f -a "check" -d 'Fails if code weighs more than a budget allows, or has grown by more'
complete -c rpprof -n "__fish_rpprof_using_subcommand help; and not __fish_seen_subcommand_from tui top tree peek calls list disasm weblist flame dot callgrind diff check info raw tags traces comments merge symbolize schema completions man pprof help" -f -a "info" -d 'Says what kind of profile it is, what it holds, and what to run next'
complete -c rpprof -n "__fish_rpprof_using_subcommand help; and not __fish_seen_subcommand_from tui top tree peek calls list disasm weblist flame dot callgrind diff check info raw tags traces comments merge symbolize schema completions man pprof help" -f -a "raw" -d 'Shows all that a profile says, as it stands in the file'
complete -c rpprof -n "__fish_rpprof_using_subcommand help; and not __fish_seen_subcommand_from tui top tree peek calls list disasm weblist flame dot callgrind diff check info raw tags traces comments merge symbolize schema completions man pprof help" -f -a "tags" -d 'Shows the labels of samples by what these weigh'
complete -c rpprof -n "__fish_rpprof_using_subcommand help; and not __fish_seen_subcommand_from tui top tree peek calls list disasm weblist flame dot callgrind diff check info raw tags traces comments merge symbolize schema completions man pprof help" -f -a "traces" -d 'Shows the samples one after another, with their labels and stacks'
complete -c rpprof -n "__fish_rpprof_using_subcommand help; and not __fish_seen_subcommand_from tui top tree peek calls list disasm weblist flame dot callgrind diff check info raw tags traces comments merge symbolize schema completions man pprof help" -f -a "comments" -d 'Shows the comments that the producer left'
complete -c rpprof -n "__fish_rpprof_using_subcommand help; and not __fish_seen_subcommand_from tui top tree peek calls list disasm weblist flame dot callgrind diff check info raw tags traces comments merge symbolize schema completions man pprof help" -f -a "merge" -d 'Merges profiles into one, and writes what filters leave'
complete -c rpprof -n "__fish_rpprof_using_subcommand help; and not __fish_seen_subcommand_from tui top tree peek calls list disasm weblist flame dot callgrind diff check info raw tags traces comments merge symbolize schema completions man pprof help" -f -a "symbolize" -d 'Writes the profile with names for its addresses, from the binaries of this machine'
complete -c rpprof -n "__fish_rpprof_using_subcommand help; and not __fish_seen_subcommand_from tui top tree peek calls list disasm weblist flame dot callgrind diff check info raw tags traces comments merge symbolize schema completions man pprof help" -f -a "schema" -d 'Writes the JSON Schema of a report'
complete -c rpprof -n "__fish_rpprof_using_subcommand help; and not __fish_seen_subcommand_from tui top tree peek calls list disasm weblist flame dot callgrind diff check info raw tags traces comments merge symbolize schema completions man pprof help" -f -a "completions" -d 'Writes a completion script for a shell'
complete -c rpprof -n "__fish_rpprof_using_subcommand help; and not __fish_seen_subcommand_from tui top tree peek calls list disasm weblist flame dot callgrind diff check info raw tags traces comments merge symbolize schema completions man pprof help" -f -a "man" -d 'Writes the manual pages'
complete -c rpprof -n "__fish_rpprof_using_subcommand help; and not __fish_seen_subcommand_from tui top tree peek calls list disasm weblist flame dot callgrind diff check info raw tags traces comments merge symbolize schema completions man pprof help" -f -a "pprof" -d 'Stands in for pprof, with its own command line and its shell'
complete -c rpprof -n "__fish_rpprof_using_subcommand help; and not __fish_seen_subcommand_from tui top tree peek calls list disasm weblist flame dot callgrind diff check info raw tags traces comments merge symbolize schema completions man pprof help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
