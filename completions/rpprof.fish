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
complete -c rpprof -n "__fish_rpprof_needs_command" -f -a "top" -d 'Shows the functions that weigh most'
complete -c rpprof -n "__fish_rpprof_needs_command" -f -a "text" -d 'Shows the functions that weigh most'
complete -c rpprof -n "__fish_rpprof_needs_command" -f -a "flame" -d 'Draws a flame graph as SVG, or writes folded stacks'
complete -c rpprof -n "__fish_rpprof_needs_command" -f -a "info" -d 'Says what kind of profile it is, what it holds, and what to run next'
complete -c rpprof -n "__fish_rpprof_needs_command" -f -a "raw" -d 'Shows all that a profile says, as it stands in the file'
complete -c rpprof -n "__fish_rpprof_needs_command" -f -a "merge" -d 'Merges profiles into one'
complete -c rpprof -n "__fish_rpprof_needs_command" -f -a "completions" -d 'Writes a completion script for a shell'
complete -c rpprof -n "__fish_rpprof_needs_command" -f -a "man" -d 'Writes the manual pages'
complete -c rpprof -n "__fish_rpprof_needs_command" -f -a "pprof" -d 'Takes pprof\'s own command line'
complete -c rpprof -n "__fish_rpprof_needs_command" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -l max-inflated -d 'How large each file may be once it is inflated, such as 500MB or 4GB' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -s n -l limit -d 'Show at most so many rows [default: all that weigh enough]' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -l min-share -d 'Leave out what weighs, with all that it calls, less than this share of the whole' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -s t -l sample-type -d 'The column of values: a name such as `cpu` or `inuse_space`, or its number [default: the profile\'s own]' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -s u -l unit -d 'The unit of values, such as ms or MB; `auto` picks one for each, `minimum` one for all [default: minimum for tables, auto for graphs]' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -l format -d 'In which form to write it' -r -f -a "table\t'A table to read'
json\t'JSON with the exact values and a version'
csv\t'Comma-separated values, exact, with a line of headings'
markdown\t'A table for a pull request'"
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -s o -l output -d 'Write to a file, whole or not at all [default: standard output]' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -s g -l granularity -d 'What makes two places the same row' -r -f -a "functions\t'The function\'s name'
filefunctions\t'The function\'s name and file'
files\t'The file'
lines\t'The line'
addresses\t'The address'"
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -s f -l focus -d 'Only samples in whose stack something matches' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -s i -l ignore -d 'Only samples in whose stack nothing matches' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -l hide -d 'Leave out frames that match; their callers get what they weigh' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -l show -d 'Leave out frames that do not match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -l show-from -d 'Leave out the callers of the outermost frame that matches' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -s c -l cum -d 'Sort by what each row weighs with all that it calls'
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -l json -d 'Write JSON, for programs: the same as --format json'
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -l no-inlines -d 'Count inlined functions for the function that they were inlined into'
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -l show-columns -d 'Tell lines apart by their columns'
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -l all-frames -d 'Keep the frames that the profile itself wants dropped'
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rpprof -n "__fish_rpprof_using_subcommand top" -s V -l version -d 'Print version'
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -l max-inflated -d 'How large each file may be once it is inflated, such as 500MB or 4GB' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -s n -l limit -d 'Show at most so many rows [default: all that weigh enough]' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -l min-share -d 'Leave out what weighs, with all that it calls, less than this share of the whole' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -s t -l sample-type -d 'The column of values: a name such as `cpu` or `inuse_space`, or its number [default: the profile\'s own]' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -s u -l unit -d 'The unit of values, such as ms or MB; `auto` picks one for each, `minimum` one for all [default: minimum for tables, auto for graphs]' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -l format -d 'In which form to write it' -r -f -a "table\t'A table to read'
json\t'JSON with the exact values and a version'
csv\t'Comma-separated values, exact, with a line of headings'
markdown\t'A table for a pull request'"
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -s o -l output -d 'Write to a file, whole or not at all [default: standard output]' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -s g -l granularity -d 'What makes two places the same row' -r -f -a "functions\t'The function\'s name'
filefunctions\t'The function\'s name and file'
files\t'The file'
lines\t'The line'
addresses\t'The address'"
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -s f -l focus -d 'Only samples in whose stack something matches' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -s i -l ignore -d 'Only samples in whose stack nothing matches' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -l hide -d 'Leave out frames that match; their callers get what they weigh' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -l show -d 'Leave out frames that do not match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -l show-from -d 'Leave out the callers of the outermost frame that matches' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -s c -l cum -d 'Sort by what each row weighs with all that it calls'
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -l json -d 'Write JSON, for programs: the same as --format json'
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -l no-inlines -d 'Count inlined functions for the function that they were inlined into'
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -l show-columns -d 'Tell lines apart by their columns'
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -l all-frames -d 'Keep the frames that the profile itself wants dropped'
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rpprof -n "__fish_rpprof_using_subcommand text" -s V -l version -d 'Print version'
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -l max-inflated -d 'How large each file may be once it is inflated, such as 500MB or 4GB' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -l width -d 'Width in pixels [default: that of the window]' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -l title -d 'The title [default: program, sample type and total]' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -l min-share -d 'Leave out frames narrower than this share of the whole [default: what cannot be seen; with --folded nothing]' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -s t -l sample-type -d 'The column of values: a name such as `cpu` or `inuse_space`, or its number [default: the profile\'s own]' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -s u -l unit -d 'The unit of values, such as ms or MB; `auto` picks one for each, `minimum` one for all [default: minimum for tables, auto for graphs]' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -s o -l output -d 'Write to a file, whole or not at all [default: standard output]' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -s g -l granularity -d 'What makes two places the same row' -r -f -a "functions\t'The function\'s name'
filefunctions\t'The function\'s name and file'
files\t'The file'
lines\t'The line'
addresses\t'The address'"
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -s f -l focus -d 'Only samples in whose stack something matches' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -s i -l ignore -d 'Only samples in whose stack nothing matches' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -l hide -d 'Leave out frames that match; their callers get what they weigh' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -l show -d 'Leave out frames that do not match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -l show-from -d 'Leave out the callers of the outermost frame that matches' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -l folded -d 'Write folded stacks, a line each'
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -l inverted -d 'Hang callees from their callers (an icicle graph)'
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -l reverse -d 'Begin at the innermost functions: who calls them stands on them'
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -l no-inlines -d 'Count inlined functions for the function that they were inlined into'
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -l show-columns -d 'Tell lines apart by their columns'
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -l all-frames -d 'Keep the frames that the profile itself wants dropped'
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rpprof -n "__fish_rpprof_using_subcommand flame" -s V -l version -d 'Print version'
complete -c rpprof -n "__fish_rpprof_using_subcommand info" -l max-inflated -d 'How large each file may be once it is inflated, such as 500MB or 4GB' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand info" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rpprof -n "__fish_rpprof_using_subcommand info" -l json -d 'Write JSON, for programs'
complete -c rpprof -n "__fish_rpprof_using_subcommand info" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rpprof -n "__fish_rpprof_using_subcommand info" -s V -l version -d 'Print version'
complete -c rpprof -n "__fish_rpprof_using_subcommand raw" -l max-inflated -d 'How large each file may be once it is inflated, such as 500MB or 4GB' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand raw" -s o -l output -d 'Write to a file, whole or not at all [default: standard output]' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand raw" -s f -l focus -d 'Only samples in whose stack something matches' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand raw" -s i -l ignore -d 'Only samples in whose stack nothing matches' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand raw" -l hide -d 'Leave out frames that match; their callers get what they weigh' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand raw" -l show -d 'Leave out frames that do not match' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand raw" -l show-from -d 'Leave out the callers of the outermost frame that matches' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand raw" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rpprof -n "__fish_rpprof_using_subcommand raw" -l all-frames -d 'Keep the frames that the profile itself wants dropped'
complete -c rpprof -n "__fish_rpprof_using_subcommand raw" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rpprof -n "__fish_rpprof_using_subcommand raw" -s V -l version -d 'Print version'
complete -c rpprof -n "__fish_rpprof_using_subcommand merge" -l max-inflated -d 'How large each file may be once it is inflated, such as 500MB or 4GB' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand merge" -l level -d 'Effort of compression, from 0 (none) to 9 (smallest)' -r
complete -c rpprof -n "__fish_rpprof_using_subcommand merge" -s o -l output -d 'Write to a file, whole or not at all [default: standard output]' -r -F
complete -c rpprof -n "__fish_rpprof_using_subcommand merge" -l color -d 'When to use colours' -r -f -a "auto\t'On a terminal, unless NO_COLOR is set'
always\t'Always'
never\t'Never'"
complete -c rpprof -n "__fish_rpprof_using_subcommand merge" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c rpprof -n "__fish_rpprof_using_subcommand merge" -s V -l version -d 'Print version'
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
complete -c rpprof -n "__fish_rpprof_using_subcommand help; and not __fish_seen_subcommand_from top flame info raw merge completions man pprof help" -f -a "top" -d 'Shows the functions that weigh most'
complete -c rpprof -n "__fish_rpprof_using_subcommand help; and not __fish_seen_subcommand_from top flame info raw merge completions man pprof help" -f -a "flame" -d 'Draws a flame graph as SVG, or writes folded stacks'
complete -c rpprof -n "__fish_rpprof_using_subcommand help; and not __fish_seen_subcommand_from top flame info raw merge completions man pprof help" -f -a "info" -d 'Says what kind of profile it is, what it holds, and what to run next'
complete -c rpprof -n "__fish_rpprof_using_subcommand help; and not __fish_seen_subcommand_from top flame info raw merge completions man pprof help" -f -a "raw" -d 'Shows all that a profile says, as it stands in the file'
complete -c rpprof -n "__fish_rpprof_using_subcommand help; and not __fish_seen_subcommand_from top flame info raw merge completions man pprof help" -f -a "merge" -d 'Merges profiles into one'
complete -c rpprof -n "__fish_rpprof_using_subcommand help; and not __fish_seen_subcommand_from top flame info raw merge completions man pprof help" -f -a "completions" -d 'Writes a completion script for a shell'
complete -c rpprof -n "__fish_rpprof_using_subcommand help; and not __fish_seen_subcommand_from top flame info raw merge completions man pprof help" -f -a "man" -d 'Writes the manual pages'
complete -c rpprof -n "__fish_rpprof_using_subcommand help; and not __fish_seen_subcommand_from top flame info raw merge completions man pprof help" -f -a "pprof" -d 'Takes pprof\'s own command line'
complete -c rpprof -n "__fish_rpprof_using_subcommand help; and not __fish_seen_subcommand_from top flame info raw merge completions man pprof help" -f -a "help" -d 'Print this message or the help of the given subcommand(s)'
